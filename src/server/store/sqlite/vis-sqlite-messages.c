/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-private.h"

/* Tables message, text, message_id, recent_id, hidden and erasing. */

/* Reads a message from the first columns of a row. Its strings are valid until the next one is read
 * or the statement is stepped. */
void
vis_sqlite_read_message (VisSqlite *self, sqlite3_stmt *statement, VisStoreMessageRow *row)
{
  gint64 m = sqlite3_column_int64 (statement, 0);

  if (!vis_sqlite_id (statement, 1, self->id))
    self->id[0] = '\0';
  *row = (VisStoreMessageRow){
    .chat = VIS_SQLITE_OWNER (m),
    .n = VIS_SQLITE_NUMBER (m),
    .id = self->id,
    .sender = sqlite3_column_int64 (statement, 2),
    .ts = sqlite3_column_int64 (statement, 3),
    .kind = (VisStoreMessageKind) sqlite3_column_int (statement, 4),
    .deleted = sqlite3_column_int (statement, 5),
    .body = vis_sqlite_text (statement, 6),
    .reply_to = vis_sqlite_id (statement, 7, self->reply_to) ? self->reply_to : NULL,
    .seq = sqlite3_column_int64 (statement, 8),
  };
}

/* Inserts the id of a new message; FALSE if it is in use. */
static gboolean
add_id (VisSqlite *self, const char *id, gint64 m)
{
  gint64        hash = vis_sqlite_hash_id (id);
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_ID_KNOWN);
  gboolean      known;

  sqlite3_bind_int64 (statement, 1, hash);
  known = vis_sqlite_step (self, statement);
  if (known)
    return FALSE;

  statement = vis_sqlite_get (self, VIS_SQL_ID_ADD);
  sqlite3_bind_int64 (statement, 1, hash);
  sqlite3_bind_int64 (statement, 2, m);
  vis_sqlite_step (self, statement);
  if (self->tx.failed)
    return FALSE;
  self->n_recent += self->n_recent >= 0;
  return sqlite3_changes (self->handle) > 0;
}

gint64
vis_sqlite_reserve_message (VisStoreTx *tx, const VisStorePair *pair, const char *id)
{
  VisSqlite *self = (VisSqlite *) tx;
  gint64     chat = vis_sqlite_pair_chat (self, pair);

  if (!add_id (self, id, VIS_SQLITE_KEY (chat, pair->n + 1)))
    return 0;
  vis_sqlite_pair_touch (self, pair);
  return pair->n;
}

/* Inserts a text. It has a row id of its own, so that it is appended, see the migrations. */
static gint64
add_text (VisSqlite *self, const char *body)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_TEXT_ADD);

  vis_sqlite_bind_text (statement, 1, body);
  vis_sqlite_step (self, statement);
  return sqlite3_last_insert_rowid (self->handle);
}

void
vis_sqlite_add_message (VisStoreTx *tx, const VisStoreMessageRow *row)
{
  VisSqlite    *self = (VisSqlite *) tx;
  gint64        text = add_text (self, row->body);
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_MESSAGE_ADD);

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (row->chat, row->n));
  vis_sqlite_bind_id (statement, 2, row->id);
  sqlite3_bind_int64 (statement, 3, row->sender);
  sqlite3_bind_int64 (statement, 4, row->seq);
  sqlite3_bind_int64 (statement, 5, row->ts);
  sqlite3_bind_int (statement, 6, row->kind);
  sqlite3_bind_int64 (statement, 7, text);
  vis_sqlite_bind_id (statement, 8, row->reply_to);
  vis_sqlite_step (self, statement);
}

gboolean
vis_sqlite_find_message (VisStoreTx *tx, const char *id, VisStoreMessageRow *row)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_ID_GET);

  sqlite3_bind_int64 (statement, 1, vis_sqlite_hash_id (id));
  vis_sqlite_bind_id (statement, 2, id);
  if (!vis_sqlite_step (self, statement))
    return FALSE;
  vis_sqlite_read_message (self, statement, row);
  return TRUE;
}

gboolean
vis_sqlite_get_message (VisStoreTx *tx, gint64 chat, gint64 n, VisStoreMessageRow *row)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_MESSAGE_GET);

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (chat, n));
  if (!vis_sqlite_step (self, statement))
    return FALSE;
  vis_sqlite_read_message (self, statement, row);
  return TRUE;
}

void
vis_sqlite_list_messages (VisStoreTx         *tx,
                          gint64              chat,
                          gint64              before,
                          gint64              after,
                          gint64              user,
                          VisStoreMessageFunc func,
                          gpointer            data)
{
  VisSqlite         *self = (VisSqlite *) tx;
  sqlite3_stmt      *statement = vis_sqlite_get (self, VIS_SQL_MESSAGE_PAGE);
  VisStoreMessageRow row;

  sqlite3_bind_int64 (
    statement, 1, before > 0 ? VIS_SQLITE_KEY (chat, before) : VIS_SQLITE_KEY (chat + 1, 0));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (chat, after));
  sqlite3_bind_int64 (statement, 3, user);
  while (vis_sqlite_step (self, statement))
    {
      vis_sqlite_read_message (self, statement, &row);
      row.hidden = sqlite3_column_int (statement, 9);
      if (!func (&row, data))
        break;
    }
}

gint64
vis_sqlite_count_unread (VisStoreTx *tx, gint64 chat, gint64 after, gint64 user, guint limit)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_UNREAD);

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (chat, after));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (chat + 1, 0));
  sqlite3_bind_int64 (statement, 3, user);
  sqlite3_bind_int64 (statement, 4, limit);
  return vis_sqlite_step (self, statement) ? sqlite3_column_int64 (statement, 0) : 0;
}

gboolean
vis_sqlite_hide_message (VisStoreTx *tx, gint64 user, gint64 chat, gint64 n)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_HIDE);

  sqlite3_bind_int64 (statement, 1, user);
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (chat, n));
  vis_sqlite_step (self, statement);
  return !self->tx.failed && sqlite3_changes (self->handle) > 0;
}

/* Overwrites the texts by zeros, and marks the messages as deleted. */
void
vis_sqlite_erase_messages (VisStoreTx *tx, gint64 chat, gint64 from, gint64 to)
{
  static const VisSql erasers[] = { VIS_SQL_TEXT_ERASE, VIS_SQL_MESSAGE_ERASE };
  VisSqlite          *self = (VisSqlite *) tx;

  for (guint i = 0; i < G_N_ELEMENTS (erasers); i++)
    {
      sqlite3_stmt *statement = vis_sqlite_get (self, erasers[i]);

      sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (chat, from));
      sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (chat, to));
      vis_sqlite_step (self, statement);
    }
  self->erased = TRUE;
}

/* Erased between batches by vis_sqlite_tend(). */
void
vis_sqlite_erase_later (VisStoreTx *tx, gint64 chat, gint64 upto)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_ERASING_ADD);

  sqlite3_bind_int64 (statement, 1, chat);
  sqlite3_bind_int64 (statement, 2, upto);
  vis_sqlite_step (self, statement);
  self->erasing = TRUE;
}
