/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-link-machine.h"

static guint
count_effect (const VisLinkStep *step, VisLinkEffect effect)
{
  guint count = 0;

  for (guint i = 0; step->effects[i] != VIS_LINK_EFFECT_NONE; i++)
    count += step->effects[i] == effect;

  return count;
}

static void
test_total (void)
{
  for (guint state = 0; state < VIS_N_WIRE_STATES; state++)
    for (guint event = 0; event < VIS_N_LINK_EVENTS; event++)
      {
        VisLinkStep step = vis_link_machine_step (state, event);

        g_assert_cmpuint (step.verdict, !=, VIS_LINK_UNDECIDED);
        g_assert_cmpuint (step.state, <, VIS_N_WIRE_STATES);
        g_assert_cmpuint (step.effects[VIS_LINK_MAX_EFFECTS], ==, VIS_LINK_EFFECT_NONE);
        if (step.verdict == VIS_LINK_MOVE)
          g_assert_cmpuint (step.state, !=, state);
        else
          g_assert_cmpuint (step.state, ==, state);
        if (step.verdict == VIS_LINK_STAY)
          g_assert_cmpuint (step.effects[0], !=, VIS_LINK_EFFECT_NONE);
        if (step.verdict == VIS_LINK_IGNORE || step.verdict == VIS_LINK_IMPOSSIBLE)
          g_assert_cmpuint (step.effects[0], ==, VIS_LINK_EFFECT_NONE);
        g_assert_nonnull (vis_link_event_to_string (event));
      }
}

/* The table once more, as sequences of events. */
static void
test_moves (void)
{
  static const struct
  {
    VisWireState from;
    VisLinkEvent event;
    VisWireState to;
  } moves[] = {
    { VIS_WIRE_OFFLINE, VIS_LINK_START, VIS_WIRE_CONNECTING },
    { VIS_WIRE_CONNECTING, VIS_LINK_STOP, VIS_WIRE_OFFLINE },
    { VIS_WIRE_CONNECTING, VIS_LINK_OPENED, VIS_WIRE_AUTHENTICATING },
    { VIS_WIRE_CONNECTING, VIS_LINK_REFUSED, VIS_WIRE_OFFLINE },
    { VIS_WIRE_CONNECTING, VIS_LINK_LOST, VIS_WIRE_WAITING },
    { VIS_WIRE_CONNECTING, VIS_LINK_EXPIRED, VIS_WIRE_WAITING },
    { VIS_WIRE_AUTHENTICATING, VIS_LINK_STOP, VIS_WIRE_OFFLINE },
    { VIS_WIRE_AUTHENTICATING, VIS_LINK_WELCOMED, VIS_WIRE_ONLINE },
    { VIS_WIRE_AUTHENTICATING, VIS_LINK_REFUSED, VIS_WIRE_OFFLINE },
    { VIS_WIRE_AUTHENTICATING, VIS_LINK_LOST, VIS_WIRE_WAITING },
    { VIS_WIRE_AUTHENTICATING, VIS_LINK_EXPIRED, VIS_WIRE_WAITING },
    { VIS_WIRE_AUTHENTICATING, VIS_LINK_WAKE, VIS_WIRE_CONNECTING },
    { VIS_WIRE_ONLINE, VIS_LINK_STOP, VIS_WIRE_OFFLINE },
    { VIS_WIRE_ONLINE, VIS_LINK_REFUSED, VIS_WIRE_OFFLINE },
    { VIS_WIRE_ONLINE, VIS_LINK_LOST, VIS_WIRE_WAITING },
    { VIS_WIRE_ONLINE, VIS_LINK_EXPIRED, VIS_WIRE_WAITING },
    { VIS_WIRE_WAITING, VIS_LINK_START, VIS_WIRE_CONNECTING },
    { VIS_WIRE_WAITING, VIS_LINK_STOP, VIS_WIRE_OFFLINE },
    { VIS_WIRE_WAITING, VIS_LINK_RETRY, VIS_WIRE_CONNECTING },
    { VIS_WIRE_WAITING, VIS_LINK_WAKE, VIS_WIRE_CONNECTING },
  };
  guint found = 0;

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      VisLinkStep step = vis_link_machine_step (moves[i].from, moves[i].event);

      g_assert_cmpuint (step.verdict, ==, VIS_LINK_MOVE);
      g_assert_cmpuint (step.state, ==, moves[i].to);
    }

  for (guint state = 0; state < VIS_N_WIRE_STATES; state++)
    for (guint event = 0; event < VIS_N_LINK_EVENTS; event++)
      found += vis_link_machine_step (state, event).verdict == VIS_LINK_MOVE;
  g_assert_cmpuint (found, ==, G_N_ELEMENTS (moves));
}

/* The state that the effects lead to. */
typedef struct
{
  VisWireState state;
  guint        sockets;
  guint        hellos;
  gboolean     watched;
  gboolean     waiting;
} World;

static gboolean
can_happen (const World *world, VisLinkEvent event)
{
  switch (event)
    {
    case VIS_LINK_OPENED:
      return world->sockets == 1 && world->state == VIS_WIRE_CONNECTING;
    case VIS_LINK_WELCOMED:
      return world->hellos == 1 && world->state == VIS_WIRE_AUTHENTICATING;
    case VIS_LINK_REFUSED:
    case VIS_LINK_LOST:
      return world->sockets == 1;
    case VIS_LINK_EXPIRED:
      return world->watched;
    case VIS_LINK_STEADY:
      return world->state == VIS_WIRE_ONLINE;
    case VIS_LINK_RETRY:
      return world->waiting;
    case VIS_LINK_START:
    case VIS_LINK_STOP:
    case VIS_LINK_WAKE:
      return TRUE;
    case VIS_N_LINK_EVENTS:
    default:
      g_assert_not_reached ();
    }
}

