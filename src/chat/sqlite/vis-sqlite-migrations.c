/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-migrations.h"

#include "vis-error.h"

/* Each entry leads from the version before it (its index) to the next one. Entries are never
 * changed once they were released: mistakes are corrected by a new one.
 *
 * A message's place is `position`, unique in its conversation: the server's time with ten more
 * bits, which keep the order of the server if its times repeat or go backwards. It is a part of the
 * key, so that a page is one range, however long the history is. */
static const char *const migrations[] = {
  /* 1 */
  "CREATE TABLE state ("
  "  one INTEGER PRIMARY KEY CHECK (one = 1),"
  "  since INTEGER NOT NULL,"
  "  stale INTEGER NOT NULL);"
  "INSERT INTO state VALUES (1, -1, 0);"

  "CREATE TABLE contacts ("
  "  user TEXT PRIMARY KEY NOT NULL,"
  "  name TEXT NOT NULL,"
  "  state INTEGER NOT NULL,"
  "  last_seen INTEGER NOT NULL,"
  "  since INTEGER NOT NULL) WITHOUT ROWID;"

  /* `below` counts the unread messages older than `floor`. Invariant: read >= floor - 1, and read =
   * floor - 1 while below > 0. */
  "CREATE TABLE conversations ("
  "  number INTEGER PRIMARY KEY,"
  "  chat TEXT NOT NULL UNIQUE,"
  "  floor INTEGER,"
  "  floor_id TEXT,"
  "  complete INTEGER NOT NULL DEFAULT 0,"
  "  unread INTEGER NOT NULL DEFAULT 0,"
  "  below INTEGER NOT NULL DEFAULT 0,"
  "  read INTEGER NOT NULL DEFAULT (-9223372036854775807 - 1),"
  "  peer_read INTEGER NOT NULL DEFAULT (-9223372036854775807 - 1),"
  "  peer_read_id TEXT,"
  "  peer_delivered INTEGER NOT NULL DEFAULT (-9223372036854775807 - 1),"
  "  peer_delivered_id TEXT);"

  "CREATE TABLE messages ("
  "  conversation INTEGER NOT NULL,"
  "  position INTEGER NOT NULL,"
  "  id TEXT NOT NULL,"
  "  sender TEXT NOT NULL,"
  "  outgoing INTEGER NOT NULL,"
  "  ts INTEGER NOT NULL,"
  "  kind INTEGER NOT NULL,"
  "  state INTEGER NOT NULL,"
  "  deleted INTEGER NOT NULL,"
  "  counts INTEGER NOT NULL,"
  "  text TEXT,"
  "  call_outcome TEXT,"
  "  call_video INTEGER NOT NULL,"
  "  call_duration INTEGER NOT NULL,"
  "  PRIMARY KEY (conversation, position)) WITHOUT ROWID;"
  "CREATE UNIQUE INDEX messages_by_id ON messages (conversation, id);"

  /* AUTOINCREMENT: numbers are not used again, so that a late answer can't settle another request.
   */
  "CREATE TABLE requests ("
  "  number INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  kind INTEGER NOT NULL,"
  "  chat TEXT NOT NULL,"
  "  message TEXT);",

  /* 2: the mark of `since`; and `kept_*`: floor and completeness from before the server lost data,
   * while a conversation is torn. */
  "ALTER TABLE state ADD COLUMN mark TEXT;"
  "ALTER TABLE conversations ADD COLUMN torn INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE conversations ADD COLUMN kept_floor INTEGER;"
  "ALTER TABLE conversations ADD COLUMN kept_floor_id TEXT;"
  "ALTER TABLE conversations ADD COLUMN kept_complete INTEGER NOT NULL DEFAULT 0;",

  /* 3: drafts, in a table of their own, since the conversation may not be stored yet. */
  "CREATE TABLE drafts ("
  "  chat TEXT PRIMARY KEY NOT NULL,"
  "  text TEXT NOT NULL) WITHOUT ROWID;",

  /* 4: texts, in a table of their own. Rows of a sorted table move between pages, and a page keeps
   * what they leave behind. A row of `texts` never moves; the text of one that is no longer used is
   * overwritten in place, and the row stays, since deleting it could move others. */
  "CREATE TABLE texts (number INTEGER PRIMARY KEY, text NOT NULL);"
  "CREATE TEMP TABLE written AS SELECT chat, text FROM drafts;"
  "DELETE FROM drafts;"
  "INSERT INTO drafts SELECT chat, text FROM temp.written;"
  "DROP TABLE temp.written;"
  "INSERT INTO texts SELECT row_number () OVER (ORDER BY conversation, position), text"
  "  FROM messages WHERE text IS NOT NULL;"
  "CREATE TABLE sorted ("
  "  conversation INTEGER NOT NULL,"
  "  position INTEGER NOT NULL,"
  "  id TEXT NOT NULL,"
  "  sender TEXT NOT NULL,"
  "  outgoing INTEGER NOT NULL,"
  "  ts INTEGER NOT NULL,"
  "  kind INTEGER NOT NULL,"
  "  state INTEGER NOT NULL,"
  "  deleted INTEGER NOT NULL,"
  "  counts INTEGER NOT NULL,"
  "  words INTEGER,"
  "  call_outcome TEXT,"
  "  call_video INTEGER NOT NULL,"
  "  call_duration INTEGER NOT NULL,"
  "  PRIMARY KEY (conversation, position)) WITHOUT ROWID;"
  "INSERT INTO sorted SELECT conversation, position, id, sender, outgoing, ts, kind, state, "
  "deleted,"
  "  counts, iif (text IS NULL, NULL,"
  "    sum (text IS NOT NULL) OVER (ORDER BY conversation, position)),"
  "  call_outcome, call_video, call_duration FROM messages;"
  "DROP TABLE messages;"
  "ALTER TABLE sorted RENAME TO messages;"
  "CREATE UNIQUE INDEX messages_by_id ON messages (conversation, id);"
  "CREATE TRIGGER words_deleted AFTER DELETE ON messages WHEN old.words IS NOT NULL BEGIN"
  "  UPDATE texts SET text = zeroblob (length (CAST (text AS BLOB))) WHERE number = old.words;"
  "END;"
  "CREATE TRIGGER words_taken AFTER UPDATE OF words ON messages"
  "  WHEN old.words IS NOT NULL AND new.words IS NOT old.words BEGIN"
  "  UPDATE texts SET text = zeroblob (length (CAST (text AS BLOB))) WHERE number = old.words;"
  "END;",

  /* 5: the display name of this person. */
  "ALTER TABLE state ADD COLUMN name TEXT;",
};

