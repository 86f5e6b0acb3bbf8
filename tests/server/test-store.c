/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "store-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "vis-error.h"
#include "vis-server-limits.h"

/* What every server store has to do, asked of the store alone. */

static VisServerStoreOp *
events (StoreFixture *self, gint64 user, gint64 after)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_EVENTS, NULL, NULL);

  op->user = user;
  op->after = after;
  op->limit = 100000;
  return store_run (self, op);
}

/* Users have the numbers 1 and 2, in the order of their import. */
static void
test_events (StoreFixture *self, gconstpointer data)
{
  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *id = g_strdup_printf ("0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a%02x", i);
      g_auto (Done)    sent = store_send (self, i % 2 + 1, i % 2 ? "ada" : "grace", id);

      g_assert_no_error (sent->error);
      /* Event 1 was contact:changed. */
      g_assert_cmpint (vis_message_get_seq (sent->answer), ==, i + 2);
      g_assert_cmpuint (sent->events->len, ==, 2);
    }
  for (gint64 user = 1; user <= 2; user++)
    {
      g_auto (Done) page = events (self, user, 10);

      g_assert_cmpint (page->seq, ==, 51);
      g_assert_cmpuint (page->events->len, ==, 41);
      for (guint i = 0; i < page->events->len; i++)
        g_assert_cmpint (g_array_index (page->events, VisStoreEvent, i).place.seq, ==, 11 + i);
    }
}

static void
test_reopen (StoreFixture *self, gconstpointer data)
{
  static const char id[] = "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01";

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  for (guint i = 0; i < 3; i++)
    {
      g_auto (Done) sent = store_send (self, 1, "grace", id);

      g_assert_no_error (sent->error);
      g_assert_cmpint (vis_message_get_seq (sent->answer), ==, 2);
      g_assert_true ((sent->events == NULL) == (i > 0));
      store_fixture_close (self);
      store_fixture_open (self);
    }
}

static void
test_trim_by_number (StoreFixture *self, gconstpointer data)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_TRIM, NULL, NULL);
  g_auto (Done)     trimmed = NULL;
  g_auto (Done)     page = NULL;

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a%02x", i);
      g_auto (Done)    sent = store_send (self, 1, "grace", id);
    }
  op->limit = 5;
  trimmed = store_run (self, op);
  g_assert_no_error (trimmed->error);
  page = events (self, 2, 0);
  g_assert_cmpint (page->seq, ==, 21);
  g_assert_cmpint (page->kept, ==, 16);
  g_assert_cmpuint (page->events->len, ==, 5);
}

/* Two ids that differ in one byte are two messages, and a repeated id is the same message. */
static void
test_similar_and_repeated_ids (StoreFixture *self, gconstpointer data)
{
  static const char *const ids[] = { "00000000-0000-4000-8000-000000000001",
                                     "00000000-0000-4000-8000-000000000002" };

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  for (guint i = 0; i < 4; i++)
    {
      g_auto (Done) sent = store_send (self, 1, "grace", ids[i % 2]);

      g_assert_no_error (sent->error);
      g_assert_cmpint (vis_message_get_seq (sent->answer), ==, i % 2 + 2);
    }
}

static void
test_not_a_database (StoreFixture *self, gconstpointer data)
{
  g_autofree char   *path = g_build_filename (self->folder, "other", NULL);
  g_autofree char   *garbage = g_strnfill (10000, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, garbage, -1, NULL));
  g_assert_null (store_open (path, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, path));
  g_unlink (path);
}

