/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-auth-client.h"
#include "vis-error.h"
#include "vis-link.h"
#include "wire-fixture.h"

#include <string.h>

static VisLink *
new_link (WireServer *server)
{
  return vis_link_new (server->socket_url, wire_token, NULL, vis_clock_get_system ());
}

static VisWireState
get_state (VisLink *link)
{
  return vis_wire_get_state (VIS_WIRE (link));
}

static void
drop (VisLink *link)
{
  vis_link_stop (link);
  until_finalized (link);
}

static SoupWebsocketConnection *
get_socket (WireServer *server)
{
  return server->sockets->pdata[server->sockets->len - 1];
}

static void
test_online (WireServer *server, gconstpointer data)
{
  VisLink *link = new_link (server);

  vis_link_start (link);
  WAIT_FOR (get_state (link) == VIS_WIRE_ONLINE);
  vis_link_stop (link);
  g_assert_cmpint (get_state (link), ==, VIS_WIRE_OFFLINE);
  WAIT_FOR (soup_websocket_connection_get_state (get_socket (server)) != SOUP_WEBSOCKET_STATE_OPEN);
  drop (link);
}

static void
count_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError)     error = NULL;
  g_autoptr (VisMessage) answer = vis_wire_request_finish (VIS_WIRE (source), result, &error);
  guint                 *counts = data;

  counts[answer != NULL ? 0 : 1]++;
}

static void
ask (VisLink *link, guint *counts)
{
  g_autoptr (VisMessage) request = vis_message_new (VIS_KIND_CONTACT_LIST);

  vis_wire_request_async (VIS_WIRE (link), request, NULL, count_done, counts);
}

/* Many reconnects, each cut from another side; each leaves requests behind that all end. */
static void
test_many (WireServer *server, gconstpointer data)
{
  VisLink *link = new_link (server);
  guint    counts[2] = { 0, 0 };
  guint    asked = 0;

  for (guint round = 0; round < 40; round++)
    {
      vis_link_start (link);
      WAIT_FOR (get_state (link) == VIS_WIRE_ONLINE);
      for (guint i = 0; i < 5; i++, asked++)
        ask (link, counts);
      if (round % 3 == 0)
        wire_cut (get_socket (server));
      else if (round % 3 == 1)
        soup_websocket_connection_close (get_socket (server), 1001, NULL);
      else
        vis_link_stop (link);
      WAIT_FOR (get_state (link) != VIS_WIRE_ONLINE);
    }
  WAIT_FOR (counts[0] + counts[1] == asked);
  drop (link);
}

static void
test_cut_on_open (WireServer *server, gconstpointer data)
{
  VisLink *link = new_link (server);

  server->cut_on_open = TRUE;
  vis_link_start (link);
  WAIT_FOR (server->sockets->len >= 2);
  server->cut_on_open = FALSE;
  server->cut_on_hello = TRUE;
  WAIT_FOR (server->hellos >= 1);
  server->cut_on_hello = FALSE;
  WAIT_FOR (get_state (link) == VIS_WIRE_ONLINE);
  drop (link);
}

static void
test_nobody (WireServer *server, gconstpointer data)
{
  VisLink *link =
    vis_link_new ("ws://127.0.0.1:1/v1/socket", wire_token, NULL, vis_clock_get_system ());

  vis_link_start (link);
  WAIT_FOR (get_state (link) == VIS_WIRE_WAITING);
  g_assert_error (vis_link_get_last_error (link), VIS_ERROR, VIS_ERROR_SERVER_REFUSED);
  drop (link);

  link = vis_link_new ("no address", wire_token, NULL, vis_clock_get_system ());
  vis_link_start (link);
  WAIT_FOR (get_state (link) == VIS_WIRE_WAITING);
  g_assert_error (vis_link_get_last_error (link), VIS_ERROR, VIS_ERROR_BAD_ADDRESS);
  drop (link);
}

/* Dropped in each phase of its life, while the real socket goes on. */
static void
test_drop (WireServer *server, gconstpointer data)
{
  for (guint when = 0; when < 12; when++)
    {
      VisLink *link = new_link (server);

      server->mute = when % 2 == 1;
      vis_link_start (link);
      for (guint i = 0; i < when * when; i++)
        g_main_context_iteration (NULL, FALSE);
      drop (link);
    }
}

static void
write_raw (SoupWebsocketConnection *connection, const void *data, gsize length)
{
  GIOStream *stream = soup_websocket_connection_get_io_stream (connection);
  gsize      written;

  g_output_stream_write_all (
    g_io_stream_get_output_stream (stream), data, length, &written, NULL, NULL);
}

