/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-private.h"

/* The statements around the work: none of them stays open, whatever comes of it. */
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
 * @writing: whether something will be written; if not, writing is an error, and nobody is waited
 * for
 *
 * Begins a transaction.
 *
 * Returns: whether that went well; if not, there is none
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
 * Returns: whether another connection has written since the last look; the first one knows nothing
 */
gboolean
vis_sqlite_look (VisSqlite *self)
{
  gint64   before = self->looked;
  gboolean known = control (self, VIS_SQL_VERSION, &self->looked);

  /* Nobody has asked for anything that could fail with it. */
  self->tx.failed = FALSE;
  return known && before != 0 && self->looked != before;
}

/**
 * vis_sqlite_commit:
 * @self: a database
 *
 * Ends a transaction. What it has written is on disk then.
 *
 * Returns: whether that went well; if not, nothing was written
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

/* Ends a transaction that has only read. Not by COMMIT: after a broken page SQLite refuses to write
 * until the next ROLLBACK (SQLITE_CorruptRdOnly). */
void
vis_sqlite_end_reading (VisSqlite *self)
{
  control (self, VIS_SQL_ROLLBACK, NULL);
}

/* The beginning of something that may have to be undone alone. */
gboolean
vis_sqlite_save (VisSqlite *self)
{
  self->tx.failed = FALSE;
  return control (self, VIS_SQL_SAVE, NULL);
}

/* It stays. */
gboolean
vis_sqlite_release (VisSqlite *self)
{
  return vis_sqlite_do (self, vis_sqlite_flush, NULL) && control (self, VIS_SQL_RELEASE, NULL);
}

/* It never happened. FALSE if the whole transaction is gone, as on a full disk. */
gboolean
vis_sqlite_undo (VisSqlite *self)
{
  vis_sqlite_forget (self);
  return sqlite3_get_autocommit (self->handle) == 0 && control (self, VIS_SQL_UNDO, NULL) &&
         control (self, VIS_SQL_RELEASE, NULL);
}
