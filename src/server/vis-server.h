/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-server-config.h"

G_BEGIN_DECLS

/**
 * VisServer:
 *
 * A running server. The one place of this layer that knows all the others.
 */
typedef struct _VisServer VisServer;

VisServer  *vis_server_new (VisServerConfig *config, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void        vis_server_free (VisServer *self);
const char *vis_server_get_address (VisServer *self);
char       *vis_server_announce (VisServer *self) G_GNUC_WARN_UNUSED_RESULT;
void        vis_server_reload_async (VisServer          *self,
                                     VisServerConfig    *config,
                                     GAsyncReadyCallback callback,
                                     gpointer            data);
gboolean    vis_server_reload_finish (GAsyncResult *result, GError **error);
void        vis_server_drain (VisServer *self);
gboolean    vis_server_is_drained (VisServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisServer, vis_server_free)

G_END_DECLS
