/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-guesses.h"

#include "vis-server-limits.h"
#include "vis-token-bucket.h"

/* Guesses are limited for each address already; whoever has many addresses is limited here, for
 * each account. That must not be a way to keep its owner out:
 *
 * - Devices that are signed in go on: they have tokens, and need no password.
 * - A place where the account is used has a limit of its own, which nobody spends from elsewhere.
 * So a new device signs in at home and at work whatever goes on. Places are known from sign-ins and
 *   from the sockets of signed-in devices, which come back by themselves after a restart.
 * - Only what is wrong counts, and it is forgotten little by little. Somewhere else, the owner has
 *   to hit a moment when the last guess is old enough; none after it is over for good.
 *
 * Names that nobody has are counted alike, so the limit does not say who is here. */

struct _VisGuesses
{
  VisTokenBuckets *accounts; /* by user: from anywhere else */
  VisTokenBuckets *places;   /* by user and place: from where the account is used */
  GHashTable      *known;    /* users and places */
  GQueue           order;    /* the same, the longest known first */
  guint            most;     /* so many of them */
};

/**
 * vis_guesses_new:
 * @places: how many places are known at most; behind them the longest known is forgotten
 *
 * Returns: (transfer full): guesses, none of them made
 */
VisGuesses *
vis_guesses_new (guint places)
{
  VisGuesses *self = g_new0 (VisGuesses, 1);

  self->accounts = vis_token_buckets_new (VIS_RATE_GUESS_BURST, VIS_RATE_GUESS_REFILL);
  self->places = vis_token_buckets_new (VIS_RATE_GUESS_BURST, VIS_RATE_GUESS_REFILL);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->most = places;
  return self;
}

void
vis_guesses_free (VisGuesses *self)
{
  g_queue_clear (&self->order);
  g_hash_table_unref (self->known);
  vis_token_buckets_free (self->accounts);
  vis_token_buckets_free (self->places);
  g_free (self);
}

/* No user name has a space in it. */
static char *
make_key (const char *user, const char *place)
{
  return g_strconcat (user, " ", place, NULL);
}

/**
 * vis_guesses_take:
 * @self: the guesses
 * @user: whose password
 * @place: who asks, as of vis_token_bucket_key()
 * @now: monotonic time, in microseconds
 *
 * Counts a sign-in as wrong, before it is known to be.
 *
 * Returns: 0 if the password may be looked at, otherwise after how many milliseconds to ask again
 */
guint
vis_guesses_take (VisGuesses *self, const char *user, const char *place, gint64 now)
{
  g_autofree char *key = make_key (user, place);

  if (g_hash_table_contains (self->known, key))
    return vis_token_buckets_take (self->places, key, now);
  return vis_token_buckets_take (self->accounts, user, now);
}

/**
 * vis_guesses_give_back:
 * @self: the guesses
 * @user: whose password
 * @place: who has asked
 *
 * It was no wrong one.
 */
void
vis_guesses_give_back (VisGuesses *self, const char *user, const char *place)
{
  g_autofree char *key = make_key (user, place);

  if (g_hash_table_contains (self->known, key))
    vis_token_buckets_give_back (self->places, key);
  else
    vis_token_buckets_give_back (self->accounts, user);
}

/**
 * vis_guesses_know:
 * @self: the guesses
 * @user: a user
 * @place: where they are signed in
 *
 * Takes note of a place where an account is used.
 */
void
vis_guesses_know (VisGuesses *self, const char *user, const char *place)
{
  g_autofree char *key = make_key (user, place);

  /* A key that is there already would be freed by adding it again, and is in the queue as well. */
  if (g_hash_table_contains (self->known, key))
    return;
  g_queue_push_tail (&self->order, key);
  g_hash_table_add (self->known, g_steal_pointer (&key));
  if (self->order.length > self->most)
    g_hash_table_remove (self->known, g_queue_pop_head (&self->order));
}
