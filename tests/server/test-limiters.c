/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-guesses.h"
#include "vis-server-limits.h"
#include "vis-token-bucket.h"

/* Rate limits by token buckets, and of wrong passwords. */

static void
test_token_bucket (void)
{
  VisTokenBucket rate = { 0 };
  gint64         now = 1000000;

  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (vis_token_bucket_take (&rate, 1, 5, 2.0, now), ==, 0);
  g_assert_cmpuint (vis_token_bucket_take (&rate, 1, 5, 2.0, now), ==, 501);
  g_assert_cmpuint (vis_token_bucket_take (&rate, 1, 5, 2.0, now + 250000), ==, 251);
  g_assert_cmpuint (vis_token_bucket_take (&rate, 1, 5, 2.0, now + 500000), ==, 0);
  g_assert_cmpuint (vis_token_bucket_take (&rate, 1, 5, 2.0, now + 500000), >, 0);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (vis_token_bucket_take (&rate, 1, 5, 2.0, now + 100000000), ==, 0);
}

/* Wrong passwords are limited for the account over all addresses, separately for an address where
 * it is used; right ones do not count. */
static void
test_guesses (void)
{
  g_autoptr (VisGuesses) guesses = vis_guesses_new (VIS_SERVER_KNOWN_PLACES);
  gint64                 now = g_get_monotonic_time ();

  for (guint i = 0; i < 1000; i++)
    {
      g_assert_cmpuint (vis_guesses_take (guesses, "grace", "192.0.2.1", now), ==, 0);
      vis_guesses_give_back (guesses, "grace", "192.0.2.1");
    }
  vis_guesses_know (guesses, "ada", "192.0.2.1");
  for (guint i = 0; i < VIS_RATE_GUESS_BURST; i++)
    {
      g_autofree char *place = g_strdup_printf ("198.51.100.%u", i);

      g_assert_cmpuint (vis_guesses_take (guesses, "ada", place, now), ==, 0);
      g_assert_cmpuint (vis_guesses_take (guesses, "nobody", place, now), ==, 0);
    }
  g_assert_cmpuint (vis_guesses_take (guesses, "ada", "203.0.113.1", now), >, 0);
  g_assert_cmpuint (vis_guesses_take (guesses, "nobody", "203.0.113.1", now), >, 0);
  g_assert_cmpuint (vis_guesses_take (guesses, "grace", "203.0.113.1", now), ==, 0);
  for (guint i = 0; i < VIS_RATE_GUESS_BURST; i++)
    g_assert_cmpuint (vis_guesses_take (guesses, "ada", "192.0.2.1", now), ==, 0);
  g_assert_cmpuint (vis_guesses_take (guesses, "ada", "192.0.2.1", now), >, 0);
  now += G_TIME_SPAN_HOUR;
  g_assert_cmpuint (vis_guesses_take (guesses, "ada", "203.0.113.1", now), ==, 0);
}

/* An address is remembered once, however often it is seen, and the oldest one is forgotten first.
 */
static void
test_guesses_known_addresses (void)
{
  g_autoptr (VisGuesses) guesses = vis_guesses_new (2);
  gint64                 now = g_get_monotonic_time ();

  for (guint i = 0; i < 3; i++)
    vis_guesses_know (guesses, "ada", "192.0.2.1");
  vis_guesses_know (guesses, "ada", "192.0.2.2");
  while (vis_guesses_take (guesses, "ada", "203.0.113.1", now) == 0)
    ;
  g_assert_cmpuint (vis_guesses_take (guesses, "ada", "192.0.2.1", now), ==, 0);
  g_assert_cmpuint (vis_guesses_take (guesses, "ada", "192.0.2.2", now), ==, 0);
  vis_guesses_know (guesses, "ada", "192.0.2.3");
  g_assert_cmpuint (vis_guesses_take (guesses, "ada", "192.0.2.1", now), >, 0);
  g_assert_cmpuint (vis_guesses_take (guesses, "ada", "192.0.2.2", now), ==, 0);
  g_assert_cmpuint (vis_guesses_take (guesses, "ada", "192.0.2.3", now), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limiters/token-bucket", test_token_bucket);
  g_test_add_func ("/limiters/guesses", test_guesses);
  g_test_add_func ("/limiters/guesses/known-addresses", test_guesses_known_addresses);
  return g_test_run ();
}
