/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-device.h"
#include "media-fixture.h"
#include "vis-capture.h"
#include "vis-gst.h"

#define CAMERA                                                                                     \
  "videotestsrc is-live=true ! capsfilter caps=video/x-raw,width=64,height=48,framerate=30/1"

static gboolean
is_filled (gpointer target)
{
  return fake_target_count (target) > 0;
}

/* A camera takes a while to close. What it still sees is not for anybody, least of all for whoever
 * is called next. */
static void
test_closed_means_closed (void)
{
  g_autoptr (VisFeed)    feed = vis_feed_new (FALSE);
  g_autoptr (VisCapture) capture = vis_capture_new (feed);
  g_autoptr (GstElement) first = fake_target_new ();
  g_autoptr (GstElement) next = fake_target_new ();
  VisTap                *tap = vis_tap_new (feed, GST_APP_SRC (first));
  VisTap                *other;
  guint64                n;

  vis_tap_set_mode (tap, VIS_TAP_OPEN);
  vis_capture_open_camera (capture, fake_element_new (CAMERA, 500, 0), NULL);
  g_assert_true (fixture_wait (is_filled, first, 30));

  vis_capture_close (capture);
  n = fake_target_count (first);
  fixture_spin (200);
  g_assert_cmpuint (fake_target_count (first), ==, n);

  other = vis_tap_new (feed, GST_APP_SRC (next));
  vis_tap_set_mode (other, VIS_TAP_OPEN);
  g_assert_cmpuint (fake_target_count (next), ==, 0);

  /* It can be opened again. */
  vis_capture_open_camera (capture, fake_element_new (CAMERA, 0, 0), NULL);
  g_assert_true (fixture_wait (is_filled, next, 30));
  vis_capture_close (capture);
  vis_tap_free (other);
  vis_tap_free (tap);
  vis_gst_wait_for_devices ();
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  vis_gst_init ();

  g_test_add_func ("/media/capture/closed-means-closed", test_closed_means_closed);

  status = g_test_run ();
  vis_gst_wait_for_devices ();
  return status;
}
