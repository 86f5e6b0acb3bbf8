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
vis_sqlite_log_message (VisSqlite *self, VisSqliteUser *user, gint64 now, gint64 m)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_LOG_ADD);
  gint64        seq = next_seq (self, user);

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (user->id, seq));
  sqlite3_bind_int64 (statement, 2, now);
  sqlite3_bind_int64 (statement, 3, m);
  sqlite3_bind_null (statement, 4);
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
  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (user->id, seq));
  sqlite3_bind_int64 (statement, 2, op->now);
  sqlite3_bind_null (statement, 3);
  vis_sqlite_bind_text (statement, 4, text);
  vis_sqlite_step (self, statement);
  vis_store_op_add_event (op, user->id, seq, 0, event);
}

/* The events behind `after`: `limit` of them, or as many as make a page. */
void
vis_sqlite_events (VisSqlite *self, VisStoreOp *op)
{
  VisSqliteUser *me = vis_sqlite_user (self, op->user);
  sqlite3_stmt  *statement;
  gsize          bytes = 0;

  if (me == NULL)
    {
      vis_store_op_fail (op, VIS_PROTOCOL_ERROR_UNAUTHORIZED, "there is no such user");
      return;
    }

  op->seq = me->seq;
  op->kept = me->kept;
  statement = vis_sqlite_get (self, VIS_SQL_LOG_PAGE);
  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (op->user, op->after));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (op->user + 1, 0));
  sqlite3_bind_int64 (statement, 3, op->limit);
  sqlite3_bind_int64 (statement, 4, op->user);
  while (bytes <= VIS_SERVER_PAGE_BYTES && vis_sqlite_step (self, statement))
    {
      gint64      seq = VIS_SQLITE_NUMBER (sqlite3_column_int64 (statement, 9));
      const char *other = vis_sqlite_text (statement, 11);
      VisMessage *message;
      VisMessage *event;

      if (sqlite3_column_type (statement, 10) != SQLITE_NULL)
        {
          vis_store_op_add_text (op, op->user, seq, g_strdup (vis_sqlite_text (statement, 10)));
          bytes += (gsize) sqlite3_column_bytes (statement, 10);
          continue;
        }
      message = vis_sqlite_message (statement, 0, op->user, me->user, other);
      event = vis_message_new (VIS_KIND_CHAT_MESSAGE);
      vis_message_set_string (event, VIS_FIELD_CHAT, other);
      vis_message_set_object (event, VIS_FIELD_MESSAGE, message);
      bytes += vis_sqlite_weigh (message);
      vis_message_unref (message);
      vis_store_op_add_event (op, op->user, seq, 0, event);
    }
  sqlite3_reset (statement);
}

/* Whatever a clock has said meanwhile, what is kept has no gaps: only the oldest goes. */
static void
trim_user (VisSqlite *self, VisStoreOp *op, gint64 id, gint64 seq)
{
  VisSqliteUser *user;
  sqlite3_stmt  *statement = vis_sqlite_get (self, VIS_SQL_TRIM_LOG);

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (id, 0));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (id, seq));
  sqlite3_bind_int64 (statement, 3, VIS_SQLITE_KEY (id, MAX (0, seq - op->limit)));
  sqlite3_bind_int64 (statement, 4, op->now - VIS_SERVER_KEEP_MS);
  vis_sqlite_step (self, statement);
  if (self->failed || sqlite3_changes (self->handle) == 0)
    return;

  statement = vis_sqlite_get (self, VIS_SQL_TRIM_KEPT);
  sqlite3_bind_int64 (statement, 1, id);
  vis_sqlite_step (self, statement);

  user = g_hash_table_lookup (self->users, &id);
  if (user == NULL)
    return;
  statement = vis_sqlite_get (self, VIS_SQL_USER_BY_ID);
  sqlite3_bind_int64 (statement, 1, id);
  if (vis_sqlite_step (self, statement))
    user->kept = sqlite3_column_int64 (statement, 4);
  sqlite3_reset (statement);
}

static void
forget_calls (VisSqlite *self, gint64 now)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_CALL_FORGET);

  sqlite3_bind_int64 (statement, 1, now - VIS_LIMIT_ENDED_CALLS_MS);
  vis_sqlite_step (self, statement);
}

/* One step of the forgetting: the next users behind `after`; `seq` says where to go on, 0 at the
 * end. The newest event always stays. */
void
vis_sqlite_trim (VisSqlite *self, VisStoreOp *op)
{
  sqlite3_stmt      *statement = vis_sqlite_get (self, VIS_SQL_TRIM_USERS);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64[2]));

  if (op->after == 0)
    forget_calls (self, op->now);
  op->seq = 0;
  sqlite3_bind_int64 (statement, 1, op->after);
  while (vis_sqlite_step (self, statement))
    {
      const gint64 row[] = { sqlite3_column_int64 (statement, 0),
                             sqlite3_column_int64 (statement, 1) };

      g_array_append_vals (rows, row, 1);
      op->seq = row[0];
    }
  for (guint i = 0; i < rows->len; i++)
    {
      const gint64 *row = &g_array_index (rows, gint64, i * 2);

      trim_user (self, op, row[0], row[1]);
    }
}
