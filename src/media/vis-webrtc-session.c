/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-webrtc-session.h"

#include <gio/gio.h>
#include <gst/webrtc/webrtc.h>

#include "vis-error.h"
#include "vis-gst.h"
#include "vis-heartbeat.h"
#include "vis-ice-servers.h"
#include "vis-limits.h"
#include "vis-peer-check.h"
#include "vis-receiver.h"
#include "vis-sender.h"
#include "vis-teardown.h"
#include "vis-watchdog.h"
#include "vis-webrtc-bridge.h"

/* How long packets may wait for one that is late: room for a retransmission. Pictures and sound
 * that are in order never wait here. */
#define LATENCY_MS 200

/* Sound is not sent again; its decoder conceals what is missing after this time. */
#define AUDIO_LATENCY_MS 60

/* Modest, so that a slow line lives until its rate is known. */
#define START_BITRATE 300000

#define AUDIO_BITRATE 32000

/* A path that is not found by then will not be found. */
#define CONNECT_MS (30 * 1000)

/* Between two checks of ICE: the least that RFC 8445 allows (section 14.2). The nominated path
 * takes four turns of this timer, and there are few pairs to check. */
#define ICE_PACING_MS 5

/* How long a handshake with the wrong one may go on. */
#define SUSPECT_MS 2000

/* ICE gives up early when candidates come late; it may still be wrong for this long. */
#define ICE_GRACE_MS 5000

typedef struct
{
  char *candidate;
  char *mid;
  guint mline;
} Candidate;

typedef struct
{
  GstPad *pad;
  gulong  probe;
} PendingPad;

struct _VisWebrtcSession
{
  GObject          parent_instance;

  VisSessionState  state;
  GError          *error;

  VisFeed         *feeds[VIS_N_ROLES];
  VisSpeaker      *speaker;
  VisIceServers   *servers;
  gboolean         relay_only;
  char            *video_codec;

  GstElement      *pipeline; /* NULL before the first description and once all is released */
  GstElement      *webrtc;
  VisWebrtcBridge *bridge;
  guint            bus_watch;
  GObject         *channel;

  gboolean         started;
  gboolean         offering;
  gboolean         remote_set;
  gboolean         verified;
  VisSdpFacts     *facts; /* of the other side's description */
  GPtrArray       *candidates;
  guint            n_candidates;

  VisSection       sections[VIS_N_ROLES];
  VisSender       *senders[VIS_N_ROLES];
  gboolean         sending[VIS_N_ROLES];
  guint            bitrate;

  GPtrArray       *pending_pads;
  GHashTable      *jitterbuffers;
  GPtrArray       *receivers;
  VisReceiver     *spares[VIS_N_ROLES]; /* made ahead, not linked yet */
  guint            prepare;
  VisReceiver     *video;
  VisReceiver     *screen;
  GObject         *remote_video;
  GObject         *remote_screen;

  VisWatchdog      watchdog;
  guint            tick;
  gint64           described_at; /* by the other side: from then on a path is looked for */
  gint64           ice_failed_at;
  gint64           suspected_at;
  gint64           heard;
  gint64           pinged_at;
  gint64           measured_at;
  guint64          measured_in;
  guint64          measured_out;
  VisStats         stats;
};

enum
{
  PROP_STATE = 1,
  PROP_REMOTE_VIDEO,
  PROP_REMOTE_SCREEN,
  PROP_ERROR,
};

static void vis_webrtc_session_iface_init (VisMediaSessionInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisWebrtcSession,
                               vis_webrtc_session,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_MEDIA_SESSION,
                                                      vis_webrtc_session_iface_init))

static void
candidate_free (gpointer data)
{
  Candidate *self = data;

  g_free (self->candidate);
  g_free (self->mid);
  g_free (self);
}

static void
pending_pad_free (gpointer data)
{
  PendingPad *self = data;

  gst_object_unref (self->pad);
  g_free (self);
}

static gboolean
is_over (VisWebrtcSession *self)
{
  return self->state == VIS_SESSION_CLOSED || self->state == VIS_SESSION_FAILED ||
         self->state == VIS_SESSION_INSECURE;
}

