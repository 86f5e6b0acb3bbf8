/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-machine.h"

/* Short names: the table is to be read like a text. */
#define EVENT(name) [VIS_CALL_EVENT_##name]
#define FX(name)    VIS_CALL_EFFECT_##name

/* clang-format off */
#define MOVE(to, ...) { VIS_CALL_MOVE, VIS_CALL_##to, VIS_END_NONE, { __VA_ARGS__ } }
#define OVER(why, ...) { VIS_CALL_MOVE, VIS_CALL_IDLE, VIS_END_##why, { __VA_ARGS__ } }
#define STAY(...) { VIS_CALL_STAY, 0, VIS_END_NONE, { __VA_ARGS__ } }
#define IGNORE { VIS_CALL_IGNORE, 0, VIS_END_NONE, { 0 } }
#define IMPOSSIBLE { VIS_CALL_IMPOSSIBLE, 0, VIS_END_NONE, { 0 } }

/* The exit effects of each state, whatever the transition. */
#define LEAVE_RINGING FX (SILENCE), FX (DISARM_RING)
#define LEAVE_CALLING FX (SILENCE), FX (DISARM_RING), FX (CLOSE_MEDIA), FX (RELEASE), FX (REMEMBER)
#define LEAVE_IN_CALL                                                                              \
  FX (DISARM_MEDIA), FX (DISARM_RETRY), FX (STOP_COUNTING), FX (CLOSE_MEDIA), FX (RELEASE),        \
    FX (REMEMBER)

