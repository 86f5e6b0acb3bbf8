/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-follower.h"

#include "vis-chat-edits.h"

struct _VisChatFollower
{
  GObject         parent_instance;

  VisChatModel   *model;
  VisChatJournal *journal;
  VisChatTurns   *turns;
  VisChatSender  *sender;
  VisWire        *wire;

  gint64          asked; /* `since` of the last hello */
  GPtrArray      *early; /* events received before the store was read */
  gboolean        begun : 1;
  gboolean        online : 1;
};

G_DEFINE_FINAL_TYPE (VisChatFollower, vis_chat_follower, G_TYPE_OBJECT)

enum
{
  ONLINE,
  OFFLINE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
vis_chat_follower_dispose (GObject *object)
{
  VisChatFollower *self = VIS_CHAT_FOLLOWER (object);

  /* Waiting events have this object as their owner. */
  if (self->turns != NULL)
    vis_chat_turns_stop (self->turns);
  self->online = FALSE;
  g_clear_object (&self->model);
  g_clear_object (&self->journal);
  g_clear_object (&self->turns);
  g_clear_object (&self->sender);
  g_clear_object (&self->wire);

  G_OBJECT_CLASS (vis_chat_follower_parent_class)->dispose (object);
}

static void
vis_chat_follower_finalize (GObject *object)
{
  VisChatFollower *self = VIS_CHAT_FOLLOWER (object);

  g_ptr_array_unref (self->early);

  G_OBJECT_CLASS (vis_chat_follower_parent_class)->finalize (object);
}

static void
vis_chat_follower_class_init (VisChatFollowerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vis_chat_follower_dispose;
  object_class->finalize = vis_chat_follower_finalize;

  signals[ONLINE] = g_signal_new ("online",
                                  VIS_TYPE_CHAT_FOLLOWER,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  2,
                                  G_TYPE_BOOLEAN,
                                  G_TYPE_BOOLEAN);
  signals[OFFLINE] = g_signal_new (
    "offline", VIS_TYPE_CHAT_FOLLOWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vis_chat_follower_init (VisChatFollower *self)
{
  self->early = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_message_unref);
}

static void
take_event (gpointer owner, gboolean repeated, gpointer data)
{
  VisChatFollower *self = owner;
  VisMessage      *event = data;
  VisStoreEdit    *edit;

  if (repeated)
    return;

  if (vis_message_get_kind (event) == VIS_KIND_CONTACT_CHANGED)
    vis_chat_model_note_presence (self->model, vis_message_get_object (event, VIS_FIELD_CONTACT));
  edit = vis_store_edit_from_event (event, vis_chat_model_get_user (self->model));
  if (edit == NULL)
    edit = vis_store_edit_new (VIS_EDIT_NOTE, NULL);
  /* It need not be sent again. */
  else if (edit->kind == VIS_EDIT_RECEIVE && edit->message->outgoing)
    vis_chat_sender_confirm (self->sender, edit->chat, edit->message->id);
  if (vis_message_get_seq (event) > 0)
    vis_chat_turns_write_since (self->turns, edit);
  vis_chat_journal_apply (self->journal, edit);
}

static void
handle (VisChatFollower *self, VisMessage *event)
{
  if (vis_message_get_kind (event) == VIS_KIND_CHAT_TYPING)
    vis_chat_model_note_typing (self->model, event);
  else if (vis_message_get_kind (event) == VIS_KIND_PRESENCE)
    vis_chat_model_note_presence (self->model, event);
  else if (vis_message_get_seq (event) > 0)
    vis_chat_turns_take (self->turns,
                         event,
                         take_event,
                         self,
                         vis_message_ref (event),
                         (GDestroyNotify) vis_message_unref);
  else
    take_event (self, FALSE, event);
}

static void
on_event (VisWire *wire, VisMessage *event, VisChatFollower *self)
{
  if (!self->begun)
    g_ptr_array_add (self->early, vis_message_ref (event));
  else if (self->online)
    handle (self, event);
}

/* Stored for the next start, which may have no connection. */
static void
take_name (VisChatFollower *self, const char *name)
{
  g_autofree char *was = g_strdup (vis_chat_model_get_name (self->model));
  VisStoreEdit    *edit;

  vis_chat_model_set_name (self->model, name);
  if (g_str_equal (was, vis_chat_model_get_name (self->model)))
    return;

  edit = vis_store_edit_new (VIS_EDIT_NAME, NULL);
  edit->text = g_strdup (vis_chat_model_get_name (self->model));
  vis_chat_journal_apply (self->journal, edit);
}

static void
go_online (VisChatFollower *self)
{
  g_autoptr (VisMessage) hello = vis_wire_dup_hello (self->wire);
  gboolean               reset;
  gboolean               lost; /* the server lacks data that is stored here */
  gint64                 seq;
  VisSyncStart           start;

  if (self->online || hello == NULL)
    return;

  self->online = TRUE;
  seq = vis_message_get_seq (hello);
  if (vis_message_has (hello, VIS_FIELD_NAME))
    take_name (self, vis_message_get_string (hello, VIS_FIELD_NAME));

  /* The server repeats events that could not be stored. */
  if (vis_chat_journal_thaw (self->journal))
    vis_chat_turns_rewind (self->turns,
                           vis_chat_journal_get_since (self->journal),
                           vis_chat_journal_get_mark (self->journal));

  reset = vis_message_get_boolean (hello, VIS_FIELD_RESET);
  lost = self->asked >= 0 && (vis_message_get_boolean (hello, VIS_FIELD_LOST) ||
                              seq < vis_chat_turns_get_since (self->turns));
  start = vis_chat_turns_start (self->turns, self->asked, seq, vis_message_get_mark (hello), reset);
  g_signal_emit (self, signals[ONLINE], 0, start == VIS_SYNC_RESET, lost);
}

static void
go_offline (VisChatFollower *self)
{
  if (!self->online)
    return;

  self->online = FALSE;
  g_signal_emit (self, signals[OFFLINE], 0);
}

static void
on_state (VisWire *wire, GParamSpec *pspec, VisChatFollower *self)
{
  VisWireState state = vis_wire_get_state (wire);

  if (state == VIS_WIRE_AUTHENTICATING || state == VIS_WIRE_CONNECTING)
    g_object_get (wire, "since", &self->asked, NULL);

  if (state != VIS_WIRE_ONLINE)
    {
      g_ptr_array_set_size (self->early, 0);
      go_offline (self);
    }
  else if (self->begun)
    {
      go_online (self);
    }
}

/**
 * vis_chat_follower_new: (skip)
 * @model: the model
 * @journal: stores the events
 * @turns: the order of events
 * @sender: is told which messages the server has
 * @wire: the connection to the server
 *
 * Returns: (transfer full): a follower that listens to @wire, and has not begun
 */
VisChatFollower *
vis_chat_follower_new (VisChatModel   *model,
                       VisChatJournal *journal,
                       VisChatTurns   *turns,
                       VisChatSender  *sender,
                       VisWire        *wire)
{
  VisChatFollower *self = g_object_new (VIS_TYPE_CHAT_FOLLOWER, NULL);

  self->model = g_object_ref (model);
  self->journal = g_object_ref (journal);
  self->turns = g_object_ref (turns);
  self->sender = g_object_ref (sender);
  self->wire = g_object_ref (wire);
  g_object_get (wire, "since", &self->asked, NULL);
  g_signal_connect_object (wire, "notify::state", G_CALLBACK (on_state), self, 0);
  g_signal_connect_object (wire, "event", G_CALLBACK (on_event), self, 0);
  return self;
}

/**
 * vis_chat_follower_begin: (skip)
 * @self: the follower
 *
 * Begins once the store was read, with the connection and the events that came before.
 */
void
vis_chat_follower_begin (VisChatFollower *self)
{
  g_autoptr (GPtrArray) early = g_steal_pointer (&self->early);

  self->early = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_message_unref);
  self->begun = TRUE;
  if (vis_chat_journal_get_since (self->journal) >= 0)
    vis_wire_set_since (self->wire,
                        vis_chat_journal_get_since (self->journal),
                        vis_chat_journal_get_mark (self->journal));

  if (vis_wire_get_state (self->wire) == VIS_WIRE_ONLINE)
    go_online (self);
  for (guint i = 0; i < early->len && self->online; i++)
    handle (self, g_ptr_array_index (early, i));
}

gboolean
vis_chat_follower_get_online (VisChatFollower *self)
{
  return self->online;
}
