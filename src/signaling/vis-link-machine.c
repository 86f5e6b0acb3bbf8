/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-link-machine.h"

G_DEFINE_QUARK (vis_link_problem, vis_link_problem)

/* clang-format off */
#define FX(name) VIS_LINK_EFFECT_##name
#define MOVE(to, ...) { VIS_LINK_MOVE, VIS_WIRE_##to, { __VA_ARGS__ } }
#define STAY(...) { VIS_LINK_STAY, 0, { __VA_ARGS__ } }
#define IGNORE { VIS_LINK_IGNORE, 0, { 0 } }
#define IMPOSSIBLE { VIS_LINK_IMPOSSIBLE, 0, { 0 } }

/* A cell is IMPOSSIBLE where the connection that its event comes from is dropped before that state
 * is entered. */
static const VisLinkStep table[VIS_N_WIRE_STATES][VIS_N_LINK_EVENTS] = {
  [VIS_WIRE_OFFLINE] = {
    [VIS_LINK_START]    = MOVE (CONNECTING, FX (RESET), FX (OPEN), FX (WATCH)),
    [VIS_LINK_STOP]     = IGNORE,
    [VIS_LINK_OPENED]   = IMPOSSIBLE,
    [VIS_LINK_WELCOMED] = IMPOSSIBLE,
    [VIS_LINK_REFUSED]  = IMPOSSIBLE,
    [VIS_LINK_LOST]     = IMPOSSIBLE,
    [VIS_LINK_EXPIRED]  = IMPOSSIBLE,
    [VIS_LINK_STEADY]   = IMPOSSIBLE,
    [VIS_LINK_RETRY]    = IMPOSSIBLE,
    [VIS_LINK_WAKE]     = IGNORE,
  },
  [VIS_WIRE_CONNECTING] = {
    [VIS_LINK_START]    = IGNORE,
    [VIS_LINK_STOP]     = MOVE (OFFLINE, FX (UNWATCH), FX (CLOSE)),
    [VIS_LINK_OPENED]   = MOVE (AUTHENTICATING, FX (WATCH), FX (HELLO)),
    [VIS_LINK_WELCOMED] = IMPOSSIBLE,
    [VIS_LINK_REFUSED]  = MOVE (OFFLINE, FX (UNWATCH), FX (CLOSE)),
    [VIS_LINK_LOST]     = MOVE (WAITING, FX (UNWATCH), FX (CLOSE), FX (WAIT)),
    [VIS_LINK_EXPIRED]  = MOVE (WAITING, FX (UNWATCH), FX (CLOSE), FX (WAIT)),
    [VIS_LINK_STEADY]   = IMPOSSIBLE,
    [VIS_LINK_RETRY]    = IMPOSSIBLE,
    /* The attempt may hang on a network that is no more. */
    [VIS_LINK_WAKE]     = STAY (FX (CLOSE), FX (OPEN), FX (WATCH)),
  },
  [VIS_WIRE_AUTHENTICATING] = {
    [VIS_LINK_START]    = IGNORE,
    [VIS_LINK_STOP]     = MOVE (OFFLINE, FX (UNWATCH), FX (CLOSE)),
    [VIS_LINK_OPENED]   = IMPOSSIBLE,
    [VIS_LINK_WELCOMED] = MOVE (ONLINE, FX (WATCH)),
    [VIS_LINK_REFUSED]  = MOVE (OFFLINE, FX (UNWATCH), FX (CLOSE)),
    [VIS_LINK_LOST]     = MOVE (WAITING, FX (UNWATCH), FX (CLOSE), FX (WAIT)),
    [VIS_LINK_EXPIRED]  = MOVE (WAITING, FX (UNWATCH), FX (CLOSE), FX (WAIT)),
    [VIS_LINK_STEADY]   = IMPOSSIBLE,
    [VIS_LINK_RETRY]    = IMPOSSIBLE,
    [VIS_LINK_WAKE]     = MOVE (CONNECTING, FX (CLOSE), FX (OPEN), FX (WATCH)),
  },
  [VIS_WIRE_ONLINE] = {
    [VIS_LINK_START]    = IGNORE,
    [VIS_LINK_STOP]     = MOVE (OFFLINE, FX (UNWATCH), FX (CLOSE)),
    [VIS_LINK_OPENED]   = IMPOSSIBLE,
    [VIS_LINK_WELCOMED] = IMPOSSIBLE,
    [VIS_LINK_REFUSED]  = MOVE (OFFLINE, FX (UNWATCH), FX (CLOSE)),
    [VIS_LINK_LOST]     = MOVE (WAITING, FX (UNWATCH), FX (CLOSE), FX (WAIT)),
    [VIS_LINK_EXPIRED]  = MOVE (WAITING, FX (UNWATCH), FX (CLOSE), FX (WAIT)),
    /* Not at once: a server that welcomes and drops everybody would be asked without a pause. */
    [VIS_LINK_STEADY]   = STAY (FX (RESET)),
    [VIS_LINK_RETRY]    = IMPOSSIBLE,
    /* The socket may have survived: it is asked rather than dropped. */
    [VIS_LINK_WAKE]     = STAY (FX (PROBE)),
  },
  [VIS_WIRE_WAITING] = {
    [VIS_LINK_START]    = MOVE (CONNECTING, FX (UNWATCH), FX (RESET), FX (OPEN), FX (WATCH)),
    [VIS_LINK_STOP]     = MOVE (OFFLINE, FX (UNWATCH)),
    [VIS_LINK_OPENED]   = IMPOSSIBLE,
    [VIS_LINK_WELCOMED] = IMPOSSIBLE,
    [VIS_LINK_REFUSED]  = IMPOSSIBLE,
    [VIS_LINK_LOST]     = IMPOSSIBLE,
    [VIS_LINK_EXPIRED]  = IMPOSSIBLE,
    [VIS_LINK_STEADY]   = IMPOSSIBLE,
    [VIS_LINK_RETRY]    = MOVE (CONNECTING, FX (OPEN), FX (WATCH)),
    [VIS_LINK_WAKE]     = MOVE (CONNECTING, FX (UNWATCH), FX (RESET), FX (OPEN), FX (WATCH)),
  },
};
/* clang-format on */

/**
 * vis_link_machine_step:
 * @state: where the connection is
 * @event: what happened
 *
 * The whole behaviour of the connection, as a pure function: it allocates nothing, reads no clock
 * and has no side effects.
 *
 * Returns: what follows
 */
VisLinkStep
vis_link_machine_step (VisWireState state, VisLinkEvent event)
{
  VisLinkStep step = table[state][event];

  if (step.verdict != VIS_LINK_MOVE)
    step.state = state;

  return step;
}

/**
 * vis_link_event_to_string:
 * @event: an event
 *
 * Names an event in the log.
 *
 * Returns: (transfer none): the name
 */
const char *
vis_link_event_to_string (VisLinkEvent event)
{
  static const char *const names[] = {
    [VIS_LINK_START] = "start",       [VIS_LINK_STOP] = "stop",       [VIS_LINK_OPENED] = "opened",
    [VIS_LINK_WELCOMED] = "welcomed", [VIS_LINK_REFUSED] = "refused", [VIS_LINK_LOST] = "lost",
    [VIS_LINK_EXPIRED] = "expired",   [VIS_LINK_STEADY] = "steady",   [VIS_LINK_RETRY] = "retry",
    [VIS_LINK_WAKE] = "wake",
  };

  return names[event];
}
