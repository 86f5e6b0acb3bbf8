/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-speaker.h"

#include <gst/app/gstappsrc.h>

#include "vis-gst.h"

/* How long sound waits in front of the device for what is late: the jitter of a usual network. */
#define LATENCY_MS 60

struct _VisSpeaker
{
  VisDevicePipeline parent_instance;

  GstElement       *probe;

  GMutex            mutex;
  gpointer          owner;  /* only compared */
  GstAppSrc        *source; /* NULL while nothing is played */
};

G_DEFINE_FINAL_TYPE (VisSpeaker, vis_speaker, VIS_TYPE_DEVICE_PIPELINE)

static void
set_source (VisSpeaker *self, GstAppSrc *source)
{
  g_mutex_lock (&self->mutex);
  gst_object_replace ((GstObject **) &self->source, GST_OBJECT_CAST (source));
  g_mutex_unlock (&self->mutex);
}

static void
vis_speaker_closing (VisDevicePipeline *pipeline)
{
  VisSpeaker *self = VIS_SPEAKER (pipeline);

  set_source (self, NULL);
  gst_clear_object (&self->probe);
}

static void
vis_speaker_finalize (GObject *object)
{
  g_mutex_clear (&VIS_SPEAKER (object)->mutex);

  G_OBJECT_CLASS (vis_speaker_parent_class)->finalize (object);
}

static void
vis_speaker_class_init (VisSpeakerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vis_speaker_finalize;
  VIS_DEVICE_PIPELINE_CLASS (klass)->closing = vis_speaker_closing;
}

static void
vis_speaker_init (VisSpeaker *self)
{
  g_mutex_init (&self->mutex);
}

/**
 * vis_speaker_new:
 *
 * Makes a speaker that is closed.
 *
 * Returns: (transfer full): a speaker
 */
VisSpeaker *
vis_speaker_new (void)
{
  return g_object_new (VIS_TYPE_SPEAKER, "kind", VIS_DEVICE_SPEAKER, NULL);
}

/**
 * vis_speaker_open:
 * @self: a speaker
 * @sink: (transfer floating): the device
 *
 * Plays on @sink from now on.
 */
void
vis_speaker_open (VisSpeaker *self, GstElement *sink)
{
  GstElement         *pipeline;
  GstElement         *source;
  GstElement         *convert;
  GstElement         *resample;
  GstElement         *probe;
  g_autoptr (GstCaps) caps = NULL;

  vis_device_pipeline_close (VIS_DEVICE_PIPELINE (self));

  pipeline = vis_gst_pipeline_new ("speaker");
  source = vis_gst_make (GST_BIN (pipeline), "appsrc");
  convert = vis_gst_make (GST_BIN (pipeline), "audioconvert");
  resample = vis_gst_make (GST_BIN (pipeline), "audioresample");
  probe = vis_gst_make (GST_BIN (pipeline), "webrtcechoprobe");
  gst_bin_add (GST_BIN (pipeline), sink);

  caps = gst_caps_from_string ("audio/x-raw,format=S16LE,rate=48000,channels=2,layout=interleaved");
  g_object_set (source,
                "is-live",
                TRUE,
                "format",
                GST_FORMAT_TIME,
                "caps",
                caps,
                "leaky-type",
                GST_APP_LEAKY_TYPE_DOWNSTREAM,
                "max-bytes",
                G_GUINT64_CONSTANT (0),
                "max-time",
                500 * GST_MSECOND,
                "min-latency",
                (gint64) (LATENCY_MS * GST_MSECOND),
                NULL);
  if (probe != NULL)
    {
      self->probe = gst_object_ref (probe);
      gst_element_link_many (source, probe, convert, resample, sink, NULL);
    }
  else
    {
      gst_element_link_many (source, convert, resample, sink, NULL);
    }

  set_source (self, GST_APP_SRC (source));
  vis_device_pipeline_open (VIS_DEVICE_PIPELINE (self), pipeline);
}

/**
 * vis_speaker_get_probe:
 * @self: a speaker
 *
 * Returns: (transfer none) (nullable): the echo probe of what is open, %NULL without one
 */
GstElement *
vis_speaker_get_probe (VisSpeaker *self)
{
  return self->probe;
}

/**
 * vis_speaker_set_owner:
 * @self: a speaker
 * @owner: (nullable): whose sound is played; only compared
 *
 * Two generations of a call may both have sound for a moment; one of them is heard.
 */
void
vis_speaker_set_owner (VisSpeaker *self, gpointer owner)
{
  g_mutex_lock (&self->mutex);
  self->owner = owner;
  g_mutex_unlock (&self->mutex);
}

/**
 * vis_speaker_play:
 * @self: a speaker
 * @owner: whose sound it is
 * @sample: some sound, with a time of the pipelines' common clock
 *
 * Plays @sample. May be called on any thread.
 */
void
vis_speaker_play (VisSpeaker *self, gpointer owner, GstSample *sample)
{
  g_autoptr (GstBuffer) buffer = NULL;

  g_mutex_lock (&self->mutex);
  if (self->owner == owner && self->source != NULL)
    {
      buffer = gst_buffer_copy (gst_sample_get_buffer (sample));
      GST_BUFFER_PTS (buffer) = gst_segment_to_running_time (
        gst_sample_get_segment (sample), GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
      gst_app_src_push_buffer (self->source, g_steal_pointer (&buffer));
    }
  g_mutex_unlock (&self->mutex);
}
