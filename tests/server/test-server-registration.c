/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "vis-server-limits.h"

/* Rate limits of registration and sign-in, and what their errors reveal. */

#define REGISTRATION "{\"user\":\"%s\",\"password\":\"correct horse\"}"

/* Without open registration and without an invite, the error is the same for taken names and
 * others; a valid invite is not spent on a taken name. */
static void
test_taken_names_closed (void)
{
  g_autoptr (TestServer) server = test_server_new ("");
  g_autofree char       *command =
    g_strdup_printf ("%s invite --data %s", g_getenv ("VISAVISD"), server->folder);
  g_autofree char *code = NULL;
  const struct
  {
    const char *user;
    gboolean    invited;
    guint       status;
  } cases[] = {
    { "ada", FALSE, 403 }, { "nobody", FALSE, 403 }, { "ada", TRUE, 409 },
    { "bob", TRUE, 201 },  { "bea", TRUE, 403 },
  };
  g_autofree char *shouted = NULL;
  g_autofree char *first = NULL;

  test_server_import (server, "{\"user\":\"ada\"}\n");
  g_assert_true (g_spawn_command_line_sync (command, &code, NULL, NULL, NULL));
  /* The invite code in capitals. */
  shouted = g_ascii_strup (g_strchomp (code), -1);
  g_assert_cmpstr (shouted, !=, code);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *answer = NULL;
      g_autofree char *body =
        g_strdup_printf ("{\"user\":\"%s\",\"password\":\"correct horse\",\"invite\":\"%s\"}",
                         cases[i].user,
                         cases[i].invited ? shouted : "abcd-efgh-jkmn-pqrs");

      g_assert_cmpuint (test_server_http (server, "POST", "/v1/register", NULL, body, &answer),
                        ==,
                        cases[i].status);
      if (i == 0)
        first = g_steal_pointer (&answer);
      else if (i == 1)
        g_assert_cmpstr (answer, ==, first);
    }
}

/* How many registrations of one address are answered before `rate_limited`. */
static guint
register_many (TestServer *server, const char *user)
{
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *body =
        g_strdup_printf ("{\"user\":\"%s\",\"password\":\"correct horse\"}", user);
      guint status = test_server_http (server, "POST", "/v1/register", NULL, body, NULL);

      if (status == 429)
        return i;
      g_assert_cmpuint (status, ==, 409);
    }
  return 40;
}

/* With open registration, one address can find only a few taken names. */
static void
test_taken_names_limit (void)
{
  g_autoptr (TestServer) server = test_server_new ("--open-registration");

  test_server_import (server, "{\"user\":\"ada\"}\n");
  server->forwarded = g_strdup ("192.0.2.1");
  g_assert_cmpuint (register_many (server, "ada"), <=, 20);
}

/* Sends a registration without waiting for the response. */
static GSocketConnection *
begin_registration (TestServer *server, const char *from, const char *user)
{
  g_autoptr (GSocketClient) dialer = g_socket_client_new ();
  g_autofree char          *body = g_strdup_printf (REGISTRATION, user);
  g_autofree char          *request = g_strdup_printf ("POST /v1/register HTTP/1.1\r\nHost: x\r\n"
                                                       "X-Forwarded-For: %s\r\nConnection: close\r\n"
                                                       "Content-Type: application/json\r\n"
                                                       "Content-Length: %zu\r\n\r\n%s",
                                              from,
                                              strlen (body),
                                              body);
  GSocketConnection        *connection =
    g_socket_client_connect_to_host (dialer, "127.0.0.1", server->port, NULL, NULL);

  g_assert_nonnull (connection);
  g_assert_true (
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                               request,
                               strlen (request),
                               NULL,
                               NULL,
                               NULL));
  return connection;
}

static guint
end_registration (GSocketConnection *connection)
{
  char  answer[13] = "";
  gsize n = 0;

  g_assert_true (g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                                          answer,
                                          sizeof answer - 1,
                                          &n,
                                          NULL,
                                          NULL));
  return (guint) g_ascii_strtoull (answer + strlen ("HTTP/1.1 "), NULL, 10);
}

/* Seconds until an address may register again; 0 if it just has. */
static guint
register_again (TestServer *server, const char *user)
{
  g_autofree char *body = g_strdup_printf (REGISTRATION, user);
  g_autofree char *answer = NULL;
  guint            status;
  const char      *wait;

  status = test_server_http (server, "POST", "/v1/register", NULL, body, &answer);
  if (status == 201)
    return 0;
  g_assert_cmpuint (status, ==, 429);
  wait = strstr (answer, "\"retry_after_ms\":");
  g_assert_nonnull (wait);
  return (guint) (g_ascii_strtoull (strchr (wait, ':') + 1, NULL, 10) / 1000) + 1;
}

/* Waits until one of the connections has a response. */
static void
await_any (GPtrArray *connections)
{
  g_autofree GPollFD *fds = g_new0 (GPollFD, connections->len);

  for (guint i = 0; i < connections->len; i++)
    fds[i] = (GPollFD){ g_socket_get_fd (
                          g_socket_connection_get_socket (g_ptr_array_index (connections, i))),
                        G_IO_IN,
                        0 };
  g_assert_cmpint (g_poll (fds, connections->len, 60 * 1000), >, 0);
}

/* No taken name is revealed while the queue of passwords to hash is full: what is refused then is
 * not counted, and the address may register as soon as it may sign in. */
