/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static VisMessage *
account_of (const char *body)
{
  g_autoptr (GError) error = NULL;
  VisMessage *account = vis_codec_decode_body (body, strlen (body), VIS_KIND_HTTP_ACCOUNT, &error);

  g_assert_no_error (error);
  return account;
}

static void
test_register_and_log_in (void)
{
  g_autoptr (TestServer) server = test_server_new ("--open-registration");
  g_autofree char       *first = NULL;
  g_autofree char       *second = NULL;
  g_autoptr (VisMessage) account = NULL;
  g_autoptr (VisMessage) again = NULL;
  g_autoptr (TestClient) client = NULL;
  g_autoptr (VisMessage) hello = NULL;
  const char            *token;

  g_assert_cmpuint (test_server_http (server, "GET", "/healthz", NULL, NULL, NULL), ==, 200);
  g_assert_cmpuint (test_server_http (server,
                                      "POST",
                                      "/v1/register",
                                      NULL,
                                      "{\"user\":\"ada\",\"password\":\"correct horse\","
                                      "\"name\":\"Ada L.\",\"device\":\"desk\"}",
                                      &first),
                    ==,
                    201);
  account = account_of (first);
  token = vis_message_get_string (account, VIS_FIELD_TOKEN);
  g_assert_cmpuint (strlen (token), ==, 64);
  g_assert_cmpuint (test_server_http (server,
                                      "POST",
                                      "/v1/login",
                                      NULL,
                                      "{\"user\":\"ada\",\"password\":\"correct horse\"}",
                                      &second),
                    ==,
                    200);
  again = account_of (second);
  g_assert_cmpstr (vis_message_get_string (again, VIS_FIELD_DEVICE),
                   !=,
                   vis_message_get_string (account, VIS_FIELD_DEVICE));

  client = test_client_new (server, token, -1, &hello);
  g_assert_cmpstr (vis_message_get_string (hello, VIS_FIELD_USER), ==, "ada");
  g_assert_cmpstr (vis_message_get_string (hello, VIS_FIELD_NAME), ==, "Ada L.");
  g_assert_cmpstr (vis_message_get_string (hello, VIS_FIELD_DEVICE),
                   ==,
                   vis_message_get_string (account, VIS_FIELD_DEVICE));

  /* The token is removed, and its socket closed. */
  g_assert_cmpuint (test_server_http (server, "POST", "/v1/logout", token, NULL, NULL), ==, 204);
  g_assert_cmpint (test_client_read_close (client), ==, 4002);
  g_assert_cmpuint (test_server_http (server, "POST", "/v1/logout", token, NULL, NULL), ==, 401);
}

