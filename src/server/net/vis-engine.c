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

/* All sockets are one source of the main loop: GMainContext looks at each of its descriptors in
 * each turn, and ten thousand of them cost more than the work itself. epoll costs what happens. */

#define EVENTS_PER_TURN 512
#define WHEEL_SLOTS     128 /* seconds */
#define WHEEL_LONGEST   120 /* how long a client may ask to be left alone, in seconds */

struct _VisEngine
{
  GSource  source;
  int      epoll;
  gpointer tag;
  gint64   now; /* of this turn, in microseconds */
  gint64   tick;
  gsize    turn; /* bytes that may still be read and parsed in this turn */
  guint    n_clients;
  GQueue   wheel[WHEEL_SLOTS]; /* by when to look at them: every client that is not retired */
  GQueue   dirty;
  GQueue   ready;
  GQueue   dead; /* to be freed */
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

/* Clients are freed between turns, never below a caller that still holds one. */
static void
bury_all (VisEngine *self)
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

/* Every client that is not retired stands in the wheel: it is how all of them are found. */
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

/* In turns, until enough is read for this turn of the loop: something else may want its own. */
static void
read_ready (VisEngine *self)
{
  while (self->ready.length > 0 && self->turn > 0)
    {
      VisEngineClient *client = g_queue_pop_head_link (&self->ready)->data;

      client->is_ready = FALSE;
      client->funcs->read (client);
    }
}

/* Whether a client has said little of late: it is heard before those that say much. */
static gboolean
is_light (VisEngineClient *client)
{
  double elapsed = (double) (client->engine->now - client->said_at) / G_USEC_PER_SEC;

  return client->said - elapsed * VIS_SERVER_LIGHT_BYTES < VIS_SERVER_LIGHT_BYTES;
}

static void
take_events (VisEngineClient *client, guint32 events)
{
  /* Another client of this turn, or its own flush, may have retired it. */
  if (events & EPOLLOUT && !client->retired)
    client->funcs->flush (client);
  if (client->retired)
    return;
  /* Without EPOLLIN the end of input is never read. */
  if (!(client->events & EPOLLIN) && events & (EPOLLHUP | EPOLLERR))
    client->funcs->drop (client);
  else if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
    {
      /* A message between two people does not wait for those who fill their lines. */
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
  self->turn = VIS_SERVER_TURN_BYTES;
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
 * @context: (nullable): where it runs, %NULL for the default main context
 *
 * Makes an engine without a client.
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
  bury_all (self);
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

/**
 * vis_engine_close_all:
 * @self: an engine
 * @code: the close code
 *
 * Has all clients say goodbye.
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
 * Returns: how many clients there are that are not retired, those that are closing included
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
 * Returns: when this turn of the main loop began, in microseconds of g_get_monotonic_time()
 */
gint64
vis_engine_get_now (VisEngine *self)
{
  return self->now;
}

/**
 * vis_engine_add:
 * @self: an engine
 * @client: (transfer full): what has the descriptor, all zeros; @funcs frees it
 * @funcs: (transfer none): what to call, valid for ever
 * @fd: (transfer none): a descriptor that does not block, open until vis_engine_client_retire()
 *
 * Drives one more client. It is read in the next turn, whatever epoll says of it, and checked a
 * second later unless vis_engine_client_reschedule() says otherwise.
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
  /* Whoever had the descriptor before may have read too far. */
  vis_engine_client_mark_ready (client);
}

/**
 * vis_engine_client_watch:
 * @self: a client
 * @events: those of epoll
 *
 * Says what to wait for. A client that does not wait for EPOLLIN is dropped when the other side is
 * gone.
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
 * Has it flushed once this turn of the main loop is over.
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
 * Has it read again, also if epoll knows of nothing.
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
 * @n: how many bytes it has said
 *
 * Counts what a client says: against the turn of the loop, and against its being one that says
 * little.
 */
void
vis_engine_client_charge_read (VisEngineClient *self, gsize n)
{
  double elapsed = (double) (self->engine->now - self->said_at) / G_USEC_PER_SEC;

  self->said = MAX (0.0, self->said - elapsed * VIS_SERVER_LIGHT_BYTES) + (double) n;
  self->said_at = self->engine->now;
  vis_engine_client_charge_parse (self, n);
}

/**
 * vis_engine_client_charge_parse:
 * @self: a client
 * @n: how many bytes of it are parsed
 *
 * Counts what is done with what a client has said, against the turn of the loop.
 */
void
vis_engine_client_charge_parse (VisEngineClient *self, gsize n)
{
  self->engine->turn -= MIN (self->engine->turn, n);
}

/**
 * vis_engine_client_reschedule:
 * @self: a client
 * @seconds: after how many to check it, 0 to leave that as it is
 *
 * Moves the time of the next check; two minutes are the most.
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
 * Ends with it: nothing of it is called any more but `free`, which is before the next turn.
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
