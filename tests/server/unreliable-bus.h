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
 * @BUS_GOOD: brings everything at once
 * @BUS_LOSES: brings nothing
 * @BUS_DELAYS: brings everything with unreliable_bus_deliver_late()
 * @BUS_BAD: any of that, one by one, and repeats events
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
 * A bus that does what one may: it loses items, is late with them, and repeats events and mixes up
 * their order; what is no event comes in its order for each user.
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
