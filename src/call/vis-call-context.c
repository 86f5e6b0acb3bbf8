/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-context.h"

#include <string.h>

/**
 * vis_call_context_init:
 * @self: (out): the context
 *
 * No call, and no wire.
 */
void
vis_call_context_init (VisCallContext *self)
{
  *self = (VisCallContext){
    .state = VIS_CALL_IDLE,
    .current = VIS_CALL_NO_GENERATION,
    .next = VIS_CALL_NO_GENERATION,
    .newest = VIS_CALL_NO_GENERATION,
  };
}

/**
 * vis_call_context_set_user:
 * @self: the context
 * @user: one's own user name
 *
 * Says whose devices may speak as oneself.
 */
void
vis_call_context_set_user (VisCallContext *self, const char *user)
{
  /* strncpy, unlike g_strlcpy, clears the rest, so that equal contexts are equal bytes. */
  strncpy (self->user, user, sizeof self->user - 1);
}

static void
take_call (VisCallContext *self, const VisCallFrame *frame, gboolean outgoing)
{
  strncpy (self->call, frame->call, sizeof self->call - 1);
  strncpy (self->peer, frame->from, sizeof self->peer - 1);
  self->outgoing = outgoing;
  self->offered = FALSE;
  self->denied = FALSE;
}

static void
open_first (VisCallContext *self)
{
  self->path = VIS_CALL_PATH_NEW;
  self->was_up = FALSE;
  self->current = 0;
  self->next = VIS_CALL_NO_GENERATION;
  self->agreed = FALSE;
  self->newest = 0;
}

static void
close_all (VisCallContext *self)
{
  self->path = VIS_CALL_PATH_NONE;
  self->was_up = FALSE;
  self->current = VIS_CALL_NO_GENERATION;
  self->next = VIS_CALL_NO_GENERATION;
  self->agreed = FALSE;
  self->newest = VIS_CALL_NO_GENERATION;
}

static void
set_next (VisCallContext *self, int gen)
{
  self->next = gen;
  self->agreed = FALSE;
}

static void
apply_effect (VisCallContext *self, VisCallEffect effect, const VisCallFrame *frame)
{
  /* Only these effects change the context. */
  if (effect == VIS_CALL_EFFECT_BEGIN)
    take_call (self, frame, TRUE);
  else if (effect == VIS_CALL_EFFECT_ADOPT)
    take_call (self, frame, FALSE);
  else if (effect == VIS_CALL_EFFECT_SEND_OFFER)
    self->offered = TRUE;
  else if (effect == VIS_CALL_EFFECT_OPEN_OFFER || effect == VIS_CALL_EFFECT_OPEN_ANSWER)
    open_first (self);
  else if (effect == VIS_CALL_EFFECT_OPEN_NEXT_OFFER)
    set_next (self, self->newest = MAX (self->newest, frame != NULL ? frame->gen : 0) + 1);
  else if (effect == VIS_CALL_EFFECT_OPEN_NEXT_ANSWER)
    set_next (self, self->newest = frame->gen);
  else if (effect == VIS_CALL_EFFECT_DROP_NEXT)
    set_next (self, VIS_CALL_NO_GENERATION);
  else if (effect == VIS_CALL_EFFECT_SEND_ANSWER || effect == VIS_CALL_EFFECT_TAKE_ANSWER)
    self->agreed = self->next != VIS_CALL_NO_GENERATION;
  else if (effect == VIS_CALL_EFFECT_CLOSE_MEDIA)
    close_all (self);
  else if (effect == VIS_CALL_EFFECT_PROMOTE_NEXT)
    {
      self->current = self->next;
      set_next (self, VIS_CALL_NO_GENERATION);
    }
}

static void
apply_event (VisCallContext *self, VisCallEvent event)
{
  if (self->state != VIS_CALL_IN_CALL)
    return;

  if (event == VIS_CALL_EVENT_MEDIA_CONNECTED || event == VIS_CALL_EVENT_MEDIA_REPLACED)
    {
      self->path = VIS_CALL_PATH_UP;
      self->was_up = TRUE;
      self->denied = FALSE;
    }
  else if (event == VIS_CALL_EVENT_MEDIA_LOST || event == VIS_CALL_EVENT_MEDIA_LOST_CALLER ||
           event == VIS_CALL_EVENT_MEDIA_LOST_CALLEE)
    self->path = VIS_CALL_PATH_LOST;
  else if (event == VIS_CALL_EVENT_RETRY_CALLEE || event == VIS_CALL_EVENT_RETRY_LATER)
    self->agreed = FALSE;
}

/**
 * vis_call_context_apply:
 * @self: the context
 * @event: what happened
 * @cell: what the machine decided about it
 * @frame: (nullable): the frame that it came with, if any; for a start: the id and the peer
 *
 * Brings the context up to date with a decision. The state of the wire and one's own name are not
 * among what changes: they are written by who watches the wire.
 */
void
vis_call_context_apply (VisCallContext     *self,
                        VisCallEvent        event,
                        const VisCallCell  *cell,
                        const VisCallFrame *frame)
{
  if (cell->verdict != VIS_CALL_MOVE && cell->verdict != VIS_CALL_STAY)
    return;

  if (cell->verdict == VIS_CALL_MOVE)
    self->state = cell->state;

  for (const VisCallEffect *effect = cell->effects; *effect != VIS_CALL_EFFECT_NONE; effect++)
    apply_effect (self, *effect, frame);
  apply_event (self, event);

  if (self->state == VIS_CALL_IDLE)
    {
      memset (self->call, 0, sizeof self->call);
      memset (self->peer, 0, sizeof self->peer);
      self->outgoing = FALSE;
      self->offered = FALSE;
      self->denied = FALSE;
    }
}

/**
 * vis_call_context_get_media_state:
 * @self: the context
 *
 * Returns: how the media is doing, in the words of the UI
 */
VisMediaState
vis_call_context_get_media_state (const VisCallContext *self)
{
  if (self->path == VIS_CALL_PATH_NONE)
    return VIS_MEDIA_NONE;
  if (self->path == VIS_CALL_PATH_UP)
    return VIS_MEDIA_CONNECTED;

  return self->was_up ? VIS_MEDIA_RECONNECTING : VIS_MEDIA_CONNECTING;
}
