/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "store-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <utime.h>

#include "vis-id.h"
#include "vis-server-limits.h"

/* Erased texts are in no file, also in a database of an older version. */

/* Collects each number that follows `needle-` in any file. */
static void
find_needles (StoreFixture *self, GHashTable *found)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char      *name;

  g_hash_table_remove_all (found);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      g_autofree char *bytes = NULL;
      gsize            length;
      const char      *at;

      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      at = bytes;
      while ((at = memmem (at, length - (gsize) (at - bytes), "needle-", 7)) != NULL)
        {
          if (bytes + length - at > 13)
            g_hash_table_add (found, g_strndup (at + 7, 6));
          at += 7;
        }
    }
}

typedef struct
{
  GPtrArray *ids;
  GPtrArray *chats;
  guint      n;
} Needles;

/* Sends a text of which every part has its number. */
static void
send_needle (Needles *needles, StoreLoad *load, const char *chat)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize               length = 20 + (gsize) g_test_rand_int_range (0, 10) * 40;

  if (needles->n % 50 == 0)
    length = 7000;
  while (text->len < length)
    g_string_append_printf (text, "needle-%06u ", needles->n);
  g_ptr_array_add (needles->ids, vis_id_new ());
  g_ptr_array_add (needles->chats, g_strdup (chat));
  store_load_add (
    load, store_message_new (1, chat, g_ptr_array_index (needles->ids, needles->n++), text->str));
}

static VisServerStoreOp *
new_delete (Needles *needles, guint i)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_CHAT_DELETE, NULL, NULL);

  op->user = 1;
  op->request = vis_message_new (VIS_KIND_CHAT_DELETE);
  vis_message_set_string (op->request, VIS_FIELD_CHAT, g_ptr_array_index (needles->chats, i));
  vis_message_set_string (op->request, VIS_FIELD_MESSAGE_ID, g_ptr_array_index (needles->ids, i));
  vis_message_set_string (op->request, VIS_FIELD_FOR, "everyone");
  return op;
}

static VisServerStoreOp *
new_clear (gint64 user, const char *chat, const char *upto)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_CHAT_CLEAR, NULL, NULL);

  op->user = user;
  op->request = vis_message_new (VIS_KIND_CHAT_CLEAR);
  vis_message_set_string (op->request, VIS_FIELD_CHAT, chat);
  vis_message_set_string (op->request, VIS_FIELD_MESSAGE_ID, upto);
  return op;
}

/* How many of the erased texts are still there; asserts that all others are. */
static guint
count_left (StoreFixture *self, const Needles *needles, const gboolean *erased)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint                  left = 0;

  find_needles (self, found);
  for (guint i = 0; i < needles->n; i++)
    {
      g_autofree char *number = g_strdup_printf ("%06u", i);
      gboolean         there = g_hash_table_contains (found, number);

      if (!erased[i])
        g_assert_true (there);
      left += erased[i] && there;
    }
  return left;
}

/* Waits until all of them are gone, a minute at most. */
static void
wait_for_erasing (StoreFixture *self, const Needles *needles, const gboolean *erased)
{
  gint64 end = g_get_monotonic_time () + 60 * (gint64) G_USEC_PER_SEC;

  while (count_left (self, needles, erased) > 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (G_USEC_PER_SEC / 10);
    }
}

#define FRIENDS 12
#define NEEDLES 6000

static void
add_needles (StoreFixture *self, Needles *needles, guint n)
{
  StoreLoad load;

  store_load_init (&load, self);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *chat = g_strdup_printf ("friend%d", g_test_rand_int_range (0, FRIENDS));

      send_needle (needles, &load, chat);
      if (i % 100 == 0)
        store_load_wait (&load);
    }
  store_load_wait (&load);
  store_load_clear (&load);
}

/* Texts that were deleted for everyone, or in chats that both have cleared, are in no file: neither
 * in a page that they were moved from, nor in the write-ahead log, nor in free pages; while the
 * store is open, and after that. */
