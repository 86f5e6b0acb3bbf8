/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "store-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "vis-id.h"
#include "vis-protocol-error.h"
#include "vis-schema.h"
#include "vis-server-limits.h"

/* The store's files, and what it does with a damaged database. */

#define WAL_BYTES (VIS_SERVER_WAL_PAGES * 4096)

static goffset
size_of (StoreFixture *self, const char *suffix)
{
  g_autofree char *path = g_strconcat (self->path, suffix, NULL);
  GStatBuf         info;

  return g_stat (path, &info) == 0 ? info.st_size : 0;
}

/* The greatest size of the write-ahead log while 40 MB and more are written. */
static goffset
write_much (StoreFixture *self)
{
  g_autofree char *text = g_strnfill (8000, 'x');
  goffset          longest = 0;

  for (guint i = 0; i < 50; i++)
    {
      StoreLoad load;

      store_load_init (&load, self);
      for (guint j = 0; j < 100; j++)
        store_load_add (&load, store_text_new (1 + j % 2, j % 2 ? "ada" : "grace", text));
      store_load_add (&load, vis_server_store_op_new (VIS_STORE_PING, NULL, NULL));
      store_load_wait (&load);
      store_load_clear (&load);
      longest = MAX (longest, size_of (self, "-wal"));
    }
  return longest;
}

static void
test_wal_size (StoreFixture *self, gconstpointer data)
{
  g_auto (Done) ping = store_run (self, vis_server_store_op_new (VIS_STORE_PING, NULL, NULL));

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  g_assert_cmpint (write_much (self), <, 2 * WAL_BYTES);
  g_assert_cmpint (size_of (self, ""), >, WAL_BYTES);
}

static int
return_row (gpointer data, int n, char **values, char **names)
{
  g_free (*(char **) data);
  *(char **) data = g_strdup (values[0]);
  return 0;
}

static char *
query (sqlite3 *handle, const char *sql)
{
  char *value = NULL;

  g_assert_cmpint (sqlite3_exec (handle, sql, return_row, &value, NULL), ==, SQLITE_OK);
  return value;
}

/* A read transaction of another process prevents checkpoints for as long as it lasts. */
static void
test_wal_with_long_reader (StoreFixture *self, gconstpointer data)
{
  sqlite3         *reader = NULL;
  g_autofree char *n = NULL;

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  g_assert_cmpint (sqlite3_open (self->path, &reader), ==, SQLITE_OK);
  n = query (reader, "BEGIN; SELECT count (*) FROM user");
  g_assert_cmpstr (n, ==, "2");
  g_assert_cmpint (write_much (self), >, 2 * WAL_BYTES);
  sqlite3_close (reader);
  /* A passive checkpoint is enough now; the one after it truncates the file. */
  write_much (self);
  g_assert_cmpint (size_of (self, "-wal"), <, 2 * WAL_BYTES);
}

