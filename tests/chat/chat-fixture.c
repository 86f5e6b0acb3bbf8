/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "chat-fixture.h"

#include "counting-store.h"
#include "store-helpers.h"

static void
on_received (VisChat         *chat,
             VisConversation *conversation,
             VisChatMessage  *message,
             Fixture         *fixture)
{
  g_assert_false (vis_chat_message_get_outgoing (message));
  fixture->received++;
}

void
fixture_open (Fixture *fixture)
{
  fixture->chat =
    vis_chat_new ("ada", fixture->store, VIS_WIRE (fixture->wire), VIS_CLOCK (fixture->clock));
  g_signal_connect (fixture->chat, "received", G_CALLBACK (on_received), fixture);
}

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->store = counting_store_new (NULL);
  fixture->wire = fake_wire_new ();
  fixture->clock = manual_clock_new ();
  fixture_open (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
}

void
fixture_flush (Fixture *fixture)
{
  counting_store_settle (fixture->store);
}

void
fixture_close (Fixture *fixture)
{
  fixture_flush (fixture);
  g_assert_finalize_object (fixture->chat);
  fixture->chat = NULL;
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->chat != NULL)
    fixture_close (fixture);
  g_assert_cmpuint (manual_clock_count (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->wire);
  g_assert_finalize_object (fixture->store);
  g_assert_finalize_object (fixture->clock);
}

void
fixture_event_message (Fixture *fixture, gint64 seq, guint n, const char *from)
{
  g_autofree char *message = json_message (n, "grace", from);

  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:message\",\"seq\":%" G_GINT64_FORMAT
                   ",\"chat\":\"grace\",\"message\":%s}",
                   seq,
                   message);
}

void
fixture_event_mark (Fixture *fixture, gint64 seq, const char *type, const char *user, guint n)
{
  fake_wire_event (
    fixture->wire,
    "{\"type\":\"%s\",\"seq\":%" G_GINT64_FORMAT
    ",\"chat\":\"grace\",\"user\":\"%s\",\"message\":\"00000000-0000-4000-8000-%012u\"}",
    type,
    seq,
    user,
    n);
}

void
fixture_answer_lists (Fixture *fixture, const char *chats)
{
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST),
                "\"contacts\":[" GRACE "]");
  if (chats != NULL)
    fake_wire_ok (
      fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST), "\"chats\":[%s]", chats);
  fixture_flush (fixture);
}

VisConversation *
fixture_begin (Fixture *fixture, gint64 seq)
{
  fake_wire_connect (fixture->wire, seq, FALSE);
  fixture_answer_lists (fixture, "");
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
  return vis_chat_find (fixture->chat, "grace");
}

VisTimeline *
fixture_open_timeline (Fixture *fixture, VisConversation *conversation)
{
  VisTimeline *timeline = vis_conversation_get_timeline (conversation);

  fixture_flush (fixture);
  if (fake_wire_count (fixture->wire, VIS_KIND_CHAT_HISTORY) > 0)
    fake_wire_ok (fixture->wire,
                  fake_wire_find (fixture->wire, VIS_KIND_CHAT_HISTORY),
                  "\"messages\":[],\"more\":false");
  fixture_flush (fixture);
  g_assert_false (vis_timeline_get_loading (timeline));
  return timeline;
}

/* "1 2> 3>>": oldest first; the ticks of own messages. */
static char *
describe (VisTimeline *timeline)
{
  static const char *const ticks[] = { "", "*", ">", ">>", ">>>", "!" };
  GString                 *string = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (timeline)); i++)
    {
      VisChatMessage *message = vis_timeline_peek (timeline, i);

      g_string_append_printf (
        string,
        "%s%s%s%s",
        i > 0 ? "," : "",
        vis_chat_message_get_text (message) != NULL ? vis_chat_message_get_text (message) : "-",
        ticks[vis_chat_message_get_delivery (message)],
        vis_chat_message_get_deleted (message) ? "x" : "");
    }

  return g_string_free (string, FALSE);
}

void
fixture_assert_timeline (VisTimeline *timeline, const char *expected)
{
  g_autofree char *string = describe (timeline);

  g_assert_cmpstr (string, ==, expected);
}

void
fixture_accept (Fixture *fixture, gint64 seq, guint ts)
{
  VisMessage *request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND);
  VisMessage *draft = vis_message_get_object (request, VIS_FIELD_DRAFT);

  fake_wire_ok (fixture->wire,
                request,
                "\"seq\":%" G_GINT64_FORMAT ",\"message\":{\"id\":\"%s\",\"chat\":\"%s\","
                "\"from\":\"ada\",\"ts\":%u,\"kind\":\"text\",\"text\":\"%s\"}",
                seq,
                vis_message_get_string (draft, VIS_FIELD_ID),
                vis_message_get_string (request, VIS_FIELD_CHAT),
                ts,
                vis_message_get_string (draft, VIS_FIELD_TEXT));
  fixture_flush (fixture);
}

void
fixture_event_contact (Fixture *fixture, gint64 seq, const char *user, const char *state)
{
  fake_wire_event (fixture->wire,
                   "{\"type\":\"contact:changed\",\"seq\":%" G_GINT64_FORMAT
                   ",\"contact\":{\"user\":\"%s\",\"state\":\"%s\"}}",
                   seq,
                   user,
                   state);
  fixture_flush (fixture);
}

gboolean
fixture_permute (guint *order, guint n)
{
  int   i = (int) n - 2;
  int   j = (int) n - 1;
  guint swapped;

  while (i >= 0 && order[i] > order[i + 1])
    i--;
  if (i < 0)
    return FALSE;
  while (order[j] < order[i])
    j--;
  swapped = order[i];
  order[i] = order[j];
  order[j] = swapped;
  for (int left = i + 1, right = (int) n - 1; left < right; left++, right--)
    {
      swapped = order[left];
      order[left] = order[right];
      order[right] = swapped;
    }
  return TRUE;
}

void
fixture_add (const char *prefix, const FixtureTest *tests, guint n_tests)
{
  for (guint i = 0; i < n_tests; i++)
    {
      g_autofree char *path = g_strconcat (prefix, tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, fixture_set_up, tests[i].func, fixture_tear_down);
    }
}
