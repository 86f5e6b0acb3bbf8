/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-controller-private.h"

#include "vis-id.h"

/* The verbs of the person: each becomes an input. */

/**
 * vis_call_controller_start:
 * @self: a controller
 * @user: whom to call
 * @video: whether with the camera
 *
 * Calls somebody. While there is a call already, or with what is no user name, nothing happens.
 */
void
vis_call_controller_start (VisCallController *self, const char *user, gboolean video)
{
  VisCallInput *input;

  g_return_if_fail (VIS_IS_CALL_CONTROLLER (self));

  /* Not a critical: user names come from links and command lines as well. */
  if (!vis_user_is_valid (user))
    return;

  input = vis_call_input_new_event (VIS_CALL_EVENT_START);
  input->user = g_strdup (user);
  input->camera = video ? VIS_CALL_SWITCH_ON : VIS_CALL_SWITCH_OFF;
  vis_event_queue_push (self->inputs, input);
}

/**
 * vis_call_controller_answer:
 * @self: a controller
 * @video: whether with the camera
 *
 * Answers the call that rings, if one does.
 */
void
vis_call_controller_answer (VisCallController *self, gboolean video)
{
  VisCallInput *input;

  g_return_if_fail (VIS_IS_CALL_CONTROLLER (self));

  input = vis_call_input_new_event (VIS_CALL_EVENT_ANSWER);
  input->microphone = VIS_CALL_SWITCH_ON;
  input->camera = video ? VIS_CALL_SWITCH_ON : VIS_CALL_SWITCH_OFF;
  vis_event_queue_push (self->inputs, input);
}

/**
 * vis_call_controller_decline:
 * @self: a controller
 *
 * Declines the call that rings, if one does.
 */
void
vis_call_controller_decline (VisCallController *self)
{
  g_return_if_fail (VIS_IS_CALL_CONTROLLER (self));

  vis_event_queue_push (self->inputs, vis_call_input_new_event (VIS_CALL_EVENT_DECLINE));
}

/**
 * vis_call_controller_hang_up:
 * @self: a controller
 *
 * Ends the call, in whichever state it is.
 */
void
vis_call_controller_hang_up (VisCallController *self)
{
  g_return_if_fail (VIS_IS_CALL_CONTROLLER (self));

  vis_event_queue_push (self->inputs, vis_call_input_new_event (VIS_CALL_EVENT_HANG_UP));
}

/**
 * vis_call_controller_set_microphone:
 * @self: a controller
 * @on: whether sound is sent
 *
 * Mutes the microphone, or not.
 */
void
vis_call_controller_set_microphone (VisCallController *self, gboolean on)
{
  VisCallInput *input;

  g_return_if_fail (VIS_IS_CALL_CONTROLLER (self));

  input = vis_call_input_new_event (VIS_CALL_EVENT_SWITCH);
  input->microphone = on ? VIS_CALL_SWITCH_ON : VIS_CALL_SWITCH_OFF;
  vis_event_queue_push (self->inputs, input);
}

/**
 * vis_call_controller_set_camera:
 * @self: a controller
 * @on: whether the camera's picture is sent
 *
 * Turns the camera on or off.
 */
void
vis_call_controller_set_camera (VisCallController *self, gboolean on)
{
  VisCallInput *input;

  g_return_if_fail (VIS_IS_CALL_CONTROLLER (self));

  input = vis_call_input_new_event (VIS_CALL_EVENT_SWITCH);
  input->camera = on ? VIS_CALL_SWITCH_ON : VIS_CALL_SWITCH_OFF;
  vis_event_queue_push (self->inputs, input);
}
