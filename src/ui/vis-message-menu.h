/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * VisMessageMenu:
 *
 * The context menu of a message: copy, delete here or for everyone. One menu serves all messages of
 * a list, so that rows are cheap; it is made on first use.
 */
#define VIS_TYPE_MESSAGE_MENU (vis_message_menu_get_type ())
G_DECLARE_FINAL_TYPE (VisMessageMenu, vis_message_menu, VIS, MESSAGE_MENU, GObject)

VisMessageMenu *vis_message_menu_new (GtkWidget *view);
void            vis_message_menu_set_conversation (VisMessageMenu  *self,
                                                   VisChat         *chat,
                                                   VisConversation *conversation);
gboolean        vis_message_menu_show_for_focus (VisMessageMenu *self);

G_END_DECLS
