/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-contents.h"
#include "vis-sqlite-edits.h"

static void
put_contact (VisEditRun *run, const VisStoredContact *contact)
{
  gint64 state;
  gint64 since;
  gint64 seen;

  state = vis_sqlite_integer (
    run->database, -1, "SELECT state FROM contacts WHERE user = ?", "s", contact->user);
  since = vis_sqlite_integer (
    run->database, 0, "SELECT since FROM contacts WHERE user = ?", "s", contact->user);
  seen = vis_sqlite_integer (
    run->database, 0, "SELECT last_seen FROM contacts WHERE user = ?", "s", contact->user);

  /* `since` is the time of a change. In the list of all, a contact of years may be new to this
   * device: there, only requests count as a change. */
  if (state != (gint64) contact->state &&
      (contact->state == VIS_CONTACT_INCOMING || contact->state == VIS_CONTACT_REQUESTED ||
       run->edit->kind == VIS_EDIT_CONTACT))
    since = contact->state == VIS_CONTACT_NONE ? 0 : run->edit->now;

  vis_sqlite_run (run->database,
                  "INSERT OR REPLACE INTO contacts (user, name, state, last_seen, since)"
                  " VALUES (?, ?, ?, ?, ?)",
                  "ssiii",
                  contact->user,
                  contact->name != NULL ? contact->name : "",
                  (gint64) contact->state,
                  MAX (seen, contact->last_seen),
                  since);
}

/* Writes one contact, or the list of all. */
void
vis_edit_run_contacts (VisEditRun *run)
{
  gboolean all = run->edit->kind == VIS_EDIT_CONTACTS;

  /* Users who are not in the list become VIS_CONTACT_NONE; their names are kept for the history. */
  if (all && !run->edit->more)
    {
      vis_sqlite_script (run->database, "CREATE TEMP TABLE IF NOT EXISTS listed (user TEXT)");
      vis_sqlite_run (run->database, "DELETE FROM temp.listed", "");
      for (guint i = 0; i < run->edit->contacts->len; i++)
        {
          const VisStoredContact *contact = g_ptr_array_index (run->edit->contacts, i);

          vis_sqlite_run (
            run->database, "INSERT INTO temp.listed (user) VALUES (?)", "s", contact->user);
        }
      vis_sqlite_run (run->database,
                      "UPDATE contacts SET state = ?, since = 0"
                      " WHERE user NOT IN (SELECT user FROM temp.listed)",
                      "i",
                      (gint64) VIS_CONTACT_NONE);
    }

  for (guint i = 0; i < run->edit->contacts->len; i++)
    {
      const VisStoredContact *contact = g_ptr_array_index (run->edit->contacts, i);

      put_contact (run, contact);
      if (!all)
        vis_sqlite_contacts_read (run->database, contact->user, run->change->contacts);
    }
  if (all)
    vis_sqlite_contacts_read (run->database, NULL, run->change->contacts);
}

static void
remove_range (VisEditRun *run, gint64 from, gint64 before)
{
  if (run->row.torn)
    {
      vis_edit_run_rescue (run, from, before);
      return;
    }
  vis_sqlite_run (run->database,
                  "DELETE FROM messages WHERE conversation = ? AND position >= ? AND position < ?"
                  " AND state = ?",
                  "iiii",
                  run->row.number,
                  from,
                  before,
                  (gint64) VIS_STORED_CONFIRMED);
}

/* The nearest position at or before @position that is free or that of the message itself. Refused
 * and hidden messages keep theirs. */
static gint64
free_place (VisEditRun *run, const char *id, gint64 position)
{
  while (vis_sqlite_integer (run->database,
                             0,
                             "SELECT 1 FROM messages WHERE conversation = ? AND position = ?"
                             " AND id != ?",
                             "iis",
                             run->row.number,
                             position,
                             id) != 0)
    position--;

  return position;
}

/* Writes a message of the server at @position or the nearest free position before it. Returns that,
 * or VIS_STORE_NOWHERE if the message was left out. */
