/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-contact.h"

G_BEGIN_DECLS

VisContact *vis_contact_new (const char *user) G_GNUC_WARN_UNUSED_RESULT;
void        vis_contact_set_name (VisContact *self, const char *name);
void        vis_contact_set_state (VisContact *self, VisContactState state);
void        vis_contact_set_presence (VisContact *self, VisPresence presence, gint64 last_seen);

G_END_DECLS
