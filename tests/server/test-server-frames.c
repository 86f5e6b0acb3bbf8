/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <string.h>
#include <sys/socket.h>

#include "test-people.h"
#include "vis-limits.h"

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
  static const char text[] = "{\"id\":\"a\\\"b\",\"type\":\"chat:list\"}";
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
  g_autofree char *space = NULL;
  g_autofree char *text = NULL;
  g_autoptr (VisMessage) answer = NULL;

  space = g_strnfill (VIS_LIMIT_FRAME_BYTES - strlen ("{\"id\":1,\"type\":\"chat:list\"}"), ' ');
  text = g_strdup_printf ("{\"id\":1,%s\"type\":\"chat:list\"}", space);
  g_assert_cmpuint (strlen (text), ==, VIS_LIMIT_FRAME_BYTES);
  test_client_text (client, text);
  answer = test_client_read (client);
  g_assert_cmpint (vis_message_get_kind (answer), ==, VIS_KIND_OK);
}

static void
test_before_hello (void)
{
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_connect (server);
  g_autoptr (TestClient) stranger = test_client_connect (server);

  test_client_error (client, "unauthorized", "\"type\":\"chat:list\"");
  test_client_ok (client, "\"type\":\"hello\",\"token\":\"%s\"", ADA);
  test_client_error (stranger,
                     "unauthorized",
                     "\"type\":\"hello\",\"token\":\"nobody-has-this-token-nobody-has-it\"");
  g_assert_cmpint (test_client_read_close (stranger), ==, VIS_CLOSE_POLICY);
}

/* Nobody says anything for ten seconds. */
static void
test_silence (void)
{
  g_autoptr (TestServer) server = new_server ("");
  g_autoptr (TestClient) client = test_client_connect (server);

  g_assert_cmpint (test_client_read_close (client), ==, VIS_CLOSE_POLICY);
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
  gboolean limited = FALSE;

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
  g_test_add_func ("/frames/silence", test_silence);
  g_test_add_func ("/frames/replaced", test_replaced);
  g_test_add_func ("/frames/too-fast", test_too_fast);
  return g_test_run ();
}
