/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-keyring.h"

#include "vis-error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <libsecret/secret.h>
#include <string.h>

#define FILE_NAME "sign-in"
#define GROUP     "Sign-in"

struct _VisKeyring
{
  GObject           parent_instance;

  char             *profile;
  char             *path;
  VisKeyringBackend backend;
};

G_DEFINE_BOXED_TYPE (VisSignIn, vis_sign_in, vis_sign_in_copy, vis_sign_in_free)

G_DEFINE_ENUM_TYPE (VisKeyringBackend,
                    vis_keyring_backend,
                    G_DEFINE_ENUM_VALUE (VIS_KEYRING_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (VIS_KEYRING_SERVICE, "service"),
                    G_DEFINE_ENUM_VALUE (VIS_KEYRING_FILE, "file"))

G_DEFINE_FINAL_TYPE (VisKeyring, vis_keyring, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_BACKEND,
  N_PROPS,
};

static GParamSpec        *properties[N_PROPS];

static const SecretSchema schema = {
  VIS_APPLICATION_ID ".SignIn",
  SECRET_SCHEMA_NONE,
  {
    { "profile", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

static void
set_backend (VisKeyring *self, VisKeyringBackend backend)
{
  if (self->backend == backend)
    return;

  self->backend = backend;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BACKEND]);
}

static GHashTable *
get_attributes (VisKeyring *self)
{
  return secret_attributes_build (&schema, "profile", self->profile, NULL);
}

static char *
to_text (const VisSignIn *sign_in)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_set_string (file, GROUP, "server", sign_in->server);
  g_key_file_set_string (file, GROUP, "user", sign_in->user);
  g_key_file_set_string (file, GROUP, "token", sign_in->token);
  return g_key_file_to_data (file, NULL, NULL);
}

static VisSignIn *
from_text (const char *text)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char     *server = NULL;
  g_autofree char     *user = NULL;
  g_autofree char     *token = NULL;

  if (!g_key_file_load_from_data (file, text, strlen (text), G_KEY_FILE_NONE, NULL))
    return NULL;

  server = g_key_file_get_string (file, GROUP, "server", NULL);
  user = g_key_file_get_string (file, GROUP, "user", NULL);
  token = g_key_file_get_string (file, GROUP, "token", NULL);
  if (server == NULL || user == NULL || token == NULL)
    return NULL;

  return vis_sign_in_new (server, user, token);
}

/* The file. These three run on a thread of their own: a disk may be slow. */

static void
store_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char      *path = ((VisKeyring *) source)->path;
  g_autofree char *folder = g_path_get_dirname (path);
  GError          *error = NULL;

  /* A new file takes the place of the old one, so an old one with wider rights is no danger. */
  if (g_mkdir_with_parents (folder, 0700) != 0 ||
      !g_file_set_contents_full (
        path, data, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &error))
    {
      g_task_return_new_error (task,
                               VIS_ERROR,
                               VIS_ERROR_STORE,
                               "%s",
                               error != NULL ? error->message : g_strerror (errno));
      g_clear_error (&error);
      return;
    }

  g_task_return_boolean (task, TRUE);
}

static void
lookup_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autofree char *text = NULL;

  if (g_file_get_contents (((VisKeyring *) source)->path, &text, NULL, NULL))
    g_task_return_pointer (task, from_text (text), (GDestroyNotify) vis_sign_in_free);
  else
    g_task_return_pointer (task, NULL, NULL);
}

static void
clear_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  if (g_unlink (((VisKeyring *) source)->path) != 0 && errno != ENOENT)
    g_task_return_new_error (task, VIS_ERROR, VIS_ERROR_STORE, "%s", g_strerror (errno));
  else
    g_task_return_boolean (task, TRUE);
}

