/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* A store on disk: damage, versions, crashes. */

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <sqlite3.h>

#include "chat-store-fixture.h"
#include "store-helpers.h"
#include "until.h"
#include "vis-error.h"
#include "vis-sqlite-store.h"

static const char *self_path;
static guint       promised; /* printed by the child */

static void
test_reopen (Fixture *fixture, gconstpointer data)
{
  fixture_apply (fixture, edit_receive ("grace", 1, FALSE, 7));
  fixture_apply (fixture, edit_queue ("grace", 2));
  g_assert_finalize_object (fixture->store);
  fixture->store = vis_sqlite_store_new (fixture->path);
  fixture_assert_page (fixture, "2* 1");
  fixture_assert_unread (fixture, 1);
  fixture_assert_requests (fixture, "delivered 1, send 2");
}

static void
on_paged (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (VisStorePage) page = vis_store_page_finish (VIS_STORE (source), result, data);

  g_assert_null (page);
}

/* Overwrites the page of the file that has @text. */
static void
spoil (const char *path, const char *text)
{
  g_autofree char *data = NULL;
  gsize            length;
  const char      *place;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  place = memmem (data, length, text, strlen (text));
  g_assert_nonnull (place);
  memset (data + (gsize) (place - data) / 4096 * 4096, 0xff, 4096);
  g_assert_true (g_file_set_contents (path, data, (gssize) length, NULL));
}

/* A damaged page is found when it is read: a new database is made, with the requests that are not
 * sent. */
static void
test_damaged_later (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreContents) contents = NULL;
  g_autoptr (GError)           error = NULL;

  for (guint n = 1; n <= 400; n++)
    fixture_apply (fixture, edit_receive ("grace", n, FALSE, n));
  fixture_apply (fixture, edit_queue ("alan", 900));
  fixture_apply (fixture, edit_draft ("grace", "half a sentence"));
  fixture_apply (fixture, edit_id (VIS_EDIT_ERASE, "grace", 398, TRUE));
  fixture_apply (fixture, edit_id (VIS_EDIT_HIDE, "grace", 399, TRUE));
  fixture_apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 400, TRUE));
  g_assert_finalize_object (fixture->store);
  spoil (fixture->path, "Text 200");
  fixture->store = vis_sqlite_store_new (fixture->path);

  vis_store_page_async (fixture->store, "grace", G_MAXINT64, 400, NULL, on_paged, &error);
  WAIT_FOR (error != NULL);
  g_assert_error (error, VIS_ERROR, VIS_ERROR_STORE_DAMAGED);

  contents = store_load (fixture->store);
  g_assert_cmpint (contents->since, ==, -1);
  g_assert_cmpuint (contents->drafts->len, ==, 1);
  g_assert_cmpstr (((VisStoredDraft *) contents->drafts->pdata[0])->chat, ==, "grace");
  g_assert_cmpstr (((VisStoredDraft *) contents->drafts->pdata[0])->text, ==, "half a sentence");
  fixture_assert_requests (fixture,
                           "delivered 400, delete-all 398, delete 399, read 400, send 900");
  g_assert_cmpstr (
    ((VisStoredRequest *) contents->requests->pdata[contents->requests->len - 1])->text,
    ==,
    "Text 900");
  fixture_apply (fixture, edit_receive ("grace", 1, FALSE, 1));
  fixture_assert_page (fixture, "1");
}

