/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-private.h"

#include <string.h>

#include "vis-chat-message-private.h"
#include "vis-contact-private.h"
#include "vis-timeline-private.h"

/* The objects that people see follow from the store here, and nowhere else. */

static VisConversation *
lookup (VisChat *self, const char *chat)
{
  VisConversation *conversation = vis_conversation_list_lookup (self->conversations, chat);

  if (conversation == NULL && self->opening != NULL)
    conversation = g_hash_table_lookup (self->opening, chat);
  return conversation;
}

/* Remembers what is written in a conversation, %NULL for nothing, also while that is not listed. */
void
vis_chat_note_draft (VisChat *self, const char *chat, const char *text)
{
  if (text != NULL)
    g_hash_table_insert (self->drafts, g_strdup (chat), g_strdup (text));
  else
    g_hash_table_remove (self->drafts, chat);
}

/* A view goes on showing a conversation that has left the list. If it returns to the list, it is
 * the same object, so that the view follows. */
static VisConversation *
dup_unlisted (VisChat *self, const char *chat)
{
  GWeakRef *left = g_hash_table_lookup (self->unlisted, chat);

  return left != NULL ? g_weak_ref_get (left) : NULL;
}

/* Finds a conversation, or makes it. */
VisConversation *
vis_chat_ensure (VisChat *self, const char *chat)
{
  VisConversation            *known = lookup (self, chat);
  g_autoptr (VisContact)      contact = NULL;
  g_autoptr (VisConversation) conversation = NULL;

  if (known != NULL)
    return known;

  conversation = dup_unlisted (self, chat);
  if (conversation != NULL)
    {
      vis_chat_add_conversation (self, conversation);
      return conversation;
    }

  contact = vis_contact_new (chat);
  conversation = vis_conversation_new (contact);
  vis_chat_attach_history (self, conversation);
  vis_conversation_set_draft (conversation, g_hash_table_lookup (self->drafts, chat));
  if (self->opening != NULL)
    g_hash_table_insert (self->opening, g_strdup (chat), g_object_ref (conversation));
  else
    vis_chat_add_conversation (self, conversation);
  return conversation;
}

/* Nobody in particular, with nothing to read: no row of the list. */
static void
place (VisChat *self, VisConversation *conversation)
{
  g_autoptr (VisConversation) guard = g_object_ref (conversation);
  VisContact                 *contact = vis_conversation_get_contact (conversation);

  if (self->opening != NULL)
    return;

  if (vis_contact_get_state (contact) == VIS_CONTACT_NONE &&
      vis_conversation_get_last_message (conversation) == NULL)
    {
      vis_chat_stop_typing (self, conversation);
      vis_chat_remove_conversation (self, conversation);
      vis_chat_stop_history (conversation);
    }
  else
    {
      vis_conversation_list_resort (self->conversations, conversation);
    }
}

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
 * @self: the chat
 * @conversation: the conversation of the message
 * @stored: a message
 *
 * Brings the object of a message in line with what is stored; makes one where there is none.
 *
 * Returns: (transfer full): the object
 */
VisChatMessage *
vis_chat_show_message (VisChat *self, VisConversation *conversation, const VisStoredMessage *stored)
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

/* The other side has got or read more: from the newest message back to the last one it had read. */
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
show_conversation (VisChat                     *self,
                   VisConversation             *conversation,
                   const VisStoredConversation *stored)
{
  VisConversationState      *state = vis_conversation_get_state (conversation);
  g_autoptr (VisChatMessage) last = NULL;

  if (stored->last != NULL)
    last = vis_chat_show_message (self, conversation, stored->last);
  vis_conversation_set_last_message (conversation, last);
  vis_conversation_set_unread (conversation, stored->unread);
  g_free (state->newest);
  state->newest = g_strdup (stored->newest);
  if (last != NULL && stored->last->state == VIS_STORED_PENDING)
    self->last_pending = MAX (self->last_pending, stored->last->position);
  place (self, conversation);
}

/* Whether that somebody has become this is a reason to see them: not if they were sent away. */
static gboolean
is_news (VisContactState state)
{
  return state != VIS_CONTACT_NONE && state != VIS_CONTACT_BLOCKED;
}

static void
show_contact (VisChat *self, const VisStoredContact *stored)
{
  VisConversation *conversation = lookup (self, stored->user);
  VisContact      *contact;
  VisContactState  was;

  if (conversation == NULL && stored->state == VIS_CONTACT_NONE)
    return;

  conversation = vis_chat_ensure (self, stored->user);
  contact = vis_conversation_get_contact (conversation);
  was = vis_contact_get_state (contact);
  g_object_freeze_notify (G_OBJECT (contact));
  vis_contact_set_name (contact, stored->name);
  vis_contact_set_state (contact, stored->state);
  vis_contact_set_presence (contact, vis_contact_get_presence (contact), stored->last_seen);
  vis_chat_show_presence (self, contact);
  g_object_thaw_notify (G_OBJECT (contact));
  vis_conversation_set_since (conversation, is_news (stored->state) ? stored->since : 0);
  if (self->opening == NULL)
    vis_chat_note_contact (self, conversation, was);
  place (self, conversation);
  if (was != VIS_CONTACT_MUTUAL && stored->state == VIS_CONTACT_MUTUAL)
    vis_chat_resume_conversation (conversation);
}

