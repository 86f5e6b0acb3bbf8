/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The least time between two of what a [struct@Vis.FeedbackCollector] gives, ms. Browsers send
 * transport-wide feedback each 50 to 100 ms; who sends it faster is not listened to more often, and
 * a main loop that stands still for a second has no more than 20 of them to look at. */
#define VIS_FEEDBACK_INTERVAL_MS 50

/* Sources that are told of at once: sound, camera, screen, retransmissions of both pictures, and
 * some that were replaced. A stranger can make up any number of them. */
#define VIS_FEEDBACK_MAX_SOURCES 8

/**
 * VisSourceFeedback:
 * @ssrc: the source
 * @loss: the share of its packets that was lost since the report before, 0 to 1
 * @jitter: of their arrival, in units of the source's RTP time stamps
 * @rtt_ms: round trip, 0 while unknown
 *
 * What a receiver reports of one source (RFC 3550, section 6.4.1).
 */
typedef struct
{
  guint32 ssrc;
  double  loss;
  guint32 jitter;
  double  rtt_ms;
} VisSourceFeedback;

/**
 * VisFeedback:
 * @sources: the latest report of each source, of those that came
 * @n_sources: how many there are
 * @packets: how many packets transport-wide feedback tells of
 * @lost: how many of these did not arrive
 *
 * What the other side says of what it is sent, in numbers that it may have made up.
 */
typedef struct
{
  VisSourceFeedback sources[VIS_FEEDBACK_MAX_SOURCES];
  guint             n_sources;
  guint             packets;
  guint             lost;
} VisFeedback;

/**
 * VisFeedbackCollector:
 *
 * Collects feedback on the threads that receive it, until it is time to tell the main thread. No
 * other thread uses it, so nothing that has to be fast waits for its lock.
 */
typedef struct
{
  /*< private >*/
  GMutex      mutex;
  VisFeedback feedback;
  gint64      taken_at; /* us */
} VisFeedbackCollector;

void         vis_feedback_collector_init (VisFeedbackCollector *self);
void         vis_feedback_collector_clear (VisFeedbackCollector *self);

void         vis_feedback_collector_add_rtcp (VisFeedbackCollector *self, GstBuffer *rtcp);
void         vis_feedback_collector_add_event (VisFeedbackCollector *self, GstEvent *event);
VisFeedback *vis_feedback_collector_take (VisFeedbackCollector *self,
                                          gint64                now) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
