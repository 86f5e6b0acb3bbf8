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

  /* A new device hears of friends it has had for years: only what is asked counts as news then. */
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

/* One contact that has changed, or the list of all. */
void
vis_edit_run_contacts (VisEditRun *run)
{
  gboolean all = run->edit->kind == VIS_EDIT_CONTACTS;

  /* Those that are not in the list any more end as nobody in particular; their names are kept for
   * the history. */
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

/* The nearest place at or before @position that is free for a message, or its own: what was refused
 * or hidden keeps its place. */
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

/* Puts a message of the server in at @position or the next free place before it, whatever was known
 * of it. Returns its place, or VIS_STORE_NOWHERE where it was left out. */
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

/* The last message of the server's list. Returns its place, VIS_STORE_NOWHERE if it has none. */
static gint64
put_last (VisEditRun *run, VisStoredMessage *last)
{
  VisConversationRow *row = &run->row;
  VisMessageFacts     facts;
  gint64              end = vis_conversation_row_end (row, run->database, last->ts, NULL);
  gint64              position;

  /* The server has nothing newer: what stands behind it here was lost there. */
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

  /* Older than what came meanwhile, or the newest there is. */
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

/* Brings the number of unread messages in line with the server's, which was true when @at was the
 * newest message. */
static void
settle_unread (VisEditRun *run, gint64 unread, gint64 at)
{
  VisConversationRow *row = &run->row;
  gint64              here;

  /* What this person has read here, the server does not know yet. */
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
      /* A request that is there already is for a newer message. */
      if (!chat->last->outgoing && row->unread > 0 && !is_requested (run, VIS_REQUEST_DELIVERED))
        vis_edit_run_request (run, VIS_REQUEST_DELIVERED, chat->last->id);
    }
  else if (chat->partial)
    {
      /* Nothing is known of its messages; its history says more. */
      if (!row->floored)
        row->below = chat->unread;
      vis_conversation_row_count (row, run->database);
    }
  else
    {
      /* Nothing there: what is not newer than this list does not exist any more. */
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

/* The server's list of conversations. */
void
vis_edit_run_chats (VisEditRun *run)
{
  for (guint i = 0; i < run->edit->chats->len; i++)
    settle_chat (run, g_ptr_array_index (run->edit->chats, i));
  vis_conversation_row_clear (&run->row);
  vis_edit_run_rejoin_unnamed (run);

  /* Those that the server did not name and that nothing came for. */
  vis_sqlite_run (
    run->database, "UPDATE conversations SET unread = 0, below = 0 WHERE floor IS NULL", "");
  vis_sqlite_run (run->database, "UPDATE state SET stale = 0", "");
  vis_sqlite_conversations_read (run->database, run->change->conversations);
}

/* A page of the server's history, from the floor on downwards. */
void
vis_edit_run_history (VisEditRun *run)
{
  VisConversationRow *row = &run->row;
  const VisStoreEdit *edit = run->edit;
  gint64              position;

  /* The answer to a question that has been overtaken: the history was cleared or reset meanwhile.
   */
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

      /* What is left between the two from before a reset is gone on the server. */
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
          /* From here on downwards it is as it was. */
          vis_edit_run_rejoin (run);
          vis_conversation_row_count (row, run->database);
          return;
        }
    }

  if (edit->more && edit->oldest != NULL)
    {
      /* What could not be kept is passed over as well: the next page begins before it. */
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
