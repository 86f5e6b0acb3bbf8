/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-machine.h"
#include "vis-media-session.h"
#include "vis-message.h"

G_BEGIN_DECLS

/**
 * VisCallInputKind:
 *
 * What an input must be classified by.
 */
typedef enum
{
  VIS_CALL_INPUT_EVENT, /* verbs and timers: needs no classifying */
  VIS_CALL_INPUT_FRAME,
  VIS_CALL_INPUT_ANSWERED,
  VIS_CALL_INPUT_FAILED,
  VIS_CALL_INPUT_WIRE,
  VIS_CALL_INPUT_RETRY,
  VIS_CALL_INPUT_SESSION,
  VIS_CALL_INPUT_DESCRIPTION,
  VIS_CALL_INPUT_CANDIDATES,
} VisCallInputKind;

/**
 * VisCallSwitch:
 *
 * What the person wants of microphone or camera.
 */
typedef enum
{
  VIS_CALL_SWITCH_NONE,
  VIS_CALL_SWITCH_OFF,
  VIS_CALL_SWITCH_ON,
} VisCallSwitch;

/**
 * VisCallInput:
 * @kind: what it is
 * @epoch: of the call that it is about; for what media sessions and timers say
 * @event: what happened, of an event
 * @user: whom to call, of a start
 * @microphone: what becomes of the microphone
 * @camera: what becomes of the camera
 * @message: a frame, or the request that was answered or failed
 * @answer: what it was answered
 * @error: why it failed
 * @again: whether the failed request had been sent before
 * @online: of the wire
 * @gen: of what a media session says
 * @session: its state
 * @sdp: its description
 * @candidates: (element-type VisMessage): its candidates
 *
 * Something that happened and waits for its turn. It is classified only then, since what happened
 * before it may change what it means.
 */
typedef struct
{
  VisCallInputKind kind;
  guint            epoch;
  VisCallEvent     event;
  char            *user;
  VisCallSwitch    microphone;
  VisCallSwitch    camera;
  VisMessage      *message;
  VisMessage      *answer;
  GError          *error;
  gboolean         again;
  gboolean         online;
  int              gen;
  VisSessionState  session;
  char            *sdp;
  GPtrArray       *candidates;
} VisCallInput;

VisCallInput *vis_call_input_new (VisCallInputKind kind) G_GNUC_WARN_UNUSED_RESULT;
VisCallInput *vis_call_input_new_event (VisCallEvent event) G_GNUC_WARN_UNUSED_RESULT;
void          vis_call_input_free (VisCallInput *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisCallInput, vis_call_input_free)

G_END_DECLS