/* VIS_STORE_CHECK does not wait for the write lock of another process. */
static void
test_check_with_other_writer (StoreFixture *self, gconstpointer data)
{
  sqlite3      *writer = NULL;
  g_auto (Done) check = NULL;

  g_assert_cmpint (sqlite3_open (self->path, &writer), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (writer, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  check = store_run (self, vis_server_store_op_new (VIS_STORE_CHECK, NULL, NULL));
  g_assert_no_error (check->error);
  sqlite3_close (writer);
}

static const struct
{
  VisStoreVerb verb;
  VisKind      kind;
} requests[] = {
  { VIS_STORE_CHAT_HISTORY, VIS_KIND_CHAT_HISTORY },
  { VIS_STORE_CHAT_LIST, VIS_KIND_CHAT_LIST },
  { VIS_STORE_CHAT_READ, VIS_KIND_CHAT_READ },
  { VIS_STORE_CHAT_DELIVERED, VIS_KIND_CHAT_DELIVERED },
  { VIS_STORE_CHAT_DELETE, VIS_KIND_CHAT_DELETE },
  { VIS_STORE_CHAT_CLEAR, VIS_KIND_CHAT_CLEAR },
  { VIS_STORE_CONTACT_LIST, VIS_KIND_CONTACT_LIST },
  { VIS_STORE_CONTACT_ADD, VIS_KIND_CONTACT_ADD },
  { VIS_STORE_CONTACT_ACCEPT, VIS_KIND_CONTACT_ACCEPT },
  { VIS_STORE_CONTACT_REMOVE, VIS_KIND_CONTACT_REMOVE },
  { VIS_STORE_CONTACT_BLOCK, VIS_KIND_CONTACT_BLOCK },
  { VIS_STORE_CONTACT_UNBLOCK, VIS_KIND_CONTACT_UNBLOCK },
  { VIS_STORE_HELLO, VIS_KIND_HELLO },
};

static VisMessage *
new_request (VisKind kind, const char *id)
{
  VisMessage *request = vis_message_new (kind);

  if (vis_schema_slot (kind, VIS_FIELD_CHAT) >= 0)
    vis_message_set_string (request, VIS_FIELD_CHAT, "grace");
  if (vis_schema_slot (kind, VIS_FIELD_MESSAGE_ID) >= 0)
    vis_message_set_string (request, VIS_FIELD_MESSAGE_ID, id);
  if (vis_schema_slot (kind, VIS_FIELD_USER) >= 0)
    vis_message_set_string (request, VIS_FIELD_USER, "grace");
  if (kind == VIS_KIND_CHAT_HISTORY)
    vis_message_set_integer (request, VIS_FIELD_LIMIT, 1);
  if (kind == VIS_KIND_CHAT_DELETE)
    vis_message_set_string (request, VIS_FIELD_FOR, "everyone");
  return request;
}

static VisServerStoreOp *
new_op (VisStoreVerb verb, const char *id)
{
  VisServerStoreOp *op = vis_server_store_op_new (verb, NULL, NULL);

  op->user = 1;
  op->limit = 1;
  op->account = vis_store_account_new ();
  op->account->id = 1;
  op->account->user = g_strdup ("ada");
  op->account->device_id = g_strdup_printf ("device-%u", verb);
  op->account->token = g_bytes_new (&verb, sizeof verb);
  op->account->invite = g_strdup ("invite");
  op->imports = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_account_free);
  g_ptr_array_add (op->imports, vis_store_account_new ());
  ((VisStoreAccount *) op->imports->pdata[0])->user = g_strdup ("alan");
  op->call = g_new0 (VisStoreCall, 1);
  op->call->call = vis_id_new ();
  op->call->caller = 1;
  op->call->callee = 2;
  op->call->caller_device_id = g_strdup ("device");
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    if (requests[i].verb == verb)
      op->request = new_request (requests[i].kind, id);
  return op;
}

/* No verb leaves a statement open, which would prevent checkpoints. */
static void
test_no_open_statement (StoreFixture *self, gconstpointer data)
{
  g_autofree char *id = vis_id_new ();
  g_auto (Done)    sent = NULL;
  sqlite3         *other = NULL;

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  sent = store_send (self, 1, "grace", id);
  g_assert_cmpint (sqlite3_open (self->path, &other), ==, SQLITE_OK);
  sqlite3_busy_timeout (other, 2000);
  for (guint verb = 0; verb < VIS_N_STORE_VERBS; verb++)
    {
      VisServerStoreOp *op = verb == VIS_STORE_CHAT_SEND ? store_text_new (1, "grace", "hello")
                                                         : new_op ((VisStoreVerb) verb, id);
      g_auto (Done)     done = store_run (self, op);
      g_autofree char  *busy = query (other, "PRAGMA wal_checkpoint (TRUNCATE)");

      g_test_message ("verb %u: %s", verb, done->error != NULL ? done->error->message : "done");
      g_assert_cmpstr (busy, ==, "0");
    }
  sqlite3_close (other);
}

/* Damages the page of the database that has a message. */
static void
break_page (StoreFixture *self, const char *id)
{
  g_autofree char *hex = g_strdup (id);
  g_autofree char *bytes = NULL;
  guint8           raw[16];
  const char      *at;
  gsize            length;
  guint            n = 0;

  for (const char *c = hex; n < sizeof raw; c += 2)
    {
      c += *c == '-';
      raw[n++] = (guint8) (g_ascii_xdigit_value (c[0]) << 4 | g_ascii_xdigit_value (c[1]));
    }
  store_fixture_close (self);
  g_assert_true (g_file_get_contents (self->path, &bytes, &length, NULL));
  at = memmem (bytes, length, raw, sizeof raw);
  g_assert_nonnull (at);
  memset (bytes + (at - bytes) / 4096 * 4096, 0xff, 16);
  g_assert_true (g_file_set_contents (self->path, bytes, (gssize) length, NULL));
  store_fixture_open (self);
}

static void
fill (StoreFixture *self, gint64 user, const char *chat, guint n, const char *last)
{
  StoreLoad load;

  store_load_init (&load, self);
  for (guint i = 1; i < n; i++)
    store_load_add (&load, store_text_new (user, chat, "x"));
  store_load_add (&load, store_message_new (user, chat, last, "last"));
  store_load_wait (&load);
  store_load_clear (&load);
}

static VisServerStoreOp *
new_list (gint64 user)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_CHAT_LIST, NULL, NULL);

  op->user = user;
  op->request = vis_message_new (VIS_KIND_CHAT_LIST);
  return op;
}

