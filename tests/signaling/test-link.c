/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "link-fixture.h"
#include "vis-error.h"
#include "vis-limits.h"

#include <string.h>

static void
test_online (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisMessage) hello = NULL;

  g_assert_cmpint (vis_wire_get_state (VIS_WIRE (fixture->link)), ==, VIS_WIRE_OFFLINE);
  link_go_online (fixture);
  hello = vis_wire_dup_hello (VIS_WIRE (fixture->link));
  g_assert_cmpstr (vis_message_get_string (hello, VIS_FIELD_USER), ==, "ada");
  link_give (fixture, "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"online\"}");
  vis_link_stop (fixture->link);
  g_assert_cmpstr (fixture->log->str, ==, "caO<presence>o");
  g_assert_null (vis_wire_dup_hello (VIS_WIRE (fixture->link)));
}

/* The connection is lost in each state; each time the link tries again by itself. */
static void
test_cut (Fixture *fixture, gconstpointer data)
{
  vis_link_start (fixture->link);
  for (guint where = 0; where < 3; where++)
    {
      g_autoptr (GError) error = g_error_new (VIS_ERROR, VIS_ERROR_SERVER_UNREACHABLE, "cut");

      if (where >= 1)
        link_open_socket (fixture);
      if (where >= 2)
        {
          g_autofree char *id = link_take_request (fixture, "hello");

          link_answer (fixture, id, "ok", "");
        }
      vis_transport_emit_closed (VIS_TRANSPORT (link_get_transport (fixture)), 1006, error);
      g_assert_cmpint (vis_wire_get_state (VIS_WIRE (fixture->link)), ==, VIS_WIRE_WAITING);
      g_assert_error (
        vis_link_get_last_error (fixture->link), VIS_ERROR, VIS_ERROR_SERVER_UNREACHABLE);
      g_assert_null (vis_link_get_problem (fixture->link));
      manual_clock_advance (fixture->clock, 30000);
      g_assert_cmpuint (fixture->transports->len, >, where + 1);
      /* The clock was advanced without an answer: starts afresh. */
      vis_link_stop (fixture->link);
      vis_link_start (fixture->link);
    }
  link_welcome (fixture);
  g_assert_null (vis_link_get_last_error (fixture->link));
}

/* Attempts become rarer while the server can't be reached, but there is one every 30 s. */
static void
test_backoff (Fixture *fixture, gconstpointer data)
{
  guint attempts_first = 0, attempts_later;

  vis_link_start (fixture->link);
  for (guint second = 0; second < 1200; second++)
    {
      TestTransport *transport = link_get_transport (fixture);

      if (!transport->closed)
        vis_transport_emit_closed (VIS_TRANSPORT (transport), 0, NULL);
      manual_clock_advance (fixture->clock, 1000);
      if (second == 59)
        attempts_first = fixture->transports->len;
    }
  attempts_later = (fixture->transports->len - attempts_first) / 19;
  g_assert_cmpuint (attempts_first, >=, 5);
  g_assert_cmpuint (attempts_first, <=, 14);
  g_assert_cmpuint (attempts_later, >=, 2);
  g_assert_cmpuint (attempts_later, <=, 4);

  /* A network that comes back causes an attempt at once. */
  attempts_first = fixture->transports->len;
  vis_transport_emit_closed (VIS_TRANSPORT (link_get_transport (fixture)), 0, NULL);
  vis_link_wake (fixture->link);
  g_assert_cmpuint (fixture->transports->len, ==, attempts_first + 1);
}

static void
test_deadlines (Fixture *fixture, gconstpointer data)
{
  vis_link_start (fixture->link);
  manual_clock_advance (fixture->clock, 14999);
  g_assert_cmpstr (fixture->log->str, ==, "c");
  manual_clock_advance (fixture->clock, 1);
  g_assert_cmpstr (fixture->log->str, ==, "cw");
  manual_clock_advance (fixture->clock, 500);
  link_open_socket (fixture);
  manual_clock_advance (fixture->clock, 10000);
  g_assert_cmpstr (fixture->log->str, ==, "cwcaw");
  g_assert_error (vis_link_get_last_error (fixture->link), VIS_ERROR, VIS_ERROR_TIMED_OUT);
  manual_clock_advance (fixture->clock, 1000);
  link_welcome (fixture);

  /* Online, each received frame postpones the deadline. */
  manual_clock_advance (fixture->clock, 40000);
  vis_transport_emit_alive (VIS_TRANSPORT (link_get_transport (fixture)));
  manual_clock_advance (fixture->clock, 40000);
  link_give (fixture, "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"away\"}");
  manual_clock_advance (fixture->clock, 44000);
  g_assert_cmpstr (fixture->log->str, ==, "cwcawcaO<presence>");
  manual_clock_advance (fixture->clock, 1001);
  g_assert_cmpstr (fixture->log->str, ==, "cwcawcaO<presence>w");
}

