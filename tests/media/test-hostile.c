/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* What the other side can do once there is a path: more of everything than anybody needs. */

#include "config.h"

#include "media-fixture.h"
#include "quarks.h"
#include "vis-gst.h"
#include "vis-heartbeat.h"
#include "vis-media-sections.h"
#include "vis-peer-connection.h"

#include <gst/app/gstappsrc.h>
#include <string.h>

/* One end of a bare peer connection; the first one is hostile. */
typedef struct _End End;

struct _End
{
  End               *other;
  GObject           *owner;
  VisPeerConnection *connection;
  GObject           *channel;
  gboolean           open;
  guint              n_texts;
  guint              n_jitterbuffers;
  gint               n_arrived; /* atomic: texts at the channel itself, or sources */
};

typedef struct
{
  End        ends[2];
  GstAppSrc *source;
} Pair;

static void
on_arrived (End *self)
{
  g_atomic_int_inc (&self->n_arrived);
}

static void
on_description (End *self, const char *text)
{
  gboolean offer = self->other->channel == NULL && self->channel != NULL;

  vis_webrtc_bridge_set_description (
    self->connection->bridge, TRUE, offer, vis_media_sections_parse (text, NULL));
  vis_webrtc_bridge_set_description (
    self->other->connection->bridge, FALSE, offer, vis_media_sections_parse (text, NULL));
  if (offer)
    vis_webrtc_bridge_create_description (self->other->connection->bridge, FALSE);
}

static void
on_bridge (gpointer owner, const VisBridgeEvent *event)
{
  End *self = g_object_get_data (owner, "end");

  switch (event->type)
    {
    case VIS_BRIDGE_DESCRIPTION:
      on_description (self, event->text);
      break;
    case VIS_BRIDGE_CANDIDATE:
      vis_peer_connection_add_candidate (self->other->connection, event->text, event->mline);
      break;
    case VIS_BRIDGE_CHANNEL:
      self->channel = g_object_ref (event->object);
      g_signal_connect_swapped (self->channel, "on-message-string", G_CALLBACK (on_arrived), self);
      vis_webrtc_bridge_watch_channel (self->connection->bridge, self->channel);
      break;
    case VIS_BRIDGE_OPEN:
      self->open = TRUE;
      break;
    case VIS_BRIDGE_MESSAGE:
      self->n_texts++;
      break;
    case VIS_BRIDGE_JITTERBUFFER:
      self->n_jitterbuffers++;
      break;
    case VIS_BRIDGE_REFUSED:
    case VIS_BRIDGE_FAILED:
      g_error ("%s", event->text);
      break;
    case VIS_BRIDGE_LOCAL_SET:
    case VIS_BRIDGE_REMOTE_SET:
    case VIS_BRIDGE_GATHERED:
    case VIS_BRIDGE_STATE:
    case VIS_BRIDGE_PAD:
    case VIS_BRIDGE_FEEDBACK:
    default:
      break;
    }
}

static gboolean
is_open (gpointer data)
{
  Pair *self = data;

  return self->ends[0].open && self->ends[1].open;
}

static void
pair_set_up (Pair *self, gconstpointer data)
{
  g_autoptr (GPtrArray)     none = g_ptr_array_new ();
  g_autoptr (VisIceServers) servers = vis_ice_servers_new (none);
  g_autoptr (GstElement)    rtpbin = NULL;
  g_autoptr (GstCaps)       caps = gst_caps_from_string (
    "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000,ssrc=(uint)1");
  g_autoptr (GObject) transceiver = NULL;
  g_autoptr (GstPad)  from = NULL;
  g_autoptr (GstPad)  to = NULL;
  GstElement         *source;

  for (guint i = 0; i < 2; i++)
    {
      End *end = &self->ends[i];

      end->other = &self->ends[!i];
      end->owner = g_object_new (G_TYPE_OBJECT, NULL);
      g_object_set_data (end->owner, "end", end);
      end->connection = vis_peer_connection_new (servers, FALSE, end->owner, on_bridge);
    }

  source = vis_gst_make (self->ends[0].connection->pipeline, "appsrc");
  g_object_set (source, "caps", caps, "format", GST_FORMAT_TIME, "is-live", TRUE, NULL);
  from = gst_element_get_static_pad (source, "src");
  to = gst_element_request_pad_simple (self->ends[0].connection->webrtc, "sink_0");
  g_assert_cmpint (gst_pad_link (from, to), ==, GST_PAD_LINK_OK);
  g_object_get (to, "transceiver", &transceiver, NULL);
  g_object_set (transceiver, "codec-preferences", caps, NULL);
  gst_element_sync_state_with_parent (source);
  self->source = GST_APP_SRC (source);
  rtpbin = gst_bin_get_by_name (GST_BIN (self->ends[1].connection->webrtc), "rtpbin");
  g_signal_connect_swapped (rtpbin, "on-ssrc-validated", G_CALLBACK (on_arrived), &self->ends[1]);

  self->ends[0].channel = vis_peer_connection_create_channel (self->ends[0].connection, "visavis");
  vis_webrtc_bridge_watch_channel (self->ends[0].connection->bridge, self->ends[0].channel);
  vis_webrtc_bridge_create_description (self->ends[0].connection->bridge, TRUE);
  g_assert_true (fixture_wait (is_open, self, 30));
}

