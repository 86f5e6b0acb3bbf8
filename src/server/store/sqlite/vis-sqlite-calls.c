/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-private.h"

/* Table call. */

gboolean
vis_sqlite_save_call (VisStoreTx *tx, const VisStoreCall *call, gint64 ended)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_CALL_SAVE);

  vis_sqlite_bind_id (statement, 1, call->call);
  sqlite3_bind_int64 (statement, 2, call->caller);
  sqlite3_bind_int64 (statement, 3, call->caller_device);
  sqlite3_bind_int64 (statement, 4, call->callee);
  sqlite3_bind_int64 (statement, 5, call->callee_device);
  vis_sqlite_bind_text (statement, 6, call->caller_device_id);
  vis_sqlite_bind_text (statement, 7, call->callee_device_id);
  sqlite3_bind_int (statement, 8, call->video);
  sqlite3_bind_int64 (statement, 9, call->started);
  sqlite3_bind_int64 (statement, 10, call->answered);
  sqlite3_bind_int64 (statement, 11, ended);
  vis_sqlite_bind_text (statement, 12, call->node);
  vis_sqlite_step (self, statement);
  return !self->tx.failed && sqlite3_changes (self->handle) > 0;
}

void
vis_sqlite_list_calls (VisStoreTx *tx, const char *node, VisStoreCallFunc func, gpointer data)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_CALL_LIST);

  vis_sqlite_bind_text (statement, 1, node);
  while (vis_sqlite_step (self, statement))
    {
      char               id[37] = "";
      const VisStoreCall row = {
        .call = id,
        .caller = sqlite3_column_int64 (statement, 1),
        .caller_device = sqlite3_column_int64 (statement, 2),
        .callee = sqlite3_column_int64 (statement, 3),
        .callee_device = sqlite3_column_int64 (statement, 4),
        .caller_device_id = (char *) vis_sqlite_text (statement, 5),
        .callee_device_id = (char *) vis_sqlite_text (statement, 6),
        .video = sqlite3_column_int (statement, 7),
        .started = sqlite3_column_int64 (statement, 8),
        .answered = sqlite3_column_int64 (statement, 9),
        .ended = sqlite3_column_int64 (statement, 10),
        .node = (char *) vis_sqlite_text (statement, 11),
        .caller_name = (char *) vis_sqlite_text (statement, 12),
        .callee_name = (char *) vis_sqlite_text (statement, 13),
        .mutual = sqlite3_column_int (statement, 14),
      };

      vis_sqlite_id (statement, 0, id);
      if (!func (&row, data))
        break;
    }
}

void
vis_sqlite_forget_calls (VisStoreTx *tx, gint64 ended)
{
  VisSqlite    *self = (VisSqlite *) tx;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_CALL_FORGET);

  sqlite3_bind_int64 (statement, 1, ended);
  vis_sqlite_step (self, statement);
}
