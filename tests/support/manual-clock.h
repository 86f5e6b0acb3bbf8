/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-clock.h"

G_BEGIN_DECLS

/* A clock that the test advances. */
#define MANUAL_TYPE_CLOCK (manual_clock_get_type ())
G_DECLARE_FINAL_TYPE (ManualClock, manual_clock, MANUAL, CLOCK, GObject)

ManualClock *manual_clock_new (void);
void         manual_clock_advance (ManualClock *self, guint ms);
guint        manual_clock_count (ManualClock *self);

G_END_DECLS
