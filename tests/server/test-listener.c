/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "test-certificates.h"
#include "vis-certificate.h"
#include "vis-endpoint.h"
#include "vis-listener.h"
#include "vis-server-limits.h"
#include "vis-token-bucket.h"
#include "vis-turn.h"

/* A listener alone: limits, addresses, certificates and what configures them. */

typedef struct
{
  SoupServer  *http;
  VisListener *listener;
  guint        log_lines;
} Fixture;

static GLogWriterOutput
count_refusals (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  Fixture *fixture = data;

  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0 &&
        g_str_has_prefix (fields[i].value, "Connections are refused"))
      fixture->log_lines++;
  return G_LOG_WRITER_HANDLED;
}

/* Static, since g_log_set_writer_func() can be called only once. */
static Fixture fixture;

static void
set_up (guint most)
{
  fixture.http = soup_server_new (NULL, NULL);
  fixture.listener = vis_listener_new (fixture.http, most);
  fixture.log_lines = 0;
}

static void
tear_down (void)
{
  vis_listener_free (fixture.listener);
  soup_server_disconnect (fixture.http);
  g_object_unref (fixture.http);
}

static GSocket *
connect_to (GSocketAddress *address)
{
  g_autoptr (GError)  error = NULL;
  g_autoptr (GSocket) socket = g_socket_new (
    g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  /* It succeeds as soon as the connection is in the backlog, accepted or not. */
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&socket);
}

static gboolean
is_closed (GSocket *socket)
{
  char               byte;
  g_autoptr (GError) error = NULL;

  g_socket_set_blocking (socket, FALSE);
  return g_socket_receive (socket, &byte, 1, NULL, &error) == 0 ||
         !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static void
run_until_n (guint n)
{
  while (vis_listener_get_n_connections (fixture.listener) != n)
    g_main_context_iteration (NULL, TRUE);
}

static void
run_until_closed (GSocket *socket)
{
  while (!is_closed (socket))
    g_main_context_iteration (NULL, FALSE);
}

static GSocketAddress *
address_of (guint i)
{
  return g_ptr_array_index (vis_listener_get_addresses (fixture.listener), i);
}

static void
test_connection_limit (void)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GSocket)   late = NULL;
  g_autoptr (GSocket)   later = NULL;

  set_up (3);
  g_assert_true (vis_listener_add (fixture.listener, "127.0.0.1:0", NULL));
  for (guint i = 0; i < 3; i++)
    g_ptr_array_add (clients, connect_to (address_of (0)));
  run_until_n (3);
  for (guint i = 0; i < 5; i++)
    {
      g_clear_object (&late);
      late = connect_to (address_of (0));
      run_until_closed (late);
    }
  g_assert_cmpuint (vis_listener_get_n_connections (fixture.listener), ==, 3);
  g_assert_cmpuint (fixture.log_lines, ==, 1);

  g_ptr_array_set_size (clients, 2);
  run_until_n (2);
  later = connect_to (address_of (0));
  run_until_n (3);
  g_assert_false (is_closed (later));
  tear_down ();
}

/* EMFILE, as if something else in the process had all descriptors. */
static void
test_no_descriptors (void)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray)    taken = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GSocket)   later = NULL;
  struct rlimit         before;
  struct rlimit         few;
  int                   fd;

  set_up (100);
  g_assert_true (vis_listener_add (fixture.listener, "127.0.0.1:0", NULL));
  for (guint i = 0; i < 10; i++)
    g_ptr_array_add (waiting, connect_to (address_of (0)));
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  few = before;
  few.rlim_cur = 256;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
  while ((fd = dup (STDIN_FILENO)) >= 0)
    g_array_append_val (taken, fd);

  /* Each is closed at once, instead of waiting in the backlog. */
  for (guint i = 0; i < waiting->len; i++)
    run_until_closed (g_ptr_array_index (waiting, i));
  g_assert_cmpuint (vis_listener_get_n_connections (fixture.listener), ==, 0);
  g_assert_cmpuint (fixture.log_lines, ==, 1);

  for (guint i = 0; i < taken->len; i++)
    close (g_array_index (taken, int, i));
  later = connect_to (address_of (0));
  run_until_n (1);
  g_assert_false (is_closed (later));
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
  tear_down ();
}

/* An address of this computer other than loopback; NULL if there is none. */
static GSocketAddress *
find_outer_address (guint16 port)
{
  struct ifaddrs *all = NULL;
  GSocketAddress *found = NULL;

  g_assert_cmpint (getifaddrs (&all), ==, 0);
  for (struct ifaddrs *i = all; i != NULL && found == NULL; i = i->ifa_next)
    {
      g_autoptr (GSocketAddress) native = NULL;

      if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_INET || i->ifa_flags & IFF_LOOPBACK)
        continue;
      native = g_socket_address_new_from_native (i->ifa_addr, sizeof (struct sockaddr_in));
      found = g_inet_socket_address_new (
        g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (native)), port);
    }
  freeifaddrs (all);
  return found;
}

