/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "fake-wire.h"
#include "manual-clock.h"
#include "store-helpers.h"
#include "vis-chat-private.h"
#include "vis-error.h"
#include "vis-protocol-error.h"
#include "vis-sqlite-store.h"
#include "vis-timeline-private.h"

#define PATIENCE_US (30 * G_USEC_PER_SEC)

/* Iterates until something is true. */
#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 end_ = g_get_monotonic_time () + PATIENCE_US;                                           \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (g_get_monotonic_time () > end_)                                                        \
          g_error ("%s:%d: %s did not come true", __FILE__, __LINE__, #condition);                 \
        if (!g_main_context_iteration (NULL, FALSE))                                               \
          g_usleep (100);                                                                          \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

typedef struct
{
  VisStore    *store;
  FakeWire    *wire;
  ManualClock *clock;
  VisChat     *chat;
  guint        received;
} Fixture;

static void
on_received (VisChat         *chat,
             VisConversation *conversation,
             VisChatMessage  *message,
             Fixture         *fixture)
{
  g_assert_false (vis_chat_message_get_outgoing (message));
  fixture->received++;
}

static void
open_chat (Fixture *fixture)
{
  fixture->chat =
    vis_chat_new ("ada", fixture->store, VIS_WIRE (fixture->wire), VIS_CLOCK (fixture->clock));
  g_signal_connect (fixture->chat, "received", G_CALLBACK (on_received), fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->store = vis_sqlite_store_new (NULL);
  fixture->wire = fake_wire_new ();
  fixture->clock = manual_clock_new ();
  open_chat (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
}

/* All edits so far are shown; those that they lead to as well. */
static void
flush (Fixture *fixture)
{
  for (guint i = 0; i < 3; i++)
    vis_store_contents_free (store_load (fixture->store));
}

static void
close_chat (Fixture *fixture)
{
  flush (fixture);
  g_assert_finalize_object (fixture->chat);
  fixture->chat = NULL;
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->chat != NULL)
    close_chat (fixture);
  g_assert_cmpuint (manual_clock_count (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->wire);
  g_assert_finalize_object (fixture->store);
  g_assert_finalize_object (fixture->clock);
}

#define GRACE "{\"user\":\"grace\",\"name\":\"Grace\",\"state\":\"mutual\",\"presence\":\"online\"}"

static char *
json_message (guint n, const char *chat, const char *from)
{
  return g_strdup_printf (
    "{\"id\":\"00000000-0000-4000-8000-%012u\",\"chat\":\"%s\",\"from\":\"%s\","
    "\"ts\":%u,\"kind\":\"text\",\"text\":\"Text %u\"}",
    n,
    chat,
    from,
    n,
    n);
}

static void
event_message (Fixture *fixture, gint64 seq, guint n, const char *from)
{
  g_autofree char *message = json_message (n, "grace", from);

  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:message\",\"seq\":%" G_GINT64_FORMAT
                   ",\"chat\":\"grace\",\"message\":%s}",
                   seq,
                   message);
}

static void
event_mark (Fixture *fixture, gint64 seq, const char *type, const char *user, guint n)
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

/* Of a kind that this version does not know, or of none at all where it lacks the rest. */
static char *
json_unknown (guint n, const char *fields)
{
  return g_strdup_printf ("{\"id\":\"00000000-0000-4000-8000-%012u\",\"chat\":\"grace\",\"from\":"
                          "\"grace\"%s}",
                          n,
                          fields);
}

/* Answers both lists, the second one with @chats. */
static void
answer_lists (Fixture *fixture, const char *chats)
{
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST),
                "\"contacts\":[" GRACE "]");
  if (chats != NULL)
    fake_wire_ok (
      fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST), "\"chats\":[%s]", chats);
  flush (fixture);
}

/* A device that knows of Grace and has nothing to catch up with. */
static VisConversation *
begin (Fixture *fixture, gint64 seq)
{
  fake_wire_connect (fixture->wire, seq, FALSE);
  answer_lists (fixture, "");
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_ONLINE);
  return vis_chat_find (fixture->chat, "grace");
}

static VisTimeline *
open_timeline (Fixture *fixture, VisConversation *conversation)
{
  VisTimeline *timeline = vis_conversation_get_timeline (conversation);

  flush (fixture);
  if (fake_wire_count (fixture->wire, VIS_KIND_CHAT_HISTORY) > 0)
    fake_wire_ok (fixture->wire,
                  fake_wire_find (fixture->wire, VIS_KIND_CHAT_HISTORY),
                  "\"messages\":[],\"more\":false");
  flush (fixture);
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

static void
assert_timeline (VisTimeline *timeline, const char *expected)
{
  g_autofree char *string = describe (timeline);

  g_assert_cmpstr (string, ==, expected);
}

static const char *
text_of_draft (VisMessage *request)
{
  return vis_message_get_string (vis_message_get_object (request, VIS_FIELD_DRAFT), VIS_FIELD_TEXT);
}

/* The server takes a message, at @ts. */
static void
accept (Fixture *fixture, gint64 seq, guint ts)
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
  flush (fixture);
}

/* The wire speaks of somebody while the list that names them is on its way to the disk. */
static void
test_presence_overtakes (Fixture *fixture, gconstpointer data)
{
  VisContact *contact;

  fake_wire_connect (fixture->wire, 5, FALSE);
  fake_wire_ok (
    fixture->wire,
    fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST),
    "\"contacts\":[{\"user\":\"grace\",\"state\":\"mutual\",\"presence\":\"offline\"}]");
  /* The answer is heard, and may or may not be on the disk yet. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  fake_wire_event (fixture->wire,
                   "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"online\"}");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"contact:changed\",\"seq\":6,\"contact\":{\"user\":\"kurt\","
                   "\"state\":\"mutual\"}}");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"presence\",\"user\":\"kurt\",\"presence\":\"online\"}");
  flush (fixture);

  contact = vis_conversation_get_contact (vis_chat_find (fixture->chat, "grace"));
  g_assert_cmpint (vis_contact_get_presence (contact), ==, VIS_PRESENCE_ONLINE);
  contact = vis_conversation_get_contact (vis_chat_find (fixture->chat, "kurt"));
  g_assert_cmpint (vis_contact_get_presence (contact), ==, VIS_PRESENCE_ONLINE);

  fake_wire_disconnect (fixture->wire);
  g_assert_cmpint (vis_contact_get_presence (contact), ==, VIS_PRESENCE_OFFLINE);
}

static void
test_new_device (Fixture *fixture, gconstpointer data)
{
  g_autofree char *last = json_message (100, "grace", "grace");
  g_autofree char *chats = g_strdup_printf ("{\"chat\":\"grace\",\"last\":%s,\"unread\":2}", last);
  GListModel      *model = vis_chat_get_conversations (fixture->chat);
  VisConversation *grace;
  VisTimeline     *timeline;

  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_OFFLINE);
  fake_wire_set_state (fixture->wire, VIS_WIRE_CONNECTING);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_CONNECTING);
  fake_wire_connect (fixture->wire, 57, FALSE);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_SYNCING);
  g_assert_cmpstr (vis_chat_get_name (fixture->chat), ==, "Ada");
  answer_lists (fixture, chats);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_ONLINE);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 57);

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 1);
  grace = vis_chat_find (fixture->chat, "grace");
  g_assert_cmpstr (vis_chat_name_of (fixture->chat, "grace"), ==, "Grace");
  g_assert_cmpint (
    vis_contact_get_presence (vis_conversation_get_contact (grace)), ==, VIS_PRESENCE_ONLINE);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 2);
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), ==, 2);
  g_assert_cmpuint (fixture->received, ==, 0);

  /* The first look shows what is here and asks for what is before it. */
  timeline = vis_conversation_get_timeline (grace);
  g_assert_true (vis_timeline_get_loading (timeline));
  {
    VisMessage      *request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY);
    g_autofree char *before = message_id (100);
    g_autofree char *first = json_message (99, "grace", "ada");
    g_autofree char *second = json_message (98, "grace", "grace");
    g_autofree char *foreign = json_message (97, "alan", "alan");
    g_autofree char *third = json_message (96, "grace", "alan");

    assert_timeline (timeline, "Text 100");
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
  flush (fixture);
  assert_timeline (timeline, "Text 98,Text 99>,Text 100");
  g_assert_false (vis_timeline_get_loading (timeline));
  g_assert_true (vis_timeline_get_complete (timeline));
}

