/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sender.h"

#include <gst/webrtc/webrtc.h>

#include "vis-error.h"

typedef struct
{
  gatomicrefcount ref_count;
  gint64          packets; /* atomic */
  gint64          bytes;   /* atomic */
} Counter;

struct _VisSender
{
  VisTap         *tap;
  GstElement     *encoder;
  const VisCodec *codec;
  guint           which;
  guint32         ssrc;
  Counter        *counter;
};

static void
counter_unref (gpointer data)
{
  Counter *self = data;

  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

static void
count (Counter *self, GstBuffer *buffer)
{
  __atomic_add_fetch (&self->packets, 1, __ATOMIC_RELAXED);
  __atomic_add_fetch (&self->bytes, (gint64) gst_buffer_get_size (buffer), __ATOMIC_RELAXED);
}

static GstPadProbeReturn
on_packets (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    {
      count (data, GST_PAD_PROBE_INFO_BUFFER (info));
    }
  else
    {
      GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);

      for (guint i = 0; i < gst_buffer_list_length (list); i++)
        count (data, gst_buffer_list_get (list, i));
    }

  return GST_PAD_PROBE_OK;
}

/* GStreamer 1.22: webrtcbin describes what the caps of its pads say in that moment, and those of a
 * payloader come with the first picture. So the whole format stands in the filter behind it. */
static GstCaps *
make_caps (const VisMediaSection *section)
{
  const VisCodec     *codec = section->codec;
  g_autoptr (GString) text = g_string_new ("application/x-rtp");

  g_string_append_printf (text,
                          ",media=%s,encoding-name=%s,clock-rate=%u,payload=%u",
                          codec->audio ? "audio" : "video",
                          codec->name,
                          codec->clock_rate,
                          section->payload);
  if (codec->params != NULL)
    g_string_append_printf (text, ",%s", codec->params);
  if (section->twcc != 0)
    g_string_append_printf (text, ",extmap-%u=(string)%s", section->twcc, VIS_TWCC_URI);

  return gst_caps_from_string (text->str);
}

static GstElement *
make_bin (const VisMediaSection *section, guint which, guint32 ssrc, GError **error)
{
  const VisCodec     *codec = section->codec;
  g_autoptr (GstCaps) caps = make_caps (section);
  g_autofree char    *text = NULL;

  gst_caps_set_simple (caps, "ssrc", G_TYPE_UINT, ssrc, NULL);
  /* What the encoder can't keep up with is dropped in front of it, the oldest first. */
  text = g_strdup_printf ("appsrc name=source is-live=true format=time leaky-type=downstream "
                          "max-bytes=0 max-buffers=%d ! %s ! %s ! capsfilter name=filter",
                          codec->audio ? 10 : 2,
                          codec->encoders[which].launch,
                          codec->rtp);

  {
    GstElement            *bin = gst_parse_bin_from_description (text, TRUE, error);
    g_autoptr (GstElement) element = NULL;

    if (bin == NULL)
      return NULL;
    element = gst_bin_get_by_name (GST_BIN (bin), "filter");
    g_object_set (element, "caps", caps, NULL);
    return bin;
  }
}

/* Sets what webrtcbin needs to know of a section beyond the caps. */
static void
prepare_transceiver (GstPad *pad, const VisMediaSection *section, VisRole role)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autoptr (GstCaps)                 caps = make_caps (section);

  g_object_get (pad, "transceiver", &transceiver, NULL);
  if (transceiver == NULL)
    return;

  g_object_set (transceiver, "codec-preferences", caps, NULL);
  /* GStreamer 1.22: never for sound: webrtcbin would offer retransmissions of it, and browsers
   * refuse the offer. */
  if (section->rtx)
    g_object_set (transceiver, "do-nack", TRUE, NULL);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (pad), "msid") != NULL)
    g_object_set (pad, "msid", role == VIS_ROLE_SCREEN ? "screen" : "visavis", NULL);
}

/**
 * vis_sender_new:
 * @pipeline: where it lives
 * @webrtc: what sends its packets
 * @feed: where its pictures or sound come from
 * @section: what of the description it serves
 * @role: what it is for
 * @error: return location
 *
 * Makes a sender with its valve shut.
 *
 * Returns: (transfer full) (nullable): a sender, or %NULL with @error set
 */