static void
test_connection_limit_of_address (void)
{
  g_autoptr (GPtrArray)      clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GSocket)        late = NULL;
  g_autoptr (GSocketAddress) outer = NULL;
  g_autoptr (GSocketAddress) inner = NULL;
  guint16                    port;

  set_up (100);
  vis_listener_limit_clients (fixture.listener, 3);
  g_assert_true (vis_listener_add (fixture.listener, "0.0.0.0:0", NULL));
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address_of (0)));
  inner = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  outer = find_outer_address (port);
  if (outer == NULL)
    g_test_skip ("This computer has no address but that of itself");
  else
    {
      for (guint i = 0; i < 3; i++)
        g_ptr_array_add (clients, connect_to (outer));
      run_until_n (3);
      late = connect_to (outer);
      run_until_closed (late);
      /* Loopback is not limited: a reverse proxy there has the connections of all clients. */
      for (guint i = 0; i < 4; i++)
        g_ptr_array_add (clients, connect_to (inner));
      run_until_n (7);
      g_ptr_array_remove_index (clients, 0);
      run_until_n (6);
      g_ptr_array_add (clients, connect_to (outer));
      run_until_n (7);
    }
  tear_down ();
}

/* IPv4 and IPv6 on one port, for each way to write it; and no address twice. */
static void
test_ipv4_and_ipv6 (void)
{
  static const char *const texts[] = { "*:0", "[::]:0", "localhost:0" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char   *again = NULL;
      g_autoptr (GError) error = NULL;
      GPtrArray         *addresses;
      guint16            port;

      set_up (100);
      g_assert_true (vis_listener_add (fixture.listener, texts[i], &error));
      g_assert_no_error (error);
      addresses = vis_listener_get_addresses (fixture.listener);
      port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address_of (0)));
      if (addresses->len < 2)
        {
          g_test_skip ("This computer has no IPv6");
          tear_down ();
          return;
        }
      g_assert_cmpuint (addresses->len, ==, 2);
      g_assert_cmpuint (
        g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address_of (1))), ==, port);
      for (guint j = 0; j < 2; j++)
        {
          const char                *host = j == 0 ? "127.0.0.1" : "::1";
          g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (host, port);
          g_autoptr (GSocket)        client = connect_to (address);

          run_until_n (1);
          g_clear_object (&client);
          run_until_n (0);
        }
      again = g_strdup_printf ("127.0.0.1:%u", port);
      /* An address beside the wildcard address is in use. */
      g_assert_true (vis_listener_add (fixture.listener, again, NULL) == (i == 2));
      g_assert_cmpuint (addresses->len, ==, 2);
      tear_down ();
    }
}

static void
test_bad_addresses (void)
{
  static const char *const texts[] = { "",         ":1",     "127.0.0.1",   "127.0.0.1:", "x:65536",
                                       "::1:8448", "[]:1",   "[::1]8448",   "*",          "a:b:1",
                                       "::",       "[::1:1", "127.0.0.1:-1" };

  set_up (1);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (vis_listener_add (fixture.listener, texts[i], &error));
      g_assert_nonnull (strstr (error->message, "HOST:PORT"));
    }
  tear_down ();
}

static GTlsCertificate *
certificate_of (const char *pem)
{
  g_autoptr (GError) error = NULL;
  GTlsCertificate   *certificate = g_tls_certificate_new_from_pem (pem, -1, &error);

  g_assert_no_error (error);
  return certificate;
}

static void
test_certificate_dates (void)
{
  static const struct
  {
    const char *now;
    const char *word;
  } cases[] = {
    { "2026-11-01T00:00:00Z", "valid only from" },
    { "2027-01-01T00:00:00Z", NULL },
    { "2126-10-14T00:00:00Z", NULL },
    { "2126-10-16T00:00:00Z", "expires" },
    { "2126-10-30T00:00:00Z", "has expired" },
  };
  g_autoptr (GTlsCertificate) certificate = certificate_of (LOCALHOST_CERTIFICATE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 (cases[i].now, NULL);
      g_autofree char      *sentence = vis_certificate_check_dates (certificate, now);

      g_assert_true ((sentence == NULL) == (cases[i].word == NULL));
      if (sentence != NULL)
        g_assert_nonnull (strstr (sentence, cases[i].word));
    }
}

