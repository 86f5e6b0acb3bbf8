/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "vis-rules-private.h"

/* Accounts, devices and invites. */

void
vis_rules_register (VisStoreTx *tx, VisServerStoreOp *op)
{
  VisStoreAccount *account = op->account;

  /* The invite first: without one, user_taken would tell which users exist. */
  if (!account->open && !tx->rows->has_invite (tx, account->invite, op->now))
    {
      vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_BAD_INVITE, "a valid invite is needed");
      return;
    }
  account->id = vis_store_tx_find_user_by_name (tx, account->user) == NULL
                  ? tx->rows->add_user (tx, account, op->now)
                  : 0;
  if (account->id == 0)
    {
      vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_USER_TAKEN, "this user name is taken");
      return;
    }
  if (!account->open)
    tx->rows->use_invite (tx, account->invite, op->now);
  if (account->token != NULL)
    account->device = tx->rows->add_device (
      tx, account->id, account->device_id, account->device_name, account->token, op->now);
}

void
vis_rules_find_account (VisStoreTx *tx, VisServerStoreOp *op)
{
  const VisStoreUser *user = vis_store_tx_find_user_by_name (tx, op->account->user);

  if (user == NULL)
    return;
  op->account->id = user->id;
  op->account->password = tx->rows->dup_password (tx, user);
}

void
vis_rules_add_device (VisStoreTx *tx, VisServerStoreOp *op)
{
  VisStoreAccount *account = op->account;

  account->device = tx->rows->add_device (
    tx, account->id, account->device_id, account->device_name, account->token, op->now);
}

/* Finds the device of a token, and its user; FALSE with the error set. */
gboolean
vis_rules_authenticate (VisStoreTx *tx, VisServerStoreOp *op)
{
  VisStoreAccount  *account = op->account;
  VisStoreDeviceRow row;

  if (!tx->rows->find_device (tx, account->token, &row))
    {
      vis_server_store_op_fail (
        op, VIS_PROTOCOL_ERROR_UNAUTHORIZED, "this token is not valid (any more)");
      return FALSE;
    }
  account->device = row.id;
  account->id = row.user;
  g_free (account->device_id);
  g_free (account->device_name);
  account->device_id = g_strdup (row.device);
  account->device_name = g_strdup (row.name);
  return TRUE;
}

void
vis_rules_remove_device (VisStoreTx *tx, VisServerStoreOp *op)
{
  if (vis_rules_authenticate (tx, op))
    tx->rows->remove_device (tx, op->account->token);
}

void
vis_rules_add_invite (VisStoreTx *tx, VisServerStoreOp *op)
{
  tx->rows->add_invite (tx, op->account->invite, op->account->uses, op->account->expires);
}

static gboolean
append_account (const VisStoreUser *row, gpointer data)
{
  VisStoreAccount *account = vis_store_account_new ();

  account->id = row->id;
  account->user = g_strdup (row->user);
  account->name = g_strdup (row->name);
  g_ptr_array_add (data, account);
  return TRUE;
}

static int
compare_accounts (gconstpointer a, gconstpointer b)
{
  const VisStoreAccount *const *left = a;
  const VisStoreAccount *const *right = b;

  return strcmp ((*left)->user, (*right)->user);
}

void
vis_rules_list_accounts (VisStoreTx *tx, VisServerStoreOp *op)
{
  op->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_account_free);
  tx->rows->list_users (tx, 0, G_MAXUINT, append_account, op->accounts);
  g_ptr_array_sort (op->accounts, compare_accounts);
}
