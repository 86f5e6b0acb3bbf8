/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-edits.h"

/* Functions that several edits use. */

/* Stores a request for the server. A mark replaces an older one. */
void
vis_edit_run_request (VisEditRun *run, VisRequestKind kind, const char *message)
{
  VisStoredRequest *request = g_new0 (VisStoredRequest, 1);

  if (kind == VIS_REQUEST_READ || kind == VIS_REQUEST_DELIVERED)
    vis_sqlite_run (run->database,
                    "DELETE FROM requests WHERE kind = ? AND chat = ?",
                    "is",
                    (gint64) kind,
                    run->row.chat);
  request->number =
    vis_sqlite_integer (run->database,
                        0,
                        "INSERT INTO requests (kind, chat, message) VALUES (?, ?, ?)"
                        " RETURNING number",
                        "iss",
                        (gint64) kind,
                        run->row.chat,
                        message);
  request->kind = kind;
  request->chat = g_strdup (run->row.chat);
  request->message = g_strdup (message);
  if (kind == VIS_REQUEST_SEND)
    request->text = g_strdup (run->edit->message->text);
  g_ptr_array_add (run->change->requests, request);
}

void
vis_edit_run_forget (VisEditRun *run, VisRequestKind kind, const char *message)
{
  vis_sqlite_run (run->database,
                  "DELETE FROM requests WHERE kind = ? AND chat = ? AND message = ?",
                  "iss",
                  (gint64) kind,
                  run->row.chat,
                  message);
}

/* Looks up a message of the conversation; FALSE if it is not stored. */
gboolean
vis_edit_run_find (VisEditRun *run, const char *id, VisMessageFacts *facts)
{
  return vis_message_row_find (run->database, run->row.number, id, facts);
}

/* Adds a message to the change, as it is stored now. */
void
vis_edit_run_report (VisEditRun *run, const char *id)
{
  VisStoredMessage *message = vis_message_row_read (run->database, run->row.number, id);

  if (message == NULL)
    return;
  if (message->state != VIS_STORED_HIDDEN &&
      vis_conversation_row_shows (&run->row, message->position))
    g_ptr_array_add (run->change->messages, message);
  else
    vis_stored_message_free (message);
}

/* A mark of the other side can name a message that is not stored yet: it is applied when that is.
 */
void
vis_edit_run_resolve_marks (VisEditRun *run, const char *id, gint64 position)
{
  VisConversationRow *row = &run->row;

  if (row->peer_read == VIS_STORE_NOWHERE && g_strcmp0 (row->peer_read_id, id) == 0)
    row->peer_read = position;
  if (row->peer_delivered == VIS_STORE_NOWHERE && g_strcmp0 (row->peer_delivered_id, id) == 0)
    row->peer_delivered = position;
}

/* Moves a mark of the other side, only forwards. */
void
vis_edit_run_mark (VisEditRun *run, const char *id, gboolean read)
{
  VisConversationRow *row = &run->row;
  gint64             *mark = read ? &row->peer_read : &row->peer_delivered;
  char              **mark_id = read ? &row->peer_read_id : &row->peer_delivered_id;
  VisMessageFacts     facts;
  gboolean            known;

  known = vis_edit_run_find (run, id, &facts) && facts.position < VIS_STORE_PENDING &&
          vis_conversation_row_shows (row, facts.position);
  if (known ? facts.position <= *mark : *mark != VIS_STORE_NOWHERE)
    return;

  g_free (*mark_id);
  *mark_id = g_strdup (id);
  if (known)
    *mark = facts.position;
}

/* Deletes the content of a message, which keeps its place. */
void
vis_edit_run_erase (VisEditRun *run, const char *id, const VisMessageFacts *facts)
{
  if (facts->deleted || facts->state == VIS_STORED_HIDDEN)
    return;

  vis_sqlite_run (run->database,
                  "UPDATE messages SET deleted = 1, counts = 0, words = NULL"
                  " WHERE conversation = ? AND id = ?",
                  "is",
                  run->row.number,
                  id);
  if (facts->counts && facts->position > run->row.read)
    run->row.unread--;
  vis_edit_run_report (run, id);
}
