/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisWakeMonitor:
 *
 * Says when a connection that seemed to be there may be gone, and one that was not possible may be
 * possible: the network changed, or the computer woke from sleep.
 *
 * Signal `wake`, on the main context. Where nobody can tell (no logind, no netlink), it is silent.
 */
#define VIS_TYPE_WAKE_MONITOR (vis_wake_monitor_get_type ())
G_DECLARE_FINAL_TYPE (VisWakeMonitor, vis_wake_monitor, VIS, WAKE_MONITOR, GObject)

VisWakeMonitor *vis_wake_monitor_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
