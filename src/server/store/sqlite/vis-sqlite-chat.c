/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "vis-id.h"
#include "vis-server-limits.h"
#include "vis-sqlite-private.h"

/* A call's record: its media, outcome and duration, and its id where that is not the message's. */
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

static VisMessage *
message_event (const char *chat, VisMessage *message)
{
  VisMessage *event = vis_message_new (VIS_KIND_CHAT_MESSAGE);

  vis_message_set_string (event, VIS_FIELD_CHAT, chat);
  vis_message_set_object (event, VIS_FIELD_MESSAGE, message);
  return event;
}

typedef struct
{
  const char *id;
  int         kind;
  const char *body;
  const char *reply_to;
} Draft;

/* Notes the id of a new message; FALSE if it is known already. */
static gboolean
add_id (VisSqlite *self, const char *id, gint64 m)
{
  gint64        hash = vis_sqlite_hash_id (id);
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_ID_KNOWN);
  gboolean      known;

  sqlite3_bind_int64 (statement, 1, hash);
  known = vis_sqlite_step (self, statement);
  if (known)
    return FALSE;

  statement = vis_sqlite_get (self, VIS_SQL_ID_ADD);
  sqlite3_bind_int64 (statement, 1, hash);
  sqlite3_bind_int64 (statement, 2, m);
  vis_sqlite_step (self, statement);
  if (self->failed)
    return TRUE;
  self->n_recent += self->n_recent >= 0;
  return sqlite3_changes (self->handle) > 0;
}

/* A text is found by its own number, see the migrations. */
static gint64
add_text (VisSqlite *self, const char *body)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_TEXT_ADD);

  vis_sqlite_bind_text (statement, 1, body);
  vis_sqlite_step (self, statement);
  return sqlite3_last_insert_rowid (self->handle);
}

/* Writes a message and tells both. Returns the sender's place, 0 if the id is known already. */
static VisStorePlace
add_message (VisSqlite        *self,
             VisServerStoreOp *op,
             VisSqlitePair    *pair,
             VisSqliteUser    *me,
             VisSqliteUser    *other,
             const Draft      *draft,
             VisMessage       *mine)
{
  gint64        m = VIS_SQLITE_KEY (vis_sqlite_pair_chat (self, pair), pair->n + 1);
  sqlite3_stmt *statement;
  VisMessage   *theirs;
  VisStorePlace mine_at;
  VisStorePlace theirs_at;
  gint64        text;

  if (!add_id (self, draft->id, m))
    return (VisStorePlace){ 0 };

  pair->n++;
  vis_sqlite_pair_touch (self, pair);
  mine_at = vis_sqlite_log_message (self, me, op->now, m);
  theirs_at = vis_sqlite_log_message (self, other, op->now, m);
  text = add_text (self, draft->body);

  statement = vis_sqlite_get (self, VIS_SQL_MESSAGE_ADD);
  sqlite3_bind_int64 (statement, 1, m);
  vis_sqlite_bind_id (statement, 2, draft->id);
  sqlite3_bind_int64 (statement, 3, me->id);
  sqlite3_bind_int64 (statement, 4, mine_at.seq);
  sqlite3_bind_int64 (statement, 5, op->now);
  sqlite3_bind_int (statement, 6, draft->kind);
  sqlite3_bind_int64 (statement, 7, text);
  vis_sqlite_bind_id (statement, 8, draft->reply_to);
  vis_sqlite_step (self, statement);

  theirs = vis_message_copy (mine);
  vis_message_set_string (theirs, VIS_FIELD_CHAT, me->user);
  vis_server_store_op_add_event (
    op, me->id, &mine_at, op->device, message_event (other->user, mine));
  vis_server_store_op_add_event (op, other->id, &theirs_at, 0, message_event (me->user, theirs));
  vis_message_unref (theirs);
  return mine_at;
}

/* The same id again: the same answer, if it is the same message. The record of a call is none that
 * anybody has sent. */
