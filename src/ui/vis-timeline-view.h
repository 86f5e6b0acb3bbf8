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
 * The messages of one conversation. Stays at the bottom while the person is there, loads older
 * messages when they come near the top, and marks as read what they see.
 */
#define VIS_TYPE_TIMELINE_VIEW (vis_timeline_view_get_type ())
G_DECLARE_FINAL_TYPE (VisTimelineView, vis_timeline_view, VIS, TIMELINE_VIEW, AdwBin)

void vis_timeline_view_set_conversation (VisTimelineView *self,
                                         VisChat         *chat,
                                         VisConversation *conversation);
void vis_timeline_view_jump_to_bottom (VisTimelineView *self);

G_END_DECLS
