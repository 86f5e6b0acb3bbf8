/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisWallClock:
 *
 * The time of day for what is shown. Texts such as "Today" and "5 minutes ago" have to be updated
 * when `minute` or `day` is emitted. Reads the system's clock each minute, so that suspend and a
 * change of the time zone are noticed.
 */
#define VIS_TYPE_WALL_CLOCK (vis_wall_clock_get_type ())
G_DECLARE_FINAL_TYPE (VisWallClock, vis_wall_clock, VIS, WALL_CLOCK, GObject)

VisWallClock *vis_wall_clock_get_default (void);
gint64        vis_wall_clock_get_now (VisWallClock *self);
GTimeZone    *vis_wall_clock_get_zone (VisWallClock *self);
void          vis_wall_clock_set_offset (VisWallClock *self, gint64 offset);

G_END_DECLS
