/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-edits.h"

/* A server whose database was restored from an older copy lacks what was written after that copy.
 * Its conversations are torn until its history was compared back to the first message that is the
 * same on both sides: the server has lost what is stored between that and its newer messages. These
 * messages are kept, and own ones are sent again with the same ids. */

/* Only messages that arrive from here on are handed out. Those from before stay on disk, hidden
 * until the server's history has replaced them. */
void
vis_edit_run_reset (VisEditRun *run)
{
  if (run->edit->keep)
    {
      vis_sqlite_run (run->database,
                      "UPDATE conversations SET kept_floor = floor, kept_floor_id = floor_id,"
                      " kept_complete = complete WHERE NOT torn",
                      "");
      vis_sqlite_run (run->database,
                      "UPDATE conversations SET torn = 1, floor = NULL, floor_id = NULL,"
                      " complete = 0, below = unread",
                      "");
    }
  else
    {
      vis_sqlite_run (run->database,
                      "UPDATE conversations SET floor = NULL, floor_id = NULL, complete = 0,"
                      " below = unread, peer_read = ?, peer_delivered = ?",
                      "ii",
                      VIS_STORE_NOWHERE,
                      VIS_STORE_NOWHERE);
    }
  vis_sqlite_run (run->database, "UPDATE state SET stale = 1", "");
}

/* Whether a message of the server is stored here with the same time. The server gives the time, and
 * another one to a message that is sent again. */
gboolean
vis_edit_run_is_unchanged (VisEditRun *run, const VisStoredMessage *message)
{
  return vis_sqlite_integer (run->database,
                             -1,
                             "SELECT ts FROM messages WHERE conversation = ? AND id = ?"
                             " AND position < ? AND state IN (?, ?)",
                             "isiii",
                             run->row.number,
                             message->id,
                             VIS_STORE_PENDING,
                             (gint64) VIS_STORED_CONFIRMED,
                             (gint64) VIS_STORED_HIDDEN) == message->ts;
}

static void
send_again (VisEditRun *run, const char *id)
{
  VisStoredRequest *request = g_new0 (VisStoredRequest, 1);

  vis_sqlite_run (run->database,
                  "UPDATE messages SET state = ?, position ="
                  " (SELECT max (?, max (position) + 1) FROM messages WHERE conversation = ?)"
                  " WHERE conversation = ? AND id = ?",
                  "iiiis",
                  (gint64) VIS_STORED_PENDING,
                  VIS_STORE_PENDING,
                  run->row.number,
                  run->row.number,
                  id);
  request->number =
    vis_sqlite_integer (run->database,
                        0,
                        "INSERT INTO requests (kind, chat, message) VALUES (?, ?, ?)"
                        " RETURNING number",
                        "iss",
                        (gint64) VIS_REQUEST_SEND,
                        run->row.chat,
                        id);
  request->kind = VIS_REQUEST_SEND;
  request->chat = g_strdup (run->row.chat);
  request->message = g_strdup (id);
  request->text = vis_sqlite_text (run->database,
                                   "SELECT " VIS_MESSAGE_ROW_TEXT
                                   " FROM messages WHERE conversation = ? AND id = ?",
                                   "is",
                                   run->row.number,
                                   id);
  g_ptr_array_add (run->change->requests, request);
  g_ptr_array_add (run->change->removed, g_strdup (id));
  vis_edit_run_report (run, id);
}

/* Sends own messages in [@from, @before[ again, which the server has lost. */
void
vis_edit_run_rescue (VisEditRun *run, gint64 from, gint64 before)
{
  g_autoptr (GPtrArray) own = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt         *row =
    vis_sqlite_bind (run->database,
                     "SELECT id FROM messages WHERE conversation = ? AND position >= ?"
                     " AND position < ? AND state = ? AND outgoing AND NOT deleted AND kind = ?"
                     " ORDER BY position",
                     "iiiii",
                     run->row.number,
                     from,
                     before,
                     (gint64) VIS_STORED_CONFIRMED,
                     (gint64) VIS_MESSAGE_TEXT);

  while (vis_sqlite_step (run->database, row))
    g_ptr_array_add (own, vis_sqlite_column_text (row, 0));
  for (guint i = 0; i < own->len; i++)
    send_again (run, own->pdata[i]);
}

/* The history from before the reset is handed out again, below what was compared with the server.
 */
void
vis_edit_run_rejoin (VisEditRun *run)
{
  VisConversationRow *row = &run->row;
  gint64              none = G_MAXINT64;
  gint64              floor = vis_sqlite_integer (
    run->database, none, "SELECT kept_floor FROM conversations WHERE number = ?", "i", row->number);

  row->torn = FALSE;
  row->below = 0;
  if (floor == none || (row->floored && floor > row->floor))
    return;

  {
    g_autofree char *id = vis_sqlite_text (
      run->database, "SELECT kept_floor_id FROM conversations WHERE number = ?", "i", row->number);

    vis_conversation_row_set_floor (row, floor, id);
  }
  row->complete = vis_sqlite_integer (run->database,
                                      0,
                                      "SELECT kept_complete FROM conversations WHERE number = ?",
                                      "i",
                                      row->number) != 0;
  row->read = MAX (row->read, floor - 1);
}

static gboolean
is_named (const VisStoreEdit *edit, const char *chat)
{
  for (guint i = 0; i < edit->chats->len; i++)
    if (g_str_equal (((VisStoredChat *) edit->chats->pdata[i])->chat, chat))
      return TRUE;

  return FALSE;
}

/* Conversations that are not in the server's list have lost all of their messages there. */
void
vis_edit_run_rejoin_unnamed (VisEditRun *run)
{
  g_autoptr (GPtrArray) torn = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt         *row =
    vis_sqlite_bind (run->database, "SELECT chat FROM conversations WHERE torn", "");

  while (vis_sqlite_step (run->database, row))
    g_ptr_array_add (torn, vis_sqlite_column_text (row, 0));
  for (guint i = 0; i < torn->len; i++)
    {
      if (is_named (run->edit, torn->pdata[i]) ||
          !vis_conversation_row_find (&run->row, run->database, torn->pdata[i]))
        continue;
      vis_edit_run_rescue (
        run, VIS_STORE_NOWHERE, run->row.floored ? run->row.floor : VIS_STORE_PENDING);
      vis_edit_run_rejoin (run);
      vis_conversation_row_count (&run->row, run->database);
      vis_conversation_row_save (&run->row, run->database);
    }
  vis_conversation_row_clear (&run->row);
}
