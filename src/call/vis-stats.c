/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-stats.h"

G_DEFINE_BOXED_TYPE (VisStats, vis_stats, vis_stats_copy, g_free)

VisStats *
vis_stats_copy (const VisStats *self)
{
  return g_memdup2 (self, sizeof *self);
}
