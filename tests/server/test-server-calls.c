/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <signal.h>
#include <string.h>

#include "test-people.h"
#include "vis-id.h"

/* Calls through real sockets. The rules are tested in test-router.c. */

#define SDP "v=0\\r\\n"

typedef struct
{
  TestServer *server;
  TestClient *ada;
  TestClient *grace;
  TestClient *grace_2;
  char       *call;
} Call;

static void
set_up (Call *self, gconstpointer data)
{
  self->server = test_server_new ("");
  test_server_import (self->server, PEOPLE);
  self->ada = test_client_new (self->server, ADA, -1, NULL);
  self->grace = test_client_new (self->server, GRACE, -1, NULL);
  self->grace_2 = test_client_new (self->server, GRACE_2, -1, NULL);
  self->call = vis_id_new ();
}

static void
tear_down (Call *self, gconstpointer data)
{
  g_clear_pointer (&self->ada, test_client_free);
  g_clear_pointer (&self->grace, test_client_free);
  g_clear_pointer (&self->grace_2, test_client_free);
  g_free (self->call);
  test_server_free (self->server);
}

static VisMessage *
offer (Call *self)
{
  return test_client_request (
    self->ada,
    "\"type\":\"call:offer\",\"call\":\"%s\",\"gen\":0,\"to\":\"grace\",\"media\":{\"audio\":true,"
    "\"video\":true},\"sdp\":\"" SDP "\"",
    self->call);
}

static void
expect_end (TestClient *client, const char *reason)
{
  g_autoptr (VisMessage) event = test_client_event (client, VIS_KIND_CALL_END);

  g_assert_cmpstr (vis_message_get_string (event, VIS_FIELD_REASON), ==, reason);
}

static void
expect_record (TestClient *client, const char *chat, const char *outcome)
{
  g_autoptr (VisMessage) event = test_client_event (client, VIS_KIND_CHAT_MESSAGE);
  VisMessage            *message = vis_message_get_object (event, VIS_FIELD_MESSAGE);
  VisMessage            *info = vis_message_get_object (message, VIS_FIELD_CALL_INFO);

  g_assert_cmpint (vis_message_get_seq (event), >, 0);
  g_assert_cmpstr (vis_message_get_string (message, VIS_FIELD_CHAT), ==, chat);
  g_assert_cmpstr (vis_message_get_string (message, VIS_FIELD_FROM), ==, "ada");
  g_assert_cmpstr (vis_message_get_string (message, VIS_FIELD_KIND), ==, "call");
  g_assert_cmpstr (vis_message_get_string (info, VIS_FIELD_OUTCOME), ==, outcome);
  g_assert_cmpstr (vis_message_get_string (info, VIS_FIELD_MEDIA_KIND), ==, "video");
}

static void
ring (Call *self)
{
  g_autoptr (VisMessage) ok = offer (self);
  g_autoptr (VisMessage) first = test_client_event (self->grace, VIS_KIND_CALL_OFFER);
  g_autoptr (VisMessage) second = test_client_event (self->grace_2, VIS_KIND_CALL_OFFER);

  g_assert_cmpint (vis_message_get_integer (ok, VIS_FIELD_RINGING), ==, 2);
  g_assert_cmpstr (vis_message_get_string (first, VIS_FIELD_FROM), ==, "ada");
  g_assert_cmpstr (vis_message_get_string (first, VIS_FIELD_NAME), ==, "Ada");
  g_assert_cmpstr (vis_message_get_string (first, VIS_FIELD_SDP), ==, "v=0\r\n");
  g_assert_true (
    vis_message_get_boolean (vis_message_get_object (first, VIS_FIELD_MEDIA), VIS_FIELD_VIDEO));
}

static void
answer (Call *self)
{
  g_autoptr (VisMessage) event = NULL;

  ring (self);
  test_client_ok (self->grace,
                  "\"type\":\"call:answer\",\"call\":\"%s\",\"gen\":0,\"sdp\":\"" SDP "\"",
                  self->call);
  event = test_client_event (self->ada, VIS_KIND_CALL_ANSWER);
  g_assert_cmpstr (vis_message_get_string (event, VIS_FIELD_FROM), ==, "grace");
  expect_end (self->grace_2, "answered_elsewhere");
}