static void
test_error_responses (void)
{
  static const struct
  {
    const char *method;
    const char *path;
    const char *body;
    guint       status;
    const char *code;
  } cases[] = {
    { "POST",
      "/v1/register",
      "{\"user\":\"ada\",\"password\":\"another one\"}",
      409,
      "user_taken" },
    { "POST",
      "/v1/register",
      "{\"user\":\"Ada!\",\"password\":\"another one\"}",
      400,
      "bad_request" },
    { "POST", "/v1/register", "{\"user\":\"bob\",\"password\":\"short\"}", 400, "bad_request" },
    { "POST", "/v1/register", "{\"user\":\"bob\"}", 400, "bad_request" },
    { "POST", "/v1/register", "nothing", 400, "bad_frame" },
    { "POST", "/v1/register", "", 400, "bad_frame" },
    { "POST",
      "/v1/login",
      "{\"user\":\"ada\",\"password\":\"wrong horse\"}",
      401,
      "bad_credentials" },
    { "POST",
      "/v1/login",
      "{\"user\":\"nobody\",\"password\":\"wrong horse\"}",
      401,
      "bad_credentials" },
    { "POST", "/v1/logout", NULL, 401, "unauthorized" },
    { "GET", "/v1/login", NULL, 405, "bad_request" },
    { "GET", "/", NULL, 404, "not_found" },
    { "POST", "/v1/files", "x", 404, "not_found" },
    { "GET", "/v1/socket", NULL, 400, "bad_request" },
    { "POST", "/v1/loginx", "{}", 404, "not_found" },
    { "POST", "/v1/login/x", "{}", 404, "not_found" },
    { "POST", "/v1/login/", "{}", 404, "not_found" },
    { "POST", "/v1/register/x", "{}", 404, "not_found" },
    { "POST", "/v1/logout/x", NULL, 404, "not_found" },
    { "GET", "/healthz/x", NULL, 404, "not_found" },
    { "GET", "/v1/socket/x", NULL, 404, "not_found" },
  };
  g_autoptr (TestServer) server = test_server_new ("--open-registration --rate-limits off");

  g_assert_cmpuint (test_server_http (server,
                                      "POST",
                                      "/v1/register",
                                      NULL,
                                      "{\"user\":\"ada\",\"password\":\"correct horse\"}",
                                      NULL),
                    ==,
                    201);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char       *answer = NULL;
      g_autoptr (VisMessage) error = NULL;

      g_assert_cmpuint (
        test_server_http (server, cases[i].method, cases[i].path, NULL, cases[i].body, &answer),
        ==,
        cases[i].status);
      error = vis_codec_decode_body (answer, strlen (answer), VIS_KIND_HTTP_ERROR, NULL);
      g_assert_nonnull (error);
      g_assert_cmpstr (
        vis_message_get_string (vis_message_get_object (error, VIS_FIELD_ERROR), VIS_FIELD_CODE),
        ==,
        cases[i].code);
    }
}

/* An account that was imported with tokens only has no password, so every one is wrong, also the
 * dummy that is hashed in its place. */
static void
test_account_without_password (void)
{
  static const char *const passwords[] = { "nobody has this password", "        ", "password" };
  g_autoptr (TestServer)   server = test_server_new ("");

  test_server_import (server,
                      "{\"user\":\"ada\",\"tokens\":[\"a-token-that-is-long-enough-to-count\"]}\n");
  for (guint i = 0; i < G_N_ELEMENTS (passwords); i++)
    {
      g_autofree char *body =
        g_strdup_printf ("{\"user\":\"ada\",\"password\":\"%s\"}", passwords[i]);

      g_assert_cmpuint (test_server_http (server, "POST", "/v1/login", NULL, body, NULL), ==, 401);
    }
}

static void
test_body_too_large (void)
{
  g_autoptr (TestServer) server = test_server_new ("--open-registration");
  g_autofree char       *body = g_strnfill (1000000, ' ');

  g_assert_cmpuint (test_server_http (server, "POST", "/v1/register", NULL, body, NULL), ==, 413);
}

static void
test_invites (void)
{
  g_autoptr (TestServer) server = test_server_new ("--rate-limits off");
  g_autofree char       *command =
    g_strdup_printf ("%s invite --data %s", g_getenv ("VISAVISD"), server->folder);
  g_autofree char *code = NULL;
  g_autofree char *body = NULL;
  static const struct
  {
    const char *user;
    gboolean    invite;
    guint       status;
  } cases[] = {
    { "ada", FALSE, 403 }, { "ada", TRUE, 201 }, { "grace", TRUE, 403 }, /* its one use is spent */
  };

  g_assert_true (g_spawn_command_line_sync (command, &code, NULL, NULL, NULL));
  g_strchomp (code);
  g_assert_cmpuint (strlen (code), ==, 19);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_free (body);
      body = g_strdup_printf ("{\"user\":\"%s\",\"password\":\"correct horse\",\"invite\":\"%s\"}",
                              cases[i].user,
                              cases[i].invite ? code : "wrong");
      g_assert_cmpuint (
        test_server_http (server, "POST", "/v1/register", NULL, body, NULL), ==, cases[i].status);
    }
}

