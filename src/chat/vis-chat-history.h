/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat-fetcher.h"
#include "vis-chat-journal.h"
#include "vis-chat-model.h"
#include "vis-wire.h"

G_BEGIN_DECLS

/**
 * VisChatHistory:
 *
 * Loads older messages into opened timelines: from the store, and where that ends, from the server.
 */
#define VIS_TYPE_CHAT_HISTORY (vis_chat_history_get_type ())
G_DECLARE_FINAL_TYPE (VisChatHistory, vis_chat_history, VIS, CHAT_HISTORY, GObject)

VisChatHistory *vis_chat_history_new (VisChatModel   *model,
                                      VisChatJournal *journal,
                                      VisChatFetcher *fetcher,
                                      VisWire        *wire) G_GNUC_WARN_UNUSED_RESULT;

void            vis_chat_history_attach (VisChatHistory *self, VisConversation *conversation);
void            vis_chat_history_detach (VisChatHistory *self, VisConversation *conversation);
void            vis_chat_history_reload (VisChatHistory *self, const VisStoreChange *change);
void            vis_chat_history_start (VisChatHistory *self);
void            vis_chat_history_stop (VisChatHistory *self);

G_END_DECLS
