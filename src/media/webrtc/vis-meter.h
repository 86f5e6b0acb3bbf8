/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-peer-connection.h"
#include "vis-receivers.h"
#include "vis-senders.h"
#include "vis-stats.h"

G_BEGIN_DECLS

/**
 * VisMeter:
 * @stats: as of the last count
 * @at: when the rates were last measured, us
 * @in: how much had come by then, bytes
 * @out: how much had gone by then, bytes
 *
 * What a session counts and measures. All zero at first.
 */
typedef struct
{
  VisStats stats;
  gint64   at;
  guint64  in;
  guint64  out;
} VisMeter;

void     vis_meter_count (VisMeter          *self,
                          VisPeerConnection *connection,
                          VisReceivers      *receivers,
                          VisSenders        *senders);
gboolean vis_meter_measure (VisMeter          *self,
                            VisPeerConnection *connection,
                            VisReceivers      *receivers,
                            VisSenders        *senders);

G_END_DECLS
