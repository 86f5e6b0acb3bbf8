/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <string.h>
#include <sys/socket.h>

#include "test-people.h"
#include "vis-limits.h"

/* Answers to malformed frames: one server, which survives all of them. */
static TestServer *server;

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
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);

  for (guint i = 0; i < VIS_LIMIT_BAD_FRAMES; i++)
    {
      test_client_text (client, "{");
      expect_error (client, "bad_frame");
    }
  g_assert_cmpint (test_client_read_close (client), ==, VIS_CLOSE_POLICY);
}

static void
test_frames_that_close (void)
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
    { 0, "x", 1, 1002 }, /* a continuation frame without a beginning */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);

      test_client_frame (client, TRUE, cases[i].opcode, cases[i].data, cases[i].length);
      g_assert_cmpint (test_client_read_close (client), ==, cases[i].code);
    }
}

/* Frames without a mask, or with a length over the limit. */
static void
test_malformed_headers (void)
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
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);
  g_autoptr (VisMessage) answer = NULL;

  /* Fragments of one byte, and a ping in between. */
  for (gsize i = 0; i < sizeof text - 1; i++)
    {
      test_client_frame (client, i == sizeof text - 2, i == 0 ? 1 : 0, text + i, 1);
      if (i == 5)
        test_client_frame (client, TRUE, 9, "", 0);
    }
  /* The pong comes first. */
  g_assert_cmpint (recv (client->fd, (char[2]){ 0 }, 2, MSG_WAITALL), ==, 2);
  answer = test_client_read (client);
  g_assert_cmpint (vis_message_get_kind (answer), ==, VIS_KIND_OK);
  g_assert_cmpstr (vis_message_get_request (answer), ==, "\"a\\\"b\"");
}

static void
test_largest_frame (void)
{
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

/* The first frame has to be hello. */
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

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestClient) client = test_client_connect (server);

      test_client_text (client, cases[i].text);
      expect_error (client, cases[i].code);
      g_assert_cmpint (test_client_read_close (client), ==, VIS_CLOSE_POLICY);
    }
}

/* A client need not wait for the answer to hello: frames behind it are answered after it. */
static void
test_frames_behind_hello (void)
{
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

static void
test_replaced_by_new_socket (void)
{
  g_autoptr (TestClient) first = test_client_new (server, ADA, -1, NULL);
  g_autoptr (TestClient) second = test_client_new (server, ADA, -1, NULL);

  g_assert_cmpint (test_client_read_close (first), ==, VIS_CLOSE_REPLACED);
  g_assert_true (test_client_is_quiet (second));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = test_server_new ("");
  test_server_import (server, PEOPLE);
  g_test_add_func ("/frames/bad-text", test_bad_text);
  g_test_add_func ("/frames/eight-bad-frames", test_eight_bad_frames);
  g_test_add_func ("/frames/frames-that-close", test_frames_that_close);
  g_test_add_func ("/frames/malformed-headers", test_malformed_headers);
  g_test_add_func ("/frames/fragments", test_fragments);
  g_test_add_func ("/frames/largest-frame", test_largest_frame);
  g_test_add_func ("/frames/before-hello", test_before_hello);
  g_test_add_func ("/frames/frames-behind-hello", test_frames_behind_hello);
  g_test_add_func ("/frames/replaced-by-new-socket", test_replaced_by_new_socket);
  status = g_test_run ();
  test_server_free (server);
  return status;
}
