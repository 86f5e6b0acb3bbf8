/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <utime.h>

#include "store-helpers.h"
#include "until.h"
#include "vis-sqlite-store.h"

/* Deleted texts can't be found in any file of the database. */

#define CHATS   6
#define NEEDLES 2400
#define CLEARED "chat0"

typedef struct
{
  VisStore *store;
  char     *folder;
  char     *path;
  guint     n;               /* number of needles */
  char     *chats[NEEDLES];  /* chat of each; NULL for a draft */
  gboolean  erased[NEEDLES]; /* which of them have to be gone */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("visavis-erase-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "chat.db", NULL);
}

static void
open_store (Fixture *self)
{
  self->store = vis_sqlite_store_new (self->path);
}

static void
close_store (Fixture *self)
{
  g_assert_finalize_object (g_steal_pointer (&self->store));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char      *name;

  if (self->store != NULL)
    close_store (self);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  for (guint i = 0; i < NEEDLES; i++)
    g_free (self->chats[i]);
  g_free (self->path);
  g_free (self->folder);
}

static void
apply (Fixture *self, VisStoreEdit *edit)
{
  vis_store_change_free (store_apply (self->store, edit));
}

/* A text that is recognized also by a part of it. */
static char *
add_needle (Fixture *self, const char *chat)
{
  GString *text = g_string_new (NULL);
  gsize    length = 20 + (gsize) g_test_rand_int_range (0, 10) * 40;

  if (self->n % 50 == 0)
    length = 7000;
  while (text->len < length)
    g_string_append_printf (text, "needle-%06u ", self->n);
  self->chats[self->n++] = g_strdup (chat);

  return g_string_free (text, FALSE);
}

static void
receive (Fixture *self, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *chat = g_strdup_printf ("chat%d", g_test_rand_int_range (0, CHATS));
      gboolean         outgoing = self->n % 3 == 0;
      VisStoreEdit    *edit = outgoing && self->n % 2 == 0
                                ? edit_queue (chat, self->n)
                                : edit_receive (chat, self->n, outgoing, self->n);

      edit->message->ts = NEEDLES + self->n;
      g_free (edit->message->text);
      edit->message->text = add_needle (self, chat);
      apply (self, edit);
    }
}

/* Loads messages older than all that are stored. */
static void
read_history (Fixture *self, guint chat, guint n)
{
  g_autofree char         *name = g_strdup_printf ("chat%u", chat);
  g_autoptr (VisStorePage) page = store_page (self->store, name, G_MAXINT64, 1);
  VisStoreEdit            *edit = edit_history (name, 0, self->n + n, self->n + 1, TRUE);

  edit->id = g_strdup (page->floor);
  for (guint i = 0; i < n; i++)
    {
      VisStoredMessage *message = g_ptr_array_index (edit->messages, i);

      g_free (message->id);
      message->id = message_id (self->n);
      message->ts = NEEDLES - self->n;
      g_free (message->text);
      message->text = add_needle (self, name);
    }
  apply (self, edit);
}

/* Each replaces the last one, also where others have to be moved. */
static void
write_drafts (Fixture *self, guint n)
{
  guint latest[CHATS * 2];

  for (guint i = 0; i < n; i++)
    {
      guint            at = i % G_N_ELEMENTS (latest);
      g_autofree char *chat = g_strdup_printf ("chat%u", at);
      g_autofree char *text = NULL;

      if (i >= G_N_ELEMENTS (latest))
        self->erased[latest[at]] = TRUE;
      latest[at] = self->n;
      text = add_needle (self, NULL);
      apply (self, edit_draft (chat, text));
    }
}

/* Deletes messages in each possible way. A message that was sent can't be dropped. */
static void
erase (Fixture *self, guint n)
{
  static const VisEditKind   kinds[] = { VIS_EDIT_ERASE, VIS_EDIT_HIDE, VIS_EDIT_DROP };
  VisEditKind                kind = kinds[n / 6 % G_N_ELEMENTS (kinds)];
  g_autoptr (VisStoreChange) change =
    store_apply (self->store, edit_id (kind, self->chats[n], n, n % 2 == 0));

  self->erased[n] = kind != VIS_EDIT_DROP || change->removed->len == 1;
}

/* Returns NEEDLES for a number that goes on in another page. */
static guint
read_number (const char *digits)
{
  guint number = 0;

  for (guint i = 0; i < 6; i++)
    {
      if (!g_ascii_isdigit (digits[i]))
        return NEEDLES;
      number = number * 10 + (guint) g_ascii_digit_value (digits[i]);
    }
  return number;
}

static void
find_needles (Fixture *self, gboolean *found)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char      *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      g_autofree char *bytes = NULL;
      const char      *at;
      gsize            length;

      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      at = bytes;
      while ((at = memmem (at, length - (gsize) (at - bytes), "needle-", 7)) != NULL)
        {
          at += 7;
          if (bytes + length - at >= 6 && read_number (at) < NEEDLES)
            found[read_number (at)] = TRUE;
        }
    }
}