static const VisCallTable table = { {
  [VIS_CALL_IDLE] = {
    EVENT (NONE) = IGNORE,

    EVENT (START) = MOVE (CALLING, FX (BEGIN), FX (CAPTURE), FX (OPEN_OFFER), FX (ARM_RING)),
    EVENT (ANSWER) = IGNORE, /* the call ended just before the click */
    EVENT (DECLINE) = IGNORE,
    EVENT (HANG_UP) = IGNORE,
    EVENT (SWITCH) = IGNORE,

    EVENT (GOT_OFFER) = MOVE (RINGING, FX (ADOPT), FX (SEND_RINGING), FX (RING), FX (ARM_RING)),
    EVENT (GOT_BAD_OFFER) = STAY (FX (SEND_FAILED), FX (REMEMBER_OTHER)),
    EVENT (GLARE_WON) = IMPOSSIBLE,
    EVENT (GLARE_LOST) = IMPOSSIBLE,
    EVENT (GOT_NEXT_OFFER) = IMPOSSIBLE,
    EVENT (GOT_RINGING) = IMPOSSIBLE,
    EVENT (GOT_ANSWER) = IMPOSSIBLE, /* after a hang-up the call is unknown */
    EVENT (GOT_NEXT_ANSWER) = IMPOSSIBLE,
    EVENT (GOT_CANDIDATES) = IMPOSSIBLE,
    EVENT (GOT_RENEW) = IMPOSSIBLE,
    EVENT (GOT_MEDIA) = IMPOSSIBLE,
    EVENT (GOT_END) = IMPOSSIBLE,
    EVENT (GOT_REFUSAL) = IMPOSSIBLE,
    EVENT (GOT_ELSEWHERE) = IMPOSSIBLE,
    EVENT (GOT_OTHER_END) = STAY (FX (REMEMBER_OTHER)), /* its offer may still be on the way */

    EVENT (REACHED) = IMPOSSIBLE,
    EVENT (UNREACHABLE) = IMPOSSIBLE,
    EVENT (OFFER_FAILED) = IMPOSSIBLE,
    EVENT (ANSWER_FAILED) = IMPOSSIBLE,

    EVENT (WIRE_LOST) = IGNORE,
    EVENT (WIRE_BACK) = IGNORE,

    EVENT (RING_TIMEOUT) = IMPOSSIBLE,
    EVENT (MEDIA_TIMEOUT) = IMPOSSIBLE,
    EVENT (RETRY_CALLER) = IMPOSSIBLE,
    EVENT (RETRY_CALLEE) = IMPOSSIBLE,
    EVENT (RETRY_LATER) = IMPOSSIBLE,
    EVENT (RETRY_NEEDLESS) = IMPOSSIBLE,

    EVENT (OFFER_READY) = IMPOSSIBLE,
    EVENT (ANSWER_READY) = IMPOSSIBLE,
    EVENT (CANDIDATES_READY) = IMPOSSIBLE,
    EVENT (MEDIA_CONNECTED) = IMPOSSIBLE,
    EVENT (MEDIA_REPLACED) = IMPOSSIBLE,
    EVENT (MEDIA_LOST) = IMPOSSIBLE,
    EVENT (MEDIA_LOST_CALLER) = IMPOSSIBLE,
    EVENT (MEDIA_LOST_CALLEE) = IMPOSSIBLE,
    EVENT (MEDIA_INSECURE) = IMPOSSIBLE,
    EVENT (MEDIA_UNUSABLE) = IMPOSSIBLE,
    EVENT (NEXT_FAILED) = IMPOSSIBLE,
  },

  [VIS_CALL_RINGING] = {
    EVENT (NONE) = IGNORE,

    EVENT (START) = IGNORE,
    EVENT (ANSWER) = MOVE (IN_CALL, LEAVE_RINGING, FX (OPEN_ANSWER), FX (CAPTURE), FX (ARM_MEDIA),
                           FX (START_COUNTING)),
    EVENT (DECLINE) = OVER (DECLINED, FX (SEND_END), LEAVE_RINGING, FX (REMEMBER)),
    EVENT (HANG_UP) = OVER (DECLINED, FX (SEND_END), LEAVE_RINGING, FX (REMEMBER)),
    EVENT (SWITCH) = IGNORE,

    EVENT (GOT_OFFER) = STAY (FX (SEND_BUSY), FX (REMEMBER_OTHER)),
    EVENT (GOT_BAD_OFFER) = STAY (FX (SEND_FAILED), FX (REMEMBER_OTHER)),
    EVENT (GLARE_WON) = IMPOSSIBLE,
    EVENT (GLARE_LOST) = IMPOSSIBLE,
    EVENT (GOT_NEXT_OFFER) = IMPOSSIBLE, /* there is no newer generation before an answer */
    EVENT (GOT_RINGING) = IMPOSSIBLE,
    EVENT (GOT_ANSWER) = IMPOSSIBLE,
    EVENT (GOT_NEXT_ANSWER) = IMPOSSIBLE,
    EVENT (GOT_CANDIDATES) = STAY (FX (TAKE_CANDIDATES)),
    EVENT (GOT_RENEW) = IMPOSSIBLE,
    EVENT (GOT_MEDIA) = STAY (FX (SHOW_MEDIA)),
    EVENT (GOT_END) = MOVE (IDLE, LEAVE_RINGING, FX (REMEMBER)),
    EVENT (GOT_REFUSAL) = MOVE (IDLE, LEAVE_RINGING, FX (REMEMBER)),
    EVENT (GOT_ELSEWHERE) = MOVE (IDLE, LEAVE_RINGING, FX (REMEMBER)),
    EVENT (GOT_OTHER_END) = STAY (FX (REMEMBER_OTHER)),

    EVENT (REACHED) = IMPOSSIBLE,
    EVENT (UNREACHABLE) = IMPOSSIBLE,
    EVENT (OFFER_FAILED) = IMPOSSIBLE,
    EVENT (ANSWER_FAILED) = IMPOSSIBLE,

    /* Not remembered as ended: the server may offer it again once the wire is back. */
    EVENT (WIRE_LOST) = OVER (FAILED, LEAVE_RINGING),
    EVENT (WIRE_BACK) = IGNORE,

    /* No end is sent: another device may still answer; the caller says when it is over. */
    EVENT (RING_TIMEOUT) = OVER (TIMEOUT, LEAVE_RINGING, FX (REMEMBER)),
    EVENT (MEDIA_TIMEOUT) = IMPOSSIBLE,
    EVENT (RETRY_CALLER) = IMPOSSIBLE,
    EVENT (RETRY_CALLEE) = IMPOSSIBLE,
    EVENT (RETRY_LATER) = IMPOSSIBLE,
    EVENT (RETRY_NEEDLESS) = IMPOSSIBLE,

    EVENT (OFFER_READY) = IMPOSSIBLE,
    EVENT (ANSWER_READY) = IMPOSSIBLE,
    EVENT (CANDIDATES_READY) = IMPOSSIBLE,
    EVENT (MEDIA_CONNECTED) = IMPOSSIBLE,
    EVENT (MEDIA_REPLACED) = IMPOSSIBLE,
    EVENT (MEDIA_LOST) = IMPOSSIBLE,
    EVENT (MEDIA_LOST_CALLER) = IMPOSSIBLE,
    EVENT (MEDIA_LOST_CALLEE) = IMPOSSIBLE,
    EVENT (MEDIA_INSECURE) = IMPOSSIBLE,
    EVENT (MEDIA_UNUSABLE) = IMPOSSIBLE,
    EVENT (NEXT_FAILED) = IMPOSSIBLE,
  },

  [VIS_CALL_CALLING] = {
    EVENT (NONE) = IGNORE,

    EVENT (START) = IGNORE,
    EVENT (ANSWER) = IGNORE,
    EVENT (DECLINE) = IGNORE,
    EVENT (HANG_UP) = OVER (HANGUP, FX (SEND_END), LEAVE_CALLING),
    EVENT (SWITCH) = STAY (FX (CAPTURE)),

    EVENT (GOT_OFFER) = STAY (FX (SEND_BUSY), FX (REMEMBER_OTHER)),
    EVENT (GOT_BAD_OFFER) = STAY (FX (SEND_FAILED), FX (REMEMBER_OTHER)),
    EVENT (GLARE_WON) = STAY (FX (REMEMBER_OTHER)),
    EVENT (GLARE_LOST) = { VIS_CALL_MOVE, VIS_CALL_IN_CALL, VIS_END_GLARE,
                           { FX (SEND_END), FX (SILENCE), FX (DISARM_RING), FX (CLOSE_MEDIA),
                             FX (REMEMBER), FX (ADOPT), FX (OPEN_ANSWER), FX (CAPTURE),
                             FX (ARM_MEDIA), FX (START_COUNTING) } },
    EVENT (GOT_NEXT_OFFER) = IMPOSSIBLE,
    EVENT (GOT_RINGING) = STAY (FX (RING_BACK), FX (SHOW_RINGING)),
    EVENT (GOT_ANSWER) = MOVE (IN_CALL, FX (TAKE_ANSWER), FX (SILENCE), FX (DISARM_RING),
                               FX (ARM_MEDIA), FX (START_COUNTING), FX (SHOW_MEDIA)),
    EVENT (GOT_NEXT_ANSWER) = IMPOSSIBLE,
    EVENT (GOT_CANDIDATES) = STAY (FX (TAKE_CANDIDATES)), /* they overtook the answer */
    EVENT (GOT_RENEW) = IGNORE, /* likewise; it is asked for again */
    EVENT (GOT_MEDIA) = STAY (FX (SHOW_MEDIA)),
    EVENT (GOT_END) = MOVE (IDLE, LEAVE_CALLING),
    EVENT (GOT_REFUSAL) = MOVE (IDLE, FX (RING_BUSY), FX (DISARM_RING), FX (CLOSE_MEDIA),
                                FX (RELEASE), FX (REMEMBER)),
    EVENT (GOT_ELSEWHERE) = MOVE (IDLE, LEAVE_CALLING),
    EVENT (GOT_OTHER_END) = STAY (FX (REMEMBER_OTHER)),

    EVENT (REACHED) = STAY (FX (SHOW_REACHED)),
    EVENT (UNREACHABLE) = OVER (UNREACHABLE, LEAVE_CALLING),
    EVENT (OFFER_FAILED) = OVER (FAILED, FX (SEND_END), LEAVE_CALLING),
    EVENT (ANSWER_FAILED) = IMPOSSIBLE,

    EVENT (WIRE_LOST) = IGNORE, /* the server waits for us a little */
    EVENT (WIRE_BACK) = IGNORE,

    EVENT (RING_TIMEOUT) = OVER (TIMEOUT, FX (SEND_END), LEAVE_CALLING),
    EVENT (MEDIA_TIMEOUT) = IMPOSSIBLE,
    EVENT (RETRY_CALLER) = IMPOSSIBLE,
    EVENT (RETRY_CALLEE) = IMPOSSIBLE,
    EVENT (RETRY_LATER) = IMPOSSIBLE,
    EVENT (RETRY_NEEDLESS) = IMPOSSIBLE,

    EVENT (OFFER_READY) = STAY (FX (SEND_OFFER)),
    EVENT (ANSWER_READY) = IMPOSSIBLE,
    EVENT (CANDIDATES_READY) = STAY (FX (SEND_CANDIDATES)),
    EVENT (MEDIA_CONNECTED) = IGNORE, /* nobody to connect to yet: not to be believed */
    EVENT (MEDIA_REPLACED) = IMPOSSIBLE,
    EVENT (MEDIA_LOST) = OVER (FAILED, FX (SEND_END), LEAVE_CALLING),
    EVENT (MEDIA_LOST_CALLER) = OVER (FAILED, FX (SEND_END), LEAVE_CALLING),
    EVENT (MEDIA_LOST_CALLEE) = IMPOSSIBLE,
    EVENT (MEDIA_INSECURE) = OVER (INSECURE, FX (SEND_END), LEAVE_CALLING),
    EVENT (MEDIA_UNUSABLE) = OVER (FAILED, FX (SEND_END), LEAVE_CALLING),
    EVENT (NEXT_FAILED) = IMPOSSIBLE,
  },

  [VIS_CALL_IN_CALL] = {
    EVENT (NONE) = IGNORE,

    EVENT (START) = IGNORE,
    EVENT (ANSWER) = IGNORE, /* a double click */
    EVENT (DECLINE) = IGNORE,
    EVENT (HANG_UP) = OVER (HANGUP, FX (SEND_END), LEAVE_IN_CALL),
    EVENT (SWITCH) = STAY (FX (CAPTURE), FX (SEND_MEDIA)),

    EVENT (GOT_OFFER) = STAY (FX (SEND_BUSY), FX (REMEMBER_OTHER)),
    EVENT (GOT_BAD_OFFER) = STAY (FX (SEND_FAILED), FX (REMEMBER_OTHER)),
    EVENT (GLARE_WON) = IMPOSSIBLE,
    EVENT (GLARE_LOST) = IMPOSSIBLE,
    EVENT (GOT_NEXT_OFFER) = STAY (FX (DROP_NEXT), FX (OPEN_NEXT_ANSWER), FX (ARM_RETRY)),
    EVENT (GOT_RINGING) = IGNORE, /* another device rang before it was told */
    EVENT (GOT_ANSWER) = IGNORE, /* the same again */
    EVENT (GOT_NEXT_ANSWER) = STAY (FX (TAKE_ANSWER)),
    EVENT (GOT_CANDIDATES) = STAY (FX (TAKE_CANDIDATES)),
    EVENT (GOT_RENEW) = STAY (FX (DROP_NEXT), FX (OPEN_NEXT_OFFER), FX (ARM_RETRY)),
    EVENT (GOT_MEDIA) = STAY (FX (SHOW_MEDIA)),
    EVENT (GOT_END) = MOVE (IDLE, LEAVE_IN_CALL),
    EVENT (GOT_REFUSAL) = MOVE (IDLE, LEAVE_IN_CALL),
    EVENT (GOT_ELSEWHERE) = MOVE (IDLE, LEAVE_IN_CALL), /* both answered, the other was first */
    EVENT (GOT_OTHER_END) = STAY (FX (REMEMBER_OTHER)),

    EVENT (REACHED) = IGNORE, /* answered faster than the server said how many ring */
    EVENT (UNREACHABLE) = IGNORE,
    EVENT (OFFER_FAILED) = IGNORE, /* it was answered all the same */
    EVENT (ANSWER_FAILED) = OVER (FAILED, FX (SEND_END), LEAVE_IN_CALL),

    EVENT (WIRE_LOST) = IGNORE, /* the media path is not the wire */
    EVENT (WIRE_BACK) = IGNORE,

    EVENT (RING_TIMEOUT) = IMPOSSIBLE,
    EVENT (MEDIA_TIMEOUT) = OVER (FAILED, FX (SEND_END), LEAVE_IN_CALL),
    EVENT (RETRY_CALLER) = STAY (FX (DROP_NEXT), FX (OPEN_NEXT_OFFER), FX (ARM_RETRY)),
    EVENT (RETRY_CALLEE) = STAY (FX (SEND_RENEW), FX (ARM_RETRY)),
    EVENT (RETRY_LATER) = STAY (FX (ARM_RETRY)),
    EVENT (RETRY_NEEDLESS) = STAY (FX (DROP_NEXT)),

    EVENT (OFFER_READY) = STAY (FX (SEND_OFFER)),
    EVENT (ANSWER_READY) = STAY (FX (SEND_ANSWER)),
    EVENT (CANDIDATES_READY) = STAY (FX (SEND_CANDIDATES)),
    EVENT (MEDIA_CONNECTED) = STAY (FX (DISARM_MEDIA), FX (DISARM_RETRY), FX (DROP_NEXT),
                                    FX (SEND_MEDIA)),
    EVENT (MEDIA_REPLACED) = STAY (FX (PROMOTE_NEXT), FX (DISARM_MEDIA), FX (DISARM_RETRY),
                                   FX (SEND_MEDIA)),
    EVENT (MEDIA_LOST) = STAY (FX (ARM_MEDIA), FX (ARM_RETRY)),
    EVENT (MEDIA_LOST_CALLER) = STAY (FX (ARM_MEDIA), FX (OPEN_NEXT_OFFER), FX (ARM_RETRY)),
    EVENT (MEDIA_LOST_CALLEE) = STAY (FX (ARM_MEDIA), FX (SEND_RENEW), FX (ARM_RETRY)),
    EVENT (MEDIA_INSECURE) = OVER (INSECURE, FX (SEND_END), LEAVE_IN_CALL),
    EVENT (MEDIA_UNUSABLE) = OVER (FAILED, FX (SEND_END), LEAVE_IN_CALL),
    EVENT (NEXT_FAILED) = STAY (FX (DROP_NEXT), FX (HASTEN_RETRY)),
  },
} };
/* clang-format on */

