/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "real-server.h"
#include "vis-chat-private.h"
#include "vis-link.h"
#include "vis-sqlite-store.h"
#include "vis-timeline-private.h"

/* Two people, each with a store and a link, and the real server. */

typedef struct
{
  VisStore *store;
  VisLink  *link;
  VisChat  *chat;
} Person;

static void
open_offline (Person *person, RealServer *server, const char *user, const char *token)
{
  g_autofree char *name = g_strconcat (token, ".db", NULL);
  g_autofree char *path = g_build_filename (server->folder, name, NULL);

  person->store = vis_sqlite_store_new (path);
  person->link = vis_link_new (server->url, token, NULL, vis_clock_get_system ());
  person->chat = vis_chat_new (user, person->store, VIS_WIRE (person->link), NULL);
  WAIT_FOR (vis_chat_get_loaded (person->chat));
}

static void
open_person (Person *person, RealServer *server, const char *user, const char *token)
{
  open_offline (person, server, user, token);
  vis_link_start (person->link);
}

/* Threads and sockets may hold a reference a little longer. */
static void
let_go (gpointer object)
{
  gpointer left = object;

  g_object_add_weak_pointer (object, &left);
  g_object_unref (object);
  WAIT_FOR (left == NULL);
}

static void
close_person (Person *person)
{
  vis_link_stop (person->link);
  let_go (person->chat);
  let_go (person->link);
  let_go (person->store);
}

static gboolean
is_online (Person *person)
{
  return vis_chat_get_connection (person->chat) == VIS_CHAT_STATUS_ONLINE;
}

static guint
count (VisConversation *conversation)
{
  return g_list_model_get_n_items (G_LIST_MODEL (vis_conversation_peek_timeline (conversation)));
}

static VisDelivery
delivery (VisConversation *conversation, guint index)
{
  VisChatMessage *message =
    vis_timeline_peek (vis_conversation_peek_timeline (conversation), index);

  return message != NULL ? vis_chat_message_get_delivery (message) : VIS_DELIVERY_NONE;
}

static void
set_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = g_task_propagate_boolean (G_TASK (result), NULL);
}

static void
assert_same (VisConversation *mine, VisConversation *theirs)
{
  VisTimeline *left = vis_conversation_get_timeline (mine);
  VisTimeline *right = vis_conversation_get_timeline (theirs);

  WAIT_FOR (count (mine) == count (theirs) && !vis_timeline_get_loading (left) &&
            !vis_timeline_get_loading (right));
  for (guint i = 0; i < count (mine); i++)
    {
      g_assert_cmpstr (vis_chat_message_get_id (vis_timeline_peek (left, i)),
                       ==,
                       vis_chat_message_get_id (vis_timeline_peek (right, i)));
      g_assert_cmpstr (vis_chat_message_get_text (vis_timeline_peek (left, i)),
                       ==,
                       vis_chat_message_get_text (vis_timeline_peek (right, i)));
    }
}