static void
pair_tear_down (Pair *self, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      End *end = &self->ends[i];

      g_signal_handlers_disconnect_by_data (end->channel, end);
      g_clear_object (&end->channel);
      vis_peer_connection_close (end->connection);
      g_assert_finalize_object (end->owner);
    }
  fixture_settle ();
}

/* Texts ------------------------------------------------------------------------------------------
 */

#define N_TEXTS 100000

static void
send_texts (End *self, const char *text, guint n)
{
  guint64 buffered = 0;

  for (guint i = 0; i < n; i++)
    {
      g_signal_emit_by_name (self->channel, "send-string", text);
      /* Patience of the hostile end, whose memory is not what this is about. */
      if (i % 64 == 0)
        while (g_object_get (self->channel, "buffered-amount", &buffered, NULL), buffered > 65536)
          g_usleep (500);
    }
}

static gboolean
has_text (gpointer data)
{
  return ((End *) data)->n_texts > 0;
}

/* However many come while the main loop is busy, only a few wait for it. */
static void
test_texts (Pair *self, gconstpointer data)
{
  End             *victim = &self->ends[1];
  g_autofree char *ping = vis_heartbeat_ping (G_MAXINT64);
  gint64           deadline = g_get_monotonic_time () + 100 * G_USEC_PER_SEC;

  send_texts (&self->ends[0], ping, N_TEXTS);
  while (g_atomic_int_get (&victim->n_arrived) < N_TEXTS && g_get_monotonic_time () < deadline)
    g_usleep (1000);
  g_assert_cmpint (g_atomic_int_get (&victim->n_arrived), ==, N_TEXTS);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_test_message ("%u of %u texts were taken", victim->n_texts, N_TEXTS);
  g_assert_cmpuint (victim->n_texts, >, 0);
  g_assert_cmpuint (victim->n_texts, <=, VIS_BRIDGE_MAX_TEXTS);

  /* And afterwards all is as before. */
  victim->n_texts = 0;
  send_texts (&self->ends[0], ping, 1);
  g_assert_true (fixture_wait (has_text, victim, 20));
}

static gboolean
have_eleven_arrived (gpointer data)
{
  return g_atomic_int_get (&((End *) data)->n_arrived) == 11;
}

/* What can't be a heartbeat is not even copied. */
static void
test_long_texts (Pair *self, gconstpointer data)
{
  End             *victim = &self->ends[1];
  g_autofree char *text = g_strnfill (VIS_HEARTBEAT_MAX_BYTES + 1, 'x');

  send_texts (&self->ends[0], text, 10);
  text[VIS_HEARTBEAT_MAX_BYTES] = '\0';
  send_texts (&self->ends[0], text, 1);
  g_assert_true (fixture_wait (have_eleven_arrived, victim, 20));
  g_assert_true (fixture_wait (has_text, victim, 20));
  g_assert_cmpuint (victim->n_texts, ==, 1);
}

/* Sources ----------------------------------------------------------------------------------------
 */

#define N_SOURCES 300

/* RFC 3550, section 5.1. */
static void
push_packet (GstAppSrc *source, guint ssrc, guint16 number)
{
  guint8    *packet = g_malloc0 (28);
  GstBuffer *buffer = gst_buffer_new_wrapped (packet, 28);

  packet[0] = 0x80;
  packet[1] = 96;
  GST_WRITE_UINT16_BE (packet + 2, number);
  GST_WRITE_UINT32_BE (packet + 8, ssrc);
  GST_BUFFER_PTS (buffer) = vis_gst_get_running_time ();
  gst_app_src_push_buffer (source, buffer);
}

/* Each packet is one that a busy computer may lose. */
static gboolean
have_sources_arrived (gpointer data)
{
  return g_atomic_int_get (&((Pair *) data)->ends[1].n_arrived) > N_SOURCES / 2;
}

/* Each source of the other side is smoothed by a thread of its own. */
static void
test_sources (Pair *self, gconstpointer data)
{
  End  *victim = &self->ends[1];
  guint before = fixture_count_threads ();

  /* Two in a row are needed to be believed. */
  for (guint i = 0; i < N_SOURCES; i++)
    for (guint16 number = 0; number < 3; number++)
      push_packet (self->source, 1000 + i, number);
  g_assert_true (fixture_wait (have_sources_arrived, self, 60));
  fixture_spin (500);

  g_test_message ("%d sources, %u buffers, threads from %u to %u",
                  g_atomic_int_get (&victim->n_arrived),
                  victim->n_jitterbuffers,
                  before,
                  fixture_count_threads ());
  g_assert_cmpuint (victim->n_jitterbuffers, >, 0);
  g_assert_cmpuint (victim->n_jitterbuffers, <=, 16);

  /* The rest of the connection works. */
  victim->n_texts = 0;
  send_texts (&self->ends[0], "{}", 1);
  g_assert_true (fixture_wait (has_text, victim, 20));
}

