/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-private.h"

/* Cache of users and pairs of users, kept between transactions: reading their rows again would be
 * half of the work of a message. Counters are written back by vis_sqlite_flush(). */

/* Above so many users, or pairs, the next transaction clears the cache: some 20 MiB. */
#define CACHE_SIZE 100000

static void
user_free (gpointer data)
{
  VisSqliteUser *user = data;

  g_free ((gpointer) user->row.user);
  g_free ((gpointer) user->row.name);
  g_free (user);
}

static guint
pair_hash (gconstpointer key)
{
  const VisStorePair *pair = key;
  guint64             mixed =
    ((guint64) pair->low * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15)) ^ (guint64) pair->high;

  return (guint) (mixed ^ (mixed >> 32));
}

static gboolean
pair_equal (gconstpointer a, gconstpointer b)
{
  const VisStorePair *left = a;
  const VisStorePair *right = b;

  return left->low == right->low && left->high == right->high;
}

void
vis_sqlite_cache_init (VisSqlite *self)
{
  self->users = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, user_free);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  self->pairs = g_hash_table_new_full (pair_hash, pair_equal, NULL, g_free);
  self->dirty_users = g_ptr_array_new ();
  self->dirty_pairs = g_ptr_array_new ();
  self->version = -1;
  self->n_recent = -1;
}

void
vis_sqlite_cache_clear (VisSqlite *self)
{
  g_hash_table_unref (self->pairs);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->users);
  g_ptr_array_unref (self->dirty_users);
  g_ptr_array_unref (self->dirty_pairs);
}

/* Clears the cache if another process (`visavisd user`) has written, or if it is too large.
 * @version: PRAGMA data_version now. */
