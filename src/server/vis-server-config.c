/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-server-config.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "vis-endpoint.h"
#include "vis-error.h"
#include "vis-limits.h"
#include "vis-turn.h"

#define GROUP "server"

typedef struct
{
  char *data;
  GStrv listen;
  char *tls_cert;
  char *tls_key;
  int   open_registration;
  GStrv turn;
  char *turn_secret_file;
  GStrv stun;
  char *store;
  char *bus;
  char *metrics;
  char *rate_limits;
  char *config;
} Options;

static gboolean
parse_options (Options *options, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "data",
      'd',
      0,
      G_OPTION_ARG_FILENAME,
      &options->data,
      N_ ("Folder for everything that is kept"),
      N_ ("DIR") },
    { "listen",
      'l',
      0,
      G_OPTION_ARG_STRING_ARRAY,
      &options->listen,
      N_ ("Where to listen, * for everywhere; port 0 picks one"),
      N_ ("HOST:PORT") },
    { "tls-cert",
      0,
      0,
      G_OPTION_ARG_FILENAME,
      &options->tls_cert,
      N_ ("Certificate chain, PEM"),
      N_ ("FILE") },
    { "tls-key",
      0,
      0,
      G_OPTION_ARG_FILENAME,
      &options->tls_key,
      N_ ("Private key, PEM"),
      N_ ("FILE") },
    { "open-registration",
      0,
      0,
      G_OPTION_ARG_NONE,
      &options->open_registration,
      N_ ("Anybody may register without an invite"),
      NULL },
    { "turn",
      0,
      0,
      G_OPTION_ARG_STRING_ARRAY,
      &options->turn,
      N_ ("A relay for calls"),
      N_ ("URI") },
    { "turn-secret-file",
      0,
      0,
      G_OPTION_ARG_FILENAME,
      &options->turn_secret_file,
      N_ ("File with the secret shared with the relay"),
      N_ ("FILE") },
    { "stun", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->stun, N_ ("A STUN server"), N_ ("URI") },
    { "store",
      0,
      0,
      G_OPTION_ARG_STRING,
      &options->store,
      N_ ("Another store than the embedded one"),
      N_ ("URI") },
    { "bus",
      0,
      0,
      G_OPTION_ARG_STRING,
      &options->bus,
      N_ ("What connects several nodes"),
      N_ ("URI") },
    { "metrics",
      0,
      0,
      G_OPTION_ARG_STRING,
      &options->metrics,
      N_ ("Where to answer /metrics"),
      N_ ("HOST:PORT") },
    { "rate-limits",
      0,
      0,
      G_OPTION_ARG_STRING,
      &options->rate_limits,
      N_ ("Off only for benchmarks"),
      N_ ("on|off") },
    { "config",
      'c',
      0,
      G_OPTION_ARG_FILENAME,
      &options->config,
      N_ ("Configuration file with the same names"),
      N_ ("FILE") },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GStrv)             arguments = g_new0 (char *, argc + 1);

  for (int i = 0; i < argc; i++)
    arguments[i] = g_strdup (argv[i]);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _ ("visavisd serve: run the server"));
  if (!g_option_context_parse_strv (context, &arguments, error))
    return FALSE;
  if (g_strv_length (arguments) > 1)
    {
      g_set_error (error, VIS_ERROR, VIS_ERROR_FAILED, _ ("Unknown argument “%s”"), arguments[1]);
      return FALSE;
    }
  return TRUE;
}

static void
options_clear (Options *options)
{
  g_free (options->data);
  g_strfreev (options->listen);
  g_free (options->tls_cert);
  g_free (options->tls_key);
  g_strfreev (options->turn);
  g_free (options->turn_secret_file);
  g_strfreev (options->stun);
  g_free (options->store);
  g_free (options->bus);
  g_free (options->metrics);
  g_free (options->rate_limits);
  g_free (options->config);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, VIS_ERROR, VIS_ERROR_FAILED, sentence);
  return FALSE;
}

/* Refuses unknown groups and keys: they may be misspelt options. */
static gboolean
check_file (GKeyFile *file, const char *const *known, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, NULL);

  if (keys == NULL || g_strv_length (groups) != 1)
    return refuse (error, _ ("It has to have one group, [server]."));
  for (guint i = 0; keys[i] != NULL; i++)
    if (!g_strv_contains (known, keys[i]))
      {
        g_set_error (
          error, VIS_ERROR, VIS_ERROR_FAILED, _ ("There is no option of the name “%s”."), keys[i]);
        return FALSE;
      }
  return TRUE;
}

