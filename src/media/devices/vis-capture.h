/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-device-pipeline.h"
#include "vis-feed.h"
#include "vis-video-paintable.h"

G_BEGIN_DECLS

/**
 * VisCapture:
 *
 * A camera or a microphone, which fills a feed while it is open.
 */
#define VIS_TYPE_CAPTURE (vis_capture_get_type ())
G_DECLARE_FINAL_TYPE (VisCapture, vis_capture, VIS, CAPTURE, VisDevicePipeline)

VisCapture *vis_capture_new (VisDeviceKind kind, VisFeed *feed) G_GNUC_WARN_UNUSED_RESULT;
void vis_capture_open_camera (VisCapture *self, GstElement *source, VisVideoPaintable *preview);
void vis_capture_open_microphone (VisCapture *self, GstElement *source, GstElement *probe);

GstElement *vis_capture_make_test_camera (void) G_GNUC_WARN_UNUSED_RESULT;
GstElement *vis_capture_make_test_microphone (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
