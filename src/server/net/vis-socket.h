/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-engine.h"

G_BEGIN_DECLS

/**
 * VisSocket:
 *
 * One WebSocket (RFC 6455), driven by a #VisEngine.
 */
typedef struct _VisSocket VisSocket;

/**
 * VisSocketHandler:
 * @text: a whole text message was received
 * @drained: all output is written to the kernel
 * @closed: the socket is closed or closing; the last call of all
 *
 * Callbacks to the owner of a socket, all on the thread of the engine.
 */
typedef struct
{
  void (*text) (VisSocket *socket, const char *data, gsize length, gpointer owner);
  void (*drained) (VisSocket *socket, gpointer owner);
  void (*closed) (VisSocket *socket, gpointer owner);
} VisSocketHandler;

VisSocket *vis_socket_new_adopted (VisEngine              *engine,
                                   GIOStream              *stream,
                                   GSocket                *connection,
                                   const VisSocketHandler *handler,
                                   gpointer                owner);
void       vis_socket_send (VisSocket *self, const char *data, gsize length);
void       vis_socket_close (VisSocket *self, guint16 code);
void       vis_socket_set_greeted (VisSocket *self);
void       vis_socket_reserve_reply (VisSocket *self, gssize bytes);
gsize      vis_socket_get_pending (VisSocket *self);

G_END_DECLS
