/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-store-rules.h"

#include "vis-rules-private.h"

typedef struct
{
  void (*run) (VisStoreTx *tx, VisServerStoreOp *op);
  gboolean writes;
} Verb;

/* Verbs without a function concern the store itself: each store implements them. */
static const Verb verbs[VIS_N_STORE_VERBS] = {
  [VIS_STORE_PROBE] = { NULL, TRUE },
  [VIS_STORE_REGISTER] = { vis_rules_register, TRUE },
  [VIS_STORE_CHECK_IMPORT] = { vis_rules_check_import, FALSE },
  [VIS_STORE_IMPORT] = { vis_rules_import, TRUE },
  [VIS_STORE_FIND_ACCOUNT] = { vis_rules_find_account, FALSE },
  [VIS_STORE_ADD_DEVICE] = { vis_rules_add_device, TRUE },
  [VIS_STORE_REMOVE_DEVICE] = { vis_rules_remove_device, TRUE },
  [VIS_STORE_ADD_INVITE] = { vis_rules_add_invite, TRUE },
  [VIS_STORE_LIST_ACCOUNTS] = { vis_rules_list_accounts, FALSE },
  [VIS_STORE_FIND_DEVICE] = { vis_rules_find_device, FALSE },
  [VIS_STORE_HELLO] = { vis_rules_hello, FALSE },
  [VIS_STORE_PEOPLE] = { vis_rules_people, FALSE },
  [VIS_STORE_EVENTS] = { vis_rules_events, FALSE },
  [VIS_STORE_SEEN] = { vis_rules_seen, TRUE },
  [VIS_STORE_CHAT_SEND] = { vis_rules_chat_send, TRUE },
  [VIS_STORE_CHAT_HISTORY] = { vis_rules_chat_history, FALSE },
  [VIS_STORE_CHAT_LIST] = { vis_rules_chat_list, FALSE },
  [VIS_STORE_CHAT_READ] = { vis_rules_chat_mark, TRUE },
  [VIS_STORE_CHAT_DELIVERED] = { vis_rules_chat_mark, TRUE },
  [VIS_STORE_CHAT_DELETE] = { vis_rules_chat_delete, TRUE },
  [VIS_STORE_CHAT_CLEAR] = { vis_rules_chat_clear, TRUE },
  [VIS_STORE_CONTACT_LIST] = { vis_rules_contact_list, FALSE },
  [VIS_STORE_CONTACT_ADD] = { vis_rules_contact_change, TRUE },
  [VIS_STORE_CONTACT_ACCEPT] = { vis_rules_contact_change, TRUE },
  [VIS_STORE_CONTACT_REMOVE] = { vis_rules_contact_change, TRUE },
  [VIS_STORE_CONTACT_BLOCK] = { vis_rules_contact_change, TRUE },
  [VIS_STORE_CONTACT_UNBLOCK] = { vis_rules_contact_change, TRUE },
  [VIS_STORE_CALL_SAVE] = { vis_rules_call_save, TRUE },
  [VIS_STORE_CALL_FINISH] = { vis_rules_call_finish, TRUE },
  [VIS_STORE_CALL_LOAD] = { vis_rules_call_load, FALSE },
  [VIS_STORE_TRIM] = { vis_rules_trim, TRUE },
};

/**
 * vis_store_verb_writes:
 * @verb: a verb
 *
 * Returns: whether it may write and so needs a write transaction
 */
gboolean
vis_store_verb_writes (VisStoreVerb verb)
{
  return verbs[verb].writes;
}

/**
 * vis_store_rules_run:
 * @tx: a transaction
 * @op: an operation
 *
 * Runs the rule of an operation, if it has one, and stores the result in @op. If @op has an error
 * then, or @tx has failed, the caller has to roll back what this operation has written, and only
 * that.
 */
void
vis_store_rules_run (VisStoreTx *tx, VisServerStoreOp *op)
{
  if (verbs[op->verb].run != NULL)
    verbs[op->verb].run (tx, op);
}
