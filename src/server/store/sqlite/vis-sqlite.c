/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "vis-sqlite-private.h"

void
vis_sqlite_fail (VisSqlite *self)
{
  if (self->tx.failed)
    return;
  self->tx.failed = TRUE;
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
 * @work: called once; the only place where vis_sqlite_get() may be called
 * @data: passed to @work
 *
 * Calls @work and resets every statement that it has used: one that is not reset keeps its read
 * transaction open, and so prevents every checkpoint of the write-ahead log from completing.
 *
 * Returns: whether nothing failed
 */
gboolean
vis_sqlite_do (VisSqlite *self, VisSqliteWork work, gpointer data)
{
  self->tx.failed = FALSE;
  self->working = TRUE;
  work (self, data);
  self->working = FALSE;
  for (guint i = 0; i < self->taken->len; i++)
    sqlite3_reset (g_ptr_array_index (self->taken, i));
  g_ptr_array_set_size (self->taken, 0);
  return !self->tx.failed;
}

/* A prepared statement, reset; all its parameters have to be bound, since they keep their old
 * values. vis_sqlite_do() resets it at the end. */
sqlite3_stmt *
vis_sqlite_get (VisSqlite *self, VisSql sql)
{
  sqlite3_stmt *statement = self->statements[sql];

  g_return_val_if_fail (self->working, NULL);

  sqlite3_reset (statement);
  g_ptr_array_add (self->taken, statement);
  return statement;
}

/* Steps a statement. Returns whether there is a row. A failure is kept in tx.failed and makes all
 * later steps no-ops, so callers need not check for it. */
gboolean
vis_sqlite_step (VisSqlite *self, sqlite3_stmt *statement)
{
  int result;

  if (self->tx.failed)
    return FALSE;
  /* A write in a read operation would not be rolled back. */
  g_return_val_if_fail (!self->reading || sqlite3_stmt_readonly (statement), FALSE);

  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    return TRUE;
  if (result != SQLITE_DONE)
    vis_sqlite_fail (self);
  sqlite3_reset (statement);
  return FALSE;
}

/* Texts and bytes are not copied: they have to stay valid until the statement was stepped. */
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

/* Binds a UUID as a BLOB of 16 bytes. */
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

/* 64-bit hash of a UUID, from the random bits of any UUID version. */
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

/* Formats a BLOB of 16 bytes as a UUID; FALSE if the column is no such BLOB. */
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