static void
test_command_line (void)
{
  static const struct
  {
    const char *arguments;
    const char *sentence;
  } cases[] = {
    { "serve --store postgresql://x", "PostgreSQL" },
    { "serve --store sqlite:/elsewhere", "--data" },
    { "serve --bus nats://x", "NATS" },
    { "serve --listen nowhere", "HOST:PORT" },
    { "serve --turn turn:x", "--turn-secret-file" },
    { "serve --tls-cert x", "--tls-key" },
    { "serve --rate-limits maybe", "--rate-limits" },
    { "serve --data /proc/none", "/proc/none" },
    { "invite --data /nonexistent", "/nonexistent" },
    { "user list --data /nonexistent", "/nonexistent" },
    { "user list x --data /nonexistent", "one word too many" },
    { "user add ada x --data /nonexistent", "one word too many" },
    { "invite extra --data /nonexistent", "one word too many" },
    { "status extra", "one word too many" },
    { "user dance --data /nonexistent", "user add NAME" },
    { "user invite --data /nonexistent", "user add NAME" },
    { "invite --uses -5 --data /nonexistent", "--uses" },
    { "invite --uses 0 --data /nonexistent", "--uses" },
    { "invite --uses 1000001 --data /nonexistent", "--uses" },
    { "invite --days -1 --data /nonexistent", "--days" },
    { "invite --days 36501 --data /nonexistent", "--days" },
    { "dance", "dance" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *command =
        g_strdup_printf ("%s %s", g_getenv ("VISAVISD"), cases[i].arguments);
      g_autofree char *words = NULL;
      int              status = 0;

      g_assert_true (g_spawn_command_line_sync (command, NULL, &words, &status, NULL));
      g_assert_cmpint (status, !=, 0);
      g_assert_nonnull (strstr (words, cases[i].sentence));
    }
}

/* Runs `visavisd` with arguments and standard input; returns its standard error. */
static char *
command_line (const char *arguments, const char *input, int *status)
{
  g_autofree char        *command = g_strdup_printf ("%s %s", g_getenv ("VISAVISD"), arguments);
  g_auto (GStrv)          argv = NULL;
  g_autoptr (GSubprocess) program = NULL;
  g_autoptr (GError)      error = NULL;
  char                   *words = NULL;

  g_assert_true (g_shell_parse_argv (command, NULL, &argv, NULL));
  program = g_subprocess_newv ((const char *const *) argv,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                 G_SUBPROCESS_FLAGS_STDERR_PIPE,
                               &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (program, input, NULL, NULL, &words, &error);
  g_assert_no_error (error);
  *status = g_subprocess_get_if_exited (program) ? g_subprocess_get_exit_status (program) : -1;
  return words;
}

/* A second server on the same folder does not start; the first one goes on. */
static void
test_second_server_on_one_folder (void)
{
  g_autoptr (TestServer) server = test_server_new ("");
  g_autofree char       *arguments =
    g_strdup_printf ("serve --listen 127.0.0.1:0 --data %s", server->folder);
  int              status;
  g_autofree char *words = command_line (arguments, "", &status);

  g_assert_cmpint (status, ==, 1);
  g_assert_nonnull (strstr (words, server->folder));
  g_assert_cmpuint (test_server_http (server, "GET", "/healthz", NULL, NULL, NULL), ==, 200);
  test_server_kill (server, SIGKILL);
  test_server_start (server, "");
}

/* The data is readable by the server's user alone, also in a folder with wider permissions. */
static void
test_file_permissions (void)
{
  static const char *const files[] = { "visavis.sqlite", "visavis.sqlite-wal", "lock" };
  g_autoptr (TestServer)   server = test_server_new ("");

  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (files); i++)
        {
          g_autofree char *path = g_build_filename (server->folder, files[i], NULL);
          GStatBuf         info;

          g_assert_cmpint (g_stat (path, &info), ==, 0);
          g_assert_cmpint (info.st_mode & 0777, ==, 0600);
          if (i < 2)
            g_assert_cmpint (g_chmod (path, 0644), ==, 0);
        }
      g_assert_cmpint (g_chmod (server->folder, 0755), ==, 0);
      test_server_kill (server, SIGKILL);
      test_server_start (server, "");
    }
}

