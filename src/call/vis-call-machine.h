/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-types.h"

G_BEGIN_DECLS

/**
 * VisCallEvent:
 *
 * What can happen to a call. Everything that would need an `if` in the table (who called, which id
 * is smaller, whether the wire is online) is decided before, by the classifier, and is an event of
 * its own here.
 */
typedef enum
{
  VIS_CALL_EVENT_NONE, /* nothing for the machine: stale, repeated or not ours */

  /* What the person does */
  VIS_CALL_EVENT_START,
  VIS_CALL_EVENT_ANSWER,
  VIS_CALL_EVENT_DECLINE,
  VIS_CALL_EVENT_HANG_UP,
  VIS_CALL_EVENT_SWITCH, /* microphone or camera on or off, plugged in or pulled out */

  /* What the wire says */
  VIS_CALL_EVENT_GOT_OFFER,      /* of a call that is new here */
  VIS_CALL_EVENT_GOT_BAD_OFFER,  /* likewise, and nothing can come of it */
  VIS_CALL_EVENT_GLARE_WON,      /* both call each other, ours lives */
  VIS_CALL_EVENT_GLARE_LOST,     /* both call each other, theirs lives */
  VIS_CALL_EVENT_GOT_NEXT_OFFER, /* of a newer generation of this call */
  VIS_CALL_EVENT_GOT_RINGING,
  VIS_CALL_EVENT_GOT_ANSWER,      /* of generation 0 */
  VIS_CALL_EVENT_GOT_NEXT_ANSWER, /* of the generation being built */
  VIS_CALL_EVENT_GOT_CANDIDATES,
  VIS_CALL_EVENT_GOT_RENEW,
  VIS_CALL_EVENT_GOT_MEDIA,
  VIS_CALL_EVENT_GOT_END,
  VIS_CALL_EVENT_GOT_REFUSAL,   /* busy or declined */
  VIS_CALL_EVENT_GOT_ELSEWHERE, /* answered on another device */
  VIS_CALL_EVENT_GOT_OTHER_END, /* the end of a call that is not this one */

  /* How requests went */
  VIS_CALL_EVENT_REACHED,     /* the offer was taken */
  VIS_CALL_EVENT_UNREACHABLE, /* the offer was refused: no such person for us */
  VIS_CALL_EVENT_OFFER_FAILED,
  VIS_CALL_EVENT_ANSWER_FAILED,

  /* The connection to the server */
  VIS_CALL_EVENT_WIRE_LOST,
  VIS_CALL_EVENT_WIRE_BACK, /* and nothing waited for it */

  /* Time */
  VIS_CALL_EVENT_RING_TIMEOUT,
  VIS_CALL_EVENT_MEDIA_TIMEOUT,  /* no media for as long as one waits for it */
  VIS_CALL_EVENT_RETRY_CALLER,   /* the path is still lost: offer again */
  VIS_CALL_EVENT_RETRY_CALLEE,   /* the path is still lost: ask again */
  VIS_CALL_EVENT_RETRY_LATER,    /* the path is still lost, and nobody can be told */
  VIS_CALL_EVENT_RETRY_NEEDLESS, /* the old path works, the new one does not come */

  /* What the media sessions report */
  VIS_CALL_EVENT_OFFER_READY,
  VIS_CALL_EVENT_ANSWER_READY,
  VIS_CALL_EVENT_CANDIDATES_READY,
  VIS_CALL_EVENT_MEDIA_CONNECTED,
  VIS_CALL_EVENT_MEDIA_REPLACED,    /* the next generation carries media */
  VIS_CALL_EVENT_MEDIA_LOST,        /* and for now there is nothing to do but wait */
  VIS_CALL_EVENT_MEDIA_LOST_CALLER, /* and this side makes the offers */
  VIS_CALL_EVENT_MEDIA_LOST_CALLEE, /* and the other side makes the offers */
  VIS_CALL_EVENT_MEDIA_INSECURE,
  VIS_CALL_EVENT_MEDIA_UNUSABLE, /* no media will come of what the two sides described */
  VIS_CALL_EVENT_NEXT_FAILED,

  VIS_N_CALL_EVENTS,
} VisCallEvent;

/**
 * VisCallEffect:
 *
 * What is to be done after a transition, in the order of the list. Asking for what is so already is
 * harmless.
 */
