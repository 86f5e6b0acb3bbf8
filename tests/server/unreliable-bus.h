/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-bus.h"

G_BEGIN_DECLS

#define TYPE_UNRELIABLE_BUS (unreliable_bus_get_type ())
G_DECLARE_FINAL_TYPE (UnreliableBus, unreliable_bus, UNRELIABLE, BUS, GObject)

/**
 * UnreliableBus:
 *
 * A bus that does what one may: it loses items, repeats them, and is late with them in any order.
 */
UnreliableBus *unreliable_bus_new (void) G_GNUC_WARN_UNUSED_RESULT;
void           unreliable_bus_hold (UnreliableBus *self);
guint          unreliable_bus_count (UnreliableBus *self);
guint          unreliable_bus_get_n_held (UnreliableBus *self);
void           unreliable_bus_answer (UnreliableBus *self, const GError *error);
void           unreliable_bus_set_bad (UnreliableBus *self, gboolean bad);
void           unreliable_bus_deliver_late (UnreliableBus *self);
guint          unreliable_bus_get_n_lost (UnreliableBus *self);

G_END_DECLS
