/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-webrtc-session.h"

#include <gio/gio.h>

#include "vis-candidates.h"
#include "vis-error.h"
#include "vis-keepalive.h"
#include "vis-meter.h"
#include "vis-path-search.h"
#include "vis-peer-check.h"
#include "vis-peer-connection.h"
#include "vis-receivers.h"
#include "vis-remote.h"
#include "vis-senders.h"
#include "vis-session-properties.h"

struct _VisWebrtcSession
{
  GObject              parent_instance;

  VisSessionProperties properties;

  VisIceServers       *servers;
  gboolean             relay_only;
  char                *video_codec;

  gboolean             started;
  gboolean             offering;
  gboolean             verified;
  char                *offer;  /* of ours */
  VisRemote           *remote; /* what the other side described, NULL before that */
  VisMediaSection      sections[VIS_N_ROLES];

  VisPeerConnection   *connection; /* NULL before the first description and once all is released */
  VisCandidates       *candidates;
  VisSenders          *senders;
  VisReceivers        *receivers;
  VisKeepalive        *keepalive;

  guint                tick;
  VisPathSearch        path_search;
  VisPeerCheck         peer_check;
  VisMeter             meter;
};

static void vis_webrtc_session_iface_init (VisMediaSessionInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisWebrtcSession,
                               vis_webrtc_session,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_MEDIA_SESSION,
                                                      vis_webrtc_session_iface_init))

enum
{
  PROP_STATS = VIS_SESSION_FIRST_ID,
};

static gboolean
is_over (VisWebrtcSession *self)
{
  return vis_session_properties_is_over (&self->properties);
}

static void
on_first_picture (VisRole role, VisVideoPaintable *picture, gpointer data)
{
  VisWebrtcSession *self = data;

  vis_session_properties_set_picture (&self->properties, role, picture);
}

static void
count (VisWebrtcSession *self)
{
  vis_meter_count (&self->meter, self->connection, self->receivers, self->senders);
}

/* Lets everything go, in the one order that works: valves, data channel, connection.
 * Harmless at any time but never to be called on a thread of GStreamer. */
static void
release (VisWebrtcSession *self)
{
  count (self);
  vis_senders_unlink (self->senders);
  g_clear_handle_id (&self->tick, g_source_remove);
  vis_candidates_close (self->candidates);
  vis_receivers_close (self->receivers);
  vis_keepalive_close (self->keepalive);
  g_clear_pointer (&self->connection, vis_peer_connection_close);
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
  vis_session_properties_end (&self->properties, state, error);
  g_object_thaw_notify (G_OBJECT (self));
  g_object_unref (self);
}

static void
fail (VisWebrtcSession *self, const char *message)
{
  end (self, VIS_SESSION_FAILED, g_error_new_literal (VIS_ERROR, VIS_ERROR_MEDIA, message));
}

/* There are descriptions of which nothing can come, however often it is tried. */
static void
give_up (VisWebrtcSession *self, GError *error)
{
  end (self, VIS_SESSION_UNUSABLE, error);
}

/* Who is at the other end --------------------------------------------------------------------- */

/* The other side is who it should be: everything opens. */
static void
verify (VisWebrtcSession *self)
{
  g_autoptr (GError) error = NULL;

  if (is_over (self) || self->remote == NULL)
    return;

  switch (vis_peer_check_look (&self->peer_check,
                               self->connection->webrtc,
                               self->remote->facts,
                               self->connection->bridge,
                               &error))
    {
    case VIS_PEER_UNKNOWN:
      return;
    case VIS_PEER_MISMATCH:
      end (self, VIS_SESSION_INSECURE, g_steal_pointer (&error));
      return;
    case VIS_PEER_VERIFIED:
    default:
      break;
    }

  if (self->verified)
    return;

  self->verified = TRUE;
  vis_senders_open (self->senders);
  vis_receivers_open (self->receivers);
  vis_keepalive_arm (self->keepalive);
  vis_session_properties_set_state (&self->properties, VIS_SESSION_CONNECTED);
}