static void
test_two_people (void)
{
  RealServer       server = { 0 };
  Person           ada;
  Person           grace;
  Person           second;
  VisConversation *to_grace;
  VisConversation *to_ada;
  VisConversation *from_second;
  gboolean         done = FALSE;

  real_server_set_up (&server);
  open_person (&ada, &server, "ada", ADA_TOKEN);
  open_person (&grace, &server, "grace", GRACE_TOKEN);
  WAIT_FOR (is_online (&ada) && is_online (&grace));
  to_grace = vis_chat_find (ada.chat, "grace");
  to_ada = vis_chat_find (grace.chat, "ada");
  g_assert_cmpstr (vis_chat_name_of (ada.chat, "grace"), ==, "Grace");
  WAIT_FOR (vis_contact_get_presence (vis_conversation_get_contact (to_grace)) ==
            VIS_PRESENCE_ONLINE);

  /* Marks of own messages, and the number of unread ones. */
  vis_conversation_get_timeline (to_grace);
  vis_chat_set_typing (ada.chat, to_grace, TRUE);
  WAIT_FOR (vis_conversation_get_typing (to_ada));
  vis_chat_send (ada.chat, to_grace, "Hello, Grace");
  g_assert_cmpint (delivery (to_grace, 0), ==, VIS_DELIVERY_PENDING);
  WAIT_FOR (vis_conversation_get_unread (to_ada) == 1);
  g_assert_false (vis_conversation_get_typing (to_ada));
  WAIT_FOR (delivery (to_grace, 0) == VIS_DELIVERY_DELIVERED);
  vis_chat_mark_read (grace.chat, to_ada);
  WAIT_FOR (delivery (to_grace, 0) == VIS_DELIVERY_READ);
  WAIT_FOR (is_online (&ada) && is_online (&grace));

  /* Both send many messages at once. */
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      vis_chat_send (ada.chat, to_grace, text);
      vis_chat_send (grace.chat, to_ada, text);
    }
  WAIT_FOR (count (to_grace) == 61);
  vis_conversation_get_timeline (to_ada);
  WAIT_FOR (vis_conversation_get_unread (to_grace) == 30 &&
            vis_conversation_get_unread (to_ada) == 30);
  for (guint i = 0; i < 61; i++)
    WAIT_FOR (delivery (to_grace, i) != VIS_DELIVERY_PENDING);
  WAIT_FOR (delivery (to_ada, 60) != VIS_DELIVERY_PENDING);
  assert_same (to_grace, to_ada);

  /* The server is killed and started again; messages from in between are sent without any action.
   */
  real_server_stop (&server, SIGKILL);
  WAIT_FOR (!is_online (&ada) && !is_online (&grace));
  vis_chat_send (ada.chat, to_grace, "Are you there?");
  vis_chat_send (grace.chat, to_ada, "Are you?");
  real_server_start (&server);
  vis_link_wake (ada.link);
  vis_link_wake (grace.link);
  WAIT_FOR (is_online (&ada) && is_online (&grace) && count (to_grace) == 63 &&
            count (to_ada) == 63);
  for (guint i = 61; i < 63; i++)
    WAIT_FOR (delivery (to_grace, i) != VIS_DELIVERY_PENDING &&
              delivery (to_ada, i) != VIS_DELIVERY_PENDING);
  assert_same (to_grace, to_ada);

  /* A new device of the same account: the same history and number of unread messages, and reading
   * on one device is reading on the other. */
  open_person (&second, &server, "ada", ADA_TOKEN_2);
  WAIT_FOR (is_online (&second));
  from_second = vis_chat_find (second.chat, "grace");
  WAIT_FOR (vis_conversation_get_unread (from_second) == 31);
  assert_same (from_second, to_grace);
  vis_chat_mark_read (second.chat, from_second);
  WAIT_FOR (vis_conversation_get_unread (to_grace) == 0);
  vis_chat_send (second.chat, from_second, "From elsewhere");
  WAIT_FOR (count (to_grace) == 64 && count (to_ada) == 64);
  assert_same (from_second, to_grace);

  /* Missed events after being offline; deleting for everyone, and clearing. */
  close_person (&grace);
  vis_chat_delete_async (ada.chat,
                         to_grace,
                         vis_timeline_peek (vis_conversation_get_timeline (to_grace), 0),
                         TRUE,
                         NULL,
                         set_done,
                         &done);
  vis_chat_send (ada.chat, to_grace, "While you were out");
  WAIT_FOR (done);
  WAIT_FOR (count (to_grace) == 65 && delivery (to_grace, 64) == VIS_DELIVERY_SENT);
  open_person (&grace, &server, "grace", GRACE_TOKEN);
  WAIT_FOR (is_online (&grace));
  to_ada = vis_chat_find (grace.chat, "ada");
  vis_conversation_get_timeline (to_ada);
  WAIT_FOR (count (to_ada) == 64);
  vis_timeline_load_older (vis_conversation_get_timeline (to_ada));
  WAIT_FOR (count (to_ada) == 65);
  WAIT_FOR (
    vis_chat_message_get_deleted (vis_timeline_peek (vis_conversation_get_timeline (to_ada), 0)));
  assert_same (to_grace, to_ada);
  WAIT_FOR (vis_chat_message_get_deleted (
    vis_timeline_peek (vis_conversation_get_timeline (from_second), 0)));

  done = FALSE;
  vis_chat_clear_async (ada.chat, to_grace, NULL, set_done, &done);
  WAIT_FOR (done && count (to_grace) == 0);
  WAIT_FOR (count (from_second) == 0);
  g_assert_cmpuint (count (to_ada), ==, 65);
  vis_chat_send (grace.chat, to_ada, "Still here");
  WAIT_FOR (count (to_grace) == 1 && count (from_second) == 1);
  WAIT_FOR (is_online (&ada) && is_online (&grace) && is_online (&second));

  close_person (&ada);
  close_person (&grace);
  close_person (&second);
  real_server_tear_down (&server);
}

