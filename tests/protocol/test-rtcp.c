/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-rtcp.h"

/* Sender of a report, and what the packets below begin with. */
#define RECEIVER_REPORT 0x80, 201, 0, 1, 0, 0, 0, 1
#define TWCC(words)     0x8f, 205, 0, words, 0, 0, 0, 1, 0, 0, 0, 2
#define NACK(words)     0x81, 205, 0, words, 0, 0, 0, 1, 0, 0, 0, 2
#define PLI             0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2

/* The base sequence number, how many packets, the reference time and the count of feedback. */
#define ABOUT(n) 0, 1, (n) >> 8, (n) &0xff, 0, 0, 0, 1

typedef struct
{
  const char *name;
  guint8      data[96];
  gsize       size;
  int         reports; /* -1 for what does not fit */
} Case;

static const Case cases[] = {
  { "empty", { 0 }, 0, -1 },
  { "report", { RECEIVER_REPORT }, 8, 0 },
  { "cut-header", { RECEIVER_REPORT }, 3, -1 },
  { "cut-report", { RECEIVER_REPORT }, 7, -1 },
  { "rest", { RECEIVER_REPORT, 0x80, 201 }, 10, -1 },
  { "wrong-version", { 0x40, 201, 0, 1, 0, 0, 0, 1 }, 8, -1 },
  { "compound", { RECEIVER_REPORT, PLI }, 20, 0 },
  { "second-too-long", { RECEIVER_REPORT, 0x81, 206, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2 }, 20, -1 },

  { "run-not-received", { TWCC (5), ABOUT (7), 0x00, 7, 0, 0 }, 24, 7 },
  { "run-small", { TWCC (5), ABOUT (2), 0x20, 2, 10, 20 }, 24, 2 },
  { "run-small-without-times", { TWCC (5), ABOUT (3), 0x20, 3, 10, 20 }, 24, -1 },
  { "run-large", { TWCC (5), ABOUT (1), 0x40, 1, 1, 0 }, 24, 1 },
  { "run-large-without-times", { TWCC (5), ABOUT (2), 0x40, 2, 1, 0 }, 24, -1 },
  { "run-longer-than-count", { TWCC (5), ABOUT (2), 0x3f, 0xff, 1, 1 }, 24, 2 },
  { "run-of-none", { TWCC (5), ABOUT (2), 0x20, 0, 0x20, 0 }, 24, -1 },
  { "vector-of-bits", { TWCC (6), ABOUT (14), 0xbf, 0x00, 1, 2, 3, 4, 5, 6, 7, 0 }, 28, 14 },
  { "vector-of-bits-short", { TWCC (5), ABOUT (14), 0xbf, 0x80, 1, 2 }, 24, -1 },
  { "vector-of-pairs", { TWCC (6), ABOUT (7), 0xd9, 0x00, 1, 0, 2, 1, 0, 0 }, 28, 7 },
  { "vector-of-pairs-short", { TWCC (5), ABOUT (7), 0xea, 0xaa, 1, 2 }, 24, -1 },
  { "no-chunks", { TWCC (4), ABOUT (1) }, 20, -1 },
  { "no-packets", { TWCC (4), ABOUT (0) }, 20, 0 },
  { "no-count", { TWCC (3), 0, 1, 0, 9 }, 16, -1 },
  { "no-media", { 0x8f, 205, 0, 1, 0, 0, 0, 1 }, 8, -1 },
  { "claims-65535-received", { TWCC (5), ABOUT (65535), 0x3f, 0xff, 0, 0 }, 24, -1 },
  { "claims-65535-lost",
    { TWCC (9), ABOUT (65535), 0x1f, 0xff, 0x1f, 0xff, 0x1f, 0xff, 0x1f, 0xff, 0x1f,
      0xff,     0x1f,          0xff, 0x1f, 0xff, 0x1f, 0xff, 0,    7,    0,    0 },
    40,
    65535 },
  { "summed", { TWCC (5), ABOUT (7), 0x00, 7, 0, 0, TWCC (5), ABOUT (2), 0x20, 2, 10, 20 }, 48, 9 },

  { "padded",
    { 0xaf, 205, 0, 6, 0, 0, 0, 1, 0, 0, 0, 2, ABOUT (2), 0x20, 2, 1, 2, 0, 0, 0, 4 },
    28,
    2 },
  { "times-in-padding",
    { 0xaf, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, ABOUT (2), 0x20, 2, 1, 2 },
    24,
    -1 },
  { "padding-of-none", { 0xa0, 201, 0, 1, 0, 0, 0, 0 }, 8, -1 },
  { "padding-longer-than-packet", { 0xa0, 201, 0, 1, 0, 0, 0, 5 }, 8, -1 },
  { "nothing-but-header", { 0xaf, 205, 0, 0 }, 4, -1 },

  { "nack", { NACK (3), 0, 5, 0x80, 0x01 }, 16, 3 },
  { "nack-all", { NACK (4), 0, 5, 0xff, 0xff, 0, 99, 0, 0 }, 20, 18 },
  { "nack-of-none", { NACK (2) }, 12, 0 },
  { "nack-cut", { 0x81, 205, 0, 1, 0, 0, 0, 1 }, 8, -1 },
};

