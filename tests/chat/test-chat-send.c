/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Sending, deleting, clearing and drafts. */

#include "chat-fixture.h"
#include "store-helpers.h"

static const char *
text_of_draft (VisMessage *request)
{
  return vis_message_get_string (vis_message_get_object (request, VIS_FIELD_DRAFT), VIS_FIELD_TEXT);
}

static void
test_send (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);
  VisTimeline     *timeline = fixture_open_timeline (fixture, grace);
  VisChatMessage  *first;
  g_autofree char *id = NULL;

  vis_chat_send (fixture->chat, grace, "  \n ");
  g_assert_null (vis_conversation_get_last_message (grace));
  vis_chat_send (fixture->chat, grace, "one");
  vis_chat_send (fixture->chat, grace, "two");
  fixture_assert_timeline (timeline, "one*,two*");
  first = vis_timeline_peek (timeline, 0);
  id = g_strdup (vis_chat_message_get_id (first));

  /* A message of Grace arrives in between: the final order is the server's. */
  g_assert_cmpstr (text_of_draft (fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND)), ==, "one");
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_SEND), ==, 1);
  fixture_event_message (fixture, 11, 1, "grace");
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 1,one*,two*");
  fixture_accept (fixture, 12, 20);
  fixture_assert_timeline (timeline, "Text 1,one>,two*");
  fixture_event_message (fixture, 13, 2, "grace");
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 1,one>,Text 2,two*");
  fixture_accept (fixture, 14, 21);
  fake_wire_ok (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELIVERED), "\"seq\":15");
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 1,one>,Text 2,two>");
  g_assert_true (vis_timeline_peek (timeline, 1) == first);
  g_assert_cmpint (vis_chat_message_get_ts (first), ==, 20);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 15);
  g_assert_true (vis_conversation_get_last_message (grace) == vis_timeline_peek (timeline, 3));

  /* Marks of the other side. */
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:delivered\",\"seq\":16,\"chat\":\"grace\",\"user\":\"grace\","
                   "\"message\":\"%s\"}",
                   vis_chat_message_get_id (vis_timeline_peek (timeline, 3)));
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 1,one>>,Text 2,two>>");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:read\",\"seq\":17,\"chat\":\"grace\",\"user\":\"grace\","
                   "\"message\":\"%s\"}",
                   id);
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 1,one>>>,Text 2,two>>");
  fixture_event_mark (fixture, 18, "chat:read", "alan", 2);
  fixture_event_mark (fixture, 19, "chat:read", "grace", 999);
  fixture_event_mark (fixture, 20, "chat:delivered", "ada", 2);
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 1,one>>>,Text 2,two>>");
}

static void
test_send_long (Fixture *fixture, gconstpointer data)
{
  VisConversation    *grace = fixture_begin (fixture, 10);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 8001; i++)
    g_string_append (text, "\xf0\x9f\x98\x80");
  vis_chat_send (fixture->chat, grace, text->str);
  g_assert_cmpint (
    g_utf8_strlen (text_of_draft (fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND)), -1),
    ==,
    8000);
  fixture_accept (fixture, 11, 1);
  g_assert_cmpint (
    g_utf8_strlen (text_of_draft (fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND)), -1),
    ==,
    1);
}

