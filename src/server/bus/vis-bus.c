/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-bus.h"

G_DEFINE_INTERFACE (VisBus, vis_bus, G_TYPE_OBJECT)

static void
vis_bus_default_init (VisBusInterface *iface)
{
}

/**
 * vis_bus_set_receiver:
 * @self: a bus
 * @receive: (nullable): called on the main context for each item of a subscribed user
 * @data: passed to @receive
 *
 * Sets who listens.
 */
void
vis_bus_set_receiver (VisBus *self, VisBusReceive receive, gpointer data)
{
  VIS_BUS_GET_IFACE (self)->set_receiver (self, receive, data);
}

/**
 * vis_bus_publish:
 * @self: a bus
 * @item: (transfer none): what to tell
 *
 * Tells all nodes that have subscribed to the item's user.
 */
void
vis_bus_publish (VisBus *self, const VisBusItem *item)
{
  VIS_BUS_GET_IFACE (self)->publish (self, item);
}

/**
 * vis_bus_subscribe:
 * @self: a bus
 * @user: whose items to hear
 *
 * The first device of a user is on this node.
 */
void
vis_bus_subscribe (VisBus *self, gint64 user)
{
  VIS_BUS_GET_IFACE (self)->subscribe (self, user);
}

/**
 * vis_bus_unsubscribe:
 * @self: a bus
 * @user: whose items not to hear any more
 *
 * The last device of a user has left this node.
 */
void
vis_bus_unsubscribe (VisBus *self, gint64 user)
{
  VIS_BUS_GET_IFACE (self)->unsubscribe (self, user);
}