static void
test_receive (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  VisTimeline     *timeline = open_timeline (fixture, grace);
  VisMessage      *request;

  event_message (fixture, 11, 1, "grace");
  event_message (fixture, 11, 1, "grace");
  event_message (fixture, 12, 1, "grace");
  event_message (fixture, 5, 7, "grace");
  event_message (fixture, 13, 2, "alan"); /* a third person */
  event_message (fixture, 14, 3, "ada");  /* another device of this person */
  flush (fixture);
  assert_timeline (timeline, "Text 1,Text 3>");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);
  g_assert_cmpuint (fixture->received, ==, 1);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 14);

  request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELIVERED);
  g_assert_cmpuint (id_to_number (vis_message_get_string (request, VIS_FIELD_MESSAGE_ID)), ==, 1);
  fake_wire_ok (fixture->wire, request, "\"seq\":15");
  flush (fixture);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 15);
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_DELIVERED), ==, 0);

  /* Somebody who is no contact: shown, since the server let it pass. */
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
  flush (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (vis_chat_get_conversations (fixture->chat)), ==, 2);
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), ==, 2);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 18);
}

static void
test_calls (Fixture *fixture, gconstpointer data)
{
  static const char *const outcomes[] = { "missed", "answered" };
  VisConversation         *grace = begin (fixture, 10);
  VisTimeline             *timeline = open_timeline (fixture, grace);
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
  flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);
  message = vis_timeline_peek (timeline, 1);
  g_assert_cmpint (vis_chat_message_get_kind (message), ==, VIS_MESSAGE_CALL);
  g_assert_cmpstr (vis_chat_message_get_call_outcome (message), ==, "answered");
  g_assert_true (vis_chat_message_get_call_video (message));
  g_assert_cmpuint (vis_chat_message_get_call_duration (message), ==, 61);
  g_assert_null (vis_chat_message_get_text (message));
}

static void
test_send (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  VisTimeline     *timeline = open_timeline (fixture, grace);
  VisChatMessage  *first;
  g_autofree char *id = NULL;

  vis_chat_send (fixture->chat, grace, "  \n ");
  g_assert_null (vis_conversation_get_last_message (grace));
  vis_chat_send (fixture->chat, grace, "one");
  vis_chat_send (fixture->chat, grace, "two");
  assert_timeline (timeline, "one*,two*");
  first = vis_timeline_peek (timeline, 0);
  id = g_strdup (vis_chat_message_get_id (first));

  /* Another message of Grace comes between: the order in the end is the server's. */
  g_assert_cmpstr (text_of_draft (fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND)), ==, "one");
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_SEND), ==, 1);
  event_message (fixture, 11, 1, "grace");
  flush (fixture);
  assert_timeline (timeline, "Text 1,one*,two*");
  accept (fixture, 12, 20);
  assert_timeline (timeline, "Text 1,one>,two*");
  event_message (fixture, 13, 2, "grace");
  flush (fixture);
  assert_timeline (timeline, "Text 1,one>,Text 2,two*");
  accept (fixture, 14, 21);
  fake_wire_ok (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELIVERED), "\"seq\":15");
  flush (fixture);
  assert_timeline (timeline, "Text 1,one>,Text 2,two>");
  g_assert_true (vis_timeline_peek (timeline, 1) == first);
  g_assert_cmpint (vis_chat_message_get_ts (first), ==, 20);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 15);
  g_assert_true (vis_conversation_get_last_message (grace) == vis_timeline_peek (timeline, 3));

  /* Ticks. */
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:delivered\",\"seq\":16,\"chat\":\"grace\",\"user\":\"grace\","
                   "\"message\":\"%s\"}",
                   vis_chat_message_get_id (vis_timeline_peek (timeline, 3)));
  flush (fixture);
  assert_timeline (timeline, "Text 1,one>>,Text 2,two>>");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:read\",\"seq\":17,\"chat\":\"grace\",\"user\":\"grace\","
                   "\"message\":\"%s\"}",
                   id);
  flush (fixture);
  assert_timeline (timeline, "Text 1,one>>>,Text 2,two>>");
  event_mark (fixture, 18, "chat:read", "alan", 2);
  event_mark (fixture, 19, "chat:read", "grace", 999);
  event_mark (fixture, 20, "chat:delivered", "ada", 2);
  flush (fixture);
  assert_timeline (timeline, "Text 1,one>>>,Text 2,two>>");
}

static void
test_send_long (Fixture *fixture, gconstpointer data)
{
  VisConversation    *grace = begin (fixture, 10);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 8001; i++)
    g_string_append (text, "\xf0\x9f\x98\x80");
  vis_chat_send (fixture->chat, grace, text->str);
  g_assert_cmpint (
    g_utf8_strlen (text_of_draft (fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND)), -1),
    ==,
    8000);
  accept (fixture, 11, 1);
  g_assert_cmpint (
    g_utf8_strlen (text_of_draft (fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND)), -1),
    ==,
    1);
}

/* Written while offline, the program closed, opened, connected, lost in the middle of sending. */
static void
test_offline (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  VisTimeline     *timeline;
  g_autofree char *id = NULL;

  fake_wire_disconnect (fixture->wire);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_OFFLINE);
  g_assert_cmpint (
    vis_contact_get_presence (vis_conversation_get_contact (grace)), ==, VIS_PRESENCE_OFFLINE);
  vis_chat_send (fixture->chat, grace, "one");
  vis_chat_send (fixture->chat, grace, "two");
  close_chat (fixture);
  open_chat (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  grace = vis_chat_find (fixture->chat, "grace");
  g_assert_nonnull (grace);
  g_assert_cmpstr (
    vis_chat_message_get_text (vis_conversation_get_last_message (grace)), ==, "two");
  timeline = vis_conversation_get_timeline (grace);
  flush (fixture);
  assert_timeline (timeline, "one*,two*");
  g_assert_false (vis_timeline_get_loading (timeline));

  fake_wire_connect (fixture->wire, 10, FALSE);
  answer_lists (fixture, NULL);
  id = g_strdup (vis_message_get_string (
    vis_message_get_object (fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND), VIS_FIELD_DRAFT),
    VIS_FIELD_ID));

  /* The server took it, but the answer is lost. It is told as an event, or asked again: the same.
   */
  fake_wire_disconnect (fixture->wire);
  flush (fixture);
  assert_timeline (timeline, "one*,two*");
  fake_wire_connect (fixture->wire, 11, FALSE);
  g_assert_cmpstr (vis_message_get_string (
                     vis_message_get_object (fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND),
                                             VIS_FIELD_DRAFT),
                     VIS_FIELD_ID),
                   ==,
                   id);
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:message\",\"seq\":11,\"chat\":\"grace\",\"message\":{\"id\":"
                   "\"%s\",\"chat\":\"grace\",\"from\":\"ada\",\"ts\":5,\"kind\":\"text\","
                   "\"text\":\"one\"}}",
                   id);
  answer_lists (fixture, NULL);
  assert_timeline (timeline, "one>,two*");
  accept (fixture, 11, 5);
  assert_timeline (timeline, "one>,two*");
  accept (fixture, 12, 6);
  assert_timeline (timeline, "one>,two>");
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_SEND), ==, 0);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 12);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_ONLINE);
}

static void
on_deleted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(int *) data = vis_chat_delete_finish (VIS_CHAT (source), result, &error) ? 1 : -1;
}

static void delete (
  Fixture *fixture, VisConversation *conversation, guint index, gboolean all, int expected)
{
  int done = 0;

  vis_chat_delete_async (fixture->chat,
                         conversation,
                         vis_timeline_peek (vis_conversation_get_timeline (conversation), index),
                         all,
                         NULL,
                         on_deleted,
                         &done);
  WAIT_FOR (done != 0);
  g_assert_cmpint (done, ==, expected);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  VisTimeline     *timeline = open_timeline (fixture, grace);

  vis_chat_send (fixture->chat, grace, "one");
  vis_chat_send (fixture->chat, grace, "two");
  vis_chat_send (fixture->chat, grace, "three");
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND), "rate_limited");
  flush (fixture);
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_SEND), ==, 0);
  assert_timeline (timeline, "one*,two*,three*");
  manual_clock_advance (fixture->clock, 1000);
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND), "forbidden");
  flush (fixture);
  assert_timeline (timeline, "one!,two*,three*");

  /* What waits is simply not sent; what is on its way is deleted behind itself; what was refused
   * goes without the server. */
  delete (fixture, grace, 2, FALSE, 1);
  delete (fixture, grace, 1, TRUE, 1);
  delete (fixture, grace, 0, TRUE, 1);
  assert_timeline (timeline, "");
  g_assert_null (vis_conversation_get_last_message (grace));
  accept (fixture, 11, 5);
  assert_timeline (timeline, "");
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_SEND), ==, 0);
  g_assert_cmpstr (
    vis_message_get_string (fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELETE), VIS_FIELD_FOR),
    ==,
    "everyone");
}

