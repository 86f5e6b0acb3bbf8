/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint vis_backoff_delay (guint attempt, guint base_ms, guint max_ms, double random);

G_END_DECLS