static const char *const state_names[VIS_N_CALL_STATES] = {
  [VIS_CALL_IDLE] = "idle",
  [VIS_CALL_RINGING] = "ringing",
  [VIS_CALL_CALLING] = "calling",
  [VIS_CALL_IN_CALL] = "in_call",
};

static const char *const event_names[VIS_N_CALL_EVENTS] = {
  [VIS_CALL_EVENT_NONE] = "none",
  [VIS_CALL_EVENT_START] = "start",
  [VIS_CALL_EVENT_ANSWER] = "answer",
  [VIS_CALL_EVENT_DECLINE] = "decline",
  [VIS_CALL_EVENT_HANG_UP] = "hang_up",
  [VIS_CALL_EVENT_SWITCH] = "switch",
  [VIS_CALL_EVENT_GOT_OFFER] = "got_offer",
  [VIS_CALL_EVENT_GOT_BAD_OFFER] = "got_bad_offer",
  [VIS_CALL_EVENT_GLARE_WON] = "glare_won",
  [VIS_CALL_EVENT_GLARE_LOST] = "glare_lost",
  [VIS_CALL_EVENT_GOT_NEXT_OFFER] = "got_next_offer",
  [VIS_CALL_EVENT_GOT_RINGING] = "got_ringing",
  [VIS_CALL_EVENT_GOT_ANSWER] = "got_answer",
  [VIS_CALL_EVENT_GOT_NEXT_ANSWER] = "got_next_answer",
  [VIS_CALL_EVENT_GOT_CANDIDATES] = "got_candidates",
  [VIS_CALL_EVENT_GOT_RENEW] = "got_renew",
  [VIS_CALL_EVENT_GOT_MEDIA] = "got_media",
  [VIS_CALL_EVENT_GOT_END] = "got_end",
  [VIS_CALL_EVENT_GOT_REFUSAL] = "got_refusal",
  [VIS_CALL_EVENT_GOT_ELSEWHERE] = "got_elsewhere",
  [VIS_CALL_EVENT_GOT_OTHER_END] = "got_other_end",
  [VIS_CALL_EVENT_REACHED] = "reached",
  [VIS_CALL_EVENT_UNREACHABLE] = "unreachable",
  [VIS_CALL_EVENT_OFFER_FAILED] = "offer_failed",
  [VIS_CALL_EVENT_ANSWER_FAILED] = "answer_failed",
  [VIS_CALL_EVENT_WIRE_LOST] = "wire_lost",
  [VIS_CALL_EVENT_WIRE_BACK] = "wire_back",
  [VIS_CALL_EVENT_RING_TIMEOUT] = "ring_timeout",
  [VIS_CALL_EVENT_MEDIA_TIMEOUT] = "media_timeout",
  [VIS_CALL_EVENT_RETRY_CALLER] = "retry_caller",
  [VIS_CALL_EVENT_RETRY_CALLEE] = "retry_callee",
  [VIS_CALL_EVENT_RETRY_LATER] = "retry_later",
  [VIS_CALL_EVENT_RETRY_NEEDLESS] = "retry_needless",
  [VIS_CALL_EVENT_OFFER_READY] = "offer_ready",
  [VIS_CALL_EVENT_ANSWER_READY] = "answer_ready",
  [VIS_CALL_EVENT_CANDIDATES_READY] = "candidates_ready",
  [VIS_CALL_EVENT_MEDIA_CONNECTED] = "media_connected",
  [VIS_CALL_EVENT_MEDIA_REPLACED] = "media_replaced",
  [VIS_CALL_EVENT_MEDIA_LOST] = "media_lost",
  [VIS_CALL_EVENT_MEDIA_LOST_CALLER] = "media_lost_caller",
  [VIS_CALL_EVENT_MEDIA_LOST_CALLEE] = "media_lost_callee",
  [VIS_CALL_EVENT_MEDIA_INSECURE] = "media_insecure",
  [VIS_CALL_EVENT_MEDIA_UNUSABLE] = "media_unusable",
  [VIS_CALL_EVENT_NEXT_FAILED] = "next_failed",
};