static void
test_delete (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  VisTimeline     *timeline = open_timeline (fixture, grace);
  VisMessage      *request;

  for (guint n = 1; n <= 5; n++)
    event_message (fixture, 10 + n, n, n % 2 == 0 ? "ada" : "grace");
  flush (fixture);
  assert_timeline (timeline, "Text 1,Text 2>,Text 3,Text 4>,Text 5");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 3);
  fake_wire_ok (fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELIVERED), " ");
  flush (fixture);
  if (fake_wire_count (fixture->wire, VIS_KIND_CHAT_DELIVERED) > 0)
    fake_wire_ok (fixture->wire, fake_wire_find (fixture->wire, VIS_KIND_CHAT_DELIVERED), " ");
  flush (fixture);

  delete (fixture, grace, 4, TRUE, -1);
  delete (fixture, grace, 4, FALSE, 1);
  delete (fixture, grace, 1, TRUE, 1);
  assert_timeline (timeline, "Text 1,->x,Text 3,Text 4>");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 2);
  request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELETE);
  g_assert_cmpstr (vis_message_get_string (request, VIS_FIELD_FOR), ==, "me");
  fake_wire_refuse (fixture->wire, request, "not_found");
  flush (fixture);
  request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELETE);
  g_assert_cmpstr (vis_message_get_string (request, VIS_FIELD_FOR), ==, "everyone");
  g_assert_cmpuint (id_to_number (vis_message_get_string (request, VIS_FIELD_MESSAGE_ID)), ==, 2);
  fake_wire_ok (fixture->wire, request, "\"seq\":16");

  /* From elsewhere. */
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:deleted\",\"seq\":17,\"chat\":\"grace\",\"message\":"
                   "\"00000000-0000-4000-8000-000000000003\",\"for\":\"everyone\"}");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:deleted\",\"seq\":18,\"chat\":\"grace\",\"message\":"
                   "\"00000000-0000-4000-8000-000000000004\",\"for\":\"me\"}");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:deleted\",\"seq\":19,\"chat\":\"alan\",\"message\":"
                   "\"00000000-0000-4000-8000-000000000004\",\"for\":\"me\"}");
  flush (fixture);
  assert_timeline (timeline, "Text 1,->x,-x");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);
  fake_wire_event (fixture->wire, "{\"type\":\"chat:cleared\",\"seq\":20,\"chat\":\"grace\"}");
  flush (fixture);
  assert_timeline (timeline, "");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 0);
  g_assert_null (vis_conversation_get_last_message (grace));
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 20);
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = vis_chat_clear_finish (VIS_CHAT (source), result, NULL);
}

static void
test_clear (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  VisTimeline     *timeline = open_timeline (fixture, grace);
  VisMessage      *clearing;
  gboolean         done = FALSE;

  event_message (fixture, 11, 1, "ada");
  vis_chat_send (fixture->chat, grace, "on its way");
  vis_chat_send (fixture->chat, grace, "waits");
  fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND);
  flush (fixture);
  /* One more, which is not stored yet when all is cleared. */
  vis_chat_send (fixture->chat, grace, "on its way to the disk");
  vis_chat_clear_async (fixture->chat, grace, NULL, on_cleared, &done);
  WAIT_FOR (done);
  assert_timeline (timeline, "");
  accept (fixture, 12, 9);
  assert_timeline (timeline, "");
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_SEND), ==, 0);
  clearing = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_CLEAR);
  g_assert_cmpstr (vis_message_get_string (clearing, VIS_FIELD_MESSAGE_ID),
                   ==,
                   "00000000-0000-4000-8000-000000000001");
  fake_wire_ok (fixture->wire, clearing, "\"seq\":13");
  event_message (fixture, 14, 2, "grace");
  event_message (fixture, 15, 3, "grace");
  flush (fixture);
  assert_timeline (timeline, "Text 2,Text 3");

  /* Another device clears what it had. */
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:cleared\",\"seq\":16,\"chat\":\"grace\","
                   "\"message\":\"00000000-0000-4000-8000-000000000002\"}");
  flush (fixture);
  assert_timeline (timeline, "Text 3");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);
}

static void
test_read (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  VisMessage      *request;

  for (guint n = 1; n <= 4; n++)
    event_message (fixture, 10 + n, n, "grace");
  flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 4);

  /* Read on another device, as far as that goes. */
  event_mark (fixture, 15, "chat:read", "ada", 3);
  event_mark (fixture, 16, "chat:read", "ada", 2);
  flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);

  vis_chat_mark_read (fixture->chat, grace);
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), ==, 0);
  vis_chat_mark_read (fixture->chat, grace);
  fake_wire_ok (fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELIVERED), " ");
  flush (fixture);
  if (fake_wire_count (fixture->wire, VIS_KIND_CHAT_DELIVERED) > 0)
    fake_wire_ok (fixture->wire, fake_wire_find (fixture->wire, VIS_KIND_CHAT_DELIVERED), " ");
  request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_READ);
  g_assert_cmpuint (id_to_number (vis_message_get_string (request, VIS_FIELD_MESSAGE_ID)), ==, 4);
  fake_wire_ok (fixture->wire, request, " ");
  event_mark (fixture, 17, "chat:read", "ada", 4);
  flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 0);
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_READ), ==, 0);

  /* A message that is not here: the server's list knows better. */
  event_message (fixture, 18, 5, "grace");
  event_mark (fixture, 19, "chat:read", "ada", 77);
  {
    g_autofree char *last = json_message (5, "grace", "grace");

    fake_wire_ok (fixture->wire,
                  fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST),
                  "\"chats\":[{\"chat\":\"grace\",\"last\":%s,\"unread\":0}]",
                  last);
  }
  flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 0);
}

static void
test_typing (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  const char      *on =
    "{\"type\":\"chat:typing\",\"chat\":\"grace\",\"user\":\"grace\",\"typing\":true}";

  fake_wire_event (fixture->wire, "%s", on);
  g_assert_true (vis_conversation_get_typing (grace));
  manual_clock_advance (fixture->clock, 5000);
  fake_wire_event (fixture->wire, "%s", on);
  manual_clock_advance (fixture->clock, 5900);
  g_assert_true (vis_conversation_get_typing (grace));
  manual_clock_advance (fixture->clock, 100);
  g_assert_false (vis_conversation_get_typing (grace));
  fake_wire_event (fixture->wire, "%s", on);
  fake_wire_event (fixture->wire, "{\"type\":\"chat:typing\",\"chat\":\"grace\",\"typing\":false}");
  g_assert_false (vis_conversation_get_typing (grace));
  fake_wire_event (fixture->wire, "{\"type\":\"chat:typing\",\"chat\":\"kurt\",\"typing\":true}");
  fake_wire_event (fixture->wire, "%s", on);
  event_message (fixture, 11, 1, "grace");
  flush (fixture);
  g_assert_false (vis_conversation_get_typing (grace));
  fake_wire_event (fixture->wire, "%s", on);

  /* Own typing is told now and then, and its end once. */
  for (guint i = 0; i < 30; i++)
    {
      vis_chat_set_typing (fixture->chat, grace, TRUE);
      manual_clock_advance (fixture->clock, 200);
    }
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_TYPING), ==, 2);
  vis_chat_send (fixture->chat, grace, "done");
  vis_chat_set_typing (fixture->chat, grace, FALSE);
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_TYPING), ==, 3);
  fake_wire_disconnect (fixture->wire);
  g_assert_false (vis_conversation_get_typing (grace));
  vis_chat_set_typing (fixture->chat, grace, TRUE);
  flush (fixture);
}

static void
on_contact_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(int *) data = vis_chat_contact_finish (VIS_CHAT (source), result, &error) ? 1 : -1;
}

static void
count_one (guint *count)
{
  (*count)++;
}

