/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisServerConfig:
 *
 * The options of a server: the command line over the configuration file over the defaults.
 */
typedef struct
{
  char    *data;
  GStrv    listen;
  char    *tls_cert;
  char    *tls_key;
  gboolean open_registration;
  GStrv    turn;
  char    *turn_secret_file;
  char    *turn_secret;
  GStrv    stun;
  char    *store;
  char    *bus;
  char    *metrics;
  gboolean rate_limits;
} VisServerConfig;

VisServerConfig             *
vis_server_config_new (int argc, char **argv, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void        vis_server_config_free (VisServerConfig *self);
void        vis_server_config_swap (VisServerConfig *self, VisServerConfig *other);
char       *vis_server_config_database (const VisServerConfig *self) G_GNUC_WARN_UNUSED_RESULT;
char       *vis_server_config_get_store (const VisServerConfig *self) G_GNUC_WARN_UNUSED_RESULT;
const char *vis_server_config_get_bus (const VisServerConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisServerConfig, vis_server_config_free)

G_END_DECLS
