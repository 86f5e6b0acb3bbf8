/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-guesses.h"

#include "vis-server-limits.h"
#include "vis-token-bucket.h"

/* Wrong passwords are limited for each address already; an attacker with many addresses is limited
 * here, for each account. That must not lock its owner out:
 *
 * - Devices that are signed in go on: they have tokens, and need no password.
 * - An address where the account is used has a bucket of its own, which nobody spends from
 *   elsewhere: a new device can sign in at home and at work at any time. Those addresses are known
 *   from sign-ins and from the sockets of signed-in devices, which reconnect after a restart.
 * - Only wrong passwords count, and the bucket refills. From another address the owner has to try
 *   when a token has come back, but is never locked out for good.
 *
 * Names without an account are counted alike, so the limit does not tell who has one. */

struct _VisGuesses
{
  VisTokenBuckets *accounts;  /* by user: for all other addresses */
  VisTokenBuckets *addresses; /* by user and address: for addresses where the account is used */
  GHashTable      *known;     /* set of users and addresses where they are signed in */
  GQueue           order;     /* the same keys, the oldest first */
  guint            most;      /* size limit of @known */
};

/**
 * vis_guesses_new:
 * @addresses: the most addresses that are remembered; beyond that the oldest is forgotten
 *
 * Returns: (transfer full): an object that has counted nothing
 */
VisGuesses *
vis_guesses_new (guint addresses)
{
  VisGuesses *self = g_new0 (VisGuesses, 1);

  self->accounts = vis_token_buckets_new (VIS_RATE_GUESS_BURST, VIS_RATE_GUESS_REFILL);
  self->addresses = vis_token_buckets_new (VIS_RATE_GUESS_BURST, VIS_RATE_GUESS_REFILL);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->most = addresses;
  return self;
}

void
vis_guesses_free (VisGuesses *self)
{
  g_queue_clear (&self->order);
  g_hash_table_unref (self->known);
  vis_token_buckets_free (self->accounts);
  vis_token_buckets_free (self->addresses);
  g_free (self);
}

/* A user name has no space in it. */
static char *
make_key (const char *user, const char *address)
{
  return g_strconcat (user, " ", address, NULL);
}

/**
 * vis_guesses_take:
 * @self: the guesses
 * @user: the user whose password was sent
 * @address: the client's address, of vis_token_bucket_key()
 * @now: monotonic time, in microseconds
 *
 * Counts a sign-in as a wrong password, before the password is verified.
 *
 * Returns: 0 if the password may be verified, otherwise milliseconds until the client may try again
 */
guint
vis_guesses_take (VisGuesses *self, const char *user, const char *address, gint64 now)
{
  g_autofree char *key = make_key (user, address);

  if (g_hash_table_contains (self->known, key))
    return vis_token_buckets_take (self->addresses, key, now);
  return vis_token_buckets_take (self->accounts, user, now);
}

/**
 * vis_guesses_give_back:
 * @self: the guesses
 * @user: the user whose password was sent
 * @address: the client's address
 *
 * Undoes vis_guesses_take(): the password was right, or was not verified.
 */
void
vis_guesses_give_back (VisGuesses *self, const char *user, const char *address)
{
  g_autofree char *key = make_key (user, address);

  if (g_hash_table_contains (self->known, key))
    vis_token_buckets_give_back (self->addresses, key);
  else
    vis_token_buckets_give_back (self->accounts, user);
}

/**
 * vis_guesses_know:
 * @self: the guesses
 * @user: a user
 * @address: an address from which they are signed in
 *
 * Remembers an address where an account is used.
 */
void
vis_guesses_know (VisGuesses *self, const char *user, const char *address)
{
  g_autofree char *key = make_key (user, address);

  /* g_hash_table_add() would free an equal key, which the queue has too. */
  if (g_hash_table_contains (self->known, key))
    return;
  g_queue_push_tail (&self->order, key);
  g_hash_table_add (self->known, g_steal_pointer (&key));
  if (self->order.length > self->most)
    g_hash_table_remove (self->known, g_queue_pop_head (&self->order));
}
