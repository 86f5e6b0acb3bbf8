/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisTimelineView:
 *
 * The messages of one conversation. The list follows new messages while it is at its end, loads
 * older ones near its top, and marks as read what is visible.
 */
#define VIS_TYPE_TIMELINE_VIEW (vis_timeline_view_get_type ())
G_DECLARE_FINAL_TYPE (VisTimelineView, vis_timeline_view, VIS, TIMELINE_VIEW, AdwBin)

void vis_timeline_view_set_conversation (VisTimelineView *self,
                                         VisChat         *chat,
                                         VisConversation *conversation);
void vis_timeline_view_jump_to_bottom (VisTimelineView *self);

G_END_DECLS
