/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-private.h"

/* What happens on the server has a number (`seq`): that of an event, or of the answer to a request
 * of this device. Each is taken in its turn, whatever the order in which they came, so that
 * messages stand in the order in which everybody sees them. What waits is not counted: after a
 * crash the server tells it again. */

/* How long something may be missing before everything is asked for anew. */
#define HOLE_MS 5000

/* A server that leaves more behind a hole than this is not counting right. */
#define WAITING_MAX 1024

typedef struct
{
  gint64         seq;
  VisChatTake    take;
  gpointer       data;
  GDestroyNotify destroy;
} Turn;

static void
turn_free (Turn *turn)
{
  if (turn->destroy != NULL)
    turn->destroy (turn->data);
  g_free (turn);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Turn, turn_free)

/* Takes what is next, and what then is; or @all that waits, across the holes. */
static void
take_turns (VisChat *self, gboolean all)
{
  while (self->turns->len > 0)
    {
      gint64           seq = ((Turn *) self->turns->pdata[0])->seq;
      VisSyncVerdict   verdict = vis_sync_see (self->sync, seq);
      g_autoptr (Turn) turn = NULL;

      if (verdict == VIS_SYNC_AHEAD && !all)
        return;
      turn = g_ptr_array_steal_index (self->turns, 0);
      turn->take (self, verdict == VIS_SYNC_REPEATED, turn->data);
    }
}

/* What is missing does not come. */
static void
give_up (VisChat *self)
{
  take_turns (self, TRUE);
  vis_sync_give_up (self->sync);
  vis_chat_reset (self, FALSE);
}

static void
on_hole (gpointer data)
{
  VisChat *self = data;

  self->hole_id = 0;
  if (!self->online || vis_sync_is_whole (self->sync))
    return;

  /* Slow is not lost. */
  if (vis_sync_get_since (self->sync) > self->hole_since)
    vis_chat_watch_for_holes (self);
  else
    give_up (self);
}

/**
 * vis_chat_watch_for_holes: (skip)
 * @self: the chat
 *
 * Sees to it that what is missing is not waited for without an end.
 */
void
vis_chat_watch_for_holes (VisChat *self)
{
  if (vis_sync_is_whole (self->sync))
    {
      vis_clock_clear (self->clock, &self->hole_id);
    }
  else if (self->hole_id == 0)
    {
      self->hole_since = vis_sync_get_since (self->sync);
      self->hole_id = vis_clock_add_timeout (self->clock, HOLE_MS, on_hole, self);
    }
}

static guint
find_place (GPtrArray *turns, gint64 seq)
{
  guint place = turns->len;

  /* From the end: what comes late is the exception. */
  while (place > 0 && ((Turn *) turns->pdata[place - 1])->seq > seq)
    place--;

  return place;
}

/**
 * vis_chat_take_in_turn: (skip)
 * @self: the chat, online
 * @source: an event or an answer that has a `seq`
 * @take: what to do once everything before it was taken
 * @data: handed to @take
 * @destroy: frees @data, also if its turn never comes
 *
 * Counts something, at once or as soon as nothing before it is missing.
 */
void
vis_chat_take_in_turn (
  VisChat *self, const VisMessage *source, VisChatTake take, gpointer data, GDestroyNotify destroy)
{
  gint64 seq = vis_message_get_seq (source);
  Turn  *turn = g_new0 (Turn, 1);

  turn->seq = seq;
  turn->take = take;
  turn->data = data;
  turn->destroy = destroy;

  vis_sync_note_mark (self->sync, seq, vis_message_get_mark (source));
  g_ptr_array_insert (self->turns, (int) find_place (self->turns, seq), turn);
  take_turns (self, FALSE);
  if (self->turns->len > WAITING_MAX)
    give_up (self);

  vis_chat_watch_for_holes (self);
  vis_chat_ask_early_chats (self);
  vis_chat_update_connection (self);
}

/* Has @edit store how far the server was followed. */
void
vis_chat_count_with (VisChat *self, VisStoreEdit *edit)
{
  edit->since = vis_sync_get_since (self->sync);
  edit->mark = g_strdup (vis_sync_get_mark (self->sync));
}

/**
 * vis_chat_take_nothing: (skip)
 *
 * A #VisChatTake for what has no effect of its own here: it is counted.
 */
void
vis_chat_take_nothing (VisChat *self, gboolean repeated, gpointer data)
{
  VisStoreEdit *edit;

  if (repeated)
    return;
  edit = vis_store_edit_new (VIS_EDIT_NOTE, NULL);
  vis_chat_count_with (self, edit);
  vis_chat_apply (self, edit, NULL, NULL, NULL);
}

/**
 * vis_chat_new_turns: (skip)
 *
 * Returns: (transfer full): an empty queue of what waits for its turn
 */
GPtrArray *
vis_chat_new_turns (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) turn_free);
}

/* The connection is gone: what waits comes again with the next one. */
void
vis_chat_stop_turns (VisChat *self)
{
  vis_clock_clear (self->clock, &self->hole_id);
  g_ptr_array_set_size (self->turns, 0);
}
