/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-rows.h"

#define COLUMNS                                                                                    \
  "id, sender, " VIS_MESSAGE_ROW_TEXT                                                              \
  ", call_outcome, ts, position, call_duration, kind, state, outgoing, deleted, "                  \
  "call_video"

/* Server times fit into 50 bits for the next 35,000 years; ten more bits tell equal ones apart.
 * Together they stay below VIS_STORE_PENDING. */
#define TS_MAX  (G_GINT64_CONSTANT (1) << 50)
#define TS_BITS 10

gboolean
vis_conversation_row_find (VisConversationRow *self, VisSqliteDatabase *database, const char *chat)
{
  sqlite3_stmt *row =
    vis_sqlite_bind (database,
                     "SELECT number, floor, floor_id, complete, unread, below, read, peer_read,"
                     " peer_read_id, peer_delivered, peer_delivered_id, torn"
                     " FROM conversations WHERE chat = ?",
                     "s",
                     chat);

  vis_conversation_row_clear (self);
  if (!vis_sqlite_step (database, row))
    return FALSE;

  self->chat = g_strdup (chat);
  self->number = sqlite3_column_int64 (row, 0);
  self->floored = sqlite3_column_type (row, 1) != SQLITE_NULL;
  self->floor = sqlite3_column_int64 (row, 1);
  self->floor_id = vis_sqlite_column_text (row, 2);
  self->complete = sqlite3_column_int (row, 3) != 0;
  self->unread = sqlite3_column_int64 (row, 4);
  self->below = sqlite3_column_int64 (row, 5);
  self->read = sqlite3_column_int64 (row, 6);
  self->peer_read = sqlite3_column_int64 (row, 7);
  self->peer_read_id = vis_sqlite_column_text (row, 8);
  self->peer_delivered = sqlite3_column_int64 (row, 9);
  self->peer_delivered_id = vis_sqlite_column_text (row, 10);
  self->torn = sqlite3_column_int (row, 11) != 0;
  return TRUE;
}

void
vis_conversation_row_make (VisConversationRow *self, VisSqliteDatabase *database, const char *chat)
{
  if (vis_conversation_row_find (self, database, chat))
    return;

  vis_sqlite_run (database, "INSERT INTO conversations (chat) VALUES (?)", "s", chat);
  vis_conversation_row_find (self, database, chat);
}

void
vis_conversation_row_save (VisConversationRow *self, VisSqliteDatabase *database)
{
  /* Two statements, since vis_sqlite_bind() can't bind a nullable number. */
  vis_sqlite_run (database,
                  "UPDATE conversations SET floor = ?, floor_id = ?, complete = ?, unread = ?,"
                  " below = ?, read = ?, peer_read = ?, peer_read_id = ?, peer_delivered = ?,"
                  " peer_delivered_id = ?, torn = ? WHERE number = ?",
                  "isiiiiisisii",
                  self->floor,
                  self->floor_id,
                  (gint64) self->complete,
                  self->unread,
                  self->below,
                  self->read,
                  self->peer_read,
                  self->peer_read_id,
                  self->peer_delivered,
                  self->peer_delivered_id,
                  (gint64) self->torn,
                  self->number);
  if (!self->floored)
    vis_sqlite_run (
      database, "UPDATE conversations SET floor = NULL WHERE number = ?", "i", self->number);
}

void
vis_conversation_row_clear (VisConversationRow *self)
{
  g_free (self->chat);
  g_free (self->floor_id);
  g_free (self->peer_read_id);
  g_free (self->peer_delivered_id);
  *self = (VisConversationRow){ 0 };
}

/* @id is NULL if there is no message at the floor, only in a complete conversation. */
void
vis_conversation_row_set_floor (VisConversationRow *self, gint64 position, const char *id)
{
  char *copy = g_strdup (id);

  g_free (self->floor_id);
  self->floored = TRUE;
  self->floor = position;
  self->floor_id = copy;
}

/* Counts the unread messages again. */
void
vis_conversation_row_count (VisConversationRow *self, VisSqliteDatabase *database)
{
  self->unread =
    self->below + vis_sqlite_integer (database,
                                      0,
                                      "SELECT count (*) FROM messages WHERE conversation = ?"
                                      " AND position > ? AND counts",
                                      "ii",
                                      self->number,
                                      self->read);
}

