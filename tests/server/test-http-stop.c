/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "holding-store.h"
#include "vis-http.h"
#include "vis-listener.h"
#include "vis-passwords.h"

/* HTTP requests that wait when the server stops or is freed, and such that come later. */

typedef struct
{
  HoldingStore     *store;
  VisGuesses       *guesses;
  VisTally         *ungreeted;
  VisServerConfig   config;
  VisServerCounters counters;
  VisHttp          *http;
  VisListener      *listener;
  SoupSession      *session;
  SoupMessage      *message; /* the last request */
  guint             n_over;  /* requests that have ended for the client */
} World;

static void
on_upgraded (GIOStream *stream, GSocket *connection, const char *client, gpointer owner)
{
  g_assert_not_reached ();
}

static void
on_logged_out (gint64 user, gint64 device, gpointer owner)
{
  g_assert_not_reached ();
}

static void
set_up (World *self, gconstpointer data)
{
  static const VisHttpHandler handler = { .upgraded = on_upgraded, .logged_out = on_logged_out };
  g_autoptr (GError)          error = NULL;

  self->store = holding_store_new ();
  self->guesses = vis_guesses_new (10);
  self->ungreeted = vis_tally_new (10);
  self->config.open_registration = TRUE;
  self->http = vis_http_new (
    &(VisHttpServices){
      .store = VIS_SERVER_STORE (self->store),
      .guesses = self->guesses,
      .ungreeted = self->ungreeted,
      .counters = &self->counters,
      .config = &self->config,
    },
    &handler,
    self);
  self->listener = vis_listener_new (vis_http_get_soup (self->http), 10);
  vis_listener_add (self->listener, "127.0.0.1:0", &error);
  g_assert_no_error (error);
  self->session = soup_session_new ();
}

static void
tear_down (World *self, gconstpointer data)
{
  g_clear_pointer (&self->http, vis_http_free);
  g_clear_pointer (&self->listener, vis_listener_free);
  g_clear_object (&self->message);
  g_object_unref (self->session);
  g_object_unref (self->store);
  vis_tally_free (self->ungreeted);
  vis_guesses_free (self->guesses);
}

static void
on_over (GObject *source, GAsyncResult *result, gpointer data)
{
  World                   *self = data;
  g_autoptr (GInputStream) answer = soup_session_send_finish (SOUP_SESSION (source), result, NULL);

  self->n_over++;
}

static void
send (World *self, const char *method, const char *path, const char *body)
{
  GPtrArray       *addresses = vis_listener_get_addresses (self->listener);
  g_autofree char *uri =
    g_strdup_printf ("http://127.0.0.1:%u%s",
                     g_inet_socket_address_get_port (g_ptr_array_index (addresses, 0)),
                     path);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

  g_clear_object (&self->message);
  self->message = soup_message_new (method, uri);
  soup_message_headers_append (
    soup_message_get_request_headers (self->message), "Authorization", "Bearer 00");
  soup_message_set_request_body_from_bytes (self->message, "application/json", bytes);
  soup_session_send_async (self->session, self->message, G_PRIORITY_DEFAULT, NULL, on_over, self);
}

/* Sends a request, and waits until the store has its operation. */
static void
ask (World *self, const char *method, const char *path, const char *body)
{
  send (self, method, path, body);
  while (self->store->ops->len == 0)
    g_main_context_iteration (NULL, TRUE);
}

/* Waits for the end of the request, and for what else is to come. */
static void
expect_end (World *self)
{
  while (self->n_over == 0)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (self->store->ops->len, ==, 0);
}

static void
answer (World *self, VisStoreVerb verb)
{
  holding_store_expect (self->store, 0, verb);
  holding_store_finish (self->store, 0, VIS_N_PROTOCOL_ERRORS);
  expect_end (self);
}

/* Stops the server, and only then finishes the operation of the store. */
static void
stop_and_answer (World *self, VisStoreVerb verb)
{
  g_clear_pointer (&self->listener, vis_listener_free);
  vis_http_stop (self->http);
  answer (self, verb);
}

/* Frees the server, and only then finishes the operation of the store. */
static void
free_and_answer (World *self, VisStoreVerb verb)
{
  g_clear_pointer (&self->http, vis_http_free);
  answer (self, verb);
}

