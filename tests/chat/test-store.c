/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Edits of a store and what it hands out. */

#include "chat-store-fixture.h"
#include "store-helpers.h"

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  fixture_assert_empty (fixture);
}

static void
test_receive (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreChange) first =
    store_apply (fixture->store, edit_receive ("grace", 5, FALSE, 41));
  g_autoptr (VisStoreChange) again =
    store_apply (fixture->store, edit_receive ("grace", 5, FALSE, 42));
  g_autoptr (VisStoreChange) forged =
    store_apply (fixture->store, edit_receive ("grace", 5, TRUE, 43));
  g_autoptr (VisStoreContents) contents = NULL;
  VisStoredConversation       *conversation;

  g_assert_true (first->fresh);
  g_assert_cmpuint (first->messages->len, ==, 1);
  g_assert_cmpuint (first->requests->len, ==, 1);
  g_assert_false (again->fresh);
  g_assert_cmpuint (again->messages->len, ==, 0);
  g_assert_cmpuint (forged->messages->len, ==, 0);

  /* The order is the server's, also if its time goes backwards or stands still. */
  fixture_apply (fixture, edit_receive ("grace", 3, FALSE, 44));
  fixture_apply (fixture, edit_receive ("grace", 9, TRUE, 45));
  fixture_apply (fixture, edit_receive ("grace", 4, FALSE, 46));
  fixture_assert_page (fixture, "4 9 3 5");
  fixture_assert_requests (fixture, "delivered 4");

  conversation = fixture_load_conversation (fixture, &contents);
  g_assert_cmpint (contents->since, ==, 46);
  g_assert_cmpuint (conversation->unread, ==, 3);
  g_assert_cmpuint (id_to_number (conversation->last->id), ==, 4);
  g_assert_cmpuint (id_to_number (conversation->newest), ==, 4);
  g_assert_cmpuint (id_to_number (conversation->floor), ==, 5);
  g_assert_false (conversation->complete);
}

static void
test_calls (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *outcome;
    gboolean    outgoing;
    guint       unread;
  } cases[] = {
    { "answered", FALSE, 0 }, { "missed", FALSE, 1 },      { "declined", FALSE, 1 },
    { "missed", TRUE, 1 },    { "unreachable", FALSE, 1 }, { "busy", FALSE, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VisStoreEdit *edit = edit_receive ("grace", i + 1, cases[i].outgoing, i + 1);

      g_clear_pointer (&edit->message->text, g_free);
      edit->message->kind = VIS_MESSAGE_CALL;
      edit->message->call_outcome = g_strdup (cases[i].outcome);
      edit->message->call_video = TRUE;
      edit->message->call_duration = 7;
      fixture_apply (fixture, edit);
      fixture_assert_unread (fixture, cases[i].unread);
    }
  {
    g_autoptr (VisStorePage) page = store_page (fixture->store, "grace", G_MAXINT64, 1);
    VisStoredMessage        *message = g_ptr_array_index (page->messages, 0);

    g_assert_cmpstr (message->call_outcome, ==, "busy");
    g_assert_true (message->call_video);
    g_assert_cmpuint (message->call_duration, ==, 7);
    g_assert_cmpint (message->kind, ==, VIS_MESSAGE_CALL);
  }
}

static void
test_queue (Fixture *fixture, gconstpointer data)
{
  fixture_apply (fixture, edit_receive ("grace", 1, FALSE, 1));
  fixture_apply (fixture, edit_queue ("grace", 10));
  fixture_apply (fixture, edit_queue ("grace", 11));
  fixture_apply (fixture, edit_queue ("grace", 11));
  fixture_apply (fixture, edit_receive ("grace", 2, FALSE, 2));
  fixture_assert_page (fixture, "11* 10* 2 1");
  fixture_assert_requests (fixture, "send 10, send 11, delivered 2");

  /* A confirmed message moves to the end of those that the server has. */
  fixture_apply (fixture, edit_receive ("grace", 10, TRUE, 3));
  fixture_assert_page (fixture, "11* 10 2 1");
  fixture_assert_requests (fixture, "send 11, delivered 2");
  fixture_apply (fixture, edit_id (VIS_EDIT_FAIL, "grace", 11, FALSE));
  fixture_apply (fixture, edit_receive ("grace", 12, FALSE, 4));
  fixture_assert_page (fixture, "12 11~ 10 2 1");
  fixture_assert_requests (fixture, "delivered 12");

  /* A failed message can be dropped. */
  fixture_apply (fixture, edit_id (VIS_EDIT_DROP, "grace", 11, FALSE));
  fixture_apply (fixture, edit_id (VIS_EDIT_DROP, "grace", 12, FALSE));
  fixture_assert_page (fixture, "12 10 2 1");
}

