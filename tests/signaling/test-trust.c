/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "server-process.h"
#include "until.h"
#include "vis-auth-client.h"
#include "vis-error.h"
#include "vis-link.h"
#include "vis-server-probe.h"

#include <signal.h>
#include <string.h>

/* Which servers a password is sent to, with the real visavisd. */

static const char *visavisd;
static const char *certificates;

typedef struct
{
  char             *folder;
  char             *file; /* with the decisions */
  VisTrust         *trust;
  GSubprocess      *process;
  VisServerAddress *address;
} Fixture;

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* @certificate: its certificate; NULL for a server without TLS. */
static void
start_server (Fixture *fixture, const char *certificate)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *listen = NULL;
  g_autofree char   *path = NULL;
  g_autofree char   *url = NULL;
  const char        *port;
  const char        *options[] = {
           "--open-registration", "--rate-limits", "off", NULL, NULL, NULL, NULL, NULL
  };

  port = fixture->address != NULL ? strrchr (fixture->address->http_url, ':') + 1 : "0";
  listen = g_strconcat ("127.0.0.1:", port, NULL);
  if (certificate != NULL)
    {
      path = g_build_filename (certificates, certificate, NULL);
      options[3] = "--tls-cert";
      options[4] = path;
      options[5] = "--tls-key";
      options[6] = path;
    }

  fixture->process = server_process_start (visavisd, fixture->folder, listen, options, &url);
  g_clear_pointer (&fixture->address, vis_server_address_free);
  fixture->address = vis_server_address_parse (url, &error);
  g_assert_no_error (error);
}

static void
stop_server (Fixture *fixture)
{
  g_subprocess_send_signal (fixture->process, SIGTERM);
  g_subprocess_wait (fixture->process, NULL, NULL);
  g_clear_object (&fixture->process);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("visavis-trust-XXXXXX", NULL);
  fixture->file = g_build_filename (fixture->folder, "trust.ini", NULL);
  fixture->trust = vis_trust_new (fixture->file);
}

/* Calls of g_file_replace_contents_bytes_async(): all, and those without an answer. */
static guint writes;
static guint writing;

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", fixture->folder);

  if (fixture->process != NULL)
    stop_server (fixture);
  /* Both counts begin at 0 in the next test. */
  WAIT_FOR (writing == 0);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_clear_pointer (&fixture->address, vis_server_address_free);
  g_clear_object (&fixture->trust);
  g_free (fixture->file);
  g_free (fixture->folder);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* The error of an attempt to sign up; NULL for success, with the token. */
static GError *
sign_up (Fixture *fixture, const VisServerAddress *address, const char *user, char **token)
{
  g_autoptr (VisAuthClient) account = vis_auth_client_new (address, fixture->trust);
  g_autoptr (GAsyncResult)  result = NULL;
  g_autoptr (VisMessage)    answer = NULL;
  GError                   *error = NULL;

  vis_auth_client_register_async (
    account, user, "correct horse", NULL, NULL, NULL, on_done, &result);
  WAIT_FOR (result != NULL);
  answer = vis_auth_client_register_finish (account, result, &error);
  if (answer != NULL && token != NULL)
    *token = g_strdup (vis_message_get_string (answer, VIS_FIELD_TOKEN));

  return error;
}

static GError *
probe (Fixture *fixture, const VisServerAddress *address, GCancellable *cancellable)
{
  g_autoptr (GAsyncResult) result = NULL;
  GError                  *error = NULL;
  gint64                   begin = g_get_monotonic_time ();
  gboolean                 done;

  vis_server_probe_async (address, fixture->trust, cancellable, on_done, &result);
  WAIT_FOR (result != NULL);
  done = vis_server_probe_finish (result, &error);
  g_assert_true (done == (error == NULL));
  g_test_message ("%s after %" G_GINT64_FORMAT " ms: %s",
                  address->http_url,
                  (g_get_monotonic_time () - begin) / 1000,
                  error != NULL ? error->message : "fine");

  return error;
}

static void
drop (VisLink *link)
{
  vis_link_stop (link);
  until_finalized (link);
}

/* Wraps GIO's functions (see meson.build): never two writes at a time. */

void     __real_g_file_replace_contents_bytes_async (GFile              *file,
                                                     GBytes             *contents,
                                                     const char         *etag,
                                                     gboolean            make_backup,
                                                     GFileCreateFlags    flags,
                                                     GCancellable       *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer            user_data);