static gboolean
answer_again (VisSqlite        *self,
              VisServerStoreOp *op,
              VisSqlitePair    *pair,
              VisSqliteUser    *me,
              VisSqliteUser    *other,
              const char       *id)
{
  sqlite3_stmt *statement = vis_sqlite_select_message (self, id);

  if (vis_sqlite_step (self, statement) && sqlite3_column_int64 (statement, 2) == me->id &&
      sqlite3_column_int (statement, 4) != VIS_SQLITE_CALL &&
      VIS_SQLITE_OWNER (sqlite3_column_int64 (statement, 0)) == pair->chat)
    {
      g_autoptr (VisMessage) message =
        vis_sqlite_message (statement, 0, me->id, me->user, other->user);
      const gint64        seq = sqlite3_column_int64 (statement, 8);
      const VisStorePlace place = { seq, vis_sqlite_log_mark (self, me->id, seq) };

      vis_message_set_object (vis_server_store_op_answer (op), VIS_FIELD_MESSAGE, message);
      vis_store_place (vis_server_store_op_answer (op), &place);
      return TRUE;
    }
  return FALSE;
}

void
vis_sqlite_chat_send (VisSqlite *self, VisServerStoreOp *op)
{
  VisMessage    *draft = vis_message_get_object (op->request, VIS_FIELD_DRAFT);
  const char    *name = vis_message_get_string (op->request, VIS_FIELD_CHAT);
  VisSqliteUser *me = vis_sqlite_user (self, op->user);
  VisSqliteUser *other = vis_sqlite_user_by_name (self, name);
  VisSqlitePair *pair = NULL;
  const Draft    what = {
       .id = vis_message_get_string (draft, VIS_FIELD_ID),
       .kind = VIS_SQLITE_TEXT,
       .body = vis_message_get_string (draft, VIS_FIELD_TEXT),
       .reply_to = vis_message_get_string (draft, VIS_FIELD_REPLY_TO),
  };
  g_autoptr (VisMessage) message = NULL;
  VisStorePlace          place;

  if (me != NULL && other != NULL && me != other)
    pair = vis_sqlite_pair (self, me->id, other->id);
  if (pair == NULL || vis_sqlite_standing (pair, me->id) != VIS_STANDING_MUTUAL)
    {
      if (pair != NULL && answer_again (self, op, pair, me, other, what.id))
        return;
      if (pair != NULL && vis_sqlite_standing (pair, me->id) == VIS_STANDING_BLOCKED)
        vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_BLOCKED, "you have blocked this person");
      else
        vis_server_store_op_fail (
          op, VIS_PROTOCOL_ERROR_FORBIDDEN, "you are not in each other's contacts");
      return;
    }

  message = vis_message_new (VIS_KIND_OBJECT_MESSAGE);
  vis_message_set_string (message, VIS_FIELD_ID, what.id);
  vis_message_set_string (message, VIS_FIELD_CHAT, other->user);
  vis_message_set_string (message, VIS_FIELD_FROM, me->user);
  vis_message_set_integer (message, VIS_FIELD_TS, op->now);
  vis_message_set_string (message, VIS_FIELD_KIND, "text");
  vis_message_set_string (message, VIS_FIELD_TEXT, what.body);
  if (what.reply_to != NULL)
    vis_message_set_string (message, VIS_FIELD_REPLY_TO, what.reply_to);

  place = add_message (self, op, pair, me, other, &what, message);
  if (place.seq > 0)
    {
      vis_message_set_object (vis_server_store_op_answer (op), VIS_FIELD_MESSAGE, message);
      vis_store_place (vis_server_store_op_answer (op), &place);
      op->seq = place.seq;
    }
  else if (!answer_again (self, op, pair, me, other, what.id))
    vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_CONFLICT, "this id is another message's");
}

/* Writes the record of a call under an id; FALSE if that is a message's. */
static gboolean
add_record (VisSqlite        *self,
            VisServerStoreOp *op,
            VisSqliteUser    *caller,
            VisSqliteUser    *callee,
            const char       *id)
{
  VisSqlitePair         *pair = vis_sqlite_pair (self, caller->id, callee->id);
  g_autofree char       *body = call_body (op->call, id);
  const Draft            draft = { .id = id, .kind = VIS_SQLITE_CALL, .body = body };
  g_autoptr (VisMessage) message = vis_message_new (VIS_KIND_OBJECT_MESSAGE);
  g_autoptr (VisMessage) info = vis_sqlite_call_info (id, body);

  vis_message_set_string (message, VIS_FIELD_ID, id);
  vis_message_set_string (message, VIS_FIELD_CHAT, callee->user);
  vis_message_set_string (message, VIS_FIELD_FROM, caller->user);
  vis_message_set_integer (message, VIS_FIELD_TS, op->now);
  vis_message_set_string (message, VIS_FIELD_KIND, "call");
  vis_message_set_object (message, VIS_FIELD_CALL_INFO, info);
  return add_message (self, op, pair, caller, callee, &draft, message).seq > 0;
}

