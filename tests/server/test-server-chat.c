/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "test-people.h"
#include "vis-id.h"
#include "vis-limits.h"

/* Asserts a page of history, as "c b a …" if there is more. */
static void
expect_history (
  TestClient *client, const char *chat, const char *before, guint limit, const char *words)
{
  g_autofree char *from =
    before != NULL ? g_strdup_printf (",\"before\":\"%s\"", before) : g_strdup ("");
  g_autoptr (VisMessage) page = test_client_request (
    client, "\"type\":\"chat:history\",\"chat\":\"%s\",\"limit\":%u%s", chat, limit, from);
  g_autoptr (GString) text = g_string_new (NULL);
  GPtrArray          *messages;

  g_assert_cmpint (vis_message_get_kind (page), ==, VIS_KIND_OK);
  messages = vis_message_get_array (page, VIS_FIELD_MESSAGES);
  for (guint i = 0; i < messages->len; i++)
    {
      VisMessage *message = g_ptr_array_index (messages, i);

      g_string_append_printf (text,
                              "%s%s",
                              i > 0 ? " " : "",
                              vis_message_get_boolean (message, VIS_FIELD_DELETED)
                                ? "-"
                                : vis_message_get_string (message, VIS_FIELD_TEXT));
    }
  if (vis_message_get_boolean (page, VIS_FIELD_MORE))
    g_string_append (text, " …");
  g_assert_cmpstr (text->str, ==, words);
}

static void
test_send_both_ways (People *self, gconstpointer data)
{
  g_autoptr (TestClient) other = test_client_new (self->server, ADA_2, -1, NULL);
  g_autofree char       *id = people_send (self->ada, "grace", "Good \\\"morning\\\" ü");

  people_expect (self->grace, "ada", "ada", "Good \"morning\" ü");
  people_expect (other, "grace", "ada", "Good \"morning\" ü");
  g_free (people_send (self->grace, "ada", "Hello"));
  people_expect (self->ada, "grace", "grace", "Hello");
  people_expect (other, "grace", "grace", "Hello");
  g_assert_true (test_client_is_quiet (self->ada));
  g_assert_true (test_client_is_quiet (self->grace));
}

static void
test_send_with_same_id (People *self, gconstpointer data)
{
  g_autofree char *id = vis_id_new ();
  gint64           seq = 0;
  gint64           ts = 0;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (VisMessage) answer = test_client_request (
        self->ada,
        "\"type\":\"chat:send\",\"chat\":\"grace\",\"message\":{\"id\":\"%s\",\"kind\":\"text\","
        "\"text\":\"once\"}",
        id);
      VisMessage *message = vis_message_get_object (answer, VIS_FIELD_MESSAGE);

      if (i == 0)
        {
          seq = vis_message_get_seq (answer);
          ts = vis_message_get_integer (message, VIS_FIELD_TS);
        }
      g_assert_cmpint (vis_message_get_seq (answer), ==, seq);
      g_assert_cmpint (vis_message_get_integer (message, VIS_FIELD_TS), ==, ts);
    }
  people_expect (self->grace, "ada", "ada", "once");
  g_assert_true (test_client_is_quiet (self->grace));
  expect_history (self->grace, "ada", NULL, 10, "once");
  /* Grace can't use the id of Ada's message. */
  test_client_error (self->grace,
                     "conflict",
                     "\"type\":\"chat:send\",\"chat\":\"ada\",\"message\":{\"id\":\"%s\",\"kind\":"
                     "\"text\",\"text\":\"mine\"}",
                     id);
}

