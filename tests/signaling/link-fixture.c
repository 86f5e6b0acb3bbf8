/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "link-fixture.h"

#include <string.h>

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

VisLink *
link_new (Fixture *fixture)
{
  return vis_link_new_with_transport (
    "ws://test/", token, VIS_CLOCK (fixture->clock), make_transport, fixture);
}

void
link_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = manual_clock_new ();
  fixture->transports = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->log = g_string_new (NULL);
  fixture->link = link_new (fixture);
  g_signal_connect (fixture->link, "notify::state", G_CALLBACK (on_state), fixture);
  g_signal_connect (fixture->link, "event", G_CALLBACK (on_event), fixture);
}

void
link_tear_down (Fixture *fixture, gconstpointer data)
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

TestTransport *
link_get_transport (Fixture *fixture)
{
  g_assert_cmpuint (fixture->transports->len, >, 0);
  return fixture->transports->pdata[fixture->transports->len - 1];
}

void
link_give (Fixture *fixture, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  vis_transport_emit_frame (VIS_TRANSPORT (link_get_transport (fixture)), bytes);
}

void
link_open_socket (Fixture *fixture)
{
  TestTransport *transport = link_get_transport (fixture);

  g_assert_true (transport->open_asked);
  transport->open = TRUE;
  vis_transport_emit_opened (VIS_TRANSPORT (transport));
}

char *
link_take_request (Fixture *fixture, const char *type)
{
  TestTransport         *transport = link_get_transport (fixture);
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

void
link_answer (Fixture *fixture, const char *id, const char *type, const char *rest)
{
  g_autofree char *text = g_strdup_printf ("{\"type\":\"%s\",\"id\":%s%s}", type, id, rest);

  link_give (fixture, text);
}

void
link_welcome (Fixture *fixture)
{
  g_autofree char *id = NULL;

  link_open_socket (fixture);
  id = link_take_request (fixture, "hello");
  link_answer (
    fixture, id, "ok", ",\"user\":\"ada\",\"device\":\"d1\",\"seq\":0,\"ice_servers\":[]");
}

void
link_go_online (Fixture *fixture)
{
  vis_link_start (fixture->link);
  link_welcome (fixture);
  g_assert_cmpint (vis_wire_get_state (VIS_WIRE (fixture->link)), ==, VIS_WIRE_ONLINE);
}

void
link_on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **place = data;

  g_assert_null (*place);
  *place = g_object_ref (result);
}

void
link_ask (Fixture *fixture, GCancellable *cancellable, GAsyncResult **result)
{
  g_autoptr (VisMessage) request = vis_message_new (VIS_KIND_CONTACT_LIST);

  vis_wire_request_async (VIS_WIRE (fixture->link), request, cancellable, link_on_done, result);
}

void
link_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
link_assert_failed (Fixture *fixture, GAsyncResult **result, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;

  link_settle ();
  g_assert_nonnull (*result);
  g_assert_null (vis_wire_request_finish (VIS_WIRE (fixture->link), *result, &error));
  g_assert_error (error, domain, code);
  g_clear_object (result);
}
