/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-video-sink.h"

#include <gst/app/gstappsink.h>

/* Shows a picture as soon as it is there: the jitter buffer passes on what arrived in order, and a
 * picture that waits for its presentation time only makes the other side look slow. */
#define DESCRIPTION                                                                                \
  "videoconvert n-threads=1 ! video/x-raw,format=BGRA ! appsink name=sink sync=false async=false " \
  "max-buffers=1 drop=true qos=false enable-last-sample=false"

typedef struct
{
  gatomicrefcount    ref_count;
  VisVideoPaintable *paintable;
  VisFrameFunc       func;
  gpointer           data;
  GDestroyNotify     destroy;
} Context;

static void
context_unref (gpointer data)
{
  Context *self = data;

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->destroy != NULL)
    self->destroy (self->data);
  g_object_unref (self->paintable);
  g_free (self);
}

static GstPadProbeReturn
on_frame (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Context *self = data;

  if (self->func != NULL)
    self->func (self->data);

  return vis_video_paintable_wants (self->paintable) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static GstFlowReturn
on_sample (GstAppSink *sink, gpointer data)
{
  Context              *self = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (sample != NULL)
    vis_video_paintable_push (self->paintable, sample);

  return GST_FLOW_OK;
}

/**
 * vis_video_sink_new:
 * @paintable: what shows the pictures
 * @width: scale to this width, 0 for as it is
 * @func: (nullable) (scope notified): called for each picture on a thread of GStreamer
 * @data: handed to @func
 * @destroy: (nullable): frees @data
 *
 * Makes the end of a pipeline that fills a paintable. Pictures that nobody looks at are counted
 * but not converted.
 *
 * Returns: (transfer floating) (nullable): a bin, or %NULL if an element is missing
 */
GstElement *
vis_video_sink_new (
  VisVideoPaintable *paintable, int width, VisFrameFunc func, gpointer data, GDestroyNotify destroy)
{
  const GstAppSinkCallbacks callbacks = { .new_sample = on_sample };
  g_autofree char          *scaled = NULL;
  g_autoptr (GstElement)    sink = NULL;
  g_autoptr (GstPad)        pad = NULL;
  GstElement               *bin;
  Context                  *context;

  /* Scaling here costs a third of what scaling in cairo does. */
  if (width > 0)
    scaled = g_strdup_printf (
      "videoscale ! video/x-raw,width=%d,pixel-aspect-ratio=1/1 ! " DESCRIPTION, width);
  bin = gst_parse_bin_from_description (scaled != NULL ? scaled : DESCRIPTION, TRUE, NULL);
  if (bin == NULL)
    {
      if (destroy != NULL)
        destroy (data);
      return NULL;
    }

  context = g_new0 (Context, 1);
  g_atomic_ref_count_init (&context->ref_count);
  context->paintable = g_object_ref (paintable);
  context->func = func;
  context->data = data;
  context->destroy = destroy;

  pad = gst_element_get_static_pad (bin, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_frame, context, context_unref);

  g_atomic_ref_count_inc (&context->ref_count);
  sink = gst_bin_get_by_name (GST_BIN (bin), "sink");
  gst_app_sink_set_callbacks (
    GST_APP_SINK (sink), (GstAppSinkCallbacks *) &callbacks, context, context_unref);

  return bin;
}
