/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-private.h"

/* Table contact. */

void
vis_sqlite_set_standing (VisStoreTx         *tx,
                         const VisStorePair *pair,
                         gint64              user,
                         VisStanding         standing)
{
  VisSqlite    *self = (VisSqlite *) tx;
  gboolean      add = standing != VIS_STANDING_NONE;
  sqlite3_stmt *statement =
    vis_sqlite_get (self, add ? VIS_SQL_CONTACT_SET : VIS_SQL_CONTACT_REMOVE);

  sqlite3_bind_int64 (statement, 1, user);
  sqlite3_bind_int64 (statement, 2, user == pair->high ? pair->low : pair->high);
  if (add)
    sqlite3_bind_int (statement, 3, standing);
  vis_sqlite_step (self, statement);
  ((VisSqlitePair *) pair)->row.standing[user == pair->high] = standing;
}

void
vis_sqlite_list_contacts (
  VisStoreTx *tx, gint64 user, guint limit, VisStoreContactFunc func, gpointer data)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_CONTACT_LIST);

  sqlite3_bind_int64 (statement, 1, user);
  sqlite3_bind_int64 (statement, 2, limit);
  while (vis_sqlite_step (self, statement))
    {
      const VisStoreContactRow row = {
        .id = sqlite3_column_int64 (statement, 0),
        .user = vis_sqlite_text (statement, 1),
        .name = vis_sqlite_text (statement, 2),
        .standing = (VisStanding) sqlite3_column_int (statement, 3),
        .last_seen = sqlite3_column_int64 (statement, 4),
      };

      if (!func (&row, data))
        break;
    }
}

void
vis_sqlite_list_mutual (VisStoreTx *tx, gint64 user, VisStoreContactFunc func, gpointer data)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_CONTACT_MUTUAL);

  sqlite3_bind_int64 (statement, 1, user);
  while (vis_sqlite_step (self, statement))
    {
      const VisStoreContactRow row = {
        .id = sqlite3_column_int64 (statement, 0),
        .user = vis_sqlite_text (statement, 1),
        .standing = VIS_STANDING_MUTUAL,
      };

      if (!func (&row, data))
        break;
    }
}
