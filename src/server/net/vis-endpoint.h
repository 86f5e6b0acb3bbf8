/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Listening addresses: read from the configuration, and printed for people. */

gboolean   vis_endpoint_parse (const char *text, char **host, guint16 *port, GError **error);
GPtrArray *vis_endpoint_resolve (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char      *vis_endpoint_to_string (const char *scheme,
                                   const char *host,
                                   guint16     port) G_GNUC_WARN_UNUSED_RESULT;
char      *vis_endpoint_announce (GPtrArray       *addresses,
                                  GTlsCertificate *certificate) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
