/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The model alone, filled by hand in place of the store and the wire. */

#include "manual-clock.h"
#include "vis-chat-show.h"
#include "vis-conversation-private.h"

typedef struct
{
  ManualClock  *clock;
  VisChatModel *model;
  guint         made;
  guint         removed;
  guint         received;
  guint         requested;
  guint         changes;
} Fixture;

static void
count (guint *calls)
{
  (*calls)++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = manual_clock_new ();
  fixture->model = vis_chat_model_new ("ada", VIS_CLOCK (fixture->clock));
  g_signal_connect_swapped (
    fixture->model, "conversation-made", G_CALLBACK (count), &fixture->made);
  g_signal_connect_swapped (
    fixture->model, "conversation-removed", G_CALLBACK (count), &fixture->removed);
  g_signal_connect_swapped (fixture->model, "received", G_CALLBACK (count), &fixture->received);
  g_signal_connect_swapped (fixture->model, "requested", G_CALLBACK (count), &fixture->requested);
  g_signal_connect_swapped (vis_chat_model_get_conversations (fixture->model),
                            "items-changed",
                            G_CALLBACK (count),
                            &fixture->changes);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->model);
  g_assert_cmpuint (manual_clock_count (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->clock);
}

static VisStoredMessage *
stored_message (const char *id, const char *from)
{
  VisStoredMessage *message = g_new0 (VisStoredMessage, 1);

  message->id = g_strdup (id);
  message->from = g_strdup (from);
  message->text = g_strdup (id);
  message->ts = message->position = (gint64) strlen (id);
  message->outgoing = g_str_equal (from, "ada");
  return message;
}

static void
add_conversation (GPtrArray *conversations, const char *chat, const char *last, guint unread)
{
  VisStoredConversation *conversation = g_new0 (VisStoredConversation, 1);

  conversation->chat = g_strdup (chat);
  conversation->last = last != NULL ? stored_message (last, chat) : NULL;
  conversation->unread = unread;
  conversation->read = conversation->delivered = VIS_STORE_NOWHERE;
  g_ptr_array_add (conversations, conversation);
}

static void
add_contact (GPtrArray *contacts, const char *user, VisContactState state)
{
  VisStoredContact *contact = g_new0 (VisStoredContact, 1);

  contact->user = g_strdup (user);
  contact->name = g_strdup (user);
  contact->state = state;
  g_ptr_array_add (contacts, contact);
}

static void
show_contact (Fixture *fixture, const char *user, VisContactState state)
{
  g_autoptr (VisStoreChange) change = vis_store_change_new (NULL);

  add_contact (change->contacts, user, state);
  vis_chat_show_change (fixture->model, change, VIS_EDIT_CONTACT);
}

/* Stored contents are added in one change, newest first, without `received`. */
static void
test_contents (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreContents) contents = vis_store_contents_new ();
  VisConversationList         *list = vis_chat_model_get_conversations (fixture->model);

  add_conversation (contents->conversations, "grace", "1", 2);
  add_conversation (contents->conversations, "alan", "12", 3);
  add_contact (contents->contacts, "grace", VIS_CONTACT_MUTUAL);
  add_contact (contents->contacts, "emmy", VIS_CONTACT_INCOMING);
  vis_chat_show_contents (fixture->model, contents);

  g_assert_cmpuint (fixture->changes, ==, 1);
  g_assert_cmpuint (fixture->made, ==, 3);
  g_assert_cmpuint (fixture->received + fixture->requested, ==, 0);
  g_assert_cmpuint (vis_chat_model_get_unread (fixture->model), ==, 5);
  g_assert_cmpuint (vis_chat_model_get_requests (fixture->model), ==, 1);
  g_assert_cmpuint (vis_conversation_list_get_size (list), ==, 3);
  g_assert_cmpstr (vis_conversation_get_chat (vis_conversation_list_peek (list, 0)), ==, "alan");
}

/* A new message, and a change of it. */
static void
test_received (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreChange) change = vis_store_change_new ("grace");
  VisConversation           *grace;

  show_contact (fixture, "grace", VIS_CONTACT_MUTUAL);
  grace = vis_chat_model_find (fixture->model, "grace");
  change->fresh = TRUE;
  g_ptr_array_add (change->messages, stored_message ("1", "grace"));
  add_conversation (change->conversations, "grace", "1", 1);
  vis_chat_show_change (fixture->model, change, VIS_EDIT_RECEIVE);

  g_assert_cmpuint (fixture->received, ==, 1);
  g_assert_cmpuint (vis_chat_model_get_unread (fixture->model), ==, 1);
  g_assert_cmpstr (vis_chat_message_get_text (vis_conversation_get_last_message (grace)), ==, "1");

  /* No `received` for older history. */
  vis_chat_show_change (fixture->model, change, VIS_EDIT_HISTORY);
  g_assert_cmpuint (fixture->received, ==, 1);
}