static void
test_case (gconstpointer data)
{
  const Case        *row = data;
  guint              n_reports = 0;
  g_autofree guint8 *copy = g_memdup2 (row->data, MAX (row->size, 1));

  /* From memory of just that size, so that nobody looks past the end unseen. */
  g_assert_cmpint (vis_rtcp_measure (copy, row->size, &n_reports), ==, row->reports >= 0);
  if (row->reports >= 0)
    g_assert_cmpuint (n_reports, ==, (guint) row->reports);
}

/* Report blocks ------------------------------------------------------------------------------- */

/* Of the source 7: a quarter lost, the highest packet 9, the jitter 0x0102, the last sender report
 * at b705:2000 and 5.25 s old, as in the example of RFC 3550, section 6.4.1. */
#define BLOCK 0, 0, 0, 7, 64, 0, 0, 1, 0, 0, 0, 9, 0, 0, 1, 2, 0xb7, 5, 0x20, 0, 0, 5, 0x40, 0

/* Of the source 8, without anything. */
#define EMPTY_BLOCK  0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0

#define RR(n, words) 0x80 | (n), 201, 0, words, 0, 0, 0, 1
#define SR(n, words)                                                                               \
  0x80 | (n), 200, 0, words, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0

static const struct
{
  const char *name;
  guint8      data[96];
  gsize       size;
  guint       n;
  guint32     ssrcs[2]; /* of as many as there is room for */
} reports[] = {
  { "empty", { 0 }, 0, 0, { 0 } },
  { "none", { RECEIVER_REPORT }, 8, 0, { 0 } },
  { "receiver", { RR (1, 7), BLOCK }, 32, 1, { 7 } },
  { "two", { RR (2, 13), BLOCK, EMPTY_BLOCK }, 56, 2, { 7, 8 } },
  { "sender", { SR (1, 12), EMPTY_BLOCK }, 52, 1, { 8 } },
  { "behind-feedback", { PLI, RR (1, 7), BLOCK }, 44, 1, { 7 } },
  { "in-a-row", { RR (1, 7), EMPTY_BLOCK, RR (1, 7), BLOCK }, 64, 2, { 8, 7 } },
  { "more-than-room", { RR (3, 19), BLOCK, EMPTY_BLOCK, BLOCK }, 80, 2, { 7, 8 } },
  { "claims-two", { RR (2, 7), BLOCK }, 32, 1, { 7 } },
  { "claims-31", { RR (31, 1) }, 8, 0, { 0 } },
  { "cut", { RR (1, 6), BLOCK }, 28, 0, { 0 } },
  { "cut-sender", { SR (0, 1) }, 8, 0, { 0 } },
  { "length-beyond-end", { RR (1, 8), BLOCK }, 32, 0, { 0 } },
  { "wrong-version", { 0x41, 201, 0, 7, 0, 0, 0, 1, BLOCK }, 32, 0, { 0 } },
};

static void
test_reports (gconstpointer data)
{
  const guint        row = GPOINTER_TO_UINT (data);
  VisRtcpReport      found[2];
  g_autofree guint8 *copy = g_memdup2 (reports[row].data, MAX (reports[row].size, 1));
  guint n = vis_rtcp_read_reports (copy, reports[row].size, found, G_N_ELEMENTS (found));

  g_assert_cmpuint (n, ==, reports[row].n);
  for (guint i = 0; i < n; i++)
    {
      gboolean full = reports[row].ssrcs[i] == 7;

      g_assert_cmpuint (found[i].ssrc, ==, reports[row].ssrcs[i]);
      g_assert_cmpuint (found[i].fraction_lost, ==, full ? 64 : 0);
      g_assert_cmpuint (found[i].jitter, ==, full ? 0x0102 : 0);
      g_assert_cmpuint (found[i].last_sr, ==, full ? 0xb7052000 : 0);
      g_assert_cmpuint (found[i].delay, ==, full ? 0x00054000 : 0);
    }
}

/* The example of RFC 3550, section 6.4.1: it comes at 11:33:36.5 UTC on 10 November 1995. */
#define ARRIVAL (G_GINT64_CONSTANT (816003216) * G_USEC_PER_SEC + 500000)

static const struct
{
  VisRtcpReport report;
  gint64        now;
  double        rtt;
} trips[] = {
  { { .last_sr = 0xb7052000, .delay = 0x00054000 }, ARRIVAL, 6125 },
  { { .last_sr = 0xb7052000, .delay = 0x00054000 }, ARRIVAL - 6 * G_USEC_PER_SEC, 125 },
  /* Received before it was sent; no sender report; the 16 bits of seconds wrap in between. */
  { { .last_sr = 0xb7052000, .delay = 0x00054000 }, ARRIVAL - 7 * G_USEC_PER_SEC, 0 },
  { { .last_sr = 0, .delay = 0 }, ARRIVAL, 0 },
  { { .last_sr = 0xffff0000, .delay = 0 },
    ARRIVAL + G_GINT64_CONSTANT (18673) * G_USEC_PER_SEC,
    2500 },
};

static void
test_round_trip (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (trips); i++)
    g_assert_cmpfloat (vis_rtcp_report_get_rtt (&trips[i].report, trips[i].now), ==, trips[i].rtt);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/protocol/rtcp/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  for (guint i = 0; i < G_N_ELEMENTS (reports); i++)
    {
      g_autofree char *path = g_strdup_printf ("/protocol/rtcp/reports/%s", reports[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_reports);
    }
  g_test_add_func ("/protocol/rtcp/round-trip", test_round_trip);

  return g_test_run ();
}
