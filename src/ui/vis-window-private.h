/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-bar.h"
#include "vis-call-view.h"
#include "vis-chat-view.h"
#include "vis-sidebar.h"
#include "vis-window.h"

G_BEGIN_DECLS

struct _VisWindow
{
  AdwApplicationWindow parent_instance;

  VisChat             *chat;
  VisCallController   *controller;
  GSignalGroup        *chat_signals;
  GSignalGroup        *controller_signals;
  GSignalGroup        *call_signals;
  GtkWindow           *incoming; /* while somebody calls */
  GtkWindow           *new_chat; /* while somebody is asked for */
  AdwToast            *missed;   /* that tells of the last call that came during another */
  char                *wanted;   /* who is opened as soon as they are known */
  VisLinkNews         *news;
  guint                title_id;
  gboolean             updating;

  AdwToastOverlay     *toasts;
  GtkStack            *stack;
  VisWelcome          *welcome;
  AdwLeaflet          *leaflet;
  VisSidebar          *sidebar;
  GtkStack            *content;
  VisCallBar          *call_bar;

  /* Made after the first frame, or when they are needed before: see complete(). */
  VisChatView *chat_view;
  VisCallView *call_view;
  guint        frames;
};

void     vis_window_class_add_actions (GtkWidgetClass *widget_class);

void     vis_window_build_content (VisWindow *self);
gboolean vis_window_shows (VisWindow *self, const char *page);
gboolean vis_window_has_chat (VisWindow *self);
gboolean vis_window_has_call (VisWindow *self);
void     vis_window_show_call (VisWindow *self);
void     vis_window_leave_call (VisWindow *self);
void     vis_window_tell_missed (VisWindow *self, const char *user, const char *name);

G_END_DECLS
