/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-devices.h"
#include "vis-ringer.h"

G_BEGIN_DECLS

/**
 * VisGstRinger:
 *
 * A ringer that plays through GStreamer. On a computer without sound it is silent.
 */
#define VIS_TYPE_GST_RINGER (vis_gst_ringer_get_type ())
G_DECLARE_FINAL_TYPE (VisGstRinger, vis_gst_ringer, VIS, GST_RINGER, GObject)

VisGstRinger *vis_gst_ringer_new (VisDevices *devices) G_GNUC_WARN_UNUSED_RESULT;
VisRing       vis_gst_ringer_get_ring (VisGstRinger *self);
gboolean      vis_gst_ringer_is_playing (VisGstRinger *self);

G_END_DECLS