/* Written offline; after a restart, the connection is lost while sending. */
static void
test_offline (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);
  VisTimeline     *timeline;
  g_autofree char *id = NULL;

  fake_wire_disconnect (fixture->wire);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_OFFLINE);
  g_assert_cmpint (
    vis_contact_get_presence (vis_conversation_get_contact (grace)), ==, VIS_PRESENCE_OFFLINE);
  vis_chat_send (fixture->chat, grace, "one");
  vis_chat_send (fixture->chat, grace, "two");
  fixture_close (fixture);
  fixture_open (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  grace = vis_chat_find (fixture->chat, "grace");
  g_assert_nonnull (grace);
  g_assert_cmpstr (
    vis_chat_message_get_text (vis_conversation_get_last_message (grace)), ==, "two");
  timeline = vis_conversation_get_timeline (grace);
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "one*,two*");
  g_assert_false (vis_timeline_get_loading (timeline));

  fake_wire_connect (fixture->wire, 10, FALSE);
  fixture_answer_lists (fixture, NULL);
  id = g_strdup (vis_message_get_string (
    vis_message_get_object (fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND), VIS_FIELD_DRAFT),
    VIS_FIELD_ID));

  /* The server has stored it, but the answer is lost: it comes as an event, or the message is sent
   * again. */
  fake_wire_disconnect (fixture->wire);
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "one*,two*");
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
  fixture_answer_lists (fixture, NULL);
  fixture_assert_timeline (timeline, "one>,two*");
  fixture_accept (fixture, 11, 5);
  fixture_assert_timeline (timeline, "one>,two*");
  fixture_accept (fixture, 12, 6);
  fixture_assert_timeline (timeline, "one>,two>");
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_SEND), ==, 0);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 12);
  g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
}

static void
on_deleted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(int *) data = vis_chat_delete_finish (VIS_CHAT (source), result, &error) ? 1 : -1;
}

static void
delete_at (Fixture *fixture, VisConversation *conversation, guint index, gboolean all, int expected)
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
  VisConversation *grace = fixture_begin (fixture, 10);
  VisTimeline     *timeline = fixture_open_timeline (fixture, grace);

  vis_chat_send (fixture->chat, grace, "one");
  vis_chat_send (fixture->chat, grace, "two");
  vis_chat_send (fixture->chat, grace, "three");
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND), "rate_limited");
  fixture_flush (fixture);
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_SEND), ==, 0);
  fixture_assert_timeline (timeline, "one*,two*,three*");
  manual_clock_advance (fixture->clock, 1000);
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND), "forbidden");
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "one!,two*,three*");

  /* A message that waits is not sent; one that is being sent is deleted by a second request; a
   * failed one is deleted here only. */
  delete_at (fixture, grace, 2, FALSE, 1);
  delete_at (fixture, grace, 1, TRUE, 1);
  delete_at (fixture, grace, 0, TRUE, 1);
  fixture_assert_timeline (timeline, "");
  g_assert_null (vis_conversation_get_last_message (grace));
  fixture_accept (fixture, 11, 5);
  fixture_assert_timeline (timeline, "");
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_SEND), ==, 0);
  g_assert_cmpstr (
    vis_message_get_string (fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELETE), VIS_FIELD_FOR),
    ==,
    "everyone");
}

