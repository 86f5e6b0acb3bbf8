/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-show.h"

#include "vis-chat-message-private.h"
#include "vis-contact-private.h"
#include "vis-conversation-private.h"
#include "vis-timeline-private.h"

static VisDelivery
delivery_of (VisConversation *conversation, const VisStoredMessage *stored)
{
  const VisConversationState *state = vis_conversation_get_state (conversation);

  if (!stored->outgoing || stored->kind == VIS_MESSAGE_CALL)
    return VIS_DELIVERY_NONE;
  if (stored->state == VIS_STORED_PENDING)
    return VIS_DELIVERY_PENDING;
  if (stored->state == VIS_STORED_FAILED)
    return VIS_DELIVERY_FAILED;
  if (stored->position <= state->read)
    return VIS_DELIVERY_READ;
  return stored->position <= state->delivered ? VIS_DELIVERY_DELIVERED : VIS_DELIVERY_SENT;
}

/**
 * vis_chat_show_message: (skip)
 * @conversation: the conversation of the message
 * @stored: a message
 *
 * Updates the object of a message from its record, making one if there is none.
 *
 * Returns: (transfer full): the object
 */
VisChatMessage *
vis_chat_show_message (VisConversation *conversation, const VisStoredMessage *stored)
{
  VisTimeline    *timeline = vis_conversation_peek_timeline (conversation);
  VisChatMessage *last = vis_conversation_get_last_message (conversation);
  VisChatMessage *message = vis_timeline_lookup (timeline, stored->id);

  if (message == NULL && last != NULL && g_str_equal (vis_chat_message_get_id (last), stored->id))
    message = last;
  if (message != NULL)
    g_object_ref (message);
  else
    message = vis_chat_message_new (stored->id, stored->from, stored->outgoing, stored->kind);

  g_object_freeze_notify (G_OBJECT (message));
  vis_chat_message_set_position (message, stored->position);
  vis_chat_message_set_ts (message, stored->ts);
  vis_chat_message_set_text (message, stored->text);
  vis_chat_message_set_deleted (message, stored->deleted);
  vis_chat_message_set_call (
    message, stored->call_outcome, stored->call_video, stored->call_duration);
  vis_chat_message_set_delivery (message, delivery_of (conversation, stored));
  g_object_thaw_notify (G_OBJECT (message));
  return message;
}

static void
tick (VisChatMessage *message, const VisConversationState *state)
{
  VisDelivery delivery = vis_chat_message_get_delivery (message);
  gint64      position = vis_chat_message_get_position (message);

  if (delivery != VIS_DELIVERY_SENT && delivery != VIS_DELIVERY_DELIVERED)
    return;

  if (position <= state->read)
    vis_chat_message_set_delivery (message, VIS_DELIVERY_READ);
  else if (position <= state->delivered)
    vis_chat_message_set_delivery (message, VIS_DELIVERY_DELIVERED);
}

/* Updates `delivery` of own messages, from the newest back to the last one that was read before. */
static void
show_marks (VisConversation *conversation, const VisStoredConversation *stored)
{
  VisConversationState *state = vis_conversation_get_state (conversation);
  VisTimeline          *timeline = vis_conversation_peek_timeline (conversation);
  VisChatMessage       *last = vis_conversation_get_last_message (conversation);
  gint64                was_read = state->read;

  if (state->read == stored->read && state->delivered == stored->delivered)
    return;

  state->read = stored->read;
  state->delivered = stored->delivered;
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (timeline)); i > 0; i--)
    {
      VisChatMessage *message = vis_timeline_peek (timeline, i - 1);

      if (vis_chat_message_get_position (message) <= was_read)
        break;
      tick (message, state);
    }
  if (last != NULL)
    tick (last, state);
}

static void
show_conversation (VisChatModel                *model,
                   VisConversation             *conversation,
                   const VisStoredConversation *stored)
{
  VisConversationState      *state = vis_conversation_get_state (conversation);
  g_autoptr (VisChatMessage) last = NULL;

  if (stored->last != NULL)
    last = vis_chat_show_message (conversation, stored->last);
  vis_conversation_set_last_message (conversation, last);
  vis_conversation_set_unread (conversation, stored->unread);
  g_free (state->newest);
  state->newest = g_strdup (stored->newest);
  if (last != NULL && stored->last->state == VIS_STORED_PENDING)
    vis_chat_model_note_pending (model, stored->last->position);
  vis_chat_model_place (model, conversation);
}

/* Whether a new state is a reason to list the user: not after a removal or a block. */
static gboolean
is_news (VisContactState state)
{
  return state != VIS_CONTACT_NONE && state != VIS_CONTACT_BLOCKED;
}

static void
show_contact (VisChatModel *model, const VisStoredContact *stored)
{
  VisConversation *conversation = vis_chat_model_lookup (model, stored->user);
  VisContact      *contact;
  VisContactState  was;

  if (conversation == NULL && stored->state == VIS_CONTACT_NONE)
    return;

  conversation = vis_chat_model_ensure (model, stored->user);
  contact = vis_conversation_get_contact (conversation);
  was = vis_contact_get_state (contact);
  g_object_freeze_notify (G_OBJECT (contact));
  vis_contact_set_name (contact, stored->name);
  vis_contact_set_state (contact, stored->state);
  vis_contact_set_presence (contact, vis_contact_get_presence (contact), stored->last_seen);
  vis_chat_model_show_presence (model, contact);
  g_object_thaw_notify (G_OBJECT (contact));
  vis_conversation_set_since (conversation, is_news (stored->state) ? stored->since : 0);
  vis_chat_model_note_contact (model, conversation, was);
  vis_chat_model_place (model, conversation);
}

