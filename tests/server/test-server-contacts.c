/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <string.h>

#include "test-people.h"

/* Contact requests and lists, and what users who are no contacts can find out and do. */

static void
expect_contact (TestClient *client, const char *user, const char *state)
{
  g_autoptr (VisMessage) event = test_client_event (client, VIS_KIND_CONTACT_CHANGED);
  VisMessage            *contact = vis_message_get_object (event, VIS_FIELD_CONTACT);

  g_assert_cmpstr (vis_message_get_string (contact, VIS_FIELD_USER), ==, user);
  g_assert_cmpstr (vis_message_get_string (contact, VIS_FIELD_STATE), ==, state);
}

static void
test_add_remove_block (People *self, gconstpointer data)
{
  g_autoptr (TestClient) eve = test_client_new (self->server, EVE, -1, NULL);
  g_autoptr (VisMessage) list = NULL;

  test_client_error (eve, "not_found", "\"type\":\"contact:add\",\"user\":\"nobody\"");
  test_client_error (eve, "bad_request", "\"type\":\"contact:add\",\"user\":\"eve\"");
  test_client_error (eve, "not_found", "\"type\":\"contact:accept\",\"user\":\"ada\"");
  test_client_error (eve, "not_found", "\"type\":\"contact:remove\",\"user\":\"ada\"");
  test_client_error (eve, "not_found", "\"type\":\"contact:unblock\",\"user\":\"ada\"");

  /* A request is declined; requests of both sides accept each other. */
  test_client_ok (eve, "\"type\":\"contact:add\",\"user\":\"ada\"");
  expect_contact (eve, "ada", "requested");
  expect_contact (self->ada, "eve", "incoming");
  test_client_ok (self->ada, "\"type\":\"contact:remove\",\"user\":\"eve\"");
  expect_contact (self->ada, "eve", "none");
  expect_contact (eve, "ada", "none");
  test_client_ok (eve, "\"type\":\"contact:add\",\"user\":\"ada\"");
  expect_contact (eve, "ada", "requested");
  expect_contact (self->ada, "eve", "incoming");
  test_client_ok (self->ada, "\"type\":\"contact:add\",\"user\":\"eve\"");
  expect_contact (self->ada, "eve", "mutual");
  expect_contact (eve, "ada", "mutual");
  test_client_ok (eve,
                  "\"type\":\"chat:send\",\"chat\":\"ada\",\"message\":{\"id\":"
                  "\"0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a00\",\"kind\":\"text\",\"text\":\"x\"}");
  vis_message_unref (test_client_event (self->ada, VIS_KIND_CHAT_MESSAGE));

  /* To Eve a block looks like a removal, and she gets what any other user gets. */
  test_client_ok (self->ada, "\"type\":\"contact:block\",\"user\":\"eve\"");
  expect_contact (self->ada, "eve", "blocked");
  expect_contact (eve, "ada", "none");
  test_client_ok (eve, "\"type\":\"contact:add\",\"user\":\"ada\"");
  expect_contact (eve, "ada", "requested");
  g_assert_true (test_client_is_quiet (self->ada));
  test_client_error (eve,
                     "forbidden",
                     "\"type\":\"chat:send\",\"chat\":\"ada\",\"message\":{\"id\":"
                     "\"0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01\",\"kind\":\"text\",\"text\":\"x\"}");
  test_client_error (self->ada,
                     "blocked",
                     "\"type\":\"chat:send\",\"chat\":\"eve\",\"message\":{\"id\":"
                     "\"0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a02\",\"kind\":\"text\",\"text\":\"x\"}");
  test_client_error (self->ada, "blocked", "\"type\":\"contact:add\",\"user\":\"eve\"");
  test_client_ok (self->ada, "\"type\":\"contact:unblock\",\"user\":\"eve\"");
  expect_contact (self->ada, "eve", "incoming");
  test_client_ok (self->ada, "\"type\":\"contact:accept\",\"user\":\"eve\"");
  expect_contact (self->ada, "eve", "mutual");
  expect_contact (eve, "ada", "mutual");

  list = test_client_request (self->ada, "\"type\":\"contact:list\"");
  g_assert_cmpuint (vis_message_get_array (list, VIS_FIELD_CONTACTS)->len, ==, 2);
}

/* A user who sends a request, cancels it, blocks and sends it again causes one event for each
 * answer. */
static void
test_request_cancelled (People *self, gconstpointer data)
{
  static const char *const verbs[] = { "add", "remove", "add", "block", "unblock" };
  g_autoptr (TestClient)   eve = test_client_new (self->server, EVE, -1, NULL);
  g_autoptr (VisMessage)   list = NULL;
  gint64                   seq = self->ada->seq;

  for (guint i = 0; i < 100; i++)
    test_client_ok (
      eve, "\"type\":\"contact:%s\",\"user\":\"ada\"", verbs[i % G_N_ELEMENTS (verbs)]);
  expect_contact (self->ada, "eve", "incoming");
  g_assert_true (test_client_is_quiet (self->ada));
  g_assert_cmpint (self->ada->seq, ==, seq + 1);

  /* The cancelled request stays in the list: accepting it sends a request in turn. */
  list = test_client_request (self->ada, "\"type\":\"contact:list\"");
  g_assert_cmpuint (vis_message_get_array (list, VIS_FIELD_CONTACTS)->len, ==, 2);
  g_clear_pointer (&eve, test_client_free);
  eve = test_client_new (self->server, EVE, -1, NULL);
  test_client_ok (self->ada, "\"type\":\"contact:accept\",\"user\":\"eve\"");
  expect_contact (self->ada, "eve", "requested");
  expect_contact (eve, "ada", "incoming");
  test_client_ok (eve, "\"type\":\"contact:accept\",\"user\":\"ada\"");
  expect_contact (self->ada, "eve", "mutual");
}

