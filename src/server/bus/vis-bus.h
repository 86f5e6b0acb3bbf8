/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-message.h"

G_BEGIN_DECLS

/**
 * VisBusItem:
 *
 * Something for the devices of one user, wherever they are connected: a durable event (with
 * `seq`), or one that is gone when it was heard (without).
 */
typedef struct
{
  gint64      user;
  gint64      seq;
  gint64      except_device; /* 0: none */
  gint64      only_device;   /* 0: all */
  VisMessage *message;
} VisBusItem;

typedef void (*VisBusReceive) (const VisBusItem *item, gpointer data);

#define VIS_TYPE_BUS (vis_bus_get_type ())
G_DECLARE_INTERFACE (VisBus, vis_bus, VIS, BUS, GObject)

/**
 * VisBus:
 *
 * What carries events from the node where they happen to those where their users are. It is a
 * doorbell and never the store: an item may be lost, repeated or late, and whoever sees a gap in
 * `seq` reads it from the store.
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
