/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "media-fixture.h"
#include "vis-gst-ringer.h"
#include "vis-tones.h"

static const struct
{
  VisRing  ring;
  guint    ms;
  gboolean repeat;
} sounds[] = {
  { VIS_RING_INCOMING, 3000, TRUE },
  { VIS_RING_BACK, 5000, TRUE },
  { VIS_RING_BUSY, 2000, FALSE },
};

static void
test_tones (void)
{
  g_assert_null (vis_tones_render (VIS_RING_NONE, 48000));

  for (guint i = 0; i < G_N_ELEMENTS (sounds); i++)
    {
      g_autoptr (GstBuffer) buffer = vis_tones_render (sounds[i].ring, 48000);
      GstMapInfo            map;
      const gint16         *samples;
      int                   loudest = 0;
      int                   leap = 0;

      g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
      g_assert_cmpuint (map.size, ==, sounds[i].ms * 48 * sizeof (gint16));
      samples = (const gint16 *) map.data;
      for (gsize j = 1; j < map.size / sizeof (gint16); j++)
        {
          loudest = MAX (loudest, ABS (samples[j]));
          leap = MAX (leap, ABS (samples[j] - samples[j - 1]));
        }
      /* It is heard, does not distort, does not click, and ends in silence. */
      g_assert_cmpint (loudest, >, 2000);
      g_assert_cmpint (loudest, <, 16000);
      g_assert_cmpint (leap, <, 4000);
      g_assert_cmpint (samples[0], ==, 0);
      g_assert_cmpint (ABS (samples[map.size / sizeof (gint16) - 1]), <, 400);
      gst_buffer_unmap (buffer, &map);
      g_assert_cmpint (vis_tones_repeat (sounds[i].ring), ==, sounds[i].repeat);
    }
}

/* Whether or not this computer has a speaker: asking in any order is harmless. */
static void
test_ringer (void)
{
  g_autoptr (VisDevices)   devices = vis_devices_new ();
  g_autoptr (VisGstRinger) ringer = vis_gst_ringer_new (devices);

  for (guint i = 0; i < 64; i++)
    {
      VisRing ring = (VisRing) ((i * 7 + i / 4) % 4);

      vis_ringer_ring (VIS_RINGER (ringer), ring);
      vis_ringer_ring (VIS_RINGER (ringer), ring);
      g_assert_cmpint (vis_gst_ringer_get_ring (ringer), ==, ring);
      if (i % 16 == 0)
        fixture_spin (50);
    }
  vis_ringer_ring (VIS_RINGER (ringer), VIS_RING_NONE);
  g_assert_false (vis_gst_ringer_is_playing (ringer));
}

static gboolean
is_ready (gpointer data)
{
  return vis_devices_is_ready (data);
}

static void
test_devices (void)
{
  g_autoptr (VisDevices) devices = vis_devices_new ();
  guint                  n;

  vis_devices_start (devices);
  vis_devices_start (devices);
  g_assert_true (fixture_wait (is_ready, devices, 30));
  n = g_list_model_get_n_items (G_LIST_MODEL (devices));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (VisDevice) device = g_list_model_get_item (G_LIST_MODEL (devices), i);

      g_test_message ("%s (%s)", vis_device_get_name (device), vis_device_get_id (device));
      g_assert_true (vis_devices_find (
                       devices, vis_device_get_kind (device), vis_device_get_id (device), NULL) !=
                     NULL);
    }
  g_assert_null (vis_devices_find (devices, VIS_DEVICE_CAMERA, "no such camera", NULL));
}

/* One that goes before its first look round is over. */
static void
test_devices_dropped (void)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (VisDevices) devices = vis_devices_new ();

      vis_devices_start (devices);
    }
  fixture_spin (500);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/tones", test_tones);
  g_test_add_func ("/media/ringer", test_ringer);
  g_test_add_func ("/media/devices", test_devices);
  g_test_add_func ("/media/devices/dropped", test_devices_dropped);

  status = g_test_run ();
  fixture_settle ();
  return status;
}
