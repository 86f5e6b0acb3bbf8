/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-codec.h"
#include "vis-server-counters.h"
#include "vis-server-store.h"
#include "vis-tally.h"

G_BEGIN_DECLS

/**
 * VisPeer:
 *
 * A device at the other end of a connection: who it is once that is known, how far it is in the
 * events of its user, and what it may still ask for.
 */
typedef struct _VisPeer VisPeer;

/**
 * VisPeerSink:
 * @send: sends a whole text message
 * @owe: says how long an answer may be that is going to be sent; negative once it was
 * @get_pending: how much the other side has not taken yet, in bytes
 * @set_greeted: it is known who the other side is
 * @close: ends the connection with a code of RFC 6455, section 7.4, and calls
 *   vis_peer_disconnect() at once
 *
 * Where a peer says something: a WebSocket, or what a test has in its place.
 */
typedef struct
{
  void (*send) (gpointer sink, const char *text, gsize length);
  void (*owe) (gpointer sink, gssize bytes);
  gsize (*get_pending) (gpointer sink);
  void (*set_greeted) (gpointer sink);
  void (*close) (gpointer sink, guint16 code);
} VisPeerSink;

/**
 * VisPeerHandler:
 * @hello: the first request came; vis_peer_identify() says who it is, or it is closed
 * @request: another request came, well formed
 * @gone: a peer that had been identified has no connection any more
 *
 * Who does what peers ask for.
 */
typedef struct
{
  void (*hello) (VisPeer *peer, VisMessage *request, gpointer owner);
  void (*request) (VisPeer *peer, VisMessage *request, gpointer owner);
  void (*gone) (VisPeer *peer, gpointer owner);
} VisPeerHandler;

/**
 * VisPeerContext:
 * @store: has the events
 * @counters: what is counted
 * @ungreeted: by client, the peers of which it is not known yet who they are
 * @rate_limits: whether too many frames are refused
 * @handler: does what they ask for
 * @owner: passed to @handler
 *
 * What all peers of a server have in common. It outlives them.
 */
typedef struct
{
  VisServerStore       *store;
  VisServerCounters    *counters;
  VisTally             *ungreeted;
  gboolean              rate_limits;
  const VisPeerHandler *handler;
  gpointer              owner;
} VisPeerContext;

VisPeer      *vis_peer_new (const VisPeerContext *context, const char *client);
VisPeer      *vis_peer_ref (VisPeer *self);
void          vis_peer_unref (VisPeer *self);
void          vis_peer_set_sink (VisPeer *self, const VisPeerSink *sink, gpointer data);
void          vis_peer_disconnect (VisPeer *self);

gboolean      vis_peer_is_connected (VisPeer *self);
GCancellable *vis_peer_get_cancellable (VisPeer *self);
const char   *vis_peer_get_client (VisPeer *self);
gint64        vis_peer_get_user (VisPeer *self);
gint64        vis_peer_get_device (VisPeer *self);
const char   *vis_peer_get_user_name (VisPeer *self);
const char   *vis_peer_get_name (VisPeer *self);
const char   *vis_peer_get_device_id (VisPeer *self);

void          vis_peer_take_text (VisPeer *self, const char *data, gsize length);
void          vis_peer_take_drained (VisPeer *self);
void          vis_peer_identify (VisPeer *self, const VisStoreAccount *account);
void          vis_peer_resume (VisPeer *self, gint64 pushed, gint64 seen);
void          vis_peer_catch_up (VisPeer *self);

void          vis_peer_send (VisPeer *self, const VisMessage *message);
void          vis_peer_send_written (VisPeer *self, const char *text, gsize length);
void          vis_peer_send_event (VisPeer *self, const VisMessage *event);
void          vis_peer_send_text (VisPeer *self, const char *text, gsize length);
void          vis_peer_push (VisPeer *self, gint64 seq, const char *text, gsize length);
void          vis_peer_skip (VisPeer *self, gint64 seq);
void          vis_peer_notice (VisPeer *self, gint64 seq);
void          vis_peer_answer_error (
           VisPeer *self, const char *request, VisProtocolError code, const char *text, guint retry_ms);
void vis_peer_answer_ok (VisPeer *self, const VisMessage *request);
void vis_peer_begin (VisPeer *self, const VisMessage *request);
void vis_peer_end (VisPeer *self, const VisMessage *request);
void vis_peer_close (VisPeer *self, guint16 code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisPeer, vis_peer_unref)

G_END_DECLS
