/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "vis-error.h"
#include "vis-server-limits.h"
#include "vis-sqlite-private.h"

static int
on_commit (gpointer data, sqlite3 *handle, const char *name, int pages)
{
  VisSqlite *self = data;

  self->wal_pages = pages;
  return SQLITE_OK;
}

static gboolean
set_up (VisSqlite *self)
{
  g_autofree char *limit =
    g_strdup_printf ("PRAGMA journal_size_limit = %d", VIS_SERVER_WAL_PAGES * 4096);

  sqlite3_busy_timeout (self->handle, VIS_SERVER_BUSY_MS);
  if (!vis_sqlite_exec (self, "PRAGMA journal_mode = WAL") ||
      !vis_sqlite_exec (self, "PRAGMA synchronous = FULL") || !vis_sqlite_exec (self, limit) ||
      !vis_sqlite_exec (self, "PRAGMA cache_size = -131072") ||
      !vis_sqlite_exec (self, "PRAGMA temp_store = MEMORY") ||
      /* What is deleted is overwritten, not only forgotten; pages that become free as well. */
      !vis_sqlite_exec (self, "PRAGMA secure_delete = ON"))
    return FALSE;
  /* In place of SQLite's own checkpoints: see vis_sqlite_tend(). */
  sqlite3_wal_hook (self->handle, on_commit, self);
  return TRUE;
}

/* All statements, while there is somebody to tell: a table that lacks or is broken shows here. */
static gboolean
prepare (VisSqlite *self, const char *path, GError **error)
{
  for (guint i = 0; i < VIS_SQL_N_STATEMENTS; i++)
    if (sqlite3_prepare_v3 (self->handle,
                            vis_sqlite_statement (i),
                            -1,
                            SQLITE_PREPARE_PERSISTENT,
                            &self->statements[i],
                            NULL) != SQLITE_OK)
      {
        g_set_error (error,
                     VIS_ERROR,
                     VIS_ERROR_STORE,
                     "%s can’t be used as a database: %s",
                     path,
                     sqlite3_errmsg (self->handle));
        return FALSE;
      }
  return TRUE;
}

/* Everybody's words are in there: one that was made readable for others before is so no more. */
static void
make_private (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *file = g_strconcat (path, suffixes[i], NULL);

      g_chmod (file, 0600);
    }
}

/**
 * vis_sqlite_open:
 * @path: the file
 * @error: set if it can't be opened or brought up to date
 *
 * Returns: (transfer full) (nullable): the database
 */
VisSqlite *
vis_sqlite_open (const char *path, GError **error)
{
  VisSqlite *self = g_new0 (VisSqlite, 1);

  /* Counting its memory costs SQLite a lock for each allocation. What a savepoint would restore
   * stays in memory, instead of in a file that holds texts. Refused once it is running. */
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config (SQLITE_CONFIG_STMTJRNL_SPILL, -1);
  self->path = g_strdup (path);
  self->taken = g_ptr_array_new ();
  vis_sqlite_cache_init (self);

  make_private (path);
  if (sqlite3_open_v2 (path,
                       &self->handle,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                       NULL) == SQLITE_OK &&
      set_up (self))
    {
      if (vis_sqlite_migrate (self, path, error) && prepare (self, path, error))
        return self;
    }
  else
    g_set_error (error,
                 VIS_ERROR,
                 VIS_ERROR_STORE,
                 "%s can’t be opened: %s",
                 path,
                 sqlite3_errmsg (self->handle));

  vis_sqlite_free (self);
  return NULL;
}

void
vis_sqlite_free (VisSqlite *self)
{
  for (guint i = 0; i < VIS_SQL_N_STATEMENTS; i++)
    sqlite3_finalize (self->statements[i]);
  sqlite3_close (self->handle);
  vis_sqlite_cache_clear (self);
  g_ptr_array_unref (self->taken);
  g_free (self->failure);
  g_free (self->path);
  g_free (self);
}

void
vis_sqlite_fail (VisSqlite *self)
{
  if (self->failed)
    return;
  self->failed = TRUE;
  g_free (self->failure);
  self->failure = g_strdup (sqlite3_errmsg (self->handle));
}

