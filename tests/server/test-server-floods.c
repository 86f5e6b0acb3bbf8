/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>

#include "test-certificates.h"
#include "test-people.h"
#include "vis-limits.h"
#include "vis-server-limits.h"

/* Clients that send too much, that do not read what they asked for, or that send nothing. */

static TestServer *
new_server (const char *arguments)
{
  TestServer *server = test_server_new (arguments);

  test_server_import (server, PEOPLE);
  return server;
}

/* The sockets of one address that have not sent hello are limited; each hello makes room for one
 * more. */
static void
test_sockets_without_hello (void)
{
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (GPtrArray) silent = g_ptr_array_new_with_free_func ((GDestroyNotify) test_client_free);
  static const char *const tokens[] = { ADA, ADA_2, GRACE, GRACE_2, EVE };

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    g_ptr_array_add (silent, test_client_new (server, tokens[i], -1, NULL));
  for (guint i = 0; i < VIS_SERVER_UNGREETED_EACH; i++)
    g_ptr_array_add (silent, test_client_connect (server));
  g_assert_cmpuint (test_client_try_connect (server), ==, 429);
  g_free (server->forwarded);
  server->forwarded = g_strdup ("192.0.2.9");
  g_assert_cmpuint (test_client_try_connect (server), ==, 101);
  g_clear_pointer (&server->forwarded, g_free);
  g_ptr_array_set_size (silent, (int) silent->len - 1);
  while (test_client_try_connect (server) != 101)
    g_usleep (G_USEC_PER_SEC / 100);
}

/* A socket without hello, and a connection without a complete request, are closed after their
 * timeout, also if single bytes keep coming. */
