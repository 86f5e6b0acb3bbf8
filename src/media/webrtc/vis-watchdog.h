/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisWatchdogVerdict:
 * @VIS_WATCHDOG_NOTHING: all is as it was
 * @VIS_WATCHDOG_LOST: nothing has come for too long
 * @VIS_WATCHDOG_RECOVERED: something came again
 *
 * What the watchdog of a media path has to say.
 */
typedef enum
{
  VIS_WATCHDOG_NOTHING,
  VIS_WATCHDOG_LOST,
  VIS_WATCHDOG_RECOVERED,
} VisWatchdogVerdict;

/**
 * VisWatchdog:
 *
 * Notices that a media path is dead, which ICE here does not. Pure: all times are inputs, in
 * microseconds of one clock that never jumps back.
 */
typedef struct
{
  gint64   heard;    /* when something last came */
  gint64   ticked;   /* when it was last asked */
  gint64   deadline; /* of a probe after the network changed, 0 for none */
  gboolean armed;
  gboolean lost;
} VisWatchdog;

void               vis_watchdog_arm (VisWatchdog *self, gint64 now);
void               vis_watchdog_disarm (VisWatchdog *self);
VisWatchdogVerdict vis_watchdog_hear (VisWatchdog *self, gint64 now);
void               vis_watchdog_probe (VisWatchdog *self, gint64 now);
VisWatchdogVerdict vis_watchdog_tick (VisWatchdog *self, gint64 now);

/* How often to tick and to ping. */
#define VIS_WATCHDOG_TICK_MS 250
#define VIS_WATCHDOG_PING_MS 1000

/* After a change of the network a path that lives answers within a round trip or two. */
#define VIS_WATCHDOG_PROBE_MS 1000

G_END_DECLS
