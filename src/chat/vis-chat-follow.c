/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-private.h"

#include "vis-chat-edits.h"

static void
take_event (gpointer owner, gboolean repeated, gpointer data)
{
  VisChat      *self = owner;
  VisMessage   *event = data;
  VisStoreEdit *edit;

  if (repeated)
    return;

  if (vis_message_get_kind (event) == VIS_KIND_CONTACT_CHANGED)
    vis_chat_model_note_presence (self->model, vis_message_get_object (event, VIS_FIELD_CONTACT));
  edit = vis_store_edit_from_event (event, vis_chat_model_get_user (self->model));
  if (edit == NULL)
    edit = vis_store_edit_new (VIS_EDIT_NOTE, NULL);
  /* The server has it: it need not be sent again. */
  else if (edit->kind == VIS_EDIT_RECEIVE && edit->message->outgoing)
    vis_chat_sender_confirm (self->sender, edit->chat, edit->message->id);
  if (vis_message_get_seq (event) > 0)
    vis_chat_turns_count (self->turns, edit);
  vis_chat_journal_apply (self->journal, edit);
}

static void
handle (VisChat *self, VisMessage *event)
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
on_event (VisWire *wire, VisMessage *event, VisChat *self)
{
  if (!self->loaded)
    g_ptr_array_add (self->early, vis_message_ref (event));
  else if (self->online)
    handle (self, event);
}

/* Kept for the next start, which may have no connection. */
static void
take_name (VisChat *self, const char *name)
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
go_online (VisChat *self)
{
  g_autoptr (VisMessage) hello = vis_wire_dup_hello (self->wire);
  gboolean               reset;
  gboolean               lost; /* the server does not have what is known here */
  gint64                 seq;

  if (self->online || hello == NULL)
    return;

  self->online = TRUE;
  seq = vis_message_get_seq (hello);
  if (vis_message_has (hello, VIS_FIELD_NAME))
    take_name (self, vis_message_get_string (hello, VIS_FIELD_NAME));

  /* What could not be stored comes again. */
  if (vis_chat_journal_thaw (self->journal))
    vis_chat_turns_rewind (self->turns,
                           vis_chat_journal_get_since (self->journal),
                           vis_chat_journal_get_mark (self->journal));

  vis_chat_fetcher_start (self->fetcher);
  reset = vis_message_get_boolean (hello, VIS_FIELD_RESET);
  lost = self->asked >= 0 && (vis_message_get_boolean (hello, VIS_FIELD_LOST) ||
                              seq < vis_chat_turns_get_since (self->turns));
  if (vis_chat_turns_start (self->turns, self->asked, seq, vis_message_get_mark (hello), reset) ==
      VIS_SYNC_RESET)
    vis_chat_fetcher_reset (self->fetcher, lost);
  vis_chat_fetcher_ask (self->fetcher);
  vis_chat_turns_watch (self->turns);
  vis_chat_sender_start (self->sender);
  vis_chat_history_start (self->history);
}

static void
go_offline (VisChat *self)
{
  if (!self->online)
    return;

  self->online = FALSE;
  vis_chat_turns_stop (self->turns);
  vis_chat_fetcher_stop (self->fetcher);
  vis_chat_sender_stop (self->sender);
  vis_chat_history_stop (self->history);
  vis_chat_model_go_offline (self->model);
}

static void
on_state (VisWire *wire, GParamSpec *pspec, VisChat *self)
{
  VisWireState state = vis_wire_get_state (wire);

  if (state == VIS_WIRE_AUTHENTICATING || state == VIS_WIRE_CONNECTING)
    g_object_get (wire, "since", &self->asked, NULL);

  if (state != VIS_WIRE_ONLINE)
    {
      g_ptr_array_set_size (self->early, 0);
      go_offline (self);
    }
  else if (self->loaded)
    {
      go_online (self);
    }
  vis_chat_update_connection (self);
}

/**
 * vis_chat_follow: (skip)
 * @self: the chat
 *
 * Listens to the wire.
 */
void
vis_chat_follow (VisChat *self)
{
  g_object_get (self->wire, "since", &self->asked, NULL);
  g_signal_connect_object (self->wire, "notify::state", G_CALLBACK (on_state), self, 0);
  g_signal_connect_object (self->wire, "event", G_CALLBACK (on_event), self, 0);
  vis_chat_update_connection (self);
}

/**
 * vis_chat_follow_loaded: (skip)
 * @self: the chat
 *
 * The store was read: goes on with what has happened meanwhile.
 */
void
vis_chat_follow_loaded (VisChat *self)
{
  g_autoptr (GPtrArray) early = NULL;

  if (self->wire == NULL)
    return;

  if (vis_chat_journal_get_since (self->journal) >= 0)
    vis_wire_set_since (self->wire,
                        vis_chat_journal_get_since (self->journal),
                        vis_chat_journal_get_mark (self->journal));
  early = g_steal_pointer (&self->early);
  self->early = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_message_unref);

  if (vis_wire_get_state (self->wire) == VIS_WIRE_ONLINE)
    go_online (self);
  for (guint i = 0; i < early->len && self->online; i++)
    handle (self, g_ptr_array_index (early, i));
  vis_chat_update_connection (self);
}

/**
 * vis_chat_unfollow: (skip)
 * @self: the chat
 *
 * Listens no more, and stops whatever waits for the clock.
 */
void
vis_chat_unfollow (VisChat *self)
{
  g_signal_handlers_disconnect_by_data (self->wire, self);
  vis_chat_turns_stop (self->turns);
  vis_chat_fetcher_stop (self->fetcher);
  vis_chat_sender_stop (self->sender);
  vis_chat_history_stop (self->history);
  self->online = FALSE;
}
