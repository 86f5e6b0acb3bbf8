/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-gst-ringer.h"

#include <gst/app/gstappsrc.h>

#include "vis-device-pipeline.h"
#include "vis-gst.h"
#include "vis-tones.h"

#define RATE 48000

struct _VisGstRinger
{
  GObject            parent_instance;

  VisDevices        *devices;
  VisRing            ring;
  VisDevicePipeline *player;
};

static void vis_gst_ringer_iface_init (VisRingerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisGstRinger,
                               vis_gst_ringer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_RINGER, vis_gst_ringer_iface_init))

/* What the thread of the source knows. */
typedef struct
{
  GstBuffer   *round;
  gboolean     repeat;
  GstClockTime time;
} Sound;

static void
sound_free (gpointer data)
{
  Sound *self = data;

  gst_buffer_unref (self->round);
  g_free (self);
}

static void
on_need_data (GstAppSrc *source, guint length, gpointer data)
{
  Sound     *self = data;
  GstBuffer *buffer;

  if (self->time > 0 && !self->repeat)
    {
      gst_app_src_end_of_stream (source);
      return;
    }

  buffer = gst_buffer_copy (self->round);
  GST_BUFFER_PTS (buffer) = self->time;
  self->time += GST_BUFFER_DURATION (buffer);
  gst_app_src_push_buffer (source, buffer);
}

static void
on_stopped (VisDevicePipeline *player, const char *message, VisGstRinger *self)
{
  if (message != NULL)
    vis_devices_look_again (self->devices);
}

static void
start (VisGstRinger *self)
{
  const GstAppSrcCallbacks callbacks = { .need_data = on_need_data };
  VisDevice          *device = vis_devices_find (self->devices, VIS_DEVICE_SPEAKER, NULL, NULL);
  GstElement         *sink = device != NULL ? vis_device_make_element (device) : NULL;
  GstElement         *pipeline, *source, *convert, *resample;
  g_autoptr (GstCaps) caps = NULL;
  Sound              *sound;

  if (sink == NULL)
    {
      vis_devices_look_again (self->devices);
      return;
    }

  pipeline = gst_object_ref_sink (gst_pipeline_new ("ringer"));
  source = vis_gst_make (GST_BIN (pipeline), "appsrc");
  convert = vis_gst_make (GST_BIN (pipeline), "audioconvert");
  resample = vis_gst_make (GST_BIN (pipeline), "audioresample");
  gst_bin_add (GST_BIN (pipeline), sink);
  caps = gst_caps_from_string (
    "audio/x-raw,format=S16LE,channels=1,layout=interleaved,rate=" G_STRINGIFY (RATE));
  g_object_set (source, "caps", caps, "format", GST_FORMAT_TIME, NULL);
  gst_element_link_many (source, convert, resample, sink, NULL);

  sound = g_new0 (Sound, 1);
  sound->round = vis_tones_render (self->ring, RATE);
  sound->repeat = vis_tones_repeat (self->ring);
  gst_app_src_set_callbacks (
    GST_APP_SRC (source), (GstAppSrcCallbacks *) &callbacks, sound, sound_free);

  vis_device_pipeline_open (self->player, pipeline);
}

static void
vis_gst_ringer_ring (VisRinger *ringer, VisRing ring)
{
  VisGstRinger *self = VIS_GST_RINGER (ringer);

  if (self->ring == ring || self->player == NULL)
    return;

  vis_device_pipeline_close (self->player);
  self->ring = ring;
  if (ring != VIS_RING_NONE)
    start (self);
}

static void
vis_gst_ringer_iface_init (VisRingerInterface *iface)
{
  iface->ring = vis_gst_ringer_ring;
}

/* A speaker that is plugged in while it rings is heard. */
static void
on_devices_changed (VisGstRinger *self)
{
  if (self->ring != VIS_RING_NONE && vis_tones_repeat (self->ring) &&
      !vis_device_pipeline_is_open (self->player))
    start (self);
}

static void
vis_gst_ringer_dispose (GObject *object)
{
  VisGstRinger *self = VIS_GST_RINGER (object);

  self->ring = VIS_RING_NONE;
  g_clear_object (&self->player);
  g_clear_object (&self->devices);

  G_OBJECT_CLASS (vis_gst_ringer_parent_class)->dispose (object);
}

static void
vis_gst_ringer_class_init (VisGstRingerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vis_gst_ringer_dispose;
}

static void
vis_gst_ringer_init (VisGstRinger *self)
{
  self->player = vis_device_pipeline_new (VIS_DEVICE_SPEAKER);
  g_signal_connect_object (self->player, "stopped", G_CALLBACK (on_stopped), self, 0);
}

/**
 * vis_gst_ringer_new:
 * @devices: (nullable): the devices of an engine, %NULL to look for them itself
 *
 * Makes a ringer that is silent.
 *
 * Returns: (transfer full): a ringer
 */
VisGstRinger *
vis_gst_ringer_new (VisDevices *devices)
{
  VisGstRinger *self = g_object_new (VIS_TYPE_GST_RINGER, NULL);

  self->devices = devices != NULL ? g_object_ref (devices) : vis_devices_new ();
  g_signal_connect_object (
    self->devices, "items-changed", G_CALLBACK (on_devices_changed), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * vis_gst_ringer_get_ring:
 * @self: a ringer
 *
 * Returns: what was asked for last
 */
VisRing
vis_gst_ringer_get_ring (VisGstRinger *self)
{
  return self->ring;
}

/**
 * vis_gst_ringer_is_playing:
 * @self: a ringer
 *
 * Returns: whether something is really played
 */
gboolean
vis_gst_ringer_is_playing (VisGstRinger *self)
{
  return self->player != NULL && vis_device_pipeline_is_open (self->player);
}
