/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-error.h"
#include "vis-message.h"
#include "vis-server-address.h"
#include "vis-turn-life.h"

static const struct
{
  const char *text;
  const char *socket_url;
  const char *http_url;
  const char *name;
  const char *invite;
  const char *user;
} good[] = {
  { "chat.example.org",
    "wss://chat.example.org/v1/socket",
    "https://chat.example.org",
    "chat.example.org" },
  { "  Chat.Example.ORG/\n",
    "wss://chat.example.org/v1/socket",
    "https://chat.example.org",
    "chat.example.org" },
  { "chat.example.org:8448",
    "wss://chat.example.org:8448/v1/socket",
    "https://chat.example.org:8448",
    "chat.example.org:8448" },
  { "https://chat.example.org",
    "wss://chat.example.org/v1/socket",
    "https://chat.example.org",
    "chat.example.org" },
  { "https://chat.example.org:443/",
    "wss://chat.example.org/v1/socket",
    "https://chat.example.org",
    "chat.example.org" },
  { "HTTPS://chat.example.org:8448",
    "wss://chat.example.org:8448/v1/socket",
    "https://chat.example.org:8448",
    "chat.example.org:8448" },
  { "http://chat.example.org",
    "ws://chat.example.org/v1/socket",
    "http://chat.example.org",
    "chat.example.org" },
  { "ws://127.0.0.1:40123/v1/socket",
    "ws://127.0.0.1:40123/v1/socket",
    "http://127.0.0.1:40123",
    "127.0.0.1:40123" },
  { "wss://chat.example.org:8448/v1/socket",
    "wss://chat.example.org:8448/v1/socket",
    "https://chat.example.org:8448",
    "chat.example.org:8448" },
  { "ws://10.1.2.3:8448", "ws://10.1.2.3:8448/v1/socket", "http://10.1.2.3:8448", "10.1.2.3:8448" },
  { "10.1.2.3:8448", "wss://10.1.2.3:8448/v1/socket", "https://10.1.2.3:8448", "10.1.2.3:8448" },
  { "localhost:8448", "ws://localhost:8448/v1/socket", "http://localhost:8448", "localhost:8448" },
  { "LocalHost:8448", "ws://localhost:8448/v1/socket", "http://localhost:8448", "localhost:8448" },
  { "ada.localhost:8448",
    "ws://ada.localhost:8448/v1/socket",
    "http://ada.localhost:8448",
    "ada.localhost:8448" },
  { "notlocalhost:8448",
    "wss://notlocalhost:8448/v1/socket",
    "https://notlocalhost:8448",
    "notlocalhost:8448" },
  { "localhost.example.org",
    "wss://localhost.example.org/v1/socket",
    "https://localhost.example.org",
    "localhost.example.org" },
  { "127.0.0.1:8448", "ws://127.0.0.1:8448/v1/socket", "http://127.0.0.1:8448", "127.0.0.1:8448" },
  { "127.9.8.7:1", "ws://127.9.8.7:1/v1/socket", "http://127.9.8.7:1", "127.9.8.7:1" },
  { "https://127.0.0.1:8448",
    "wss://127.0.0.1:8448/v1/socket",
    "https://127.0.0.1:8448",
    "127.0.0.1:8448" },
  { "[::1]:8448", "ws://[::1]:8448/v1/socket", "http://[::1]:8448", "[::1]:8448" },
  { "[2001:db8::7]:8448",
    "wss://[2001:db8::7]:8448/v1/socket",
    "https://[2001:db8::7]:8448",
    "[2001:db8::7]:8448" },
  { "bücher.example",
    "wss://xn--bcher-kva.example/v1/socket",
    "https://xn--bcher-kva.example",
    "xn--bcher-kva.example" },
  { "visavis://chat.example.org/invite/aB3-_x",
    "wss://chat.example.org/v1/socket",
    "https://chat.example.org",
    "chat.example.org",
    "aB3-_x" },
  { "visavis://localhost:8448/invite/abc",
    "ws://localhost:8448/v1/socket",
    "http://localhost:8448",
    "localhost:8448",
    "abc" },
  { "visavis://chat.example.org/ada",
    "wss://chat.example.org/v1/socket",
    "https://chat.example.org",
    "chat.example.org",
    NULL,
    "ada" },
  { "visavis://chat.example.org/ada?call=video",
    "wss://chat.example.org/v1/socket",
    "https://chat.example.org",
    "chat.example.org",
    NULL,
    "ada" },
  { "visavis://chat.example.org/Ada.L?call=voice",
    "wss://chat.example.org/v1/socket",
    "https://chat.example.org",
    "chat.example.org",
    NULL,
    "ada.l" },
  { "visavis://chat.example.org/@ADA",
    "wss://chat.example.org/v1/socket",
    "https://chat.example.org",
    "chat.example.org",
    NULL,
    "ada" },
};

