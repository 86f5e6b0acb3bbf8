/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sodium.h>

#include "vis-server-limits.h"
#include "vis-sqlite-private.h"

/* What each user has to be told, in order and without gaps. */

/* The mark is drawn by the kernel: a machine that was put back to an older state together with its
 * memory must not draw the same ones again. */
static VisStorePlace
next_place (VisSqlite *self, VisSqliteUser *user)
{
  if (!user->dirty)
    {
      user->dirty = TRUE;
      g_ptr_array_add (self->dirty_users, user);
    }
  return (VisStorePlace){ .seq = ++user->seq, .mark = randombytes_random () };
}

static VisStorePlace
add (VisSqlite *self, VisSqliteUser *user, gint64 now, gint64 m, const char *event)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_LOG_ADD);
  VisStorePlace place = next_place (self, user);

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (user->id, place.seq));
  sqlite3_bind_int64 (statement, 2, now);
  if (m != 0)
    sqlite3_bind_int64 (statement, 3, m);
  else
    sqlite3_bind_null (statement, 3);
  vis_sqlite_bind_text (statement, 4, event);
  sqlite3_bind_int64 (statement, 5, place.mark);
  vis_sqlite_step (self, statement);
  return place;
}

/* Notes that a user has to be told of a message; the row only points to it, so that what is
 * erased there is erased here. */
VisStorePlace
vis_sqlite_log_message (VisSqlite *self, VisSqliteUser *user, gint64 now, gint64 m)
{
  return add (self, user, now, m, NULL);
}

/* Notes any other event, word for word, and announces it. Takes @event over. */
void
vis_sqlite_log_event (VisSqlite *self, VisServerStoreOp *op, VisSqliteUser *user, VisMessage *event)
{
  g_autofree char *text = vis_codec_encode (event, NULL);
  VisStorePlace    place = add (self, user, op->now, 0, text);

  vis_server_store_op_add_event (op, user->id, &place, 0, event);
}

/* The mark of an event, -1 if it is not kept. */
gint64
vis_sqlite_log_mark (VisSqlite *self, gint64 user, gint64 seq)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_LOG_MARK);

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (user, seq));
  return vis_sqlite_step (self, statement) ? sqlite3_column_int64 (statement, 0) : -1;
}

/* That of the newest one that is not kept any more, which a device may have as its last. */
static gint64
kept_mark (VisSqlite *self, VisSqliteUser *me)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_KEPT_MARK);

  sqlite3_bind_int64 (statement, 1, me->id);
  sqlite3_bind_int64 (statement, 2, me->kept);
  if (!vis_sqlite_step (self, statement) || sqlite3_column_type (statement, 0) == SQLITE_NULL)
    return -1;
  return sqlite3_column_int64 (statement, 0);
}

/* Whether a device can go on behind the event that it has as its last. Where it can't, it was away
 * for longer than events are kept, or that event is not the one of this store, which then has lost
 * what the device knows. */
static void
compare_last (
  VisSqlite *self, VisServerStoreOp *op, VisSqliteUser *me, gint64 since, const char *mark)
{
  gint64 ours;

  op->reset = since < me->kept || since > me->seq;
  op->lost = since > me->seq;
  if (op->reset || since == 0 || mark == NULL)
    return;

  ours = since == me->kept ? kept_mark (self, me) : vis_sqlite_log_mark (self, me->id, since);
  op->reset = ours != (gint64) g_ascii_strtoull (mark, NULL, 16);
  /* A mark that can't be read says nothing about the event. */
  op->lost = op->reset && ours >= 0;
}

/* How far the events are, and whether a device can go on from where it says that it is. */
void
vis_sqlite_resume (VisSqlite *self, VisServerStoreOp *op, VisSqliteUser *me)
{
  op->seq = me->seq;
  op->kept = me->kept;
  op->mark = vis_sqlite_log_mark (self, me->id, me->seq);
  if (vis_message_has (op->request, VIS_FIELD_SINCE))
    compare_last (self,
                  op,
                  me,
                  vis_message_get_integer (op->request, VIS_FIELD_SINCE),
                  vis_message_get_string (op->request, VIS_FIELD_MARK));
}

