/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

#include "vis-sdp.h"
#include "vis-webrtc-bridge.h"

G_BEGIN_DECLS

/**
 * VisPeer:
 * @VIS_PEER_UNKNOWN: it has not shown its certificate yet
 * @VIS_PEER_RIGHT: it is the one of the signaling
 * @VIS_PEER_WRONG: it is somebody else
 * @VIS_PEER_SUSPECT: it is somebody else, and the handshake is not over yet
 *
 * Who is at the other end of a peer connection.
 */
typedef enum
{
  VIS_PEER_UNKNOWN,
  VIS_PEER_RIGHT,
  VIS_PEER_WRONG,
  VIS_PEER_SUSPECT,
} VisPeer;

VisPeer vis_peer_check (GstElement        *webrtc,
                        const VisSdpFacts *facts,
                        VisWebrtcBridge   *bridge,
                        GError           **error);

G_END_DECLS
