/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

#include "vis-device.h"

G_BEGIN_DECLS

void vis_gst_start_later (GstElement *pipeline, VisDeviceKind kind);
void vis_gst_stop_later (GstElement *pipeline, VisDeviceKind kind);

G_END_DECLS
