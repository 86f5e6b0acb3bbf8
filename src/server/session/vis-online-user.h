/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-bus.h"
#include "vis-peer.h"
#include "vis-server-store.h"

G_BEGIN_DECLS

/**
 * VisOnlineUser:
 * @id: the id of the user
 * @user: the name of the user, %NULL while offline
 * @leaving: source id of the grace period after the last device has disconnected, 0: none; set by
 *   the registry
 * @owner: the registry, for the callback of @leaving
 * @newest: `seq` of the newest event received from the bus, 0: none
 * @n_subscribing: number of pending subscriptions of the bus
 * @n_reading: number of pending reads of the user's contacts from the store
 * @stale: whether another process may have written to the store during these reads
 * @changed: names of the users whose contact state the bus changed during these reads; %NULL: none
 * @kicked: device id → close code, of devices kicked altogether during these reads; %NULL: none
 *
 * A user who is online, or whose device is saying hello: their connections and mutual contacts.
 */
typedef struct
{
  gint64      id;
  char       *user;
  GArray     *connections;
  GHashTable *mutual; /* name → id */
  guint       leaving;
  gpointer    owner;

  gint64      newest;
  guint       n_subscribing;
  guint       n_reading;
  gboolean    stale;
  GHashTable *changed;
  GHashTable *kicked;
} VisOnlineUser;

VisOnlineUser *vis_online_user_new (gint64 id, gpointer owner) G_GNUC_WARN_UNUSED_RESULT;
void           vis_online_user_free (VisOnlineUser *self);

void           vis_online_user_add_peer (VisOnlineUser *self, VisPeer *peer, gint64 began);
gboolean       vis_online_user_remove_peer (VisOnlineUser *self, VisPeer *peer);
gboolean       vis_online_user_is_connected (const VisOnlineUser *self);
GArray        *vis_online_user_list_devices (const VisOnlineUser *self) G_GNUC_WARN_UNUSED_RESULT;

GHashTable    *vis_online_user_set_people (VisOnlineUser *self,
                                           GArray        *people) G_GNUC_WARN_UNUSED_RESULT;
void           vis_online_user_take_people (VisOnlineUser *self, const VisBusItem *item);

void           vis_online_user_take_event (VisOnlineUser *self, const VisBusItem *item);
void           vis_online_user_take_call (VisOnlineUser *self, const VisBusItem *item);
void           vis_online_user_take_kick (VisOnlineUser *self, const VisBusItem *item);
void           vis_online_user_notice (VisOnlineUser *self, gint64 seq);

guint16        vis_online_user_get_kicked (const VisOnlineUser *self, gint64 device);
void           vis_online_user_finish_reading (VisOnlineUser *self);

G_END_DECLS