static void
say (Person *person, VisConversation *conversation, const char *text)
{
  guint last = count (conversation);

  vis_chat_send (person->chat, conversation, text);
  WAIT_FOR (delivery (conversation, last) != VIS_DELIVERY_PENDING);
}

/* All texts in one line, oldest first. */
static char *
texts (VisConversation *conversation)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < count (conversation); i++)
    g_string_append_printf (line,
                            "%s|",
                            vis_chat_message_get_text (vis_timeline_peek (
                              vis_conversation_peek_timeline (conversation), i)));
  return g_strdup (line->str);
}

static gboolean
has_all (VisConversation *conversation, const char *const *wanted, guint n)
{
  g_autofree char *line = texts (conversation);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *one = g_strconcat (wanted[i], "|", NULL);

      if (strstr (line, one) == NULL)
        return FALSE;
    }
  return count (conversation) == n;
}

static gboolean
names_mark (Person *person)
{
  g_autoptr (VisMessage) hello = vis_wire_dup_hello (VIS_WIRE (person->link));

  return vis_message_has (hello, VIS_FIELD_FEATURES) &&
         g_strv_contains (vis_message_get_strings (hello, VIS_FIELD_FEATURES), "mark");
}

/* The server is restored from an older copy, and goes on before all devices are back, so that it
 * gives known numbers to other events. No new message is hidden, and no old one is lost: its sender
 * sends it again. */
static void
test_older_copy (void)
{
  static const char *const all[] = { "One",     "Two",     "Three",   "Four",
                                     "Again 0", "Again 1", "Again 2", "Again 3",
                                     "Again 4", "Again 5", "Last" };
  RealServer               server = { 0 };
  Person                   ada;
  Person                   grace;
  Person                   second;
  VisConversation         *to_grace;
  VisConversation         *to_ada;
  VisConversation         *from_second;

  real_server_set_up (&server);
  open_person (&ada, &server, "ada", ADA_TOKEN);
  open_person (&grace, &server, "grace", GRACE_TOKEN);
  WAIT_FOR (is_online (&ada) && is_online (&grace));
  if (!names_mark (&ada))
    {
      close_person (&ada);
      close_person (&grace);
      real_server_tear_down (&server);
      g_test_skip ("This server does not tell its events from those of another copy");
      return;
    }
  to_grace = vis_chat_find (ada.chat, "grace");
  to_ada = vis_chat_find (grace.chat, "ada");
  vis_conversation_get_timeline (to_grace);
  vis_conversation_get_timeline (to_ada);
  say (&ada, to_grace, "One");
  say (&grace, to_ada, "Two");
  WAIT_FOR (has_all (to_grace, all, 2) && has_all (to_ada, all, 2));

  real_server_stop (&server, SIGTERM);
  real_server_back_up (&server);
  real_server_start (&server);
  WAIT_FOR (!is_online (&ada) || !is_online (&grace));
  vis_link_wake (ada.link);
  vis_link_wake (grace.link);
  WAIT_FOR (is_online (&ada) && is_online (&grace));
  say (&ada, to_grace, "Three");
  say (&grace, to_ada, "Four");
  WAIT_FOR (has_all (to_grace, all, 4) && has_all (to_ada, all, 4));

  /* Ada is offline; Grace, on a new device, writes in the server's new history. */
  close_person (&ada);
  close_person (&grace);
  real_server_stop (&server, SIGKILL);
  real_server_put_back (&server);
  real_server_start (&server);
  {
    g_autofree char         *name = g_strconcat (GRACE_TOKEN, ".db", NULL);
    g_autofree char         *path = g_build_filename (server.folder, name, NULL);
    g_autofree char         *aside = g_strconcat (path, ".aside", NULL);
    static const char *const suffixes[] = { "", "-wal", "-shm" };

    for (guint i = 0; i < 2; i++)
      {
        for (guint j = 0; j < G_N_ELEMENTS (suffixes); j++)
          {
            g_autofree char *old = g_strconcat (path, suffixes[j], NULL);
            g_autofree char *kept = g_strconcat (aside, suffixes[j], NULL);

            rename (i == 0 ? old : kept, i == 0 ? kept : old);
          }
        if (i == 1)
          break;
        open_person (&grace, &server, "grace", GRACE_TOKEN);
        WAIT_FOR (is_online (&grace));
        to_ada = vis_chat_find (grace.chat, "ada");
        vis_conversation_get_timeline (to_ada);
        WAIT_FOR (has_all (to_ada, all, 2));
        for (guint n = 4; n < 10; n++)
          say (&grace, to_ada, all[n]);
        close_person (&grace);
      }
  }

  /* Both return with their stores. */
  open_person (&ada, &server, "ada", ADA_TOKEN);
  to_grace = vis_chat_find (ada.chat, "grace");
  vis_conversation_get_timeline (to_grace);
  WAIT_FOR (is_online (&ada));
  WAIT_FOR (has_all (to_grace, all, 10));
  open_person (&grace, &server, "grace", GRACE_TOKEN);
  to_ada = vis_chat_find (grace.chat, "ada");
  WAIT_FOR (is_online (&grace));
  vis_conversation_get_timeline (to_ada);
  WAIT_FOR (has_all (to_ada, all, 10));
  for (guint i = 0; i < 10; i++)
    WAIT_FOR (delivery (to_grace, i) != VIS_DELIVERY_PENDING &&
              delivery (to_ada, i) != VIS_DELIVERY_PENDING);
  say (&ada, to_grace, "Last");
  WAIT_FOR (has_all (to_grace, all, 11) && has_all (to_ada, all, 11));

  /* The server has all messages again. */
  open_person (&second, &server, "ada", ADA_TOKEN_2);
  WAIT_FOR (is_online (&second));
  from_second = vis_chat_find (second.chat, "grace");
  vis_conversation_get_timeline (from_second);
  WAIT_FOR (has_all (from_second, all, 11));

  close_person (&ada);
  close_person (&grace);
  close_person (&second);
  real_server_tear_down (&server);
}