/* A removed contact leaves the list; when it returns, its conversation is the same object. */
static void
test_leave (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisConversation) grace = NULL;

  show_contact (fixture, "grace", VIS_CONTACT_INCOMING);
  g_assert_cmpuint (fixture->requested, ==, 1);
  g_assert_cmpuint (vis_chat_model_get_requests (fixture->model), ==, 1);
  grace = g_object_ref (vis_chat_model_find (fixture->model, "grace"));

  show_contact (fixture, "grace", VIS_CONTACT_NONE);
  g_assert_cmpuint (fixture->removed, ==, 1);
  g_assert_null (vis_chat_model_find (fixture->model, "grace"));
  g_assert_cmpuint (vis_chat_model_get_requests (fixture->model), ==, 0);

  show_contact (fixture, "grace", VIS_CONTACT_MUTUAL);
  g_assert_true (vis_chat_model_find (fixture->model, "grace") == grace);
  g_assert_cmpuint (fixture->made, ==, 1);
}

/* Presence and typing: kept until the contact is there, and cleared without a connection. */
static void
test_live (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisMessage) presence = vis_message_new (VIS_KIND_PRESENCE);
  g_autoptr (VisMessage) typing = vis_message_new (VIS_KIND_CHAT_TYPING);
  VisConversation       *grace;
  VisContact            *contact;

  vis_message_set_string (presence, VIS_FIELD_USER, "grace");
  vis_message_set_string (presence, VIS_FIELD_PRESENCE, "online");
  vis_message_set_string (typing, VIS_FIELD_CHAT, "grace");
  vis_message_set_boolean (typing, VIS_FIELD_TYPING, TRUE);

  vis_chat_model_note_presence (fixture->model, presence);
  vis_chat_model_note_typing (fixture->model, typing);
  show_contact (fixture, "grace", VIS_CONTACT_MUTUAL);
  grace = vis_chat_model_find (fixture->model, "grace");
  contact = vis_conversation_get_contact (grace);
  g_assert_cmpint (vis_contact_get_presence (contact), ==, VIS_PRESENCE_ONLINE);
  g_assert_false (vis_conversation_get_typing (grace));

  vis_chat_model_note_typing (fixture->model, typing);
  g_assert_true (vis_conversation_get_typing (grace));
  manual_clock_advance (fixture->clock, 60000);
  g_assert_false (vis_conversation_get_typing (grace));

  vis_chat_model_note_typing (fixture->model, typing);
  vis_chat_model_go_offline (fixture->model);
  g_assert_false (vis_conversation_get_typing (grace));
  g_assert_cmpint (vis_contact_get_presence (contact), ==, VIS_PRESENCE_OFFLINE);
  vis_chat_model_note_typing (fixture->model, typing);
}

/* A message to be sent comes after all others that wait, whatever the time of day. */
static void
test_pending (Fixture *fixture, gconstpointer data)
{
  gint64 far = VIS_STORE_PENDING + vis_clock_wall (VIS_CLOCK (fixture->clock)) + 1000;

  vis_chat_model_note_pending (fixture->model, far);
  g_assert_cmpint (vis_chat_model_next_pending (fixture->model), ==, far + 1);
  vis_chat_model_note_pending (fixture->model, far);
  g_assert_cmpint (vis_chat_model_next_pending (fixture->model), ==, far + 2);
}

static void
test_name (Fixture *fixture, gconstpointer data)
{
  guint names = 0;

  g_signal_connect_swapped (fixture->model, "notify::name", G_CALLBACK (count), &names);
  vis_chat_model_set_name (fixture->model, " Ada ");
  vis_chat_model_set_name (fixture->model, "Ada");
  g_assert_cmpstr (vis_chat_model_name_of (fixture->model, "ada"), ==, "Ada");
  g_assert_cmpstr (vis_chat_model_name_of (fixture->model, "eve"), ==, "eve");
  vis_chat_model_set_name (fixture->model, "  ");
  g_assert_cmpstr (vis_chat_model_get_name (fixture->model), ==, "ada");
  g_assert_cmpuint (names, ==, 2);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/model/contents", test_contents },     { "/model/received", test_received },
    { "/model/removed-contact", test_leave }, { "/model/presence-and-typing", test_live },
    { "/model/pending", test_pending },       { "/model/name", test_name },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
