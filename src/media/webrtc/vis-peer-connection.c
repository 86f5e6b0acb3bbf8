/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-peer-connection.h"

#include <gst/webrtc/webrtc.h>

#include "vis-gst.h"
#include "vis-ice-agent.h"
#include "vis-teardown.h"

/* How long packets may wait for one that is late: room for a retransmission. Pictures and sound
 * that are in order never wait here. */
#define LATENCY_MS 200

/* Between two checks of ICE: the least that RFC 8445 allows (section 14.2). The nominated path
 * takes four turns of this timer, and there are few pairs to check. */
#define ICE_PACING_MS 5

/* Sources of the other side in one session, each of which takes two threads: sound, camera, screen,
 * retransmissions of both, and each of them anew after a change or two. */
#define MAX_STREAMS 16

static gboolean
on_bus_message (GstBus *bus, GstMessage *message, gpointer data)
{
  VisPeerConnection *self = data;
  VisBridgeEvent     event = { .type = VIS_BRIDGE_FAILED };
  g_autoptr (GError) error = NULL;
  g_autofree char   *details = NULL;

  /* Messages about latency are not acted on: no sink of this pipeline waits for its clock, and the
   * latency of what is received would hold up what is sent. */
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;

  gst_message_parse_error (message, &error, &details);
  g_debug ("%s: %s", error->message, details);
  event.text = error->message;
  self->bus_watch = 0;
  self->func (self->owner, &event);

  return G_SOURCE_REMOVE;
}

static void
set_servers (VisPeerConnection *self, const VisIceServers *servers)
{
  if (servers->stun != NULL)
    g_object_set (self->webrtc, "stun-server", servers->stun, NULL);
  for (guint i = 0; i < servers->turn->len; i++)
    {
      gboolean added = FALSE;

      g_signal_emit_by_name (
        self->webrtc, "add-turn-server", g_ptr_array_index (servers->turn, i), &added);
      if (!added)
        g_debug ("A relay was not understood");
    }
  self->relayed = servers->turn->len > 0;
}

static void
configure (VisPeerConnection *self, gboolean relay_only)
{
  g_autoptr (GObject)    agent = vis_ice_agent_get (self->webrtc);
  g_autoptr (GstElement) rtpbin = gst_bin_get_by_name (GST_BIN (self->webrtc), "rtpbin");

  g_object_set (rtpbin, "max-streams", MAX_STREAMS, NULL);
  gst_util_set_object_arg (G_OBJECT (self->webrtc), "bundle-policy", "max-bundle");
  g_object_set (self->webrtc, "latency", LATENCY_MS, NULL);
  if (relay_only)
    gst_util_set_object_arg (G_OBJECT (self->webrtc), "ice-transport-policy", "relay");
  /* UPnP costs sockets and up to 200 ms of gathering. Candidates over TCP between the peers
   * themselves double the checks and find paths that lose what is sent under load; where UDP is
   * shut, a relay over TCP helps. */
  if (agent != NULL)
    g_object_set (agent, "upnp", FALSE, "ice-tcp", FALSE, "stun-pacing-timer", ICE_PACING_MS, NULL);
}

/**
 * vis_peer_connection_new:
 * @servers: what helps to find a path
 * @relay_only: whether to hide the own addresses behind a relay
 * @owner: whose connection it is; closes it before it goes
 * @func: (scope forever): takes the news, on the main context
 *
 * Makes a connection and sets it running; nothing is looked for before there are descriptions.
 *
 * Returns: (transfer full) (nullable): a connection, %NULL if webrtcbin is not installed
 */
VisPeerConnection *
vis_peer_connection_new (const VisIceServers *servers,
                         gboolean             relay_only,
                         GObject             *owner,
                         VisBridgeFunc        func)
{
  GstElement        *pipeline = vis_gst_pipeline_new ("session");
  GstElement        *webrtc = vis_gst_make (GST_BIN (pipeline), "webrtcbin");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  VisPeerConnection *self;

  if (webrtc == NULL)
    {
      gst_object_unref (pipeline);
      return NULL;
    }

  self = g_new0 (VisPeerConnection, 1);
  self->pipeline = GST_BIN (pipeline);
  self->webrtc = webrtc;
  self->owner = owner;
  self->func = func;
  configure (self, relay_only);
  set_servers (self, servers);
  self->bridge = vis_webrtc_bridge_new (webrtc, owner, func);
  self->bus_watch = gst_bus_add_watch (bus, on_bus_message, self);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  return self;
}

/**
 * vis_peer_connection_close:
 * @self: (transfer full): a connection
 *
 * Lets everything go, callbacks first. Nothing more is reported. Not to be called on a thread of
 * GStreamer.
 */
void
vis_peer_connection_close (VisPeerConnection *self)
{
  g_autoptr (GObject) agent = self->relayed ? vis_ice_agent_get (self->webrtc) : NULL;

  g_clear_handle_id (&self->bus_watch, g_source_remove);
  vis_webrtc_bridge_close (self->bridge);
  vis_teardown (GST_ELEMENT (self->pipeline), g_steal_pointer (&agent));
  g_free (self);
}

/**
 * vis_peer_connection_create_channel:
 * @self: a connection without a description
 * @label: its name
 *
 * Returns: (transfer full) (nullable): a data channel of ours
 */
GObject *
vis_peer_connection_create_channel (VisPeerConnection *self, const char *label)
{
  GObject *channel = NULL;

  g_signal_emit_by_name (self->webrtc, "create-data-channel", label, NULL, &channel);

  return channel;
}

/**
 * vis_peer_connection_add_candidate:
 * @self: a connection that was given the other side's description
 * @candidate: a candidate of the other side, or "" for the end of them
 * @mline: the index of its section
 */
void
vis_peer_connection_add_candidate (VisPeerConnection *self, const char *candidate, guint mline)
{
  g_signal_emit_by_name (self->webrtc, "add-ice-candidate", mline, candidate);
}

/**
 * vis_peer_connection_get_mid:
 * @self: a connection
 * @mline: the index of a section
 *
 * Returns: (transfer full): its tag in the own description (RFC 5888), "" if there is none
 */
char *
vis_peer_connection_get_mid (VisPeerConnection *self, guint mline)
{
  g_autoptr (GstWebRTCSessionDescription) local = NULL;
  const char                             *mid = NULL;

  g_object_get (self->webrtc, "local-description", &local, NULL);
  if (local != NULL && mline < gst_sdp_message_medias_len (local->sdp))
    mid = gst_sdp_media_get_attribute_val (gst_sdp_message_get_media (local->sdp, mline), "mid");

  return g_strdup (mid != NULL ? mid : "");
}

/**
 * vis_peer_connection_get_ice_state:
 * @self: a connection
 *
 * Returns: what ICE says now, which it may take back
 */
GstWebRTCICEConnectionState
vis_peer_connection_get_ice_state (VisPeerConnection *self)
{
  GstWebRTCICEConnectionState state;

  g_object_get (self->webrtc, "ice-connection-state", &state, NULL);

  return state;
}

/**
 * vis_peer_connection_get_path:
 * @self: a connection
 *
 * Returns: the way that media takes
 */
VisPath
vis_peer_connection_get_path (VisPeerConnection *self)
{
  g_autoptr (GObject) agent = vis_ice_agent_get (self->webrtc);

  return vis_ice_agent_get_path (agent);
}
