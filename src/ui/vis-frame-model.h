/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VisFrameModel:
 *
 * A list model that shows what another one has, and passes its changes on once a frame, so many new
 * items at a time as rows can be made for in one: a thousand that come at once are a few dozen
 * changes of the list that shows them, and none of them keeps the window from being drawn.
 */
#define VIS_TYPE_FRAME_MODEL (vis_frame_model_get_type ())
G_DECLARE_FINAL_TYPE (VisFrameModel, vis_frame_model, VIS, FRAME_MODEL, GObject)

VisFrameModel *vis_frame_model_new (void) G_GNUC_WARN_UNUSED_RESULT;
void           vis_frame_model_set_model (VisFrameModel *self, GListModel *model);

G_END_DECLS
