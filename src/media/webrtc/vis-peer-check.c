/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-peer-check.h"

#include <gst/webrtc/webrtc.h>

#include "vis-dtls-check.h"

/* How long a handshake with the wrong one may go on. */
#define SUSPECT_MS 2000

static void
add_transport (GPtrArray *transports, gpointer from)
{
  g_autoptr (GObject) transport = NULL;

  if (from != NULL)
    g_object_get (from, "transport", &transport, NULL);
  if (transport != NULL && !g_ptr_array_find (transports, transport, NULL))
    g_ptr_array_add (transports, g_steal_pointer (&transport));
}

/* Every DTLS transport of the connection: one when all is bundled. */
static GPtrArray *
get_transports (GstElement *webrtc)
{
  GPtrArray          *transports = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray)  transceivers = NULL;
  g_autoptr (GObject) sctp = NULL;

  g_signal_emit_by_name (webrtc, "get-transceivers", &transceivers);
  for (guint i = 0; transceivers != NULL && i < transceivers->len; i++)
    {
      GstWebRTCRTPTransceiver *transceiver =
        g_array_index (transceivers, GstWebRTCRTPTransceiver *, i);
      g_autoptr (GObject) sender = NULL;
      g_autoptr (GObject) receiver = NULL;

      g_object_get (transceiver, "sender", &sender, "receiver", &receiver, NULL);
      add_transport (transports, sender);
      add_transport (transports, receiver);
    }
  g_object_get (webrtc, "sctp-transport", &sctp, NULL);
  add_transport (transports, sctp);

  return transports;
}

/* Closing in the middle of the DTLS handshake would keep the other side from noticing the mismatch
 * as well. Nothing is sent or shown meanwhile. */
static gboolean
wait_for_end_of_handshake (VisPeerCheck *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->suspected_at == 0)
    self->suspected_at = now;

  return now - self->suspected_at < SUSPECT_MS * G_GINT64_CONSTANT (1000);
}

/**
 * vis_peer_check_look:
 * @self: the check of this connection
 * @webrtc: a webrtcbin
 * @facts: of the other side's description as the signaling carried it
 * @bridge: is made to say when a transport changes
 * @error: return location
 *
 * Compares the certificates of all transports with the signaled fingerprints. Who is somebody else
 * stays unknown for a while as long as the handshake goes on.
 *
 * Returns: who is there; with @error set for [enum@Vis.PeerIdentity.MISMATCH]
 */
VisPeerIdentity
vis_peer_check_look (VisPeerCheck      *self,
                     GstElement        *webrtc,
                     const VisSdpFacts *facts,
                     VisWebrtcBridge   *bridge,
                     GError           **error)
{
  g_autoptr (GPtrArray) transports = get_transports (webrtc);
  VisPeerIdentity       peer = VIS_PEER_UNKNOWN;

  for (guint i = 0; i < transports->len; i++)
    {
      GObject                    *transport = g_ptr_array_index (transports, i);
      GstWebRTCDTLSTransportState state;
      g_autofree char            *pem = NULL;

      vis_webrtc_bridge_watch_transport (bridge, transport);
      g_object_get (transport, "state", &state, "remote-certificate", &pem, NULL);
      if (pem != NULL && !vis_dtls_check (pem, facts, error))
        {
          if (state != GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING ||
              !wait_for_end_of_handshake (self))
            return VIS_PEER_MISMATCH;
          g_clear_error (error);
          return VIS_PEER_UNKNOWN;
        }
      /* GStreamer 1.22: webrtcbin keeps transports that bundling leaves without use. */
      if (state == GST_WEBRTC_DTLS_TRANSPORT_STATE_NEW)
        continue;
      if (pem == NULL || state != GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED)
        return VIS_PEER_UNKNOWN;
      peer = VIS_PEER_VERIFIED;
    }

  return peer;
}
