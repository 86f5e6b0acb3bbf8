/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <gio/gio.h>
#include <string.h>

/* HTTP responses as they are on the wire. */

/* Sends a request; returns all output until the server closes the connection. */
static char *
ask_raw (TestServer *server, const char *request)
{
  g_autoptr (GSocketClient)     dialer = g_socket_client_new ();
  g_autoptr (GError)            error = NULL;
  g_autoptr (GSocketConnection) connection =
    g_socket_client_connect_to_host (dialer, "127.0.0.1", server->port, NULL, &error);
  g_autoptr (GOutputStream) answer = g_memory_output_stream_new_resizable ();

  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                             request,
                             strlen (request),
                             NULL,
                             NULL,
                             &error);
  g_assert_no_error (error);
  g_output_stream_splice (answer,
                          g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                          G_OUTPUT_STREAM_SPLICE_NONE,
                          NULL,
                          &error);
  g_assert_no_error (error);
  g_output_stream_write_all (answer, "", 1, NULL, NULL, NULL);
  g_output_stream_close (answer, NULL, NULL);
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (answer));
}

static void
test_connection_close (void)
{
  static const char upgrade[] = "GET /v1/socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  static const char *const protocols[] = { "", "Sec-WebSocket-Protocol: visavis.v2\r\n" };
  g_autoptr (TestServer)   server = test_server_new ("");
  g_autofree char         *health = ask_raw (server, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");

  g_assert_true (g_str_has_prefix (health, "HTTP/1.1 200"));
  g_assert_nonnull (strstr (health, "\r\nConnection: close\r\n"));
  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      g_autofree char *request = g_strconcat (upgrade, protocols[i], "\r\n", NULL);
      g_autofree char *answer = ask_raw (server, request);

      g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 400"));
      g_assert_nonnull (strstr (answer, "\r\nConnection: close\r\n"));
      g_assert_nonnull (strstr (answer, "bad_request"));
    }
}

/* Requests that libsoup refuses before a handler sees them. */
static void
test_malformed_requests (void)
{
  static const struct
  {
    const char *request;
    guint       status;
  } cases[] = {
    { "garbage\r\n\r\n", 400 },
    { "GET /healthz HTTP/1.1\r\n\r\n", 400 },
    { "GET /healthz HTTP/4.2\r\nHost: x\r\n\r\n", 505 },
    { "GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n", 417 },
    { "POST /v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501 },
    { "POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", 400 },
  };
  g_autoptr (TestServer) server = test_server_new ("");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char       *answer = ask_raw (server, cases[i].request);
      const char            *body = strstr (answer, "\r\n\r\n");
      g_autoptr (VisMessage) error = NULL;

      g_test_message ("%s", answer);
      g_assert_true (g_str_has_prefix (answer, "HTTP/1."));
      g_assert_cmpuint ((guint) g_ascii_strtoull (answer + 9, NULL, 10), ==, cases[i].status);
      g_assert_nonnull (strstr (answer, "application/json"));
      g_assert_nonnull (body);
      error = vis_codec_decode_body (body + 4, strlen (body + 4), VIS_KIND_HTTP_ERROR, NULL);
      g_assert_nonnull (error);
      g_assert_cmpstr (
        vis_message_get_string (vis_message_get_object (error, VIS_FIELD_ERROR), VIS_FIELD_CODE),
        ==,
        "bad_request");
    }
}

/* A response without a body has no Content-Type either. */
static void
test_responses_without_body (void)
{
  g_autoptr (TestServer) server = test_server_new ("");
  g_autofree char       *answer = ask_raw (server, "OPTIONS /v1/login HTTP/1.1\r\nHost: x\r\n\r\n");

  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 204"));
  g_assert_null (strstr (answer, "Content-Type"));
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/connection-close", test_connection_close);
  g_test_add_func ("/http/malformed-requests", test_malformed_requests);
  g_test_add_func ("/http/responses-without-body", test_responses_without_body);
  return g_test_run ();
}