/* The watch over the path --------------------------------------------------------------------- */

static void
on_verdict (VisWatchdogVerdict verdict, gpointer data)
{
  VisWebrtcSession *self = data;

  if (verdict == VIS_WATCHDOG_LOST && self->properties.state == VIS_SESSION_CONNECTED)
    vis_session_properties_set_state (&self->properties, VIS_SESSION_STALLED);
  else if (verdict == VIS_WATCHDOG_RECOVERED && self->properties.state == VIS_SESSION_STALLED)
    vis_session_properties_set_state (&self->properties, VIS_SESSION_CONNECTED);
}

static void
emit_candidate (VisWebrtcSession *self, const char *candidate, guint mline)
{
  g_autofree char *mid = self->offering ? vis_peer_connection_get_mid (self->connection, mline)
                                        : vis_remote_find_origin (self->remote, &mline);

  g_signal_emit_by_name (self, "candidate", candidate, mid, mline);
}

static gboolean
on_tick (gpointer data)
{
  g_autoptr (VisWebrtcSession) self = g_object_ref (data);

  if (vis_candidates_take_end (self->candidates))
    emit_candidate (self, "", 0);
  if (is_over (self))
    return G_SOURCE_REMOVE;

  if (self->verified)
    {
      vis_keepalive_tick (self->keepalive, vis_webrtc_bridge_get_heard (self->connection->bridge));
      if (vis_meter_measure (&self->meter, self->connection, self->receivers, self->senders) &&
          self->properties.state == VIS_SESSION_CONNECTED)
        g_object_notify (G_OBJECT (self), "stats");
    }
  else
    {
      /* GStreamer 1.22: webrtcbin does not announce every step of the handshake. */
      verify (self);
      if (!self->verified && !is_over (self) && vis_path_search_is_over (&self->path_search))
        fail (self, "No connection to the other side came about");
    }

  return is_over (self) ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, VisWebrtcSession *self)
{
  vis_keepalive_probe (self->keepalive);
}

/* Negotiation --------------------------------------------------------------------------------- */

static void
use_candidate (const char *candidate, guint mline, gpointer data)
{
  VisWebrtcSession *self = data;
  int               taker = vis_sdp_normal_find_taker (self->remote->normal, mline);

  if (taker >= 0)
    vis_peer_connection_add_candidate (self->connection, candidate, (guint) taker);
}

static void
set_remote (VisWebrtcSession *self, gboolean offer)
{
  vis_webrtc_bridge_set_description (
    self->connection->bridge, FALSE, offer, g_steal_pointer (&self->remote->message));
  vis_path_search_start (&self->path_search);
  vis_candidates_open (self->candidates, self->remote->facts);
}

static void
use_channel (VisWebrtcSession *self, GObject *channel)
{
  if (vis_keepalive_take_channel (self->keepalive, channel))
    vis_webrtc_bridge_watch_channel (self->connection->bridge, channel);
}

static void
on_description (VisWebrtcSession *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *told = NULL;
  GstSDPMessage     *sdp = vis_media_sections_parse (text, &error);

  if (sdp != NULL)
    told = self->offering ? g_strdup (text)
                          : vis_sdp_normal_restore (self->remote->normal, text, &error);
  if (told == NULL)
    {
      g_clear_pointer (&sdp, gst_sdp_message_free);
      give_up (self, g_steal_pointer (&error));
      return;
    }

  if (self->offering)
    self->offer = g_strdup (text);
  vis_webrtc_bridge_set_description (self->connection->bridge, TRUE, self->offering, sdp);
  g_signal_emit_by_name (self, "description", told);
  if (!self->offering)
    vis_receivers_prepare (self->receivers);
}

