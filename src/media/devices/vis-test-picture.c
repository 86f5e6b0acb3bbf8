/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-test-picture.h"

#include <cairo.h>
#include <math.h>

/* Everything is drawn on a plane 16 wide and 9 high, whatever the size of the picture. */
#define WIDTH  640
#define HEIGHT 360
#define UNIT   (WIDTH / 16.0)

typedef struct
{
  guint32 wall;
  guint32 floor;
  guint32 shirt;
  guint32 skin;
  guint32 hair;
} Look;

static const Look looks[] = {
  { 0x5f84b5, 0x2b3b5c, 0x4b3f86, 0xe5b48c, 0x3a2a22 },
  { 0xc9a27e, 0x6d4c3d, 0x1f6f6b, 0x9c6b4a, 0x1c1513 },
  { 0x8fb59a, 0x35564a, 0xb5533c, 0xf0c8a6, 0x9a5b2c },
  { 0xb79bc4, 0x53416b, 0x2f5d8c, 0xc88f66, 0x2b2326 },
};

static void
set_colour (cairo_t *cr, guint32 rgb, double light)
{
  cairo_set_source_rgb (cr,
                        ((rgb >> 16) & 0xff) / 255.0 * light,
                        ((rgb >> 8) & 0xff) / 255.0 * light,
                        (rgb & 0xff) / 255.0 * light);
}

static void
fill_ellipse (cairo_t *cr, double x, double y, double width, double height)
{
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, width, height);
  cairo_arc (cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_restore (cr);
  cairo_fill (cr);
}

static void
draw_room (cairo_t *cr, const Look *look, double seconds)
{
  cairo_pattern_t *light = cairo_pattern_create_radial (4, 2, 0.5, 4, 2, 13);

  cairo_pattern_add_color_stop_rgba (light, 0, 1, 1, 1, 0.28 + 0.03 * sin (seconds));
  cairo_pattern_add_color_stop_rgba (light, 1, 0, 0, 0, 0.35);

  set_colour (cr, look->wall, 1);
  cairo_paint (cr);
  set_colour (cr, look->floor, 0.9);
  cairo_rectangle (cr, 0, 7.4, 16, 1.6);
  cairo_fill (cr);
  cairo_set_source (cr, light);
  cairo_paint (cr);
  cairo_pattern_destroy (light);
}

/* A hand that says hello. */
static void
draw_arm (cairo_t *cr, const Look *look, double seconds)
{
  double swing = 0.35 * sin (seconds * 4.2);
  double x = 4.2 + sin (swing) * 2.1;
  double y = 6.6 - cos (swing) * 2.1;

  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  set_colour (cr, look->shirt, 0.85);
  cairo_set_line_width (cr, 1.15);
  cairo_move_to (cr, 5.9, 8.4);
  cairo_line_to (cr, 4.2, 6.6);
  cairo_stroke (cr);
  set_colour (cr, look->skin, 0.95);
  cairo_set_line_width (cr, 0.75);
  cairo_move_to (cr, 4.2, 6.6);
  cairo_line_to (cr, x, y);
  cairo_stroke (cr);
  fill_ellipse (cr, x, y, 0.52, 0.52);
  cairo_set_line_width (cr, 0.24);
  for (int finger = -2; finger <= 2; finger++)
    {
      double angle = swing + finger * 0.36;

      cairo_move_to (cr, x, y);
      cairo_line_to (cr, x + sin (angle) * 0.95, y - cos (angle) * 0.95);
      cairo_stroke (cr);
    }
}

static void
draw_face (cairo_t *cr, const Look *look, double seconds)
{
  gboolean blinks = fmod (seconds, 3.7) < 0.13;
  double   talks = 0.5 + 0.5 * sin (seconds * 9) * sin (seconds * 2.3);

  set_colour (cr, look->hair, 1);
  fill_ellipse (cr, 0, -0.55, 1.72, 1.72);
  set_colour (cr, look->skin, 1);
  fill_ellipse (cr, 0, 0, 1.42, 1.75);
  set_colour (cr, look->hair, 1);
  fill_ellipse (cr, -0.35, -1.32, 1.15, 0.5);

  set_colour (cr, look->hair, 0.7);
  fill_ellipse (cr, -0.52, -0.1, 0.14, blinks ? 0.03 : 0.17);
  fill_ellipse (cr, 0.52, -0.1, 0.14, blinks ? 0.03 : 0.17);
  set_colour (cr, 0x8c3b3b, 1);
  cairo_move_to (cr, -0.48, 0.72);
  cairo_curve_to (cr, -0.3, 0.95, 0.3, 0.95, 0.48, 0.72);
  cairo_curve_to (cr, 0.3, 1.1 + 0.4 * talks, -0.3, 1.1 + 0.4 * talks, -0.48, 0.72);
  cairo_fill (cr);
}

static void
draw_person (cairo_t *cr, const Look *look, double seconds)
{
  double sway = 0.22 * sin (seconds * 1.7);

  set_colour (cr, look->shirt, 1);
  cairo_move_to (cr, 4.6, 9.2);
  cairo_curve_to (cr, 4.9, 6.9, 6.2, 6.5, 8, 6.4);
  cairo_curve_to (cr, 9.8, 6.5, 11.1, 6.9, 11.4, 9.2);
  cairo_close_path (cr);
  cairo_fill (cr);
  set_colour (cr, look->skin, 0.88);
  cairo_rectangle (cr, 7.4 + sway * 0.4, 5, 1.2, 1.7);
  cairo_fill (cr);

  cairo_save (cr);
  cairo_translate (cr, 8 + sway, 4.05 + 0.06 * sin (seconds * 3.1));
  cairo_rotate (cr, sway * 0.25);
  draw_face (cr, look, seconds);
  cairo_restore (cr);
}

static void
on_draw (GstElement *overlay, cairo_t *cr, guint64 timestamp, guint64 duration, gpointer look)
{
  double seconds = (double) timestamp / GST_SECOND;

  cairo_scale (cr, UNIT, UNIT);
  draw_room (cr, look, seconds);
  draw_person (cr, look, seconds);
  draw_arm (cr, look, seconds);
}

/**
 * vis_test_picture_new:
 * @seed: decides who is in the picture
 *
 * Makes a camera that needs no hardware: somebody who waves and talks. Each picture differs from
 * the one before, and all over: what shows it can be checked by eye and by comparing frames.
 *
 * Returns: (transfer floating): a source, %NULL where the cairo plugin of GStreamer is missing
 */
GstElement *
vis_test_picture_new (guint seed)
{
  GstElement *bin = gst_parse_bin_from_description (
    "videotestsrc is-live=true pattern=black ! video/x-raw,format=BGRx,width=640,height=360,"
    "framerate=30/1 ! cairooverlay name=overlay ! videoconvert ! video/x-raw,format=I420",
    TRUE,
    NULL);
  g_autoptr (GstElement) overlay = NULL;

  if (bin == NULL)
    return NULL;

  overlay = gst_bin_get_by_name (GST_BIN (bin), "overlay");
  g_signal_connect (
    overlay, "draw", G_CALLBACK (on_draw), (gpointer) &looks[seed % G_N_ELEMENTS (looks)]);

  return bin;
}