static void
set_state (VisWebrtcSession *self, VisSessionState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

static void
set_picture (VisWebrtcSession *self, GObject **place, GObject *picture, const char *property)
{
  if (g_set_object (place, picture))
    g_object_notify (G_OBJECT (self), property);
}

/* Lets everything go, in the one order that works: valves, data channel, callbacks, pipeline.
 * Harmless at any time but never to be called on a thread of GStreamer. */
static void
release (VisWebrtcSession *self)
{
  g_autoptr (GObject) agent = NULL;

  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      g_clear_pointer (&self->senders[i], vis_sender_free);
      g_clear_pointer (&self->spares[i], vis_receiver_free);
    }
  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_handle_id (&self->prepare, g_source_remove);
  vis_watchdog_disarm (&self->watchdog);
  g_ptr_array_set_size (self->candidates, 0);
  g_ptr_array_set_size (self->pending_pads, 0);
  g_hash_table_remove_all (self->jitterbuffers);
  g_ptr_array_set_size (self->receivers, 0);
  self->video = NULL;
  self->screen = NULL;
  g_clear_handle_id (&self->bus_watch, g_source_remove);

  if (self->bridge != NULL)
    vis_webrtc_bridge_close (g_steal_pointer (&self->bridge));
  g_clear_object (&self->channel);

  if (self->pipeline != NULL)
    {
      if (self->servers->turn->len > 0)
        agent = vis_teardown_get_agent (self->webrtc);
      self->webrtc = NULL;
      vis_teardown (g_steal_pointer (&self->pipeline), g_steal_pointer (&agent));
    }
}

static void
end (VisWebrtcSession *self, VisSessionState state, GError *error)
{
  if (is_over (self))
    {
      g_clear_error (&error);
      return;
    }

  g_object_ref (self);
  g_object_freeze_notify (G_OBJECT (self));
  release (self);
  set_picture (self, &self->remote_video, NULL, "remote-video");
  set_picture (self, &self->remote_screen, NULL, "remote-screen");
  if (error != NULL)
    {
      g_debug ("Session over: %s", error->message);
      g_clear_error (&self->error);
      self->error = error;
      g_object_notify (G_OBJECT (self), "error");
    }
  set_state (self, state);
  g_object_thaw_notify (G_OBJECT (self));
  g_object_unref (self);
}

static void
fail (VisWebrtcSession *self, const char *message)
{
  end (self, VIS_SESSION_FAILED, g_error_new_literal (VIS_ERROR, VIS_ERROR_MEDIA, message));
}

/* Sending ---------------------------------------------------------------------------------------
 */

static void
update_valves (VisWebrtcSession *self)
{
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      gboolean may_send = self->verified && !is_over (self) && self->sections[i].present;

      vis_sender_set_mode (self->senders[i],
                           !may_send          ? VIS_TAP_SHUT
                           : self->sending[i] ? VIS_TAP_OPEN
                                              : VIS_TAP_SILENT);
    }
}

static void
update_bitrates (VisWebrtcSession *self)
{
  vis_sender_set_bitrate (self->senders[VIS_ROLE_AUDIO], AUDIO_BITRATE);
  vis_sender_set_bitrate (self->senders[VIS_ROLE_VIDEO], self->bitrate);
  vis_sender_set_bitrate (self->senders[VIS_ROLE_SCREEN], self->bitrate);
}

static gboolean
make_senders (VisWebrtcSession *self, GError **error)
{
  guint order[VIS_N_ROLES] = { VIS_ROLE_AUDIO, VIS_ROLE_VIDEO, VIS_ROLE_SCREEN };

  /* webrtcbin makes its transceivers in the order of the pads. */
  for (guint i = 1; i < VIS_N_ROLES; i++)
    {
      for (guint j = i;
           j > 0 && self->sections[order[j]].mline < self->sections[order[j - 1]].mline;
           j--)
        {
          guint swap = order[j];

          order[j] = order[j - 1];
          order[j - 1] = swap;
        }
    }

  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      VisRole           role = order[i];
      const VisSection *section = &self->sections[role];

      if (!section->present || section->codec == NULL)
        continue;
      self->senders[role] = vis_sender_new (
        GST_BIN (self->pipeline), self->webrtc, self->feeds[role], section, role, error);
      if (self->senders[role] == NULL)
        return FALSE;
    }
  update_bitrates (self);

  return TRUE;
}

/* Receiving -------------------------------------------------------------------------------------
 */

static void
on_first_picture (VisReceiver *receiver, gpointer data)
{
  VisWebrtcSession *self = data;
  GObject          *picture = G_OBJECT (vis_receiver_get_paintable (receiver));

  if (receiver == self->video)
    set_picture (self, &self->remote_video, picture, "remote-video");
  else if (receiver == self->screen)
    set_picture (self, &self->remote_screen, picture, "remote-screen");
}

