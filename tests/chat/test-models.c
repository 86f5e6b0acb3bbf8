/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-chat-message-private.h"
#include "vis-chat-private.h"
#include "vis-contact-private.h"
#include "vis-timeline-private.h"

typedef struct
{
  guint calls;
  guint position;
  guint removed;
  guint added;
} Changes;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Changes *changes)
{
  changes->calls++;
  changes->position = position;
  changes->removed = removed;
  changes->added = added;
}

static void
count (guint *calls)
{
  (*calls)++;
}

static VisChatMessage *
make_message (guint n)
{
  g_autofree char *id = g_strdup_printf ("00000000-0000-4000-8000-%012u", n);
  VisChatMessage  *message = vis_chat_message_new (id, "grace", FALSE, VIS_MESSAGE_TEXT);

  vis_chat_message_set_position (message, n);
  vis_chat_message_set_ts (message, n);
  vis_chat_message_set_text (message, "Hello");
  return message;
}

static void
test_contact (void)
{
  VisContact *contact = vis_contact_new ("grace");
  guint       names = 0;
  guint       presences = 0;

  g_signal_connect_swapped (contact, "notify::name", G_CALLBACK (count), &names);
  g_signal_connect_swapped (contact, "notify::presence", G_CALLBACK (count), &presences);

  g_assert_cmpstr (vis_contact_get_name (contact), ==, "grace");
  vis_contact_set_name (contact, "Grace");
  vis_contact_set_name (contact, "Grace");
  vis_contact_set_name (contact, "");
  g_assert_cmpstr (vis_contact_get_name (contact), ==, "grace");
  g_assert_cmpuint (names, ==, 2);

  vis_contact_set_presence (contact, VIS_PRESENCE_ONLINE, 5);
  vis_contact_set_presence (contact, VIS_PRESENCE_OFFLINE, 0);
  g_assert_cmpint (vis_contact_get_last_seen (contact), ==, 5);
  g_assert_cmpuint (presences, ==, 2);

  vis_contact_set_state (contact, VIS_CONTACT_BLOCKED);
  g_assert_cmpint (vis_contact_get_state (contact), ==, VIS_CONTACT_BLOCKED);
  g_assert_finalize_object (contact);
}

static void
test_message (void)
{
  VisChatMessage *message = make_message (1);
  guint           texts = 0;

  g_signal_connect_swapped (message, "notify::text", G_CALLBACK (count), &texts);
  vis_chat_message_set_deleted (message, TRUE);
  vis_chat_message_set_deleted (message, TRUE);
  g_assert_null (vis_chat_message_get_text (message));
  g_assert_true (vis_chat_message_get_deleted (message));
  g_assert_cmpuint (texts, ==, 1);
  g_assert_finalize_object (message);
}

static void
test_timeline (void)
{
  VisTimeline               *timeline = vis_timeline_new ();
  Changes                    changes = { 0 };
  g_autoptr (GPtrArray)      page = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (VisChatMessage) moving = make_message (105);

  g_signal_connect (timeline, "items-changed", G_CALLBACK (on_items_changed), &changes);

  for (guint n = 100; n < 105; n++)
    {
      g_autoptr (VisChatMessage) message = make_message (n);

      vis_timeline_insert (timeline, message);
    }
  g_assert_cmpuint (changes.calls, ==, 5);

  /* A page that overlaps with the timeline is added in one change, without duplicates. */
  for (guint n = 36; n < 101; n++)
    g_ptr_array_add (page, make_message (n));
  vis_timeline_prepend (timeline, page);
  g_assert_cmpuint (changes.calls, ==, 6);
  g_assert_cmpuint (changes.position, ==, 0);
  g_assert_cmpuint (changes.added, ==, 64);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 69);
  for (guint i = 0; i < 69; i++)
    g_assert_cmpint (
      vis_chat_message_get_position (vis_timeline_peek (timeline, i)), ==, 36 + (int) i);

  /* A message that moves is the same object, in one change. */
  vis_timeline_insert (timeline, moving);
  vis_chat_message_set_position (moving, 102);
  vis_timeline_insert (timeline, moving);
  g_assert_cmpuint (changes.calls, ==, 8);
  g_assert_cmpuint (changes.removed, ==, 3);
  g_assert_cmpuint (changes.added, ==, 3);
  g_assert_true (vis_timeline_peek (timeline, 67) == moving);
  vis_timeline_insert (timeline, moving);
  g_assert_cmpuint (changes.calls, ==, 8);

  vis_timeline_remove (timeline, vis_chat_message_get_id (moving));
  vis_timeline_remove (timeline, vis_chat_message_get_id (moving));
  g_assert_cmpuint (changes.calls, ==, 9);
  vis_timeline_clear (timeline);
  vis_timeline_clear (timeline);
  g_assert_cmpuint (changes.calls, ==, 10);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 0);
  g_assert_finalize_object (timeline);
}