/* How many of the erased ones are left. */
static guint
count_left (Fixture *self)
{
  g_autofree gboolean *found = g_new0 (gboolean, NEEDLES);
  guint                left = 0;

  find_needles (self, found);
  for (guint i = 0; i < self->n; i++)
    left += found[i] && self->erased[i];
  return left;
}

/* Whether exactly those that were erased are gone. */
static gboolean
is_erased (Fixture *self)
{
  g_autofree gboolean *found = g_new0 (gboolean, NEEDLES);

  find_needles (self, found);
  for (guint i = 0; i < self->n; i++)
    if (found[i] == self->erased[i])
      {
        g_test_message ("%u of %s is %s", i, self->chats[i], found[i] ? "there" : "gone");
        return FALSE;
      }
  return TRUE;
}

/* Checked twice: while the log is checkpointed, a needle may be in neither of two files that are
 * read one after the other. */
static void
wait_for_erasing (Fixture *self)
{
  WAIT_FOR (is_erased (self) && is_erased (self));
}

static void
test_erased (Fixture *self, gconstpointer data)
{
  open_store (self);
  receive (self, 600);
  for (guint i = 0; i < CHATS; i++)
    read_history (self, i, 100);
  write_drafts (self, 200);
  for (guint i = 0; i < self->n; i++)
    if (self->chats[i] != NULL && strcmp (self->chats[i], CLEARED) != 0 &&
        g_test_rand_int_range (0, 2) == 0)
      erase (self, i);
  apply (self, edit_id (VIS_EDIT_CLEAR, CLEARED, 0, TRUE));
  for (guint i = 0; i < self->n; i++)
    if (g_strcmp0 (self->chats[i], CLEARED) == 0)
      self->erased[i] = TRUE;
  receive (self, 600);
  g_test_message ("%u are there before the log is emptied", count_left (self));
  wait_for_erasing (self);

  close_store (self);
  g_assert_true (is_erased (self));
}

/* The tables of version 3, with a message, and with remains of a deleted one and of an older draft.
 */
static const char version_3[] =
  "PRAGMA secure_delete = OFF;"
  "CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), since INTEGER NOT NULL,"
  "  stale INTEGER NOT NULL, mark TEXT);"
  "CREATE TABLE contacts (user TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL,"
  "  state INTEGER NOT NULL, last_seen INTEGER NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE conversations (number INTEGER PRIMARY KEY, chat TEXT NOT NULL UNIQUE,"
  "  floor INTEGER, floor_id TEXT, complete INTEGER NOT NULL DEFAULT 0,"
  "  unread INTEGER NOT NULL DEFAULT 0, below INTEGER NOT NULL DEFAULT 0,"
  "  read INTEGER NOT NULL DEFAULT 0, peer_read INTEGER NOT NULL DEFAULT 0, peer_read_id TEXT,"
  "  peer_delivered INTEGER NOT NULL DEFAULT 0, peer_delivered_id TEXT,"
  "  torn INTEGER NOT NULL DEFAULT 0, kept_floor INTEGER, kept_floor_id TEXT,"
  "  kept_complete INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE messages (conversation INTEGER NOT NULL, position INTEGER NOT NULL,"
  "  id TEXT NOT NULL, sender TEXT NOT NULL, outgoing INTEGER NOT NULL, ts INTEGER NOT NULL,"
  "  kind INTEGER NOT NULL, state INTEGER NOT NULL, deleted INTEGER NOT NULL,"
  "  counts INTEGER NOT NULL, text TEXT, call_outcome TEXT, call_video INTEGER NOT NULL,"
  "  call_duration INTEGER NOT NULL, PRIMARY KEY (conversation, position)) WITHOUT ROWID;"
  "CREATE UNIQUE INDEX messages_by_id ON messages (conversation, id);"
  "CREATE TABLE requests (number INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL,"
  "  chat TEXT NOT NULL, message TEXT);"
  "CREATE TABLE drafts (chat TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;"
  "INSERT INTO state VALUES (1, 7, 0, NULL);"
  "INSERT INTO conversations (number, chat, floor, complete) VALUES (1, 'grace', 0, 1);"
  "INSERT INTO messages VALUES"
  "  (1, 1024, '00000000-0000-4000-8000-000000000001', 'grace', 0, 1, 0, 0, 0, 1,"
  "   'needle-000000', NULL, 0, 0),"
  "  (1, 2048, '00000000-0000-4000-8000-000000000002', 'grace', 0, 2, 0, 0, 1, 0,"
  "   'needle-000001 ' || hex (zeroblob (900)), NULL, 0, 0),"
  "  (1, 3072, '00000000-0000-4000-8000-000000000003', 'ada', 1, 3, 0, 0, 0, 0,"
  "   'needle-000002', NULL, 0, 0);"
  "UPDATE messages SET text = NULL WHERE deleted;"
  "INSERT INTO drafts VALUES ('grace', 'needle-000003 ' || hex (zeroblob (400)));"
  "UPDATE drafts SET text = 'needle-000004 and more';"
  "PRAGMA user_version = 3";

