/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-bus.h"

G_BEGIN_DECLS

VisBus *vis_bus_open (const char *uri, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
