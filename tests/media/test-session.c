/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "media-fixture.h"
#include "vis-codecs.h"
#include "vis-error.h"

#include <string.h>

typedef struct
{
  Fixture *fixture;
  guint    side;
  guint64  frames;
  guint64  packets;
  gint64   since;
} Watch;

static gboolean
is_silent (gpointer data)
{
  Watch   *watch = data;
  VisStats stats = fixture_get_stats (watch->fixture, watch->side);

  return stats.audio_level < 0.001;
}

static gboolean
is_loud (gpointer data)
{
  return !is_silent (data);
}

static void
test_connect (Fixture *self, gconstpointer data)
{
  fixture_connect (self);

  for (guint i = 0; i < 2; i++)
    {
      VisStats stats = fixture_get_stats (self, i);
      Watch    watch = { self, i };

      fixture_assert_moving (self->sessions[i]);
      g_assert_cmpint (stats.width, ==, 640);
      g_assert_cmpint (stats.height, ==, 360);
      watch.side = i;
      g_assert_true (fixture_wait (is_loud, &watch, 20));
      g_assert_cmpint (stats.path, ==, VIS_PATH_DIRECT);
      g_assert_cmpuint (self->n_candidates[i], >, 0);
      g_test_message ("answer to first picture, side %u: %.0f ms",
                      i,
                      (double) (self->pictures_at[i] - self->answered_at) / 1000);
    }
}

/* What rtpsession 1.22 says before it lets go of its lock in the middle of a walk. */
static void
on_log (GstDebugCategory *category,
        GstDebugLevel     level,
        const char       *file,
        const char       *function,
        int               line,
        GObject          *object,
        GstDebugMessage  *message,
        gpointer          n)
{
  if (g_str_has_prefix (gst_debug_message_get (message), "no clock-rate, getting"))
    g_atomic_int_inc ((gint *) n);
}

static void
test_clock_rates (Fixture *self, gconstpointer data)
{
  gint n = 0;

  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (on_log, &n, NULL);
  gst_debug_set_threshold_for_name ("rtpsource", GST_LEVEL_INFO);
  gst_debug_set_active (TRUE);
  fixture_connect (self);
  fixture_drop_sessions (self);
  fixture_settle ();
  gst_debug_set_active (FALSE);
  gst_debug_unset_threshold_for_name ("rtpsource");
  gst_debug_remove_log_function (on_log);
  gst_debug_add_log_function (gst_debug_log_default, NULL, NULL);

  g_assert_cmpint (n, ==, 0);
}

/* The codecs of the table --------------------------------------------------------------------- */

static void
test_codec (Fixture *self, gconstpointer data)
{
  if (!vis_codec_can_encode (vis_codec_find (data), NULL))
    {
      g_test_skip ("this computer cannot encode it");
      return;
    }

  g_object_set (self->engines[0], "video-codec", data, NULL);
  fixture_drop_sessions (self);
  fixture_make_sessions (self);
  fixture_connect (self);

  g_assert_nonnull (strstr (self->descriptions[0], data));
  g_assert_nonnull (strstr (self->descriptions[1], data));
  fixture_assert_moving (self->sessions[0]);
  fixture_assert_moving (self->sessions[1]);
}

/* Valves --------------------------------------------------------------------------------------- */

static gboolean
has_more_frames (gpointer data)
{
  Watch *watch = data;

  return fixture_get_stats (watch->fixture, watch->side).frames_decoded > watch->frames;
}

/* Neither side counts another picture for a second; what was on its way has arrived by then. */
static gboolean
stands_still (gpointer data)
{
  Watch  *watch = data;
  guint64 frames = fixture_get_stats (watch->fixture, watch->side).frames_decoded;
  guint64 packets = fixture_get_stats (watch->fixture, !watch->side).video_packets_sent;
  gint64  now = g_get_monotonic_time ();

  if (frames != watch->frames || packets != watch->packets)
    watch->since = now;
  watch->frames = frames;
  watch->packets = packets;

  return watch->since != 0 && now - watch->since > G_USEC_PER_SEC;
}

