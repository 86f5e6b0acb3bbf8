/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The sender alone: requests of a conversation one after the other, over as many connections as it
 * takes, until each is settled. */

#include "parts-fixture.h"
#include "store-helpers.h"
#include "vis-chat-sender.h"

typedef struct
{
  Parts          parts;
  VisChatSender *sender;
} Fixture;

/* What the root does with the requests of an edit. */
static void
on_changed (VisChatJournal *journal, const VisStoreChange *change, int kind, Fixture *fixture)
{
  if (fixture->sender != NULL)
    vis_chat_sender_add (fixture->sender, change->requests);
}

static void
on_settled (VisChatJournal *journal, Fixture *fixture)
{
  if (fixture->sender != NULL)
    vis_chat_sender_deliver (fixture->sender);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  Parts *parts = &fixture->parts;

  parts_set_up (parts);
  fixture->sender = vis_chat_sender_new (
    "ada", parts->journal, parts->turns, VIS_WIRE (parts->wire), VIS_CLOCK (parts->clock));
  g_signal_connect (parts->journal, "changed", G_CALLBACK (on_changed), fixture);
  g_signal_connect (parts->journal, "settled", G_CALLBACK (on_settled), fixture);
  fake_wire_connect (parts->wire, 10, FALSE);
  vis_chat_sender_start (fixture->sender);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->sender != NULL)
    g_assert_finalize_object (g_steal_pointer (&fixture->sender));
  parts_tear_down (&fixture->parts);
}

/* Writes the message @n. */
static void
queue (Fixture *fixture, const char *chat, guint n)
{
  vis_chat_journal_apply (fixture->parts.journal, edit_queue (chat, n));
  parts_assert_edits (&fixture->parts, "queue");
}

static guint
number_of (VisMessage *request)
{
  VisMessage *draft = vis_message_get_object (request, VIS_FIELD_DRAFT);

  return id_to_number (vis_message_get_string (draft, VIS_FIELD_ID));
}

/* The oldest request without an answer, of @total. It has to be that for the message @n. */
static VisMessage *
expect (Fixture *fixture, guint n, guint total)
{
  VisMessage *request;

  parts_settle (&fixture->parts);
  g_assert_cmpuint (fake_wire_count (fixture->parts.wire, VIS_KIND_CHAT_SEND), ==, total);
  request = fake_wire_find (fixture->parts.wire, VIS_KIND_CHAT_SEND);
  g_assert_cmpuint (number_of (request), ==, n);
  return request;
}

static void
expect_none (Fixture *fixture)
{
  parts_settle (&fixture->parts);
  g_assert_null (fake_wire_find (fixture->parts.wire, VIS_KIND_CHAT_SEND));
}

/* Answers that the server has stored @message; without @seq, that it had it before. */
static void
accept (Fixture *fixture, VisMessage *request, gint64 seq, const char *message)
{
  if (seq > 0)
    fake_wire_ok (
      fixture->parts.wire, request, "\"seq\":%" G_GINT64_FORMAT ",\"message\":%s", seq, message);
  else
    fake_wire_ok (fixture->parts.wire, request, "\"message\":%s", message);
}

static void
accept_next (Fixture *fixture, guint n, guint total, gint64 seq)
{
  VisMessage      *request = expect (fixture, n, total);
  g_autofree char *message =
    json_message (n, vis_message_get_string (request, VIS_FIELD_CHAT), "ada");

  accept (fixture, request, seq, message);
  parts_settle (&fixture->parts);
}

static void
refuse_next (Fixture *fixture, guint n, guint total, const char *code)
{
  fake_wire_refuse (fixture->parts.wire, expect (fixture, n, total), code);
  parts_settle (&fixture->parts);
}

/* Adds a request that is not of an edit. */
static void
add_request (Fixture *fixture, VisRequestKind kind, guint n, const char *text)
{
  g_autofree char      *id = message_id (n);
  VisStoredRequest      request = { 100 + n, kind, (char *) "grace", id, (char *) text };
  g_autoptr (GPtrArray) requests = g_ptr_array_new ();

  g_ptr_array_add (requests, &request);
  vis_chat_sender_add (fixture->sender, requests);
  vis_chat_sender_deliver (fixture->sender);
}

/* Requests of a conversation are sent one at a time, in their order; conversations do not wait for
 * one another. */
static void
test_one_for_each_conversation (Fixture *fixture, gconstpointer data)
{
  queue (fixture, "grace", 1);
  queue (fixture, "grace", 2);
  queue (fixture, "kurt", 3);
  accept_next (fixture, 1, 2, 11);
  accept_next (fixture, 3, 2, 12);
  accept_next (fixture, 2, 1, 13);
  expect_none (fixture);
  parts_assert_edits (&fixture->parts, "receive receive receive");
  parts_assert_stored (&fixture->parts, "2 1");
  g_assert_cmpint (vis_chat_journal_get_since (fixture->parts.journal), ==, 13);
}