/* The conversation that a record is shown in, if it is to be shown at all. */
static VisConversation *
conversation_of (VisChat *self, const VisStoredConversation *stored)
{
  VisConversation *conversation = lookup (self, stored->chat);

  if (conversation == NULL && stored->last != NULL)
    conversation = vis_chat_ensure (self, stored->chat);
  return conversation;
}

/* What was stored when the program began: everything in one change of the list. */
void
vis_chat_show_contents (VisChat *self, const VisStoreContents *contents)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter        iter;
  gpointer              conversation;

  for (guint i = 0; i < contents->drafts->len; i++)
    {
      const VisStoredDraft *draft = g_ptr_array_index (contents->drafts, i);

      vis_chat_note_draft (self, draft->chat, draft->text);
    }
  self->opening = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  for (guint i = 0; i < contents->conversations->len; i++)
    {
      const VisStoredConversation *stored = g_ptr_array_index (contents->conversations, i);
      VisConversation             *shown = conversation_of (self, stored);

      if (shown == NULL)
        continue;
      show_marks (shown, stored);
      show_conversation (self, shown, stored);
    }
  for (guint i = 0; i < contents->contacts->len; i++)
    show_contact (self, g_ptr_array_index (contents->contacts, i));
  for (guint i = 0; i < contents->requests->len; i++)
    vis_outbox_add (self->outbox, g_ptr_array_index (contents->requests, i));

  g_hash_table_iter_init (&iter, self->opening);
  while (g_hash_table_iter_next (&iter, NULL, &conversation))
    g_ptr_array_add (all, g_object_ref (conversation));
  g_clear_pointer (&self->opening, g_hash_table_unref);
  vis_chat_add_conversations (self, all);
}

static void
show_messages (VisChat *self, VisConversation *conversation, const VisStoreChange *change)
{
  VisTimeline *timeline = vis_conversation_peek_timeline (conversation);

  if (change->cleared)
    vis_timeline_clear (timeline);
  for (guint i = 0; i < change->removed->len; i++)
    vis_timeline_remove (timeline, g_ptr_array_index (change->removed, i));

  for (guint i = 0; i < change->messages->len; i++)
    {
      const VisStoredMessage    *stored = g_ptr_array_index (change->messages, i);
      g_autoptr (VisChatMessage) message = vis_chat_show_message (self, conversation, stored);

      if (vis_timeline_get_opened (timeline))
        vis_timeline_insert (timeline, message);
      if (!stored->outgoing && change->fresh)
        vis_chat_stop_typing (self, conversation);
    }
}

static void
tell_received (VisChat *self, VisConversation *conversation, const VisStoreChange *change)
{
  for (guint i = 0; i < change->messages->len; i++)
    {
      const VisStoredMessage    *stored = g_ptr_array_index (change->messages, i);
      g_autoptr (VisChatMessage) message = NULL;

      if (stored->outgoing || stored->deleted)
        continue;
      message = vis_chat_show_message (self, conversation, stored);
      vis_chat_emit_received (self, conversation, message);
    }
}

/**
 * vis_chat_show_change: (skip)
 * @self: the chat
 * @change: what an edit has done
 * @kind: what kind of edit it was
 *
 * Brings the objects in line with the store.
 */
void
vis_chat_show_change (VisChat *self, const VisStoreChange *change, VisEditKind kind)
{
  VisConversation *edited;

  for (guint i = 0; i < change->contacts->len; i++)
    show_contact (self, g_ptr_array_index (change->contacts, i));

  /* Marks before messages, whose ticks follow from them; messages before conversations, whose last
   * message is then the same object. */
  for (guint i = 0; i < change->conversations->len; i++)
    {
      const VisStoredConversation *stored = g_ptr_array_index (change->conversations, i);
      VisConversation             *conversation = conversation_of (self, stored);

      if (conversation != NULL)
        show_marks (conversation, stored);
    }

  /* A page of history is read from the store instead, which makes it one change of the timeline. */
  edited = change->chat != NULL ? lookup (self, change->chat) : NULL;
  if (edited != NULL && (kind != VIS_EDIT_HISTORY || change->removed->len > 0))
    show_messages (self, edited, change);

  for (guint i = 0; i < change->conversations->len; i++)
    {
      const VisStoredConversation *stored = g_ptr_array_index (change->conversations, i);
      VisConversation             *conversation = conversation_of (self, stored);

      if (conversation != NULL)
        show_conversation (self, conversation, stored);
    }

  for (guint i = 0; i < change->requests->len; i++)
    vis_outbox_add (self->outbox, g_ptr_array_index (change->requests, i));
  if (edited != NULL && change->fresh && kind == VIS_EDIT_RECEIVE)
    tell_received (self, edited, change);
}

/* Forgets that the other side writes. */
void
vis_chat_stop_typing (VisChat *self, VisConversation *conversation)
{
  vis_clock_clear (self->clock, &vis_conversation_get_state (conversation)->typing_id);
  vis_conversation_set_typing (conversation, FALSE);
}
