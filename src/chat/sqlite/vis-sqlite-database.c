/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-database.h"

#include <stdarg.h>

#include "vis-error.h"

/* How long to wait for a lock of another process, a backup for instance. */
#define BUSY_TIMEOUT_MS 5000

struct _VisSqliteDatabase
{
  sqlite3    *handle;
  GHashTable *statements; /* text → sqlite3_stmt */
  GPtrArray  *taken;      /* statements that the current work has stepped */
  GError     *error;
  gboolean    damaged;
  gboolean    working;
};

static void
fail (VisSqliteDatabase *self)
{
  int code = sqlite3_errcode (self->handle) & 0xff;

  self->damaged |= code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  if (self->error == NULL)
    self->error = g_error_new (VIS_ERROR,
                               VIS_ERROR_STORE,
                               "%s (%d)",
                               sqlite3_errmsg (self->handle),
                               sqlite3_extended_errcode (self->handle));
}

/* Keeps statement journals in memory rather than in temporary files, since they have texts in them.
 * SQLite refuses that once it is initialized. */
static void
configure (void)
{
  static gsize done;

  if (g_once_init_enter (&done))
    {
      sqlite3_config (SQLITE_CONFIG_STMTJRNL_SPILL, -1);
      g_once_init_leave (&done, 1);
    }
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

/**
 * vis_sqlite_database_open:
 * @path: a file name, or ":memory:"
 * @error: %VIS_ERROR_STORE
 *
 * Opens a database. A new file is readable for its owner alone.
 *
 * Returns: (transfer full): a new connection, %NULL with @error set
 */
VisSqliteDatabase *
vis_sqlite_database_open (const char *path, GError **error)
{
  g_autoptr (VisSqliteDatabase) self = g_new0 (VisSqliteDatabase, 1);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

  configure ();
  self->taken = g_ptr_array_new ();
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, finalize_statement);
  if (sqlite3_open_v2 (path, &self->handle, flags, NULL) != SQLITE_OK)
    {
      g_set_error (error,
                   VIS_ERROR,
                   VIS_ERROR_STORE,
                   "%s: %s",
                   path,
                   self->handle != NULL ? sqlite3_errmsg (self->handle) : "out of memory");
      return NULL;
    }

  sqlite3_busy_timeout (self->handle, BUSY_TIMEOUT_MS);
  return g_steal_pointer (&self);
}

void
vis_sqlite_database_close (VisSqliteDatabase *self)
{
  g_ptr_array_unref (self->taken);
  g_hash_table_unref (self->statements);
  sqlite3_close (self->handle);
  g_clear_error (&self->error);
  g_free (self);
}

gboolean
vis_sqlite_database_has_failed (VisSqliteDatabase *self)
{
  return self->error != NULL;
}

/**
 * vis_sqlite_database_take_error:
 * @self: a connection
 * @error: (out): the first error since the last call
 *
 * Takes and clears the error, so that statements are run again.
 *
 * Returns: %TRUE if there was one
 */
gboolean
vis_sqlite_database_take_error (VisSqliteDatabase *self, GError **error)
{
  if (self->error == NULL)
    return FALSE;

  g_propagate_error (error, g_steal_pointer (&self->error));
  return TRUE;
}

/* Whether the error says that the file is damaged. */
gboolean
vis_sqlite_database_is_damaged (VisSqliteDatabase *self)
{
  return self->damaged;
}

/* The number of rows that were changed since it was opened. */
int
vis_sqlite_database_count_changes (VisSqliteDatabase *self)
{
  return sqlite3_total_changes (self->handle);
}

/**
 * vis_sqlite_database_empty_log:
 * @self: a connection without a transaction
 *
 * Checkpoints and truncates the write-ahead log, which has earlier versions of what was overwritten
 * or deleted. Does not wait for other processes.
 *
 * Returns: %FALSE if another process still reads the log
 */
