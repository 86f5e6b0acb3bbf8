/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-event-queue.h"

struct _VisEventQueue
{
  VisEventFunc   handle;
  GObject       *owner; /* borrowed: the owner owns the queue */
  GDestroyNotify free_event;
  GQueue         waiting;
  gboolean       handling;
  gboolean       closed;
};

/**
 * vis_event_queue_new:
 * @handle: handles each event
 * @owner: (type GObject.Object): the object that has the queue, and frees it in its finalizer;
 *   is kept alive while an event is handled
 * @free_event: frees an event, handled or not
 *
 * Returns: (transfer full): a queue without events
 */
VisEventQueue *
vis_event_queue_new (VisEventFunc handle, gpointer owner, GDestroyNotify free_event)
{
  VisEventQueue *self = g_new0 (VisEventQueue, 1);

  self->handle = handle;
  self->owner = G_OBJECT (owner);
  self->free_event = free_event;
  g_queue_init (&self->waiting);

  return self;
}

/**
 * vis_event_queue_push:
 * @self: a queue
 * @event: (transfer full): what happened
 *
 * Has @event handled: before this returns, unless an event is being handled further up the stack. A
 * queue that was closed drops it.
 */
void
vis_event_queue_push (VisEventQueue *self, gpointer event)
{
  g_autoptr (GObject) owner = NULL;

  if (self->closed)
    {
      self->free_event (event);
      return;
    }

  g_queue_push_tail (&self->waiting, event);
  if (self->handling)
    return;

  owner = g_object_ref (self->owner);
  self->handling = TRUE;
  while (!g_queue_is_empty (&self->waiting))
    {
      gpointer next = g_queue_pop_head (&self->waiting);

      self->handle (owner, next);
      self->free_event (next);
    }
  self->handling = FALSE;
}

/**
 * vis_event_queue_close:
 * @self: a queue
 *
 * Drops what waits and all that comes: the owner is disposed. May be called twice.
 */
void
vis_event_queue_close (VisEventQueue *self)
{
  self->closed = TRUE;
  g_queue_clear_full (&self->waiting, self->free_event);
}

/**
 * vis_event_queue_free:
 * @self: (transfer full): a queue that is not handling anything
 *
 * Drops what waits, and the queue.
 */
void
vis_event_queue_free (VisEventQueue *self)
{
  g_assert (!self->handling);

  vis_event_queue_close (self);
  g_free (self);
}