static void
tune_jitterbuffer (VisWebrtcSession *self, GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstElement         *jitterbuffer;
  guint               ssrc;

  if (caps == NULL || !gst_structure_get_uint (gst_caps_get_structure (caps, 0), "ssrc", &ssrc))
    return;

  jitterbuffer = g_hash_table_lookup (self->jitterbuffers, GUINT_TO_POINTER (ssrc));
  if (jitterbuffer != NULL)
    g_object_set (jitterbuffer, "latency", AUDIO_LATENCY_MS, "do-lost", TRUE, NULL);
}

static VisReceiver *
make_receiver (VisWebrtcSession *self, const VisCodec *codec)
{
  return vis_receiver_new (
    GST_BIN (self->pipeline), codec, self->speaker, self, on_first_picture, self);
}

static gboolean
on_prepare (gpointer data)
{
  VisWebrtcSession *self = data;
  const VisRole     roles[] = { VIS_ROLE_VIDEO, VIS_ROLE_AUDIO };

  self->prepare = 0;
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      const VisSection *section = &self->sections[roles[i]];

      if (section->present && section->codec != NULL && self->spares[roles[i]] == NULL)
        self->spares[roles[i]] = make_receiver (self, section->codec);
    }

  return G_SOURCE_REMOVE;
}

/* Makes what is needed once there is a path, while one is looked for; candidates go first. */
static void
prepare_receivers (VisWebrtcSession *self)
{
  if (!is_over (self) && self->prepare == 0)
    self->prepare = g_idle_add (on_prepare, self);
}

static VisReceiver *
take_receiver (VisWebrtcSession *self, VisRole role, GstPad *pad)
{
  const VisCodec *codec = vis_receiver_find_codec (pad);

  if (role < VIS_N_ROLES && self->spares[role] != NULL &&
      vis_receiver_get_codec (self->spares[role]) == codec)
    return g_steal_pointer (&self->spares[role]);

  return make_receiver (self, codec);
}

static void
link_pad (VisWebrtcSession *self, GstPad *pad, gulong probe)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  VisReceiver                        *receiver;
  guint                               mline = 0;
  VisRole                             role;

  g_object_get (pad, "transceiver", &transceiver, NULL);
  if (transceiver != NULL)
    g_object_get (transceiver, "mlineindex", &mline, NULL);
  role = vis_sections_find (self->sections, mline);
  g_debug ("Section %u is received, role %d", mline, role);

  receiver = take_receiver (self, role, pad);
  vis_receiver_link (receiver, pad);
  g_ptr_array_add (self->receivers, receiver);
  if (role == VIS_ROLE_VIDEO)
    self->video = receiver;
  else if (role == VIS_ROLE_SCREEN)
    self->screen = receiver;
  else if (role == VIS_ROLE_AUDIO)
    tune_jitterbuffer (self, pad);

  gst_pad_remove_probe (pad, probe);
}

static void
link_pending_pads (VisWebrtcSession *self)
{
  g_autoptr (GPtrArray) pads = g_steal_pointer (&self->pending_pads);

  self->pending_pads = g_ptr_array_new_with_free_func (pending_pad_free);
  for (guint i = 0; i < pads->len; i++)
    {
      PendingPad *pending = g_ptr_array_index (pads, i);

      link_pad (self, pending->pad, pending->probe);
    }
}

/* Who leaves in the middle of the handshake keeps the other side from seeing that it is deceived as
 * well. Nothing is open meanwhile. */
static gboolean
wait_for_end_of_handshake (VisWebrtcSession *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->suspected_at == 0)
    self->suspected_at = now;

  return now - self->suspected_at < SUSPECT_MS * G_GINT64_CONSTANT (1000);
}

/* The other side is who it should be: everything opens. */
static void
verify (VisWebrtcSession *self)
{
  g_autoptr (GError) error = NULL;

  if (is_over (self) || self->facts == NULL)
    return;

  switch (vis_peer_check (self->webrtc, self->facts, self->bridge, &error))
    {
    case VIS_PEER_UNKNOWN:
      return;
    case VIS_PEER_SUSPECT:
      if (!wait_for_end_of_handshake (self))
        end (self, VIS_SESSION_INSECURE, g_steal_pointer (&error));
      return;
    case VIS_PEER_WRONG:
      end (self, VIS_SESSION_INSECURE, g_steal_pointer (&error));
      return;
    case VIS_PEER_RIGHT:
    default:
      break;
    }

  if (self->verified)
    return;

  self->verified = TRUE;
  if (self->speaker != NULL)
    vis_speaker_set_owner (self->speaker, self);
  update_valves (self);
  link_pending_pads (self);
  vis_watchdog_arm (&self->watchdog, g_get_monotonic_time ());
  set_state (self, VIS_SESSION_CONNECTED);
}

/* The watch over the path ------------------------------------------------------------------------
 */

