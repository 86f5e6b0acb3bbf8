/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisPath:
 * @VIS_PATH_UNKNOWN: there is none yet
 * @VIS_PATH_DIRECT: from peer to peer
 * @VIS_PATH_RELAY: over a relay of this or of the other side
 *
 * The way that media takes.
 */
typedef enum
{
  VIS_PATH_UNKNOWN,
  VIS_PATH_DIRECT,
  VIS_PATH_RELAY,
} VisPath;

/**
 * VisStats:
 * @frames_decoded: pictures of the other side's camera
 * @screen_frames_decoded: pictures of the other side's screen
 * @audio_decoded: pieces of the other side's sound
 * @audio_level: how loud the latest of it is, 0 to 1
 * @packets_received: RTP packets
 * @bytes_received: their size
 * @packets_sent: RTP packets of sound
 * @video_packets_sent: RTP packets of pictures, the screen's included
 * @bytes_sent: their size
 * @bitrate_in: bits/s over the last second
 * @bitrate_out: bits/s over the last second
 * @rtt_ms: round trip over the data channel, 0 while unknown
 * @rtcp_rtt_ms: round trip by RTCP, 0 while unknown
 * @loss_out: the share of lost packets of the source that suffers most of those that are sent, as
 *   the other side last reported it, 0 to 1
 * @jitter_out_ms: of the arrival of packets there, likewise
 * @packets_reported: sent RTP packets that its transport-wide feedback told of
 * @packets_lost: of these, those that did not arrive
 * @width: of the other side's latest picture
 * @height: of the other side's latest picture
 * @path: the way that media takes
 *
 * How a session is doing, in numbers; copies are freed with g_free().
 */
typedef struct
{
  guint64 frames_decoded;
  guint64 screen_frames_decoded;
  guint64 audio_decoded;
  double  audio_level;
  guint64 packets_received;
  guint64 bytes_received;
  guint64 packets_sent;
  guint64 video_packets_sent;
  guint64 bytes_sent;
  guint   bitrate_in;
  guint   bitrate_out;
  double  rtt_ms;
  double  rtcp_rtt_ms;
  double  loss_out;
  double  jitter_out_ms;
  guint64 packets_reported;
  guint64 packets_lost;
  int     width;
  int     height;
  VisPath path;
} VisStats;

#define VIS_TYPE_STATS (vis_stats_get_type ())
GType     vis_stats_get_type (void);
VisStats *vis_stats_copy (const VisStats *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
