/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat.h"
#include "vis-composer.h"

G_BEGIN_DECLS

/**
 * VisDraft:
 *
 * Stores the text of a composer as the draft of its conversation: soon after each change, and when
 * another conversation takes its place.
 */
#define VIS_TYPE_DRAFT (vis_draft_get_type ())
G_DECLARE_FINAL_TYPE (VisDraft, vis_draft, VIS, DRAFT, GObject)

VisDraft *vis_draft_new (VisComposer *composer) G_GNUC_WARN_UNUSED_RESULT;
void      vis_draft_set_conversation (VisDraft *self, VisChat *chat, VisConversation *conversation);
void      vis_draft_keep (VisDraft *self);

G_END_DECLS
