/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "link-fixture.h"
#include "vis-error.h"
#include "vis-limits.h"

#include <string.h>

/* Requests over a link, and answers and events that are malformed, late or unexpected. */

static void
test_rate_limited (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  vis_link_start (fixture->link);
  link_open_socket (fixture);
  id = link_take_request (fixture, "hello");
  link_answer (
    fixture, id, "error", ",\"code\":\"rate_limited\",\"message\":\"\",\"retry_after_ms\":20000");
  manual_clock_advance (fixture->clock, 19999);
  g_assert_cmpstr (fixture->log->str, ==, "caw");
  manual_clock_advance (fixture->clock, 1);
  g_assert_cmpstr (fixture->log->str, ==, "cawc");
}

static void
test_requests (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (VisMessage)   ok = NULL;
  GAsyncResult            *result = NULL;
  g_autofree char         *id = NULL;
  g_autofree char         *late = NULL;

  link_ask (fixture, NULL, &result);
  link_assert_failed (fixture, &result, VIS_ERROR, VIS_ERROR_OFFLINE);

  link_go_online (fixture);
  link_ask (fixture, NULL, &result);
  id = link_take_request (fixture, "contact:list");
  link_answer (fixture, "\"x\"", "ok", "");
  link_answer (fixture, "99", "ok", "");
  link_answer (fixture, "null", "ok", "");
  link_settle ();
  g_assert_null (result);
  link_answer (fixture, id, "ok", ",\"contacts\":[]");
  link_answer (fixture, id, "ok", ",\"contacts\":[]");
  link_settle ();
  g_assert_nonnull (result);
  ok = vis_wire_request_finish (VIS_WIRE (fixture->link), result, NULL);
  g_assert_true (vis_message_has (ok, VIS_FIELD_CONTACTS));
  g_clear_object (&result);

  link_ask (fixture, NULL, &result);
  g_clear_pointer (&id, g_free);
  id = link_take_request (fixture, "contact:list");
  link_answer (fixture, id, "error", ",\"code\":\"forbidden\",\"message\":\"no\"");
  link_assert_failed (fixture, &result, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_FORBIDDEN);

  link_ask (fixture, NULL, &result);
  late = link_take_request (fixture, "contact:list");
  manual_clock_advance (fixture->clock, 15000);
  link_assert_failed (fixture, &result, VIS_ERROR, VIS_ERROR_TIMED_OUT);
  link_answer (fixture, late, "ok", "");

  link_ask (fixture, cancellable, &result);
  g_cancellable_cancel (cancellable);
  link_assert_failed (fixture, &result, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  link_ask (fixture, NULL, &result);
  vis_transport_emit_closed (VIS_TRANSPORT (link_get_transport (fixture)), 1001, NULL);
  link_assert_failed (fixture, &result, VIS_ERROR, VIS_ERROR_LOST);
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisMessage) request = vis_message_new (VIS_KIND_CONTACT_ADD);
  g_autofree char       *huge = g_strnfill (VIS_LIMIT_FRAME_BYTES, 'a');
  GAsyncResult          *result = NULL;

  link_go_online (fixture);
  vis_message_set_string (request, VIS_FIELD_USER, huge);
  vis_wire_request_async (VIS_WIRE (fixture->link), request, NULL, link_on_done, &result);
  link_assert_failed (fixture, &result, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_TOO_LARGE);
  g_assert_cmpuint (link_get_transport (fixture)->sent->len, ==, 0);
}

static void
test_bad_frames (Fixture *fixture, gconstpointer data)
{
  static const char *const frames[] = {
    "hello",
    "[]",
    "{\"type\":7}",
    "{\"type\":\"presence\",\"user\":\"GRACE\",\"presence\":\"online\"}",
    "{\"type\":\"call:offer\"}",
    "{\"type\":\"ok\"}",
    "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"asleep\"}",
  };

  link_go_online (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    link_give (fixture, frames[i]);
  link_give (fixture, "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"online\"}");
  /* Three are events of unknown types, which are passed on as such. */
  g_assert_cmpstr (fixture->log->str, ==, "caO<(null)><(null)><(null)><presence>");
  for (guint i = 0; i < VIS_LIMIT_BAD_FRAMES; i++)
    if (!link_get_transport (fixture)->closed)
      link_give (fixture, "nonsense");
  g_assert_cmpstr (fixture->log->str, ==, "caO<(null)><(null)><(null)><presence>w");
}

/* A malformed answer fails its request at once, not at the deadline. */
static void
test_bad_answer (Fixture *fixture, gconstpointer data)
{
  GAsyncResult    *result = NULL;
  g_autofree char *id = NULL;

  link_go_online (fixture);
  link_ask (fixture, NULL, &result);
  id = link_take_request (fixture, "contact:list");
  link_answer (fixture, id, "ok", ",\"contacts\":7");
  link_assert_failed (fixture, &result, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_REQUEST);
}

/* Events before the answer to hello are ignored. */
static void
test_early (Fixture *fixture, gconstpointer data)
{
  vis_link_start (fixture->link);
  link_open_socket (fixture);
  link_give (fixture, "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"online\"}");
  link_give (fixture, "{\"type\":\"ok\",\"id\":77}");
  g_assert_cmpstr (fixture->log->str, ==, "ca");
}

static void
test_turn (Fixture *fixture, gconstpointer data)
{
  g_autofree char      *hello_id = NULL;
  g_autofree char      *id = NULL;
  g_autoptr (GPtrArray) servers = NULL;

  vis_link_start (fixture->link);
  link_open_socket (fixture);
  hello_id = link_take_request (fixture, "hello");
  /* The manual clock stands at 1000 s. */
  link_answer (
    fixture,
    hello_id,
    "ok",
    ",\"ice_servers\":[{\"urls\":[\"turn:a\"],\"username\":\"1080:ada\",\"credential\":\"x\"}]");
  servers = vis_wire_dup_ice_servers (VIS_WIRE (fixture->link));
  g_assert_cmpuint (servers->len, ==, 1);
  manual_clock_advance (fixture->clock, 44000);
  vis_transport_emit_alive (VIS_TRANSPORT (link_get_transport (fixture)));
  manual_clock_advance (fixture->clock, 16000); /* 60 s, the most */
  id = link_take_request (fixture, "turn:refresh");
  link_answer (fixture, id, "ok", ",\"ice_servers\":[]");
  link_settle ();
  g_clear_pointer (&servers, g_ptr_array_unref);
  servers = vis_wire_dup_ice_servers (VIS_WIRE (fixture->link));
  g_assert_cmpuint (servers->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func)                                                                            \
  g_test_add ("/link-requests/" name, Fixture, NULL, link_set_up, func, link_tear_down)
  ADD ("rate-limited", test_rate_limited);
  ADD ("requests", test_requests);
  ADD ("too-large", test_too_large);
  ADD ("bad-frames", test_bad_frames);
  ADD ("bad-answer", test_bad_answer);
  ADD ("event-before-hello", test_early);
  ADD ("turn", test_turn);
  return g_test_run ();
}
