/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The fetcher alone: which of the server's two lists it asks for, and how it handles answers that
 * are refused, in pages, outdated or ahead of the events. */

#include "counting-store.h"
#include "parts-fixture.h"
#include "store-helpers.h"
#include "vis-chat-fetcher.h"

typedef struct
{
  Parts           parts;
  VisChatFetcher *fetcher;
  guint           complete; /* resets that ended with a list */
  guint           given_up; /* resets that ended without one */
} Fixture;

static void
on_complete (VisChatFetcher *fetcher, const VisStoreChange *change, Fixture *fixture)
{
  g_assert_false (vis_chat_fetcher_get_resetting (fetcher));
  if (change != NULL)
    fixture->complete++;
  else
    fixture->given_up++;
}

/* Once the list is not wanted any more, the contacts are in the model. */
static void
on_progress (VisChatFetcher *fetcher, Fixture *fixture)
{
  VisChatModel *model = fixture->parts.model;

  if (!vis_chat_fetcher_wants (fetcher, VIS_KIND_CONTACT_LIST))
    g_assert_nonnull (vis_chat_model_find (model, "grace"));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  Parts *parts = &fixture->parts;

  parts_set_up (parts);
  fixture->fetcher = vis_chat_fetcher_new (
    parts->model, parts->journal, parts->turns, VIS_WIRE (parts->wire), VIS_CLOCK (parts->clock));
  g_signal_connect (fixture->fetcher, "complete", G_CALLBACK (on_complete), fixture);
  fake_wire_connect (parts->wire, 10, FALSE);
  vis_chat_fetcher_start (fixture->fetcher);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->fetcher != NULL)
    g_assert_finalize_object (g_steal_pointer (&fixture->fetcher));
  parts_tear_down (&fixture->parts);
}

/* The one request for @list without an answer, or none. */
static VisMessage *
expect (Fixture *fixture, VisKind list, gboolean asked)
{
  parts_settle (&fixture->parts);
  g_assert_cmpuint (fake_wire_count (fixture->parts.wire, list), ==, asked ? 1 : 0);
  return fake_wire_find (fixture->parts.wire, list);
}

static void
answer_contacts (Fixture *fixture, const char *contacts)
{
  fake_wire_ok (fixture->parts.wire,
                expect (fixture, VIS_KIND_CONTACT_LIST, TRUE),
                "\"contacts\":[%s]",
                contacts);
  parts_settle (&fixture->parts);
}

static void
answer_chats (Fixture *fixture, gint64 seq, const char *chats, gboolean more)
{
  fake_wire_ok (fixture->parts.wire,
                expect (fixture, VIS_KIND_CHAT_LIST, TRUE),
                "\"seq\":%" G_GINT64_FORMAT ",\"chats\":[%s],\"more\":%s",
                seq,
                chats,
                more ? "true" : "false");
}

#define GRACE "{\"user\":\"grace\",\"name\":\"Grace\",\"state\":\"mutual\",\"presence\":\"online\"}"

/* A connection asks for the contacts, and not for the chats. */
static void
test_start (Fixture *fixture, gconstpointer data)
{
  g_assert_true (vis_chat_fetcher_wants (fixture->fetcher, VIS_KIND_CONTACT_LIST));
  g_assert_false (vis_chat_fetcher_wants (fixture->fetcher, VIS_KIND_CHAT_LIST));
  g_signal_connect (fixture->fetcher, "progress", G_CALLBACK (on_progress), fixture);
  vis_chat_fetcher_ask (fixture->fetcher);
  vis_chat_fetcher_ask (fixture->fetcher);
  expect (fixture, VIS_KIND_CHAT_LIST, FALSE);
  answer_contacts (fixture, GRACE);
  parts_assert_edits (&fixture->parts, "contacts");
  g_assert_false (vis_chat_fetcher_wants (fixture->fetcher, VIS_KIND_CONTACT_LIST));
  vis_chat_fetcher_ask (fixture->fetcher);
  expect (fixture, VIS_KIND_CONTACT_LIST, FALSE);
}

