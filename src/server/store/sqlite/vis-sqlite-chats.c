/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-private.h"

/* Tables chat and member. */

void
vis_sqlite_get_member (VisStoreTx *tx, gint64 user, gint64 chat, VisStoreMember *member)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_MEMBER_GET);

  *member = (VisStoreMember){ 0 };
  sqlite3_bind_int64 (statement, 1, user);
  sqlite3_bind_int64 (statement, 2, chat);
  if (!vis_sqlite_step (self, statement))
    return;
  member->read = sqlite3_column_int64 (statement, 0);
  member->delivered = sqlite3_column_int64 (statement, 1);
  member->cleared = sqlite3_column_int64 (statement, 2);
}

void
vis_sqlite_advance_member (VisStoreTx *tx, gint64 user, gint64 chat, const VisStoreMember *to)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_MEMBER_SET);

  sqlite3_bind_int64 (statement, 1, user);
  sqlite3_bind_int64 (statement, 2, chat);
  sqlite3_bind_int64 (statement, 3, to->read);
  sqlite3_bind_int64 (statement, 4, to->delivered);
  sqlite3_bind_int64 (statement, 5, to->cleared);
  vis_sqlite_step (self, statement);
}

/* Time of the newest message of a chat; 0 if it is cleared or can't be read. */
static gint64
read_time (VisSqlite *self, const VisStoreChatRow *row)
{
  sqlite3_stmt *statement;
  gint64        ts = 0;

  if (row->n <= row->mine.cleared)
    return 0;
  statement = vis_sqlite_get (self, VIS_SQL_MESSAGE_TIME);
  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (row->chat, row->n));
  if (vis_sqlite_step (self, statement))
    ts = sqlite3_column_int64 (statement, 0);
  vis_store_tx_pardon (&self->tx);
  return ts;
}

void
vis_sqlite_list_chats (
  VisStoreTx *tx, gint64 user, guint limit, VisStoreChatFunc func, gpointer data)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_CHAT_LIST);

  sqlite3_bind_int64 (statement, 1, user);
  sqlite3_bind_int64 (statement, 2, limit);
  while (vis_sqlite_step (self, statement))
    {
      VisStoreChatRow row = {
        .chat = sqlite3_column_int64 (statement, 0),
        .user = vis_sqlite_text (statement, 1),
        .n = sqlite3_column_int64 (statement, 2),
        .mine.read = sqlite3_column_int64 (statement, 3),
        .mine.delivered = sqlite3_column_int64 (statement, 4),
        .mine.cleared = sqlite3_column_int64 (statement, 5),
        .theirs.read = sqlite3_column_int64 (statement, 6),
        .theirs.delivered = sqlite3_column_int64 (statement, 7),
        .theirs.cleared = sqlite3_column_int64 (statement, 8),
        .standing = (VisStanding) sqlite3_column_int (statement, 9),
      };

      row.ts = read_time (self, &row);
      if (!func (&row, data))
        break;
    }
}
