/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

void         vis_gst_init (void);
GstElement  *vis_gst_pipeline_new (const char *name) G_GNUC_WARN_UNUSED_RESULT;
GstClockTime vis_gst_get_running_time (void);
GstElement  *vis_gst_make (GstBin *bin, const char *factory);
gboolean     vis_gst_has_element (const char *factory);

G_END_DECLS
