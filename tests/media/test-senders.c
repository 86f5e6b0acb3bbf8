/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "media-fixture.h"
#include "quarks.h"
#include "vis-ice-servers.h"
#include "vis-peer-connection.h"
#include "vis-senders.h"

#define AUDIO  VIS_MEDIA_AUDIO
#define CAMERA VIS_MEDIA_CAMERA
#define SCREEN VIS_MEDIA_SCREEN

/* Dividing the budget ------------------------------------------------------------------------- */

static const struct
{
  const char   *name;
  guint         budget;
  VisMediaFlags sending;
  guint         bitrates[VIS_N_ROLES];
} divisions[] = {
  { "nothing", 332000, 0, { 0, 0, 0 } },
  { "sound", 332000, AUDIO, { 32000, 0, 0 } },
  { "sound-and-camera", 332000, AUDIO | CAMERA, { 32000, 300000, 0 } },
  { "sound-and-screen", 332000, AUDIO | SCREEN, { 32000, 0, 300000 } },
  { "camera-alone", 332000, CAMERA, { 0, 332000, 0 } },
  { "all", 332000, AUDIO | CAMERA | SCREEN, { 32000, 100000, 200000 } },
  { "pictures-of-both", 300000, CAMERA | SCREEN, { 0, 100000, 200000 } },
  { "nothing-is-lost", 332002, AUDIO | CAMERA | SCREEN, { 32000, 100002, 200000 } },
  { "camera-at-its-least", 92000, AUDIO | CAMERA | SCREEN, { 32000, 30000, 40000 } },
  { "both-at-their-least", 62000, AUDIO | CAMERA | SCREEN, { 32000, 30000, 30000 } },
  { "less-than-sound", 10000, AUDIO | CAMERA, { 32000, 30000, 0 } },
  { "no-budget", 0, AUDIO | CAMERA | SCREEN, { 32000, 30000, 30000 } },
  { "all-there-is", G_MAXUINT, CAMERA | SCREEN, { 0, 1431655765, 2863311530 } },
};

static void
test_divide (gconstpointer data)
{
  const guint     n = GPOINTER_TO_UINT (data);
  VisSenderTarget targets[VIS_N_ROLES];

  vis_senders_divide (divisions[n].budget, divisions[n].sending, targets);
  for (guint i = 0; i < VIS_N_ROLES; i++)
    g_assert_cmpuint (targets[i].bitrate, ==, divisions[n].bitrates[i]);
}

/* The encoders --------------------------------------------------------------------------------- */

typedef struct
{
  GObject           *owner;
  VisFeed           *feeds[VIS_N_ROLES];
  VisMediaSection    sections[VIS_N_ROLES];
  VisPeerConnection *connection;
  VisSenders        *senders;
} Sending;

static void
on_bridge (gpointer owner, const VisBridgeEvent *event)
{
}

/* An element of the sender of @role. */
static GstElement *
get_element (Sending *self, VisRole role, const char *element)
{
  g_autofree char       *name = g_strdup_printf ("sink_%u", self->sections[role].mline);
  g_autoptr (GstPad)     pad = gst_element_get_static_pad (self->connection->webrtc, name);
  g_autoptr (GstPad)     peer = gst_pad_get_peer (pad);
  g_autoptr (GstElement) bin = gst_pad_get_parent_element (peer);

  return gst_bin_get_by_name (GST_BIN (bin), element);
}

/* What the encoder of @role aims at, bits/s. */
static guint
get_bitrate (Sending *self, VisRole role)
{
  const VisCodec        *codec = self->sections[role].codec;
  g_autoptr (GstElement) encoder = get_element (self, role, "encoder");
  guint                  bitrate = 0;

  g_object_get (encoder, codec->encoders[0].bitrate, &bitrate, NULL);
  return bitrate * codec->encoders[0].per_unit;
}

/* The source of what is sent as @role. */
static guint32
get_ssrc (Sending *self, VisRole role)
{
  g_autoptr (GstElement) filter = get_element (self, role, "filter");
  g_autoptr (GstCaps)    caps = NULL;
  guint                  ssrc = 0;

  g_object_get (filter, "caps", &caps, NULL);
  gst_structure_get_uint (gst_caps_get_structure (caps, 0), "ssrc", &ssrc);
  return ssrc;
}

static void
assert_bitrates (Sending *self, guint audio, guint camera, guint screen)
{
  g_assert_cmpuint (get_bitrate (self, VIS_ROLE_AUDIO), ==, audio);
  g_assert_cmpuint (get_bitrate (self, VIS_ROLE_VIDEO), ==, camera);
  g_assert_cmpuint (get_bitrate (self, VIS_ROLE_SCREEN), ==, screen);
}

static void
set_up (Sending *self, gconstpointer data)
{
  g_autoptr (VisIceServers) servers = vis_ice_servers_new (NULL);
  g_autoptr (GError)        error = NULL;

  quarks_load ();
  vis_media_sections_for_offer (self->sections, NULL);
  for (guint i = 0; i < VIS_N_ROLES; i++)
    self->feeds[i] = vis_feed_new (i == VIS_ROLE_AUDIO);
  self->owner = g_object_new (G_TYPE_OBJECT, NULL);
  self->connection = vis_peer_connection_new (servers, FALSE, self->owner, on_bridge);
  self->senders = vis_senders_new (self->feeds, self->sections);
  vis_senders_set_sending (self->senders, AUDIO | CAMERA);
  vis_senders_link (self->senders, self->connection->pipeline, self->connection->webrtc, &error);
  g_assert_no_error (error);
}

