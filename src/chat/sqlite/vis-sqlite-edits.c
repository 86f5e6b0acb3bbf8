/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-edits.h"

/* The text of an own message is the one that was written here, whatever the server says. */
static void
keep_words (VisEditRun *run, VisStoredMessage *message)
{
  g_autoptr (VisStoredMessage) own =
    vis_message_row_read (run->database, run->row.number, message->id);

  if (own == NULL || message->deleted)
    return;
  message->kind = own->kind;
  g_free (message->text);
  message->text = g_steal_pointer (&own->text);
}

/* A message that was being sent when its conversation was cleared: it is newer than what the server
 * was told to clear, so it is deleted there by a request of its own. */
static void
hide_late (VisEditRun *run, const VisMessageFacts *facts)
{
  if (facts->position < VIS_STORE_PENDING)
    return;

  vis_sqlite_run (run->database,
                  "UPDATE messages SET position = ? WHERE conversation = ? AND id = ?",
                  "iis",
                  vis_conversation_row_end (
                    &run->row, run->database, run->edit->message->ts, run->edit->message->id),
                  run->row.number,
                  run->edit->message->id);
  /* Not if it was deleted by itself: that request is stored already. */
  if (vis_sqlite_integer (run->database,
                          0,
                          "SELECT 1 FROM requests WHERE chat = ? AND message = ?",
                          "ss",
                          run->row.chat,
                          run->edit->message->id) == 0)
    vis_edit_run_request (run, VIS_REQUEST_DELETE_FOR_ME, run->edit->message->id);
}

static void
receive (VisEditRun *run)
{
  VisConversationRow *row = &run->row;
  VisStoredMessage   *message = run->edit->message;
  VisMessageFacts     facts;
  gint64              position;
  gboolean            known = vis_edit_run_find (run, message->id, &facts);

  if (known)
    {
      /* The id of an own message, in a message of the other person. */
      if (facts.outgoing != message->outgoing)
        return;
      if (message->outgoing)
        vis_edit_run_forget (run, VIS_REQUEST_SEND, message->id);
      if (facts.state == VIS_STORED_HIDDEN)
        {
          hide_late (run, &facts);
          return;
        }
      if (facts.state == VIS_STORED_CONFIRMED && vis_conversation_row_shows (row, facts.position))
        {
          if (message->deleted)
            vis_edit_run_erase (run, message->id, &facts);
          return;
        }
      message->deleted |= facts.deleted;
      if (facts.state == VIS_STORED_PENDING || facts.state == VIS_STORED_FAILED)
        keep_words (run, message);
    }

  if (message->state != VIS_STORED_HIDDEN)
    message->state = VIS_STORED_CONFIRMED;
  position = vis_conversation_row_end (row, run->database, message->ts, message->id);
  vis_message_row_put (run->database, row->number, message, position);
  if (!row->floored)
    {
      vis_conversation_row_set_floor (row, position, message->id);
      row->read = position - 1;
    }
  if (vis_stored_message_counts (message))
    row->unread++;
  vis_edit_run_resolve_marks (run, message->id, position);

  run->change->fresh = !known && message->state == VIS_STORED_CONFIRMED;
  if (run->edit->queue && !message->outgoing && message->state == VIS_STORED_CONFIRMED)
    vis_edit_run_request (run, VIS_REQUEST_DELIVERED, message->id);
  vis_edit_run_report (run, message->id);
}

static void
queue (VisEditRun *run)
{
  VisStoredMessage *message = run->edit->message;
  VisMessageFacts   facts;
  gint64            position;

  if (vis_edit_run_find (run, message->id, &facts))
    return;

  position = vis_sqlite_integer (run->database,
                                 VIS_STORE_PENDING,
                                 "SELECT max (position) + 1 FROM messages WHERE conversation = ?",
                                 "i",
                                 run->row.number);
  message->state = VIS_STORED_PENDING;
  message->outgoing = TRUE;
  vis_message_row_put (run->database, run->row.number, message, MAX (position, message->position));
  vis_edit_run_request (run, VIS_REQUEST_SEND, message->id);
  vis_edit_run_report (run, message->id);
  run->change->fresh = TRUE;
}

