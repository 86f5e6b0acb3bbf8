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

/* All sockets are one GSource: GMainContext polls each descriptor in every iteration, and ten
 * thousand of them cost more than the work itself. The cost of epoll grows with the events alone.
 */

#define EVENTS_PER_TURN 512
#define WHEEL_SLOTS     128 /* seconds */
#define WHEEL_LONGEST   120 /* longest time between two checks of a client, in seconds */

struct _VisEngine
{
  GSource  source;
  int      epoll;
  gpointer tag;
  gint64   now; /* monotonic time of this iteration, in microseconds */
  gint64   tick;
  gsize    budget; /* bytes that may still be read and parsed in this iteration */
  guint    n_clients;
  GQueue wheel[WHEEL_SLOTS]; /* timer wheel: every client that is not retired, by its next check */
  GQueue dirty;
  GQueue ready;
  GQueue dead; /* to be freed */
};

static void
flush_all (VisEngine *self)
{
  GList *link;

  while ((link = g_queue_pop_head_link (&self->dirty)) != NULL)
    {
      VisEngineClient *client = link->data;

      client->is_dirty = FALSE;
      client->funcs->flush (client);
    }
}

/* Clients are freed between iterations, never below a caller that still has a pointer to one. */
static void
free_retired (VisEngine *self)
{
  GList *link;

  while ((link = g_queue_pop_head_link (&self->dead)) != NULL)
    {
      VisEngineClient *client = link->data;

      client->funcs->free (client);
    }
}

