/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "vis-rules-private.h"

/* `chat:send`, `chat:read`, `chat:delivered`, `chat:delete` and `chat:clear`: permissions, and the
 * events for both users. */

/* Idempotent `chat:send`: answers with the stored message if @me has sent it in this chat. FALSE if
 * the id is that of another message, or of the record of a call. */
static gboolean
answer_again (VisStoreTx         *tx,
              VisServerStoreOp   *op,
              const VisStorePair *pair,
              const VisStoreUser *me,
              const VisStoreUser *other,
              const char         *id)
{
  VisStoreMessageRow     row;
  g_autoptr (VisMessage) message = NULL;
  VisStorePlace          place;

  if (!tx->rows->find_message (tx, id, &row) || row.sender != me->id ||
      row.kind == VIS_STORE_MESSAGE_CALL || row.chat != pair->chat)
    return FALSE;
  message = vis_rules_message (&row, me, other->user);
  place = (VisStorePlace){ row.seq, tx->rows->get_mark (tx, me, row.seq) };
  vis_message_set_object (vis_server_store_op_answer (op), VIS_FIELD_MESSAGE, message);
  vis_store_place (vis_server_store_op_answer (op), &place);
  return TRUE;
}

/* Sends a message between mutual contacts. */
static void
send (VisStoreTx         *tx,
      VisServerStoreOp   *op,
      const VisStorePair *pair,
      const VisStoreUser *me,
      const VisStoreUser *other)
{
  VisMessage            *draft = vis_message_get_object (op->request, VIS_FIELD_DRAFT);
  g_autoptr (VisMessage) message = NULL;
  VisStorePlace          place;
  VisStoreMessageRow     row = {
        .id = vis_message_get_string (draft, VIS_FIELD_ID),
        .kind = VIS_STORE_MESSAGE_TEXT,
        .body = vis_message_get_string (draft, VIS_FIELD_TEXT),
        .reply_to = vis_message_get_string (draft, VIS_FIELD_REPLY_TO),
  };

  message = vis_rules_add_message (tx, op, pair, me, other, &row, &place);
  if (message != NULL)
    {
      vis_message_set_object (vis_server_store_op_answer (op), VIS_FIELD_MESSAGE, message);
      vis_store_place (vis_server_store_op_answer (op), &place);
      op->seq = place.seq;
    }
  else if (!answer_again (tx, op, pair, me, other, row.id))
    vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_CONFLICT, "this id is another message's");
}

void
vis_rules_chat_send (VisStoreTx *tx, VisServerStoreOp *op)
{
  VisMessage         *draft = vis_message_get_object (op->request, VIS_FIELD_DRAFT);
  const VisStoreWho   who[] = { { .id = op->user },
                                { .user = vis_message_get_string (op->request, VIS_FIELD_CHAT) } };
  const VisStoreUser *users[2];
  const VisStorePair *pair = NULL;
  VisStanding         standing = VIS_STANDING_NONE;

  tx->rows->find_users (tx, who, G_N_ELEMENTS (who), users);
  if (users[0] != NULL && users[1] != NULL && users[0] != users[1])
    pair = tx->rows->get_pair (tx, users[0], users[1]);
  if (pair != NULL)
    standing = vis_store_pair_get_standing (pair, op->user);
  if (standing == VIS_STANDING_MUTUAL)
    send (tx, op, pair, users[0], users[1]);
  else if (pair != NULL &&
           answer_again (
             tx, op, pair, users[0], users[1], vis_message_get_string (draft, VIS_FIELD_ID)))
    return;
  else if (standing == VIS_STANDING_BLOCKED)
    vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_BLOCKED, "you have blocked this person");
  else
    vis_server_store_op_fail (
      op, VIS_PROTOCOL_ERROR_FORBIDDEN, "you are not in each other's contacts");
}

static VisMessage *
mark_event (VisKind kind, const char *chat, const char *user, const char *id)
{
  VisMessage *event = vis_message_new (kind);

  vis_message_set_string (event, VIS_FIELD_CHAT, chat);
  vis_message_set_string (event, VIS_FIELD_USER, user);
  vis_message_set_string (event, VIS_FIELD_MESSAGE_ID, id);
  return event;
}

