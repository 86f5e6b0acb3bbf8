/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define VIS_TYPE_CLOCK (vis_clock_get_type ())
G_DECLARE_INTERFACE (VisClock, vis_clock, VIS, CLOCK, GObject)

/**
 * VisClock:
 *
 * Time as an input: what tells the time and calls back later. Code that waits takes a clock, so
 * that a test can turn the hands itself instead of sleeping.
 */
struct _VisClockInterface
{
  GTypeInterface parent_iface;

  gint64 (*now) (VisClock *self);
  gint64 (*wall) (VisClock *self);
  guint (*add_timeout) (VisClock *self, guint delay_ms, GSourceOnceFunc func, gpointer data);
  void (*remove) (VisClock *self, guint id);
};

gint64 vis_clock_now (VisClock *self);
gint64 vis_clock_wall (VisClock *self);
guint  vis_clock_add_timeout (VisClock *self, guint delay_ms, GSourceOnceFunc func, gpointer data)
  G_GNUC_WARN_UNUSED_RESULT;
void      vis_clock_remove (VisClock *self, guint id);
void      vis_clock_clear (VisClock *self, guint *id);

VisClock *vis_clock_get_system (void);

G_END_DECLS
