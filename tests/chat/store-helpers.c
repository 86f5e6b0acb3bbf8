/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "store-helpers.h"

#include "until.h"

#include <stdlib.h>

static void
take_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  WAIT_FOR (*result != NULL);
  return *result;
}

VisStoreContents *
store_load (VisStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  VisStoreContents        *contents;

  vis_store_load_async (store, NULL, take_result, &result);
  contents = vis_store_load_finish (store, wait_for (&result), &error);
  g_assert_no_error (error);
  return contents;
}

VisStoreChange *
store_apply (VisStore *store, VisStoreEdit *edit)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  VisStoreChange          *change;

  vis_store_apply_async (store, edit, NULL, take_result, &result);
  change = vis_store_apply_finish (store, wait_for (&result), &error);
  g_assert_no_error (error);
  return change;
}

VisStorePage *
store_page (VisStore *store, const char *chat, gint64 before, guint limit)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  VisStorePage            *page;

  vis_store_page_async (store, chat, before, limit, NULL, take_result, &result);
  page = vis_store_page_finish (store, wait_for (&result), &error);
  g_assert_no_error (error);
  return page;
}

char *
message_id (guint n)
{
  return g_strdup_printf ("00000000-0000-4000-8000-%012u", n);
}

guint
id_to_number (const char *id)
{
  return (guint) strtoul (id + 24, NULL, 10);
}

VisStoredMessage *
stored_message (guint n, gboolean outgoing, gint64 ts)
{
  VisStoredMessage *message = g_new0 (VisStoredMessage, 1);

  message->id = message_id (n);
  message->from = g_strdup (outgoing ? "ada" : "grace");
  message->text = g_strdup_printf ("Text %u", n);
  message->ts = ts;
  message->outgoing = outgoing;
  return message;
}

VisStoreEdit *
edit_receive (const char *chat, guint n, gboolean outgoing, gint64 since)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_RECEIVE, chat);

  edit->message = stored_message (n, outgoing, n);
  edit->since = since;
  edit->queue = TRUE;
  return edit;
}

VisStoreEdit *
edit_queue (const char *chat, guint n)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_QUEUE, chat);

  edit->message = stored_message (n, TRUE, n);
  edit->message->position = VIS_STORE_PENDING + n;
  return edit;
}

VisStoreEdit *
edit_draft (const char *chat, const char *text)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_DRAFT, chat);

  edit->text = g_strdup (text);
  return edit;
}

VisStoreEdit *
edit_id (VisEditKind kind, const char *chat, guint n, gboolean queue)
{
  VisStoreEdit *edit = vis_store_edit_new (kind, chat);

  edit->id = message_id (n);
  edit->queue = queue;
  return edit;
}

/* The messages @newest down to @oldest; every third one is outgoing. */
VisStoreEdit *
edit_history (const char *chat, guint before, guint newest, guint oldest, gboolean more)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_HISTORY, chat);

  edit->id = before != 0 ? message_id (before) : NULL;
  edit->more = more;
  edit->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_message_free);
  for (guint n = newest; n >= oldest && n > 0; n--)
    g_ptr_array_add (edit->messages, stored_message (n, n % 3 == 0, n));
  return edit;
}

VisStoredChat *
stored_chat (const char *chat, guint last, guint unread, guint read, guint delivered)
{
  VisStoredChat *self = g_new0 (VisStoredChat, 1);

  self->chat = g_strdup (chat);
  self->last = last != 0 ? stored_message (last, last % 3 == 0, last) : NULL;
  self->unread = unread;
  self->read = read != 0 ? message_id (read) : NULL;
  self->delivered = delivered != 0 ? message_id (delivered) : NULL;
  return self;
}

VisStoreEdit *
edit_chats (VisStoredChat *chat)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_CHATS, NULL);

  edit->chats = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_chat_free);
  if (chat != NULL)
    g_ptr_array_add (edit->chats, chat);
  return edit;
}

/* "5 4* 3~ 2-": newest first; * is to be sent, ~ was refused, # is hidden, - is deleted. */
char *
page_to_string (VisStorePage *page)
{
  static const char *const marks[] = { "", "*", "~", "#" };
  GString                 *string = g_string_new (NULL);

  for (guint i = 0; i < page->messages->len; i++)
    {
      VisStoredMessage *message = g_ptr_array_index (page->messages, i);

      g_string_append_printf (string,
                              "%s%u%s%s",
                              i > 0 ? " " : "",
                              id_to_number (message->id),
                              marks[message->state],
                              message->deleted ? "-" : "");
    }

  return g_string_free (string, FALSE);
}

char *
json_message (guint n, const char *chat, const char *from)
{
  return g_strdup_printf (
    "{\"id\":\"00000000-0000-4000-8000-%012u\",\"chat\":\"%s\",\"from\":\"%s\","
    "\"ts\":%u,\"kind\":\"text\",\"text\":\"Text %u\"}",
    n,
    chat,
    from,
    n,
    n);
}

/* A message of a kind that this version does not know, or one that lacks what @fields does not
 * have. */
char *
json_unknown (guint n, const char *fields)
{
  return g_strdup_printf ("{\"id\":\"00000000-0000-4000-8000-%012u\",\"chat\":\"grace\",\"from\":"
                          "\"grace\"%s}",
                          n,
                          fields);
}
