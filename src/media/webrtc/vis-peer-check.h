/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

#include "vis-sdp.h"
#include "vis-webrtc-bridge.h"

G_BEGIN_DECLS

/**
 * VisPeerIdentity:
 * @VIS_PEER_UNKNOWN: it has not shown its certificate yet, or the handshake is not over
 * @VIS_PEER_VERIFIED: it is the one of the signaling
 * @VIS_PEER_MISMATCH: it is somebody else
 *
 * Who is at the other end of a peer connection.
 */
typedef enum
{
  VIS_PEER_UNKNOWN,
  VIS_PEER_VERIFIED,
  VIS_PEER_MISMATCH,
} VisPeerIdentity;

/**
 * VisPeerCheck:
 * @suspected_at: when a handshake was first seen to be with somebody else, us; 0 before that
 *
 * The check who is at the other end of one connection. All zero at first.
 */
typedef struct
{
  gint64 suspected_at;
} VisPeerCheck;

VisPeerIdentity vis_peer_check_look (VisPeerCheck      *self,
                                     GstElement        *webrtc,
                                     const VisSdpFacts *facts,
                                     VisWebrtcBridge   *bridge,
                                     GError           **error);

G_END_DECLS
