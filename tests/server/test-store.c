/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-server-store.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "vis-error.h"
#include "vis-passwords.h"
#include "vis-rate.h"
#include "vis-server-config.h"
#include "vis-sqlite-server-store.h"
#include "vis-turn.h"

/* What every store has to keep, asked of the store alone; and the small parts of the server. */

typedef struct
{
  char           *folder;
  char           *path;
  VisServerStore *store;
} Fixture;

static void
open_store (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  self->store = vis_sqlite_server_store_new (self->path, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("visavisd-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "visavis.sqlite", NULL);
  open_store (self);
}

static void
close_store (Fixture *self)
{
  vis_server_store_close (self->store);
  g_clear_object (&self->store);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  close_store (self);
  g_unlink (self->path);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

static void
on_done (VisStoreOp *op, gpointer data)
{
  VisStoreOp **out = data;

  *out = g_memdup2 (op, sizeof *op);
  /* What came of it is the test's now. */
  memset (op, 0, sizeof *op);
}

static void
op_clear (VisStoreOp **op)
{
  if (*op != NULL)
    vis_store_op_free (g_slice_dup (VisStoreOp, *op));
  g_free (*op);
}

typedef VisStoreOp *Done;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Done, op_clear)

static VisStoreOp *
run (Fixture *self, VisStoreOp *op)
{
  VisStoreOp *done = NULL;

  op->done = on_done;
  op->data = &done;
  vis_server_store_submit (self->store, op);
  while (done == NULL)
    g_main_context_iteration (NULL, TRUE);
  return done;
}

static void
import (Fixture *self, const char *user, const char *contact)
{
  VisStoreOp   *op = vis_store_op_new (VIS_STORE_IMPORT, NULL, NULL);
  g_auto (Done) done = NULL;

  op->account = vis_store_account_new ();
  op->account->user = g_strdup (user);
  if (contact != NULL)
    op->account->contacts = g_strsplit (contact, " ", -1);
  done = run (self, op);
  g_assert_no_error (done->error);
}

static VisStoreOp *
send_text (Fixture *self, gint64 user, const char *chat, const char *id)
{
  VisStoreOp            *op = vis_store_op_new (VIS_STORE_CHAT_SEND, NULL, NULL);
  g_autoptr (VisMessage) draft = vis_message_new (VIS_KIND_OBJECT_DRAFT);

  op->user = user;
  op->request = vis_message_new (VIS_KIND_CHAT_SEND);
  vis_message_set_string (draft, VIS_FIELD_ID, id);
  vis_message_set_string (draft, VIS_FIELD_DRAFT_KIND, "text");
  vis_message_set_string (draft, VIS_FIELD_TEXT, "hello");
  vis_message_set_string (op->request, VIS_FIELD_CHAT, chat);
  vis_message_set_object (op->request, VIS_FIELD_DRAFT, draft);
  return run (self, op);
}

static VisStoreOp *
events (Fixture *self, gint64 user, gint64 after)
{
  VisStoreOp *op = vis_store_op_new (VIS_STORE_EVENTS, NULL, NULL);

  op->user = user;
  op->after = after;
  op->limit = 100000;
  return run (self, op);
}

/* Users are 1 and 2, in the order of their import. */
static void
test_events (Fixture *self, gconstpointer data)
{
  import (self, "ada", NULL);
  import (self, "grace", "ada");
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *id = g_strdup_printf ("0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a%02x", i);
      g_auto (Done)    sent = send_text (self, i % 2 + 1, i % 2 ? "ada" : "grace", id);

      g_assert_no_error (sent->error);
      /* The first event was the contact. */
      g_assert_cmpint (vis_message_get_seq (sent->answer), ==, i + 2);
      g_assert_cmpuint (sent->events->len, ==, 2);
    }
  for (gint64 user = 1; user <= 2; user++)
    {
      g_auto (Done) page = events (self, user, 10);

      g_assert_cmpint (page->seq, ==, 51);
      g_assert_cmpuint (page->events->len, ==, 41);
      for (guint i = 0; i < page->events->len; i++)
        g_assert_cmpint (g_array_index (page->events, VisStoreEvent, i).seq, ==, 11 + i);
    }
}

static void
test_reopened (Fixture *self, gconstpointer data)
{
  static const char id[] = "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01";

  import (self, "ada", NULL);
  import (self, "grace", "ada");
  for (guint i = 0; i < 3; i++)
    {
      g_auto (Done) sent = send_text (self, 1, "grace", id);

      g_assert_no_error (sent->error);
      g_assert_cmpint (vis_message_get_seq (sent->answer), ==, 2);
      g_assert_true ((sent->events == NULL) == (i > 0));
      close_store (self);
      open_store (self);
    }
}

static void
test_trimmed (Fixture *self, gconstpointer data)
{
  VisStoreOp   *op = vis_store_op_new (VIS_STORE_TRIM, NULL, NULL);
  g_auto (Done) trimmed = NULL;
  g_auto (Done) page = NULL;

  import (self, "ada", NULL);
  import (self, "grace", "ada");
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a%02x", i);
      g_auto (Done)    sent = send_text (self, 1, "grace", id);
    }
  op->limit = 5;
  trimmed = run (self, op);
  g_assert_no_error (trimmed->error);
  page = events (self, 2, 0);
  g_assert_cmpint (page->seq, ==, 21);
  g_assert_cmpint (page->kept, ==, 16);
  g_assert_cmpuint (page->events->len, ==, 5);
}