static void
test_delete (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);
  VisTimeline     *timeline = fixture_open_timeline (fixture, grace);
  VisMessage      *request;

  for (guint n = 1; n <= 5; n++)
    fixture_event_message (fixture, 10 + n, n, n % 2 == 0 ? "ada" : "grace");
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 1,Text 2>,Text 3,Text 4>,Text 5");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 3);
  fake_wire_ok (fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELIVERED), " ");
  fixture_flush (fixture);
  if (fake_wire_count (fixture->wire, VIS_KIND_CHAT_DELIVERED) > 0)
    fake_wire_ok (fixture->wire, fake_wire_find (fixture->wire, VIS_KIND_CHAT_DELIVERED), " ");
  fixture_flush (fixture);

  delete_at (fixture, grace, 4, TRUE, -1);
  delete_at (fixture, grace, 4, FALSE, 1);
  delete_at (fixture, grace, 1, TRUE, 1);
  fixture_assert_timeline (timeline, "Text 1,->x,Text 3,Text 4>");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 2);
  request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELETE);
  g_assert_cmpstr (vis_message_get_string (request, VIS_FIELD_FOR), ==, "me");
  fake_wire_refuse (fixture->wire, request, "not_found");
  fixture_flush (fixture);
  request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_DELETE);
  g_assert_cmpstr (vis_message_get_string (request, VIS_FIELD_FOR), ==, "everyone");
  g_assert_cmpuint (id_to_number (vis_message_get_string (request, VIS_FIELD_MESSAGE_ID)), ==, 2);
  fake_wire_ok (fixture->wire, request, "\"seq\":16");

  /* Deleted on another device. */
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:deleted\",\"seq\":17,\"chat\":\"grace\",\"message\":"
                   "\"00000000-0000-4000-8000-000000000003\",\"for\":\"everyone\"}");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:deleted\",\"seq\":18,\"chat\":\"grace\",\"message\":"
                   "\"00000000-0000-4000-8000-000000000004\",\"for\":\"me\"}");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:deleted\",\"seq\":19,\"chat\":\"alan\",\"message\":"
                   "\"00000000-0000-4000-8000-000000000004\",\"for\":\"me\"}");
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 1,->x,-x");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);
  fake_wire_event (fixture->wire, "{\"type\":\"chat:cleared\",\"seq\":20,\"chat\":\"grace\"}");
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "");
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
  VisConversation *grace = fixture_begin (fixture, 10);
  VisTimeline     *timeline = fixture_open_timeline (fixture, grace);
  VisMessage      *clearing;
  gboolean         done = FALSE;

  fixture_event_message (fixture, 11, 1, "ada");
  vis_chat_send (fixture->chat, grace, "on its way");
  vis_chat_send (fixture->chat, grace, "waits");
  fake_wire_expect (fixture->wire, VIS_KIND_CHAT_SEND);
  fixture_flush (fixture);
  /* A message that is not stored yet when the conversation is cleared. */
  vis_chat_send (fixture->chat, grace, "on its way to the disk");
  vis_chat_clear_async (fixture->chat, grace, NULL, on_cleared, &done);
  WAIT_FOR (done);
  fixture_assert_timeline (timeline, "");
  fixture_accept (fixture, 12, 9);
  fixture_assert_timeline (timeline, "");
  g_assert_cmpuint (fake_wire_count (fixture->wire, VIS_KIND_CHAT_SEND), ==, 0);
  clearing = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_CLEAR);
  g_assert_cmpstr (vis_message_get_string (clearing, VIS_FIELD_MESSAGE_ID),
                   ==,
                   "00000000-0000-4000-8000-000000000001");
  fake_wire_ok (fixture->wire, clearing, "\"seq\":13");
  fixture_event_message (fixture, 14, 2, "grace");
  fixture_event_message (fixture, 15, 3, "grace");
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 2,Text 3");

  /* Cleared on another device, up to what it had. */
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:cleared\",\"seq\":16,\"chat\":\"grace\","
                   "\"message\":\"00000000-0000-4000-8000-000000000002\"}");
  fixture_flush (fixture);
  fixture_assert_timeline (timeline, "Text 3");
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);
}

static void
test_typing (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);
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
  fixture_event_message (fixture, 11, 1, "grace");
  fixture_flush (fixture);
  g_assert_false (vis_conversation_get_typing (grace));
  fake_wire_event (fixture->wire, "%s", on);

  /* Typing is sent every few seconds, and its end once. */
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
  fixture_flush (fixture);
}

/* A draft is there after a restart, until it is sent. */
static void
test_drafts (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "half a sent", "half\na sentence", NULL, "", "again" };

  fixture_begin (fixture, 0);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *expected = texts[i] != NULL && *texts[i] != '\0' ? texts[i] : NULL;

      vis_chat_set_draft (fixture->chat, vis_chat_find (fixture->chat, "grace"), texts[i]);
      fixture_close (fixture);
      fixture_open (fixture);
      WAIT_FOR (vis_chat_get_loaded (fixture->chat));
      g_assert_cmpstr (
        vis_conversation_get_draft (vis_chat_find (fixture->chat, "grace")), ==, expected);
    }
}

