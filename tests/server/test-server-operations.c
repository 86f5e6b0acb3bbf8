/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "test-certificates.h"
#include "test-people.h"
#include "vis-id.h"
#include "vis-server-limits.h"

/* Administration of a running server: health, limits, reload, log. */

static guint
health (TestServer *server)
{
  return test_server_http (server, "GET", "/healthz", NULL, NULL, NULL);
}

/* Polls /healthz until it has this status: a result is repeated for a while. */
static void
wait_for_health (TestServer *server, guint status)
{
  while (health (server) != status)
    g_usleep (G_USEC_PER_SEC / 20);
}

/* Reading still works then, and only the probe of /healthz writes. */
static void
test_health_while_disk_fails (void)
{
  g_autoptr (TestServer) server = test_server_new ("");

  test_server_import (server, PEOPLE);
  g_assert_cmpuint (health (server), ==, 200);
  test_server_set_file_size (server, 1);
  wait_for_health (server, 503);
  test_server_set_file_size (server, RLIM_INFINITY);
  wait_for_health (server, 200);
}

/* Limits the write-ahead log, the file that is written first, to @n more pages. */
static void
leave_pages (TestServer *server, guint n)
{
  g_autofree char *path = g_build_filename (server->folder, "visavis.sqlite-wal", NULL);
  GStatBuf         info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  test_server_set_file_size (server, (rlim_t) info.st_size + n * (4096 + 24));
}

static void
say (TestClient *client, gsize length, gboolean refused)
{
  g_autofree char       *id = vis_id_new ();
  g_autofree char       *text = g_strnfill (length, 'x');
  g_autoptr (VisMessage) answer =
    test_client_request (client,
                         "\"type\":\"chat:send\",\"chat\":\"grace\",\"message\":{\"id\":\"%s\","
                         "\"kind\":\"text\",\"text\":\"%s\"}",
                         id,
                         text);

  g_assert_cmpint (vis_message_get_kind (answer), ==, refused ? VIS_KIND_ERROR : VIS_KIND_OK);
  if (refused)
    g_assert_cmpstr (vis_message_get_string (answer, VIS_FIELD_CODE), ==, "unavailable");
}

/* The disk has room for the probe of /healthz and for short texts, but not for long ones. */
static void
test_health_of_filling_disk (void)
{
  g_autoptr (TestServer) server = test_server_new ("");
  g_autoptr (TestClient) ada = NULL;
  gint64                 begin;

  test_server_import (server, PEOPLE);
  ada = test_client_new (server, ADA, -1, NULL);
  say (ada, 8000, FALSE);
  g_assert_cmpuint (health (server), ==, 200);
  leave_pages (server, 8);
  begin = g_get_monotonic_time ();
  say (ada, 8000, TRUE);
  say (ada, 1, FALSE);
  /* Right after the failed write, whether a probe would succeed or not. */
  for (guint i = 0; i < 2; i++)
    {
      guint found = health (server);

      if (g_get_monotonic_time () - begin < VIS_SERVER_REFUSED_MS * G_TIME_SPAN_MILLISECOND)
        g_assert_cmpuint (found, ==, 503);
      g_usleep ((VIS_SERVER_PROBE_MS + 100) * G_TIME_SPAN_MILLISECOND);
    }
  test_server_set_file_size (server, RLIM_INFINITY);
  say (ada, 8000, FALSE);
  wait_for_health (server, 200);
}

/* 300 clients of a server with 256 descriptors. It refuses some, logs that, and accepts again once
 * they are closed. */
static void
test_descriptor_limit (void)
{
  g_autoptr (TestServer)    server = test_server_prepare ();
  g_autoptr (GSocketClient) dialer = g_socket_client_new ();
  g_autoptr (GPtrArray)     idle = g_ptr_array_new_with_free_func (g_object_unref);

  server->files = 256;
  test_server_keep_log (server);
  test_server_start (server, "");
  for (guint i = 0; i < 300; i++)
    g_ptr_array_add (
      idle, g_socket_client_connect_to_host (dialer, "127.0.0.1", server->port, NULL, NULL));
  test_server_wait_for_log (server, "Connections are refused");
  g_ptr_array_set_size (idle, 0);
  wait_for_health (server, 200);
}

