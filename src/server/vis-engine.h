/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _VisEngine VisEngine;
typedef struct _VisSocket VisSocket;

/**
 * VisSocketHandler:
 * @text: a whole text message came
 * @drained: everything that was sent is in the hands of the kernel
 * @closed: it is over; the last call of all
 *
 * What the owner of a socket hears of it, all on the thread of the engine.
 */
typedef struct
{
  void (*text) (VisSocket *socket, const char *data, gsize length, gpointer owner);
  void (*drained) (VisSocket *socket, gpointer owner);
  void (*closed) (VisSocket *socket, gpointer owner);
} VisSocketHandler;

VisEngine *vis_engine_new (GMainContext *context) G_GNUC_WARN_UNUSED_RESULT;
void       vis_engine_free (VisEngine *self);
void       vis_engine_close_all (VisEngine *self, guint16 code);
guint      vis_engine_get_n_sockets (VisEngine *self);

VisSocket *vis_engine_adopt (VisEngine              *self,
                             GIOStream              *stream,
                             GSocket                *connection,
                             const VisSocketHandler *handler,
                             gpointer                owner);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisEngine, vis_engine_free)

G_END_DECLS
