/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * VisListener:
 *
 * Accepts connections for a #SoupServer, up to a limit that leaves descriptors for the rest and one
 * for each address. It goes on after accept() has failed, where libsoup stops listening for good.
 */
typedef struct _VisListener VisListener;

VisListener *vis_listener_new (SoupServer *http, guint most) G_GNUC_WARN_UNUSED_RESULT;
void         vis_listener_free (VisListener *self);
gboolean     vis_listener_add (VisListener *self, const char *text, GError **error);
void         vis_listener_set_certificate (VisListener *self, GTlsCertificate *certificate);
void         vis_listener_limit_clients (VisListener *self, guint most);
GPtrArray   *vis_listener_get_addresses (VisListener *self);
guint        vis_listener_get_n_connections (VisListener *self);
void         vis_listener_stop (VisListener *self);

GSocket     *vis_listener_find_socket (SoupServerMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisListener, vis_listener_free)

G_END_DECLS