static void
on_connection_state (VisWebrtcSession *self)
{
  vis_path_search_update (&self->path_search, vis_peer_connection_get_ice_state (self->connection));
  verify (self);
}

static void
on_pad (VisWebrtcSession *self, GstPad *pad, gulong probe)
{
  verify (self);
  if (!is_over (self))
    vis_receivers_add_pad (self->receivers, pad, probe);
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
    case VIS_BRIDGE_REFUSED:
      give_up (self, g_error_new_literal (VIS_ERROR, VIS_ERROR_MEDIA, event->text));
      break;
    case VIS_BRIDGE_FAILED:
      fail (self, event->text);
      break;
    case VIS_BRIDGE_CANDIDATE:
      vis_candidates_note_own (self->candidates);
      emit_candidate (self, event->text, event->mline);
      break;
    case VIS_BRIDGE_GATHERED:
      vis_candidates_note_gathered (self->candidates);
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
      vis_receivers_add_jitterbuffer (self->receivers, event->mline, event->object);
      break;
    case VIS_BRIDGE_CHANNEL:
      use_channel (self, event->object);
      break;
    case VIS_BRIDGE_OPEN:
      vis_keepalive_ping (self->keepalive);
      break;
    case VIS_BRIDGE_MESSAGE:
      vis_keepalive_read (self->keepalive, event->text);
      break;
    case VIS_BRIDGE_FEEDBACK:
      vis_senders_take_feedback (self->senders, event->feedback);
      break;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
start (VisWebrtcSession *self)
{
  if (self->started || is_over (self))
    return FALSE;

  self->started = TRUE;
  self->connection =
    vis_peer_connection_new (self->servers, self->relay_only, G_OBJECT (self), on_bridge);
  if (self->connection == NULL)
    {
      fail (self, "webrtcbin is not installed");
      return FALSE;
    }

  vis_receivers_start (self->receivers, self->connection->pipeline);
  self->tick = g_timeout_add (VIS_WATCHDOG_TICK_MS, on_tick, self);
  g_signal_connect_object (
    g_network_monitor_get_default (), "network-changed", G_CALLBACK (on_network_changed), self, 0);

  return TRUE;
}

static gboolean
link_senders (VisWebrtcSession *self)
{
  g_autoptr (GError) error = NULL;

  if (vis_senders_link (
        self->senders, self->connection->pipeline, self->connection->webrtc, &error))
    return TRUE;

  fail (self, error->message);
  return FALSE;
}

/* Methods of the interface -------------------------------------------------------------------- */

static void
vis_webrtc_session_offer (VisMediaSession *session)
{
  VisWebrtcSession   *self = VIS_WEBRTC_SESSION (session);
  g_autoptr (GObject) channel = NULL;

  if (!start (self))
    return;

  self->offering = TRUE;
  vis_media_sections_for_offer (self->sections, self->video_codec);
  if (!link_senders (self))
    return;
  channel = vis_peer_connection_create_channel (self->connection, "visavis");
  if (channel != NULL)
    use_channel (self, channel);
  vis_webrtc_bridge_create_description (self->connection->bridge, TRUE);
}

static void
vis_webrtc_session_answer (VisMediaSession *session, const char *offer)
{
  VisWebrtcSession  *self = VIS_WEBRTC_SESSION (session);
  g_autoptr (GError) error = NULL;

  if (self->started || is_over (self))
    return;

  self->remote = vis_remote_new_offer (offer, self->sections, &error);
  if (self->remote == NULL)
    {
      give_up (self, g_steal_pointer (&error));
      return;
    }
  if (!start (self) || !link_senders (self))
    return;

  set_remote (self, TRUE);
  vis_webrtc_bridge_create_description (self->connection->bridge, FALSE);
}

static void
vis_webrtc_session_set_answer (VisMediaSession *session, const char *answer)
{
  VisWebrtcSession  *self = VIS_WEBRTC_SESSION (session);
  g_autoptr (GError) error = NULL;

  if (self->offer == NULL || self->remote != NULL || is_over (self))
    return;

  self->remote = vis_remote_new_answer (answer, self->offer, self->sections, &error);
  if (self->remote == NULL)
    {
      give_up (self, g_steal_pointer (&error));
      return;
    }

  set_remote (self, FALSE);
  vis_receivers_prepare (self->receivers);
}

static void
vis_webrtc_session_add_candidate (VisMediaSession *session,
                                  const char      *candidate,
                                  const char      *mid,
                                  guint            mline)
{
  VisWebrtcSession *self = VIS_WEBRTC_SESSION (session);

  vis_candidates_add (self->candidates, candidate, mid, mline);
}

static void
vis_webrtc_session_set_sending (VisMediaSession *session, VisMediaFlags sending)
{
  VisWebrtcSession *self = VIS_WEBRTC_SESSION (session);

  vis_senders_set_sending (self->senders, sending);
}

static void
vis_webrtc_session_close (VisMediaSession *session)
{
  VisWebrtcSession *self = VIS_WEBRTC_SESSION (session);

  end (self, VIS_SESSION_CLOSED, NULL);
  vis_session_properties_set_state (&self->properties, VIS_SESSION_CLOSED);
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

static const VisStats *
read_stats (VisWebrtcSession *self)
{
  count (self);
  self->meter.stats.rtt_ms = vis_keepalive_get_rtt (self->keepalive);
  if (self->verified && self->connection != NULL)
    self->meter.stats.path = vis_peer_connection_get_path (self->connection);

  return &self->meter.stats;
}

static void
vis_webrtc_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisWebrtcSession *self = VIS_WEBRTC_SESSION (object);

  if (id == PROP_STATS)
    g_value_set_boxed (value, read_stats (self));
  else if (!vis_session_properties_get_property (&self->properties, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vis_webrtc_session_dispose (GObject *object)
{
  VisWebrtcSession *self = VIS_WEBRTC_SESSION (object);

  release (self);
  vis_session_properties_dispose (&self->properties);

  G_OBJECT_CLASS (vis_webrtc_session_parent_class)->dispose (object);
}

static void
vis_webrtc_session_finalize (GObject *object)
{
  VisWebrtcSession *self = VIS_WEBRTC_SESSION (object);

  g_clear_pointer (&self->servers, vis_ice_servers_free);
  g_clear_pointer (&self->remote, vis_remote_free);
  g_clear_pointer (&self->candidates, vis_candidates_free);
  g_clear_pointer (&self->senders, vis_senders_free);
  g_clear_pointer (&self->receivers, vis_receivers_free);
  g_clear_pointer (&self->keepalive, vis_keepalive_free);
  vis_session_properties_clear (&self->properties);
  g_free (self->video_codec);
  g_free (self->offer);

  G_OBJECT_CLASS (vis_webrtc_session_parent_class)->finalize (object);
}

static void
vis_webrtc_session_class_init (VisWebrtcSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vis_webrtc_session_get_property;
  object_class->dispose = vis_webrtc_session_dispose;
  object_class->finalize = vis_webrtc_session_finalize;

  vis_session_properties_install (object_class);
  g_object_class_override_property (object_class, PROP_STATS, "stats");
}

static void
vis_webrtc_session_init (VisWebrtcSession *self)
{
  vis_session_properties_init (&self->properties, VIS_MEDIA_SESSION (self));
  self->candidates = vis_candidates_new (use_candidate, self);
  self->keepalive = vis_keepalive_new (on_verdict, self);
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

  self->senders = vis_senders_new (feeds, self->sections);
  self->receivers = vis_receivers_new (self->sections, speaker, on_first_picture, self);
  self->servers = vis_ice_servers_new (ice_servers);
  self->relay_only = relay_only;
  self->video_codec = g_strdup (video_codec);

  return self;
}
