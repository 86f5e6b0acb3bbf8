/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-records.h"

#include "vis-id.h"

/* Groups and a conversation with oneself are not supported by this version. */
gboolean
vis_chat_name_is_valid (const char *chat, const char *me)
{
  return vis_user_is_valid (chat) && !g_str_equal (chat, me);
}

static void
read_call (VisStoredMessage *message, const VisMessage *call)
{
  gint64 duration = vis_message_get_integer (call, VIS_FIELD_DURATION_MS) / 1000;

  message->kind = VIS_MESSAGE_CALL;
  message->call_outcome = g_strdup (vis_message_get_string (call, VIS_FIELD_OUTCOME));
  message->call_video =
    g_strcmp0 (vis_message_get_string (call, VIS_FIELD_MEDIA_KIND), "video") == 0;
  message->call_duration = (guint) CLAMP (duration, 0, G_MAXINT32);
}

/* Reads the content by kind. Of an unknown kind, or without the fields of its kind, only the place
 * is kept. */
static void
read_contents (VisStoredMessage *message, const VisMessage *object)
{
  const char *kind = vis_message_get_string (object, VIS_FIELD_KIND);
  const char *text = vis_message_get_string (object, VIS_FIELD_TEXT);
  VisMessage *call = vis_message_get_object (object, VIS_FIELD_CALL_INFO);

  if (g_str_equal (kind, "call") && call != NULL)
    read_call (message, call);
  else if (g_str_equal (kind, "text") && text != NULL)
    message->text = g_strdup (text);
  else
    message->kind = VIS_MESSAGE_UNKNOWN;

  /* A silent message changes something else, and has no row of its own. */
  if (message->kind == VIS_MESSAGE_UNKNOWN && vis_message_get_boolean (object, VIS_FIELD_SILENT))
    message->state = VIS_STORED_HIDDEN;
}

/**
 * vis_stored_message_from_wire:
 * @object: a message
 * @me: the user name of this person
 * @chat: the conversation that it was sent for
 *
 * Reads a message.
 *
 * Returns: (transfer full) (nullable): the message, %NULL if it is of another conversation or of a
 * third person
 */
VisStoredMessage *
vis_stored_message_from_wire (const VisMessage *object, const char *me, const char *chat)
{
  g_autoptr (VisStoredMessage) message = g_new0 (VisStoredMessage, 1);
  const char                  *from = vis_message_get_string (object, VIS_FIELD_FROM);

  message->outgoing = g_str_equal (from, me);
  if (!g_str_equal (vis_message_get_string (object, VIS_FIELD_CHAT), chat) ||
      (!message->outgoing && !g_str_equal (from, chat)))
    return NULL;

  message->id = g_strdup (vis_message_get_string (object, VIS_FIELD_ID));
  message->from = g_strdup (from);
  message->ts = vis_message_get_integer (object, VIS_FIELD_TS);
  message->deleted = vis_message_get_boolean (object, VIS_FIELD_DELETED);
  message->state = VIS_STORED_CONFIRMED;
  if (!message->deleted)
    read_contents (message, object);

  return g_steal_pointer (&message);
}

/* The valid messages of a page, in its order. */
GPtrArray *
vis_stored_messages_from_wire (GPtrArray *objects, const char *me, const char *chat)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_message_free);

  for (guint i = 0; objects != NULL && i < objects->len; i++)
    {
      VisStoredMessage *message =
        vis_stored_message_from_wire (g_ptr_array_index (objects, i), me, chat);

      if (message != NULL)
        g_ptr_array_add (messages, message);
    }

  return messages;
}

VisPresence
vis_presence_from_wire (const VisMessage *object)
{
  const char *word = vis_message_get_string (object, VIS_FIELD_PRESENCE);

  if (g_strcmp0 (word, "online") == 0)
    return VIS_PRESENCE_ONLINE;
  if (g_strcmp0 (word, "away") == 0)
    return VIS_PRESENCE_AWAY;
  return VIS_PRESENCE_OFFLINE;
}

