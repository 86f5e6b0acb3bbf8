/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-http-accounts.h"

#include "vis-http-answer.h"
#include "vis-http-request.h"
#include "vis-passwords.h"
#include "vis-server-limits.h"

/* In a g_rc_box: each request has a reference, and may end after vis_http_accounts_free(). */
struct _VisHttpAccounts
{
  VisServerStore        *store;     /* NULL after vis_http_accounts_free() */
  VisPasswords          *passwords; /* NULL after vis_http_accounts_stop() */
  VisGuesses            *guesses;
  VisTokenBuckets       *logins;
  VisTokenBuckets       *taken; /* attempts to register a name that is taken, by address */
  VisServerCounters     *counters;
  const VisServerConfig *config;
  VisHttpLoggedOut       logged_out;
  gpointer               owner;
};

typedef struct _Request Request;

/* A request whose answer is not known yet: @message is paused until request_free(). */
struct _Request
{
  VisHttpAccounts   *accounts;
  SoupServerMessage *message;
  VisMessage        *body;
  VisStoreAccount   *account;
  char              *token;
  char              *client; /* its address, where that is limited */
  void (*done) (Request *self, VisServerStoreOp *op);
};

/**
 * vis_http_accounts_new:
 * @store: the store of the accounts
 * @guesses: (transfer none): the limit of wrong passwords
 * @counters: (transfer none): the counters for /metrics
 * @config: (transfer none): whether registration is open, and rates are limited
 * @logged_out: called for each device that is removed
 * @owner: passed to @logged_out
 *
 * @guesses, @counters, @config and @owner must outlive it.
 *
 * Returns: (transfer full): the account requests
 */
VisHttpAccounts *
vis_http_accounts_new (VisServerStore        *store,
                       VisGuesses            *guesses,
                       VisServerCounters     *counters,
                       const VisServerConfig *config,
                       VisHttpLoggedOut       logged_out,
                       gpointer               owner)
{
  VisHttpAccounts *self = g_rc_box_new0 (VisHttpAccounts);

  self->store = g_object_ref (store);
  self->passwords = vis_passwords_new ();
  self->guesses = guesses;
  self->logins = vis_token_buckets_new (VIS_RATE_LOGIN_BURST, VIS_RATE_LOGIN_REFILL);
  self->taken = vis_token_buckets_new (VIS_RATE_TAKEN_BURST, VIS_RATE_TAKEN_REFILL);
  self->counters = counters;
  self->config = config;
  self->logged_out = logged_out;
  self->owner = owner;
  return self;
}

/**
 * vis_http_accounts_stop:
 * @self: the account requests
 *
 * Waits for the passwords that are being hashed; no more are taken.
 */
void
vis_http_accounts_stop (VisHttpAccounts *self)
{
  g_clear_pointer (&self->passwords, vis_passwords_free);
}

/**
 * vis_http_accounts_free:
 * @self: the account requests
 *
 * Frees them. A request that waits for a password or for the store ends there, without an answer.
 */
void
vis_http_accounts_free (VisHttpAccounts *self)
{
  vis_http_accounts_stop (self);
  vis_token_buckets_free (self->logins);
  vis_token_buckets_free (self->taken);
  g_clear_object (&self->store);
  g_rc_box_release (self);
}

/* Whether nothing but its own memory is left of what a request needs. */
static gboolean
is_freed (VisHttpAccounts *self)
{
  return self->store == NULL;
}

static void
request_free (Request *self)
{
  vis_http_resume (self->message);
  g_object_unref (self->message);
  g_clear_pointer (&self->body, vis_message_unref);
  g_clear_pointer (&self->account, vis_store_account_free);
  g_free (self->token);
  g_free (self->client);
  g_rc_box_release (self->accounts);
  g_free (self);
}

static Request *
request_new (VisHttpAccounts *accounts, SoupServerMessage *message)
{
  Request *self = g_new0 (Request, 1);

  self->accounts = g_rc_box_acquire (accounts);
  self->message = g_object_ref (message);
  self->account = vis_store_account_new ();
  vis_http_pause (message);
  return self;
}

/* Milliseconds until the client may do this again, 0 for now. */
static guint
take_rate (VisHttpAccounts *self, VisTokenBuckets *rates, SoupServerMessage *message)
{
  return self->config->rate_limits ? vis_http_take_rate (message, rates) : 0;
}

/* After vis_http_accounts_stop() requests may still come, and answers of a store that is closing.
 */
static gboolean
refuse_if_stopped (VisHttpAccounts *self, SoupServerMessage *message)
{
  if (self->passwords != NULL)
    return FALSE;
  vis_http_answer_error (message, VIS_PROTOCOL_ERROR_UNAVAILABLE, "the server is going down", 0);
  return TRUE;
}

static gboolean
refuse_if (VisHttpAccounts *self, SoupServerMessage *message, guint wait)
{
  if (wait == 0)
    return FALSE;
  self->counters->refused++;
  vis_http_answer_error (message, VIS_PROTOCOL_ERROR_RATE_LIMITED, "too many attempts", wait);
  return TRUE;
}

static gboolean
may_log_in (VisHttpAccounts *self, SoupServerMessage *message)
{
  return !refuse_if (self, message, take_rate (self, self->logins, message));
}

/* Sends the token of a new device. The store has only its hash, so it can't be sent again. */
static void
respond_account (Request *request, guint status)
{
  g_autoptr (VisMessage) body = vis_message_new (VIS_KIND_HTTP_ACCOUNT);

  vis_message_set_string (
    body, VIS_FIELD_USER, vis_message_get_string (request->body, VIS_FIELD_USER));
  vis_message_set_string (body, VIS_FIELD_DEVICE, request->account->device_id);
  vis_message_set_string (body, VIS_FIELD_TOKEN, request->token);
  vis_http_answer (request->message, status, body);
  request->accounts->counters->logins++;
}

