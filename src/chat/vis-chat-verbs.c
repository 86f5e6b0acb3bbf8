/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-private.h"

#include "vis-chat-edits.h"
#include "vis-chat-message-private.h"
#include "vis-chat-records.h"
#include "vis-error.h"
#include "vis-id.h"
#include "vis-limits.h"
#include "vis-protocol-error.h"
#include "vis-timeline-private.h"

/* The other side shows typing for six seconds. */
#define TYPING_AGAIN_US (4 * G_USEC_PER_SEC)

static gboolean
is_online (VisChat *self)
{
  return self->follower != NULL && vis_chat_follower_get_online (self->follower);
}

/* The message is shown before it is stored, so that a slow disk is not noticed. */
static void
send_one (VisChat *self, VisConversation *conversation, const char *text)
{
  VisStoreEdit *edit =
    vis_store_edit_new (VIS_EDIT_QUEUE, vis_conversation_get_chat (conversation));
  VisStoredMessage          *stored = g_new0 (VisStoredMessage, 1);
  g_autoptr (VisChatMessage) message = NULL;
  VisTimeline               *timeline = vis_conversation_peek_timeline (conversation);

  stored->id = vis_id_new ();
  stored->from = g_strdup (vis_chat_model_get_user (self->model));
  stored->text = g_strdup (text);
  stored->ts = vis_clock_wall (self->clock);
  stored->position = vis_chat_model_next_pending (self->model);
  stored->state = VIS_STORED_PENDING;
  stored->outgoing = TRUE;

  message = vis_chat_show_message (conversation, stored);
  if (vis_timeline_get_opened (timeline) || !vis_chat_journal_has_store (self->journal))
    vis_timeline_insert (timeline, message);
  vis_conversation_set_last_message (conversation, message);
  vis_chat_model_place (self->model, conversation);

  edit->message = stored;
  vis_chat_journal_apply (self->journal, edit);
}

/**
 * vis_chat_send:
 * @self: the chat
 * @conversation: the conversation
 * @text: the text; more than 8,000 characters become several messages
 *
 * Sends a text. It is shown at once, with a clock, and sent as soon as the server can be reached.
 * Nothing happens for a text without a visible character.
 */
void
vis_chat_send (VisChat *self, VisConversation *conversation, const char *text)
{
  g_autofree char *valid = NULL;
  const char      *start;

  g_return_if_fail (VIS_IS_CHAT (self));
  g_return_if_fail (VIS_IS_CONVERSATION (conversation));
  g_return_if_fail (text != NULL);

  valid = g_strstrip (g_utf8_make_valid (text, -1));
  start = valid;
  while (*start != '\0')
    {
      const char      *end = start;
      g_autofree char *part = NULL;

      for (guint i = 0; i < VIS_LIMIT_TEXT && *end != '\0'; i++)
        end = g_utf8_next_char (end);
      part = g_strndup (start, (gsize) (end - start));
      send_one (self, conversation, part);
      start = end;
    }
  vis_chat_set_typing (self, conversation, FALSE);
}

/**
 * vis_chat_set_draft:
 * @self: the chat
 * @conversation: the conversation
 * @text: (nullable): the text; %NULL or "" for none
 *
 * Stores the draft of a conversation. It never leaves this computer.
 */
void
vis_chat_set_draft (VisChat *self, VisConversation *conversation, const char *text)
{
  VisStoreEdit *edit;

  g_return_if_fail (VIS_IS_CHAT (self));
  g_return_if_fail (VIS_IS_CONVERSATION (conversation));

  if (text != NULL && *text == '\0')
    text = NULL;
  if (g_strcmp0 (vis_conversation_get_draft (conversation), text) == 0)
    return;

  vis_conversation_set_draft (conversation, text);
  vis_chat_model_note_draft (self->model, vis_conversation_get_chat (conversation), text);
  edit = vis_store_edit_new (VIS_EDIT_DRAFT, vis_conversation_get_chat (conversation));
  edit->text = g_strdup (text);
  vis_chat_journal_apply (self->journal, edit);
}

/**
 * vis_chat_mark_read:
 * @self: the chat
 * @conversation: the conversation
 *
 * Marks all messages of a conversation as read, on all devices and for the other side. Nothing
 * happens if none is unread.
 */
void
vis_chat_mark_read (VisChat *self, VisConversation *conversation)
{
  VisConversationState *state;
  VisStoreEdit         *edit;

  g_return_if_fail (VIS_IS_CHAT (self));
  g_return_if_fail (VIS_IS_CONVERSATION (conversation));

  if (vis_conversation_get_unread (conversation) == 0)
    return;

  vis_conversation_set_unread (conversation, 0);
  state = vis_conversation_get_state (conversation);
  if (state->newest == NULL)
    return;

  edit = vis_store_edit_new (VIS_EDIT_READ_BY_ME, vis_conversation_get_chat (conversation));
  edit->id = g_strdup (state->newest);
  edit->queue = TRUE;
  vis_chat_journal_apply (self->journal, edit);
}