/* The server answers hello, and then nothing. */
static void
test_silence_after_hello (Fixture *fixture, gconstpointer data)
{
  link_go_online (fixture);
  manual_clock_advance (fixture->clock, 44999);
  g_assert_cmpstr (fixture->log->str, ==, "caO");
  manual_clock_advance (fixture->clock, 1);
  g_assert_cmpstr (fixture->log->str, ==, "caOw");
  g_assert_error (vis_link_get_last_error (fixture->link), VIS_ERROR, VIS_ERROR_TIMED_OUT);
  manual_clock_advance (fixture->clock, 1000);
  g_assert_cmpstr (fixture->log->str, ==, "caOwc");
}

/* The server answers WebSocket pings alone. After a request without an answer, the link sends
 * another one that any server answers, and closes the connection if that has no answer either. */
static void
test_pongs_alone (Fixture *fixture, gconstpointer data)
{
  GAsyncResult    *result = NULL;
  GAsyncResult    *second = NULL;
  g_autofree char *id = NULL;

  link_go_online (fixture);
  for (guint round = 0; round < 2; round++)
    {
      link_ask (fixture, NULL, &result);
      link_ask (fixture, NULL, &second);
      g_free (link_take_request (fixture, "contact:list"));
      g_free (link_take_request (fixture, "contact:list"));
      manual_clock_advance (fixture->clock, 14000);
      vis_transport_emit_alive (VIS_TRANSPORT (link_get_transport (fixture)));
      g_assert_cmpuint (link_get_transport (fixture)->sent->len, ==, 0);
      manual_clock_advance (fixture->clock, 1000);
      link_assert_failed (fixture, &result, VIS_ERROR, VIS_ERROR_TIMED_OUT);
      link_assert_failed (fixture, &second, VIS_ERROR, VIS_ERROR_TIMED_OUT);
      g_free (id);
      id = link_take_request (fixture, "turn:refresh");
      g_assert_cmpuint (link_get_transport (fixture)->sent->len, ==, 0);
      if (round == 0)
        link_answer (fixture, id, "ok", ",\"ice_servers\":[]");
      manual_clock_advance (fixture->clock, 3999);
      vis_transport_emit_alive (VIS_TRANSPORT (link_get_transport (fixture)));
      link_settle ();
      g_assert_cmpstr (fixture->log->str, ==, "caO");
    }
  manual_clock_advance (fixture->clock, 1);
  link_settle ();
  g_assert_cmpstr (fixture->log->str, ==, "caOw");
  g_assert_error (vis_link_get_last_error (fixture->link), VIS_ERROR, VIS_ERROR_TIMED_OUT);
}

static void
test_wake (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  /* An attempt that has just begun goes on, an older one is replaced. */
  vis_link_start (fixture->link);
  vis_link_wake (fixture->link);
  g_assert_cmpuint (fixture->transports->len, ==, 1);
  manual_clock_advance (fixture->clock, 2000);
  vis_link_wake (fixture->link);
  g_assert_cmpuint (fixture->transports->len, ==, 2);
  link_welcome (fixture);

  /* Online, the link sends a request, which is answered. */
  vis_link_wake (fixture->link);
  vis_link_wake (fixture->link);
  id = link_take_request (fixture, "turn:refresh");
  g_assert_cmpuint (link_get_transport (fixture)->sent->len, ==, 0);
  link_answer (fixture, id, "ok", ",\"ice_servers\":[{\"urls\":[\"stun:s\"]}]");
  link_settle ();
  manual_clock_advance (fixture->clock, 5000);
  g_assert_cmpstr (fixture->log->str, ==, "caO");

  /* Without an answer, the connection is closed. */
  vis_link_wake (fixture->link);
  manual_clock_advance (fixture->clock, 4000);
  link_settle ();
  g_assert_cmpstr (fixture->log->str, ==, "caOw");
}

static void
test_resume (Fixture *fixture, gconstpointer data)
{
  vis_wire_set_since (VIS_WIRE (fixture->link), 41, NULL);
  vis_link_start (fixture->link);
  link_open_socket (fixture);
  g_assert_nonnull (strstr (link_get_transport (fixture)->sent->pdata[0], "\"since\":41"));
  vis_link_stop (fixture->link);
  vis_wire_set_since (VIS_WIRE (fixture->link), -1, NULL);
  vis_link_start (fixture->link);
  link_open_socket (fixture);
  g_assert_null (strstr (link_get_transport (fixture)->sent->pdata[0], "since"));
}

