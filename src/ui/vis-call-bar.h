/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-controller.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisCallBar:
 *
 * The call in one line, for when the call view is not on the screen.
 */
#define VIS_TYPE_CALL_BAR (vis_call_bar_get_type ())
G_DECLARE_FINAL_TYPE (VisCallBar, vis_call_bar, VIS, CALL_BAR, AdwBin)

void vis_call_bar_set_call (VisCallBar *self, VisCallController *controller, VisCall *call);

G_END_DECLS
