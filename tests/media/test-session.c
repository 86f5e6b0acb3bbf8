/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "media-fixture.h"
#include "vis-error.h"
#include "vis-gst.h"

#include <string.h>

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
  Moving *moving = data;
  g_autoptr (GdkTexture) texture = dup_texture (moving->session);
  g_autoptr (GBytes) pixels = NULL;

  if (texture == NULL)
    return FALSE;
  pixels = dup_pixels (texture);
  if (moving->first == NULL)
    moving->first = g_steal_pointer (&pixels);

  return pixels != NULL && !g_bytes_equal (pixels, moving->first);
}

static void
assert_moving (VisMediaSession *session)
{
  Moving moving = { session, NULL };

  g_assert_true (fixture_wait (has_moved, &moving, 20));
  g_clear_pointer (&moving.first, g_bytes_unref);
}

static void
test_connect (Fixture *self, gconstpointer data)
{
  fixture_connect (self);

  for (guint i = 0; i < 2; i++)
    {
      VisStats stats = fixture_get_stats (self, i);

      assert_moving (self->sessions[i]);
      g_assert_cmpint (stats.width, ==, 640);
      g_assert_cmpint (stats.height, ==, 360);
      g_assert_cmpfloat (stats.audio_level, >, 0.05);
      g_assert_cmpint (stats.path, ==, VIS_PATH_DIRECT);
      g_assert_cmpuint (self->n_candidates[i], >, 0);
      g_test_message ("answer to first picture, side %u: %.0f ms",
                      i,
                      (double) (self->pictures_at[i] - self->answered_at) / 1000);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add (
    "/media/session/connect", Fixture, NULL, fixture_set_up, test_connect, fixture_tear_down);

  return g_test_run ();
}