static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  link_go_online (fixture);
  vis_transport_emit_closed (
    VIS_TRANSPORT (link_get_transport (fixture)), VIS_CLOSE_REPLACED, NULL);
  g_assert_error (
    vis_link_get_problem (fixture->link), VIS_LINK_PROBLEM, VIS_LINK_PROBLEM_REPLACED);
  manual_clock_advance (fixture->clock, 10 * 60 * 1000);
  vis_link_wake (fixture->link);
  g_assert_cmpuint (fixture->transports->len, ==, 1);

  /* "Connect here instead" */
  link_go_online (fixture);
  g_assert_null (vis_link_get_problem (fixture->link));
  vis_transport_emit_closed (
    VIS_TRANSPORT (link_get_transport (fixture)), VIS_CLOSE_LOGGED_OUT, NULL);
  g_assert_error (
    vis_link_get_problem (fixture->link), VIS_LINK_PROBLEM, VIS_LINK_PROBLEM_SIGNED_OUT);
  g_assert_cmpstr (fixture->log->str, ==, "caOocaOo");
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  vis_link_start (fixture->link);
  link_open_socket (fixture);
  id = link_take_request (fixture, "hello");
  link_answer (fixture, id, "error", ",\"code\":\"unauthorized\",\"message\":\"no\"");
  g_assert_error (
    vis_link_get_problem (fixture->link), VIS_LINK_PROBLEM, VIS_LINK_PROBLEM_SIGNED_OUT);
  g_assert_cmpstr (fixture->log->str, ==, "cao");
}

/* A handler of a notification may call any method. */
static void
stop_when_online (VisLink *link, GParamSpec *pspec, Fixture *fixture)
{
  if (vis_wire_get_state (VIS_WIRE (link)) == VIS_WIRE_ONLINE)
    {
      vis_link_stop (link);
      vis_link_start (link);
      vis_link_stop (link);
    }
}

static void
stop_on_event (VisLink *link, VisMessage *event, Fixture *fixture)
{
  vis_link_stop (link);
}

static void
test_reentry (Fixture *fixture, gconstpointer data)
{
  gulong handler =
    g_signal_connect (fixture->link, "notify::state", G_CALLBACK (stop_when_online), fixture);

  vis_link_start (fixture->link);
  link_welcome (fixture);
  g_assert_cmpint (vis_wire_get_state (VIS_WIRE (fixture->link)), ==, VIS_WIRE_OFFLINE);
  g_signal_handler_disconnect (fixture->link, handler);

  g_signal_connect (fixture->link, "event", G_CALLBACK (stop_on_event), fixture);
  link_go_online (fixture);
  link_give (fixture, "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"online\"}");
  g_assert_cmpint (vis_wire_get_state (VIS_WIRE (fixture->link)), ==, VIS_WIRE_OFFLINE);
}

/* Disposed in each state, with requests outstanding and a transport that is still alive. */
static void
test_dispose (Fixture *fixture, gconstpointer data)
{
  for (guint when = 0; when < 4; when++)
    {
      GAsyncResult *result = NULL;
      guint         before = fixture->transports->len;

      if (when >= 1)
        vis_link_start (fixture->link);
      if (when >= 2)
        link_welcome (fixture);
      if (when >= 3)
        link_ask (fixture, NULL, &result);
      g_object_run_dispose (G_OBJECT (fixture->link));
      g_object_run_dispose (G_OBJECT (fixture->link));
      link_settle ();
      if (when >= 3)
        link_assert_failed (fixture, &result, VIS_ERROR, VIS_ERROR_LOST);
      if (fixture->transports->len > before)
        vis_transport_emit_closed (VIS_TRANSPORT (link_get_transport (fixture)), 1006, NULL);
      g_assert_finalize_object (g_steal_pointer (&fixture->link));
      g_assert_cmpuint (manual_clock_count (fixture->clock), ==, 0);
      fixture->link = link_new (fixture);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/link/" name, Fixture, NULL, link_set_up, func, link_tear_down)
  ADD ("online", test_online);
  ADD ("connection-lost", test_cut);
  ADD ("backoff", test_backoff);
  ADD ("deadlines", test_deadlines);
  ADD ("silence-after-hello", test_silence_after_hello);
  ADD ("pongs-alone", test_pongs_alone);
  ADD ("wake", test_wake);
  ADD ("resume", test_resume);
  ADD ("replaced", test_replaced);
  ADD ("refused", test_refused);
  ADD ("stop-in-handler", test_reentry);
  ADD ("dispose", test_dispose);
  return g_test_run ();
}
