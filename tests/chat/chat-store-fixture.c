/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "chat-store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "store-helpers.h"
#include "vis-sqlite-store.h"

void
fixture_set_up (Fixture *fixture, gconstpointer in_memory)
{
  fixture->folder = g_dir_make_tmp ("visavis-store-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "chat.db", NULL);
  fixture->store = vis_sqlite_store_new (in_memory ? NULL : fixture->path);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer in_memory)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char      *name;

  g_assert_finalize_object (fixture->store);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

void
fixture_apply (Fixture *fixture, VisStoreEdit *edit)
{
  vis_store_change_free (store_apply (fixture->store, edit));
}

void
fixture_assert_page (Fixture *fixture, const char *expected)
{
  g_autoptr (VisStorePage) page = store_page (fixture->store, "grace", G_MAXINT64, 64);
  g_autofree char         *string = page_to_string (page);

  g_assert_cmpstr (string, ==, expected);
}

VisStoredConversation *
fixture_load_conversation (Fixture *fixture, VisStoreContents **contents)
{
  *contents = store_load (fixture->store);
  for (guint i = 0; i < (*contents)->conversations->len; i++)
    {
      VisStoredConversation *conversation = g_ptr_array_index ((*contents)->conversations, i);

      if (strcmp (conversation->chat, "grace") == 0)
        return conversation;
    }

  return NULL;
}

void
fixture_assert_unread (Fixture *fixture, guint expected)
{
  g_autoptr (VisStoreContents) contents = NULL;

  g_assert_cmpuint (fixture_load_conversation (fixture, &contents)->unread, ==, expected);
}

void
fixture_assert_requests (Fixture *fixture, const char *expected)
{
  static const char *const names[] = {
    "send", "read", "delivered", "delete", "delete-all", "clear"
  };
  g_autoptr (VisStoreContents) contents = store_load (fixture->store);
  g_autoptr (GString)          string = g_string_new (NULL);

  for (guint i = 0; i < contents->requests->len; i++)
    {
      VisStoredRequest *request = g_ptr_array_index (contents->requests, i);

      g_string_append_printf (string,
                              "%s%s %u",
                              i > 0 ? ", " : "",
                              names[request->kind],
                              request->message != NULL ? id_to_number (request->message) : 0);
      g_assert_cmpint (request->text != NULL, ==, request->kind == VIS_REQUEST_SEND);
    }
  g_assert_cmpstr (string->str, ==, expected);
}

gboolean
fixture_is_under (Fixture *fixture, guint n, gboolean read)
{
  g_autoptr (VisStoreContents) contents = NULL;
  g_autoptr (VisStorePage)     page = store_page (fixture->store, "grace", G_MAXINT64, 1000);
  VisStoredConversation       *conversation = fixture_load_conversation (fixture, &contents);

  for (guint i = 0; i < page->messages->len; i++)
    {
      VisStoredMessage *message = g_ptr_array_index (page->messages, i);

      if (id_to_number (message->id) == n)
        return message->position <= (read ? conversation->read : conversation->delivered);
    }
  g_assert_not_reached ();
}

void
fixture_assert_empty (Fixture *fixture)
{
  g_autoptr (VisStoreContents) contents = store_load (fixture->store);
  g_autoptr (VisStorePage)     page = store_page (fixture->store, "grace", G_MAXINT64, 64);

  g_assert_cmpint (contents->since, ==, -1);
  g_assert_false (contents->stale);
  g_assert_cmpuint (contents->conversations->len, ==, 0);
  g_assert_cmpuint (contents->contacts->len, ==, 0);
  g_assert_cmpuint (contents->requests->len, ==, 0);
  g_assert_cmpuint (page->messages->len, ==, 0);
  g_assert_true (page->exhausted);
  g_assert_false (page->complete);
}

void
fixture_add (const char *name, void (*func) (Fixture *, gconstpointer))
{
  g_autofree char *file = g_strconcat ("/store/file/", name, NULL);
  g_autofree char *memory = g_strconcat ("/store/memory/", name, NULL);

  g_test_add (file, Fixture, NULL, fixture_set_up, func, fixture_tear_down);
  g_test_add (memory, Fixture, (gpointer) "memory", fixture_set_up, func, fixture_tear_down);
}
