/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-devices.h"
#include "vis-media-session.h"

G_BEGIN_DECLS

/**
 * VisGstEngine:
 *
 * The media engine on GStreamer.
 *
 * Properties: `camera`, `microphone` and `speaker` (what is used: the id or the name of a device,
 * `test`, `none`, or %NULL for the usual one), `relay-only` (whether media goes over relays
 * alone, so that the other side does not learn this computer's addresses; the environment variable
 * `VISAVIS_RELAY_ONLY=1` sets it at the start), `video-codec` (the codec of offers, %NULL for the
 * usual one), `devices` (read-only, a #GListModel of [class@Vis.Device]), `local-video`, `problem`,
 * `microphone-works`, `camera-works`.
 */
#define VIS_TYPE_GST_ENGINE (vis_gst_engine_get_type ())
G_DECLARE_FINAL_TYPE (VisGstEngine, vis_gst_engine, VIS, GST_ENGINE, GObject)

VisGstEngine *vis_gst_engine_new (const char *camera,
                                  const char *microphone) G_GNUC_WARN_UNUSED_RESULT;
void          vis_gst_engine_warm_up (VisGstEngine *self);
void          vis_gst_engine_set_camera (VisGstEngine *self, const char *camera);
void          vis_gst_engine_set_microphone (VisGstEngine *self, const char *microphone);
void          vis_gst_engine_set_speaker (VisGstEngine *self, const char *speaker);
VisDevices   *vis_gst_engine_get_devices (VisGstEngine *self);

G_END_DECLS
