/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-device.h"

G_BEGIN_DECLS

/**
 * VisDevices:
 *
 * The cameras, microphones and speakers of this computer as they come and go: a #GListModel of
 * [class@Vis.Device]. Property `ready` (read-only): whether the first look round is over.
 */
#define VIS_TYPE_DEVICES (vis_devices_get_type ())
G_DECLARE_FINAL_TYPE (VisDevices, vis_devices, VIS, DEVICES, GObject)

VisDevices *vis_devices_new (void) G_GNUC_WARN_UNUSED_RESULT;
void        vis_devices_start (VisDevices *self);
gboolean    vis_devices_look_again (VisDevices *self);
VisDevice *
vis_devices_find (VisDevices *self, VisDeviceKind kind, const char *name, GPtrArray *except);
gboolean vis_devices_is_ready (VisDevices *self);

G_END_DECLS
