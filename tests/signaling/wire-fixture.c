/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "wire-fixture.h"

#include "vis-codec.h"
#include "vis-limits.h"

#include <string.h>

const char wire_token[] = "0123456789abcdef0123456789abcdef";

void
wire_cut (SoupWebsocketConnection *connection)
{
  g_io_stream_close (soup_websocket_connection_get_io_stream (connection), NULL, NULL);
}

static void
on_message (SoupWebsocketConnection *connection, int type, GBytes *bytes, WireServer *server)
{
  g_autoptr (VisMessage) message = NULL;
  g_autofree char       *id = NULL;
  g_autofree char       *text = NULL;
  gsize                  length;
  const char            *data = g_bytes_get_data (bytes, &length);

  server->frames++;
  message = vis_codec_decode (data, length, VIS_FROM_CLIENT, &id, NULL);
  g_assert_nonnull (message);
  if (vis_message_get_kind (message) == VIS_KIND_HELLO)
    {
      server->hellos++;
      g_assert_cmpstr (vis_message_get_string (message, VIS_FIELD_TOKEN), ==, wire_token);
      if (server->cut_on_hello)
        {
          wire_cut (connection);
          return;
        }
    }
  if (server->mute || soup_websocket_connection_get_state (connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return;

  text = g_strdup_printf ("{\"type\":\"ok\",\"id\":%s,\"contacts\":[]}", id);
  soup_websocket_connection_send_text (connection, text);
}

static void
on_socket (SoupServer              *soup,
           SoupServerMessage       *message,
           const char              *path,
           SoupWebsocketConnection *connection,
           gpointer                 data)
{
  WireServer *server = data;

  g_assert_cmpstr (soup_websocket_connection_get_protocol (connection), ==, VIS_SUBPROTOCOL);
  g_assert_null (soup_websocket_connection_get_extensions (connection));
  g_signal_connect (connection, "message", G_CALLBACK (on_message), server);
  g_ptr_array_add (server->sockets, g_object_ref (connection));
  if (server->cut_on_open)
    wire_cut (connection);
}

static void
on_http (
  SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  WireServer        *server = data;
  SoupMessageBody   *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  gsize              length;
  const char        *text = g_bytes_get_data (bytes, &length);

  g_free (server->last_body);
  server->last_body = g_strndup (text != NULL ? text : "", length);
  g_free (server->last_authorization);
  server->last_authorization = g_strdup (soup_message_headers_get_one (
    soup_server_message_get_request_headers (message), "Authorization"));
  soup_server_message_set_status (message, server->http_status, NULL);
  if (server->http_status == 302)
    soup_message_headers_replace (
      soup_server_message_get_response_headers (message), "Location", "/v1/elsewhere");
  if (server->http_body != NULL)
    soup_server_message_set_response (
      message, "application/json", SOUP_MEMORY_COPY, server->http_body, strlen (server->http_body));
}

void
wire_set_up (WireServer *server, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GSList            *uris;
  char              *protocols[] = { (char *) VIS_SUBPROTOCOL, NULL };

  server->server = g_object_new (SOUP_TYPE_SERVER, NULL);
  server->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  soup_server_remove_websocket_extension (server->server, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_server_add_websocket_handler (
    server->server, "/v1/socket", NULL, protocols, on_socket, server, NULL);
  soup_server_add_handler (server->server, "/v1/login", on_http, server, NULL);
  soup_server_add_handler (server->server, "/v1/register", on_http, server, NULL);
  soup_server_add_handler (server->server, "/v1/logout", on_http, server, NULL);
  soup_server_listen_local (server->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server->server);
  server->base = g_strdup_printf ("127.0.0.1:%d", g_uri_get_port (uris->data));
  server->socket_url = g_strdup_printf ("ws://%s/v1/socket", server->base);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
count_down (gpointer data, GObject *gone)
{
  (*(guint *) data)--;
}

void
wire_tear_down (WireServer *server, gconstpointer data)
{
  guint left = server->sockets->len;

  soup_server_disconnect (server->server);
  for (guint i = 0; i < server->sockets->len; i++)
    {
      g_object_weak_ref (server->sockets->pdata[i], count_down, &left);
      wire_cut (server->sockets->pdata[i]);
    }
  g_ptr_array_unref (server->sockets);
  WAIT_FOR (left == 0);
  g_object_unref (server->server);
  g_free (server->base);
  g_free (server->socket_url);
  g_free (server->last_body);
  g_free (server->last_authorization);
}