static void
send_text (VisWebrtcSession *self, const char *text)
{
  GstWebRTCDataChannelState state;
  guint64                   buffered;

  if (self->channel == NULL)
    return;

  /* On a dead path they would only pile up. */
  g_object_get (self->channel, "ready-state", &state, "buffered-amount", &buffered, NULL);
  if (state == GST_WEBRTC_DATA_CHANNEL_STATE_OPEN && buffered < 4096)
    g_signal_emit_by_name (self->channel, "send-string", text);
}

static void
ping (VisWebrtcSession *self)
{
  g_autofree char *text = NULL;

  self->pinged_at = g_get_monotonic_time ();
  text = vis_heartbeat_ping (self->pinged_at);
  send_text (self, text);
}

static void
take_verdict (VisWebrtcSession *self, VisWatchdogVerdict verdict)
{
  if (verdict == VIS_WATCHDOG_LOST && self->state == VIS_SESSION_CONNECTED)
    set_state (self, VIS_SESSION_STALLED);
  else if (verdict == VIS_WATCHDOG_BACK && self->state == VIS_SESSION_STALLED)
    set_state (self, VIS_SESSION_CONNECTED);
}

static void
measure (VisWebrtcSession *self, gint64 now)
{
  guint64 packets, in, out = 0;

  if (now - self->measured_at < G_USEC_PER_SEC)
    return;

  vis_webrtc_bridge_get_received (self->bridge, &packets, &in);
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      guint64 bytes;

      vis_sender_get_sent (self->senders[i], &packets, &bytes);
      out += bytes;
    }
  if (self->measured_at != 0)
    {
      double seconds = (double) (now - self->measured_at) / G_USEC_PER_SEC;

      self->stats.bitrate_in = (guint) (8.0 * (double) (in - self->measured_in) / seconds);
      self->stats.bitrate_out = (guint) (8.0 * (double) (out - self->measured_out) / seconds);
    }
  self->measured_at = now;
  self->measured_in = in;
  self->measured_out = out;
}

static gboolean
on_tick (gpointer data)
{
  g_autoptr (VisWebrtcSession) self = g_object_ref (data);
  gint64                       now = g_get_monotonic_time ();
  gint64                       heard = vis_webrtc_bridge_get_heard (self->bridge);

  if (!self->verified)
    {
      /* Not every step of the handshake is announced. */
      verify (self);
      if (is_over (self))
        return G_SOURCE_REMOVE;
      if (self->verified)
        return G_SOURCE_CONTINUE;

      if ((self->described_at != 0 &&
           now - self->described_at > CONNECT_MS * G_GINT64_CONSTANT (1000)) ||
          (self->ice_failed_at != 0 &&
           now - self->ice_failed_at > ICE_GRACE_MS * G_GINT64_CONSTANT (1000)))
        {
          self->tick = 0;
          fail (self, "No path to the other side was found");
          return G_SOURCE_REMOVE;
        }
      return G_SOURCE_CONTINUE;
    }

  if (heard != self->heard)
    {
      self->heard = heard;
      take_verdict (self, vis_watchdog_hear (&self->watchdog, heard));
    }
  take_verdict (self, vis_watchdog_tick (&self->watchdog, now));
  if (is_over (self))
    return G_SOURCE_REMOVE;
  if (now - self->pinged_at >= VIS_WATCHDOG_PING_MS * G_GINT64_CONSTANT (1000))
    ping (self);
  measure (self, now);

  return G_SOURCE_CONTINUE;
}

static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, VisWebrtcSession *self)
{
  if (!self->verified || is_over (self))
    return;

  vis_watchdog_probe (&self->watchdog, g_get_monotonic_time ());
  ping (self);
}

static void
on_message (VisWebrtcSession *self, const char *text)
{
  g_autofree char *t = NULL;
  g_autofree char *reply = NULL;
  gint64           sent;

  /* Whoever is not proved to be the peer is not alive either. */
  if (!self->verified)
    return;

  switch (vis_heartbeat_read (text, &t))
    {
    case VIS_HEARTBEAT_PING:
      reply = vis_heartbeat_pong (t);
      send_text (self, reply);
      break;
    case VIS_HEARTBEAT_PONG:
      sent = g_ascii_strtoll (t, NULL, 10);
      if (sent > 0 && sent <= self->pinged_at)
        self->stats.rtt_ms = (double) (g_get_monotonic_time () - sent) / 1000.0;
      break;
    case VIS_HEARTBEAT_OTHER:
    default:
      return;
    }

  take_verdict (self, vis_watchdog_hear (&self->watchdog, g_get_monotonic_time ()));
}