/* The Secret Service. A secret that it refuses is stored in the file, and one that it stores
 * removes the file: if there is a file, it is the newer of the two. */

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)  task = data;
  g_autoptr (GError) error = NULL;
  VisKeyring        *self = g_task_get_source_object (task);

  if (secret_password_store_finish (result, &error))
    {
      set_backend (self, VIS_KEYRING_SERVICE);
      g_task_run_in_thread (task, clear_in_thread); /* an older secret */
      return;
    }

  if (g_task_return_error_if_cancelled (task))
    return;
  g_debug ("No keyring: %s", error->message);
  set_backend (self, VIS_KEYRING_FILE);
  g_task_run_in_thread (task, store_in_thread);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)  task = data;
  g_autoptr (GError) error = NULL;
  VisKeyring        *self = g_task_get_source_object (task);
  char              *text = secret_password_lookup_finish (result, &error);
  VisSignIn         *sign_in = text != NULL ? from_text (text) : NULL;

  secret_password_free (text);
  if (g_task_return_error_if_cancelled (task))
    {
      g_clear_pointer (&sign_in, vis_sign_in_free);
      return;
    }

  if (error != NULL)
    g_debug ("No keyring: %s", error->message);
  set_backend (self, error == NULL ? VIS_KEYRING_SERVICE : VIS_KEYRING_FILE);
  g_task_return_pointer (task, sign_in, (GDestroyNotify) vis_sign_in_free);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)      task = data;
  g_autoptr (GHashTable) attributes = NULL;
  GCancellable          *cancellable = g_task_get_cancellable (task);
  VisKeyring            *self = VIS_KEYRING (source);
  VisSignIn             *sign_in = g_task_propagate_pointer (G_TASK (result), NULL);

  if (g_task_return_error_if_cancelled (task))
    {
      g_clear_pointer (&sign_in, vis_sign_in_free);
      return;
    }
  if (sign_in != NULL)
    {
      set_backend (self, VIS_KEYRING_FILE);
      g_task_return_pointer (task, sign_in, (GDestroyNotify) vis_sign_in_free);
      return;
    }

  attributes = get_attributes (self);
  secret_password_lookupv (&schema, attributes, cancellable, on_looked_up, g_steal_pointer (&task));
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)  task = data;
  g_autoptr (GError) error = NULL;
  VisKeyring        *self = g_task_get_source_object (task);

  secret_password_clear_finish (result, &error);
  if (g_task_return_error_if_cancelled (task))
    return;

  set_backend (self, error == NULL ? VIS_KEYRING_SERVICE : VIS_KEYRING_FILE);
  g_task_run_in_thread (task, clear_in_thread);
}

static void
vis_keyring_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_BACKEND:
      g_value_set_enum (value, VIS_KEYRING (object)->backend);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
vis_keyring_finalize (GObject *object)
{
  VisKeyring *self = VIS_KEYRING (object);

  g_free (self->profile);
  g_free (self->path);

  G_OBJECT_CLASS (vis_keyring_parent_class)->finalize (object);
}