void     __wrap_g_file_replace_contents_bytes_async (GFile              *file,
                                                     GBytes             *contents,
                                                     const char         *etag,
                                                     gboolean            make_backup,
                                                     GFileCreateFlags    flags,
                                                     GCancellable       *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer            user_data);
gboolean __real_g_file_replace_contents_finish (GFile        *file,
                                                GAsyncResult *result,
                                                char        **new_etag,
                                                GError      **error);
gboolean __wrap_g_file_replace_contents_finish (GFile        *file,
                                                GAsyncResult *result,
                                                char        **new_etag,
                                                GError      **error);

void
__wrap_g_file_replace_contents_bytes_async (GFile              *file,
                                            GBytes             *contents,
                                            const char         *etag,
                                            gboolean            make_backup,
                                            GFileCreateFlags    flags,
                                            GCancellable       *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer            user_data)
{
  g_assert_cmpuint (writing, ==, 0);
  writing++;
  writes++;
  __real_g_file_replace_contents_bytes_async (
    file, contents, etag, make_backup, flags, cancellable, callback, user_data);
}

gboolean
__wrap_g_file_replace_contents_finish (GFile        *file,
                                       GAsyncResult *result,
                                       char        **new_etag,
                                       GError      **error)
{
  writing--;
  return __real_g_file_replace_contents_finish (file, result, new_etag, error);
}

static gboolean
has_pin (Fixture *fixture, const char *server, const char *fingerprint)
{
  g_autoptr (VisTrust) again = vis_trust_new (fixture->file);
  g_autofree char     *pin = vis_trust_dup_pin (again, server);

  return g_strcmp0 (pin, fingerprint) == 0;
}

/* Nothing is sent to another computer unencrypted before the person has agreed. */
static void
test_plain (Fixture *fixture, gconstpointer data)
{
  static const char *const others[] = { "ws://192.0.2.1:8448/v1/socket",
                                        "http://[2001:db8::1]:8448",
                                        "http://chat.example.org" };
  static const char *const own[] = { "ws://127.0.0.1:1", "http://[::1]:1", "localhost:1" };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (VisServerAddress) address = vis_server_address_parse (others[i], NULL);
      g_autoptr (GError)           error = sign_up (fixture, address, "ada", NULL);
      VisLink                     *link =
        vis_link_new (address->socket_url, "token", fixture->trust, vis_clock_get_system ());

      g_assert_error (error, VIS_TRUST_ERROR, VIS_TRUST_ERROR_PLAIN);
      g_assert_true (vis_trust_error_is_question (error));
      g_assert_cmpstr (vis_trust_error_get_server (error), ==, address->name);

      vis_link_start (link);
      g_assert_error (vis_link_get_last_error (link), VIS_TRUST_ERROR, VIS_TRUST_ERROR_PLAIN);
      drop (link);

      /* Allowed once for each server, and for this one only. */
      vis_trust_allow_plain (fixture->trust, address->name);
      g_assert_true (vis_trust_check_address (fixture->trust, address, NULL));
      if (i + 1 < G_N_ELEMENTS (others))
        {
          g_autoptr (VisServerAddress) next = vis_server_address_parse (others[i + 1], NULL);

          g_assert_false (vis_trust_check_address (fixture->trust, next, NULL));
        }
    }

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    {
      g_autoptr (VisServerAddress) address = vis_server_address_parse (own[i], NULL);

      g_assert_true (vis_trust_check_address (NULL, address, NULL));
    }
}

/* What is allowed for this run is not written, even when another decision is. */
static void
test_plain_for_now (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisServerAddress) address =
    vis_server_address_parse ("http://[2001:db8::1]:8448", NULL);
  g_autoptr (VisTrust) again = NULL;

  vis_trust_allow_plain_for_now (fixture->trust, address->name);
  g_assert_true (vis_trust_check_address (fixture->trust, address, NULL));
  g_assert_false (g_file_test (fixture->file, G_FILE_TEST_EXISTS));
  vis_trust_pin (fixture->trust, "[::1]:8448", "AB:CD");
  WAIT_FOR (has_pin (fixture, "[::1]:8448", "AB:CD"));
  again = vis_trust_new (fixture->file);
  g_assert_false (vis_trust_check_address (again, address, NULL));
}

typedef struct
{
  VisTrust *trust;
  guint     decisions;
} Decider;

static void
decide (GApplication *application, Decider *decider)
{
  for (guint i = 0; i < decider->decisions; i++)
    {
      g_autofree char *fingerprint = g_strdup_printf ("%02X", i);

      vis_trust_pin (decider->trust, "[::1]:8448", fingerprint);
    }
}