/* Negotiation -----------------------------------------------------------------------------------
 */

static void
apply_candidate (VisWebrtcSession *self, const char *candidate, const char *mid, guint mline)
{
  guint n_sections = self->facts->kinds->len;

  /* The tag rules when there is one (RFC 8829, section 5.12). */
  for (guint i = 0; mid != NULL && *mid != '\0' && i < self->facts->mids->len; i++)
    {
      if (g_str_equal (g_ptr_array_index (self->facts->mids, i), mid))
        {
          mline = i;
          break;
        }
    }

  if (mline < n_sections)
    g_signal_emit_by_name (self->webrtc, "add-ice-candidate", mline, candidate);
}

static void
set_remote (VisWebrtcSession *self, GstSDPMessage *sdp, gboolean offer)
{
  vis_webrtc_bridge_set_description (self->bridge, FALSE, offer, sdp);
  self->remote_set = TRUE;
  self->described_at = g_get_monotonic_time ();
  for (guint i = 0; i < self->candidates->len; i++)
    {
      Candidate *held = g_ptr_array_index (self->candidates, i);

      apply_candidate (self, held->candidate, held->mid, held->mline);
    }
  g_ptr_array_set_size (self->candidates, 0);
}

static void
use_channel (VisWebrtcSession *self, GObject *channel)
{
  g_autofree char *label = NULL;

  g_object_get (channel, "label", &label, NULL);
  if (self->channel != NULL || g_strcmp0 (label, "visavis") != 0)
    return;

  self->channel = g_object_ref (channel);
  vis_webrtc_bridge_watch_channel (self->bridge, channel);
}

static void
on_description (VisWebrtcSession *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  GstSDPMessage     *sdp = vis_sections_parse (text, &error);

  if (sdp == NULL)
    {
      fail (self, error->message);
      return;
    }

  vis_webrtc_bridge_set_description (self->bridge, TRUE, self->offering, sdp);
  g_signal_emit_by_name (self, "description", text);
  if (!self->offering)
    prepare_receivers (self);
}

static void
emit_candidate (VisWebrtcSession *self, const char *candidate, guint mline)
{
  g_autofree char                        *mid = NULL;
  g_autoptr (GstWebRTCSessionDescription) local = NULL;

  g_object_get (self->webrtc, "local-description", &local, NULL);
  if (local != NULL && mline < gst_sdp_message_medias_len (local->sdp))
    mid = g_strdup (
      gst_sdp_media_get_attribute_val (gst_sdp_message_get_media (local->sdp, mline), "mid"));
  g_signal_emit_by_name (self, "candidate", candidate, mid != NULL ? mid : "", mline);
}

static void
on_connection_state (VisWebrtcSession *self)
{
  GstWebRTCICEConnectionState ice;

  g_object_get (self->webrtc, "ice-connection-state", &ice, NULL);
  if (ice == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED)
    {
      if (self->ice_failed_at == 0)
        self->ice_failed_at = g_get_monotonic_time ();
    }
  else
    {
      self->ice_failed_at = 0;
    }
  verify (self);
}

static void
on_pad (VisWebrtcSession *self, GstPad *pad, gulong probe)
{
  PendingPad *pending;

  verify (self);
  if (is_over (self))
    return;
  if (self->verified)
    {
      link_pad (self, pad, probe);
      return;
    }

  pending = g_new0 (PendingPad, 1);
  pending->pad = gst_object_ref (pad);
  pending->probe = probe;
  g_ptr_array_add (self->pending_pads, pending);
}

