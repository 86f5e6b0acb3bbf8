/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/app/gstappsrc.h>

G_BEGIN_DECLS

/**
 * VisFeed:
 *
 * Where the picture or the sound of one device fans out to the sessions that send it. Safe on any
 * thread: the device's thread pushes, the main loop attaches.
 */
typedef struct _VisFeed VisFeed;

/**
 * VisTap:
 *
 * One session's end of a feed: the valve in front of its encoder.
 */
typedef struct _VisTap VisTap;

/**
 * VisTapMode:
 * @VIS_TAP_SHUT: nothing passes
 * @VIS_TAP_SILENT: of sound, only its time passes: zeros; of pictures, nothing
 * @VIS_TAP_OPEN: everything passes
 *
 * What a tap lets through.
 */
typedef enum
{
  VIS_TAP_SHUT,
  VIS_TAP_SILENT,
  VIS_TAP_OPEN,
} VisTapMode;

VisFeed *vis_feed_new (gboolean audio) G_GNUC_WARN_UNUSED_RESULT;
VisFeed *vis_feed_ref (VisFeed *self);
void     vis_feed_unref (VisFeed *self);
void     vis_feed_set_source (VisFeed *self, gconstpointer source);
void     vis_feed_push (VisFeed *self, gconstpointer source, GstSample *sample);

VisTap  *vis_tap_new (VisFeed *feed, GstAppSrc *target) G_GNUC_WARN_UNUSED_RESULT;
void     vis_tap_free (VisTap *self);
void     vis_tap_set_mode (VisTap *self, VisTapMode mode);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisFeed, vis_feed_unref)

G_END_DECLS
