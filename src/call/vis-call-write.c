/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-data.h"

static void
set_flag (VisCall *self, gboolean *field, gboolean value, guint property)
{
  value = value != FALSE;
  if (*field == value)
    return;

  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), vis_call_properties[property]);
}

static void
set_number (VisCall *self, guint *field, guint value, guint property)
{
  if (*field == value)
    return;

  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), vis_call_properties[property]);
}

static void
set_object (VisCall *self, GObject **field, GObject *value, guint property)
{
  if (g_set_object (field, value))
    g_object_notify_by_pspec (G_OBJECT (self), vis_call_properties[property]);
}

/**
 * vis_call_set_state:
 * @self: a call
 * @state: where it is now
 *
 * Moves the call; what can be done with it is notified as well, where it changes.
 */
void
vis_call_set_state (VisCall *self, VisCallState state)
{
  VisCallState old;

  g_return_if_fail (VIS_IS_CALL (self));
  g_return_if_fail ((guint) state < VIS_N_CALL_STATES);

  old = self->state;
  if (old == state)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), vis_call_properties[PROP_STATE]);
  if (vis_call_permissions[old].answer != vis_call_permissions[state].answer)
    g_object_notify_by_pspec (G_OBJECT (self), vis_call_properties[PROP_CAN_ANSWER]);
  if (vis_call_permissions[old].decline != vis_call_permissions[state].decline)
    g_object_notify_by_pspec (G_OBJECT (self), vis_call_properties[PROP_CAN_DECLINE]);
  if (vis_call_permissions[old].hang_up != vis_call_permissions[state].hang_up)
    g_object_notify_by_pspec (G_OBJECT (self), vis_call_properties[PROP_CAN_HANG_UP]);
  if (vis_call_permissions[old].mute != vis_call_permissions[state].mute)
    g_object_notify_by_pspec (G_OBJECT (self), vis_call_properties[PROP_CAN_MUTE]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
vis_call_set_media_state (VisCall *self, VisMediaState value)
{
  g_return_if_fail (VIS_IS_CALL (self));

  if (self->media_state == value)
    return;

  self->media_state = value;
  g_object_notify_by_pspec (G_OBJECT (self), vis_call_properties[PROP_MEDIA_STATE]);
}

void
vis_call_set_end_reason (VisCall *self, VisEndReason value)
{
  g_return_if_fail (VIS_IS_CALL (self));

  if (self->end_reason == value)
    return;

  self->end_reason = value;
  g_object_notify_by_pspec (G_OBJECT (self), vis_call_properties[PROP_END_REASON]);
}

void
vis_call_set_fault (VisCall *self, VisCallFault value)
{
  g_return_if_fail (VIS_IS_CALL (self));

  if (self->fault == value)
    return;

  self->fault = value;
  g_object_notify_by_pspec (G_OBJECT (self), vis_call_properties[PROP_FAULT]);
}

void
vis_call_set_ringing_devices (VisCall *self, guint number)
{
  g_return_if_fail (VIS_IS_CALL (self));

  set_number (self, &self->ringing_devices, number, PROP_RINGING_DEVICES);
}

void
vis_call_set_duration (VisCall *self, guint number)
{
  g_return_if_fail (VIS_IS_CALL (self));

  set_number (self, &self->duration, number, PROP_DURATION);
}

void
vis_call_set_local_picture (VisCall *self, GObject *picture)
{
  g_return_if_fail (VIS_IS_CALL (self));

  set_object (self, &self->local_picture, picture, PROP_LOCAL_PICTURE);
}

void
vis_call_set_remote_picture (VisCall *self, GObject *picture)
{
  g_return_if_fail (VIS_IS_CALL (self));

  set_object (self, &self->remote_picture, picture, PROP_REMOTE_PICTURE);
}

void
vis_call_set_problem (VisCall *self, const char *problem)
{
  g_return_if_fail (VIS_IS_CALL (self));

  if (g_strcmp0 (self->problem, problem) == 0)
    return;

  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), vis_call_properties[PROP_PROBLEM]);
}

/* Setters of the boolean properties, which are documented in vis-call.c. */
#define FLAG_SETTER(name, property)                                                                \
  void vis_call_set_##name (VisCall *self, gboolean on)                                            \
  {                                                                                                \
    g_return_if_fail (VIS_IS_CALL (self));                                                         \
                                                                                                   \
    set_flag (self, &self->name, on, property);                                                    \
  }

/* clang-format off */
FLAG_SETTER (remote_ringing, PROP_REMOTE_RINGING)
FLAG_SETTER (microphone, PROP_MICROPHONE)
FLAG_SETTER (camera, PROP_CAMERA)
FLAG_SETTER (microphone_works, PROP_MICROPHONE_WORKS)
FLAG_SETTER (camera_works, PROP_CAMERA_WORKS)
FLAG_SETTER (remote_audio, PROP_REMOTE_AUDIO)
FLAG_SETTER (remote_video, PROP_REMOTE_VIDEO)
/* clang-format on */
