/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-conversation.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisChatRow:
 *
 * A person in the list of chats: picture, presence, name, last message, time, unread count.
 */
#define VIS_TYPE_CHAT_ROW (vis_chat_row_get_type ())
G_DECLARE_FINAL_TYPE (VisChatRow, vis_chat_row, VIS, CHAT_ROW, AdwBin)

GtkWidget       *vis_chat_row_new (void);

VisConversation *vis_chat_row_get_conversation (VisChatRow *self);
void             vis_chat_row_set_conversation (VisChatRow *self, VisConversation *conversation);

G_END_DECLS