static guint
backlog_of_system (void)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents ("/proc/sys/net/core/somaxconn", &text, NULL, NULL));
  return (guint) g_ascii_strtoull (text, NULL, 10);
}

/* A thousand connections at once, while the server is stopped: none needs a second attempt. */
static void
test_listen_backlog (void)
{
  const guint               n = MIN (1000, backlog_of_system ());
  g_autoptr (TestServer)    server = test_server_new ("");
  g_autoptr (GSocketClient) dialer = g_socket_client_new ();
  g_autoptr (GPtrArray)     clients = g_ptr_array_new_with_free_func (g_object_unref);
  static const char         request[] = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
  struct rlimit             files;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &files), ==, 0);
  files.rlim_cur = files.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &files), ==, 0);
  kill (server->pid, SIGSTOP);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GError)            error = NULL;
      g_autoptr (GSocketConnection) client =
        g_socket_client_connect_to_host (dialer, "127.0.0.1", server->port, NULL, &error);

      g_assert_no_error (error);
      g_socket_send (
        g_socket_connection_get_socket (client), request, sizeof request - 1, NULL, &error);
      g_assert_no_error (error);
      g_ptr_array_add (clients, g_steal_pointer (&client));
    }
  kill (server->pid, SIGCONT);
  for (guint i = 0; i < n; i++)
    {
      char answer[13] = "";

      g_assert_cmpint (
        g_socket_receive (
          g_socket_connection_get_socket (g_ptr_array_index (clients, i)), answer, 12, NULL, NULL),
        ==,
        12);
      g_assert_cmpstr (answer, ==, "HTTP/1.1 200");
    }
}

/* Asserts the subject of the certificate that the running server sends. */
static void
expect_subject (TestServer *server, const char *subject)
{
  g_autoptr (GSocketClient)     dialer = g_socket_client_new ();
  g_autoptr (GSocketConnection) plain =
    g_socket_client_connect_to_host (dialer, "127.0.0.1", server->port, NULL, NULL);
  g_autoptr (GIOStream) tls = test_client_tls (G_IO_STREAM (plain));
  g_autoptr (GError)    error = NULL;
  g_autofree char      *name = NULL;

  g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, &error);
  g_assert_no_error (error);
  name = g_tls_certificate_get_subject_name (
    g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (tls)));
  g_assert_cmpstr (name, ==, subject);
}

