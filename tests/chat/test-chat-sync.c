/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Missed events, lists and resets, in any order of arrival. */

#include "chat-fixture.h"
#include "store-helpers.h"

/* The number of arrivals of which all permutations are tried. */
#define THINGS 5

static void
test_new_device (Fixture *fixture, gconstpointer data)
{
  g_autofree char *last = json_message (100, "grace", "grace");
  g_autofree char *chats = g_strdup_printf ("{\"chat\":\"grace\",\"last\":%s,\"unread\":2}", last);
  GListModel      *model = vis_chat_get_conversations (fixture->chat);
  VisConversation *grace;
  VisTimeline     *timeline;

  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_OFFLINE);
  fake_wire_set_state (fixture->wire, VIS_WIRE_CONNECTING);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_CONNECTING);
  fake_wire_connect (fixture->wire, 57, FALSE);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_SYNCING);
  g_assert_cmpstr (vis_chat_get_name (fixture->chat), ==, "Ada");
  fixture_answer_lists (fixture, chats);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 57);

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 1);
  grace = vis_chat_find (fixture->chat, "grace");
  g_assert_cmpstr (vis_chat_name_of (fixture->chat, "grace"), ==, "Grace");
  g_assert_cmpint (
    vis_contact_get_presence (vis_conversation_get_contact (grace)), ==, VIS_PRESENCE_ONLINE);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 2);
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), ==, 2);
  g_assert_cmpuint (fixture->received, ==, 0);

  /* Opening the timeline shows the stored messages and asks for older ones. */
  timeline = vis_conversation_get_timeline (grace);
  g_assert_true (vis_timeline_get_loading (timeline));
  {
    VisMessage      *request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY);
    g_autofree char *before = message_id (100);
    g_autofree char *first = json_message (99, "grace", "ada");
    g_autofree char *second = json_message (98, "grace", "grace");
    g_autofree char *foreign = json_message (97, "alan", "alan");
    g_autofree char *third = json_message (96, "grace", "alan");

    fixture_assert_timeline (timeline, "Text 100");
    g_assert_true (vis_timeline_peek (timeline, 0) == vis_conversation_get_last_message (grace));
    g_assert_cmpstr (vis_message_get_string (request, VIS_FIELD_BEFORE), ==, before);
    fake_wire_ok (fixture->wire,
                  request,
                  "\"messages\":[%s,%s,%s,%s],\"more\":false",
                  first,
                  second,
                  foreign,
                  third);
  }
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 98,Text 99>,Text 100");
  g_assert_false (vis_timeline_get_loading (timeline));
  g_assert_true (vis_timeline_get_complete (timeline));
}

/* The name and the lists are known at the next start, without a connection. */
static void
test_start_offline (Fixture *fixture, gconstpointer data)
{
  g_assert_false (vis_chat_get_listed (fixture->chat));
  g_assert_cmpstr (vis_chat_get_name (fixture->chat), ==, "ada");
  fake_wire_connect (fixture->wire, 10, FALSE);
  fixture_flush (fixture);
  g_assert_false (vis_chat_get_listed (fixture->chat));

  /* Not after a reset that was not completed. */
  fixture_close (fixture);
  fake_wire_disconnect (fixture->wire);
  fixture_open (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  g_assert_false (vis_chat_get_listed (fixture->chat));
  g_assert_cmpstr (vis_chat_get_name (fixture->chat), ==, "Ada");

  fake_wire_connect (fixture->wire, 10, FALSE);
  fake_wire_ok (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST), "\"contacts\":[]");
  fake_wire_ok (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST), "\"chats\":[]");
  fixture_flush (fixture);
  g_assert_true (vis_chat_get_listed (fixture->chat));

  fixture_close (fixture);
  fake_wire_disconnect (fixture->wire);
  fixture_open (fixture);
  g_assert_false (vis_chat_get_listed (fixture->chat));
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_OFFLINE);
  g_assert_true (vis_chat_get_listed (fixture->chat));
}