static VisConversation *
add (VisChat *chat, const char *user, guint last)
{
  g_autoptr (VisContact)      contact = vis_contact_new (user);
  g_autoptr (VisConversation) conversation = vis_conversation_new (contact);

  if (last > 0)
    {
      g_autoptr (VisChatMessage) message = make_message (last);

      vis_conversation_set_last_message (conversation, message);
    }
  vis_chat_model_add (chat->model, conversation);
  return vis_chat_find (chat, user);
}

static void
test_conversations (void)
{
  VisChat         *chat = vis_chat_new ("ada", NULL, NULL, NULL);
  GListModel      *model = vis_chat_get_conversations (chat);
  VisConversation *grace = add (chat, "grace", 10);
  VisConversation *alan = add (chat, "alan", 20);
  VisConversation *kurt = add (chat, "kurt", 0);
  VisConversation *emmy = add (chat, "emmy", 0);
  Changes          changes = { 0 };
  guint            unreads = 0;
  VisConversation *expected[] = { grace, alan, emmy, kurt };

  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), &changes);
  g_signal_connect_swapped (chat, "notify::unread", G_CALLBACK (count), &unreads);

  vis_conversation_set_unread (alan, 2);
  vis_conversation_set_unread (kurt, 1);
  vis_conversation_set_unread (kurt, 1);
  g_assert_cmpuint (vis_chat_get_unread (chat), ==, 3);
  vis_conversation_set_unread (alan, 0);
  g_assert_cmpuint (vis_chat_get_unread (chat), ==, 1);
  g_assert_cmpuint (unreads, ==, 3);

  /* Sending moves the conversation to the top, in one change. */
  vis_chat_send (chat, grace, "Hello");
  g_assert_cmpuint (changes.calls, ==, 1);
  g_assert_cmpuint (changes.position, ==, 0);
  g_assert_cmpuint (changes.added, ==, 2);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (VisConversation) item = g_list_model_get_item (model, i);

      g_assert_true (item == expected[i]);
    }
  vis_chat_send (chat, grace, "Hello again");
  g_assert_cmpuint (changes.calls, ==, 1);

  g_assert_cmpstr (vis_chat_name_of (chat, "nobody"), ==, "nobody");
  g_assert_finalize_object (chat);
}

/* Unread are messages of the other person that are not deleted, and missed calls. */
static void
test_first_unread (void)
{
  static const struct
  {
    gboolean       outgoing;
    VisMessageKind kind;
    const char    *outcome;
    gboolean       deleted;
  } cases[] = {
    { FALSE, VIS_MESSAGE_TEXT, NULL, FALSE },       { FALSE, VIS_MESSAGE_CALL, "missed", FALSE },
    { FALSE, VIS_MESSAGE_CALL, "answered", FALSE }, { TRUE, VIS_MESSAGE_CALL, "missed", FALSE },
    { FALSE, VIS_MESSAGE_TEXT, NULL, TRUE },        { TRUE, VIS_MESSAGE_TEXT, NULL, FALSE },
    { FALSE, VIS_MESSAGE_TEXT, NULL, FALSE },
  };
  static const struct
  {
    guint unread;
    guint first;
    guint missing;
  } expected[] = { { 0, 7, 0 }, { 1, 6, 0 }, { 2, 1, 0 }, { 3, 0, 0 }, { 5, 0, 2 } };
  g_autoptr (VisContact)      contact = vis_contact_new ("alan");
  g_autoptr (VisConversation) conversation = vis_conversation_new (contact);
  guint                       missing;

  vis_conversation_set_unread (conversation, 4);
  g_assert_cmpuint (vis_conversation_find_first_unread (conversation, &missing), ==, 0);
  g_assert_cmpuint (missing, ==, 4);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char           *id = g_strdup_printf ("%u", i);
      g_autoptr (VisChatMessage) message =
        vis_chat_message_new (id, "alan", cases[i].outgoing, cases[i].kind);

      if (cases[i].kind == VIS_MESSAGE_CALL)
        vis_chat_message_set_call (message, cases[i].outcome, FALSE, 0);
      vis_chat_message_set_deleted (message, cases[i].deleted);
      vis_chat_message_set_position (message, i);
      vis_timeline_insert (vis_conversation_peek_timeline (conversation), message);
    }
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      vis_conversation_set_unread (conversation, expected[i].unread);
      g_assert_cmpuint (
        vis_conversation_find_first_unread (conversation, &missing), ==, expected[i].first);
      g_assert_cmpuint (missing, ==, expected[i].missing);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/contact", test_contact);
  g_test_add_func ("/chat/message", test_message);
  g_test_add_func ("/chat/timeline", test_timeline);
  g_test_add_func ("/chat/conversations", test_conversations);
  g_test_add_func ("/chat/first-unread", test_first_unread);

  return g_test_run ();
}