static void
test_read_by_me (Fixture *fixture, gconstpointer data)
{
  for (guint n = 1; n <= 5; n++)
    fixture_apply (fixture, edit_receive ("grace", n, n == 3, n));
  fixture_assert_unread (fixture, 4);
  fixture_apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 2, TRUE));
  fixture_assert_unread (fixture, 2);
  fixture_apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 1, TRUE));
  fixture_assert_unread (fixture, 2);
  fixture_assert_requests (fixture, "delivered 5, read 2");
  fixture_apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 5, FALSE));
  fixture_assert_unread (fixture, 0);

  {
    g_autoptr (VisStoreChange) unknown =
      store_apply (fixture->store, edit_id (VIS_EDIT_READ_BY_ME, "grace", 99, FALSE));
    g_autoptr (VisStoreChange) nobody =
      store_apply (fixture->store, edit_id (VIS_EDIT_READ_BY_ME, "alan", 99, FALSE));

    g_assert_true (unknown->refresh);
    g_assert_cmpuint (nobody->conversations->len, ==, 0);
  }
}

static void
test_marks (Fixture *fixture, gconstpointer data)
{
  for (guint n = 1; n <= 5; n++)
    fixture_apply (fixture, edit_receive ("grace", n, TRUE, n));
  fixture_apply (fixture, edit_id (VIS_EDIT_DELIVERED_TO_PEER, "grace", 4, FALSE));
  g_assert_true (fixture_is_under (fixture, 4, FALSE));
  g_assert_false (fixture_is_under (fixture, 5, FALSE));
  g_assert_false (fixture_is_under (fixture, 1, TRUE));

  /* Marks move forwards only; a read message is delivered. */
  fixture_apply (fixture, edit_id (VIS_EDIT_DELIVERED_TO_PEER, "grace", 2, FALSE));
  fixture_apply (fixture, edit_id (VIS_EDIT_READ_BY_PEER, "grace", 5, FALSE));
  fixture_apply (fixture, edit_id (VIS_EDIT_READ_BY_PEER, "grace", 1, FALSE));
  fixture_apply (fixture, edit_id (VIS_EDIT_READ_BY_PEER, "grace", 77, FALSE));
  g_assert_true (fixture_is_under (fixture, 5, TRUE));
  g_assert_true (fixture_is_under (fixture, 5, FALSE));
}

static void
test_delete (Fixture *fixture, gconstpointer data)
{
  for (guint n = 1; n <= 4; n++)
    fixture_apply (fixture, edit_receive ("grace", n, FALSE, n));
  fixture_apply (fixture, edit_id (VIS_EDIT_ERASE, "grace", 4, FALSE));
  fixture_assert_unread (fixture, 3);
  fixture_apply (fixture, edit_id (VIS_EDIT_ERASE, "grace", 4, FALSE));
  fixture_assert_unread (fixture, 3);
  fixture_apply (fixture, edit_id (VIS_EDIT_HIDE, "grace", 3, TRUE));
  fixture_apply (fixture, edit_id (VIS_EDIT_HIDE, "grace", 3, TRUE));
  fixture_assert_unread (fixture, 2);
  fixture_assert_page (fixture, "4- 2 1");
  fixture_assert_requests (fixture, "delivered 4, delete 3");

  /* A late repetition does not bring it back. */
  fixture_apply (fixture, edit_receive ("grace", 3, FALSE, 5));
  fixture_apply (fixture, edit_receive ("grace", 4, FALSE, 6));
  fixture_assert_page (fixture, "4- 2 1");

  /* A message that is deleted while it is being sent is not shown again by its confirmation. */
  fixture_apply (fixture, edit_queue ("grace", 10));
  {
    VisStoreEdit *edit = edit_id (VIS_EDIT_HIDE, "grace", 10, TRUE);

    edit->for_all = TRUE;
    fixture_apply (fixture, edit);
  }
  fixture_apply (fixture, edit_receive ("grace", 10, TRUE, 7));
  fixture_assert_page (fixture, "4- 2 1");
  fixture_assert_requests (fixture, "delivered 4, delete 3, delete-all 10");
}

