/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-backoff.h"
#include "vis-clock.h"
#include "vis-error.h"
#include "vis-id.h"

#include <gio/gio.h>

static void
test_backoff (void)
{
  static const struct
  {
    guint  attempt;
    double random;
    guint  expected;
  } cases[] = {
    { 0, 0.0, 500 },  { 0, 0.5, 750 },   { 1, 0.0, 1000 },  { 2, 0.0, 2000 },
    { 4, 0.0, 8000 }, { 5, 0.0, 15000 }, { 5, 0.5, 22500 }, { 1000000, 0.0, 15000 },
    { 0, -1.0, 500 }, { 0, 7.0, 1000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (
      vis_backoff_delay (cases[i].attempt, 1000, 30000, cases[i].random), ==, cases[i].expected);
}

static void
test_id (void)
{
  static const struct
  {
    const char *id;
    gboolean    valid;
  } cases[] = {
    { "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01", TRUE },
    { "0B0FDD0A-6D7E-4F6B-9D0A-0D3A6B1F6A01", FALSE },
    { "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a0", FALSE },
    { "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a011", FALSE },
    { "0b0fdd0a06d7e-4f6b-9d0a-0d3a6b1f6a01", FALSE },
    { "", FALSE },
    { NULL, FALSE },
  };
  g_autofree char *id = vis_id_new ();

  g_assert_true (vis_id_is_valid (id));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (vis_id_is_valid (cases[i].id), ==, cases[i].valid);
  g_assert_cmpint (vis_id_compare ("0a", "0b"), <, 0);
}

static void
test_user (void)
{
  static const struct
  {
    const char *user;
    gboolean    valid;
  } cases[] = {
    { "ada", TRUE },
    { "0", TRUE },
    { "a.b_c-d", TRUE },
    { "abcdefghijklmnopqrstuvwxyz012345", TRUE },
    { "abcdefghijklmnopqrstuvwxyz0123456", FALSE },
    { ".ada", FALSE },
    { "Ada", FALSE },
    { "a b", FALSE },
    { "ä", FALSE },
    { "", FALSE },
    { NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (vis_user_is_valid (cases[i].user), ==, cases[i].valid);
}

static void
test_error (void)
{
  g_autoptr (GError) ours = g_error_new_literal (VIS_ERROR, VIS_ERROR_OFFLINE, "internal words");
  g_autoptr (GError) unknown = g_error_new_literal (VIS_ERROR, 4711, "internal words");
  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No such file");

  g_assert_cmpstr (vis_error_to_sentence (ours), !=, "internal words");
  g_assert_cmpstr (vis_error_to_sentence (unknown), ==, "internal words");
  g_assert_cmpstr (vis_error_to_sentence (other), ==, "No such file");
}

static void
count (gpointer data)
{
  (*(guint *) data)++;
}

static void
test_clock (void)
{
  VisClock *clock = vis_clock_get_system ();
  gint64    before = vis_clock_now (clock);
  guint     calls = 0;
  guint     removed_calls = 0;
  guint     removed = vis_clock_add_timeout (clock, 0, count, &removed_calls);
  guint     kept = vis_clock_add_timeout (clock, 1, count, &calls);

  g_assert_cmpuint (kept, !=, 0);
  vis_clock_clear (clock, &removed);
  g_assert_cmpuint (removed, ==, 0);
  vis_clock_clear (clock, &removed);
  while (calls == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (removed_calls, ==, 0);
  g_assert_cmpint (vis_clock_now (clock), >, before);
  g_assert_cmpint (vis_clock_wall (clock), >, G_GINT64_CONSTANT (1600000000000));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/backoff", test_backoff);
  g_test_add_func ("/core/id", test_id);
  g_test_add_func ("/core/user", test_user);
  g_test_add_func ("/core/error", test_error);
  g_test_add_func ("/core/clock", test_clock);
  return g_test_run ();
}
