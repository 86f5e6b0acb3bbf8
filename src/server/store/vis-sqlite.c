/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "vis-error.h"
#include "vis-sqlite-private.h"

/* More than this is forgotten between two transactions: some 20 MiB. */
#define CACHE_SIZE 100000

/* So many ids of messages move to their tree at once: some tens of milliseconds of work. */
#define RECENT_IDS 32768

static void
user_free (gpointer data)
{
  VisSqliteUser *user = data;

  g_free (user->user);
  g_free (user->name);
  g_free (user);
}

static guint
pair_hash (gconstpointer key)
{
  const VisSqlitePair *pair = key;
  guint64              mixed =
    ((guint64) pair->low * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15)) ^ (guint64) pair->high;

  return (guint) (mixed ^ (mixed >> 32));
}

static gboolean
pair_equal (gconstpointer a, gconstpointer b)
{
  const VisSqlitePair *left = a;
  const VisSqlitePair *right = b;

  return left->low == right->low && left->high == right->high;
}

static gboolean
set_up (VisSqlite *self)
{
  sqlite3_busy_timeout (self->handle, 10000);
  return vis_sqlite_exec (self, "PRAGMA journal_mode = WAL") &&
         vis_sqlite_exec (self, "PRAGMA synchronous = FULL") &&
         vis_sqlite_exec (self, "PRAGMA wal_autocheckpoint = 4000") &&
         vis_sqlite_exec (self, "PRAGMA cache_size = -131072") &&
         vis_sqlite_exec (self, "PRAGMA temp_store = MEMORY") &&
         /* What is deleted is overwritten, not only forgotten. */
         vis_sqlite_exec (self, "PRAGMA secure_delete = FAST");
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

  /* Counting its memory costs SQLite a lock for each allocation. Refused once it is running. */
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  self->users = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, user_free);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  self->pairs = g_hash_table_new_full (pair_hash, pair_equal, NULL, g_free);
  self->dirty_users = g_ptr_array_new ();
  self->dirty_pairs = g_ptr_array_new ();
  self->version = -1;
  self->n_recent = -1;

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
  g_hash_table_unref (self->pairs);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->users);
  g_ptr_array_unref (self->dirty_users);
  g_ptr_array_unref (self->dirty_pairs);
  g_free (self->failure);
  g_free (self);
}

static void
fail (VisSqlite *self)
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
  fail (self);
  return FALSE;
}

/* A statement, ready to be bound; the last bindings are gone. */
sqlite3_stmt *
vis_sqlite_get (VisSqlite *self, VisSql sql)
{
  sqlite3_stmt *statement = self->statements[sql];

  sqlite3_reset (statement);
  return statement;
}

/* Whether there is a row. A failure makes the whole transaction fail; so after it, nothing is
 * done any more, and callers need not look. */
gboolean
vis_sqlite_step (VisSqlite *self, sqlite3_stmt *statement)
{
  int result;

  if (self->failed)
    return FALSE;
  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    return TRUE;
  if (result != SQLITE_DONE)
    fail (self);
  sqlite3_reset (statement);
  return FALSE;
}

/* What is remembered may have been changed by another process (`visavisd user`): look again. */
static void
check_version (VisSqlite *self)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_VERSION);
  gint64        version;

  if (!vis_sqlite_step (self, statement))
    return;
  version = sqlite3_column_int64 (statement, 0);
  sqlite3_reset (statement);
  if (version != self->version || g_hash_table_size (self->users) > CACHE_SIZE ||
      g_hash_table_size (self->pairs) > CACHE_SIZE)
    vis_sqlite_forget (self);
  self->version = version;
}

gboolean
vis_sqlite_begin (VisSqlite *self)
{
  self->failed = FALSE;
  vis_sqlite_step (self, vis_sqlite_get (self, VIS_SQL_BEGIN));
  if (!self->failed)
    check_version (self);
  return !self->failed;
}

/* Writes what is only remembered so far in this transaction. */
void
vis_sqlite_flush (VisSqlite *self)
{
  for (guint i = 0; i < self->dirty_users->len; i++)
    {
      VisSqliteUser *user = g_ptr_array_index (self->dirty_users, i);
      sqlite3_stmt  *statement = vis_sqlite_get (self, VIS_SQL_USER_SEQ);

      sqlite3_bind_int64 (statement, 1, user->id);
      sqlite3_bind_int64 (statement, 2, user->seq);
      vis_sqlite_step (self, statement);
      user->dirty = FALSE;
    }
  for (guint i = 0; i < self->dirty_pairs->len; i++)
    {
      VisSqlitePair *pair = g_ptr_array_index (self->dirty_pairs, i);
      sqlite3_stmt  *statement = vis_sqlite_get (self, VIS_SQL_CHAT_TOUCH);

      sqlite3_bind_int64 (statement, 1, pair->chat);
      sqlite3_bind_int64 (statement, 2, pair->n);
      vis_sqlite_step (self, statement);
      pair->dirty = FALSE;
    }
  g_ptr_array_set_size (self->dirty_users, 0);
  g_ptr_array_set_size (self->dirty_pairs, 0);
}

static void
move_ids (VisSqlite *self)
{
  if (self->n_recent < 0)
    {
      sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_ID_COUNT);

      if (vis_sqlite_step (self, statement))
        self->n_recent = sqlite3_column_int64 (statement, 0);
      sqlite3_reset (statement);
    }
  if (self->n_recent < RECENT_IDS)
    return;
  vis_sqlite_step (self, vis_sqlite_get (self, VIS_SQL_ID_MOVE));
  vis_sqlite_step (self, vis_sqlite_get (self, VIS_SQL_ID_CLEAR));
  self->n_recent = 0;
}

