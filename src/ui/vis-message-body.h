/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * VisMessageBody:
 *
 * The text of one message. Whatever it is, its layout takes a bounded time and never makes the
 * window wider: a long one is folded behind "Read more", and the widget takes whatever width it is
 * given. Text of people can be selected, and its links followed.
 *
 * Property `expanded`: all of a long text is shown.
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
