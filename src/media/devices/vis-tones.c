/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-tones.h"

#include <math.h>

#include "vis-gst.h"

/* Rounds the edges of a note, which would click otherwise. */
#define EDGE_MS 12

/* One note of a sound: two frequencies from a moment on. */
typedef struct
{
  guint  start_ms;
  guint  length_ms;
  double low;
  double high;
  double volume;
} Note;

/* What is heard, one round of it. The ringtone is a small melody in G major; the other two are the
 * tones that telephones of Europe make (ITU-T E.180). */
static const struct
{
  guint    length_ms;
  gboolean repeat;
  Note     notes[9];
} tones[] = {
  [VIS_RING_NONE] = { 0, FALSE, { { 0, 0, 0, 0, 0 } } },
  [VIS_RING_INCOMING] = { 3000,
                          TRUE,
                          { { 0, 180, 783.99, 1567.98, 0.30 },
                            { 180, 180, 987.77, 1975.53, 0.30 },
                            { 360, 180, 1174.66, 2349.32, 0.30 },
                            { 540, 360, 987.77, 1975.53, 0.26 },
                            { 1100, 180, 783.99, 1567.98, 0.30 },
                            { 1280, 180, 987.77, 1975.53, 0.30 },
                            { 1460, 180, 1174.66, 2349.32, 0.30 },
                            { 1640, 540, 1567.98, 2349.32, 0.22 } } },
  [VIS_RING_BACK] = { 5000, TRUE, { { 0, 1000, 425, 425, 0.12 } } },
  [VIS_RING_BUSY] = { 2000,
                      FALSE,
                      { { 0, 250, 425, 425, 0.15 },
                        { 500, 250, 425, 425, 0.15 },
                        { 1000, 250, 425, 425, 0.15 },
                        { 1500, 250, 425, 425, 0.15 } } },
};

static double
shape (double ms, double length_ms)
{
  double edge = MIN (ms, length_ms - ms);

  return edge >= EDGE_MS ? 1 : 0.5 - 0.5 * cos (G_PI * edge / EDGE_MS);
}

static void
render_note (const Note *note, gint16 *samples, gsize n_samples, guint rate)
{
  gsize start = (gsize) note->start_ms * rate / 1000;
  gsize length = (gsize) note->length_ms * rate / 1000;

  for (gsize i = 0; i < length && start + i < n_samples; i++)
    {
      double time = (double) i / rate;
      double value =
        0.7 * sin (2 * G_PI * note->low * time) + 0.3 * sin (2 * G_PI * note->high * time);

      samples[start + i] =
        (gint16) (32767 * note->volume * shape (time * 1000, note->length_ms) * value);
    }
}

/**
 * vis_tones_render:
 * @ring: what is to be heard
 * @rate: samples a second
 *
 * Makes one round of a sound: 16 bit, mono.
 *
 * Returns: (transfer full) (nullable): the samples, %NULL for silence
 */
GstBuffer *
vis_tones_render (VisRing ring, guint rate)
{
  gsize      n_samples = (gsize) tones[ring].length_ms * rate / 1000;
  gint16    *samples;
  GstBuffer *buffer;

  if (n_samples == 0)
    return NULL;

  vis_gst_init ();
  samples = g_new0 (gint16, n_samples);
  for (guint i = 0; i < G_N_ELEMENTS (tones[ring].notes); i++)
    render_note (&tones[ring].notes[i], samples, n_samples, rate);

  buffer = gst_buffer_new_wrapped (samples, n_samples * sizeof *samples);
  GST_BUFFER_DURATION (buffer) = tones[ring].length_ms * GST_MSECOND;

  return buffer;
}

/**
 * vis_tones_repeat:
 * @ring: what is to be heard
 *
 * Returns: whether it goes on until it is stopped
 */
gboolean
vis_tones_repeat (VisRing ring)
{
  return tones[ring].repeat;
}
