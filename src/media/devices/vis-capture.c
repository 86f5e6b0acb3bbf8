/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-capture.h"

#include <unistd.h>

#include <gst/app/gstappsink.h>

#include "vis-gst.h"
#include "vis-test-picture.h"
#include "vis-video-sink.h"

/* Wide as most cameras are, and light enough for two calls at once on an old laptop. */
#define VIDEO_WIDTH 640
#define VIDEO_RATE  30

/* The own picture is small on the screen. */
#define PREVIEW_WIDTH 320

/* What cameras are asked for, the best first; the last ones take whatever there is. Behind a
 * decoder nobody says which formats cost little to convert, so it is said here. */
#define CHEAP "video/x-raw,format=(string){I420,NV12,YUY2}"
#define IN_GOOD_SIZES(format)                                                                      \
  format ",width=640,height=360,framerate=30/1;" format                                            \
         ",width=1280,height=720,framerate=30/1;" format ",width=640,height=480,framerate=30/1;"
#define CAMERA_CAPS                                                                                \
  IN_GOOD_SIZES (CHEAP)                                                                            \
  IN_GOOD_SIZES ("video/x-raw")                                                                    \
  CHEAP ";video/x-raw;" IN_GOOD_SIZES ("image/jpeg") "image/jpeg"

struct _VisCapture
{
  VisDevicePipeline parent_instance;

  VisFeed          *feed;
};

G_DEFINE_FINAL_TYPE (VisCapture, vis_capture, VIS_TYPE_DEVICE_PIPELINE)

static void
vis_capture_closing (VisDevicePipeline *pipeline)
{
  vis_feed_set_source (VIS_CAPTURE (pipeline)->feed, NULL);
}

static void
vis_capture_finalize (GObject *object)
{
  vis_feed_unref (VIS_CAPTURE (object)->feed);

  G_OBJECT_CLASS (vis_capture_parent_class)->finalize (object);
}

static void
vis_capture_class_init (VisCaptureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vis_capture_finalize;
  VIS_DEVICE_PIPELINE_CLASS (klass)->closing = vis_capture_closing;
}

static void
vis_capture_init (VisCapture *self)
{
}

static GstFlowReturn
on_sample (GstAppSink *sink, gpointer data)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (sample != NULL)
    vis_feed_push (data, sink, sample);

  return GST_FLOW_OK;
}

/* The way in; which pads are not linked says nothing while a decoder has yet to make its own. */
static void
open_bin (GstElement *bin)
{
  g_autoptr (GstElement) first = gst_bin_get_by_name (GST_BIN (bin), "first");
  g_autoptr (GstPad)     pad = gst_element_get_static_pad (first, "sink");

  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", pad));
}

/* Makes a pipeline of @source and what @text describes, from an element named first to an appsink
 * named sink. Returns NULL, and tells of it, if an element is missing. */
static GstElement *
make_pipeline (VisCapture *self, GstElement *source, const char *text, VisVideoPaintable *preview)
{
  const GstAppSinkCallbacks callbacks = { .new_sample = on_sample };
  g_autoptr (GError)        error = NULL;
  g_autoptr (GstElement)    sink = NULL;
  g_autoptr (GstElement)    tee = NULL;
  GstElement               *bin = gst_parse_bin_from_description (text, FALSE, &error);
  GstElement               *pipeline;
  GstElement               *view;

  vis_device_pipeline_close (VIS_DEVICE_PIPELINE (self));
  if (bin == NULL)
    {
      gst_object_unref (gst_object_ref_sink (source));
      vis_device_pipeline_fail (VIS_DEVICE_PIPELINE (self), error->message);
      return NULL;
    }

  open_bin (bin);
  sink = gst_bin_get_by_name (GST_BIN (bin), "sink");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink),
                              (GstAppSinkCallbacks *) &callbacks,
                              vis_feed_ref (self->feed),
                              (GDestroyNotify) vis_feed_unref);
  vis_feed_set_source (self->feed, sink);
  if (preview != NULL)
    {
      view = vis_video_sink_new (preview, PREVIEW_WIDTH, NULL, NULL, NULL);
      tee = gst_bin_get_by_name (GST_BIN (bin), "tee");
      gst_bin_add (GST_BIN (bin), view);
      gst_element_link (tee, view);
    }

  pipeline = vis_gst_pipeline_new ("capture");
  gst_bin_add_many (GST_BIN (pipeline), source, bin, NULL);
  gst_element_link (source, bin);

  return pipeline;
}