/* Several decisions at once, before the program ends: the last one is written. */
static void
test_saved_in_turn (Fixture *fixture, gconstpointer data)
{
  static const guint cases[][2] = { { 1, 1 }, { 2, 2 }, { 100, 2 } }; /* decisions, writes */

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GApplication) application = g_application_new (NULL, G_APPLICATION_NON_UNIQUE);
      g_autoptr (VisTrust)     again = NULL;
      g_autofree char         *expected = g_strdup_printf ("%02X", cases[i][0] - 1);
      g_autofree char         *pin = NULL;
      Decider                  decider = { fixture->trust, cases[i][0] };

      writes = 0;
      g_signal_connect (application, "activate", G_CALLBACK (decide), &decider);
      g_assert_cmpint (g_application_run (application, 0, NULL), ==, 0);
      again = vis_trust_new (fixture->file);
      pin = vis_trust_dup_pin (again, "[::1]:8448");
      g_assert_cmpstr (pin, ==, expected);
      g_assert_cmpuint (writes, ==, cases[i][1]);
      g_assert_cmpuint (writing, ==, 0);
    }
}

/* A self-signed certificate is refused everywhere until it is trusted. */
static void
test_unknown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError)          error = NULL;
  g_autofree char            *path = g_build_filename (certificates, "first.pem", NULL);
  g_autofree char            *fingerprint = NULL;
  g_autofree char            *token = NULL;
  VisLink                    *link;

  certificate = g_tls_certificate_new_from_file (path, &error);
  g_assert_no_error (error);
  fingerprint = vis_trust_fingerprint (certificate);
  g_assert_cmpuint (strlen (fingerprint), ==, 95);
  start_server (fixture, "first.pem");

  error = probe (fixture, fixture->address, NULL);
  g_assert_error (error, VIS_TRUST_ERROR, VIS_TRUST_ERROR_UNKNOWN);
  g_assert_cmpstr (vis_trust_error_get_fingerprint (error), ==, fingerprint);
  g_assert_nonnull (vis_trust_error_get_reason (error));
  g_clear_error (&error);
  error = sign_up (fixture, fixture->address, "ada", NULL);
  g_assert_error (error, VIS_TRUST_ERROR, VIS_TRUST_ERROR_UNKNOWN);
  g_clear_error (&error);
  link =
    vis_link_new (fixture->address->socket_url, "token", fixture->trust, vis_clock_get_system ());
  vis_link_start (link);
  WAIT_FOR (vis_link_get_last_error (link) != NULL);
  g_assert_error (vis_link_get_last_error (link), VIS_TRUST_ERROR, VIS_TRUST_ERROR_UNKNOWN);
  g_assert_cmpstr (
    vis_trust_error_get_fingerprint (vis_link_get_last_error (link)), ==, fingerprint);
  drop (link);

  vis_trust_pin (fixture->trust, fixture->address->name, fingerprint);
  error = probe (fixture, fixture->address, NULL);
  g_assert_no_error (error);
  error = sign_up (fixture, fixture->address, "ada", &token);
  g_assert_no_error (error);
  link =
    vis_link_new (fixture->address->socket_url, token, fixture->trust, vis_clock_get_system ());
  vis_link_start (link);
  WAIT_FOR (vis_wire_get_state (VIS_WIRE (link)) == VIS_WIRE_ONLINE);
  drop (link);

  WAIT_FOR (has_pin (fixture, fixture->address->name, fingerprint));
}

/* Another certificate in place of the trusted one ends connections and prevents new ones, also
 * after a restart. */