static void
write_file (const char *path, const char *text)
{
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static int
run (const char *format, ...)
{
  g_autofree char *rest = NULL;
  g_autofree char *command = NULL;
  g_autofree char *words = NULL;
  int              status = -1;
  va_list          args;

  va_start (args, format);
  rest = g_strdup_vprintf (format, args);
  va_end (args);
  command = g_strdup_printf ("%s %s", g_getenv ("VISAVISD"), rest);
  g_assert_true (g_spawn_command_line_sync (command, &words, NULL, &status, NULL));
  return status;
}

static void
test_reload_certificate (void)
{
  g_autoptr (TestServer) server = test_server_prepare ();
  g_autofree char       *file = g_build_filename (server->folder, "cert.pem", NULL);
  g_autofree char       *key = g_build_filename (server->folder, "key.pem", NULL);
  g_autofree char       *conf = g_build_filename (server->folder, "conf", NULL);
  g_autofree char       *arguments =
    g_strdup_printf ("--config %s --tls-cert %s --tls-key %s", conf, file, key);

  write_file (conf, "[server]\n");
  write_file (file, LOCALHOST_CERTIFICATE);
  write_file (key, OTHER_KEY);
  test_server_keep_log (server);
  g_assert_cmpint (
    run ("serve --data %s --listen 127.0.0.1:0 %s", server->folder, arguments), !=, 0);

  write_file (key, LOCALHOST_KEY);
  test_server_start (server, arguments);
  expect_subject (server, "CN=localhost");
  /* The certificate authority is not among the system's. */
  g_assert_cmpint (run ("status --server https://localhost:%d", server->port), !=, 0);
  g_assert_cmpint (run ("status --server https://localhost:%d --ca %s", server->port, file), ==, 0);

  write_file (key, OTHER_KEY);
  kill (server->pid, SIGHUP);
  test_server_wait_for_log (server, "does not fit");
  expect_subject (server, "CN=localhost");

  write_file (key, LOCALHOST_KEY);
  write_file (conf, "[server]\nopen-registration=perhaps\n");
  kill (server->pid, SIGHUP);
  test_server_wait_for_log (server, "open-registration");
  expect_subject (server, "CN=localhost");

  write_file (file, OTHER_CERTIFICATE);
  write_file (key, OTHER_KEY);
  write_file (conf, "[server]\nopen-registration=true\n");
  kill (server->pid, SIGHUP);
  test_server_wait_for_log (server, "are read again");
  expect_subject (server, "CN=other.example");
}

/* Connects from the local address @from, and sends the first @length bytes of a ClientHello. */
static GSocket *
say_and_stop (TestServer *server, const char *from, GBytes *hello, gsize length)
{
  g_autoptr (GSocketAddress) near = g_inet_socket_address_new_from_string (from, 0);
  g_autoptr (GSocketAddress) far =
    g_inet_socket_address_new_from_string ("127.0.0.1", server->port);
  g_autoptr (GError) error = NULL;
  GSocket           *socket =
    g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_assert_true (g_socket_bind (socket, near, FALSE, NULL));
  g_assert_true (g_socket_connect (socket, far, NULL, NULL));
  g_assert_cmpint (
    g_socket_send (socket, g_bytes_get_data (hello, NULL), length, NULL, NULL), ==, length);
  return socket;
}

/* Waits until the server has sent its part of a handshake, or closed the connection. */
static void
wait_for_answer (GSocket *socket)
{
  char byte;

  recv (g_socket_get_fd (socket), &byte, 1, MSG_PEEK);
}

static guint
count_open (GPtrArray *sockets)
{
  guint n = 0;

  for (guint i = 0; i < sockets->len; i++)
    {
      char    bytes[8192];
      ssize_t got;

      do
        got = recv (
          g_socket_get_fd (g_ptr_array_index (sockets, i)), bytes, sizeof bytes, MSG_DONTWAIT);
      while (got > 0);
      n += got < 0 && errno == EAGAIN;
    }
  return n;
}

/* More stalled handshakes than GIO has threads at first, and some that have hardly begun: the
 * certificate is reloaded meanwhile, and the next client gets it. */
static void
test_reload_during_handshakes (void)
{
  static const char *const from[] = { "127.0.0.2", "127.0.0.3", "127.0.0.4" };
  g_autoptr (TestServer)   server = test_server_prepare ();
  g_autofree char         *file = g_build_filename (server->folder, "both.pem", NULL);
  g_autofree char         *arguments = g_strdup_printf ("--tls-cert %s --tls-key %s", file, file);
  g_autoptr (GPtrArray)    stopped = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GBytes)       hello = test_client_make_hello ();
  guint                    n_open;

  write_file (file, LOCALHOST_CERTIFICATE LOCALHOST_KEY);
  test_server_keep_log (server);
  test_server_start (server, arguments);
  for (guint i = 0; i < 12; i++)
    g_ptr_array_add (
      stopped,
      say_and_stop (server, from[i % G_N_ELEMENTS (from)], hello, g_bytes_get_size (hello)));
  for (guint i = 0; i < stopped->len; i++)
    wait_for_answer (g_ptr_array_index (stopped, i));
  for (guint i = 0; i < 6; i++)
    g_ptr_array_add (stopped,
                     say_and_stop (server, from[i % G_N_ELEMENTS (from)], hello, 1 + i * 20));

  write_file (file, OTHER_CERTIFICATE OTHER_KEY);
  kill (server->pid, SIGHUP);
  test_server_wait_for_log (server, "are read again");
  n_open = count_open (stopped);
  g_test_message ("%u of %u handshakes are still open", n_open, stopped->len);
  expect_subject (server, "CN=other.example");
  /* LeakSanitizer fails when threads end while it runs. */
  test_server_kill (server, SIGKILL);
  if (n_open == 0)
    g_test_skip ("This machine is so slow that the handshakes had ended");
}