static void
test_stop_sending (Fixture *self, gconstpointer data)
{
  Watch watch = { self, 1 };

  fixture_connect (self);

  vis_media_session_set_sending (self->sessions[0], 0);
  g_assert_true (fixture_wait (is_silent, &watch, 20));
  g_assert_true (fixture_wait (stands_still, &watch, 20));
  g_assert_cmpint (vis_media_session_get_state (self->sessions[1]), ==, VIS_SESSION_CONNECTED);

  /* The other direction is not touched. */
  fixture_assert_moving (self->sessions[0]);

  vis_media_session_set_sending (self->sessions[0], VIS_MEDIA_AUDIO | VIS_MEDIA_CAMERA);
  g_assert_true (fixture_wait (is_loud, &watch, 20));
  g_assert_true (fixture_wait (has_more_frames, &watch, 20));
  fixture_assert_moving (self->sessions[1]);
}

static gboolean
is_connected (gpointer data)
{
  Fixture *self = data;

  return vis_media_session_get_state (self->sessions[0]) == VIS_SESSION_CONNECTED &&
         vis_media_session_get_state (self->sessions[1]) == VIS_SESSION_CONNECTED;
}

typedef struct
{
  Fixture *fixture;
  double   rtt_ms[2]; /* the latest */
  guint    pongs[2];  /* another one with each of them */
} Pongs;

static gboolean
have_pongs (gpointer data)
{
  Pongs *self = data;

  for (guint i = 0; i < 2; i++)
    {
      double rtt_ms = fixture_get_stats (self->fixture, i).rtt_ms;

      if (rtt_ms != self->rtt_ms[i])
        self->pongs[i]++;
      self->rtt_ms[i] = rtt_ms;
    }

  return self->pongs[0] >= 6 && self->pongs[1] >= 6;
}

/* Only a data channel that lives keeps a session alive that says and shows nothing. */
static void
test_keepalive_without_media (Fixture *self, gconstpointer data)
{
  Pongs pongs = { self };

  fixture_connect (self);
  for (guint i = 0; i < 2; i++)
    {
      vis_media_engine_capture (VIS_MEDIA_ENGINE (self->engines[i]), 0);
      vis_media_session_set_sending (self->sessions[i], 0);
    }
  g_assert_true (fixture_wait (have_pongs, &pongs, 60));
  g_assert_true (fixture_wait (is_connected, self, 10));
}

/* Nobody has a camera or a microphone: the call connects all the same. */
static void
test_no_devices (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      g_object_set (self->engines[i], "camera", "none", "microphone", "none", NULL);
      vis_media_engine_capture (VIS_MEDIA_ENGINE (self->engines[i]),
                                VIS_MEDIA_AUDIO | VIS_MEDIA_CAMERA);
    }
  vis_media_session_offer (self->sessions[0]);
  g_assert_true (fixture_wait (is_connected, self, 30));
}

static void
test_local_video (Fixture *self, gconstpointer data)
{
  VisMediaEngine     *engine = VIS_MEDIA_ENGINE (self->engines[0]);
  g_autoptr (GObject) picture = NULL;
  g_autoptr (GObject) gone = NULL;

  g_object_get (engine, "local-video", &picture, NULL);
  g_assert_true (VIS_IS_VIDEO_PAINTABLE (picture));
  vis_media_engine_capture (engine, VIS_MEDIA_AUDIO | VIS_MEDIA_CAMERA);
  vis_media_engine_capture (engine, VIS_MEDIA_AUDIO);
  g_object_get (engine, "local-video", &gone, NULL);
  g_assert_null (gone);
  vis_media_engine_capture (engine, 0);
  vis_media_engine_capture (engine, VIS_MEDIA_AUDIO | VIS_MEDIA_CAMERA);
  g_object_get (engine, "local-video", &gone, NULL);
  g_assert_true (gone == picture);
}

