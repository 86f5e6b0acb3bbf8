/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-path-search.h"

/* A path that is not found by then will not be found. */
#define CONNECT_MS (30 * 1000)

/* ICE gives up early when candidates come late; it may still be wrong for this long. */
#define ICE_GRACE_MS 5000

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
 * @ice_failed: whether ICE says that there is no path
 */
void
vis_path_search_update (VisPathSearch *self, gboolean ice_failed)
{
  if (!ice_failed)
    self->failed_at = 0;
  else if (self->failed_at == 0)
    self->failed_at = g_get_monotonic_time ();
}

/**
 * vis_path_search_is_over:
 * @self: a search
 *
 * Returns: whether no path will be found any more, unless there is one already
 */
gboolean
vis_path_search_is_over (const VisPathSearch *self)
{
  gint64 now = g_get_monotonic_time ();

  return (self->started_at != 0 &&
          now - self->started_at > CONNECT_MS * G_GINT64_CONSTANT (1000)) ||
         (self->failed_at != 0 && now - self->failed_at > ICE_GRACE_MS * G_GINT64_CONSTANT (1000));
}
