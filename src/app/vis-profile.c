/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-profile.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define DEFAULT_NAME    "default"
#define NAME_MAX_LENGTH 32
#define SETTINGS_PATH   "/org/visavis/Visavis/"

struct _VisProfile
{
  GObject    parent_instance;

  char      *name;
  char      *application_id;
  char      *data_dir;
  GSettings *settings; /* NULL where the schema is not installed */
};

G_DEFINE_FINAL_TYPE (VisProfile, vis_profile, G_TYPE_OBJECT)

static void
vis_profile_finalize (GObject *object)
{
  VisProfile *self = VIS_PROFILE (object);

  g_free (self->name);
  g_free (self->application_id);
  g_free (self->data_dir);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (vis_profile_parent_class)->finalize (object);
}

static void
vis_profile_class_init (VisProfileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vis_profile_finalize;
}

static void
vis_profile_init (VisProfile *self)
{
}

/* The name is a part of the application id, the path of the settings and the folder. */
static gboolean
name_is_valid (const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || length > NAME_MAX_LENGTH || !g_ascii_isalpha (name[0]))
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && *c != '_')
      return FALSE;

  return TRUE;
}

static gboolean
make_dir (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0700) == 0)
    return TRUE;

  g_set_error (error,
               G_IO_ERROR,
               g_io_error_from_errno (errno),
               /* Translators: the first is a path, the second a reason. */
               _ ("The folder “%s” can’t be made: %s. Check its permissions and the free space."),
               path,
               g_strerror (errno));
  return FALSE;
}

/* g_settings_new() aborts if the schema is not installed. */
static GSettings *
open_settings (const char *name)
{
  g_autofree char            *path = g_strconcat (SETTINGS_PATH, name, "/", NULL);
  GSettingsSchemaSource      *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, VIS_APPLICATION_ID, TRUE);

  return schema != NULL ? g_settings_new_full (schema, NULL, path) : NULL;
}

/**
 * vis_profile_new:
 * @name: (nullable): a name of letters, digits and underscores; %NULL for the usual profile
 * @error: `G_IO_ERROR` if @name is none or the folder can't be made
 *
 * Opens a profile and makes its folder.
 *
 * Returns: (transfer full): a profile, %NULL with @error set
 */
VisProfile *
vis_profile_new (const char *name, GError **error)
{
  g_autoptr (VisProfile) self = NULL;

  if (name != NULL && !name_is_valid (name))
    {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("“%s” can’t be a profile. Use up to 32 letters, digits and underscores, and "
                      "begin with a letter."),
                   name);
      return NULL;
    }

  self = g_object_new (VIS_TYPE_PROFILE, NULL);
  self->name = g_strdup (name != NULL ? name : DEFAULT_NAME);
  self->application_id = g_str_equal (self->name, DEFAULT_NAME)
                           ? g_strdup (VIS_APPLICATION_ID)
                           : g_strconcat (VIS_APPLICATION_ID ".", name, NULL);
  self->data_dir = g_build_filename (g_get_user_data_dir (), "visavis", self->name, NULL);
  if (!make_dir (self->data_dir, error))
    return NULL;
  self->settings = open_settings (self->name);

  return g_steal_pointer (&self);
}

/**
 * vis_profile_get_name:
 * @self: a profile
 *
 * Its name.
 *
 * Returns: (transfer none): the name
 */
const char *
vis_profile_get_name (VisProfile *self)
{
  return self->name;
}

/**
 * vis_profile_get_application_id:
 * @self: a profile
 *
 * The application id under which it runs.
 *
 * Returns: (transfer none): the id
 */
const char *
vis_profile_get_application_id (VisProfile *self)
{
  return self->application_id;
}

/**
 * vis_profile_get_data_dir:
 * @self: a profile
 *
 * Where it keeps its data.
 *
 * Returns: (transfer none): a folder that exists
 */
const char *
vis_profile_get_data_dir (VisProfile *self)
{
  return self->data_dir;
}

/**
 * vis_profile_get_settings:
 * @self: a profile
 *
 * Its settings.
 *
 * Returns: (transfer none) (nullable): the settings, %NULL where the schema is not installed
 */
GSettings *
vis_profile_get_settings (VisProfile *self)
{
  return self->settings;
}

/**
 * vis_profile_make_account_dir:
 * @self: a profile
 * @user: a user name
 * @server: the server's name, with its port where it has one
 * @error: `G_IO_ERROR`
 *
 * Makes the folder of one account.
 *
 * Returns: (transfer full): a folder that exists, %NULL with @error set
 */
char *
vis_profile_make_account_dir (VisProfile *self,
                              const char *user,
                              const char *server,
                              GError    **error)
{
  g_autofree char *account = g_strconcat (user, "@", server, NULL);
  g_autofree char *path = NULL;

  g_strdelimit (account, "/\\", '_');
  path = g_build_filename (self->data_dir, account, NULL);
  if (!make_dir (path, error))
    return NULL;

  return g_steal_pointer (&path);
}

/**
 * vis_profile_dup_string:
 * @self: a profile
 * @key: a key of the settings
 *
 * Reads a setting.
 *
 * Returns: (transfer full) (nullable): the text, %NULL if it is not set
 */
char *
vis_profile_dup_string (VisProfile *self, const char *key)
{
  g_autofree char *value = NULL;

  if (self->settings != NULL)
    value = g_settings_get_string (self->settings, key);

  return value != NULL && value[0] != '\0' ? g_steal_pointer (&value) : NULL;
}

/**
 * vis_profile_set_string:
 * @self: a profile
 * @key: a key of the settings
 * @value: (nullable): a text, %NULL to forget it
 *
 * Writes a setting.
 */
void
vis_profile_set_string (VisProfile *self, const char *key, const char *value)
{
  if (self->settings != NULL)
    g_settings_set_string (self->settings, key, value != NULL ? value : "");
}
