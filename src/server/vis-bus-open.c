/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-bus-open.h"

#include <glib/gi18n.h>
#include <string.h>

#include "vis-error.h"
#include "vis-local-bus.h"

static VisBus *
open_local (const char *rest, GError **error)
{
  return vis_local_bus_new ();
}

static const struct
{
  const char *scheme;
  VisBus *(*open) (const char *rest, GError **error);
} buses[] = {
  { "local", open_local },
};

/**
 * vis_bus_open:
 * @uri: `local` for a server of one node
 * @error: set to a translated sentence if it can't be opened
 *
 * Opens a bus of the kind that the scheme of @uri names.
 *
 * Returns: (transfer full) (nullable): a bus
 */
VisBus *
vis_bus_open (const char *uri, GError **error)
{
  gsize            length = strcspn (uri, ":");
  g_autofree char *scheme = g_strndup (uri, length);

  for (guint i = 0; i < G_N_ELEMENTS (buses); i++)
    if (strcmp (scheme, buses[i].scheme) == 0)
      return buses[i].open (uri[length] == ':' ? uri + length + 1 : "", error);
  g_set_error (error,
               VIS_ERROR,
               VIS_ERROR_FAILED,
               _ ("“%s” is no bus that this program knows; it knows local."),
               uri);
  return NULL;
}
