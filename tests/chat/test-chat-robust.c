/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Servers that send nonsense, and stores that fail. */

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "chat-fixture.h"
#include "counting-store.h"
#include "store-helpers.h"
#include "vis-error.h"
#include "vis-sqlite-store.h"

/* A contact, a chat, a message of a page or an event that can't be read does not affect the others.
 */
static void
test_newer_elements (Fixture *fixture, gconstpointer data)
{
  VisConversation *grace = fixture_begin (fixture, 10);
  VisConversation *kurt;
  VisTimeline     *timeline;
  GString         *page = g_string_new (NULL);
  g_autofree char *poll = json_unknown (130, ",\"ts\":130,\"kind\":\"poll\",\"options\":[1,2]");
  g_autofree char *react = json_unknown (131, ",\"ts\":131,\"kind\":\"react\",\"silent\":true");

  /* Kurt is a contact, with a state that can't be read in the next list. */
  fake_wire_event (fixture->wire,
                   "{\"type\":\"contact:changed\",\"seq\":11,\"contact\":{\"user\":\"kurt\","
                   "\"state\":\"mutual\"}}");
  fixture_flush (fixture);
  fake_wire_disconnect (fixture->wire);
  fake_wire_connect (fixture->wire, 11, TRUE);
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CONTACT_LIST),
                "\"contacts\":[" GRACE ",{\"user\":\"kurt\",\"state\":\"estranged\"}]");
  fake_wire_ok (fixture->wire,
                fake_wire_expect (fixture->wire, VIS_KIND_CHAT_LIST),
                "\"chats\":[{\"chat\":\"@room\"},{\"chat\":\"grace\",\"last\":%s,\"unread\":1}]",
                poll);
  fixture_flush (fixture);
  kurt = vis_chat_find (fixture->chat, "kurt");
  g_assert_cmpint (
    vis_contact_get_state (vis_conversation_get_contact (kurt)), ==, VIS_CONTACT_MUTUAL);
  g_assert_cmpint (
    vis_chat_message_get_kind (vis_conversation_get_last_message (grace)), ==, VIS_MESSAGE_UNKNOWN);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);

  /* A page of 40: one message of an unknown kind, one silent, one without a time; one of a third
   * person comes last, and the next page is that before it. */
  timeline = vis_conversation_get_timeline (grace);
  fixture_flush (fixture);
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
  fixture_flush (fixture);
  {
    VisMessage      *request = fake_wire_expect (fixture->wire, VIS_KIND_CHAT_HISTORY);
    g_autofree char *before = message_id (91);
    g_autofree char *oldest = json_message (90, "grace", "grace");

    g_assert_cmpstr (vis_message_get_string (request, VIS_FIELD_BEFORE), ==, before);
    fake_wire_ok (fixture->wire, request, "\"messages\":[%s],\"more\":false", oldest);
  }
  fixture_flush (fixture);
  /* 130 to 90, without 105, 100 and 91. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 38);
  g_assert_true (vis_timeline_get_complete (timeline));

  /* Events: a silent message is counted and not shown, and so is a malformed one. */
  fixture->received = 0;
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:message\",\"seq\":12,\"chat\":\"grace\",\"message\":%s}",
                   react);
  fake_wire_event (fixture->wire,
                   "{\"type\":\"chat:message\",\"seq\":13,\"chat\":\"grace\",\"message\":{}}");
  fixture_flush (fixture);
  g_assert_cmpuint (fixture->received, ==, 0);
  g_assert_cmpuint (vis_conversation_get_unread (grace), ==, 1);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 13);
  g_string_free (page, TRUE);
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

/* Events that could not be stored come again after a restart, even if later ones were stored.
 * Another connection locks the database until the first of them have failed; there are more events
 * than one transaction takes, so that the rest is still in the queue. */