gboolean
vis_sqlite_commit (VisSqlite *self)
{
  vis_sqlite_flush (self);
  move_ids (self);
  if (!self->failed)
    vis_sqlite_step (self, vis_sqlite_get (self, VIS_SQL_COMMIT));
  if (self->failed)
    vis_sqlite_rollback (self);
  return !self->failed;
}

void
vis_sqlite_rollback (VisSqlite *self)
{
  for (guint i = 0; i < VIS_SQL_N_STATEMENTS; i++)
    sqlite3_reset (self->statements[i]);
  sqlite3_exec (self->handle, "ROLLBACK", NULL, NULL, NULL);
  vis_sqlite_forget (self);
}

void
vis_sqlite_forget (VisSqlite *self)
{
  self->n_recent = -1;
  g_ptr_array_set_size (self->dirty_users, 0);
  g_ptr_array_set_size (self->dirty_pairs, 0);
  g_hash_table_remove_all (self->names);
  g_hash_table_remove_all (self->users);
  g_hash_table_remove_all (self->pairs);
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

static VisSqliteUser *
read_user (VisSqlite *self, sqlite3_stmt *statement)
{
  VisSqliteUser *user;

  if (!vis_sqlite_step (self, statement))
    return NULL;
  user = g_new0 (VisSqliteUser, 1);
  user->id = sqlite3_column_int64 (statement, 0);
  user->user = g_strdup (vis_sqlite_text (statement, 1));
  user->name = g_strdup (vis_sqlite_text (statement, 2));
  user->seq = sqlite3_column_int64 (statement, 3);
  user->kept = sqlite3_column_int64 (statement, 4);
  sqlite3_reset (statement);
  g_hash_table_insert (self->users, &user->id, user);
  g_hash_table_insert (self->names, user->user, user);
  return user;
}

VisSqliteUser *
vis_sqlite_user (VisSqlite *self, gint64 id)
{
  VisSqliteUser *user = g_hash_table_lookup (self->users, &id);
  sqlite3_stmt  *statement;

  if (user != NULL)
    return user;
  statement = vis_sqlite_get (self, VIS_SQL_USER_BY_ID);
  sqlite3_bind_int64 (statement, 1, id);
  return read_user (self, statement);
}

VisSqliteUser *
vis_sqlite_user_by_name (VisSqlite *self, const char *name)
{
  VisSqliteUser *user = g_hash_table_lookup (self->names, name);
  sqlite3_stmt  *statement;

  if (user != NULL)
    return user;
  statement = vis_sqlite_get (self, VIS_SQL_USER_BY_NAME);
  vis_sqlite_bind_text (statement, 1, name);
  return read_user (self, statement);
}

static VisStanding
read_standing (VisSqlite *self, gint64 user, gint64 other)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_CONTACT_GET);
  VisStanding   standing = VIS_STANDING_NONE;

  sqlite3_bind_int64 (statement, 1, user);
  sqlite3_bind_int64 (statement, 2, other);
  if (vis_sqlite_step (self, statement))
    standing = (VisStanding) sqlite3_column_int (statement, 0);
  sqlite3_reset (statement);
  return standing;
}

VisSqlitePair *
vis_sqlite_pair (VisSqlite *self, gint64 a, gint64 b)
{
  VisSqlitePair  key = { .low = MIN (a, b), .high = MAX (a, b) };
  VisSqlitePair *pair = g_hash_table_lookup (self->pairs, &key);
  sqlite3_stmt  *statement;

  if (pair != NULL)
    return pair;

  pair = g_memdup2 (&key, sizeof key);
  pair->standing[0] = read_standing (self, pair->low, pair->high);
  pair->standing[1] = read_standing (self, pair->high, pair->low);
  statement = vis_sqlite_get (self, VIS_SQL_CHAT_GET);
  sqlite3_bind_int64 (statement, 1, pair->low);
  sqlite3_bind_int64 (statement, 2, pair->high);
  if (vis_sqlite_step (self, statement))
    {
      pair->chat = sqlite3_column_int64 (statement, 0);
      pair->n = sqlite3_column_int64 (statement, 1);
    }
  sqlite3_reset (statement);
  g_hash_table_add (self->pairs, pair);
  return pair;
}

VisStanding
vis_sqlite_standing (VisSqlitePair *pair, gint64 user)
{
  return pair->standing[user == pair->high];
}

/* The chat of two users, made when the first message is. */
gint64
vis_sqlite_pair_chat (VisSqlite *self, VisSqlitePair *pair)
{
  const gint64  members[] = { pair->low, pair->high };
  sqlite3_stmt *statement;

  if (pair->chat != 0)
    return pair->chat;

  statement = vis_sqlite_get (self, VIS_SQL_CHAT_ADD);
  sqlite3_bind_int64 (statement, 1, pair->low);
  sqlite3_bind_int64 (statement, 2, pair->high);
  vis_sqlite_step (self, statement);
  pair->chat = sqlite3_last_insert_rowid (self->handle);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      statement = vis_sqlite_get (self, VIS_SQL_MEMBER_ADD);
      sqlite3_bind_int64 (statement, 1, members[i]);
      sqlite3_bind_int64 (statement, 2, pair->chat);
      vis_sqlite_step (self, statement);
    }
  return pair->chat;
}

/* Written once for each transaction, however many messages it holds. */
void
vis_sqlite_pair_touch (VisSqlite *self, VisSqlitePair *pair)
{
  if (pair->dirty)
    return;
  pair->dirty = TRUE;
  g_ptr_array_add (self->dirty_pairs, pair);
}
