/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-wire.h"

G_BEGIN_DECLS

/**
 * VIS_LINK_PROBLEM:
 *
 * Why a link has given up: the messages of these errors are translated sentences.
 */
#define VIS_LINK_PROBLEM (vis_link_problem_quark ())
GQuark vis_link_problem_quark (void);

/**
 * VisLinkProblem:
 * @VIS_LINK_PROBLEM_REPLACED: the same sign-in was used for another connection
 * @VIS_LINK_PROBLEM_SIGNED_OUT: the server does not know the sign-in any more
 *
 * Codes of [error@Vis.LinkProblem].
 */
typedef enum
{
  VIS_LINK_PROBLEM_REPLACED,
  VIS_LINK_PROBLEM_SIGNED_OUT,
} VisLinkProblem;

#define VIS_N_WIRE_STATES (VIS_WIRE_WAITING + 1)

/**
 * VisLinkEvent:
 * @VIS_LINK_START: a connection is wanted
 * @VIS_LINK_STOP: none is wanted any more
 * @VIS_LINK_OPENED: the socket is open
 * @VIS_LINK_WELCOMED: the server said `ok` to `hello`
 * @VIS_LINK_REFUSED: the server does not want this sign-in, now and later
 * @VIS_LINK_LOST: the attempt or the connection failed
 * @VIS_LINK_EXPIRED: nothing came within the deadline
 * @VIS_LINK_STEADY: the connection has held for a while
 * @VIS_LINK_RETRY: the wait between two attempts is over
 * @VIS_LINK_WAKE: the network changed, the computer woke up, or an answer did not come: what is
 * there may be dead
 *
 * What can happen to the connection to the server.
 */
typedef enum
{
  VIS_LINK_START,
  VIS_LINK_STOP,
  VIS_LINK_OPENED,
  VIS_LINK_WELCOMED,
  VIS_LINK_REFUSED,
  VIS_LINK_LOST,
  VIS_LINK_EXPIRED,
  VIS_LINK_STEADY,
  VIS_LINK_RETRY,
  VIS_LINK_WAKE,
  VIS_N_LINK_EVENTS,
} VisLinkEvent;

/**
 * VisLinkEffect:
 * @VIS_LINK_EFFECT_NONE: ends the list
 * @VIS_LINK_EFFECT_OPEN: open a new socket
 * @VIS_LINK_EFFECT_CLOSE: drop the socket, and forget what was asked over it
 * @VIS_LINK_EFFECT_HELLO: send `hello`
 * @VIS_LINK_EFFECT_WATCH: set the deadline that belongs to the new state, instead of any other
 * @VIS_LINK_EFFECT_UNWATCH: forget all deadlines
 * @VIS_LINK_EFFECT_WAIT: set the time of the next attempt
 * @VIS_LINK_EFFECT_RESET: the next wait is as short as the first
 * @VIS_LINK_EFFECT_PROBE: ask the server for a sign of life, with a short deadline
 *
 * What is to be done after a transition.
 */
typedef enum
{
  VIS_LINK_EFFECT_NONE,
  VIS_LINK_EFFECT_OPEN,
  VIS_LINK_EFFECT_CLOSE,
  VIS_LINK_EFFECT_HELLO,
  VIS_LINK_EFFECT_WATCH,
  VIS_LINK_EFFECT_UNWATCH,
  VIS_LINK_EFFECT_WAIT,
  VIS_LINK_EFFECT_RESET,
  VIS_LINK_EFFECT_PROBE,
  VIS_N_LINK_EFFECTS,
} VisLinkEffect;

#define VIS_LINK_MAX_EFFECTS 5

/**
 * VisLinkVerdict:
 * @VIS_LINK_UNDECIDED: nobody thought of it: a mistake in the table
 * @VIS_LINK_MOVE: another state, and effects
 * @VIS_LINK_STAY: the same state, but effects
 * @VIS_LINK_IGNORE: harmless, nothing to do
 * @VIS_LINK_IMPOSSIBLE: a bug of the caller
 *
 * What the table says about an event in a state.
 */
typedef enum
{
  VIS_LINK_UNDECIDED,
  VIS_LINK_MOVE,
  VIS_LINK_STAY,
  VIS_LINK_IGNORE,
  VIS_LINK_IMPOSSIBLE,
} VisLinkVerdict;

/**
 * VisLinkStep:
 * @verdict: what the table says
 * @state: the state afterwards
 * @effects: what is to be done, in order, up to the first @VIS_LINK_EFFECT_NONE
 *
 * One cell of the table.
 */
typedef struct
{
  VisLinkVerdict verdict;
  VisWireState   state;
  VisLinkEffect  effects[VIS_LINK_MAX_EFFECTS + 1];
} VisLinkStep;

VisLinkStep vis_link_machine_step (VisWireState state, VisLinkEvent event);
const char *vis_link_event_to_string (VisLinkEvent event);

G_END_DECLS
