/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "media-fixture.h"

#include "quarks.h"

#include "vis-background.h"

typedef struct
{
  gboolean over;
} Deadline;

static void
on_deadline (gpointer data)
{
  ((Deadline *) data)->over = TRUE;
}

static gboolean
on_poll (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until something is true; FALSE if it does not become so. */
gboolean
fixture_wait (Condition condition, gpointer data, guint seconds)
{
  Deadline deadline = { FALSE };
  guint    id = g_timeout_add_once (seconds * 1000, on_deadline, &deadline);
  guint    poll = 0;

  while (!condition (data) && !deadline.over)
    {
      /* Counters have no signal. */
      if (poll == 0)
        poll = g_timeout_add (10, on_poll, NULL);
      g_main_context_iteration (NULL, TRUE);
    }
  g_clear_handle_id (&poll, g_source_remove);
  if (!deadline.over)
    g_source_remove (id);

  return !deadline.over;
}

/* Lets everything run for a while: to see that something does not happen. */
void
fixture_spin (guint ms)
{
  Deadline deadline = { FALSE };

  g_timeout_add_once (ms, on_deadline, &deadline);
  while (!deadline.over)
    g_main_context_iteration (NULL, TRUE);
}

/* Until everything that was closed is really gone. */
void
fixture_settle (void)
{
  /* It waits for three seconds. */
  for (guint i = 0; !vis_background_wait (); i++)
    g_assert_cmpuint (i, <, 10);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static guint
which (Fixture *self, VisMediaSession *session)
{
  return session == self->sessions[1];
}

static void
on_description (VisMediaSession *session, const char *sdp, Fixture *self)
{
  guint            me = which (self, session);
  g_autofree char *text = self->tamper != NULL ? self->tamper (sdp) : g_strdup (sdp);

  g_assert_null (self->descriptions[me]);
  self->descriptions[me] = g_strdup (sdp);
  if (self->sessions[!me] == NULL)
    return;
  if (me == 0)
    {
      self->answered_at = g_get_monotonic_time ();
      vis_media_session_answer (self->sessions[1], text);
    }
  else
    {
      vis_media_session_set_answer (self->sessions[0], text);
    }
}

static void
on_candidate (
  VisMediaSession *session, const char *candidate, const char *mid, guint mline, Fixture *self)
{
  guint me = which (self, session);

  g_assert_nonnull (self->descriptions[me]);
  g_assert_false (self->gathered[me]);
  if (*candidate == '\0')
    self->gathered[me] = TRUE;
  else
    self->n_candidates[me]++;
  if (self->sessions[!me] != NULL && !self->hold_candidates)
    vis_media_session_add_candidate (self->sessions[!me], candidate, mid, mline);
}

static void
on_picture (VisMediaSession *session, GParamSpec *pspec, Fixture *self)
{
  guint me = which (self, session);

  if (self->pictures_at[me] == 0)
    self->pictures_at[me] = g_get_monotonic_time ();
}

void
fixture_make_sessions (Fixture *self)
{
  quarks_grow ();
  for (guint i = 0; i < 2; i++)
    {
      self->sessions[i] =
        vis_media_engine_create_session (VIS_MEDIA_ENGINE (self->engines[i]), self->ice_servers);
      g_signal_connect (self->sessions[i], "description", G_CALLBACK (on_description), self);
      g_signal_connect (self->sessions[i], "candidate", G_CALLBACK (on_candidate), self);
      g_signal_connect (self->sessions[i], "notify::remote-video", G_CALLBACK (on_picture), self);
      vis_media_session_set_sending (self->sessions[i], VIS_MEDIA_AUDIO | VIS_MEDIA_CAMERA);
      g_clear_pointer (&self->descriptions[i], g_free);
      self->n_candidates[i] = 0;
      self->gathered[i] = FALSE;
      self->pictures_at[i] = 0;
    }
}

void
fixture_drop_sessions (Fixture *self)
{
  for (guint i = 0; i < 2; i++)
    {
      if (self->sessions[i] == NULL)
        continue;
      vis_media_session_close (self->sessions[i]);
      g_assert_cmpint (vis_media_session_get_state (self->sessions[i]), ==, VIS_SESSION_CLOSED);
      g_signal_handlers_disconnect_by_data (self->sessions[i], self);
      g_assert_finalize_object (g_steal_pointer (&self->sessions[i]));
    }
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  quarks_load ();
  for (guint i = 0; i < 2; i++)
    {
      self->engines[i] = vis_gst_engine_new ("test", "test");
      vis_gst_engine_warm_up (self->engines[i]);
      /* Whoever sits at this computer hears nothing of it. */
      g_object_set (self->engines[i], "relay-only", self->relay_only, "speaker", "none", NULL);
      vis_media_engine_capture (VIS_MEDIA_ENGINE (self->engines[i]),
                                VIS_MEDIA_AUDIO | VIS_MEDIA_CAMERA);
    }
  fixture_make_sessions (self);
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  fixture_drop_sessions (self);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_finalize_object (g_steal_pointer (&self->engines[i]));
      g_free (self->descriptions[i]);
    }
  fixture_settle ();
}

VisStats
fixture_get_stats (Fixture *self, guint me)
{
  g_autofree VisStats *stats = vis_media_session_dup_stats (self->sessions[me]);

  return *stats;
}

/* Pictures and sound, both ways. */
gboolean
fixture_is_flowing (gpointer data)
{
  Fixture *self = data;

  for (guint i = 0; i < 2; i++)
    {
      VisStats stats = fixture_get_stats (self, i);

      if (vis_media_session_get_state (self->sessions[i]) != VIS_SESSION_CONNECTED ||
          stats.frames_decoded < 10 || stats.audio_decoded < 10)
        return FALSE;
    }

  return TRUE;
}

void
fixture_connect (Fixture *self)
{
  vis_media_session_offer (self->sessions[0]);
  if (!fixture_wait (fixture_is_flowing, self, 30))
    {
      for (guint i = 0; i < 2; i++)
        {
          VisStats stats = fixture_get_stats (self, i);

          g_test_message ("side %u: state %d, %" G_GUINT64_FORMAT " pictures, %" G_GUINT64_FORMAT
                          " sounds, %" G_GUINT64_FORMAT " packets in, %" G_GUINT64_FORMAT
                          " and %" G_GUINT64_FORMAT " out",
                          i,
                          vis_media_session_get_state (self->sessions[i]),
                          stats.frames_decoded,
                          stats.audio_decoded,
                          stats.packets_received,
                          stats.packets_sent,
                          stats.video_packets_sent);
        }
      g_assert_not_reached ();
    }
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint            n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

guint
fixture_count_fds (void)
{
  return count_entries ("/proc/self/fd");
}

guint
fixture_count_threads (void)
{
  return count_entries ("/proc/self/task");
}

static GdkTexture *
dup_texture (VisMediaSession *session)
{
  g_autoptr (GObject) picture = NULL;

  g_object_get (session, "remote-video", &picture, NULL);

  return picture != NULL ? vis_video_paintable_dup_texture (VIS_VIDEO_PAINTABLE (picture)) : NULL;
}

static GBytes *
dup_pixels (GdkTexture *texture)
{
  int     width = gdk_texture_get_width (texture);
  int     height = gdk_texture_get_height (texture);
  guchar *data = g_malloc ((gsize) width * (gsize) height * 4);

  gdk_texture_download (texture, data, (gsize) width * 4);
  return g_bytes_new_take (data, (gsize) width * (gsize) height * 4);
}

typedef struct
{
  VisMediaSession *session;
  GBytes          *first;
} Moving;

static gboolean
has_moved (gpointer data)
{
  Moving                *moving = data;
  g_autoptr (GdkTexture) texture = dup_texture (moving->session);
  g_autoptr (GBytes)     pixels = NULL;

  if (texture == NULL)
    return FALSE;
  pixels = dup_pixels (texture);
  if (moving->first == NULL)
    moving->first = g_steal_pointer (&pixels);

  return pixels != NULL && !g_bytes_equal (pixels, moving->first);
}

/* What comes from the other side moves. */
void
fixture_assert_moving (VisMediaSession *session)
{
  Moving moving = { session, NULL };

  g_assert_true (fixture_wait (has_moved, &moving, 20));
  g_clear_pointer (&moving.first, g_bytes_unref);
}