static gboolean
migrate_one (VisSqliteDatabase *database, guint version)
{
  g_autofree char *pragma = g_strdup_printf ("PRAGMA user_version = %u", version + 1);

  vis_sqlite_script (database, "BEGIN IMMEDIATE");
  vis_sqlite_script (database, migrations[version]);
  vis_sqlite_script (database, pragma);
  vis_sqlite_script (database, "COMMIT");
  return !vis_sqlite_database_has_failed (database);
}

/**
 * vis_sqlite_migrate:
 * @database: a connection
 * @error: %VIS_ERROR_STORE, or %VIS_ERROR_STORE_NEWER for a file that a newer version of this
 *   program has written
 *
 * Migrates a database to the newest schema, each version in a transaction of its own.
 *
 * Returns: %FALSE with @error set
 */
gboolean
vis_sqlite_migrate (VisSqliteDatabase *database, GError **error)
{
  gint64 version;

  vis_sqlite_script (database,
                     "PRAGMA journal_mode = WAL;"
                     "PRAGMA synchronous = FULL;"
                     "PRAGMA temp_store = MEMORY;"
                     "PRAGMA secure_delete = ON;"
                     "PRAGMA cache_size = -4096;"
                     "CREATE TEMP TABLE chain (link INTEGER NOT NULL);"
                     "INSERT INTO temp.chain VALUES (0)");
  version = vis_sqlite_integer (database, 0, "PRAGMA user_version", "");
  if (version > (gint64) G_N_ELEMENTS (migrations))
    {
      g_set_error (error,
                   VIS_ERROR,
                   VIS_ERROR_STORE_NEWER,
                   "The history was written by a newer version (%" G_GINT64_FORMAT ")",
                   version);
      return FALSE;
    }

  for (gint64 i = MAX (version, 0); i < (gint64) G_N_ELEMENTS (migrations); i++)
    if (!migrate_one (database, (guint) i))
      break;

  return !vis_sqlite_database_take_error (database, error);
}