/* A name that a client would reject is refused: it would be in the lists of all contacts. */
static void
test_display_names (void)
{
  g_autofree char *long_name = g_strnfill (65, 'x');
  const struct
  {
    const char *name;
    gboolean    fits;
  } cases[] = {
    { "", FALSE },
    { " ", FALSE },
    { "\xe3\x85\xa4", FALSE }, /* U+3164 */
    { "\xef\xb8\x8f", FALSE }, /* U+FE0F */
    { "A\001b", FALSE },
    { "A\xe2\x80\xae"
      "b",
      FALSE },
    { long_name, FALSE },
    { long_name + 1, TRUE },
    { "Ada L.", TRUE },
  };
  g_autoptr (TestServer) server = test_server_new ("");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *quoted = g_shell_quote (cases[i].name);
      g_autofree char *arguments =
        g_strdup_printf ("user add u%u --data %s --name %s", i, server->folder, quoted);
      int              status;
      g_autofree char *words = command_line (arguments, "correct horse\n", &status);

      g_assert_cmpint (status == 0, ==, cases[i].fits);
      g_assert_true ((strstr (words, "1 to 64") == NULL) == cases[i].fits);
    }
}

/* Unknown keys and values in a configuration are errors. */
static void
test_bad_configurations (void)
{
  static const struct
  {
    const char *text;
    const char *sentence;
  } cases[] = {
    { "", "[server]" },
    { "[servers]\nlisten=127.0.0.1:0\n", "[server]" },
    { "[server]\nbus=nats:\n[more]\n", "[server]" },
    { "listen=127.0.0.1:0\n", "group" },
    { "[server]\nlisten-to=127.0.0.1:0\n", "“listen-to”" },
    { "[server]\nopen_registration=true\n", "“open_registration”" },
    { "[server]\nopen-registration=yes\n", "“open-registration”" },
    { "[server]\nrate-limits=no\n", "--rate-limits" },
    { "[server]\nlisten=everywhere\n", "HOST:PORT" },
    { "[server]\nturn=turn://turn.example.org\nturn-secret-file=/dev/null\n", "turn:HOST" },
    { "[server]\nturn=turn:turn.example.org\nturn-secret-file=/dev/null\n", "one line" },
    { "[server]\nturn=turn:turn.example.org\n", "--turn-secret-file" },
    { "[server]\nstun=turn:turn.example.org\n", "stun:HOST" },
    { "[server]\nopen-registration=true\ndata=/proc/none\n", "/proc/none" },
  };
  g_autoptr (TestServer) server = test_server_new ("");
  g_autofree char       *file = g_build_filename (server->folder, "conf", NULL);
  g_autofree char       *arguments = g_strdup_printf ("serve --config %s", file);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int              status;
      g_autofree char *words = NULL;

      g_assert_true (g_file_set_contents (file, cases[i].text, -1, NULL));
      words = command_line (arguments, "", &status);
      g_assert_cmpint (status, ==, 1);
      g_assert_nonnull (strstr (words, cases[i].sentence));
    }
}

/* The example configuration works. */
static void
test_example_configuration (void)
{
  g_autofree char *file = g_test_build_filename (G_TEST_DIST, "..", "data", "visavisd.conf", NULL);
  g_autofree char *arguments = g_strdup_printf ("--config %s", file);
  g_autoptr (TestServer) server = test_server_new (arguments);

  g_assert_cmpuint (test_server_http (server, "GET", "/healthz", NULL, NULL, NULL), ==, 200);
}

static void
use_terminal (gpointer name)
{
  int fd;

  setsid ();
  fd = open (name, O_RDWR);
  dup2 (fd, STDIN_FILENO);
  dup2 (fd, STDERR_FILENO);
  close (fd);
}

