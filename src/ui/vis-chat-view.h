/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-controller.h"
#include "vis-chat.h"
#include "vis-link-news.h"
#include "vis-pane.h"

G_BEGIN_DECLS

/**
 * VisChatView:
 *
 * One conversation: a header with the contact, the messages and the composer. Folded, it has a
 * button that leads back.
 */
#define VIS_TYPE_CHAT_VIEW (vis_chat_view_get_type ())
G_DECLARE_FINAL_TYPE (VisChatView, vis_chat_view, VIS, CHAT_VIEW, VisPane)

void vis_chat_view_set_session (VisChatView *self, VisChat *chat, VisCallController *controller);
void vis_chat_view_set_news (VisChatView *self, VisLinkNews *news);
VisConversation *vis_chat_view_get_conversation (VisChatView *self);
void             vis_chat_view_set_conversation (VisChatView *self, VisConversation *conversation);

G_END_DECLS
