/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VisFrameModel:
 *
 * A list model with the items of another one. It passes changes on once a frame, with as many new
 * items as rows can be made for in one frame: a thousand items that are added at once become a few
 * dozen `items-changed`, and the window is drawn between them.
 */
#define VIS_TYPE_FRAME_MODEL (vis_frame_model_get_type ())
G_DECLARE_FINAL_TYPE (VisFrameModel, vis_frame_model, VIS, FRAME_MODEL, GObject)

VisFrameModel *vis_frame_model_new (void) G_GNUC_WARN_UNUSED_RESULT;
void           vis_frame_model_set_model (VisFrameModel *self, GListModel *model);

G_END_DECLS
