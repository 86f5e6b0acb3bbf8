/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-private.h"

/* What is read of a chat and its messages, for all who write, list or log them. */

/* The record of a call, as call_body() has written it. */
VisMessage *
vis_sqlite_call_info (const char *id, const char *body)
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

/* A message as one of its two people sees it, of the columns from @at on. */
VisMessage *
vis_sqlite_message (
  sqlite3_stmt *statement, int at, gint64 me_id, const char *me, const char *other)
{
  VisMessage *message = vis_message_new (VIS_KIND_OBJECT_MESSAGE);
  int         kind = sqlite3_column_int (statement, at + 4);
  gboolean    deleted = sqlite3_column_int (statement, at + 5);
  char        id[37] = "";

  vis_sqlite_id (statement, at + 1, id);
  vis_message_set_string (message, VIS_FIELD_ID, id);
  vis_message_set_string (message, VIS_FIELD_CHAT, other);
  vis_message_set_string (
    message, VIS_FIELD_FROM, sqlite3_column_int64 (statement, at + 2) == me_id ? me : other);
  vis_message_set_integer (message, VIS_FIELD_TS, sqlite3_column_int64 (statement, at + 3));
  vis_message_set_string (message, VIS_FIELD_KIND, kind == VIS_SQLITE_CALL ? "call" : "text");
  if (deleted)
    vis_message_set_boolean (message, VIS_FIELD_DELETED, TRUE);
  else if (kind == VIS_SQLITE_CALL)
    {
      g_autoptr (VisMessage) info = vis_sqlite_call_info (id, vis_sqlite_text (statement, at + 6));

      vis_message_set_object (message, VIS_FIELD_CALL_INFO, info);
    }
  else
    vis_message_set_string (message, VIS_FIELD_TEXT, vis_sqlite_text (statement, at + 6));
  if (vis_sqlite_id (statement, at + 7, id))
    vis_message_set_string (message, VIS_FIELD_REPLY_TO, id);
  return message;
}

/* What a message weighs on the wire: a control character is six bytes there, and whoever writes
 * a text made of them must not make an answer that a client refuses. */
gsize
vis_sqlite_weigh (const VisMessage *message)
{
  const char *text = vis_message_get_string (message, VIS_FIELD_TEXT);
  gsize       bytes = 400;

  for (const char *c = text; c != NULL && *c != '\0'; c++)
    bytes += (guchar) *c < 0x20 ? 6 : *c == '"' || *c == '\\' ? 2 : 1;
  return bytes;
}

/* A chat that a request names: a contact's, even if it is empty, or one that has a history. */
VisSqlitePair *
vis_sqlite_find_chat (VisSqlite        *self,
                      VisServerStoreOp *op,
                      VisSqliteUser   **me,
                      VisSqliteUser   **other)
{
  const char    *name = vis_message_get_string (op->request, VIS_FIELD_CHAT);
  VisSqlitePair *pair = NULL;

  *me = vis_sqlite_user (self, op->user);
  *other = vis_sqlite_user_by_name (self, name);
  if (*me != NULL && *other != NULL && *me != *other)
    pair = vis_sqlite_pair (self, (*me)->id, (*other)->id);
  if (pair != NULL &&
      (pair->chat != 0 || vis_sqlite_standing (pair, op->user) == VIS_STANDING_MUTUAL))
    return pair;
  vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_NOT_FOUND, "there is no such chat");
  return NULL;
}

/* Finds a message by its id; the statement has its columns. */
sqlite3_stmt *
vis_sqlite_select_message (VisSqlite *self, const char *id)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_ID_GET);

  sqlite3_bind_int64 (statement, 1, vis_sqlite_hash_id (id));
  vis_sqlite_bind_id (statement, 2, id);
  return statement;
}

/* The number of a message of a chat, 0 with the error set. */
gint64
vis_sqlite_find_message (VisSqlite *self, VisServerStoreOp *op, VisSqlitePair *pair, const char *id)
{
  sqlite3_stmt *statement = vis_sqlite_select_message (self, id);
  gint64        n = 0;

  if (vis_sqlite_step (self, statement) &&
      VIS_SQLITE_OWNER (sqlite3_column_int64 (statement, 0)) == pair->chat)
    n = VIS_SQLITE_NUMBER (sqlite3_column_int64 (statement, 0));
  if (n == 0)
    vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_NOT_FOUND, "there is no such message");
  return n;
}

gint64
vis_sqlite_cleared (VisSqlite *self, gint64 user, gint64 chat)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_MEMBER_GET);
  gint64        cleared = 0;

  sqlite3_bind_int64 (statement, 1, user);
  sqlite3_bind_int64 (statement, 2, chat);
  if (vis_sqlite_step (self, statement))
    cleared = sqlite3_column_int64 (statement, 2);
  return cleared;
}
