/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat-message.h"
#include "vis-contact.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * VisMessageRows:
 *
 * The rows of a list of messages: the list's factory, which also sets the neighbours of each row.
 */
#define VIS_TYPE_MESSAGE_ROWS (vis_message_rows_get_type ())
G_DECLARE_FINAL_TYPE (VisMessageRows, vis_message_rows, VIS, MESSAGE_ROWS, GObject)

VisMessageRows *vis_message_rows_new (GtkListView *list,
                                      GListModel  *messages) G_GNUC_WARN_UNUSED_RESULT;
void            vis_message_rows_set_contact (VisMessageRows *self, VisContact *contact);
GtkWidget      *vis_message_rows_find (VisMessageRows *self, VisChatMessage *message);
gboolean        vis_message_rows_set_first_unread (VisMessageRows *self, VisChatMessage *message);
void            vis_message_rows_update (VisMessageRows *self);
void            vis_message_rows_update_edges (VisMessageRows *self, guint position, guint added);

G_END_DECLS