/* The announcement has the URLs that people can enter. */
static void
test_announcement (void)
{
  g_autoptr (GTlsCertificate) certificate = certificate_of (OTHER_CERTIFICATE OTHER_KEY);
  g_autoptr (GPtrArray)       everywhere = vis_endpoint_resolve ("*:8448", NULL);
  g_autoptr (GPtrArray)       here = vis_endpoint_resolve ("127.0.0.1:8448", NULL);
  g_autoptr (GSocketAddress)  outer = find_outer_address (8448);
  g_autofree char            *plain = vis_endpoint_announce (everywhere, NULL);
  g_autofree char            *named = vis_endpoint_announce (everywhere, certificate);
  g_autofree char            *local = vis_endpoint_announce (here, NULL);

  g_assert_null (strstr (plain, "0.0.0.0"));
  g_assert_null (strstr (plain, "[::]"));
  g_assert_nonnull (strstr (plain, "ws://localhost:8448\n"));
  if (outer != NULL)
    {
      g_autofree char *host = g_inet_address_to_string (
        g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (outer)));
      g_autofree char *line = vis_endpoint_to_string ("ws", host, 8448);

      g_assert_nonnull (strstr (plain, line));
    }
  g_assert_nonnull (strstr (named, "wss://chat.example.org:8448\n"));
  g_assert_nonnull (strstr (named, "wss://192.0.2.7:8448\n"));
  g_assert_null (strstr (named, "*"));
  g_assert_nonnull (strstr (local, "ws://127.0.0.1:8448\n"));
  g_assert_null (strstr (local, "localhost"));
}

