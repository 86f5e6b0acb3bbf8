/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-controller-private.h"

#include "vis-call-frames.h"
#include "vis-error.h"
#include "vis-limits.h"

/* The part of the controller that runs the effects of the table on the wire, the media engine, the
 * ringer and the clock. It has no conditions of its own about calls. */

/* Time */

static void
push_timer (VisCallController *self, VisCallInput *input)
{
  input->epoch = self->epoch;
  vis_event_queue_push (self->inputs, input);
}

static void
on_ring_timeout (gpointer data)
{
  VisCallController *self = data;

  self->ring_timer = 0;
  push_timer (self, vis_call_input_new_event (VIS_CALL_EVENT_RING_TIMEOUT));
}

static void
on_media_timeout (gpointer data)
{
  VisCallController *self = data;

  self->media_timer = 0;
  push_timer (self, vis_call_input_new_event (VIS_CALL_EVENT_MEDIA_TIMEOUT));
}

static void
on_retry (gpointer data)
{
  VisCallController *self = data;

  self->retry_timer = 0;
  push_timer (self, vis_call_input_new (VIS_CALL_INPUT_RETRY));
}

static void
on_second (gpointer data)
{
  VisCallController *self = data;
  gint64             spent = vis_clock_now (self->clock) - self->answered_at;
  gint64             seconds = spent / G_USEC_PER_SEC;
  gint64             rest = (seconds + 1) * G_USEC_PER_SEC - spent;

  /* Counted from the answer, so that late ticks do not add up. */
  self->count_timer =
    vis_clock_add_timeout (self->clock, (guint) ((rest + 999) / 1000), on_second, self);
  vis_call_set_duration (self->call, (guint) seconds);
}

static void
start_counting (VisCallController *self)
{
  vis_clock_clear (self->clock, &self->count_timer);
  self->answered_at = vis_clock_now (self->clock);
  self->count_timer = vis_clock_add_timeout (self->clock, 1000, on_second, self);
}

static void
arm_ring (VisCallController *self, const VisCallStep *step)
{
  gint64 age = step->event == VIS_CALL_EVENT_GOT_OFFER ? step->frame->age_ms : 0;

  vis_clock_clear (self->clock, &self->ring_timer);
  self->ring_timer =
    vis_clock_add_timeout (self->clock,
                           (guint) (VIS_LIMIT_RING_MS - CLAMP (age, 0, VIS_LIMIT_RING_MS)),
                           on_ring_timeout,
                           self);
}

static void
arm_media (VisCallController *self)
{
  if (self->media_timer == 0)
    self->media_timer =
      vis_clock_add_timeout (self->clock, VIS_LIMIT_RECONNECT_MS, on_media_timeout, self);
}

/* Whether the back-off of generations begins anew: the path was lost just now, or the wire came
 * back on what may be another network. */
static gboolean
is_new_start (const VisCallStep *step)
{
  return step->event == VIS_CALL_EVENT_MEDIA_LOST ||
         step->event == VIS_CALL_EVENT_MEDIA_LOST_CALLER ||
         step->event == VIS_CALL_EVENT_MEDIA_LOST_CALLEE ||
         step->input->kind == VIS_CALL_INPUT_WIRE;
}

/* Doubles with each generation: with the same time for all, a path that takes a little longer would
 * never be used. While our path works, only the other side decides when to give one up. */
static guint
get_patience (VisCallController *self)
{
  int tried = self->context.newest - self->newest_at_start - 1;

  if (self->context.path == VIS_CALL_PATH_UP)
    return VIS_CALL_MAX_RETRY_MS;

  return MIN (VIS_CALL_RETRY_MS << CLAMP (tried, 0, 8), VIS_CALL_MAX_RETRY_MS);
}

static void
arm_retry (VisCallController *self, const VisCallStep *step)
{
  if (is_new_start (step))
    self->newest_at_start =
      step->before->next != VIS_CALL_NO_GENERATION ? step->before->next - 1 : step->before->newest;

  vis_clock_clear (self->clock, &self->retry_timer);
  self->retry_armed_at = vis_clock_now (self->clock);
  self->retry_timer = vis_clock_add_timeout (self->clock, get_patience (self), on_retry, self);
}

/* The pending generation has failed: the next need not wait longer than VIS_CALL_RETRY_MS since the
 * last one began. */
static void
hasten_retry (VisCallController *self)
{
  gint64 spent = (vis_clock_now (self->clock) - self->retry_armed_at) / 1000;

  if (self->retry_timer == 0)
    return;

  vis_clock_clear (self->clock, &self->retry_timer);
  self->retry_timer =
    vis_clock_add_timeout (self->clock, (guint) MAX (VIS_CALL_RETRY_MS - spent, 0), on_retry, self);
}

