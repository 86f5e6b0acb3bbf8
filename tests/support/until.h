/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

/* Wakes the main loop up, for conditions that become true without an event. */
#define UNTIL_TICK_MS 10

static inline gboolean
until_on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until @condition is true, which is looked at after each iteration. The limit
 * is not a measure of speed: it only ends a test that hangs, with @otherwise. */
#define WAIT_FOR_OR(condition, otherwise)                                                          \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 end_ = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;                                   \
    guint  tick_ = g_timeout_add (UNTIL_TICK_MS, until_on_tick, NULL);                             \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (g_get_monotonic_time () > end_)                                                        \
          otherwise;                                                                               \
        g_main_context_iteration (NULL, TRUE);                                                     \
      }                                                                                            \
    g_source_remove (tick_);                                                                       \
  }                                                                                                \
  G_STMT_END

#define WAIT_FOR(condition)                                                                        \
  WAIT_FOR_OR (condition, g_error ("%s:%d: %s did not come true", __FILE__, __LINE__, #condition))

/* Releases @object and waits until it is finalized: a task of it may end later, in a thread. */
static inline void
until_finalized (gpointer object)
{
  gpointer left = object;

  g_object_add_weak_pointer (object, &left);
  g_object_unref (object);
  WAIT_FOR (g_atomic_pointer_get (&left) == NULL);
}
