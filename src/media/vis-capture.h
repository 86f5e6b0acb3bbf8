/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-feed.h"
#include "vis-video-paintable.h"

G_BEGIN_DECLS

/**
 * VisCapture:
 *
 * A camera or a microphone that is open and fills a feed. Signal `failed`: the device went away or
 * could not be opened; it is closed.
 */
#define VIS_TYPE_CAPTURE (vis_capture_get_type ())
G_DECLARE_FINAL_TYPE (VisCapture, vis_capture, VIS, CAPTURE, GObject)

VisCapture *vis_capture_new (VisFeed *feed) G_GNUC_WARN_UNUSED_RESULT;
void     vis_capture_open_camera (VisCapture *self, GstElement *source, VisVideoPaintable *preview);
void     vis_capture_open_microphone (VisCapture *self, GstElement *source, GstElement *probe);
void     vis_capture_close (VisCapture *self);
gboolean vis_capture_is_open (VisCapture *self);

GstElement *vis_capture_make_test_camera (void) G_GNUC_WARN_UNUSED_RESULT;
GstElement *vis_capture_make_test_microphone (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