static void
fail (VisEditRun *run)
{
  VisConversationRow *row = &run->row;
  VisMessageFacts     facts;
  gint64              position;

  vis_edit_run_forget (run, VIS_REQUEST_SEND, run->edit->id);
  if (!vis_edit_run_find (run, run->edit->id, &facts) || facts.state != VIS_STORED_PENDING)
    return;

  /* At the end of the confirmed messages; later ones come after it. */
  position = row->floored
               ? vis_conversation_row_end (row, run->database, run->edit->now, run->edit->id)
               : facts.position;
  vis_sqlite_run (run->database,
                  "UPDATE messages SET state = ?, position = ? WHERE conversation = ? AND id = ?",
                  "iiis",
                  (gint64) VIS_STORED_FAILED,
                  position,
                  row->number,
                  run->edit->id);
  vis_edit_run_report (run, run->edit->id);
}

static void
drop (VisEditRun *run)
{
  VisMessageFacts facts;

  if (!vis_edit_run_find (run, run->edit->id, &facts) ||
      (facts.state != VIS_STORED_PENDING && facts.state != VIS_STORED_FAILED))
    return;

  vis_edit_run_forget (run, VIS_REQUEST_SEND, run->edit->id);
  vis_message_row_remove (run->database, run->row.number, run->edit->id);
  g_ptr_array_add (run->change->removed, g_strdup (run->edit->id));
}

static void
read_by_me (VisEditRun *run)
{
  VisConversationRow *row = &run->row;
  VisMessageFacts     facts;

  if (!vis_edit_run_find (run, run->edit->id, &facts) || facts.position >= VIS_STORE_PENDING ||
      !vis_conversation_row_shows (row, facts.position))
    {
      run->change->refresh = !run->edit->queue;
      return;
    }
  if (facts.position <= row->read)
    return;

  row->read = facts.position;
  row->below = 0;
  vis_conversation_row_count (row, run->database);
  if (run->edit->queue)
    vis_edit_run_request (run, VIS_REQUEST_READ, run->edit->id);
}

static void
erase (VisEditRun *run)
{
  VisMessageFacts facts;

  if (!vis_edit_run_find (run, run->edit->id, &facts))
    return;

  vis_edit_run_erase (run, run->edit->id, &facts);
  if (run->edit->queue)
    vis_edit_run_request (run, VIS_REQUEST_DELETE_FOR_ALL, run->edit->id);
}

static void
hide (VisEditRun *run)
{
  VisMessageFacts facts;

  if (!vis_edit_run_find (run, run->edit->id, &facts) || facts.state == VIS_STORED_HIDDEN)
    return;

  vis_sqlite_run (run->database,
                  "UPDATE messages SET state = ?, counts = 0, words = NULL, call_outcome = NULL"
                  " WHERE conversation = ? AND id = ?",
                  "iis",
                  (gint64) VIS_STORED_HIDDEN,
                  run->row.number,
                  run->edit->id);
  if (facts.counts && facts.position > run->row.read)
    run->row.unread--;
  g_ptr_array_add (run->change->removed, g_strdup (run->edit->id));
  if (run->edit->queue)
    vis_edit_run_request (run,
                          run->edit->for_all ? VIS_REQUEST_DELETE_FOR_ALL
                                             : VIS_REQUEST_DELETE_FOR_ME,
                          run->edit->id);
}

/* The newest message that the server is known to have. While the conversation is torn, those from
 * before the loss don't count. */
static char *
newest_confirmed (VisEditRun *run)
{
  const VisConversationRow *row = &run->row;
  gint64                    from = VIS_STORE_NOWHERE;

  if (row->torn)
    from = row->floored ? row->floor : VIS_STORE_PENDING;
  return vis_sqlite_text (run->database,
                          "SELECT id FROM messages WHERE conversation = ? AND position >= ?"
                          " AND position < ? AND state IN (?, ?) ORDER BY position DESC LIMIT 1",
                          "iiiii",
                          row->number,
                          from,
                          VIS_STORE_PENDING,
                          (gint64) VIS_STORED_CONFIRMED,
                          (gint64) VIS_STORED_HIDDEN);
}

