/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-backoff.h"

/**
 * vis_backoff_delay:
 * @attempt: how many attempts have failed before this one, from 0
 * @base_ms: the longest wait of the first attempt, in milliseconds
 * @max_ms: the longest wait of any attempt, in milliseconds
 * @random: a random number from 0 up to, but not including, 1
 *
 * How long to wait before the next attempt: doubling, with equal jitter (half fixed, half random),
 * so that the clients of a server that comes back do not all knock at once.
 *
 * Returns: a delay from half of the bound to the bound, in milliseconds
 */
guint
vis_backoff_delay (guint attempt, guint base_ms, guint max_ms, double random)
{
  guint64 bound = base_ms;

  for (guint i = 0; i < attempt && bound < max_ms; i++)
    bound *= 2;
  bound = MIN (bound, max_ms);

  return (guint) (bound / 2 + (guint64) ((double) (bound - bound / 2) * CLAMP (random, 0.0, 1.0)));
}