static gint64
put (VisEditRun *run, VisStoredMessage *message, gint64 position)
{
  VisConversationRow *row = &run->row;
  VisMessageFacts     facts;

  if (vis_message_row_find (run->database, row->number, message->id, &facts))
    {
      if (facts.outgoing != message->outgoing ||
          (facts.position < VIS_STORE_PENDING && vis_conversation_row_shows (row, facts.position)))
        return VIS_STORE_NOWHERE;
      if (message->outgoing)
        vis_edit_run_forget (run, VIS_REQUEST_SEND, message->id);
      message->deleted |= facts.deleted;
      if (facts.state == VIS_STORED_HIDDEN)
        message->state = VIS_STORED_HIDDEN;
      if (facts.state == VIS_STORED_PENDING || facts.state == VIS_STORED_FAILED)
        g_ptr_array_add (run->change->removed, g_strdup (message->id));
    }
  if (message->state == VIS_STORED_HIDDEN)
    g_clear_pointer (&message->text, g_free);

  position = free_place (run, message->id, position);
  vis_message_row_put (run->database, row->number, message, position);
  vis_edit_run_resolve_marks (run, message->id, position);
  return position;
}

/* Writes the last message of an entry of the server's list. Returns its position, VIS_STORE_NOWHERE
 * if it was left out. */
static gint64
put_last (VisEditRun *run, VisStoredMessage *last)
{
  VisConversationRow *row = &run->row;
  VisMessageFacts     facts;
  gint64              end = vis_conversation_row_end (row, run->database, last->ts, NULL);
  gint64              position;

  /* The newest message of the server is unchanged here: the server has lost all that follow it. */
  if (row->torn && vis_edit_run_is_unchanged (run, last) &&
      vis_message_row_find (run->database, row->number, last->id, &facts))
    {
      vis_edit_run_rescue (run, facts.position + 1, row->floored ? row->floor : VIS_STORE_PENDING);
      vis_edit_run_rejoin (run);
      return facts.position;
    }

  if (vis_message_row_find (run->database, row->number, last->id, &facts) &&
      facts.position < VIS_STORE_PENDING && vis_conversation_row_shows (row, facts.position))
    {
      if (last->deleted)
        vis_edit_run_erase (run, last->id, &facts);
      return facts.position;
    }

  /* Before the floor, if newer messages have arrived meanwhile; otherwise at the end. */
  if (row->floored && vis_message_row_position_of (last->ts) < end)
    position = put (run, last, MIN (vis_message_row_position_of (last->ts), row->floor - 1));
  else
    position = put (run, last, end);
  if (position == VIS_STORE_NOWHERE)
    return position;

  if (!row->floored || position < row->floor)
    vis_conversation_row_set_floor (row, position, last->id);
  row->read = MAX (row->read, row->floor - 1);
  return position;
}

static gboolean
is_requested (VisEditRun *run, VisRequestKind kind)
{
  return vis_sqlite_integer (run->database,
                             0,
                             "SELECT 1 FROM requests WHERE kind = ? AND chat = ?",
                             "is",
                             (gint64) kind,
                             run->row.chat) != 0;
}

/* Takes over the server's number of unread messages, which is as of the message at @at. */
static void
settle_unread (VisEditRun *run, gint64 unread, gint64 at)
{
  VisConversationRow *row = &run->row;
  gint64              here;

  /* The server does not know yet what was read here. */
  if (is_requested (run, VIS_REQUEST_READ))
    {
      row->below = 0;
      vis_conversation_row_count (row, run->database);
      return;
    }

  here = vis_sqlite_integer (run->database,
                             0,
                             "SELECT count (*) FROM messages WHERE conversation = ?"
                             " AND position >= ? AND position <= ? AND counts",
                             "iii",
                             row->number,
                             row->floor,
                             at);
  if (unread >= here)
    {
      row->below = row->complete ? 0 : unread - here;
      row->read = row->floor - 1;
    }
  else
    {
      row->below = 0;
      row->read = vis_sqlite_integer (run->database,
                                      row->floor - 1,
                                      "SELECT position FROM messages WHERE conversation = ?"
                                      " AND position >= ? AND position <= ? AND counts"
                                      " ORDER BY position DESC LIMIT 1 OFFSET ?",
                                      "iiii",
                                      row->number,
                                      row->floor,
                                      at,
                                      unread);
    }
  vis_conversation_row_count (row, run->database);
}

