/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * VisDeviceKind:
 *
 * What a device is for.
 */
typedef enum
{
  VIS_DEVICE_CAMERA,
  VIS_DEVICE_MICROPHONE,
  VIS_DEVICE_SPEAKER,
} VisDeviceKind;

#define VIS_N_DEVICE_KINDS   (VIS_DEVICE_SPEAKER + 1)

#define VIS_TYPE_DEVICE_KIND (vis_device_kind_get_type ())
GType vis_device_kind_get_type (void);

/**
 * VisDevice:
 *
 * A camera, a microphone or a speaker of this computer. Properties, all read-only: `id` (the same
 * the next time), `name` (for people), `kind`.
 */
#define VIS_TYPE_DEVICE (vis_device_get_type ())
G_DECLARE_FINAL_TYPE (VisDevice, vis_device, VIS, DEVICE, GObject)

VisDevice    *vis_device_new (GstDevice *device) G_GNUC_WARN_UNUSED_RESULT;
const char   *vis_device_get_id (VisDevice *self);
const char   *vis_device_get_name (VisDevice *self);
VisDeviceKind vis_device_get_kind (VisDevice *self);
gboolean      vis_device_is_default (VisDevice *self);
gboolean      vis_device_is (VisDevice *self, GstDevice *device);
gboolean      vis_device_renew (VisDevice *self, GstDevice *device);
gboolean      vis_device_shares_provider (VisDevice *self, VisDevice *other);
GstElement   *vis_device_make_element (VisDevice *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
