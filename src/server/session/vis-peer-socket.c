/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-peer-socket.h"

/* A peer at a WebSocket: what one says, the other does. */

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
 * @context: what all peers have in common
 * @engine: what drives the socket
 * @stream: the stream of an upgraded connection
 * @connection: the socket below it
 * @client: where it comes from, of vis_token_bucket_key()
 *
 * Begins with a new socket. The peer lives as long as its socket and what it has asked for.
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