gboolean
vis_sqlite_database_empty_log (VisSqliteDatabase *self)
{
  int result;

  sqlite3_busy_timeout (self->handle, 0);
  result = sqlite3_wal_checkpoint_v2 (self->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  sqlite3_busy_timeout (self->handle, BUSY_TIMEOUT_MS);
  return result == SQLITE_OK;
}

/**
 * vis_sqlite_database_do:
 * @self: a connection
 * @work: runs statements; vis_sqlite_bind() can only be called from it
 * @data: passed to @work
 *
 * Calls @work, and then resets all of its statements: one that is not reset holds a read
 * transaction, and with it the write-ahead log, until the program ends.
 */
void
vis_sqlite_database_do (VisSqliteDatabase *self, VisSqliteDatabaseFunc work, gpointer data)
{
  self->working = TRUE;
  work (self, data);
  self->working = FALSE;
  for (guint i = 0; i < self->taken->len; i++)
    sqlite3_reset (g_ptr_array_index (self->taken, i));
  g_ptr_array_set_size (self->taken, 0);
}

/* SQLite itself rolls a transaction back after some errors, such as a full disk. */
gboolean
vis_sqlite_database_in_transaction (VisSqliteDatabase *self)
{
  return sqlite3_get_autocommit (self->handle) == 0;
}

void
vis_sqlite_script (VisSqliteDatabase *self, const char *sql)
{
  if (self->error == NULL && sqlite3_exec (self->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
    fail (self);
}

static sqlite3_stmt *
prepare (VisSqliteDatabase *self, const char *sql)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement != NULL)
    {
      sqlite3_reset (statement);
      return statement;
    }
  if (sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
      SQLITE_OK)
    {
      fail (self);
      return NULL;
    }

  g_hash_table_insert (self->statements, (gpointer) sql, statement);
  return statement;
}

static sqlite3_stmt *
bind_valist (VisSqliteDatabase *self, const char *sql, const char *types, va_list args)
{
  sqlite3_stmt *statement = self->error == NULL ? prepare (self, sql) : NULL;
  int           result = SQLITE_OK;

  if (statement == NULL)
    return NULL;

  for (int i = 0; types[i] != '\0' && result == SQLITE_OK; i++)
    {
      if (types[i] == 'i')
        result = sqlite3_bind_int64 (statement, i + 1, va_arg (args, gint64));
      else
        result =
          sqlite3_bind_text (statement, i + 1, va_arg (args, const char *), -1, SQLITE_TRANSIENT);
    }
  if (result != SQLITE_OK)
    {
      fail (self);
      return NULL;
    }

  return statement;
}

/**
 * vis_sqlite_bind:
 * @self: a connection
 * @sql: one statement, a static string
 * @types: the types of its parameters
 * @...: the parameters
 *
 * Prepares a statement and binds its parameters. It is reset at the end of
 * [method@Vis.SqliteDatabase.do].
 *
 * Returns: (transfer none) (nullable): the statement, %NULL after an error
 */
sqlite3_stmt *
vis_sqlite_bind (VisSqliteDatabase *self, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement;
  va_list       args;

  g_return_val_if_fail (self->working, NULL);

  va_start (args, types);
  statement = bind_valist (self, sql, types, args);
  va_end (args);
  if (statement != NULL)
    g_ptr_array_add (self->taken, statement);
  return statement;
}

/**
 * vis_sqlite_step:
 * @self: a connection
 * @statement: (nullable): a statement
 *
 * Steps to the next row.
 *
 * Returns: %TRUE if there is one, %FALSE at the end or after an error
 */
gboolean
vis_sqlite_step (VisSqliteDatabase *self, sqlite3_stmt *statement)
{
  int result;

  if (statement == NULL || self->error != NULL)
    return FALSE;

  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    return TRUE;

  if (result != SQLITE_DONE)
    fail (self);
  sqlite3_reset (statement);
  return FALSE;
}

void
vis_sqlite_run (VisSqliteDatabase *self, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement;
  va_list       args;

  va_start (args, types);
  statement = bind_valist (self, sql, types, args);
  va_end (args);
  while (vis_sqlite_step (self, statement))
    continue;
}

/**
 * vis_sqlite_integer:
 * @self: a connection
 * @fallback: what to return for no row, NULL, or after an error
 * @sql: one statement, a static string
 * @types: the types of its parameters
 * @...: the parameters
 *
 * Reads one number.
 *
 * Returns: the first column of the first row
 */
gint64
vis_sqlite_integer (
  VisSqliteDatabase *self, gint64 fallback, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement;
  gint64        value = fallback;
  va_list       args;

  va_start (args, types);
  statement = bind_valist (self, sql, types, args);
  va_end (args);
  if (vis_sqlite_step (self, statement))
    {
      value = vis_sqlite_column_integer (statement, 0, fallback);
      sqlite3_reset (statement);
    }

  return value;
}

/**
 * vis_sqlite_text:
 * @self: a connection
 * @sql: one statement, a static string
 * @types: the types of its parameters
 * @...: the parameters
 *
 * Reads one text.
 *
 * Returns: (transfer full) (nullable): the first column of the first row
 */
char *
vis_sqlite_text (VisSqliteDatabase *self, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement;
  char         *value = NULL;
  va_list       args;

  va_start (args, types);
  statement = bind_valist (self, sql, types, args);
  va_end (args);
  if (vis_sqlite_step (self, statement))
    {
      value = vis_sqlite_column_text (statement, 0);
      sqlite3_reset (statement);
    }

  return value;
}

char *
vis_sqlite_column_text (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

gint64
vis_sqlite_column_integer (sqlite3_stmt *statement, int column, gint64 fallback)
{
  return sqlite3_column_type (statement, column) == SQLITE_NULL
           ? fallback
           : sqlite3_column_int64 (statement, column);
}
