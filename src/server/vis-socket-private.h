/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <wslay/wslay.h>

#include "vis-socket.h"

G_BEGIN_DECLS

#define VIS_WHEEL_SLOTS 128 /* seconds; more than any wait of a socket */

/* One WebSocket. Engine and socket are one thing in two files: the engine knows when, the socket
 * knows what. */
struct _VisSocket
{
  VisEngine              *engine;
  GIOStream              *stream;
  GSocket                *connection;
  GPollableInputStream   *in;
  GPollableOutputStream  *out;
  wslay_event_context_ptr ws;

  const VisSocketHandler *handler;
  gpointer                owner;

  GByteArray             *output;
  gsize                   written;
  gsize                   owed; /* answers that are still to come, in bytes */
  GQueue                  held; /* of GBytes: read, but not heard yet */

  GByteArray             *early; /* read before hello was answered, and not given to wslay yet */
  gsize                   given; /* how much of it is */

  double                  said; /* bytes, less those of long ago */
  gint64                  said_at;

  gint64                  created;
  gint64                  heard;
  gint64                  pinged;
  gint64                  linger; /* when to give up on a closing socket, 0 while open */
  gsize                   budget;
  int                     fd;
  guint32                 events;
  guint                   slot;

  GList                   timer; /* in a slot of the wheel */
  GList                   dirty; /* has output */
  GList                   ready; /* has input that epoll does not know of */
  guint                   is_dirty : 1;
  guint                   is_ready : 1;
  guint                   spoken : 1;  /* the first text has come */
  guint                   greeted : 1; /* and was a good hello */
  guint                   paused : 1;
  guint                   closing : 1;
  guint                   finished : 1;
  guint                   overflown : 1;
  guint                   dead : 1;
};

struct _VisEngine
{
  GSource  source;
  int      epoll;
  gpointer tag;
  gint64   now; /* of this turn, in microseconds */
  gint64   tick;
  gsize    turn; /* bytes that may still be read and parsed in this turn */
  guint    n_sockets;
  GQueue   wheel[VIS_WHEEL_SLOTS];
  GQueue   dirty;
  GQueue   ready;
  GQueue   dead;
};

VisSocket *vis_socket_new (VisEngine *engine, GIOStream *stream, GSocket *connection);
void       vis_socket_free (VisSocket *self);
void       vis_socket_read (VisSocket *self);
void       vis_socket_flush (VisSocket *self);
void       vis_socket_die (VisSocket *self);
guint      vis_socket_check (VisSocket *self);
gboolean   vis_socket_is_light (VisSocket *self);

void       vis_engine_watch (VisEngine *self, VisSocket *socket, guint32 events);
void       vis_engine_mark_dirty (VisEngine *self, VisSocket *socket);
void       vis_engine_mark_ready (VisEngine *self, VisSocket *socket);
void       vis_engine_retire (VisEngine *self, VisSocket *socket);
void       vis_engine_reschedule (VisEngine *self, VisSocket *socket, guint seconds);

G_END_DECLS
