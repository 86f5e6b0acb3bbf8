/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-presence.h"

G_DEFINE_INTERFACE (VisPresence, vis_presence, G_TYPE_OBJECT)

static void
vis_presence_default_init (VisPresenceInterface *iface)
{
}

/**
 * vis_presence_is_online:
 * @self: who is online
 * @user: the name of a user
 *
 * Returns: whether others are told that they are here; also for a moment after the last of their
 *   devices has gone
 */
gboolean
vis_presence_is_online (VisPresence *self, const char *user)
{
  return VIS_PRESENCE_GET_IFACE (self)->is_online (self, user);
}

/**
 * vis_presence_list_devices:
 * @self: who is online
 * @user: the id of a user
 *
 * Returns: (transfer full) (element-type gint64): the ids of the user's devices that are connected
 */
GArray *
vis_presence_list_devices (VisPresence *self, gint64 user)
{
  return VIS_PRESENCE_GET_IFACE (self)->list_devices (self, user);
}