static void
test_hash_queue_full (void)
{
  const guint            room = VIS_SERVER_HASH_THREADS + VIS_SERVER_HASH_QUEUE;
  g_autoptr (TestServer) server = test_server_prepare ();
  g_autofree char       *gate = g_build_filename (server->folder, "gate", NULL);
  g_autoptr (GPtrArray)  crowd = g_ptr_array_new_with_free_func (g_object_unref);
  guint                  registered = 0;
  guint                  wait;
  int                    fd;

  g_setenv ("VISAVISD_HASH_GATE", gate, TRUE);
  test_server_start (server, "--open-registration");
  fd = open (gate, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  /* One more than the queue holds: once it is refused, the others are in the queue. */
  for (guint i = 0; i <= room; i++)
    {
      g_autofree char *user = g_strdup_printf ("crowd%u", i);
      g_autofree char *from = g_strdup_printf ("198.51.100.%u", i);

      g_ptr_array_add (crowd, begin_registration (server, from, user));
    }
  await_any (crowd);
  server->forwarded = g_strdup ("192.0.2.1");
  for (guint i = 0; i < VIS_RATE_LOGIN_BURST; i++)
    {
      g_autofree char *user = g_strdup_printf ("mine%u", i);
      g_autofree char *body = g_strdup_printf (REGISTRATION, user);

      g_assert_cmpuint (
        test_server_http (server, "POST", "/v1/register", NULL, body, NULL), ==, 503);
    }
  close (fd);
  for (guint i = 0; i < crowd->len; i++)
    registered += end_registration (g_ptr_array_index (crowd, i)) == 201;
  g_assert_cmpuint (registered, ==, room);

  while ((wait = register_again (server, "mine")) > 0)
    {
      g_assert_cmpuint (wait, <=, (guint) (1 / VIS_RATE_LOGIN_REFILL) + 1);
      g_usleep (G_USEC_PER_SEC / 5);
    }
  g_unsetenv ("VISAVISD_HASH_GATE");
}

/* Signs in from an address; returns the HTTP status. */
static guint
sign_in (TestServer *server, const char *user, const char *password, const char *from)
{
  g_autofree char *body = g_strdup_printf ("{\"user\":\"%s\",\"password\":\"%s\"}", user, password);

  g_free (server->forwarded);
  server->forwarded = g_strdup (from);
  return test_server_http (server, "POST", "/v1/login", NULL, body, NULL);
}

/* Sends wrong passwords of one account, each from another address; returns how many are answered
 * before `rate_limited`. */
static guint
guess_from_everywhere (TestServer *server, const char *user, guint network)
{
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *from = g_strdup_printf ("198.51.%u.%u", network, i + 1);
      guint            status = sign_in (server, user, "guess number one", from);

      if (status == 429)
        return i;
      g_assert_cmpuint (status, ==, 401);
    }
  return 200;
}

/* The wrong passwords of an account are limited over all addresses; its owner can still sign in
 * from addresses where they are signed in, and other accounts are not affected. */
static void
test_guesses_from_many_addresses (void)
{
  g_autoptr (TestServer) server = test_server_new ("--open-registration");
  g_autoptr (TestClient) desk = NULL;

  test_server_import (server,
                      "{\"user\":\"ada\",\"password\":\"correct horse\",\"tokens\":["
                      "\"a-token-that-is-long-enough-to-count\"]}\n"
                      "{\"user\":\"bob\",\"password\":\"correct horse\"}\n");
  g_assert_cmpuint (sign_in (server, "ada", "correct horse", "192.0.2.1"), ==, 200);
  g_clear_pointer (&server->forwarded, g_free);
  desk = test_client_new (server, "a-token-that-is-long-enough-to-count", -1, NULL);

  g_assert_cmpuint (guess_from_everywhere (server, "ada", 100), <, 40);
  g_assert_cmpuint (sign_in (server, "ada", "correct horse", "203.0.113.1"), ==, 429);
  g_assert_cmpuint (sign_in (server, "bob", "correct horse", "203.0.113.1"), ==, 200);
  /* From the address of an earlier sign-in, and from that of a device. */
  g_assert_cmpuint (sign_in (server, "ada", "correct horse", "192.0.2.1"), ==, 200);
  g_assert_cmpuint (sign_in (server, "ada", "correct horse", NULL), ==, 200);
  test_client_ok (desk, "\"type\":\"chat:list\"");
}

/* How many wrong passwords are answered before `rate_limited`. */
static guint
guess (TestServer *server, const char *user)
{
  guint            status = 401;
  guint            n = 0;
  g_autofree char *body =
    g_strdup_printf ("{\"user\":\"%s\",\"password\":\"guess number one\"}", user);

  while (status == 401 && n < 100)
    {
      status = test_server_http (server, "POST", "/v1/login", NULL, body, NULL);
      n += status == 401;
    }
  g_assert_cmpuint (status, ==, 429);
  return n;
}

/* Each address has its own limit, also behind a reverse proxy on the same computer. */
static void
test_rate_limit (void)
{
  g_autoptr (TestServer) server = test_server_new ("");

  g_assert_cmpuint (guess (server, "ada"), >=, 10);
  server->forwarded = g_strdup ("127.0.0.1, 192.0.2.1");
  g_assert_cmpuint (guess (server, "bob"), >=, 10);
  g_free (server->forwarded);
  server->forwarded = g_strdup ("192.0.2.77, 192.0.2.1");
  g_assert_cmpuint (guess (server, "eve"), <, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registration/taken-names/closed", test_taken_names_closed);
  g_test_add_func ("/registration/taken-names/limit", test_taken_names_limit);
  g_test_add_func ("/registration/hash-queue-full", test_hash_queue_full);
  g_test_add_func ("/registration/rate-limit", test_rate_limit);
  g_test_add_func ("/registration/rate-limit/guesses-from-many-addresses",
                   test_guesses_from_many_addresses);
  return g_test_run ();
}
