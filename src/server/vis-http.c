/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "vis-http-answer.h"
#include "vis-http-guard.h"
#include "vis-peer-socket.h"
#include "vis-server-limits.h"
#include "vis-server-private.h"

/* The requests of section 1 of the protocol. Each may take a while; until then the message is
 * paused and this keeps it. */
typedef struct
{
  VisServer         *server;
  SoupServerMessage *message;
  VisMessage        *body;
  VisStoreAccount   *account;
  char              *token;
  char              *client; /* who asks, where sign-ins are limited */
} Request;

static void
request_free (Request *self)
{
  soup_server_message_unpause (self->message);
  g_object_unref (self->message);
  g_clear_pointer (&self->body, vis_message_unref);
  g_clear_pointer (&self->account, vis_store_account_free);
  g_free (self->token);
  g_free (self->client);
  g_free (self);
}

static Request *
request_new (VisServer *server, SoupServerMessage *message)
{
  Request *self = g_new0 (Request, 1);

  self->server = server;
  self->message = g_object_ref (message);
  self->account = vis_store_account_new ();
  soup_server_message_pause (message);
  return self;
}

/* Whether to go on with a request that has to have this method. */
static gboolean
begin (SoupServerMessage *message, const char *method)
{
  const char *asked = soup_server_message_get_method (message);

  vis_http_allow_origins (message);
  if (strcmp (asked, "OPTIONS") == 0)
    {
      soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
      return FALSE;
    }
  if (strcmp (asked, method) != 0 && !(strcmp (method, "GET") == 0 && strcmp (asked, "HEAD") == 0))
    {
      vis_http_answer_error (
        message, VIS_PROTOCOL_ERROR_BAD_REQUEST, "this is not the method for it", 0);
      soup_server_message_set_status (message, SOUP_STATUS_METHOD_NOT_ALLOWED, NULL);
      return FALSE;
    }
  return TRUE;
}

static VisMessage *
read_body (SoupServerMessage *message, VisKind kind)
{
  SoupMessageBody   *body = soup_server_message_get_request_body (message);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  VisMessage        *decoded;
  gconstpointer      data;
  gsize              length;

  if (body->length > VIS_SERVER_BODY_BYTES)
    {
      vis_http_answer_error (message, VIS_PROTOCOL_ERROR_TOO_LARGE, "the body is too large", 0);
      return NULL;
    }
  bytes = soup_message_body_flatten (body);
  data = g_bytes_get_data (bytes, &length);
  decoded = vis_codec_decode_body (data != NULL ? data : "", length, kind, &error);
  if (decoded == NULL)
    vis_http_answer_gerror (message, error);
  return decoded;
}

/* The address of the client, as limits count it and the log names it. */
static char *
client_of (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  GSocketAddress     *address = soup_server_message_get_remote_address (message);

  return vis_token_bucket_key (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)),
                               soup_message_headers_get_list (headers, "X-Forwarded-For"));
}

/* After how many milliseconds a client may do this again; 0: now. */
static guint
take_rate (VisServer *self, VisTokenBuckets *table, SoupServerMessage *message)
{
  g_autofree char *client = NULL;

  if (!self->config->rate_limits)
    return 0;
  client = client_of (message);
  return vis_token_buckets_take (table, client, g_get_monotonic_time ());
}

static gboolean
refuse_if (VisServer *self, SoupServerMessage *message, guint wait)
{
  if (wait == 0)
    return FALSE;
  self->counters.refused++;
  vis_http_answer_error (message, VIS_PROTOCOL_ERROR_RATE_LIMITED, "too many attempts", wait);
  return TRUE;
}

static gboolean
may_log_in (VisServer *self, SoupServerMessage *message)
{
  return !refuse_if (self, message, take_rate (self, self->logins, message));
}

/* A device is added: here is its token, for the only time. */
static void
respond_account (Request *request, guint status)
{
  g_autoptr (VisMessage) body = vis_message_new (VIS_KIND_HTTP_ACCOUNT);

  vis_message_set_string (
    body, VIS_FIELD_USER, vis_message_get_string (request->body, VIS_FIELD_USER));
  vis_message_set_string (body, VIS_FIELD_DEVICE, request->account->device_id);
  vis_message_set_string (body, VIS_FIELD_TOKEN, request->token);
  vis_http_answer (request->message, status, body);
  request->server->counters.logins++;
}