static void
test_clear (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreContents) contents = NULL;
  VisStoredConversation       *conversation;

  for (guint n = 1; n <= 4; n++)
    fixture_apply (fixture, edit_receive ("grace", n, FALSE, n));
  fixture_apply (fixture, edit_queue ("grace", 10));
  fixture_apply (fixture, vis_store_edit_new (VIS_EDIT_CLEAR, "grace"));
  fixture_assert_page (fixture, "10*");
  fixture_assert_unread (fixture, 0);
  fixture_apply (fixture, edit_receive ("grace", 5, FALSE, 5));
  fixture_assert_page (fixture, "10* 5");
  fixture_assert_unread (fixture, 1);

  /* Clearing here deletes messages that are not sent as well. */
  {
    VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_CLEAR, "grace");

    edit->queue = TRUE;
    fixture_apply (fixture, edit);
  }
  fixture_assert_page (fixture, "");
  fixture_assert_requests (fixture, "delivered 5, clear 5");
  /* It was being sent, and is newer than what the server clears. */
  fixture_apply (fixture, edit_receive ("grace", 10, TRUE, 6));
  fixture_apply (fixture, edit_receive ("grace", 10, TRUE, 6));
  fixture_assert_page (fixture, "");
  fixture_assert_requests (fixture, "delivered 5, clear 5, delete 10");

  conversation = fixture_load_conversation (fixture, &contents);
  g_assert_true (conversation->complete);
  g_assert_null (conversation->last);
}

/* Another device clears up to the newest message that it had; newer ones stay. */
static void
test_clear_up_to (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreContents) contents = NULL;
  g_autoptr (VisStoreChange)   unknown = NULL;

  for (guint n = 1; n <= 5; n++)
    fixture_apply (fixture, edit_receive ("grace", n, FALSE, n));
  fixture_apply (fixture, edit_queue ("grace", 10));
  fixture_apply (fixture, edit_id (VIS_EDIT_CLEAR, "grace", 3, FALSE));
  fixture_assert_page (fixture, "10* 5 4");
  fixture_assert_unread (fixture, 2);
  g_assert_true (fixture_load_conversation (fixture, &contents)->complete);

  /* A message older than all that is stored. */
  unknown = store_apply (fixture->store, edit_id (VIS_EDIT_CLEAR, "grace", 2, FALSE));
  g_assert_true (unknown->refresh);
  fixture_assert_page (fixture, "10* 5 4");
  fixture_apply (fixture, edit_id (VIS_EDIT_CLEAR, "grace", 5, FALSE));
  fixture_assert_page (fixture, "10*");
  fixture_assert_unread (fixture, 0);
}

/* An edit that follows a failed one is stored, but not counted. */
static void
test_chain (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    gint64   link;
    gint64   follows;
    gboolean counts;
  } edits[] = {
    { 1, 0, TRUE },  { 2, 1, TRUE },  { 3, 2, TRUE },
    { 5, 4, FALSE }, { 6, 5, FALSE }, { 4, 0, TRUE }, /* a new chain */
    { 7, 6, FALSE }, { 5, 4, TRUE },  { 6, 5, TRUE },
  };
  gint64 since = -1;

  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      g_autoptr (VisStoreContents) contents = NULL;
      g_autoptr (VisStoreChange)   change = NULL;
      VisStoreEdit                *edit = edit_receive ("grace", i + 1, FALSE, i + 1);

      edit->link = edits[i].link;
      edit->follows = edits[i].follows;
      change = store_apply (fixture->store, edit);
      g_assert_cmpint (change->counted, ==, edits[i].counts);
      if (edits[i].counts)
        since = i + 1;
      contents = store_load (fixture->store);
      g_assert_cmpint (contents->since, ==, since);
    }
  fixture_assert_page (fixture, "9 8 7 6 5 4 3 2 1");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("empty", test_empty);
  fixture_add ("receive", test_receive);
  fixture_add ("calls", test_calls);
  fixture_add ("queue", test_queue);
  fixture_add ("read-by-me", test_read_by_me);
  fixture_add ("marks", test_marks);
  fixture_add ("delete", test_delete);
  fixture_add ("clear", test_clear);
  fixture_add ("clear-up-to", test_clear_up_to);
  fixture_add ("chain", test_chain);

  return g_test_run ();
}