static void
tear_down (Sending *self, gconstpointer data)
{
  vis_senders_free (self->senders);
  vis_peer_connection_close (self->connection);
  fixture_settle ();
  g_object_unref (self->owner);
  for (guint i = 0; i < VIS_N_ROLES; i++)
    vis_feed_unref (self->feeds[i]);
}

/* The encoders follow what is sent, and the budget. What is not sent keeps its target. */
static void
test_targets (Sending *self, gconstpointer data)
{
  guint unused = get_bitrate (self, VIS_ROLE_SCREEN);

  assert_bitrates (self, 32000, 300000, unused);
  vis_senders_set_sending (self->senders, AUDIO | CAMERA | SCREEN);
  assert_bitrates (self, 32000, 100000, 200000);
  vis_senders_set_budget (self->senders, 932000);
  assert_bitrates (self, 32000, 300000, 600000);
  vis_senders_set_sending (self->senders, AUDIO | SCREEN);
  assert_bitrates (self, 32000, 300000, 900000);
  vis_senders_set_sending (self->senders, 0);
  assert_bitrates (self, 32000, 300000, 900000);
}

/* The worst of what is reported of each, and of nothing else. */
static void
test_feedback (Sending *self, gconstpointer data)
{
  const guint32     audio = get_ssrc (self, VIS_ROLE_AUDIO);
  const guint32     camera = get_ssrc (self, VIS_ROLE_VIDEO);
  const VisFeedback feedback[] = {
    { { { audio, 0.25, 480, 0 }, { camera, 0.5, 450, 80 } }, 2, 20, 3 },
    { { { camera, 0, 2700, 0 }, { audio + 1 == camera ? 0 : audio + 1, 1, 90000, 9 } }, 2, 10, 1 },
  };
  VisStats stats = { 0 };

  vis_senders_take_feedback (self->senders, &feedback[0]);
  vis_senders_get_stats (self->senders, &stats);
  g_assert_cmpfloat (stats.loss_out, ==, 0.5);
  g_assert_cmpfloat (stats.jitter_out_ms, ==, 10);
  g_assert_cmpfloat (stats.rtcp_rtt_ms, ==, 80);

  vis_senders_take_feedback (self->senders, &feedback[1]);
  vis_senders_get_stats (self->senders, &stats);
  g_assert_cmpfloat (stats.loss_out, ==, 0.25);
  g_assert_cmpfloat (stats.jitter_out_ms, ==, 30);
  g_assert_cmpfloat (stats.rtcp_rtt_ms, ==, 80);
  g_assert_cmpuint (stats.packets_reported, ==, 30);
  g_assert_cmpuint (stats.packets_lost, ==, 4);
}

static void
assert_reported (Sending *self, double loss, double jitter_ms)
{
  VisStats stats = { 0 };

  vis_senders_get_stats (self->senders, &stats);
  g_assert_cmpfloat (stats.loss_out, ==, loss);
  g_assert_cmpfloat (stats.jitter_out_ms, ==, jitter_ms);
}

/* What is no longer sent suffers no loss, whatever was reported of it and still is. */
static void
test_feedback_of_unsent (Sending *self, gconstpointer data)
{
  const guint32     audio = get_ssrc (self, VIS_ROLE_AUDIO);
  const guint32     camera = get_ssrc (self, VIS_ROLE_VIDEO);
  const VisFeedback feedback = { { { audio, 0.25, 480, 0 }, { camera, 0.5, 2700, 0 } }, 2, 0, 0 };
  const VisFeedback late = { { { camera, 1, 9000, 70 } }, 1, 0, 0 };
  VisStats          stats = { 0 };

  vis_senders_take_feedback (self->senders, &feedback);
  assert_reported (self, 0.5, 30);
  vis_senders_set_sending (self->senders, AUDIO);
  assert_reported (self, 0.25, 10);
  vis_senders_take_feedback (self->senders, &late);
  assert_reported (self, 0.25, 10);
  vis_senders_get_stats (self->senders, &stats);
  g_assert_cmpfloat (stats.rtcp_rtt_ms, ==, 70);

  /* Sent again, and nothing is reported of it yet. */
  vis_senders_set_sending (self->senders, AUDIO | CAMERA);
  assert_reported (self, 0.25, 10);
  vis_senders_set_sending (self->senders, 0);
  assert_reported (self, 0, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (divisions); i++)
    {
      g_autofree char *path = g_strconcat ("/media/senders/divide/", divisions[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_divide);
    }
  g_test_add ("/media/senders/targets", Sending, NULL, set_up, test_targets, tear_down);
  g_test_add ("/media/senders/feedback", Sending, NULL, set_up, test_feedback, tear_down);
  g_test_add (
    "/media/senders/feedback-of-unsent", Sending, NULL, set_up, test_feedback_of_unsent, tear_down);

  return g_test_run ();
}