static void
test_errors (People *self, gconstpointer data)
{
  g_autoptr (TestClient)   eve = test_client_new (self->server, EVE, -1, NULL);
  g_autofree char         *id = people_send (self->ada, "grace", "a");
  g_autofree char         *unknown = vis_id_new ();
  static const char *const chats[] = {
    "ada", "nobody", "eve", "#0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01"
  };

  for (guint i = 0; i < G_N_ELEMENTS (chats); i++)
    {
      test_client_error (eve,
                         "forbidden",
                         "\"type\":\"chat:send\",\"chat\":\"%s\",\"message\":{\"id\":\"%s\","
                         "\"kind\":\"text\",\"text\":\"hi\"}",
                         chats[i],
                         unknown);
      test_client_error (
        eve, "not_found", "\"type\":\"chat:history\",\"chat\":\"%s\",\"limit\":9", chats[i]);
      test_client_error (eve,
                         "not_found",
                         "\"type\":\"chat:read\",\"chat\":\"%s\",\"message\":\"%s\"",
                         chats[i],
                         id);
      test_client_error (eve, "not_found", "\"type\":\"chat:clear\",\"chat\":\"%s\"", chats[i]);
      test_client_error (
        eve, "forbidden", "\"type\":\"chat:typing\",\"chat\":\"%s\",\"typing\":true", chats[i]);
    }
  test_client_error (self->ada,
                     "not_found",
                     "\"type\":\"chat:read\",\"chat\":\"grace\",\"message\":\"%s\"",
                     unknown);
  test_client_error (self->ada,
                     "not_found",
                     "\"type\":\"chat:history\",\"chat\":\"grace\",\"limit\":9,\"before\":\"%s\"",
                     unknown);
  test_client_error (self->grace,
                     "forbidden",
                     "\"type\":\"chat:delete\",\"chat\":\"ada\",\"message\":\"%s\",\"for\":"
                     "\"everyone\"",
                     id);
}

static void
test_history (People *self, gconstpointer data)
{
  static const char *const texts[] = { "a", "b", "c", "d", "e" };
  char                    *ids[G_N_ELEMENTS (texts)];

  expect_history (self->ada, "grace", NULL, 10, "");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    ids[i] = people_send (i % 2 ? self->ada : self->grace, i % 2 ? "grace" : "ada", texts[i]);
  expect_history (self->ada, "grace", NULL, 10, "e d c b a");
  expect_history (self->grace, "ada", NULL, 5, "e d c b a");
  expect_history (self->ada, "grace", NULL, 2, "e d …");
  expect_history (self->ada, "grace", ids[3], 2, "c b …");
  expect_history (self->ada, "grace", ids[1], 2, "a");
  expect_history (self->ada, "grace", ids[0], 2, "");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (ids[i]);
}

/* Devices get events for what `visavisd user import` changes beside the running server. */
static void
test_import_while_running (People *self, gconstpointer data)
{
  g_autoptr (TestClient) eve = test_client_new (self->server, EVE, -1, NULL);
  g_autoptr (VisMessage) changed = NULL;
  g_autoptr (VisMessage) presence = NULL;

  /* The server polls once in between, so this is a change, not the state at its start. */
  test_server_import (self->server, "{\"user\":\"kurt\"}\n");
  test_server_import (self->server, "{\"user\":\"ada\",\"contacts\":[\"eve\"]}\n");
  changed = test_client_event (eve, VIS_KIND_CONTACT_CHANGED);
  for (;;)
    {
      g_autoptr (VisMessage) next = test_client_event (self->ada, VIS_KIND_PRESENCE);

      if (strcmp (vis_message_get_string (next, VIS_FIELD_USER), "eve") == 0)
        break;
    }
  test_client_ok (self->ada, "\"type\":\"chat:typing\",\"chat\":\"eve\",\"typing\":true");
}

static VisMessage *first_chat (TestClient *client);

/* A blocked user does not get the read mark. */
static void
test_no_read_mark_for_blocked (People *self, gconstpointer data)
{
  g_autofree char       *a = people_send (self->ada, "grace", "a");
  g_autoptr (VisMessage) changed = NULL;
  g_autoptr (VisMessage) chat = NULL;

  people_expect (self->grace, "ada", "ada", "a");
  test_client_ok (self->grace, "\"type\":\"contact:block\",\"user\":\"ada\"");
  changed = test_client_event (self->ada, VIS_KIND_CONTACT_CHANGED);
  test_client_ok (self->grace, "\"type\":\"chat:read\",\"chat\":\"ada\",\"message\":\"%s\"", a);
  g_assert_true (test_client_is_quiet (self->ada));
  chat = first_chat (self->ada);
  g_assert_false (vis_message_has (chat, VIS_FIELD_READ));
}

