/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "vis-call-controller.h"
#include "vis-chat.h"

G_BEGIN_DECLS

/**
 * VisNotifier:
 *
 * Sends desktop notifications: of incoming calls, and of messages and contact requests while no
 * window of the app is active.
 */
#define VIS_TYPE_NOTIFIER (vis_notifier_get_type ())
G_DECLARE_FINAL_TYPE (VisNotifier, vis_notifier, VIS, NOTIFIER, GObject)

VisNotifier *vis_notifier_new (GtkApplication    *application,
                               VisChat           *chat,
                               VisCallController *controller) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
