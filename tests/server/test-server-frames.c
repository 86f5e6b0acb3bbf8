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

/* What the server says to frames that are not as they should be. */

static TestServer *
new_server (const char *arguments)
{
  TestServer *server = test_server_new (arguments);

  test_server_import (server, PEOPLE);
  return server;
}

static void
expect_error (TestClient *client, const char *code)
{
  g_autoptr (VisMessage) error = test_client_read (client);

  g_assert_cmpint (vis_message_get_kind (error), ==, VIS_KIND_ERROR);
  g_assert_cmpstr (vis_message_get_string (error, VIS_FIELD_CODE), ==, code);
}

static void
test_bad_text (void)
{
  static const struct
  {
    const char *text;
    const char *code;
  } cases[] = {
    { "", "bad_frame" },
    { "hello", "bad_frame" },
    { "[]", "bad_frame" },
    { "{\"type\":\"hello\"", "bad_frame" },
    { "{}", "bad_request" },
    { "{\"id\":1}", "bad_request" },
    { "{\"id\":1,\"type\":\"chat:dance\"}", "unknown_type" },
    { "{\"id\":1,\"type\":\"ok\"}", "unknown_type" },
    { "{\"type\":\"chat:list\"}", "bad_request" },
    { "{\"id\":{},\"type\":\"chat:list\"}", "bad_request" },
    { "{\"id\":-1,\"type\":\"chat:list\"}", "bad_request" },
    { "{\"id\":9007199254740992,\"type\":\"chat:list\"}", "bad_request" },
    { "{\"id\":007,\"type\":\"chat:list\"}", "bad_frame" },
    { "{\"id\":1,\"type\":\"chat:send\"}", "bad_request" },
    { "{\"id\":1,\"type\":\"chat:send\",\"chat\":7,\"message\":{}}", "bad_request" },
    { "{\"id\":1,\"type\":\"chat:history\",\"chat\":\"grace\",\"limit\":201}", "bad_request" },
    { "{\"id\":1,\"type\":\"chat:history\",\"chat\":\"grace\",\"limit\":0}", "bad_request" },
    { "{\"id\":1,\"type\":\"hello\",\"token\":\"" ADA "\"}", "bad_request" },
    { "{\"id\":1,\"type\":\"call:offer\",\"call\":\"0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01\","
      "\"gen\":0,\"sdp\":\"v=0\\r\\n\"}",
      "bad_request" },
  };
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      test_client_text (client, cases[i].text);
      expect_error (client, cases[i].code);
    }
  test_client_ok (client, "\"type\":\"chat:list\"");
}

static void
test_eight_bad_frames (void)
{
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);

  for (guint i = 0; i < VIS_LIMIT_BAD_FRAMES; i++)
    {
      test_client_text (client, "{");
      expect_error (client, "bad_frame");
    }
  g_assert_cmpint (test_client_read_close (client), ==, VIS_CLOSE_POLICY);
}

static void
test_closing_frames (void)
{
  g_autofree char *large = g_strnfill (VIS_LIMIT_FRAME_BYTES + 1, 'x');
  const struct
  {
    int         opcode;
    const char *data;
    gsize       length;
    int         code;
  } cases[] = {
    { 2, "{}", 2, VIS_CLOSE_UNSUPPORTED },
    { 1, large, VIS_LIMIT_FRAME_BYTES + 1, VIS_CLOSE_TOO_LARGE },
    { 1, "\xff\xfe", 2, 1007 },
    { 5, "", 0, 1002 },
    { 8, "\x03\xe8", 2, 1000 },
    { 8, "", 0, 1005 },
    { 0, "x", 1, 1002 }, /* goes on with nothing */
  };
  g_autoptr (TestServer) server = new_server ("");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);

      test_client_frame (client, TRUE, cases[i].opcode, cases[i].data, cases[i].length);
      g_assert_cmpint (test_client_read_close (client), ==, cases[i].code);
    }
}

/* Frames that are not masked, or that promise more than anybody can send. */
static void
test_raw_bytes (void)
{
  static const struct
  {
    const char *data;
    gsize       length;
  } cases[] = {
    { "\x81\x02{}", 4 },
    { "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10 },
    { "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14 },
    { "\xf1\x80\0\0\0\0", 6 },
    { "GET / HTTP/1.1\r\n\r\n", 18 },
    { "\x89\xfe\x01\x00\0\0\0\0", 8 },
  };
  g_autoptr (TestServer) server = new_server ("");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);

      test_client_write (client, cases[i].data, cases[i].length);
      shutdown (client->fd, SHUT_WR);
      g_assert_cmpint (test_client_read_close (client), !=, 1000);
    }
  g_assert_cmpuint (test_server_http (server, "GET", "/healthz", NULL, NULL, NULL), ==, 200);
}