static VisServerStoreOp *
new_events (gint64 user, gint64 after)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_EVENTS, NULL, NULL);

  op->user = user;
  op->after = after;
  op->limit = 256;
  return op;
}

/* Asserts that the events of a user are complete and in order; returns how many can't be read. */
static guint
count_unreadable (StoreFixture *self, gint64 user)
{
  gint64 seq = 0;
  gint64 newest = 1;
  guint  n = 0;

  while (seq < newest)
    {
      g_auto (Done) page = store_run (self, new_events (user, seq));

      g_assert_no_error (page->error);
      g_assert_nonnull (page->events);
      newest = page->seq;
      for (guint i = 0; i < page->events->len; i++)
        {
          const VisStoreEvent *event = &g_array_index (page->events, VisStoreEvent, i);

          g_assert_cmpint (event->place.seq, ==, ++seq);
          n += event->text != NULL && strstr (event->text, "unreadable") != NULL;
        }
    }
  return n;
}

/* A chat on a damaged page can't be written or read; all others can. */
static void
test_broken_page (StoreFixture *self, gconstpointer data)
{
  g_autofree char *broken = vis_id_new ();
  g_autofree char *between = vis_id_new ();
  g_autofree char *whole = vis_id_new ();
  StoreLoad        load;

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  store_import (self, "eve", "ada");
  store_import (self, "frank", "ada");
  fill (self, 1, "grace", 300, broken);
  /* The next chat in the tree: the damaged page may have its first messages. */
  fill (self, 1, "frank", 300, between);
  fill (self, 1, "eve", 300, whole);
  break_page (self, broken);

  store_load_init (&load, self);
  for (guint i = 0; i < 200; i++)
    {
      store_load_add (&load, store_text_new (1 + i % 2, i % 2 ? "ada" : "grace", "lost"));
      store_load_add (&load, store_text_new (i % 2 ? 1 : 3, i % 2 ? "eve" : "ada", "taken"));
      store_load_add (&load, new_list (1 + i % 3));
    }
  store_load_wait (&load);
  for (guint i = 0; i < load.ops->len; i++)
    {
      VisServerStoreOp *op = g_ptr_array_index (load.ops, i);

      if (i % 3 == 0)
        g_assert_error (op->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_UNAVAILABLE);
      else
        g_assert_no_error (op->error);
      g_assert_true ((op->events == NULL) == (i % 3 != 1));
      if (op->verb == VIS_STORE_CHAT_LIST)
        g_assert_cmpuint (
          vis_message_get_array (op->answer, VIS_FIELD_CHATS)->len, ==, op->user == 1 ? 3 : 1);
    }
  store_load_clear (&load);

  g_assert_cmpuint (count_unreadable (self, 1), >, 0);
  g_assert_cmpuint (count_unreadable (self, 1), <, 300);
  g_assert_cmpuint (count_unreadable (self, 3), ==, 0);
}

