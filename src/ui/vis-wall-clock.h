/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisWallClock:
 *
 * The time as it is shown. Words like "Today" and "5 minutes ago" grow old by themselves: what
 * shows them says them again when "minute" or "day" is emitted. Looks at the clock each minute, so
 * that neither a sleep of the machine nor a journey to another time zone is missed.
 */
#define VIS_TYPE_WALL_CLOCK (vis_wall_clock_get_type ())
G_DECLARE_FINAL_TYPE (VisWallClock, vis_wall_clock, VIS, WALL_CLOCK, GObject)

VisWallClock *vis_wall_clock_get_default (void);
gint64        vis_wall_clock_get_now (VisWallClock *self);
GTimeZone    *vis_wall_clock_get_zone (VisWallClock *self);
void          vis_wall_clock_set_offset (VisWallClock *self, gint64 offset);

G_END_DECLS
