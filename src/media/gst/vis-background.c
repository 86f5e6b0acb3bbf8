/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-background.h"

/* How much is still done in the background. */
static guint  n_busy;
static GMutex busy_mutex;
static GCond  busy_cond;

static void
add_busy (int difference)
{
  g_mutex_lock (&busy_mutex);
  n_busy += difference;
  g_cond_broadcast (&busy_cond);
  g_mutex_unlock (&busy_mutex);
}

/**
 * vis_background_hold:
 *
 * Something is done in the background from now on that the end of the program has to wait for.
 */
void
vis_background_hold (void)
{
  add_busy (1);
}

/**
 * vis_background_release:
 *
 * What [func@Vis.background_hold] was called for is done. May be called on any thread.
 */
void
vis_background_release (void)
{
  add_busy (-1);
}

/**
 * vis_background_wait:
 *
 * Waits until all that is done in the background is done: devices are opened and closed,
 * connections taken down, plugins loaded. Libraries tidy up at the end of the program, and nobody
 * may be inside them then. What is stuck is waited for no longer than three seconds.
 *
 * Returns: whether all is done; if not, leave the program without tidying up
 */
gboolean
vis_background_wait (void)
{
  gint64   end = g_get_monotonic_time () + VIS_BACKGROUND_PATIENCE_S * G_TIME_SPAN_SECOND;
  gboolean done;

  g_mutex_lock (&busy_mutex);
  while (n_busy > 0 && g_cond_wait_until (&busy_cond, &busy_mutex, end))
    ;
  done = n_busy == 0;
  g_mutex_unlock (&busy_mutex);

  return done;
}
