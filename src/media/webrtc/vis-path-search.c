/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-path-search.h"

/* A path that is not found by then will not be found. */
#define CONNECT_MS (30 * 1000)

/* ICE gives up early when candidates come late; it may still be wrong for this long. */
#define ICE_GRACE_MS 5000

/* A lost flight of the DTLS handshake is sent again after 1, 3 and 7 s (RFC 6347, section 4.2.4);
 * after that another connection is sooner. */
#define HANDSHAKE_MS 10000

static gboolean
is_past (gint64 since, gint64 ms)
{
  return since != 0 && g_get_monotonic_time () - since > ms * 1000;
}

static void
note (gint64 *since, gboolean is_so)
{
  if (!is_so)
    *since = 0;
  else if (*since == 0)
    *since = g_get_monotonic_time ();
}

/**
 * vis_path_search_start:
 * @self: a search
 *
 * Starts the search: the other side has described itself.
 */
void
vis_path_search_start (VisPathSearch *self)
{
  self->started_at = g_get_monotonic_time ();
}

/**
 * vis_path_search_update:
 * @self: a search
 * @state: what ICE says
 */
void
vis_path_search_update (VisPathSearch *self, GstWebRTCICEConnectionState state)
{
  note (&self->failed_at, state == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED);
  note (&self->connected_at,
        state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED ||
          state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED);
}

/**
 * vis_path_search_is_over:
 * @self: a search
 *
 * To be asked while the peer is not verified.
 *
 * Returns: whether to give up: no path was found, or the DTLS handshake on it did not end
 */
gboolean
vis_path_search_is_over (const VisPathSearch *self)
{
  return is_past (self->started_at, CONNECT_MS) || is_past (self->failed_at, ICE_GRACE_MS) ||
         is_past (self->connected_at, HANDSHAKE_MS);
}