/* A list with a contact that can't be read removes nobody. */
static void
test_contact_not_understood (Fixture *fixture, gconstpointer data)
{
  vis_chat_fetcher_ask (fixture->fetcher);
  answer_contacts (fixture, GRACE);
  vis_chat_fetcher_want (fixture->fetcher, VIS_KIND_CONTACT_LIST);
  answer_contacts (fixture, "{\"user\":\"kurt\",\"state\":\"estranged\"}");
  g_assert_nonnull (vis_chat_model_find (fixture->parts.model, "grace"));
  vis_chat_fetcher_want (fixture->fetcher, VIS_KIND_CONTACT_LIST);
  answer_contacts (fixture, "");
  g_assert_null (vis_chat_model_find (fixture->parts.model, "grace"));
}

/* A reset ends once, with the last page of the chats. */
static void
test_reset_in_pages (Fixture *fixture, gconstpointer data)
{
  g_autofree char *last = json_message (7, "kurt", "kurt");
  g_autofree char *kurt = g_strdup_printf ("{\"chat\":\"kurt\",\"last\":%s,\"unread\":4}", last);
  VisMessage      *request;

  vis_chat_fetcher_reset (fixture->fetcher, FALSE);
  g_assert_true (vis_chat_fetcher_get_resetting (fixture->fetcher));
  answer_contacts (fixture, GRACE ",{\"user\":\"kurt\",\"state\":\"mutual\"}");
  answer_chats (fixture, 10, "{\"chat\":\"grace\"}", TRUE);
  request = expect (fixture, VIS_KIND_CHAT_LIST, TRUE);
  g_assert_cmpstr (vis_message_get_string (request, VIS_FIELD_AFTER), ==, "grace");
  g_assert_cmpuint (fixture->complete, ==, 0);
  parts_assert_edits (&fixture->parts, "reset contacts");
  answer_chats (fixture, 10, kurt, FALSE);
  parts_assert_edits (&fixture->parts, "chats");
  g_assert_cmpuint (fixture->complete, ==, 1);
  g_assert_false (vis_chat_fetcher_wants (fixture->fetcher, VIS_KIND_CHAT_LIST));
  g_assert_cmpuint (vis_chat_model_get_unread (fixture->parts.model), ==, 4);
}

/* A server without `after` that always says `more` is not asked for ever. */
static void
test_repeated_page (Fixture *fixture, gconstpointer data)
{
  vis_chat_fetcher_want (fixture->fetcher, VIS_KIND_CHAT_LIST);
  answer_contacts (fixture, GRACE);
  answer_chats (fixture, 10, "{\"chat\":\"grace\"}", TRUE);
  answer_chats (fixture, 10, "{\"chat\":\"grace\"}", TRUE);
  expect (fixture, VIS_KIND_CHAT_LIST, FALSE);
  parts_assert_edits (&fixture->parts, "contacts chats");
}

/* An answer to a request from before a reset does not complete it, neither one that is on its way
 * nor one that is being stored. */
static void
test_reset_during_answer (Fixture *fixture, gconstpointer data)
{
  vis_chat_fetcher_reset (fixture->fetcher, FALSE);
  answer_contacts (fixture, GRACE);
  expect (fixture, VIS_KIND_CHAT_LIST, TRUE);
  vis_chat_fetcher_reset (fixture->fetcher, FALSE);
  answer_contacts (fixture, GRACE);
  answer_chats (fixture, 10, "{\"chat\":\"grace\"}", FALSE);
  parts_assert_edits (&fixture->parts, "reset contacts reset contacts");

  answer_chats (fixture, 10, "{\"chat\":\"grace\"}", FALSE);
  counting_store_wait_for_call (fixture->parts.store);
  vis_chat_fetcher_reset (fixture->fetcher, FALSE);
  answer_contacts (fixture, GRACE);
  g_assert_cmpuint (fixture->complete, ==, 0);
  answer_chats (fixture, 10, "{\"chat\":\"grace\"}", FALSE);
  parts_settle (&fixture->parts);
  g_assert_cmpuint (fixture->complete, ==, 1);
  expect (fixture, VIS_KIND_CHAT_LIST, FALSE);
}

