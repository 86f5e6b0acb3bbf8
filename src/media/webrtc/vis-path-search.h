/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

/**
 * VisPathSearch:
 * @started_at: when a path began to be looked for, us; 0 before that
 * @failed_at: since when ICE says that there is none, us; 0 unless it does
 * @connected_at: since when ICE says that there is one, us; 0 unless it does
 *
 * How long a path to the other side is looked for, and the DTLS handshake on it waited for. All
 * zero at first.
 */
typedef struct
{
  gint64 started_at;
  gint64 failed_at;
  gint64 connected_at;
} VisPathSearch;

void     vis_path_search_start (VisPathSearch *self);
void     vis_path_search_update (VisPathSearch *self, GstWebRTCICEConnectionState state);
gboolean vis_path_search_is_over (const VisPathSearch *self);

G_END_DECLS
