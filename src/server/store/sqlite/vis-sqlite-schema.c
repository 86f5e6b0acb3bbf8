/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "vis-error.h"
#include "vis-sqlite-private.h"

/* Each entry migrates the schema to the next version; entries are only ever appended. NULL is a
 * VACUUM.
 *
 * A message is stored once, ordered by chat: its key is the chat id in the upper 32 bits and its
 * number in the chat in the lower, so a page of history is contiguous on disk. `log` has the events
 * of each user, its key the user id in the upper bits and the `seq` in the lower; for a message it
 * has only a reference. Integer keys make SQLite's fastest b-trees: half of the cost of a message
 * is here. For the same reason `message_id` is an index on 64 bits of the id; queries compare the
 * whole id.
 *
 * A text is appended and never moved: when SQLite moves a row from one page to another, a copy
 * stays in the unused part of the first, which `secure_delete` does not overwrite, and would
 * survive erasing. For the same reason an erased text is overwritten by as many zeros, not deleted:
 * SQLite fills emptied pages from their neighbours. `erasing` has the chats that both users have
 * cleared, up to which message, and that are not erased yet: it survives a restart.
 *
 * `mark` distinguishes an event from another one with the same `seq`, which a database restored
 * from an older copy may write. */
static const char *const migrations[] = {
  "CREATE TABLE user (id INTEGER PRIMARY KEY, user TEXT NOT NULL UNIQUE, name TEXT, password TEXT,"
  "  seq INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT 0,"
  "  created INTEGER NOT NULL, last_seen INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE device (id INTEGER PRIMARY KEY AUTOINCREMENT, user INTEGER NOT NULL,"
  "  device TEXT NOT NULL UNIQUE, name TEXT, token BLOB NOT NULL UNIQUE, created INTEGER NOT NULL);"
  "CREATE INDEX device_user ON device (user);"
  "CREATE TABLE invite (code TEXT PRIMARY KEY, uses INTEGER NOT NULL, expires INTEGER NOT NULL)"
  "  WITHOUT ROWID;"
  "CREATE TABLE contact (user INTEGER, other INTEGER, standing INTEGER NOT NULL,"
  "  PRIMARY KEY (user, other)) WITHOUT ROWID;"
  "CREATE TABLE chat (id INTEGER PRIMARY KEY, low INTEGER NOT NULL, high INTEGER NOT NULL,"
  "  n INTEGER NOT NULL, UNIQUE (low, high));"
  "CREATE TABLE member (user INTEGER, chat INTEGER, read INTEGER NOT NULL DEFAULT 0,"
  "  delivered INTEGER NOT NULL DEFAULT 0, cleared INTEGER NOT NULL DEFAULT 0,"
  "  PRIMARY KEY (user, chat)) WITHOUT ROWID;"
  "CREATE TABLE message (m INTEGER PRIMARY KEY, id BLOB NOT NULL, sender INTEGER NOT NULL,"
  "  seq INTEGER NOT NULL, ts INTEGER NOT NULL, kind INTEGER NOT NULL,"
  "  deleted INTEGER NOT NULL DEFAULT 0, body TEXT, reply_to BLOB);"
  "CREATE TABLE message_id (hash INTEGER PRIMARY KEY, m INTEGER NOT NULL);"
  "CREATE TABLE recent_id (hash INTEGER PRIMARY KEY, m INTEGER NOT NULL);"
  "CREATE TABLE hidden (user INTEGER, m INTEGER, PRIMARY KEY (user, m)) WITHOUT ROWID;"
  "CREATE TABLE log (l INTEGER PRIMARY KEY, ts INTEGER NOT NULL, m INTEGER, event TEXT);"
  "CREATE TABLE call (id BLOB PRIMARY KEY, caller INTEGER NOT NULL, caller_device INTEGER NOT NULL,"
  "  callee INTEGER NOT NULL, callee_device INTEGER NOT NULL, caller_device_id TEXT NOT NULL,"
  "  callee_device_id TEXT, video INTEGER NOT NULL, started INTEGER NOT NULL,"
  "  answered INTEGER NOT NULL) WITHOUT ROWID;",

  /* An ended call is kept for a day: its row shows that it was recorded. */
  "ALTER TABLE call ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;",

  "ALTER TABLE log ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;"
  "UPDATE log SET mark = random () & 0xffffffff;"
  "ALTER TABLE user ADD COLUMN kept_mark INTEGER;"
  "CREATE TABLE text (id INTEGER PRIMARY KEY, body NOT NULL);"
  "INSERT INTO text SELECT m, body FROM message WHERE body IS NOT NULL ORDER BY m;"
  "ALTER TABLE message ADD COLUMN text INTEGER;"
  "UPDATE message SET text = m WHERE body IS NOT NULL;"
  "ALTER TABLE message DROP COLUMN body;"
  "ALTER TABLE chat ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;"
  "CREATE TABLE erasing (chat INTEGER PRIMARY KEY, upto INTEGER NOT NULL);",

  /* Texts erased before the table `text` existed may still be in unused parts of pages. */
  NULL,

  /* The node that routes a call: a node that starts must not end the calls of others. */
  "ALTER TABLE call ADD COLUMN node TEXT NOT NULL DEFAULT '" VIS_STORE_NODE "';",
};

