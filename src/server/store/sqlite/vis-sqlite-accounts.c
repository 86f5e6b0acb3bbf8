/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-private.h"

/* Tables user, device and invite. */

/* Row id of an INSERT OR IGNORE; 0 if it inserted nothing. */
static gint64
added (VisSqlite *self)
{
  if (self->tx.failed || sqlite3_changes (self->handle) == 0)
    return 0;
  return sqlite3_last_insert_rowid (self->handle);
}

void
vis_sqlite_list_users (
  VisStoreTx *tx, gint64 after, guint limit, VisStoreUserFunc func, gpointer data)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_USER_LIST);

  sqlite3_bind_int64 (statement, 1, after);
  sqlite3_bind_int64 (statement, 2, limit);
  while (vis_sqlite_step (self, statement))
    {
      const VisStoreUser row = {
        .id = sqlite3_column_int64 (statement, 0),
        .user = vis_sqlite_text (statement, 1),
        .name = vis_sqlite_text (statement, 2),
        .seq = sqlite3_column_int64 (statement, 3),
        .kept = sqlite3_column_int64 (statement, 4),
      };

      if (!func (&row, data))
        break;
    }
}

gint64
vis_sqlite_add_user (VisStoreTx *tx, const VisStoreAccount *account, gint64 now)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_USER_ADD);

  vis_sqlite_bind_text (statement, 1, account->user);
  vis_sqlite_bind_text (statement, 2, account->name);
  vis_sqlite_bind_text (statement, 3, account->password);
  sqlite3_bind_int64 (statement, 4, now);
  vis_sqlite_step (self, statement);
  return added (self);
}

void
vis_sqlite_set_user (VisStoreTx *tx, const VisStoreUser *user, const VisStoreAccount *account)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_USER_SET);

  sqlite3_bind_int64 (statement, 1, user->id);
  vis_sqlite_bind_text (statement, 2, account->name);
  vis_sqlite_bind_text (statement, 3, account->password);
  sqlite3_bind_int (statement, 4, account->overwrite);
  vis_sqlite_step (self, statement);
  if (account->name != NULL)
    vis_sqlite_cache_set_name (user, account->name);
}

char *
vis_sqlite_dup_password (VisStoreTx *tx, const VisStoreUser *user)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_USER_PASSWORD);

  sqlite3_bind_int64 (statement, 1, user->id);
  return vis_sqlite_step (self, statement) ? g_strdup (vis_sqlite_text (statement, 0)) : NULL;
}

void
vis_sqlite_set_seen (VisStoreTx *tx, gint64 user, gint64 now)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_USER_SEEN);

  sqlite3_bind_int64 (statement, 1, user);
  sqlite3_bind_int64 (statement, 2, now);
  vis_sqlite_step (self, statement);
}

gint64
vis_sqlite_add_device (
  VisStoreTx *tx, gint64 user, const char *device, const char *name, GBytes *token, gint64 now)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_DEVICE_ADD);

  sqlite3_bind_int64 (statement, 1, user);
  vis_sqlite_bind_text (statement, 2, device);
  vis_sqlite_bind_text (statement, 3, name);
  vis_sqlite_bind_bytes (statement, 4, token);
  sqlite3_bind_int64 (statement, 5, now);
  vis_sqlite_step (self, statement);
  return added (self);
}

gboolean
vis_sqlite_find_device (VisStoreTx *tx, GBytes *token, VisStoreDeviceRow *row)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_DEVICE_BY_TOKEN);

  vis_sqlite_bind_bytes (statement, 1, token);
  if (!vis_sqlite_step (self, statement))
    return FALSE;
  row->id = sqlite3_column_int64 (statement, 0);
  row->user = sqlite3_column_int64 (statement, 1);
  row->device = vis_sqlite_text (statement, 2);
  row->name = vis_sqlite_text (statement, 3);
  return TRUE;
}

void
vis_sqlite_remove_device (VisStoreTx *tx, GBytes *token)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_DEVICE_REMOVE);

  vis_sqlite_bind_bytes (statement, 1, token);
  vis_sqlite_step (self, statement);
}

void
vis_sqlite_add_invite (VisStoreTx *tx, const char *code, guint uses, gint64 expires)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_INVITE_ADD);

  vis_sqlite_bind_text (statement, 1, code);
  sqlite3_bind_int64 (statement, 2, uses);
  sqlite3_bind_int64 (statement, 3, expires);
  vis_sqlite_step (self, statement);
}

gboolean
vis_sqlite_has_invite (VisStoreTx *tx, const char *code, gint64 now)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_INVITE_CHECK);

  vis_sqlite_bind_text (statement, 1, code);
  sqlite3_bind_int64 (statement, 2, now);
  return vis_sqlite_step (self, statement);
}

void
vis_sqlite_use_invite (VisStoreTx *tx, const char *code, gint64 now)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_INVITE_USE);

  vis_sqlite_bind_text (statement, 1, code);
  sqlite3_bind_int64 (statement, 2, now);
  vis_sqlite_step (self, statement);
}
