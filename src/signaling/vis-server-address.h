/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisServerAddress:
 * @name: what the person reads: the host, and the port where it is not the usual one
 * @http_url: `https://HOST[:PORT]`, to which the paths of the protocol are added
 * @socket_url: `wss://HOST[:PORT]/v1/socket`
 * @secure: whether TLS protects the connection
 * @local: whether it is this computer, to which nothing leaves the house
 * @invite: (nullable): the code of an invite link
 * @user: (nullable): the person that a link names
 *
 * Where a server is.
 */
typedef struct
{
  char    *name;
  char    *http_url;
  char    *socket_url;
  gboolean secure;
  gboolean local;
  char    *invite;
  char    *user;
} VisServerAddress;

#define VIS_TYPE_SERVER_ADDRESS (vis_server_address_get_type ())
GType             vis_server_address_get_type (void);

VisServerAddress *vis_server_address_parse (const char *text,
                                            GError    **error) G_GNUC_WARN_UNUSED_RESULT;
VisServerAddress       *
vis_server_address_switch (const VisServerAddress *self) G_GNUC_WARN_UNUSED_RESULT;
char *vis_server_address_dup_text (const VisServerAddress *self) G_GNUC_WARN_UNUSED_RESULT;
VisServerAddress *vis_server_address_copy (const VisServerAddress *self) G_GNUC_WARN_UNUSED_RESULT;
void              vis_server_address_free (VisServerAddress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisServerAddress, vis_server_address_free)

G_END_DECLS
