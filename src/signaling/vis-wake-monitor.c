/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-wake-monitor.h"

#include <gio/gio.h>

struct _VisWakeMonitor
{
  GObject          parent_instance;

  GCancellable    *cancellable;
  GDBusConnection *bus;
  guint            sleep_id;
};

G_DEFINE_FINAL_TYPE (VisWakeMonitor, vis_wake_monitor, G_TYPE_OBJECT)

enum
{
  WAKE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, VisWakeMonitor *self)
{
  if (available)
    g_signal_emit (self, signals[WAKE], 0);
}

/* org.freedesktop.login1.Manager.PrepareForSleep: TRUE before, FALSE after. */
static void
on_sleep (GDBusConnection *bus,
          const char      *sender,
          const char      *path,
          const char      *interface,
          const char      *name,
          GVariant        *parameters,
          gpointer         data)
{
  gboolean before = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &before);
  if (!before)
    g_signal_emit (VIS_WAKE_MONITOR (data), signals[WAKE], 0);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GCancellable)    cancellable = data;
  g_autoptr (GError)          error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  VisWakeMonitor             *self;

  if (bus == NULL)
    {
      g_debug ("Sleep will not be noticed: %s", error->message);
      return;
    }

  if (g_cancellable_is_cancelled (cancellable))
    return;

  self = g_object_get_data (G_OBJECT (cancellable), "vis-wake-monitor");
  self->sleep_id = g_dbus_connection_signal_subscribe (bus,
                                                       "org.freedesktop.login1",
                                                       "org.freedesktop.login1.Manager",
                                                       "PrepareForSleep",
                                                       "/org/freedesktop/login1",
                                                       NULL,
                                                       G_DBUS_SIGNAL_FLAGS_NONE,
                                                       on_sleep,
                                                       self,
                                                       NULL);
  self->bus = g_steal_pointer (&bus);
}

static void
vis_wake_monitor_dispose (GObject *object)
{
  VisWakeMonitor *self = VIS_WAKE_MONITOR (object);

  g_cancellable_cancel (self->cancellable);
  if (self->bus != NULL && self->sleep_id != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->sleep_id);
  self->sleep_id = 0;
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (vis_wake_monitor_parent_class)->dispose (object);
}

static void
vis_wake_monitor_finalize (GObject *object)
{
  VisWakeMonitor *self = VIS_WAKE_MONITOR (object);

  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (vis_wake_monitor_parent_class)->finalize (object);
}

static void
vis_wake_monitor_class_init (VisWakeMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vis_wake_monitor_dispose;
  object_class->finalize = vis_wake_monitor_finalize;

  /**
   * VisWakeMonitor::wake:
   *
   * The network changed, or the computer woke up.
   */
  signals[WAKE] = g_signal_new (
    "wake", VIS_TYPE_WAKE_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vis_wake_monitor_init (VisWakeMonitor *self)
{
  self->cancellable = g_cancellable_new ();
  g_object_set_data (G_OBJECT (self->cancellable), "vis-wake-monitor", self);
  g_signal_connect_object (
    g_network_monitor_get_default (), "network-changed", G_CALLBACK (on_network_changed), self, 0);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_bus, g_object_ref (self->cancellable));
}

/**
 * vis_wake_monitor_new:
 *
 * Starts to listen.
 *
 * Returns: (transfer full): a new object
 */
VisWakeMonitor *
vis_wake_monitor_new (void)
{
  return g_object_new (VIS_TYPE_WAKE_MONITOR, NULL);
}
