/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-speaker.h"

#include <gst/app/gstappsrc.h>

#include "vis-device-threads.h"
#include "vis-gst.h"

/* How long sound waits in front of the device for what is late: the jitter of a usual network. */
#define LATENCY_MS 60

struct _VisSpeaker
{
  GObject     parent_instance;

  GstElement *pipeline;
  GstElement *probe;
  guint       watch;

  GMutex      mutex;
  gpointer    owner;  /* only compared */
  GstAppSrc  *source; /* NULL while nothing is played */
};

enum
{
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (VisSpeaker, vis_speaker, G_TYPE_OBJECT)

static void
vis_speaker_dispose (GObject *object)
{
  vis_speaker_close (VIS_SPEAKER (object));

  G_OBJECT_CLASS (vis_speaker_parent_class)->dispose (object);
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
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vis_speaker_dispose;
  object_class->finalize = vis_speaker_finalize;

  /**
   * VisSpeaker::failed:
   * @self: a speaker
   * @message: why
   *
   * The device can't be used; it is closed.
   */
  signals[FAILED] = g_signal_new ("failed",
                                  G_TYPE_FROM_CLASS (klass),
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_STRING);
}

static void
vis_speaker_init (VisSpeaker *self)
{
  g_mutex_init (&self->mutex);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  VisSpeaker        *self = data;
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;

  gst_message_parse_error (message, &error, NULL);
  self->watch = 0;
  vis_speaker_close (self);
  g_signal_emit (self, signals[FAILED], 0, error->message);
  return G_SOURCE_REMOVE;
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
  return g_object_new (VIS_TYPE_SPEAKER, NULL);
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
  GstElement         *source;
  GstElement         *convert;
  GstElement         *resample;
  GstElement         *probe;
  g_autoptr (GstBus)  bus = NULL;
  g_autoptr (GstCaps) caps = NULL;

  vis_speaker_close (self);

  self->pipeline = vis_gst_pipeline_new ("speaker");
  source = vis_gst_make (GST_BIN (self->pipeline), "appsrc");
  convert = vis_gst_make (GST_BIN (self->pipeline), "audioconvert");
  resample = vis_gst_make (GST_BIN (self->pipeline), "audioresample");
  probe = vis_gst_make (GST_BIN (self->pipeline), "webrtcechoprobe");
  gst_bin_add (GST_BIN (self->pipeline), sink);

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

  bus = gst_element_get_bus (self->pipeline);
  self->watch = gst_bus_add_watch (bus, on_message, self);
  g_mutex_lock (&self->mutex);
  self->source = gst_object_ref (source);
  g_mutex_unlock (&self->mutex);
  vis_device_threads_start (self->pipeline, VIS_DEVICE_SPEAKER);
}

/**
 * vis_speaker_close:
 * @self: a speaker
 *
 * Lets the device go. Harmless when it is closed.
 */
void
vis_speaker_close (VisSpeaker *self)
{
  g_mutex_lock (&self->mutex);
  gst_clear_object (&self->source);
  g_mutex_unlock (&self->mutex);

  if (self->pipeline == NULL)
    return;

  if (self->watch != 0)
    g_source_remove (self->watch);
  self->watch = 0;
  gst_clear_object (&self->probe);
  vis_device_threads_stop (g_steal_pointer (&self->pipeline), VIS_DEVICE_SPEAKER);
}

gboolean
vis_speaker_is_open (VisSpeaker *self)
{
  return self->pipeline != NULL;
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