static void
ignore_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (VisMessage) answer = vis_wire_request_finish (VIS_WIRE (source), result, NULL);
}

/**
 * vis_chat_set_typing:
 * @self: the chat
 * @conversation: the conversation
 * @typing: whether this person is typing
 *
 * Tells the other side whether this person is typing. To be called with each change of the text: it
 * is sent every few seconds, and ends when a message is sent.
 */
void
vis_chat_set_typing (VisChat *self, VisConversation *conversation, gboolean typing)
{
  VisConversationState  *state;
  g_autoptr (VisMessage) request = NULL;
  gint64                 now;

  g_return_if_fail (VIS_IS_CHAT (self));
  g_return_if_fail (VIS_IS_CONVERSATION (conversation));

  state = vis_conversation_get_state (conversation);
  now = vis_clock_now (self->clock);
  if (typing ? state->told_typing != 0 && now - state->told_typing < TYPING_AGAIN_US
             : state->told_typing == 0)
    return;

  state->told_typing = 0;
  if (!is_online (self))
    return;
  if (typing)
    state->told_typing = now;

  request = vis_message_new (VIS_KIND_CHAT_TYPING);
  vis_message_set_string (request, VIS_FIELD_CHAT, vis_conversation_get_chat (conversation));
  vis_message_set_boolean (request, VIS_FIELD_TYPING, typing);
  vis_wire_request_async (self->wire, request, self->cancellable, ignore_answer, NULL);
}

static void
finish_task (gpointer owner, const VisStoreChange *change, gpointer data)
{
  GTask *task = data;

  if (change != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, VIS_ERROR, VIS_ERROR_STORE, "The change could not be stored");
}

static void
apply_for_task (VisChat *self, VisStoreEdit *edit, VisChatAppliedFunc then, GTask *task)
{
  if (vis_chat_journal_has_store (self->journal))
    {
      vis_chat_journal_apply_then (
        self->journal, edit, then, self, g_object_ref (task), g_object_unref);
      return;
    }

  vis_store_edit_free (edit);
  g_task_return_boolean (task, TRUE);
}

/* Removes a message from the outbox; FALSE if it may have been sent. */
static gboolean
withdraw (VisChat *self, const char *chat, const char *message)
{
  return self->sender != NULL && vis_chat_sender_withdraw (self->sender, chat, message);
}

/**
 * vis_chat_delete_async:
 * @self: the chat
 * @conversation: the conversation
 * @message: a message in it
 * @for_everyone: whether it is deleted for the other side as well, only for own messages
 * @cancellable: (nullable): stops the waiting
 * @callback: called when it is deleted here
 * @user_data: handed to @callback
 *
 * Deletes a message. It is deleted here when @callback is called; the server is told when it can be
 * reached.
 */
void
vis_chat_delete_async (VisChat            *self,
                       VisConversation    *conversation,
                       VisChatMessage     *message,
                       gboolean            for_everyone,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  VisStoreEdit     *edit;
  VisDelivery       delivery;
  const char       *chat;
  const char       *id;

  g_return_if_fail (VIS_IS_CHAT (self));
  g_return_if_fail (VIS_IS_CONVERSATION (conversation));
  g_return_if_fail (VIS_IS_CHAT_MESSAGE (message));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, vis_chat_delete_async);
  if (for_everyone && !vis_chat_message_get_outgoing (message))
    {
      g_task_return_new_error (
        task, VIS_ERROR, VIS_ERROR_FAILED, "Only the sender can delete for everyone");
      return;
    }

  chat = vis_conversation_get_chat (conversation);
  id = vis_chat_message_get_id (message);
  delivery = vis_chat_message_get_delivery (message);
  if (delivery == VIS_DELIVERY_FAILED ||
      (delivery == VIS_DELIVERY_PENDING && withdraw (self, chat, id)))
    {
      edit = vis_store_edit_new (VIS_EDIT_DROP, chat);
    }
  else if (delivery == VIS_DELIVERY_PENDING || !for_everyone)
    {
      /* A message that is on its way is deleted by a second request behind it. */
      edit = vis_store_edit_new (VIS_EDIT_HIDE, chat);
      edit->queue = TRUE;
      edit->for_all = for_everyone;
    }
  else
    {
      edit = vis_store_edit_new (VIS_EDIT_ERASE, chat);
      edit->queue = TRUE;
    }
  edit->id = g_strdup (id);
  apply_for_task (self, edit, finish_task, task);
}

/**
 * vis_chat_delete_finish:
 * @self: the chat
 * @result: what the callback was given
 * @error: %VIS_ERROR_STORE, or %VIS_ERROR_FAILED for a message of somebody else
 *
 * Returns: %TRUE if it is deleted
 */
