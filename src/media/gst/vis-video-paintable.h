/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gdk/gdk.h>
#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * VisVideoPaintable:
 *
 * The latest picture of a video, as something that GTK can paint. Pictures come in on any thread
 * and the newest one wins; the main loop is woken once, and not again before that picture has been
 * drawn.
 */
#define VIS_TYPE_VIDEO_PAINTABLE (vis_video_paintable_get_type ())
G_DECLARE_FINAL_TYPE (VisVideoPaintable, vis_video_paintable, VIS, VIDEO_PAINTABLE, GObject)

VisVideoPaintable *vis_video_paintable_new (void) G_GNUC_WARN_UNUSED_RESULT;
void               vis_video_paintable_push (VisVideoPaintable *self, GstSample *sample);
gboolean           vis_video_paintable_wants (VisVideoPaintable *self);
void               vis_video_paintable_clear (VisVideoPaintable *self);
GdkTexture *vis_video_paintable_dup_texture (VisVideoPaintable *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