/* Who was sent away, by removing or by blocking, does not come to the top by that. */
static void
assert_first_after_leaving (Fixture *fixture, GListModel *model)
{
  static const char *const events[] = {
    "{\"type\":\"contact:changed\",\"seq\":16,\"contact\":{\"user\":\"grace\",\"state\":\"mutual\"}"
    "}",
    "{\"type\":\"contact:changed\",\"seq\":18,\"contact\":{\"user\":\"grace\",\"state\":"
    "\"blocked\"}}",
    "{\"type\":\"contact:changed\",\"seq\":19,\"contact\":{\"user\":\"grace\",\"state\":\"none\"}}",
  };

  fake_wire_event (fixture->wire,
                   "{\"type\":\"contact:changed\",\"seq\":15,\"contact\":{\"user\":\"kurt\","
                   "\"state\":\"incoming\"}}");
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    {
      g_autoptr (VisConversation) first = NULL;

      manual_clock_advance (fixture->clock, 1000);
      if (i == 1)
        fake_wire_event (fixture->wire,
                         "{\"type\":\"contact:changed\",\"seq\":17,\"contact\":{\"user\":\"kurt\","
                         "\"state\":\"mutual\"}}");
      flush (fixture);
      manual_clock_advance (fixture->clock, 1000);
      fake_wire_event (fixture->wire, "%s", events[i]);
      flush (fixture);
      first = g_list_model_get_item (model, 0);
      g_assert_cmpstr (vis_conversation_get_chat (first), ==, i == 0 ? "grace" : "kurt");
    }
}

static void
test_contacts (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  GListModel      *model = vis_chat_get_conversations (fixture->chat);
  VisConversation *kurt;
  VisContact      *contact = vis_conversation_get_contact (grace);
  int              done = 0;
  guint            requests = 0;

  g_signal_connect_swapped (fixture->chat, "requested", G_CALLBACK (count_one), &requests);
  fake_wire_event (
    fixture->wire,
    "{\"type\":\"contact:changed\",\"seq\":11,\"contact\":{\"user\":\"kurt\",\"name\":\"Kurt\","
    "\"state\":\"incoming\"}}");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"contact:changed\",\"seq\":12,\"contact\":{\"user\":\"ada\","
                   "\"state\":\"mutual\"}}");
  flush (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 2);
  kurt = vis_chat_find (fixture->chat, "kurt");
  g_assert_cmpint (
    vis_contact_get_state (vis_conversation_get_contact (kurt)), ==, VIS_CONTACT_INCOMING);
  {
    g_autoptr (VisConversation) first = g_list_model_get_item (model, 0);

    g_assert_true (first == kurt);
  }
  g_assert_cmpuint (requests, ==, 1);
  g_assert_cmpuint (vis_chat_get_requests (fixture->chat), ==, 1);

  /* Accepting: the answer says how things stand. */
  vis_chat_contact_async (
    fixture->chat, VIS_CONTACT_VERB_ACCEPT, "kurt", NULL, on_contact_done, &done);
  fake_wire_ok (
    fixture->wire,
    fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_ACCEPT),
    "\"seq\":13,\"contact\":{\"user\":\"kurt\",\"name\":\"Kurt\",\"state\":\"mutual\"}");
  WAIT_FOR (done == 1);
  g_assert_cmpint (
    vis_contact_get_state (vis_conversation_get_contact (kurt)), ==, VIS_CONTACT_MUTUAL);
  g_assert_cmpuint (vis_chat_get_requests (fixture->chat), ==, 0);

  /* Without one, the list is asked. */
  done = 0;
  vis_chat_contact_async (
    fixture->chat, VIS_CONTACT_VERB_REMOVE, "kurt", NULL, on_contact_done, &done);
  fake_wire_ok (fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_REMOVE), " ");
  WAIT_FOR (done == 1);
  answer_lists (fixture, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 1);
  g_assert_null (vis_chat_find (fixture->chat, "kurt"));
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 13);

  done = 0;
  vis_chat_contact_async (
    fixture->chat, VIS_CONTACT_VERB_ADD, "nobody", NULL, on_contact_done, &done);
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_ADD), "not_found");
  WAIT_FOR (done == -1);

  fake_wire_event (
    fixture->wire,
    "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"away\",\"last_seen\":5}");
  g_assert_cmpint (vis_contact_get_presence (contact), ==, VIS_PRESENCE_AWAY);
  g_assert_cmpint (vis_contact_get_last_seen (contact), ==, 5);
  fake_wire_event (fixture->wire,
                   "{\"type\":\"presence\",\"user\":\"zuse\",\"presence\":\"online\"}");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"contact:changed\",\"seq\":14,\"contact\":{\"user\":\"grace\","
                   "\"name\":\"Grace H.\",\"state\":\"blocked\",\"presence\":\"online\"}}");
  flush (fixture);
  g_assert_cmpstr (vis_contact_get_name (contact), ==, "Grace H.");
  g_assert_cmpint (vis_contact_get_presence (contact), ==, VIS_PRESENCE_OFFLINE);
  assert_first_after_leaving (fixture, model);

  fake_wire_disconnect (fixture->wire);
  done = 0;
  vis_chat_contact_async (
    fixture->chat, VIS_CONTACT_VERB_ADD, "kurt", NULL, on_contact_done, &done);
  WAIT_FOR (done == -1);
}

static void
event_contact (Fixture *fixture, gint64 seq, const char *user, const char *state)
{
  fake_wire_event (fixture->wire,
                   "{\"type\":\"contact:changed\",\"seq\":%" G_GINT64_FORMAT
                   ",\"contact\":{\"user\":\"%s\",\"state\":\"%s\"}}",
                   seq,
                   user,
                   state);
  flush (fixture);
}

/* A conversation that is open when its contact is removed follows what becomes of the contact. */
static void
test_removed_while_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisConversation) open = NULL;
  VisContact                 *contact;

  begin (fixture, 10);
  event_contact (fixture, 11, "kurt", "incoming");
  open = g_object_ref (vis_chat_find (fixture->chat, "kurt"));
  contact = vis_conversation_get_contact (open);
  vis_conversation_get_timeline (open);
  flush (fixture);
  /* Its first page is still on its way. */
  g_assert_true (vis_timeline_get_loading (vis_conversation_peek_timeline (open)));

  event_contact (fixture, 12, "kurt", "none");
  g_assert_null (vis_chat_find (fixture->chat, "kurt"));
  g_assert_cmpint (vis_contact_get_state (contact), ==, VIS_CONTACT_NONE);
  g_assert_false (vis_timeline_get_loading (vis_conversation_peek_timeline (open)));
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY), "not_found");

  event_contact (fixture, 13, "kurt", "requested");
  g_assert_true (vis_chat_find (fixture->chat, "kurt") == open);
  g_assert_cmpint (vis_contact_get_state (contact), ==, VIS_CONTACT_REQUESTED);
  event_contact (fixture, 14, "kurt", "mutual");
  g_assert_cmpint (vis_contact_get_state (contact), ==, VIS_CONTACT_MUTUAL);
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY),
                "\"messages\":[],\"more\":false");
  flush (fixture);
  g_assert_true (vis_timeline_get_complete (vis_conversation_peek_timeline (open)));

  /* What nobody holds is made anew. */
  event_contact (fixture, 15, "kurt", "none");
  g_object_add_weak_pointer (G_OBJECT (contact), (gpointer *) &contact);
  g_clear_object (&open);
  WAIT_FOR (contact == NULL);
  event_contact (fixture, 16, "kurt", "incoming");
  contact = vis_conversation_get_contact (vis_chat_find (fixture->chat, "kurt"));
  g_assert_cmpint (vis_contact_get_state (contact), ==, VIS_CONTACT_INCOMING);
}

/* Strangers have no history; whoever looked at one asks again once it is a contact's. */
static void
test_accepted_while_open (Fixture *fixture, gconstpointer data)
{
  VisConversation *kurt;
  VisTimeline     *timeline;

  begin (fixture, 10);
  event_contact (fixture, 11, "kurt", "requested");
  kurt = vis_chat_find (fixture->chat, "kurt");
  timeline = vis_conversation_get_timeline (kurt);
  flush (fixture);
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY), "not_found");
  flush (fixture);
  g_assert_false (vis_timeline_get_loading (timeline));
  g_assert_false (vis_timeline_get_complete (timeline));

  event_contact (fixture, 12, "kurt", "mutual");
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY),
                "\"messages\":[],\"more\":false");
  flush (fixture);
  g_assert_false (vis_timeline_get_loading (timeline));
  g_assert_true (vis_timeline_get_complete (timeline));
}