/* Somebody in between -----------------------------------------------------------------------------
 */

static char *
forge_fingerprint (const char *sdp)
{
  g_auto (GStrv) parts = g_strsplit (sdp, "a=fingerprint:sha-256 ", -1);

  for (guint i = 1; parts[i] != NULL; i++)
    {
      memcpy (parts[i], "01:01:01:01", 11);
    }

  return g_strjoinv ("a=fingerprint:sha-256 ", parts);
}

static gboolean
is_insecure (gpointer data)
{
  Fixture *self = data;

  return vis_media_session_get_state (self->sessions[0]) == VIS_SESSION_INSECURE &&
         vis_media_session_get_state (self->sessions[1]) == VIS_SESSION_INSECURE;
}

static void
test_forged (Fixture *self, gconstpointer data)
{
  self->tamper = forge_fingerprint;
  vis_media_session_offer (self->sessions[0]);
  g_assert_true (fixture_wait (is_insecure, self, 30));

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GObject) picture = NULL;
      g_autoptr (GError)  error = NULL;
      VisStats            stats = fixture_get_stats (self, i);

      g_object_get (self->sessions[i], "remote-video", &picture, "error", &error, NULL);
      g_assert_null (picture);
      g_assert_error (error, VIS_ERROR, VIS_ERROR_INSECURE);
      g_assert_cmpuint (stats.frames_decoded + stats.audio_decoded, ==, 0);
      g_assert_cmpuint (stats.packets_sent + stats.video_packets_sent, ==, 0);
      g_assert_cmpint (self->pictures_at[i], ==, 0);
      vis_media_session_set_sending (self->sessions[i],
                                     VIS_MEDIA_AUDIO | VIS_MEDIA_CAMERA | VIS_MEDIA_SCREEN);
    }
}

/* Closing
 * ------------------------------------------------------------------------------------------- */

typedef enum
{
  AT_NEW,
  AT_OFFERING,
  AT_OFFERED,
  AT_ANSWERED,
  AT_CONNECTED,
} Moment;

static gboolean
has_offered (gpointer data)
{
  return ((Fixture *) data)->descriptions[0] != NULL;
}

static gboolean
has_answered (gpointer data)
{
  return ((Fixture *) data)->descriptions[1] != NULL;
}

static void
test_close (Fixture *self, gconstpointer data)
{
  Moment moment = GPOINTER_TO_INT (data);

  if (moment >= AT_OFFERING)
    vis_media_session_offer (self->sessions[0]);
  if (moment == AT_OFFERED)
    g_assert_true (fixture_wait (has_offered, self, 20));
  if (moment == AT_ANSWERED)
    g_assert_true (fixture_wait (has_answered, self, 20));
  if (moment == AT_CONNECTED)
    g_assert_true (fixture_wait (fixture_is_flowing, self, 30));

  for (guint i = 0; i < 4; i++)
    {
      VisMediaSession *session = self->sessions[i % 2];

      vis_media_session_close (session);
      g_assert_cmpint (vis_media_session_get_state (session), ==, VIS_SESSION_CLOSED);
      vis_media_session_offer (session);
      vis_media_session_answer (session, "v=0\r\n");
      vis_media_session_set_answer (session, "v=0\r\n");
      vis_media_session_add_candidate (session, "", "", 0);
      vis_media_session_set_sending (session,
                                     VIS_MEDIA_AUDIO | VIS_MEDIA_CAMERA | VIS_MEDIA_SCREEN);
    }
  fixture_settle ();
}

/* Generations
 * ---------------------------------------------------------------------------------------- */