static VisMessage *
first_chat (TestClient *client)
{
  g_autoptr (VisMessage) list = test_client_request (client, "\"type\":\"chat:list\"");
  GPtrArray             *chats = vis_message_get_array (list, VIS_FIELD_CHATS);

  g_assert_cmpuint (chats->len, ==, 1);
  return vis_message_ref (g_ptr_array_index (chats, 0));
}

/* The `seq` of the list is the event up to which it is current, delivered or not. */
static void
test_list_has_seq (People *self, gconstpointer data)
{
  g_autofree char       *text = people_send (self->ada, "grace", "a");
  g_autoptr (VisMessage) list = test_client_request (self->grace, "\"type\":\"chat:list\"");
  g_autoptr (VisMessage) event = test_client_event (self->grace, VIS_KIND_CHAT_MESSAGE);

  g_assert_cmpint (vis_message_get_seq (event), >, 0);
  g_assert_cmpint (vis_message_get_seq (list), ==, vis_message_get_seq (event));
}

static void
test_read_and_delivered (People *self, gconstpointer data)
{
  g_autofree char       *a = people_send (self->ada, "grace", "a");
  g_autofree char       *b = people_send (self->ada, "grace", "b");
  g_autoptr (VisMessage) before = first_chat (self->grace);
  g_autoptr (VisMessage) event = NULL;
  g_autoptr (VisMessage) own = NULL;
  g_autoptr (VisMessage) hers = NULL;
  g_autoptr (VisMessage) his = NULL;

  people_expect (self->grace, "ada", "ada", "a");
  people_expect (self->grace, "ada", "ada", "b");
  g_assert_cmpint (vis_message_get_integer (before, VIS_FIELD_UNREAD), ==, 2);
  test_client_ok (
    self->grace, "\"type\":\"chat:delivered\",\"chat\":\"ada\",\"message\":\"%s\"", b);
  event = test_client_event (self->ada, VIS_KIND_CHAT_DELIVERED);
  g_assert_cmpstr (vis_message_get_string (event, VIS_FIELD_CHAT), ==, "grace");
  g_assert_cmpstr (vis_message_get_string (event, VIS_FIELD_USER), ==, "grace");
  g_assert_cmpstr (vis_message_get_string (event, VIS_FIELD_MESSAGE_ID), ==, b);
  own = test_client_event (self->grace, VIS_KIND_CHAT_DELIVERED);
  g_assert_cmpstr (vis_message_get_string (own, VIS_FIELD_CHAT), ==, "ada");

  test_client_ok (self->grace, "\"type\":\"chat:read\",\"chat\":\"ada\",\"message\":\"%s\"", b);
  vis_message_unref (test_client_event (self->ada, VIS_KIND_CHAT_READ));
  vis_message_unref (test_client_event (self->grace, VIS_KIND_CHAT_READ));
  /* A mark that goes back or is repeated has no effect. */
  test_client_ok (self->grace, "\"type\":\"chat:read\",\"chat\":\"ada\",\"message\":\"%s\"", a);
  test_client_ok (self->grace, "\"type\":\"chat:read\",\"chat\":\"ada\",\"message\":\"%s\"", b);
  test_client_ok (
    self->grace, "\"type\":\"chat:delivered\",\"chat\":\"ada\",\"message\":\"%s\"", b);
  g_assert_true (test_client_is_quiet (self->ada));

  hers = first_chat (self->grace);
  his = first_chat (self->ada);
  g_assert_cmpint (vis_message_get_integer (hers, VIS_FIELD_UNREAD), ==, 0);
  g_assert_cmpstr (vis_message_get_string (his, VIS_FIELD_READ), ==, b);
  g_assert_cmpstr (vis_message_get_string (his, VIS_FIELD_DELIVERED), ==, b);
  g_assert_null (vis_message_get_string (hers, VIS_FIELD_READ));
}

