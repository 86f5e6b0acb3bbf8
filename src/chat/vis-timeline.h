/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VisTimeline:
 *
 * The messages of one conversation, oldest first: a #GListModel of [class@Vis.ChatMessage] that has
 * the newest page at first, and older ones when they are loaded.
 *
 * Read-only properties: `loading` (older messages are on their way), `complete` (there is no older
 * one).
 */
#define VIS_TYPE_TIMELINE (vis_timeline_get_type ())
G_DECLARE_FINAL_TYPE (VisTimeline, vis_timeline, VIS, TIMELINE, GObject)

gboolean vis_timeline_get_loading (VisTimeline *self);
gboolean vis_timeline_get_complete (VisTimeline *self);
void     vis_timeline_load_older (VisTimeline *self);

G_END_DECLS
