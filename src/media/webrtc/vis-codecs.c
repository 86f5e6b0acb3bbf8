/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-codecs.h"

#include "vis-gst.h"

/* In order of preference. VP8 leads: every peer must have it (RFC 7742, section 5), and it is the
 * one whose encoder holds a low rate best here. */
static const VisCodec codecs[] = {
  {
    .name = "OPUS",
    .audio = TRUE,
    .clock_rate = 48000,
    .payload = 111,
    .encoders = {
      { "opusenc",
        "opusenc name=encoder audio-type=voice frame-size=20 inband-fec=true dtx=true "
        "packet-loss-percentage=5 complexity=5",
        "bitrate", 1 },
    },
    .rtp = "rtpopuspay dtx=true",
    .depay = "rtpopusdepay",
    .decoders = { "opusdec use-inband-fec=true plc=true" },
    .params = "encoding-params=(string)2,minptime=(string)10,useinbandfec=(string)1",
  },
  {
    .name = "VP8",
    .clock_rate = 90000,
    .payload = 96,
    .rtx = TRUE,
    .encoders = {
      { "vp8enc",
        "vp8enc name=encoder deadline=1 cpu-used=8 threads=1 end-usage=cbr lag-in-frames=0 "
        "keyframe-max-dist=3000 error-resilient=default min-quantizer=4 max-quantizer=56 "
        "undershoot=95 overshoot=15 buffer-initial-size=300 buffer-optimal-size=400 "
        "buffer-size=600 max-intra-bitrate=300 static-threshold=1",
        "target-bitrate", 1 },
    },
    .rtp = "rtpvp8pay picture-id-mode=15-bit",
    .depay = "rtpvp8depay request-keyframe=true wait-for-keyframe=true ! "
             "video/x-vp8," VIS_PICTURE_BOUNDS,
    /* One thread each: libvpx waits for its others by spinning, which on a busy computer takes as
     * much as the work itself (43 % of the app here), and 360 lines need no second one. */
    .decoders = { "vp8dec threads=1" },
  },
  {
    .name = "H264",
    .clock_rate = 90000,
    .payload = 102,
    .rtx = TRUE,
    .encoders = {
      { "x264enc",
        "x264enc name=encoder tune=zerolatency speed-preset=ultrafast key-int-max=3000 "
        "bframes=0 threads=1 sliced-threads=false vbv-buf-capacity=300 ! "
        "video/x-h264,profile=constrained-baseline,level=(string)3.1 ! h264parse",
        "bitrate", 1000 },
    },
    /* GStreamer 1.22: the payloader reads this from the stream of x264 and is stopped by anything
     * else, and webrtcbin compares strings. Constrained baseline, level 3.1. */
    .rtp = "rtph264pay config-interval=-1 aggregate-mode=zero-latency",
    .depay = "rtph264depay request-keyframe=true wait-for-keyframe=true ! h264parse ! "
             "video/x-h264," VIS_PICTURE_BOUNDS,
    .decoders = { "avdec_h264", "openh264dec" },
    .params = "packetization-mode=(string)1,profile-level-id=(string)42c01f",
    .required = "packetization-mode=(string)1,profile=(string)constrained-baseline",
  },
  {
    .name = "VP9",
    .clock_rate = 90000,
    .payload = 98,
    .rtx = TRUE,
    .encoders = {
      { "vp9enc",
        "vp9enc name=encoder deadline=1 cpu-used=8 threads=2 end-usage=cbr lag-in-frames=0 "
        "keyframe-max-dist=3000 row-mt=true min-quantizer=4 max-quantizer=56 "
        "undershoot=95 overshoot=15 buffer-initial-size=300 buffer-optimal-size=400 "
        "buffer-size=600",
        "target-bitrate", 1 },
    },
    .rtp = "rtpvp9pay picture-id-mode=15-bit",
    /* GStreamer 1.22: rtpvp9depay believes what the packets say of the size, which need not be
     * true: it is forgotten, and each picture of a superframe is looked at. */
    .depay = "rtpvp9depay request-keyframe=true wait-for-keyframe=true ! "
             "capssetter replace=true caps=video/x-vp9 ! vp9parse ! "
             "video/x-vp9,alignment=frame," VIS_PICTURE_BOUNDS,
    .decoders = { "vp9dec" },
    .params = "profile-id=(string)0",
    .required = "profile-id=(string)0",
  },
};