gboolean
vis_chat_delete_finish (VisChat *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Messages whose edits came before the clearing were added to the outbox meanwhile. */
static void
on_cleared (gpointer owner, const VisStoreChange *change, gpointer data)
{
  VisChat *self = owner;

  if (change != NULL && self->sender != NULL)
    vis_chat_sender_withdraw_chat (self->sender, change->chat);
  finish_task (owner, change, data);
}

/**
 * vis_chat_clear_async:
 * @self: the chat
 * @conversation: what to clear
 * @cancellable: (nullable): stops the waiting
 * @callback: called when it is empty here
 * @user_data: handed to @callback
 *
 * Clears the history of a conversation for this person, on all devices. Messages in it that are not
 * sent yet will not be.
 */
void
vis_chat_clear_async (VisChat            *self,
                      VisConversation    *conversation,
                      GCancellable       *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  VisStoreEdit     *edit;

  g_return_if_fail (VIS_IS_CHAT (self));
  g_return_if_fail (VIS_IS_CONVERSATION (conversation));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, vis_chat_clear_async);
  if (self->sender != NULL)
    vis_chat_sender_withdraw_chat (self->sender, vis_conversation_get_chat (conversation));
  edit = vis_store_edit_new (VIS_EDIT_CLEAR, vis_conversation_get_chat (conversation));
  edit->queue = TRUE;
  apply_for_task (self, edit, on_cleared, task);
}

/**
 * vis_chat_clear_finish:
 * @self: the chat
 * @result: what the callback was given
 * @error: %VIS_ERROR_STORE
 *
 * Returns: %TRUE if it is empty
 */
gboolean
vis_chat_clear_finish (VisChat *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The edit of the answer was applied when it arrived; in its turn it only counts. */
static void
take_contact (gpointer owner, gboolean repeated, gpointer data)
{
  VisChat      *self = owner;
  VisStoreEdit *edit;

  if (repeated)
    return;
  edit = vis_store_edit_new (VIS_EDIT_NOTE, NULL);
  vis_chat_turns_write_since (self->turns, edit);
  vis_chat_journal_apply (self->journal, edit);
}

/* The answer may have the contact in it; without, the list is fetched. */
static void
on_contact_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)      task = data;
  VisChat               *self = g_task_get_source_object (task);
  GError                *error = NULL;
  g_autoptr (VisMessage) answer = vis_wire_request_finish (VIS_WIRE (source), result, &error);
  VisMessage            *object;
  VisStoreEdit          *edit = NULL;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (self->fetcher == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The chat is closed");
      return;
    }

  object = vis_message_get_object (answer, VIS_FIELD_CONTACT);
  if (object != NULL)
    edit = vis_store_edit_from_contact (object, vis_chat_model_get_user (self->model));
  else
    vis_chat_fetcher_want (self->fetcher, VIS_KIND_CONTACT_LIST);
  if (edit == NULL)
    edit = vis_store_edit_new (VIS_EDIT_NOTE, NULL);
  apply_for_task (self, edit, finish_task, task);
  if (vis_message_get_seq (answer) > 0 && is_online (self))
    vis_chat_turns_take (self->turns, answer, take_contact, self, NULL, NULL);
}

/**
 * vis_chat_contact_async:
 * @self: the chat
 * @verb: what to do
 * @user: a user name
 * @cancellable: (nullable): stops the waiting
 * @callback: called when it is done
 * @user_data: handed to @callback
 *
 * Adds, accepts, removes, blocks or unblocks a contact. This needs a connection.
 */
void
vis_chat_contact_async (VisChat            *self,
                        VisContactVerb      verb,
                        const char         *user,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  static const VisKind kinds[] = {
    [VIS_CONTACT_VERB_ADD] = VIS_KIND_CONTACT_ADD,
    [VIS_CONTACT_VERB_ACCEPT] = VIS_KIND_CONTACT_ACCEPT,
    [VIS_CONTACT_VERB_REMOVE] = VIS_KIND_CONTACT_REMOVE,
    [VIS_CONTACT_VERB_BLOCK] = VIS_KIND_CONTACT_BLOCK,
    [VIS_CONTACT_VERB_UNBLOCK] = VIS_KIND_CONTACT_UNBLOCK,
  };
  g_autoptr (GTask)      task = NULL;
  g_autoptr (VisMessage) request = NULL;

  g_return_if_fail (VIS_IS_CHAT (self));
  g_return_if_fail (user != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, vis_chat_contact_async);
  if (!is_online (self))
    {
      g_task_return_new_error (task, VIS_ERROR, VIS_ERROR_OFFLINE, "There is no connection");
      return;
    }
  if (!vis_chat_name_is_valid (user, vis_chat_model_get_user (self->model)))
    {
      g_task_return_new_error (
        task, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_NOT_FOUND, "That is no user name");
      return;
    }

  request = vis_message_new (kinds[verb]);
  vis_message_set_string (request, VIS_FIELD_USER, user);
  vis_wire_request_async (
    self->wire, request, self->cancellable, on_contact_answered, g_steal_pointer (&task));
}

/**
 * vis_chat_contact_finish:
 * @self: the chat
 * @result: what the callback was given
 * @error: an error of the wire (%VIS_PROTOCOL_ERROR), of the connection or the store (%VIS_ERROR)
 *
 * Returns: %TRUE if it is done
 */
gboolean
vis_chat_contact_finish (VisChat *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