static void
test_reload_registration (void)
{
  static const char      account[] = "{\"user\":\"ada\",\"password\":\"correct horse\"}";
  g_autoptr (TestServer) server = test_server_prepare ();
  g_autofree char       *conf = g_build_filename (server->folder, "conf", NULL);
  g_autofree char       *arguments = g_strdup_printf ("--config %s", conf);

  write_file (conf, "[server]\n");
  test_server_keep_log (server);
  test_server_start (server, arguments);
  g_assert_cmpuint (
    test_server_http (server, "POST", "/v1/register", NULL, account, NULL), ==, 403);
  write_file (conf, "[server]\nopen-registration=true\n");
  kill (server->pid, SIGHUP);
  test_server_wait_for_log (server, "are read again");
  g_assert_cmpuint (
    test_server_http (server, "POST", "/v1/register", NULL, account, NULL), ==, 201);
}

/* The log has the user and the address, but neither passwords nor tokens. */
static void
test_log_of_failed_sign_ins (void)
{
  g_autoptr (TestServer) server = test_server_prepare ();
  g_autoptr (TestClient) client = NULL;
  g_autofree char       *text = NULL;

  test_server_keep_log (server);
  test_server_start (server, "");
  server->forwarded = g_strdup ("[2001:db8:1:2:3:4:5:6]:50123");
  g_assert_cmpuint (
    test_server_http (
      server, "POST", "/v1/login", NULL, "{\"user\":\"ada\",\"password\":\"secret-word\"}", NULL),
    ==,
    401);
  test_server_wait_for_log (server, "A sign-in from 2001:db8:1:2::/64 as ada failed");
  client = test_client_connect (server);
  test_client_error (
    client, "unauthorized", "\"type\":\"hello\",\"token\":\"secret-token-secret-token-secret-1\"");
  test_server_wait_for_log (server, "A sign-in from 2001:db8:1:2::/64 failed");
  g_assert_true (g_file_get_contents (server->log, &text, NULL, NULL));
  g_assert_null (strstr (text, "secret"));
}

/* Requests whose end is ambiguous. */
static void
test_bad_content_length (void)
{
  static const struct
  {
    const char *headers;
    guint       status;
  } cases[] = {
    { "Content-Length: 2", 400 }, /* a valid length; the body is no account */
    { "Content-Length: -5", 400 },
    { "Content-Length: +2", 400 },
    { "Content-Length: 0x2", 400 },
    { "Content-Length: 2\r\nContent-Length: 1", 400 },
    { "Content-Length: 99999999999999999999", 400 },
    { "Content-Length: 2\r\nTransfer-Encoding: chunked", 400 },
    { "Transfer-Encoding: gzip", 501 },
  };
  g_autoptr (TestServer)    server = test_server_prepare ();
  g_autoptr (GSocketClient) dialer = g_socket_client_new ();
  g_autofree char          *text = NULL;

  test_server_keep_log (server);
  test_server_start (server, "");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GSocketConnection) client =
        g_socket_client_connect_to_host (dialer, "127.0.0.1", server->port, NULL, NULL);
      g_autofree char *request =
        g_strdup_printf ("POST /v1/login HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n{}", cases[i].headers);
      char answer[13] = "";

      g_socket_send (
        g_socket_connection_get_socket (client), request, strlen (request), NULL, NULL);
      g_input_stream_read_all (
        g_io_stream_get_input_stream (G_IO_STREAM (client)), answer, 12, NULL, NULL, NULL);
      g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 "));
      g_assert_cmpuint ((guint) g_ascii_strtoull (answer + 9, NULL, 10), ==, cases[i].status);
    }
  g_assert_true (g_file_get_contents (server->log, &text, NULL, NULL));
  g_assert_null (strstr (text, "WARNING"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/operations/health-while-disk-fails", test_health_while_disk_fails);
  g_test_add_func ("/operations/health-of-filling-disk", test_health_of_filling_disk);
  g_test_add_func ("/operations/descriptor-limit", test_descriptor_limit);
  g_test_add_func ("/operations/listen-backlog", test_listen_backlog);
  g_test_add_func ("/operations/reload-certificate", test_reload_certificate);
  g_test_add_func ("/operations/reload-during-handshakes", test_reload_during_handshakes);
  g_test_add_func ("/operations/reload-registration", test_reload_registration);
  g_test_add_func ("/operations/log-of-failed-sign-ins", test_log_of_failed_sign_ins);
  g_test_add_func ("/operations/bad-content-length", test_bad_content_length);
  return g_test_run ();
}
