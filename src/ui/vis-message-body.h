/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * VisMessageBody:
 *
 * The words of one message. Whatever they are, they cost a bounded time to lay out and never make
 * the window wider: long ones are folded behind "Read more", and the widget itself takes whatever
 * width it is given. Words of others can be selected, and their links followed.
 *
 * Properties: `expanded` (the whole of a long text is shown).
 */
#define VIS_TYPE_MESSAGE_BODY (vis_message_body_get_type ())
G_DECLARE_FINAL_TYPE (VisMessageBody, vis_message_body, VIS, MESSAGE_BODY, GtkWidget)

GtkWidget *vis_message_body_new (void) G_GNUC_WARN_UNUSED_RESULT;
void       vis_message_body_set_words (VisMessageBody *self, const char *words);
void       vis_message_body_set_message (VisMessageBody *self, const char *text, gboolean expanded);
gboolean   vis_message_body_get_expanded (VisMessageBody *self);
char      *vis_message_body_dup_selection (VisMessageBody *self) G_GNUC_WARN_UNUSED_RESULT;
const char *vis_message_body_get_link (VisMessageBody *self);

G_END_DECLS