/* Whether messages at @position are handed out: from the floor on. */
gboolean
vis_conversation_row_shows (const VisConversationRow *self, gint64 position)
{
  return position >= (self->floored ? self->floor : VIS_STORE_PENDING);
}

/* The position after all messages that the server has. @moving: the id of a message that is moved
 * there, which does not count. */
gint64
vis_conversation_row_end (const VisConversationRow *self,
                          VisSqliteDatabase        *database,
                          gint64                    ts,
                          const char               *moving)
{
  gint64 newest = vis_sqlite_integer (database,
                                      VIS_STORE_NOWHERE,
                                      "SELECT position FROM messages WHERE conversation = ?"
                                      " AND position < ? AND id IS NOT ?"
                                      " ORDER BY position DESC LIMIT 1",
                                      "iis",
                                      self->number,
                                      VIS_STORE_PENDING,
                                      moving);
  gint64 position = vis_message_row_position_of (ts);

  position = MAX (position, newest + 1);
  return self->floored ? MAX (position, self->floor) : position;
}

static VisStoredMessage *
read_message (sqlite3_stmt *row)
{
  VisStoredMessage *message = g_new0 (VisStoredMessage, 1);

  message->id = vis_sqlite_column_text (row, 0);
  message->from = vis_sqlite_column_text (row, 1);
  message->text = vis_sqlite_column_text (row, 2);
  message->call_outcome = vis_sqlite_column_text (row, 3);
  message->ts = sqlite3_column_int64 (row, 4);
  message->position = sqlite3_column_int64 (row, 5);
  message->call_duration = (guint) sqlite3_column_int64 (row, 6);
  message->kind = (VisMessageKind) sqlite3_column_int (row, 7);
  message->state = (VisStoredState) sqlite3_column_int (row, 8);
  message->outgoing = sqlite3_column_int (row, 9) != 0;
  message->deleted = sqlite3_column_int (row, 10) != 0;
  message->call_video = sqlite3_column_int (row, 11) != 0;
  return message;
}

VisStoredConversation *
vis_conversation_row_read (const VisConversationRow *self, VisSqliteDatabase *database)
{
  VisStoredConversation *conversation = g_new0 (VisStoredConversation, 1);
  sqlite3_stmt          *row;

  conversation->chat = g_strdup (self->chat);
  conversation->floor = g_strdup (self->floor_id);
  conversation->complete = self->complete;
  conversation->torn = self->torn;
  conversation->unread = (guint) CLAMP (self->unread, 0, G_MAXUINT);
  conversation->delivered = MAX (self->peer_delivered, self->peer_read);
  conversation->read = self->peer_read;
  conversation->newest = vis_sqlite_text (database,
                                          "SELECT id FROM messages WHERE conversation = ?"
                                          " AND position < ? AND state = ?"
                                          " ORDER BY position DESC LIMIT 1",
                                          "iii",
                                          self->number,
                                          VIS_STORE_PENDING,
                                          (gint64) VIS_STORED_CONFIRMED);

  row = vis_sqlite_bind (database,
                         "SELECT " COLUMNS " FROM messages WHERE conversation = ? AND state != ?"
                         " ORDER BY position DESC LIMIT 1",
                         "ii",
                         self->number,
                         (gint64) VIS_STORED_HIDDEN);
  if (vis_sqlite_step (database, row))
    conversation->last = read_message (row);

  return conversation;
}

/* The first position for a message of that time. */
gint64
vis_message_row_position_of (gint64 ts)
{
  return CLAMP (ts, 0, TS_MAX) << TS_BITS;
}

