/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-receiver.h"

#include <gst/app/gstappsink.h>
#include <math.h>

#include "vis-main.h"
#include "vis-video-sink.h"

/* What the threads of GStreamer touch; it outlives the receiver while they run. */
typedef struct
{
  gatomicrefcount ref_count;
  VisSpeaker     *speaker;
  gpointer        owner;
  gint64          frames;   /* atomic */
  gint            level;    /* atomic, in 1/32768 */
  VisReceiver    *receiver; /* main thread; NULL once it is gone */
  VisReceiverFunc func;
  gpointer        data;
} Context;

struct _VisReceiver
{
  Context           *context;
  const VisCodec    *codec;
  GstPad            *entry;
  VisVideoPaintable *paintable;
};

static void
context_unref (gpointer data)
{
  Context *self = data;

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_object (&self->speaker);
  g_free (self);
}

static Context *
context_ref (Context *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static gboolean
on_first_frame (gpointer data)
{
  Context *self = data;

  /* The receiver is freed on this thread only. */
  if (self->receiver != NULL && self->func != NULL)
    self->func (self->receiver, self->data);

  return G_SOURCE_REMOVE;
}

static void
on_picture (gpointer data)
{
  Context *self = data;

  if (__atomic_add_fetch (&self->frames, 1, __ATOMIC_RELAXED) == 1)
    vis_main_post ("[visavis] first picture", on_first_frame, context_ref (self), context_unref);
}

static int
measure (GstBuffer *buffer)
{
  GstMapInfo map;
  double     sum = 0;
  gsize      n;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return 0;

  n = map.size / sizeof (gint16);
  for (gsize i = 0; i < n; i++)
    {
      double sample = GST_READ_UINT16_LE (map.data + i * 2) / 1.0;

      if (sample >= 32768)
        sample -= 65536;
      sum += sample * sample;
    }
  gst_buffer_unmap (buffer, &map);

  return n > 0 ? (int) sqrt (sum / (double) n) : 0;
}

static GstFlowReturn
on_sound (GstAppSink *sink, gpointer data)
{
  Context              *self = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (sample == NULL || gst_sample_get_buffer (sample) == NULL)
    return GST_FLOW_OK;

  __atomic_add_fetch (&self->frames, 1, __ATOMIC_RELAXED);
  g_atomic_int_set (&self->level, measure (gst_sample_get_buffer (sample)));
  if (self->speaker != NULL)
    vis_speaker_play (self->speaker, self->owner, sample);

  return GST_FLOW_OK;
}

static GstElement *
make_sound_sink (Context *context)
{
  const GstAppSinkCallbacks callbacks = { .new_sample = on_sound };
  g_autoptr (GstElement)    sink = NULL;
  GstElement               *bin = gst_parse_bin_from_description (
    "audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=48000,channels=2 ! "
                  "appsink name=sink sync=false async=false max-buffers=10 drop=true enable-last-sample=false",
    TRUE,
    NULL);

  if (bin == NULL)
    return NULL;

  sink = gst_bin_get_by_name (GST_BIN (bin), "sink");
  gst_app_sink_set_callbacks (
    GST_APP_SINK (sink), (GstAppSinkCallbacks *) &callbacks, context_ref (context), context_unref);
  return bin;
}

/* GStreamer 1.22: rtpvp9depay writes into an earlier one of these events, which there need not be.
 * A packet that is lost is made up for in sound alone; a depayloader of pictures sees the gap
 * itself. */
static GstPadProbeReturn
drop_lost (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  return gst_event_has_name (GST_PAD_PROBE_INFO_EVENT (info), "GstRTPPacketLost")
           ? GST_PAD_PROBE_DROP
           : GST_PAD_PROBE_OK;
}

/* Returns where its packets go in. */
static GstPad *
add (GstBin *pipeline, const char *front, GstElement *sink)
{
  g_autofree char *text = g_strdup_printf (
    "%s ! queue max-size-buffers=0 max-size-bytes=0 max-size-time=1000000000", front);
  GstElement *bin = gst_parse_bin_from_description (text, TRUE, NULL);

  if (bin == NULL)
    {
      gst_object_unref (gst_object_ref_sink (sink));
      bin = gst_element_factory_make ("fakesink", NULL);
      g_object_set (bin, "async", FALSE, NULL);
      sink = NULL;
    }

  gst_bin_add (pipeline, bin);
  if (sink != NULL)
    {
      gst_bin_add (pipeline, sink);
      gst_element_link (bin, sink);
      gst_element_sync_state_with_parent (sink);
    }
  /* Running before it is linked: a push looks at the events of the link before it waits at the
   * block, and a sleeping element would answer that it is flushing, which ends all reception. */
  gst_element_sync_state_with_parent (bin);

  return gst_element_get_static_pad (bin, "sink");
}

/**
 * vis_receiver_find_codec:
 * @pad: where packets come from
 *
 * Returns: (transfer none) (nullable): what they carry
 */
const VisCodec *
vis_receiver_find_codec (GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

  if (caps == NULL)
    caps = gst_pad_query_caps (pad, NULL);
  if (gst_caps_get_size (caps) == 0 || gst_caps_is_any (caps))
    return NULL;

  return vis_codec_find (
    gst_structure_get_string (gst_caps_get_structure (caps, 0), "encoding-name"));
}

/**
 * vis_receiver_new:
 * @pipeline: where it lives
 * @codec: (nullable): what its packets carry
 * @speaker: (nullable): what plays its sound
 * @owner: whose sound it is, for @speaker
 * @func: called on the main context when the first picture is there
 * @data: handed to @func
 *
 * Makes a receiver, which can be done long before there is something to receive: loading and
 * starting a decoder takes a while. What can't be decoded is drained.
 *
 * Returns: (transfer full): a receiver
 */
VisReceiver *
vis_receiver_new (GstBin         *pipeline,
                  const VisCodec *codec,
                  VisSpeaker     *speaker,
                  gpointer        owner,
                  VisReceiverFunc func,
                  gpointer        data)
{
  VisReceiver     *self = g_new0 (VisReceiver, 1);
  const char      *decoder = NULL;
  g_autofree char *front = NULL;
  GstElement      *sink = NULL;

  self->codec = codec;
  self->context = g_new0 (Context, 1);
  g_atomic_ref_count_init (&self->context->ref_count);
  self->context->speaker = speaker != NULL ? g_object_ref (speaker) : NULL;
  self->context->owner = owner;
  self->context->receiver = self;
  self->context->func = func;
  self->context->data = data;

  if (codec != NULL && (decoder = vis_codec_get_decoder (codec)) != NULL)
    {
      if (codec->audio)
        {
          front = g_strdup_printf ("%s ! %s", codec->depay, decoder);
          sink = make_sound_sink (self->context);
        }
      else
        {
          /* A stream may say one size and have another. */
          front = g_strdup_printf (
            "%s ! %s ! video/x-raw(ANY)," VIS_PICTURE_BOUNDS, codec->depay, decoder);
          self->paintable = vis_video_paintable_new ();
          sink = vis_video_sink_new (
            self->paintable, 0, on_picture, context_ref (self->context), context_unref);
        }
    }
  if (sink == NULL)
    {
      front = g_strdup ("identity");
      sink = gst_element_factory_make ("fakesink", NULL);
      g_object_set (sink, "async", FALSE, "sync", FALSE, NULL);
    }
  self->entry = add (pipeline, front, sink);
  if (self->paintable != NULL)
    gst_pad_add_probe (self->entry, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, drop_lost, NULL, NULL);

  return self;
}

/**
 * vis_receiver_link:
 * @self: a receiver that has not been linked
 * @pad: where its packets come from, blocked
 *
 * Lets the receiver have its packets.
 */
void
vis_receiver_link (VisReceiver *self, GstPad *pad)
{
  gst_pad_link (pad, self->entry);
}

/**
 * vis_receiver_free:
 * @self: (nullable): a receiver
 *
 * Forgets the receiver. Its elements go with their pipeline.
 */
void
vis_receiver_free (VisReceiver *self)
{
  if (self == NULL)
    return;

  self->context->receiver = NULL;
  context_unref (self->context);
  gst_clear_object (&self->entry);
  g_clear_object (&self->paintable);
  g_free (self);
}

/**
 * vis_receiver_get_codec:
 * @self: a receiver
 *
 * Returns: (transfer none) (nullable): what it decodes
 */
const VisCodec *
vis_receiver_get_codec (VisReceiver *self)
{
  return self->codec;
}

gboolean
vis_receiver_is_audio (VisReceiver *self)
{
  return self->paintable == NULL;
}

/**
 * vis_receiver_get_paintable:
 * @self: a receiver
 *
 * Returns: (transfer none) (nullable): what shows its pictures, %NULL for sound
 */
VisVideoPaintable *
vis_receiver_get_paintable (VisReceiver *self)
{
  return self->paintable;
}

/**
 * vis_receiver_get_frames:
 * @self: a receiver
 *
 * Returns: decoded pictures, or decoded pieces of sound, so far
 */
guint64
vis_receiver_get_frames (VisReceiver *self)
{
  return (guint64) __atomic_load_n (&self->context->frames, __ATOMIC_RELAXED);
}

/**
 * vis_receiver_get_level:
 * @self: a receiver
 *
 * Returns: how loud the latest sound is, 0 to 1
 */
double
vis_receiver_get_level (VisReceiver *self)
{
  return g_atomic_int_get (&self->context->level) / 32768.0;
}
