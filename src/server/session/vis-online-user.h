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
 * @id: the user
 * @user: their name, %NULL while no device of theirs has come
 * @leaving: timer after the last device has gone, 0: none; its source is the registry's
 * @owner: whose timer it is
 * @newest: `seq` of the newest event that the bus has brought, 0: none
 * @n_subscribing: how many devices wait for the bus
 * @n_reading: how often the store is being asked whom the user knows
 * @stale: whether another process may have changed meanwhile what it is going to say
 * @changed: names of users whom the bus has said to be contacts, or no more, meanwhile; %NULL: none
 * @kicked: id of device → code, of those that were kicked for good meanwhile; %NULL: none
 *
 * A user of whom a device is here, was a moment ago or is about to be: their connections, and who
 * has them in their contacts while they have them.
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
