/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "manual-clock.h"
#include "vis-ended-calls.h"
#include "vis-limits.h"

static void
test_a_day (void)
{
  g_autoptr (ManualClock)   clock = manual_clock_new ();
  g_autoptr (VisEndedCalls) calls = vis_ended_calls_new (VIS_CLOCK (clock));

  g_assert_false (vis_ended_calls_contains (calls, "a"));
  g_assert_false (vis_ended_calls_contains (calls, NULL));
  vis_ended_calls_add (calls, "a");
  vis_ended_calls_add (calls, "a");
  manual_clock_advance (clock, VIS_LIMIT_ENDED_CALLS_MS - 1);
  vis_ended_calls_add (calls, "b");
  g_assert_true (vis_ended_calls_contains (calls, "a"));
  manual_clock_advance (clock, 1);
  g_assert_false (vis_ended_calls_contains (calls, "a"));
  g_assert_true (vis_ended_calls_contains (calls, "b"));
}

/* A server that makes up ends of calls does not fill the memory. */
static void
test_flood (void)
{
  g_autoptr (ManualClock)   clock = manual_clock_new ();
  g_autoptr (VisEndedCalls) calls = vis_ended_calls_new (VIS_CLOCK (clock));

  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      vis_ended_calls_add (calls, id);
    }
  g_assert_false (vis_ended_calls_contains (calls, "0"));
  g_assert_true (vis_ended_calls_contains (calls, "4999"));
  g_assert_true (vis_ended_calls_contains (calls, "904"));
  g_assert_false (vis_ended_calls_contains (calls, "903"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/call/ended-calls/a-day", test_a_day);
  g_test_add_func ("/call/ended-calls/flood", test_flood);

  return g_test_run ();
}
