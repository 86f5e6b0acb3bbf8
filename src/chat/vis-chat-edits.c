/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-edits.h"

#include "vis-chat-records.h"

static VisStoreEdit *
edit_of_message (const VisMessage *event, const char *me, const char *chat)
{
  VisStoreEdit     *edit;
  VisStoredMessage *message =
    vis_stored_message_from_wire (vis_message_get_object (event, VIS_FIELD_MESSAGE), me, chat);

  if (message == NULL)
    return NULL;

  edit = vis_store_edit_new (VIS_EDIT_RECEIVE, chat);
  edit->queue = TRUE;
  edit->message = message;
  return edit;
}

static VisStoreEdit *
edit_of_mark (const VisMessage *event, const char *me, const char *chat, gboolean read)
{
  const char   *user = vis_message_get_string (event, VIS_FIELD_USER);
  VisEditKind   kind = read ? VIS_EDIT_READ_BY_PEER : VIS_EDIT_DELIVERED_TO_PEER;
  VisStoreEdit *edit;

  if (g_str_equal (user, me))
    {
      /* Delivery to another device of this person is not stored. */
      if (!read)
        return NULL;
      kind = VIS_EDIT_READ_BY_ME;
    }
  else if (!g_str_equal (user, chat))
    {
      return NULL;
    }

  edit = vis_store_edit_new (kind, chat);
  edit->id = g_strdup (vis_message_get_string (event, VIS_FIELD_MESSAGE_ID));
  return edit;
}

static VisStoreEdit *
edit_of_deletion (const VisMessage *event, const char *chat)
{
  gboolean      for_all = g_str_equal (vis_message_get_string (event, VIS_FIELD_FOR), "everyone");
  VisStoreEdit *edit = vis_store_edit_new (for_all ? VIS_EDIT_ERASE : VIS_EDIT_HIDE, chat);

  edit->id = g_strdup (vis_message_get_string (event, VIS_FIELD_MESSAGE_ID));
  return edit;
}

static VisStoreEdit *
edit_of_clearing (const VisMessage *event, const char *chat)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_CLEAR, chat);

  edit->id = g_strdup (vis_message_get_string (event, VIS_FIELD_MESSAGE_ID));
  return edit;
}

/**
 * vis_store_edit_from_contact: (skip)
 * @object: a contact of the server
 * @me: the user name of this person
 *
 * The edit of a contact that has changed.
 *
 * Returns: (transfer full) (nullable): the edit, %NULL if its user name is not valid
 */
VisStoreEdit *
vis_store_edit_from_contact (const VisMessage *object, const char *me)
{
  VisStoredContact *contact = vis_stored_contact_from_wire (object, me);
  VisStoreEdit     *edit;

  if (contact == NULL)
    return NULL;

  edit = vis_store_edit_new (VIS_EDIT_CONTACT, NULL);
  edit->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_contact_free);
  g_ptr_array_add (edit->contacts, contact);
  return edit;
}

/**
 * vis_store_edit_from_event: (skip)
 * @event: an event
 * @me: the user name of this person
 *
 * The edit of an event.
 *
 * Returns: (transfer full) (nullable): the edit, %NULL if it changes nothing in the store
 */
VisStoreEdit *
vis_store_edit_from_event (const VisMessage *event, const char *me)
{
  const char *chat = NULL;

  if (vis_message_get_kind (event) == VIS_KIND_CONTACT_CHANGED)
    return vis_store_edit_from_contact (vis_message_get_object (event, VIS_FIELD_CONTACT), me);

  if (vis_message_has (event, VIS_FIELD_CHAT))
    chat = vis_message_get_string (event, VIS_FIELD_CHAT);
  if (chat == NULL || !vis_chat_name_is_valid (chat, me))
    return NULL;

  if (vis_message_get_kind (event) == VIS_KIND_CHAT_MESSAGE)
    return edit_of_message (event, me, chat);
  if (vis_message_get_kind (event) == VIS_KIND_CHAT_READ)
    return edit_of_mark (event, me, chat, TRUE);
  if (vis_message_get_kind (event) == VIS_KIND_CHAT_DELIVERED)
    return edit_of_mark (event, me, chat, FALSE);
  if (vis_message_get_kind (event) == VIS_KIND_CHAT_DELETED)
    return edit_of_deletion (event, chat);
  if (vis_message_get_kind (event) == VIS_KIND_CHAT_CLEARED)
    return edit_of_clearing (event, chat);
  return NULL;
}