/**
 * vis_call_controller_clear_timers:
 * @self: the controller
 *
 * Disarms all that is armed.
 */
void
vis_call_controller_clear_timers (VisCallController *self)
{
  vis_clock_clear (self->clock, &self->ring_timer);
  vis_clock_clear (self->clock, &self->media_timer);
  vis_clock_clear (self->clock, &self->retry_timer);
  vis_clock_clear (self->clock, &self->count_timer);
}

/* The wire */

static void
send_frame (VisCallController *self, VisMessage *frame)
{
  g_autoptr (VisMessage) owned = frame;

  vis_call_outbox_push (self->outbox, owned);
}

/* Without a connection an outgoing call fails at once. */
static void
fail_offline (VisCallController *self, VisMessage *offer)
{
  VisCallInput *input = vis_call_input_new (VIS_CALL_INPUT_FAILED);

  input->message = vis_message_ref (offer);
  input->error = g_error_new_literal (VIS_ERROR, VIS_ERROR_OFFLINE, "Not connected");
  vis_event_queue_push (self->inputs, input);
}

static void
send_offer (VisCallController *self, const VisCallStep *step)
{
  const int              gen = step->input->gen;
  g_autoptr (VisMessage) offer = vis_call_frame_new_offer (self->context.call,
                                                           gen,
                                                           gen == 0 ? self->context.peer : NULL,
                                                           vis_call_get_sending (self->call),
                                                           step->input->sdp);

  if (gen == 0 && !self->context.online)
    fail_offline (self, offer);
  else
    vis_call_outbox_push (self->outbox, offer);
}

static void
send_answer (VisCallController *self, const VisCallStep *step)
{
  send_frame (
    self,
    vis_call_frame_new_answer (
      self->context.call, step->input->gen, vis_call_get_sending (self->call), step->input->sdp));
}

/* No `call:end` for a call whose offer never reached the server. */
static void
send_end (VisCallController *self, const VisCallStep *step)
{
  const VisCallContext *left = step->before;
  const GError         *error = step->input->error;
  gboolean              unheard = vis_call_outbox_forget (self->outbox, left->call, -1);

  unheard |= g_error_matches (error, VIS_ERROR, VIS_ERROR_OFFLINE);
  if (left->outgoing && (unheard || !left->offered))
    return;

  send_frame (self, vis_call_frame_new_end (left->call, step->cell->reason));
}

/* The media */

static void
capture (VisCallController *self)
{
  VisMediaFlags wanted = VIS_MEDIA_AUDIO;

  /* A muted microphone stays open, since opening it takes a while; a camera that is off is closed,
   * and its light with it. A device that is missing stays requested, and is used once plugged in.
   */
  if (vis_call_get_camera (self->call))
    wanted |= VIS_MEDIA_CAMERA;
  vis_media_engine_capture (self->engine, wanted);
  vis_call_generations_set_sending (self->generations, vis_call_get_sending (self->call));
}

static void
open_offer (VisCallController *self, int gen)
{
  g_autoptr (GPtrArray) ice_servers = vis_wire_dup_ice_servers (self->wire);

  vis_call_generations_offer (self->generations, gen, ice_servers);
}

static void
open_answer (VisCallController *self, int gen, const char *offer)
{
  g_autoptr (GPtrArray) ice_servers = vis_wire_dup_ice_servers (self->wire);

  vis_call_generations_answer (self->generations, gen, offer, ice_servers);
}

static void
drop_next (VisCallController *self, const VisCallStep *step)
{
  if (step->before->next != VIS_CALL_NO_GENERATION)
    vis_call_outbox_forget (self->outbox, step->before->call, step->before->next);

  vis_call_generations_drop_next (self->generations);
}

/* Refuses a second call with `busy`, and reports it as missed. */
static void
send_busy (VisCallController *self, const VisCallStep *step)
{
  const char *user = step->frame->from;

  send_frame (self, vis_call_frame_new_end (step->frame->call, VIS_END_BUSY));
  g_signal_emit_by_name (
    self, "missed", user, vis_call_controller_name_of (self, user, step->input->message));
}

/* The effects, by what they are about. */

static void
run_call_effect (VisCallController *self, VisCallEffect effect, const VisCallStep *step)
{
  if (effect == VIS_CALL_EFFECT_REMEMBER)
    vis_ended_calls_add (self->ended, step->before->call);
  else if (effect == VIS_CALL_EFFECT_REMEMBER_OTHER)
    vis_ended_calls_add (self->ended, step->frame->call);
  else if (effect == VIS_CALL_EFFECT_SHOW_REACHED)
    vis_call_set_ringing_devices (
      self->call, (guint) vis_message_get_integer (step->input->answer, VIS_FIELD_RINGING));
  else if (effect == VIS_CALL_EFFECT_SHOW_RINGING)
    vis_call_set_remote_ringing (self->call, TRUE);
  else if (effect == VIS_CALL_EFFECT_SHOW_MEDIA)
    vis_call_controller_show_media (self, step->input->message);
}

