/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-clock.h"

G_DEFINE_INTERFACE (VisClock, vis_clock, G_TYPE_OBJECT)

static void
vis_clock_default_init (VisClockInterface *iface)
{
}

#define VIS_TYPE_SYSTEM_CLOCK (vis_system_clock_get_type ())
G_DECLARE_FINAL_TYPE (VisSystemClock, vis_system_clock, VIS, SYSTEM_CLOCK, GObject)

struct _VisSystemClock
{
  GObject parent_instance;
};

static gint64
vis_system_clock_now (VisClock *clock)
{
  return g_get_monotonic_time ();
}

static gint64
vis_system_clock_wall (VisClock *clock)
{
  return g_get_real_time () / 1000;
}

static guint
vis_system_clock_add_timeout (VisClock *clock, guint delay_ms, GSourceOnceFunc func, gpointer data)
{
  return g_timeout_add_once (delay_ms, func, data);
}

static void
vis_system_clock_remove (VisClock *clock, guint id)
{
  g_source_remove (id);
}

static void
vis_system_clock_iface_init (VisClockInterface *iface)
{
  iface->now = vis_system_clock_now;
  iface->wall = vis_system_clock_wall;
  iface->add_timeout = vis_system_clock_add_timeout;
  iface->remove = vis_system_clock_remove;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (VisSystemClock,
                               vis_system_clock,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_CLOCK, vis_system_clock_iface_init))

static void
vis_system_clock_class_init (VisSystemClockClass *klass)
{
}

static void
vis_system_clock_init (VisSystemClock *self)
{
}

/**
 * vis_clock_now:
 * @self: a clock
 *
 * The time that never jumps, for measuring spans.
 *
 * Returns: microseconds since an unspecified start
 */
gint64
vis_clock_now (VisClock *self)
{
  return VIS_CLOCK_GET_IFACE (self)->now (self);
}

/**
 * vis_clock_wall:
 * @self: a clock
 *
 * The time of day.
 *
 * Returns: milliseconds since 1970-01-01 00:00 UTC
 */
gint64
vis_clock_wall (VisClock *self)
{
  return VIS_CLOCK_GET_IFACE (self)->wall (self);
}

/**
 * vis_clock_add_timeout:
 * @self: a clock
 * @delay_ms: when to call, in milliseconds from now
 * @func: (scope async): what to call, once
 * @data: handed to @func
 *
 * Calls @func later on the main loop.
 *
 * Returns: an id for [method@Vis.Clock.remove]; it is gone once @func runs
 */
guint
vis_clock_add_timeout (VisClock *self, guint delay_ms, GSourceOnceFunc func, gpointer data)
{
  return VIS_CLOCK_GET_IFACE (self)->add_timeout (self, delay_ms, func, data);
}

/**
 * vis_clock_remove:
 * @self: a clock
 * @id: a timeout that has not been called yet
 *
 * Forgets a timeout.
 */
void
vis_clock_remove (VisClock *self, guint id)
{
  VIS_CLOCK_GET_IFACE (self)->remove (self, id);
}

/**
 * vis_clock_clear:
 * @self: a clock
 * @id: (inout): where a timeout's id is kept, or 0
 *
 * Forgets the timeout in @id, if there is one, and sets @id to 0.
 */
void
vis_clock_clear (VisClock *self, guint *id)
{
  guint old = *id;

  *id = 0;
  if (old != 0)
    vis_clock_remove (self, old);
}

/**
 * vis_clock_get_system:
 *
 * The clock of this computer, on the default main context.
 *
 * Returns: (transfer none): the one system clock
 */
VisClock *
vis_clock_get_system (void)
{
  static VisClock *clock;

  if (g_once_init_enter (&clock))
    g_once_init_leave (&clock, VIS_CLOCK (g_object_new (VIS_TYPE_SYSTEM_CLOCK, NULL)));

  return clock;
}
