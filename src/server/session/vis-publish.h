/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-bus.h"
#include "vis-server-store.h"

G_BEGIN_DECLS

/* Builds bus items and publishes them, to this node too. */

void vis_publish_events (VisBus *bus, VisServerStoreOp *op);
void vis_publish_passing (VisBus *bus, gint64 user, VisMessage *event);
void vis_publish_presence (VisBus *bus, gint64 to, const char *user, gboolean online);
void vis_publish_call (VisBus *bus, gint64 user, gint64 device, VisMessage *frame);
void vis_publish_people (VisBus *bus, gint64 user, const char *name, const VisStorePerson *other);
void vis_publish_kick (VisBus *bus, gint64 user, gint64 device, gint64 before, guint16 code);

G_END_DECLS