static void
test_fragments (void)
{
  static const char      text[] = "{\"id\":\"a\\\"b\",\"type\":\"chat:list\"}";
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);
  g_autoptr (VisMessage) answer = NULL;

  /* One byte a frame, and a ping in between. */
  for (gsize i = 0; i < sizeof text - 1; i++)
    {
      test_client_frame (client, i == sizeof text - 2, i == 0 ? 1 : 0, text + i, 1);
      if (i == 5)
        test_client_frame (client, TRUE, 9, "", 0);
    }
  /* The pong comes first, and is no text. */
  g_assert_cmpint (recv (client->fd, (char[2]){ 0 }, 2, MSG_WAITALL), ==, 2);
  answer = test_client_read (client);
  g_assert_cmpint (vis_message_get_kind (answer), ==, VIS_KIND_OK);
  g_assert_cmpstr (vis_message_get_request (answer), ==, "\"a\\\"b\"");
}

static void
test_largest (void)
{
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);
  g_autofree char       *space = NULL;
  g_autofree char       *text = NULL;
  g_autoptr (VisMessage) answer = NULL;

  space = g_strnfill (VIS_LIMIT_FRAME_BYTES - strlen ("{\"id\":1,\"type\":\"chat:list\"}"), ' ');
  text = g_strdup_printf ("{\"id\":1,%s\"type\":\"chat:list\"}", space);
  g_assert_cmpuint (strlen (text), ==, VIS_LIMIT_FRAME_BYTES);
  test_client_text (client, text);
  answer = test_client_read (client);
  g_assert_cmpint (vis_message_get_kind (answer), ==, VIS_KIND_OK);
}

/* The one frame that is read before hello has to be one. */
static void
test_before_hello (void)
{
  static const struct
  {
    const char *text;
    const char *code;
  } cases[] = {
    { "{\"id\":1,\"type\":\"chat:list\"}", "unauthorized" },
    { "{\"id\":1,\"type\":\"hello\",\"token\":\"nobody-has-this-token-nobody-has-it\"}",
      "unauthorized" },
    { "{\"id\":1,\"type\":\"hello\"}", "bad_request" },
    { "{\"id\":1,\"type\":\"chat:dance\"}", "unknown_type" },
    { "{", "bad_frame" },
  };
  g_autoptr (TestServer) server = new_server ("");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestClient) client = test_client_connect (server);

      test_client_text (client, cases[i].text);
      expect_error (client, cases[i].code);
      g_assert_cmpint (test_client_read_close (client), ==, VIS_CLOSE_POLICY);
    }
}

/* A client need not wait for the answer to hello; what it says behind it comes after. */
static void
test_behind_hello (void)
{
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_connect (server);
  g_autofree char       *space = g_strnfill (60000, ' ');
  g_autofree char       *large = g_strdup_printf ("{\"id\":2,\"type\":\"chat:list\"%s}", space);

  test_client_text (client, "{\"id\":1,\"type\":\"hello\",\"token\":\"" ADA "\"}");
  test_client_text (client, large);
  test_client_text (client, "{\"id\":3,\"type\":\"chat:list\"}");
  for (guint i = 1; i <= 3; i++)
    {
      g_autoptr (VisMessage) answer = test_client_read (client);
      g_autofree char       *id = g_strdup_printf ("%u", i);

      g_assert_cmpint (vis_message_get_kind (answer), ==, VIS_KIND_OK);
      g_assert_cmpstr (vis_message_get_request (answer), ==, id);
    }
}

/* One address has a few sockets that say nothing, and gets more as soon as it greets with them. */
static void
test_many_without_hello (void)
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

/* Nobody says anything for ten seconds. */
static void
test_silence (void)
{
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_connect (server);

  g_assert_cmpint (test_client_read_close (client), ==, VIS_CLOSE_POLICY);
}

/* Who never says what it wants is not waited for, nor who says it byte by byte. */
static void
test_slow_request (void)
{
  g_autoptr (TestServer)        server = new_server ("");
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

      /* Each answer that does not come within a second is met with one more letter. */
      if (g_socket_send (g_socket_connection_get_socket (slow), "G", 1, NULL, NULL) < 0 ||
          g_socket_receive (g_socket_connection_get_socket (slow), &byte, 1, NULL, &error) >= 0 ||
          !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        break;
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }
  g_assert_cmpint (
    g_socket_receive (g_socket_connection_get_socket (idle), &byte, 1, NULL, NULL), <=, 0);
  g_assert_cmpint (g_get_monotonic_time (), <, deadline);
}

static void
test_replaced (void)
{
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) first = test_client_new (server, ADA, -1, NULL);
  g_autoptr (TestClient) second = test_client_new (server, ADA, -1, NULL);

  g_assert_cmpint (test_client_read_close (first), ==, VIS_CLOSE_REPLACED);
  g_assert_true (test_client_is_quiet (second));
}

