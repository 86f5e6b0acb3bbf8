/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-conversation.h"

G_BEGIN_DECLS

VisConversation *vis_conversation_new (VisContact *contact) G_GNUC_WARN_UNUSED_RESULT;
void             vis_conversation_set_last_message (VisConversation *self, VisChatMessage *message);
void             vis_conversation_set_unread (VisConversation *self, guint unread);
void             vis_conversation_set_typing (VisConversation *self, gboolean typing);

/* The timeline without opening it. */
VisTimeline *vis_conversation_peek_timeline (VisConversation *self);

/* When something last happened that moves the conversation up, apart from messages: a request of a
 * contact. Milliseconds since 1970. */
void   vis_conversation_set_since (VisConversation *self, gint64 since);
gint64 vis_conversation_get_activity (VisConversation *self);

G_END_DECLS
