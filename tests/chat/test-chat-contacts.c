/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Contacts: presences, states and the list. */

#include "chat-fixture.h"

/* Presence events arrive while the list of contacts is being stored. */
static void
test_presence_overtakes (Fixture *fixture, gconstpointer data)
{
  VisContact *contact;

  fake_wire_connect (fixture->wire, 5, FALSE);
  fake_wire_ok (
    fixture->wire,
    fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST),
    "\"contacts\":[{\"user\":\"grace\",\"state\":\"mutual\",\"presence\":\"offline\"}]");
  /* The answer was handled, and may or may not be stored. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  fake_wire_event (fixture->wire,
                   "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"online\"}");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"contact:changed\",\"seq\":6,\"contact\":{\"user\":\"kurt\","
                   "\"state\":\"mutual\"}}");
  fake_wire_event (fixture->wire,
                   "{\"type\":\"presence\",\"user\":\"kurt\",\"presence\":\"online\"}");
  fixture_flush (fixture);

  contact = vis_conversation_get_contact (vis_chat_find (fixture->chat, "grace"));
  g_assert_cmpint (vis_contact_get_presence (contact), ==, VIS_PRESENCE_ONLINE);
  contact = vis_conversation_get_contact (vis_chat_find (fixture->chat, "kurt"));
  g_assert_cmpint (vis_contact_get_presence (contact), ==, VIS_PRESENCE_ONLINE);

  fake_wire_disconnect (fixture->wire);
  g_assert_cmpint (vis_contact_get_presence (contact), ==, VIS_PRESENCE_OFFLINE);
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

/* A contact that is removed or blocked does not move to the top of the list. */
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
      fixture_flush (fixture);
      manual_clock_advance (fixture->clock, 1000);
      fake_wire_event (fixture->wire, "%s", events[i]);
      fixture_flush (fixture);
      first = g_list_model_get_item (model, 0);
      g_assert_cmpstr (vis_conversation_get_chat (first), ==, i == 0 ? "grace" : "kurt");
    }
}

static void
test_contacts (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);
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
  fixture_flush (fixture);
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

  /* The answer to accepting has the new state. */
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

  /* An answer without a contact: the list is fetched. */
  done = 0;
  vis_chat_contact_async (
    fixture->chat, VIS_CONTACT_VERB_REMOVE, "kurt", NULL, on_contact_done, &done);
  fake_wire_ok (fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_REMOVE), " ");
  WAIT_FOR (done == 1);
  fixture_answer_lists (fixture, NULL);
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
  fixture_flush (fixture);
  g_assert_cmpstr (vis_contact_get_name (contact), ==, "Grace H.");
  g_assert_cmpint (vis_contact_get_presence (contact), ==, VIS_PRESENCE_OFFLINE);
  assert_first_after_leaving (fixture, model);

  fake_wire_disconnect (fixture->wire);
  done = 0;
  vis_chat_contact_async (
    fixture->chat, VIS_CONTACT_VERB_ADD, "kurt", NULL, on_contact_done, &done);
  WAIT_FOR (done == -1);
}

/* Like a view that is not filled. */
static void
load_when_idle (VisTimeline *timeline)
{
  if (!vis_timeline_get_loading (timeline))
    vis_timeline_load_older (timeline);
}

/* A conversation that is open when its contact is removed is the same object afterwards. */
static void
test_removed_while_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisConversation) open = NULL;
  VisContact                 *contact;
  gulong                      watch;

  fixture_begin (fixture, 10);
  fixture_event_contact (fixture, 11, "kurt", "incoming");
  open = g_object_ref (vis_chat_find (fixture->chat, "kurt"));
  contact = vis_conversation_get_contact (open);
  vis_conversation_get_timeline (open);
  fixture_flush (fixture);
  /* Its first page is being loaded. */
  g_assert_true (vis_timeline_get_loading (vis_conversation_peek_timeline (open)));

  watch = g_signal_connect (
    vis_conversation_peek_timeline (open), "notify::loading", G_CALLBACK (load_when_idle), NULL);
  fixture_event_contact (fixture, 12, "kurt", "none");
  g_signal_handler_disconnect (vis_conversation_peek_timeline (open), watch);
  g_assert_null (vis_chat_find (fixture->chat, "kurt"));
  g_assert_cmpint (vis_contact_get_state (contact), ==, VIS_CONTACT_NONE);
  g_assert_false (vis_timeline_get_loading (vis_conversation_peek_timeline (open)));
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY), "not_found");

  fixture_event_contact (fixture, 13, "kurt", "requested");
  g_assert_true (vis_chat_find (fixture->chat, "kurt") == open);
  g_assert_cmpint (vis_contact_get_state (contact), ==, VIS_CONTACT_REQUESTED);
  fixture_event_contact (fixture, 14, "kurt", "mutual");
  g_assert_cmpint (vis_contact_get_state (contact), ==, VIS_CONTACT_MUTUAL);
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY),
                "\"messages\":[],\"more\":false");
  fixture_flush (fixture);
  g_assert_true (vis_timeline_get_complete (vis_conversation_peek_timeline (open)));

  /* A conversation without references is made again. */
  fixture_event_contact (fixture, 15, "kurt", "none");
  g_object_add_weak_pointer (G_OBJECT (contact), (gpointer *) &contact);
  g_clear_object (&open);
  WAIT_FOR (contact == NULL);
  fixture_event_contact (fixture, 16, "kurt", "incoming");
  contact = vis_conversation_get_contact (vis_chat_find (fixture->chat, "kurt"));
  g_assert_cmpint (vis_contact_get_state (contact), ==, VIS_CONTACT_INCOMING);
}