/* Opening a database without one of its tables fails, rather than a statement later. */
static void
test_missing_table (StoreFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  sqlite3           *handle = NULL;
  VisServerStore    *store;

  store_fixture_close (self);
  g_assert_cmpint (sqlite3_open (self->path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, "DROP TABLE hidden", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
  store = store_open (self->path, &error);
  g_assert_null (store);
  g_assert_error (error, VIS_ERROR, VIS_ERROR_STORE);

  g_unlink (self->path);
  store_fixture_open (self);
}

/* Adds messages of one user to a chat, numbered @from to @to, as its newest ones. */
static void
add_messages (StoreFixture *self, gint64 chat, gint64 sender, guint from, guint to)
{
  g_autofree char *sql = g_strdup_printf (
    "WITH RECURSIVE i (n) AS (SELECT %u UNION ALL SELECT n + 1 FROM i WHERE n < %u) "
    "INSERT INTO message (m, id, sender, seq, ts, kind, text) SELECT %" G_GINT64_FORMAT
    " << 32 | n, randomblob (16), %" G_GINT64_FORMAT ", 1, n, 1, 1 FROM i; "
    "INSERT INTO message_id SELECT hash_id (lower (hex (id))), m FROM message "
    "WHERE m BETWEEN %" G_GINT64_FORMAT " << 32 | %u AND %" G_GINT64_FORMAT " << 32 | %u; "
    "UPDATE chat SET n = %u WHERE id = %" G_GINT64_FORMAT,
    from,
    to,
    chat,
    sender,
    chat,
    from,
    chat,
    to,
    to,
    chat);

  store_edit (self, sql);
}

static VisServerStoreOp *
ask (StoreFixture *self, VisStoreVerb verb, VisKind kind, const char *chat, const char *before)
{
  VisServerStoreOp *op = vis_server_store_op_new (verb, NULL, NULL);

  op->user = 1;
  op->request = vis_message_new (kind);
  if (kind == VIS_KIND_CHAT_HISTORY)
    {
      vis_message_set_string (op->request, VIS_FIELD_CHAT, chat);
      vis_message_set_integer (op->request, VIS_FIELD_LIMIT, 3);
    }
  if (before != NULL)
    vis_message_set_string (
      op->request, kind == VIS_KIND_CHAT_LIST ? VIS_FIELD_AFTER : VIS_FIELD_BEFORE, before);
  return store_run (self, op);
}

static gint64
unread (StoreFixture *self)
{
  g_auto (Done) list = ask (self, VIS_STORE_CHAT_LIST, VIS_KIND_CHAT_LIST, NULL, NULL);
  GPtrArray    *chats = vis_message_get_array (list->answer, VIS_FIELD_CHATS);

  g_assert_cmpuint (chats->len, ==, 1);
  return vis_message_get_integer (g_ptr_array_index (chats, 0), VIS_FIELD_UNREAD);
}

/* Wrong timestamps leave no gap in the events that are kept. */
static void
test_trim_by_time (StoreFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *sql;
    gint64      kept;
  } cases[] = {
    { "UPDATE log SET ts = 1 WHERE l IN (2 << 32 | 5, 2 << 32 | 7)", 0 },
    { "UPDATE log SET ts = 1 WHERE l & 0xffffffff IN (1, 2, 4)", 2 },
    { "UPDATE log SET ts = 1", 9 },
    { "UPDATE log SET ts = 1", 9 },
  };

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  for (guint i = 0; i < 9; i++)
    {
      g_autofree char *id = g_strdup_printf ("0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a%02x", i);
      g_auto (Done)    sent = store_send (self, 1, "grace", id);
    }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_TRIM, NULL, NULL);
      g_auto (Done)     trimmed = NULL;
      g_auto (Done)     page = NULL;

      store_edit (self, cases[i].sql);
      op->limit = 100;
      trimmed = store_run (self, op);
      g_assert_no_error (trimmed->error);
      page = events (self, 2, 0);
      g_assert_cmpint (page->kept, ==, cases[i].kept);
      g_assert_cmpuint (page->events->len, ==, 10 - cases[i].kept);
      for (guint j = 0; j < page->events->len; j++)
        g_assert_cmpint (
          g_array_index (page->events, VisStoreEvent, j).place.seq, ==, cases[i].kept + 1 + j);
    }
}

static VisServerStoreOp *
write_call (StoreFixture *self, VisStoreVerb verb, guint number, gint64 caller, const char *outcome)
{
  VisServerStoreOp *op = vis_server_store_op_new (verb, NULL, NULL);
  VisStoreCall      call = {
         .node = (char *) VIS_STORE_NODE,
         .caller = caller,
         .callee = 3 - caller,
         .caller_device_id = (char *) "d1",
         .started = 1,
         .outcome = (char *) outcome,
  };
  g_autofree char *id = g_strdup_printf ("0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f7a%02x", number);

  call.call = id;
  op->call = vis_store_call_copy (&call);
  return store_run (self, op);
}

static VisServerStoreOp *
finish_call (StoreFixture *self, guint number, gint64 caller, const char *outcome)
{
  return write_call (self, VIS_STORE_CALL_FINISH, number, caller, outcome);
}

/* One's own messages are not unread, and counting them is bounded (VIS_SERVER_UNREAD). */
static void
test_unread (StoreFixture *self, gconstpointer data)
{
  g_auto (Done) sent = NULL;

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  sent = store_send (self, 2, "ada", "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01");
  g_assert_cmpint (unread (self), ==, 1);
  add_messages (self, 1, 1, 2, 500);
  g_assert_cmpint (unread (self), ==, 1);
  add_messages (self, 1, 2, 501, 600);
  g_assert_cmpint (unread (self), ==, 101);
  add_messages (self, 1, 2, 601, 5000);
  g_assert_cmpint (unread (self), ==, 1000);
  store_edit (self, "UPDATE message SET deleted = 1 WHERE m % 2");
  g_assert_cmpint (unread (self), ==, 500);
  store_edit (self, "UPDATE member SET read = 4990");
  g_assert_cmpint (unread (self), ==, 5);
  add_messages (self, 1, 1, 5001, 6100);
  g_assert_cmpint (unread (self), ==, 0);
}

