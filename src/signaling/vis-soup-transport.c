/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-soup-transport.h"

#include "vis-error.h"
#include "vis-limits.h"
#include "vis-soup-trust.h"

#include <libsoup/soup.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* Below the shortest common idle timeout of NATs for TCP, half a minute. */
#define PING_S 20

/* The longest answer is a page of history: 200 messages of 8,000 characters, each escaped. */
#define MAX_MESSAGE_BYTES (16 * 1024 * 1024)

/* libsoup bounds the payload of a frame, but not of a fragmented message (RFC 6455, section 5.4):
 * the bytes that were received since the last message are compared with the bound this often. */
#define CHECK_S 3

struct _VisSoupTransport
{
  GObject                  parent_instance;

  char                    *url;
  VisTrust                *trust;
  SoupMessage             *message;
  SoupSession             *session;
  GCancellable            *cancellable;
  SoupWebsocketConnection *connection;
  GSocket                 *socket;
  GError                  *error;
  guint64                  received;
  guint                    check_id;
  gboolean                 over;
};

static void vis_soup_transport_iface_init (VisTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisSoupTransport,
                               vis_soup_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_TRANSPORT,
                                                      vis_soup_transport_iface_init))

static void
on_goodbye (SoupWebsocketConnection *connection, gpointer user_data)
{
  g_signal_handlers_disconnect_by_func (connection, on_goodbye, NULL);
  if (g_application_get_default () != NULL)
    g_application_release (g_application_get_default ());
  g_object_unref (connection);
}

/* Holds the connection and the application until the queue is written and the closing handshake is
 * over (libsoup waits 5 s for it): closing the window hangs up, and `call:end` has to be sent. */
static void
say_goodbye (SoupWebsocketConnection *connection)
{
  if (g_application_get_default () != NULL)
    g_application_hold (g_application_get_default ());
  g_signal_connect (g_object_ref (connection), "closed", G_CALLBACK (on_goodbye), NULL);
  soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
}

/* Closes everything and emits nothing. */
static void
release (VisSoupTransport *self)
{
  SoupWebsocketConnection *connection = g_steal_pointer (&self->connection);

  self->over = TRUE;
  g_clear_handle_id (&self->check_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->socket);

  if (connection != NULL)
    {
      g_signal_handlers_disconnect_by_data (connection, self);
      if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_OPEN)
        say_goodbye (connection);
      g_object_unref (connection);
    }
}

static void
finish (VisSoupTransport *self, guint code, const GError *cause)
{
  g_autoptr (GError) error = NULL;

  if (self->over)
    return;

  if (cause != NULL)
    vis_soup_trust_set_error (&error, self->message, cause);
  release (self);
  vis_transport_emit_closed (VIS_TRANSPORT (self), code, error);
}

/* The socket below TLS and below libsoup's own wrapping. */
static GSocket *
find_socket (GIOStream *stream)
{
  g_autoptr (GIOStream) inner = g_object_ref (stream);

  while (inner != NULL && !G_IS_SOCKET_CONNECTION (inner))
    {
      GObjectClass *klass = G_OBJECT_GET_CLASS (inner);
      const char   *name = NULL;
      GIOStream    *base = NULL;

      if (g_object_class_find_property (klass, "base-iostream") != NULL)
        name = "base-iostream";
      else if (g_object_class_find_property (klass, "base-io-stream") != NULL)
        name = "base-io-stream";
      if (name != NULL)
        g_object_get (inner, name, &base, NULL);
      g_object_unref (inner);
      inner = base;
    }

  return inner != NULL ? g_object_ref (g_socket_connection_get_socket (G_SOCKET_CONNECTION (inner)))
                       : NULL;
}

static guint64
count_received (VisSoupTransport *self)
{
  struct tcp_info info = { 0 };
  socklen_t       length = sizeof info;

  if (self->socket == NULL ||
      getsockopt (g_socket_get_fd (self->socket), IPPROTO_TCP, TCP_INFO, &info, &length) != 0 ||
      length < G_STRUCT_OFFSET (struct tcp_info, tcpi_bytes_received) + sizeof (guint64))
    return 0;

  return info.tcpi_bytes_received;
}

static gboolean
on_check (gpointer data)
{
  VisSoupTransport *self = data;
  guint64           received = count_received (self);

  if (received > self->received + MAX_MESSAGE_BYTES)
    {
      g_autoptr (GError) error =
        g_error_new (VIS_ERROR, VIS_ERROR_LOST, "A message of the server does not end");

      self->check_id = 0;
      finish (self, VIS_CLOSE_TOO_LARGE, error);
      return G_SOURCE_REMOVE;
    }

  return G_SOURCE_CONTINUE;
}

