/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "vis-server-limits.h"
#include "vis-sqlite-private.h"

/* What is read of chats: pages of a history, and the list of all. */

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

static sqlite3_stmt *
select_page (VisSqlite *self, gint64 chat, gint64 before, gint64 cleared, gint64 user, guint limit)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_MESSAGE_PAGE);

  sqlite3_bind_int64 (
    statement, 1, before > 0 ? VIS_SQLITE_KEY (chat, before) : VIS_SQLITE_KEY (chat + 1, 0));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (chat, cleared));
  sqlite3_bind_int64 (statement, 3, user);
  sqlite3_bind_int64 (statement, 4, limit);
  return statement;
}

void
vis_sqlite_chat_history (VisSqlite *self, VisStoreOp *op)
{
  VisSqliteUser        *me;
  VisSqliteUser        *other;
  VisSqlitePair        *pair = vis_sqlite_find_chat (self, op, &me, &other);
  const char           *before_id = vis_message_get_string (op->request, VIS_FIELD_BEFORE);
  guint                 limit = (guint) vis_message_get_integer (op->request, VIS_FIELD_LIMIT);
  gint64                before = 0; /* the end */
  gint64                cleared;
  gsize                 bytes = 0;
  gboolean              more = FALSE;
  sqlite3_stmt         *statement;
  g_autoptr (GPtrArray) messages = vis_message_array_new ();

  if (pair == NULL)
    return;
  if (before_id != NULL && (before = vis_sqlite_find_message (self, op, pair, before_id)) == 0)
    return;

  cleared = vis_sqlite_cleared (self, me->id, pair->chat);
  statement = select_page (self, pair->chat, before, cleared, me->id, limit + 1);
  while (!more && vis_sqlite_step (self, statement))
    {
      more = messages->len == limit || bytes > VIS_SERVER_PAGE_BYTES;
      if (more)
        break;
      g_ptr_array_add (messages, vis_sqlite_message (statement, 0, me->id, me->user, other->user));
      bytes += vis_sqlite_weigh (g_ptr_array_index (messages, messages->len - 1));
    }
  sqlite3_reset (statement);

  vis_message_set_array (vis_store_op_answer (op), VIS_FIELD_MESSAGES, messages);
  vis_message_set_boolean (vis_store_op_answer (op), VIS_FIELD_MORE, more);
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
} ChatRow;

static void
chat_row_clear (gpointer data)
{
  g_free (((ChatRow *) data)->user);
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
  sqlite3_reset (statement);
}

static VisMessage *
chat_object (VisSqlite *self, VisSqliteUser *me, const ChatRow *row)
{
  VisMessage   *object = vis_message_new (VIS_KIND_OBJECT_CHAT);
  sqlite3_stmt *statement;

  vis_message_set_string (object, VIS_FIELD_CHAT, row->user);
  statement = select_page (self, row->chat, 0, row->cleared, me->id, 1);
  if (vis_sqlite_step (self, statement))
    {
      g_autoptr (VisMessage) last = vis_sqlite_message (statement, 0, me->id, me->user, row->user);

      vis_message_set_object (object, VIS_FIELD_LAST, last);
    }
  sqlite3_reset (statement);

  statement = vis_sqlite_get (self, VIS_SQL_UNREAD);
  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (row->chat, MAX (row->read, row->cleared)));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (row->chat + 1, 0));
  sqlite3_bind_int64 (statement, 3, me->id);
  sqlite3_bind_int64 (statement, 4, VIS_SERVER_UNREAD);
  if (vis_sqlite_step (self, statement))
    vis_message_set_integer (object, VIS_FIELD_UNREAD, sqlite3_column_int64 (statement, 0));
  sqlite3_reset (statement);

  if (!row->mutual)
    return object;
  set_position (self, object, VIS_FIELD_READ, row->chat, row->other_read);
  set_position (
    self, object, VIS_FIELD_DELIVERED, row->chat, MAX (row->other_read, row->other_delivered));
  return object;
}

static gint64
last_ts (const VisMessage *object)
{
  VisMessage *last = vis_message_get_object (object, VIS_FIELD_LAST);

  return last != NULL ? vis_message_get_integer (last, VIS_FIELD_TS) : 0;
}

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  gint64 left = last_ts (*(VisMessage *const *) a);
  gint64 right = last_ts (*(VisMessage *const *) b);

  return left > right ? -1 : left < right;
}

/* One page of the sorted list: what follows @after, as much as a client takes in one answer. */
static GPtrArray *
page_of_chats (GPtrArray *chats, const char *after, gboolean *more)
{
  GPtrArray *page = vis_message_array_new ();
  guint      i = 0;
  gsize      bytes = 0;

  while (after != NULL && i < chats->len &&
         strcmp (vis_message_get_string (chats->pdata[i], VIS_FIELD_CHAT), after) != 0)
    i++;
  for (i += after != NULL; i < chats->len && bytes <= VIS_SERVER_PAGE_BYTES; i++)
    {
      VisMessage *last = vis_message_get_object (chats->pdata[i], VIS_FIELD_LAST);

      bytes += 250 + (last != NULL ? vis_sqlite_weigh (last) : 0);
      g_ptr_array_add (page, vis_message_ref (chats->pdata[i]));
    }
  *more = i < chats->len;
  return page;
}

void
vis_sqlite_chat_list (VisSqlite *self, VisStoreOp *op)
{
  VisSqliteUser        *me = vis_sqlite_user (self, op->user);
  g_autoptr (GPtrArray) chats = vis_message_array_new ();
  g_autoptr (GPtrArray) page = NULL;
  g_autoptr (GArray)    rows = NULL;
  gboolean              more;

  if (me == NULL)
    return;
  rows = read_chat_rows (self, me->id);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (chats, chat_object (self, me, &g_array_index (rows, ChatRow, i)));
  g_ptr_array_sort (chats, compare_newest);
  page = page_of_chats (chats, vis_message_get_string (op->request, VIS_FIELD_AFTER), &more);
  vis_message_set_array (vis_store_op_answer (op), VIS_FIELD_CHATS, page);
  if (more)
    vis_message_set_boolean (vis_store_op_answer (op), VIS_FIELD_MORE, TRUE);
}
