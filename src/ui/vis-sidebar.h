/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat.h"
#include "vis-link-news.h"
#include "vis-pane.h"

G_BEGIN_DECLS

/**
 * VisSidebar:
 *
 * The list of chats, with a search entry.
 *
 * Signals `opened (VisConversation *conversation)`: the person chose a row; `new-chat`: the person
 * wants to add a contact.
 */
#define VIS_TYPE_SIDEBAR (vis_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (VisSidebar, vis_sidebar, VIS, SIDEBAR, VisPane)

void vis_sidebar_set_chat (VisSidebar *self, VisChat *chat);
void vis_sidebar_set_news (VisSidebar *self, VisLinkNews *news);
void vis_sidebar_select (VisSidebar *self, VisConversation *conversation);
void vis_sidebar_step (VisSidebar *self, int step);
void vis_sidebar_search (VisSidebar *self);
void vis_sidebar_stop_search (VisSidebar *self);

G_END_DECLS