static void
test_hello_and_request_timeouts (void)
{
  g_autoptr (TestServer)        server = new_server ("");
  g_autoptr (TestClient)        client = test_client_connect (server);
  g_autoptr (GSocketClient)     dialer = g_socket_client_new ();
  g_autoptr (GSocketConnection) idle =
    g_socket_client_connect_to_host (dialer, "127.0.0.1", server->port, NULL, NULL);
  g_autoptr (GSocketConnection) slow =
    g_socket_client_connect_to_host (dialer, "127.0.0.1", server->port, NULL, NULL);
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  char   byte;

  g_socket_set_timeout (g_socket_connection_get_socket (idle), 60);
  g_socket_set_timeout (g_socket_connection_get_socket (slow), 1);
  for (;;)
    {
      g_autoptr (GError) error = NULL;

      /* Sends one more letter for each second without a response. */
      if (g_socket_send (g_socket_connection_get_socket (slow), "G", 1, NULL, NULL) < 0 ||
          g_socket_receive (g_socket_connection_get_socket (slow), &byte, 1, NULL, &error) >= 0 ||
          !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        break;
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }
  g_assert_cmpint (
    g_socket_receive (g_socket_connection_get_socket (idle), &byte, 1, NULL, NULL), <=, 0);
  g_assert_cmpint (g_get_monotonic_time (), <, deadline);
  g_assert_cmpint (test_client_read_close (client), ==, VIS_CLOSE_POLICY);
}

/* No more requests are answered than the token buckets allow in that time. All are sent at once, so
 * that only a server that takes seconds for them may answer everything. */
static void
test_frame_rate (void)
{
  const guint            most = VIS_RATE_FRAME_BURST + 500;
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);
  g_autoptr (GString)    frames = g_string_new (NULL);
  gint64                 begin = g_get_monotonic_time ();
  guint                  answered = 0;
  double                 seconds;

  for (guint i = 0; i < most; i++)
    {
      g_string_append_len (frames, "\x81\xa0\0\0\0\0", 6);
      g_string_append (frames, "{\"type\":\"turn:refresh\",\"id\":123}");
    }
  test_client_write (client, frames->str, frames->len);
  for (guint i = 0; i < most; i++)
    {
      g_autoptr (VisMessage) answer = test_client_read (client);

      if (vis_message_get_kind (answer) != VIS_KIND_ERROR)
        {
          answered++;
          continue;
        }
      g_assert_cmpstr (vis_message_get_string (answer, VIS_FIELD_CODE), ==, "rate_limited");
      g_assert_cmpint (vis_message_get_integer (answer, VIS_FIELD_RETRY_AFTER_MS), >, 0);
    }
  seconds = (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
  g_assert_cmpfloat (answered, <=, VIS_RATE_FRAME_BURST + VIS_RATE_FRAME_REFILL * seconds + 1);
  if (answered == most)
    g_test_skip ("This machine is too slow to be too fast");
}

/* Call frames are limited, since the other side has to read them, but `call:end` is always
 * accepted. */
static void
test_call_frame_rate (void)
{
  static const char      call[] = "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01";
  const guint            most = VIS_RATE_CALL_FRAME_BURST + 100;
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) ada = test_client_new (server, ADA, -1, NULL);
  g_autoptr (TestClient) grace = test_client_new (server, GRACE, -1, NULL);
  gint64                 begin = g_get_monotonic_time ();
  guint                  answered = 0;
  double                 seconds;

  test_client_ok (
    ada,
    "\"type\":\"call:offer\",\"call\":\"%s\",\"gen\":0,\"to\":\"grace\",\"sdp\":\"v=0\\r\\n\"",
    call);
  vis_message_unref (test_client_event (grace, VIS_KIND_CALL_OFFER));
  for (guint i = 0; i < most; i++)
    {
      g_autofree char *frame = g_strdup_printf (
        "{\"id\":7,\"type\":\"call:media\",\"call\":\"%s\",\"audio\":%s,\"video\":false,"
        "\"screen\":false}",
        call,
        i % 2 == 0 ? "true" : "false");

      test_client_text (ada, frame);
    }
  for (guint i = 0; i < most; i++)
    {
      g_autoptr (VisMessage) answer = test_client_read (ada);

      if (vis_message_get_kind (answer) == VIS_KIND_OK)
        {
          answered++;
          continue;
        }
      g_assert_cmpstr (vis_message_get_string (answer, VIS_FIELD_CODE), ==, "rate_limited");
      g_assert_cmpint (vis_message_get_integer (answer, VIS_FIELD_RETRY_AFTER_MS), >, 0);
    }
  seconds = (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
  g_assert_cmpfloat (
    answered, <=, VIS_RATE_CALL_FRAME_BURST + VIS_RATE_CALL_FRAME_REFILL * seconds + 1);
  test_client_ok (ada, "\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"hangup\"", call);
  for (guint i = 0; i < answered; i++)
    vis_message_unref (test_client_event (grace, VIS_KIND_CALL_MEDIA));
  vis_message_unref (test_client_event (grace, VIS_KIND_CALL_END));
  if (answered == most)
    g_test_skip ("This machine is too slow to be too fast");
}

/* Pongs that are not read are not buffered without limit. */
static void
test_ping_flood (void)
{
  const gsize            most = 64 * 1024 * 1024;
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);
  g_autoptr (TestClient) other = NULL;
  g_autoptr (GString)    pings = g_string_new (NULL);
  gsize                  total = 0;

  test_client_narrow (client->fd);
  for (guint i = 0; i < 500; i++)
    {
      g_string_append_len (pings, "\x89\xfd\0\0\0\0", 6);
      g_string_set_size (pings, pings->len + 125);
      memset (pings->str + pings->len - 125, 'x', 125);
    }
  while (total < most &&
         send (client->fd, pings->str, pings->len, MSG_NOSIGNAL) == (ssize_t) pings->len)
    total += pings->len;
  g_assert_cmpuint (total, <, most);
  other = test_client_new (server, GRACE, -1, NULL);
  g_assert_true (test_client_is_quiet (other));
}

/* A client that sends many requests and reads nothing is not read either, and gets its answers once
 * it reads. */
static void
test_client_never_reads (void)
{
  const gsize            most = 64 * 1024 * 1024;
  g_autoptr (TestServer) server = new_server ("--rate-limits off");
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);
  static const char      ask[] = "\x81\xa0\0\0\0\0{\"type\":\"turn:refresh\",\"id\":123}";
  gsize                  total = 0;
  ssize_t                n;

  g_assert_cmpuint (sizeof ask - 1, ==, 6 + 32);
  test_client_narrow (client->fd);
  /* Until the send fails, perhaps in the middle of a frame. */
  do
    {
      gsize at = total % (sizeof ask - 1);

      n = send (client->fd, ask + at, sizeof ask - 1 - at, MSG_NOSIGNAL);
      total += (gsize) MAX (0, n);
    }
  while (n > 0 && total < most);
  g_assert_cmpuint (total, <, most);
  for (gsize i = 0; i < total / (sizeof ask - 1); i++)
    {
      g_autofree char *answer = test_client_read_text (client);

      g_assert_nonnull (strstr (answer, "\"id\":123"));
    }
}

/* Sending on while frames are rate-limited closes the connection. */
static void
test_refused_frames_close (void)
{
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);
  g_autoptr (GString)    frames = g_string_new (NULL);

  for (guint i = 0; i < 4000; i++)
    {
      g_string_append_len (frames, "\x81\x8a\0\0\0\0", 6);
      g_string_append (frames, "{\"id\":123}");
    }
  test_client_write (client, frames->str, frames->len);
  g_assert_cmpint (test_client_read_close (client), ==, VIS_CLOSE_POLICY);
}