/* The terminal does not echo the password. */
static void
test_password_on_terminal (void)
{
  g_autoptr (TestServer) server = test_server_new ("");
  g_autofree char       *command =
    g_strdup_printf ("%s user add ada --data %s", g_getenv ("VISAVISD"), server->folder);
  g_auto (GStrv)      argv = NULL;
  g_autoptr (GString) screen = g_string_new (NULL);
  int                 terminal = posix_openpt (O_RDWR | O_NOCTTY);
  gboolean            typed = FALSE;
  GPid                pid;
  int                 status = -1;
  char                buffer[256];
  ssize_t             n;

  g_assert_cmpint (grantpt (terminal), ==, 0);
  g_assert_cmpint (unlockpt (terminal), ==, 0);
  g_assert_true (g_shell_parse_argv (command, NULL, &argv, NULL));
  g_assert_true (g_spawn_async (NULL,
                                argv,
                                NULL,
                                G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CHILD_INHERITS_STDIN,
                                use_terminal,
                                ptsname (terminal),
                                &pid,
                                NULL));
  /* Until the other side of the terminal is closed. */
  while ((n = read (terminal, buffer, sizeof buffer)) > 0)
    {
      g_string_append_len (screen, buffer, n);
      if (typed || strstr (screen->str, "Password:") == NULL)
        continue;
      g_assert_cmpint (write (terminal, "correct horse\n", 14), ==, 14);
      typed = TRUE;
    }
  g_assert_true (typed);
  g_assert_null (strstr (screen->str, "horse"));
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
  close (terminal);
  g_assert_cmpuint (
    test_server_http (
      server, "POST", "/v1/login", NULL, "{\"user\":\"ada\",\"password\":\"correct horse\"}", NULL),
    ==,
    200);
}

static void
test_ice_servers (void)
{
  g_autofree char       *secret = g_build_filename (g_get_tmp_dir (), "visavisd-secret", NULL);
  g_autofree char       *arguments = NULL;
  g_autoptr (TestServer) server = NULL;
  g_autoptr (TestClient) client = NULL;
  g_autoptr (VisMessage) hello = NULL;
  g_autoptr (VisMessage) fresh = NULL;
  GPtrArray             *servers;

  g_assert_true (g_file_set_contents (secret,
                                      "\xef\xbb\xbf"
                                      "north\r\n",
                                      -1,
                                      NULL));
  arguments = g_strdup_printf (
    "--stun stun:192.0.2.1 --turn turn:192.0.2.1 --turn turn:192.0.2.1?transport=tcp "
    "--turn-secret-file %s",
    secret);
  server = test_server_new (arguments);
  test_server_import (server,
                      "{\"user\":\"ada\",\"tokens\":[\"a-token-that-is-long-enough-to-count\"]}\n");
  client = test_client_new (server, "a-token-that-is-long-enough-to-count", -1, &hello);
  servers = vis_message_get_array (hello, VIS_FIELD_ICE_SERVERS);
  g_assert_cmpuint (servers->len, ==, 2);
  g_assert_true (g_str_has_suffix (
    vis_message_get_string (g_ptr_array_index (servers, 1), VIS_FIELD_USERNAME), ":ada"));
  g_assert_cmpuint (
    strlen (vis_message_get_string (g_ptr_array_index (servers, 1), VIS_FIELD_CREDENTIAL)), ==, 28);
  fresh = test_client_request (client, "\"type\":\"turn:refresh\"");
  g_assert_cmpuint (vis_message_get_array (fresh, VIS_FIELD_ICE_SERVERS)->len, ==, 2);
  remove (secret);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/accounts/register-and-log-in", test_register_and_log_in);
  g_test_add_func ("/accounts/error-responses", test_error_responses);
  g_test_add_func ("/accounts/account-without-password", test_account_without_password);
  g_test_add_func ("/accounts/body-too-large", test_body_too_large);
  g_test_add_func ("/accounts/invites", test_invites);
  g_test_add_func ("/accounts/command-line", test_command_line);
  g_test_add_func ("/accounts/second-server-on-one-folder", test_second_server_on_one_folder);
  g_test_add_func ("/accounts/file-permissions", test_file_permissions);
  g_test_add_func ("/accounts/display-names", test_display_names);
  g_test_add_func ("/accounts/password-on-terminal", test_password_on_terminal);
  g_test_add_func ("/accounts/bad-configurations", test_bad_configurations);
  g_test_add_func ("/accounts/example-configuration", test_example_configuration);
  g_test_add_func ("/accounts/ice-servers", test_ice_servers);
  return g_test_run ();
}