static void
test_delete (People *self, gconstpointer data)
{
  g_autofree char       *a = people_send (self->ada, "grace", "a");
  g_autofree char       *b = people_send (self->ada, "grace", "b");
  g_autofree char       *c = people_send (self->ada, "grace", "c");
  g_autoptr (VisMessage) event = NULL;

  for (guint i = 0; i < 3; i++)
    vis_message_unref (test_client_event (self->grace, VIS_KIND_CHAT_MESSAGE));
  test_client_ok (
    self->grace, "\"type\":\"chat:delete\",\"chat\":\"ada\",\"message\":\"%s\",\"for\":\"me\"", a);
  event = test_client_event (self->grace, VIS_KIND_CHAT_DELETED);
  g_assert_cmpstr (vis_message_get_string (event, VIS_FIELD_FOR), ==, "me");
  g_assert_true (test_client_is_quiet (self->ada));
  for (guint i = 0; i < 2; i++)
    test_client_ok (
      self->ada,
      "\"type\":\"chat:delete\",\"chat\":\"grace\",\"message\":\"%s\",\"for\":\"everyone\"",
      b);
  vis_message_unref (test_client_event (self->grace, VIS_KIND_CHAT_DELETED));
  vis_message_unref (test_client_event (self->ada, VIS_KIND_CHAT_DELETED));
  g_assert_true (test_client_is_quiet (self->grace));
  g_assert_true (test_client_is_quiet (self->ada));
  expect_history (self->grace, "ada", NULL, 9, "c -");
  expect_history (self->ada, "grace", NULL, 9, "c - a");

  test_client_ok (self->grace, "\"type\":\"chat:clear\",\"chat\":\"ada\"");
  vis_message_unref (test_client_event (self->grace, VIS_KIND_CHAT_CLEARED));
  expect_history (self->grace, "ada", NULL, 9, "");
  expect_history (self->ada, "grace", NULL, 9, "c - a");
  g_free (people_send (self->ada, "grace", "d"));
  expect_history (self->grace, "ada", NULL, 9, "d");
}

/* A deleted text is in no file. */
static void
test_deleted_text_leaves_disk (People *self, gconstpointer data)
{
  static const char secret[] = "the-cormorant-lands-at-midnight";
  g_autofree char  *id = people_send (self->ada, "grace", secret);
  g_autoptr (GDir)  folder = NULL;
  const char       *name;

  test_client_ok (
    self->ada,
    "\"type\":\"chat:delete\",\"chat\":\"grace\",\"message\":\"%s\",\"for\":\"everyone\"",
    id);
  /* A clean exit checkpoints the write-ahead log. */
  test_server_kill (self->server, 15);
  folder = g_dir_open (self->server->folder, 0, NULL);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->server->folder, name, NULL);
      g_autofree char *bytes = NULL;
      gsize            length;

      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      g_assert_null (memmem (bytes, length, secret, strlen (secret)));
    }
}

static void
test_resume (People *self, gconstpointer data)
{
  g_autoptr (TestClient) back = NULL;
  g_autoptr (TestClient) fresh = NULL;
  g_autoptr (TestClient) ahead = NULL;
  g_autoptr (VisMessage) hello = NULL;
  g_autoptr (VisMessage) reset = NULL;
  gint64                 seq = self->grace->seq;

  for (guint i = 0; i < 600; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      g_free (people_send (self->ada, "grace", text));
    }
  /* The device was sent all of it, but has stored nothing. */
  back = test_client_new (self->server, GRACE, seq, &hello);
  g_assert_cmpint (vis_message_get_seq (hello), ==, seq + 600);
  for (guint i = 0; i < 600; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      people_expect (back, "ada", "ada", text);
    }
  g_free (people_send (self->ada, "grace", "live"));
  people_expect (back, "ada", "ada", "live");

  fresh = test_client_new (self->server, GRACE_2, -1, NULL);
  g_assert_cmpint (fresh->seq, ==, seq + 601);
  g_assert_true (test_client_is_quiet (fresh));
  ahead = test_client_new (self->server, ADA_2, 1000000, &reset);
  g_assert_true (vis_message_get_boolean (reset, VIS_FIELD_RESET));
}

