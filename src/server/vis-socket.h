/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-engine.h"

G_BEGIN_DECLS

void  vis_socket_send (VisSocket *self, const char *data, gsize length);
void  vis_socket_close (VisSocket *self, guint16 code);
void  vis_socket_set_greeted (VisSocket *self);
void  vis_socket_reserve_reply (VisSocket *self, gssize bytes);
gsize vis_socket_get_pending (VisSocket *self);

G_END_DECLS