static void
test_generations (Fixture *self, gconstpointer data)
{
  VisMediaSession *old[2];

  fixture_connect (self);
  for (guint i = 0; i < 2; i++)
    {
      old[i] = self->sessions[i];
      g_signal_handlers_disconnect_by_data (old[i], self);
    }

  /* The next one is built beside it, then the old one goes. */
  fixture_make_sessions (self);
  fixture_connect (self);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (vis_media_session_get_state (old[i]), ==, VIS_SESSION_CONNECTED);
      vis_media_session_close (old[i]);
      g_assert_finalize_object (old[i]);
    }
  fixture_assert_moving (self->sessions[0]);
  fixture_assert_moving (self->sessions[1]);
}

/* The other side vanishes without a word. */
static gboolean
is_stalled (gpointer data)
{
  return vis_media_session_get_state (data) == VIS_SESSION_STALLED;
}

static void
test_peer_closes (Fixture *self, gconstpointer data)
{
  fixture_connect (self);
  vis_media_session_close (self->sessions[1]);
  g_assert_true (fixture_wait (is_stalled, self->sessions[0], 20));
  vis_media_session_close (self->sessions[0]);
}

/* Other people's software
 * ------------------------------------------------------------------------------ */

/* Makes an offer of ours look like that of a browser: sound and pictures only, other numbers. */
static char *
make_foreign (const char *sdp)
{
  static const struct
  {
    const char *from;
    const char *to;
  } numbers[] = {
    { "SAVPF 111", "SAVPF 109" },       { "rtpmap:111", "rtpmap:109" },
    { "fmtp:111", "fmtp:109" },         { "rtcp-fb:111", "rtcp-fb:109" },
    { "SAVPF 96 97", "SAVPF 120 124" }, { "rtpmap:96", "rtpmap:120" },
    { "rtpmap:97", "rtpmap:124" },      { "fmtp:97 apt=96", "fmtp:124 apt=120" },
    { "rtcp-fb:96", "rtcp-fb:120" },    { "extmap:3", "extmap:7" },
  };
  g_autoptr (GString) text = g_string_new (sdp);
  char               *screen;

  if (strstr (sdp, "actpass") == NULL)
    return g_strdup (sdp);

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_string_replace (text, numbers[i].from, numbers[i].to, 0);
  /* Everything from the second section of pictures on goes. */
  screen = strstr (text->str, "m=video");
  screen = strstr (screen + 1, "m=video");
  g_string_truncate (text, (gsize) (screen - text->str));
  g_string_replace (text, "BUNDLE audio0 video1 video2 application3", "BUNDLE audio0 video1", 0);

  return g_strdup (text->str);
}

static gboolean
is_answered_well (gpointer data)
{
  Fixture *self = data;

  return vis_media_session_get_state (self->sessions[1]) == VIS_SESSION_UNUSABLE ||
         self->descriptions[1] != NULL;
}

static void
test_foreign_offer (Fixture *self, gconstpointer data)
{
  g_autoptr (GstSDPMessage) sdp = NULL;

  self->tamper = make_foreign;
  vis_media_session_offer (self->sessions[0]);
  g_assert_true (fixture_wait (is_answered_well, self, 20));
  g_assert_nonnull (self->descriptions[1]);

  sdp = vis_media_sections_parse (self->descriptions[1], NULL);
  g_assert_cmpuint (gst_sdp_message_medias_len (sdp), ==, 2);
  g_assert_nonnull (strstr (self->descriptions[1], "rtpmap:109 OPUS/48000/2"));
  g_assert_nonnull (strstr (self->descriptions[1], "rtpmap:120 VP8/90000"));
  g_assert_nonnull (strstr (self->descriptions[1], "extmap:7 "));
}

/* Many calls
 * ------------------------------------------------------------------------------------------- */

#define N_CALLS 10

static int
compare (gconstpointer a, gconstpointer b)
{
  return *(const gint64 *) a < *(const gint64 *) b ? -1 : *(const gint64 *) a > *(const gint64 *) b;
}

