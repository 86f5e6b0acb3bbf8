/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-conversation.h"

G_BEGIN_DECLS

/**
 * VisConversationState:
 * @delivered: the position up to which messages were delivered to the other side
 * @read: the position up to which the other side has read them
 * @newest: (nullable): the id of the newest message that the server has
 * @typing_id: the timeout of the other side's typing
 * @told_typing: when `chat:typing` was last sent, in microseconds of the clock; 0 after it was sent
 *   that this person stopped
 *
 * Data of the chat about a conversation.
 */
typedef struct
{
  gint64 delivered;
  gint64 read;
  char  *newest;
  guint  typing_id;
  gint64 told_typing;
} VisConversationState;

VisConversation *vis_conversation_new (VisContact *contact) G_GNUC_WARN_UNUSED_RESULT;
void             vis_conversation_set_last_message (VisConversation *self, VisChatMessage *message);
void             vis_conversation_set_unread (VisConversation *self, guint unread);
void             vis_conversation_set_typing (VisConversation *self, gboolean typing);
void             vis_conversation_set_draft (VisConversation *self, const char *draft);

VisConversationState *vis_conversation_get_state (VisConversation *self);

/* The timeline without opening it. */
VisTimeline *vis_conversation_peek_timeline (VisConversation *self);

/* When something last happened that moves the conversation up, apart from messages: a request of a
 * contact. Milliseconds since 1970. */
void   vis_conversation_set_since (VisConversation *self, gint64 since);
gint64 vis_conversation_get_activity (VisConversation *self);

G_END_DECLS