static void
on_bridge (gpointer owner, const VisBridgeEvent *event)
{
  VisWebrtcSession *self = owner;

  switch (event->type)
    {
    case VIS_BRIDGE_DESCRIPTION:
      on_description (self, event->text);
      break;
    case VIS_BRIDGE_FAILED:
      fail (self, event->text);
      break;
    case VIS_BRIDGE_CANDIDATE:
      emit_candidate (self, event->text, event->mline);
      break;
    case VIS_BRIDGE_GATHERED:
      emit_candidate (self, "", 0);
      break;
    case VIS_BRIDGE_STATE:
    case VIS_BRIDGE_REMOTE_SET:
    case VIS_BRIDGE_LOCAL_SET:
      on_connection_state (self);
      break;
    case VIS_BRIDGE_PAD:
      on_pad (self, event->object, event->probe);
      break;
    case VIS_BRIDGE_JITTERBUFFER:
      g_hash_table_insert (
        self->jitterbuffers, GUINT_TO_POINTER (event->mline), gst_object_ref (event->object));
      break;
    case VIS_BRIDGE_CHANNEL:
      use_channel (self, event->object);
      break;
    case VIS_BRIDGE_OPEN:
      ping (self);
      break;
    case VIS_BRIDGE_MESSAGE:
      on_message (self, event->text);
      break;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
on_bus_message (GstBus *bus, GstMessage *message, gpointer data)
{
  VisWebrtcSession  *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char   *details = NULL;

  /* Messages about latency are not acted on: no sink of this pipeline waits for its clock, and the
   * latency of what is received would hold up what is sent. */
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    {
      gst_message_parse_error (message, &error, &details);
      g_debug ("%s: %s", error->message, details);
      self->bus_watch = 0;
      fail (self, error->message);
      return G_SOURCE_REMOVE;
    }

  return G_SOURCE_CONTINUE;
}

static void
configure (VisWebrtcSession *self)
{
  g_autoptr (GObject) agent = vis_teardown_get_agent (self->webrtc);

  gst_util_set_object_arg (G_OBJECT (self->webrtc), "bundle-policy", "max-bundle");
  g_object_set (self->webrtc, "latency", LATENCY_MS, NULL);
  if (self->relay_only)
    gst_util_set_object_arg (G_OBJECT (self->webrtc), "ice-transport-policy", "relay");
  /* UPnP costs sockets and up to 200 ms of gathering. Candidates over TCP between the peers
   * themselves double the checks and find paths that lose what is sent under load; where UDP is
   * shut, a relay over TCP helps. */
  if (agent != NULL)
    g_object_set (agent, "upnp", FALSE, "ice-tcp", FALSE, "stun-pacing-timer", ICE_PACING_MS, NULL);

  if (self->servers->stun != NULL)
    g_object_set (self->webrtc, "stun-server", self->servers->stun, NULL);
  for (guint i = 0; i < self->servers->turn->len; i++)
    {
      gboolean added = FALSE;

      g_signal_emit_by_name (
        self->webrtc, "add-turn-server", g_ptr_array_index (self->servers->turn, i), &added);
      if (!added)
        g_debug ("A relay was not understood");
    }
}

static gboolean
start (VisWebrtcSession *self)
{
  g_autoptr (GstBus) bus = NULL;

  if (self->started || is_over (self))
    return FALSE;

  self->started = TRUE;
  self->pipeline = vis_gst_pipeline_new ("session");
  self->webrtc = vis_gst_make (GST_BIN (self->pipeline), "webrtcbin");
  if (self->webrtc == NULL)
    {
      fail (self, "webrtcbin is not installed");
      return FALSE;
    }

  configure (self);
  self->bridge = vis_webrtc_bridge_new (self->webrtc, G_OBJECT (self), on_bridge);
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_bus_message, self);
  self->tick = g_timeout_add (VIS_WATCHDOG_TICK_MS, on_tick, self);
  g_signal_connect_object (
    g_network_monitor_get_default (), "network-changed", G_CALLBACK (on_network_changed), self, 0);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);

  return TRUE;
}

/* Methods of the interface ------------------------------------------------------------------------
 */

static void
vis_webrtc_session_offer (VisMediaSession *session)
{
  VisWebrtcSession   *self = VIS_WEBRTC_SESSION (session);
  g_autoptr (GError)  error = NULL;
  g_autoptr (GObject) channel = NULL;

  if (!start (self))
    return;

  self->offering = TRUE;
  vis_sections_for_offer (self->sections, self->video_codec);
  if (!make_senders (self, &error))
    {
      fail (self, error->message);
      return;
    }
  g_signal_emit_by_name (self->webrtc, "create-data-channel", "visavis", NULL, &channel);
  if (channel != NULL)
    use_channel (self, channel);
  vis_webrtc_bridge_create_description (self->bridge, TRUE);
}

static void
vis_webrtc_session_answer (VisMediaSession *session, const char *offer)
{
  VisWebrtcSession         *self = VIS_WEBRTC_SESSION (session);
  g_autoptr (GError)        error = NULL;
  g_autoptr (GstSDPMessage) sdp = NULL;

  if (self->started || is_over (self))
    return;

  self->facts = vis_sdp_facts_new (offer, &error);
  if (self->facts != NULL)
    sdp = vis_sections_parse (offer, &error);
  if (sdp == NULL)
    {
      fail (self, error->message);
      return;
    }
  if (!start (self))
    return;

  vis_sections_from_offer (self->sections, sdp);
  if (!make_senders (self, &error))
    {
      fail (self, error->message);
      return;
    }
  set_remote (self, g_steal_pointer (&sdp), TRUE);
  vis_webrtc_bridge_create_description (self->bridge, FALSE);
}

