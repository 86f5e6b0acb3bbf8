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
 * @self: a presence
 * @user: the name of a user
 *
 * Returns: whether the user is online to their contacts, which includes the grace period after
 *   their last device has disconnected
 */
gboolean
vis_presence_is_online (VisPresence *self, const char *user)
{
  return VIS_PRESENCE_GET_IFACE (self)->is_online (self, user);
}

/**
 * vis_presence_list_devices:
 * @self: a presence
 * @user: the id of a user
 *
 * Returns: (transfer full) (element-type gint64): the ids of the user's devices that are connected
 */
GArray *
vis_presence_list_devices (VisPresence *self, gint64 user)
{
  return VIS_PRESENCE_GET_IFACE (self)->list_devices (self, user);
}