static void
apply (World *world, VisLinkEffect effect)
{
  switch (effect)
    {
    case VIS_LINK_EFFECT_OPEN:
      g_assert_cmpuint (world->sockets, ==, 0);
      world->sockets = 1;
      world->hellos = 0;
      break;
    case VIS_LINK_EFFECT_CLOSE:
      g_assert_cmpuint (world->sockets, ==, 1);
      world->sockets = 0;
      break;
    case VIS_LINK_EFFECT_HELLO:
      g_assert_cmpuint (world->sockets, ==, 1);
      world->hellos++;
      break;
    case VIS_LINK_EFFECT_WATCH:
      world->watched = TRUE;
      break;
    case VIS_LINK_EFFECT_UNWATCH:
      world->watched = world->waiting = FALSE;
      break;
    case VIS_LINK_EFFECT_WAIT:
      world->waiting = TRUE;
      break;
    case VIS_LINK_EFFECT_RESET:
    case VIS_LINK_EFFECT_PROBE:
      break;
    case VIS_LINK_EFFECT_NONE:
    case VIS_N_LINK_EFFECTS:
    default:
      g_assert_not_reached ();
    }
}

static void
check (const World *world)
{
  gboolean connected = world->state == VIS_WIRE_CONNECTING ||
                       world->state == VIS_WIRE_AUTHENTICATING || world->state == VIS_WIRE_ONLINE;
  gboolean greeted = world->state == VIS_WIRE_AUTHENTICATING || world->state == VIS_WIRE_ONLINE;

  g_assert_cmpuint (world->sockets, ==, connected);
  g_assert_cmpint (world->watched, ==, connected);
  g_assert_cmpint (world->waiting, ==, world->state == VIS_WIRE_WAITING);
  if (connected)
    g_assert_cmpuint (world->hellos, ==, greeted);
}

static guint
explore (World world, guint depth)
{
  guint steps = 0;

  for (guint event = 0; depth > 0 && event < VIS_N_LINK_EVENTS; event++)
    {
      VisLinkStep step = vis_link_machine_step (world.state, event);
      World       next = world;

      /* Events that can happen are never IMPOSSIBLE in the table, and IMPOSSIBLE ones can't happen.
       */
      g_assert_cmpint (can_happen (&world, event), ==, step.verdict != VIS_LINK_IMPOSSIBLE);
      if (step.verdict == VIS_LINK_IMPOSSIBLE)
        continue;

      next.state = step.state;
      if (step.verdict == VIS_LINK_MOVE && step.state == VIS_WIRE_CONNECTING &&
          world.state == VIS_WIRE_WAITING)
        next.waiting = FALSE; /* the timer has fired, or UNWATCH clears it below */
      for (guint i = 0; step.effects[i] != VIS_LINK_EFFECT_NONE; i++)
        apply (&next, step.effects[i]);
      check (&next);
      steps += 1 + explore (next, depth - 1);
    }

  return steps;
}

static void
test_worlds (void)
{
  World world = { .state = VIS_WIRE_OFFLINE };

  g_assert_cmpuint (explore (world, 7), >, 10000);
}

static void
test_effects (void)
{
  for (guint state = 0; state < VIS_N_WIRE_STATES; state++)
    for (guint event = 0; event < VIS_N_LINK_EVENTS; event++)
      {
        VisLinkStep step = vis_link_machine_step (state, event);

        /* A start by the person and a network that comes back reset the back-off; a timer does not.
         */
        if (step.verdict == VIS_LINK_MOVE && step.state == VIS_WIRE_CONNECTING &&
            (state == VIS_WIRE_OFFLINE || state == VIS_WIRE_WAITING))
          g_assert_cmpuint (
            count_effect (&step, VIS_LINK_EFFECT_RESET), ==, event != VIS_LINK_RETRY);
        else
          g_assert_cmpuint (count_effect (&step, VIS_LINK_EFFECT_RESET),
                            ==,
                            step.verdict == VIS_LINK_STAY && event == VIS_LINK_STEADY);

        g_assert_cmpuint (count_effect (&step, VIS_LINK_EFFECT_PROBE),
                          ==,
                          state == VIS_WIRE_ONLINE && event == VIS_LINK_WAKE);
        /* Leaving WAITING clears the timer, unless it was the timer. */
        if (state == VIS_WIRE_WAITING && step.verdict == VIS_LINK_MOVE && event != VIS_LINK_RETRY)
          g_assert_cmpuint (step.effects[0], ==, VIS_LINK_EFFECT_UNWATCH);
        if (step.verdict == VIS_LINK_MOVE && step.state != VIS_WIRE_OFFLINE &&
            step.state != VIS_WIRE_WAITING)
          g_assert_cmpuint (count_effect (&step, VIS_LINK_EFFECT_WATCH), ==, 1);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link-machine/total", test_total);
  g_test_add_func ("/link-machine/moves", test_moves);
  g_test_add_func ("/link-machine/worlds", test_worlds);
  g_test_add_func ("/link-machine/effects", test_effects);
  return g_test_run ();
}
