/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sync.h"

/* The most marks that are kept while events are missing. */
#define MARKS_MAX 2048

struct _VisSync
{
  gint64      since;  /* events up to here were seen; -1: none yet */
  gint64      target; /* newest event as of the start of the connection */
  gint64      newest; /* highest `seq` that was seen or announced */
  GHashTable *marks;  /* gint64 → mark of that `seq`, for those from `since` on */
};

VisSync *
vis_sync_new (gint64 since)
{
  VisSync *self = g_new0 (VisSync, 1);

  self->marks = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  vis_sync_rewind (self, since);
  return self;
}

void
vis_sync_free (VisSync *self)
{
  g_hash_table_unref (self->marks);
  g_free (self);
}

/**
 * vis_sync_rewind:
 * @self: a count
 * @since: the last `seq` that is stored, -1 for none
 *
 * Counts from @since on again, because later events could not be stored.
 */
void
vis_sync_rewind (VisSync *self, gint64 since)
{
  self->since = since;
  self->target = since;
  self->newest = since;
}

/**
 * vis_sync_start:
 * @self: a count
 * @asked: the `since` of `hello`, -1 if it had none
 * @seq: the `seq` of the answer
 * @reset: whether the answer says that the server can't go back that far
 *
 * A connection begins.
 *
 * Returns: whether missed events follow, or a reset is needed
 */
VisSyncStart
vis_sync_start (VisSync *self, gint64 asked, gint64 seq, gboolean reset)
{
  gboolean resume = !reset && self->since >= 0 && self->since <= seq &&
                    (self->since == seq || (asked >= 0 && asked <= self->since));

  if (!resume)
    {
      g_hash_table_remove_all (self->marks);
      vis_sync_rewind (self, seq);
      return VIS_SYNC_RESET;
    }

  self->target = seq;
  self->newest = MAX (self->newest, seq);
  return VIS_SYNC_RESUME;
}

/**
 * vis_sync_see:
 * @self: a count
 * @seq: the `seq` of an event or an answer
 *
 * Counts an event.
 *
 * Returns: what to do with it
 */
VisSyncVerdict
vis_sync_see (VisSync *self, gint64 seq)
{
  if (seq <= self->since)
    return VIS_SYNC_REPEATED;

  self->newest = MAX (self->newest, seq);
  if (self->since >= 0 && seq > self->since + 1)
    return VIS_SYNC_AHEAD;

  self->since = seq;
  return VIS_SYNC_NEXT;
}

/**
 * vis_sync_expect:
 * @self: a count
 * @seq: the newest `seq` of the server, as an answer says
 *
 * Events up to @seq that were not seen are missing.
 */
void
vis_sync_expect (VisSync *self, gint64 seq)
{
  self->newest = MAX (self->newest, seq);
}

/**
 * vis_sync_give_up:
 * @self: a count
 *
 * Skips missing events. The caller has to ask for everything again.
 */
void
vis_sync_give_up (VisSync *self)
{
  vis_sync_rewind (self, MAX (self->newest, self->target));
}

static gboolean
is_behind (gpointer seq, gpointer mark, gpointer data)
{
  return *(gint64 *) seq < ((VisSync *) data)->since;
}

/**
 * vis_sync_note_mark:
 * @self: a count
 * @seq: the `seq` of an event or an answer, whether it was seen or not
 * @mark: (nullable): its mark
 *
 * Remembers the mark of a `seq`: which of the server's histories numbered it.
 */
void
vis_sync_note_mark (VisSync *self, gint64 seq, const char *mark)
{
  if (seq < self->since || mark == NULL)
    return;

  if (g_hash_table_size (self->marks) >= MARKS_MAX / 2)
    g_hash_table_foreach_remove (self->marks, is_behind, self);
  if (g_hash_table_size (self->marks) < MARKS_MAX)
    g_hash_table_replace (self->marks, g_memdup2 (&seq, sizeof seq), g_strdup (mark));
}

/**
 * vis_sync_get_mark:
 * @self: a count
 *
 * Returns: (nullable): the mark of [func@Vis.sync_get_since], %NULL if it is not known
 */
const char *
vis_sync_get_mark (VisSync *self)
{
  return g_hash_table_lookup (self->marks, &self->since);
}

gint64
vis_sync_get_since (VisSync *self)
{
  return self->since;
}

/**
 * vis_sync_is_whole:
 * @self: a count
 *
 * Whether nothing is known to be missing.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_sync_is_whole (VisSync *self)
{
  return self->since >= self->newest;
}
