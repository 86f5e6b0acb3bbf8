/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-rtcp-guard.h"

#include "vis-limits.h"
#include "vis-rtcp.h"

/* How many RTP packets feedback may tell of in a second, and at once: all those of 100 Mbit/s, a
 * hundredth of a second of work. */
#define REPORTS_PER_SECOND 10000

/* What one pad still takes. Only used on the thread that receives. */
typedef struct
{
  guint  left;
  gint64 refilled_at; /* us */
} Guard;

static void
refill (Guard *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 more = (now - self->refilled_at) * REPORTS_PER_SECOND / G_USEC_PER_SEC;

  if (more <= 0)
    return;

  self->left = (guint) MIN (self->left + more, REPORTS_PER_SECOND);
  self->refilled_at = now;
}

static gboolean
is_welcome (Guard *self, GstBuffer *buffer)
{
  GstMapInfo map;
  guint      n_reports = 0;
  gboolean   fits;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return FALSE;

  fits = vis_rtcp_measure (map.data, map.size, &n_reports);
  gst_buffer_unmap (buffer, &map);
  if (!fits || n_reports > VIS_LIMIT_RTCP_REPORTS)
    return FALSE;

  refill (self);
  if (n_reports > self->left)
    return FALSE;

  self->left -= n_reports;
  return TRUE;
}

static gboolean
drop_unwelcome (GstBuffer **buffer, guint index, gpointer guard)
{
  if (!is_welcome (guard, *buffer))
    gst_clear_buffer (buffer);

  return TRUE;
}

static GstPadProbeReturn
on_rtcp (GstPad *pad, GstPadProbeInfo *info, gpointer guard)
{
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    return is_welcome (guard, GST_PAD_PROBE_INFO_BUFFER (info)) ? GST_PAD_PROBE_OK
                                                                : GST_PAD_PROBE_DROP;

  info->data = gst_buffer_list_make_writable (GST_PAD_PROBE_INFO_BUFFER_LIST (info));
  gst_buffer_list_foreach (info->data, drop_unwelcome, guard);

  return GST_PAD_PROBE_OK;
}

static void
on_pad_added (GstElement *rtpbin, GstPad *pad, gpointer data)
{
  Guard *guard;

  if (!g_str_has_prefix (GST_PAD_NAME (pad), VIS_RTCP_SINK_PREFIX))
    return;

  guard = g_new0 (Guard, 1);
  guard->left = REPORTS_PER_SECOND;
  guard->refilled_at = g_get_monotonic_time ();
  gst_pad_add_probe (
    pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_rtcp, guard, g_free);
}

/**
 * vis_rtcp_guard_watch:
 * @rtpbin: an rtpbin that has no pads yet
 *
 * Keeps RTCP from @rtpbin that is not what it says it is, or that would cost more than feedback is
 * worth.
 *
 * GStreamer 1.22: rtpsession believes what transport-wide feedback claims: it reads past the end of
 * the packet, and works 60 ms for one of 36 bytes. No later version is known to be better.
 */
void
vis_rtcp_guard_watch (GstElement *rtpbin)
{
  g_signal_connect (rtpbin, "pad-added", G_CALLBACK (on_pad_added), NULL);
}