/* An answer is handled in the order of events: until then it is not stored, and the next message of
 * the conversation waits. */
static void
test_answer_waits_for_turn (Fixture *fixture, gconstpointer data)
{
  queue (fixture, "grace", 1);
  queue (fixture, "grace", 2);
  accept_next (fixture, 1, 1, 12);
  expect_none (fixture);
  parts_assert_edits (&fixture->parts, "");

  parts_take_turn (&fixture->parts, 11);
  parts_assert_edits (&fixture->parts, "receive");
  g_assert_cmpint (vis_chat_journal_get_since (fixture->parts.journal), ==, 12);
  accept_next (fixture, 2, 1, 13);
}

/* Whatever message is in the answer, the one that was sent is stored, with its text. */
static void
test_answer_names_another_message (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = json_message (9, "grace", "ada");
  g_autofree char *foreign = json_message (2, "grace", "grace");

  queue (fixture, "grace", 1);
  queue (fixture, "grace", 2);
  add_request (fixture, VIS_REQUEST_SEND, 3, "Text 3"); /* not in the store */
  accept (fixture, expect (fixture, 1, 1), 11, other);
  accept (fixture, expect (fixture, 2, 1), 12, foreign);
  accept (fixture,
          expect (fixture, 3, 1),
          13,
          "{\"id\":\"00000000-0000-4000-8000-000000000003\",\"chat\":\"grace\",\"from\":\"ada\","
          "\"ts\":5,\"kind\":\"text\",\"text\":\"Other words\"}");
  expect_none (fixture);
  parts_assert_stored (&fixture->parts, "3 2 1");
  {
    g_autoptr (VisStorePage) page = store_page (fixture->parts.store, "grace", G_MAXINT64, 1);
    VisStoredMessage        *message = page->messages->pdata[0];

    g_assert_cmpstr (message->text, ==, "Text 3");
    g_assert_cmpint (message->ts, ==, 5);
  }
}

/* The server had the message before: it is stored, and not counted. */
static void
test_answer_without_seq (Fixture *fixture, gconstpointer data)
{
  queue (fixture, "grace", 1);
  parts_take_turn (&fixture->parts, 11); /* an event that is not stored */
  accept_next (fixture, 1, 1, 0);
  parts_assert_edits (&fixture->parts, "receive");
  g_assert_cmpint (vis_chat_journal_get_since (fixture->parts.journal), ==, 10);
}

/* A refused message has failed, other refused requests are dropped; the next request follows. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  queue (fixture, "grace", 1);
  queue (fixture, "grace", 2);
  refuse_next (fixture, 1, 1, "forbidden");
  parts_assert_edits (&fixture->parts, "fail");
  accept_next (fixture, 2, 1, 11);
  parts_assert_stored (&fixture->parts, "1~ 2");
  parts_assert_edits (&fixture->parts, "receive");

  add_request (fixture, VIS_REQUEST_READ, 1, NULL);
  fake_wire_refuse (
    fixture->parts.wire, fake_wire_expect (fixture->parts.wire, VIS_KIND_CHAT_READ), "not_found");
  parts_assert_edits (&fixture->parts, "done");
}

/* A message without a text is not sent; the request behind it is. */
static void
test_nothing_to_send (Fixture *fixture, gconstpointer data)
{
  add_request (fixture, VIS_REQUEST_SEND, 1, NULL);
  expect_none (fixture);
  parts_assert_edits (&fixture->parts, "done");
  queue (fixture, "grace", 2);
  accept_next (fixture, 2, 1, 11);
  expect_none (fixture);
}

/* A busy server: nothing is sent, and the back-off grows up to a minute. */
static void
test_busy_server (Fixture *fixture, gconstpointer data)
{
  ManualClock *clock = fixture->parts.clock;

  queue (fixture, "grace", 1);
  refuse_next (fixture, 1, 1, "rate_limited");
  queue (fixture, "kurt", 2);
  manual_clock_advance (clock, 499);
  expect_none (fixture);
  manual_clock_advance (clock, 501);
  refuse_next (fixture, 1, 2, "unavailable");
  accept_next (fixture, 2, 1, 11);
  expect_none (fixture);
  manual_clock_advance (clock, 2000);

  for (guint attempt = 1; attempt <= 10; attempt++)
    {
      refuse_next (fixture, 1, 1, "unavailable");
      g_assert_cmpuint (manual_clock_count (clock), ==, 1);
      if (attempt == 5)
        {
          manual_clock_advance (clock, 7999);
          expect_none (fixture);
        }
      manual_clock_advance (clock, 60000);
    }
  expect (fixture, 1, 1);

  /* A new connection ends the back-off. */
  refuse_next (fixture, 1, 1, "unavailable");
  vis_chat_sender_stop (fixture->sender);
  g_assert_cmpuint (manual_clock_count (clock), ==, 0);
  expect_none (fixture);
  vis_chat_sender_start (fixture->sender);
  accept_next (fixture, 1, 1, 12);
}

