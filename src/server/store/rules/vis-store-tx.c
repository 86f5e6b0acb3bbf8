/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-store-tx.h"

/* One user by id. */
const VisStoreUser *
vis_store_tx_find_user (VisStoreTx *self, gint64 id)
{
  const VisStoreWho   who = { .id = id };
  const VisStoreUser *user;

  self->rows->find_users (self, &who, 1, &user);
  return user;
}

const VisStoreUser *
vis_store_tx_find_user_by_name (VisStoreTx *self, const char *user)
{
  const VisStoreWho   who = { .user = user };
  const VisStoreUser *found;

  self->rows->find_users (self, &who, 1, &found);
  return found;
}

/**
 * vis_store_tx_pardon:
 * @self: a transaction
 *
 * Clears the failure after a row that could not be read, so that the operation continues. In a
 * store where one error aborts the whole transaction the failure stays, see
 * #VisStoreTxRows.fails_in_part.
 *
 * Returns: whether a failure was cleared
 */
gboolean
vis_store_tx_pardon (VisStoreTx *self)
{
  if (!self->failed || !self->rows->fails_in_part)
    return FALSE;
  self->failed = FALSE;
  return TRUE;
}

/* The standing of @user, one of the pair, towards the other one. */
VisStanding
vis_store_pair_get_standing (const VisStorePair *pair, gint64 user)
{
  return pair->standing[user == pair->high];
}