static void
on_message (SoupWebsocketConnection *connection, int type, GBytes *message, VisSoupTransport *self)
{
  /* libsoup 3.2 still delivers what comes after a protocol error. */
  if (self->over || soup_websocket_connection_get_state (connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return;

  self->received = count_received (self);
  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    vis_transport_emit_frame (VIS_TRANSPORT (self), message);
}

static void
on_pong (SoupWebsocketConnection *connection, GBytes *message, VisSoupTransport *self)
{
  if (!self->over)
    vis_transport_emit_alive (VIS_TRANSPORT (self));
}

static void
on_error (SoupWebsocketConnection *connection, GError *error, VisSoupTransport *self)
{
  if (self->error == NULL)
    self->error = g_error_copy (error);
}

static void
on_closed (SoupWebsocketConnection *connection, VisSoupTransport *self)
{
  g_autoptr (VisSoupTransport) guard = g_object_ref (self);

  finish (self, soup_websocket_connection_get_close_code (connection), self->error);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (VisSoupTransport)        self = data;
  g_autoptr (GError)                  error = NULL;
  g_autoptr (SoupWebsocketConnection) connection =
    soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (self->over)
    return;

  if (connection == NULL)
    {
      finish (self, 0, error);
      return;
    }

  self->socket = find_socket (soup_websocket_connection_get_io_stream (connection));
  if (self->socket != NULL)
    g_socket_set_option (self->socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  soup_websocket_connection_set_max_incoming_payload_size (connection, MAX_MESSAGE_BYTES);
  soup_websocket_connection_set_keepalive_interval (connection, PING_S);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (connection, "pong", G_CALLBACK (on_pong), self);
  g_signal_connect (connection, "error", G_CALLBACK (on_error), self);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  self->received = count_received (self);
  self->check_id = g_timeout_add_seconds (CHECK_S, on_check, self);
  self->connection = g_steal_pointer (&connection);
  vis_transport_emit_opened (VIS_TRANSPORT (self));
}

static void
vis_soup_transport_open (VisTransport *transport)
{
  VisSoupTransport            *self = VIS_SOUP_TRANSPORT (transport);
  g_autoptr (VisServerAddress) server = NULL;
  g_autoptr (GError)           error = NULL;
  char                        *protocols[] = { (char *) VIS_SUBPROTOCOL, NULL };

  g_return_if_fail (self->session == NULL);

  if (self->over)
    return;

  server = vis_server_address_parse (self->url, &error);
  if (server == NULL || !vis_trust_check_address (self->trust, server, &error))
    {
      finish (self, 0, error);
      return;
    }

  self->session = soup_session_new ();
  self->message = soup_message_new (SOUP_METHOD_GET, server->socket_url);
  vis_soup_trust_guard (self->message, self->trust, server);
  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_disable_feature (self->message, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  soup_session_websocket_connect_async (self->session,
                                        self->message,
                                        NULL,
                                        protocols,
                                        G_PRIORITY_DEFAULT,
                                        self->cancellable,
                                        on_connected,
                                        g_object_ref (self));
}

static gboolean
vis_soup_transport_send (VisTransport *transport, const char *text)
{
  VisSoupTransport *self = VIS_SOUP_TRANSPORT (transport);

  if (self->connection == NULL ||
      soup_websocket_connection_get_state (self->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return FALSE;

  soup_websocket_connection_send_text (self->connection, text);
  return TRUE;
}

static void
vis_soup_transport_close (VisTransport *transport)
{
  release (VIS_SOUP_TRANSPORT (transport));
}

static void
vis_soup_transport_iface_init (VisTransportInterface *iface)
{
  iface->open = vis_soup_transport_open;
  iface->send = vis_soup_transport_send;
  iface->close = vis_soup_transport_close;
}

static void
vis_soup_transport_dispose (GObject *object)
{
  VisSoupTransport *self = VIS_SOUP_TRANSPORT (object);

  release (self);
  g_clear_object (&self->message);
  g_clear_object (&self->session);
  g_clear_object (&self->trust);

  G_OBJECT_CLASS (vis_soup_transport_parent_class)->dispose (object);
}

static void
vis_soup_transport_finalize (GObject *object)
{
  VisSoupTransport *self = VIS_SOUP_TRANSPORT (object);

  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  g_free (self->url);

  G_OBJECT_CLASS (vis_soup_transport_parent_class)->finalize (object);
}

static void
vis_soup_transport_class_init (VisSoupTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vis_soup_transport_dispose;
  object_class->finalize = vis_soup_transport_finalize;
}

static void
vis_soup_transport_init (VisSoupTransport *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * vis_soup_transport_new:
 * @url: the address of a socket: `wss://…` or `ws://…`
 * @trust: (nullable): what was decided about servers, %NULL for nothing
 *
 * Makes a transport that is not open yet.
 *
 * Returns: (transfer full): a new transport
 */
VisTransport *
vis_soup_transport_new (const char *url, VisTrust *trust)
{
  VisSoupTransport *self = g_object_new (VIS_TYPE_SOUP_TRANSPORT, NULL);

  self->url = g_strdup (url);
  g_set_object (&self->trust, trust);
  return VIS_TRANSPORT (self);
}
