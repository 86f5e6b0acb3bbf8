/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "manual-clock.h"
#include "vis-codec.h"
#include "vis-error.h"
#include "vis-limits.h"
#include "vis-link.h"

#include <string.h>

/* A transport in memory: the test is the server. */
#define TEST_TYPE_TRANSPORT (test_transport_get_type ())
G_DECLARE_FINAL_TYPE (TestTransport, test_transport, TEST, TRANSPORT, GObject)

struct _TestTransport
{
  GObject    parent_instance;
  gboolean   open_asked;
  gboolean   open;
  gboolean   closed;
  GPtrArray *sent;
};

static void
test_transport_open (VisTransport *transport)
{
  TEST_TRANSPORT (transport)->open_asked = TRUE;
}

static gboolean
test_transport_send (VisTransport *transport, const char *text)
{
  TestTransport *self = TEST_TRANSPORT (transport);

  if (!self->open)
    return FALSE;
  g_ptr_array_add (self->sent, g_strdup (text));
  return TRUE;
}

static void
test_transport_close (VisTransport *transport)
{
  TestTransport *self = TEST_TRANSPORT (transport);

  self->open = FALSE;
  self->closed = TRUE;
}

static void
test_transport_iface_init (VisTransportInterface *iface)
{
  iface->open = test_transport_open;
  iface->send = test_transport_send;
  iface->close = test_transport_close;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestTransport,
                               test_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_TRANSPORT,
                                                      test_transport_iface_init))

static void
test_transport_finalize (GObject *object)
{
  g_ptr_array_unref (TEST_TRANSPORT (object)->sent);
  G_OBJECT_CLASS (test_transport_parent_class)->finalize (object);
}

static void
test_transport_class_init (TestTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_transport_finalize;
}

static void
test_transport_init (TestTransport *self)
{
  self->sent = g_ptr_array_new_with_free_func (g_free);
}

/* One link and its surroundings. */
typedef struct
{
  ManualClock *clock;
  VisLink     *link;
  GPtrArray   *transports;
  GString     *log; /* states and events, as the owner sees them */
} Fixture;

static const char token[] = "0123456789abcdef0123456789abcdef";

static VisTransport *
make_transport (const char *url, gpointer data)
{
  Fixture       *fixture = data;
  TestTransport *transport = g_object_new (TEST_TYPE_TRANSPORT, NULL);

  g_ptr_array_add (fixture->transports, g_object_ref (transport));
  return VIS_TRANSPORT (transport);
}

static void
on_state (VisLink *link, GParamSpec *pspec, Fixture *fixture)
{
  static const char letters[] = "ocaOw";

  g_string_append_c (fixture->log, letters[vis_wire_get_state (VIS_WIRE (link))]);
}

