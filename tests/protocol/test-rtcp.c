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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/protocol/rtcp/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }

  return g_test_run ();
}