/* Bytes that are no WebSocket, or not a good one: the link drops the socket and comes back. */
static void
test_hostile_bytes (WireServer *server, gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    gsize       length;
  } frames[] = {
    { "GET / HTTP/1.1\r\n\r\n", 18 },
    { "\x81\x04\xff\xfe\xfd\xfc", 6 },                  /* text that is not UTF-8 */
    { "\xf1\x00", 2 },                                  /* reserved bits */
    { "\x83\x00", 2 },                                  /* unknown opcode */
    { "\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10 }, /* eight exabytes to come */
    { "\x89\x7e\x01\x00", 4 },                          /* a long ping */
    { "\x80\x01x", 3 },                                 /* the rest of nothing */
    { "\x81\x81\x00\x00\x00\x00x", 7 },                 /* masked by a server */
    { "\x88\x01x", 3 },                                 /* a close of one byte */
  };
  VisLink *link = new_link (server);

  vis_link_start (link);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      WAIT_FOR (get_state (link) == VIS_WIRE_ONLINE);
      write_raw (get_socket (server), frames[i].bytes, frames[i].length);
      wire_cut (get_socket (server));
      WAIT_FOR (get_state (link) == VIS_WIRE_WAITING);
      vis_link_start (link); /* rather than wait longer each time */
    }
  drop (link);
}

/* Events that this client does not know, and those that it does. */
static void
count_event (VisLink *link, VisMessage *event, guint counts[2])
{
  counts[vis_message_get_kind (event) == VIS_KIND_UNKNOWN ? 0 : 1]++;
}

/* Good WebSocket, bad protocol. */
static void
test_hostile_frames (WireServer *server, gconstpointer data)
{
  VisLink           *link = new_link (server);
  guint              events[2] = { 0, 0 };
  g_autofree char   *deep = g_strnfill (100000, '[');
  g_autoptr (GBytes) binary = g_bytes_new_static ("\0\1\2", 3);
  g_autoptr (GBytes) nul = g_bytes_new_static ("{\"type\":\"ok\"}\0x", 15);

  g_signal_connect (link, "event", G_CALLBACK (count_event), events);
  vis_link_start (link);
  WAIT_FOR (get_state (link) == VIS_WIRE_ONLINE);
  soup_websocket_connection_send_text (get_socket (server), deep);
  soup_websocket_connection_send_text (get_socket (server), "");
  soup_websocket_connection_send_text (get_socket (server), "{\"type\":\"ok\",\"id\":1}");
  soup_websocket_connection_send_text (get_socket (server), "{\"type\":\"ok\",\"id\":12345}");
  soup_websocket_connection_send_text (get_socket (server), "{\"type\":\"x:y\"}");
  soup_websocket_connection_send_message (get_socket (server), SOUP_WEBSOCKET_DATA_BINARY, binary);
  soup_websocket_connection_send_message (get_socket (server), SOUP_WEBSOCKET_DATA_TEXT, nul);
  soup_websocket_connection_send_text (
    get_socket (server), "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"away\"}");
  WAIT_FOR (events[1] == 1);
  g_assert_cmpuint (events[0], ==, 1);
  g_assert_cmpint (get_state (link), ==, VIS_WIRE_ONLINE);
  drop (link);
}

