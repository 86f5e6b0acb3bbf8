/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "call-explorer.h"
#include "call-stories.h"

/* How good the tests are: the table is broken in one place at a time, and each break must be
 * noticed. The worlds are smaller here than in their own test, and stop at the first thing that is
 * wrong; `-m thorough` gives them more to go wrong. */

static const CallWorldLimits worlds[] = {
  { { 1, 0 }, 1, 0 },
  { { 1, 1 }, 0, 0 },
  { { 1, 1 }, 1, 6000 },
};

typedef struct
{
  guint made;
  guint by_cells;
  guint by_stories;
  guint by_worlds;
  guint missed;
} Score;

static gboolean
is_noticed_by_worlds (const VisCallTable *mutant)
{
  CallWorldCount count;

  for (guint i = 0; i < G_N_ELEMENTS (worlds); i++)
    {
      CallWorldLimits  limits = worlds[i];
      g_autofree char *error = NULL;

      if (g_test_thorough ())
        {
          limits.disturbances++;
          limits.max_states = 0;
        }
      error = call_world_explore (mutant, &limits, &count);

      if (error != NULL)
        return TRUE;
    }

  return FALSE;
}

static void
try_mutant (const VisCallTable *mutant, Score *score, const char *what)
{
  g_autofree char *cells = call_cells_check (mutant);
  g_autofree char *stories = call_stories_tell (mutant);
  gboolean         worlds_notice = is_noticed_by_worlds (mutant);

  score->made++;
  score->by_cells += cells != NULL;
  score->by_stories += stories != NULL;
  score->by_worlds += worlds_notice;
  if (cells != NULL || stories != NULL || worlds_notice)
    {
      if (!worlds_notice)
        g_test_message ("not seen by the worlds: %s", what);
      return;
    }

  score->missed++;
  g_test_message ("missed: %s", what);
}

static void
print_score (const char *what, const Score *score)
{
  g_test_message ("%u %s deleted: %u noticed by the rules for cells, %u by the stories, %u by the "
                  "worlds; %u by nobody",
                  score->made,
                  what,
                  score->by_cells,
                  score->by_stories,
                  score->by_worlds,
                  score->missed);
}

static gboolean
is_decided (const VisCallCell *cell)
{
  return cell->verdict == VIS_CALL_MOVE || cell->verdict == VIS_CALL_STAY;
}

static void
test_transitions (void)
{
  const VisCallTable *table = vis_call_machine_get_table ();
  Score               score = { 0 };

  for (guint state = 0; state < VIS_N_CALL_STATES; state++)
    for (guint event = 0; event < VIS_N_CALL_EVENTS; event++)
      {
        VisCallTable     mutant = *table;
        g_autofree char *what = g_strdup_printf ("%s in %s",
                                                 vis_call_event_to_string ((VisCallEvent) event),
                                                 vis_call_state_to_string ((VisCallState) state));

        if (!is_decided (&table->cells[state][event]))
          continue;
        mutant.cells[state][event] = (VisCallCell){ .verdict = VIS_CALL_IGNORE };
        try_mutant (&mutant, &score, what);
      }

  print_score ("transitions", &score);
  g_assert_cmpuint (score.missed, ==, 0);
}

static void
delete_effect (VisCallCell *cell, guint index)
{
  for (guint i = index; i < VIS_CALL_MAX_EFFECTS; i++)
    cell->effects[i] = cell->effects[i + 1];
}

static void
try_effects (const VisCallTable *table, guint state, guint event, Score *score)
{
  const VisCallCell *cell = &table->cells[state][event];

  for (guint i = 0; cell->effects[i] != VIS_CALL_EFFECT_NONE; i++)
    {
      VisCallTable     mutant = *table;
      g_autofree char *what = g_strdup_printf ("%s of %s in %s",
                                               vis_call_effect_to_string (cell->effects[i]),
                                               vis_call_event_to_string ((VisCallEvent) event),
                                               vis_call_state_to_string ((VisCallState) state));

      delete_effect (&mutant.cells[state][event], i);
      try_mutant (&mutant, score, what);
    }
}

static void
test_effects (void)
{
  const VisCallTable *table = vis_call_machine_get_table ();
  Score               score = { 0 };

  for (guint state = 0; state < VIS_N_CALL_STATES; state++)
    for (guint event = 0; event < VIS_N_CALL_EVENTS; event++)
      if (is_decided (&table->cells[state][event]))
        try_effects (table, state, event, &score);

  print_score ("effects", &score);
  g_assert_cmpuint (score.missed, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/call/mutants/transitions", test_transitions);
  g_test_add_func ("/call/mutants/effects", test_effects);

  return g_test_run ();
}
