/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "unbundled-peer.h"

#include <string.h>

#include "vis-media-sections.h"
#include "vis-peer-connection.h"

#define PICTURES                                                                                   \
  "videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=15/1 ! "                 \
  "vp8enc deadline=1 cpu-used=16 keyframe-max-dist=15 ! rtpvp8pay ! "                              \
  "capsfilter "                                                                                    \
  "caps=application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000,ssrc=(uint)2"
#define SOUND                                                                                      \
  "audiotestsrc is-live=true ! opusenc ! rtpopuspay ! "                                            \
  "capsfilter "                                                                                    \
  "caps=application/"                                                                              \
  "x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000,ssrc=(uint)1"

struct _UnbundledPeer
{
  VisMediaSession   *callee;
  GObject           *owner;
  VisPeerConnection *connection;
  GObject           *channel;
  gint              *n_audio; /* Atomic, in a box that the probes hold too: the connection */
  gint              *n_video; /* is closed in the background, and packets come until then. */
  guint              n_texts;
};

static GstPadProbeReturn
on_packet (GstPad *pad, GstPadProbeInfo *info, gpointer count)
{
  g_atomic_int_inc ((gint *) count);
  return GST_PAD_PROBE_OK;
}

static void
take_pad (UnbundledPeer *self, GstPad *pad, gulong probe)
{
  GstElement         *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad)  to = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const char         *media = gst_structure_get_string (gst_caps_get_structure (caps, 0), "media");
  gint               *count = g_strcmp0 (media, "audio") == 0 ? self->n_audio : self->n_video;

  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  gst_bin_add (self->connection->pipeline, sink);
  gst_pad_add_probe (pad,
                     GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
                     on_packet,
                     g_atomic_rc_box_acquire (count),
                     g_atomic_rc_box_release);
  g_assert_cmpint (gst_pad_link (pad, to), ==, GST_PAD_LINK_OK);
  gst_element_sync_state_with_parent (sink);
  gst_pad_remove_probe (pad, probe);
}

static void
set_description (UnbundledPeer *self, gboolean local, const char *sdp)
{
  g_autoptr (GError) error = NULL;
  GstSDPMessage     *message = vis_media_sections_parse (sdp, &error);

  g_assert_no_error (error);
  vis_webrtc_bridge_set_description (self->connection->bridge, local, local, message);
}

static void
offer (UnbundledPeer *self, const char *sdp)
{
  g_assert_null (strstr (sdp, "a=group"));
  set_description (self, TRUE, sdp);
  vis_media_session_answer (self->callee, sdp);
}

static void
on_bridge (gpointer owner, const VisBridgeEvent *event)
{
  UnbundledPeer *self = g_object_get_data (owner, "peer");

  switch (event->type)
    {
    case VIS_BRIDGE_DESCRIPTION:
      offer (self, event->text);
      break;
    case VIS_BRIDGE_CANDIDATE:
      vis_media_session_add_candidate (self->callee, event->text, NULL, event->mline);
      break;
    case VIS_BRIDGE_PAD:
      take_pad (self, event->object, event->probe);
      break;
    case VIS_BRIDGE_MESSAGE:
      self->n_texts++;
      break;
    case VIS_BRIDGE_REFUSED:
    case VIS_BRIDGE_FAILED:
      g_error ("%s", event->text);
      break;
    case VIS_BRIDGE_LOCAL_SET:
    case VIS_BRIDGE_REMOTE_SET:
    case VIS_BRIDGE_GATHERED:
    case VIS_BRIDGE_STATE:
    case VIS_BRIDGE_JITTERBUFFER:
    case VIS_BRIDGE_CHANNEL:
    case VIS_BRIDGE_OPEN:
    case VIS_BRIDGE_FEEDBACK:
    default:
      break;
    }
}

static void
on_answer (VisMediaSession *callee, const char *sdp, gpointer data)
{
  g_assert_null (strstr (sdp, "a=group"));
  set_description (data, FALSE, sdp);
}

static void
on_candidate (
  VisMediaSession *callee, const char *candidate, const char *mid, guint mline, gpointer data)
{
  UnbundledPeer *self = data;

  vis_peer_connection_add_candidate (self->connection, candidate, mline);
}

static void
add_source (UnbundledPeer *self, const char *description)
{
  g_autoptr (GError) error = NULL;
  GstElement        *source = gst_parse_bin_from_description (description, TRUE, &error);
  g_autoptr (GstPad) from = NULL;
  g_autoptr (GstPad) to = NULL;

  g_assert_no_error (error);
  gst_bin_add (self->connection->pipeline, source);
  from = gst_element_get_static_pad (source, "src");
  to = gst_element_request_pad_simple (self->connection->webrtc, "sink_%u");
  g_assert_cmpint (gst_pad_link (from, to), ==, GST_PAD_LINK_OK);
  gst_element_sync_state_with_parent (source);
}

UnbundledPeer *
unbundled_peer_new (VisMediaSession *callee)
{
  UnbundledPeer            *self = g_new0 (UnbundledPeer, 1);
  g_autoptr (GPtrArray)     none = g_ptr_array_new ();
  g_autoptr (VisIceServers) servers = vis_ice_servers_new (none);

  self->callee = callee;
  self->n_audio = g_atomic_rc_box_new0 (gint);
  self->n_video = g_atomic_rc_box_new0 (gint);
  self->owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_object_set_data (self->owner, "peer", self);
  self->connection = vis_peer_connection_new (servers, FALSE, self->owner, on_bridge);
  gst_util_set_object_arg (G_OBJECT (self->connection->webrtc), "bundle-policy", "none");
  g_signal_connect (callee, "description", G_CALLBACK (on_answer), self);
  g_signal_connect (callee, "candidate", G_CALLBACK (on_candidate), self);

  return self;
}

void
unbundled_peer_free (UnbundledPeer *self)
{
  g_signal_handlers_disconnect_by_data (self->callee, self);
  g_clear_object (&self->channel);
  vis_peer_connection_close (self->connection);
  g_assert_finalize_object (self->owner);
  g_atomic_rc_box_release (self->n_audio);
  g_atomic_rc_box_release (self->n_video);
  g_free (self);
}

/* webrtcbin describes what it has caps of, and those come with the first packets. */
static gboolean
has_caps (UnbundledPeer *self)
{
  static const char *const names[] = { "sink_0", "sink_1" };
  gboolean                 all = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GstPad)  pad = gst_element_get_static_pad (self->connection->webrtc, names[i]);
      g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

      all &= caps != NULL;
    }

  return all;
}

void
unbundled_peer_call (UnbundledPeer *self)
{
  add_source (self, SOUND);
  add_source (self, PICTURES);
  self->channel = vis_peer_connection_create_channel (self->connection, "visavis");
  vis_webrtc_bridge_watch_channel (self->connection->bridge, self->channel);
  while (!has_caps (self))
    g_usleep (1000);
  vis_webrtc_bridge_create_description (self->connection->bridge, TRUE);
}

guint
unbundled_peer_count_packets (UnbundledPeer *self, const char *media)
{
  return (guint) g_atomic_int_get (g_str_equal (media, "audio") ? self->n_audio : self->n_video);
}

guint
unbundled_peer_count_texts (UnbundledPeer *self)
{
  return self->n_texts;
}
