/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat-message.h"
#include "vis-contact.h"
#include "vis-timeline.h"

G_BEGIN_DECLS

/**
 * VisConversation:
 *
 * One conversation with another user. Read-only properties: `chat` (the other person's user name),
 * `contact`, `last-message` ([class@Vis.ChatMessage] or %NULL), `unread`, `typing` (the other side
 * is typing), `draft` (the text that was not sent), `timeline`.
 */
#define VIS_TYPE_CONVERSATION (vis_conversation_get_type ())
G_DECLARE_FINAL_TYPE (VisConversation, vis_conversation, VIS, CONVERSATION, GObject)

const char     *vis_conversation_get_chat (VisConversation *self);
VisContact     *vis_conversation_get_contact (VisConversation *self);
VisChatMessage *vis_conversation_get_last_message (VisConversation *self);
guint           vis_conversation_get_unread (VisConversation *self);
gboolean        vis_conversation_get_typing (VisConversation *self);
const char     *vis_conversation_get_draft (VisConversation *self);
VisTimeline    *vis_conversation_get_timeline (VisConversation *self);
guint           vis_conversation_find_first_unread (VisConversation *self, guint *missing);

G_END_DECLS
