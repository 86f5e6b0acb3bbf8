/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-auth-client.h"

#include "vis-codec.h"
#include "vis-error.h"
#include "vis-limits.h"
#include "vis-soup-trust.h"

#include <libsoup/soup.h>

/* Answers are some hundred bytes. */
#define MAX_BODY_BYTES (64 * 1024)

/* A login takes the server some tenths of a second on purpose; the rest is the network. */
#define TIMEOUT_S 30

struct _VisAuthClient
{
  GObject           parent_instance;

  VisServerAddress *server;
  VisTrust         *trust;
  SoupSession      *session;
};

typedef struct
{
  SoupMessage *message;
  GByteArray  *body;
  guint8       chunk[4096];
} Exchange;

G_DEFINE_FINAL_TYPE (VisAuthClient, vis_auth_client, G_TYPE_OBJECT)

static void
exchange_free (Exchange *exchange)
{
  g_clear_object (&exchange->message);
  g_byte_array_unref (exchange->body);
  g_free (exchange);
}

/* The code of the protocol if the answer has one, else something near to the status. */
static GError *
read_failure (const Exchange *exchange)
{
  guint                  status = soup_message_get_status (exchange->message);
  g_autoptr (VisMessage) body = vis_codec_decode_body (
    (const char *) exchange->body->data, exchange->body->len, VIS_KIND_HTTP_ERROR, NULL);
  GError *error = NULL;

  if (body != NULL)
    vis_protocol_error_set (&error, vis_message_get_object (body, VIS_FIELD_ERROR));
  if (error == NULL)
    error = g_error_new (VIS_ERROR,
                         VIS_ERROR_SERVER_UNREACHABLE,
                         "That is no Visavis server (HTTP status %u)",
                         status);

  return error;
}

static void
finish_exchange (GTask *task)
{
  Exchange   *exchange = g_task_get_task_data (task);
  guint       status = soup_message_get_status (exchange->message);
  VisMessage *account;
  GError     *error = NULL;

  if (!SOUP_STATUS_IS_SUCCESSFUL (status))
    {
      g_task_return_error (task, read_failure (exchange));
      return;
    }

  if (status == SOUP_STATUS_NO_CONTENT)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }

  account = vis_codec_decode_body (
    (const char *) exchange->body->data, exchange->body->len, VIS_KIND_HTTP_ACCOUNT, &error);
  if (account != NULL)
    g_task_return_pointer (task, account, (GDestroyNotify) vis_message_unref);
  else
    g_task_return_error (task, error);
}

static void
return_network_error (GTask *task, const GError *cause)
{
  Exchange *exchange = g_task_get_task_data (task);
  GError   *error = NULL;

  vis_soup_trust_set_error (&error, exchange->message, cause);
  g_task_return_error (task, error);
}

static void read_chunk (GInputStream *stream, GTask *task);

static void
on_chunk (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)  task = data;
  g_autoptr (GError) error = NULL;
  Exchange          *exchange = g_task_get_task_data (task);
  gssize             length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (length < 0)
    return_network_error (task, error);
  else if (length == 0)
    finish_exchange (task);
  else if (exchange->body->len + (gsize) length > MAX_BODY_BYTES)
    g_task_return_new_error (task, VIS_ERROR, VIS_ERROR_FAILED, "The answer does not end");
  else
    {
      g_byte_array_append (exchange->body, exchange->chunk, (guint) length);
      read_chunk (G_INPUT_STREAM (source), g_steal_pointer (&task));
    }
}

static void
read_chunk (GInputStream *stream, GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  g_input_stream_read_async (stream,
                             exchange->chunk,
                             sizeof exchange->chunk,
                             G_PRIORITY_DEFAULT,
                             g_task_get_cancellable (task),
                             on_chunk,
                             task);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)        task = data;
  g_autoptr (GError)       error = NULL;
  g_autoptr (GInputStream) stream =
    soup_session_send_finish (SOUP_SESSION (source), result, &error);

  if (stream == NULL)
    return_network_error (task, error);
  else
    read_chunk (stream, g_steal_pointer (&task));
}