/* A list that is ahead of the events is asked for again once they have arrived. */
static void
test_list_ahead_of_events (Fixture *fixture, gconstpointer data)
{
  vis_chat_fetcher_want (fixture->fetcher, VIS_KIND_CHAT_LIST);
  answer_contacts (fixture, GRACE);
  answer_chats (fixture, 12, "{\"chat\":\"grace\"}", FALSE);
  parts_assert_edits (&fixture->parts, "contacts");
  g_assert_true (vis_chat_fetcher_wants (fixture->fetcher, VIS_KIND_CHAT_LIST));
  g_assert_cmpuint (manual_clock_count (fixture->parts.clock), ==, 1); /* of the turns */

  parts_take_turn (&fixture->parts, 11);
  vis_chat_fetcher_ask_deferred (fixture->fetcher);
  expect (fixture, VIS_KIND_CHAT_LIST, FALSE);
  parts_take_turn (&fixture->parts, 12);
  vis_chat_fetcher_ask_deferred (fixture->fetcher);
  answer_chats (fixture, 12, "{\"chat\":\"grace\"}", FALSE);
  parts_assert_edits (&fixture->parts, "chats");
  vis_chat_fetcher_ask_deferred (fixture->fetcher);
  expect (fixture, VIS_KIND_CHAT_LIST, FALSE);
}

/* A server without this list completes a reset. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  vis_chat_fetcher_reset (fixture->fetcher, FALSE);
  fake_wire_refuse (
    fixture->parts.wire, expect (fixture, VIS_KIND_CHAT_LIST, TRUE), "unknown_type");
  parts_settle (&fixture->parts);
  g_assert_cmpuint (fixture->given_up, ==, 1);
  g_assert_false (vis_chat_fetcher_wants (fixture->fetcher, VIS_KIND_CHAT_LIST));
  g_assert_true (vis_chat_fetcher_wants (fixture->fetcher, VIS_KIND_CONTACT_LIST));
  answer_contacts (fixture, GRACE);
}

/* A busy server is asked again after a back-off, for both lists, and from the first page. */
static void
test_busy_server (Fixture *fixture, gconstpointer data)
{
  ManualClock *clock = fixture->parts.clock;

  vis_chat_fetcher_want (fixture->fetcher, VIS_KIND_CHAT_LIST);
  answer_chats (fixture, 10, "{\"chat\":\"kurt\"}", TRUE);
  for (guint attempt = 0; attempt < 8; attempt++)
    {
      VisMessage *request = expect (fixture, VIS_KIND_CHAT_LIST, TRUE);

      g_assert_cmpint (vis_message_has (request, VIS_FIELD_AFTER), ==, attempt == 0);
      fake_wire_refuse (fixture->parts.wire, request, "unavailable");
      expect (fixture, VIS_KIND_CHAT_LIST, FALSE);
      vis_chat_fetcher_ask (fixture->fetcher);
      expect (fixture, VIS_KIND_CHAT_LIST, FALSE);
      g_assert_cmpuint (manual_clock_count (clock), ==, 1);
      manual_clock_advance (clock, attempt == 4 ? 7999 : 499);
      expect (fixture, VIS_KIND_CHAT_LIST, FALSE);
      manual_clock_advance (clock, 60000);
    }
  answer_chats (fixture, 10, "{\"chat\":\"kurt\"}", FALSE);
  answer_contacts (fixture, GRACE);
  parts_assert_edits (&fixture->parts, "chats contacts");
}

/* Requests of an earlier connection are repeated, from the first page; their answers are ignored.
 */
