/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisEventQueue:
 *
 * What happens to a state machine, one event after the other: an event that is pushed while another
 * one is handled waits until that is done, so that nobody sees half of a transition.
 *
 * Belongs to one thread.
 */
typedef struct _VisEventQueue VisEventQueue;

/**
 * VisEventFunc:
 * @owner: whose queue it is
 * @event: (transfer none): what happened
 *
 * Handles one event; may push more, close the queue, and drop the last reference to @owner that is
 * held elsewhere.
 */
typedef void (*VisEventFunc) (gpointer owner, gpointer event);

VisEventQueue *vis_event_queue_new (VisEventFunc   handle,
                                    gpointer       owner,
                                    GDestroyNotify free_event) G_GNUC_WARN_UNUSED_RESULT;
void           vis_event_queue_push (VisEventQueue *self, gpointer event);
void           vis_event_queue_close (VisEventQueue *self);
void           vis_event_queue_free (VisEventQueue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisEventQueue, vis_event_queue_free)

G_END_DECLS