/* A cancelled request can be declined, or its user blocked. */
static void
test_request_cancelled_then_declined (People *self, gconstpointer data)
{
  g_autoptr (TestClient) eve = test_client_new (self->server, EVE, -1, NULL);

  test_client_ok (eve, "\"type\":\"contact:add\",\"user\":\"ada\"");
  test_client_ok (eve, "\"type\":\"contact:remove\",\"user\":\"ada\"");
  expect_contact (self->ada, "eve", "incoming");
  test_client_ok (self->ada, "\"type\":\"contact:remove\",\"user\":\"eve\"");
  expect_contact (self->ada, "eve", "none");
  test_client_ok (eve, "\"type\":\"contact:add\",\"user\":\"ada\"");
  test_client_ok (eve, "\"type\":\"contact:remove\",\"user\":\"ada\"");
  expect_contact (self->ada, "eve", "incoming");
  test_client_ok (self->ada, "\"type\":\"contact:block\",\"user\":\"eve\"");
  expect_contact (self->ada, "eve", "blocked");
  test_client_ok (eve, "\"type\":\"contact:add\",\"user\":\"ada\"");
  g_assert_true (test_client_is_quiet (self->ada));
}

/* No verb but `contact:add` tells whether a user exists. */
static void
test_unknown_users (People *self, gconstpointer data)
{
  static const char *const requests[] = {
    "\"type\":\"contact:accept\",\"user\":\"%s\"",
    "\"type\":\"contact:remove\",\"user\":\"%s\"",
    "\"type\":\"contact:block\",\"user\":\"%s\"",
    "\"type\":\"contact:unblock\",\"user\":\"%s\"",
    "\"type\":\"chat:history\",\"limit\":1,\"chat\":\"%s\"",
    "\"type\":\"chat:clear\",\"chat\":\"%s\"",
    "\"type\":\"chat:typing\",\"typing\":true,\"chat\":\"%s\"",
    "\"type\":\"chat:read\",\"message\":\"0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01\",\"chat\":\"%s\"",
    "\"type\":\"chat:delete\",\"for\":\"me\",\"message\":\"0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01\","
    "\"chat\":\"%s\"",
    "\"type\":\"chat:send\",\"message\":{\"id\":\"0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01\","
    "\"kind\":\"text\",\"text\":\"x\"},\"chat\":\"%s\"",
    "\"type\":\"call:offer\",\"call\":\"0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01\",\"gen\":0,"
    "\"sdp\":\"v=0\\r\\n\",\"to\":\"%s\"",
  };
  g_autoptr (TestClient) eve = test_client_new (self->server, EVE, -1, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_auto (GStrv)         halves = g_strsplit (requests[i], "%s", 2);
      g_autoptr (VisMessage) stranger =
        test_client_request (eve, "%sgrace%s", halves[0], halves[1]);
      g_autoptr (VisMessage) nobody = test_client_request (eve, "%sgreta%s", halves[0], halves[1]);
      g_autofree char       *one = NULL;
      g_autofree char       *other = NULL;

      vis_message_set_request (stranger, "1");
      vis_message_set_request (nobody, "1");
      one = vis_codec_encode (stranger, NULL);
      other = vis_codec_encode (nobody, NULL);
      g_assert_cmpint (vis_message_get_kind (stranger), ==, VIS_KIND_ERROR);
      g_assert_cmpstr (one, ==, other);
    }
  g_assert_true (test_client_is_quiet (eve));
  g_assert_true (test_client_is_quiet (self->grace));
}

/* How many requests are answered before `rate_limited`. */
static guint
count_until_limited (TestClient *client, guint most, const char *fields)
{
  for (guint n = 0; n < most; n++)
    {
      g_autoptr (VisMessage) answer = test_client_request (client, "%s", fields);

      if (g_strcmp0 (vis_message_get_string (answer, VIS_FIELD_CODE), "rate_limited") == 0)
        {
          g_assert_cmpint (vis_message_get_integer (answer, VIS_FIELD_RETRY_AFTER_MS), >, 0);
          return n;
        }
    }
  return most;
}

/* The limits of the verbs; `contact:add` tells who has an account, and has the lowest. */
static void
test_rate_limits (People *self, gconstpointer data)
{
  g_autoptr (TestClient) eve = test_client_new (self->server, EVE, -1, NULL);

  g_assert_cmpuint (
    count_until_limited (eve, 100, "\"type\":\"contact:add\",\"user\":\"nobody\""), ==, 20);
  g_assert_cmpuint (
    count_until_limited (eve, 1000, "\"type\":\"contact:block\",\"user\":\"nobody\""), <, 1000);
  /* The other verbs share one limit. */
  g_assert_cmpuint (
    count_until_limited (eve, 1000, "\"type\":\"contact:remove\",\"user\":\"ada\""), <, 1000);
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
    { "/contacts/add-remove-block", NULL, test_add_remove_block },
    { "/contacts/request-cancelled", "--rate-limits off", test_request_cancelled },
    { "/contacts/request-cancelled/then-declined", NULL, test_request_cancelled_then_declined },
    { "/contacts/unknown-users", NULL, test_unknown_users },
    { "/contacts/rate-limits", NULL, test_rate_limits },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (
      tests[i].path, People, tests[i].arguments, people_set_up, tests[i].test, people_tear_down);
  return g_test_run ();
}
