/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Seconds that anybody waits for something in the background: the driver of a device may hang. */
#define VIS_BACKGROUND_PATIENCE_S 3

void     vis_background_hold (void);
void     vis_background_release (void);
gboolean vis_background_wait (void);

G_END_DECLS