void
vis_sqlite_cache_check (VisSqlite *self, gint64 version)
{
  if (version != self->version || g_hash_table_size (self->users) > CACHE_SIZE ||
      g_hash_table_size (self->pairs) > CACHE_SIZE)
    vis_sqlite_forget (self);
  self->version = version;
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

/* Writes the changed counters of this transaction back to the database. */
void
vis_sqlite_flush (VisSqlite *self, gpointer data)
{
  for (guint i = 0; i < self->dirty_users->len; i++)
    {
      VisSqliteUser *user = g_ptr_array_index (self->dirty_users, i);
      sqlite3_stmt  *statement = vis_sqlite_get (self, VIS_SQL_USER_SEQ);

      sqlite3_bind_int64 (statement, 1, user->row.id);
      sqlite3_bind_int64 (statement, 2, user->row.seq);
      vis_sqlite_step (self, statement);
      user->dirty = FALSE;
    }
  for (guint i = 0; i < self->dirty_pairs->len; i++)
    {
      VisSqlitePair *pair = g_ptr_array_index (self->dirty_pairs, i);
      sqlite3_stmt  *statement = vis_sqlite_get (self, VIS_SQL_CHAT_TOUCH);

      sqlite3_bind_int64 (statement, 1, pair->row.chat);
      sqlite3_bind_int64 (statement, 2, pair->row.n);
      vis_sqlite_step (self, statement);
      pair->dirty = FALSE;
    }
  g_ptr_array_set_size (self->dirty_users, 0);
  g_ptr_array_set_size (self->dirty_pairs, 0);
}

static VisSqliteUser *
read_user (VisSqlite *self, sqlite3_stmt *statement)
{
  VisSqliteUser *user;

  if (!vis_sqlite_step (self, statement))
    return NULL;
  user = g_new0 (VisSqliteUser, 1);
  user->row.id = sqlite3_column_int64 (statement, 0);
  user->row.user = g_strdup (vis_sqlite_text (statement, 1));
  user->row.name = g_strdup (vis_sqlite_text (statement, 2));
  user->row.seq = sqlite3_column_int64 (statement, 3);
  user->row.kept = sqlite3_column_int64 (statement, 4);
  g_hash_table_insert (self->users, &user->row.id, user);
  g_hash_table_insert (self->names, (gpointer) user->row.user, user);
  return user;
}

static VisSqliteUser *
find_by_id (VisSqlite *self, gint64 id)
{
  VisSqliteUser *user = g_hash_table_lookup (self->users, &id);
  sqlite3_stmt  *statement;

  if (user != NULL)
    return user;
  statement = vis_sqlite_get (self, VIS_SQL_USER_BY_ID);
  sqlite3_bind_int64 (statement, 1, id);
  return read_user (self, statement);
}

static VisSqliteUser *
find_by_name (VisSqlite *self, const char *name)
{
  VisSqliteUser *user = g_hash_table_lookup (self->names, name);
  sqlite3_stmt  *statement;

  if (user != NULL)
    return user;
  statement = vis_sqlite_get (self, VIS_SQL_USER_BY_NAME);
  vis_sqlite_bind_text (statement, 1, name);
  return read_user (self, statement);
}

/* Needs no locks: SQLite has one write transaction at a time. */
void
vis_sqlite_find_users (VisStoreTx *tx, const VisStoreWho *who, guint n, const VisStoreUser *users[])
{
  VisSqlite *self = (VisSqlite *) tx;

  for (guint i = 0; i < n; i++)
    {
      VisSqliteUser *user =
        who[i].user != NULL ? find_by_name (self, who[i].user) : find_by_id (self, who[i].id);

      users[i] = user != NULL ? &user->row : NULL;
    }
}

/* Sets `kept` of a user, if the user is cached. */
void
vis_sqlite_cache_set_kept (VisSqlite *self, gint64 id, gint64 kept)
{
  VisSqliteUser *user = g_hash_table_lookup (self->users, &id);

  if (user != NULL)
    user->row.kept = kept;
}

void
vis_sqlite_cache_set_name (const VisStoreUser *row, const char *name)
{
  VisSqliteUser *user = (VisSqliteUser *) row;

  g_free ((gpointer) user->row.name);
  user->row.name = g_strdup (name);
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
  return standing;
}

const VisStorePair *
vis_sqlite_get_pair (VisStoreTx *tx, const VisStoreUser *a, const VisStoreUser *b)
{
  VisSqlite         *self = (VisSqlite *) tx;
  const VisStorePair key = { .low = MIN (a->id, b->id), .high = MAX (a->id, b->id) };
  VisSqlitePair     *pair = g_hash_table_lookup (self->pairs, &key);
  sqlite3_stmt      *statement;

  if (pair != NULL)
    return &pair->row;

  pair = g_new0 (VisSqlitePair, 1);
  pair->row = key;
  pair->row.standing[0] = read_standing (self, key.low, key.high);
  pair->row.standing[1] = read_standing (self, key.high, key.low);
  statement = vis_sqlite_get (self, VIS_SQL_CHAT_GET);
  sqlite3_bind_int64 (statement, 1, key.low);
  sqlite3_bind_int64 (statement, 2, key.high);
  if (vis_sqlite_step (self, statement))
    {
      pair->row.chat = sqlite3_column_int64 (statement, 0);
      pair->row.n = sqlite3_column_int64 (statement, 1);
    }
  g_hash_table_add (self->pairs, pair);
  return &pair->row;
}

/* The chat of two users; inserted with their first message. */
gint64
vis_sqlite_pair_chat (VisSqlite *self, const VisStorePair *pair)
{
  const gint64  members[] = { pair->low, pair->high };
  gint64        chat;
  sqlite3_stmt *statement;

  if (pair->chat != 0)
    return pair->chat;

  statement = vis_sqlite_get (self, VIS_SQL_CHAT_ADD);
  sqlite3_bind_int64 (statement, 1, pair->low);
  sqlite3_bind_int64 (statement, 2, pair->high);
  vis_sqlite_step (self, statement);
  chat = sqlite3_last_insert_rowid (self->handle);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      statement = vis_sqlite_get (self, VIS_SQL_MEMBER_ADD);
      sqlite3_bind_int64 (statement, 1, members[i]);
      sqlite3_bind_int64 (statement, 2, chat);
      vis_sqlite_step (self, statement);
    }
  ((VisSqlitePair *) pair)->row.chat = chat;
  return chat;
}

/* Counts a new message of a pair; written back once for each transaction. */
void
vis_sqlite_pair_touch (VisSqlite *self, const VisStorePair *row)
{
  VisSqlitePair *pair = (VisSqlitePair *) row;

  pair->row.n++;
  if (pair->dirty)
    return;
  pair->dirty = TRUE;
  g_ptr_array_add (self->dirty_pairs, pair);
}