static void
vis_keyring_class_init (VisKeyringClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vis_keyring_get_property;
  object_class->finalize = vis_keyring_finalize;

  /**
   * VisKeyring:backend:
   *
   * Which place the last operation used; the preferences say so.
   */
  properties[PROP_BACKEND] =
    g_param_spec_enum ("backend",
                       NULL,
                       NULL,
                       VIS_TYPE_KEYRING_BACKEND,
                       VIS_KEYRING_UNKNOWN,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
vis_keyring_init (VisKeyring *self)
{
}

/**
 * vis_keyring_new:
 * @profile: the name of the profile
 * @folder: (type filename): its data folder, for the file; made when it is needed
 *
 * Makes a keyring; nothing is asked yet.
 *
 * Returns: (transfer full): a new keyring
 */
VisKeyring *
vis_keyring_new (const char *profile, const char *folder)
{
  VisKeyring *self = g_object_new (VIS_TYPE_KEYRING, NULL);

  self->profile = g_strdup (profile);
  self->path = g_build_filename (folder, FILE_NAME, NULL);
  return self;
}

/**
 * vis_keyring_get_backend:
 * @self: a keyring
 *
 * See the property `backend`.
 *
 * Returns: which place the last operation used
 */
VisKeyringBackend
vis_keyring_get_backend (VisKeyring *self)
{
  return self->backend;
}

/**
 * vis_keyring_store_async:
 * @self: a keyring
 * @sign_in: what to keep, instead of what was kept
 * @cancellable: (nullable): stops the waiting
 * @callback: called when it is kept
 * @user_data: handed to @callback
 *
 * Keeps a sign-in.
 */
void
vis_keyring_store_async (VisKeyring         *self,
                         const VisSignIn    *sign_in,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (GHashTable) attributes = get_attributes (self);
  g_autofree char       *label = NULL;
  GTask                 *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, vis_keyring_store_async);
  g_task_set_task_data (task, to_text (sign_in), g_free);
  /* Translators: the name of an entry in the keyring: a person and a server. */
  label = g_strdup_printf (_ ("Visavis: %s at %s"), sign_in->user, sign_in->server);
  secret_password_storev (&schema,
                          attributes,
                          SECRET_COLLECTION_DEFAULT,
                          label,
                          g_task_get_task_data (task),
                          cancellable,
                          on_stored,
                          task);
}

/**
 * vis_keyring_store_finish:
 * @self: a keyring
 * @result: what the callback was given
 * @error: %VIS_ERROR_STORE
 *
 * Says whether it is kept.
 *
 * Returns: %TRUE if it is
 */
gboolean
vis_keyring_store_finish (VisKeyring *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * vis_keyring_lookup_async:
 * @self: a keyring
 * @cancellable: (nullable): stops the waiting
 * @callback: called with what is kept
 * @user_data: handed to @callback
 *
 * Looks for the sign-in.
 */
void
vis_keyring_lookup_async (VisKeyring         *self,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  GTask            *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) read = g_task_new (self, cancellable, on_read, task);

  g_task_set_source_tag (task, vis_keyring_lookup_async);
  g_task_set_source_tag (read, vis_keyring_lookup_async);
  g_task_run_in_thread (read, lookup_in_thread);
}

/**
 * vis_keyring_lookup_finish:
 * @self: a keyring
 * @result: what the callback was given
 * @error: only for a cancellation
 *
 * Reads what was found.
 *
 * Returns: (transfer full) (nullable): the sign-in; %NULL without an error if there is none
 */
VisSignIn *
vis_keyring_lookup_finish (VisKeyring *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * vis_keyring_clear_async:
 * @self: a keyring
 * @cancellable: (nullable): stops the waiting
 * @callback: called when it is gone
 * @user_data: handed to @callback
 *
 * Forgets the sign-in, in both places.
 */
void
vis_keyring_clear_async (VisKeyring         *self,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (GHashTable) attributes = get_attributes (self);
  GTask                 *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, vis_keyring_clear_async);
  secret_password_clearv (&schema, attributes, cancellable, on_cleared, task);
}

/**
 * vis_keyring_clear_finish:
 * @self: a keyring
 * @result: what the callback was given
 * @error: %VIS_ERROR_STORE
 *
 * Says whether it is gone.
 *
 * Returns: %TRUE if it is
 */
gboolean
vis_keyring_clear_finish (VisKeyring *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * vis_sign_in_new:
 * @server: the address of the server
 * @user: the user name there
 * @token: what opens the connection
 *
 * Makes a sign-in.
 *
 * Returns: (transfer full): a new sign-in
 */
VisSignIn *
vis_sign_in_new (const char *server, const char *user, const char *token)
{
  VisSignIn *self = g_new0 (VisSignIn, 1);

  self->server = g_strdup (server);
  self->user = g_strdup (user);
  self->token = g_strdup (token);
  return self;
}

/**
 * vis_sign_in_copy:
 * @self: a sign-in
 *
 * Copies a sign-in.
 *
 * Returns: (transfer full): a copy
 */
VisSignIn *
vis_sign_in_copy (const VisSignIn *self)
{
  return vis_sign_in_new (self->server, self->user, self->token);
}

/**
 * vis_sign_in_free:
 * @self: (transfer full) (nullable): a sign-in
 *
 * Frees a sign-in.
 */
void
vis_sign_in_free (VisSignIn *self)
{
  if (self == NULL)
    return;

  g_free (self->server);
  g_free (self->user);
  g_free (self->token);
  g_free (self);
}