/* Deletes all messages before @end. */
static void
clear_before (VisEditRun *run, gint64 end)
{
  VisConversationRow *row = &run->row;

  vis_sqlite_run (run->database,
                  "DELETE FROM messages WHERE conversation = ? AND position < ?",
                  "ii",
                  row->number,
                  end);
  vis_conversation_row_set_floor (row, end, NULL);
  row->complete = TRUE;
  row->read = MAX (row->read, end - 1);
  row->below = 0;
  vis_conversation_row_count (row, run->database);

  run->change->cleared = TRUE;
  vis_message_row_read_page (
    run->database, row->number, end, G_MAXINT64, G_MAXINT, run->change->messages);
}

/* Clears what is stored here: the server is told up to which message, and what it has received
 * since stays. */
static void
clear_here (VisEditRun *run)
{
  VisConversationRow *row = &run->row;
  g_autofree char    *newest = newest_confirmed (run);
  gboolean            known_empty = newest == NULL && row->complete;

  vis_sqlite_run (run->database,
                  "DELETE FROM messages WHERE conversation = ? AND position < ?",
                  "ii",
                  row->number,
                  VIS_STORE_PENDING);
  /* The messages left are not sent yet, or are being sent: their confirmation must not bring them
   * back. */
  vis_sqlite_run (run->database,
                  "UPDATE messages SET state = ?, counts = 0, words = NULL WHERE conversation = ?",
                  "ii",
                  (gint64) VIS_STORED_HIDDEN,
                  row->number);
  vis_sqlite_run (run->database,
                  "DELETE FROM requests WHERE chat = ? AND kind IN (?, ?, ?)",
                  "siii",
                  row->chat,
                  (gint64) VIS_REQUEST_SEND,
                  (gint64) VIS_REQUEST_DELETE_FOR_ME,
                  (gint64) VIS_REQUEST_DELETE_FOR_ALL);
  if (!known_empty)
    vis_edit_run_request (run, VIS_REQUEST_CLEAR, newest);
}

static void
clear (VisEditRun *run)
{
  VisConversationRow *row = &run->row;
  gint64              end = vis_conversation_row_end (row, run->database, 0, NULL);
  VisMessageFacts     facts;

  if (run->edit->queue)
    clear_here (run);
  else if (run->edit->id != NULL)
    {
      /* The message is not stored, or older than the floor: the number of unread messages is
       * fetched with the server's list. */
      if (!vis_edit_run_find (run, run->edit->id, &facts) || facts.position >= VIS_STORE_PENDING ||
          !vis_conversation_row_shows (row, facts.position))
        {
          run->change->refresh = TRUE;
          return;
        }
      end = facts.position + 1;
    }
  clear_before (run, end);
}

/* Writes all drafts again, of which there are few. SQLite overwrites the pages of a table that is
 * emptied (secure_delete), but not what a row leaves behind when it is moved. */
static void
draft (VisEditRun *run)
{
  vis_sqlite_script (run->database,
                     "CREATE TEMP TABLE IF NOT EXISTS others (chat TEXT, text TEXT);"
                     "INSERT INTO temp.others SELECT chat, text FROM drafts;"
                     "DELETE FROM drafts");
  vis_sqlite_run (run->database,
                  "INSERT INTO drafts SELECT chat, text FROM temp.others WHERE chat != ?",
                  "s",
                  run->edit->chat);
  vis_sqlite_script (run->database, "DELETE FROM temp.others");
  if (run->edit->text != NULL)
    vis_sqlite_run (run->database,
                    "INSERT INTO drafts (chat, text) VALUES (?, ?)",
                    "ss",
                    run->edit->chat,
                    run->edit->text);
}

static void
name (VisEditRun *run)
{
  vis_sqlite_run (run->database, "UPDATE state SET name = ?", "s", run->edit->text);
}

static void
done (VisEditRun *run)
{
  vis_sqlite_run (run->database, "DELETE FROM requests WHERE number = ?", "i", run->edit->number);
}

static void
mark_read_by_peer (VisEditRun *run)
{
  vis_edit_run_mark (run, run->edit->id, TRUE);
}

static void
mark_delivered (VisEditRun *run)
{
  vis_edit_run_mark (run, run->edit->id, FALSE);
}