static void
submit (Request *request, VisStoreVerb verb, VisStoreDone done)
{
  VisServerStoreOp *op = vis_server_store_op_new (verb, done, request);

  op->account = g_steal_pointer (&request->account);
  vis_server_store_submit (request->server->store, op);
}

/* Takes the account back from the operation; FALSE with the answer set if that failed. */
static gboolean
stored (Request *request, VisServerStoreOp *op)
{
  request->account = g_steal_pointer (&op->account);
  if (op->error == NULL)
    return TRUE;
  vis_http_answer_gerror (request->message, op->error);
  return FALSE;
}

static void
prepare_device (Request *request)
{
  VisStoreAccount *account = request->account;

  request->token = vis_token_new ();
  account->token = vis_token_hash (request->token);
  account->device_id = vis_device_id_new ();
  account->device_name = g_strdup (vis_message_get_string (request->body, VIS_FIELD_DEVICE));
}

static void
on_registered (VisServerStoreOp *op, gpointer data)
{
  Request *request = data;

  if (!g_error_matches (op->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_USER_TAKEN))
    vis_token_buckets_give_back (request->server->taken, request->client);
  if (stored (request, op))
    respond_account (request, SOUP_STATUS_CREATED);
  request_free (request);
}

/* Codes are made of small letters; they are read out, and written down as people like. */
static char *
dup_invite (const VisMessage *body)
{
  const char *invite = vis_message_get_string (body, VIS_FIELD_INVITE);

  return invite != NULL ? g_ascii_strdown (invite, -1) : NULL;
}

static void
on_hashed (GObject *source, GAsyncResult *result, gpointer data)
{
  Request           *request = data;
  g_autoptr (GError) error = NULL;
  VisStoreAccount   *account = request->account;

  account->password = vis_passwords_hash_finish (result, &error);
  if (account->password == NULL)
    {
      vis_token_buckets_give_back (request->server->taken, request->client);
      vis_http_answer_gerror (request->message, error);
      request_free (request);
      return;
    }
  account->user = g_strdup (vis_message_get_string (request->body, VIS_FIELD_USER));
  account->name = g_strdup (vis_message_get_string (request->body, VIS_FIELD_NAME));
  account->invite = dup_invite (request->body);
  account->open = request->server->config->open_registration;
  prepare_device (request);
  submit (request, VIS_STORE_REGISTER, on_registered);
}

static void
on_register (
  SoupServer *http, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  VisServer             *self = data;
  g_autoptr (VisMessage) body = NULL;
  Request               *request;

  if (!begin (message, "POST"))
    return;
  body = read_body (message, VIS_KIND_HTTP_REGISTER);
  if (body == NULL || !may_log_in (self, message))
    return;
  /* Without an invite there is no need to hash anything. */
  if (!self->config->open_registration && !vis_message_has (body, VIS_FIELD_INVITE))
    {
      vis_http_answer_error (message, VIS_PROTOCOL_ERROR_BAD_INVITE, "a valid invite is needed", 0);
      return;
    }
  if (refuse_if (self, message, take_rate (self, self->taken, message)))
    return;
  request = request_new (self, message);
  request->client = client_of (message);
  request->body = g_steal_pointer (&body);
  vis_passwords_hash_async (self->passwords,
                            vis_message_get_string (request->body, VIS_FIELD_PASSWORD),
                            on_hashed,
                            request);
}

static void
on_device_added (VisServerStoreOp *op, gpointer data)
{
  Request *request = data;

  if (stored (request, op))
    respond_account (request, SOUP_STATUS_OK);
  request_free (request);
}