VisStoredContact *
vis_stored_contact_from_wire (const VisMessage *object, const char *me)
{
  static const char *const words[] = {
    [VIS_CONTACT_NONE] = "none",           [VIS_CONTACT_MUTUAL] = "mutual",
    [VIS_CONTACT_REQUESTED] = "requested", [VIS_CONTACT_INCOMING] = "incoming",
    [VIS_CONTACT_BLOCKED] = "blocked",
  };
  const char       *user = vis_message_get_string (object, VIS_FIELD_USER);
  const char       *state = vis_message_get_string (object, VIS_FIELD_STATE);
  VisStoredContact *contact;

  if (!vis_chat_name_is_valid (user, me))
    return NULL;

  contact = g_new0 (VisStoredContact, 1);
  contact->user = g_strdup (user);
  contact->name = g_strdup (vis_message_get_string (object, VIS_FIELD_NAME));
  contact->last_seen = vis_message_get_integer (object, VIS_FIELD_LAST_SEEN);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (state, words[i]))
      contact->state = (VisContactState) i;
  return contact;
}

VisStoredChat *
vis_stored_chat_from_wire (const VisMessage *object, const char *me)
{
  const char    *name = vis_message_get_string (object, VIS_FIELD_CHAT);
  VisMessage    *last = vis_message_get_object (object, VIS_FIELD_LAST);
  VisStoredChat *chat;

  if (!vis_chat_name_is_valid (name, me))
    return NULL;

  chat = g_new0 (VisStoredChat, 1);
  chat->chat = g_strdup (name);
  chat->last = last != NULL ? vis_stored_message_from_wire (last, me, name) : NULL;
  chat->partial = chat->last == NULL && (last != NULL || vis_message_get_skipped (object) > 0);
  chat->unread = (guint) CLAMP (vis_message_get_integer (object, VIS_FIELD_UNREAD), 0, G_MAXINT32);
  chat->read = g_strdup (vis_message_get_string (object, VIS_FIELD_READ));
  chat->delivered = g_strdup (vis_message_get_string (object, VIS_FIELD_DELIVERED));
  return chat;
}

/**
 * vis_stored_request_to_wire:
 * @request: a stored request
 *
 * Makes the message that is sent for a request.
 *
 * Returns: (transfer full) (nullable): the message, %NULL for a text without content
 */
VisMessage *
vis_stored_request_to_wire (const VisStoredRequest *request)
{
  static const VisKind kinds[] = {
    [VIS_REQUEST_SEND] = VIS_KIND_CHAT_SEND,
    [VIS_REQUEST_READ] = VIS_KIND_CHAT_READ,
    [VIS_REQUEST_DELIVERED] = VIS_KIND_CHAT_DELIVERED,
    [VIS_REQUEST_DELETE_FOR_ME] = VIS_KIND_CHAT_DELETE,
    [VIS_REQUEST_DELETE_FOR_ALL] = VIS_KIND_CHAT_DELETE,
    [VIS_REQUEST_CLEAR] = VIS_KIND_CHAT_CLEAR,
  };
  VisMessage *message;

  if (request->kind == VIS_REQUEST_SEND && (request->text == NULL || *request->text == '\0'))
    return NULL;

  message = vis_message_new (kinds[request->kind]);
  vis_message_set_string (message, VIS_FIELD_CHAT, request->chat);
  if (request->kind == VIS_REQUEST_SEND)
    {
      g_autoptr (VisMessage) draft = vis_message_new (VIS_KIND_OBJECT_DRAFT);

      vis_message_set_string (draft, VIS_FIELD_ID, request->message);
      vis_message_set_string (draft, VIS_FIELD_DRAFT_KIND, "text");
      vis_message_set_string (draft, VIS_FIELD_TEXT, request->text);
      vis_message_set_object (message, VIS_FIELD_DRAFT, draft);
    }
  else if (request->message != NULL)
    {
      vis_message_set_string (message, VIS_FIELD_MESSAGE_ID, request->message);
    }
  if (request->kind == VIS_REQUEST_DELETE_FOR_ME || request->kind == VIS_REQUEST_DELETE_FOR_ALL)
    vis_message_set_string (
      message, VIS_FIELD_FOR, request->kind == VIS_REQUEST_DELETE_FOR_ME ? "me" : "everyone");

  return message;
}