static void
test_forwarded_for (void)
{
  static const struct
  {
    const char *address;
    const char *forwarded;
    const char *key;
  } cases[] = {
    { "192.0.2.1", NULL, "192.0.2.1" },
    { "192.0.2.1", "192.0.2.9", "192.0.2.1" },
    { "127.0.0.1", NULL, "127.0.0.1" },
    { "127.0.0.1", "192.0.2.9", "192.0.2.9" },
    { "127.0.0.1", "10.1.1.1, 192.0.2.9", "192.0.2.9" },
    { "127.0.0.1", "192.0.2.9,10.1.1.1 ", "10.1.1.1" },
    { "127.0.0.1", "nonsense", "127.0.0.1" },
    { "127.0.0.1", "192.0.2.9:50123", "192.0.2.9" },
    { "127.0.0.1", "10.1.1.1:1, \"192.0.2.9:50123\"", "192.0.2.9" },
    { "127.0.0.1", "[2001:db8:1:2:3:4:5:6]:50123", "2001:db8:1:2::/64" },
    { "127.0.0.1", "[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::/64" },
    { "127.0.0.1", "\"[2001:db8:1:2:3:4:5:6]:1\"", "2001:db8:1:2::/64" },
    { "127.0.0.1", "[::ffff:192.0.2.9]:1", "192.0.2.9" },
    { "127.0.0.1", "2001:db8:1:2:3:4:5:6%eth0", "2001:db8:1:2::/64" },
    { "127.0.0.1", "[2001:db8::1", "127.0.0.1" },
    { "127.0.0.1", "unknown", "127.0.0.1" },
    { "127.0.0.1", ":1", "127.0.0.1" },
    { "127.0.0.1", "192.0.2.9, ", "127.0.0.1" },
    { "127.0.0.1", "", "127.0.0.1" },
    { "::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
    { "::1", NULL, "::/64" },
    { "::ffff:127.0.0.1", "::ffff:192.0.2.9", "192.0.2.9" },
    { "::ffff:192.0.2.1", "192.0.2.9", "192.0.2.1" },
    { "2001:db8:1:2:3:4:5:6", NULL, "2001:db8:1:2::/64" },
    { "2001:db8:1:2:9::1", "192.0.2.9", "2001:db8:1:2::/64" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (cases[i].address);
      g_autofree char         *key = vis_token_bucket_key (address, cases[i].forwarded);

      g_assert_cmpstr (key, ==, cases[i].key);
    }
}

static void
test_turn_credential (void)
{
  g_autofree char *credential = vis_turn_credential ("north", "1433065916:ada");

  /* echo -n 1433065916:ada | openssl dgst -binary -sha1 -hmac north | base64 */
  g_assert_cmpstr (credential, ==, "Gk+ugweHb0wIUpX+cwCdQXhMs+o=");
}

static void
test_endpoints (void)
{
  static const struct
  {
    const char *text;
    const char *host;
    guint16     port;
  } cases[] = {
    { "127.0.0.1:8448", "127.0.0.1", 8448 },
    { "[::1]:0", "::1", 0 },
    { "chat.example.org:443", "chat.example.org", 443 },
    { "chat.example.org", NULL, 0 },
    { ":1", NULL, 0 },
    { "a:b", NULL, 0 },
    { "a:70000", NULL, 0 },
    { "*:1", "*", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *host = NULL;
      guint16          port = 0;

      g_assert_cmpint (
        vis_endpoint_parse (cases[i].text, &host, &port, NULL), ==, cases[i].host != NULL);
      g_assert_cmpstr (host, ==, cases[i].host);
      g_assert_cmpuint (port, ==, cases[i].port);
    }
}

/* The scope ID of a link-local address is kept. */
static void
test_scope_ids (void)
{
  static const struct
  {
    const char *text;
    const char *interface; /* NULL for none */
  } cases[] = {
    { "[fe80::1%lo]:8448", "lo" },
    { "[fe80::1]:8448", NULL },
    { "[::1]:8448", NULL },
  };
  g_autoptr (GPtrArray) nowhere = vis_endpoint_resolve ("[fe80::1%no-interface]:8448", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) found = vis_endpoint_resolve (cases[i].text, NULL);
      const char           *name = cases[i].interface;

      g_assert_nonnull (found);
      g_assert_cmpuint (found->len, ==, 1);
      g_assert_cmpuint (g_inet_socket_address_get_port (g_ptr_array_index (found, 0)), ==, 8448);
      g_assert_cmpuint (g_inet_socket_address_get_scope_id (g_ptr_array_index (found, 0)),
                        ==,
                        name != NULL ? if_nametoindex (name) : 0);
    }
  g_assert_null (nowhere);
}

/* Without its scope ID bind() fails with EINVAL; with it, with EADDRNOTAVAIL. */
static void
test_bind_with_scope_id (void)
{
  g_autoptr (GError) error = NULL;

  set_up (100);
  if (!vis_listener_add (fixture.listener, "[fe80::1%lo]:0", &error))
    {
      g_test_message ("%s", error->message);
      g_assert_false (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT));
    }
  tear_down ();
}

/* URIs by RFC 7064 (STUN) and RFC 7065 (TURN). */
static void
test_turn_uris (void)
{
  static const struct
  {
    const char *uri;
    gboolean    relay;
    gboolean    good;
  } cases[] = {
    { "turn:turn.example.org", TRUE, TRUE },
    { "turn:turn.example.org:3478?transport=udp", TRUE, TRUE },
    { "turns:turn.example.org:5349?transport=tcp", TRUE, TRUE },
    { "turn:[2001:db8::1]:3478", TRUE, TRUE },
    { "turn:192.0.2.1", TRUE, TRUE },
    { "turn://turn.example.org", TRUE, FALSE },
    { "turn.example.org:3478", TRUE, FALSE },
    { "stun:turn.example.org", TRUE, FALSE },
    { "turn:", TRUE, FALSE },
    { "turn:?transport=udp", TRUE, FALSE },
    { "turn:host:0", TRUE, FALSE },
    { "turn:host:70000", TRUE, FALSE },
    { "turn:host:port", TRUE, FALSE },
    { "turn:host?transport=sctp", TRUE, FALSE },
    { "turn:host?", TRUE, FALSE },
    { "turn:[2001:db8::1", TRUE, FALSE },
    { "turn:[192.0.2.1]", TRUE, FALSE },
    { "turn:2001:db8::1", TRUE, FALSE },
    { "turn:a b", TRUE, FALSE },
    { "turn:user:secret@host", TRUE, FALSE },
    { "stun:stun.example.org:3478", FALSE, TRUE },
    { "stuns:stun.example.org", FALSE, TRUE },
    { "stun:stun.example.org?transport=udp", FALSE, FALSE },
    { "turn:turn.example.org", FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (vis_turn_check_uri (cases[i].uri, cases[i].relay, &error) == cases[i].good);
      g_assert_true ((error == NULL) == cases[i].good);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_refusals, &fixture, NULL);
  g_test_add_func ("/listener/connection-limit", test_connection_limit);
  g_test_add_func ("/listener/no-descriptors", test_no_descriptors);
  g_test_add_func ("/listener/connection-limit-of-address", test_connection_limit_of_address);
  g_test_add_func ("/listener/ipv4-and-ipv6", test_ipv4_and_ipv6);
  g_test_add_func ("/listener/bad-addresses", test_bad_addresses);
  g_test_add_func ("/listener/certificate-dates", test_certificate_dates);
  g_test_add_func ("/listener/announcement", test_announcement);
  g_test_add_func ("/listener/forwarded-for", test_forwarded_for);
  g_test_add_func ("/listener/endpoints", test_endpoints);
  g_test_add_func ("/listener/endpoints/scope-ids", test_scope_ids);
  g_test_add_func ("/listener/endpoints/bind-with-scope-id", test_bind_with_scope_id);
  g_test_add_func ("/listener/turn-credential", test_turn_credential);
  g_test_add_func ("/listener/turn-uris", test_turn_uris);
  return g_test_run ();
}
