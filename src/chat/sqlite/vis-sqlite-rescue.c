/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-rescue.h"

#include "vis-sqlite-edits.h"

/* Added to the numbers of requests if the last one can't be read: higher than any that was given.
 */
#define NUMBER_FALLBACK (G_GINT64_CONSTANT (1) << 40)

struct _VisSqliteRescue
{
  GPtrArray *edits;  /* of VisStoreEdit: messages that are not sent, in their order */
  GPtrArray *drafts; /* of VisStoreEdit */
  GPtrArray *others; /* of VisStoredRequest: requests of other kinds, in their order */
  gint64     number; /* the last request number */
};

static void
read_requests (VisSqliteRescue *self, VisSqliteDatabase *database)
{
  sqlite3_stmt *row = vis_sqlite_bind (database,
                                       "SELECT chat, message FROM requests WHERE kind = ?"
                                       " ORDER BY number",
                                       "i",
                                       (gint64) VIS_REQUEST_SEND);

  while (vis_sqlite_step (database, row))
    {
      VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_QUEUE, NULL);

      edit->chat = vis_sqlite_column_text (row, 0);
      edit->id = vis_sqlite_column_text (row, 1);
      g_ptr_array_add (self->edits, edit);
    }
}

static void
read_others (VisSqliteRescue *self, VisSqliteDatabase *database)
{
  sqlite3_stmt *row = vis_sqlite_bind (database,
                                       "SELECT kind, chat, message FROM requests WHERE kind != ?"
                                       " ORDER BY number",
                                       "i",
                                       (gint64) VIS_REQUEST_SEND);

  while (vis_sqlite_step (database, row))
    {
      VisStoredRequest *request = g_new0 (VisStoredRequest, 1);

      request->kind = (VisRequestKind) sqlite3_column_int (row, 0);
      request->chat = vis_sqlite_column_text (row, 1);
      request->message = vis_sqlite_column_text (row, 2);
      g_ptr_array_add (self->others, request);
    }
}

/* They are about messages that the server has, so they need not follow those that are to be sent.
 */
static void
write_others (VisSqliteRescue *self, VisSqliteDatabase *database)
{
  for (guint i = 0; i < self->others->len; i++)
    {
      const VisStoredRequest *request = self->others->pdata[i];

      if (request->chat != NULL)
        vis_sqlite_run (database,
                        "INSERT INTO requests (kind, chat, message) VALUES (?, ?, ?)",
                        "iss",
                        (gint64) request->kind,
                        request->chat,
                        request->message);
    }
}

static void
read_message (VisStoreEdit *edit, VisSqliteDatabase *database)
{
  g_auto (VisConversationRow) row = { 0 };

  if (edit->chat != NULL && edit->id != NULL &&
      vis_conversation_row_find (&row, database, edit->chat))
    edit->message = vis_message_row_read (database, row.number, edit->id);
  /* Goes on after a page that can't be read. */
  vis_sqlite_database_take_error (database, NULL);
}

static void
read_drafts (VisSqliteRescue *self, VisSqliteDatabase *database)
{
  sqlite3_stmt *row = vis_sqlite_bind (database, "SELECT chat, text FROM drafts", "");

  while (vis_sqlite_step (database, row))
    {
      VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_DRAFT, NULL);

      edit->chat = vis_sqlite_column_text (row, 0);
      edit->text = vis_sqlite_column_text (row, 1);
      g_ptr_array_add (self->drafts, edit);
    }
}

static void
read_all (VisSqliteDatabase *database, gpointer data)
{
  VisSqliteRescue *self = data;

  read_requests (self, database);
  vis_sqlite_database_take_error (database, NULL);
  read_others (self, database);
  vis_sqlite_database_take_error (database, NULL);
  for (guint i = 0; i < self->edits->len; i++)
    read_message (self->edits->pdata[i], database);
  read_drafts (self, database);
  vis_sqlite_database_take_error (database, NULL);
}

/**
 * vis_sqlite_rescue_read:
 * @database: a damaged database
 *
 * Reads what is still readable.
 *
 * Returns: (transfer full): what was found
 */
VisSqliteRescue *
vis_sqlite_rescue_read (VisSqliteDatabase *database)
{
  VisSqliteRescue *self = g_new0 (VisSqliteRescue, 1);

  self->edits = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_edit_free);
  self->drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_edit_free);
  self->others = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_request_free);
  vis_sqlite_database_take_error (database, NULL);
  vis_sqlite_database_do (database, read_all, self);
  self->number = vis_sqlite_integer (
    database, NUMBER_FALLBACK, "SELECT seq FROM sqlite_sequence WHERE name = 'requests'", "");
  vis_sqlite_database_take_error (database, NULL);
  return self;
}

static void
write_all (VisSqliteDatabase *database, gpointer data)
{
  VisSqliteRescue *self = data;

  write_others (self, database);
  for (guint i = 0; i < self->edits->len; i++)
    {
      VisStoreEdit *edit = self->edits->pdata[i];

      if (edit->message != NULL && edit->message->text != NULL)
        vis_store_change_free (vis_sqlite_edit_apply (database, edit));
    }
  for (guint i = 0; i < self->drafts->len; i++)
    {
      const VisStoreEdit *edit = self->drafts->pdata[i];

      if (edit->chat != NULL && edit->text != NULL)
        vis_store_change_free (vis_sqlite_edit_apply (database, edit));
    }
}

/**
 * vis_sqlite_rescue_write:
 * @self: what was read
 * @database: the new database
 *
 * Writes the requests and drafts into the new database. Numbers of requests continue, so that a
 * late answer can't settle another one.
 */
void
vis_sqlite_rescue_write (VisSqliteRescue *self, VisSqliteDatabase *database)
{
  vis_sqlite_run (database, "BEGIN IMMEDIATE", "");
  vis_sqlite_run (
    database, "INSERT INTO sqlite_sequence (name, seq) VALUES ('requests', ?)", "i", self->number);
  vis_sqlite_database_do (database, write_all, self);
  vis_sqlite_run (database, "COMMIT", "");
  vis_sqlite_database_take_error (database, NULL);
  if (vis_sqlite_database_in_transaction (database))
    vis_sqlite_run (database, "ROLLBACK", "");
}

void
vis_sqlite_rescue_free (VisSqliteRescue *self)
{
  g_ptr_array_unref (self->edits);
  g_ptr_array_unref (self->drafts);
  g_ptr_array_unref (self->others);
  g_free (self);
}
