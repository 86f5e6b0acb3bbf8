/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-peer-socket.h"

/* Connects a VisPeer to a VisSocket, in both directions. */

static void
sink_send (gpointer sink, const char *text, gsize length)
{
  vis_socket_send (sink, text, length);
}

static void
sink_owe (gpointer sink, gssize bytes)
{
  vis_socket_reserve_reply (sink, bytes);
}

static gsize
sink_get_pending (gpointer sink)
{
  return vis_socket_get_pending (sink);
}

static void
sink_set_greeted (gpointer sink)
{
  vis_socket_set_greeted (sink);
}

static void
sink_close (gpointer sink, guint16 code)
{
  vis_socket_close (sink, code);
}

static const VisPeerSink sink = {
  .send = sink_send,
  .owe = sink_owe,
  .get_pending = sink_get_pending,
  .set_greeted = sink_set_greeted,
  .close = sink_close,
};

static void
on_text (VisSocket *socket, const char *data, gsize length, gpointer owner)
{
  vis_peer_take_text (owner, data, length);
}

static void
on_drained (VisSocket *socket, gpointer owner)
{
  vis_peer_take_drained (owner);
}

static void
on_closed (VisSocket *socket, gpointer owner)
{
  vis_peer_disconnect (owner);
}

static const VisSocketHandler handler = {
  .text = on_text,
  .drained = on_drained,
  .closed = on_closed,
};

/**
 * vis_peer_accept:
 * @context: what all peers share
 * @engine: the epoll engine of the socket
 * @stream: the stream of a connection that was upgraded to WebSocket
 * @connection: the #GSocket below @stream
 * @client: address of the client, of vis_token_bucket_key()
 *
 * Creates the peer of a new WebSocket. It lives until the socket is closed and its pending requests
 * are answered.
 */
void
vis_peer_accept (const VisPeerContext *context,
                 VisEngine            *engine,
                 GIOStream            *stream,
                 GSocket              *connection,
                 const char           *client)
{
  VisPeer *peer = vis_peer_new (context, client);

  vis_peer_set_sink (
    peer, &sink, vis_socket_new_adopted (engine, stream, connection, &handler, peer));
}
