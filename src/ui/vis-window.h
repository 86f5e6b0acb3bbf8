/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-controller.h"
#include "vis-chat.h"
#include "vis-link-news.h"
#include "vis-welcome.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisWindow:
 *
 * The main window: the form to sign in, or the chats and calls of one account. Expects the actions
 * `app.about` and `app.sign-out` of its application.
 */
#define VIS_TYPE_WINDOW (vis_window_get_type ())
G_DECLARE_FINAL_TYPE (VisWindow, vis_window, VIS, WINDOW, AdwApplicationWindow)

VisWindow   *vis_window_new (GtkApplication *application) G_GNUC_WARN_UNUSED_RESULT;

void         vis_window_present (VisWindow *self);
void         vis_window_set_session (VisWindow *self, VisChat *chat, VisCallController *controller);
void         vis_window_show_welcome (VisWindow *self);
VisWelcome  *vis_window_get_welcome (VisWindow *self);
void         vis_window_show_error (VisWindow *self, const char *sentence);
void         vis_window_show_notice (VisWindow *self, const char *sentence);
VisLinkNews *vis_window_get_news (VisWindow *self);
void         vis_window_open_chat (VisWindow *self, const char *user);
void         vis_window_new_chat (VisWindow *self, const char *user);

G_END_DECLS
