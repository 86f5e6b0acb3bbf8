/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "media-fixture.h"

static gboolean
have_feedback (gpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      VisStats stats = fixture_get_stats (data, i);

      if (stats.packets_reported == 0 || stats.rtcp_rtt_ms <= 0 || stats.jitter_out_ms <= 0)
        return FALSE;
    }

  return TRUE;
}

/* Each side hears by RTCP how what it sends arrives: by receiver reports, which tell the round trip
 * and the jitter, and by transport-wide feedback. */
static void
test_feedback (Fixture *self, gconstpointer data)
{
  fixture_connect (self);
  g_assert_true (fixture_wait (have_feedback, self, 60));
  for (guint i = 0; i < 2; i++)
    {
      VisStats stats = fixture_get_stats (self, i);

      g_assert_cmpuint (stats.packets_lost, <=, stats.packets_reported);
      g_assert_cmpfloat (stats.loss_out, >=, 0);
      g_assert_cmpfloat (stats.loss_out, <=, 1);
      g_test_message ("%" G_GUINT64_FORMAT " reported, %" G_GUINT64_FORMAT
                      " lost, %g of a source, round trip %g ms, jitter %g ms",
                      stats.packets_reported,
                      stats.packets_lost,
                      stats.loss_out,
                      stats.rtcp_rtt_ms,
                      stats.jitter_out_ms);
    }
}

static void
on_stats (VisMediaSession *session, GParamSpec *pspec, gpointer data)
{
  g_autofree VisStats *stats = vis_media_session_dup_stats (session);
  GArray              *heard = data;

  g_assert_cmpint (vis_media_session_get_state (session), ==, VIS_SESSION_CONNECTED);
  g_array_append_val (heard, *stats);
}

static gboolean
have_grown (gpointer data)
{
  const GArray   *heard = data;
  const VisStats *all = (const VisStats *) heard->data;

  return heard->len > 0 && all[heard->len - 1].packets_received > all[0].packets_received &&
         all[heard->len - 1].bitrate_in > 0;
}

/* Told again and again while there is a connection, with numbers that grow; read at any time, and
 * the last ones remain. */
static void
test_notify (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) heard = g_array_new (FALSE, FALSE, sizeof (VisStats));
  VisStats           last;

  g_assert_cmpuint (fixture_get_stats (self, 0).packets_received, ==, 0);
  g_signal_connect (self->sessions[0], "notify::stats", G_CALLBACK (on_stats), heard);
  fixture_connect (self);
  g_assert_true (fixture_wait (have_grown, heard, 60));

  vis_media_session_close (self->sessions[0]);
  last = fixture_get_stats (self, 0);
  g_assert_cmpuint (last.packets_received, >, 0);
  g_assert_cmpint (last.path, ==, VIS_PATH_DIRECT);
  g_signal_handlers_disconnect_by_func (self->sessions[0], on_stats, heard);
}

#define ADD(path, func)                                                                            \
  g_test_add ("/media/stats/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("notify", test_notify);
  ADD ("feedback", test_feedback);

  return g_test_run ();
}
