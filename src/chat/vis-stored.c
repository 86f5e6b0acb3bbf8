/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-store.h"

/**
 * vis_stored_message_counts:
 * @self: a message
 *
 * Whether a message counts as unread until it is read: messages and missed calls of the other
 * person, as the server counts.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_stored_message_counts (const VisStoredMessage *self)
{
  if (self->outgoing || self->deleted || self->state != VIS_STORED_CONFIRMED)
    return FALSE;

  return self->kind != VIS_MESSAGE_CALL || g_strcmp0 (self->call_outcome, "missed") == 0;
}

void
vis_stored_message_free (VisStoredMessage *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->from);
  g_free (self->text);
  g_free (self->call_outcome);
  g_free (self);
}

void
vis_stored_contact_free (VisStoredContact *self)
{
  g_free (self->user);
  g_free (self->name);
  g_free (self);
}

void
vis_stored_conversation_free (VisStoredConversation *self)
{
  vis_stored_message_free (self->last);
  g_free (self->chat);
  g_free (self->newest);
  g_free (self->floor);
  g_free (self);
}

void
vis_stored_request_free (VisStoredRequest *self)
{
  g_free (self->chat);
  g_free (self->message);
  g_free (self->text);
  g_free (self);
}

void
vis_stored_chat_free (VisStoredChat *self)
{
  vis_stored_message_free (self->last);
  g_free (self->chat);
  g_free (self->read);
  g_free (self->delivered);
  g_free (self);
}

void
vis_stored_draft_free (VisStoredDraft *self)
{
  g_free (self->chat);
  g_free (self->text);
  g_free (self);
}

/**
 * vis_store_edit_new:
 * @kind: the kind of edit
 * @chat: (nullable): its conversation
 *
 * Makes an edit without the fields that @kind needs.
 *
 * Returns: (transfer full): a new edit
 */
VisStoreEdit *
vis_store_edit_new (VisEditKind kind, const char *chat)
{
  VisStoreEdit *self = g_new0 (VisStoreEdit, 1);

  self->kind = kind;
  self->since = -1;
  self->chat = g_strdup (chat);
  return self;
}

void
vis_store_edit_free (VisStoreEdit *self)
{
  g_clear_pointer (&self->message, vis_stored_message_free);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_pointer (&self->contacts, g_ptr_array_unref);
  g_clear_pointer (&self->chats, g_ptr_array_unref);
  g_free (self->chat);
  g_free (self->id);
  g_free (self->text);
  g_free (self->oldest);
  g_free (self->mark);
  g_free (self);
}

VisStoreChange *
vis_store_change_new (const char *chat)
{
  VisStoreChange *self = g_new0 (VisStoreChange, 1);

  self->chat = g_strdup (chat);
  self->conversations =
    g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_conversation_free);
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_message_free);
  self->removed = g_ptr_array_new_with_free_func (g_free);
  self->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_contact_free);
  self->requests = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_request_free);
  return self;
}

void
vis_store_change_free (VisStoreChange *self)
{
  g_ptr_array_unref (self->conversations);
  g_ptr_array_unref (self->messages);
  g_ptr_array_unref (self->removed);
  g_ptr_array_unref (self->contacts);
  g_ptr_array_unref (self->requests);
  g_free (self->chat);
  g_free (self);
}

VisStoreContents *
vis_store_contents_new (void)
{
  VisStoreContents *self = g_new0 (VisStoreContents, 1);

  self->since = -1;
  self->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_contact_free);
  self->conversations =
    g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_conversation_free);
  self->drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_draft_free);
  self->requests = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_request_free);
  return self;
}

void
vis_store_contents_free (VisStoreContents *self)
{
  g_ptr_array_unref (self->contacts);
  g_ptr_array_unref (self->conversations);
  g_ptr_array_unref (self->drafts);
  g_ptr_array_unref (self->requests);
  g_free (self->mark);
  g_free (self->name);
  g_free (self);
}

VisStorePage *
vis_store_page_new (void)
{
  VisStorePage *self = g_new0 (VisStorePage, 1);

  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_message_free);
  return self;
}

void
vis_store_page_free (VisStorePage *self)
{
  g_ptr_array_unref (self->messages);
  g_free (self->floor);
  g_free (self);
}
