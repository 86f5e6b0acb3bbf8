/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-message.h"

G_BEGIN_DECLS

/**
 * VisBusKind:
 * @VIS_BUS_EVENT: an event for the devices of a user: durable (with `seq`) or not (without:
 *   presence, typing)
 * @VIS_BUS_CALL: a frame of a call, for one device
 * @VIS_BUS_PEOPLE: two users have become mutual contacts, or stopped being that
 * @VIS_BUS_KICK: connections of a device are to be closed
 */
typedef enum
{
  VIS_BUS_EVENT,
  VIS_BUS_CALL,
  VIS_BUS_PEOPLE,
  VIS_BUS_KICK,
} VisBusKind;

/**
 * VisBusItem:
 * @kind: the kind; a field below is used by the kinds that its line names
 * @user: the user to whose subscribers it is delivered
 * @message: EVENT, CALL: the frame to send
 * @seq: EVENT: its sequence number among the durable events of @user, 0 for none
 * @except_device: EVENT: the device that gets it as the answer to its request, 0: none
 * @only_device: CALL, KICK: the device
 * @other: PEOPLE: the other user
 * @other_name: PEOPLE: the name of @other
 * @mutual: PEOPLE: whether the two are mutual contacts now
 * @by: PEOPLE: which of the two has changed that
 * @before: KICK: connections that began earlier are closed; microseconds since 1970
 * @code: KICK: close code, RFC 6455, section 7.4
 *
 * A message of the bus.
 */
typedef struct
{
  VisBusKind  kind;
  gint64      user;
  VisMessage *message;
  gint64      seq;
  gint64      except_device;
  gint64      only_device;
  gint64      other;
  char       *other_name;
  gboolean    mutual;
  gint64      by;
  gint64      before;
  guint16     code;
} VisBusItem;

VisBusItem *vis_bus_item_copy (const VisBusItem *self) G_GNUC_WARN_UNUSED_RESULT;
void        vis_bus_item_free (VisBusItem *self);

typedef void (*VisBusReceive) (const VisBusItem *item, gpointer data);

#define VIS_TYPE_BUS (vis_bus_get_type ())
G_DECLARE_INTERFACE (VisBus, vis_bus, VIS, BUS, GObject)

/**
 * VisBus:
 *
 * Publish/subscribe between nodes, by user: a node subscribes to the users whose devices are
 * connected to it, and receives its own items too. The bus notifies; only the store is durable.
 * Its guarantees, and what repairs a loss:
 *
 * - EVENT: none. It may be lost, repeated, delayed or reordered. A receiver fills a gap in `seq`
 *   from the store, and drops duplicates. Presence is requested by each client that connects, and
 *   stays wrong until then.
 * - CALL, PEOPLE and KICK: at most once, and ordered for each user and publishing node. They may be
 *   lost, or delayed, also behind a later EVENT. The order between two publishing nodes is
 *   undefined, also for the same two users or the same device.
 * - A lost CALL is like a frame that the network lost: the timers of the clients repeat it or end
 *   the call, and so does the router's own.
 * - A lost PEOPLE leaves stale contacts on this node: a call is routed or refused wrongly. (The
 *   store checks its own operations itself.) The next hello of a device of that user repairs it and
 *   ends calls that are not allowed any more; so does vis_device_registry_look_again() once another
 *   process has written to the store.
 * - A lost KICK leaves the older connection of a device open, with the events of its user, until it
 *   times out or the device says hello once more: each hello kicks all connections that are older
 *   by the clock of its node, so the clocks of nodes have to agree. A device that was logged out is
 *   refused by the store when it reconnects.
 *
 * There is no order between different users, and no delivery is guaranteed before
 * vis_bus_subscribe_async() has succeeded.
 */
struct _VisBusInterface
{
  GTypeInterface parent_iface;

  void (*set_receiver) (VisBus *self, VisBusReceive receive, gpointer data);
  void (*publish) (VisBus *self, const VisBusItem *item);
  void (*subscribe_async) (VisBus             *self,
                           gint64              user,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            data);
  void (*unsubscribe) (VisBus *self, gint64 user);
};

void     vis_bus_set_receiver (VisBus *self, VisBusReceive receive, gpointer data);
void     vis_bus_publish (VisBus *self, const VisBusItem *item);
void     vis_bus_subscribe_async (VisBus             *self,
                                  gint64              user,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            data);
gboolean vis_bus_subscribe_finish (VisBus *self, GAsyncResult *result, GError **error);
void     vis_bus_unsubscribe (VisBus *self, gint64 user);

G_END_DECLS