/**
 * vis_capture_new:
 * @kind: camera or microphone
 * @feed: what is to be filled
 *
 * Makes a capture that is closed.
 *
 * Returns: (transfer full): a capture
 */
VisCapture *
vis_capture_new (VisDeviceKind kind, VisFeed *feed)
{
  VisCapture *self = g_object_new (VIS_TYPE_CAPTURE, "kind", kind, NULL);

  self->feed = vis_feed_ref (feed);

  return self;
}

/**
 * vis_capture_open_camera:
 * @self: a capture
 * @source: (transfer floating): the camera
 * @preview: (nullable): what shows its picture, small
 *
 * Opens a camera; one that is open is closed first. Whether it works is known later.
 */
void
vis_capture_open_camera (VisCapture *self, GstElement *source, VisVideoPaintable *preview)
{
  g_autofree char *text =
    g_strdup_printf ("capsfilter name=first caps=\"" CAMERA_CAPS
                     "\" ! decodebin ! videoconvert n-threads=1 ! videoscale ! "
                     "videorate drop-only=true max-rate=%d ! "
                     "video/x-raw,format=I420,width=%d,pixel-aspect-ratio=1/1 ! tee name=tee ! "
                     "appsink name=sink sync=false async=false max-buffers=2 drop=true qos=false "
                     "enable-last-sample=false",
                     VIDEO_RATE,
                     VIDEO_WIDTH);
  GstElement *pipeline = make_pipeline (self, source, text, preview);

  if (pipeline != NULL)
    vis_device_pipeline_open (VIS_DEVICE_PIPELINE (self), pipeline);
}

/**
 * vis_capture_open_microphone:
 * @self: a capture
 * @source: (transfer floating): the microphone
 * @probe: (nullable): the echo probe of the speaker, %NULL for sound that needs no cleaning
 *
 * Opens a microphone; one that is open is closed first. Whether it works is known later.
 */
void
vis_capture_open_microphone (VisCapture *self, GstElement *source, GstElement *probe)
{
  g_autofree char *clean = NULL;
  g_autofree char *text = NULL;
  GstElement      *pipeline;

  if (probe != NULL && vis_gst_has_element ("webrtcdsp"))
    clean = g_strdup_printf ("webrtcdsp probe=%s echo-cancel=true noise-suppression=true "
                             "gain-control=true high-pass-filter=true ! ",
                             GST_OBJECT_NAME (probe));
  text = g_strdup_printf ("audioconvert name=first ! audioresample ! "
                          "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved ! %s"
                          "appsink name=sink sync=false async=false max-buffers=20 drop=true "
                          "enable-last-sample=false",
                          clean != NULL ? clean : "");

  pipeline = make_pipeline (self, source, text, NULL);
  if (pipeline == NULL)
    return;

  /* GStreamer 1.22: webrtcdsp looks for the probe by its name when it starts. If the speaker has
   * gone by then it fails, and leaks its echo canceller. */
  if (clean != NULL)
    g_object_set_data_full (
      G_OBJECT (pipeline), "vis-probe", gst_object_ref (probe), gst_object_unref);
  vis_device_pipeline_open (VIS_DEVICE_PIPELINE (self), pipeline);
}

/**
 * vis_capture_make_test_camera:
 *
 * Makes a camera that needs no hardware; each picture differs from the one before.
 *
 * Returns: (transfer floating): a source
 */
GstElement *
vis_capture_make_test_camera (void)
{
  /* Two programs that call each other are to be told apart. */
  return vis_test_picture_new ((guint) getpid ());
}

/**
 * vis_capture_make_test_microphone:
 *
 * Makes a microphone that hears a tone that pauses: the encoder takes a steady one for noise and
 * stops sending it.
 *
 * Returns: (transfer floating): a source
 */
GstElement *
vis_capture_make_test_microphone (void)
{
  return gst_parse_bin_from_description (
    "audiotestsrc is-live=true wave=ticks freq=440 volume=0.5 tick-interval=250000000 "
    "sine-periods-per-tick=88 "
    "samplesperbuffer=960 ! capsfilter caps=audio/x-raw,format=S16LE,rate=48000,"
    "channels=1",
    TRUE,
    NULL);
}