/* The record of a call, in both histories, once. Somebody may have given the call's id to a message
 * of theirs; that neither suppresses the record nor is it overwritten. */
void
vis_sqlite_call_finish (VisSqlite *self, VisServerStoreOp *op)
{
  const VisStoreCall *call = op->call;
  gboolean            first = vis_sqlite_save_call (self, call, op->now);
  VisSqliteUser      *caller = vis_sqlite_user (self, call->caller);
  VisSqliteUser      *callee = vis_sqlite_user (self, call->callee);
  g_autofree char    *other = NULL;

  if (!first || call->outcome == NULL || caller == NULL || callee == NULL ||
      add_record (self, op, caller, callee, call->call))
    return;
  other = vis_id_new ();
  add_record (self, op, caller, callee, other);
}

static void
set_member (
  VisSqlite *self, gint64 user, gint64 chat, gint64 read, gint64 delivered, gint64 cleared)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_MEMBER_SET);

  sqlite3_bind_int64 (statement, 1, user);
  sqlite3_bind_int64 (statement, 2, chat);
  sqlite3_bind_int64 (statement, 3, read);
  sqlite3_bind_int64 (statement, 4, delivered);
  sqlite3_bind_int64 (statement, 5, cleared);
  vis_sqlite_step (self, statement);
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
vis_sqlite_chat_mark (VisSqlite *self, VisServerStoreOp *op)
{
  VisSqliteUser *me;
  VisSqliteUser *other;
  VisSqlitePair *pair = vis_sqlite_find_chat (self, op, &me, &other);
  const char    *id = vis_message_get_string (op->request, VIS_FIELD_MESSAGE_ID);
  gboolean       read = op->verb == VIS_STORE_CHAT_READ;
  VisKind        kind = read ? VIS_KIND_CHAT_READ : VIS_KIND_CHAT_DELIVERED;
  sqlite3_stmt  *statement;
  gint64         n;
  gint64         was = 0;

  if (pair == NULL || (n = vis_sqlite_find_message (self, op, pair, id)) == 0)
    return;

  statement = vis_sqlite_get (self, VIS_SQL_MEMBER_GET);
  sqlite3_bind_int64 (statement, 1, me->id);
  sqlite3_bind_int64 (statement, 2, pair->chat);
  if (vis_sqlite_step (self, statement))
    was = sqlite3_column_int64 (statement, read ? 0 : 1);

  vis_server_store_op_answer (op);
  if (n <= was)
    return;
  set_member (self, me->id, pair->chat, read ? n : 0, n, 0);
  vis_sqlite_log_event (self, op, me, mark_event (kind, other->user, me->user, id));
  /* Who is blocked or removed does not hear any more what is read. */
  if (vis_sqlite_standing (pair, me->id) == VIS_STANDING_MUTUAL)
    vis_sqlite_log_event (self, op, other, mark_event (kind, me->user, me->user, id));
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
delete_for_me (VisSqlite        *self,
               VisServerStoreOp *op,
               VisSqlitePair    *pair,
               VisSqliteUser    *me,
               VisSqliteUser    *other,
               gint64            n)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_HIDE);

  sqlite3_bind_int64 (statement, 1, me->id);
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (pair->chat, n));
  vis_sqlite_step (self, statement);
  if (!self->failed && sqlite3_changes (self->handle) > 0)
    vis_sqlite_log_event (self,
                          op,
                          me,
                          deleted_event (other->user,
                                         vis_message_get_string (op->request, VIS_FIELD_MESSAGE_ID),
                                         "me"));
}

