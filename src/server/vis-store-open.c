/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-store-open.h"

#include <glib/gi18n.h>
#include <string.h>

#include "vis-error.h"
#include "vis-sqlite-server-store.h"

static VisServerStore *
open_sqlite (const char *rest, GError **error)
{
  g_autofree char *path = g_uri_unescape_string (rest, NULL);

  if (path != NULL && *path != '\0')
    return vis_sqlite_server_store_new (path, error);
  g_set_error (error, VIS_ERROR, VIS_ERROR_STORE, _ ("“sqlite:%s” names no file."), rest);
  return NULL;
}

static const struct
{
  const char *scheme;
  VisServerStore *(*open) (const char *rest, GError **error);
} stores[] = {
  { "sqlite", open_sqlite },
};

/**
 * vis_server_store_open:
 * @uri: `sqlite:PATH`, the path percent-encoded
 * @error: set to a translated sentence if it can't be opened
 *
 * Opens a store of the kind that the scheme of @uri names. May block.
 *
 * Returns: (transfer full) (nullable): a store
 */
VisServerStore *
vis_server_store_open (const char *uri, GError **error)
{
  gsize            length = strcspn (uri, ":");
  g_autofree char *scheme = g_strndup (uri, length);

  for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
    if (strcmp (scheme, stores[i].scheme) == 0)
      return stores[i].open (uri[length] == ':' ? uri + length + 1 : "", error);
  g_set_error (error,
               VIS_ERROR,
               VIS_ERROR_STORE,
               _ ("“%s” is no store that this program knows; it knows sqlite:PATH."),
               uri);
  return NULL;
}