/* What the server has said of the account is known at the next start, without a connection. */
static void
test_start_offline (Fixture *fixture, gconstpointer data)
{
  g_assert_false (vis_chat_get_listed (fixture->chat));
  g_assert_cmpstr (vis_chat_get_name (fixture->chat), ==, "ada");
  fake_wire_connect (fixture->wire, 10, FALSE);
  flush (fixture);
  g_assert_false (vis_chat_get_listed (fixture->chat));

  /* A reset that was not answered does not count. */
  close_chat (fixture);
  fake_wire_disconnect (fixture->wire);
  open_chat (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  g_assert_false (vis_chat_get_listed (fixture->chat));
  g_assert_cmpstr (vis_chat_get_name (fixture->chat), ==, "Ada");

  fake_wire_connect (fixture->wire, 10, FALSE);
  fake_wire_ok (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST), "\"contacts\":[]");
  fake_wire_ok (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST), "\"chats\":[]");
  flush (fixture);
  g_assert_true (vis_chat_get_listed (fixture->chat));

  close_chat (fixture);
  fake_wire_disconnect (fixture->wire);
  open_chat (fixture);
  g_assert_false (vis_chat_get_listed (fixture->chat));
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_OFFLINE);
  g_assert_true (vis_chat_get_listed (fixture->chat));
}

static void
test_catch_up (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);

  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 510, FALSE);
  answer_lists (fixture, NULL);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_SYNCING);
  for (guint n = 1; n <= 500; n++)
    event_message (fixture, 10 + n, n, "grace");
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_ONLINE);
  flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 500);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 510);

  /* Lost halfway: nothing is lost, nothing comes twice. */
  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 520, FALSE);
  for (guint n = 501; n <= 504; n++)
    event_message (fixture, 10 + n, n, "grace");
  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 520, FALSE);
  for (guint n = 501; n <= 510; n++)
    event_message (fixture, 10 + n, n, "grace");
  answer_lists (fixture, NULL);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 510);
  g_assert_cmpuint (fixture->received, ==, 510);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_ONLINE);
}

static void
test_gap (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  VisTimeline     *timeline = open_timeline (fixture, grace);
  g_autofree char *last = json_message (5, "grace", "grace");
  g_autofree char *older = json_message (4, "grace", "grace");

  event_message (fixture, 11, 1, "grace");

  /* An answer that an event has overtaken fills the hole, and stands before it. */
  vis_chat_send (fixture->chat, grace, "one");
  fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND);
  event_message (fixture, 13, 2, "grace");
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_SYNCING);
  manual_clock_advance (fixture->clock, 3000);
  accept (fixture, 12, 9);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_ONLINE);
  assert_timeline (timeline, "Text 1,one>,Text 2");
  manual_clock_advance (fixture->clock, 10000);
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_LIST), ==, 0);

  /* One that is not filled: everything is asked for anew. */
  event_message (fixture, 20, 5, "grace");
  flush (fixture);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 13);
  g_assert_cmpuint (fixture->received, ==, 2);
  manual_clock_advance (fixture->clock, 5000);
  flush (fixture);
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
  flush (fixture);
  assert_timeline (timeline, "Text 4,Text 5");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 2);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 20);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_ONLINE);
}

/* An answer that has overtaken older events is shown behind them, as it is to everybody else. */
static void
test_overtaking (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  VisTimeline     *timeline = open_timeline (fixture, grace);

  vis_chat_send (fixture->chat, grace, "one");
  accept (fixture, 13, 9);
  event_message (fixture, 11, 1, "grace");
  flush (fixture);
  assert_timeline (timeline, "Text 1,one*");
  event_message (fixture, 12, 2, "grace");
  flush (fixture);
  assert_timeline (timeline, "Text 1,Text 2,one>");
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 13);

  /* The connection goes meanwhile: it is sent again. */
  vis_chat_send (fixture->chat, grace, "two");
  accept (fixture, 15, 19);
  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 15, FALSE);
  event_message (fixture, 14, 3, "grace");
  accept (fixture, 15, 19);
  flush (fixture);
  assert_timeline (timeline, "Text 1,Text 2,one>,Text 3,two>");

  /* They never come: everything is asked for anew, and it is sent all the same. */
  vis_chat_send (fixture->chat, grace, "three");
  accept (fixture, 18, 29);
  manual_clock_advance (fixture->clock, 10000);
  flush (fixture);
  g_assert_cmpint (vis_chat_message_get_delivery (vis_conversation_get_last_message (grace)),
                   ==,
                   VIS_DELIVERY_SENT);
}

#define THINGS 5

/* The next order of @order, in the order of a dictionary; FALSE after the last one. */
static gboolean
permute (guint *order)
{
  int   i = THINGS - 2;
  int   j = THINGS - 1;
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
  for (int left = i + 1, right = THINGS - 1; left < right; left++, right--)
    {
      swapped = order[left];
      order[left] = order[right];
      order[right] = swapped;
    }
  return TRUE;
}

/* A message whose time is not in the order of the numbers: the clock of the server was set. */
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

/* Four messages and the answer to an own one, in all orders in which they can come, each event
 * twice: they stand in the order of the server, and each is told once. */
static void
test_any_order (Fixture *fixture, gconstpointer data)
{
  static const guint  times[THINGS] = { 5000, 5000, 7000, 1000, 6000 };
  guint               order[THINGS] = { 0, 1, 2, 3, 4 };
  VisConversation    *grace = begin (fixture, 0);
  VisTimeline        *timeline = open_timeline (fixture, grace);
  g_autoptr (GString) expected = g_string_new (NULL);
  guint               seq = 0;

  do
    {
      vis_chat_send (fixture->chat, grace, "own");
      flush (fixture);
      for (guint i = 0; i < THINGS; i++)
        {
          guint n = seq + 1 + order[i];

          if (order[i] == 2)
            accept (fixture, n, times[2]);
          for (guint j = 0; j < 2 && order[i] != 2; j++)
            event_message_at (fixture, n, times[order[i]]);
        }
      g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_ONLINE);
      flush (fixture);
      g_string_append_printf (
        expected, "%s%u,%u,own>,%u,%u", seq > 0 ? "," : "", seq + 1, seq + 2, seq + 4, seq + 5);
      assert_timeline (timeline, expected->str);
      seq += THINGS;
      g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, seq);
      g_assert_cmpuint (fixture->received, ==, seq / THINGS * 4);
    }
  while (permute (order));
  g_assert_cmpuint (seq, ==, 120 * THINGS);
}

/* Answers whatever list was asked for: that of a server that has got to @seq, and to the message
 * @last, all of which are unread. */
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

/* Four messages and the server's list, in all orders in which they can come, whichever of the
 * messages the list has in it: each stands in its place, and is counted once. */
static void
test_list_in_any_order (Fixture *fixture, gconstpointer data)
{
  guint               order[THINGS] = { 0, 1, 2, 3, 4 };
  VisConversation    *grace = begin (fixture, 0);
  VisTimeline        *timeline = open_timeline (fixture, grace);
  g_autoptr (GString) expected = g_string_new (NULL);
  gint64              seq = 0;
  guint               n = 0;

  event_message (fixture, ++seq, ++n, "grace");
  g_string_append (expected, "Text 1");
  for (guint round = 0; round == 0 || permute (order); round++)
    {
      guint in_list = round % THINGS;

      /* Another device has read what is not here, so the list is asked for. */
      event_mark (fixture, ++seq, "chat:read", "ada", 999999);
      flush (fixture);
      for (guint i = 0; i < THINGS; i++)
        {
          guint which = order[i] + 1;

          if (which == THINGS)
            answer_chats (fixture, seq + in_list, n + in_list);
          else
            event_message (fixture, seq + which, n + which, "grace");
          flush (fixture);
        }
      seq += THINGS - 1;
      for (guint i = 1; i < THINGS; i++)
        g_string_append_printf (expected, ",Text %u", ++n);
      if (fake_wire_count (fixture->wire, VIS_KIND_CHAT_LIST) > 0)
        answer_chats (fixture, seq, n);
      flush (fixture);
      g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_ONLINE);
      assert_timeline (timeline, expected->str);
      g_assert_cmpuint (vis_conversation_get_unread (grace), ==, n);
      g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, seq);
    }
  g_assert_cmpuint (n, ==, 120 * (THINGS - 1) + 1);
  g_assert_cmpuint (fixture->received, ==, n);
}

/* What waits for something before it is not counted: if the program ends meanwhile, both come
 * again, and in their order. */
static void
test_swapped_then_killed (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);

  event_message (fixture, 11, 1, "grace");
  event_message (fixture, 13, 3, "grace");
  event_message (fixture, 14, 4, "grace");
  flush (fixture);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 11);

  close_chat (fixture);
  fake_wire_disconnect (fixture->wire);
  open_chat (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 11);
  fake_wire_connect (fixture->wire, 14, FALSE);
  event_message (fixture, 13, 3, "grace");
  event_message (fixture, 12, 2, "grace");
  event_message (fixture, 14, 4, "grace");
  answer_lists (fixture, NULL);
  grace = vis_chat_find (fixture->chat, "grace");
  assert_timeline (open_timeline (fixture, grace), "Text 1,Text 2,Text 3,Text 4");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 4);
  g_assert_cmpuint (fixture->received, ==, 4);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 14);

  /* A server that leaves more behind a hole than anybody would keep: everything is asked for anew.
   */
  for (guint n = 0; n <= 1024; n++)
    event_message (fixture, 20 + n, 20 + n, "grace");
  answer_lists (fixture, "");
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 20 + 1024);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_ONLINE);
}