static void
test_catch_up (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);

  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 510, FALSE);
  fixture_answer_lists (fixture, NULL);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_SYNCING);
  for (guint n = 1; n <= 500; n++)
    fixture_event_message (fixture, 10 + n, n, "grace");
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
  fixture_flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 500);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 510);

  /* The connection is lost halfway: all events are received, each once. */
  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 520, FALSE);
  for (guint n = 501; n <= 504; n++)
    fixture_event_message (fixture, 10 + n, n, "grace");
  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 520, FALSE);
  for (guint n = 501; n <= 510; n++)
    fixture_event_message (fixture, 10 + n, n, "grace");
  fixture_answer_lists (fixture, NULL);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 510);
  g_assert_cmpuint (fixture->received, ==, 510);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
}

static void
test_gap (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);
  VisTimeline     *timeline = fixture_open_timeline (fixture, grace);
  g_autofree char *last = json_message (5, "grace", "grace");
  g_autofree char *older = json_message (4, "grace", "grace");

  fixture_event_message (fixture, 11, 1, "grace");

  /* An answer that an event has overtaken is the missing event, and is placed before it. */
  vis_chat_send (fixture->chat, grace, "one");
  fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND);
  fixture_event_message (fixture, 13, 2, "grace");
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_SYNCING);
  manual_clock_advance (fixture->clock, 3000);
  fixture_accept (fixture, 12, 9);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
  fixture_assert_timeline (timeline, "Text 1,one>,Text 2");
  manual_clock_advance (fixture->clock, 10000);
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_LIST), ==, 0);

  /* A missing event that does not arrive: reset. */
  fixture_event_message (fixture, 20, 5, "grace");
  fixture_flush (fixture);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 13);
  g_assert_cmpuint (fixture->received, ==, 2);
  manual_clock_advance (fixture->clock, 5000);
  fixture_flush (fixture);
  g_assert_cmpuint (fixture->received, ==, 3);
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST),
                "\"chats\":[{\"chat\":\"grace\",\"last\":%s,\"unread\":4}]",
                last);
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST),
                "\"contacts\":[" GRACE "]");
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY),
                "\"messages\":[%s],\"more\":false",
                older);
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 4,Text 5");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 2);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 20);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
}

/* An answer that has overtaken older events is placed after them, as on all other devices. */
static void
test_overtaking (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);
  VisTimeline     *timeline = fixture_open_timeline (fixture, grace);

  vis_chat_send (fixture->chat, grace, "one");
  fixture_accept (fixture, 13, 9);
  fixture_event_message (fixture, 11, 1, "grace");
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 1,one*");
  fixture_event_message (fixture, 12, 2, "grace");
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 1,Text 2,one>");
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 13);

  /* The connection is lost meanwhile: the message is sent again. */
  vis_chat_send (fixture->chat, grace, "two");
  fixture_accept (fixture, 15, 19);
  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 15, FALSE);
  fixture_event_message (fixture, 14, 3, "grace");
  fixture_accept (fixture, 15, 19);
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 1,Text 2,one>,Text 3,two>");

  /* The missing events never arrive: reset, and the message is sent nevertheless. */
  vis_chat_send (fixture->chat, grace, "three");
  fixture_accept (fixture, 18, 29);
  manual_clock_advance (fixture->clock, 10000);
  fixture_flush (fixture);
  g_assert_cmpint (vis_chat_message_get_delivery (vis_conversation_get_last_message (grace)),
                   ==,
                   VIS_DELIVERY_SENT);
}

/* A message with a time that is not in the order of `seq`: the clock of the server was changed. */
static void
event_message_at (Fixture *fixture, gint64 seq, guint ts)
{
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:message\",\"seq\":%" G_GINT64_FORMAT
                   ",\"chat\":\"grace\",\"message\":{\"id\":\"00000000-0000-4000-8000-%012u\","
                   "\"chat\":\"grace\",\"from\":\"grace\",\"ts\":%u,\"kind\":\"text\","
                   "\"text\":\"%u\"}}",
                   seq,
                   (guint) seq,
                   ts,
                   (guint) seq);
}

/* Four messages and the answer to an own one, in all orders of arrival, each event twice: they are
 * in the order of the server, and `received` is emitted once for each. */
