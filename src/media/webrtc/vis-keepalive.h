/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

#include "vis-watchdog.h"

G_BEGIN_DECLS

/**
 * VisKeepalive:
 *
 * Keeps a media path under watch: pings the other side over the data channel, answers its pings,
 * and lets the [struct@Vis.Watchdog] judge what comes back (protocol, section 5).
 */
typedef struct _VisKeepalive VisKeepalive;

/**
 * VisKeepaliveFunc:
 * @verdict: [enum@Vis.WatchdogVerdict.LOST] or [enum@Vis.WatchdogVerdict.RECOVERED]
 * @data: what was given to [func@Vis.keepalive_new]
 *
 * Called when the path is thought lost, and when it is back.
 */
typedef void (*VisKeepaliveFunc) (VisWatchdogVerdict verdict, gpointer data);

VisKeepalive *vis_keepalive_new (VisKeepaliveFunc func, gpointer data) G_GNUC_WARN_UNUSED_RESULT;
void          vis_keepalive_free (VisKeepalive *self);

gboolean      vis_keepalive_take_channel (VisKeepalive *self, GObject *channel);
void          vis_keepalive_ping (VisKeepalive *self);
void          vis_keepalive_read (VisKeepalive *self, const char *text);

void          vis_keepalive_arm (VisKeepalive *self);
void          vis_keepalive_probe (VisKeepalive *self);
void          vis_keepalive_tick (VisKeepalive *self, gint64 heard);
void          vis_keepalive_close (VisKeepalive *self);
double        vis_keepalive_get_rtt (VisKeepalive *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisKeepalive, vis_keepalive_free)

G_END_DECLS
