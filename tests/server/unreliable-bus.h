/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-bus.h"

G_BEGIN_DECLS

#define TYPE_UNRELIABLE_BUS (unreliable_bus_get_type ())
G_DECLARE_FINAL_TYPE (UnreliableBus, unreliable_bus, UNRELIABLE, BUS, GObject)

/**
 * BusMode:
 * @BUS_GOOD: delivers everything at once
 * @BUS_LOSES: delivers nothing
 * @BUS_DELAYS: delivers everything in unreliable_bus_deliver_late()
 * @BUS_BAD: picks one of these for each item, and repeats events
 */
typedef enum
{
  BUS_GOOD,
  BUS_LOSES,
  BUS_DELAYS,
  BUS_BAD,
} BusMode;

/**
 * UnreliableBus:
 *
 * A bus with all the faults that buses may have: it loses items, repeats them, and delivers them
 * late and in any order.
 */
UnreliableBus *unreliable_bus_new (void) G_GNUC_WARN_UNUSED_RESULT;
void           unreliable_bus_hold (UnreliableBus *self);
guint          unreliable_bus_count (UnreliableBus *self);
guint          unreliable_bus_get_n_held (UnreliableBus *self);
void           unreliable_bus_answer (UnreliableBus *self, const GError *error);
void           unreliable_bus_set (UnreliableBus *self, VisBusKind kind, BusMode mode);
void           unreliable_bus_deliver_late (UnreliableBus *self);
guint          unreliable_bus_get_n_lost (UnreliableBus *self);

G_END_DECLS
