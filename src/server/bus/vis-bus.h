/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-message.h"

G_BEGIN_DECLS

/**
 * VisBusKind:
 * @VIS_BUS_EVENT: something for the devices of a user to hear: a durable event (with `seq`), or one
 *   that is gone when it was heard (without: presence, typing)
 * @VIS_BUS_CALL: a frame of a call, for one device
 * @VIS_BUS_PEOPLE: another user is in the contacts of both now, or is not any more
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
 * @kind: what it is; the fields below belong to the kinds that they name
 * @user: whom it is about
 * @message: EVENT, CALL: what to tell
 * @seq: EVENT: its place among the durable events of @user, 0 for none
 * @except_device: EVENT: who has it as an answer, 0: nobody
 * @only_device: CALL, KICK: the device
 * @other: PEOPLE: the other user
 * @other_name: PEOPLE: their name
 * @mutual: PEOPLE: whether both are in each other's contacts
 * @by: PEOPLE: which of the two has changed that
 * @before: KICK: connections that began earlier are meant; microseconds since 1970
 * @code: KICK: what they are closed with
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
 * What carries things from the node where they happen to those where a user's devices are, this
 * one included. It is a doorbell and never the store. What it promises, and what mends the rest:
 *
 * - EVENT: nothing. One may be lost, repeated or late, in any order. Whoever sees a gap in `seq`
 *   reads it from the store, and one that was told is dropped; presence is asked for by each client
 *   that connects, and stays wrong until then.
 * - CALL, PEOPLE and KICK: at most once, and for each user in the order in which one node has
 *   published them. They may be late, also behind an EVENT, or lost. Of two nodes that say
 * something of the same two users, or kick the same device, nothing is known of the order.
 * - A lost CALL is like a frame that the network lost: the timers of the clients ask again or end
 *   the call, and so does the router's own.
 * - A lost PEOPLE leaves this node with what it knew: a call is put through or refused wrongly.
 *   (What the store does, it checks itself.) The next hello of a device of that user mends it, and
 *   ends calls that may not go on; so does vis_device_registry_look_again() once the store has been
 *   changed by another process.
 * - A lost KICK leaves the older connection of a device open, with the events of its user, until it
 *   falls silent or the device says hello once more: each hello kicks all that are older by the
 * clock of its node, so clocks of nodes have to agree. A device that was logged out is refused by
 * the store when it comes back.
 *
 * Nothing is promised between different users, nor before vis_bus_subscribe_async() has answered.
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
