/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-engine.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <glib-unix.h>

#include "vis-server-limits.h"
#include "vis-socket-private.h"

/* All sockets are one source of the main loop: GMainContext looks at each of its descriptors in
 * each turn, and ten thousand of them cost more than the work itself. epoll costs what happens. */

#define EVENTS_PER_TURN 512

static void
flush_all (VisEngine *self)
{
  GList *link;

  while ((link = g_queue_pop_head_link (&self->dirty)) != NULL)
    {
      VisSocket *socket = link->data;

      socket->is_dirty = FALSE;
      vis_socket_flush (socket);
    }
}

/* Sockets are freed between turns, never below a caller that still holds one. */
static void
bury_all (VisEngine *self)
{
  GList *link;

  while ((link = g_queue_pop_head_link (&self->dead)) != NULL)
    vis_socket_free (link->data);
}

static gboolean
prepare (GSource *source, int *timeout)
{
  VisEngine *self = (VisEngine *) source;
  gint64     now = g_source_get_time (source);

  self->now = now;
  flush_all (self);
  bury_all (self);
  if (self->ready.length > 0)
    {
      *timeout = 0;
      return TRUE;
    }
  *timeout = (int) (MAX (0, self->tick - now) / 1000 + 1);
  return now >= self->tick;
}

static gboolean
check (GSource *source)
{
  VisEngine *self = (VisEngine *) source;

  return g_source_query_unix_fd (source, self->tag) != 0 || self->ready.length > 0 ||
         g_source_get_time (source) >= self->tick;
}

static void
turn_wheel (VisEngine *self)
{
  for (; self->now >= self->tick; self->tick += G_USEC_PER_SEC)
    {
      GQueue *due = &self->wheel[(guint) (self->tick / G_USEC_PER_SEC) % VIS_WHEEL_SLOTS];

      for (guint n = due->length; n > 0 && due->length > 0; n--)
        {
          VisSocket *socket = g_queue_pop_head_link (due)->data;

          socket->slot = VIS_WHEEL_SLOTS;
          vis_engine_reschedule (self, socket, vis_socket_check (socket));
        }
    }
}

/* In turns, until enough is read for this turn of the loop: something else may want its own. */
static void
read_ready (VisEngine *self)
{
  while (self->ready.length > 0 && self->turn > 0)
    {
      VisSocket *socket = g_queue_pop_head_link (&self->ready)->data;

      socket->is_ready = FALSE;
      vis_socket_read (socket);
    }
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  VisEngine         *self = (VisEngine *) source;
  struct epoll_event events[EVENTS_PER_TURN];
  int                n;

  self->now = g_source_get_time (source);
  self->turn = VIS_SERVER_TURN_BYTES;
  n = epoll_wait (self->epoll, events, EVENTS_PER_TURN, 0);
  for (int i = 0; i < n; i++)
    {
      VisSocket *socket = events[i].data.ptr;

      if (events[i].events & EPOLLOUT)
        vis_socket_flush (socket);
      if (socket->paused && events[i].events & (EPOLLHUP | EPOLLERR))
        vis_socket_die (socket);
      else if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        {
          /* A message between two people does not wait for those who fill their lines. */
          if (vis_socket_is_light (socket))
            vis_socket_read (socket);
          else
            vis_engine_mark_ready (self, socket);
        }
    }
  read_ready (self);

  turn_wheel (self);
  return G_SOURCE_CONTINUE;
}

static void
finalize (GSource *source)
{
  VisEngine *self = (VisEngine *) source;

  close (self->epoll);
}

static GSourceFuncs funcs = {
  .prepare = prepare,
  .check = check,
  .dispatch = dispatch,
  .finalize = finalize,
};

/**
 * vis_engine_new:
 * @context: (nullable): where it runs, %NULL for the default main context
 *
 * The engine that drives all WebSockets of the server.
 *
 * Returns: (transfer full): an engine; free it with vis_engine_free()
 */
VisEngine *
vis_engine_new (GMainContext *context)
{
  GSource   *source = g_source_new (&funcs, sizeof (VisEngine));
  VisEngine *self = (VisEngine *) source;

  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll < 0)
    g_error ("No epoll: %s", g_strerror (errno));
  self->now = g_get_monotonic_time ();
  self->tick = (self->now / G_USEC_PER_SEC + 1) * G_USEC_PER_SEC;
  for (guint i = 0; i < VIS_WHEEL_SLOTS; i++)
    g_queue_init (&self->wheel[i]);
  g_source_set_static_name (source, "[visavis] sockets");
  self->tag = g_source_add_unix_fd (source, self->epoll, G_IO_IN);
  g_source_attach (source, context);
  return self;
}

/**
 * vis_engine_free:
 * @self: (transfer full): an engine
 *
 * Drops all sockets; their owners hear of it.
 */