static void
test_answered (Call *self, gconstpointer data)
{
  answer (self);
  test_client_error (self->grace_2,
                     "conflict",
                     "\"type\":\"call:answer\",\"call\":\"%s\",\"gen\":0,\"sdp\":\"" SDP "\"",
                     self->call);
  test_client_ok (self->ada,
                  "\"type\":\"call:ice\",\"call\":\"%s\",\"gen\":0,\"candidates\":[{\"candidate\":"
                  "\"\"}]",
                  self->call);
  vis_message_unref (test_client_event (self->grace, VIS_KIND_CALL_ICE));
  g_assert_true (test_client_is_quiet (self->grace_2));
  test_client_ok (
    self->grace, "\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"hangup\"", self->call);
  expect_end (self->ada, "hangup");
  expect_record (self->ada, "grace", "answered");
  expect_record (self->grace, "ada", "answered");
  expect_record (self->grace_2, "ada", "answered");
  test_client_ok (
    self->ada, "\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"hangup\"", self->call);
}

static void
test_declined (Call *self, gconstpointer data)
{
  ring (self);
  test_client_ok (
    self->grace_2, "\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"declined\"", self->call);
  expect_end (self->ada, "declined");
  expect_end (self->grace, "declined");
  expect_record (self->ada, "grace", "declined");
  expect_record (self->grace, "ada", "declined");
}

static void
test_not_a_contact (Call *self, gconstpointer data)
{
  g_autoptr (TestClient) eve = test_client_new (self->server, EVE, -1, NULL);

  test_client_error (eve,
                     "forbidden",
                     "\"type\":\"call:offer\",\"call\":\"%s\",\"gen\":0,\"to\":\"ada\",\"sdp\":"
                     "\"" SDP "\"",
                     self->call);
  test_client_error (eve,
                     "forbidden",
                     "\"type\":\"call:offer\",\"call\":\"%s\",\"gen\":0,\"to\":\"nobody\",\"sdp\":"
                     "\"" SDP "\"",
                     self->call);
  ring (self);
  test_client_error (
    eve, "not_found", "\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"hangup\"", self->call);
  test_client_error (eve, "not_found", "\"type\":\"call:ringing\",\"call\":\"%s\"", self->call);
}

static void
test_unreachable (Call *self, gconstpointer data)
{
  g_autoptr (VisMessage) ok = NULL;
  g_autoptr (TestClient) back = NULL;
  gint64                 seq = self->grace->seq;

  g_clear_pointer (&self->grace, test_client_free);
  g_clear_pointer (&self->grace_2, test_client_free);
  /* Ada's event proves that the server knows. */
  for (;;)
    {
      g_autoptr (VisMessage) event = test_client_event (self->ada, VIS_KIND_PRESENCE);

      if (strcmp (vis_message_get_string (event, VIS_FIELD_PRESENCE), "offline") == 0)
        break;
    }
  ok = offer (self);
  g_assert_cmpint (vis_message_get_integer (ok, VIS_FIELD_RINGING), ==, 0);
  expect_end (self->ada, "unreachable");
  expect_record (self->ada, "grace", "missed");
  back = test_client_new (self->server, GRACE, seq, NULL);
  expect_record (back, "ada", "missed");
}

static void
test_device_online_while_ringing (Call *self, gconstpointer data)
{
  g_autoptr (VisMessage) ok = NULL;
  g_autoptr (VisMessage) event = NULL;

  g_clear_pointer (&self->grace_2, test_client_free);
  ok = offer (self);
  vis_message_unref (test_client_event (self->grace, VIS_KIND_CALL_OFFER));
  test_client_ok (self->ada,
                  "\"type\":\"call:ice\",\"call\":\"%s\",\"gen\":0,\"candidates\":[{\"candidate\":"
                  "\"\"}]",
                  self->call);
  self->grace_2 = test_client_new (self->server, GRACE_2, -1, NULL);
  event = test_client_event (self->grace_2, VIS_KIND_CALL_OFFER);
  g_assert_cmpint (vis_message_get_integer (event, VIS_FIELD_AGE_MS), <, 45000);
  vis_message_unref (test_client_event (self->grace_2, VIS_KIND_CALL_ICE));
}

/* The caller stays offline for VIS_LIMIT_CALLER_GONE_MS. */
static void
test_caller_offline (Call *self, gconstpointer data)
{
  ring (self);
  g_clear_pointer (&self->ada, test_client_free);
  expect_end (self->grace, "failed");
  expect_end (self->grace_2, "failed");
  expect_record (self->grace, "ada", "failed");
}

