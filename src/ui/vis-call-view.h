/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-controller.h"
#include "vis-pane.h"

G_BEGIN_DECLS

/**
 * VisCallView:
 *
 * The call: the other side's picture, the own one in a corner, the controls, and, after it failed,
 * the reason.
 *
 * Properties: `active` (read-only: there is something to show), `call` (read-only: the one under
 * way). Follows the controller by itself.
 */
#define VIS_TYPE_CALL_VIEW (vis_call_view_get_type ())
G_DECLARE_FINAL_TYPE (VisCallView, vis_call_view, VIS, CALL_VIEW, VisPane)

void     vis_call_view_set_controller (VisCallView *self, VisCallController *controller);
gboolean vis_call_view_get_active (VisCallView *self);
VisCall *vis_call_view_get_call (VisCallView *self);

G_END_DECLS
