/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-codec.h"
#include "vis-json.h"
#include "vis-limits.h"

#include <string.h>

#define ID "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01"

static void
test_round_trip (void)
{
  static const struct
  {
    VisSender   sender;
    const char *text;
  } cases[] = {
    { VIS_FROM_CLIENT,
      "{\"type\":\"hello\",\"id\":1,\"token\":\"0123456789abcdef0123456789abcdef\",\"since\":41}" },
    { VIS_FROM_CLIENT,
      "{\"type\":\"hello\",\"id\":1,\"token\":\"0123456789abcdef0123456789abcdef\",\"since\":41,"
      "\"mark\":\"00c0ffee\",\"features\":[\"mark\",\"envelope\"]}" },
    { VIS_FROM_SERVER,
      "{\"type\":\"ok\",\"id\":1,\"seq\":57,\"mark\":\"9f3a01c7\",\"user\":\"ada\",\"features\":["
      "\"mark\"]}" },
    { VIS_FROM_CLIENT,
      "{\"type\":\"chat:clear\",\"id\":1,\"chat\":\"ada\",\"message\":\"" ID "\"}" },
    { VIS_FROM_SERVER,
      "{\"type\":\"chat:cleared\",\"seq\":4,\"mark\":\"9f3a01c7\",\"chat\":\"ada\",\"message\":"
      "\"" ID "\"}" },
    { VIS_FROM_CLIENT,
      "{\"type\":\"chat:send\",\"id\":\"a \\\"b\\\"\",\"chat\":\"grace\",\"message\":{\"id\":\"" ID
      "\",\"kind\":\"text\",\"text\":\"Hällo \\\\ \\n\\u0001😀\"}}" },
    { VIS_FROM_SERVER,
      "{\"type\":\"ok\",\"id\":1,\"seq\":57,\"user\":\"ada\",\"device\":\"d1\",\"name\":\"Ada\","
      "\"ice_servers\":[{\"urls\":[\"stun:192.0.2.1:3478\"]},{\"urls\":[\"turn:192.0.2.1?transport="
      "udp\",\"turn:192.0.2.1?transport=tcp\"],\"username\":\"1:ada\",\"credential\":\"c=\"}],"
      "\"limits\":{\"frame\":65536,\"text\":8000,\"history\":200},\"server\":\"visavisd/1\"}" },
    { VIS_FROM_SERVER,
      "{\"type\":\"chat:message\",\"seq\":42,\"chat\":\"ada\",\"message\":{\"id\":\"" ID
      "\",\"chat\":\"ada\",\"from\":\"ada\",\"ts\":1700000000000,\"kind\":\"call\",\"call\":{"
      "\"id\":"
      "\"" ID "\",\"media\":\"video\",\"outcome\":\"missed\",\"duration_ms\":0}}}" },
    { VIS_FROM_SERVER,
      "{\"type\":\"call:ice\",\"call\":\"" ID "\",\"gen\":0,\"candidates\":[{\"candidate\":\"\","
      "\"sdpMid\":\"0\",\"sdpMLineIndex\":0}],\"from\":\"ada\",\"device\":\"d1\",\"age_ms\":3}" },
    { VIS_FROM_SERVER,
      "{\"type\":\"error\",\"id\":9,\"code\":\"rate_limited\",\"message\":\"slow\","
      "\"retry_after_ms\":1500}" },
    { VIS_FROM_SERVER, "{\"type\":\"error\",\"code\":\"bad_frame\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)     error = NULL;
      g_autoptr (VisMessage) message =
        vis_codec_decode (cases[i].text, strlen (cases[i].text), cases[i].sender, NULL, &error);
      g_autofree char *text = NULL;
      gsize            length;

      g_assert_no_error (error);
      text = vis_codec_encode (message, &length);
      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpuint (length, ==, strlen (text));
    }
}

static void
test_tolerance (void)
{
  const char *text = " {\"type\":\"contact:add\",\"id\":7,\"user\":\"ada\",\"x\":[{}],\"seq\":3,"
                     "\"from\":\"mallory\"}\n";
  g_autoptr (GError)     error = NULL;
  g_autoptr (VisMessage) message =
    vis_codec_decode (text, strlen (text), VIS_FROM_CLIENT, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (vis_message_get_kind (message), ==, VIS_KIND_CONTACT_ADD);
  g_assert_cmpint (vis_message_get_seq (message), ==, 0);
}

static void
test_ice_url_alone (void)
{
  const char            *text = "{\"urls\":\"stun:192.0.2.1\",\"username\":null}";
  g_autoptr (VisMessage) message =
    vis_codec_decode_body (text, strlen (text), VIS_KIND_OBJECT_ICE_SERVER, NULL);

  g_assert_nonnull (message);
  g_assert_cmpstr (vis_message_get_strings (message, VIS_FIELD_URLS)[0], ==, "stun:192.0.2.1");
  g_assert_false (vis_message_has (message, VIS_FIELD_USERNAME));
}

/* Those of RFC 8259, section 7, and none of C. */
static void
test_escapes (void)
{
  static const char *const good[] = { "\\\"",    "\\\\",    "\\/",           "\\b",     "\\f",
                                      "\\n",     "\\r",     "\\t",           "\\u0041", "\\u00e9",
                                      "\\uABcd", "\\u0001", "\\ud83d\\ude00" };
  static const char *const bad[] = { "\\101",
                                     "\\0",
                                     "\\x41",
                                     "\\q",
                                     "\\'",
                                     "\\a",
                                     "\\v",
                                     "\\e",
                                     "\\U00000041",
                                     "\\u",
                                     "\\u041",
                                     "\\u00g1",
                                     "\\u0000",
                                     "\\",
                                     "\\ud800",
                                     "\\ud800\\n",
                                     "\\ud800\\u0041",
                                     "\\ud800\\ud800",
                                     "\\ud800\\udc0",
                                     "\\udc00",
                                     "\\udc00\\ud800" };

  for (guint i = 0; i < G_N_ELEMENTS (good) + G_N_ELEMENTS (bad); i++)
    {
      gboolean         is_good = i < G_N_ELEMENTS (good);
      const char      *escape = is_good ? good[i] : bad[i - G_N_ELEMENTS (good)];
      g_autofree char *text = g_strdup_printf ("{\"a\":\"x%sz\"}", escape);

      g_test_message ("%s", text);
      g_assert_true (vis_json_is_plain_object (text, strlen (text), 4, 4) == is_good);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    VisSender   sender;
    const char *text;
    int         code;
    const char *request;
  } cases[] = {
    { VIS_FROM_CLIENT, "", VIS_PROTOCOL_ERROR_BAD_FRAME, NULL },
    { VIS_FROM_CLIENT, "[]", VIS_PROTOCOL_ERROR_BAD_FRAME, NULL },
    { VIS_FROM_CLIENT, "1", VIS_PROTOCOL_ERROR_BAD_FRAME, NULL },
    { VIS_FROM_CLIENT, "{", VIS_PROTOCOL_ERROR_BAD_FRAME, NULL },
    { VIS_FROM_CLIENT, "{}}", VIS_PROTOCOL_ERROR_BAD_FRAME, NULL },
    { VIS_FROM_CLIENT, "{} {}", VIS_PROTOCOL_ERROR_BAD_FRAME, NULL },
    { VIS_FROM_CLIENT, "{/* */}", VIS_PROTOCOL_ERROR_BAD_FRAME, NULL },
    { VIS_FROM_CLIENT, "{\"a\":\"\xff\"}", VIS_PROTOCOL_ERROR_BAD_FRAME, NULL },
    { VIS_FROM_CLIENT, "{\"a\":\"\\u0000\"}", VIS_PROTOCOL_ERROR_BAD_FRAME, NULL },
    { VIS_FROM_CLIENT, "{\"a\":[[[[[[[[[[1]]]]]]]]]]}", VIS_PROTOCOL_ERROR_BAD_FRAME, NULL },
    { VIS_FROM_CLIENT, "{}", VIS_PROTOCOL_ERROR_BAD_REQUEST, NULL },
    { VIS_FROM_CLIENT, "{\"type\":7,\"id\":1}", VIS_PROTOCOL_ERROR_BAD_REQUEST, "1" },
    { VIS_FROM_CLIENT, "{\"type\":\"nope\",\"id\":1}", VIS_PROTOCOL_ERROR_UNKNOWN_TYPE, "1" },
    { VIS_FROM_CLIENT, "{\"type\":\"ok\",\"id\":1}", VIS_PROTOCOL_ERROR_UNKNOWN_TYPE, "1" },
    { VIS_FROM_CLIENT, "{\"type\":\"chat:list\"}", VIS_PROTOCOL_ERROR_BAD_REQUEST, NULL },
    { VIS_FROM_CLIENT,
      "{\"type\":\"chat:list\",\"id\":\"\"}",
      VIS_PROTOCOL_ERROR_BAD_REQUEST,
      NULL },
    { VIS_FROM_CLIENT,
      "{\"type\":\"chat:list\",\"id\":1.5}",
      VIS_PROTOCOL_ERROR_BAD_REQUEST,
      NULL },
    { VIS_FROM_CLIENT,
      "{\"type\":\"contact:add\",\"id\":\"x\",\"user\":\"Ada\"}",
      VIS_PROTOCOL_ERROR_BAD_REQUEST,
      "\"x\"" },
    { VIS_FROM_CLIENT, "{\"type\":\"contact:add\",\"id\":2}", VIS_PROTOCOL_ERROR_BAD_REQUEST, "2" },
    { VIS_FROM_CLIENT,
      "{\"type\":\"chat:history\",\"id\":2,\"chat\":\"ada\",\"limit\":201}",
      VIS_PROTOCOL_ERROR_BAD_REQUEST,
      "2" },
    { VIS_FROM_CLIENT,
      "{\"type\":\"chat:history\",\"id\":2,\"chat\":\"ada\",\"limit\":0}",
      VIS_PROTOCOL_ERROR_BAD_REQUEST,
      "2" },
    { VIS_FROM_CLIENT,
      "{\"type\":\"chat:typing\",\"id\":2,\"chat\":\"ada\",\"typing\":1}",
      VIS_PROTOCOL_ERROR_BAD_REQUEST,
      "2" },
    { VIS_FROM_CLIENT,
      "{\"type\":\"call:end\",\"id\":2,\"call\":\"" ID "\",\"reason\":\"bored\"}",
      VIS_PROTOCOL_ERROR_BAD_REQUEST,
      "2" },
    { VIS_FROM_CLIENT,
      "{\"type\":\"call:ice\",\"id\":2,\"call\":\"" ID "\",\"gen\":0,\"candidates\":[]}",
      VIS_PROTOCOL_ERROR_BAD_REQUEST,
      "2" },
    { VIS_FROM_CLIENT,
      "{\"type\":\"call:ice\",\"id\":2,\"call\":\"" ID "\",\"gen\":0,\"candidates\":[7]}",
      VIS_PROTOCOL_ERROR_BAD_REQUEST,
      "2" },
    { VIS_FROM_CLIENT,
      "{\"type\":\"hello\",\"id\":1,\"token\":\"0123456789abcdef0123456789abcdef\",\"since\":41,"
      "\"mark\":\"00C0FFEE\"}",
      VIS_PROTOCOL_ERROR_BAD_REQUEST,
      "1" },
    { VIS_FROM_SERVER, "{\"type\":\"ok\"}", VIS_PROTOCOL_ERROR_BAD_REQUEST, NULL },
    { VIS_FROM_SERVER,
      "{\"type\":\"ok\",\"id\":1,\"seq\":-1}",
      VIS_PROTOCOL_ERROR_BAD_REQUEST,
      "1" },
    { VIS_FROM_SERVER,
      "{\"type\":\"ok\",\"id\":1,\"contacts\":7}",
      VIS_PROTOCOL_ERROR_BAD_REQUEST,
      "1" },
    { VIS_FROM_SERVER,
      "{\"type\":\"presence\",\"user\":\"ada\",\"presence\":\"\\ud800\"}",
      VIS_PROTOCOL_ERROR_BAD_FRAME,
      NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char   *request = NULL;

      g_assert_null (vis_codec_decode (
        cases[i].text, strlen (cases[i].text), cases[i].sender, &request, &error));
      g_assert_error (error, VIS_PROTOCOL_ERROR, cases[i].code);
      g_assert_cmpstr (request, ==, cases[i].request);
    }
}

/* Ids that another JSON library would give back as something else, and numbers that are none. */
static void
test_request_ids (void)
{
  static const struct
  {
    const char *id;
    int         code; /* -1: it is one */
  } cases[] = {
    { "0", -1 },
    { "9007199254740991", -1 },
    { "9007199254740992", VIS_PROTOCOL_ERROR_BAD_REQUEST },
    { "18446744073709551617", VIS_PROTOCOL_ERROR_BAD_REQUEST },
    { "-1", VIS_PROTOCOL_ERROR_BAD_REQUEST },
    { "-18446744073709551615", VIS_PROTOCOL_ERROR_BAD_FRAME },
    { "1.0", VIS_PROTOCOL_ERROR_BAD_REQUEST },
    { "1e2", VIS_PROTOCOL_ERROR_BAD_REQUEST },
    { "true", VIS_PROTOCOL_ERROR_BAD_REQUEST },
    { "007", VIS_PROTOCOL_ERROR_BAD_FRAME },
    { "00", VIS_PROTOCOL_ERROR_BAD_FRAME },
    { "-01", VIS_PROTOCOL_ERROR_BAD_FRAME },
    { "+1", VIS_PROTOCOL_ERROR_BAD_FRAME },
    { "0x10", VIS_PROTOCOL_ERROR_BAD_FRAME },
    { "1.", VIS_PROTOCOL_ERROR_BAD_FRAME },
    { ".5", VIS_PROTOCOL_ERROR_BAD_FRAME },
    { "1e", VIS_PROTOCOL_ERROR_BAD_FRAME },
    { "-", VIS_PROTOCOL_ERROR_BAD_FRAME },
    { "1x", VIS_PROTOCOL_ERROR_BAD_FRAME },
    { "True", VIS_PROTOCOL_ERROR_BAD_FRAME },
    { "nul", VIS_PROTOCOL_ERROR_BAD_FRAME },
    { "NaN", VIS_PROTOCOL_ERROR_BAD_FRAME },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char   *text = g_strdup_printf ("{\"type\":\"chat:list\",\"id\":%s}", cases[i].id);
      g_autofree char   *request = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (VisMessage) message =
        vis_codec_decode (text, strlen (text), VIS_FROM_CLIENT, &request, &error);

      g_test_message ("%s", cases[i].id);
      if (cases[i].code < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, VIS_PROTOCOL_ERROR, cases[i].code);
      g_assert_cmpstr (request, ==, cases[i].code < 0 ? cases[i].id : NULL);
    }
}

/* A newer server says things that this version does not know: they are counted, and no fault. */
static void
test_newer_server (void)
{
  static const struct
  {
    const char *text;
    gint64      seq; /* -1: refused */
  } cases[] = {
    { "{\"type\":\"chat:pinned\",\"seq\":7,\"chat\":5}", 7 },
    { "{\"type\":\"weather\"}", 0 },
    { "{\"type\":\"chat:message\",\"seq\":8,\"chat\":\"ada\",\"message\":{\"id\":\"" ID
      "\",\"chat\":\"ada\",\"from\":\"ada\",\"kind\":\"poll\"}}",
      8 },
    { "{\"type\":\"weather\",\"seq\":-1}", -1 },
    { "{\"type\":\"weather\",\"id\":4,\"seq\":9}", -1 },
    { "{\"type\":\"presence\",\"user\":\"ada\",\"presence\":\"asleep\"}", 0 },
    { "{\"seq\":9}", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)     error = NULL;
      g_autoptr (VisMessage) message =
        vis_codec_decode (cases[i].text, strlen (cases[i].text), VIS_FROM_SERVER, NULL, &error);

      g_assert_true ((message == NULL) == (cases[i].seq < 0));
      g_assert_true ((message == NULL) == (error != NULL));
      if (message == NULL)
        continue;
      g_assert_cmpint (vis_message_get_kind (message), ==, VIS_KIND_UNKNOWN);
      g_assert_cmpint (vis_message_get_seq (message), ==, cases[i].seq);
    }
}

/* What a newer server says inside of what this version knows is left out alone, and taken again
 * from what is written anew. */
static void
test_newer_elements (void)
{
  static const struct
  {
    const char *text;
    const char *understood;
    guint       skipped;
  } cases[] = {
    { "\"contacts\":[{\"user\":\"ada\",\"state\":\"mutual\"},{\"user\":\"bob\",\"state\":"
      "\"estranged\"},7,{\"user\":\"carol\",\"state\":\"mutual\"}]",
      "\"contacts\":[{\"user\":\"ada\",\"state\":\"mutual\"},{\"user\":\"carol\",\"state\":"
      "\"mutual\"}]",
      2 },
    { "\"contacts\":[{\"user\":\"ada\",\"name\":7,\"state\":\"mutual\",\"presence\":\"asleep\"}]",
      "\"contacts\":[{\"user\":\"ada\",\"state\":\"mutual\"}]",
      0 },
    { "\"messages\":[{\"id\":\"" ID "\",\"chat\":\"ada\",\"from\":\"ada\",\"ts\":1,\"kind\":"
      "\"poll\",\"text\":[]},{\"id\":\"" ID "\",\"kind\":\"text\"}]",
      "\"messages\":[{\"id\":\"" ID "\",\"chat\":\"ada\",\"from\":\"ada\",\"ts\":1,\"kind\":"
      "\"poll\"}]",
      1 },
    { "\"chats\":[{\"chat\":\"@room\"},{\"chat\":\"ada\",\"last\":{\"id\":\"" ID
      "\"},\"unread\":2}]",
      "\"chats\":[{\"chat\":\"ada\",\"unread\":2}]",
      1 },
    { "\"ice_servers\":[{\"urls\":[7]},{\"urls\":[\"stun:192.0.2.1\",{}]},{}]",
      "\"ice_servers\":[{\"urls\":[\"stun:192.0.2.1\"]}]",
      2 },
    { "\"messages\":[7]", "\"messages\":[]", 1 },
    { "\"limits\":[],\"features\":[\"mark\",7,{}]", "\"features\":[\"mark\"]", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"type\":\"ok\",\"id\":1,%s}", cases[i].text);
      g_autofree char *expected =
        g_strdup_printf ("{\"type\":\"ok\",\"id\":1,%s}", cases[i].understood);
      g_autofree char       *again = NULL;
      g_autoptr (GError)     error = NULL;
      g_autoptr (VisMessage) message =
        vis_codec_decode (text, strlen (text), VIS_FROM_SERVER, NULL, &error);

      g_assert_no_error (error);
      again = vis_codec_encode (message, NULL);
      g_assert_cmpstr (again, ==, expected);
      g_assert_cmpuint (vis_message_get_skipped (message), ==, cases[i].skipped);
    }
}

/* Candidates likewise, while a client's own are taken as a whole or not at all; and a call ends for
 * whatever reason. */
static void
test_newer_call (void)
{
  const char *candidates =
    "\"call\":\"" ID "\",\"gen\":0,\"candidates\":[{\"candidate\":\"\"},7,{}],"
    "\"from\":\"ada\",\"device\":\"d1\",\"age_ms\":0}";
  const char *end =
    "{\"type\":\"call:end\",\"call\":\"" ID "\",\"reason\":\"bored\",\"age_ms\":-1}";
  g_autofree char       *heard = g_strconcat ("{\"type\":\"call:ice\",", candidates, NULL);
  g_autofree char       *said = g_strconcat ("{\"type\":\"call:ice\",\"id\":1,", candidates, NULL);
  g_autoptr (GError)     error = NULL;
  g_autoptr (VisMessage) ice =
    vis_codec_decode (heard, strlen (heard), VIS_FROM_SERVER, NULL, &error);
  g_autoptr (VisMessage) over = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (vis_message_get_array (ice, VIS_FIELD_CANDIDATES)->len, ==, 1);
  g_assert_null (vis_codec_decode (said, strlen (said), VIS_FROM_CLIENT, NULL, &error));
  g_assert_error (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_REQUEST);
  g_clear_error (&error);

  over = vis_codec_decode (end, strlen (end), VIS_FROM_SERVER, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (vis_message_get_string (over, VIS_FIELD_REASON), ==, "bored");
}

/* A mark is read wherever there is a `seq`, and one that is none costs nothing else. */
static void
test_mark (void)
{
  static const struct
  {
    const char *text;
    const char *mark;
  } cases[] = {
    { "{\"type\":\"chat:cleared\",\"seq\":7,\"mark\":\"0123abcd\",\"chat\":\"ada\"}", "0123abcd" },
    { "{\"type\":\"chat:pinned\",\"seq\":7,\"mark\":\"0123abcd\"}", "0123abcd" },
    { "{\"type\":\"chat:cleared\",\"seq\":7,\"mark\":\"0123abcd\",\"chat\":5}", "0123abcd" },
    { "{\"type\":\"chat:cleared\",\"seq\":7,\"chat\":\"ada\"}", NULL },
    { "{\"type\":\"chat:cleared\",\"seq\":7,\"mark\":\"0123abcde\",\"chat\":\"ada\"}", NULL },
    { "{\"type\":\"chat:cleared\",\"seq\":7,\"mark\":\"0123abc\",\"chat\":\"ada\"}", NULL },
    { "{\"type\":\"chat:cleared\",\"seq\":7,\"mark\":\"0123ABCD\",\"chat\":\"ada\"}", NULL },
    { "{\"type\":\"chat:cleared\",\"seq\":7,\"mark\":12345678,\"chat\":\"ada\"}", NULL },
    { "{\"type\":\"chat:cleared\",\"seq\":7,\"mark\":null,\"chat\":\"ada\"}", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)     error = NULL;
      g_autoptr (VisMessage) message =
        vis_codec_decode (cases[i].text, strlen (cases[i].text), VIS_FROM_SERVER, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (vis_message_get_seq (message), ==, 7);
      g_assert_cmpstr (vis_message_get_mark (message), ==, cases[i].mark);
    }
}

static char *
text_request (guint length)
{
  g_autofree char *text = g_strnfill (length, 'x');

  return g_strdup_printf (
    "{\"type\":\"chat:send\",\"id\":1,\"chat\":\"a\",\"message\":{\"id\":\"" ID
    "\",\"kind\":\"text\",\"text\":\"%s\"}}",
    text);
}

/* Each limit at one below, at, and one above. */
static void
test_limits (void)
{
  static const struct
  {
    guint    length;
    gboolean fits;
  } cases[] = {
    { 0, FALSE },
    { 1, TRUE },
    { VIS_LIMIT_TEXT - 1, TRUE },
    { VIS_LIMIT_TEXT, TRUE },
    { VIS_LIMIT_TEXT + 1, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char       *text = text_request (cases[i].length);
      g_autoptr (VisMessage) message =
        vis_codec_decode (text, strlen (text), VIS_FROM_CLIENT, NULL, NULL);

      g_assert_cmpint (message != NULL, ==, cases[i].fits);
    }
}

static void
test_frame_limit (void)
{
  const char *const head = "{\"type\":\"chat:list\",\"id\":1,\"x\":\"";

  for (int over = 0; over <= 1; over++)
    {
      g_autofree char *fill =
        g_strnfill (VIS_LIMIT_FRAME_BYTES - strlen (head) - 2 + (gsize) over, 'x');
      g_autofree char       *text = g_strconcat (head, fill, "\"}", NULL);
      g_autoptr (GError)     error = NULL;
      g_autoptr (VisMessage) message =
        vis_codec_decode (text, strlen (text), VIS_FROM_CLIENT, NULL, &error);

      if (over)
        g_assert_error (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_TOO_LARGE);
      else
        g_assert_no_error (error);
    }
}

/* Objects with very many members, of names that the parser is slow with, are no frames; colons in
 * texts, and members of many objects, are none of its members. */
static void
test_members (void)
{
  static const struct
  {
    const char *item;
    guint       n;
    gboolean    fits;
  } cases[] = {
    { ",\"x\":1", VIS_LIMIT_MEMBERS - 2, TRUE },
    { ",\"x\":1", VIS_LIMIT_MEMBERS - 1, FALSE },
    { ",\"x\" : 1", VIS_LIMIT_MEMBERS - 1, FALSE },
    { ",\"x\":1", 10000, FALSE },
    { ",\"x\":\"a:b\\\":c\"", VIS_LIMIT_MEMBERS - 2, TRUE },
    { ",\"x\":{\"y\":{\"z\":[1]}}", VIS_LIMIT_MEMBERS - 2, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString)    text = g_string_new ("{\"type\":\"chat:list\",\"id\":1");
      g_autoptr (GError)     error = NULL;
      g_autoptr (VisMessage) message = NULL;

      for (guint j = 0; j < cases[i].n; j++)
        g_string_append (text, cases[i].item);
      g_string_append_c (text, '}');
      message = vis_codec_decode (text->str, text->len, VIS_FROM_CLIENT, NULL, &error);
      if (cases[i].fits)
        g_assert_no_error (error);
      else
        g_assert_error (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_FRAME);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/codec/round-trip", test_round_trip);
  g_test_add_func ("/protocol/codec/tolerance", test_tolerance);
  g_test_add_func ("/protocol/codec/ice-url-alone", test_ice_url_alone);
  g_test_add_func ("/protocol/codec/refused", test_refused);
  g_test_add_func ("/protocol/codec/escapes", test_escapes);
  g_test_add_func ("/protocol/codec/request-ids", test_request_ids);
  g_test_add_func ("/protocol/codec/newer-server", test_newer_server);
  g_test_add_func ("/protocol/codec/newer-elements", test_newer_elements);
  g_test_add_func ("/protocol/codec/newer-call", test_newer_call);
  g_test_add_func ("/protocol/codec/mark", test_mark);
  g_test_add_func ("/protocol/codec/limits", test_limits);
  g_test_add_func ("/protocol/codec/frame-limit", test_frame_limit);
  g_test_add_func ("/protocol/codec/members", test_members);
  return g_test_run ();
}
