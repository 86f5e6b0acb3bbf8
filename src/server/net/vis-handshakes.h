/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VisHandshakes:
 *
 * The TLS handshakes that are under way. GIO gives each a thread until the other side has
 * answered, so it begins only when all of a ClientHello has come, and few of one client do at once.
 */
typedef struct _VisHandshakes VisHandshakes;

/**
 * VisHandshakeDone:
 * @stream: the stream of a connection that now speaks TLS
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
