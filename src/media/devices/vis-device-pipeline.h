/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-device.h"

G_BEGIN_DECLS

/**
 * VisDevicePipeline:
 *
 * A pipeline with a device inside while it is open, nothing otherwise. Signal `stopped`: the device
 * went away, could not be opened, or the stream is over; it is closed.
 */
#define VIS_TYPE_DEVICE_PIPELINE (vis_device_pipeline_get_type ())
G_DECLARE_DERIVABLE_TYPE (VisDevicePipeline, vis_device_pipeline, VIS, DEVICE_PIPELINE, GObject)

/**
 * VisDevicePipelineClass:
 * @parent_class: the class of objects
 * @closing: called before what is open is stopped: gives up what points into the pipeline
 */
struct _VisDevicePipelineClass
{
  GObjectClass parent_class;

  void (*closing) (VisDevicePipeline *self);
};

VisDevicePipeline *vis_device_pipeline_new (VisDeviceKind kind) G_GNUC_WARN_UNUSED_RESULT;
void               vis_device_pipeline_open (VisDevicePipeline *self, GstElement *pipeline);
void               vis_device_pipeline_close (VisDevicePipeline *self);
void               vis_device_pipeline_fail (VisDevicePipeline *self, const char *message);
gboolean           vis_device_pipeline_is_open (VisDevicePipeline *self);
VisDeviceKind      vis_device_pipeline_get_kind (VisDevicePipeline *self);

G_END_DECLS