/* Overwrites the texts of a chat's messages @from to @to. */
void
vis_sqlite_erase (VisSqlite *self, gint64 chat, gint64 from, gint64 to)
{
  static const VisSql erasers[] = { VIS_SQL_TEXT_ERASE, VIS_SQL_MESSAGE_ERASE };

  for (guint i = 0; i < G_N_ELEMENTS (erasers); i++)
    {
      sqlite3_stmt *statement = vis_sqlite_get (self, erasers[i]);

      sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (chat, from));
      sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (chat, to));
      vis_sqlite_step (self, statement);
    }
  self->erased = TRUE;
}

static void
delete_for_everyone (VisSqlite        *self,
                     VisServerStoreOp *op,
                     VisSqlitePair    *pair,
                     VisSqliteUser    *me,
                     VisSqliteUser    *other,
                     gint64            n)
{
  const char   *id = vis_message_get_string (op->request, VIS_FIELD_MESSAGE_ID);
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_MESSAGE_GET);
  gboolean      mine = FALSE;
  gboolean      deleted = FALSE;

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (pair->chat, n));
  if (vis_sqlite_step (self, statement))
    {
      mine = sqlite3_column_int64 (statement, 2) == me->id &&
             sqlite3_column_int (statement, 4) != VIS_SQLITE_CALL;
      deleted = sqlite3_column_int (statement, 5);
    }
  if (!mine)
    {
      vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_FORBIDDEN, "only who wrote it can do this");
      return;
    }
  if (deleted)
    return;

  vis_sqlite_erase (self, pair->chat, n, n);
  vis_sqlite_log_event (self, op, me, deleted_event (other->user, id, "everyone"));
  vis_sqlite_log_event (self, op, other, deleted_event (me->user, id, "everyone"));
}

void
vis_sqlite_chat_delete (VisSqlite *self, VisServerStoreOp *op)
{
  VisSqliteUser *me;
  VisSqliteUser *other;
  VisSqlitePair *pair = vis_sqlite_find_chat (self, op, &me, &other);
  const char    *whom = vis_message_get_string (op->request, VIS_FIELD_FOR);
  gint64         n;

  if (pair == NULL)
    return;
  n = vis_sqlite_find_message (
    self, op, pair, vis_message_get_string (op->request, VIS_FIELD_MESSAGE_ID));
  if (n == 0)
    return;
  vis_server_store_op_answer (op);
  if (strcmp (whom, "me") == 0)
    delete_for_me (self, op, pair, me, other, n);
  else
    delete_for_everyone (self, op, pair, me, other, n);
}

/* What both have cleared is erased bit by bit, since it may be very much. */
static void
erase_cleared (VisSqlite *self, gint64 chat, gint64 upto)
{
  sqlite3_stmt *statement;

  if (upto == 0)
    return;
  statement = vis_sqlite_get (self, VIS_SQL_ERASING_ADD);
  sqlite3_bind_int64 (statement, 1, chat);
  sqlite3_bind_int64 (statement, 2, upto);
  vis_sqlite_step (self, statement);
  self->erasing = TRUE;
}

void
vis_sqlite_chat_clear (VisSqlite *self, VisServerStoreOp *op)
{
  VisSqliteUser *me;
  VisSqliteUser *other;
  VisSqlitePair *pair = vis_sqlite_find_chat (self, op, &me, &other);
  const char    *id = vis_message_get_string (op->request, VIS_FIELD_MESSAGE_ID);
  VisMessage    *event;
  gint64         n;

  if (pair == NULL)
    return;
  n = id != NULL ? vis_sqlite_find_message (self, op, pair, id) : pair->n;
  if (op->error != NULL)
    return;
  vis_server_store_op_answer (op);
  if (n <= vis_sqlite_cleared (self, me->id, pair->chat))
    return;

  set_member (self, me->id, pair->chat, 0, 0, n);
  erase_cleared (self, pair->chat, MIN (n, vis_sqlite_cleared (self, other->id, pair->chat)));
  event = vis_message_new (VIS_KIND_CHAT_CLEARED);
  vis_message_set_string (event, VIS_FIELD_CHAT, other->user);
  vis_message_set_string (event, VIS_FIELD_MESSAGE_ID, id);
  vis_sqlite_log_event (self, op, me, event);
}