/* `chat:read` and `chat:delivered` */
void
vis_rules_chat_mark (VisStoreTx *tx, VisServerStoreOp *op)
{
  const VisStoreUser *me;
  const VisStoreUser *other;
  const VisStorePair *pair = vis_rules_find_chat (tx, op, &me, &other);
  const char         *id = vis_message_get_string (op->request, VIS_FIELD_MESSAGE_ID);
  gboolean            read = op->verb == VIS_STORE_CHAT_READ;
  VisKind             kind = read ? VIS_KIND_CHAT_READ : VIS_KIND_CHAT_DELIVERED;
  VisStoreMessageRow  row;
  VisStoreMember      was;

  if (pair == NULL || !vis_rules_find_message (tx, op, pair, id, &row))
    return;

  tx->rows->get_member (tx, me->id, pair->chat, &was);
  vis_server_store_op_answer (op);
  if (row.n <= (read ? was.read : was.delivered))
    return;
  tx->rows->advance_member (
    tx,
    me->id,
    pair->chat,
    &(const VisStoreMember){ .read = read ? row.n : 0, .delivered = row.n });
  vis_rules_log_event (tx, op, me, mark_event (kind, other->user, me->user, id));
  /* Users who are no mutual contacts (any more) get no receipts. */
  if (vis_store_pair_get_standing (pair, me->id) == VIS_STANDING_MUTUAL)
    vis_rules_log_event (tx, op, other, mark_event (kind, me->user, me->user, id));
}

static VisMessage *
deleted_event (const char *chat, const char *id, const char *whom)
{
  VisMessage *event = vis_message_new (VIS_KIND_CHAT_DELETED);

  vis_message_set_string (event, VIS_FIELD_CHAT, chat);
  vis_message_set_string (event, VIS_FIELD_MESSAGE_ID, id);
  vis_message_set_string (event, VIS_FIELD_FOR, whom);
  return event;
}

static void
delete_for_me (VisStoreTx               *tx,
               VisServerStoreOp         *op,
               const VisStoreUser       *me,
               const VisStoreUser       *other,
               const VisStoreMessageRow *row)
{
  const char *id = vis_message_get_string (op->request, VIS_FIELD_MESSAGE_ID);

  if (tx->rows->hide_message (tx, me->id, row->chat, row->n))
    vis_rules_log_event (tx, op, me, deleted_event (other->user, id, "me"));
}

static void
delete_for_everyone (VisStoreTx               *tx,
                     VisServerStoreOp         *op,
                     const VisStoreUser       *me,
                     const VisStoreUser       *other,
                     const VisStoreMessageRow *row)
{
  const char *id = vis_message_get_string (op->request, VIS_FIELD_MESSAGE_ID);

  if (row->sender != me->id || row->kind == VIS_STORE_MESSAGE_CALL)
    {
      vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_FORBIDDEN, "only who wrote it can do this");
      return;
    }
  if (row->deleted)
    return;

  tx->rows->erase_messages (tx, row->chat, row->n, row->n);
  vis_rules_log_event (tx, op, me, deleted_event (other->user, id, "everyone"));
  vis_rules_log_event (tx, op, other, deleted_event (me->user, id, "everyone"));
}

void
vis_rules_chat_delete (VisStoreTx *tx, VisServerStoreOp *op)
{
  const VisStoreUser *me;
  const VisStoreUser *other;
  const VisStorePair *pair = vis_rules_find_chat (tx, op, &me, &other);
  const char         *id = vis_message_get_string (op->request, VIS_FIELD_MESSAGE_ID);
  VisStoreMessageRow  row;

  if (pair == NULL || !vis_rules_find_message (tx, op, pair, id, &row))
    return;
  vis_server_store_op_answer (op);
  if (strcmp (vis_message_get_string (op->request, VIS_FIELD_FOR), "me") == 0)
    delete_for_me (tx, op, me, other, &row);
  else
    delete_for_everyone (tx, op, me, other, &row);
}

/* Schedules what both users have cleared for erasing in small transactions: it may be large. */
static void
erase_cleared (VisStoreTx *tx, const VisStorePair *pair, const VisStoreUser *other, gint64 n)
{
  VisStoreMember theirs;

  tx->rows->get_member (tx, other->id, pair->chat, &theirs);
  n = MIN (n, theirs.cleared);
  if (n > 0)
    tx->rows->erase_later (tx, pair->chat, n);
}

void
vis_rules_chat_clear (VisStoreTx *tx, VisServerStoreOp *op)
{
  const VisStoreUser *me;
  const VisStoreUser *other;
  const VisStorePair *pair = vis_rules_find_chat (tx, op, &me, &other);
  const char         *id = vis_message_get_string (op->request, VIS_FIELD_MESSAGE_ID);
  VisStoreMessageRow  row;
  VisStoreMember      was;
  VisMessage         *event;
  gint64              n;

  if (pair == NULL || (id != NULL && !vis_rules_find_message (tx, op, pair, id, &row)))
    return;
  n = id != NULL ? row.n : pair->n;
  vis_server_store_op_answer (op);
  tx->rows->get_member (tx, me->id, pair->chat, &was);
  if (n <= was.cleared)
    return;

  tx->rows->advance_member (tx, me->id, pair->chat, &(const VisStoreMember){ .cleared = n });
  erase_cleared (tx, pair, other, n);
  event = vis_message_new (VIS_KIND_CHAT_CLEARED);
  vis_message_set_string (event, VIS_FIELD_CHAT, other->user);
  vis_message_set_string (event, VIS_FIELD_MESSAGE_ID, id);
  vis_rules_log_event (tx, op, me, event);
}
