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

/* Each entry brings the database one version further; entries are only ever added. NULL writes the
 * whole file anew.
 *
 * A message lives once, in its chat, in the order of the chat: its key is the chat above 32 bits
 * and its number in the chat below, so a page of history is one place on the disk. `log` is what
 * each user has to be told, its key the user above and the `seq` below; for a message it only
 * points there. Keys that are integers make SQLite's fastest trees: half of the cost of a message
 * is here. For the same reason `message_id` finds a message by 64 bits of its id; whoever finds one
 * compares the rest.
 *
 * A text is written behind all others, and never moved: SQLite leaves what it moves from one page
 * to another behind in the first, where `secure_delete` does not reach, and what is erased later
 * would be there still. For the same reason it is overwritten by as many zeros, not removed: pages
 * that become empty are filled up from their neighbours. `erasing` has the chats that both have
 * cleared, up to which message, and are not erased yet: that goes on after a restart.
 *
 * `mark` tells an event from the one that a copy of this database, put back, gives the same `seq`.
 */
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

  /* A call that is over stays for a day: that it was recorded is known by its row. */
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

  /* What was erased before texts had a table of their own is still between what was not. */
  NULL,

  /* Which node has a call in memory: a node that starts must not end those of the others. */
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

/* Brings a file, or the names in a folder, to the disk. */
static gboolean
sync_file (const char *path)
{
  int      fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gboolean synced = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return synced;
}

/* Writes a copy of the database; NULL, or why that can't be. */
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

/* A copy of the database as it was, next to it. It has its name once it is complete. */
static gboolean
back_up (VisSqlite *self, const char *path, int version, GError **error)
{
  g_autofree char *copy = g_strdup_printf ("%s" VIS_SQLITE_COPY "%d", path, version);
  g_autofree char *part = g_strconcat (copy, ".part", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *failure = NULL;

  if (g_file_test (copy, G_FILE_TEST_EXISTS))
    return TRUE;
  /* One that a crash has left. */
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

/* Files are rewritten outside of transactions, and that may need more than fits into memory. */
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
  /* Another process may have been here first. */
  if (get_version (self) <= i &&
      (!vis_sqlite_exec (self, migrations[i]) || !vis_sqlite_exec (self, mark)))
    return FALSE;
  return vis_sqlite_exec (self, "COMMIT");
}

/**
 * vis_sqlite_migrate:
 * @self: a database
 * @path: its file
 * @error: set if it can't be brought up to date
 *
 * Brings the tables to the version of this program: forward only, each step in a transaction of
 * its own, after a copy of what was there.
 *
 * Returns: whether it is up to date
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

  /* What a crash has left in the write-ahead log may hold what was erased before it. */
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