gboolean
vis_sqlite_exec (VisSqlite *self, const char *sql)
{
  if (sqlite3_exec (self->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  vis_sqlite_fail (self);
  return FALSE;
}

/**
 * vis_sqlite_do:
 * @self: a database
 * @work: what to do; the only place where statements can be had
 * @data: passed to @work
 *
 * Does something, and resets every statement that it has taken: one that is not reset keeps its
 * read transaction, and with it the whole write-ahead log, for as long as the server runs.
 *
 * Returns: whether nothing failed
 */
gboolean
vis_sqlite_do (VisSqlite *self, VisSqliteWork work, gpointer data)
{
  self->failed = FALSE;
  self->working = TRUE;
  work (self, data);
  self->working = FALSE;
  for (guint i = 0; i < self->taken->len; i++)
    sqlite3_reset (g_ptr_array_index (self->taken, i));
  g_ptr_array_set_size (self->taken, 0);
  return !self->failed;
}

/* A statement, ready to be bound; the last bindings are gone. It is reset at the end of the work at
 * hand, so nobody has to. */
sqlite3_stmt *
vis_sqlite_get (VisSqlite *self, VisSql sql)
{
  sqlite3_stmt *statement = self->statements[sql];

  g_return_val_if_fail (self->working, NULL);

  sqlite3_reset (statement);
  g_ptr_array_add (self->taken, statement);
  return statement;
}

/* Whether there is a row. A failure makes the whole work fail; so after it, nothing is done any
 * more, and callers need not look. */
gboolean
vis_sqlite_step (VisSqlite *self, sqlite3_stmt *statement)
{
  int result;

  if (self->failed)
    return FALSE;
  /* Nobody would undo it. */
  g_return_val_if_fail (!self->reading || sqlite3_stmt_readonly (statement), FALSE);

  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    return TRUE;
  if (result != SQLITE_DONE)
    vis_sqlite_fail (self);
  sqlite3_reset (statement);
  return FALSE;
}

/* Lets work go on behind something that could not be read. */
gboolean
vis_sqlite_pardon (VisSqlite *self)
{
  gboolean failed = self->failed;

  self->failed = FALSE;
  return failed;
}

/* Texts and bytes are not copied: they have to stay until the statement was stepped. */
void
vis_sqlite_bind_text (sqlite3_stmt *statement, int at, const char *text)
{
  if (text != NULL)
    sqlite3_bind_text (statement, at, text, -1, SQLITE_STATIC);
  else
    sqlite3_bind_null (statement, at);
}

static guint
nibble (char c)
{
  return c <= '9' ? (guint) (c - '0') : (guint) (c - 'a' + 10);
}

static void
parse_id (const char *id, guint8 raw[16])
{
  guint n = 0;

  for (const char *c = id; n < 16 && c[0] != '\0'; c += 2)
    {
      if (*c == '-')
        c++;
      raw[n++] = (guint8) (nibble (c[0]) << 4 | nibble (c[1]));
    }
}

/* A UUID as 16 bytes. */
void
vis_sqlite_bind_id (sqlite3_stmt *statement, int at, const char *id)
{
  guint8 raw[16];

  if (id == NULL)
    {
      sqlite3_bind_null (statement, at);
      return;
    }
  parse_id (id, raw);
  sqlite3_bind_blob (statement, at, raw, sizeof raw, SQLITE_TRANSIENT);
}

/* 64 bits of a UUID, wherever it keeps its random ones. */
gint64
vis_sqlite_hash_id (const char *id)
{
  guint8  raw[16];
  guint64 halves[2];

  parse_id (id, raw);
  memcpy (halves, raw, sizeof halves);
  return (gint64) (halves[0] ^ (halves[1] << 23 | halves[1] >> 41));
}

void
vis_sqlite_bind_bytes (sqlite3_stmt *statement, int at, GBytes *bytes)
{
  gsize         length;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  sqlite3_bind_blob (statement, at, data, (int) length, SQLITE_STATIC);
}

const char *
vis_sqlite_text (sqlite3_stmt *statement, int at)
{
  return (const char *) sqlite3_column_text (statement, at);
}

/* 16 bytes as a UUID. */
gboolean
vis_sqlite_id (sqlite3_stmt *statement, int at, char id[37])
{
  static const char hex[] = "0123456789abcdef";
  const guint8     *raw = sqlite3_column_blob (statement, at);
  char             *c = id;

  if (raw == NULL || sqlite3_column_bytes (statement, at) != 16)
    return FALSE;
  for (guint i = 0; i < 16; i++)
    {
      if (i == 4 || i == 6 || i == 8 || i == 10)
        *c++ = '-';
      *c++ = hex[raw[i] >> 4];
      *c++ = hex[raw[i] & 15];
    }
  *c = '\0';
  return TRUE;
}