typedef enum
{
  VIS_CALL_EFFECT_NONE, /* ends a list */

  VIS_CALL_EFFECT_BEGIN,    /* a call of ours */
  VIS_CALL_EFFECT_ADOPT,    /* the offer's call becomes this one */
  VIS_CALL_EFFECT_REMEMBER, /* this call's id as ended */
  VIS_CALL_EFFECT_REMEMBER_OTHER,

  VIS_CALL_EFFECT_SEND_OFFER,
  VIS_CALL_EFFECT_SEND_RINGING,
  VIS_CALL_EFFECT_SEND_ANSWER,
  VIS_CALL_EFFECT_SEND_CANDIDATES,
  VIS_CALL_EFFECT_SEND_RENEW,
  VIS_CALL_EFFECT_SEND_MEDIA,
  VIS_CALL_EFFECT_SEND_END,    /* with the reason of the transition */
  VIS_CALL_EFFECT_SEND_BUSY,   /* to the other call */
  VIS_CALL_EFFECT_SEND_FAILED, /* likewise */

  VIS_CALL_EFFECT_RING,
  VIS_CALL_EFFECT_RING_BACK,
  VIS_CALL_EFFECT_RING_BUSY,
  VIS_CALL_EFFECT_SILENCE,

  VIS_CALL_EFFECT_CAPTURE, /* microphone and camera as wanted, everywhere */
  VIS_CALL_EFFECT_RELEASE, /* close them */
  VIS_CALL_EFFECT_OPEN_OFFER,
  VIS_CALL_EFFECT_OPEN_ANSWER,
  VIS_CALL_EFFECT_OPEN_NEXT_OFFER,
  VIS_CALL_EFFECT_OPEN_NEXT_ANSWER,
  VIS_CALL_EFFECT_TAKE_ANSWER,
  VIS_CALL_EFFECT_TAKE_CANDIDATES,
  VIS_CALL_EFFECT_PROMOTE_NEXT, /* and close the old one */
  VIS_CALL_EFFECT_DROP_NEXT,
  VIS_CALL_EFFECT_CLOSE_MEDIA,

  VIS_CALL_EFFECT_ARM_RING,
  VIS_CALL_EFFECT_DISARM_RING,
  VIS_CALL_EFFECT_ARM_MEDIA, /* unless it runs already */
  VIS_CALL_EFFECT_DISARM_MEDIA,
  VIS_CALL_EFFECT_ARM_RETRY,    /* from the start */
  VIS_CALL_EFFECT_HASTEN_RETRY, /* what it gave time to has failed */
  VIS_CALL_EFFECT_DISARM_RETRY,
  VIS_CALL_EFFECT_START_COUNTING, /* the seconds of the conversation */
  VIS_CALL_EFFECT_STOP_COUNTING,

  VIS_CALL_EFFECT_SHOW_REACHED,
  VIS_CALL_EFFECT_SHOW_RINGING,
  VIS_CALL_EFFECT_SHOW_MEDIA,

  VIS_N_CALL_EFFECTS,
} VisCallEffect;

/**
 * VisCallVerdict:
 * @VIS_CALL_UNDECIDED: nobody thought about this cell: a test fails
 * @VIS_CALL_MOVE: another state, and effects
 * @VIS_CALL_STAY: effects only
 * @VIS_CALL_IGNORE: can happen and means nothing
 * @VIS_CALL_IMPOSSIBLE: the classifier never says this here; if it does, that is a bug
 *
 * What was decided about an event in a state.
 */
typedef enum
{
  VIS_CALL_UNDECIDED,
  VIS_CALL_MOVE,
  VIS_CALL_STAY,
  VIS_CALL_IGNORE,
  VIS_CALL_IMPOSSIBLE,
} VisCallVerdict;

#define VIS_CALL_MAX_EFFECTS 12

/**
 * VisCallCell:
 * @verdict: what was decided
 * @state: the next state, of a move
 * @reason: why the call ends, of a move that ends one; @VIS_END_NONE: as the other side said
 * @effects: what to do, ended by @VIS_CALL_EFFECT_NONE
 *
 * One cell of the table.
 */
typedef struct
{
  VisCallVerdict verdict;
  VisCallState   state;
  VisEndReason   reason;
  VisCallEffect  effects[VIS_CALL_MAX_EFFECTS + 1];
} VisCallCell;

/**
 * VisCallTable:
 *
 * The whole machine. Tests work on copies of it, to break them.
 */
typedef struct
{
  VisCallCell cells[VIS_N_CALL_STATES][VIS_N_CALL_EVENTS];
} VisCallTable;

const VisCallTable *vis_call_machine_get_table (void);
const VisCallCell  *vis_call_machine_reduce (VisCallState state, VisCallEvent event);

const char         *vis_call_state_to_string (VisCallState state);
const char         *vis_call_event_to_string (VisCallEvent event);
const char         *vis_call_effect_to_string (VisCallEffect effect);

G_END_DECLS
