/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

#include "vis-device.h"

G_BEGIN_DECLS

void vis_device_threads_start (GstElement *pipeline, VisDeviceKind kind);
void vis_device_threads_stop (GstElement *pipeline, VisDeviceKind kind);

G_END_DECLS
