/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-ended-calls.h"

#include "vis-limits.h"

/* A bound for servers that make up calls; more than a person has in a day. */
#define MAX_CALLS 4096

typedef struct
{
  char  *call;
  gint64 until; /* microseconds of the clock */
} Entry;

struct _VisEndedCalls
{
  VisClock   *clock;
  GQueue      entries; /* the oldest first */
  GHashTable *calls;   /* a set; the keys belong to the entries */
};

/**
 * vis_ended_calls_new:
 * @clock: what tells the time
 *
 * Returns: (transfer full): no calls
 */
VisEndedCalls *
vis_ended_calls_new (VisClock *clock)
{
  VisEndedCalls *self = g_new0 (VisEndedCalls, 1);

  self->clock = g_object_ref (clock);
  self->calls = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->entries);

  return self;
}

static void
drop_oldest (VisEndedCalls *self)
{
  Entry *entry = g_queue_pop_head (&self->entries);

  g_hash_table_remove (self->calls, entry->call);
  g_free (entry->call);
  g_free (entry);
}

static void
drop_expired (VisEndedCalls *self)
{
  gint64 now = vis_clock_now (self->clock);
  Entry *oldest;

  while ((oldest = g_queue_peek_head (&self->entries)) != NULL && oldest->until <= now)
    drop_oldest (self);
}

/**
 * vis_ended_calls_free:
 * @self: (nullable): the calls
 *
 * Forgets everything.
 */
void
vis_ended_calls_free (VisEndedCalls *self)
{
  if (self == NULL)
    return;

  while (!g_queue_is_empty (&self->entries))
    drop_oldest (self);
  g_hash_table_unref (self->calls);
  g_object_unref (self->clock);
  g_free (self);
}

/**
 * vis_ended_calls_add:
 * @self: the calls
 * @call: the id of one that is over
 *
 * Remembers a call for a day.
 */
void
vis_ended_calls_add (VisEndedCalls *self, const char *call)
{
  Entry *entry;

  drop_expired (self);
  if (g_hash_table_contains (self->calls, call))
    return;
  if (g_queue_get_length (&self->entries) >= MAX_CALLS)
    drop_oldest (self);

  entry = g_new (Entry, 1);
  entry->call = g_strdup (call);
  entry->until = vis_clock_now (self->clock) + (gint64) VIS_LIMIT_ENDED_CALLS_MS * 1000;
  g_queue_push_tail (&self->entries, entry);
  g_hash_table_add (self->calls, entry->call);
}

/**
 * vis_ended_calls_contains:
 * @self: the calls
 * @call: (nullable): an id
 *
 * Returns: whether that call is over
 */
gboolean
vis_ended_calls_contains (VisEndedCalls *self, const char *call)
{
  drop_expired (self);
  return call != NULL && g_hash_table_contains (self->calls, call);
}