/* Writes all of it, or as much as the other side takes before it closes. */
static gboolean
write_all (GOutputStream *out, const guint8 *bytes, gsize length)
{
  for (gsize done = 0; done < length;)
    {
      g_autoptr (GError) error = NULL;
      gssize             n = g_pollable_output_stream_write_nonblocking (
        G_POLLABLE_OUTPUT_STREAM (out), bytes + done, length - done, NULL, &error);

      if (n < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return FALSE;
      done += MAX (n, 0);
      g_main_context_iteration (NULL, FALSE);
    }

  return TRUE;
}

/* Fragments of a message that never ends: bounded, though libsoup does not bound it. */
static void
test_hostile_fragments (WireServer *server, gconstpointer data)
{
  VisLink                  *link = new_link (server);
  g_autofree guint8        *frame = g_malloc0 (10 + 65536);
  g_autoptr (GOutputStream) out = NULL;
  guint                     hellos;

  vis_link_start (link);
  WAIT_FOR (get_state (link) == VIS_WIRE_ONLINE);
  hellos = server->hellos;
  out = g_object_ref (
    g_io_stream_get_output_stream (soup_websocket_connection_get_io_stream (get_socket (server))));
  memset (frame + 4, 'a', 65000);
  frame[0] = 0x01;
  frame[1] = 126;
  frame[2] = 65000 >> 8;
  frame[3] = 65000 & 0xff;
  for (guint i = 0; i < 400 && write_all (out, frame, 65004); i++)
    frame[0] = 0x00;
  WAIT_FOR (server->hellos > hellos && get_state (link) == VIS_WIRE_ONLINE);
  drop (link);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* A certificate for this computer that nobody vouches for; its key is public. */
static const char self_signed[] =
  "-----BEGIN PRIVATE KEY-----\n"
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdRGKkGCII5/LziJc\n"
  "neQyx/0cfjC8cG/7eaEdaa+5+yyhRANCAASnn4UTvUfCpK47oATKlHr5KTvIivc0\n"
  "cWQQeU5t4h0MtlL8tDQ1G7VHaEZvQn7F0XuyAGgjSqUL1uES/xZsThf0\n"
  "-----END PRIVATE KEY-----\n"
  "-----BEGIN CERTIFICATE-----\n"
  "MIIBmzCCAUGgAwIBAgIUWwy1v4GAgdNqj9KvAIitzOk4o+swCgYIKoZIzj0EAwIw\n"
  "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjExMTkyMFoYDzIxMjYxMDI5\n"
  "MTExOTIwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
  "PQMBBwNCAASnn4UTvUfCpK47oATKlHr5KTvIivc0cWQQeU5t4h0MtlL8tDQ1G7VH\n"
  "aEZvQn7F0XuyAGgjSqUL1uES/xZsThf0o28wbTAdBgNVHQ4EFgQUCMXVAS0zzoJo\n"
  "YhWLLP0n2Cbx8sEwHwYDVR0jBBgwFoAUCMXVAS0zzoJoYhWLLP0n2Cbx8sEwDwYD\n"
  "VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI\n"
  "zj0EAwIDSAAwRQIgH5YSJgHQ5xEOQCAgfPedbcXH24VbNETbLjMi53Q4TUwCIQCl\n"
  "2HZWOZYCemTRDGxKvJd2lk7OUP7o8yF1TVAkM973rg==\n"
  "-----END CERTIFICATE-----\n";

static void
test_self_signed (WireServer *server, gconstpointer data)
{
  g_autoptr (GError)          error = NULL;
  g_autoptr (GTlsCertificate) certificate =
    g_tls_certificate_new_from_pem (self_signed, -1, &error);
  g_autoptr (VisServerAddress) address = NULL;
  g_autoptr (VisAuthClient)    account = NULL;
  g_autoptr (GAsyncResult)     result = NULL;
  VisLink                     *link;
  g_autofree char             *url = NULL;
  GSList                      *uris;

  g_assert_no_error (error);
  soup_server_disconnect (server->server);
  soup_server_set_tls_certificate (server->server, certificate);
  soup_server_listen_local (
    server->server, 0, SOUP_SERVER_LISTEN_HTTPS | SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server->server);
  url = g_strdup_printf ("https://localhost:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  address = vis_server_address_parse (url, &error);
  g_assert_no_error (error);

  /* Reads the certificates of the system, which takes seconds with AddressSanitizer: in the
   * handshake they would count towards its deadline. */
  g_object_unref (g_tls_backend_get_default_database (g_tls_backend_get_default ()));

  link = vis_link_new (address->socket_url, wire_token, NULL, vis_clock_get_system ());
  vis_link_start (link);
  /* An attempt may time out on a busy computer: the link tries again. */
  WAIT_FOR (
    g_error_matches (vis_link_get_last_error (link), VIS_TRUST_ERROR, VIS_TRUST_ERROR_UNKNOWN));
  g_assert_cmpint (get_state (link), ==, VIS_WIRE_WAITING);
  g_assert_cmpuint (server->sockets->len, ==, 0);
  drop (link);

  account = vis_auth_client_new (address, NULL);
  vis_auth_client_login_async (account, "ada", "correct horse", NULL, on_done, &result);
  WAIT_FOR (result != NULL);
  g_assert_null (vis_auth_client_login_finish (account, result, &error));
  g_assert_error (error, VIS_TRUST_ERROR, VIS_TRUST_ERROR_UNKNOWN);
  g_assert_null (server->last_body);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func)                                                                            \
  g_test_add ("/wire/" name, WireServer, NULL, wire_set_up, func, wire_tear_down)
  ADD ("online", test_online);
  ADD ("many-reconnects", test_many);
  ADD ("cut-on-open", test_cut_on_open);
  ADD ("server-unreachable", test_nobody);
  ADD ("dispose", test_drop);
  ADD ("hostile-bytes", test_hostile_bytes);
  ADD ("hostile-frames", test_hostile_frames);
  ADD ("hostile-fragments", test_hostile_fragments);
  ADD ("self-signed", test_self_signed);
  return g_test_run ();
}
