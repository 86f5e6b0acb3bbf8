/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-controller.h"
#include "vis-chat.h"
#include "vis-link-news.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * VisMainView:
 *
 * All of one account: the list of chats, beside it the open chat or the call, and a call bar while
 * the call is not on the screen. In a narrow window, folded, either the list or the content is
 * shown.
 *
 * Property `busy-below` (read-only): there are controls at the lower edge, which toasts must not
 * cover.
 */
#define VIS_TYPE_MAIN_VIEW (vis_main_view_get_type ())
G_DECLARE_FINAL_TYPE (VisMainView, vis_main_view, VIS, MAIN_VIEW, GtkBox)

GtkWidget *vis_main_view_new (VisLinkNews *news) G_GNUC_WARN_UNUSED_RESULT;

void vis_main_view_set_session (VisMainView *self, VisChat *chat, VisCallController *controller);
gboolean vis_main_view_get_busy_below (VisMainView *self);

void     vis_main_view_open_chat (VisMainView *self, const char *user);
void     vis_main_view_new_chat (VisMainView *self, const char *user);
void     vis_main_view_search (VisMainView *self);
void     vis_main_view_step (VisMainView *self, int step);
void     vis_main_view_go_back (VisMainView *self);
void     vis_main_view_show_chat (VisMainView *self);
void     vis_main_view_show_call (VisMainView *self);
void     vis_main_view_next_pane (VisMainView *self);

G_END_DECLS
