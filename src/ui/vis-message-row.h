/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat-message.h"
#include "vis-message-body.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisMessageRow:
 *
 * A message of a conversation: a bubble with its text, time and ticks, or the record of a call. Its
 * neighbours, which decide whether it begins a day or a group, are set by its owner.
 */
#define VIS_TYPE_MESSAGE_ROW (vis_message_row_get_type ())
G_DECLARE_FINAL_TYPE (VisMessageRow, vis_message_row, VIS, MESSAGE_ROW, AdwBin)

GtkWidget      *vis_message_row_new (void);

VisChatMessage *vis_message_row_get_message (VisMessageRow *self);
VisMessageBody *vis_message_row_get_body (VisMessageRow *self);
void vis_message_row_set_message (VisMessageRow *self, VisChatMessage *message, const char *name);
void vis_message_row_set_neighbours (VisMessageRow  *self,
                                     VisChatMessage *previous,
                                     VisChatMessage *next);
void vis_message_row_set_first_unread (VisMessageRow *self, gboolean first_unread);

G_END_DECLS
