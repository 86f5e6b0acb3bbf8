/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-video-paintable.h"

G_BEGIN_DECLS

/* Called on a thread of GStreamer for each picture, converted or not. */
typedef void (*VisFrameFunc) (gpointer data);

GstElement *vis_video_sink_new (VisVideoPaintable *paintable,
                                int                width,
                                VisFrameFunc       func,
                                gpointer           data,
                                GDestroyNotify     destroy) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