/* Ids that are alike where the short key of the store looks are told apart. */
static void
test_alike (Fixture *self, gconstpointer data)
{
  static const char *const ids[] = { "00000000-0000-4000-8000-000000000001",
                                     "00000000-0000-4000-8000-000000000002" };

  import (self, "ada", NULL);
  import (self, "grace", "ada");
  for (guint i = 0; i < 4; i++)
    {
      g_auto (Done) sent = send_text (self, 1, "grace", ids[i % 2]);

      g_assert_no_error (sent->error);
      g_assert_cmpint (vis_message_get_seq (sent->answer), ==, i % 2 + 2);
    }
}

static void
test_damaged (Fixture *self, gconstpointer data)
{
  g_autofree char   *path = g_build_filename (self->folder, "other", NULL);
  g_autofree char   *garbage = g_strnfill (10000, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, garbage, -1, NULL));
  g_assert_null (vis_sqlite_server_store_new (path, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, path));
  g_unlink (path);
}

static void
test_rate (void)
{
  VisRate rate = { 0 };
  gint64  now = 1000000;

  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (vis_rate_take (&rate, 5, 2.0, now), ==, 0);
  g_assert_cmpuint (vis_rate_take (&rate, 5, 2.0, now), ==, 501);
  g_assert_cmpuint (vis_rate_take (&rate, 5, 2.0, now + 250000), ==, 251);
  g_assert_cmpuint (vis_rate_take (&rate, 5, 2.0, now + 500000), ==, 0);
  g_assert_cmpuint (vis_rate_take (&rate, 5, 2.0, now + 500000), >, 0);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (vis_rate_take (&rate, 5, 2.0, now + 100000000), ==, 0);
}

static void
test_turn (void)
{
  g_autofree char *credential = vis_turn_credential ("north", "1433065916:ada");

  /* echo -n 1433065916:ada | openssl dgst -binary -sha1 -hmac north | base64 */
  g_assert_cmpstr (credential, ==, "Gk+ugweHb0wIUpX+cwCdQXhMs+o=");
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *text;
    const char *host;
    guint16     port;
  } cases[] = {
    { "127.0.0.1:8448", "127.0.0.1", 8448 },
    { "[::1]:0", "::1", 0 },
    { "chat.example.org:443", "chat.example.org", 443 },
    { "chat.example.org", NULL, 0 },
    { ":1", NULL, 0 },
    { "a:b", NULL, 0 },
    { "a:70000", NULL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *host = NULL;
      guint16          port = 0;

      g_assert_cmpint (
        vis_server_parse_address (cases[i].text, &host, &port, NULL), ==, cases[i].host != NULL);
      g_assert_cmpstr (host, ==, cases[i].host);
      g_assert_cmpuint (port, ==, cases[i].port);
    }
}

/* A database that lacks a part is said to be broken at the start; nothing ends in the middle. */
static void
test_incomplete (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  sqlite3           *handle = NULL;
  VisServerStore    *store;

  close_store (self);
  g_assert_cmpint (sqlite3_open (self->path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, "DROP TABLE hidden", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
  store = vis_sqlite_server_store_new (self->path, &error);
  g_assert_null (store);
  g_assert_error (error, VIS_ERROR, VIS_ERROR_STORE);

  g_unlink (self->path);
  open_store (self);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/store/events", test_events },   { "/store/reopened", test_reopened },
    { "/store/trimmed", test_trimmed }, { "/store/alike", test_alike },
    { "/store/damaged", test_damaged }, { "/store/incomplete", test_incomplete },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  g_test_add_func ("/parts/rate", test_rate);
  g_test_add_func ("/parts/turn", test_turn);
  g_test_add_func ("/parts/addresses", test_addresses);
  return g_test_run ();
}
