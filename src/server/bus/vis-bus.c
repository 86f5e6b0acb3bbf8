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

VisBusItem *
vis_bus_item_copy (const VisBusItem *self)
{
  VisBusItem *copy = g_memdup2 (self, sizeof *self);

  if (copy->message != NULL)
    vis_message_ref (copy->message);
  copy->other_name = g_strdup (copy->other_name);
  return copy;
}

void
vis_bus_item_free (VisBusItem *self)
{
  g_clear_pointer (&self->message, vis_message_unref);
  g_free (self->other_name);
  g_free (self);
}

/**
 * vis_bus_set_receiver:
 * @self: a bus
 * @receive: (nullable): called on the main context for each item of a subscribed user
 * @data: passed to @receive
 *
 * Sets the one receiver of this node.
 */
void
vis_bus_set_receiver (VisBus *self, VisBusReceive receive, gpointer data)
{
  VIS_BUS_GET_IFACE (self)->set_receiver (self, receive, data);
}

/**
 * vis_bus_publish:
 * @self: a bus
 * @item: (transfer none): an item
 *
 * Publishes an item to all nodes that have subscribed to its user.
 */
void
vis_bus_publish (VisBus *self, const VisBusItem *item)
{
  VIS_BUS_GET_IFACE (self)->publish (self, item);
}

/**
 * vis_bus_subscribe_async:
 * @self: a bus
 * @user: a user
 * @cancellable: (nullable): cancels it
 * @callback: called from the main loop, never before this has returned
 * @data: passed to @callback
 *
 * Subscribes to the items of a user. Items published after @callback has reported success are
 * received; items before that may be. So state that must be complete is read from the store after
 * success.
 *
 * Subscriptions are counted: each success needs a vis_bus_unsubscribe(), a failure or cancellation
 * none. Cancelling completes soon, also if the broker does not respond. Implementations complete
 * with a #GTask.
 */
void
vis_bus_subscribe_async (
  VisBus *self, gint64 user, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  VIS_BUS_GET_IFACE (self)->subscribe_async (self, user, cancellable, callback, data);
}

/**
 * vis_bus_subscribe_finish:
 * @self: a bus
 * @result: of vis_bus_subscribe_async()
 * @error: set if the subscription failed or was cancelled
 *
 * Returns: whether the node is subscribed
 */
gboolean
vis_bus_subscribe_finish (VisBus *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * vis_bus_unsubscribe:
 * @self: a bus
 * @user: a user
 *
 * Drops one subscription. After the last one no item of the user is received.
 */
void
vis_bus_unsubscribe (VisBus *self, gint64 user)
{
  VIS_BUS_GET_IFACE (self)->unsubscribe (self, user);
}
