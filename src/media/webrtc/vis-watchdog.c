/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-watchdog.h"

#include "vis-limits.h"

#define MS(x) ((x) *G_GINT64_CONSTANT (1000))

/**
 * vis_watchdog_arm:
 * @self: a watchdog
 * @now: the time
 *
 * Starts the watch: the path is known to work at @now.
 */
void
vis_watchdog_arm (VisWatchdog *self, gint64 now)
{
  *self = (VisWatchdog){ .heard = now, .ticked = now, .armed = TRUE };
}

/**
 * vis_watchdog_disarm:
 * @self: a watchdog
 *
 * Ends the watch; nothing is said any more.
 */
void
vis_watchdog_disarm (VisWatchdog *self)
{
  *self = (VisWatchdog){ 0 };
}

/**
 * vis_watchdog_hear:
 * @self: a watchdog
 * @now: when something came from the other side
 *
 * Tells that the path carried something.
 *
 * Returns: [enum@Vis.WatchdogVerdict.RECOVERED] if it was thought lost
 */
VisWatchdogVerdict
vis_watchdog_hear (VisWatchdog *self, gint64 now)
{
  if (!self->armed)
    return VIS_WATCHDOG_NOTHING;

  self->heard = MAX (self->heard, now);
  self->deadline = 0;
  if (!self->lost)
    return VIS_WATCHDOG_NOTHING;

  self->lost = FALSE;
  return VIS_WATCHDOG_RECOVERED;
}

/**
 * vis_watchdog_probe:
 * @self: a watchdog
 * @now: when the network changed
 *
 * Tells that the path may have gone: the next silence is judged sooner. The caller pings at once.
 */
void
vis_watchdog_probe (VisWatchdog *self, gint64 now)
{
  if (self->armed && !self->lost)
    self->deadline = now + MS (VIS_WATCHDOG_PROBE_MS);
}

/**
 * vis_watchdog_tick:
 * @self: a watchdog
 * @now: the time
 *
 * Judges the silence so far.
 *
 * Returns: [enum@Vis.WatchdogVerdict.LOST] once, when it has lasted too long
 */
VisWatchdogVerdict
vis_watchdog_tick (VisWatchdog *self, gint64 now)
{
  gint64 gap = now - self->ticked;

  if (!self->armed)
    return VIS_WATCHDOG_NOTHING;

  /* If we ourselves did not run for a second (a stopped process, a starved machine), the silence
   * is ours: what came meanwhile has not been counted yet. */
  self->ticked = now;
  if (gap > MS (1000))
    {
      self->heard = MAX (self->heard, now - MS (VIS_LIMIT_MEDIA_SILENCE_MS) + MS (1000));
      if (self->deadline != 0)
        self->deadline = now + MS (VIS_WATCHDOG_PROBE_MS);
    }

  if (self->lost)
    return VIS_WATCHDOG_NOTHING;
  if (now - self->heard < MS (VIS_LIMIT_MEDIA_SILENCE_MS) &&
      (self->deadline == 0 || now < self->deadline))
    return VIS_WATCHDOG_NOTHING;

  self->lost = TRUE;
  self->deadline = 0;
  return VIS_WATCHDOG_LOST;
}