static const char *const effect_names[VIS_N_CALL_EFFECTS] = {
  [VIS_CALL_EFFECT_NONE] = "none",
  [VIS_CALL_EFFECT_BEGIN] = "begin",
  [VIS_CALL_EFFECT_ADOPT] = "adopt",
  [VIS_CALL_EFFECT_REMEMBER] = "remember",
  [VIS_CALL_EFFECT_REMEMBER_OTHER] = "remember_other",
  [VIS_CALL_EFFECT_SEND_OFFER] = "send_offer",
  [VIS_CALL_EFFECT_SEND_RINGING] = "send_ringing",
  [VIS_CALL_EFFECT_SEND_ANSWER] = "send_answer",
  [VIS_CALL_EFFECT_SEND_CANDIDATES] = "send_candidates",
  [VIS_CALL_EFFECT_SEND_RENEW] = "send_renew",
  [VIS_CALL_EFFECT_SEND_MEDIA] = "send_media",
  [VIS_CALL_EFFECT_SEND_END] = "send_end",
  [VIS_CALL_EFFECT_SEND_BUSY] = "send_busy",
  [VIS_CALL_EFFECT_SEND_FAILED] = "send_failed",
  [VIS_CALL_EFFECT_RING] = "ring",
  [VIS_CALL_EFFECT_RING_BACK] = "ring_back",
  [VIS_CALL_EFFECT_RING_BUSY] = "ring_busy",
  [VIS_CALL_EFFECT_SILENCE] = "silence",
  [VIS_CALL_EFFECT_CAPTURE] = "capture",
  [VIS_CALL_EFFECT_RELEASE] = "release",
  [VIS_CALL_EFFECT_OPEN_OFFER] = "open_offer",
  [VIS_CALL_EFFECT_OPEN_ANSWER] = "open_answer",
  [VIS_CALL_EFFECT_OPEN_NEXT_OFFER] = "open_next_offer",
  [VIS_CALL_EFFECT_OPEN_NEXT_ANSWER] = "open_next_answer",
  [VIS_CALL_EFFECT_TAKE_ANSWER] = "take_answer",
  [VIS_CALL_EFFECT_TAKE_CANDIDATES] = "take_candidates",
  [VIS_CALL_EFFECT_PROMOTE_NEXT] = "promote_next",
  [VIS_CALL_EFFECT_DROP_NEXT] = "drop_next",
  [VIS_CALL_EFFECT_CLOSE_MEDIA] = "close_media",
  [VIS_CALL_EFFECT_ARM_RING] = "arm_ring",
  [VIS_CALL_EFFECT_DISARM_RING] = "disarm_ring",
  [VIS_CALL_EFFECT_ARM_MEDIA] = "arm_media",
  [VIS_CALL_EFFECT_DISARM_MEDIA] = "disarm_media",
  [VIS_CALL_EFFECT_ARM_RETRY] = "arm_retry",
  [VIS_CALL_EFFECT_HASTEN_RETRY] = "hasten_retry",
  [VIS_CALL_EFFECT_DISARM_RETRY] = "disarm_retry",
  [VIS_CALL_EFFECT_START_COUNTING] = "start_counting",
  [VIS_CALL_EFFECT_STOP_COUNTING] = "stop_counting",
  [VIS_CALL_EFFECT_SHOW_REACHED] = "show_reached",
  [VIS_CALL_EFFECT_SHOW_RINGING] = "show_ringing",
  [VIS_CALL_EFFECT_SHOW_MEDIA] = "show_media",
};

