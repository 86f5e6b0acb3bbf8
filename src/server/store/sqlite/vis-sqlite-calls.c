/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-private.h"

/* The parties of a call are kept over a restart of the server, so that the call goes on. Its end is
 * kept for a day, so that it is recorded once, however often `call:end` is repeated. */

/* Writes what is known of a call; FALSE if its end was written before. */
gboolean
vis_sqlite_save_call (VisSqlite *self, const VisStoreCall *call, gint64 ended)
{
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
  vis_sqlite_step (self, statement);
  return !self->failed && sqlite3_changes (self->handle) > 0;
}

void
vis_sqlite_call_save (VisSqlite *self, VisServerStoreOp *op)
{
  if (!vis_sqlite_save_call (self, op->call, 0) && !self->failed)
    vis_server_store_op_fail (
      op, VIS_PROTOCOL_ERROR_CONFLICT, "a call of this id has ended before");
}

void
vis_sqlite_call_load (VisSqlite *self, VisServerStoreOp *op)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_CALL_LIST);

  op->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_call_free);
  while (vis_sqlite_step (self, statement))
    {
      VisStoreCall *call = g_new0 (VisStoreCall, 1);
      char          id[37] = "";

      vis_sqlite_id (statement, 0, id);
      call->call = g_strdup (id);
      call->caller = sqlite3_column_int64 (statement, 1);
      call->caller_device = sqlite3_column_int64 (statement, 2);
      call->callee = sqlite3_column_int64 (statement, 3);
      call->callee_device = sqlite3_column_int64 (statement, 4);
      call->caller_device_id = g_strdup (vis_sqlite_text (statement, 5));
      call->callee_device_id = g_strdup (vis_sqlite_text (statement, 6));
      call->video = sqlite3_column_int (statement, 7);
      call->started = sqlite3_column_int64 (statement, 8);
      call->answered = sqlite3_column_int64 (statement, 9);
      call->ended = sqlite3_column_int64 (statement, 10);
      call->caller_name = g_strdup (vis_sqlite_text (statement, 11));
      call->callee_name = g_strdup (vis_sqlite_text (statement, 12));
      call->mutual = sqlite3_column_int (statement, 13);
      g_ptr_array_add (op->calls, call);
    }
}