static void
post (VisAuthClient *self, GTask *task, const char *path, const char *token, const VisMessage *body)
{
  g_autofree char *url = g_strconcat (self->server->http_url, path, NULL);
  Exchange        *exchange = g_new0 (Exchange, 1);
  GError          *error = NULL;

  exchange->message = soup_message_new (SOUP_METHOD_POST, url);
  exchange->body = g_byte_array_new ();
  g_task_set_task_data (task, exchange, (GDestroyNotify) exchange_free);
  if (!vis_trust_check_address (self->trust, self->server, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  vis_soup_trust_guard (exchange->message, self->trust, self->server);

  /* A redirect would send the password to another server. */
  soup_message_add_flags (exchange->message, SOUP_MESSAGE_NO_REDIRECT);
  if (token != NULL)
    {
      g_autofree char *value = g_strconcat ("Bearer ", token, NULL);

      soup_message_headers_replace (
        soup_message_get_request_headers (exchange->message), "Authorization", value);
    }
  if (body != NULL)
    {
      gsize              length;
      char              *text = vis_codec_encode (body, &length);
      g_autoptr (GBytes) bytes = g_bytes_new_take (text, length);

      soup_message_set_request_body_from_bytes (exchange->message, "application/json", bytes);
    }

  soup_session_send_async (self->session,
                           exchange->message,
                           G_PRIORITY_DEFAULT,
                           g_task_get_cancellable (task),
                           on_sent,
                           task);
}

static void
set_device (VisMessage *body)
{
  const char *host = g_get_host_name ();

  if (host != NULL && *host != '\0' && g_utf8_validate (host, -1, NULL) &&
      g_utf8_strlen (host, -1) <= VIS_LIMIT_DEVICE_NAME)
    vis_message_set_string (body, VIS_FIELD_DEVICE, host);
}

static void
vis_auth_client_finalize (GObject *object)
{
  VisAuthClient *self = VIS_AUTH_CLIENT (object);

  g_clear_object (&self->session);
  g_clear_object (&self->trust);
  g_clear_pointer (&self->server, vis_server_address_free);

  G_OBJECT_CLASS (vis_auth_client_parent_class)->finalize (object);
}

static void
vis_auth_client_class_init (VisAuthClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vis_auth_client_finalize;
}

static void
vis_auth_client_init (VisAuthClient *self)
{
  self->session = soup_session_new_with_options ("timeout", TIMEOUT_S, NULL);
}

/**
 * vis_auth_client_new:
 * @server: where the account is
 * @trust: (nullable): what was decided about servers, %NULL for nothing
 *
 * Makes an object that talks to one server.
 *
 * Returns: (transfer full): a new object
 */
VisAuthClient *
vis_auth_client_new (const VisServerAddress *server, VisTrust *trust)
{
  VisAuthClient *self = g_object_new (VIS_TYPE_AUTH_CLIENT, NULL);

  self->server = vis_server_address_copy (server);
  g_set_object (&self->trust, trust);
  return self;
}

/**
 * vis_auth_client_register_async:
 * @self: an account
 * @user: the user name to have
 * @password: 8 to 256 bytes
 * @name: (nullable): what others shall read
 * @invite: (nullable): the code of an invitation
 * @cancellable: (nullable): stops the waiting
 * @callback: called with the answer
 * @user_data: handed to @callback
 *
 * Makes an account and signs in.
 */
void
vis_auth_client_register_async (VisAuthClient      *self,
                                const char         *user,
                                const char         *password,
                                const char         *name,
                                const char         *invite,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (VisMessage) body = vis_message_new (VIS_KIND_HTTP_REGISTER);
  GTask                 *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, vis_auth_client_register_async);
  vis_message_set_string (body, VIS_FIELD_USER, user);
  vis_message_set_string (body, VIS_FIELD_PASSWORD, password);
  if (name != NULL && *name != '\0')
    vis_message_set_string (body, VIS_FIELD_NAME, name);
  if (invite != NULL && *invite != '\0')
    vis_message_set_string (body, VIS_FIELD_INVITE, invite);
  set_device (body);
  post (self, task, "/v1/register", NULL, body);
}

/**
 * vis_auth_client_register_finish:
 * @self: an account
 * @result: what the callback was given
 * @error: of %VIS_PROTOCOL_ERROR or %VIS_ERROR
 *
 * Reads the answer.
 *
 * Returns: (transfer full): an account message, %NULL with @error set
 */
VisMessage *
vis_auth_client_register_finish (VisAuthClient *self, GAsyncResult *result, GError **error)
{
  return vis_auth_client_login_finish (self, result, error);
}

/**
 * vis_auth_client_login_async:
 * @self: an account
 * @user: the user name
 * @password: the password
 * @cancellable: (nullable): stops the waiting
 * @callback: called with the answer
 * @user_data: handed to @callback
 *
 * Signs in.
 */
void
vis_auth_client_login_async (VisAuthClient      *self,
                             const char         *user,
                             const char         *password,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_autoptr (VisMessage) body = vis_message_new (VIS_KIND_HTTP_LOGIN);
  GTask                 *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, vis_auth_client_login_async);
  vis_message_set_string (body, VIS_FIELD_USER, user);
  vis_message_set_string (body, VIS_FIELD_PASSWORD, password);
  set_device (body);
  post (self, task, "/v1/login", NULL, body);
}

/**
 * vis_auth_client_login_finish:
 * @self: an account
 * @result: what the callback was given
 * @error: of %VIS_PROTOCOL_ERROR or %VIS_ERROR
 *
 * Reads the answer.
 *
 * Returns: (transfer full): an account message, %NULL with @error set
 */
VisMessage *
vis_auth_client_login_finish (VisAuthClient *self, GAsyncResult *result, GError **error)
{
  GError     *failure = NULL;
  VisMessage *account = g_task_propagate_pointer (G_TASK (result), &failure);

  if (failure != NULL)
    g_propagate_error (error, failure);
  else if (account == NULL)
    g_set_error (error, VIS_ERROR, VIS_ERROR_FAILED, "The answer is empty");

  return account;
}

/**
 * vis_auth_client_logout_async:
 * @self: an account
 * @token: the sign-in to end
 * @cancellable: (nullable): stops the waiting
 * @callback: called when it is done
 * @user_data: handed to @callback
 *
 * Signs out: the token is dead afterwards, and its socket is closed.
 */
void
vis_auth_client_logout_async (VisAuthClient      *self,
                              const char         *token,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, vis_auth_client_logout_async);
  post (self, task, "/v1/logout", token, NULL);
}

/**
 * vis_auth_client_logout_finish:
 * @self: an account
 * @result: what the callback was given
 * @error: of %VIS_PROTOCOL_ERROR or %VIS_ERROR
 *
 * Reads the answer.
 *
 * Returns: whether the server said so; a token that it did not know counts as signed out
 */
gboolean
vis_auth_client_logout_finish (VisAuthClient *self, GAsyncResult *result, GError **error)
{
  GError                *failure = NULL;
  g_autoptr (VisMessage) unused = g_task_propagate_pointer (G_TASK (result), &failure);

  if (failure == NULL)
    return TRUE;

  if (g_error_matches (failure, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_UNAUTHORIZED))
    {
      g_error_free (failure);
      return TRUE;
    }

  g_propagate_error (error, failure);
  return FALSE;
}
