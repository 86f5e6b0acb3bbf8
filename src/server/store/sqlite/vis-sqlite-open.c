/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>

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
      /* Overwrites deleted rows and freed pages with zeros. */
      !vis_sqlite_exec (self, "PRAGMA secure_delete = ON"))
    return FALSE;
  /* Replaces SQLite's automatic checkpoints; vis_sqlite_tend() makes them. */
  sqlite3_wal_hook (self->handle, on_commit, self);
  return TRUE;
}

/* Prepares all statements at once, so that a missing or corrupt table is an error of opening. */
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

/* The files contain private messages: makes them readable for the owner only. */
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
 * @error: set if it can't be opened or migrated
 *
 * Returns: (transfer full) (nullable): the database
 */
VisSqlite *
vis_sqlite_open (const char *path, GError **error)
{
  VisSqlite *self = g_new0 (VisSqlite, 1);

  /* Memory statistics cost SQLite a lock for each allocation. Statement journals stay in memory,
   * since their files would contain texts. Both calls have no effect once SQLite is initialized. */
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config (SQLITE_CONFIG_STMTJRNL_SPILL, -1);
  self->tx.rows = &vis_sqlite_rows;
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
