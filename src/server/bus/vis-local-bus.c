/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-local-bus.h"

/* The bus of a server of one node: publishing calls the receiver directly, whether the user is
 * subscribed or not. Subscribing still completes from the main loop, so that no caller relies on a
 * synchronous callback. */

struct _VisLocalBus
{
  GObject       parent_instance;

  VisBusReceive receive;
  gpointer      data;
};

static void vis_local_bus_iface_init (VisBusInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisLocalBus,
                               vis_local_bus,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_BUS, vis_local_bus_iface_init))

static void
vis_local_bus_set_receiver (VisBus *bus, VisBusReceive receive, gpointer data)
{
  VisLocalBus *self = VIS_LOCAL_BUS (bus);

  self->receive = receive;
  self->data = data;
}

static void
vis_local_bus_publish (VisBus *bus, const VisBusItem *item)
{
  VisLocalBus *self = VIS_LOCAL_BUS (bus);

  if (self->receive != NULL)
    self->receive (item, self->data);
}

static void
vis_local_bus_subscribe_async (
  VisBus *bus, gint64 user, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (bus, cancellable, callback, data);

  g_task_set_source_tag (task, vis_local_bus_subscribe_async);
  g_task_return_boolean (task, TRUE);
}

static void
vis_local_bus_unsubscribe (VisBus *bus, gint64 user)
{
}

static void
vis_local_bus_iface_init (VisBusInterface *iface)
{
  iface->set_receiver = vis_local_bus_set_receiver;
  iface->publish = vis_local_bus_publish;
  iface->subscribe_async = vis_local_bus_subscribe_async;
  iface->unsubscribe = vis_local_bus_unsubscribe;
}

static void
vis_local_bus_class_init (VisLocalBusClass *klass)
{
}

static void
vis_local_bus_init (VisLocalBus *self)
{
}

VisBus *
vis_local_bus_new (void)
{
  return g_object_new (VIS_TYPE_LOCAL_BUS, NULL);
}
