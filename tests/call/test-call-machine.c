/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "call-stories.h"

#include "vis-call-context.h"

static void
test_cells (void)
{
  g_autofree char *error = call_cells_check (vis_call_machine_get_table ());

  g_assert_cmpstr (error, ==, NULL);
}

static void
test_stories (void)
{
  g_autofree char *error = call_stories_tell (vis_call_machine_get_table ());

  g_assert_cmpstr (error, ==, NULL);
}

/* An undecided cell, and a call that moves nowhere, are found. */
static void
test_undecided (void)
{
  VisCallTable     table = *vis_call_machine_get_table ();
  g_autofree char *error = NULL;

  table.cells[VIS_CALL_RINGING][VIS_CALL_EVENT_GOT_MEDIA] = (VisCallCell){ 0 };
  error = call_cells_check (&table);
  g_assert_cmpstr (error, ==, "got_media in ringing is undecided");
}

static void
test_names (void)
{
  for (guint i = 0; i < VIS_N_CALL_EVENTS; i++)
    g_assert_nonnull (vis_call_event_to_string ((VisCallEvent) i));
  for (guint i = 1; i < VIS_N_CALL_EFFECTS; i++)
    g_assert_nonnull (vis_call_effect_to_string ((VisCallEffect) i));
  for (guint i = VIS_END_NONE + 1; i < VIS_N_END_REASONS; i++)
    {
      const char *word = vis_end_reason_to_string ((VisEndReason) i);

      g_assert_cmpint (vis_end_reason_from_string (word), ==, i);
    }

  g_assert_cmpint (vis_end_reason_from_string ("moonshine"), ==, VIS_END_HANGUP);
  g_assert_null (vis_end_reason_to_string (VIS_END_NONE));
  g_assert_cmpstr (vis_call_event_to_string (VIS_N_CALL_EVENTS), ==, "?");
}

/* Every effect that there is, is used. */
static void
test_effects_used (void)
{
  gboolean used[VIS_N_CALL_EFFECTS] = { TRUE };

  for (guint state = 0; state < VIS_N_CALL_STATES; state++)
    for (guint event = 0; event < VIS_N_CALL_EVENTS; event++)
      {
        const VisCallCell *cell =
          vis_call_machine_reduce ((VisCallState) state, (VisCallEvent) event);

        for (guint i = 0; i < VIS_CALL_MAX_EFFECTS; i++)
          used[cell->effects[i]] = TRUE;
      }

  for (guint i = 0; i < VIS_N_CALL_EFFECTS; i++)
    g_assert_true (used[i]);
}

static void
test_media_state (void)
{
  VisCallContext context;

  vis_call_context_init (&context);
  g_assert_cmpint (vis_call_context_get_media_state (&context), ==, VIS_MEDIA_NONE);
  context.path = VIS_CALL_PATH_NEW;
  g_assert_cmpint (vis_call_context_get_media_state (&context), ==, VIS_MEDIA_CONNECTING);
  context.path = VIS_CALL_PATH_LOST;
  g_assert_cmpint (vis_call_context_get_media_state (&context), ==, VIS_MEDIA_CONNECTING);
  context.was_up = TRUE;
  g_assert_cmpint (vis_call_context_get_media_state (&context), ==, VIS_MEDIA_RECONNECTING);
  context.path = VIS_CALL_PATH_UP;
  g_assert_cmpint (vis_call_context_get_media_state (&context), ==, VIS_MEDIA_CONNECTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/call/machine/cells", test_cells);
  g_test_add_func ("/call/machine/stories", test_stories);
  g_test_add_func ("/call/machine/undecided", test_undecided);
  g_test_add_func ("/call/machine/names", test_names);
  g_test_add_func ("/call/machine/effects-used", test_effects_used);
  g_test_add_func ("/call/machine/media-state", test_media_state);

  return g_test_run ();
}
