/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "vis-server-limits.h"
#include "vis-sqlite-private.h"

/* What is read of chats: pages of a history, and the list of all. */

/* The messages of a chat, newest first, also those that the user has deleted for themselves. */
static sqlite3_stmt *
select_page (VisSqlite *self, gint64 chat, gint64 before, gint64 cleared, gint64 user)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_MESSAGE_PAGE);

  sqlite3_bind_int64 (
    statement, 1, before > 0 ? VIS_SQLITE_KEY (chat, before) : VIS_SQLITE_KEY (chat + 1, 0));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (chat, cleared));
  sqlite3_bind_int64 (statement, 3, user);
  return statement;
}

/* Steps to the next message that was not deleted for oneself, past @hidden of them at most. At the
 * last of these it stops as well, and @hidden is 0 then. */
static gboolean
next_message (VisSqlite *self, sqlite3_stmt *statement, guint *hidden)
{
  while (vis_sqlite_step (self, statement))
    if (!sqlite3_column_int (statement, 9) || --*hidden == 0)
      return TRUE;
  return FALSE;
}

/* A message of a page. Behind very many that were deleted for oneself it is one of these, with
 * nothing in it: from there the next page goes on. */
static VisMessage *
page_message (sqlite3_stmt *statement, const VisSqliteUser *me, const char *other, gboolean hidden)
{
  VisMessage *message = vis_sqlite_message (statement, 0, me->id, me->user, other);

  if (!hidden)
    return message;
  vis_message_clear (message, VIS_FIELD_TEXT);
  vis_message_clear (message, VIS_FIELD_CALL_INFO);
  vis_message_clear (message, VIS_FIELD_REPLY_TO);
  vis_message_set_boolean (message, VIS_FIELD_DELETED, TRUE);
  return message;
}

void
vis_sqlite_chat_history (VisSqlite *self, VisServerStoreOp *op)
{
  VisSqliteUser        *me;
  VisSqliteUser        *other;
  VisSqlitePair        *pair = vis_sqlite_find_chat (self, op, &me, &other);
  const char           *before_id = vis_message_get_string (op->request, VIS_FIELD_BEFORE);
  guint                 limit = (guint) vis_message_get_integer (op->request, VIS_FIELD_LIMIT);
  gint64                before = 0; /* the end */
  gint64                cleared;
  gsize                 bytes = 0;
  guint                 hidden = VIS_SERVER_HIDDEN;
  gboolean              more = FALSE;
  sqlite3_stmt         *statement;
  g_autoptr (GPtrArray) messages = vis_message_array_new ();

  if (pair == NULL)
    return;
  if (before_id != NULL && (before = vis_sqlite_find_message (self, op, pair, before_id)) == 0)
    return;

  cleared = vis_sqlite_cleared (self, me->id, pair->chat);
  statement = select_page (self, pair->chat, before, cleared, me->id);
  while (!more && next_message (self, statement, &hidden))
    {
      more = messages->len == limit || bytes > VIS_SERVER_PAGE_BYTES || hidden == 0;
      if (more && messages->len > 0)
        break;
      g_ptr_array_add (messages, page_message (statement, me, other->user, hidden == 0));
      bytes += vis_sqlite_weigh (g_ptr_array_index (messages, messages->len - 1));
    }

  vis_message_set_array (vis_server_store_op_answer (op), VIS_FIELD_MESSAGES, messages);
  vis_message_set_boolean (vis_server_store_op_answer (op), VIS_FIELD_MORE, more);
}

typedef struct
{
  gint64   chat;
  char    *user;
  gint64   n;
  gint64   read;
  gint64   cleared;
  gint64   other_read;
  gint64   other_delivered;
  gboolean mutual;
  gint64   ts; /* of the newest message, 0 if there is none */
} ChatRow;

static void
chat_row_clear (gpointer data)
{
  g_free (((ChatRow *) data)->user);
}

/* When the newest message of a chat was sent, 0 if there is none or it can't be read. */
static gint64
read_time (VisSqlite *self, const ChatRow *row)
{
  sqlite3_stmt *statement;
  gint64        ts = 0;

  if (row->n <= row->cleared)
    return 0;
  statement = vis_sqlite_get (self, VIS_SQL_MESSAGE_TIME);
  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (row->chat, row->n));
  if (vis_sqlite_step (self, statement))
    ts = sqlite3_column_int64 (statement, 0);
  vis_sqlite_pardon (self);
  return ts;
}

static GArray *
read_chat_rows (VisSqlite *self, gint64 user)
{
  GArray       *rows = g_array_new (FALSE, FALSE, sizeof (ChatRow));
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_CHAT_LIST);

  g_array_set_clear_func (rows, chat_row_clear);
  sqlite3_bind_int64 (statement, 1, user);
  sqlite3_bind_int64 (statement, 2, VIS_LIMIT_CHATS);
  while (vis_sqlite_step (self, statement))
    {
      ChatRow row = {
        .chat = sqlite3_column_int64 (statement, 0),
        .user = g_strdup (vis_sqlite_text (statement, 1)),
        .n = sqlite3_column_int64 (statement, 2),
        .read = sqlite3_column_int64 (statement, 3),
        .cleared = sqlite3_column_int64 (statement, 4),
        .other_read = sqlite3_column_int64 (statement, 5),
        .other_delivered = sqlite3_column_int64 (statement, 6),
        .mutual = sqlite3_column_int (statement, 7) == VIS_STANDING_MUTUAL,
      };

      row.ts = read_time (self, &row);
      g_array_append_val (rows, row);
    }
  return rows;
}

