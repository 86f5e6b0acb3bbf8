/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-input.h"

/**
 * vis_call_input_new:
 * @kind: what it is
 *
 * Returns: (transfer full): an input, to be filled in
 */
VisCallInput *
vis_call_input_new (VisCallInputKind kind)
{
  VisCallInput *self = g_new0 (VisCallInput, 1);

  self->kind = kind;
  return self;
}

/**
 * vis_call_input_new_event:
 * @event: what happened
 *
 * Returns: (transfer full): an input that needs no classifying
 */
VisCallInput *
vis_call_input_new_event (VisCallEvent event)
{
  VisCallInput *self = vis_call_input_new (VIS_CALL_INPUT_EVENT);

  self->event = event;
  return self;
}

/**
 * vis_call_input_free:
 * @self: an input
 *
 * Frees it with all that it holds.
 */
void
vis_call_input_free (VisCallInput *self)
{
  g_free (self->user);
  g_free (self->sdp);
  g_clear_pointer (&self->message, vis_message_unref);
  g_clear_pointer (&self->answer, vis_message_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  g_free (self);
}