static int
get_version (VisSqlite *self)
{
  sqlite3_stmt *statement = NULL;
  int           version = -1;

  if (sqlite3_prepare_v2 (self->handle, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    version = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  return version;
}

/* fsync() of a file, or of a folder for the names in it. */
static gboolean
sync_file (const char *path)
{
  int      fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gboolean synced = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return synced;
}

/* Writes a copy of the database. Returns NULL, or the text of the error. */
static char *
copy_to (VisSqlite *self, const char *path)
{
  char    *sql = sqlite3_mprintf ("VACUUM INTO %Q", path);
  gboolean done = sqlite3_exec (self->handle, sql, NULL, NULL, NULL) == SQLITE_OK;

  sqlite3_free (sql);
  if (!done)
    return g_strdup (sqlite3_errmsg (self->handle));
  if (g_chmod (path, 0600) != 0 || !sync_file (path))
    return g_strdup (g_strerror (errno));
  return NULL;
}

/* Copies the database to a file next to it, which is renamed when it is complete. */
static gboolean
back_up (VisSqlite *self, const char *path, int version, GError **error)
{
  g_autofree char *copy = g_strdup_printf ("%s" VIS_SQLITE_COPY "%d", path, version);
  g_autofree char *part = g_strconcat (copy, ".part", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *failure = NULL;

  if (g_file_test (copy, G_FILE_TEST_EXISTS))
    return TRUE;
  /* A partial copy left by a crash. */
  g_unlink (part);
  failure = copy_to (self, part);
  if (failure == NULL && (g_rename (part, copy) != 0 || !sync_file (folder)))
    failure = g_strdup (g_strerror (errno));
  if (failure == NULL)
    return TRUE;
  g_unlink (part);
  g_set_error (error,
               VIS_ERROR,
               VIS_ERROR_STORE,
               "%s was written by an older version, and can’t be copied before it is changed: %s. "
               "It is left as it was; make room for the copy, then start visavisd again.",
               path,
               failure);
  return FALSE;
}

/* VACUUM runs outside of a transaction, and its temporary file may exceed the memory. */
static gboolean
vacuum (VisSqlite *self)
{
  return vis_sqlite_exec (self, "PRAGMA temp_store = FILE") && vis_sqlite_exec (self, "VACUUM") &&
         vis_sqlite_exec (self, "PRAGMA temp_store = MEMORY");
}

static gboolean
take_step (VisSqlite *self, int i)
{
  g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %d", i + 1);

  if (migrations[i] == NULL)
    return vacuum (self) && vis_sqlite_exec (self, mark);
  if (!vis_sqlite_exec (self, "BEGIN EXCLUSIVE"))
    return FALSE;
  /* Another process may have migrated first. */
  if (get_version (self) <= i &&
      (!vis_sqlite_exec (self, migrations[i]) || !vis_sqlite_exec (self, mark)))
    return FALSE;
  return vis_sqlite_exec (self, "COMMIT");
}

/**
 * vis_sqlite_migrate:
 * @self: a database
 * @path: its file
 * @error: set if a migration failed or the file is of a newer version
 *
 * Migrates the schema to the version of this program: forward only, each step in a transaction of
 * its own, after a copy of the file.
 *
 * Returns: whether the schema has the version of this program
 */
gboolean
vis_sqlite_migrate (VisSqlite *self, const char *path, GError **error)
{
  int version = get_version (self);

  if (version > (int) G_N_ELEMENTS (migrations))
    {
      g_set_error (error,
                   VIS_ERROR,
                   VIS_ERROR_STORE,
                   "%s was written by a newer version of visavisd. Please update visavisd.",
                   path);
      return FALSE;
    }

  if (version > 0 && version < (int) G_N_ELEMENTS (migrations) &&
      !back_up (self, path, version, error))
    return FALSE;
  for (int i = MAX (version, 0); version >= 0 && i < (int) G_N_ELEMENTS (migrations); i++)
    if (!take_step (self, i))
      break;

  /* After a crash the write-ahead log may still contain erased texts. */
  sqlite3_wal_checkpoint_v2 (self->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  if (version < 0 || self->tx.failed)
    {
      g_set_error (error,
                   VIS_ERROR,
                   VIS_ERROR_STORE,
                   "%s can’t be used as a database: %s",
                   path,
                   self->failure != NULL ? self->failure : sqlite3_errmsg (self->handle));
      return FALSE;
    }
  return TRUE;
}