/**
 * vis_call_machine_get_table:
 *
 * Returns: (transfer none): the machine of Visavis
 */
const VisCallTable *
vis_call_machine_get_table (void)
{
  return &table;
}

/**
 * vis_call_machine_reduce:
 * @state: where a call is
 * @event: what happened to it
 *
 * Looks up what happens then. Reads nothing but the table, so that the same question always has the
 * same answer.
 *
 * Returns: (transfer none): what was decided
 */
const VisCallCell *
vis_call_machine_reduce (VisCallState state, VisCallEvent event)
{
  g_return_val_if_fail ((guint) state < VIS_N_CALL_STATES, &table.cells[0][0]);
  g_return_val_if_fail ((guint) event < VIS_N_CALL_EVENTS, &table.cells[0][0]);

  return &table.cells[state][event];
}

/* Names for logs and for the document. */

const char *
vis_call_state_to_string (VisCallState state)
{
  return (guint) state < VIS_N_CALL_STATES ? state_names[state] : "?";
}

const char *
vis_call_event_to_string (VisCallEvent event)
{
  return (guint) event < VIS_N_CALL_EVENTS ? event_names[event] : "?";
}

const char *
vis_call_effect_to_string (VisCallEffect effect)
{
  return (guint) effect < VIS_N_CALL_EFFECTS ? effect_names[effect] : "?";
}