/* The server has no history for strangers: an open timeline is loaded once the contact is mutual.
 */
static void
test_accepted_while_open (Fixture *fixture, gconstpointer data)
{
  VisConversation *kurt;
  VisTimeline     *timeline;

  fixture_begin (fixture, 10);
  fixture_event_contact (fixture, 11, "kurt", "requested");
  kurt = vis_chat_find (fixture->chat, "kurt");
  timeline = vis_conversation_get_timeline (kurt);
  fixture_flush (fixture);
  fake_wire_refuse (
    fixture->wire, fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY), "not_found");
  fixture_flush (fixture);
  g_assert_false (vis_timeline_get_loading (timeline));
  g_assert_false (vis_timeline_get_complete (timeline));

  fixture_event_contact (fixture, 12, "kurt", "mutual");
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY),
                "\"messages\":[],\"more\":false");
  fixture_flush (fixture);
  g_assert_false (vis_timeline_get_loading (timeline));
  g_assert_true (vis_timeline_get_complete (timeline));
}

/* Four events of two contacts, and the list that a server would answer after each of them. The list
 * arrives before all events that are newer than it, and may overtake older ones. */

#define EVENTS 4

static const struct
{
  const char *user;
  const char *state;
} story[EVENTS] = {
  { "eve", "mutual" },
  { "kurt", "incoming" },
  { "eve", "none" },
  { "kurt", "blocked" },
};

static void
answer_contacts (Fixture *fixture, guint events)
{
  const char         *eve = "incoming", *kurt = "none";
  g_autoptr (GString) contacts = g_string_new (GRACE);

  for (guint i = 0; i < events; i++)
    *(g_str_equal (story[i].user, "eve") ? &eve : &kurt) = story[i].state;
  if (!g_str_equal (eve, "none"))
    g_string_append_printf (contacts, ",{\"user\":\"eve\",\"state\":\"%s\"}", eve);
  if (!g_str_equal (kurt, "none"))
    g_string_append_printf (contacts, ",{\"user\":\"kurt\",\"state\":\"%s\"}", kurt);
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST),
                "\"contacts\":[%s]",
                contacts->str);
}

/* Whether the list, as of after @events, comes before all newer events. */
static gboolean
can_come (const guint *order, guint events)
{
  for (guint i = 0; order[i] != EVENTS; i++)
    if (order[i] >= events)
      return FALSE;

  return TRUE;
}

/* In all orders in which events and the list can arrive, the state is that of the last event. */
static void
test_list_overtakes (Fixture *fixture, gconstpointer data)
{
  gint64 seq = 10;
  guint  rounds = 0;

  fixture_begin (fixture, seq);
  for (guint events = 0; events <= EVENTS; events++)
    {
      guint order[EVENTS + 1] = { 0, 1, 2, 3, 4 };

      do
        {
          VisConversation *kurt;

          if (!can_come (order, events))
            continue;
          fixture_event_contact (fixture, ++seq, "kurt", "none");
          fixture_event_contact (fixture, ++seq, "eve", "incoming");
          vis_chat_fetcher_want (fixture->chat->fetcher, VIS_KIND_CONTACT_LIST);
          for (guint i = 0; i <= EVENTS; i++)
            {
              if (order[i] == EVENTS)
                answer_contacts (fixture, events);
              else
                fixture_event_contact (
                  fixture, seq + 1 + order[i], story[order[i]].user, story[order[i]].state);
              fixture_flush (fixture);
            }
          seq += EVENTS;
          rounds++;
          kurt = vis_chat_find (fixture->chat, "kurt");
          g_assert_nonnull (kurt);
          g_assert_cmpint (
            vis_contact_get_state (vis_conversation_get_contact (kurt)), ==, VIS_CONTACT_BLOCKED);
          g_assert_null (vis_chat_find (fixture->chat, "eve"));
          g_assert_nonnull (vis_chat_find (fixture->chat, "grace"));
          g_assert_cmpint (vis_chat_get_connection (fixture->chat), ==, VIS_CHAT_STATUS_ONLINE);
          g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, seq);
        }
      while (fixture_permute (order, EVENTS + 1));
    }
  /* The list as of after 0 to 4 events, in those of the 120 orders in which it can arrive. */
  g_assert_cmpuint (rounds, ==, 24 + 30 + 40 + 60 + 120);
}

int
main (int argc, char *argv[])
{
  static const FixtureTest tests[] = {
    { "presence-overtakes", test_presence_overtakes },
    { "contacts", test_contacts },
    { "list-overtakes", test_list_overtakes },
    { "removed-while-open", test_removed_while_open },
    { "accepted-while-open", test_accepted_while_open },
  };

  g_test_init (&argc, &argv, NULL);

  fixture_add ("/chat/", tests, G_N_ELEMENTS (tests));

  return g_test_run ();
}
