/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-turns.h"

/* How long a missing event is waited for before a reset. */
#define HOLE_MS 5000

/* The most events that wait for a missing one. A server with more counts wrongly. */
#define WAITING_MAX 1024

typedef struct
{
  gint64          seq;
  VisChatTurnFunc take;
  gpointer        owner;
  gpointer        data;
  GDestroyNotify  destroy;
} Turn;

struct _VisChatTurns
{
  GObject    parent_instance;

  VisClock  *clock;
  VisSync   *sync;
  GPtrArray *waiting; /* of Turn, by `seq`: what arrived before an event with a lower `seq` */
  guint      hole_id;
  gint64     hole_since;
};

G_DEFINE_FINAL_TYPE (VisChatTurns, vis_chat_turns, G_TYPE_OBJECT)

enum
{
  ADVANCED,
  HOLE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
turn_free (Turn *turn)
{
  if (turn->destroy != NULL)
    turn->destroy (turn->data);
  g_free (turn);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Turn, turn_free)

static void
vis_chat_turns_dispose (GObject *object)
{
  VisChatTurns *self = VIS_CHAT_TURNS (object);

  if (self->clock != NULL)
    vis_chat_turns_stop (self);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (vis_chat_turns_parent_class)->dispose (object);
}

static void
vis_chat_turns_finalize (GObject *object)
{
  VisChatTurns *self = VIS_CHAT_TURNS (object);

  g_ptr_array_unref (self->waiting);
  vis_sync_free (self->sync);

  G_OBJECT_CLASS (vis_chat_turns_parent_class)->finalize (object);
}

static void
vis_chat_turns_class_init (VisChatTurnsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vis_chat_turns_dispose;
  object_class->finalize = vis_chat_turns_finalize;

  signals[ADVANCED] = g_signal_new (
    "advanced", VIS_TYPE_CHAT_TURNS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[HOLE] = g_signal_new (
    "hole", VIS_TYPE_CHAT_TURNS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vis_chat_turns_init (VisChatTurns *self)
{
  self->sync = vis_sync_new (-1);
  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) turn_free);
}

/**
 * vis_chat_turns_new: (skip)
 * @clock: what tells the time
 *
 * Returns: (transfer full): new turns, without a `since`
 */
VisChatTurns *
vis_chat_turns_new (VisClock *clock)
{
  VisChatTurns *self = g_object_new (VIS_TYPE_CHAT_TURNS, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

/**
 * vis_chat_turns_rewind: (skip)
 * @self: the turns
 * @since: the last `seq` that is stored, -1 for none
 * @mark: (nullable): its mark
 *
 * Counts from @since on: at the start, and again if later events could not be stored.
 */
void
vis_chat_turns_rewind (VisChatTurns *self, gint64 since, const char *mark)
{
  vis_sync_rewind (self->sync, since);
  vis_sync_note_mark (self->sync, since, mark);
}

/**
 * vis_chat_turns_start: (skip)
 * @self: the turns
 * @asked: the `since` of `hello`, -1 if it had none
 * @seq: the `seq` of the answer
 * @mark: (nullable): the mark of the answer
 * @reset: whether the answer says that the server can't go back that far
 *
 * A connection begins.
 *
 * Returns: whether missed events follow, or a reset is needed
 */
VisSyncStart
vis_chat_turns_start (
  VisChatTurns *self, gint64 asked, gint64 seq, const char *mark, gboolean reset)
{
  VisSyncStart start = vis_sync_start (self->sync, asked, seq, reset);

  if (start == VIS_SYNC_RESET)
    vis_sync_note_mark (self->sync, seq, mark);
  return start;
}

/* Handles the next event, and the waiting ones that follow it; with @all, all that wait, whatever
 * is missing between them. */
static void
take_turns (VisChatTurns *self, gboolean all)
{
  while (self->waiting->len > 0)
    {
      gint64           seq = ((Turn *) self->waiting->pdata[0])->seq;
      VisSyncVerdict   verdict = vis_sync_see (self->sync, seq);
      g_autoptr (Turn) turn = NULL;

      if (verdict == VIS_SYNC_AHEAD && !all)
        return;
      turn = g_ptr_array_steal_index (self->waiting, 0);
      turn->take (turn->owner, verdict == VIS_SYNC_REPEATED, turn->data);
    }
}

/* Skips the missing events. */
static void
give_up (VisChatTurns *self)
{
  take_turns (self, TRUE);
  vis_sync_give_up (self->sync);
  g_signal_emit (self, signals[HOLE], 0);
}

static void
on_hole (gpointer data)
{
  VisChatTurns *self = data;

  self->hole_id = 0;
  if (vis_sync_is_whole (self->sync))
    return;

  /* Events still arrive, and the missing one may be among the next. */
  if (vis_sync_get_since (self->sync) > self->hole_since)
    vis_chat_turns_watch (self);
  else
    give_up (self);
}

/**
 * vis_chat_turns_watch: (skip)
 * @self: the turns, online
 *
 * Starts the timeout while an event is missing, and stops it otherwise.
 */
void
vis_chat_turns_watch (VisChatTurns *self)
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
find_place (GPtrArray *waiting, gint64 seq)
{
  guint place = waiting->len;

  /* From the end, since most arrive in order. */
  while (place > 0 && ((Turn *) waiting->pdata[place - 1])->seq > seq)
    place--;

  return place;
}

/**
 * vis_chat_turns_take: (skip)
 * @self: the turns, online
 * @source: an event or an answer that has a `seq`
 * @take: called once everything with a lower `seq` was handled
 * @owner: the first argument of @take; has to stop the turns before it is disposed
 * @data: handed to @take
 * @destroy: (nullable): frees @data, also if @take is never called
 *
 * Handles an event or an answer in its turn: at once, or as soon as nothing before it is missing.
 */
void
vis_chat_turns_take (VisChatTurns     *self,
                     const VisMessage *source,
                     VisChatTurnFunc   take,
                     gpointer          owner,
                     gpointer          data,
                     GDestroyNotify    destroy)
{
  gint64 seq = vis_message_get_seq (source);
  Turn  *turn = g_new0 (Turn, 1);

  turn->seq = seq;
  turn->take = take;
  turn->owner = owner;
  turn->data = data;
  turn->destroy = destroy;

  vis_sync_note_mark (self->sync, seq, vis_message_get_mark (source));
  g_ptr_array_insert (self->waiting, (int) find_place (self->waiting, seq), turn);
  take_turns (self, FALSE);
  if (self->waiting->len > WAITING_MAX)
    give_up (self);

  vis_chat_turns_watch (self);
  g_signal_emit (self, signals[ADVANCED], 0);
}

/**
 * vis_chat_turns_expect: (skip)
 * @self: the turns
 * @seq: the newest `seq` of the server, as an answer says
 *
 * Events up to @seq that have not arrived are missing.
 */
void
vis_chat_turns_expect (VisChatTurns *self, gint64 seq)
{
  vis_sync_expect (self->sync, seq);
}

/**
 * vis_chat_turns_write_since: (skip)
 * @self: the turns
 * @edit: an edit
 *
 * Sets `since` and `mark` of @edit, so that it stores how far the server was followed.
 */
void
vis_chat_turns_write_since (VisChatTurns *self, VisStoreEdit *edit)
{
  edit->since = vis_sync_get_since (self->sync);
  edit->mark = g_strdup (vis_sync_get_mark (self->sync));
}

gint64
vis_chat_turns_get_since (VisChatTurns *self)
{
  return vis_sync_get_since (self->sync);
}

/**
 * vis_chat_turns_is_whole: (skip)
 * @self: the turns
 *
 * Returns: whether no event is known to be missing
 */
gboolean
vis_chat_turns_is_whole (VisChatTurns *self)
{
  return vis_sync_is_whole (self->sync);
}

/**
 * vis_chat_turns_stop: (skip)
 * @self: the turns
 *
 * The connection is lost: drops what waits, which the server repeats over the next one.
 */
void
vis_chat_turns_stop (VisChatTurns *self)
{
  vis_clock_clear (self->clock, &self->hole_id);
  g_ptr_array_set_size (self->waiting, 0);
}
