/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-login.h"

#include "vis-auth-client.h"
#include "vis-error.h"
#include "vis-keyring.h"
#include "vis-protocol-error.h"
#include "vis-server-probe.h"

#define KEY_SERVER "server"
#define KEY_USER   "user"

struct _VisLogin
{
  GObject     parent_instance;

  VisProfile *profile;
  VisKeyring *keyring;
  VisTrust   *trust;
};

/* One attempt, from the probe of the server to the answer with the token. */
typedef struct
{
  VisServerAddress *server;
  char             *written; /* address as entered */
  gboolean          registers;
  char             *user;
  char             *password;
  char             *name;
  char             *invite;
} Attempt;

G_DEFINE_FINAL_TYPE (VisLogin, vis_login, G_TYPE_OBJECT)

static void
vis_login_dispose (GObject *object)
{
  VisLogin *self = VIS_LOGIN (object);

  g_clear_object (&self->profile);
  g_clear_object (&self->keyring);
  g_clear_object (&self->trust);

  G_OBJECT_CLASS (vis_login_parent_class)->dispose (object);
}

static void
vis_login_class_init (VisLoginClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vis_login_dispose;
}

static void
vis_login_init (VisLogin *self)
{
}

/* Whether the sign-in of the keyring is that of the command line, as far as that names one. */
static gboolean
fits (const VisSignIn *found, const VisSignIn *wanted)
{
  return (wanted->server == NULL || g_str_equal (wanted->server, found->server)) &&
         (wanted->user == NULL || g_str_equal (wanted->user, found->user));
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)     task = user_data;
  g_autoptr (GError)    error = NULL;
  g_autoptr (VisSignIn) found = NULL;

  found = vis_keyring_lookup_finish (VIS_KEYRING (source), result, &error);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (found == NULL || !fits (found, g_task_get_task_data (task)))
    g_task_return_pointer (task, NULL, NULL);
  else
    g_task_return_pointer (task, g_steal_pointer (&found), (GDestroyNotify) vis_sign_in_free);
}

/* Stores the sign-in for the next start; if that fails, this one goes on. */
static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!vis_keyring_store_finish (VIS_KEYRING (source), result, &error))
    g_info ("The sign-in could not be kept: %s", error->message);
}

static void
keep (VisLogin *self, const VisSignIn *sign_in, const char *written)
{
  vis_profile_set_string (self->profile, KEY_SERVER, written);
  vis_profile_set_string (self->profile, KEY_USER, sign_in->user);
  vis_keyring_store_async (self->keyring, sign_in, NULL, on_stored, NULL);
}

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;

  g_clear_pointer (&attempt->server, vis_server_address_free);
  g_free (attempt->written);
  g_free (attempt->user);
  g_free (attempt->password);
  g_free (attempt->name);
  g_free (attempt->invite);
  g_free (attempt);
}

static void
return_account (GTask *task, VisMessage *account, GError *error)
{
  VisLogin  *self = g_task_get_source_object (task);
  Attempt   *attempt = g_task_get_task_data (task);
  VisSignIn *sign_in;

  if (account == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  sign_in = vis_sign_in_new (attempt->server->http_url,
                             vis_message_get_string (account, VIS_FIELD_USER),
                             vis_message_get_string (account, VIS_FIELD_TOKEN));
  keep (self, sign_in, attempt->written);
  g_task_return_pointer (task, sign_in, (GDestroyNotify) vis_sign_in_free);
}

static void
on_logged_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)      task = user_data;
  GError                *error = NULL;
  g_autoptr (VisMessage) account =
    vis_auth_client_login_finish (VIS_AUTH_CLIENT (source), result, &error);

  return_account (task, account, error);
}

static void
on_registered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)      task = user_data;
  const Attempt         *attempt = g_task_get_task_data (task);
  GError                *error = NULL;
  g_autoptr (VisMessage) account =
    vis_auth_client_register_finish (VIS_AUTH_CLIENT (source), result, &error);

  /* The server does not say whether the code is missing or wrong. */
  if (g_error_matches (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_INVITE) &&
      (attempt->invite == NULL || *attempt->invite == '\0'))
    {
      g_clear_error (&error);
      error = g_error_new_literal (VIS_ERROR, VIS_ERROR_NO_INVITE, "no invite code");
    }

  return_account (task, account, error);
}

