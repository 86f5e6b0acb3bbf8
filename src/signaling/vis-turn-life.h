/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* After a refresh that failed. */
#define VIS_TURN_RETRY_MS 60000

guint vis_turn_life_refresh_ms (GPtrArray *ice_servers, gint64 wall_ms);

G_END_DECLS
