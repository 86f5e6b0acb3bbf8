/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VisHandshakes:
 *
 * The TLS handshakes that are under way. Each occupies a thread of GIO until the other side has
 * answered, so it begins only with a complete ClientHello, and each client has only few at once.
 */
typedef struct _VisHandshakes VisHandshakes;

/**
 * VisHandshakeDone:
 * @stream: the TLS stream of a connection, after the handshake
 * @connection: (transfer none): the socket below it
 * @data: what was given to vis_handshakes_new()
 */
typedef void (*VisHandshakeDone) (GIOStream *stream, GSocket *connection, gpointer data);

VisHandshakes *vis_handshakes_new (VisHandshakeDone done, gpointer data) G_GNUC_WARN_UNUSED_RESULT;
void           vis_handshakes_free (VisHandshakes *self);
void           vis_handshakes_add (VisHandshakes   *self,
                                   GSocket         *connection,
                                   GTlsCertificate *certificate,
                                   const char      *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisHandshakes, vis_handshakes_free)

G_END_DECLS