/* As after more events than the server keeps: only the newest one of each user is left. */
static void
trim_events (RealServer *server)
{
  static const char sql[] =
    "BEGIN;"
    "UPDATE user SET kept = seq - 1,"
    " kept_mark = (SELECT mark FROM log WHERE l = (user.id << 32 | (user.seq - 1)))"
    " WHERE seq > 1;"
    "DELETE FROM log WHERE (l & 0xffffffff) <="
    " (SELECT kept FROM user WHERE user.id = log.l >> 32);"
    "COMMIT";
  g_autofree char *path = g_build_filename (server->data, "visavis.sqlite", NULL);
  sqlite3         *handle;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (handle), ==, SQLITE_OK);
}

/* Two devices are offline for longer than the server keeps events. A message that was deleted for
 * everyone and a chat that was cleared meanwhile do not come back, and nothing is sent again. */
static void
test_away_too_long (void)
{
  RealServer       server = { 0 };
  Person           ada;
  Person           grace;
  Person           second;
  VisConversation *to_grace;
  VisConversation *to_ada;
  VisConversation *from_second;
  gboolean         done = FALSE;

  real_server_set_up (&server);
  open_person (&ada, &server, "ada", ADA_TOKEN);
  open_person (&grace, &server, "grace", GRACE_TOKEN);
  WAIT_FOR (is_online (&ada) && is_online (&grace));
  to_grace = vis_chat_find (ada.chat, "grace");
  to_ada = vis_chat_find (grace.chat, "ada");
  vis_conversation_get_timeline (to_grace);
  vis_conversation_get_timeline (to_ada);
  say (&ada, to_grace, "Taken back");
  say (&ada, to_grace, "Two");
  say (&grace, to_ada, "Three");
  WAIT_FOR (count (to_grace) == 3 && count (to_ada) == 3);
  WAIT_FOR (is_online (&ada) && is_online (&grace));
  close_person (&ada);
  close_person (&grace);

  open_person (&second, &server, "ada", ADA_TOKEN_2);
  WAIT_FOR (is_online (&second));
  from_second = vis_chat_find (second.chat, "grace");
  vis_conversation_get_timeline (from_second);
  WAIT_FOR (count (from_second) == 3);
  vis_chat_delete_async (second.chat,
                         from_second,
                         vis_timeline_peek (vis_conversation_get_timeline (from_second), 0),
                         TRUE,
                         NULL,
                         set_done,
                         &done);
  WAIT_FOR (done && is_online (&second));
  done = FALSE;
  vis_chat_clear_async (second.chat, from_second, NULL, set_done, &done);
  WAIT_FOR (done && count (from_second) == 0);
  for (guint i = 0; i < 3; i++)
    say (&second, from_second, "Later");
  close_person (&second);
  real_server_stop (&server, SIGTERM);
  trim_events (&server);
  real_server_start (&server);

  open_person (&grace, &server, "grace", GRACE_TOKEN);
  to_ada = vis_chat_find (grace.chat, "ada");
  vis_conversation_get_timeline (to_ada);
  WAIT_FOR (is_online (&grace) && count (to_ada) == 6);
  WAIT_FOR (
    vis_chat_message_get_deleted (vis_timeline_peek (vis_conversation_get_timeline (to_ada), 0)));
  open_person (&ada, &server, "ada", ADA_TOKEN);
  to_grace = vis_chat_find (ada.chat, "grace");
  vis_conversation_get_timeline (to_grace);
  WAIT_FOR (is_online (&ada) && count (to_grace) == 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (
      vis_chat_message_get_text (vis_timeline_peek (vis_conversation_get_timeline (to_grace), i)),
      ==,
      "Later");
  say (&ada, to_grace, "Last");
  WAIT_FOR (count (to_ada) == 7 && count (to_grace) == 4);

  close_person (&ada);
  close_person (&grace);
  real_server_tear_down (&server);
}

/* Clearing offline clears what is stored: messages that the server has received since stay on all
 * devices. */
static void
test_clear_offline (void)
{
  static const char *const newer[] = { "Newer" };
  RealServer               server = { 0 };
  Person                   ada;
  Person                   grace;
  Person                   second;
  VisConversation         *to_grace;
  VisConversation         *to_ada;
  VisConversation         *from_second;
  gboolean                 done = FALSE;

  real_server_set_up (&server);
  open_person (&ada, &server, "ada", ADA_TOKEN);
  open_person (&grace, &server, "grace", GRACE_TOKEN);
  open_person (&second, &server, "ada", ADA_TOKEN_2);
  WAIT_FOR (is_online (&ada) && is_online (&grace) && is_online (&second));
  to_grace = vis_chat_find (ada.chat, "grace");
  to_ada = vis_chat_find (grace.chat, "ada");
  from_second = vis_chat_find (second.chat, "grace");
  vis_conversation_get_timeline (to_grace);
  vis_conversation_get_timeline (to_ada);
  vis_conversation_get_timeline (from_second);
  say (&grace, to_ada, "One");
  say (&ada, to_grace, "Two");
  WAIT_FOR (count (to_grace) == 2 && count (to_ada) == 2 && count (from_second) == 2);
  close_person (&ada);
  say (&grace, to_ada, "Newer");

  open_offline (&ada, &server, "ada", ADA_TOKEN);
  to_grace = vis_chat_find (ada.chat, "grace");
  vis_conversation_get_timeline (to_grace);
  WAIT_FOR (count (to_grace) == 2);
  vis_chat_clear_async (ada.chat, to_grace, NULL, set_done, &done);
  WAIT_FOR (done && count (to_grace) == 0);
  vis_link_start (ada.link);
  WAIT_FOR (is_online (&ada) && has_all (to_grace, newer, 1));
  WAIT_FOR (has_all (from_second, newer, 1));
  close_person (&second);

  /* A new device: the server has not cleared it either. */
  {
    g_autofree char *path = g_build_filename (server.folder, ADA_TOKEN_2 ".db", NULL);

    g_assert_cmpint (g_remove (path), ==, 0);
  }
  open_person (&second, &server, "ada", ADA_TOKEN_2);
  WAIT_FOR (is_online (&second));
  from_second = vis_chat_find (second.chat, "grace");
  vis_conversation_get_timeline (from_second);
  WAIT_FOR (has_all (from_second, newer, 1));

  close_person (&ada);
  close_person (&grace);
  close_person (&second);
  real_server_tear_down (&server);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/two-people", test_two_people);
  g_test_add_func ("/server/older-copy", test_older_copy);
  g_test_add_func ("/server/away-too-long", test_away_too_long);
  g_test_add_func ("/server/clear-offline", test_clear_offline);

  return g_test_run ();
}