/* A file of a newer version is left unchanged. */
static void
test_newer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  sqlite3           *handle;

  fixture_apply (fixture, edit_receive ("grace", 1, FALSE, 7));
  g_assert_finalize_object (fixture->store);
  g_assert_cmpint (sqlite3_open (fixture->path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (
    sqlite3_exec (handle, "PRAGMA user_version = 999", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);

  fixture->store = vis_sqlite_store_new (fixture->path);
  vis_store_page_async (fixture->store, "grace", G_MAXINT64, 400, NULL, on_paged, &error);
  WAIT_FOR (error != NULL);
  g_assert_error (error, VIS_ERROR, VIS_ERROR_STORE_NEWER);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  fixture_apply (fixture, edit_receive ("grace", 1, FALSE, 7));
  g_assert_finalize_object (fixture->store);
  g_assert_true (g_file_set_contents (fixture->path, "this is no database, alas", -1, NULL));
  fixture->store = vis_sqlite_store_new (fixture->path);
  fixture_assert_empty (fixture);
}

static void
take_error (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (VisStoreContents) contents =
    vis_store_load_finish (VIS_STORE (source), result, (GError **) data);

  g_assert_null (contents);
}

static void
test_unusable (void)
{
  g_autoptr (VisStore) store = vis_sqlite_store_new ("/nonexistent/folder/chat.db");
  g_autoptr (GError)   error = NULL;

  vis_store_load_async (store, NULL, take_error, &error);
  WAIT_FOR (error != NULL);
  g_assert_error (error, VIS_ERROR, VIS_ERROR_STORE);
}

static void
print_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (VisStoreChange) change = vis_store_apply_finish (VIS_STORE (source), result, NULL);

  g_assert_nonnull (change);
  promised = GPOINTER_TO_UINT (data);
  printf ("%u\n", promised);
  fflush (stdout);
}

/* The child of the next test: writes until it is killed, and prints what is stored. */
G_NORETURN static void
write_for_ever (const char *path)
{
  g_autoptr (VisStore) store = vis_sqlite_store_new (path);

  for (guint n = 1;; n++)
    {
      vis_store_apply_async (
        store, edit_receive ("grace", n, FALSE, n), NULL, print_done, GUINT_TO_POINTER (n));
      while (n - promised > 100)
        g_main_context_iteration (NULL, TRUE);
    }
}

static void
test_killed (Fixture *fixture, gconstpointer data)
{
  const char *argv[] = { self_path, "--write", fixture->path, NULL };

  for (guint round = 0; round < 4; round++)
    {
      guint  wanted = 50 + 100 * round;
      guint  said = 0;
      GPid   pid;
      int    out;
      FILE  *stream;
      char   line[32];
      gint64 since;
      guint  count;

      g_assert_finalize_object (fixture->store);
      g_unlink (fixture->path);
      g_assert_true (g_spawn_async_with_pipes (NULL,
                                               (char **) argv,
                                               NULL,
                                               G_SPAWN_DO_NOT_REAP_CHILD,
                                               NULL,
                                               NULL,
                                               &pid,
                                               NULL,
                                               &out,
                                               NULL,
                                               NULL));
      stream = fdopen (out, "r");
      while (said < wanted && fgets (line, sizeof line, stream) != NULL)
        said = (guint) strtoul (line, NULL, 10);
      kill (pid, SIGKILL);
      while (fgets (line, sizeof line, stream) != NULL)
        if (strchr (line, '\n') != NULL)
          said = (guint) strtoul (line, NULL, 10);
      fclose (stream);
      waitpid (pid, NULL, 0);
      g_assert_cmpuint (said, >=, wanted);

      /* All that was printed is stored, and each event with its `since`. */
      fixture->store = vis_sqlite_store_new (fixture->path);
      {
        g_autoptr (VisStoreContents) contents = store_load (fixture->store);
        g_autoptr (VisStorePage)     page =
          store_page (fixture->store, "grace", G_MAXINT64, G_MAXINT32);
        VisStoredConversation *conversation = g_ptr_array_index (contents->conversations, 0);

        since = contents->since;
        count = page->messages->len;
        g_assert_cmpuint (conversation->unread, ==, count);
      }
      g_assert_cmpuint (count, >=, said);
      g_assert_cmpint (since, ==, count);
      {
        g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);
        g_autofree char *shm = g_strconcat (fixture->path, "-shm", NULL);

        g_assert_finalize_object (fixture->store);
        g_unlink (wal);
        g_unlink (shm);
      }
      g_unlink (fixture->path);
      fixture->store = vis_sqlite_store_new (fixture->path);
    }
  vis_store_contents_free (store_load (fixture->store));
}

static int
count (const char *path, const char *sql)
{
  sqlite3      *handle;
  sqlite3_stmt *row;
  int           number;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (handle, sql, -1, &row, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (row), ==, SQLITE_ROW);
  number = sqlite3_column_int (row, 0);
  sqlite3_finalize (row);
  sqlite3_close (handle);

  return number;
}

/* A text is not written again when the server confirms it or its history is loaded; another text
 * replaces it without remains. */
static void
test_texts_stay (Fixture *fixture, gconstpointer data)
{
  VisStoreEdit     *edit;
  VisStoredMessage *other;

  for (guint n = 1; n <= 20; n++)
    fixture_apply (fixture, edit_queue ("grace", n));
  fixture_apply (fixture, edit_id (VIS_EDIT_FAIL, "grace", 20, FALSE));
  for (guint n = 1; n <= 20; n++)
    fixture_apply (fixture, edit_receive ("grace", n, TRUE, n));
  fixture_apply (fixture, vis_store_edit_new (VIS_EDIT_RESET, NULL));
  edit = edit_chats (stored_chat ("grace", 20, 0, 0, 0));
  ((VisStoredChat *) edit->chats->pdata[0])->last->outgoing = TRUE;
  fixture_apply (fixture, edit);
  edit = edit_history ("grace", 20, 19, 1, FALSE);
  for (guint i = 0; i < edit->messages->len; i++)
    ((VisStoredMessage *) edit->messages->pdata[i])->outgoing = TRUE;
  other = edit->messages->pdata[0];
  g_free (other->text);
  other->text = g_strdup ("Another text");
  fixture_apply (fixture, edit);
  fixture_assert_page (fixture, "20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1");
  g_assert_finalize_object (fixture->store);

  g_assert_cmpint (count (fixture->path, "SELECT count (*) FROM texts"), ==, 21);
  g_assert_cmpint (
    count (fixture->path, "SELECT count (*) FROM texts WHERE typeof (text) = 'text'"), ==, 20);
  g_assert_cmpint (
    count (fixture->path, "SELECT count (*) FROM texts WHERE text = 'Text 19'"), ==, 0);
  fixture->store = vis_sqlite_store_new (fixture->path);
}

int
main (int argc, char *argv[])
{
  if (argc == 3 && strcmp (argv[1], "--write") == 0)
    write_for_ever (argv[2]);

  self_path = argv[0];
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/store/reopen", Fixture, NULL, fixture_set_up, test_reopen, fixture_tear_down);
  g_test_add (
    "/store/damaged-later", Fixture, NULL, fixture_set_up, test_damaged_later, fixture_tear_down);
  g_test_add ("/store/newer", Fixture, NULL, fixture_set_up, test_newer, fixture_tear_down);
  g_test_add ("/store/damaged", Fixture, NULL, fixture_set_up, test_damaged, fixture_tear_down);
  g_test_add (
    "/store/texts-stay", Fixture, NULL, fixture_set_up, test_texts_stay, fixture_tear_down);
  g_test_add ("/store/killed", Fixture, NULL, fixture_set_up, test_killed, fixture_tear_down);
  g_test_add_func ("/store/unusable", test_unusable);

  return g_test_run ();
}