/* RTCP --------------------------------------------------------------------------------------------
 */

/* Feedback of 36 bytes that claims 65,535 packets, none of which arrived; and one that says that
 * 8,191 did, without their times (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1).
 */
static const guint8 claims[] = {
  0x8f, 205,  0,    8,    0,    0,    0,    1,    0,    0,    0,    2,
  0,    1,    0xff, 0xff, 0,    0,    0,    1,    0x1f, 0xff, 0x1f, 0xff,
  0x1f, 0xff, 0x1f, 0xff, 0x1f, 0xff, 0x1f, 0xff, 0x1f, 0xff, 0x1f, 0xff,
};
static const guint8 timeless[] = {
  0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0x1f, 0xff, 0, 0, 0, 1, 0x3f, 0xff, 0, 0,
};
static const guint8 honest[] = {
  0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 2, 0, 0, 0, 1, 0x20, 2, 10, 20,
};

#define N_CLAIMS 5

static void
on_receiving_rtcp (GObject *session, GstBuffer *buffer, gpointer data)
{
  gint *counts = data; /* atomic: hostile ones, honest ones */

  if (gst_buffer_memcmp (buffer, 0, claims, sizeof claims) == 0 ||
      gst_buffer_memcmp (buffer, 0, timeless, sizeof timeless) == 0)
    g_atomic_int_inc (&counts[0]);
  else if (gst_buffer_memcmp (buffer, 0, honest, sizeof honest) == 0)
    g_atomic_int_inc (&counts[1]);
}

static GstPad *
get_rtcp_pad (End *self)
{
  g_autoptr (GstElement) rtpbin =
    gst_bin_get_by_name (GST_BIN (self->connection->webrtc), "rtpbin");

  return gst_element_get_static_pad (rtpbin, "send_rtcp_src_0");
}

/* Reports begin with the first packet. */
static gboolean
has_reported (gpointer data)
{
  g_autoptr (GstEvent) segment = gst_pad_get_sticky_event (data, GST_EVENT_SEGMENT, 0);

  return segment != NULL;
}

static void
push_rtcp (GstPad *pad, const guint8 *packet, gsize size)
{
  gst_pad_push (pad, gst_buffer_new_memdup (packet, size));
}

static gboolean
has_honest_arrived (gpointer data)
{
  return g_atomic_int_get ((gint *) data + 1) > 0;
}

/* What claims more than it is never gets to the session, which would believe it. */
static void
test_rtcp (Pair *self, gconstpointer data)
{
  End                   *victim = &self->ends[1];
  gint                   counts[2] = { 0 };
  g_autoptr (GObject)    session = NULL;
  g_autoptr (GstPad)     pad = get_rtcp_pad (&self->ends[0]);
  g_autoptr (GstElement) rtpbin =
    gst_bin_get_by_name (GST_BIN (victim->connection->webrtc), "rtpbin");

  g_signal_emit_by_name (rtpbin, "get-internal-session", 0, &session);
  push_packet (self->source, 1, 0);
  g_assert_true (fixture_wait (has_reported, pad, 20));
  g_signal_connect (session, "on-receiving-rtcp", G_CALLBACK (on_receiving_rtcp), counts);

  for (guint i = 0; i < N_CLAIMS; i++)
    {
      push_rtcp (pad, claims, sizeof claims);
      push_rtcp (pad, timeless, sizeof timeless);
    }
  /* They arrive in order, and any of these is as good as the first. */
  for (guint i = 0; i < 20 && g_atomic_int_get (&counts[1]) == 0; i++)
    {
      push_rtcp (pad, honest, sizeof honest);
      fixture_spin (50);
    }
  g_assert_true (fixture_wait (has_honest_arrived, counts, 20));
  g_assert_cmpint (g_atomic_int_get (&counts[0]), ==, 0);
  g_signal_handlers_disconnect_by_data (session, counts);

  /* The rest of the connection works. */
  victim->n_texts = 0;
  send_texts (&self->ends[0], "{}", 1);
  g_assert_true (fixture_wait (has_text, victim, 20));
}

#define ADD(path, func)                                                                            \
  g_test_add ("/media/hostile/" path, Pair, NULL, pair_set_up, func, pair_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  quarks_load ();

  ADD ("texts", test_texts);
  ADD ("long-texts", test_long_texts);
  ADD ("sources", test_sources);
  ADD ("rtcp", test_rtcp);

  return g_test_run ();
}
