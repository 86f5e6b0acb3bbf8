/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-feedback.h"

#include "vis-rtcp.h"

/* Where the report of a source goes; NULL if there are too many. */
static VisSourceFeedback *
find_place (VisFeedback *self, guint32 ssrc)
{
  for (guint i = 0; i < self->n_sources; i++)
    {
      if (self->sources[i].ssrc == ssrc)
        return &self->sources[i];
    }

  return self->n_sources < VIS_FEEDBACK_MAX_SOURCES ? &self->sources[self->n_sources++] : NULL;
}

static void
add_report (VisFeedback *self, const VisRtcpReport *report, gint64 now)
{
  VisSourceFeedback *source = find_place (self, report->ssrc);

  if (source == NULL)
    return;

  source->ssrc = report->ssrc;
  source->loss = report->fraction_lost / 256.0;
  source->jitter = report->jitter;
  source->rtt_ms = vis_rtcp_report_get_rtt (report, now);
}

void
vis_feedback_collector_init (VisFeedbackCollector *self)
{
  g_mutex_init (&self->mutex);
}

void
vis_feedback_collector_clear (VisFeedbackCollector *self)
{
  g_mutex_clear (&self->mutex);
}

/**
 * vis_feedback_collector_add_rtcp:
 * @self: a collector
 * @rtcp: an RTCP packet of the other side, decrypted; it may be anything
 *
 * Takes the report blocks of @rtcp. May be called on any thread.
 */
void
vis_feedback_collector_add_rtcp (VisFeedbackCollector *self, GstBuffer *rtcp)
{
  VisRtcpReport reports[VIS_FEEDBACK_MAX_SOURCES];
  GstMapInfo    map;
  gint64        now = g_get_real_time ();
  guint         n;

  if (!gst_buffer_map (rtcp, &map, GST_MAP_READ))
    return;
  n = vis_rtcp_read_reports (map.data, map.size, reports, G_N_ELEMENTS (reports));
  gst_buffer_unmap (rtcp, &map);

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < n; i++)
    add_report (&self->feedback, &reports[i], now);
  g_mutex_unlock (&self->mutex);
}

/* The packets that transport-wide feedback tells of, or NULL if there is anything else: what
 * rtpsession says here is not documented. */
static const GValueArray *
get_packets (const GstStructure *structure)
{
  const GValue *value = gst_structure_get_value (structure, "packets");
  gboolean      is_array;

  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  is_array = value != NULL && G_VALUE_HOLDS (value, g_value_array_get_type ());
  G_GNUC_END_IGNORE_DEPRECATIONS

  return is_array ? g_value_get_boxed (value) : NULL;
}

/**
 * vis_feedback_collector_add_event:
 * @self: a collector
 * @event: what goes upstream from an rtpsession
 *
 * Takes the transport-wide feedback of @event, if it is that: rtpsession has matched it with the
 * packets that were sent. May be called on any thread.
 */
void
vis_feedback_collector_add_event (VisFeedbackCollector *self, GstEvent *event)
{
  const GstStructure *structure = gst_event_get_structure (event);
  const GValueArray  *packets;
  guint               lost = 0;

  if (structure == NULL || !gst_structure_has_name (structure, "RTPTWCCPackets"))
    return;
  packets = get_packets (structure);
  if (packets == NULL)
    return;

  for (guint i = 0; i < packets->n_values; i++)
    {
      gboolean is_lost = FALSE;

      if (!GST_VALUE_HOLDS_STRUCTURE (&packets->values[i]))
        return;
      gst_structure_get_boolean (gst_value_get_structure (&packets->values[i]), "lost", &is_lost);
      lost += is_lost ? 1 : 0;
    }

  g_mutex_lock (&self->mutex);
  self->feedback.packets += packets->n_values;
  self->feedback.lost += lost;
  g_mutex_unlock (&self->mutex);
}

/**
 * vis_feedback_collector_take:
 * @self: a collector
 * @now: as of g_get_monotonic_time()
 *
 * Takes what was collected, unless it is less than [const@Vis.FEEDBACK_INTERVAL_MS] since that was
 * done; then it stays for the next time. May be called on any thread.
 *
 * Returns: (transfer full) (nullable): what there is to tell now, to be freed with g_free()
 */
VisFeedback *
vis_feedback_collector_take (VisFeedbackCollector *self, gint64 now)
{
  VisFeedback *taken = NULL;

  g_mutex_lock (&self->mutex);
  if ((self->feedback.n_sources > 0 || self->feedback.packets > 0) &&
      now - self->taken_at >= VIS_FEEDBACK_INTERVAL_MS * G_TIME_SPAN_MILLISECOND)
    {
      taken = g_memdup2 (&self->feedback, sizeof self->feedback);
      self->feedback = (VisFeedback){ 0 };
      self->taken_at = now;
    }
  g_mutex_unlock (&self->mutex);

  return taken;
}
