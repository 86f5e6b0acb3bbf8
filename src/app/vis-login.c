/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-login.h"

#include "vis-account.h"
#include "vis-keyring.h"

#define KEY_SERVER "server"
#define KEY_USER   "user"

struct _VisLogin
{
  GObject     parent_instance;

  VisProfile *profile;
  VisKeyring *keyring;
};

G_DEFINE_FINAL_TYPE (VisLogin, vis_login, G_TYPE_OBJECT)

static void
vis_login_dispose (GObject *object)
{
  VisLogin *self = VIS_LOGIN (object);

  g_clear_object (&self->profile);
  g_clear_object (&self->keyring);

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

/* Whether what the keyring holds is what the command line asks for, where it asks at all. */
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

/* What was accepted is kept for the next start; that it can't be kept is no reason to fail now. */
static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!vis_keyring_store_finish (VIS_KEYRING (source), result, &error))
    g_info ("The sign-in could not be kept: %s", error->message);
}

static void
keep (VisLogin *self, const VisSignIn *sign_in)
{
  vis_profile_set_string (self->profile, KEY_SERVER, sign_in->server);
  vis_profile_set_string (self->profile, KEY_USER, sign_in->user);
  vis_keyring_store_async (self->keyring, sign_in, NULL, on_stored, NULL);
}

static void
return_account (GTask *task, VisMessage *account, GError *error)
{
  VisLogin         *self = g_task_get_source_object (task);
  VisServerAddress *server = g_task_get_task_data (task);
  VisSignIn        *sign_in;

  if (account == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  sign_in = vis_sign_in_new (server->http_url,
                             vis_message_get_string (account, VIS_FIELD_USER),
                             vis_message_get_string (account, VIS_FIELD_TOKEN));
  keep (self, sign_in);
  g_task_return_pointer (task, sign_in, (GDestroyNotify) vis_sign_in_free);
}

static void
on_logged_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)      task = user_data;
  GError                *error = NULL;
  g_autoptr (VisMessage) account = vis_account_login_finish (VIS_ACCOUNT (source), result, &error);

  return_account (task, account, error);
}

static void
on_registered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)      task = user_data;
  GError                *error = NULL;
  g_autoptr (VisMessage) account =
    vis_account_register_finish (VIS_ACCOUNT (source), result, &error);

  return_account (task, account, error);
}

/* Begins a task that has the parsed server as its data; %NULL once it has failed. */
static GTask *
begin (VisLogin           *self,
       const char         *server,
       gpointer            tag,
       GCancellable       *cancellable,
       GAsyncReadyCallback callback,
       gpointer            user_data)
{
  g_autoptr (GTask)            task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (VisServerAddress) address = NULL;
  GError                      *error = NULL;

  g_task_set_source_tag (task, tag);
  address = vis_server_address_parse (server, &error);
  if (address == NULL)
    {
      g_task_return_error (task, error);
      return NULL;
    }
  g_task_set_task_data (task, g_steal_pointer (&address), (GDestroyNotify) vis_server_address_free);

  return g_steal_pointer (&task);
}

/**
 * vis_login_new:
 * @profile: where to keep what was accepted
 *
 * Makes the way in for one profile.
 *
 * Returns: (transfer full): a new object
 */
VisLogin *
vis_login_new (VisProfile *profile)
{
  VisLogin *self = g_object_new (VIS_TYPE_LOGIN, NULL);

  self->profile = g_object_ref (profile);
  self->keyring =
    vis_keyring_new (vis_profile_get_name (profile), vis_profile_get_data_dir (profile));

  return self;
}

/**
 * vis_login_restore_async:
 * @self: the way in
 * @server: (nullable): a server's address, %NULL for any
 * @user: (nullable): a user name, %NULL for any
 * @cancellable: (nullable): stops it
 * @callback: called at the end
 * @user_data: handed to @callback
 *
 * Looks for a sign-in of an earlier time.
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
 * @self: the way in
 * @result: what the callback was given
 * @error: the keyring failed
 *
 * Returns: (transfer full) (nullable): a sign-in; %NULL without @error if there are none
 */
VisSignIn *
vis_login_restore_finish (VisLogin *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * vis_login_login_async:
 * @self: the way in
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
  g_autoptr (VisAccount) account = NULL;
  GTask *task = begin (self, server, vis_login_login_async, cancellable, callback, user_data);

  if (task == NULL)
    return;

  account = vis_account_new (g_task_get_task_data (task));
  vis_account_login_async (account, user, password, cancellable, on_logged_in, task);
}

/**
 * vis_login_login_finish:
 * @self: the way in
 * @result: what the callback was given
 * @error: %VIS_ERROR or %VIS_PROTOCOL_ERROR
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
 * @self: the way in
 * @server: a server's address, as people write it
 * @user: the user name to have
 * @password: the password to have
 * @name: (nullable): the name that others read
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
  g_autoptr (VisAccount) account = NULL;
  GTask *task = begin (self, server, vis_login_register_async, cancellable, callback, user_data);

  if (task == NULL)
    return;

  account = vis_account_new (g_task_get_task_data (task));
  vis_account_register_async (
    account, user, password, name, invite, cancellable, on_registered, task);
}

/**
 * vis_login_register_finish:
 * @self: the way in
 * @result: what the callback was given
 * @error: %VIS_ERROR or %VIS_PROTOCOL_ERROR
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

  if (!vis_account_logout_finish (VIS_ACCOUNT (source), result, &error))
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
 * @self: the way in
 * @sign_in: what was used
 *
 * Signs out: the token dies on the server and is removed here. The user name stays, to come back.
 */
void
vis_login_forget (VisLogin *self, const VisSignIn *sign_in)
{
  g_autoptr (VisServerAddress) address = vis_server_address_parse (sign_in->server, NULL);
  g_autoptr (VisAccount)       account = address != NULL ? vis_account_new (address) : NULL;

  if (account != NULL)
    vis_account_logout_async (account, sign_in->token, NULL, on_logged_out, NULL);
  vis_keyring_clear_async (self->keyring, NULL, on_cleared, NULL);
}
