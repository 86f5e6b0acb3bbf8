/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* What is received, read and loaded in one conversation. */

#include "chat-fixture.h"
#include "store-helpers.h"

static void
test_receive (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);
  VisTimeline     *timeline = fixture_open_timeline (fixture, grace);
  VisMessage      *request;

  fixture_event_message (fixture, 11, 1, "grace");
  fixture_event_message (fixture, 11, 1, "grace");
  fixture_event_message (fixture, 12, 1, "grace");
  fixture_event_message (fixture, 5, 7, "grace");
  fixture_event_message (fixture, 13, 2, "alan"); /* of a third person */
  fixture_event_message (fixture, 14, 3, "ada");  /* from another device */
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 1,Text 3>");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);
  g_assert_cmpuint (fixture->received, ==, 1);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 14);

  request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELIVERED);
  g_assert_cmpuint (id_to_number (vis_message_get_string (request, VIS_FIELD_MESSAGE_ID)), ==, 1);
  fake_wire_ok (fixture->wire, request, "\"seq\":15");
  fixture_flush (fixture);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 15);
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_DELIVERED), ==, 0);

  /* A message of a user who is no contact is shown: the server allowed it. */
  {
    g_autofree char *message = json_message (9, "kurt", "kurt");

    fake_wire_event (fixture->wire,
                     "{\"type\":\"chat:message\",\"seq\":16,\"chat\":\"kurt\",\"message\":%s}",
                     message);
    fake_wire_event (
      fixture->wire,
      "{\"type\":\"chat:message\",\"seq\":17,\"chat\":\"#00000000-0000-4000-8000-000000000001\","
      "\"message\":%s}",
      message);
    fake_wire_event (fixture->wire,
                     "{\"type\":\"chat:message\",\"seq\":18,\"chat\":\"ada\",\"message\":%s}",
                     message);
  }
  fixture_flush (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (vis_chat_get_conversations (fixture->chat)), ==, 2);
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), ==, 2);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 18);
}

static void
test_calls (Fixture *fixture, gconstpointer data)
{
  static const char *const outcomes[] = { "missed", "answered" };
  VisConversation         *grace = fixture_begin (fixture, 10);
  VisTimeline             *timeline = fixture_open_timeline (fixture, grace);
  VisChatMessage          *message;

  for (guint i = 0; i < 2; i++)
    fake_wire_event (
      fixture->wire,
      "{\"type\":\"chat:message\",\"seq\":%u,\"chat\":\"grace\",\"message\":{\"id\":"
      "\"00000000-0000-4000-8000-%012u\",\"chat\":\"grace\",\"from\":\"grace\",\"ts\":5,"
      "\"kind\":\"call\",\"call\":{\"id\":\"00000000-0000-4000-8000-000000000077\","
      "\"media\":\"video\",\"outcome\":\"%s\",\"duration_ms\":61500}}}",
      11 + i,
      i,
      outcomes[i]);
  fixture_flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);
  message = vis_timeline_peek (timeline, 1);
  g_assert_cmpint (vis_chat_message_get_kind (message), ==, VIS_MESSAGE_CALL);
  g_assert_cmpstr (vis_chat_message_get_call_outcome (message), ==, "answered");
  g_assert_true (vis_chat_message_get_call_video (message));
  g_assert_cmpuint (vis_chat_message_get_call_duration (message), ==, 61);
  g_assert_null (vis_chat_message_get_text (message));
}

static void
test_read (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);
  VisMessage      *request;

  for (guint n = 1; n <= 4; n++)
    fixture_event_message (fixture, 10 + n, n, "grace");
  fixture_flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 4);

  /* Read marks of another device, which do not move backwards. */
  fixture_event_mark (fixture, 15, "chat:read", "ada", 3);
  fixture_event_mark (fixture, 16, "chat:read", "ada", 2);
  fixture_flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);

  vis_chat_mark_read (fixture->chat, grace);
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), ==, 0);
  vis_chat_mark_read (fixture->chat, grace);
  fake_wire_ok (fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELIVERED), " ");
  fixture_flush (fixture);
  if (fake_wire_count (fixture->wire, VIS_KIND_CHAT_DELIVERED) > 0)
    fake_wire_ok (fixture->wire, fake_wire_find (fixture->wire, VIS_KIND_CHAT_DELIVERED), " ");
  request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_READ);
  g_assert_cmpuint (id_to_number (vis_message_get_string (request, VIS_FIELD_MESSAGE_ID)), ==, 4);
  fake_wire_ok (fixture->wire, request, " ");
  fixture_event_mark (fixture, 17, "chat:read", "ada", 4);
  fixture_flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 0);
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_READ), ==, 0);

  /* A read mark of a message that is not stored: the list is fetched. */
  fixture_event_message (fixture, 18, 5, "grace");
  fixture_event_mark (fixture, 19, "chat:read", "ada", 77);
  {
    g_autofree char *last = json_message (5, "grace", "grace");

    fake_wire_ok (fixture->wire,
                  fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST),
                  "\"chats\":[{\"chat\":\"grace\",\"last\":%s,\"unread\":0}]",
                  last);
  }
  fixture_flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 0);
}

/* Unknown events of a newer server are counted. */
static void
test_newer_server (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);
  VisTimeline     *timeline = fixture_open_timeline (fixture, grace);

  fixture_event_message (fixture, 11, 1, "grace");
  fake_wire_event (fixture->wire, "{\"type\":\"chat:pinned\",\"seq\":12,\"chat\":[]}");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:read\",\"seq\":13,\"chat\":\"grace\",\"user\":\"grace\"}");
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
  fixture_event_message (fixture, 14, 2, "grace");
  fixture_flush (fixture);
  manual_clock_advance (fixture->clock, 20000);
  fixture_assert_timeline (timeline, "Text 1,Text 2");
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 14);
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_LIST), ==, 0);
}

