/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisMinute:
 *
 * The time as it is shown. Words like "Today" and "5 minutes ago" grow old by themselves: what
 * shows them says them again when "minute" or "day" is emitted. Looks at the clock each minute, so
 * that neither a sleep of the machine nor a journey to another time zone is missed.
 */
#define VIS_TYPE_MINUTE (vis_minute_get_type ())
G_DECLARE_FINAL_TYPE (VisMinute, vis_minute, VIS, MINUTE, GObject)

VisMinute *vis_minute_get_default (void);
gint64     vis_minute_get_now (VisMinute *self);
GTimeZone *vis_minute_get_zone (VisMinute *self);
void       vis_minute_set_offset (VisMinute *self, gint64 offset);

G_END_DECLS