static void
vis_webrtc_session_set_answer (VisMediaSession *session, const char *answer)
{
  VisWebrtcSession         *self = VIS_WEBRTC_SESSION (session);
  g_autoptr (GError)        error = NULL;
  g_autoptr (GstSDPMessage) sdp = NULL;

  if (!self->started || !self->offering || self->facts != NULL || is_over (self))
    return;

  self->facts = vis_sdp_facts_new (answer, &error);
  if (self->facts != NULL)
    sdp = vis_sections_parse (answer, &error);
  if (sdp == NULL)
    {
      fail (self, error->message);
      return;
    }

  vis_sections_apply_answer (self->sections, sdp);
  set_remote (self, g_steal_pointer (&sdp), FALSE);
  prepare_receivers (self);
}

/* webrtcbin takes text that is no candidate for the end of candidates, and warns of components that
 * it has not; there is one, since RTCP shares the port of RTP. */
static gboolean
is_usable (const char *candidate)
{
  g_auto (GStrv) words = NULL;

  if (*candidate == '\0')
    return TRUE;
  if (!vis_sdp_candidate_is_valid (candidate))
    return FALSE;

  words = g_strsplit (candidate, " ", 3);
  return g_strv_length (words) == 3 && g_str_equal (words[1], "1");
}

static void
vis_webrtc_session_add_candidate (VisMediaSession *session,
                                  const char      *candidate,
                                  const char      *mid,
                                  guint            mline)
{
  VisWebrtcSession *self = VIS_WEBRTC_SESSION (session);
  Candidate        *held;

  if (is_over (self) || !is_usable (candidate) || self->n_candidates >= 4 * VIS_LIMIT_CANDIDATES)
    return;

  self->n_candidates++;
  if (self->remote_set)
    {
      apply_candidate (self, candidate, mid, mline);
    }
  else if (self->candidates->len < VIS_LIMIT_CANDIDATES)
    {
      held = g_new0 (Candidate, 1);
      held->candidate = g_strdup (candidate);
      held->mid = g_strdup (mid);
      held->mline = mline;
      g_ptr_array_add (self->candidates, held);
    }
}

static void
vis_webrtc_session_set_sending (VisMediaSession *session,
                                gboolean         audio,
                                gboolean         video,
                                gboolean         screen)
{
  VisWebrtcSession *self = VIS_WEBRTC_SESSION (session);

  self->sending[VIS_ROLE_AUDIO] = audio;
  self->sending[VIS_ROLE_VIDEO] = video;
  self->sending[VIS_ROLE_SCREEN] = screen;
  update_valves (self);
}

static void
vis_webrtc_session_close (VisMediaSession *session)
{
  VisWebrtcSession *self = VIS_WEBRTC_SESSION (session);

  end (self, VIS_SESSION_CLOSED, NULL);
  set_state (self, VIS_SESSION_CLOSED);
}

static void
vis_webrtc_session_iface_init (VisMediaSessionInterface *iface)
{
  iface->offer = vis_webrtc_session_offer;
  iface->answer = vis_webrtc_session_answer;
  iface->set_answer = vis_webrtc_session_set_answer;
  iface->add_candidate = vis_webrtc_session_add_candidate;
  iface->set_sending = vis_webrtc_session_set_sending;
  iface->close = vis_webrtc_session_close;
}

static void
vis_webrtc_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisWebrtcSession *self = VIS_WEBRTC_SESSION (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_REMOTE_VIDEO:
      g_value_set_object (value, self->remote_video);
      break;
    case PROP_REMOTE_SCREEN:
      g_value_set_object (value, self->remote_screen);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_webrtc_session_dispose (GObject *object)
{
  VisWebrtcSession *self = VIS_WEBRTC_SESSION (object);

  release (self);
  self->state = VIS_SESSION_CLOSED;
  g_clear_object (&self->remote_video);
  g_clear_object (&self->remote_screen);
  g_clear_object (&self->speaker);

  G_OBJECT_CLASS (vis_webrtc_session_parent_class)->dispose (object);
}

static void
vis_webrtc_session_finalize (GObject *object)
{
  VisWebrtcSession *self = VIS_WEBRTC_SESSION (object);

  for (guint i = 0; i < VIS_N_ROLES; i++)
    g_clear_pointer (&self->feeds[i], vis_feed_unref);
  g_clear_pointer (&self->servers, vis_ice_servers_free);
  g_clear_pointer (&self->facts, vis_sdp_facts_free);
  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  g_clear_pointer (&self->pending_pads, g_ptr_array_unref);
  g_clear_pointer (&self->jitterbuffers, g_hash_table_unref);
  g_clear_pointer (&self->receivers, g_ptr_array_unref);
  g_clear_error (&self->error);
  g_free (self->video_codec);

  G_OBJECT_CLASS (vis_webrtc_session_parent_class)->finalize (object);
}

static void
vis_webrtc_session_class_init (VisWebrtcSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vis_webrtc_session_get_property;
  object_class->dispose = vis_webrtc_session_dispose;
  object_class->finalize = vis_webrtc_session_finalize;

  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_REMOTE_VIDEO, "remote-video");
  g_object_class_override_property (object_class, PROP_REMOTE_SCREEN, "remote-screen");
  g_object_class_override_property (object_class, PROP_ERROR, "error");
}