#define LOG_IN "{\"user\":\"ada\",\"password\":\"a good password\",\"device\":\"Laptop\"}"

static void
test_log_in (World *self, gconstpointer data)
{
  ask (self, "POST", "/v1/login", LOG_IN);
  stop_and_answer (self, VIS_STORE_FIND_ACCOUNT);
}

#define REGISTRATION                                                                               \
  "{\"user\":\"ada\",\"name\":\"Ada\",\"password\":\"a good password\",\"device\":\"Laptop\"}"

/* A connection that still gets in. */
static void
test_register_late (World *self, gconstpointer data)
{
  vis_http_stop (self->http);
  send (self, "POST", "/v1/register", REGISTRATION);
  while (self->n_over == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (soup_message_get_status (self->message), ==, SOUP_STATUS_SERVICE_UNAVAILABLE);
  g_assert_cmpuint (self->store->ops->len, ==, 0);
}

/* The listener still has the server that the requests went to. */
static void
test_freed (World *self, gconstpointer data)
{
  g_autoptr (SoupServer) soup = g_object_ref (vis_http_get_soup (self->http));

  g_clear_pointer (&self->http, vis_http_free);
  send (self, "GET", "/healthz", "");
  while (self->n_over == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (soup_message_get_status (self->message), ==, SOUP_STATUS_NOT_FOUND);
}

static void
test_register (World *self, gconstpointer data)
{
  ask (self, "POST", "/v1/register", REGISTRATION);
  stop_and_answer (self, VIS_STORE_REGISTER);
}

static void
test_health (World *self, gconstpointer data)
{
  ask (self, "GET", "/healthz", "");
  stop_and_answer (self, VIS_STORE_PROBE);
}

static void
test_freed_log_in (World *self, gconstpointer data)
{
  ask (self, "POST", "/v1/login", LOG_IN);
  free_and_answer (self, VIS_STORE_FIND_ACCOUNT);
}

static void
test_freed_register (World *self, gconstpointer data)
{
  ask (self, "POST", "/v1/register", REGISTRATION);
  free_and_answer (self, VIS_STORE_REGISTER);
}

static void
test_freed_log_out (World *self, gconstpointer data)
{
  ask (self, "POST", "/v1/logout", "");
  free_and_answer (self, VIS_STORE_REMOVE_DEVICE);
}

static void
test_freed_health (World *self, gconstpointer data)
{
  ask (self, "GET", "/healthz", "");
  free_and_answer (self, VIS_STORE_PROBE);
}

static void
on_read (SoupServer *soup, SoupServerMessage *message, gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* The password of a new account is being hashed. */
static void
test_freed_hashing (World *self, gconstpointer data)
{
  gboolean read = FALSE;

  g_signal_connect (vis_http_get_soup (self->http), "request-read", G_CALLBACK (on_read), &read);
  send (self, "POST", "/v1/register", REGISTRATION);
  while (!read)
    g_main_context_iteration (NULL, TRUE);
  g_clear_pointer (&self->http, vis_http_free);
  expect_end (self);
}

/* The password of a log-in is being verified, and is right. */
static void
test_freed_verifying (World *self, gconstpointer data)
{
  VisServerStoreOp *op;

  ask (self, "POST", "/v1/login", LOG_IN);
  op = g_ptr_array_index (self->store->ops, 0);
  op->account->password = vis_password_hash ("a good password");
  holding_store_finish (self->store, 0, VIS_N_PROTOCOL_ERRORS);
  g_clear_pointer (&self->http, vis_http_free);
  expect_end (self);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (World *self, gconstpointer data);
  } tests[] = {
    { "/http-stop/log-in", test_log_in },
    { "/http-stop/register", test_register },
    { "/http-stop/register-late", test_register_late },
    { "/http-stop/health", test_health },
    { "/http-stop/freed/late", test_freed },
    { "/http-stop/freed/log-in", test_freed_log_in },
    { "/http-stop/freed/register", test_freed_register },
    { "/http-stop/freed/log-out", test_freed_log_out },
    { "/http-stop/freed/health", test_freed_health },
    { "/http-stop/freed/hashing", test_freed_hashing },
    { "/http-stop/freed/verifying", test_freed_verifying },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, World, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