static void
test_lost_by_disk (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("visavis-chat-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  sqlite3         *other = NULL;

  fixture_close (fixture);
  g_assert_finalize_object (fixture->store);
  fixture->store = counting_store_new (path);
  fixture_open (fixture);
  fixture_begin (fixture, 10);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 10);

  g_assert_cmpint (sqlite3_open (path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  for (guint n = 1; n <= 200; n++)
    fixture_event_message (fixture, 10 + n, n, "grace");
  WAIT_FOR (vis_chat_get_problem (fixture->chat) != NULL);
  g_assert_cmpint (sqlite3_exec (other, "ROLLBACK", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (other);
  fixture_flush (fixture);
  g_assert_null (vis_chat_get_problem (fixture->chat));
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), >, 0);
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), <, 200);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 10);

  /* After a restart. */
  fixture_close (fixture);
  g_assert_finalize_object (fixture->store);
  fake_wire_disconnect (fixture->wire);
  fixture->store = counting_store_new (path);
  fixture_open (fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 10);
  fake_wire_connect (fixture->wire, 210, FALSE);
  for (guint n = 1; n <= 200; n++)
    fixture_event_message (fixture, 10 + n, n, "grace");
  fixture_flush (fixture);
  g_assert_cmpint (fake_wire_get_since (fixture->wire), ==, 210);
  g_assert_cmpuint (vis_chat_get_unread (fixture->chat), ==, 200);

  fixture_close (fixture);
  g_assert_finalize_object (fixture->store);
  fixture->store = counting_store_new (NULL);
  remove_folder (folder);
}

/* Finalized at many moments of being busy: nothing holds a reference, and no callback runs
 * afterwards. */
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
      fixture_flush (fixture);
      grace = vis_chat_find (fixture->chat, "grace");
      vis_conversation_get_timeline (grace);
      vis_chat_send (fixture->chat, grace, "one");
      fixture_event_message (fixture, 11 + moment * 3, moment * 3 + 1, "grace");
      fixture_event_message (fixture, 13 + moment * 3, moment * 3 + 2, "grace");
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
      fixture_open (fixture);
      if (moment % 2 == 0)
        WAIT_FOR (vis_chat_get_loaded (fixture->chat));
    }
  WAIT_FOR (vis_chat_get_loaded (fixture->chat));
}

/* Random events of a server: nothing breaks, and the sum of unread messages is that of the
 * conversations. */
static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  static const char *const users[] = { "grace", "ada", "alan", "kurt" };
  static const char *const states[] = { "none", "mutual", "requested", "incoming", "blocked" };
  gint64                   seq = 10;
  VisConversation         *grace = fixture_begin (fixture, 10);

  fixture_open_timeline (fixture, grace);
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
          fixture_event_mark (fixture, seq, "chat:read", from, n);
          break;
        case 4:
          fixture_event_mark (fixture, seq, "chat:delivered", from, n);
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
          fixture_flush (fixture);
        }
      if (i % 400 == 399)
        {
          fake_wire_disconnect (fixture->wire);
          fake_wire_connect (fixture->wire, seq, i % 800 == 399);
        }
    }
  fixture_flush (fixture);

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

/* A store that fails always. */
static void
test_no_disk (void)
{
  Fixture          fixture = { 0 };
  VisConversation *grace;

  fixture.store = vis_sqlite_store_new ("/nonexistent/folder/chat.db");
  fixture.wire = fake_wire_new ();
  fixture.clock = manual_clock_new ();
  fixture_open (&fixture);
  WAIT_FOR (vis_chat_get_loaded (fixture.chat));
  fake_wire_connect (fixture.wire, 10, FALSE);
  fake_wire_ok (fixture.wire, fake_wire_expect (fixture.wire, VIS_KIND_CHAT_LIST), "\"chats\":[]");
  fixture_event_message (&fixture, 11, 1, "grace");
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (fake_wire_get_since (fixture.wire), ==, -1);

  g_assert_error (vis_chat_get_problem (fixture.chat), VIS_ERROR, VIS_ERROR_STORE);

  grace = vis_chat_model_ensure (fixture.chat->model, "grace");
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

int
main (int argc, char *argv[])
{
  static const FixtureTest tests[] = {
    { "unreadable-elements", test_newer_elements },
    { "events-not-stored", test_lost_by_disk },
    { "finalize", test_finalize },
    { "hostile", test_hostile },
  };

  g_test_init (&argc, &argv, NULL);

  fixture_add ("/chat/", tests, G_N_ELEMENTS (tests));
  g_test_add_func ("/chat/store-fails", test_no_disk);

  return g_test_run ();
}
