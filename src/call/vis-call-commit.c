/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-controller-private.h"
#include "vis-call-fault.h"

/* The part of the controller that applies a transition to the properties of the call, all at once,
 * before its effects run. */

/**
 * vis_call_controller_name_of:
 * @self: the controller
 * @user: somebody
 * @offer: (nullable): what they have sent, which may say a name
 *
 * Returns: (transfer none): how @user is called
 */
const char *
vis_call_controller_name_of (VisCallController *self, const char *user, const VisMessage *offer)
{
  const char *name = NULL;

  if (self->name_func != NULL)
    name = self->name_func (user, self->name_data);
  if (name == NULL && offer != NULL)
    name = vis_message_get_string (offer, VIS_FIELD_NAME);

  return name != NULL && *name != '\0' ? name : user;
}

/* A new call. Its microphone and camera are as the person chose; after glare, as in the call that
 * was given up. */
static VisCall *
create_call (VisCallController *self, const VisCallStep *step)
{
  const VisMessage *offer = step->input->message;
  const char       *user = self->context.peer;
  VisCall          *old = self->call;
  VisCall          *call;
  gboolean          camera = step->input->camera == VIS_CALL_SWITCH_ON;
  gboolean          video = camera;

  if (offer != NULL)
    {
      const VisMessage *media = vis_message_get_object (offer, VIS_FIELD_MEDIA);

      video = media != NULL && vis_message_get_boolean (media, VIS_FIELD_VIDEO);
    }

  call = vis_call_new (self->context.call,
                       user,
                       vis_call_controller_name_of (self, user, offer),
                       self->context.outgoing,
                       video);
  if (old != NULL)
    {
      vis_call_set_microphone (call, vis_call_get_microphone (old));
      vis_call_set_camera (call, vis_call_get_camera (old));
    }
  else if (self->context.outgoing)
    {
      vis_call_set_microphone (call, TRUE);
      vis_call_set_camera (call, camera);
    }

  return call;
}

static VisEndReason
reason_of (const VisCallStep *step)
{
  if (step->cell->reason != VIS_END_NONE)
    return step->cell->reason;
  if (step->event == VIS_CALL_EVENT_GOT_ELSEWHERE)
    return VIS_END_ANSWERED_ELSEWHERE;

  return step->frame != NULL && step->frame->reason != VIS_END_NONE ? step->frame->reason
                                                                    : VIS_END_HANGUP;
}

static VisCallFault
fault_of (VisCallController *self, const VisCallStep *step)
{
  const VisCallEnding ending = {
    .context = step->before,
    .event = step->event,
    .heard = self->heard,
    .error = step->input->error,
    .from_server = step->frame != NULL && step->frame->from == NULL,
  };

  return vis_call_fault_find (&ending);
}

static void
finish_call (VisCallController *self, VisCall *call, const VisCallStep *step)
{
  vis_call_set_end_reason (call, reason_of (step));
  if (vis_call_get_end_reason (call) == VIS_END_FAILED)
    vis_call_set_fault (call, fault_of (self, step));
  vis_call_set_media_state (call, VIS_MEDIA_NONE);
  vis_call_set_local_picture (call, NULL);
  vis_call_set_problem (call, NULL);
  vis_call_set_remote_picture (call, NULL);
  vis_call_set_remote_ringing (call, FALSE);
  vis_call_set_state (call, VIS_CALL_IDLE);
}

/**
 * vis_call_controller_show_devices:
 * @self: the controller
 *
 * Takes over the own picture, where it is to be seen, and which devices work.
 */
void
vis_call_controller_show_devices (VisCallController *self)
{
  g_autoptr (GObject) picture = NULL;
  g_autofree char    *problem = NULL;
  gboolean            microphone, camera;

  if (self->call == NULL || vis_call_get_state (self->call) == VIS_CALL_RINGING)
    return;

  g_object_get (self->engine,
                "local-video",
                &picture,
                "problem",
                &problem,
                "microphone-works",
                &microphone,
                "camera-works",
                &camera,
                NULL);
  vis_call_set_local_picture (self->call, picture);
  vis_call_set_problem (self->call, problem);
  vis_call_set_microphone_works (self->call, microphone);
  vis_call_set_camera_works (self->call, camera);
}