static void
test_many (Fixture *self, gconstpointer data)
{
  guint  fds[N_CALLS], threads[N_CALLS];
  guint  most_fds = 0, most_threads = 0;
  gint64 times[2 * N_CALLS];

  for (guint i = 0; i < N_CALLS; i++)
    {
      fixture_connect (self);
      times[2 * i] = self->pictures_at[0] - self->answered_at;
      times[2 * i + 1] = self->pictures_at[1] - self->answered_at;
      fixture_drop_sessions (self);
      fixture_settle ();
      fds[i] = fixture_count_fds ();
      threads[i] = fixture_count_threads ();
      if (i < N_CALLS / 2)
        {
          most_fds = MAX (most_fds, fds[i]);
          most_threads = MAX (most_threads, threads[i]);
        }
      fixture_make_sessions (self);
    }

  g_test_message ("descriptors after the calls: %u %u … %u", fds[0], fds[1], fds[N_CALLS - 1]);
  g_test_message (
    "threads after the calls: %u %u … %u", threads[0], threads[1], threads[N_CALLS - 1]);
  qsort (times, G_N_ELEMENTS (times), sizeof *times, compare);
  g_test_message ("answer to first picture: median %.0f ms, worst %.0f ms",
                  (double) times[N_CALLS] / 1000,
                  (double) times[2 * N_CALLS - 1] / 1000);
  g_assert_cmpuint (fds[N_CALLS - 1], <=, most_fds + 2);
  /* Pools keep idle threads for some seconds; one that leaked with each call would be more. */
  g_assert_cmpuint (threads[N_CALLS - 1], <, most_threads + N_CALLS / 2);
}

#define N_CLOSED_EARLY 60

static gboolean
is_described (gpointer data)
{
  return ((Fixture *) data)->descriptions[0] != NULL;
}

/* Calls that are declined at once: the offer may just be taken in when its session goes. */
static void
test_close_during_negotiation (Fixture *self, gconstpointer data)
{
  guint before = 0;

  for (guint i = 0; i < N_CLOSED_EARLY; i++)
    {
      gint64 until;

      fixture_drop_sessions (self);
      fixture_settle ();
      if (i == N_CLOSED_EARLY / 3)
        before = fixture_count_fds ();
      fixture_make_sessions (self);
      g_clear_object (&self->sessions[1]);
      vis_media_session_offer (self->sessions[0]);
      g_assert_true (fixture_wait (is_described, self, 30));
      until = g_get_monotonic_time () + 150 * i;
      while (g_get_monotonic_time () < until)
        g_main_context_iteration (NULL, FALSE);
    }

  fixture_drop_sessions (self);
  fixture_settle ();
  g_test_message ("descriptors: %u, then %u", before, fixture_count_fds ());
  g_assert_cmpuint (fixture_count_fds (), <=, before + 2);
}

#define ADD(path, func, data)                                                                      \
  g_test_add (                                                                                     \
    "/media/session/" path, Fixture, (gpointer) (data), fixture_set_up, func, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("connect", test_connect, NULL);
  ADD ("clock-rates", test_clock_rates, NULL);
  ADD ("codec/vp9", test_codec, "VP9");
  ADD ("codec/h264", test_codec, "H264");
  ADD ("stop-sending", test_stop_sending, NULL);
  ADD ("keepalive-without-media", test_keepalive_without_media, NULL);
  ADD ("no-devices", test_no_devices, NULL);
  ADD ("local-video", test_local_video, NULL);
  ADD ("forged", test_forged, NULL);
  ADD ("close/new", test_close, AT_NEW);
  ADD ("close/offering", test_close, AT_OFFERING);
  ADD ("close/offered", test_close, AT_OFFERED);
  ADD ("close/answered", test_close, AT_ANSWERED);
  ADD ("close/connected", test_close, AT_CONNECTED);
  ADD ("generations", test_generations, NULL);
  ADD ("peer-closes", test_peer_closes, NULL);
  ADD ("foreign-offer", test_foreign_offer, NULL);
  ADD ("close-during-negotiation", test_close_during_negotiation, NULL);
  ADD ("many", test_many, NULL);

  return g_test_run ();
}
