/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-rules-private.h"

/* Authenticates a device, lists the contacts of its user, and finds where it resumes. */

/* Sets `reset` if a device can't resume behind @since, its last event: events behind it were
 * trimmed, or the store has none or another one with this seq. Then `lost` as well: the store was
 * restored from an older copy. */
static void
compare_last (
  VisStoreTx *tx, VisServerStoreOp *op, const VisStoreUser *me, gint64 since, const char *mark)
{
  gint64 ours;

  op->reset = since < me->kept || since > me->seq;
  op->lost = since > me->seq;
  if (op->reset || since == 0 || mark == NULL)
    return;

  ours = tx->rows->get_mark (tx, me, since);
  op->reset = ours != (gint64) g_ascii_strtoull (mark, NULL, 16);
  /* Without the mark in the store, whether the events differ is not known. */
  op->lost = op->reset && ours >= 0;
}

/* Sets the newest seq, and whether a device can resume from its `since`. */
static void
resume (VisStoreTx *tx, VisServerStoreOp *op, const VisStoreUser *me)
{
  op->seq = me->seq;
  op->kept = me->kept;
  op->mark = tx->rows->get_mark (tx, me, me->seq);
  if (vis_message_has (op->request, VIS_FIELD_SINCE))
    compare_last (tx,
                  op,
                  me,
                  vis_message_get_integer (op->request, VIS_FIELD_SINCE),
                  vis_message_get_string (op->request, VIS_FIELD_MARK));
}

void
vis_rules_find_device (VisStoreTx *tx, VisServerStoreOp *op)
{
  vis_rules_authenticate (tx, op);
}

static gboolean
append_person (const VisStoreContactRow *row, gpointer data)
{
  vis_server_store_op_add_person (data, row->id, row->user, TRUE);
  return TRUE;
}

void
vis_rules_people (VisStoreTx *tx, VisServerStoreOp *op)
{
  const VisStoreUser *me = vis_store_tx_find_user (tx, op->user);

  op->seq = me != NULL ? me->seq : 0;
  tx->rows->list_mutual (tx, op->user, append_person, op);
}

/* Reads the user of a token, the seq of their newest event, and their mutual contacts. */
void
vis_rules_hello (VisStoreTx *tx, VisServerStoreOp *op)
{
  const VisStoreUser *me;

  if (!vis_rules_authenticate (tx, op))
    return;
  me = vis_store_tx_find_user (tx, op->account->id);
  if (me == NULL)
    {
      vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_UNAUTHORIZED, "this user is gone");
      return;
    }
  op->account->user = g_strdup (me->user);
  op->account->name = g_strdup (me->name);
  resume (tx, op, me);
  tx->rows->list_mutual (tx, me->id, append_person, op);
}

void
vis_rules_seen (VisStoreTx *tx, VisServerStoreOp *op)
{
  tx->rows->set_seen (tx, op->user, op->now);
}
