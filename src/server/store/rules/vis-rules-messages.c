/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-rules-private.h"

/* Reads and writes chats and their messages, for the rules that send, list or log messages. */

/* Parses the record of a call, written by call_body() in vis-rules-calls.c. */
static VisMessage *
call_info (const char *id, const char *body)
{
  g_auto (GStrv) words = g_strsplit (body != NULL ? body : "", " ", 4);
  guint          n = g_strv_length (words);
  VisMessage    *info = vis_message_new (VIS_KIND_OBJECT_CALL_INFO);

  vis_message_set_string (info, VIS_FIELD_ID, n > 3 ? words[3] : id);
  vis_message_set_string (info, VIS_FIELD_MEDIA_KIND, n > 0 ? words[0] : "audio");
  if (n >= 3)
    {
      vis_message_set_string (info, VIS_FIELD_OUTCOME, words[1]);
      vis_message_set_integer (info, VIS_FIELD_DURATION_MS, g_ascii_strtoll (words[2], NULL, 10));
    }
  else
    vis_message_set_string (info, VIS_FIELD_OUTCOME, "failed");
  return info;
}

/* A message of the protocol, from the view of @me; @other is the name of the other user. */
VisMessage *
vis_rules_message (const VisStoreMessageRow *row, const VisStoreUser *me, const char *other)
{
  VisMessage *message = vis_message_new (VIS_KIND_OBJECT_MESSAGE);
  gboolean    call = row->kind == VIS_STORE_MESSAGE_CALL;

  vis_message_set_string (message, VIS_FIELD_ID, row->id);
  vis_message_set_string (message, VIS_FIELD_CHAT, other);
  vis_message_set_string (message, VIS_FIELD_FROM, row->sender == me->id ? me->user : other);
  vis_message_set_integer (message, VIS_FIELD_TS, row->ts);
  vis_message_set_string (message, VIS_FIELD_KIND, call ? "call" : "text");
  if (row->deleted)
    vis_message_set_boolean (message, VIS_FIELD_DELETED, TRUE);
  else if (call)
    {
      g_autoptr (VisMessage) info = call_info (row->id, row->body);

      vis_message_set_object (message, VIS_FIELD_CALL_INFO, info);
    }
  else
    vis_message_set_string (message, VIS_FIELD_TEXT, row->body);
  if (row->reply_to != NULL)
    vis_message_set_string (message, VIS_FIELD_REPLY_TO, row->reply_to);
  return message;
}

/* Upper bound of the encoded size of a message, in bytes. JSON escapes a control character in six
 * bytes; a text of them must not make an answer larger than clients accept. */
gsize
vis_rules_weigh (const VisMessage *message)
{
  const char *text = vis_message_get_string (message, VIS_FIELD_TEXT);
  gsize       bytes = 400;

  for (const char *c = text; c != NULL && *c != '\0'; c++)
    bytes += (guchar) *c < 0x20 ? 6 : *c == '"' || *c == '\\' ? 2 : 1;
  return bytes;
}

/* Finds the chat that a request names: with a mutual contact, even if empty, or one with a history.
 * NULL with the error set. */
const VisStorePair *
vis_rules_find_chat (VisStoreTx          *tx,
                     VisServerStoreOp    *op,
                     const VisStoreUser **me,
                     const VisStoreUser **other)
{
  const VisStoreWho   who[] = { { .id = op->user },
                                { .user = vis_message_get_string (op->request, VIS_FIELD_CHAT) } };
  const VisStoreUser *users[2];
  const VisStorePair *pair = NULL;

  tx->rows->find_users (tx, who, G_N_ELEMENTS (who), users);
  *me = users[0];
  *other = users[1];
  if (*me != NULL && *other != NULL && *me != *other)
    pair = tx->rows->get_pair (tx, *me, *other);
  if (pair != NULL &&
      (pair->chat != 0 || vis_store_pair_get_standing (pair, op->user) == VIS_STANDING_MUTUAL))
    return pair;
  vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_NOT_FOUND, "there is no such chat");
  return NULL;
}

/* Finds a message of a chat by id; FALSE with the error set. */
gboolean
vis_rules_find_message (VisStoreTx         *tx,
                        VisServerStoreOp   *op,
                        const VisStorePair *pair,
                        const char         *id,
                        VisStoreMessageRow *row)
{
  if (tx->rows->find_message (tx, id, row) && row->chat == pair->chat)
    return TRUE;
  vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_NOT_FOUND, "there is no such message");
  return FALSE;
}

static VisMessage *
message_event (const char *chat, VisMessage *message)
{
  VisMessage *event = vis_message_new (VIS_KIND_CHAT_MESSAGE);

  vis_message_set_string (event, VIS_FIELD_CHAT, chat);
  vis_message_set_object (event, VIS_FIELD_MESSAGE, message);
  return event;
}

/* Writes a message of @me and an event for both users. The caller sets `id`, `kind`, `body` and
 * `reply_to` of @row; the rest is set here. Returns (transfer full) the message from the view of
 * @me, and its place; NULL if the id is in use. */
VisMessage *
vis_rules_add_message (VisStoreTx         *tx,
                       VisServerStoreOp   *op,
                       const VisStorePair *pair,
                       const VisStoreUser *me,
                       const VisStoreUser *other,
                       VisStoreMessageRow *row,
                       VisStorePlace      *place)
{
  VisMessage            *mine;
  g_autoptr (VisMessage) theirs = NULL;
  VisStorePlace          theirs_at;

  row->n = tx->rows->reserve_message (tx, pair, row->id);
  if (row->n == 0)
    return NULL;

  row->chat = pair->chat;
  row->sender = me->id;
  row->ts = op->now;
  *place = tx->rows->add_event (tx, me, op->now, NULL, row->chat, row->n);
  theirs_at = tx->rows->add_event (tx, other, op->now, NULL, row->chat, row->n);
  row->seq = place->seq;
  tx->rows->add_message (tx, row);

  mine = vis_rules_message (row, me, other->user);
  theirs = vis_message_copy (mine);
  vis_message_set_string (theirs, VIS_FIELD_CHAT, me->user);
  vis_server_store_op_add_event (op, me->id, place, op->device, message_event (other->user, mine));
  vis_server_store_op_add_event (op, other->id, &theirs_at, 0, message_event (me->user, theirs));
  return mine;
}
