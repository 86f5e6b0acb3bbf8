/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-meter.h"

/**
 * vis_meter_count:
 * @self: a meter
 * @connection: (nullable): where packets come in; once it is gone the counters stay as they were
 * @receivers: what plays them
 * @senders: what sends others
 *
 * Reads the counters as they are now.
 */
void
vis_meter_count (VisMeter          *self,
                 VisPeerConnection *connection,
                 VisReceivers      *receivers,
                 VisSenders        *senders)
{
  if (connection == NULL)
    return;

  vis_webrtc_bridge_get_received (
    connection->bridge, &self->stats.packets_received, &self->stats.bytes_received);
  vis_receivers_get_stats (receivers, &self->stats);
  vis_senders_get_stats (senders, &self->stats);
}

/**
 * vis_meter_measure:
 * @self: a meter
 * @connection: where packets come in
 * @receivers: what plays them
 * @senders: what sends others
 *
 * Measures how much comes and goes in a second. May be called as often as one likes.
 *
 * Returns: whether a second has passed and there are new numbers
 */
gboolean
vis_meter_measure (VisMeter          *self,
                   VisPeerConnection *connection,
                   VisReceivers      *receivers,
                   VisSenders        *senders)
{
  gint64 now = g_get_monotonic_time ();
  double seconds = (double) (now - self->at) / G_USEC_PER_SEC;

  if (seconds < 1)
    return FALSE;

  vis_meter_count (self, connection, receivers, senders);
  if (self->at != 0)
    {
      double in = (double) (self->stats.bytes_received - self->in);
      double out = (double) (self->stats.bytes_sent - self->out);

      self->stats.bitrate_in = (guint) (8.0 * in / seconds);
      self->stats.bitrate_out = (guint) (8.0 * out / seconds);
    }
  self->at = now;
  self->in = self->stats.bytes_received;
  self->out = self->stats.bytes_sent;

  return TRUE;
}