/* Remains from an older version are gone after the migration, and nothing else. */
static void
test_migrated (Fixture *self, gconstpointer data)
{
  g_autoptr (VisStoreContents) contents = NULL;
  g_autoptr (VisStorePage)     page = NULL;
  g_autofree char             *string = NULL;
  sqlite3                     *handle = NULL;

  g_assert_cmpint (sqlite3_open (self->path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, version_3, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
  self->n = 5;
  self->erased[1] = self->erased[3] = TRUE;
  g_assert_cmpuint (count_left (self), ==, 2);

  open_store (self);
  contents = store_load (self->store);
  g_assert_cmpint (contents->since, ==, 7);
  g_assert_cmpuint (contents->drafts->len, ==, 1);
  g_assert_cmpstr (
    ((VisStoredDraft *) contents->drafts->pdata[0])->text, ==, "needle-000004 and more");
  page = store_page (self->store, "grace", G_MAXINT64, 64);
  string = page_to_string (page);
  g_assert_cmpstr (string, ==, "3 2- 1");
  g_assert_cmpstr (((VisStoredMessage *) page->messages->pdata[0])->text, ==, "needle-000002");
  g_assert_null (((VisStoredMessage *) page->messages->pdata[1])->text);
  g_assert_cmpstr (((VisStoredMessage *) page->messages->pdata[2])->text, ==, "needle-000000");
  wait_for_erasing (self);
}

/* The log of a program that was killed is truncated by the next one. */
static void
test_killed (Fixture *self, gconstpointer data)
{
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *kept = NULL;
  gsize            n_bytes;
  gsize            n_kept;

  open_store (self);
  receive (self, 20);
  apply (self, edit_id (VIS_EDIT_HIDE, self->chats[0], 0, FALSE));
  self->erased[0] = TRUE;
  g_assert_true (g_file_get_contents (self->path, &bytes, &n_bytes, NULL));
  g_assert_true (g_file_get_contents (log, &kept, &n_kept, NULL));
  close_store (self);
  g_assert_true (g_file_set_contents (self->path, bytes, (gssize) n_bytes, NULL));
  g_assert_true (g_file_set_contents (log, kept, (gssize) n_kept, NULL));
  g_assert_cmpuint (count_left (self), ==, 1);

  open_store (self);
  wait_for_erasing (self);
}

/* A damaged database is kept for a week, with what was deleted since. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };
  struct utimbuf           week_ago;

  week_ago.actime = week_ago.modtime = g_get_real_time () / G_USEC_PER_SEC - 7 * 24 * 3600 - 1;
  for (guint i = 0; i < 2; i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (suffixes); j++)
        {
          g_autofree char *aside = g_strconcat (self->path, ".damaged", suffixes[j], NULL);

          g_assert_true (g_file_set_contents (aside, "needle-000000", -1, NULL));
          if (i == 1)
            g_assert_cmpint (g_utime (aside, &week_ago), ==, 0);
        }
      self->n = 1;
      self->erased[0] = i == 1;
      g_clear_pointer (&self->chats[1], g_free);
      open_store (self);
      receive (self, 1);
      close_store (self);
      g_assert_true (is_erased (self));
    }
}

/* A newly damaged database replaces an older one, also if it has fewer files; the week may pass
 * while the program runs. */
static void
test_damaged_again (Fixture *self, gconstpointer data)
{
  g_autofree char *aside = g_strconcat (self->path, ".damaged", NULL);
  g_autofree char *aside_log = g_strconcat (self->path, ".damaged-wal", NULL);
  g_autofree char *bytes = NULL;
  struct utimbuf   week_ago;

  g_assert_true (g_file_set_contents (aside, "the first one", -1, NULL));
  g_assert_true (g_file_set_contents (aside_log, "the first one's log", -1, NULL));
  g_assert_true (g_file_set_contents (self->path, "this is no database, alas", -1, NULL));
  open_store (self);
  receive (self, 1);
  g_assert_true (g_file_get_contents (aside, &bytes, NULL, NULL));
  g_assert_cmpstr (bytes, ==, "this is no database, alas");
  g_assert_false (g_file_test (aside_log, G_FILE_TEST_EXISTS));

  self->erased[self->n++] = TRUE;
  g_assert_true (g_file_set_contents (aside, "needle-000001", -1, NULL));
  week_ago.actime = week_ago.modtime = g_get_real_time () / G_USEC_PER_SEC - 7 * 24 * 3600 - 1;
  g_assert_cmpint (g_utime (aside, &week_ago), ==, 0);
  wait_for_erasing (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/erase/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("erased", test_erased);
  ADD ("migrated", test_migrated);
  ADD ("killed", test_killed);
  ADD ("damaged", test_damaged);
  ADD ("damaged-again", test_damaged_again);
  return g_test_run ();
}