/* A draft whose conversation is not stored, as after a damaged database was replaced. */
static void
test_draft_first (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace;

  fixture_close (fixture);
  vis_store_change_free (store_apply (fixture->store, edit_draft ("grace", "half a sentence")));
  fixture_open (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  g_assert_null (vis_chat_find (fixture->chat, "grace"));
  grace = fixture_begin (fixture, 0);
  g_assert_cmpstr (vis_conversation_get_draft (grace), ==, "half a sentence");
  vis_chat_set_draft (fixture->chat, grace, NULL);
  fixture_close (fixture);
  fixture_open (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  g_assert_null (vis_conversation_get_draft (vis_chat_find (fixture->chat, "grace")));
}

/* The draft of a conversation that has left the list is there when it returns, with or without a
 * restart. */
static void
test_draft_unlisted (Fixture *fixture, gconstpointer data)
{
  fixture_begin (fixture, 0);
  fixture_event_contact (fixture, 1, "kurt", "mutual");
  vis_chat_set_draft (fixture->chat, vis_chat_find (fixture->chat, "kurt"), "half a sentence");
  fixture_event_contact (fixture, 2, "kurt", "none");
  g_assert_null (vis_chat_find (fixture->chat, "kurt"));
  fixture_event_contact (fixture, 3, "kurt", "mutual");
  g_assert_cmpstr (
    vis_conversation_get_draft (vis_chat_find (fixture->chat, "kurt")), ==, "half a sentence");
  fixture_event_contact (fixture, 4, "kurt", "none");

  fixture_close (fixture);
  fixture_open (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 4, FALSE);
  fixture_answer_lists (fixture, NULL);
  g_assert_null (vis_chat_find (fixture->chat, "kurt"));
  fixture_event_contact (fixture, 5, "kurt", "mutual");
  g_assert_cmpstr (
    vis_conversation_get_draft (vis_chat_find (fixture->chat, "kurt")), ==, "half a sentence");
}

/* The server's answer, or its event, for an own message with other content than was sent. */
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
  fixture_flush (fixture);
}

/* Whatever content the server sends for an own message, the text is the original one, also in the
 * store. */
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
  VisConversation    *grace = fixture_begin (fixture, 0);
  VisTimeline        *timeline = fixture_open_timeline (fixture, grace);
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autofree char *words = g_strdup_printf ("my words %u", i);

      vis_chat_send (fixture->chat, grace, words);
      fixture_flush (fixture);
      take_with (fixture, i + 1, FALSE, contents[i]);
      g_string_append_printf (expected, "%s%s>", i > 0 ? "," : "", words);
      fixture_assert_timeline (timeline, expected->str);
      g_assert_cmpint (
        vis_chat_message_get_kind (vis_timeline_peek (timeline, i)), ==, VIS_MESSAGE_TEXT);
    }

  /* As an event, before the answer. */
  vis_chat_send (fixture->chat, grace, "the last words");
  fixture_flush (fixture);
  take_with (fixture, G_N_ELEMENTS (contents) + 1, TRUE, contents[0]);
  g_string_append (expected, ",the last words>");
  fixture_assert_timeline (timeline, expected->str);

  fixture_close (fixture);
  fake_wire_disconnect (fixture->wire);
  fixture_open (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  grace = vis_chat_find (fixture->chat, "grace");
  fixture_assert_timeline (fixture_open_timeline (fixture, grace), expected->str);
}

int
main (int argc, char *argv[])
{
  static const FixtureTest tests[] = {
    { "send", test_send },
    { "send-long", test_send_long },
    { "offline", test_offline },
    { "refused", test_refused },
    { "delete", test_delete },
    { "clear", test_clear },
    { "drafts", test_drafts },
    { "draft-before-conversation", test_draft_first },
    { "draft-unlisted", test_draft_unlisted },
    { "own-text-is-kept", test_own_words },
    { "typing", test_typing },
  };

  g_test_init (&argc, &argv, NULL);

  fixture_add ("/chat/", tests, G_N_ELEMENTS (tests));

  return g_test_run ();
}