VisSender *
vis_sender_new (GstBin                *pipeline,
                GstElement            *webrtc,
                VisFeed               *feed,
                const VisMediaSection *section,
                VisRole                role,
                GError               **error)
{
  g_autofree char       *name = g_strdup_printf ("sink_%u", section->mline);
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstPad)     from = NULL;
  g_autoptr (GstPad)     to = NULL;
  GstElement            *bin = NULL;
  VisSender             *self;
  guint32                ssrc = (guint32) g_random_int_range (1, G_MAXINT32);
  guint                  which;

  if (!vis_codec_can_encode (section->codec, &which) ||
      (bin = make_bin (section, which, ssrc, error)) == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error (
          error, VIS_ERROR, VIS_ERROR_MEDIA, "There is no encoder for %s", section->codec->name);
      return NULL;
    }

  gst_bin_add (pipeline, bin);
  from = gst_element_get_static_pad (bin, "src");
  to = gst_element_request_pad_simple (webrtc, name);
  if (to == NULL || gst_pad_link (from, to) != GST_PAD_LINK_OK)
    {
      gst_bin_remove (pipeline, bin);
      g_set_error_literal (error, VIS_ERROR, VIS_ERROR_MEDIA, "A section can't be sent");
      return NULL;
    }
  prepare_transceiver (to, section, role);

  self = g_new0 (VisSender, 1);
  self->codec = section->codec;
  self->which = which;
  self->ssrc = ssrc;
  self->encoder = gst_bin_get_by_name (GST_BIN (bin), "encoder");
  self->counter = g_new0 (Counter, 1);
  g_atomic_ref_count_init (&self->counter->ref_count);
  g_atomic_ref_count_inc (&self->counter->ref_count);
  gst_pad_add_probe (from,
                     GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
                     on_packets,
                     self->counter,
                     counter_unref);
  source = gst_bin_get_by_name (GST_BIN (bin), "source");
  self->tap = vis_tap_new (feed, GST_APP_SRC (source));
  gst_element_sync_state_with_parent (bin);

  return self;
}

/**
 * vis_sender_free:
 * @self: (nullable): a sender
 *
 * Cuts the sender off its feed. Its elements go with their pipeline.
 */
void
vis_sender_free (VisSender *self)
{
  if (self == NULL)
    return;

  vis_tap_free (self->tap);
  gst_clear_object (&self->encoder);
  counter_unref (self->counter);
  g_free (self);
}

/**
 * vis_sender_set_mode:
 * @self: (nullable): a sender
 * @mode: what passes the valve
 */
void
vis_sender_set_mode (VisSender *self, VisTapMode mode)
{
  if (self != NULL)
    vis_tap_set_mode (self->tap, mode);
}

/**
 * vis_sender_set_target:
 * @self: (nullable): a sender
 * @target: what to aim at from now on
 */
void
vis_sender_set_target (VisSender *self, const VisSenderTarget *target)
{
  if (self != NULL && self->encoder != NULL)
    {
      /* The property is int in some encoders and uint in others. */
      g_autofree char *text =
        g_strdup_printf ("%u", target->bitrate / self->codec->encoders[self->which].per_unit);

      gst_util_set_object_arg (
        G_OBJECT (self->encoder), self->codec->encoders[self->which].bitrate, text);
    }
}

/**
 * vis_sender_get_ssrc:
 * @self: (nullable): a sender
 *
 * Returns: the source of its packets (RFC 3550, section 3), 0 for none
 */
guint32
vis_sender_get_ssrc (VisSender *self)
{
  return self != NULL ? self->ssrc : 0;
}

/**
 * vis_sender_get_sent:
 * @self: (nullable): a sender
 * @packets: (out): how many went out
 * @bytes: (out): and their size
 */
void
vis_sender_get_sent (VisSender *self, guint64 *packets, guint64 *bytes)
{
  *packets =
    self != NULL ? (guint64) __atomic_load_n (&self->counter->packets, __ATOMIC_RELAXED) : 0;
  *bytes = self != NULL ? (guint64) __atomic_load_n (&self->counter->bytes, __ATOMIC_RELAXED) : 0;
}
