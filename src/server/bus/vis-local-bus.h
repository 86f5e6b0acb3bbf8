/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-bus.h"

G_BEGIN_DECLS

#define VIS_TYPE_LOCAL_BUS (vis_local_bus_get_type ())
G_DECLARE_FINAL_TYPE (VisLocalBus, vis_local_bus, VIS, LOCAL_BUS, GObject)

VisBus *vis_local_bus_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