static void
test_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *first = NULL;
  g_autofree char   *token = NULL;
  VisLink           *link;

  start_server (fixture, "first.pem");
  error = probe (fixture, fixture->address, NULL);
  first = g_strdup (vis_trust_error_get_fingerprint (error));
  g_clear_error (&error);
  vis_trust_pin (fixture->trust, fixture->address->name, first);
  error = sign_up (fixture, fixture->address, "ada", &token);
  g_assert_no_error (error);
  link =
    vis_link_new (fixture->address->socket_url, token, fixture->trust, vis_clock_get_system ());
  vis_link_start (link);
  WAIT_FOR (vis_wire_get_state (VIS_WIRE (link)) == VIS_WIRE_ONLINE);
  WAIT_FOR (has_pin (fixture, fixture->address->name, first));

  stop_server (fixture);
  start_server (fixture, "second.pem");
  WAIT_FOR (vis_link_get_last_error (link) != NULL &&
            vis_link_get_last_error (link)->domain == VIS_TRUST_ERROR);
  g_assert_error (vis_link_get_last_error (link), VIS_TRUST_ERROR, VIS_TRUST_ERROR_CHANGED);

  for (guint i = 0; i < 2; i++)
    {
      error = probe (fixture, fixture->address, NULL);
      g_assert_error (error, VIS_TRUST_ERROR, VIS_TRUST_ERROR_CHANGED);
      g_assert_cmpstr (vis_trust_error_get_fingerprint (error), !=, first);
      g_clear_error (&error);
      error = sign_up (fixture, fixture->address, "grace", NULL);
      g_assert_error (error, VIS_TRUST_ERROR, VIS_TRUST_ERROR_CHANGED);
      g_clear_error (&error);

      g_object_unref (fixture->trust);
      fixture->trust = vis_trust_new (fixture->file);
    }

  /* With the trusted certificate, the link reconnects by itself. */
  stop_server (fixture);
  start_server (fixture, "first.pem");
  WAIT_FOR (vis_wire_get_state (VIS_WIRE (link)) == VIS_WIRE_ONLINE);
  drop (link);
}

/* With the wrong scheme, the error says that the server is there. */
static void
test_scheme (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisServerAddress) other = NULL;
  g_autoptr (GError)           error = NULL;
  g_autofree char             *text = NULL;

  start_server (fixture, NULL);
  text = vis_server_address_dup_text (fixture->address);
  g_assert_true (g_str_has_prefix (text, "ws://"));
  other = vis_server_address_switch (fixture->address);
  g_assert_true (other->secure);
  error = probe (fixture, other, NULL);
  g_assert_error (error, VIS_TRUST_ERROR, VIS_TRUST_ERROR_NO_TLS);
  g_assert_nonnull (strstr (error->message, text));
  g_clear_error (&error);
  error = probe (fixture, fixture->address, NULL);
  g_assert_no_error (error);
  g_clear_pointer (&other, vis_server_address_free);

  stop_server (fixture);
  start_server (fixture, "first.pem");
  g_free (text);
  text = vis_server_address_dup_text (fixture->address);
  g_assert_true (g_str_has_prefix (text, "wss://"));
  other = vis_server_address_switch (fixture->address);
  g_assert_false (other->secure);
  error = probe (fixture, other, NULL);
  g_assert_error (error, VIS_TRUST_ERROR, VIS_TRUST_ERROR_TLS_ONLY);
  g_assert_nonnull (strstr (error->message, text));
  g_clear_error (&error);

  /* The server is stopped. */
  stop_server (fixture);
  error = probe (fixture, fixture->address, NULL);
  g_assert_error (error, VIS_ERROR, VIS_ERROR_SERVER_REFUSED);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (VisServerAddress) address = NULL;
      g_autoptr (GCancellable)     cancellable = g_cancellable_new ();
      g_autoptr (GError)           error = NULL;

      if (fixture->process == NULL)
        start_server (fixture, NULL);
      address = vis_server_address_switch (fixture->address);
      if (i == 0)
        g_cancellable_cancel (cancellable);
      else
        g_timeout_add_once (50, (GSourceOnceFunc) g_cancellable_cancel, cancellable);
      error = probe (fixture, address, cancellable);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

/* A malformed file of decisions is taken for empty, and written again. */
static void
test_broken_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisTrust) trust = NULL;

  g_assert_true (g_file_set_contents (fixture->file, "\xff[nonsense", -1, NULL));
  trust = vis_trust_new (fixture->file);
  g_assert_null (vis_trust_dup_pin (trust, "[::1]:8448"));
  vis_trust_pin (trust, "[::1]:8448", "AB:CD");
  WAIT_FOR (has_pin (fixture, "[::1]:8448", "AB:CD"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc < 3)
    {
      g_printerr ("The path of visavisd and the folder of the certificates are needed\n");
      return 2;
    }
  visavisd = argv[1];
  certificates = argv[2];
#define ADD(name, func) g_test_add ("/trust/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("plain", test_plain);
  ADD ("plain-for-now", test_plain_for_now);
  ADD ("one-write-at-a-time", test_saved_in_turn);
  ADD ("unknown", test_unknown);
  ADD ("changed", test_changed);
  ADD ("scheme", test_scheme);
  ADD ("cancelled", test_cancelled);
  ADD ("broken-file", test_broken_file);
  return g_test_run ();
}
