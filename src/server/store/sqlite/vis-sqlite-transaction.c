/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-private.h"

/* Runs a transaction statement outside of vis_sqlite_do(), and resets it also after an error. */
static gboolean
control (VisSqlite *self, VisSql sql, gint64 *value)
{
  sqlite3_stmt *statement = self->statements[sql];
  int           result = sqlite3_step (statement);
  gboolean      done = result == SQLITE_DONE || result == SQLITE_ROW;

  if (!done)
    vis_sqlite_fail (self);
  else if (value != NULL)
    *value = sqlite3_column_int64 (statement, 0);
  sqlite3_reset (statement);
  return done;
}

/**
 * vis_sqlite_begin:
 * @self: a database
 * @writing: begin a write transaction, which may wait for the write lock of another process; a read
 *   transaction waits for none
 *
 * Begins a transaction.
 *
 * Returns: whether it has begun
 */
gboolean
vis_sqlite_begin (VisSqlite *self, gboolean writing)
{
  gint64 version = 0;

  self->tx.failed = FALSE;
  if (!control (self, writing ? VIS_SQL_BEGIN : VIS_SQL_BEGIN_READING, NULL))
    return FALSE;
  if (!control (self, VIS_SQL_VERSION, &version))
    {
      vis_sqlite_rollback (self);
      return FALSE;
    }
  vis_sqlite_cache_check (self, version);
  return TRUE;
}

/**
 * vis_sqlite_look:
 * @self: a database, outside of a transaction
 *
 * Returns: whether another connection has written since the last call; %FALSE the first time
 */
gboolean
vis_sqlite_look (VisSqlite *self)
{
  gint64   before = self->looked;
  gboolean known = control (self, VIS_SQL_VERSION, &self->looked);

  /* No operation depends on it. */
  self->tx.failed = FALSE;
  return known && before != 0 && self->looked != before;
}

/**
 * vis_sqlite_commit:
 * @self: a database
 *
 * Commits a transaction to the disk; rolls it back on failure.
 *
 * Returns: whether it was committed
 */
gboolean
vis_sqlite_commit (VisSqlite *self)
{
  if (vis_sqlite_do (self, vis_sqlite_flush, NULL) && control (self, VIS_SQL_COMMIT, NULL))
    return TRUE;
  vis_sqlite_rollback (self);
  return FALSE;
}

void
vis_sqlite_rollback (VisSqlite *self)
{
  sqlite3_exec (self->handle, "ROLLBACK", NULL, NULL, NULL);
  vis_sqlite_forget (self);
}

/* Ends a read transaction. By ROLLBACK, not COMMIT: after a corrupt page SQLite refuses to write
 * until the next ROLLBACK (SQLITE_CorruptRdOnly). */
void
vis_sqlite_end_reading (VisSqlite *self)
{
  control (self, VIS_SQL_ROLLBACK, NULL);
}

/* Begins a savepoint, so that one operation can be rolled back alone. */
gboolean
vis_sqlite_save (VisSqlite *self)
{
  self->tx.failed = FALSE;
  return control (self, VIS_SQL_SAVE, NULL);
}

/* Releases the savepoint and keeps its writes. */
gboolean
vis_sqlite_release (VisSqlite *self)
{
  return vis_sqlite_do (self, vis_sqlite_flush, NULL) && control (self, VIS_SQL_RELEASE, NULL);
}

/* Rolls back to the savepoint. FALSE if SQLite has rolled back the whole transaction, as on a full
 * disk. */
gboolean
vis_sqlite_undo (VisSqlite *self)
{
  vis_sqlite_forget (self);
  return sqlite3_get_autocommit (self->handle) == 0 && control (self, VIS_SQL_UNDO, NULL) &&
         control (self, VIS_SQL_RELEASE, NULL);
}