static const char *const bad[] = {
  "",
  "   ",
  "https://",
  "://",
  "ftp://chat.example.org",
  "javascript:alert(1)",
  "file:///etc/passwd",
  "chat.example.org:0",
  "chat.example.org:65536",
  "chat.example.org:-1",
  "chat.example.org:port",
  "chat example.org",
  "chat..example.org",
  ".example.org",
  "-x.example.org",
  "chat.example.org/elsewhere",
  "https://chat.example.org/v1/socket/more",
  "https://chat.example.org/?a=b",
  "https://chat.example.org/#a",
  "https://ada:secret@chat.example.org",
  "ada@chat.example.org",
  "chat.example.org\r\nX: y",
  "[::1",
  "visavis://chat.example.org/invite/",
  "visavis://chat.example.org/invite/a/b",
  "visavis://chat.example.org/invite/a%2Fb c",
  "visavis://chat.example.org/Ada Lovelace",
  "visavis:///invite/abc",
  "\xff\xfe",
  NULL,
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError)           error = NULL;
      g_autoptr (VisServerAddress) address = vis_server_address_parse (good[i].text, &error);
      g_autoptr (VisServerAddress) copy = NULL;

      g_test_message ("%s", good[i].text);
      g_assert_no_error (error);
      copy = vis_server_address_copy (address);
      g_assert_cmpstr (copy->socket_url, ==, good[i].socket_url);
      g_assert_cmpstr (copy->http_url, ==, good[i].http_url);
      g_assert_cmpstr (copy->name, ==, good[i].name);
      g_assert_cmpstr (copy->invite, ==, good[i].invite);
      g_assert_cmpstr (copy->user, ==, good[i].user);
      g_assert_cmpint (copy->secure, ==, g_str_has_prefix (good[i].socket_url, "wss:"));
    }
}

static void
test_bad (void)
{
  g_autofree char *huge = g_strnfill (5000, 'a');

  for (guint i = 0; i <= G_N_ELEMENTS (bad); i++)
    {
      const char                  *text = i < G_N_ELEMENTS (bad) ? bad[i] : huge;
      g_autoptr (GError)           error = NULL;
      g_autoptr (VisServerAddress) address = vis_server_address_parse (text, &error);

      g_test_message ("row %u", i);
      g_assert_null (address);
      g_assert_error (error, VIS_ERROR, VIS_ERROR_BAD_ADDRESS);
    }
}

/* A formatted address can be parsed, and is the same. */
static void
test_again (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (VisServerAddress) from_socket =
        vis_server_address_parse (good[i].socket_url, NULL);
      g_autofree char             *text = NULL;
      g_autoptr (VisServerAddress) from_text = NULL;
      g_autoptr (VisServerAddress) from_http = vis_server_address_parse (good[i].http_url, NULL);

      g_assert_cmpstr (from_socket->http_url, ==, good[i].http_url);
      g_assert_cmpstr (from_http->socket_url, ==, good[i].socket_url);
      text = vis_server_address_dup_text (from_http);
      from_text = vis_server_address_parse (text, NULL);
      g_assert_cmpstr (from_text->socket_url, ==, good[i].socket_url);
    }
}

static void
test_turn_life (void)
{
  static const struct
  {
    const char *usernames[3];
    gint64      wall_ms;
    guint       delay_ms;
  } rows[] = {
    { { NULL }, 0, 0 },
    { { "ada" }, 0, 0 },
    { { "" }, 0, 0 },
    { { "12x:ada" }, 0, 0 },
    { { "-5:ada" }, 0, 0 },
    { { "99999999999999999999999:ada" }, 0, 0 },
    { { "3600:ada" }, 0, 1800000 },
    { { "3600" }, 0, 1800000 },
    { { "3600:ada", "1800:ada" }, 0, 900000 },
    { { "ada", "1800:ada" }, 0, 900000 },
    { { "3600:ada" }, 3600000, 60000 },
    { { "3600:ada" }, 3500000, 60000 },
    { { "3600:ada" }, 99999999999, 60000 },
    { { "9999999999:ada" }, 0, 12 * 60 * 60 * 1000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) servers = vis_message_array_new ();

      g_ptr_array_add (servers, vis_message_new (VIS_KIND_OBJECT_ICE_SERVER));
      for (guint j = 0; rows[i].usernames[j] != NULL; j++)
        {
          VisMessage *server = vis_message_new (VIS_KIND_OBJECT_ICE_SERVER);

          vis_message_set_string (server, VIS_FIELD_USERNAME, rows[i].usernames[j]);
          g_ptr_array_add (servers, server);
        }
      g_assert_cmpuint (vis_turn_life_refresh_ms (servers, rows[i].wall_ms), ==, rows[i].delay_ms);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-address/good", test_good);
  g_test_add_func ("/server-address/bad", test_bad);
  g_test_add_func ("/server-address/again", test_again);
  g_test_add_func ("/turn-life/table", test_turn_life);
  return g_test_run ();
}