static gboolean
prepare (GSource *source, int *timeout)
{
  VisEngine *self = (VisEngine *) source;
  gint64     now = g_source_get_time (source);

  self->now = now;
  flush_all (self);
  free_retired (self);
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

/* Every client that is not retired stays in the wheel: it is also the list of all clients. */
static void
check_client (VisEngineClient *client)
{
  guint seconds = client->funcs->check (client);

  if (seconds == 0 && client->slot == WHEEL_SLOTS)
    seconds = WHEEL_LONGEST;
  vis_engine_client_reschedule (client, seconds);
}

static void
turn_wheel (VisEngine *self)
{
  for (; self->now >= self->tick; self->tick += G_USEC_PER_SEC)
    {
      GQueue *due = &self->wheel[(guint) (self->tick / G_USEC_PER_SEC) % WHEEL_SLOTS];

      for (guint n = due->length; n > 0 && due->length > 0; n--)
        {
          VisEngineClient *client = g_queue_pop_head_link (due)->data;

          client->slot = WHEEL_SLOTS;
          check_client (client);
        }
    }
}

/* Reads clients one after another until the budget of the iteration is spent: other sources of the
 * main loop have to run too. */
static void
read_ready (VisEngine *self)
{
  while (self->ready.length > 0 && self->budget > 0)
    {
      VisEngineClient *client = g_queue_pop_head_link (&self->ready)->data;

      client->is_ready = FALSE;
      client->funcs->read (client);
    }
}

/* Whether a client has sent little of late: it is read before those that send much. */
static gboolean
is_light (VisEngineClient *client)
{
  double elapsed = (double) (client->engine->now - client->read_rate_at) / G_USEC_PER_SEC;

  return client->read_rate - elapsed * VIS_SERVER_LIGHT_BYTES < VIS_SERVER_LIGHT_BYTES;
}

static void
take_events (VisEngineClient *client, guint32 events)
{
  /* An earlier event of this iteration, or its own flush, may have retired it. */
  if (events & EPOLLOUT && !client->retired)
    client->funcs->flush (client);
  if (client->retired)
    return;
  /* Without EPOLLIN the end of file is never read. */
  if (!(client->events & EPOLLIN) && events & (EPOLLHUP | EPOLLERR))
    client->funcs->drop (client);
  else if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
    {
      /* Read at once, so that a chat message does not wait for clients that send at full speed. */
      if (is_light (client))
        client->funcs->read (client);
      else
        vis_engine_client_mark_ready (client);
    }
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  VisEngine         *self = (VisEngine *) source;
  struct epoll_event events[EVENTS_PER_TURN];
  int                n;

  self->now = g_source_get_time (source);
  self->budget = VIS_SERVER_TURN_BYTES;
  n = epoll_wait (self->epoll, events, EVENTS_PER_TURN, 0);
  for (int i = 0; i < n; i++)
    take_events (events[i].data.ptr, events[i].events);
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

static GSourceFuncs source_funcs = {
  .prepare = prepare,
  .check = check,
  .dispatch = dispatch,
  .finalize = finalize,
};

/**
 * vis_engine_new:
 * @context: (nullable): the main context that runs it, %NULL for the default one
 *
 * Creates an epoll instance and attaches it to @context.
 *
 * Returns: (transfer full): an engine; free it with vis_engine_free()
 */
VisEngine *
vis_engine_new (GMainContext *context)
{
  GSource   *source = g_source_new (&source_funcs, sizeof (VisEngine));
  VisEngine *self = (VisEngine *) source;

  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll < 0)
    g_error ("No epoll: %s", g_strerror (errno));
  self->now = g_get_monotonic_time ();
  self->tick = (self->now / G_USEC_PER_SEC + 1) * G_USEC_PER_SEC;
  for (guint i = 0; i < WHEEL_SLOTS; i++)
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
 * Drops and frees all clients.
 */
void
vis_engine_free (VisEngine *self)
{
  for (guint i = 0; i < WHEEL_SLOTS; i++)
    while (self->wheel[i].head != NULL)
      {
        VisEngineClient *client = self->wheel[i].head->data;

        client->funcs->drop (client);
      }
  free_retired (self);
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

/**
 * vis_engine_close_all:
 * @self: an engine
 * @code: a status code of RFC 6455, section 7.4
 *
 * Calls `close` of every client: sockets send a close frame.
 */
void
vis_engine_close_all (VisEngine *self, guint16 code)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new ();

  for (guint i = 0; i < WHEEL_SLOTS; i++)
    for (GList *l = self->wheel[i].head; l != NULL; l = l->next)
      g_ptr_array_add (clients, l->data);
  for (guint i = 0; i < clients->len; i++)
    {
      VisEngineClient *client = g_ptr_array_index (clients, i);

      if (!client->retired)
        client->funcs->close (client, code);
    }
}

/**
 * vis_engine_get_n_clients:
 * @self: an engine
 *
 * Returns: the number of clients that are not retired, closing ones included
 */
guint
vis_engine_get_n_clients (VisEngine *self)
{
  return self->n_clients;
}

/**
 * vis_engine_get_now:
 * @self: an engine
 *
 * Returns: when this iteration of the main loop began, in microseconds of g_get_monotonic_time()
 */
gint64
vis_engine_get_now (VisEngine *self)
{
  return self->now;
}

/**
 * vis_engine_add:
 * @self: an engine
 * @client: (transfer full): the owner of the descriptor, zero-initialised; @funcs frees it
 * @funcs: (transfer none): its functions, static
 * @fd: (transfer none): a non-blocking descriptor, open until vis_engine_client_retire()
 *
 * Adds a client. It is read in the next iteration without an event of epoll, and checked a second
 * later unless vis_engine_client_reschedule() says otherwise.
 */
void
vis_engine_add (VisEngine *self, VisEngineClient *client, const VisEngineClientFuncs *funcs, int fd)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };

  client->engine = self;
  client->funcs = funcs;
  client->fd = fd;
  client->events = EPOLLIN;
  client->slot = WHEEL_SLOTS;
  client->timer.data = client->dirty.data = client->ready.data = client;
  self->now = g_get_monotonic_time ();
  self->n_clients++;
  vis_engine_client_reschedule (client, 1);
  if (epoll_ctl (self->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
    g_debug ("A socket can't be watched: %s", g_strerror (errno));
  /* The stream may have buffered input before it came here, of which epoll knows nothing. */
  vis_engine_client_mark_ready (client);
}

/**
 * vis_engine_client_watch:
 * @self: a client
 * @events: EPOLLIN, EPOLLOUT, both or 0
 *
 * Sets the events that epoll reports. A client without EPOLLIN is dropped on EPOLLHUP or EPOLLERR.
 */
void
vis_engine_client_watch (VisEngineClient *self, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = self };

  if (self->events == events || self->retired)
    return;
  self->events = events;
  epoll_ctl (self->engine->epoll, EPOLL_CTL_MOD, self->fd, &event);
}

/**
 * vis_engine_client_mark_dirty:
 * @self: a client
 *
 * Schedules `flush` for the end of this iteration of the main loop.
 */
void
vis_engine_client_mark_dirty (VisEngineClient *self)
{
  if (self->is_dirty || self->retired)
    return;
  self->is_dirty = TRUE;
  g_queue_push_tail_link (&self->engine->dirty, &self->dirty);
}

/**
 * vis_engine_client_mark_ready:
 * @self: a client
 *
 * Schedules `read`, also without an event of epoll.
 */
void
vis_engine_client_mark_ready (VisEngineClient *self)
{
  if (self->is_ready || self->retired)
    return;
  self->is_ready = TRUE;
  if (is_light (self))
    g_queue_push_head_link (&self->engine->ready, &self->ready);
  else
    g_queue_push_tail_link (&self->engine->ready, &self->ready);
}

/**
 * vis_engine_client_charge_read:
 * @self: a client
 * @n: how many bytes were read of it
 *
 * Counts input: against the budget of the iteration, and in the rate that decides whether the
 * client is light.
 */
void
vis_engine_client_charge_read (VisEngineClient *self, gsize n)
{
  double elapsed = (double) (self->engine->now - self->read_rate_at) / G_USEC_PER_SEC;

  self->read_rate = MAX (0.0, self->read_rate - elapsed * VIS_SERVER_LIGHT_BYTES) + (double) n;
  self->read_rate_at = self->engine->now;
  vis_engine_client_charge_parse (self, n);
}

/**
 * vis_engine_client_charge_parse:
 * @self: a client
 * @n: how many bytes of it are parsed
 *
 * Counts parsed bytes against the budget of the iteration.
 */
void
vis_engine_client_charge_parse (VisEngineClient *self, gsize n)
{
  self->engine->budget -= MIN (self->engine->budget, n);
}

/**
 * vis_engine_client_reschedule:
 * @self: a client
 * @seconds: seconds until the next check, 0 to leave it as it is
 *
 * Sets the time of the next check, two minutes ahead at most.
 */
void
vis_engine_client_reschedule (VisEngineClient *self, guint seconds)
{
  VisEngine *engine = self->engine;

  if (self->retired || seconds == 0)
    return;
  if (self->slot < WHEEL_SLOTS)
    g_queue_unlink (&engine->wheel[self->slot], &self->timer);
  self->slot =
    (guint) (engine->now / G_USEC_PER_SEC + MIN (seconds, WHEEL_LONGEST) + 1) % WHEEL_SLOTS;
  g_queue_push_tail_link (&engine->wheel[self->slot], &self->timer);
}

/**
 * vis_engine_client_retire:
 * @self: a client
 *
 * Removes a client from epoll and all queues. Of its functions only `free` is called any more,
 * before the main loop polls again.
 */
void
vis_engine_client_retire (VisEngineClient *self)
{
  VisEngine *engine = self->engine;

  if (self->retired)
    return;
  epoll_ctl (engine->epoll, EPOLL_CTL_DEL, self->fd, NULL);
  self->retired = TRUE;
  engine->n_clients--;
  if (self->is_dirty)
    g_queue_unlink (&engine->dirty, &self->dirty);
  if (self->is_ready)
    g_queue_unlink (&engine->ready, &self->ready);
  if (self->slot < WHEEL_SLOTS)
    g_queue_unlink (&engine->wheel[self->slot], &self->timer);
  self->is_dirty = self->is_ready = FALSE;
  self->slot = WHEEL_SLOTS;
  g_queue_push_tail_link (&engine->dead, &self->dirty);
}