static void
test_any_order (Fixture *fixture, gconstpointer data)
{
  static const guint  times[THINGS] = { 5000, 5000, 7000, 1000, 6000 };
  guint               order[THINGS] = { 0, 1, 2, 3, 4 };
  VisConversation    *grace = fixture_begin (fixture, 0);
  VisTimeline        *timeline = fixture_open_timeline (fixture, grace);
  g_autoptr (GString) expected = g_string_new (NULL);
  guint               seq = 0;

  do
    {
      vis_chat_send (fixture->chat, grace, "own");
      fixture_flush (fixture);
      for (guint i = 0; i < THINGS; i++)
        {
          guint n = seq + 1 + order[i];

          if (order[i] == 2)
            fixture_accept (fixture, n, times[2]);
          for (guint j = 0; j < 2 && order[i] != 2; j++)
            event_message_at (fixture, n, times[order[i]]);
        }
      g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
      fixture_flush (fixture);
      g_string_append_printf (
        expected, "%s%u,%u,own>,%u,%u", seq > 0 ? "," : "", seq + 1, seq + 2, seq + 4, seq + 5);
      fixture_assert_timeline (timeline, expected->str);
      seq += THINGS;
      g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, seq);
      g_assert_cmpuint (fixture->received, ==, seq / THINGS * 4);
    }
  while (fixture_permute (order, THINGS));
  g_assert_cmpuint (seq, ==, 120 * THINGS);
}

/* Answers the requested lists: those of a server at @seq, with the last message @last, all unread.
 */
static void
answer_chats (Fixture *fixture, gint64 seq, guint last)
{
  g_autofree char *message = json_message (last, "grace", "grace");

  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST),
                "\"seq\":%" G_GINT64_FORMAT ",\"chats\":[{\"chat\":\"grace\",\"last\":%s,"
                "\"unread\":%u}]",
                seq,
                message,
                last);
}

/* Four messages and the list of chats, in all orders of arrival, with each of the messages as the
 * last one of the list: each is in its place, and counted once. */
static void
test_list_in_any_order (Fixture *fixture, gconstpointer data)
{
  guint               order[THINGS] = { 0, 1, 2, 3, 4 };
  VisConversation    *grace = fixture_begin (fixture, 0);
  VisTimeline        *timeline = fixture_open_timeline (fixture, grace);
  g_autoptr (GString) expected = g_string_new (NULL);
  gint64              seq = 0;
  guint               n = 0;

  fixture_event_message (fixture, ++seq, ++n, "grace");
  g_string_append (expected, "Text 1");
  for (guint round = 0; round == 0 || fixture_permute (order, THINGS); round++)
    {
      guint in_list = round % THINGS;

      /* A read mark of a message that is not stored: the list is fetched. */
      fixture_event_mark (fixture, ++seq, "chat:read", "ada", 999999);
      fixture_flush (fixture);
      for (guint i = 0; i < THINGS; i++)
        {
          guint which = order[i] + 1;

          if (which == THINGS)
            answer_chats (fixture, seq + in_list, n + in_list);
          else
            fixture_event_message (fixture, seq + which, n + which, "grace");
          fixture_flush (fixture);
        }
      seq += THINGS - 1;
      for (guint i = 1; i < THINGS; i++)
        g_string_append_printf (expected, ",Text %u", ++n);
      if (fake_wire_count (fixture->wire, VIS_KIND_CHAT_LIST) > 0)
        answer_chats (fixture, seq, n);
      fixture_flush (fixture);
      g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
      fixture_assert_timeline (timeline, expected->str);
      g_assert_cmpuint (vis_conversation_get_unread (grace), ==, n);
      g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, seq);
    }
  g_assert_cmpuint (n, ==, 120 * (THINGS - 1) + 1);
  g_assert_cmpuint (fixture->received, ==, n);
}

/* An event that waits for a missing one is not counted: after a restart, the server sends both, in
 * their order. */
