/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/webrtc/webrtc.h>

#include "vis-ice-servers.h"
#include "vis-stats.h"
#include "vis-webrtc-bridge.h"

G_BEGIN_DECLS

/**
 * VisPeerConnection:
 * @pipeline: what all elements of the session go into
 * @webrtc: the webrtcbin in it
 * @bridge: what carries its news to the main context
 *
 * A running pipeline with one webrtcbin, set up for ICE as we want it. An error of the pipeline is
 * reported as [enum@Vis.BridgeEventType.FAILED].
 */
typedef struct
{
  GstBin          *pipeline;
  GstElement      *webrtc;
  VisWebrtcBridge *bridge;

  /*< private >*/
  GObject      *owner; /* outlives this */
  VisBridgeFunc func;
  guint         bus_watch;
  gboolean      relayed;
} VisPeerConnection;

VisPeerConnection *vis_peer_connection_new (const VisIceServers *servers,
                                            gboolean             relay_only,
                                            GObject             *owner,
                                            VisBridgeFunc        func) G_GNUC_WARN_UNUSED_RESULT;
void               vis_peer_connection_close (VisPeerConnection *self);

GObject           *vis_peer_connection_create_channel (VisPeerConnection *self,
                                                       const char        *label) G_GNUC_WARN_UNUSED_RESULT;
void
vis_peer_connection_add_candidate (VisPeerConnection *self, const char *candidate, guint mline);
char *vis_peer_connection_get_mid (VisPeerConnection *self, guint mline) G_GNUC_WARN_UNUSED_RESULT;
GstWebRTCICEConnectionState vis_peer_connection_get_ice_state (VisPeerConnection *self);
VisPath                     vis_peer_connection_get_path (VisPeerConnection *self);

G_END_DECLS
