/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sodium.h>

#include "vis-sqlite-private.h"

/* Table log: durable events. */

static VisStorePlace
next_place (VisSqlite *self, VisSqliteUser *user)
{
  if (!user->dirty)
    {
      user->dirty = TRUE;
      g_ptr_array_add (self->dirty_users, user);
    }
  return (VisStorePlace){ .seq = ++user->row.seq, .mark = randombytes_random () };
}

VisStorePlace
vis_sqlite_add_event (
  VisStoreTx *tx, const VisStoreUser *user, gint64 ts, const char *event, gint64 chat, gint64 n)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_LOG_ADD);
  VisStorePlace place = next_place (self, (VisSqliteUser *) user);

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (user->id, place.seq));
  sqlite3_bind_int64 (statement, 2, ts);
  if (event == NULL)
    sqlite3_bind_int64 (statement, 3, VIS_SQLITE_KEY (chat, n));
  else
    sqlite3_bind_null (statement, 3);
  vis_sqlite_bind_text (statement, 4, event);
  sqlite3_bind_int64 (statement, 5, place.mark);
  vis_sqlite_step (self, statement);
  return place;
}

void
vis_sqlite_list_events (VisStoreTx         *tx,
                        const VisStoreUser *user,
                        gint64              after,
                        guint               limit,
                        VisStoreLogFunc     func,
                        gpointer            data)
{
  VisSqlite         *self = (VisSqlite *) tx;
  sqlite3_stmt      *statement = vis_sqlite_get (self, VIS_SQL_LOG_PAGE);
  VisStoreMessageRow message;
  VisStoreLogRow     row = { .message = &message };

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (user->id, after));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (user->id + 1, 0));
  sqlite3_bind_int64 (statement, 3, limit);
  sqlite3_bind_int64 (statement, 4, user->id);
  while (vis_sqlite_step (self, statement))
    {
      vis_sqlite_read_message (self, statement, &message);
      row.place.seq = VIS_SQLITE_NUMBER (sqlite3_column_int64 (statement, 9));
      row.place.mark = sqlite3_column_int64 (statement, 12);
      row.event = vis_sqlite_text (statement, 10);
      row.other = vis_sqlite_text (statement, 11);
      if (!func (&row, data))
        break;
    }
}

static gint64
read_mark (VisSqlite *self, gint64 user, gint64 seq)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_LOG_MARK);

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (user, seq));
  return vis_sqlite_step (self, statement) ? sqlite3_column_int64 (statement, 0) : -1;
}

static gint64
read_kept_mark (VisSqlite *self, const VisStoreUser *user)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_KEPT_MARK);

  sqlite3_bind_int64 (statement, 1, user->id);
  sqlite3_bind_int64 (statement, 2, user->kept);
  if (!vis_sqlite_step (self, statement) || sqlite3_column_type (statement, 0) == SQLITE_NULL)
    return -1;
  return sqlite3_column_int64 (statement, 0);
}

gint64
vis_sqlite_get_mark (VisStoreTx *tx, const VisStoreUser *user, gint64 seq)
{
  VisSqlite *self = (VisSqlite *) tx;

  return seq == user->kept ? read_kept_mark (self, user) : read_mark (self, user->id, seq);
}

gint64
vis_sqlite_find_event_since (VisStoreTx *tx, gint64 user, gint64 ts)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_LOG_SINCE);

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (user, 0));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (user + 1, 0));
  sqlite3_bind_int64 (statement, 3, ts);
  return vis_sqlite_step (self, statement) ? VIS_SQLITE_NUMBER (sqlite3_column_int64 (statement, 0))
                                           : 0;
}

void
vis_sqlite_drop_events (VisStoreTx *tx, gint64 user, gint64 seq)
{
  VisSqlite    *self = (VisSqlite *) tx;
  gint64        mark = read_mark (self, user, seq);
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_TRIM_LOG);

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (user, 0));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (user, seq));
  vis_sqlite_step (self, statement);
  if (self->tx.failed || sqlite3_changes (self->handle) == 0)
    return;

  statement = vis_sqlite_get (self, VIS_SQL_TRIM_KEPT);
  sqlite3_bind_int64 (statement, 1, user);
  sqlite3_bind_int64 (statement, 2, seq);
  sqlite3_bind_int64 (statement, 3, mark);
  vis_sqlite_step (self, statement);
  vis_sqlite_cache_set_kept (self, user, seq);
}