/* Events of a newer server leave no hole behind. */
static void
test_newer_server (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  VisTimeline     *timeline = open_timeline (fixture, grace);

  event_message (fixture, 11, 1, "grace");
  fake_wire_event (fixture->wire, "{\"type\":\"chat:pinned\",\"seq\":12,\"chat\":[]}");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:read\",\"seq\":13,\"chat\":\"grace\",\"user\":\"grace\"}");
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_ONLINE);
  event_message (fixture, 14, 2, "grace");
  flush (fixture);
  manual_clock_advance (fixture->clock, 20000);
  assert_timeline (timeline, "Text 1,Text 2");
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 14);
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_LIST), ==, 0);
}

/* A list of chats in two pages counts as one. */
/* One thing that is not understood costs nothing beside it: of the contacts, the chats, a page of
 * history and what comes live. */
static void
test_newer_elements (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  VisConversation *kurt;
  VisTimeline     *timeline;
  GString         *page = g_string_new (NULL);
  g_autofree char *poll = json_unknown (130, ",\"ts\":130,\"kind\":\"poll\",\"options\":[1,2]");
  g_autofree char *react = json_unknown (131, ",\"ts\":131,\"kind\":\"react\",\"silent\":true");

  /* Kurt is known, and what the next list says of him is not understood. */
  fake_wire_event (fixture->wire,
                   "{\"type\":\"contact:changed\",\"seq\":11,\"contact\":{\"user\":\"kurt\","
                   "\"state\":\"mutual\"}}");
  flush (fixture);
  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 11, TRUE);
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST),
                "\"contacts\":[" GRACE ",{\"user\":\"kurt\",\"state\":\"estranged\"}]");
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST),
                "\"chats\":[{\"chat\":\"@room\"},{\"chat\":\"grace\",\"last\":%s,\"unread\":1}]",
                poll);
  flush (fixture);
  kurt = vis_chat_find (fixture->chat, "kurt");
  g_assert_cmpint (
    vis_contact_get_state (vis_conversation_get_contact (kurt)), ==, VIS_CONTACT_MUTUAL);
  g_assert_cmpint (
    vis_chat_message_get_kind (vis_conversation_get_last_message (grace)), ==, VIS_MESSAGE_UNKNOWN);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);

  /* 40 of a page, among them one that is unknown, one that is silent, and one without a time, with
   * which the page ends: the next one goes on before it. */
  timeline = vis_conversation_get_timeline (grace);
  flush (fixture);
  for (guint n = 129; n > 90; n--)
    {
      g_autofree char *one =
        n == 110   ? json_unknown (n, ",\"ts\":110,\"kind\":\"file\",\"file\":{\"id\":\"f\"}")
        : n == 105 ? json_unknown (n, ",\"ts\":105,\"kind\":\"react\",\"silent\":true")
        : n == 100 ? json_unknown (n, ",\"kind\":\"text\",\"text\":\"When?\"")
        : n == 91  ? json_message (n, "grace", "alan")
                   : json_message (n, "grace", "grace");

      g_string_append_printf (page, "%s%s", page->len > 0 ? "," : "", one);
    }
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY),
                "\"messages\":[%s],\"more\":true",
                page->str);
  flush (fixture);
  {
    VisMessage      *request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY);
    g_autofree char *before = message_id (91);
    g_autofree char *oldest = json_message (90, "grace", "grace");

    g_assert_cmpstr (vis_message_get_string (request, VIS_FIELD_BEFORE), ==, before);
    fake_wire_ok (fixture->wire, request, "\"messages\":[%s],\"more\":false", oldest);
  }
  flush (fixture);
  /* 130 to 90, without 105, 100 and 91. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 38);
  g_assert_true (vis_timeline_get_complete (timeline));

  /* Live: shown and told, or counted and no more. */
  fixture->received = 0;
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:message\",\"seq\":12,\"chat\":\"grace\",\"message\":%s}",
                   react);
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:message\",\"seq\":13,\"chat\":\"grace\",\"message\":{}}");
  flush (fixture);
  g_assert_cmpuint (fixture->received, ==, 0);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 13);
  g_string_free (page, TRUE);
}

static void
test_pages_of_chats (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = json_message (1, "grace", "grace");
  g_autofree char *two = json_message (2, "kurt", "kurt");
  VisMessage      *request;

  begin (fixture, 10);
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
  flush (fixture);
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_LIST), ==, 0);
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), ==, 2);
}

static void
test_reset (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  VisTimeline     *timeline = open_timeline (fixture, grace);
  g_autofree char *last = json_message (200, "grace", "ada");

  for (guint n = 1; n <= 5; n++)
    event_message (fixture, 10 + n, n, "grace");
  flush (fixture);
  fake_wire_disconnect (fixture->wire);
  vis_chat_send (fixture->chat, grace, "later");
  fake_wire_connect_to_copy (fixture->wire, 900);
  flush (fixture);

  /* Nothing vanishes before the server has said more. */
  assert_timeline (timeline, "Text 1,Text 2,Text 3,Text 4,Text 5,later*");
  {
    g_autofree char *chats = g_strdup_printf ("{\"chat\":\"grace\",\"last\":%s,\"unread\":0,"
                                              "\"read\":\"00000000-0000-4000-8000-000000000199\"}",
                                              last);

    answer_lists (fixture, chats);
  }
  assert_timeline (timeline, "Text 200>,later*");
  {
    g_autofree char *first = json_message (199, "grace", "ada");
    g_autofree char *second = json_message (5, "grace", "grace");
    VisMessage      *request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY);

    fake_wire_ok (fixture->wire, request, "\"messages\":[%s,%s],\"more\":true", first, second);
  }
  flush (fixture);
  /* From the first that is the same on both sides on, what was here is as it was. */
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_HISTORY), ==, 0);
  assert_timeline (timeline, "Text 1,Text 2,Text 3,Text 4,Text 5,Text 199>>>,Text 200>,later*");
  g_assert_true (vis_timeline_get_complete (timeline));
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 0);
  accept (fixture, 901, 300);
  assert_timeline (timeline, "Text 1,Text 2,Text 3,Text 4,Text 5,Text 199>>>,Text 200>,later>");
}

/* The connection is there before the store was read, and events come already. */
static void
test_early (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);

  event_message (fixture, 11, 1, "grace");
  close_chat (fixture);
  open_chat (fixture);
  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 12, FALSE);
  event_message (fixture, 12, 2, "grace");
  event_message (fixture, 13, 3, "grace");
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  answer_lists (fixture, NULL);
  grace = vis_chat_find (fixture->chat, "grace");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 3);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_ONLINE);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 13);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char      *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* An event that the disk did not take comes again after the next start, whatever was stored after
 * it. Somebody else holds the lock until the first of them have failed; there are more than fit
 * into one transaction, so that the rest is in the queue by then. */
static void
test_lost_by_disk (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("visavis-chat-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  sqlite3         *other = NULL;

  close_chat (fixture);
  g_assert_finalize_object (fixture->store);
  fixture->store = vis_sqlite_store_new (path);
  open_chat (fixture);
  begin (fixture, 10);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 10);

  g_assert_cmpint (sqlite3_open (path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  for (guint n = 1; n <= 200; n++)
    event_message (fixture, 10 + n, n, "grace");
  WAIT_FOR (vis_chat_get_problem (fixture->chat) != NULL);
  g_assert_cmpint (sqlite3_exec (other, "ROLLBACK", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (other);
  flush (fixture);
  g_assert_null (vis_chat_get_problem (fixture->chat));
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), >, 0);
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), <, 200);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 10);

  /* Quit and started again. */
  close_chat (fixture);
  g_assert_finalize_object (fixture->store);
  fake_wire_disconnect (fixture->wire);
  fixture->store = vis_sqlite_store_new (path);
  open_chat (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 10);
  fake_wire_connect (fixture->wire, 210, FALSE);
  for (guint n = 1; n <= 200; n++)
    event_message (fixture, 10 + n, n, "grace");
  flush (fixture);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 210);
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), ==, 200);

  close_chat (fixture);
  g_assert_finalize_object (fixture->store);
  fixture->store = vis_sqlite_store_new (NULL);
  remove_folder (folder);
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