/* It was no wrong guess. */
static void
settle_guess (Request *request, gboolean right)
{
  const char *user = vis_message_get_string (request->body, VIS_FIELD_USER);

  vis_guesses_give_back (request->server->guesses, user, request->client);
  if (right)
    vis_guesses_know (request->server->guesses, user, request->client);
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer data)
{
  Request           *request = data;
  g_autoptr (GError) error = NULL;
  gboolean           right = vis_passwords_verify_finish (result, &error);

  right = right && request->account->password != NULL;
  if (right || error != NULL)
    settle_guess (request, right);
  if (right)
    {
      prepare_device (request);
      submit (request, VIS_STORE_ADD_DEVICE, on_device_added);
      return;
    }
  if (error != NULL)
    vis_http_answer_gerror (request->message, error);
  else
    {
      g_message ("A sign-in from %s as %s failed: wrong password",
                 request->client,
                 vis_message_get_string (request->body, VIS_FIELD_USER));
      vis_http_answer_error (request->message,
                             VIS_PROTOCOL_ERROR_BAD_CREDENTIALS,
                             "user name and password do not match",
                             0);
    }
  request_free (request);
}

static void
on_account (VisServerStoreOp *op, gpointer data)
{
  Request *request = data;

  if (!stored (request, op))
    {
      settle_guess (request, FALSE);
      request_free (request);
      return;
    }
  vis_passwords_verify_async (request->server->passwords,
                              vis_message_get_string (request->body, VIS_FIELD_PASSWORD),
                              request->account->password,
                              on_verified,
                              request);
}

static void
on_login (
  SoupServer *http, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  VisServer             *self = data;
  g_autoptr (VisMessage) body = NULL;
  g_autofree char       *client = NULL;
  const char            *user;
  Request               *request;

  if (!begin (message, "POST"))
    return;
  body = read_body (message, VIS_KIND_HTTP_LOGIN);
  if (body == NULL || !may_log_in (self, message))
    return;
  client = client_of (message);
  user = vis_message_get_string (body, VIS_FIELD_USER);
  if (self->config->rate_limits &&
      refuse_if (
        self, message, vis_guesses_take (self->guesses, user, client, g_get_monotonic_time ())))
    return;
  request = request_new (self, message);
  request->client = g_steal_pointer (&client);
  request->body = g_steal_pointer (&body);
  request->account->user = g_strdup (vis_message_get_string (request->body, VIS_FIELD_USER));
  submit (request, VIS_STORE_FIND_ACCOUNT, on_account);
}

static void
on_logged_out (VisServerStoreOp *op, gpointer data)
{
  Request *request = data;
  VisPeer *peer;

  if (stored (request, op))
    {
      peer = vis_device_registry_find_device (request->server->registry, request->account->device);
      if (peer != NULL)
        vis_peer_close (peer, VIS_CLOSE_LOGGED_OUT);
      soup_server_message_set_status (request->message, SOUP_STATUS_NO_CONTENT, NULL);
    }
  request_free (request);
}

static void
on_logout (
  SoupServer *http, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  VisServer  *self = data;
  const char *header;
  Request    *request;

  if (!begin (message, "POST"))
    return;
  header = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                         "Authorization");
  if (header == NULL || g_ascii_strncasecmp (header, "Bearer ", 7) != 0)
    {
      vis_http_answer_error (
        message, VIS_PROTOCOL_ERROR_UNAUTHORIZED, "a bearer token is needed", 0);
      return;
    }
  request = request_new (self, message);
  request->account->token = vis_token_hash (header + 7);
  submit (request, VIS_STORE_REMOVE_DEVICE, on_logged_out);
}

static void
respond_health (VisServer *self, SoupServerMessage *message)
{
  g_autoptr (VisMessage) body = NULL;

  if (!self->well)
    {
      vis_http_answer_error (
        message, VIS_PROTOCOL_ERROR_UNAVAILABLE, "the store can't be written to", 0);
      return;
    }
  body = vis_message_new (VIS_KIND_HTTP_HEALTH);
  vis_message_set_string (body, VIS_FIELD_STATUS, "ok");
  vis_message_set_string (body, VIS_FIELD_VERSION, VIS_VERSION);
  vis_http_answer (message, SOUP_STATUS_OK, body);
}

static void
on_probed (VisServerStoreOp *op, gpointer data)
{
  Request   *request = data;
  VisServer *self = request->server;

  if (op->verb == VIS_STORE_PROBE)
    self->well = TRUE;
  self->well &= op->error == NULL;
  respond_health (self, request->message);
  request_free (request);
}