static void
run_wire_effect (VisCallController *self, VisCallEffect effect, const VisCallStep *step)
{
  const char *call = self->context.call;

  if (effect == VIS_CALL_EFFECT_SEND_OFFER)
    send_offer (self, step);
  else if (effect == VIS_CALL_EFFECT_SEND_RINGING)
    send_frame (self, vis_call_frame_new_ringing (call));
  else if (effect == VIS_CALL_EFFECT_SEND_ANSWER)
    send_answer (self, step);
  else if (effect == VIS_CALL_EFFECT_SEND_CANDIDATES)
    send_frame (self, vis_call_frame_new_ice (call, step->input->gen, step->input->candidates));
  else if (effect == VIS_CALL_EFFECT_SEND_RENEW)
    send_frame (self, vis_call_frame_new_renew (call, self->context.newest));
  else if (effect == VIS_CALL_EFFECT_SEND_MEDIA)
    send_frame (self, vis_call_frame_new_media (call, vis_call_get_sending (self->call)));
  else if (effect == VIS_CALL_EFFECT_SEND_END)
    send_end (self, step);
  else if (effect == VIS_CALL_EFFECT_SEND_BUSY)
    send_busy (self, step);
  else if (effect == VIS_CALL_EFFECT_SEND_FAILED)
    send_frame (self, vis_call_frame_new_end (step->frame->call, VIS_END_FAILED));
}

static void
run_sound_effect (VisCallController *self, VisCallEffect effect)
{
  if (effect == VIS_CALL_EFFECT_RING)
    vis_ringer_ring (self->ringer, VIS_RING_INCOMING);
  else if (effect == VIS_CALL_EFFECT_RING_BACK)
    vis_ringer_ring (self->ringer, VIS_RING_BACK);
  else if (effect == VIS_CALL_EFFECT_RING_BUSY)
    vis_ringer_ring (self->ringer, VIS_RING_BUSY);
  else
    vis_ringer_ring (self->ringer, VIS_RING_NONE);
}

static void
run_open_effect (VisCallController *self, VisCallEffect effect, const VisCallStep *step)
{
  if (effect == VIS_CALL_EFFECT_OPEN_OFFER)
    open_offer (self, 0);
  else if (effect == VIS_CALL_EFFECT_OPEN_ANSWER)
    open_answer (self, 0, self->offer);
  else if (effect == VIS_CALL_EFFECT_OPEN_NEXT_OFFER)
    open_offer (self, self->context.next);
  else if (effect == VIS_CALL_EFFECT_OPEN_NEXT_ANSWER)
    open_answer (
      self, self->context.next, vis_message_get_string (step->input->message, VIS_FIELD_SDP));
}

static void
run_media_effect (VisCallController *self, VisCallEffect effect, const VisCallStep *step)
{
  const VisMessage *frame = step->input->message;

  if (effect == VIS_CALL_EFFECT_CAPTURE)
    capture (self);
  else if (effect == VIS_CALL_EFFECT_RELEASE)
    vis_media_engine_capture (self->engine, 0);
  else if (effect == VIS_CALL_EFFECT_TAKE_ANSWER)
    vis_call_generations_take_answer (
      self->generations, step->frame->gen, vis_message_get_string (frame, VIS_FIELD_SDP));
  else if (effect == VIS_CALL_EFFECT_TAKE_CANDIDATES)
    vis_call_generations_take_candidates (
      self->generations, step->frame->gen, vis_message_get_array (frame, VIS_FIELD_CANDIDATES));
  else if (effect == VIS_CALL_EFFECT_PROMOTE_NEXT)
    vis_call_generations_promote (self->generations);
  else if (effect == VIS_CALL_EFFECT_DROP_NEXT)
    drop_next (self, step);
  else if (effect == VIS_CALL_EFFECT_CLOSE_MEDIA)
    vis_call_generations_close (self->generations);
}

