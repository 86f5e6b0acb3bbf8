/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* How large a picture of the other side may be, as caps fields: 4K, either way up. A picture of the
 * 16,383 pixels a side that VP8 allows takes a GiB and a half before anybody sees it. */
#define VIS_PICTURE_BOUNDS "width=(int)[1,4096],height=(int)[1,4096]"

/**
 * VisCodec:
 * @name: encoding name of the RTP payload format, upper case
 * @audio: whether it is one of audio
 * @clock_rate: of the RTP time stamps, in Hz
 * @payload: payload type that our own offers use
 * @rtx: whether lost packets are sent again (RFC 4588)
 * @encoders: (array zero-terminated=1): how to encode, best first
 * @rtp: payloader
 * @depay: depayloader, and for pictures what keeps those out of bounds from the decoder
 * @decoders: (array zero-terminated=1): how to decode, best first
 * @params: (nullable): what our description says besides, as caps fields
 * @required: (nullable): what the offer's format must say to be this codec, as caps fields
 *
 * One codec of the table: everything that this program knows about it.
 */
typedef struct
{
  const char *name;
  gboolean    audio;
  guint       clock_rate;
  guint       payload;
  gboolean    rtx;
  struct
  {
    const char *element;
    const char *launch;
    const char *bitrate;  /* the property for the bit rate */
    guint       per_unit; /* bits/s in one unit of it */
  } encoders[4];
  const char *rtp;
  const char *depay;
  const char *decoders[4];
  const char *params;
  const char *required;
} VisCodec;

const VisCodec *vis_codec_get (guint index);
const VisCodec *vis_codec_find (const char *name);
gboolean        vis_codec_can_encode (const VisCodec *self, guint *encoder);
const char     *vis_codec_get_decoder (const VisCodec *self);
gboolean        vis_codec_matches (const VisCodec *self, const GstStructure *format);

G_END_DECLS