/* Ten thousand messages: from the server at first, then from the disk alone. */
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
  answer_lists (fixture, chats);
  grace = vis_chat_find (fixture->chat, "grace");
  scroll_to_the_top (fixture, vis_conversation_get_timeline (grace), total);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 100);

  fake_wire_disconnect (fixture->wire);
  close_chat (fixture);
  open_chat (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  grace = vis_chat_find (fixture->chat, "grace");
  g_signal_connect (
    vis_conversation_peek_timeline (grace), "items-changed", G_CALLBACK (count_changes), &changes);
  scroll_to_the_top (fixture, vis_conversation_get_timeline (grace), total);
  g_assert_cmpuint (changes, ==, (total + 63) / 64);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 100);
}

/* A server that says more and has nothing, or the same for ever. */
static void
test_paging_nonsense (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = begin (fixture, 10);
  VisTimeline     *timeline;
  g_autofree char *same = json_message (1, "grace", "grace");
  guint            asked = 0;

  event_message (fixture, 11, 1, "grace");
  flush (fixture);
  timeline = vis_conversation_get_timeline (grace);
  flush (fixture);
  while (vis_timeline_get_loading (timeline))
    {
      fake_wire_ok (fixture->wire,
                    fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY),
                    "\"messages\":[%s,%s],\"more\":true",
                    same,
                    same);
      flush (fixture);
      g_assert_cmpuint (++asked, <, 10);
    }
  assert_timeline (timeline, "Text 1");
  vis_timeline_load_older (timeline);
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY), "unavailable");
  WAIT_FOR (!vis_timeline_get_loading (timeline));
  vis_timeline_load_older (timeline);
  fake_wire_ok (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY), "\"more\":true");
  flush (fixture);
  WAIT_FOR (!vis_timeline_get_loading (timeline));
  g_assert_true (vis_timeline_get_complete (timeline));
}

static void
test_lists_refused (Fixture *fixture, gconstpointer data)
{
  fake_wire_connect (fixture->wire, 10, FALSE);
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST), "unavailable");
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST), "unavailable");
  flush (fixture);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_SYNCING);
  manual_clock_advance (fixture->clock, 1000);
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST), "unknown_type");
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST),
                "\"contacts\":[" GRACE "," GRACE "]");
  flush (fixture);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CONNECTION_ONLINE);
}

/* Closed at every moment of a busy life: nothing keeps the chat, nothing comes to it afterwards. */
static void
test_finalize (Fixture *fixture, gconstpointer data)
{
  for (guint moment = 0; moment < 60; moment++)
    {
      VisConversation *grace;

      fake_wire_connect (fixture->wire, 10 + moment * 3, FALSE);
      WAIT_FOR (fake_wire_count (fixture->wire, VIS_KIND_CONTACT_LIST) > 0);
      fake_wire_ok (fixture->wire,
                    fake_wire_find (fixture->wire, VIS_KIND_CONTACT_LIST),
                    "\"contacts\":[" GRACE "]");
      flush (fixture);
      grace = vis_chat_find (fixture->chat, "grace");
      vis_conversation_get_timeline (grace);
      vis_chat_send (fixture->chat, grace, "one");
      event_message (fixture, 11 + moment * 3, moment * 3 + 1, "grace");
      event_message (fixture, 13 + moment * 3, moment * 3 + 2, "grace");
      fake_wire_event (fixture->wire,
                       "{\"type\":\"chat:typing\",\"chat\":\"grace\",\"typing\":true}");
      vis_chat_mark_read (fixture->chat, grace);
      vis_chat_set_typing (fixture->chat, grace, TRUE);
      for (guint i = 0; i < moment; i++)
        {
          g_main_context_iteration (NULL, FALSE);
          if (i % 8 == 7 && fake_wire_count (fixture->wire, VIS_KIND_CHAT_SEND) > 0)
            fake_wire_refuse (
              fixture->wire, fake_wire_find (fixture->wire, VIS_KIND_CHAT_SEND), "rate_limited");
        }
      g_assert_finalize_object (fixture->chat);
      g_assert_cmpuint (manual_clock_count (fixture->clock), ==, 0);
      while (g_main_context_iteration (NULL, FALSE))
        continue;
      fake_wire_disconnect (fixture->wire);
      open_chat (fixture);
      if (moment % 2 == 0)
        WAIT_FOR (vis_chat_get_loaded (fixture->chat));
    }
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
}

/* A server that tells nonsense: whatever comes, nothing breaks, and the count of unread messages
 * fits what is there. */
static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  static const char *const users[] = { "grace", "ada", "alan", "kurt" };
  static const char *const states[] = { "none", "mutual", "requested", "incoming", "blocked" };
  gint64                   seq = 10;
  VisConversation         *grace = begin (fixture, 10);

  open_timeline (fixture, grace);
  for (guint i = 0; i < 3000; i++)
    {
      const char      *chat = users[g_test_rand_int_range (0, 4)];
      const char      *from = users[g_test_rand_int_range (0, 4)];
      guint            n = (guint) g_test_rand_int_range (1, 40);
      g_autofree char *message = json_message (n, chat, from);

      seq += g_test_rand_int_range (0, 40) == 0 ? 2 : 1;
      switch (g_test_rand_int_range (0, 9))
        {
        case 0:
        case 1:
        case 2:
          fake_wire_event (fixture->wire,
                           "{\"type\":\"chat:message\",\"seq\":%" G_GINT64_FORMAT
                           ",\"chat\":\"%s\",\"message\":%s}",
                           seq,
                           chat,
                           message);
          break;
        case 3:
          event_mark (fixture, seq, "chat:read", from, n);
          break;
        case 4:
          event_mark (fixture, seq, "chat:delivered", from, n);
          break;
        case 5:
          fake_wire_event (fixture->wire,
                           "{\"type\":\"chat:deleted\",\"seq\":%" G_GINT64_FORMAT
                           ",\"chat\":\"%s\",\"for\":\"%s\","
                           "\"message\":\"00000000-0000-4000-8000-%012u\"}",
                           seq,
                           chat,
                           n % 2 ? "me" : "everyone",
                           n);
          break;
        case 6:
          fake_wire_event (fixture->wire,
                           "{\"type\":\"contact:changed\",\"seq\":%" G_GINT64_FORMAT
                           ",\"contact\":{\"user\":\"%s\",\"state\":\"%s\"}}",
                           seq,
                           chat,
                           states[g_test_rand_int_range (0, 5)]);
          break;
        case 7:
          if (n == 1)
            fake_wire_event (fixture->wire,
                             "{\"type\":\"chat:cleared\",\"seq\":%" G_GINT64_FORMAT
                             ",\"chat\":\"%s\"}",
                             seq,
                             chat);
          else if (n < 5 && fake_wire_find (fixture->wire, VIS_KIND_CHAT_LIST) != NULL)
            fake_wire_ok (
              fixture->wire,
              fake_wire_find (fixture->wire, VIS_KIND_CHAT_LIST),
              "\"chats\":[{\"chat\":\"%s\",\"last\":%s,\"unread\":%u},{\"chat\":\"%s\"}]",
              chat,
              message,
              n,
              from);
          else
            seq--;
          break;
        default:
          fake_wire_event (
            fixture->wire, "{\"type\":\"presence\",\"user\":\"%s\",\"presence\":\"online\"}", chat);
          seq--;
        }
      if (i % 50 == 0)
        {
          VisMessage      *history = fake_wire_find (fixture->wire, VIS_KIND_CHAT_HISTORY);
          g_autofree char *other = json_message (n + 1, "grace", from);

          if (history != NULL)
            fake_wire_ok (
              fixture->wire, history, "\"messages\":[%s,%s],\"more\":true", message, other);
          manual_clock_advance (fixture->clock, 2000);
          flush (fixture);
        }
      if (i % 400 == 399)
        {
          fake_wire_disconnect (fixture->wire);
          fake_wire_connect (fixture->wire, seq, i % 800 == 399);
        }
    }
  flush (fixture);

  {
    GListModel *model = vis_chat_get_conversations (fixture->chat);
    guint       sum = 0;

    for (guint i = 0; i < g_list_model_get_n_items (model); i++)
      {
        g_autoptr (VisConversation) conversation = g_list_model_get_item (model, i);

        g_assert_cmpuint (vis_conversation_get_unread (conversation), <, 4000);
        sum += vis_conversation_get_unread (conversation);
      }
    g_assert_cmpuint (vis_chat_get_unread (fixture->chat), ==, sum);
  }
}