static void
run_time_effect (VisCallController *self, VisCallEffect effect, const VisCallStep *step)
{
  if (effect == VIS_CALL_EFFECT_ARM_RING)
    arm_ring (self, step);
  else if (effect == VIS_CALL_EFFECT_DISARM_RING)
    vis_clock_clear (self->clock, &self->ring_timer);
  else if (effect == VIS_CALL_EFFECT_ARM_MEDIA)
    arm_media (self);
  else if (effect == VIS_CALL_EFFECT_DISARM_MEDIA)
    vis_clock_clear (self->clock, &self->media_timer);
  else if (effect == VIS_CALL_EFFECT_ARM_RETRY)
    arm_retry (self, step);
  else if (effect == VIS_CALL_EFFECT_HASTEN_RETRY)
    hasten_retry (self);
  else if (effect == VIS_CALL_EFFECT_DISARM_RETRY)
    vis_clock_clear (self->clock, &self->retry_timer);
  else if (effect == VIS_CALL_EFFECT_START_COUNTING)
    start_counting (self);
  else if (effect == VIS_CALL_EFFECT_STOP_COUNTING)
    vis_clock_clear (self->clock, &self->count_timer);
}

static void
run_effect (VisCallController *self, VisCallEffect effect, const VisCallStep *step)
{
  /* No default: -Wswitch finds a missing effect. */
  switch (effect)
    {
    case VIS_CALL_EFFECT_BEGIN:
    case VIS_CALL_EFFECT_ADOPT:
      /* Done in vis-call-commit.c. */
    case VIS_CALL_EFFECT_NONE:
    case VIS_N_CALL_EFFECTS:
      break;
    case VIS_CALL_EFFECT_REMEMBER:
    case VIS_CALL_EFFECT_REMEMBER_OTHER:
    case VIS_CALL_EFFECT_SHOW_REACHED:
    case VIS_CALL_EFFECT_SHOW_RINGING:
    case VIS_CALL_EFFECT_SHOW_MEDIA:
      run_call_effect (self, effect, step);
      break;
    case VIS_CALL_EFFECT_SEND_OFFER:
    case VIS_CALL_EFFECT_SEND_RINGING:
    case VIS_CALL_EFFECT_SEND_ANSWER:
    case VIS_CALL_EFFECT_SEND_CANDIDATES:
    case VIS_CALL_EFFECT_SEND_RENEW:
    case VIS_CALL_EFFECT_SEND_MEDIA:
    case VIS_CALL_EFFECT_SEND_END:
    case VIS_CALL_EFFECT_SEND_BUSY:
    case VIS_CALL_EFFECT_SEND_FAILED:
      run_wire_effect (self, effect, step);
      break;
    case VIS_CALL_EFFECT_RING:
    case VIS_CALL_EFFECT_RING_BACK:
    case VIS_CALL_EFFECT_RING_BUSY:
    case VIS_CALL_EFFECT_SILENCE:
      run_sound_effect (self, effect);
      break;
    case VIS_CALL_EFFECT_OPEN_OFFER:
    case VIS_CALL_EFFECT_OPEN_ANSWER:
    case VIS_CALL_EFFECT_OPEN_NEXT_OFFER:
    case VIS_CALL_EFFECT_OPEN_NEXT_ANSWER:
      run_open_effect (self, effect, step);
      break;
    case VIS_CALL_EFFECT_CAPTURE:
    case VIS_CALL_EFFECT_RELEASE:
    case VIS_CALL_EFFECT_TAKE_ANSWER:
    case VIS_CALL_EFFECT_TAKE_CANDIDATES:
    case VIS_CALL_EFFECT_PROMOTE_NEXT:
    case VIS_CALL_EFFECT_DROP_NEXT:
    case VIS_CALL_EFFECT_CLOSE_MEDIA:
      run_media_effect (self, effect, step);
      break;
    case VIS_CALL_EFFECT_ARM_RING:
    case VIS_CALL_EFFECT_DISARM_RING:
    case VIS_CALL_EFFECT_ARM_MEDIA:
    case VIS_CALL_EFFECT_DISARM_MEDIA:
    case VIS_CALL_EFFECT_ARM_RETRY:
    case VIS_CALL_EFFECT_HASTEN_RETRY:
    case VIS_CALL_EFFECT_DISARM_RETRY:
    case VIS_CALL_EFFECT_START_COUNTING:
    case VIS_CALL_EFFECT_STOP_COUNTING:
      run_time_effect (self, effect, step);
      break;
    default:
      g_return_if_reached ();
    }
}

/**
 * vis_call_controller_run_effects:
 * @self: the controller
 * @step: a transition that is committed already
 *
 * Carries out what the machine decided.
 */
void
vis_call_controller_run_effects (VisCallController *self, const VisCallStep *step)
{
  for (const VisCallEffect *effect = step->cell->effects; *effect != VIS_CALL_EFFECT_NONE; effect++)
    {
      /* A handler may have disposed of the controller. */
      if (self->disposed)
        return;
      run_effect (self, *effect, step);
    }
}
