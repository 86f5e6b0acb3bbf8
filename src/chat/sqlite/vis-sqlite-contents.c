/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-contents.h"

/* Reads one contact, or all of them if @user is NULL. */
void
vis_sqlite_contacts_read (VisSqliteDatabase *database, const char *user, GPtrArray *contacts)
{
  sqlite3_stmt *row = vis_sqlite_bind (database,
                                       "SELECT user, name, state, last_seen, since FROM contacts"
                                       " WHERE user = ?1 OR ?1 IS NULL",
                                       "s",
                                       user);

  while (vis_sqlite_step (database, row))
    {
      VisStoredContact *contact = g_new0 (VisStoredContact, 1);

      contact->user = vis_sqlite_column_text (row, 0);
      contact->name = vis_sqlite_column_text (row, 1);
      contact->state = (VisContactState) sqlite3_column_int (row, 2);
      contact->last_seen = sqlite3_column_int64 (row, 3);
      contact->since = sqlite3_column_int64 (row, 4);
      g_ptr_array_add (contacts, contact);
    }
}

void
vis_sqlite_conversations_read (VisSqliteDatabase *database, GPtrArray *conversations)
{
  g_autoptr (GPtrArray)       chats = g_ptr_array_new_with_free_func (g_free);
  g_auto (VisConversationRow) conversation = { 0 };
  sqlite3_stmt *row = vis_sqlite_bind (database, "SELECT chat FROM conversations", "");

  while (vis_sqlite_step (database, row))
    g_ptr_array_add (chats, vis_sqlite_column_text (row, 0));

  for (guint i = 0; i < chats->len; i++)
    if (vis_conversation_row_find (&conversation, database, g_ptr_array_index (chats, i)))
      g_ptr_array_add (conversations, vis_conversation_row_read (&conversation, database));
}

static void
read_drafts (VisSqliteDatabase *database, GPtrArray *drafts)
{
  sqlite3_stmt *row = vis_sqlite_bind (database, "SELECT chat, text FROM drafts", "");

  while (vis_sqlite_step (database, row))
    {
      VisStoredDraft *draft = g_new0 (VisStoredDraft, 1);

      draft->chat = vis_sqlite_column_text (row, 0);
      draft->text = vis_sqlite_column_text (row, 1);
      g_ptr_array_add (drafts, draft);
    }
}

static void
read_requests (VisSqliteDatabase *database, GPtrArray *requests)
{
  sqlite3_stmt *row =
    vis_sqlite_bind (database,
                     "SELECT requests.number, requests.kind, requests.chat, requests.message,"
                     " " VIS_MESSAGE_ROW_TEXT " FROM requests"
                     " LEFT JOIN conversations ON conversations.chat = requests.chat"
                     " LEFT JOIN messages ON messages.conversation = conversations.number"
                     " AND messages.id = requests.message ORDER BY requests.number",
                     "");

  while (vis_sqlite_step (database, row))
    {
      VisStoredRequest *request = g_new0 (VisStoredRequest, 1);

      request->number = sqlite3_column_int64 (row, 0);
      request->kind = (VisRequestKind) sqlite3_column_int (row, 1);
      request->chat = vis_sqlite_column_text (row, 2);
      request->message = vis_sqlite_column_text (row, 3);
      if (request->kind == VIS_REQUEST_SEND)
        request->text = vis_sqlite_column_text (row, 4);
      g_ptr_array_add (requests, request);
    }
}

/**
 * vis_sqlite_contents_read:
 * @database: a connection
 *
 * Reads everything but the messages.
 *
 * Returns: (transfer full): what is stored
 */
VisStoreContents *
vis_sqlite_contents_read (VisSqliteDatabase *database)
{
  VisStoreContents *contents = vis_store_contents_new ();

  contents->since = vis_sqlite_integer (database, -1, "SELECT since FROM state", "");
  contents->mark = vis_sqlite_text (database, "SELECT mark FROM state", "");
  contents->name = vis_sqlite_text (database, "SELECT name FROM state", "");
  contents->stale = vis_sqlite_integer (database,
                                        0,
                                        "SELECT stale OR EXISTS (SELECT 1 FROM conversations"
                                        " WHERE torn) FROM state",
                                        "") != 0;
  vis_sqlite_contacts_read (database, NULL, contents->contacts);
  vis_sqlite_conversations_read (database, contents->conversations);
  read_drafts (database, contents->drafts);
  read_requests (database, contents->requests);
  return contents;
}

/**
 * vis_sqlite_page_read:
 * @database: a connection
 * @chat: a conversation, stored or not
 * @before: a position
 * @limit: how many messages at most
 *
 * Reads messages from the floor on, newest first. Older ones are not read, since messages may be
 * missing between them and the floor.
 *
 * Returns: (transfer full): the messages
 */
VisStorePage *
vis_sqlite_page_read (VisSqliteDatabase *database, const char *chat, gint64 before, guint limit)
{
  VisStorePage               *page = vis_store_page_new ();
  g_auto (VisConversationRow) row = { 0 };

  page->exhausted = TRUE;
  if (!vis_conversation_row_find (&row, database, chat))
    return page;

  vis_message_row_read_page (database,
                             row.number,
                             row.floored ? row.floor : VIS_STORE_PENDING,
                             before,
                             limit,
                             page->messages);
  page->floor = g_strdup (row.floor_id);
  page->exhausted = page->messages->len < limit;
  page->complete = page->exhausted && row.complete;
  return page;
}
