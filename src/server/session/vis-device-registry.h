/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-bus.h"
#include "vis-peer.h"
#include "vis-presence.h"
#include "vis-server-store.h"

G_BEGIN_DECLS

/**
 * VisParted:
 * @user: the user who removed or blocked the other one
 * @other: the user who is no mutual contact any more
 * @data: the data of vis_device_registry_set_parted()
 *
 * Called when two users stop being mutual contacts.
 */
typedef void (*VisParted) (gint64 user, gint64 other, gpointer data);

#define VIS_TYPE_DEVICE_REGISTRY (vis_device_registry_get_type ())
G_DECLARE_FINAL_TYPE (VisDeviceRegistry, vis_device_registry, VIS, DEVICE_REGISTRY, GObject)

/**
 * VisDeviceRegistry:
 *
 * The users with a device connected to this node, their devices and their mutual contacts. On a
 * server of one node it is the #VisPresence of all users.
 */

VisDeviceRegistry *vis_device_registry_new (VisBus         *bus,
                                            VisServerStore *store) G_GNUC_WARN_UNUSED_RESULT;

void vis_device_registry_set_parted (VisDeviceRegistry *self, VisParted parted, gpointer data);
void vis_device_registry_enter_async (VisDeviceRegistry  *self,
                                      gint64              user,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            data);
gboolean
vis_device_registry_enter_finish (VisDeviceRegistry *self, GAsyncResult *result, GError **error);
void     vis_device_registry_give_up (VisDeviceRegistry *self, gint64 user);
gint64   vis_device_registry_get_newest (VisDeviceRegistry *self, gint64 user);
void     vis_device_registry_join (VisDeviceRegistry *self, VisPeer *peer, GArray *people);
gboolean vis_device_registry_leave (VisDeviceRegistry *self, VisPeer *peer);
gint64   vis_device_registry_find_mutual (VisDeviceRegistry *self, gint64 user, const char *other);
guint    vis_device_registry_get_n_users (VisDeviceRegistry *self);
void     vis_device_registry_look_again (VisDeviceRegistry *self);

guint16  vis_device_registry_get_kicked (VisDeviceRegistry *self, gint64 user, gint64 device);

G_END_DECLS
