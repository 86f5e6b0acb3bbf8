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
 * The server's side of one connection of a device: its identity after hello, the seq up to which it
 * has the events of its user, and its rate limit.
 */
typedef struct _VisPeer VisPeer;

/**
 * VisPeerSink:
 * @send: sends a text message
 * @owe: reserves the maximum size of a pending answer, in bytes; negative to release it
 * @get_pending: the output that is not sent yet, in bytes
 * @set_greeted: hello was accepted: lifts the limits of an unauthenticated connection
 * @close: closes the connection with a code of RFC 6455, section 7.4, and calls
 *   vis_peer_disconnect() before it returns
 *
 * The output of a peer: a WebSocket, or a fake in a test.
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
 * @hello: the first request was received; to be followed by vis_peer_identify() or a close
 * @request: another well-formed request was received
 * @gone: the connection of a peer that had been identified was closed
 *
 * Handles the requests of peers.
 */
typedef struct
{
  void (*hello) (VisPeer *peer, VisMessage *request, gpointer owner);
  void (*request) (VisPeer *peer, VisMessage *request, gpointer owner);
  void (*gone) (VisPeer *peer, gpointer owner);
} VisPeerHandler;

/**
 * VisPeerContext:
 * @store: has the durable events
 * @counters: the server's metrics
 * @ungreeted: number of peers before hello, by client address
 * @rate_limits: whether frames over the rate limit are refused
 * @handler: handles the requests
 * @owner: passed to @handler
 *
 * What all peers of a server share. It outlives them.
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