static void
test_erased_from_disk (StoreFixture *self, gconstpointer data)
{
  Needles              needles = { g_ptr_array_new_with_free_func (g_free),
                                   g_ptr_array_new_with_free_func (g_free),
                                   0 };
  g_autofree gboolean *erased = g_new0 (gboolean, NEEDLES);
  guint                upto = 0;
  StoreLoad            load;

  store_import (self, "ada", NULL);
  for (guint i = 0; i < FRIENDS; i++)
    {
      g_autofree char *friend = g_strdup_printf ("friend%u", i);

      store_import (self, friend, "ada");
    }
  add_needles (self, &needles, NEEDLES / 2);

  store_load_init (&load, self);
  for (guint i = 0; i < NEEDLES / 2; i++)
    {
      const char *chat = g_ptr_array_index (needles.chats, i);

      if (strcmp (chat, "friend0") == 0)
        {
          /* Cleared up to some message; friend1's chat is cleared by one side only. */
          erased[i] = i < 2000;
          upto = erased[i] ? i : upto;
        }
      else if (g_test_rand_int_range (0, 3) == 0)
        {
          erased[i] = TRUE;
          store_load_add (&load, new_delete (&needles, i));
        }
    }
  store_load_add (&load, new_clear (1, "friend0", g_ptr_array_index (needles.ids, upto)));
  store_load_add (&load, new_clear (2, "ada", NULL));
  store_load_add (&load, new_clear (3, "ada", NULL));
  store_load_wait (&load);
  store_load_clear (&load);

  add_needles (self, &needles, NEEDLES / 2);
  wait_for_erasing (self, &needles, erased);
  store_fixture_close (self);
  g_assert_cmpuint (count_left (self, &needles, erased), ==, 0);
  store_fixture_open (self);
  g_ptr_array_unref (needles.ids);
  g_ptr_array_unref (needles.chats);
}

static void
edit_beside (StoreFixture *self, const char *sql)
{
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open (self->path, &handle), ==, SQLITE_OK);
  sqlite3_busy_timeout (handle, VIS_SERVER_BUSY_MS);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
}

/* A failed erasure is tried again within the minute. */
static void
test_erased_after_failure (StoreFixture *self, gconstpointer data)
{
  Needles   needles = { g_ptr_array_new_with_free_func (g_free),
                        g_ptr_array_new_with_free_func (g_free),
                        0 };
  gboolean  erased[10];
  StoreLoad load;

  store_import (self, "ada", NULL);
  store_import (self, "friend0", "ada");
  edit_beside (self,
               "CREATE TRIGGER broken BEFORE DELETE ON erasing "
               "BEGIN SELECT raise (ABORT, 'a disk that is full'); END");
  store_load_init (&load, self);
  for (guint i = 0; i < G_N_ELEMENTS (erased); i++)
    {
      send_needle (&needles, &load, "friend0");
      erased[i] = TRUE;
    }
  store_load_add (&load, new_clear (1, "friend0", g_ptr_array_index (needles.ids, 9)));
  store_load_add (&load, new_clear (2, "ada", g_ptr_array_index (needles.ids, 9)));
  store_load_wait (&load);
  store_load_clear (&load);
  /* The store has tried to erase between two batches. */
  for (guint i = 0; i < 3; i++)
    {
      g_auto (Done) ping = store_run (self, vis_server_store_op_new (VIS_STORE_PING, NULL, NULL));

      g_assert_no_error (ping->error);
    }
  g_assert_cmpuint (count_left (self, &needles, erased), ==, 10);
  edit_beside (self, "DROP TRIGGER broken");
  wait_for_erasing (self, &needles, erased);
  g_ptr_array_unref (needles.ids);
  g_ptr_array_unref (needles.chats);
}

/* The schema of version 1, with a message, a deleted one, and its text left in free space. */
static const char version_1[] =
  "CREATE TABLE user (id INTEGER PRIMARY KEY, user TEXT NOT NULL UNIQUE, name TEXT, password TEXT,"
  "  seq INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT 0,"
  "  created INTEGER NOT NULL, last_seen INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE device (id INTEGER PRIMARY KEY AUTOINCREMENT, user INTEGER NOT NULL,"
  "  device TEXT NOT NULL UNIQUE, name TEXT, token BLOB NOT NULL UNIQUE, created INTEGER NOT NULL);"
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
  "  answered INTEGER NOT NULL) WITHOUT ROWID;"
  "PRAGMA secure_delete = OFF;"
  "INSERT INTO user (id, user, seq, created) VALUES (1, 'ada', 2, 1), (2, 'grace', 2, 1);"
  "INSERT INTO contact VALUES (1, 2, 3), (2, 1, 3);"
  "INSERT INTO chat VALUES (1, 1, 2, 2);"
  "INSERT INTO member (user, chat) VALUES (1, 1), (2, 1);"
  "INSERT INTO message (m, id, sender, seq, ts, kind, body) VALUES"
  "  (1 << 32 | 1, randomblob (16), 1, 1, 1, 1, 'needle-000001'),"
  "  (1 << 32 | 2, randomblob (16), 1, 2, 1, 1, 'needle-000002 ' || hex (zeroblob (9000)));"
  "INSERT INTO log (l, ts, m) VALUES (1 << 32 | 1, 1, 1 << 32 | 1), (1 << 32 | 2, 1, 1 << 32 | 2),"
  "  (2 << 32 | 1, 1, 1 << 32 | 1), (2 << 32 | 2, 1, 1 << 32 | 2);"
  "UPDATE message SET body = NULL, deleted = 1 WHERE m & 1 = 0;"
  "PRAGMA user_version = 1";