static const struct
{
  void (*func) (VisEditRun *run);
  enum
  {
    NO_CONVERSATION,
    FIND_CONVERSATION, /* nothing to do if it is not stored */
    MAKE_CONVERSATION,
  } needs;
} edits[] = {
  [VIS_EDIT_NOTE] = { NULL, NO_CONVERSATION },
  [VIS_EDIT_RECEIVE] = { receive, MAKE_CONVERSATION },
  [VIS_EDIT_QUEUE] = { queue, MAKE_CONVERSATION },
  [VIS_EDIT_FAIL] = { fail, FIND_CONVERSATION },
  [VIS_EDIT_DROP] = { drop, FIND_CONVERSATION },
  [VIS_EDIT_READ_BY_ME] = { read_by_me, FIND_CONVERSATION },
  [VIS_EDIT_READ_BY_PEER] = { mark_read_by_peer, FIND_CONVERSATION },
  [VIS_EDIT_DELIVERED_TO_PEER] = { mark_delivered, FIND_CONVERSATION },
  [VIS_EDIT_ERASE] = { erase, FIND_CONVERSATION },
  [VIS_EDIT_HIDE] = { hide, FIND_CONVERSATION },
  [VIS_EDIT_CLEAR] = { clear, FIND_CONVERSATION },
  [VIS_EDIT_DRAFT] = { draft, NO_CONVERSATION },
  [VIS_EDIT_NAME] = { name, NO_CONVERSATION },
  [VIS_EDIT_DONE] = { done, NO_CONVERSATION },
  [VIS_EDIT_CONTACT] = { vis_edit_run_contacts, NO_CONVERSATION },
  [VIS_EDIT_CONTACTS] = { vis_edit_run_contacts, NO_CONVERSATION },
  [VIS_EDIT_RESET] = { vis_edit_run_reset, NO_CONVERSATION },
  [VIS_EDIT_CHATS] = { vis_edit_run_chats, NO_CONVERSATION },
  [VIS_EDIT_HISTORY] = { vis_edit_run_history, MAKE_CONVERSATION },
};

static gboolean
prepare (VisEditRun *run)
{
  switch (edits[run->edit->kind].needs)
    {
    case MAKE_CONVERSATION:
      vis_conversation_row_make (&run->row, run->database, run->edit->chat);
      return TRUE;
    case FIND_CONVERSATION:
      return vis_conversation_row_find (&run->row, run->database, run->edit->chat);
    case NO_CONVERSATION:
    default:
      return edits[run->edit->kind].func != NULL;
    }
}

/* After an edit that failed, a later one must not be counted: its event would never be repeated.
 * The link of the last counted edit is rolled back with its transaction. */
static void
count (VisEditRun *run)
{
  const VisStoreEdit *edit = run->edit;

  if (edit->follows != 0 &&
      edit->follows != vis_sqlite_integer (run->database, 0, "SELECT link FROM temp.chain", ""))
    return;

  vis_sqlite_run (
    run->database, "UPDATE state SET since = ?, mark = ?", "is", edit->since, edit->mark);
  vis_sqlite_run (run->database, "UPDATE temp.chain SET link = ?", "i", edit->link);
  run->change->counted = TRUE;
}

/**
 * vis_sqlite_edit_apply:
 * @database: a connection, inside of a transaction
 * @edit: what to change
 *
 * Runs an edit. An error is kept by @database.
 *
 * Returns: (transfer full): what has changed
 */
VisStoreChange *
vis_sqlite_edit_apply (VisSqliteDatabase *database, const VisStoreEdit *edit)
{
  VisStoreChange *change = vis_store_change_new (edit->chat);
  VisEditRun      run = { .database = database, .edit = edit, .change = change };

  if (prepare (&run))
    {
      edits[edit->kind].func (&run);
      if (run.row.chat != NULL)
        {
          vis_conversation_row_save (&run.row, database);
          g_ptr_array_add (change->conversations, vis_conversation_row_read (&run.row, database));
        }
    }
  if (edit->since >= 0)
    count (&run);

  vis_conversation_row_clear (&run.row);
  return change;
}
