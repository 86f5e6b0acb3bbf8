/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-rtcp.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  VisRtcpReport reports[4];
  guint         n_reports = 0;

  /* A run length chunk claims 8,191 packets in two bytes, the most for a byte. */
  if (vis_rtcp_measure (data, size, &n_reports))
    g_assert (n_reports <= 4096 * size);
  g_assert (vis_rtcp_read_reports (data, size, reports, G_N_ELEMENTS (reports)) <= size / 24);

  return 0;
}