void
vis_engine_free (VisEngine *self)
{
  for (guint i = 0; i < VIS_WHEEL_SLOTS; i++)
    while (self->wheel[i].head != NULL)
      vis_socket_die (self->wheel[i].head->data);
  bury_all (self);
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

/**
 * vis_engine_close_all:
 * @self: an engine
 * @code: the close code
 *
 * Says goodbye to everybody.
 */
void
vis_engine_close_all (VisEngine *self, guint16 code)
{
  g_autoptr (GPtrArray) sockets = g_ptr_array_new ();

  for (guint i = 0; i < VIS_WHEEL_SLOTS; i++)
    for (GList *l = self->wheel[i].head; l != NULL; l = l->next)
      g_ptr_array_add (sockets, l->data);
  for (guint i = 0; i < sockets->len; i++)
    vis_socket_close (g_ptr_array_index (sockets, i), code);
}

/**
 * vis_engine_get_n_sockets:
 * @self: an engine
 *
 * Returns: how many sockets there are, closing ones included
 */
guint
vis_engine_get_n_sockets (VisEngine *self)
{
  return self->n_sockets;
}

/**
 * vis_engine_adopt:
 * @self: an engine
 * @stream: the stream of an upgraded connection, plain or TLS
 * @connection: the socket below it
 * @handler: (transfer none): what to call, valid for ever
 * @owner: passed to @handler
 *
 * Takes over a connection after the upgrade to the WebSocket protocol.
 *
 * Returns: (transfer none): the socket, valid until @handler's `closed` was called
 */
VisSocket *
vis_engine_adopt (VisEngine              *self,
                  GIOStream              *stream,
                  GSocket                *connection,
                  const VisSocketHandler *handler,
                  gpointer                owner)
{
  VisSocket         *socket = vis_socket_new (self, stream, connection);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = socket };

  socket->handler = handler;
  socket->owner = owner;
  self->now = g_get_monotonic_time ();
  socket->created = socket->heard = socket->pinged = self->now;
  socket->events = EPOLLIN;
  socket->slot = VIS_WHEEL_SLOTS;
  self->n_sockets++;
  vis_engine_reschedule (self, socket, vis_socket_check (socket));
  if (epoll_ctl (self->epoll, EPOLL_CTL_ADD, socket->fd, &event) != 0)
    g_debug ("A socket can't be watched: %s", g_strerror (errno));
  /* libsoup may have read the first frame together with the request. */
  vis_engine_mark_ready (self, socket);
  return socket;
}

void
vis_engine_watch (VisEngine *self, VisSocket *socket, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = socket };

  if (socket->events == events || socket->dead)
    return;
  socket->events = events;
  epoll_ctl (self->epoll, EPOLL_CTL_MOD, socket->fd, &event);
}

void
vis_engine_mark_dirty (VisEngine *self, VisSocket *socket)
{
  if (socket->is_dirty || socket->dead)
    return;
  socket->is_dirty = TRUE;
  g_queue_push_tail_link (&self->dirty, &socket->dirty);
}

void
vis_engine_mark_ready (VisEngine *self, VisSocket *socket)
{
  if (socket->is_ready || socket->dead)
    return;
  socket->is_ready = TRUE;
  if (vis_socket_is_light (socket))
    g_queue_push_head_link (&self->ready, &socket->ready);
  else
    g_queue_push_tail_link (&self->ready, &socket->ready);
}

void
vis_engine_reschedule (VisEngine *self, VisSocket *socket, guint seconds)
{
  if (socket->dead || seconds == 0)
    return;
  if (socket->slot < VIS_WHEEL_SLOTS)
    g_queue_unlink (&self->wheel[socket->slot], &socket->timer);
  socket->slot = (guint) (self->now / G_USEC_PER_SEC + seconds + 1) % VIS_WHEEL_SLOTS;
  g_queue_push_tail_link (&self->wheel[socket->slot], &socket->timer);
}

void
vis_engine_retire (VisEngine *self, VisSocket *socket)
{
  if (socket->fd < 0)
    return;
  epoll_ctl (self->epoll, EPOLL_CTL_DEL, socket->fd, NULL);
  socket->fd = -1;
  self->n_sockets--;
  if (socket->is_dirty)
    g_queue_unlink (&self->dirty, &socket->dirty);
  if (socket->is_ready)
    g_queue_unlink (&self->ready, &socket->ready);
  if (socket->slot < VIS_WHEEL_SLOTS)
    g_queue_unlink (&self->wheel[socket->slot], &socket->timer);
  socket->is_dirty = socket->is_ready = FALSE;
  socket->slot = VIS_WHEEL_SLOTS;
  g_queue_push_tail_link (&self->dead, &socket->dirty);
}