/* Puts the id of a message that is known by its number into a field. */
static void
set_position (VisSqlite *self, VisMessage *object, VisField field, gint64 chat, gint64 n)
{
  sqlite3_stmt *statement;
  char          id[37];

  if (n == 0)
    return;
  statement = vis_sqlite_get (self, VIS_SQL_MESSAGE_GET);
  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (chat, n));
  if (vis_sqlite_step (self, statement) && vis_sqlite_id (statement, 1, id))
    vis_message_set_string (object, field, id);
}

/* Counts what is unread among the newest messages; adds to @bytes what that cost. */
static gint64
count_unread (VisSqlite *self, VisSqliteUser *me, const ChatRow *row, gsize *bytes)
{
  gint64        from = MAX (row->read, row->cleared);
  gint64        n = 0;
  sqlite3_stmt *statement;

  if (row->n <= from)
    return 0;
  *bytes += VIS_SERVER_SCAN_BYTES * (gsize) MIN (row->n - from, VIS_SERVER_UNREAD);
  statement = vis_sqlite_get (self, VIS_SQL_UNREAD);
  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (row->chat, from));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (row->chat + 1, 0));
  sqlite3_bind_int64 (statement, 3, me->id);
  sqlite3_bind_int64 (statement, 4, VIS_SERVER_UNREAD);
  if (vis_sqlite_step (self, statement))
    n = sqlite3_column_int64 (statement, 0);
  return n;
}

static VisMessage *
bare_chat_object (const ChatRow *row)
{
  VisMessage *object = vis_message_new (VIS_KIND_OBJECT_CHAT);

  vis_message_set_string (object, VIS_FIELD_CHAT, row->user);
  return object;
}

/* A chat of the list; adds to @bytes how long it is, and what it cost. One that can't be read has
 * its name, so that all others can be listed with it. */
static VisMessage *
chat_object (VisSqlite *self, VisSqliteUser *me, const ChatRow *row, gsize *bytes)
{
  VisMessage   *object = bare_chat_object (row);
  guint         hidden = VIS_SERVER_HIDDEN;
  sqlite3_stmt *statement;

  statement = select_page (self, row->chat, 0, row->cleared, me->id);
  if (next_message (self, statement, &hidden) && hidden > 0)
    {
      g_autoptr (VisMessage) last = vis_sqlite_message (statement, 0, me->id, me->user, row->user);

      vis_message_set_object (object, VIS_FIELD_LAST, last);
      *bytes += vis_sqlite_weigh (last);
    }
  *bytes += 250 + VIS_SERVER_SCAN_BYTES * (VIS_SERVER_HIDDEN - hidden);

  vis_message_set_integer (object, VIS_FIELD_UNREAD, count_unread (self, me, row, bytes));
  if (row->mutual)
    {
      set_position (self, object, VIS_FIELD_READ, row->chat, row->other_read);
      set_position (
        self, object, VIS_FIELD_DELIVERED, row->chat, MAX (row->other_read, row->other_delivered));
    }
  if (!vis_sqlite_pardon (self))
    return object;
  vis_message_unref (object);
  return bare_chat_object (row);
}

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  const ChatRow *left = a;
  const ChatRow *right = b;

  if (left->ts != right->ts)
    return left->ts > right->ts ? -1 : 1;
  return left->chat < right->chat ? -1 : left->chat > right->chat;
}

/* One page of the sorted list: what follows `after`, as much as a client takes in one answer and
 * the store looks up without keeping others waiting. */
void
vis_sqlite_chat_list (VisSqlite *self, VisServerStoreOp *op)
{
  VisSqliteUser        *me = vis_sqlite_user (self, op->user);
  const char           *after = vis_message_get_string (op->request, VIS_FIELD_AFTER);
  g_autoptr (GPtrArray) chats = vis_message_array_new ();
  g_autoptr (GArray)    rows = NULL;
  gsize                 bytes = 0;
  guint                 i = 0;

  if (me == NULL)
    return;
  rows = read_chat_rows (self, me->id);
  if (self->failed)
    return;
  g_array_sort (rows, compare_newest);
  while (after != NULL && i < rows->len &&
         strcmp (g_array_index (rows, ChatRow, i).user, after) != 0)
    i++;
  for (i += after != NULL; i < rows->len && bytes <= VIS_SERVER_PAGE_BYTES; i++)
    g_ptr_array_add (chats, chat_object (self, me, &g_array_index (rows, ChatRow, i), &bytes));
  vis_message_set_array (vis_server_store_op_answer (op), VIS_FIELD_CHATS, chats);
  vis_message_set_seq (vis_server_store_op_answer (op), me->seq);
  if (i < rows->len)
    vis_message_set_boolean (vis_server_store_op_answer (op), VIS_FIELD_MORE, TRUE);
}
