/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test-certificates.h"
#include "test-client.h"
#include "vis-certificate.h"
#include "vis-handshakes.h"
#include "vis-server-limits.h"

/* TLS handshakes, with clients of any number of addresses. */

typedef struct
{
  VisHandshakes   *handshakes;
  GTlsCertificate *certificate;
  GSocket         *socket; /* listens */
  guint            n_through;
} Fixture;

static Fixture fixture;

static void
on_done (GIOStream *stream, GSocket *connection, gpointer data)
{
  g_assert_true (G_IS_TLS_CONNECTION (stream));
  fixture.n_through++;
}

static void
set_up (void)
{
  g_autoptr (GInetAddress)   loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GError)         error = NULL;

  fixture = (Fixture){ 0 };
  fixture.certificate =
    g_tls_certificate_new_from_pem (LOCALHOST_CERTIFICATE LOCALHOST_KEY, -1, &error);
  g_assert_no_error (error);
  fixture.handshakes = vis_handshakes_new (on_done, NULL);
  fixture.socket =
    g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_socket_set_listen_backlog (fixture.socket, 256);
  g_assert_true (g_socket_bind (fixture.socket, address, TRUE, &error) &&
                 g_socket_listen (fixture.socket, &error));
}

static void
tear_down (void)
{
  vis_handshakes_free (fixture.handshakes);
  /* Cancelled handshakes finish in later iterations. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (fixture.socket);
  g_object_unref (fixture.certificate);
}

/* Adds a connection, for limits from the address @client; returns its client side. */
static GSocket *
add (const char *client)
{
  g_autoptr (GError)         error = NULL;
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (fixture.socket, NULL);
  g_autoptr (GSocket)        accepted = NULL;
  GSocket                   *mine =
    g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_true (g_socket_connect (mine, address, NULL, &error));
  g_socket_set_option (mine, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  accepted = g_socket_accept (fixture.socket, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (mine, FALSE);
  vis_handshakes_add (fixture.handshakes, accepted, fixture.certificate, client);
  return mine;
}

static void
write_to (GSocket *socket, gconstpointer data, gsize length)
{
  g_assert_cmpint (g_socket_send (socket, data, length, NULL, NULL), ==, length);
}

static gboolean
is_closed (GSocket *socket)
{
  char   byte;
  gssize n = recv (g_socket_get_fd (socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT);

  return n == 0 || (n < 0 && errno != EAGAIN);
}

static void
run_until_closed (GSocket *socket)
{
  while (!is_closed (socket))
    g_main_context_iteration (NULL, FALSE);
}

/* Runs everything that is pending. */
static void
run_for_a_while (void)
{
  for (guint i = 0; i < 1000; i++)
    g_main_context_iteration (NULL, FALSE);
}

static gboolean
accept_any (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags errors)
{
  return TRUE;
}

static void
on_shaken (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL);
}

/* Starts the client side of TLS on a socket; its handshake goes on with the main context. */
static GIOStream *
shake (GSocket *socket, GCancellable *cancellable, gboolean *done)
{
  g_autoptr (GSocketConnection) base = g_socket_connection_factory_create_connection (socket);
  g_autoptr (GError)            error = NULL;
  GIOStream                    *tls;

  tls = g_initable_new (g_tls_backend_get_client_connection_type (g_tls_backend_get_default ()),
                        NULL,
                        &error,
                        "base-io-stream",
                        base,
                        "database",
                        NULL,
                        NULL);
  g_assert_no_error (error);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_any), NULL);
  /* Only in this test do client and server share GIO's thread pool. */
  g_tls_connection_handshake_async (
    G_TLS_CONNECTION (tls), G_PRIORITY_HIGH, cancellable, on_shaken, done);
  return tls;
}

static void
send_hello (GSocket *socket, GBytes *hello)
{
  write_to (socket, g_bytes_get_data (hello, NULL), g_bytes_get_size (hello));
}

static guint
count_threads (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  guint            n = 0;

  while (g_dir_read_name (tasks) != NULL)
    n++;
  return n;
}

/* A client that sends nothing, or half a ClientHello, takes no thread. */
static void
test_incomplete_hello_takes_no_thread (void)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GBytes)    hello = test_client_make_hello ();
  guint                 threads;

  set_up ();
  threads = count_threads ();
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *name = g_strdup_printf ("client-%u", i);

      g_ptr_array_add (clients, add (name));
    }
  run_for_a_while ();
  for (guint i = 0; i < clients->len; i++)
    write_to (g_ptr_array_index (clients, i), g_bytes_get_data (hello, NULL), i + 1);
  run_for_a_while ();
  g_assert_cmpuint (count_threads (), <=, threads);
  for (guint i = 0; i < clients->len; i++)
    g_assert_false (is_closed (g_ptr_array_index (clients, i)));
  tear_down ();
}

/* Half a ClientHello does not wake the main loop again and again (SO_RCVLOWAT). */
static void
test_incomplete_hello_does_not_spin (void)
{
  g_autoptr (GSocket) client = NULL;
  g_autoptr (GBytes)  hello = test_client_make_hello ();
  guint               n = 0;

  set_up ();
  client = add ("client");
  write_to (client, g_bytes_get_data (hello, NULL), 100);
  run_for_a_while ();
  while (g_main_context_iteration (NULL, FALSE))
    g_assert_cmpuint (++n, <, 100);
  tear_down ();
}

