/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisIceServers:
 * @stun: (nullable): `stun://host:port`
 * @turn: (array zero-terminated=1): `turn(s)://user:secret@host:port?transport=…`
 *
 * The servers that help to find a path, in the form that webrtcbin wants.
 */
typedef struct
{
  char      *stun;
  GPtrArray *turn;
} VisIceServers;

VisIceServers *vis_ice_servers_new (GPtrArray *messages) G_GNUC_WARN_UNUSED_RESULT;
void           vis_ice_servers_free (VisIceServers *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisIceServers, vis_ice_servers_free)

G_END_DECLS
