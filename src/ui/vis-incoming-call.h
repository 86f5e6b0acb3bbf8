/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-controller.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisIncomingCall:
 *
 * The window of an incoming call. Its owner creates and destroys it by the state of the call, so
 * that it exists exactly while the call rings.
 */
#define VIS_TYPE_INCOMING_CALL (vis_incoming_call_get_type ())
G_DECLARE_FINAL_TYPE (VisIncomingCall, vis_incoming_call, VIS, INCOMING_CALL, AdwWindow)

GtkWindow *
vis_incoming_call_new (GtkApplication *application, VisCallController *controller, VisCall *call);
VisCall *vis_incoming_call_get_call (VisIncomingCall *self);

G_END_DECLS
