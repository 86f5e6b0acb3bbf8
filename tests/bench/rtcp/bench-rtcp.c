/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The cost of checking received RTCP before rtpbin gets it: the time of a packet through a pad with
 * the guard, and through one without. */

#include "config.h"

#include <gst/gst.h>
#include <time.h>

#include "vis-gst.h"
#include "vis-rtcp-guard.h"

/* Packets for one pad: few enough that the guard's rate limit passes them all. */
#define N_PACKETS 400

#define N_ROUNDS  101

/* A receiver report and SDES (RFC 3550), as receivers send them all the time. */
static const guint8 reports[] = {
  0x81, 0xc9, 0x00, 0x07, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
  0x81, 0xca, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x01, 0x02, 0x61, 0x62, 0x00, 0x00, 0x00, 0x00,
};

/* Transport-wide feedback: 20 packets received. */
static const guint8 feedback[] = {
  0x8f, 0xcd, 0x00, 0x0a, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01, 0x00,
  0x14, 0x00, 0x00, 0x01, 0x00, 0x20, 0x14, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04,
  0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x00, 0x00,
};

static const struct
{
  const char   *name;
  const guint8 *data;
  gsize         size;
} packets[] = {
  { "reports", reports, sizeof reports },
  { "feedback", feedback, sizeof feedback },
};

static guint n_taken;

static GstFlowReturn
take (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  n_taken++;
  gst_buffer_unref (buffer);

  return GST_FLOW_OK;
}

/* CPU time of this thread, in ns: independent of the load of the computer. */
static gint64
get_work (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);

  return time.tv_sec * G_GINT64_CONSTANT (1000000000) + time.tv_nsec;
}

/* Nanoseconds for a packet through a new pad of that name. */
static double
measure (const char *name, const guint8 *data, gsize size)
{
  g_autoptr (GstElement) rtpbin = gst_object_ref_sink (gst_bin_new (NULL));
  g_autoptr (GstBuffer)  buffer = gst_buffer_new_memdup (data, size);
  GstPad                *pad = gst_pad_new (name, GST_PAD_SINK);
  GstSegment             segment;
  gint64                 start;
  gint64                 end;

  vis_rtcp_guard_watch (rtpbin);
  gst_pad_set_chain_function (pad, take);
  gst_pad_set_active (pad, TRUE);
  gst_element_add_pad (rtpbin, pad);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_send_event (pad, gst_event_new_stream_start ("rtcp"));
  gst_pad_send_event (pad, gst_event_new_segment (&segment));

  n_taken = 0;
  start = get_work ();
  for (guint i = 0; i < N_PACKETS; i++)
    gst_pad_chain (pad, gst_buffer_ref (buffer));
  end = get_work ();
  g_assert_cmpuint (n_taken, ==, N_PACKETS);

  return (double) (end - start) / N_PACKETS;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return *(const double *) a < *(const double *) b ? -1 : *(const double *) a > *(const double *) b;
}

int
main (void)
{
  vis_gst_init ();

  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    {
      double bare[N_ROUNDS], guarded[N_ROUNDS];

      for (guint round = 0; round < N_ROUNDS; round++)
        {
          bare[round] = measure ("sink_0", packets[i].data, packets[i].size);
          guarded[round] = measure ("recv_rtcp_sink_0", packets[i].data, packets[i].size);
        }
      qsort (bare, N_ROUNDS, sizeof *bare, compare);
      qsort (guarded, N_ROUNDS, sizeof *guarded, compare);
      g_print ("%s of %" G_GSIZE_FORMAT " bytes: %.0f ns, guarded %.0f ns, %.1f times as much\n",
               packets[i].name,
               packets[i].size,
               bare[N_ROUNDS / 2],
               guarded[N_ROUNDS / 2],
               guarded[N_ROUNDS / 2] / bare[N_ROUNDS / 2]);
    }

  return 0;
}
