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
 * Where a chat that is opened begins: seeks the first unread message, asking for older pages on the
 * way, and puts it at the top of the list, below a line that says so. Until then the list is not
 * shown, so that nothing is seen that would be gone in a moment.
 *
 * The signal `found (boolean at_end)` tells once the list is shown, and whether it is at its end
 * because all that is unread can be seen there.
 */
#define VIS_TYPE_SEEK (vis_seek_get_type ())
G_DECLARE_FINAL_TYPE (VisSeek, vis_seek, VIS, SEEK, GObject)

VisSeek *vis_seek_new (GtkListView    *list,
                       GListModel     *messages,
                       VisMessageRows *rows) G_GNUC_WARN_UNUSED_RESULT;
void     vis_seek_begin (VisSeek *self, VisConversation *conversation);
gboolean vis_seek_get_active (VisSeek *self);

G_END_DECLS