static void
on_healthz (
  SoupServer *http, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  VisServer *self = data;
  gint64     now = g_get_monotonic_time ();
  gboolean   due = self->probed == 0 || now - self->probed >= VIS_SERVER_PROBE_MS * 1000LL;

  if (!begin (message, "GET"))
    return;
  if (self->draining)
    {
      vis_http_answer_error (
        message, VIS_PROTOCOL_ERROR_UNAVAILABLE, "the server is going down", 0);
      return;
    }
  if (due)
    self->probed = now;
  submit (request_new (self, message), due ? VIS_STORE_PROBE : VIS_STORE_CHECK, on_probed);
}

/* The answer 101 is written: from here on the connection is ours. */
static void
on_upgraded (SoupServerMessage *message, gpointer data)
{
  VisServer            *self = data;
  g_autoptr (GSocket)   connection = g_object_ref (vis_listener_find_socket (message));
  g_autofree char      *client = client_of (message);
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

  if (self->draining)
    {
      g_socket_shutdown (connection, TRUE, TRUE, NULL);
      g_io_stream_close (stream, NULL, NULL);
      g_socket_close (connection, NULL);
      return;
    }
  vis_peer_accept (&self->peers, self->engine, stream, connection, client);
}

/* Whether so few of a client have not said hello that it may have one more that has not. */
static gboolean
may_greet (VisServer *self, SoupServerMessage *message)
{
  g_autofree char *client = NULL;

  if (!self->config->rate_limits)
    return TRUE;
  client = client_of (message);
  return vis_tally_has_room (self->ungreeted, client);
}

static void
on_socket (
  SoupServer *http, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  VisServer *self = data;
  char      *protocols[] = { (char *) VIS_SUBPROTOCOL, NULL };
  guint      wait = take_rate (self, self->connects, message);

  if (wait == 0 && !may_greet (self, message))
    wait = VIS_LIMIT_HELLO_MS / 10;
  if (wait > 0)
    {
      self->counters.refused++;
      vis_http_answer_error (
        message, VIS_PROTOCOL_ERROR_RATE_LIMITED, "too many connections", wait);
    }
  /* libsoup also takes those who ask for no subprotocol. */
  else if (soup_message_headers_header_contains (soup_server_message_get_request_headers (message),
                                                 "Sec-WebSocket-Protocol",
                                                 VIS_SUBPROTOCOL) &&
           soup_websocket_server_process_handshake (message, NULL, protocols, NULL, NULL))
    {
      soup_message_headers_replace (
        soup_server_message_get_response_headers (message), "Connection", "Upgrade");
      g_signal_connect (message, "wrote-informational", G_CALLBACK (on_upgraded), self);
    }
  else
    {
      /* What libsoup has to say about it is a page of HTML. */
      vis_http_answer_nothing (message);
      vis_http_allow_origins (message);
      vis_http_answer_error (
        message,
        VIS_PROTOCOL_ERROR_BAD_REQUEST,
        "this is no upgrade to a WebSocket with the subprotocol " VIS_SUBPROTOCOL,
        0);
    }
}

static const struct
{
  const char        *path;
  SoupServerCallback handler;
} requests[] = {
  { "/healthz", on_healthz },  { "/v1/register", on_register }, { "/v1/login", on_login },
  { "/v1/logout", on_logout }, { "/v1/socket", on_socket },
};

/* libsoup would give a handler also what is below its path, and what only begins like it. */
static void
on_request (
  SoupServer *http, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  vis_http_answer_nothing (message);
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    if (strcmp (path, requests[i].path) == 0)
      {
        requests[i].handler (http, message, path, query, data);
        return;
      }
  vis_http_allow_origins (message);
  vis_http_answer_error (message, VIS_PROTOCOL_ERROR_NOT_FOUND, "there is nothing here", 0);
}

static void
on_started (SoupServer *http, SoupServerMessage *message, gpointer data)
{
  vis_http_answer_unasked (message);
}

/* Adds the requests of HTTP. */
void
vis_server_add_http (VisServer *self)
{
  vis_http_guard (self->http);
  g_signal_connect (self->http, "request-started", G_CALLBACK (on_started), NULL);
  soup_server_remove_websocket_extension (self->http, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_server_add_handler (self->http, NULL, on_request, self, NULL);
}