/* One row of the log; returns how long it will be. */
static gsize
add_row (VisServerStoreOp *op, VisSqliteUser *me, sqlite3_stmt *statement)
{
  const VisStorePlace place = { VIS_SQLITE_NUMBER (sqlite3_column_int64 (statement, 9)),
                                sqlite3_column_int64 (statement, 12) };
  const char         *other = vis_sqlite_text (statement, 11);
  VisMessage         *message;
  VisMessage         *event;
  gsize               bytes;

  if (sqlite3_column_type (statement, 10) != SQLITE_NULL)
    {
      vis_server_store_op_add_text (
        op, op->user, &place, g_strdup (vis_sqlite_text (statement, 10)));
      return (gsize) sqlite3_column_bytes (statement, 10);
    }
  message = vis_sqlite_message (statement, 0, op->user, me->user, other);
  event = vis_message_new (VIS_KIND_CHAT_MESSAGE);
  vis_message_set_string (event, VIS_FIELD_CHAT, other);
  vis_message_set_object (event, VIS_FIELD_MESSAGE, message);
  bytes = vis_sqlite_weigh (message);
  vis_message_unref (message);
  vis_server_store_op_add_event (op, op->user, &place, 0, event);
  return bytes;
}

/* In place of an event that the disk does not give back: it is counted, and what follows is not
 * held up by it. */
static void
add_unreadable (VisServerStoreOp *op, gint64 seq)
{
  const VisStorePlace place = { seq, -1 };

  vis_server_store_op_add_text (op, op->user, &place, g_strdup ("{\"type\":\"unreadable\"}"));
}

static sqlite3_stmt *
select_events (VisSqlite *self, VisServerStoreOp *op, gint64 after)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_LOG_PAGE);

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (op->user, after));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (op->user + 1, 0));
  sqlite3_bind_int64 (statement, 3, op->limit);
  sqlite3_bind_int64 (statement, 4, op->user);
  return statement;
}

/* The events behind `after`: `limit` of them, or as many as make a page. */
void
vis_sqlite_events (VisSqlite *self, VisServerStoreOp *op)
{
  VisSqliteUser *me = vis_sqlite_user (self, op->user);
  gint64         after;
  sqlite3_stmt  *statement;
  gsize          bytes = 0;

  if (me == NULL)
    {
      vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_UNAUTHORIZED, "there is no such user");
      return;
    }

  op->seq = me->seq;
  op->kept = me->kept;
  after = MAX (op->after, me->kept);
  statement = select_events (self, op, after);
  for (guint n = 0; n < op->limit && after < me->seq && bytes <= VIS_SERVER_PAGE_BYTES; n++)
    {
      if (vis_sqlite_step (self, statement))
        {
          bytes += add_row (op, me, statement);
          after = VIS_SQLITE_NUMBER (sqlite3_column_int64 (statement, 9));
        }
      else if (vis_sqlite_pardon (self))
        {
          add_unreadable (op, ++after);
          statement = select_events (self, op, after);
        }
      else
        break;
    }
}

/* Whatever a clock has said meanwhile, what is kept has no gaps: only the oldest goes. */
static void
trim_user (VisSqlite *self, VisServerStoreOp *op, gint64 id, gint64 seq)
{
  VisSqliteUser *user = g_hash_table_lookup (self->users, &id);
  sqlite3_stmt  *statement = vis_sqlite_get (self, VIS_SQL_TRIM_END);
  gint64         end;
  gint64         mark;

  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (id, 0));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (id, seq));
  sqlite3_bind_int64 (statement, 3, VIS_SQLITE_KEY (id, MAX (0, seq - op->limit)));
  sqlite3_bind_int64 (statement, 4, op->now - VIS_SERVER_KEEP_MS);
  if (!vis_sqlite_step (self, statement))
    return;
  end = VIS_SQLITE_NUMBER (sqlite3_column_int64 (statement, 0));
  mark = vis_sqlite_log_mark (self, id, end);

  statement = vis_sqlite_get (self, VIS_SQL_TRIM_LOG);
  sqlite3_bind_int64 (statement, 1, VIS_SQLITE_KEY (id, 0));
  sqlite3_bind_int64 (statement, 2, VIS_SQLITE_KEY (id, end));
  vis_sqlite_step (self, statement);
  if (self->failed || sqlite3_changes (self->handle) == 0)
    return;

  statement = vis_sqlite_get (self, VIS_SQL_TRIM_KEPT);
  sqlite3_bind_int64 (statement, 1, id);
  sqlite3_bind_int64 (statement, 2, end);
  sqlite3_bind_int64 (statement, 3, mark);
  vis_sqlite_step (self, statement);
  if (user != NULL)
    user->kept = end;
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
vis_sqlite_trim (VisSqlite *self, VisServerStoreOp *op)
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