static void
test_pages_of_chats (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = json_message (1, "grace", "grace");
  g_autofree char *two = json_message (2, "kurt", "kurt");
  VisMessage      *request;

  fixture_begin (fixture, 10);
  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 20, TRUE);
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST),
                "\"chats\":[{\"chat\":\"grace\",\"last\":%s,\"unread\":1}],\"more\":true",
                one);
  request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST);
  g_assert_cmpstr (vis_message_get_string (request, VIS_FIELD_AFTER), ==, "grace");
  fake_wire_ok (fixture->wire,
                request,
                "\"chats\":[{\"chat\":\"kurt\",\"last\":%s,\"unread\":1}],\"more\":false",
                two);
  fixture_flush (fixture);
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_LIST), ==, 0);
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), ==, 2);
}

static void
answer_history (Fixture *fixture, guint total)
{
  VisMessage         *request = fake_wire_find (fixture->wire, VIS_KIND_CHAT_HISTORY);
  g_autoptr (GString) messages = g_string_new (NULL);
  guint               newest = total;
  guint               count = 0;

  if (request == NULL)
    return;
  if (vis_message_has (request, VIS_FIELD_BEFORE))
    newest = id_to_number (vis_message_get_string (request, VIS_FIELD_BEFORE)) - 1;
  for (guint n = newest; n > 0 && count < vis_message_get_integer (request, VIS_FIELD_LIMIT); n--)
    {
      g_autofree char *message = json_message (n, "grace", n % 3 == 0 ? "ada" : "grace");

      g_string_append_printf (messages, "%s%s", count++ > 0 ? "," : "", message);
    }
  fake_wire_ok (fixture->wire,
                request,
                "\"messages\":[%s],\"more\":%s",
                messages->str,
                newest > count ? "true" : "false");
}

static void
count_changes (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  g_assert_cmpuint (removed, ==, 0);
  g_assert_cmpuint (position, ==, 0);
  (*(guint *) data)++;
}

static void
scroll_to_the_top (Fixture *fixture, VisTimeline *timeline, guint total)
{
  gint64 end = g_get_monotonic_time () + 20 * PATIENCE_US;

  while (!vis_timeline_get_complete (timeline))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      vis_timeline_load_older (timeline);
      answer_history (fixture, total);
      g_main_context_iteration (NULL, FALSE);
    }
  WAIT_FOR (!vis_timeline_get_loading (timeline));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, total);
  for (guint i = 0; i < total; i++)
    g_assert_cmpuint (
      id_to_number (vis_chat_message_get_id (vis_timeline_peek (timeline, i))), ==, i + 1);
}

/* Ten thousand messages: paged from the server, and after a restart from the store alone. */
static void
test_paging (Fixture *fixture, gconstpointer data)
{
  guint            total = 10000;
  guint            changes = 0;
  g_autofree char *last = json_message (total, "grace", "grace");
  g_autofree char *chats =
    g_strdup_printf ("{\"chat\":\"grace\",\"last\":%s,\"unread\":100}", last);
  VisConversation *grace;

  fake_wire_connect (fixture->wire, 57, FALSE);
  fixture_answer_lists (fixture, chats);
  grace = vis_chat_find (fixture->chat, "grace");
  scroll_to_the_top (fixture, vis_conversation_get_timeline (grace), total);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 100);

  fake_wire_disconnect (fixture->wire);
  fixture_close (fixture);
  fixture_open (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  grace = vis_chat_find (fixture->chat, "grace");
  g_signal_connect (
    vis_conversation_peek_timeline (grace), "items-changed", G_CALLBACK (count_changes), &changes);
  scroll_to_the_top (fixture, vis_conversation_get_timeline (grace), total);
  g_assert_cmpuint (changes, ==, (total + 63) / 64);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 100);
}

/* A server that says `more` without messages, or always sends the same ones. */
static void
test_paging_nonsense (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);
  VisTimeline     *timeline;
  g_autofree char *same = json_message (1, "grace", "grace");
  guint            asked = 0;

  fixture_event_message (fixture, 11, 1, "grace");
  fixture_flush (fixture);
  timeline = vis_conversation_get_timeline (grace);
  fixture_flush (fixture);
  while (vis_timeline_get_loading (timeline))
    {
      fake_wire_ok (fixture->wire,
                    fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY),
                    "\"messages\":[%s,%s],\"more\":true",
                    same,
                    same);
      fixture_flush (fixture);
      g_assert_cmpuint (++asked, <, 10);
    }
  fixture_assert_timeline (timeline, "Text 1");
  vis_timeline_load_older (timeline);
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY), "unavailable");
  WAIT_FOR (!vis_timeline_get_loading (timeline));
  vis_timeline_load_older (timeline);
  fake_wire_ok (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY), "\"more\":true");
  fixture_flush (fixture);
  WAIT_FOR (!vis_timeline_get_loading (timeline));
  g_assert_true (vis_timeline_get_complete (timeline));
}

int
main (int argc, char *argv[])
{
  static const FixtureTest tests[] = {
    { "receive", test_receive },
    { "calls", test_calls },
    { "read", test_read },
    { "pages-of-chats", test_pages_of_chats },
    { "paging", test_paging },
    { "paging-without-progress", test_paging_nonsense },
    { "newer-server", test_newer_server },
  };

  g_test_init (&argc, &argv, NULL);

  fixture_add ("/chat/", tests, G_N_ELEMENTS (tests));

  return g_test_run ();
}
