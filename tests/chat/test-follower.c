/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The follower alone: when a connection can be used, and how events are handled. */

#include "counting-store.h"
#include "parts-fixture.h"
#include "store-helpers.h"
#include "vis-chat-follower.h"

typedef struct
{
  Parts            parts;
  VisChatSender   *sender;
  VisChatFollower *follower;
  GString         *log; /* "online", "reset" or "lost" for each connection, and "offline" */
} Fixture;

static void
on_online (VisChatFollower *follower, gboolean reset, gboolean lost, Fixture *fixture)
{
  g_assert_true (vis_chat_follower_get_online (follower));
  g_assert_true (reset || !lost);
  g_string_append (fixture->log, lost ? "lost " : reset ? "reset " : "online ");
}

static void
on_offline (VisChatFollower *follower, Fixture *fixture)
{
  g_assert_false (vis_chat_follower_get_online (follower));
  g_string_append (fixture->log, "offline ");
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  Parts *parts = &fixture->parts;

  parts_set_up (parts);
  fixture->log = g_string_new (NULL);
  fixture->sender = vis_chat_sender_new (
    "ada", parts->journal, parts->turns, VIS_WIRE (parts->wire), VIS_CLOCK (parts->clock));
  fixture->follower = vis_chat_follower_new (
    parts->model, parts->journal, parts->turns, fixture->sender, VIS_WIRE (parts->wire));
  g_signal_connect (fixture->follower, "online", G_CALLBACK (on_online), fixture);
  g_signal_connect (fixture->follower, "offline", G_CALLBACK (on_offline), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->follower != NULL)
    g_assert_finalize_object (g_steal_pointer (&fixture->follower));
  g_assert_finalize_object (fixture->sender);
  parts_tear_down (&fixture->parts);
  g_string_free (fixture->log, TRUE);
}

static void
assert_log (Fixture *fixture, const char *expected)
{
  g_assert_cmpstr (fixture->log->str, ==, expected);
  g_string_truncate (fixture->log, 0);
}

/* The message @n of grace's conversation arrives as the event @seq. */
static void
receive (Fixture *fixture, gint64 seq, guint n, const char *from)
{
  g_autofree char *message = json_message (n, "grace", from);

  fake_wire_event (fixture->parts.wire,
                   "{\"type\":\"chat:message\",\"seq\":%" G_GINT64_FORMAT
                   ",\"chat\":\"grace\",\"message\":%s}",
                   seq,
                   message);
}

/* A connection from before the store was read is used after that, with its events. */
static void
test_connected_before_begin (Fixture *fixture, gconstpointer data)
{
  fake_wire_connect (fixture->parts.wire, 10, FALSE);
  receive (fixture, 11, 1, "grace");
  receive (fixture, 12, 2, "grace");
  assert_log (fixture, "");
  parts_assert_edits (&fixture->parts, "");
  vis_chat_follower_begin (fixture->follower);
  assert_log (fixture, "online ");
  parts_assert_edits (&fixture->parts, "name receive receive");
  parts_assert_stored (&fixture->parts, "2 1");
}

/* Events of a connection that was lost before the store was read are dropped: the next one brings
 * them again. */
static void
test_lost_before_begin (Fixture *fixture, gconstpointer data)
{
  fake_wire_connect (fixture->parts.wire, 10, FALSE);
  fake_wire_event (fixture->parts.wire,
                   "{\"type\":\"contact:changed\",\"contact\":{\"user\":\"kurt\",\"state\":"
                   "\"mutual\"}}");
  fake_wire_disconnect (fixture->parts.wire);
  fake_wire_connect (fixture->parts.wire, 10, FALSE);
  receive (fixture, 11, 1, "grace");
  vis_chat_follower_begin (fixture->follower);
  assert_log (fixture, "online ");
  parts_assert_edits (&fixture->parts, "name receive");
  g_assert_cmpint (fake_wire_get_since (fixture->parts.wire), ==, 10);
}