static void
on_event (VisLink *link, VisMessage *event, Fixture *fixture)
{
  g_string_append_printf (fixture->log, "<%s>", vis_message_get_type_name (event));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = manual_clock_new ();
  fixture->transports = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->log = g_string_new (NULL);
  fixture->link = vis_link_new_with_transport (
    "ws://test/", token, VIS_CLOCK (fixture->clock), make_transport, fixture);
  g_signal_connect (fixture->link, "notify::state", G_CALLBACK (on_state), fixture);
  g_signal_connect (fixture->link, "event", G_CALLBACK (on_event), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->link != NULL)
    vis_link_stop (fixture->link);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (fixture->link != NULL)
    g_assert_finalize_object (fixture->link);
  g_assert_cmpuint (manual_clock_count (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->clock);
  for (guint i = 0; i < fixture->transports->len; i++)
    g_assert_true (((TestTransport *) fixture->transports->pdata[i])->closed);
  g_ptr_array_unref (fixture->transports);
  g_string_free (fixture->log, TRUE);
}

static TestTransport *
get_transport (Fixture *fixture)
{
  g_assert_cmpuint (fixture->transports->len, >, 0);
  return fixture->transports->pdata[fixture->transports->len - 1];
}

static void
give (Fixture *fixture, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  vis_transport_emit_frame (VIS_TRANSPORT (get_transport (fixture)), bytes);
}

static void
open_socket (Fixture *fixture)
{
  TestTransport *transport = get_transport (fixture);

  g_assert_true (transport->open_asked);
  transport->open = TRUE;
  vis_transport_emit_opened (VIS_TRANSPORT (transport));
}

static char *
take_request (Fixture *fixture, const char *type)
{
  TestTransport         *transport = get_transport (fixture);
  g_autoptr (VisMessage) message = NULL;
  g_autoptr (GError)     error = NULL;
  g_autofree char       *text = NULL;
  char                  *id = NULL;

  g_assert_cmpuint (transport->sent->len, >, 0);
  text = g_ptr_array_steal_index (transport->sent, 0);
  message = vis_codec_decode (text, strlen (text), VIS_FROM_CLIENT, &id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (vis_message_get_type_name (message), ==, type);
  if (strcmp (type, "hello") == 0)
    g_assert_cmpstr (vis_message_get_string (message, VIS_FIELD_TOKEN), ==, token);
  return id;
}

static void
answer (Fixture *fixture, const char *id, const char *type, const char *rest)
{
  g_autofree char *text = g_strdup_printf ("{\"type\":\"%s\",\"id\":%s%s}", type, id, rest);

  give (fixture, text);
}

static void
welcome (Fixture *fixture)
{
  g_autofree char *id = NULL;

  open_socket (fixture);
  id = take_request (fixture, "hello");
  answer (fixture, id, "ok", ",\"user\":\"ada\",\"device\":\"d1\",\"seq\":0,\"ice_servers\":[]");
}

static void
go_online (Fixture *fixture)
{
  vis_link_start (fixture->link);
  welcome (fixture);
  g_assert_cmpint (vis_wire_get_state (VIS_WIRE (fixture->link)), ==, VIS_WIRE_ONLINE);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **place = data;

  g_assert_null (*place);
  *place = g_object_ref (result);
}

static void
ask (Fixture *fixture, GCancellable *cancellable, GAsyncResult **result)
{
  g_autoptr (VisMessage) request = vis_message_new (VIS_KIND_CONTACT_LIST);

  vis_wire_request_async (VIS_WIRE (fixture->link), request, cancellable, on_done, result);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
assert_failed (Fixture *fixture, GAsyncResult **result, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;

  settle ();
  g_assert_nonnull (*result);
  g_assert_null (vis_wire_request_finish (VIS_WIRE (fixture->link), *result, &error));
  g_assert_error (error, domain, code);
  g_clear_object (result);
}

static void
test_online (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisMessage) hello = NULL;

  g_assert_cmpint (vis_wire_get_state (VIS_WIRE (fixture->link)), ==, VIS_WIRE_OFFLINE);
  go_online (fixture);
  hello = vis_wire_dup_hello (VIS_WIRE (fixture->link));
  g_assert_cmpstr (vis_message_get_string (hello, VIS_FIELD_USER), ==, "ada");
  give (fixture, "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"online\"}");
  vis_link_stop (fixture->link);
  g_assert_cmpstr (fixture->log->str, ==, "caO<presence>o");
  g_assert_null (vis_wire_dup_hello (VIS_WIRE (fixture->link)));
}

/* The wire is cut in each state; each time the next attempt comes by itself. */
static void
test_cut (Fixture *fixture, gconstpointer data)
{
  vis_link_start (fixture->link);
  for (guint where = 0; where < 3; where++)
    {
      g_autoptr (GError) error = g_error_new (VIS_ERROR, VIS_ERROR_SERVER_UNREACHABLE, "cut");

      if (where >= 1)
        open_socket (fixture);
      if (where >= 2)
        {
          g_autofree char *id = take_request (fixture, "hello");

          answer (fixture, id, "ok", "");
        }
      vis_transport_emit_closed (VIS_TRANSPORT (get_transport (fixture)), 1006, error);
      g_assert_cmpint (vis_wire_get_state (VIS_WIRE (fixture->link)), ==, VIS_WIRE_WAITING);
      g_assert_error (
        vis_link_get_last_error (fixture->link), VIS_ERROR, VIS_ERROR_SERVER_UNREACHABLE);
      g_assert_null (vis_link_get_problem (fixture->link));
      manual_clock_advance (fixture->clock, 30000);
      g_assert_cmpuint (fixture->transports->len, >, where + 1);
      /* Nobody answered while the clock went on; begin afresh. */
      vis_link_stop (fixture->link);
      vis_link_start (fixture->link);
    }
  welcome (fixture);
  g_assert_null (vis_link_get_last_error (fixture->link));
}

/* A server that is not there is asked less and less often, but at least twice a minute. */
static void
test_backoff (Fixture *fixture, gconstpointer data)
{
  guint attempts_first = 0, attempts_later;

  vis_link_start (fixture->link);
  for (guint second = 0; second < 1200; second++)
    {
      TestTransport *transport = get_transport (fixture);

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

  /* A network that comes back is used at once. */
  attempts_first = fixture->transports->len;
  vis_transport_emit_closed (VIS_TRANSPORT (get_transport (fixture)), 0, NULL);
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
  open_socket (fixture);
  manual_clock_advance (fixture->clock, 10000);
  g_assert_cmpstr (fixture->log->str, ==, "cwcaw");
  g_assert_error (vis_link_get_last_error (fixture->link), VIS_ERROR, VIS_ERROR_TIMED_OUT);
  manual_clock_advance (fixture->clock, 1000);
  welcome (fixture);

  /* Online, each sign of life counts. */
  manual_clock_advance (fixture->clock, 40000);
  vis_transport_emit_alive (VIS_TRANSPORT (get_transport (fixture)));
  manual_clock_advance (fixture->clock, 40000);
  give (fixture, "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"away\"}");
  manual_clock_advance (fixture->clock, 44000);
  g_assert_cmpstr (fixture->log->str, ==, "cwcawcaO<presence>");
  manual_clock_advance (fixture->clock, 1001);
  g_assert_cmpstr (fixture->log->str, ==, "cwcawcaO<presence>w");
}

/* The server says `ok` to hello, and then nothing more. */
static void
test_silence_after_hello (Fixture *fixture, gconstpointer data)
{
  go_online (fixture);
  manual_clock_advance (fixture->clock, 44999);
  g_assert_cmpstr (fixture->log->str, ==, "caO");
  manual_clock_advance (fixture->clock, 1);
  g_assert_cmpstr (fixture->log->str, ==, "caOw");
  g_assert_error (vis_link_get_last_error (fixture->link), VIS_ERROR, VIS_ERROR_TIMED_OUT);
  manual_clock_advance (fixture->clock, 1000);
  g_assert_cmpstr (fixture->log->str, ==, "caOwc");
}

/* Or it answers pings alone. Once a request has got no answer it is asked something that needs
 * nothing but the server; only if that has none either, the connection is given up. */
static void
test_pongs_alone (Fixture *fixture, gconstpointer data)
{
  GAsyncResult    *result = NULL;
  GAsyncResult    *second = NULL;
  g_autofree char *id = NULL;

  go_online (fixture);
  for (guint round = 0; round < 2; round++)
    {
      ask (fixture, NULL, &result);
      ask (fixture, NULL, &second);
      g_free (take_request (fixture, "contact:list"));
      g_free (take_request (fixture, "contact:list"));
      manual_clock_advance (fixture->clock, 14000);
      vis_transport_emit_alive (VIS_TRANSPORT (get_transport (fixture)));
      g_assert_cmpuint (get_transport (fixture)->sent->len, ==, 0);
      manual_clock_advance (fixture->clock, 1000);
      assert_failed (fixture, &result, VIS_ERROR, VIS_ERROR_TIMED_OUT);
      assert_failed (fixture, &second, VIS_ERROR, VIS_ERROR_TIMED_OUT);
      g_free (id);
      id = take_request (fixture, "turn:refresh");
      g_assert_cmpuint (get_transport (fixture)->sent->len, ==, 0);
      if (round == 0)
        answer (fixture, id, "ok", ",\"ice_servers\":[]");
      manual_clock_advance (fixture->clock, 3999);
      vis_transport_emit_alive (VIS_TRANSPORT (get_transport (fixture)));
      settle ();
      g_assert_cmpstr (fixture->log->str, ==, "caO");
    }
  manual_clock_advance (fixture->clock, 1);
  settle ();
  g_assert_cmpstr (fixture->log->str, ==, "caOw");
  g_assert_error (vis_link_get_last_error (fixture->link), VIS_ERROR, VIS_ERROR_TIMED_OUT);
}

static void
test_wake (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  /* A young attempt is left alone, an old one is made again. */
  vis_link_start (fixture->link);
  vis_link_wake (fixture->link);
  g_assert_cmpuint (fixture->transports->len, ==, 1);
  manual_clock_advance (fixture->clock, 2000);
  vis_link_wake (fixture->link);
  g_assert_cmpuint (fixture->transports->len, ==, 2);
  welcome (fixture);

  /* Online, the server is asked; it answers. */
  vis_link_wake (fixture->link);
  vis_link_wake (fixture->link);
  id = take_request (fixture, "turn:refresh");
  g_assert_cmpuint (get_transport (fixture)->sent->len, ==, 0);
  answer (fixture, id, "ok", ",\"ice_servers\":[{\"urls\":[\"stun:s\"]}]");
  settle ();
  manual_clock_advance (fixture->clock, 5000);
  g_assert_cmpstr (fixture->log->str, ==, "caO");

  /* It does not: the connection is gone. */
  vis_link_wake (fixture->link);
  manual_clock_advance (fixture->clock, 4000);
  settle ();
  g_assert_cmpstr (fixture->log->str, ==, "caOw");
}

static void
test_resume (Fixture *fixture, gconstpointer data)
{
  vis_wire_set_since (VIS_WIRE (fixture->link), 41, NULL);
  vis_link_start (fixture->link);
  open_socket (fixture);
  g_assert_nonnull (strstr (get_transport (fixture)->sent->pdata[0], "\"since\":41"));
  vis_link_stop (fixture->link);
  vis_wire_set_since (VIS_WIRE (fixture->link), -1, NULL);
  vis_link_start (fixture->link);
  open_socket (fixture);
  g_assert_null (strstr (get_transport (fixture)->sent->pdata[0], "since"));
}

static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  go_online (fixture);
  vis_transport_emit_closed (VIS_TRANSPORT (get_transport (fixture)), VIS_CLOSE_REPLACED, NULL);
  g_assert_error (
    vis_link_get_problem (fixture->link), VIS_LINK_PROBLEM, VIS_LINK_PROBLEM_REPLACED);
  manual_clock_advance (fixture->clock, 10 * 60 * 1000);
  vis_link_wake (fixture->link);
  g_assert_cmpuint (fixture->transports->len, ==, 1);

  /* "Connect here instead" */
  go_online (fixture);
  g_assert_null (vis_link_get_problem (fixture->link));
  vis_transport_emit_closed (VIS_TRANSPORT (get_transport (fixture)), VIS_CLOSE_LOGGED_OUT, NULL);
  g_assert_error (
    vis_link_get_problem (fixture->link), VIS_LINK_PROBLEM, VIS_LINK_PROBLEM_SIGNED_OUT);
  g_assert_cmpstr (fixture->log->str, ==, "caOocaOo");
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  vis_link_start (fixture->link);
  open_socket (fixture);
  id = take_request (fixture, "hello");
  answer (fixture, id, "error", ",\"code\":\"unauthorized\",\"message\":\"no\"");
  g_assert_error (
    vis_link_get_problem (fixture->link), VIS_LINK_PROBLEM, VIS_LINK_PROBLEM_SIGNED_OUT);
  g_assert_cmpstr (fixture->log->str, ==, "cao");
}

static void
test_rate_limited (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  vis_link_start (fixture->link);
  open_socket (fixture);
  id = take_request (fixture, "hello");
  answer (
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

  ask (fixture, NULL, &result);
  assert_failed (fixture, &result, VIS_ERROR, VIS_ERROR_OFFLINE);

  go_online (fixture);
  ask (fixture, NULL, &result);
  id = take_request (fixture, "contact:list");
  answer (fixture, "\"x\"", "ok", "");
  answer (fixture, "99", "ok", "");
  answer (fixture, "null", "ok", "");
  settle ();
  g_assert_null (result);
  answer (fixture, id, "ok", ",\"contacts\":[]");
  answer (fixture, id, "ok", ",\"contacts\":[]");
  settle ();
  g_assert_nonnull (result);
  ok = vis_wire_request_finish (VIS_WIRE (fixture->link), result, NULL);
  g_assert_true (vis_message_has (ok, VIS_FIELD_CONTACTS));
  g_clear_object (&result);

  ask (fixture, NULL, &result);
  g_clear_pointer (&id, g_free);
  id = take_request (fixture, "contact:list");
  answer (fixture, id, "error", ",\"code\":\"forbidden\",\"message\":\"no\"");
  assert_failed (fixture, &result, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_FORBIDDEN);

  ask (fixture, NULL, &result);
  late = take_request (fixture, "contact:list");
  manual_clock_advance (fixture->clock, 15000);
  assert_failed (fixture, &result, VIS_ERROR, VIS_ERROR_TIMED_OUT);
  answer (fixture, late, "ok", "");

  ask (fixture, cancellable, &result);
  g_cancellable_cancel (cancellable);
  assert_failed (fixture, &result, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  ask (fixture, NULL, &result);
  vis_transport_emit_closed (VIS_TRANSPORT (get_transport (fixture)), 1001, NULL);
  assert_failed (fixture, &result, VIS_ERROR, VIS_ERROR_LOST);
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisMessage) request = vis_message_new (VIS_KIND_CONTACT_ADD);
  g_autofree char       *huge = g_strnfill (VIS_LIMIT_FRAME_BYTES, 'a');
  GAsyncResult          *result = NULL;

  go_online (fixture);
  vis_message_set_string (request, VIS_FIELD_USER, huge);
  vis_wire_request_async (VIS_WIRE (fixture->link), request, NULL, on_done, &result);
  assert_failed (fixture, &result, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_TOO_LARGE);
  g_assert_cmpuint (get_transport (fixture)->sent->len, ==, 0);
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

  go_online (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    give (fixture, frames[i]);
  give (fixture, "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"online\"}");
  /* Three of them are events, of which a newer version may know more: they are passed on as such.
   */
  g_assert_cmpstr (fixture->log->str, ==, "caO<(null)><(null)><(null)><presence>");
  for (guint i = 0; i < VIS_LIMIT_BAD_FRAMES; i++)
    if (!get_transport (fixture)->closed)
      give (fixture, "nonsense");
  g_assert_cmpstr (fixture->log->str, ==, "caO<(null)><(null)><(null)><presence>w");
}

/* An answer to a request that says nothing that can be read fails it now, not at its deadline. */
static void
test_bad_answer (Fixture *fixture, gconstpointer data)
{
  GAsyncResult    *result = NULL;
  g_autofree char *id = NULL;

  go_online (fixture);
  ask (fixture, NULL, &result);
  id = take_request (fixture, "contact:list");
  answer (fixture, id, "ok", ",\"contacts\":7");
  assert_failed (fixture, &result, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_REQUEST);
}

/* Events before the welcome are nobody's. */
static void
test_early (Fixture *fixture, gconstpointer data)
{
  vis_link_start (fixture->link);
  open_socket (fixture);
  give (fixture, "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"online\"}");
  give (fixture, "{\"type\":\"ok\",\"id\":77}");
  g_assert_cmpstr (fixture->log->str, ==, "ca");
}

static void
test_turn (Fixture *fixture, gconstpointer data)
{
  g_autofree char      *hello_id = NULL;
  g_autofree char      *id = NULL;
  g_autoptr (GPtrArray) servers = NULL;

  vis_link_start (fixture->link);
  open_socket (fixture);
  hello_id = take_request (fixture, "hello");
  /* The manual clock stands at 1000 s. */
  answer (
    fixture,
    hello_id,
    "ok",
    ",\"ice_servers\":[{\"urls\":[\"turn:a\"],\"username\":\"1080:ada\",\"credential\":\"x\"}]");
  servers = vis_wire_dup_ice_servers (VIS_WIRE (fixture->link));
  g_assert_cmpuint (servers->len, ==, 1);
  manual_clock_advance (fixture->clock, 44000);
  vis_transport_emit_alive (VIS_TRANSPORT (get_transport (fixture)));
  manual_clock_advance (fixture->clock, 16000); /* 60 s: never sooner */
  id = take_request (fixture, "turn:refresh");
  answer (fixture, id, "ok", ",\"ice_servers\":[]");
  settle ();
  g_clear_pointer (&servers, g_ptr_array_unref);
  servers = vis_wire_dup_ice_servers (VIS_WIRE (fixture->link));
  g_assert_cmpuint (servers->len, ==, 0);
}

/* Whoever listens may do anything from inside of a notification. */
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
  welcome (fixture);
  g_assert_cmpint (vis_wire_get_state (VIS_WIRE (fixture->link)), ==, VIS_WIRE_OFFLINE);
  g_signal_handler_disconnect (fixture->link, handler);

  g_signal_connect (fixture->link, "event", G_CALLBACK (stop_on_event), fixture);
  go_online (fixture);
  give (fixture, "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"online\"}");
  g_assert_cmpint (vis_wire_get_state (VIS_WIRE (fixture->link)), ==, VIS_WIRE_OFFLINE);
}

/* Gone at any moment, with requests outstanding and the transport still there. */
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
        welcome (fixture);
      if (when >= 3)
        ask (fixture, NULL, &result);
      g_object_run_dispose (G_OBJECT (fixture->link));
      g_object_run_dispose (G_OBJECT (fixture->link));
      settle ();
      if (when >= 3)
        assert_failed (fixture, &result, VIS_ERROR, VIS_ERROR_LOST);
      if (fixture->transports->len > before)
        vis_transport_emit_closed (VIS_TRANSPORT (get_transport (fixture)), 1006, NULL);
      g_assert_finalize_object (g_steal_pointer (&fixture->link));
      g_assert_cmpuint (manual_clock_count (fixture->clock), ==, 0);
      fixture->link = vis_link_new_with_transport (
        "ws://test/", token, VIS_CLOCK (fixture->clock), make_transport, fixture);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/link/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("online", test_online);
  ADD ("cut", test_cut);
  ADD ("backoff", test_backoff);
  ADD ("deadlines", test_deadlines);
  ADD ("silence-after-hello", test_silence_after_hello);
  ADD ("pongs-alone", test_pongs_alone);
  ADD ("wake", test_wake);
  ADD ("resume", test_resume);
  ADD ("replaced", test_replaced);
  ADD ("refused", test_refused);
  ADD ("rate-limited", test_rate_limited);
  ADD ("requests", test_requests);
  ADD ("too-large", test_too_large);
  ADD ("bad-frames", test_bad_frames);
  ADD ("bad-answer", test_bad_answer);
  ADD ("early", test_early);
  ADD ("turn", test_turn);
  ADD ("reentry", test_reentry);
  ADD ("dispose", test_dispose);
  return g_test_run ();
}