static VisServerStoreOp *
new_hello (gint64 since, const char *mark)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_HELLO, NULL, NULL);

  op->account = vis_store_account_new ();
  op->account->token = g_bytes_new_static ("token", 5);
  op->request = vis_message_new (VIS_KIND_HELLO);
  vis_message_set_integer (op->request, VIS_FIELD_SINCE, since);
  if (mark != NULL)
    vis_message_set_string (op->request, VIS_FIELD_MARK, mark);
  return op;
}

static gboolean
is_reset (StoreFixture *self, gint64 since, const char *mark)
{
  g_auto (Done) hello = store_run (self, new_hello (since, mark));

  g_assert_no_error (hello->error);
  return hello->reset;
}

/* Whether `hello` is answered with `lost`. */
static gboolean
is_lost (StoreFixture *self, gint64 since, const char *mark)
{
  g_auto (Done) hello = store_run (self, new_hello (since, mark));

  g_assert_no_error (hello->error);
  g_assert_true (hello->reset || !hello->lost);
  return hello->lost;
}

/* A device resumes after its last event if the mark fits, also right after the last event that was
 * trimmed. */
static void
test_marks (StoreFixture *self, gconstpointer data)
{
  VisServerStoreOp *add = vis_server_store_op_new (VIS_STORE_ADD_DEVICE, NULL, NULL);
  VisServerStoreOp *trim = vis_server_store_op_new (VIS_STORE_TRIM, NULL, NULL);
  g_auto (Done)     added = NULL;
  g_auto (Done)     trimmed = NULL;
  char              marks[21][9] = { 0 };

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  add->account = vis_store_account_new ();
  add->account->id = 1;
  add->account->device_id = g_strdup ("device");
  add->account->token = g_bytes_new_static ("token", 5);
  added = store_run (self, add);
  g_assert_false (is_reset (self, 1, NULL));
  for (guint i = 2; i <= 20; i++)
    {
      g_auto (Done) sent = store_run (self, store_text_new (1, "grace", "hello"));

      g_assert_cmpint (vis_message_get_seq (sent->answer), ==, i);
      g_strlcpy (marks[i], vis_message_get_mark (sent->answer), sizeof marks[i]);
    }
  for (guint i = 2; i <= 20; i++)
    {
      g_assert_false (is_reset (self, i, marks[i]));
      g_assert_false (is_reset (self, i, NULL));
      g_assert_true (is_reset (self, i, marks[i == 2 ? 3 : i - 1]));
      g_assert_true (is_lost (self, i, marks[i == 2 ? 3 : i - 1]));
      g_assert_false (is_lost (self, i, marks[i]));
    }
  g_assert_true (is_reset (self, 21, NULL));
  g_assert_true (is_reset (self, 21, marks[20]));
  g_assert_true (is_lost (self, 21, marks[20]));
  g_assert_false (is_reset (self, 0, marks[20]));

  trim->limit = 5;
  trimmed = store_run (self, trim);
  store_fixture_close (self);
  store_fixture_open (self);
  for (guint i = 14; i <= 20; i++)
    {
      g_assert_cmpint (is_reset (self, i, marks[i]), ==, i < 15);
      g_assert_true (is_reset (self, i, marks[i - 1]));
      /* A `since` before the kept events is not `lost`, whatever the mark. */
      g_assert_false (is_lost (self, i, marks[i]));
      g_assert_cmpint (is_lost (self, i, marks[i - 1]), ==, i >= 15);
    }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (StoreFixture *self, gconstpointer data);
  } tests[] = {
    { "/store-disk/wal-size", test_wal_size },
    { "/store-disk/wal-with-long-reader", test_wal_with_long_reader },
    { "/store-disk/check-with-other-writer", test_check_with_other_writer },
    { "/store-disk/no-open-statement", test_no_open_statement },
    { "/store-disk/broken-page", test_broken_page },
    { "/store-disk/marks", test_marks },
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