/* A disk that takes nothing. */
static void
test_no_disk (void)
{
  Fixture          fixture = { 0 };
  VisConversation *grace;

  fixture.store = vis_sqlite_store_new ("/nonexistent/folder/chat.db");
  fixture.wire = fake_wire_new ();
  fixture.clock = manual_clock_new ();
  open_chat (&fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture.chat));
  fake_wire_connect (fixture.wire, 10, FALSE);
  fake_wire_ok (fixture.wire, fake_wire_expect (fixture.wire, VIS_KIND_CHAT_LIST), "\"chats\":[]");
  event_message (&fixture, 11, 1, "grace");
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (fake_wire_get_since (fixture.wire), ==, -1);

  g_assert_error (vis_chat_get_problem (fixture.chat), VIS_ERROR, VIS_ERROR_STORE);

  grace = vis_chat_ensure (fixture.chat, "grace");
  vis_chat_send (fixture.chat, grace, "one");
  WAIT_FOR (vis_chat_message_get_delivery (vis_conversation_get_last_message (grace)) ==
            VIS_DELIVERY_FAILED);
  g_assert_finalize_object (fixture.chat);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (fixture.wire);
  g_assert_finalize_object (fixture.store);
  g_assert_finalize_object (fixture.clock);
}

/* What was written is there again after a restart, until it is sent. */
static void
test_drafts (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "half a sent", "half\na sentence", NULL, "", "again" };

  begin (fixture, 0);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *expected = texts[i] != NULL && *texts[i] != '\0' ? texts[i] : NULL;

      vis_chat_set_draft (fixture->chat, vis_chat_find (fixture->chat, "grace"), texts[i]);
      close_chat (fixture);
      open_chat (fixture);
      WAIT_FOR (vis_chat_get_loaded (fixture->chat));
      g_assert_cmpstr (
        vis_conversation_get_draft (vis_chat_find (fixture->chat, "grace")), ==, expected);
    }
}

/* A draft that is there before the conversation is known, as after a database was begun anew. */
static void
test_draft_first (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace;

  close_chat (fixture);
  vis_store_change_free (store_apply (fixture->store, edit_draft ("grace", "half a sentence")));
  open_chat (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  g_assert_null (vis_chat_find (fixture->chat, "grace"));
  grace = begin (fixture, 0);
  g_assert_cmpstr (vis_conversation_get_draft (grace), ==, "half a sentence");
  vis_chat_set_draft (fixture->chat, grace, NULL);
  close_chat (fixture);
  open_chat (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  g_assert_null (vis_conversation_get_draft (vis_chat_find (fixture->chat, "grace")));
}

static void
set_contact (Fixture *fixture, gint64 seq, const char *user, const char *state)
{
  fake_wire_event (fixture->wire,
                   "{\"type\":\"contact:changed\",\"seq\":%" G_GINT64_FORMAT
                   ",\"contact\":{\"user\":\"%s\",\"state\":\"%s\"}}",
                   seq,
                   user,
                   state);
  flush (fixture);
}

/* The draft of somebody who is not listed is there when they are listed again, after a restart and
 * without one. */
static void
test_draft_unlisted (Fixture *fixture, gconstpointer data)
{
  begin (fixture, 0);
  set_contact (fixture, 1, "kurt", "mutual");
  vis_chat_set_draft (fixture->chat, vis_chat_find (fixture->chat, "kurt"), "half a sentence");
  set_contact (fixture, 2, "kurt", "none");
  g_assert_null (vis_chat_find (fixture->chat, "kurt"));
  set_contact (fixture, 3, "kurt", "mutual");
  g_assert_cmpstr (
    vis_conversation_get_draft (vis_chat_find (fixture->chat, "kurt")), ==, "half a sentence");
  set_contact (fixture, 4, "kurt", "none");

  close_chat (fixture);
  open_chat (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 4, FALSE);
  answer_lists (fixture, NULL);
  g_assert_null (vis_chat_find (fixture->chat, "kurt"));
  set_contact (fixture, 5, "kurt", "mutual");
  g_assert_cmpstr (
    vis_conversation_get_draft (vis_chat_find (fixture->chat, "kurt")), ==, "half a sentence");
}

/* The server's answer, or its event, for an own message, with other contents than were sent. */
static void
take_with (Fixture *fixture, gint64 seq, gboolean event, const char *contents)
{
  VisMessage      *request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND);
  VisMessage      *draft = vis_message_get_object (request, VIS_FIELD_DRAFT);
  g_autofree char *message =
    g_strdup_printf ("{\"id\":\"%s\",\"chat\":\"grace\",\"from\":\"ada\",\"ts\":%u,%s}",
                     vis_message_get_string (draft, VIS_FIELD_ID),
                     (guint) seq,
                     contents);

  if (event)
    fake_wire_event (fixture->wire,
                     "{\"type\":\"chat:message\",\"seq\":%" G_GINT64_FORMAT
                     ",\"chat\":\"grace\",\"message\":%s}",
                     seq,
                     message);
  else
    fake_wire_ok (
      fixture->wire, request, "\"seq\":%" G_GINT64_FORMAT ",\"message\":%s", seq, message);
  flush (fixture);
}

/* Whatever the server says of a message: what the person wrote stays as it is, also on disk. */
static void
test_own_words (Fixture *fixture, gconstpointer data)
{
  static const char *const contents[] = {
    "\"kind\":\"text\",\"text\":\"other words\"",
    "\"kind\":\"call\",\"call\":{\"id\":\"00000000-0000-4000-8000-000000000001\","
    "\"media\":\"audio\",\"outcome\":\"missed\",\"duration_ms\":0}",
    "\"kind\":\"poll\"",
    "\"kind\":\"text\"",
    "\"kind\":5",
  };
  VisConversation    *grace = begin (fixture, 0);
  VisTimeline        *timeline = open_timeline (fixture, grace);
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autofree char *words = g_strdup_printf ("my words %u", i);

      vis_chat_send (fixture->chat, grace, words);
      flush (fixture);
      take_with (fixture, i + 1, FALSE, contents[i]);
      g_string_append_printf (expected, "%s%s>", i > 0 ? "," : "", words);
      assert_timeline (timeline, expected->str);
      g_assert_cmpint (
        vis_chat_message_get_kind (vis_timeline_peek (timeline, i)), ==, VIS_MESSAGE_TEXT);
    }

  /* As an event, while the answer is on its way. */
  vis_chat_send (fixture->chat, grace, "the last words");
  flush (fixture);
  take_with (fixture, G_N_ELEMENTS (contents) + 1, TRUE, contents[0]);
  g_string_append (expected, ",the last words>");
  assert_timeline (timeline, expected->str);

  close_chat (fixture);
  fake_wire_disconnect (fixture->wire);
  open_chat (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  grace = vis_chat_find (fixture->chat, "grace");
  assert_timeline (open_timeline (fixture, grace), expected->str);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *, gconstpointer);
  } tests[] = {
    { "new-device", test_new_device },
    { "presence-overtakes", test_presence_overtakes },
    { "receive", test_receive },
    { "calls", test_calls },
    { "send", test_send },
    { "send-long", test_send_long },
    { "offline", test_offline },
    { "refused", test_refused },
    { "delete", test_delete },
    { "clear", test_clear },
    { "drafts", test_drafts },
    { "draft-first", test_draft_first },
    { "draft-unlisted", test_draft_unlisted },
    { "own-words", test_own_words },
    { "read", test_read },
    { "typing", test_typing },
    { "contacts", test_contacts },
    { "start-offline", test_start_offline },
    { "removed-while-open", test_removed_while_open },
    { "accepted-while-open", test_accepted_while_open },
    { "catch-up", test_catch_up },
    { "gap", test_gap },
    { "overtaking", test_overtaking },
    { "any-order", test_any_order },
    { "list-in-any-order", test_list_in_any_order },
    { "swapped-then-killed", test_swapped_then_killed },
    { "newer-server", test_newer_server },
    { "newer-elements", test_newer_elements },
    { "pages-of-chats", test_pages_of_chats },
    { "reset", test_reset },
    { "early", test_early },
    { "lost-by-disk", test_lost_by_disk },
    { "paging", test_paging },
    { "paging-nonsense", test_paging_nonsense },
    { "lists-refused", test_lists_refused },
    { "finalize", test_finalize },
    { "hostile", test_hostile },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/chat/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].func, tear_down);
    }
  g_test_add_func ("/chat/no-disk", test_no_disk);

  return g_test_run ();
}
