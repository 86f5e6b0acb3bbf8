/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "vis-id.h"
#include "vis-rules-private.h"

/* The row of a call survives a restart of the server, so that an answered call continues. After its
 * end the row is kept for a day, so that a repeated `call:end` is idempotent. */

void
vis_rules_call_save (VisStoreTx *tx, VisServerStoreOp *op)
{
  if (!tx->rows->save_call (tx, op->call, 0))
    vis_server_store_op_fail (
      op, VIS_PROTOCOL_ERROR_CONFLICT, "a call of this id has ended before");
}

/* Body of the message that records a call: media, outcome and duration, and the id of the call if
 * the message has another one. call_info() in vis-rules-messages.c parses it. */
static char *
call_body (const VisStoreCall *call, const char *id)
{
  gboolean same = strcmp (call->call, id) == 0;

  return g_strdup_printf ("%s %s %" G_GINT64_FORMAT "%s%s",
                          call->video ? "video" : "audio",
                          call->outcome,
                          call->duration_ms,
                          same ? "" : " ",
                          same ? "" : call->call);
}

/* Writes the record of a call as a message with @id; FALSE if a message has this id already. */
static gboolean
add_record (VisStoreTx         *tx,
            VisServerStoreOp   *op,
            const VisStoreUser *caller,
            const VisStoreUser *callee,
            const char         *id)
{
  const VisStorePair    *pair = tx->rows->get_pair (tx, caller, callee);
  g_autofree char       *body = call_body (op->call, id);
  VisStoreMessageRow     row = { .id = id, .kind = VIS_STORE_MESSAGE_CALL, .body = body };
  VisStorePlace          place;
  g_autoptr (VisMessage) message =
    vis_rules_add_message (tx, op, pair, caller, callee, &row, &place);

  return message != NULL;
}

/* Writes the record of a call into both histories, once. If a client has sent a message with the id
 * of the call, the record gets an id of its own. */
void
vis_rules_call_finish (VisStoreTx *tx, VisServerStoreOp *op)
{
  const VisStoreCall *call = op->call;
  const VisStoreWho   who[] = { { .id = call->caller }, { .id = call->callee } };
  const VisStoreUser *users[2];
  g_autofree char    *other = NULL;

  tx->rows->find_users (tx, who, G_N_ELEMENTS (who), users);
  if (!tx->rows->save_call (tx, call, op->now) || call->outcome == NULL || users[0] == NULL ||
      users[1] == NULL || add_record (tx, op, users[0], users[1], call->call))
    return;
  other = vis_id_new ();
  add_record (tx, op, users[0], users[1], other);
}

static gboolean
append_call (const VisStoreCall *row, gpointer data)
{
  g_ptr_array_add (data, vis_store_call_copy (row));
  return TRUE;
}

void
vis_rules_call_load (VisStoreTx *tx, VisServerStoreOp *op)
{
  op->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_call_free);
  tx->rows->list_calls (tx, op->node, append_call, op->calls);
}