static void
test_not_tls (void)
{
  static const struct
  {
    const char *text;
    gsize       length;
  } cases[] = {
    { "GET / HTTP/1.1\r\n\r\n", 18 },
    { "G", 1 },
    { "\x15\x03\x01\x00\x02\x01\x00", 7 },         /* an alert */
    { "\x16\x03\x01\x00\x01x", 6 },                /* not a ClientHello */
    { "\x16\x03\x01\x00\x00\x01", 6 },             /* an empty record */
    { "\x16\x03\x01\x40\x01\x01", 6 },             /* one that is too long */
    { "\x16\x03\x01\x00\x04\x01\x00\x40\x00", 9 }, /* a message that is too long */
    { "\x16\x03\x01\x00\x01\x01\x17", 7 },         /* data within a message */
  };

  set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GSocket) client = add ("client");

      write_to (client, cases[i].text, cases[i].length);
      run_until_closed (client);
    }
  g_assert_cmpuint (fixture.n_through, ==, 0);
  tear_down ();
}

/* A ClientHello, fragmented over records of @size bytes. */
static GByteArray *
split_hello (GBytes *hello, gsize size)
{
  GByteArray   *records = g_byte_array_new ();
  gsize         length;
  const guint8 *data = g_bytes_get_data (hello, &length);

  for (gsize at = 5; at < length; at += size)
    {
      guint  n = (guint) MIN (size, length - at);
      guint8 header[] = { 22, 3, 1, (guint8) (n >> 8), (guint8) n };

      g_byte_array_append (records, header, sizeof header);
      g_byte_array_append (records, data + at, n);
    }
  return records;
}

/* A ClientHello that is fragmented over records (RFC 8446, section 5.1) takes no thread before its
 * end has come, and is answered then. */
static void
test_hello_in_many_records (void)
{
  static const gsize    sizes[] = { 1, 3, 4, 5, 100, 250, 256, 300 };
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) hellos =
    g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  g_autoptr (GBytes) hello = test_client_make_hello ();
  guint              threads;

  set_up ();
  threads = count_threads ();
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      GByteArray *records = split_hello (hello, sizes[i]);

      g_ptr_array_add (hellos, records);
      g_ptr_array_add (clients, add ("client"));
      write_to (g_ptr_array_index (clients, i), records->data, records->len - 1);
    }
  run_for_a_while ();
  g_assert_cmpuint (count_threads (), <=, threads);
  for (guint i = 0; i < clients->len; i++)
    {
      GSocket    *client = g_ptr_array_index (clients, i);
      GByteArray *records = g_ptr_array_index (hellos, i);
      guint8      kind = 0;

      write_to (client, records->data + records->len - 1, 1);
      while (recv (g_socket_get_fd (client), &kind, 1, MSG_DONTWAIT) < 0)
        g_main_context_iteration (NULL, FALSE);
      g_assert_cmpuint (kind, ==, 22);
    }
  tear_down ();
}

/* A ClientHello that comes in many small TCP segments. */
static void
test_hello_in_many_segments (void)
{
  g_autoptr (GBytes)    hello = test_client_make_hello ();
  g_autoptr (GSocket)   client = NULL;
  g_autoptr (GSocket)   near = NULL;
  g_autoptr (GSocket)   far = NULL;
  g_autoptr (GIOStream) tls = NULL;
  gboolean              done = FALSE;
  char                  data[4096];
  int                   fds[2];

  set_up ();
  client = add ("client");
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  near = g_socket_new_from_fd (fds[0], NULL);
  far = g_socket_new_from_fd (fds[1], NULL);
  g_socket_set_blocking (far, FALSE);
  tls = shake (near, NULL, &done);
  while (!done || fixture.n_through == 0)
    {
      gssize n = g_socket_receive (far, data, sizeof data, NULL, NULL);

      for (gssize i = 0; i < n; i++)
        {
          write_to (client, data + i, 1);
          g_main_context_iteration (NULL, FALSE);
        }
      n = g_socket_receive (client, data, sizeof data, NULL, NULL);
      if (n > 0)
        write_to (far, data, (gsize) n);
      g_main_context_iteration (NULL, FALSE);
    }
  tear_down ();
}

/* VIS_SERVER_HANDSHAKES clients, from as few addresses as the limit allows, stop after ClientHello,
 * and twice as many wait behind them. A client of another address is still served. */
static void
test_stalled_after_hello (void)
{
  const guint           n_clients = VIS_SERVER_HANDSHAKES / VIS_SERVER_HANDSHAKES_EACH;
  g_autoptr (GPtrArray) stalled = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GBytes)    hello = test_client_make_hello ();
  g_autoptr (GSocket)   client = NULL;
  g_autoptr (GIOStream) tls = NULL;
  gboolean              done = FALSE;
  guint                 n_closed = 0;

  set_up ();
  for (guint i = 0; i < VIS_SERVER_HANDSHAKES * 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("stalled-%u", i % n_clients);
      GSocket         *one = add (name);

      send_hello (one, hello);
      g_ptr_array_add (stalled, one);
    }
  run_for_a_while ();
  client = add ("client");
  tls = shake (client, NULL, &done);
  while (!done || fixture.n_through == 0)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < stalled->len; i++)
    {
      GSocket *one = g_ptr_array_index (stalled, i);

      while (g_socket_receive (one, (char[4096]){ 0 }, 4096, NULL, NULL) > 0)
        ;
      n_closed += is_closed (one);
    }
  g_test_message ("%u of %u are closed", n_closed, stalled->len);
  tear_down ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/handshakes/incomplete-hello-takes-no-thread",
                   test_incomplete_hello_takes_no_thread);
  g_test_add_func ("/handshakes/incomplete-hello-does-not-spin",
                   test_incomplete_hello_does_not_spin);
  g_test_add_func ("/handshakes/not-tls", test_not_tls);
  g_test_add_func ("/handshakes/hello-in-many-segments", test_hello_in_many_segments);
  g_test_add_func ("/handshakes/hello-in-many-records", test_hello_in_many_records);
  g_test_add_func ("/handshakes/stalled-after-hello", test_stalled_after_hello);
  return g_test_run ();
}