/* The server is killed in the middle of a call, which goes on after the restart. */
static void
test_server_killed (Call *self, gconstpointer data)
{
  gint64 seq;

  answer (self);
  g_assert_true (test_client_is_quiet (self->ada));
  seq = self->grace->seq;
  test_client_ok (self->ada,
                  "\"type\":\"chat:send\",\"chat\":\"grace\",\"message\":{\"id\":"
                  "\"0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01\",\"kind\":\"text\",\"text\":\"x\"}");
  test_server_kill (self->server, SIGKILL);
  g_clear_pointer (&self->ada, test_client_free);
  g_clear_pointer (&self->grace, test_client_free);
  test_server_start (self->server, "");
  self->grace = test_client_new (self->server, GRACE, seq, NULL);
  vis_message_unref (test_client_event (self->grace, VIS_KIND_CHAT_MESSAGE));

  /* Ada is still offline; frames for her are held. */
  test_client_ok (self->grace, "\"type\":\"call:renew\",\"call\":\"%s\",\"gen\":0", self->call);
  self->ada = test_client_new (self->server, ADA, -1, NULL);
  vis_message_unref (test_client_event (self->ada, VIS_KIND_CALL_RENEW));
  test_client_ok (
    self->ada, "\"type\":\"call:offer\",\"call\":\"%s\",\"gen\":1,\"sdp\":\"" SDP "\"", self->call);
  vis_message_unref (test_client_event (self->grace, VIS_KIND_CALL_OFFER));
  test_client_ok (self->grace,
                  "\"type\":\"call:answer\",\"call\":\"%s\",\"gen\":1,\"sdp\":\"" SDP "\"",
                  self->call);
  vis_message_unref (test_client_event (self->ada, VIS_KIND_CALL_ANSWER));
  test_client_ok (
    self->ada, "\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"hangup\"", self->call);
  expect_end (self->grace, "hangup");
  expect_record (self->grace, "ada", "answered");
}

/* Removing or blocking a contact ends the call with them. */
static void
test_contact_ended (Call *self, gconstpointer verb)
{
  answer (self);
  test_client_ok (self->grace, "\"type\":\"contact:%s\",\"user\":\"ada\"", (const char *) verb);
  vis_message_unref (test_client_event (self->ada, VIS_KIND_CONTACT_CHANGED));
  expect_end (self->ada, "hangup");
  expect_record (self->ada, "grace", "answered");
  vis_message_unref (test_client_event (self->grace, VIS_KIND_CONTACT_CHANGED));
  expect_end (self->grace, "hangup");
  expect_record (self->grace, "ada", "answered");
  test_client_error (
    self->ada, "not_found", "\"type\":\"call:renew\",\"call\":\"%s\",\"gen\":0", self->call);
}

static void
test_contact_ended_while_ringing (Call *self, gconstpointer verb)
{
  ring (self);
  test_client_ok (self->ada, "\"type\":\"contact:%s\",\"user\":\"grace\"", (const char *) verb);
  vis_message_unref (test_client_event (self->grace_2, VIS_KIND_CONTACT_CHANGED));
  expect_end (self->grace_2, "hangup");
  expect_record (self->grace_2, "ada", "missed");
  test_client_error (self->grace,
                     "not_found",
                     "\"type\":\"call:answer\",\"call\":\"%s\",\"gen\":0,\"sdp\":\"" SDP "\"",
                     self->call);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Call *self, gconstpointer data);
    const char *data;
  } tests[] = {
    { "/calls/answered", test_answered, NULL },
    { "/calls/declined", test_declined, NULL },
    { "/calls/not-a-contact", test_not_a_contact, NULL },
    { "/calls/unreachable", test_unreachable, NULL },
    { "/calls/device-online-while-ringing", test_device_online_while_ringing, NULL },
    { "/calls/caller-offline", test_caller_offline, NULL },
    { "/calls/server-killed", test_server_killed, NULL },
    { "/calls/contact-blocked", test_contact_ended, "block" },
    { "/calls/contact-removed", test_contact_ended, "remove" },
    { "/calls/contact-blocked/ringing", test_contact_ended_while_ringing, "block" },
    { "/calls/contact-removed/ringing", test_contact_ended_while_ringing, "remove" },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Call, tests[i].data, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