/**
 * vis_codec_get:
 * @index: from 0
 *
 * Walks the table, best first.
 *
 * Returns: (transfer none) (nullable): a codec, or %NULL behind the last one
 */
const VisCodec *
vis_codec_get (guint index)
{
  return index < G_N_ELEMENTS (codecs) ? &codecs[index] : NULL;
}

/**
 * vis_codec_find:
 * @name: (nullable): an encoding name, in any case
 *
 * Looks a codec up.
 *
 * Returns: (transfer none) (nullable): the codec, or %NULL
 */
const VisCodec *
vis_codec_find (const char *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (codecs); i++)
    {
      if (g_ascii_strcasecmp (codecs[i].name, name) == 0)
        return &codecs[i];
    }

  return NULL;
}

/**
 * vis_codec_can_encode:
 * @self: a codec
 * @encoder: (out) (optional): which of its encoders
 *
 * Whether this computer has an encoder and a decoder for it.
 *
 * Returns: whether it can be used
 */
gboolean
vis_codec_can_encode (const VisCodec *self, guint *encoder)
{
  if (vis_codec_get_decoder (self) == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (self->encoders) && self->encoders[i].element != NULL; i++)
    {
      if (vis_gst_has_element (self->encoders[i].element))
        {
          if (encoder != NULL)
            *encoder = i;
          return TRUE;
        }
    }

  return FALSE;
}

/**
 * vis_codec_get_decoder:
 * @self: a codec
 *
 * How to decode it here.
 *
 * Returns: (transfer none) (nullable): a piece of a pipeline's description, or %NULL
 */
const char *
vis_codec_get_decoder (const VisCodec *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->decoders) && self->decoders[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (self->decoders[i], " ", 2);

      if (vis_gst_has_element (words[0]))
        return self->decoders[i];
    }

  return NULL;
}

/* Baseline with constraint_set1 (RFC 6184, section 8.1). */
static gboolean
is_constrained_baseline (const GstStructure *format)
{
  const char *value = gst_structure_get_string (format, "profile-level-id");
  guint64     number;

  return value != NULL && g_ascii_string_to_unsigned (value, 16, 0, 0xffffff, &number, NULL) &&
         (number >> 16) == 0x42 && (number & 0x4000) != 0;
}

/**
 * vis_codec_matches:
 * @self: a codec
 * @format: one format of a section, as caps of RTP
 *
 * Whether a format of the other side is this codec in a flavour that we have.
 *
 * Returns: whether it can be answered
 */
gboolean
vis_codec_matches (const VisCodec *self, const GstStructure *format)
{
  const char              *name = gst_structure_get_string (format, "encoding-name");
  g_autoptr (GstStructure) required = NULL;
  g_autofree char         *text = NULL;

  if (name == NULL || g_ascii_strcasecmp (name, self->name) != 0)
    return FALSE;
  if (self->required == NULL)
    return TRUE;

  text = g_strdup_printf ("required,%s", self->required);
  required = gst_structure_from_string (text, NULL);
  for (int i = 0; i < gst_structure_n_fields (required); i++)
    {
      const char *field = gst_structure_nth_field_name (required, i);
      const char *value = gst_structure_get_string (format, field);

      /* A profile of 0 is what is meant when VP9 says nothing (RFC 9628, section 6). */
      if (value == NULL && g_str_equal (field, "profile-id"))
        continue;
      /* GStreamer translates only some of the numbers into names. */
      if (value == NULL && g_str_equal (field, "profile") && is_constrained_baseline (format))
        continue;
      if (value == NULL ||
          g_ascii_strcasecmp (value, gst_structure_get_string (required, field)) != 0)
        return FALSE;
    }

  return TRUE;
}