gboolean
vis_message_row_find (VisSqliteDatabase *database,
                      gint64             conversation,
                      const char        *id,
                      VisMessageFacts   *facts)
{
  sqlite3_stmt *row = vis_sqlite_bind (database,
                                       "SELECT position, state, outgoing, deleted, counts"
                                       " FROM messages WHERE conversation = ? AND id = ?",
                                       "is",
                                       conversation,
                                       id);

  if (!vis_sqlite_step (database, row))
    return FALSE;

  facts->position = sqlite3_column_int64 (row, 0);
  facts->state = (VisStoredState) sqlite3_column_int (row, 1);
  facts->outgoing = sqlite3_column_int (row, 2) != 0;
  facts->deleted = sqlite3_column_int (row, 3) != 0;
  facts->counts = sqlite3_column_int (row, 4) != 0;
  return TRUE;
}

/* The text of a message that is stored already is not written again: the old one would stay in the
 * file, overwritten, for ever. */
static gint64
put_words (VisSqliteDatabase *database, gint64 conversation, const VisStoredMessage *message)
{
  gint64 words;

  if (message->text == NULL || message->deleted)
    return 0;

  words = vis_sqlite_integer (database,
                              0,
                              "SELECT words FROM messages WHERE conversation = ? AND id = ?"
                              " AND " VIS_MESSAGE_ROW_TEXT " = ?",
                              "iss",
                              conversation,
                              message->id,
                              message->text);
  if (words != 0)
    return words;

  return vis_sqlite_integer (
    database, 0, "INSERT INTO texts (text) VALUES (?) RETURNING number", "s", message->text);
}

/* Writes a message at a free @position, or moves it there. */
void
vis_message_row_put (VisSqliteDatabase      *database,
                     gint64                  conversation,
                     const VisStoredMessage *message,
                     gint64                  position)
{
  VisMessageFacts facts;
  gint64          words = put_words (database, conversation, message);
  gboolean        known = vis_message_row_find (database, conversation, message->id, &facts);

  vis_sqlite_run (database,
                  known ? "UPDATE messages SET (position, sender, outgoing, ts, kind, state,"
                          " deleted, counts, words, call_outcome, call_video, call_duration)"
                          " = (?, ?, ?, ?, ?, ?, ?, ?, nullif (?, 0), ?, ?, ?)"
                          " WHERE conversation = ? AND id = ?"
                        : "INSERT INTO messages (position, sender, outgoing, ts, kind, state,"
                          " deleted, counts, words, call_outcome, call_video, call_duration,"
                          " conversation, id)"
                          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif (?, 0), ?, ?, ?, ?, ?)",
                  "isiiiiiiisiiis",
                  position,
                  message->from,
                  (gint64) message->outgoing,
                  message->ts,
                  (gint64) message->kind,
                  (gint64) message->state,
                  (gint64) message->deleted,
                  (gint64) vis_stored_message_counts (message),
                  words,
                  message->call_outcome,
                  (gint64) message->call_video,
                  (gint64) message->call_duration,
                  conversation,
                  message->id);
}

void
vis_message_row_remove (VisSqliteDatabase *database, gint64 conversation, const char *id)
{
  vis_sqlite_run (
    database, "DELETE FROM messages WHERE conversation = ? AND id = ?", "is", conversation, id);
}

VisStoredMessage *
vis_message_row_read (VisSqliteDatabase *database, gint64 conversation, const char *id)
{
  VisStoredMessage *message = NULL;
  sqlite3_stmt     *row =
    vis_sqlite_bind (database,
                     "SELECT " COLUMNS " FROM messages WHERE conversation = ? AND id = ?",
                     "is",
                     conversation,
                     id);

  if (vis_sqlite_step (database, row))
    message = read_message (row);

  return message;
}

/* Reads the messages in [@from, @before[, newest first. */
void
vis_message_row_read_page (VisSqliteDatabase *database,
                           gint64             conversation,
                           gint64             from,
                           gint64             before,
                           guint              limit,
                           GPtrArray         *messages)
{
  sqlite3_stmt *row =
    vis_sqlite_bind (database,
                     "SELECT " COLUMNS " FROM messages WHERE conversation = ? AND position >= ?"
                     " AND position < ? AND state != ? ORDER BY position DESC LIMIT ?",
                     "iiiii",
                     conversation,
                     from,
                     before,
                     (gint64) VIS_STORED_HIDDEN,
                     (gint64) limit);

  while (vis_sqlite_step (database, row))
    g_ptr_array_add (messages, read_message (row));
}