static void
settle_chat (VisEditRun *run, const VisStoredChat *chat)
{
  VisConversationRow *row = &run->row;
  gint64              at;

  vis_conversation_row_make (row, run->database, chat->chat);
  if (chat->last != NULL)
    {
      at = put_last (run, chat->last);
      if (row->floored)
        settle_unread (run, chat->unread, MAX (at, row->floor));
      /* A stored request is for a newer message. */
      if (!chat->last->outgoing && row->unread > 0 && !is_requested (run, VIS_REQUEST_DELIVERED))
        vis_edit_run_request (run, VIS_REQUEST_DELIVERED, chat->last->id);
    }
  else if (chat->partial)
    {
      /* The last message could not be read; a page of history will have a floor. */
      if (!row->floored)
        row->below = chat->unread;
      vis_conversation_row_count (row, run->database);
    }
  else
    {
      /* The server has no messages: those from before the list are deleted. */
      gint64 floor =
        row->floored ? row->floor : vis_conversation_row_end (row, run->database, 0, NULL);

      remove_range (run, VIS_STORE_NOWHERE, floor);
      if (row->torn)
        vis_edit_run_rejoin (run);
      if (!row->floored)
        {
          vis_conversation_row_set_floor (row, floor, NULL);
          row->read = floor - 1;
        }
      row->complete = TRUE;
      row->below = 0;
      vis_conversation_row_count (row, run->database);
    }

  if (chat->delivered != NULL)
    vis_edit_run_mark (run, chat->delivered, FALSE);
  if (chat->read != NULL)
    vis_edit_run_mark (run, chat->read, TRUE);
  vis_conversation_row_save (row, run->database);
}

/* Applies the server's list of conversations. */
void
vis_edit_run_chats (VisEditRun *run)
{
  for (guint i = 0; i < run->edit->chats->len; i++)
    settle_chat (run, g_ptr_array_index (run->edit->chats, i));
  vis_conversation_row_clear (&run->row);
  vis_edit_run_rejoin_unnamed (run);

  /* Conversations that are not in the list, without new messages. */
  vis_sqlite_run (
    run->database, "UPDATE conversations SET unread = 0, below = 0 WHERE floor IS NULL", "");
  vis_sqlite_run (run->database, "UPDATE state SET stale = 0", "");
  vis_sqlite_conversations_read (run->database, run->change->conversations);
}

/* Applies a page of the server's history, which goes on before the floor. */
void
vis_edit_run_history (VisEditRun *run)
{
  VisConversationRow *row = &run->row;
  const VisStoreEdit *edit = run->edit;
  gint64              position;

  /* The answer is out of date: the history was cleared or reset meanwhile. */
  if (row->complete || g_strcmp0 (row->floor_id, edit->id) != 0 ||
      (edit->id == NULL && row->floored))
    return;

  position =
    row->floored ? row->floor : vis_conversation_row_end (row, run->database, G_MAXINT64, NULL);
  for (guint i = 0; i < edit->messages->len; i++)
    {
      VisStoredMessage *message = g_ptr_array_index (edit->messages, i);
      gboolean          joins = row->torn && vis_edit_run_is_unchanged (run, message);
      gint64            place;

      place = put (run, message, MIN (vis_message_row_position_of (message->ts), position - 1));
      if (place == VIS_STORE_NOWHERE)
        continue;

      /* Messages from before a reset that the server does not have. */
      remove_range (run, place + 1, position);
      position = place;
      if (row->below > 0)
        {
          row->below -= vis_stored_message_counts (message) ? 1 : 0;
          row->read = position - 1;
        }
      else if (!row->floored)
        {
          row->read = position;
        }
      vis_conversation_row_set_floor (row, position, message->id);
      if (joins)
        {
          /* From here downwards, the history is the one from before the reset. */
          vis_edit_run_rejoin (run);
          vis_conversation_row_count (row, run->database);
          return;
        }
    }

  if (edit->more && edit->oldest != NULL)
    {
      /* Also messages that could not be read are passed: the next page is that before them. */
      vis_conversation_row_set_floor (row, position, edit->oldest);
      row->read = MAX (row->read, position - 1);
    }
  else if (!edit->more || edit->messages->len == 0)
    {
      remove_range (run, VIS_STORE_NOWHERE, row->floored ? row->floor : VIS_STORE_PENDING);
      if (row->torn)
        vis_edit_run_rejoin (run);
      row->complete = TRUE;
      row->below = 0;
      if (!row->floored)
        {
          vis_conversation_row_set_floor (
            row, vis_conversation_row_end (row, run->database, 0, NULL), NULL);
          row->read = row->floor - 1;
        }
    }
  if (row->floored)
    vis_conversation_row_count (row, run->database);
}
