/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-passwords.h"
#include "vis-rules-private.h"

/* Imports many accounts and their contacts in one transaction. */

static const VisStoreAccount *
nth_import (VisServerStoreOp *op, guint i)
{
  return g_ptr_array_index (op->imports, i);
}

static guint
count (GStrv texts)
{
  return texts != NULL ? g_strv_length (texts) : 0;
}

/* Every contact must be an existing user or one of the import. */
static gboolean
check_contacts (VisStoreTx            *tx,
                VisServerStoreOp      *op,
                const VisStoreAccount *account,
                GHashTable            *users)
{
  for (guint i = 0; i < count (account->contacts); i++)
    {
      const char *other = account->contacts[i];

      if (g_str_equal (other, account->user) ||
          (!g_hash_table_contains (users, other) &&
           vis_store_tx_find_user_by_name (tx, other) == NULL))
        {
          vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_NOT_FOUND, other);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_tokens (VisStoreTx *tx, VisServerStoreOp *op, const VisStoreAccount *account)
{
  const VisStoreUser *me = vis_store_tx_find_user_by_name (tx, account->user);

  for (guint i = 0; i < count (account->tokens); i++)
    {
      g_autoptr (GBytes) hash = vis_token_hash (account->tokens[i]);
      VisStoreDeviceRow  row;

      if (tx->rows->find_device (tx, hash, &row) && (me == NULL || row.user != me->id))
        {
          vis_server_store_op_fail (
            op, VIS_PROTOCOL_ERROR_FORBIDDEN, "a token is of somebody else");
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check (VisStoreTx *tx, VisServerStoreOp *op)
{
  g_autoptr (GHashTable) users = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < op->imports->len; i++)
    g_hash_table_add (users, nth_import (op, i)->user);
  for (op->at = 0; op->at < op->imports->len; op->at++)
    {
      const VisStoreAccount *account = nth_import (op, op->at);

      if (!check_contacts (tx, op, account, users) || !check_tokens (tx, op, account))
        return FALSE;
    }
  return TRUE;
}

void
vis_rules_check_import (VisStoreTx *tx, VisServerStoreOp *op)
{
  if (!check (tx, op))
    return;
  op->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_account_free);
  for (guint i = 0; i < op->imports->len; i++)
    {
      const VisStoreAccount *account = nth_import (op, i);
      const VisStoreUser    *user = vis_store_tx_find_user_by_name (tx, account->user);
      VisStoreAccount       *known = vis_store_account_new ();

      known->user = g_strdup (account->user);
      if (user != NULL)
        known->password = tx->rows->dup_password (tx, user);
      g_ptr_array_add (op->accounts, known);
    }
}

/* Creates an account, or adds to an existing one. */
static void
import_account (VisStoreTx *tx, VisServerStoreOp *op, const VisStoreAccount *account)
{
  const VisStoreUser *me = vis_store_tx_find_user_by_name (tx, account->user);
  gint64              id;

  if (me != NULL)
    tx->rows->set_user (tx, me, account);
  id = me != NULL ? me->id : tx->rows->add_user (tx, account, op->now);
  for (guint i = 0; i < count (account->tokens); i++)
    {
      g_autoptr (GBytes) hash = vis_token_hash (account->tokens[i]);
      g_autofree char   *device = vis_device_id_new ();

      tx->rows->add_device (tx, id, device, NULL, hash, op->now);
    }
}

/* Makes two users mutual contacts, unless one has blocked the other: only that user may unblock. */
static void
make_mutual (VisStoreTx *tx, VisServerStoreOp *op, const VisStoreUser *a, const VisStoreUser *b)
{
  const VisStorePair *pair = tx->rows->get_pair (tx, a, b);

  if (vis_store_pair_get_standing (pair, a->id) == VIS_STANDING_BLOCKED ||
      vis_store_pair_get_standing (pair, b->id) == VIS_STANDING_BLOCKED)
    return;
  vis_rules_set_standing (tx, op, a, b, VIS_STANDING_MUTUAL);
  vis_rules_set_standing (tx, op, b, a, VIS_STANDING_MUTUAL);
}

static void
import_contacts (VisStoreTx *tx, VisServerStoreOp *op, const VisStoreAccount *account)
{
  const VisStoreUser *me = vis_store_tx_find_user_by_name (tx, account->user);

  for (guint i = 0; i < count (account->contacts); i++)
    {
      const VisStoreUser *other = vis_store_tx_find_user_by_name (tx, account->contacts[i]);

      if (me == NULL || other == NULL)
        return;
      make_mutual (tx, op, me, other);
    }
  /* No client is connected to the importing process; a server reads the events from the log. */
  g_clear_pointer (&op->events, g_array_unref);
}

static void
append_who (GArray *who, const char *user)
{
  const VisStoreWho one = { .user = user };

  g_array_append_val (who, one);
}

/* Finds all users in one call, as VisStoreTxRows requires: a server may write at the same time. */
static void
find_all (VisStoreTx *tx, VisServerStoreOp *op)
{
  g_autoptr (GArray)              who = g_array_new (FALSE, FALSE, sizeof (VisStoreWho));
  g_autofree const VisStoreUser **users = NULL;

  for (guint i = 0; i < op->imports->len; i++)
    {
      const VisStoreAccount *account = nth_import (op, i);

      append_who (who, account->user);
      for (guint j = 0; j < count (account->contacts); j++)
        append_who (who, account->contacts[j]);
    }
  users = g_new (const VisStoreUser *, who->len);
  tx->rows->find_users (tx, (const VisStoreWho *) who->data, who->len, users);
}

/* Accounts first, so that contacts may be accounts of later lines. */
void
vis_rules_import (VisStoreTx *tx, VisServerStoreOp *op)
{
  find_all (tx, op);
  if (!check (tx, op))
    return;
  for (guint i = 0; i < op->imports->len; i++)
    import_account (tx, op, nth_import (op, i));
  for (guint i = 0; i < op->imports->len; i++)
    import_contacts (tx, op, nth_import (op, i));
}
