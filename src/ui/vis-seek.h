/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-conversation.h"
#include "vis-message-rows.h"

G_BEGIN_DECLS

/**
 * VisSeek:
 *
 * Scrolls a chat that is opened to its first unread message: asks for older pages until it is
 * there, and puts it at the top of the list, below the line "New messages". The list is transparent
 * until then, so that nothing flashes by.
 *
 * `found (boolean at_end)` is emitted once the list is shown; @at_end: at its end, where all unread
 * messages are visible.
 */
#define VIS_TYPE_SEEK (vis_seek_get_type ())
G_DECLARE_FINAL_TYPE (VisSeek, vis_seek, VIS, SEEK, GObject)

VisSeek *vis_seek_new (GtkListView    *list,
                       GListModel     *messages,
                       VisMessageRows *rows) G_GNUC_WARN_UNUSED_RESULT;
void     vis_seek_begin (VisSeek *self, VisConversation *conversation);
gboolean vis_seek_get_active (VisSeek *self);

G_END_DECLS
