/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-device.h"

G_BEGIN_DECLS

void         vis_gst_init (void);
void         vis_gst_warm_up (void);
gboolean     vis_media_check_elements (GError **error);
void         vis_media_check_elements_async (GAsyncReadyCallback callback, gpointer user_data);
gboolean     vis_media_check_elements_finish (GAsyncResult *result, GError **error);

GstElement  *vis_gst_pipeline_new (const char *name) G_GNUC_WARN_UNUSED_RESULT;
GstClockTime vis_gst_get_running_time (void);
GstElement  *vis_gst_make (GstBin *bin, const char *factory);
gboolean     vis_gst_has_element (const char *factory);

void         vis_gst_start_later (GstElement *pipeline, VisDeviceKind kind);
void         vis_gst_stop_later (GstElement *pipeline, VisDeviceKind kind);
void         vis_gst_hold (void);
void         vis_gst_release (void);
gboolean     vis_gst_wait (void);

G_END_DECLS