static void
test_new_connection (Fixture *fixture, gconstpointer data)
{
  VisMessage *old;

  vis_chat_fetcher_reset (fixture->fetcher, FALSE);
  answer_contacts (fixture, GRACE);
  answer_chats (fixture, 10, "{\"chat\":\"grace\"}", TRUE);
  old = expect (fixture, VIS_KIND_CHAT_LIST, TRUE);
  vis_chat_fetcher_stop (fixture->fetcher);
  vis_chat_fetcher_ask (fixture->fetcher);
  expect (fixture, VIS_KIND_CONTACT_LIST, FALSE);

  vis_chat_fetcher_start (fixture->fetcher);
  vis_chat_fetcher_ask (fixture->fetcher);
  fake_wire_ok (fixture->parts.wire, old, "\"chats\":[{\"chat\":\"grace\"}]");
  g_assert_false (vis_message_has (expect (fixture, VIS_KIND_CHAT_LIST, TRUE), VIS_FIELD_AFTER));
  g_assert_cmpuint (fixture->complete, ==, 0);
  answer_contacts (fixture, GRACE);
  answer_chats (fixture, 10, "", FALSE);
  parts_assert_edits (&fixture->parts, "reset contacts contacts chats");
  g_assert_cmpuint (fixture->complete, ==, 1);
}

/* A reset that was stored at an earlier start is completed by the next connection. */
static void
test_reset_of_earlier_start (Fixture *fixture, gconstpointer data)
{
  vis_chat_fetcher_resume_reset (fixture->fetcher);
  expect (fixture, VIS_KIND_CHAT_LIST, FALSE);
  vis_chat_fetcher_ask (fixture->fetcher);
  answer_contacts (fixture, GRACE);
  answer_chats (fixture, 10, "", FALSE);
  parts_assert_edits (&fixture->parts, "contacts chats");
  g_assert_cmpuint (fixture->complete, ==, 1);
}

/* Disposed with a request, with an answer that is being stored, or during a back-off; twice is no
 * error. */
static void
test_dispose (Fixture *fixture, gconstpointer data)
{
  const char *way = data;

  vis_chat_fetcher_reset (fixture->fetcher, FALSE);
  if (g_str_equal (way, "waiting"))
    {
      fake_wire_refuse (
        fixture->parts.wire, expect (fixture, VIS_KIND_CHAT_LIST, TRUE), "unavailable");
      parts_settle (&fixture->parts);
    }
  else if (g_str_equal (way, "storing"))
    {
      answer_chats (fixture, 10, "{\"chat\":\"grace\"}", FALSE);
      counting_store_wait_for_call (fixture->parts.store);
    }

  g_object_run_dispose (G_OBJECT (fixture->fetcher));
  g_assert_cmpuint (manual_clock_count (fixture->parts.clock), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&fixture->fetcher));
  expect (fixture, VIS_KIND_CONTACT_LIST, FALSE);
  expect (fixture, VIS_KIND_CHAT_LIST, FALSE);
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
    { "start", test_start, NULL },
    { "contact-not-understood", test_contact_not_understood, NULL },
    { "reset-in-pages", test_reset_in_pages, NULL },
    { "repeated-page", test_repeated_page, NULL },
    { "reset-during-answer", test_reset_during_answer, NULL },
    { "list-ahead-of-events", test_list_ahead_of_events, NULL },
    { "refused", test_refused, NULL },
    { "busy-server", test_busy_server, NULL },
    { "new-connection", test_new_connection, NULL },
    { "reset-of-earlier-start", test_reset_of_earlier_start, NULL },
    { "dispose/asking", test_dispose, "asking" },
    { "dispose/waiting", test_dispose, "waiting" },
    { "dispose/storing", test_dispose, "storing" },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/fetcher/", tests[i].name, NULL);

      g_test_add (path, Fixture, tests[i].data, set_up, tests[i].func, tear_down);
    }
  return g_test_run ();
}
