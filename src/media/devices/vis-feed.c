/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-feed.h"

struct _VisFeed
{
  gatomicrefcount ref_count;
  GMutex          mutex;
  gboolean        audio;
  gconstpointer   source; /* only compared */
  GPtrArray      *taps;
  GstSample      *last; /* of pictures: what a tap that opens sends at once */
};

struct _VisTap
{
  VisFeed     *feed;
  GstAppSrc   *target;
  VisTapMode   mode;
  GstClockTime last; /* encoders want time to go forward */
};

/* The same buffer, with the running time as its time stamp: all pipelines share one base time, so
 * it is right in each. */
static GstSample *
restamp (GstSample *sample)
{
  GstSegment           *segment = gst_sample_get_segment (sample);
  g_autoptr (GstBuffer) buffer = gst_buffer_copy (gst_sample_get_buffer (sample));
  guint64 time = gst_segment_to_running_time (segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));

  GST_BUFFER_PTS (buffer) = time;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;

  return gst_sample_new (buffer, gst_sample_get_caps (sample), NULL, NULL);
}

static GstSample *
silence (GstSample *sample)
{
  GstBuffer            *source = gst_sample_get_buffer (sample);
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, gst_buffer_get_size (source), NULL);

  gst_buffer_memset (buffer, 0, 0, gst_buffer_get_size (buffer));
  gst_buffer_copy_into (buffer, source, GST_BUFFER_COPY_TIMESTAMPS, 0, -1);

  return gst_sample_new (buffer, gst_sample_get_caps (sample), NULL, NULL);
}

/* With the mutex of the feed. */
static void
deliver (VisTap *self, GstSample *sample)
{
  GstClockTime          time = GST_BUFFER_PTS (gst_sample_get_buffer (sample));
  g_autoptr (GstSample) quiet = NULL;

  if (self->mode == VIS_TAP_SHUT || (self->mode == VIS_TAP_SILENT && !self->feed->audio))
    return;
  if (!GST_CLOCK_TIME_IS_VALID (time) ||
      (GST_CLOCK_TIME_IS_VALID (self->last) && time <= self->last))
    return;

  self->last = time;
  if (self->mode == VIS_TAP_SILENT)
    sample = quiet = silence (sample);
  gst_app_src_push_sample (self->target, sample);
}

/* With the mutex. */
static void
spread (VisFeed *self, GstSample *sample)
{
  for (guint i = 0; i < self->taps->len; i++)
    deliver (g_ptr_array_index (self->taps, i), sample);
  if (self->audio)
    return;

  g_clear_pointer (&self->last, gst_sample_unref);
  self->last = gst_sample_ref (sample);
}

/**
 * vis_feed_new:
 * @audio: whether sound goes through it
 *
 * Makes a feed without taps.
 *
 * Returns: (transfer full): a feed
 */
VisFeed *
vis_feed_new (gboolean audio)
{
  VisFeed *self = g_new0 (VisFeed, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->audio = audio;
  self->taps = g_ptr_array_new ();

  return self;
}

VisFeed *
vis_feed_ref (VisFeed *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vis_feed_unref (VisFeed *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_ptr_array_unref (self->taps);
  g_clear_pointer (&self->last, gst_sample_unref);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/**
 * vis_feed_set_source:
 * @self: a feed
 * @source: (nullable): whose samples pass from now on, %NULL for nobody's; only compared
 *
 * Changes the device. One that is closed takes a while to stop: what it still tells is dropped, and
 * its last picture is forgotten.
 */
void
vis_feed_set_source (VisFeed *self, gconstpointer source)
{
  g_mutex_lock (&self->mutex);
  self->source = source;
  g_clear_pointer (&self->last, gst_sample_unref);
  g_mutex_unlock (&self->mutex);
}

/**
 * vis_feed_push:
 * @self: a feed
 * @source: where it comes from
 * @sample: one picture or some sound
 *
 * Gives @sample to each open tap, if @source is the one of now. May be called on any thread.
 */
void
vis_feed_push (VisFeed *self, gconstpointer source, GstSample *sample)
{
  g_autoptr (GstSample) stamped = NULL;

  if (gst_sample_get_buffer (sample) == NULL)
    return;

  stamped = restamp (sample);
  g_mutex_lock (&self->mutex);
  if (source == self->source)
    spread (self, stamped);
  g_mutex_unlock (&self->mutex);
}

/**
 * vis_tap_new:
 * @feed: where it takes from
 * @target: the encoder's source
 *
 * Attaches a tap, shut.
 *
 * Returns: (transfer full): a tap
 */
VisTap *
vis_tap_new (VisFeed *feed, GstAppSrc *target)
{
  VisTap *self = g_new0 (VisTap, 1);

  self->feed = vis_feed_ref (feed);
  self->target = gst_object_ref (target);
  self->last = GST_CLOCK_TIME_NONE;
  g_mutex_lock (&feed->mutex);
  g_ptr_array_add (feed->taps, self);
  g_mutex_unlock (&feed->mutex);

  return self;
}

void
vis_tap_free (VisTap *self)
{
  if (self == NULL)
    return;

  g_mutex_lock (&self->feed->mutex);
  g_ptr_array_remove_fast (self->feed->taps, self);
  g_mutex_unlock (&self->feed->mutex);
  gst_object_unref (self->target);
  vis_feed_unref (self->feed);
  g_free (self);
}

/**
 * vis_tap_set_mode:
 * @self: a tap
 * @mode: what passes from now on
 *
 * Turns the tap. One that opens sends the last picture at once, so that the other side need not
 * wait for the next.
 */
void
vis_tap_set_mode (VisTap *self, VisTapMode mode)
{
  VisTapMode old;

  g_mutex_lock (&self->feed->mutex);
  old = self->mode;
  self->mode = mode;
  if (old != VIS_TAP_OPEN && mode == VIS_TAP_OPEN && self->feed->last != NULL)
    deliver (self, self->feed->last);
  g_mutex_unlock (&self->feed->mutex);
}
