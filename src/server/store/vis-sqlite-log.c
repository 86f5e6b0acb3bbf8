/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-server-limits.h"
#include "vis-sqlite-private.h"

/* What each user has to be told, in order and without gaps. */

static gint64
next_seq (VisSqlite *self, VisSqliteUser *user)
{
  if (!user->dirty)
    {
      user->dirty = TRUE;
      g_ptr_array_add (self->dirty_users, user);
    }
  return ++user->seq;
}

/* Notes that a user has to be told of a message; the row only points to it, so that what is
 * erased there is erased here. */
gint64
vis_sqlite_log_message (VisSqlite *self, VisSqliteUser *user, gint64 now, gint64 chat, gint64 n)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_LOG_ADD);
  gint64        seq = next_seq (self, user);

  sqlite3_bind_int64 (statement, 1, user->id);
  sqlite3_bind_int64 (statement, 2, seq);
  sqlite3_bind_int64 (statement, 3, now);
  sqlite3_bind_int64 (statement, 4, chat);
  sqlite3_bind_int64 (statement, 5, n);
  sqlite3_bind_null (statement, 6);
  vis_sqlite_step (self, statement);
  return seq;
}

/* Notes any other event, word for word, and announces it. Takes @event over. */
void
vis_sqlite_log_event (VisSqlite *self, VisStoreOp *op, VisSqliteUser *user, VisMessage *event)
{
  sqlite3_stmt    *statement = vis_sqlite_get (self, VIS_SQL_LOG_ADD);
  gint64           seq = next_seq (self, user);
  g_autofree char *text = NULL;

  text = vis_codec_encode (event, NULL);
  sqlite3_bind_int64 (statement, 1, user->id);
  sqlite3_bind_int64 (statement, 2, seq);
  sqlite3_bind_int64 (statement, 3, op->now);
  sqlite3_bind_null (statement, 4);
  sqlite3_bind_null (statement, 5);
  vis_sqlite_bind_text (statement, 6, text);
  vis_sqlite_step (self, statement);
  vis_store_op_add_event (op, user->id, seq, 0, event);
}

/* The events behind `after`. */
void
vis_sqlite_events (VisSqlite *self, VisStoreOp *op)
{
  VisSqliteUser *me = vis_sqlite_user (self, op->user);
  sqlite3_stmt  *statement;

  if (me == NULL)
    {
      vis_store_op_fail (op, VIS_PROTOCOL_ERROR_UNAUTHORIZED, "there is no such user");
      return;
    }

  op->seq = me->seq;
  op->kept = me->kept;
  statement = vis_sqlite_get (self, VIS_SQL_LOG_PAGE);
  sqlite3_bind_int64 (statement, 1, op->user);
  sqlite3_bind_int64 (statement, 2, op->after);
  sqlite3_bind_int64 (statement, 3, op->limit);
  while (vis_sqlite_step (self, statement))
    {
      gint64      seq = sqlite3_column_int64 (statement, 9);
      const char *other = vis_sqlite_text (statement, 11);
      VisMessage *message;
      VisMessage *event;

      if (sqlite3_column_type (statement, 10) != SQLITE_NULL)
        {
          vis_store_op_add_text (op, op->user, seq, g_strdup (vis_sqlite_text (statement, 10)));
          continue;
        }
      message = vis_sqlite_message (statement, 0, op->user, me->user, other);
      event = vis_message_new (VIS_KIND_CHAT_MESSAGE);
      vis_message_set_string (event, VIS_FIELD_CHAT, other);
      vis_message_set_object (event, VIS_FIELD_MESSAGE, message);
      vis_message_unref (message);
      vis_store_op_add_event (op, op->user, seq, 0, event);
    }
}

/* One step of the forgetting: the next users behind `after`; `seq` says where to go on, 0 at the
 * end. */
void
vis_sqlite_trim (VisSqlite *self, VisStoreOp *op)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_TRIM_USERS);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64[2]));

  op->seq = 0;
  sqlite3_bind_int64 (statement, 1, op->after);
  while (vis_sqlite_step (self, statement))
    {
      const gint64 row[] = { sqlite3_column_int64 (statement, 0),
                             sqlite3_column_int64 (statement, 1) };

      g_array_append_vals (ids, row, 1);
      op->seq = row[0];
    }

  for (guint i = 0; i < ids->len; i++)
    {
      const gint64  *row = &g_array_index (ids, gint64, i * 2);
      VisSqliteUser *user = g_hash_table_lookup (self->users, &row[0]);

      statement = vis_sqlite_get (self, VIS_SQL_TRIM_LOG);
      sqlite3_bind_int64 (statement, 1, row[0]);
      sqlite3_bind_int64 (statement, 2, row[1]);
      sqlite3_bind_int64 (statement, 3, row[1] - op->limit);
      sqlite3_bind_int64 (statement, 4, op->now - VIS_SERVER_KEEP_MS);
      vis_sqlite_step (self, statement);
      if (sqlite3_changes (self->handle) == 0)
        continue;

      statement = vis_sqlite_get (self, VIS_SQL_TRIM_KEPT);
      sqlite3_bind_int64 (statement, 1, row[0]);
      vis_sqlite_step (self, statement);
      /* Read again when next needed; unless this transaction counted it on. */
      if (user != NULL && !user->dirty)
        {
          g_hash_table_remove (self->names, user->user);
          g_hash_table_remove (self->users, &row[0]);
        }
    }
}
