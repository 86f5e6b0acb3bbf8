/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat-model.h"
#include "vis-store.h"

G_BEGIN_DECLS

/* Updates the objects of the model from records of the store. */

VisChatMessage *vis_chat_show_message (VisConversation        *conversation,
                                       const VisStoredMessage *stored) G_GNUC_WARN_UNUSED_RESULT;
void            vis_chat_show_failed (VisChatModel *model, const char *chat, const char *message);
void            vis_chat_show_contents (VisChatModel *model, const VisStoreContents *contents);
void vis_chat_show_change (VisChatModel *model, const VisStoreChange *change, VisEditKind kind);

G_END_DECLS