static void
write_version_1 (StoreFixture *self, const char *more)
{
  sqlite3 *handle = NULL;

  store_fixture_close (self);
  g_unlink (self->path);
  g_assert_cmpint (sqlite3_open (self->path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, version_1, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, more, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
}

static int
return_number (gpointer data, int n, char **values, char **names)
{
  *(gint64 *) data = g_ascii_strtoll (values[0], NULL, 10);
  return 0;
}

static gint64
query_number (const char *path, const char *sql)
{
  sqlite3 *handle = NULL;
  gint64   number = -1;

  g_assert_cmpint (sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, return_number, &number, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
  return number;
}

/* Without space for the copy the migration changes nothing; with it, the copy is complete. */
static void
test_no_space_for_copy (StoreFixture *self, gconstpointer data)
{
  g_autofree char   *copy = g_strconcat (self->path, ".version-1", NULL);
  g_autofree char   *part = g_strconcat (copy, ".part", NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit      before;
  struct rlimit      little = { 65536, RLIM_INFINITY };

  write_version_1 (self, "INSERT INTO invite VALUES (hex (zeroblob (200000)), 1, 1)");
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  little.rlim_max = before.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &little), ==, 0);
  g_assert_null (store_open (self->path, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_test_message ("%s", error->message);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_cmpint (query_number (self->path, "PRAGMA user_version"), ==, 1);

  /* As after a crash. */
  g_assert_true (g_file_set_contents (part, "half of it", -1, NULL));
  store_fixture_open (self);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_cmpint (query_number (copy, "PRAGMA user_version"), ==, 1);
  g_assert_cmpint (query_number (copy, "SELECT count (*) FROM message"), ==, 2);
  g_assert_cmpint (query_number (copy, "SELECT length (code) FROM invite"), ==, 400000);
}

static void
test_migration (StoreFixture *self, gconstpointer data)
{
  g_autofree char       *copy = g_strconcat (self->path, ".version-1", NULL);
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (Done)          page = NULL;
  g_auto (Done)          calls = NULL;
  VisServerStoreOp      *op = vis_server_store_op_new (VIS_STORE_EVENTS, NULL, NULL);
  struct utimbuf         week_ago;

  write_version_1 (self,
                   "INSERT INTO call VALUES (randomblob (16), 1, 1, 2, 2, 'a', 'b', 0, 1, 1)");
  find_needles (self, found);
  g_assert_true (g_hash_table_contains (found, "000002"));

  store_fixture_open (self);
  calls = store_load_calls (self, VIS_STORE_NODE);
  g_assert_cmpuint (calls->calls->len, ==, 1);
  find_needles (self, found);
  g_assert_true (g_hash_table_contains (found, "000001"));
  g_assert_false (g_hash_table_contains (found, "000002"));
  op->user = 2;
  op->limit = 256;
  page = store_run (self, op);
  g_assert_cmpuint (page->events->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const VisStoreEvent *event = &g_array_index (page->events, VisStoreEvent, i);
      VisMessage          *message = vis_message_get_object (event->message, VIS_FIELD_MESSAGE);

      g_assert_nonnull (vis_message_get_mark (event->message));
      g_assert_cmpstr (
        vis_message_get_string (message, VIS_FIELD_TEXT), ==, i == 0 ? "needle-000001" : NULL);
    }

  g_assert_true (g_file_test (copy, G_FILE_TEST_EXISTS));
  store_fixture_close (self);
  store_fixture_open (self);
  g_assert_true (g_file_test (copy, G_FILE_TEST_EXISTS));
  store_fixture_close (self);
  week_ago.actime = week_ago.modtime = g_get_real_time () / G_USEC_PER_SEC - VIS_SERVER_COPY_S - 1;
  g_assert_cmpint (g_utime (copy, &week_ago), ==, 0);
  store_fixture_open (self);
  while (g_file_test (copy, G_FILE_TEST_EXISTS))
    g_usleep (G_USEC_PER_SEC / 100);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (StoreFixture *self, gconstpointer data);
  } tests[] = {
    { "/store-erase/erased-from-disk", test_erased_from_disk },
    { "/store-erase/erased-after-failure", test_erased_after_failure },
    { "/store-erase/no-space-for-copy", test_no_space_for_copy },
    { "/store-erase/migration", test_migration },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path,
                StoreFixture,
                NULL,
                store_fixture_set_up,
                tests[i].test,
                store_fixture_tear_down);
  return g_test_run ();
}