/* The server is trusted: sends the password. */
static void
on_probed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)         task = user_data;
  VisLogin                 *self = g_task_get_source_object (task);
  Attempt                  *attempt = g_task_get_task_data (task);
  GCancellable             *cancellable = g_task_get_cancellable (task);
  g_autoptr (VisAuthClient) account = NULL;
  GError                   *error = NULL;

  if (!vis_server_probe_finish (result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  account = vis_auth_client_new (attempt->server, self->trust);
  if (attempt->registers)
    vis_auth_client_register_async (account,
                                    attempt->user,
                                    attempt->password,
                                    attempt->name,
                                    attempt->invite,
                                    cancellable,
                                    on_registered,
                                    g_steal_pointer (&task));
  else
    vis_auth_client_login_async (account,
                                 attempt->user,
                                 attempt->password,
                                 cancellable,
                                 on_logged_in,
                                 g_steal_pointer (&task));
}

/* Takes ownership of @attempt. */
static void
begin (GTask *task, Attempt *attempt, const char *server)
{
  g_autoptr (GTask) owned = task;
  VisLogin         *self = g_task_get_source_object (task);
  GError           *error = NULL;

  g_task_set_task_data (task, attempt, attempt_free);
  attempt->written = g_strdup (server);
  attempt->server = vis_server_address_parse (server, &error);
  if (attempt->server == NULL)
    g_task_return_error (task, error);
  else
    vis_server_probe_async (attempt->server,
                            self->trust,
                            g_task_get_cancellable (task),
                            on_probed,
                            g_steal_pointer (&owned));
}

/**
 * vis_login_new:
 * @profile: where server and user name are stored
 * @trust: decisions about servers
 *
 * Makes an object that signs in for one profile.
 *
 * Returns: (transfer full): a new object
 */
VisLogin *
vis_login_new (VisProfile *profile, VisTrust *trust)
{
  VisLogin *self = g_object_new (VIS_TYPE_LOGIN, NULL);

  self->profile = g_object_ref (profile);
  self->trust = g_object_ref (trust);
  self->keyring =
    vis_keyring_new (vis_profile_get_name (profile), vis_profile_get_data_dir (profile));

  return self;
}

/**
 * vis_login_restore_async:
 * @self: a login
 * @server: (nullable): a server's address, %NULL for any
 * @user: (nullable): a user name, %NULL for any
 * @cancellable: (nullable): stops it
 * @callback: called at the end
 * @user_data: handed to @callback
 *
 * Looks up the sign-in of an earlier start in the keyring.
 */
void
vis_login_restore_async (VisLogin           *self,
                         const char         *server,
                         const char         *user,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (GTask)            task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (VisServerAddress) address = NULL;

  g_task_set_source_tag (task, vis_login_restore_async);
  if (server != NULL)
    address = vis_server_address_parse (server, NULL);
  if (server != NULL && address == NULL)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }

  g_task_set_task_data (task,
                        vis_sign_in_new (address != NULL ? address->http_url : NULL, user, NULL),
                        (GDestroyNotify) vis_sign_in_free);
  vis_keyring_lookup_async (self->keyring, cancellable, on_looked_up, g_steal_pointer (&task));
}

/**
 * vis_login_restore_finish:
 * @self: a login
 * @result: what the callback was given
 * @error: the keyring failed
 *
 * Returns: (transfer full) (nullable): a sign-in; %NULL without @error if there is none
 */
VisSignIn *
vis_login_restore_finish (VisLogin *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * vis_login_login_async:
 * @self: a login
 * @server: a server's address, as people write it
 * @user: a user name
 * @password: the password
 * @cancellable: (nullable): stops it
 * @callback: called at the end
 * @user_data: handed to @callback
 *
 * Signs in to an account that exists.
 */
void
vis_login_login_async (VisLogin           *self,
                       const char         *server,
                       const char         *user,
                       const char         *password,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  GTask   *task = g_task_new (self, cancellable, callback, user_data);
  Attempt *attempt = g_new0 (Attempt, 1);

  g_task_set_source_tag (task, vis_login_login_async);
  attempt->user = g_strdup (user);
  attempt->password = g_strdup (password);
  begin (task, attempt, server);
}

/**
 * vis_login_login_finish:
 * @self: a login
 * @result: what the callback was given
 * @error: %VIS_ERROR, %VIS_TRUST_ERROR or %VIS_PROTOCOL_ERROR
 *
 * Returns: (transfer full): a sign-in, %NULL with @error set
 */
VisSignIn *
vis_login_login_finish (VisLogin *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * vis_login_register_async:
 * @self: a login
 * @server: a server's address, as people write it
 * @user: the user name to have
 * @password: the password to have
 * @name: (nullable): the display name
 * @invite: (nullable): an invitation's code, where the server wants one
 * @cancellable: (nullable): stops it
 * @callback: called at the end
 * @user_data: handed to @callback
 *
 * Makes an account and signs in to it.
 */
void
vis_login_register_async (VisLogin           *self,
                          const char         *server,
                          const char         *user,
                          const char         *password,
                          const char         *name,
                          const char         *invite,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  GTask   *task = g_task_new (self, cancellable, callback, user_data);
  Attempt *attempt = g_new0 (Attempt, 1);

  g_task_set_source_tag (task, vis_login_register_async);
  attempt->registers = TRUE;
  attempt->user = g_strdup (user);
  attempt->password = g_strdup (password);
  attempt->name = g_strdup (name);
  attempt->invite = g_strdup (invite);
  begin (task, attempt, server);
}

/**
 * vis_login_register_finish:
 * @self: a login
 * @result: what the callback was given
 * @error: %VIS_ERROR, %VIS_TRUST_ERROR or %VIS_PROTOCOL_ERROR
 *
 * Returns: (transfer full): a sign-in, %NULL with @error set
 */
VisSignIn *
vis_login_register_finish (VisLogin *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_logged_out (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!vis_auth_client_logout_finish (VIS_AUTH_CLIENT (source), result, &error))
    g_info ("The server was not told of the sign-out: %s", error->message);
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!vis_keyring_clear_finish (VIS_KEYRING (source), result, &error))
    g_info ("The sign-in could not be removed from the keyring: %s", error->message);
}

/**
 * vis_login_forget:
 * @self: a login
 * @sign_in: the sign-in that ends
 *
 * Signs out: revokes the token on the server and removes it here. The user name stays in the
 * settings.
 */
void
vis_login_forget (VisLogin *self, const VisSignIn *sign_in)
{
  g_autoptr (VisServerAddress) address = vis_server_address_parse (sign_in->server, NULL);
  g_autoptr (VisAuthClient)    account = NULL;

  if (address != NULL)
    {
      account = vis_auth_client_new (address, self->trust);
      vis_auth_client_logout_async (account, sign_in->token, NULL, on_logged_out, NULL);
    }
  vis_keyring_clear_async (self->keyring, NULL, on_cleared, NULL);
}
