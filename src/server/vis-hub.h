/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-bus.h"
#include "vis-peer.h"
#include "vis-server-store.h"

G_BEGIN_DECLS

/**
 * VisHub:
 *
 * Who is here: the users with a device on this node, their devices, and whom they know.
 */
typedef struct _VisHub VisHub;

VisHub                *vis_hub_new (VisBus *bus, VisServerStore *store) G_GNUC_WARN_UNUSED_RESULT;
void                   vis_hub_free (VisHub *self);

void                   vis_hub_join (VisHub *self, VisPeer *peer, GArray *people);
void                   vis_hub_leave (VisHub *self, VisPeer *peer);
VisPeer               *vis_hub_find_device (VisHub *self, gint64 device);
GPtrArray             *vis_hub_get_devices (VisHub *self, gint64 user);
gboolean               vis_hub_is_online (VisHub *self, const char *user);
gint64                 vis_hub_find_mutual (VisHub *self, gint64 user, const char *other);
guint                  vis_hub_get_n_users (VisHub *self);

void                   vis_hub_look_again (VisHub *self);
void                   vis_hub_publish (VisHub *self, const VisBusItem *item);
void                   vis_hub_publish_events (VisHub *self, VisStoreOp *op);
void vis_hub_set_mutual (VisHub *self, gint64 user, const char *name, const VisStorePerson *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisHub, vis_hub_free)

G_END_DECLS