/* A page of history skips VIS_SERVER_HIDDEN messages deleted for oneself at most, and the next page
 * goes on behind them. */
static void
test_history_skips_deleted (StoreFixture *self, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_auto (Done)    sent = NULL;
  guint            seen = 0;
  guint            deleted = 0;
  gboolean         more = TRUE;

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  sent = store_send (self, 2, "ada", "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01");
  add_messages (self, 1, 2, 2, 14002);
  store_edit (
    self, "INSERT INTO hidden SELECT 1, m FROM message WHERE m & 0xffffffff BETWEEN 2 AND 14000");
  while (more)
    {
      g_auto (Done) page =
        ask (self, VIS_STORE_CHAT_HISTORY, VIS_KIND_CHAT_HISTORY, "grace", before);
      GPtrArray  *messages;
      VisMessage *last = NULL;

      g_assert_no_error (page->error);
      messages = vis_message_get_array (page->answer, VIS_FIELD_MESSAGES);
      more = vis_message_get_boolean (page->answer, VIS_FIELD_MORE);
      for (guint i = 0; i < messages->len; i++)
        {
          last = g_ptr_array_index (messages, i);
          deleted += vis_message_get_boolean (last, VIS_FIELD_DELETED);
          g_assert_true (vis_message_get_boolean (last, VIS_FIELD_DELETED) !=
                         vis_message_has (last, VIS_FIELD_TEXT));
        }
      seen += messages->len;
      g_assert_true (!more || messages->len > 0);
      g_free (before);
      before = last != NULL ? g_strdup (vis_message_get_string (last, VIS_FIELD_ID)) : NULL;
    }
  g_assert_cmpuint (deleted, ==, 2);
  g_assert_cmpuint (seen, ==, 3 + deleted);
}

/* A list of many chats with many messages to scan comes in pages; each chat comes once, newest
 * first. */
static void
test_chat_list_pages (StoreFixture *self, gconstpointer data)
{
  g_autofree char *after = NULL;
  guint            n = 0;
  guint            pages = 0;
  gint64           newest = G_MAXINT64;
  gboolean         more = TRUE;

  store_import (self, "ada", NULL);
  for (guint i = 1; i <= 20; i++)
    {
      g_autofree char *user = g_strdup_printf ("friend%u", i);
      g_autofree char *id = g_strdup_printf ("0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a%02x", i);
      g_auto (Done)    sent = NULL;

      store_import (self, user, "ada");
      sent = store_send (self, 1 + i, "ada", id);
      g_assert_no_error (sent->error);
      add_messages (self, i, 1 + i, 2, 1000 + i * 7 % 20);
    }
  for (; more; pages++)
    {
      g_auto (Done) list = ask (self, VIS_STORE_CHAT_LIST, VIS_KIND_CHAT_LIST, NULL, after);
      GPtrArray    *chats = vis_message_get_array (list->answer, VIS_FIELD_CHATS);

      more = vis_message_get_boolean (list->answer, VIS_FIELD_MORE);
      for (guint i = 0; i < chats->len; i++, n++)
        {
          VisMessage *chat = g_ptr_array_index (chats, i);
          VisMessage *last = vis_message_get_object (chat, VIS_FIELD_LAST);

          g_assert_cmpint (vis_message_get_integer (chat, VIS_FIELD_UNREAD), ==, 1000);
          g_assert_cmpint (vis_message_get_integer (last, VIS_FIELD_TS), <, newest);
          newest = vis_message_get_integer (last, VIS_FIELD_TS);
          g_free (after);
          after = g_strdup (vis_message_get_string (chat, VIS_FIELD_CHAT));
        }
    }
  g_assert_cmpuint (n, ==, 20);
  g_assert_cmpuint (pages, >, 1);
}

/* A missed call is unread for the callee, never for the caller. */
static void
test_unread_calls (StoreFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *outcome;
    gint64      caller;
    gint64      unread;
  } cases[] = {
    { "answered", 2, 0 }, { "missed", 2, 1 },      { "declined", 2, 1 }, { "failed", 2, 1 },
    { "busy", 2, 1 },     { "unreachable", 2, 1 }, { "missed", 1, 1 },   { "missed", 2, 2 },
  };

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Done) done = finish_call (self, i, cases[i].caller, cases[i].outcome);

      g_assert_no_error (done->error);
      g_assert_cmpint (unread (self), ==, cases[i].unread);
    }
}