/**
 * vis_call_controller_show_remote_picture:
 * @self: the controller
 *
 * Takes over the picture of the other side. The last one stays until another one is there.
 */
void
vis_call_controller_show_remote_picture (VisCallController *self)
{
  g_autoptr (GObject) picture = vis_call_generations_dup_picture (self->generations);

  if (self->call != NULL && picture != NULL)
    vis_call_set_remote_picture (self->call, picture);
}

static void
apply_switch (VisCallController *self, const VisCallStep *step)
{
  const VisCallInput *input = step->input;

  if (step->event == VIS_CALL_EVENT_SWITCH && step->cell->verdict != VIS_CALL_STAY)
    return;
  if (step->event == VIS_CALL_EVENT_ANSWER && step->cell->verdict != VIS_CALL_MOVE)
    return;

  if (input->microphone != VIS_CALL_SWITCH_NONE)
    vis_call_set_microphone (self->call, input->microphone == VIS_CALL_SWITCH_ON);
  if (input->camera != VIS_CALL_SWITCH_NONE)
    vis_call_set_camera (self->call, input->camera == VIS_CALL_SWITCH_ON);
}

static void
replace_call (VisCallController *self, const VisCallStep *step)
{
  g_autoptr (VisCall) old = NULL;
  VisCall            *call = NULL;

  self->epoch++;
  self->newest_at_start = 0;
  vis_call_generations_forget (self->generations);
  g_clear_pointer (&self->offer, g_free);
  if (self->context.state != VIS_CALL_IDLE)
    call = create_call (self, step);
  if (call != NULL && !self->context.outgoing)
    self->offer = g_strdup (vis_message_get_string (step->input->message, VIS_FIELD_SDP));

  old = g_steal_pointer (&self->call);
  self->call = call;
  if (old != NULL)
    {
      g_object_freeze_notify (G_OBJECT (old));
      finish_call (self, old, step);
      g_object_thaw_notify (G_OBJECT (old));
    }
}

/**
 * vis_call_controller_show_media:
 * @self: the controller
 * @frame: an offer, an answer or a `call:media` of the other side
 *
 * Takes over what the other side says that it sends.
 */
void
vis_call_controller_show_media (VisCallController *self, const VisMessage *frame)
{
  const VisMessage *media = frame;

  if (vis_message_get_kind (frame) != VIS_KIND_CALL_MEDIA)
    media = vis_message_get_object (frame, VIS_FIELD_MEDIA);
  if (media == NULL)
    return;

  vis_call_set_remote_audio (self->call, vis_message_get_boolean (media, VIS_FIELD_AUDIO));
  vis_call_set_remote_video (self->call, vis_message_get_boolean (media, VIS_FIELD_VIDEO));
}

static void
update_call (VisCallController *self, const VisCallStep *step, gboolean other)
{
  g_autoptr (VisCall) call = g_object_ref (self->call);

  g_object_freeze_notify (G_OBJECT (call));
  vis_call_set_state (call, self->context.state);
  vis_call_set_media_state (call, vis_call_context_get_media_state (&self->context));
  if (other && !self->context.outgoing)
    vis_call_controller_show_media (self, step->input->message);
  if (self->context.state == VIS_CALL_IN_CALL)
    vis_call_set_remote_ringing (call, FALSE);
  apply_switch (self, step);
  vis_call_controller_show_devices (self);
  g_object_thaw_notify (G_OBJECT (call));
}

/**
 * vis_call_controller_commit:
 * @self: the controller, its context being those after the transition
 * @step: the transition
 *
 * Makes the new context visible.
 *
 * Returns: (transfer full) (nullable): the call that is over, if one is
 */
VisCall *
vis_call_controller_commit (VisCallController *self, const VisCallStep *step)
{
  gboolean other = g_strcmp0 (step->before->call, self->context.call) != 0;
  VisCall *over = other && self->call != NULL ? g_object_ref (self->call) : NULL;

  g_object_freeze_notify (G_OBJECT (self));
  if (other)
    {
      replace_call (self, step);
      g_object_notify (G_OBJECT (self), "call");
    }
  if (self->call != NULL)
    update_call (self, step, other);
  g_object_thaw_notify (G_OBJECT (self));

  return over;
}