/* Whether a connection resumes or resets follows from `since` of hello and `seq` of its answer. */
static void
test_kinds_of_connection (Fixture *fixture, gconstpointer data)
{
  FakeWire *wire = fixture->parts.wire;

  fake_wire_connect (wire, 12, FALSE);
  vis_chat_follower_begin (fixture->follower); /* the hello had no `since` */
  fake_wire_disconnect (wire);
  assert_log (fixture, "reset offline ");
  fake_wire_connect (wire, 12, FALSE);
  fake_wire_disconnect (wire);
  fake_wire_connect (wire, 15, FALSE);
  fake_wire_disconnect (wire);
  assert_log (fixture, "online offline online offline ");

  fake_wire_connect (wire, 20, TRUE); /* away for longer than the server keeps events */
  fake_wire_disconnect (wire);
  assert_log (fixture, "reset offline ");
  fake_wire_connect_to_copy (wire, 30);
  fake_wire_disconnect (wire);
  assert_log (fixture, "lost offline ");
  fake_wire_connect (wire, 29, FALSE); /* `seq` of the server is lower than before */
  fake_wire_disconnect (wire);
  assert_log (fixture, "lost offline ");
}

/* Events are stored in the order of `seq`, each once, and none after the connection is lost. */
static void
test_order (Fixture *fixture, gconstpointer data)
{
  vis_chat_follower_begin (fixture->follower);
  fake_wire_connect (fixture->parts.wire, 14, FALSE);
  parts_assert_edits (&fixture->parts, "name");
  receive (fixture, 12, 2, "grace");
  receive (fixture, 13, 3, "grace");
  parts_assert_edits (&fixture->parts, "");
  receive (fixture, 11, 1, "grace");
  receive (fixture, 11, 1, "grace");
  parts_assert_edits (&fixture->parts, "receive receive receive");
  parts_assert_stored (&fixture->parts, "3 2 1");
  g_assert_cmpint (vis_chat_journal_get_since (fixture->parts.journal), ==, 13);

  fake_wire_disconnect (fixture->parts.wire);
  receive (fixture, 14, 4, "grace");
  parts_assert_edits (&fixture->parts, "");
}

/* An unknown event is counted; an event without `seq` is stored and not counted. */
static void
test_unknown_and_uncounted (Fixture *fixture, gconstpointer data)
{
  vis_chat_follower_begin (fixture->follower);
  fake_wire_connect (fixture->parts.wire, 10, FALSE);
  parts_assert_edits (&fixture->parts, "name");
  fake_wire_event (fixture->parts.wire, "{\"type\":\"chat:pinned\",\"seq\":11,\"chat\":[]}");
  parts_assert_edits (&fixture->parts, "note");
  g_assert_cmpint (vis_chat_journal_get_since (fixture->parts.journal), ==, 11);
  fake_wire_event (fixture->parts.wire,
                   "{\"type\":\"contact:changed\",\"contact\":{\"user\":\"kurt\",\"state\":"
                   "\"mutual\",\"presence\":\"away\"}}");
  parts_assert_edits (&fixture->parts, "contact");
  g_assert_cmpint (vis_chat_journal_get_since (fixture->parts.journal), ==, 11);
  g_assert_cmpint (vis_contact_get_presence (vis_conversation_get_contact (
                     vis_chat_model_find (fixture->parts.model, "kurt"))),
                   ==,
                   VIS_PRESENCE_AWAY);
}

/* Presence and typing go to the model and are never stored. */
static void
test_never_stored (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace;

  vis_chat_follower_begin (fixture->follower);
  fake_wire_connect (fixture->parts.wire, 10, FALSE);
  fake_wire_event (fixture->parts.wire,
                   "{\"type\":\"contact:changed\",\"seq\":11,\"contact\":{\"user\":"
                   "\"grace\",\"state\":\"mutual\"}}");
  parts_assert_edits (&fixture->parts, "name contact");
  grace = vis_chat_model_find (fixture->parts.model, "grace");
  fake_wire_event (fixture->parts.wire,
                   "{\"type\":\"chat:typing\",\"chat\":\"grace\",\"user\":\"grace\","
                   "\"typing\":true}");
  fake_wire_event (fixture->parts.wire,
                   "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"online\"}");
  g_assert_true (vis_conversation_get_typing (grace));
  g_assert_cmpint (
    vis_contact_get_presence (vis_conversation_get_contact (grace)), ==, VIS_PRESENCE_ONLINE);
  parts_assert_edits (&fixture->parts, "");
  vis_chat_model_go_offline (fixture->parts.model);
}

