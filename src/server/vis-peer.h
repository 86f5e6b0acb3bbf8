/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-codec.h"
#include "vis-socket.h"

G_BEGIN_DECLS

typedef struct _VisServer VisServer;

/**
 * VisPeer:
 *
 * A device at the other end of a socket: who it is once it has said hello, how far it is in the
 * events of its user, and what it may still ask for.
 */
typedef struct _VisPeer VisPeer;

void                    vis_peer_accept (
                     VisServer *server, VisEngine *engine, GIOStream *stream, GSocket *connection, const char *client);
VisPeer    *vis_peer_ref (VisPeer *self);
void        vis_peer_unref (VisPeer *self);

gint64      vis_peer_get_user (VisPeer *self);
gint64      vis_peer_get_device (VisPeer *self);
const char *vis_peer_get_user_name (VisPeer *self);
const char *vis_peer_get_name (VisPeer *self);
const char *vis_peer_get_device_id (VisPeer *self);
VisServer  *vis_peer_get_server (VisPeer *self);

void        vis_peer_send (VisPeer *self, const VisMessage *message);
void        vis_peer_send_event (VisPeer *self, const VisMessage *event);
void        vis_peer_send_text (VisPeer *self, const char *text, gsize length);
void        vis_peer_push (VisPeer *self, gint64 seq, const char *text, gsize length);
void        vis_peer_skip (VisPeer *self, gint64 seq);
void        vis_peer_notice (VisPeer *self, gint64 seq);
void        vis_peer_answer_error (
         VisPeer *self, const char *request, VisProtocolError code, const char *text, guint retry_ms);
void vis_peer_answer_ok (VisPeer *self, const VisMessage *request);
void vis_peer_begin (VisPeer *self, const VisMessage *request);
void vis_peer_end (VisPeer *self, const VisMessage *request);
void vis_peer_close (VisPeer *self, guint16 code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisPeer, vis_peer_unref)

G_END_DECLS