static void
test_swapped_then_killed (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);

  fixture_event_message (fixture, 11, 1, "grace");
  fixture_event_message (fixture, 13, 3, "grace");
  fixture_event_message (fixture, 14, 4, "grace");
  fixture_flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 11);

  fixture_close (fixture);
  fake_wire_disconnect (fixture->wire);
  fixture_open (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 11);
  fake_wire_connect (fixture->wire, 14, FALSE);
  fixture_event_message (fixture, 13, 3, "grace");
  fixture_event_message (fixture, 12, 2, "grace");
  fixture_event_message (fixture, 14, 4, "grace");
  fixture_answer_lists (fixture, NULL);
  grace = vis_chat_find (fixture->chat, "grace");
  fixture_assert_timeline (fixture_open_timeline (fixture, grace), "Text 1,Text 2,Text 3,Text 4");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 4);
  g_assert_cmpuint (fixture->received, ==, 4);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 14);

  /* A server with more events after a missing one than may wait: reset. */
  for (guint n = 0; n <= 1024; n++)
    fixture_event_message (fixture, 20 + n, 20 + n, "grace");
  fixture_answer_lists (fixture, "");
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 20 + 1024);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
}

static void
test_reset (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);
  VisTimeline     *timeline = fixture_open_timeline (fixture, grace);
  g_autofree char *last = json_message (200, "grace", "ada");

  for (guint n = 1; n <= 5; n++)
    fixture_event_message (fixture, 10 + n, n, "grace");
  fixture_flush (fixture);
  fake_wire_disconnect (fixture->wire);
  vis_chat_send (fixture->chat, grace, "later");
  fake_wire_connect_to_copy (fixture->wire, 900);
  fixture_flush (fixture);

  /* All messages stay until the server's list is there. */
  fixture_assert_timeline (timeline, "Text 1,Text 2,Text 3,Text 4,Text 5,later*");
  {
    g_autofree char *chats = g_strdup_printf ("{\"chat\":\"grace\",\"last\":%s,\"unread\":0,"
                                              "\"read\":\"00000000-0000-4000-8000-000000000199\"}",
                                              last);

    fixture_answer_lists (fixture, chats);
  }
  fixture_assert_timeline (timeline, "Text 200>,later*");
  {
    g_autofree char *first = json_message (199, "grace", "ada");
    g_autofree char *second = json_message (5, "grace", "grace");
    VisMessage      *request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY);

    fake_wire_ok (fixture->wire, request, "\"messages\":[%s,%s],\"more\":true", first, second);
  }
  fixture_flush (fixture);
  /* Below the first message that is the same on both sides, the history is the one from before. */
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_HISTORY), ==, 0);
  fixture_assert_timeline (timeline,
                           "Text 1,Text 2,Text 3,Text 4,Text 5,Text 199>>>,Text 200>,later*");
  g_assert_true (vis_timeline_get_complete (timeline));
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 0);
  fixture_accept (fixture, 901, 300);
  fixture_assert_timeline (timeline,
                           "Text 1,Text 2,Text 3,Text 4,Text 5,Text 199>>>,Text 200>,later>");
}

/* Connected before the store was read, with events. */
static void
test_early (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);

  fixture_event_message (fixture, 11, 1, "grace");
  fixture_close (fixture);
  fixture_open (fixture);
  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 12, FALSE);
  fixture_event_message (fixture, 12, 2, "grace");
  fixture_event_message (fixture, 13, 3, "grace");
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  fixture_answer_lists (fixture, NULL);
  grace = vis_chat_find (fixture->chat, "grace");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 3);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 13);
}

static void
test_lists_refused (Fixture *fixture, gconstpointer data)
{
  fake_wire_connect (fixture->wire, 10, FALSE);
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST), "unavailable");
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST), "unavailable");
  fixture_flush (fixture);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_SYNCING);
  manual_clock_advance (fixture->clock, 1000);
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST), "unknown_type");
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST),
                "\"contacts\":[" GRACE "," GRACE "]");
  fixture_flush (fixture);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
}

int
main (int argc, char *argv[])
{
  static const FixtureTest tests[] = {
    { "new-device", test_new_device },
    { "start-offline", test_start_offline },
    { "catch-up", test_catch_up },
    { "gap", test_gap },
    { "overtaking", test_overtaking },
    { "any-order", test_any_order },
    { "list-in-any-order", test_list_in_any_order },
    { "waiting-event-is-not-counted", test_swapped_then_killed },
    { "reset", test_reset },
    { "events-before-store-is-read", test_early },
    { "lists-refused", test_lists_refused },
  };

  g_test_init (&argc, &argv, NULL);

  fixture_add ("/chat/", tests, G_N_ELEMENTS (tests));

  return g_test_run ();
}
