/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "call-explorer.h"

#include "vis-call-machine.h"

typedef struct
{
  const char     *name;
  CallWorldLimits limits;
} Case;

static const Case cases[] = {
  { "/call/world/one-call", { { 1, 0 }, 3, 0 } },
  { "/call/world/glare", { { 1, 1 }, 1, 0 } },
  { "/call/world/again", { { 2, 2 }, 0, 0 } },
};

static void
test_world (gconstpointer data)
{
  const Case      *test = data;
  CallWorldCount   count;
  g_autofree char *error =
    call_world_explore (vis_call_machine_get_table (), &test->limits, &count);

  g_test_message (
    "%" G_GUINT64_FORMAT " worlds, the longest history has %u steps", count.states, count.deepest);
  g_assert_cmpstr (error, ==, NULL);
  g_assert_true (count.complete);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].name, &cases[i], test_world);

  return g_test_run ();
}
