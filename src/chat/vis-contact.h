/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisContactState:
 *
 * The state between this person and another one (protocol, section 4).
 */
typedef enum
{
  VIS_CONTACT_NONE,
  VIS_CONTACT_MUTUAL,
  VIS_CONTACT_REQUESTED, /* this person has asked */
  VIS_CONTACT_INCOMING,  /* the other one has asked */
  VIS_CONTACT_BLOCKED,
} VisContactState;

#define VIS_TYPE_CONTACT_STATE (vis_contact_state_get_type ())
GType vis_contact_state_get_type (void);

typedef enum
{
  VIS_PRESENCE_OFFLINE,
  VIS_PRESENCE_AWAY,
  VIS_PRESENCE_ONLINE,
} VisPresence;

#define VIS_TYPE_PRESENCE (vis_presence_get_type ())
GType vis_presence_get_type (void);

/**
 * VisContact:
 *
 * Another user. Read-only properties: `user`, `name` (never empty: the user name if there is no
 * display name), `state`, `presence`, `last-seen` (milliseconds since 1970, 0 for unknown).
 */
#define VIS_TYPE_CONTACT (vis_contact_get_type ())
G_DECLARE_FINAL_TYPE (VisContact, vis_contact, VIS, CONTACT, GObject)

const char     *vis_contact_get_user (VisContact *self);
const char     *vis_contact_get_name (VisContact *self);
VisContactState vis_contact_get_state (VisContact *self);
VisPresence     vis_contact_get_presence (VisContact *self);
gint64          vis_contact_get_last_seen (VisContact *self);

G_END_DECLS