static void
on_stored (VisServerStoreOp *op, gpointer data)
{
  Request *request = data;

  if (is_freed (request->accounts))
    request_free (request);
  else
    request->done (request, op);
}

static void
submit (Request *request, VisStoreVerb verb, void (*done) (Request *self, VisServerStoreOp *op))
{
  VisServerStoreOp *op = vis_server_store_op_new (verb, on_stored, request);

  request->done = done;
  op->account = g_steal_pointer (&request->account);
  vis_server_store_submit (request->accounts->store, op);
}

/* Takes the account back from the operation; FALSE if that failed, and the answer is set. */
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
on_registered (Request *request, VisServerStoreOp *op)
{
  if (!g_error_matches (op->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_USER_TAKEN))
    vis_token_buckets_give_back (request->accounts->taken, request->client);
  if (stored (request, op))
    respond_account (request, SOUP_STATUS_CREATED);
  request_free (request);
}

/* Invite codes are in lower case; people may write down capitals when one is read out to them. */
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
  if (is_freed (request->accounts))
    {
      request_free (request);
      return;
    }
  if (account->password == NULL)
    {
      vis_token_buckets_give_back (request->accounts->taken, request->client);
      vis_http_answer_gerror (request->message, error);
      request_free (request);
      return;
    }
  account->user = g_strdup (vis_message_get_string (request->body, VIS_FIELD_USER));
  account->name = g_strdup (vis_message_get_string (request->body, VIS_FIELD_NAME));
  account->invite = dup_invite (request->body);
  account->open = request->accounts->config->open_registration;
  prepare_device (request);
  submit (request, VIS_STORE_REGISTER, on_registered);
}

/**
 * vis_http_accounts_register:
 * @self: the account requests
 * @message: a request
 *
 * Creates an account and its first device: `POST /v1/register`.
 */
void
vis_http_accounts_register (VisHttpAccounts *self, SoupServerMessage *message)
{
  g_autoptr (VisMessage) body = NULL;
  Request               *request;

  if (!vis_http_begin (message, "POST"))
    return;
  body = vis_http_read_body (message, VIS_KIND_HTTP_REGISTER);
  if (body == NULL || !may_log_in (self, message))
    return;
  /* Without an invite the password need not be hashed. */
  if (!self->config->open_registration && !vis_message_has (body, VIS_FIELD_INVITE))
    {
      vis_http_answer_error (message, VIS_PROTOCOL_ERROR_BAD_INVITE, "a valid invite is needed", 0);
      return;
    }
  if (refuse_if_stopped (self, message) ||
      refuse_if (self, message, take_rate (self, self->taken, message)))
    return;
  request = request_new (self, message);
  request->client = vis_http_find_client (message);
  request->body = g_steal_pointer (&body);
  vis_passwords_hash_async (self->passwords,
                            vis_message_get_string (request->body, VIS_FIELD_PASSWORD),
                            on_hashed,
                            request);
}

static void
on_device_added (Request *request, VisServerStoreOp *op)
{
  if (stored (request, op))
    respond_account (request, SOUP_STATUS_OK);
  request_free (request);
}

/* Gives the token back: the password was right, or could not be verified. */
static void
settle_guess (Request *request, gboolean right)
{
  const char *user = vis_message_get_string (request->body, VIS_FIELD_USER);

  vis_guesses_give_back (request->accounts->guesses, user, request->client);
  if (right)
    vis_guesses_know (request->accounts->guesses, user, request->client);
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer data)
{
  Request           *request = data;
  g_autoptr (GError) error = NULL;
  gboolean           right = vis_passwords_verify_finish (result, &error);

  if (is_freed (request->accounts))
    {
      request_free (request);
      return;
    }
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
on_account (Request *request, VisServerStoreOp *op)
{
  VisHttpAccounts *self = request->accounts;

  if (!stored (request, op) || refuse_if_stopped (self, request->message))
    {
      settle_guess (request, FALSE);
      request_free (request);
      return;
    }
  vis_passwords_verify_async (self->passwords,
                              vis_message_get_string (request->body, VIS_FIELD_PASSWORD),
                              request->account->password,
                              on_verified,
                              request);
}

/**
 * vis_http_accounts_log_in:
 * @self: the account requests
 * @message: a request
 *
 * Adds a device to an account: `POST /v1/login`.
 */
void
vis_http_accounts_log_in (VisHttpAccounts *self, SoupServerMessage *message)
{
  g_autoptr (VisMessage) body = NULL;
  g_autofree char       *client = NULL;
  const char            *user;
  Request               *request;

  if (!vis_http_begin (message, "POST"))
    return;
  body = vis_http_read_body (message, VIS_KIND_HTTP_LOGIN);
  if (body == NULL || !may_log_in (self, message))
    return;
  client = vis_http_find_client (message);
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
on_logged_out (Request *request, VisServerStoreOp *op)
{
  VisHttpAccounts *self = request->accounts;

  if (stored (request, op))
    {
      self->logged_out (request->account->id, request->account->device, self->owner);
      soup_server_message_set_status (request->message, SOUP_STATUS_NO_CONTENT, NULL);
    }
  request_free (request);
}

/**
 * vis_http_accounts_log_out:
 * @self: the account requests
 * @message: a request
 *
 * Removes a device: `POST /v1/logout`.
 */
void
vis_http_accounts_log_out (VisHttpAccounts *self, SoupServerMessage *message)
{
  const char *header;
  Request    *request;

  if (!vis_http_begin (message, "POST"))
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