/* Long frames count more: a MiB of them is enough. The test counts the refused ones, since a slow
 * machine hardly ever exceeds the rate. */
static void
test_long_refused_frames_close (void)
{
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);
  g_autoptr (GString)    frames = g_string_new (NULL);
  guint                  n = 1600;
  guint                  refused = 0;

  for (guint i = 0; i < 1600; i++)
    {
      g_string_append_len (frames, "\x81\x8a\0\0\0\0", 6);
      g_string_append (frames, "{\"id\":123}");
      if (i < 1300 || i % 15 != 0)
        continue;
      g_string_append_len (frames, "\x81\xfe\xea\x60\0\0\0\0{\"id\":456", 17);
      g_string_append_printf (frames, "%*s}", 60000 - 10, "");
      n++;
    }
  test_client_write (client, frames->str, frames->len);
  for (; n > 0 && refused < 1000; n--)
    {
      g_autofree char *answer = test_client_read_text (client);

      if (strstr (answer, "rate_limited") != NULL)
        refused += strstr (answer, "456") != NULL ? 1 + 60000 / 1024 : 1;
      else
        refused -= refused > 0;
    }
  if (refused >= 1000)
    g_assert_cmpint (test_client_read_close (client), ==, VIS_CLOSE_POLICY);
  else
    g_test_skip ("This machine is too slow to be too fast");
}

/* A TLS client that does not read must not block the server for others. */
static void
test_tls_client_never_reads (void)
{
  g_autofree char *folder = g_dir_make_tmp ("visavis-tls-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "both.pem", NULL);
  g_autofree char *arguments =
    g_strdup_printf ("--rate-limits off --tls-cert %s --tls-key %s", file, file);
  g_autoptr (TestServer)    server = NULL;
  g_autoptr (GSocketClient) dialer = g_socket_client_new ();
  g_autoptr (GString)       frames = g_string_new (NULL);
  static const char upgrade[] = "GET /v1/socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                "Sec-WebSocket-Protocol: visavis.v1\r\n\r\n";

  g_assert_true (g_file_set_contents (file, LOCALHOST_CERTIFICATE LOCALHOST_KEY, -1, NULL));
  server = new_server (arguments);
  /* Loads the TLS library before a handshake waits for it. */
  g_tls_backend_get_default ();
  for (guint i = 0; i < 1000; i++)
    {
      g_string_append_len (frames, "\x81\xa8\0\0\0\0", 6);
      g_string_append (frames, "{\"type\":\"turn:refresh\",\"id\":\"123456789\"}");
    }

  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (GError)            error = NULL;
      g_autoptr (GSocketConnection) plain =
        g_socket_client_connect_to_host (dialer, "127.0.0.1", server->port, NULL, &error);
      g_autoptr (GIOStream) tls = NULL;
      GOutputStream        *out;
      char                  answer[13] = "";

      g_assert_no_error (error);
      test_client_narrow (g_socket_get_fd (g_socket_connection_get_socket (plain)));
      g_socket_set_timeout (g_socket_connection_get_socket (plain), 20);
      tls = test_client_tls (G_IO_STREAM (plain));
      out = g_io_stream_get_output_stream (tls);
      g_output_stream_write_all (out, upgrade, sizeof upgrade - 1, NULL, NULL, &error);
      g_assert_no_error (error);
      g_input_stream_read_all (g_io_stream_get_input_stream (tls), answer, 12, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (answer, ==, "HTTP/1.1 101");
      /* Without hello it is closed, and does not read the close frame. */
      while (round == 0 &&
             g_output_stream_write_all (out, frames->str, frames->len, NULL, NULL, NULL))
        ;
    }
  g_unlink (file);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/floods/sockets-without-hello", test_sockets_without_hello);
  g_test_add_func ("/floods/hello-and-request-timeouts", test_hello_and_request_timeouts);
  g_test_add_func ("/floods/frame-rate", test_frame_rate);
  g_test_add_func ("/floods/call-frame-rate", test_call_frame_rate);
  g_test_add_func ("/floods/pings", test_ping_flood);
  g_test_add_func ("/floods/client-never-reads", test_client_never_reads);
  g_test_add_func ("/floods/refused-frames-close", test_refused_frames_close);
  g_test_add_func ("/floods/long-refused-frames-close", test_long_refused_frames_close);
  g_test_add_func ("/floods/tls-client-never-reads", test_tls_client_never_reads);
  return g_test_run ();
}
