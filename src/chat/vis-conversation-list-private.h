/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-conversation.h"

G_BEGIN_DECLS

/* The conversations, newest first; those without messages come last, by name. */
#define VIS_TYPE_CONVERSATION_LIST (vis_conversation_list_get_type ())
G_DECLARE_FINAL_TYPE (VisConversationList, vis_conversation_list, VIS, CONVERSATION_LIST, GObject)

VisConversationList *vis_conversation_list_new (void) G_GNUC_WARN_UNUSED_RESULT;
VisConversation     *vis_conversation_list_lookup (VisConversationList *self, const char *chat);
VisConversation     *vis_conversation_list_peek (VisConversationList *self, guint index);
guint                vis_conversation_list_get_size (VisConversationList *self);
void vis_conversation_list_add (VisConversationList *self, VisConversation *conversation);
void vis_conversation_list_add_many (VisConversationList *self, GPtrArray *conversations);
void vis_conversation_list_remove (VisConversationList *self, VisConversation *conversation);
void vis_conversation_list_resort (VisConversationList *self, VisConversation *conversation);

G_END_DECLS