static void
test_too_fast (void)
{
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);
  gboolean               limited = FALSE;

  for (guint i = 0; i < 5000 && !limited; i++)
    {
      g_autoptr (VisMessage) answer = test_client_request (client, "\"type\":\"turn:refresh\"");

      limited = vis_message_get_kind (answer) == VIS_KIND_ERROR;
      if (!limited)
        continue;
      g_assert_cmpstr (vis_message_get_string (answer, VIS_FIELD_CODE), ==, "rate_limited");
      g_assert_cmpint (vis_message_get_integer (answer, VIS_FIELD_RETRY_AFTER_MS), >, 0);
    }
  g_assert_true (limited);
}

/* Pongs that nobody reads are not kept for ever. */
static void
test_ping_flood (void)
{
  const gsize            most = 64 * 1024 * 1024;
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);
  g_autoptr (TestClient) other = NULL;
  g_autoptr (GString)    pings = g_string_new (NULL);
  gsize                  total = 0;
  struct timeval         patience = { .tv_sec = 2 };

  setsockopt (client->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  for (guint i = 0; i < 500; i++)
    {
      g_string_append_len (pings, "\x89\xfd\0\0\0\0", 6);
      g_string_set_size (pings, pings->len + 125);
      memset (pings->str + pings->len - 125, 'x', 125);
    }
  while (total < most && send (client->fd, pings->str, pings->len, MSG_NOSIGNAL) > 0)
    total += pings->len;
  g_assert_cmpuint (total, <, most);
  other = test_client_new (server, GRACE, -1, NULL);
  g_assert_true (test_client_is_quiet (other));
}

/* Who asks for much and reads nothing is not read either, and is answered as soon as it reads. */
static void
test_slow_reader (void)
{
  const gsize            most = 64 * 1024 * 1024;
  g_autoptr (TestServer) server = new_server ("--rate-limits off");
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);
  static const char      ask[] = "\x81\xa0\0\0\0\0{\"type\":\"turn:refresh\",\"id\":123}";
  gsize                  total = 0;
  ssize_t                n;
  struct timeval         patience = { .tv_sec = 2 };

  g_assert_cmpuint (sizeof ask - 1, ==, 6 + 32);
  setsockopt (client->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  /* As far as it goes, perhaps into the middle of a frame. */
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

/* Frames that are refused anyway do not come for free. */
static void
test_deaf (void)
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

/* Long ones even less: a MiB of them is enough. Counts along, since a slow machine is hardly ever
 * too fast. */
static void
test_deaf_and_long (void)
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

static gboolean
accept_any (GTlsConnection *connection, GTlsCertificate *theirs, GTlsCertificateFlags errors)
{
  return TRUE;
}

/* One client over TLS that does not read must not stop the server for the others. */
static void
test_tls_without_reading (void)
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
      g_socket_set_timeout (g_socket_connection_get_socket (plain), 20);
      tls = g_tls_client_connection_new (G_IO_STREAM (plain), NULL, &error);
      g_assert_no_error (error);
      /* Reading the system's list of authorities can take longer than the server waits. */
      g_tls_connection_set_database (G_TLS_CONNECTION (tls), NULL);
      g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_any), NULL);
      out = g_io_stream_get_output_stream (tls);
      g_output_stream_write_all (out, upgrade, sizeof upgrade - 1, NULL, NULL, &error);
      g_assert_no_error (error);
      g_input_stream_read_all (g_io_stream_get_input_stream (tls), answer, 12, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (answer, ==, "HTTP/1.1 101");
      /* Without a hello it is sent away, and reads no goodbye either. */
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
  g_test_add_func ("/frames/bad-text", test_bad_text);
  g_test_add_func ("/frames/eight-bad-frames", test_eight_bad_frames);
  g_test_add_func ("/frames/closing", test_closing_frames);
  g_test_add_func ("/frames/raw-bytes", test_raw_bytes);
  g_test_add_func ("/frames/fragments", test_fragments);
  g_test_add_func ("/frames/largest", test_largest);
  g_test_add_func ("/frames/before-hello", test_before_hello);
  g_test_add_func ("/frames/behind-hello", test_behind_hello);
  g_test_add_func ("/frames/many-without-hello", test_many_without_hello);
  g_test_add_func ("/frames/silence", test_silence);
  g_test_add_func ("/frames/slow-request", test_slow_request);
  g_test_add_func ("/frames/replaced", test_replaced);
  g_test_add_func ("/frames/too-fast", test_too_fast);
  g_test_add_func ("/frames/ping-flood", test_ping_flood);
  g_test_add_func ("/frames/slow-reader", test_slow_reader);
  g_test_add_func ("/frames/deaf", test_deaf);
  g_test_add_func ("/frames/deaf-and-long", test_deaf_and_long);
  g_test_add_func ("/frames/tls-without-reading", test_tls_without_reading);
  return g_test_run ();
}