/* Requests without an answer when the connection is lost are sent over the next one, and not
 * before. */
static void
test_connection_lost (Fixture *fixture, gconstpointer data)
{
  queue (fixture, "grace", 1);
  expect (fixture, 1, 1);
  fake_wire_disconnect (fixture->parts.wire);
  expect_none (fixture);
  vis_chat_sender_stop (fixture->sender);
  queue (fixture, "grace", 2);
  expect_none (fixture);
  fake_wire_connect (fixture->parts.wire, 10, FALSE);
  vis_chat_sender_start (fixture->sender);
  accept_next (fixture, 1, 1, 11);
  accept_next (fixture, 2, 1, 12);
  parts_assert_edits (&fixture->parts, "receive receive");
}

/* The answer to a request of an earlier connection is ignored. */
static void
test_answer_of_old_connection (Fixture *fixture, gconstpointer data)
{
  queue (fixture, "grace", 1);
  vis_chat_sender_stop (fixture->sender);
  vis_chat_sender_start (fixture->sender);
  refuse_next (fixture, 1, 2, "forbidden");
  parts_assert_edits (&fixture->parts, "");
  accept_next (fixture, 1, 1, 11);
  parts_assert_edits (&fixture->parts, "receive");
}

/* A message that is being sent can't be removed; one that waits can, also by an event that has it.
 */
static void
test_withdraw (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = message_id (1);
  g_autofree char *second = message_id (2);
  g_autofree char *third = message_id (3);

  for (guint n = 1; n <= 5; n++)
    queue (fixture, "grace", n);
  g_assert_false (vis_chat_sender_withdraw (fixture->sender, "grace", first));
  g_assert_true (vis_chat_sender_withdraw (fixture->sender, "grace", second));
  g_assert_false (vis_chat_sender_withdraw (fixture->sender, "grace", second));
  vis_chat_sender_confirm (fixture->sender, "grace", third);
  accept_next (fixture, 1, 1, 11);
  expect (fixture, 4, 1);
  vis_chat_sender_withdraw_chat (fixture->sender, "grace");
  accept_next (fixture, 4, 1, 12);
  expect_none (fixture);
}

/* Disposed with a request, with an answer that waits, or during a back-off; twice is no error. */
static void
test_dispose (Fixture *fixture, gconstpointer data)
{
  const char *way = data;

  queue (fixture, "grace", 1);
  if (g_str_equal (way, "waiting"))
    refuse_next (fixture, 1, 1, "rate_limited");
  else if (g_str_equal (way, "turn"))
    accept_next (fixture, 1, 1, 12);
  else if (g_str_equal (way, "answered"))
    fake_wire_ok (fixture->parts.wire, expect (fixture, 1, 1), "\"seq\":11");

  vis_chat_turns_stop (fixture->parts.turns);
  g_object_run_dispose (G_OBJECT (fixture->sender));
  g_assert_cmpuint (manual_clock_count (fixture->parts.clock), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&fixture->sender));
  expect_none (fixture);
  parts_assert_edits (&fixture->parts, "");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *fixture, gconstpointer data);
    const char *data;
  } tests[] = {
    { "one-for-each-conversation", test_one_for_each_conversation, NULL },
    { "answer-waits-for-turn", test_answer_waits_for_turn, NULL },
    { "answer-names-another-message", test_answer_names_another_message, NULL },
    { "answer-without-seq", test_answer_without_seq, NULL },
    { "refused", test_refused, NULL },
    { "nothing-to-send", test_nothing_to_send, NULL },
    { "busy-server", test_busy_server, NULL },
    { "connection-lost", test_connection_lost, NULL },
    { "answer-of-old-connection", test_answer_of_old_connection, NULL },
    { "withdraw", test_withdraw, NULL },
    { "dispose/sending", test_dispose, "sending" },
    { "dispose/waiting", test_dispose, "waiting" },
    { "dispose/turn", test_dispose, "turn" },
    { "dispose/answered", test_dispose, "answered" },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/sender/", tests[i].name, NULL);

      g_test_add (path, Fixture, tests[i].data, set_up, tests[i].func, tear_down);
    }
  return g_test_run ();
}