static void
count_calls (StoreFixture *self, gint64 n, const char *id)
{
  g_auto (Done) page = ask (self, VIS_STORE_CHAT_HISTORY, VIS_KIND_CHAT_HISTORY, "grace", NULL);
  GPtrArray    *messages = vis_message_get_array (page->answer, VIS_FIELD_MESSAGES);
  gint64        found = 0;

  for (guint i = 0; i < messages->len; i++)
    {
      VisMessage *info =
        vis_message_get_object (g_ptr_array_index (messages, i), VIS_FIELD_CALL_INFO);

      found += info != NULL && strcmp (vis_message_get_string (info, VIS_FIELD_ID), id) == 0;
    }
  g_assert_cmpint (found, ==, n);
}

/* A call is recorded once, however often its end is written, also after a restart; a message with
 * its id does not replace the record. */
static void
test_call_recorded_once (StoreFixture *self, gconstpointer data)
{
  static const char first[] = "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f7a00";
  static const char second[] = "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f7a01";
  g_auto (Done)     loaded = NULL;
  g_auto (Done)     taken = NULL;
  g_auto (Done)     late = NULL;

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  taken = store_send (self, 1, "grace", second);
  g_assert_no_error (taken->error);
  for (guint i = 0; i < 3; i++)
    {
      g_auto (Done) one = finish_call (self, 0, 1, "answered");
      g_auto (Done) other = finish_call (self, 1, 1, "missed");

      g_assert_no_error (one->error);
      g_assert_no_error (other->error);
      g_assert_true ((one->events != NULL) == (i == 0));
      count_calls (self, 1, first);
      count_calls (self, 1, second);
      store_fixture_close (self);
      store_fixture_open (self);
    }
  loaded = store_load_calls (self, VIS_STORE_NODE);
  g_assert_cmpuint (loaded->calls->len, ==, 2);
  for (guint i = 0; i < loaded->calls->len; i++)
    {
      const VisStoreCall *call = g_ptr_array_index (loaded->calls, i);

      g_assert_cmpint (call->ended, >, 0);
      g_assert_true (call->mutual);
    }
  late = store_send (self, 1, "grace", first);
  g_assert_error (late->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_CONFLICT);
}

/* A call can't begin with the id of an ended one, also after a restart. */
static void
test_offer_of_ended_call (StoreFixture *self, gconstpointer data)
{
  g_auto (Done) loaded = NULL;

  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  for (guint i = 0; i < 2; i++)
    {
      g_auto (Done) begun = write_call (self, VIS_STORE_CALL_SAVE, 0, 1, NULL);

      g_assert_no_error (begun->error);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_auto (Done) ended = finish_call (self, 0, 1, "answered");
      g_auto (Done) begun = write_call (self, VIS_STORE_CALL_SAVE, 0, 2, NULL);

      g_assert_no_error (ended->error);
      g_assert_error (begun->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_CONFLICT);
      store_fixture_close (self);
      store_fixture_open (self);
    }
  count_calls (self, 1, "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f7a00");
  loaded = store_load_calls (self, VIS_STORE_NODE);
  g_assert_cmpuint (loaded->calls->len, ==, 1);
  g_assert_cmpint (((VisStoreCall *) g_ptr_array_index (loaded->calls, 0))->caller, ==, 1);
}

typedef void (*StoreTest) (StoreFixture *self, gconstpointer data);

static void
add (const char *path, const StoreImplementation *store, StoreTest test)
{
  g_autofree char *name = g_strconcat (path, "/", store->name, NULL);

  g_test_add (name, StoreFixture, store, store_fixture_set_up, test, store_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    StoreTest   test;
    gboolean    sqlite; /* it looks into the database; what others ask for every store keeps */
  } tests[] = {
    { "/store/events", test_events },
    { "/store/reopen", test_reopen },
    { "/store/trim-by-number", test_trim_by_number },
    { "/store/similar-and-repeated-ids", test_similar_and_repeated_ids },
    { "/store/not-a-database", test_not_a_database, TRUE },
    { "/store/missing-table", test_missing_table, TRUE },
    { "/store/trim-by-time", test_trim_by_time, TRUE },
    { "/store/unread", test_unread, TRUE },
    { "/store/unread-calls", test_unread_calls },
    { "/store/offer-of-ended-call", test_offer_of_ended_call },
    { "/store/call-recorded-once", test_call_recorded_once },
    { "/store/history-skips-deleted", test_history_skips_deleted, TRUE },
    { "/store/chat-list-pages", test_chat_list_pages, TRUE },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    for (guint j = 0; j < N_STORES; j++)
      if (!tests[i].sqlite || j == STORE_SQLITE)
        add (tests[i].path, &store_implementations[j], tests[i].test);
  return g_test_run ();
}