/* The conversation of a record; NULL if it is not shown. */
static VisConversation *
conversation_of (VisChatModel *model, const VisStoredConversation *stored)
{
  VisConversation *conversation = vis_chat_model_lookup (model, stored->chat);

  if (conversation == NULL && stored->last != NULL)
    conversation = vis_chat_model_ensure (model, stored->chat);
  return conversation;
}

/**
 * vis_chat_show_contents: (skip)
 * @model: an empty model
 * @contents: all that is stored but the messages
 *
 * Fills the model at the start, in one change of the list.
 */
void
vis_chat_show_contents (VisChatModel *model, const VisStoreContents *contents)
{
  for (guint i = 0; i < contents->drafts->len; i++)
    {
      const VisStoredDraft *draft = g_ptr_array_index (contents->drafts, i);

      vis_chat_model_note_draft (model, draft->chat, draft->text);
    }
  vis_chat_model_begin (model);
  for (guint i = 0; i < contents->conversations->len; i++)
    {
      const VisStoredConversation *stored = g_ptr_array_index (contents->conversations, i);
      VisConversation             *shown = conversation_of (model, stored);

      if (shown == NULL)
        continue;
      show_marks (shown, stored);
      show_conversation (model, shown, stored);
    }
  for (guint i = 0; i < contents->contacts->len; i++)
    show_contact (model, g_ptr_array_index (contents->contacts, i));
  vis_chat_model_end (model);
}

static void
show_messages (VisChatModel *model, VisConversation *conversation, const VisStoreChange *change)
{
  VisTimeline *timeline = vis_conversation_peek_timeline (conversation);

  if (change->cleared)
    vis_timeline_clear (timeline);
  for (guint i = 0; i < change->removed->len; i++)
    vis_timeline_remove (timeline, g_ptr_array_index (change->removed, i));

  for (guint i = 0; i < change->messages->len; i++)
    {
      const VisStoredMessage    *stored = g_ptr_array_index (change->messages, i);
      g_autoptr (VisChatMessage) message = vis_chat_show_message (conversation, stored);

      if (vis_timeline_get_opened (timeline))
        vis_timeline_insert (timeline, message);
      if (!stored->outgoing && change->fresh)
        vis_chat_model_stop_typing (model, conversation);
    }
}

static void
tell_received (VisChatModel *model, VisConversation *conversation, const VisStoreChange *change)
{
  for (guint i = 0; i < change->messages->len; i++)
    {
      const VisStoredMessage    *stored = g_ptr_array_index (change->messages, i);
      g_autoptr (VisChatMessage) message = NULL;

      if (stored->outgoing || stored->deleted)
        continue;
      message = vis_chat_show_message (conversation, stored);
      vis_chat_model_note_received (model, conversation, message);
    }
}

/**
 * vis_chat_show_failed: (skip)
 * @model: the model
 * @chat: a conversation
 * @message: the id of an own message in it
 *
 * Shows that a message could not be stored, and is not sent.
 */
void
vis_chat_show_failed (VisChatModel *model, const char *chat, const char *message)
{
  VisConversation *conversation = vis_chat_model_find (model, chat);
  VisChatMessage  *shown;

  if (conversation == NULL)
    return;
  shown = vis_timeline_lookup (vis_conversation_peek_timeline (conversation), message);
  if (shown == NULL)
    shown = vis_conversation_get_last_message (conversation);
  if (shown != NULL && g_str_equal (vis_chat_message_get_id (shown), message))
    vis_chat_message_set_delivery (shown, VIS_DELIVERY_FAILED);
}

/**
 * vis_chat_show_change: (skip)
 * @model: the model
 * @change: what an edit has done
 * @kind: what kind of edit it was
 *
 * Updates the objects after an edit.
 */
void
vis_chat_show_change (VisChatModel *model, const VisStoreChange *change, VisEditKind kind)
{
  VisConversation *edited;

  for (guint i = 0; i < change->contacts->len; i++)
    show_contact (model, g_ptr_array_index (change->contacts, i));

  /* In this order: `delivery` of a message follows from the marks, and the last message of a
   * conversation is the object in its timeline. */
  for (guint i = 0; i < change->conversations->len; i++)
    {
      const VisStoredConversation *stored = g_ptr_array_index (change->conversations, i);
      VisConversation             *conversation = conversation_of (model, stored);

      if (conversation != NULL)
        show_marks (conversation, stored);
    }

  /* A page of history is not inserted here but read from the store, so that it is one change of the
   * timeline. */
  edited = change->chat != NULL ? vis_chat_model_lookup (model, change->chat) : NULL;
  if (edited != NULL && (kind != VIS_EDIT_HISTORY || change->removed->len > 0))
    show_messages (model, edited, change);

  for (guint i = 0; i < change->conversations->len; i++)
    {
      const VisStoredConversation *stored = g_ptr_array_index (change->conversations, i);
      VisConversation             *conversation = conversation_of (model, stored);

      if (conversation != NULL)
        show_conversation (model, conversation, stored);
    }

  if (edited != NULL && change->fresh && kind == VIS_EDIT_RECEIVE)
    tell_received (model, edited, change);
}