static gboolean
read_boolean (GKeyFile *file, const char *key, gboolean *value, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  gboolean           set;

  if (!g_key_file_has_key (file, GROUP, key, NULL))
    return TRUE;
  set = g_key_file_get_boolean (file, GROUP, key, &wrong);
  if (wrong != NULL)
    {
      g_set_error (
        error, VIS_ERROR, VIS_ERROR_FAILED, _ ("The option “%s” is “true” or “false”."), key);
      return FALSE;
    }
  *value = *value || set;
  return TRUE;
}

/* Reads the options that are not on the command line from the file. */
static gboolean
fill (Options *options, GKeyFile *file, GError **error)
{
  const struct
  {
    const char *key;
    char      **value;
  } strings[] = {
    { "data", &options->data },       { "tls-cert", &options->tls_cert },
    { "tls-key", &options->tls_key }, { "turn-secret-file", &options->turn_secret_file },
    { "store", &options->store },     { "bus", &options->bus },
    { "metrics", &options->metrics }, { "rate-limits", &options->rate_limits },
  };
  const struct
  {
    const char *key;
    GStrv      *value;
  } lists[] = {
    { "listen", &options->listen },
    { "turn", &options->turn },
    { "stun", &options->stun },
  };
  const char *known[G_N_ELEMENTS (strings) + G_N_ELEMENTS (lists) + 2] = { "open-registration" };

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    known[i + 1] = strings[i].key;
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    known[i + 1 + G_N_ELEMENTS (strings)] = lists[i].key;
  if (!check_file (file, known, error) ||
      !read_boolean (file, "open-registration", &options->open_registration, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    if (*strings[i].value == NULL)
      *strings[i].value = g_key_file_get_string (file, GROUP, strings[i].key, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    if (*lists[i].value == NULL)
      *lists[i].value = g_key_file_get_string_list (file, GROUP, lists[i].key, NULL, NULL);
  return TRUE;
}

static gboolean
read_file (Options *options, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (options->config == NULL)
    return TRUE;
  if (g_key_file_load_from_file (file, options->config, G_KEY_FILE_NONE, error) &&
      fill (options, file, error))
    return TRUE;
  g_prefix_error (error, "%s: ", options->config);
  return FALSE;
}

static gboolean
check_ice_servers (const Options *options, GError **error)
{
  const char *const *lists[] = { (const char *const *) options->stun,
                                 (const char *const *) options->turn };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      if (lists[i] != NULL && g_strv_length ((GStrv) lists[i]) > VIS_LIMIT_URLS)
        return refuse (error, _ ("--turn and --stun can each be given 8 times at most."));
      for (guint j = 0; lists[i] != NULL && lists[i][j] != NULL; j++)
        if (!vis_turn_check_uri (lists[i][j], i == 1, error))
          return FALSE;
    }
  if (options->turn != NULL && *options->turn != NULL && options->turn_secret_file == NULL)
    return refuse (error, _ ("--turn needs --turn-secret-file with the secret of the relay."));
  return TRUE;
}

static gboolean
check_endpoint (const char *text, GError **error)
{
  g_autofree char *host = NULL;
  guint16          port;

  return vis_endpoint_parse (text, &host, &port, error);
}

static gboolean
check_endpoints (const Options *options, GError **error)
{
  for (guint i = 0; options->listen != NULL && options->listen[i] != NULL; i++)
    if (!check_endpoint (options->listen[i], error))
      return FALSE;
  return options->metrics == NULL || check_endpoint (options->metrics, error);
}

static gboolean
check (const Options *options, GError **error)
{
  if (options->store != NULL && g_str_has_prefix (options->store, "sqlite:"))
    return refuse (error,
                   _ ("The embedded store is always in the folder of --data. Leave --store out."));
  if (options->store != NULL)
    return refuse (
      error,
      g_str_has_prefix (options->store, "postgres")
        ? _ ("This version of visavisd can’t use PostgreSQL yet. Leave --store out to "
             "use the embedded store.")
        : _ ("--store is no address of a store. Leave it out to use the embedded one."));
  if (options->bus != NULL && strcmp (options->bus, "local") != 0)
    return refuse (error,
                   g_str_has_prefix (options->bus, "nats:")
                     ? _ ("This version of visavisd can’t use NATS yet. Leave --bus out to run one "
                          "node alone.")
                     : _ ("--bus is no address of a bus. Leave it out to run one node alone."));
  if ((options->tls_cert == NULL) != (options->tls_key == NULL))
    return refuse (error, _ ("--tls-cert and --tls-key are needed together."));
  if (options->rate_limits != NULL && strcmp (options->rate_limits, "on") != 0 &&
      strcmp (options->rate_limits, "off") != 0)
    return refuse (error, _ ("--rate-limits is “on” or “off”."));
  return check_endpoints (options, error) && check_ice_servers (options, error);
}

#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* of UTF-8; some editors write it */

/* The secret is the value of static-auth-secret= of coturn. */
static char *
read_secret (const char *file, GError **error)
{
  g_autofree char *secret = NULL;
  const gsize      mark = strlen (BYTE_ORDER_MARK);
  gsize            length;

  if (!g_file_get_contents (file, &secret, &length, error))
    return NULL;
  if (g_str_has_prefix (secret, BYTE_ORDER_MARK))
    {
      length -= mark;
      memmove (secret, secret + mark, length + 1);
    }
  if (strlen (secret) == length && *g_strstrip (secret) != '\0' && strchr (secret, '\n') == NULL)
    return g_steal_pointer (&secret);
  g_set_error (error,
               VIS_ERROR,
               VIS_ERROR_FAILED,
               _ ("The file %s has to have one line, the secret of the relay."),
               file);
  return NULL;
}

/**
 * vis_server_config_new:
 * @argc: number of arguments
 * @argv: the arguments of `visavisd serve`, its name first
 * @error: set to a translated sentence if something is wrong
 *
 * Returns: (transfer full) (nullable): the configuration
 */
VisServerConfig *
vis_server_config_new (int argc, char **argv, GError **error)
{
  g_auto (Options)            options = { 0 };
  g_autoptr (VisServerConfig) self = NULL;

  if (!parse_options (&options, argc, argv, error) || !read_file (&options, error) ||
      !check (&options, error))
    return NULL;

  self = g_new0 (VisServerConfig, 1);
  self->data = options.data != NULL ? g_steal_pointer (&options.data)
                                    : g_build_filename (g_get_user_data_dir (), "visavisd", NULL);
  if (options.listen != NULL && *options.listen != NULL)
    self->listen = g_steal_pointer (&options.listen);
  else
    self->listen = g_strdupv ((char *[]){ (char *) "127.0.0.1:8448", NULL });
  self->tls_cert = g_steal_pointer (&options.tls_cert);
  self->tls_key = g_steal_pointer (&options.tls_key);
  self->open_registration = options.open_registration;
  self->turn = g_steal_pointer (&options.turn);
  self->turn_secret_file = g_steal_pointer (&options.turn_secret_file);
  self->stun = g_steal_pointer (&options.stun);
  self->metrics = g_steal_pointer (&options.metrics);
  self->rate_limits = g_strcmp0 (options.rate_limits, "off") != 0;

  if (self->turn_secret_file != NULL &&
      (self->turn_secret = read_secret (self->turn_secret_file, error)) == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

void
vis_server_config_free (VisServerConfig *self)
{
  g_free (self->data);
  g_strfreev (self->listen);
  g_free (self->tls_cert);
  g_free (self->tls_key);
  g_strfreev (self->turn);
  g_free (self->turn_secret_file);
  g_free (self->turn_secret);
  g_strfreev (self->stun);
  g_free (self->store);
  g_free (self->bus);
  g_free (self->metrics);
  g_free (self);
}

/**
 * vis_server_config_swap:
 * @self: a configuration
 * @other: another one
 *
 * Swaps their contents, so that objects with a pointer to @self see the new one after a reload.
 */
void
vis_server_config_swap (VisServerConfig *self, VisServerConfig *other)
{
  const VisServerConfig before = *self;

  *self = *other;
  *other = before;
}

/**
 * vis_server_config_database:
 * @self: a configuration
 *
 * Returns: (transfer full): path of the embedded store's database
 */
char *
vis_server_config_database (const VisServerConfig *self)
{
  return g_build_filename (self->data, "visavis.sqlite", NULL);
}

/**
 * vis_server_config_get_store:
 * @self: a configuration
 *
 * Returns: (transfer full): the store, for vis_server_store_open()
 */
char *
vis_server_config_get_store (const VisServerConfig *self)
{
  g_autofree char *path = vis_server_config_database (self);
  g_autofree char *escaped =
    g_uri_escape_string (path, G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);

  return g_strconcat ("sqlite:", escaped, NULL);
}

/**
 * vis_server_config_get_bus:
 * @self: a configuration
 *
 * Returns: (transfer none): the bus, for vis_bus_open()
 */
const char *
vis_server_config_get_bus (const VisServerConfig *self)
{
  return self->bus != NULL ? self->bus : "local";
}