/* The display name is stored when it changes. */
static void
test_name (Fixture *fixture, gconstpointer data)
{
  vis_chat_follower_begin (fixture->follower);
  fake_wire_connect (fixture->parts.wire, 10, FALSE);
  g_assert_cmpstr (vis_chat_model_get_name (fixture->parts.model), ==, "Ada");
  fake_wire_disconnect (fixture->parts.wire);
  fake_wire_connect (fixture->parts.wire, 10, FALSE);
  parts_assert_edits (&fixture->parts, "name");
}

/* A message of this person in an event is not sent again. */
static void
test_own_message (Fixture *fixture, gconstpointer data)
{
  g_autofree char      *id = message_id (1);
  g_autofree char      *other = message_id (2);
  VisStoredRequest      first = { 1, VIS_REQUEST_SEND, (char *) "grace", id, (char *) "Text 1" };
  VisStoredRequest      second = { 2, VIS_REQUEST_SEND, (char *) "grace", other, (char *) "Two" };
  g_autoptr (GPtrArray) requests = g_ptr_array_new ();
  VisMessage           *request;

  g_ptr_array_add (requests, &first);
  g_ptr_array_add (requests, &second);
  vis_chat_sender_add (fixture->sender, requests);
  vis_chat_follower_begin (fixture->follower);
  fake_wire_connect (fixture->parts.wire, 10, FALSE);
  receive (fixture, 11, 1, "ada");
  vis_chat_sender_start (fixture->sender);
  request = fake_wire_expect (fixture->parts.wire, VIS_KIND_CHAT_SEND);
  g_assert_cmpstr (
    vis_message_get_string (vis_message_get_object (request, VIS_FIELD_DRAFT), VIS_FIELD_ID),
    ==,
    other);
}

/* An event that could not be stored is handled again at the next connection, and later ones as
 * well. */
static void
test_not_stored (Fixture *fixture, gconstpointer data)
{
  vis_chat_follower_begin (fixture->follower);
  fake_wire_connect (fixture->parts.wire, 10, FALSE);
  parts_assert_edits (&fixture->parts, "name");
  counting_store_fail_next (fixture->parts.store);
  receive (fixture, 11, 1, "grace");
  receive (fixture, 12, 2, "grace");
  parts_settle (&fixture->parts);
  g_assert_cmpint (vis_chat_journal_get_since (fixture->parts.journal), ==, 10);

  fake_wire_disconnect (fixture->parts.wire);
  fake_wire_connect (fixture->parts.wire, 12, FALSE);
  receive (fixture, 11, 1, "grace");
  receive (fixture, 12, 2, "grace");
  parts_settle (&fixture->parts);
  g_assert_cmpint (vis_chat_journal_get_since (fixture->parts.journal), ==, 12);
  parts_assert_stored (&fixture->parts, "1 2");
}

/* Disposed before begin, or while an event waits; twice is no error. */
static void
test_dispose (Fixture *fixture, gconstpointer data)
{
  if (g_str_equal (data, "waiting"))
    vis_chat_follower_begin (fixture->follower);
  fake_wire_connect (fixture->parts.wire, 12, FALSE);
  receive (fixture, 12, 2, "grace");
  parts_settle (&fixture->parts);
  g_string_truncate (fixture->parts.edits, 0);
  g_object_run_dispose (G_OBJECT (fixture->follower));
  g_assert_cmpuint (manual_clock_count (fixture->parts.clock), ==, 0);
  parts_take_turn (&fixture->parts, 11);
  receive (fixture, 13, 3, "grace");
  fake_wire_disconnect (fixture->parts.wire);
  g_assert_finalize_object (g_steal_pointer (&fixture->follower));
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
    { "connected-before-begin", test_connected_before_begin, NULL },
    { "lost-before-begin", test_lost_before_begin, NULL },
    { "kinds-of-connection", test_kinds_of_connection, NULL },
    { "order", test_order, NULL },
    { "unknown-and-uncounted", test_unknown_and_uncounted, NULL },
    { "never-stored", test_never_stored, NULL },
    { "name", test_name, NULL },
    { "own-message", test_own_message, NULL },
    { "not-stored", test_not_stored, NULL },
    { "dispose/early", test_dispose, "early" },
    { "dispose/waiting", test_dispose, "waiting" },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/follower/", tests[i].name, NULL);

      g_test_add (path, Fixture, tests[i].data, set_up, tests[i].func, tear_down);
    }
  return g_test_run ();
}
