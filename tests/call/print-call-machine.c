/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-call-machine.h"

/* Prints docs/call-machine.md from the table, so that the document can't say anything else. */

static const char *const introduction =
  "# The call machine\n\n"
  "This page is printed from the table in `src/call/vis-call-machine.c` by "
  "`tests/call/print-call-machine.c`;\n"
  "a test compares the two. After a change of the table: `ninja -C build update-call-machine`.\n\n"
  "A call is in one of four states. Whether media flows is no state but a property of the media "
  "inside of\n`in_call`. What happens is named first by the classifier "
  "(`vis-call-classify.c`), which knows who called,\nwhich id is smaller and whether the wire is "
  "online, so that the table needs no conditions. The effects are\ncarried out in their order by "
  "the controller, after the new state is visible.\n\n"
  "What can't happen in a state is not listed; it is a bug if it does. `(as said)`: the reason "
  "is that of the\nother side's `call:end`.\n\n";

static void
print_effects (const VisCallCell *cell)
{
  for (guint i = 0; cell->effects[i] != VIS_CALL_EFFECT_NONE; i++)
    g_print ("%s`%s`", i > 0 ? ", " : "", vis_call_effect_to_string (cell->effects[i]));
}

static gboolean
ends_call (guint state, const VisCallCell *cell)
{
  return cell->verdict == VIS_CALL_MOVE && state != VIS_CALL_IDLE &&
         (cell->state == VIS_CALL_IDLE || cell->reason != VIS_END_NONE);
}

static void
print_row (guint state, VisCallEvent event, const VisCallCell *cell)
{
  g_print ("| `%s` | ", vis_call_event_to_string (event));
  if (cell->verdict == VIS_CALL_MOVE)
    g_print ("**%s**", vis_call_state_to_string (cell->state));
  else
    g_print ("%s", cell->verdict == VIS_CALL_STAY ? "stays" : "ignored");

  g_print (" | ");
  if (ends_call (state, cell))
    g_print ("%s",
             cell->reason != VIS_END_NONE ? vis_end_reason_to_string (cell->reason) : "(as said)");
  g_print (" | ");
  print_effects (cell);
  g_print (" |\n");
}

static void
print_state (const VisCallTable *table, guint state)
{
  g_print ("## %s\n\n", vis_call_state_to_string ((VisCallState) state));
  g_print ("| event | then | reason | effects |\n| --- | --- | --- | --- |\n");
  for (guint event = VIS_CALL_EVENT_NONE + 1; event < VIS_N_CALL_EVENTS; event++)
    if (table->cells[state][event].verdict != VIS_CALL_IMPOSSIBLE)
      print_row (state, (VisCallEvent) event, &table->cells[state][event]);
  g_print ("\n");
}

/* One arrow for each pair of states, with all that leads from one to the other. */
static void
print_arrow (const VisCallTable *table, guint from, guint to)
{
  gboolean first = TRUE;

  for (guint event = 0; event < VIS_N_CALL_EVENTS; event++)
    {
      const VisCallCell *cell = &table->cells[from][event];

      if (cell->verdict != VIS_CALL_MOVE || cell->state != (VisCallState) to)
        continue;
      if (first)
        g_print ("    %s --> %s: ",
                 vis_call_state_to_string ((VisCallState) from),
                 vis_call_state_to_string ((VisCallState) to));
      g_print ("%s%s", first ? "" : "<br/>", vis_call_event_to_string ((VisCallEvent) event));
      first = FALSE;
    }

  if (!first)
    g_print ("\n");
}

int
main (int argc, char **argv)
{
  const VisCallTable *table = vis_call_machine_get_table ();

  g_print ("%s```mermaid\nstateDiagram-v2\n    [*] --> idle\n", introduction);
  for (guint from = 0; from < VIS_N_CALL_STATES; from++)
    for (guint to = 0; to < VIS_N_CALL_STATES; to++)
      print_arrow (table, from, to);
  g_print ("```\n\n");

  for (guint state = 0; state < VIS_N_CALL_STATES; state++)
    print_state (table, state);

  return 0;
}
