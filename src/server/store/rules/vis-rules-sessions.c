/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-rules-private.h"

/* Who a device is, whom its user knows, and where it goes on. */

/* Whether a device can go on behind the event that it has as its last. Where it can't, it was away
 * for longer than events are kept, or that event is not the one of this store, which then has lost
 * what the device knows. */
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
  /* A mark that can't be read says nothing about the event. */
  op->lost = op->reset && ours >= 0;
}

/* How far the events are, and whether a device can go on from where it says that it is. */
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

/* The user of a token, the number of their newest event, and their contacts. */
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
