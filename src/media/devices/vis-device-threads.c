/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-device-threads.h"

#include "vis-background.h"

/* Seconds to wait for the last buffers of a device to leave the pipeline. */
#define HOLD_S 1

static GstPadProbeReturn
on_idle (GstPad *pad, GstPadProbeInfo *info, gpointer queue)
{
  g_async_queue_push (queue, pad);

  return GST_PAD_PROBE_OK;
}

static gboolean
hold (GstElement *element, GstPad *pad, gpointer user_data)
{
  g_autoptr (GAsyncQueue) idle = g_async_queue_new ();

  gst_pad_add_probe (pad,
                     GST_PAD_PROBE_TYPE_IDLE,
                     on_idle,
                     g_async_queue_ref (idle),
                     (GDestroyNotify) g_async_queue_unref);
  g_async_queue_timeout_pop (idle, HOLD_S * G_TIME_SPAN_SECOND);

  return TRUE;
}

static void
hold_source (const GValue *source, gpointer user_data)
{
  gst_element_foreach_src_pad (g_value_get_object (source), hold, NULL);
}

/* GStreamer 1.22: with the first picture a decoder is connected, on the thread of the camera. A bin
 * that goes down meanwhile takes that for a loop and warns. So nothing may be on its way then. */
static void
hold_sources (GstElement *pipeline)
{
  g_autoptr (GstIterator) sources = gst_bin_iterate_sources (GST_BIN (pipeline));

  gst_iterator_foreach (sources, hold_source, NULL);
}

/* Opening a camera or a sound device can take long, or for ever where its driver is stuck, and must
 * not hold up the main loop nor another kind of device. One thread for each kind does it, so that
 * what is asked for happens in that order. */
static void
work (gpointer data, gpointer user_data)
{
  GstElement *pipeline = data;
  GstState    target = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (pipeline), "vis-target"));

  if (target == GST_STATE_NULL)
    hold_sources (pipeline);
  gst_element_set_state (pipeline, target);
  if (target == GST_STATE_NULL)
    gst_element_get_state (pipeline, NULL, NULL, VIS_BACKGROUND_PATIENCE_S * GST_SECOND);
  gst_object_unref (pipeline);
  vis_background_release ();
}

static GThreadPool *
get_thread (VisDeviceKind kind)
{
  static GThreadPool *threads[VIS_N_DEVICE_KINDS];
  static gsize        once;

  if (g_once_init_enter (&once))
    {
      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_pool_new (work, NULL, 1, FALSE, NULL);
      g_once_init_leave (&once, 1);
    }

  return threads[kind];
}

static void
push_work (GstElement *pipeline, VisDeviceKind kind, GstState target)
{
  g_object_set_data (G_OBJECT (pipeline), "vis-target", GINT_TO_POINTER (target));
  vis_background_hold ();
  g_thread_pool_push (get_thread (kind), pipeline, NULL);
}

/**
 * vis_device_threads_start:
 * @pipeline: a pipeline with a device inside
 * @kind: what the device is for
 *
 * Sets @pipeline playing without waiting for the device.
 */
void
vis_device_threads_start (GstElement *pipeline, VisDeviceKind kind)
{
  push_work (gst_object_ref (pipeline), kind, GST_STATE_PLAYING);
}

/**
 * vis_device_threads_stop:
 * @pipeline: (transfer full): a pipeline with a device inside
 * @kind: what the device is for
 *
 * Shuts @pipeline down without waiting for the device and gives up the caller's reference.
 */
void
vis_device_threads_stop (GstElement *pipeline, VisDeviceKind kind)
{
  push_work (pipeline, kind, GST_STATE_NULL);
}
