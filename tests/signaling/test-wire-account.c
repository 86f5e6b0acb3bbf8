/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-auth-client.h"
#include "vis-error.h"
#include "vis-protocol-error.h"
#include "wire-fixture.h"

#include <string.h>

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
test_account (WireServer *server, gconstpointer data)
{
  g_autoptr (VisServerAddress) address = vis_server_address_parse (server->base, NULL);
  VisAuthClient               *account = vis_auth_client_new (address, NULL);
  GAsyncResult                *result = NULL;
  g_autoptr (GError)           error = NULL;
  VisMessage                  *answer;

  server->http_status = 201;
  server->http_body = "{\"user\":\"ada\",\"device\":\"d1\","
                      "\"token\":\"0123456789abcdef0123456789abcdef\"}";
  vis_auth_client_register_async (
    account, "ada", "correct horse", "Ada Lovelace", "abc", NULL, on_done, &result);
  WAIT_FOR (result != NULL);
  answer = vis_auth_client_register_finish (account, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (vis_message_get_string (answer, VIS_FIELD_TOKEN), ==, wire_token);
  g_clear_pointer (&answer, vis_message_unref);
  g_clear_object (&result);
  g_assert_nonnull (strstr (server->last_body, "\"password\":\"correct horse\""));
  g_assert_nonnull (strstr (server->last_body, "\"invite\":\"abc\""));

  server->http_status = 204;
  server->http_body = NULL;
  vis_auth_client_logout_async (account, wire_token, NULL, on_done, &result);
  WAIT_FOR (result != NULL);
  g_assert_true (vis_auth_client_logout_finish (account, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  g_assert_cmpstr (server->last_authorization, ==, "Bearer 0123456789abcdef0123456789abcdef");
  until_finalized (account);
}

static void
test_account_errors (WireServer *server, gconstpointer data)
{
  static const struct
  {
    guint       status;
    const char *body;
    gboolean    protocol;
    int         code;
  } rows[] = {
    { 401,
      "{\"error\":{\"code\":\"bad_credentials\",\"message\":\"no\"}}",
      TRUE,
      VIS_PROTOCOL_ERROR_BAD_CREDENTIALS },
    { 429,
      "{\"error\":{\"code\":\"rate_limited\",\"message\":\"slow\",\"retry_after_ms\":5}}",
      TRUE,
      VIS_PROTOCOL_ERROR_RATE_LIMITED },
    { 503,
      "{\"error\":{\"code\":\"unavailable\",\"message\":\"later\"}}",
      TRUE,
      VIS_PROTOCOL_ERROR_UNAVAILABLE },
    { 418,
      "{\"error\":{\"code\":\"from_the_future\",\"message\":\"?\"}}",
      TRUE,
      VIS_PROTOCOL_ERROR_BAD_REQUEST },
    { 404, "<html>", FALSE, VIS_ERROR_SERVER_UNREACHABLE },
    { 500, NULL, FALSE, VIS_ERROR_SERVER_UNREACHABLE },
    { 302, "{}", FALSE, VIS_ERROR_SERVER_UNREACHABLE },
    { 200, "{}", TRUE, VIS_PROTOCOL_ERROR_BAD_REQUEST },
    { 200, "nonsense", TRUE, VIS_PROTOCOL_ERROR_BAD_FRAME },
    { 204, NULL, FALSE, VIS_ERROR_FAILED },
  };
  g_autoptr (VisServerAddress) address = vis_server_address_parse (server->base, NULL);

  for (guint i = 0; i <= G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VisAuthClient) account = vis_auth_client_new (address, NULL);
      g_autoptr (GAsyncResult)  result = NULL;
      g_autoptr (GError)        error = NULL;
      g_autofree char          *huge = NULL;

      if (i < G_N_ELEMENTS (rows))
        {
          server->http_status = rows[i].status;
          server->http_body = rows[i].body;
        }
      else
        {
          server->http_status = 200;
          server->http_body = huge = g_strnfill (1 << 20, ' ');
        }
      vis_auth_client_login_async (account, "ada", "correct horse", NULL, on_done, &result);
      WAIT_FOR (result != NULL);
      g_assert_null (vis_auth_client_login_finish (account, result, &error));
      g_test_message ("row %u: %s", i, error->message);
      if (i < G_N_ELEMENTS (rows))
        g_assert_error (error, (rows[i].protocol ? VIS_PROTOCOL_ERROR : VIS_ERROR), rows[i].code);
      g_assert_nonnull (vis_error_to_sentence (error));
    }
}

static void
test_account_cancel (WireServer *server, gconstpointer data)
{
  g_autoptr (VisServerAddress) address = vis_server_address_parse (server->base, NULL);
  g_autoptr (VisAuthClient)    account = vis_auth_client_new (address, NULL);
  g_autoptr (GCancellable)     cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult)     result = NULL;
  g_autoptr (GError)           error = NULL;

  vis_auth_client_login_async (account, "ada", "correct horse", cancellable, on_done, &result);
  g_cancellable_cancel (cancellable);
  WAIT_FOR (result != NULL);
  g_assert_null (vis_auth_client_login_finish (account, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func)                                                                            \
  g_test_add ("/wire/" name, WireServer, NULL, wire_set_up, func, wire_tear_down)
  ADD ("account", test_account);
  ADD ("account-errors", test_account_errors);
  ADD ("account-cancel", test_account_cancel);
  return g_test_run ();
}
