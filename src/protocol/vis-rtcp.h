/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisRtcpReport:
 * @ssrc: the source that it is about
 * @fraction_lost: how many of its packets were lost since the report before, in 1/256
 * @jitter: of their arrival, in units of the source's RTP time stamps
 * @last_sr: the time in the sender report that the receiver got last, 0 if there was none; the
 *   middle 32 bits of an NTP time stamp
 * @delay: how long that was ago when this left, in 1/65536 s
 *
 * A report block (RFC 3550, section 6.4.1): how one source arrives at a receiver.
 */
typedef struct
{
  guint32 ssrc;
  guint8  fraction_lost;
  guint32 jitter;
  guint32 last_sr;
  guint32 delay;
} VisRtcpReport;

gboolean vis_rtcp_measure (const guint8 *data, gsize size, guint *n_reports);
guint
vis_rtcp_read_reports (const guint8 *data, gsize size, VisRtcpReport *reports, guint max_reports);
double vis_rtcp_report_get_rtt (const VisRtcpReport *self, gint64 now);

G_END_DECLS