static void
vis_webrtc_session_init (VisWebrtcSession *self)
{
  self->candidates = g_ptr_array_new_with_free_func (candidate_free);
  self->pending_pads = g_ptr_array_new_with_free_func (pending_pad_free);
  self->jitterbuffers = g_hash_table_new_full (NULL, NULL, NULL, gst_object_unref);
  self->receivers = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_receiver_free);
  self->bitrate = START_BITRATE;
}

/**
 * vis_webrtc_session_new:
 * @feeds: where sound, camera and screen come from
 * @speaker: (nullable): what plays the other side
 * @ice_servers: (nullable) (element-type VisMessage): what helps to find a path
 * @relay_only: whether to hide the own addresses behind a relay
 * @video_codec: (nullable): the codec of offers, %NULL for the usual one
 *
 * Makes a session for one generation of a call.
 *
 * Returns: (transfer full): a session
 */
VisWebrtcSession *
vis_webrtc_session_new (VisFeed    *feeds[VIS_N_ROLES],
                        VisSpeaker *speaker,
                        GPtrArray  *ice_servers,
                        gboolean    relay_only,
                        const char *video_codec)
{
  VisWebrtcSession *self = g_object_new (VIS_TYPE_WEBRTC_SESSION, NULL);

  for (guint i = 0; i < VIS_N_ROLES; i++)
    self->feeds[i] = vis_feed_ref (feeds[i]);
  g_set_object (&self->speaker, speaker);
  self->servers = vis_ice_servers_new (ice_servers);
  self->relay_only = relay_only;
  self->video_codec = g_strdup (video_codec);

  return self;
}

/**
 * vis_webrtc_session_get_stats:
 * @self: a session
 * @stats: (out): the numbers of now
 *
 * How the session is doing.
 */
void
vis_webrtc_session_get_stats (VisWebrtcSession *self, VisStats *stats)
{
  guint64 packets, bytes;

  if (self->pipeline != NULL)
    {
      self->stats.frames_decoded = self->video != NULL ? vis_receiver_get_frames (self->video) : 0;
      self->stats.screen_frames_decoded =
        self->screen != NULL ? vis_receiver_get_frames (self->screen) : 0;
      self->stats.audio_decoded = 0;
      for (guint i = 0; i < self->receivers->len; i++)
        {
          VisReceiver *receiver = g_ptr_array_index (self->receivers, i);

          if (!vis_receiver_is_audio (receiver))
            continue;
          self->stats.audio_decoded += vis_receiver_get_frames (receiver);
          self->stats.audio_level = vis_receiver_get_level (receiver);
        }
      vis_webrtc_bridge_get_received (
        self->bridge, &self->stats.packets_received, &self->stats.bytes_received);
      self->stats.bytes_sent = self->stats.video_packets_sent = 0;
      for (guint i = 0; i < VIS_N_ROLES; i++)
        {
          vis_sender_get_sent (self->senders[i], &packets, &bytes);
          self->stats.bytes_sent += bytes;
          if (i == VIS_ROLE_AUDIO)
            self->stats.packets_sent = packets;
          else
            self->stats.video_packets_sent += packets;
        }
      if (self->video != NULL)
        {
          GdkPaintable *picture = GDK_PAINTABLE (vis_receiver_get_paintable (self->video));

          self->stats.width = gdk_paintable_get_intrinsic_width (picture);
          self->stats.height = gdk_paintable_get_intrinsic_height (picture);
        }
      self->stats.path = self->verified ? vis_peer_get_path (self->webrtc) : VIS_PATH_UNKNOWN;
    }

  *stats = self->stats;
}

/**
 * vis_webrtc_session_set_bitrate:
 * @self: a session
 * @bits_per_second: what its pictures may take
 *
 * Where a rate controller takes hold.
 */
void
vis_webrtc_session_set_bitrate (VisWebrtcSession *self, guint bits_per_second)
{
  self->bitrate = bits_per_second;
  update_bitrates (self);
}