static void
test_typing (People *self, gconstpointer data)
{
  g_autoptr (VisMessage) event = NULL;

  test_client_ok (self->ada, "\"type\":\"chat:typing\",\"chat\":\"grace\",\"typing\":true");
  event = test_client_event (self->grace, VIS_KIND_CHAT_TYPING);
  g_assert_cmpstr (vis_message_get_string (event, VIS_FIELD_CHAT), ==, "ada");
  g_assert_true (vis_message_get_boolean (event, VIS_FIELD_TYPING));
  g_assert_cmpint (vis_message_get_seq (event), ==, 0);
}

static void
expect_presence (TestClient *client, const char *user, const char *presence)
{
  g_autoptr (VisMessage) event = test_client_event (client, VIS_KIND_PRESENCE);

  g_assert_cmpstr (vis_message_get_string (event, VIS_FIELD_USER), ==, user);
  g_assert_cmpstr (vis_message_get_string (event, VIS_FIELD_PRESENCE), ==, presence);
}

static void
test_presence (People *self, gconstpointer data)
{
  g_autoptr (TestClient) eve = test_client_new (self->server, EVE, -1, NULL);
  g_autoptr (VisMessage) list = NULL;
  VisMessage            *contact;

  expect_presence (self->ada, "grace", "online");
  list = test_client_request (self->ada, "\"type\":\"contact:list\"");
  contact = g_ptr_array_index (vis_message_get_array (list, VIS_FIELD_CONTACTS), 0);
  g_assert_cmpstr (vis_message_get_string (contact, VIS_FIELD_PRESENCE), ==, "online");
  g_clear_pointer (&self->grace, test_client_free);
  expect_presence (self->ada, "grace", "offline");
  /* Reconnects within VIS_SERVER_PRESENCE_GRACE_MS. */
  self->grace = test_client_new (self->server, GRACE, -1, NULL);
  expect_presence (self->ada, "grace", "online");
  test_client_free (self->grace);
  self->grace = test_client_new (self->server, GRACE, -1, NULL);
  g_assert_true (test_client_is_quiet (self->ada));
  g_assert_cmpuint (self->ada->events.length, ==, 0);
  g_assert_true (test_client_is_quiet (eve));
  g_assert_cmpuint (eve->events.length, ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    const char *arguments;
    void (*test) (People *self, gconstpointer data);
  } tests[] = {
    { "/chat/send-both-ways", NULL, test_send_both_ways },
    { "/chat/send-with-same-id", NULL, test_send_with_same_id },
    { "/chat/errors", NULL, test_errors },
    { "/chat/history", NULL, test_history },
    { "/chat/read-and-delivered", NULL, test_read_and_delivered },
    { "/chat/list-has-seq", NULL, test_list_has_seq },
    { "/chat/import-while-running", NULL, test_import_while_running },
    { "/chat/no-read-mark-for-blocked", NULL, test_no_read_mark_for_blocked },
    { "/chat/delete", NULL, test_delete },
    { "/chat/deleted-text-leaves-disk", NULL, test_deleted_text_leaves_disk },
    { "/chat/resume", "--rate-limits off", test_resume },
    { "/chat/typing", NULL, test_typing },
    { "/chat/presence", NULL, test_presence },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (
      tests[i].path, People, tests[i].arguments, people_set_up, tests[i].test, people_tear_down);
  return g_test_run ();
}
