/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "store-helpers.h"
#include "vis-error.h"
#include "vis-sqlite-store.h"

/* What every store has to do; run against each implementation. */

typedef struct
{
  VisStore *store;
  char     *folder;
  char     *path;
} Fixture;

static const char *self_path;
static guint       promised; /* by the child */

static void
set_up (Fixture *fixture, gconstpointer in_memory)
{
  fixture->folder = g_dir_make_tmp ("visavis-store-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "chat.db", NULL);
  fixture->store = vis_sqlite_store_new (in_memory ? NULL : fixture->path);
}

static void
tear_down (Fixture *fixture, gconstpointer in_memory)
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

static void
apply (Fixture *fixture, VisStoreEdit *edit)
{
  vis_store_change_free (store_apply (fixture->store, edit));
}

static void
assert_page (Fixture *fixture, const char *expected)
{
  g_autoptr (VisStorePage) page = store_page (fixture->store, "grace", G_MAXINT64, 64);
  g_autofree char         *string = page_to_string (page);

  g_assert_cmpstr (string, ==, expected);
}

static VisStoredConversation *
load_conversation (Fixture *fixture, VisStoreContents **contents)
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

static void
assert_unread (Fixture *fixture, guint expected)
{
  g_autoptr (VisStoreContents) contents = NULL;

  g_assert_cmpuint (load_conversation (fixture, &contents)->unread, ==, expected);
}

static void
assert_requests (Fixture *fixture, const char *expected)
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

/* How far a message has come, as the marks say. */
static gboolean
is_under (Fixture *fixture, guint n, gboolean read)
{
  g_autoptr (VisStoreContents) contents = NULL;
  g_autoptr (VisStorePage)     page = store_page (fixture->store, "grace", G_MAXINT64, 1000);
  VisStoredConversation       *conversation = load_conversation (fixture, &contents);

  for (guint i = 0; i < page->messages->len; i++)
    {
      VisStoredMessage *message = g_ptr_array_index (page->messages, i);

      if (id_to_number (message->id) == n)
        return message->position <= (read ? conversation->read : conversation->delivered);
    }
  g_assert_not_reached ();
}

static void
test_empty (Fixture *fixture, gconstpointer data)
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

static void
test_receive (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreChange) first =
    store_apply (fixture->store, edit_receive ("grace", 5, FALSE, 41));
  g_autoptr (VisStoreChange) again =
    store_apply (fixture->store, edit_receive ("grace", 5, FALSE, 42));
  g_autoptr (VisStoreChange) forged =
    store_apply (fixture->store, edit_receive ("grace", 5, TRUE, 43));
  g_autoptr (VisStoreContents) contents = NULL;
  VisStoredConversation       *conversation;

  g_assert_true (first->fresh);
  g_assert_cmpuint (first->messages->len, ==, 1);
  g_assert_cmpuint (first->requests->len, ==, 1);
  g_assert_false (again->fresh);
  g_assert_cmpuint (again->messages->len, ==, 0);
  g_assert_cmpuint (forged->messages->len, ==, 0);

  /* Order is the server's, also when its clock goes backwards or stands still. */
  apply (fixture, edit_receive ("grace", 3, FALSE, 44));
  apply (fixture, edit_receive ("grace", 9, TRUE, 45));
  apply (fixture, edit_receive ("grace", 4, FALSE, 46));
  assert_page (fixture, "4 9 3 5");
  assert_requests (fixture, "delivered 4");

  conversation = load_conversation (fixture, &contents);
  g_assert_cmpint (contents->since, ==, 46);
  g_assert_cmpuint (conversation->unread, ==, 3);
  g_assert_cmpuint (id_to_number (conversation->last->id), ==, 4);
  g_assert_cmpuint (id_to_number (conversation->newest), ==, 4);
  g_assert_cmpuint (id_to_number (conversation->floor), ==, 5);
  g_assert_false (conversation->complete);
}

static void
test_calls (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *outcome;
    gboolean    outgoing;
    guint       unread;
  } cases[] = {
    { "answered", FALSE, 0 }, { "missed", FALSE, 1 },      { "declined", FALSE, 1 },
    { "missed", TRUE, 1 },    { "unreachable", FALSE, 1 }, { "busy", FALSE, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VisStoreEdit *edit = edit_receive ("grace", i + 1, cases[i].outgoing, i + 1);

      g_clear_pointer (&edit->message->text, g_free);
      edit->message->kind = VIS_MESSAGE_CALL;
      edit->message->call_outcome = g_strdup (cases[i].outcome);
      edit->message->call_video = TRUE;
      edit->message->call_duration = 7;
      apply (fixture, edit);
      assert_unread (fixture, cases[i].unread);
    }
  {
    g_autoptr (VisStorePage) page = store_page (fixture->store, "grace", G_MAXINT64, 1);
    VisStoredMessage        *message = g_ptr_array_index (page->messages, 0);

    g_assert_cmpstr (message->call_outcome, ==, "busy");
    g_assert_true (message->call_video);
    g_assert_cmpuint (message->call_duration, ==, 7);
    g_assert_cmpint (message->kind, ==, VIS_MESSAGE_CALL);
  }
}

static void
test_queue (Fixture *fixture, gconstpointer data)
{
  apply (fixture, edit_receive ("grace", 1, FALSE, 1));
  apply (fixture, edit_queue ("grace", 10));
  apply (fixture, edit_queue ("grace", 11));
  apply (fixture, edit_queue ("grace", 11));
  apply (fixture, edit_receive ("grace", 2, FALSE, 2));
  assert_page (fixture, "11* 10* 2 1");
  assert_requests (fixture, "send 10, send 11, delivered 2");

  /* The confirmation takes its place among what the server has. */
  apply (fixture, edit_receive ("grace", 10, TRUE, 3));
  assert_page (fixture, "11* 10 2 1");
  assert_requests (fixture, "send 11, delivered 2");
  apply (fixture, edit_id (VIS_EDIT_FAIL, "grace", 11, FALSE));
  apply (fixture, edit_receive ("grace", 12, FALSE, 4));
  assert_page (fixture, "12 11~ 10 2 1");
  assert_requests (fixture, "delivered 12");

  /* What was refused is not confirmed by mistake twice, and can go. */
  apply (fixture, edit_id (VIS_EDIT_DROP, "grace", 11, FALSE));
  apply (fixture, edit_id (VIS_EDIT_DROP, "grace", 12, FALSE));
  assert_page (fixture, "12 10 2 1");
}

static void
test_read_by_me (Fixture *fixture, gconstpointer data)
{
  for (guint n = 1; n <= 5; n++)
    apply (fixture, edit_receive ("grace", n, n == 3, n));
  assert_unread (fixture, 4);
  apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 2, TRUE));
  assert_unread (fixture, 2);
  apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 1, TRUE));
  assert_unread (fixture, 2);
  assert_requests (fixture, "delivered 5, read 2");
  apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 5, FALSE));
  assert_unread (fixture, 0);

  {
    g_autoptr (VisStoreChange) unknown =
      store_apply (fixture->store, edit_id (VIS_EDIT_READ_BY_ME, "grace", 99, FALSE));
    g_autoptr (VisStoreChange) nobody =
      store_apply (fixture->store, edit_id (VIS_EDIT_READ_BY_ME, "alan", 99, FALSE));

    g_assert_true (unknown->refresh);
    g_assert_cmpuint (nobody->conversations->len, ==, 0);
  }
}

static void
test_marks (Fixture *fixture, gconstpointer data)
{
  for (guint n = 1; n <= 5; n++)
    apply (fixture, edit_receive ("grace", n, TRUE, n));
  apply (fixture, edit_id (VIS_EDIT_DELIVERED_TO_PEER, "grace", 4, FALSE));
  g_assert_true (is_under (fixture, 4, FALSE));
  g_assert_false (is_under (fixture, 5, FALSE));
  g_assert_false (is_under (fixture, 1, TRUE));

  /* Forward only, and read is delivered. */
  apply (fixture, edit_id (VIS_EDIT_DELIVERED_TO_PEER, "grace", 2, FALSE));
  apply (fixture, edit_id (VIS_EDIT_READ_BY_PEER, "grace", 5, FALSE));
  apply (fixture, edit_id (VIS_EDIT_READ_BY_PEER, "grace", 1, FALSE));
  apply (fixture, edit_id (VIS_EDIT_READ_BY_PEER, "grace", 77, FALSE));
  g_assert_true (is_under (fixture, 5, TRUE));
  g_assert_true (is_under (fixture, 5, FALSE));
}

static void
test_delete (Fixture *fixture, gconstpointer data)
{
  for (guint n = 1; n <= 4; n++)
    apply (fixture, edit_receive ("grace", n, FALSE, n));
  apply (fixture, edit_id (VIS_EDIT_ERASE, "grace", 4, FALSE));
  assert_unread (fixture, 3);
  apply (fixture, edit_id (VIS_EDIT_ERASE, "grace", 4, FALSE));
  assert_unread (fixture, 3);
  apply (fixture, edit_id (VIS_EDIT_HIDE, "grace", 3, TRUE));
  apply (fixture, edit_id (VIS_EDIT_HIDE, "grace", 3, TRUE));
  assert_unread (fixture, 2);
  assert_page (fixture, "4- 2 1");
  assert_requests (fixture, "delivered 4, delete 3");

  /* A late repetition brings nothing back. */
  apply (fixture, edit_receive ("grace", 3, FALSE, 5));
  apply (fixture, edit_receive ("grace", 4, FALSE, 6));
  assert_page (fixture, "4- 2 1");

  /* Deleting a message while it is being sent: the confirmation does not show it again. */
  apply (fixture, edit_queue ("grace", 10));
  {
    VisStoreEdit *edit = edit_id (VIS_EDIT_HIDE, "grace", 10, TRUE);

    edit->for_all = TRUE;
    apply (fixture, edit);
  }
  apply (fixture, edit_receive ("grace", 10, TRUE, 7));
  assert_page (fixture, "4- 2 1");
  assert_requests (fixture, "delivered 4, delete 3, delete-all 10");
}

static void
test_clear (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreContents) contents = NULL;
  VisStoredConversation       *conversation;

  for (guint n = 1; n <= 4; n++)
    apply (fixture, edit_receive ("grace", n, FALSE, n));
  apply (fixture, edit_queue ("grace", 10));
  apply (fixture, vis_store_edit_new (VIS_EDIT_CLEAR, "grace"));
  assert_page (fixture, "10*");
  assert_unread (fixture, 0);
  apply (fixture, edit_receive ("grace", 5, FALSE, 5));
  assert_page (fixture, "10* 5");
  assert_unread (fixture, 1);

  /* This person's own clearing takes what waits with it. */
  {
    VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_CLEAR, "grace");

    edit->queue = TRUE;
    apply (fixture, edit);
  }
  assert_page (fixture, "");
  assert_requests (fixture, "delivered 5, clear 5");
  /* It was on its way, and is newer than what the server clears. */
  apply (fixture, edit_receive ("grace", 10, TRUE, 6));
  apply (fixture, edit_receive ("grace", 10, TRUE, 6));
  assert_page (fixture, "");
  assert_requests (fixture, "delivered 5, clear 5, delete 10");

  conversation = load_conversation (fixture, &contents);
  g_assert_true (conversation->complete);
  g_assert_null (conversation->last);
}

/* Another device clears up to the message that it had; what is newer stays. */
static void
test_clear_up_to (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreContents) contents = NULL;
  g_autoptr (VisStoreChange)   unknown = NULL;

  for (guint n = 1; n <= 5; n++)
    apply (fixture, edit_receive ("grace", n, FALSE, n));
  apply (fixture, edit_queue ("grace", 10));
  apply (fixture, edit_id (VIS_EDIT_CLEAR, "grace", 3, FALSE));
  assert_page (fixture, "10* 5 4");
  assert_unread (fixture, 2);
  g_assert_true (load_conversation (fixture, &contents)->complete);

  /* A message from before what is here. */
  unknown = store_apply (fixture->store, edit_id (VIS_EDIT_CLEAR, "grace", 2, FALSE));
  g_assert_true (unknown->refresh);
  assert_page (fixture, "10* 5 4");
  apply (fixture, edit_id (VIS_EDIT_CLEAR, "grace", 5, FALSE));
  assert_page (fixture, "10*");
  assert_unread (fixture, 0);
}

static void
test_history (Fixture *fixture, gconstpointer data)
{
  apply (fixture, edit_receive ("grace", 100, FALSE, 1));
  apply (fixture, edit_history ("grace", 100, 99, 90, TRUE));
  assert_page (fixture, "100 99 98 97 96 95 94 93 92 91 90");
  assert_unread (fixture, 1);

  /* A page for another place, or the same one twice, changes nothing. */
  apply (fixture, edit_history ("grace", 100, 99, 90, TRUE));
  apply (fixture, edit_history ("grace", 95, 89, 80, FALSE));
  apply (fixture, edit_history ("grace", 0, 89, 80, FALSE));
  assert_page (fixture, "100 99 98 97 96 95 94 93 92 91 90");

  /* Repeated and newer messages in a page are left out. */
  apply (fixture, edit_history ("grace", 90, 99, 88, TRUE));
  assert_page (fixture, "100 99 98 97 96 95 94 93 92 91 90 89 88");
  apply (fixture, edit_history ("grace", 88, 87, 86, FALSE));
  assert_page (fixture, "100 99 98 97 96 95 94 93 92 91 90 89 88 87 86");
  {
    g_autoptr (VisStorePage) page = store_page (fixture->store, "grace", G_MAXINT64, 64);

    g_assert_true (page->complete);
  }
  apply (fixture, edit_history ("grace", 86, 85, 84, FALSE));
  assert_unread (fixture, 1);
  assert_page (fixture, "100 99 98 97 96 95 94 93 92 91 90 89 88 87 86");
}

static void
test_history_of_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreContents) contents = NULL;

  apply (fixture, edit_queue ("grace", 10));
  apply (fixture, edit_history ("grace", 0, 0, 0, FALSE));
  assert_page (fixture, "10*");
  g_assert_true (load_conversation (fixture, &contents)->complete);
  apply (fixture, edit_receive ("grace", 10, TRUE, 1));
  apply (fixture, edit_receive ("grace", 11, FALSE, 2));
  assert_page (fixture, "11 10");
  assert_unread (fixture, 1);
}

/* A new device: the list first, then pages. */
static void
test_new_device (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreContents) contents = NULL;

  {
    VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_RESET, NULL);

    edit->since = 50;
    apply (fixture, edit);
  }
  /* An event overtakes the list, which counts it. */
  apply (fixture, edit_receive ("grace", 101, FALSE, 51));
  apply (fixture, edit_chats (stored_chat ("grace", 100, 6, 96, 99)));
  assert_page (fixture, "101 100");
  assert_unread (fixture, 7);
  assert_requests (fixture, "delivered 101");

  /* Of 100 … 93 the outgoing ones are 99, 96 and 93: six unread reach down to 94 … 92. */
  apply (fixture, edit_history ("grace", 100, 99, 95, TRUE));
  assert_unread (fixture, 7);
  g_assert_true (is_under (fixture, 99, FALSE));
  g_assert_true (is_under (fixture, 96, TRUE));
  g_assert_false (is_under (fixture, 99, TRUE));
  apply (fixture, edit_history ("grace", 95, 94, 50, TRUE));
  assert_unread (fixture, 7);
  apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 98, FALSE));
  assert_unread (fixture, 2);
  apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 101, FALSE));
  assert_unread (fixture, 0);
  contents = store_load (fixture->store);
  g_assert_cmpint (contents->since, ==, 51);
  g_assert_false (contents->stale);
}

/* A reset hides what may have holes; the server's pages decide what was there. */
static void
test_reset (Fixture *fixture, gconstpointer data)
{
  for (guint n = 1; n <= 10; n++)
    apply (fixture, edit_receive ("grace", n, n % 3 == 0, n));
  apply (fixture, edit_id (VIS_EDIT_HIDE, "grace", 8, TRUE));
  apply (fixture, edit_queue ("grace", 300));
  apply (fixture, vis_store_edit_new (VIS_EDIT_RESET, NULL));
  {
    g_autoptr (VisStoreContents) contents = store_load (fixture->store);

    g_assert_true (contents->stale);
  }
  assert_page (fixture, "300*");
  apply (fixture, edit_chats (stored_chat ("grace", 200, 3, 0, 0)));
  assert_page (fixture, "300* 200");
  assert_unread (fixture, 3);

  /* 10 is still there, 9 was deleted elsewhere, 8 here. */
  {
    VisStoreEdit *edit = edit_history ("grace", 200, 199, 198, TRUE);

    g_ptr_array_add (edit->messages, stored_message (10, FALSE, 10));
    g_ptr_array_add (edit->messages, stored_message (8, FALSE, 8));
    g_ptr_array_add (edit->messages, stored_message (7, FALSE, 7));
    apply (fixture, edit);
  }
  assert_page (fixture, "300* 200 199 198 10 7");
  assert_unread (fixture, 3);
  apply (fixture, edit_history ("grace", 7, 0, 0, FALSE));
  assert_page (fixture, "300* 200 199 198 10 7");

  /* A conversation that is gone on the server. */
  apply (fixture, vis_store_edit_new (VIS_EDIT_RESET, NULL));
  apply (fixture, edit_chats (stored_chat ("grace", 0, 0, 0, 0)));
  assert_page (fixture, "300*");
  apply (fixture, edit_receive ("grace", 201, FALSE, 12));
  assert_page (fixture, "300* 201");
  assert_unread (fixture, 1);
}

/* The list after a lost connection: a refresh, with nothing reset. */
static void
test_refresh (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint unread;
    guint expected;
  } cases[] = { { 7, 7 }, { 5, 5 }, { 2, 2 }, { 0, 0 }, { 12, 12 }, { 7, 7 } };

  for (guint n = 1; n <= 10; n++)
    apply (fixture, edit_receive ("grace", n, n % 3 == 0, n));
  assert_unread (fixture, 7);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      apply (fixture, edit_chats (stored_chat ("grace", 10, cases[i].unread, 0, 0)));
      assert_unread (fixture, cases[i].expected);
    }

  /* What was read here and not told yet stays read. */
  apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 10, TRUE));
  apply (fixture, edit_chats (stored_chat ("grace", 10, 7, 0, 0)));
  assert_unread (fixture, 0);
  assert_page (fixture, "10 9 8 7 6 5 4 3 2 1");
}

static VisStoredContact *
make_contact (const char *user, const char *name, VisContactState state)
{
  VisStoredContact *contact = g_new0 (VisStoredContact, 1);

  contact->user = g_strdup (user);
  contact->name = g_strdup (name);
  contact->state = state;
  return contact;
}

static VisStoreEdit *
edit_contacts (VisEditKind kind, gint64 now)
{
  VisStoreEdit *edit = vis_store_edit_new (kind, NULL);

  edit->now = now;
  edit->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_contact_free);
  return edit;
}

static void
test_contacts (Fixture *fixture, gconstpointer data)
{
  VisStoreEdit                *edit = edit_contacts (VIS_EDIT_CONTACTS, 1000);
  g_autoptr (VisStoreContents) contents = NULL;

  g_ptr_array_add (edit->contacts, make_contact ("grace", "Grace", VIS_CONTACT_MUTUAL));
  g_ptr_array_add (edit->contacts, make_contact ("alan", NULL, VIS_CONTACT_INCOMING));
  apply (fixture, edit);
  edit = edit_contacts (VIS_EDIT_CONTACT, 2000);
  g_ptr_array_add (edit->contacts, make_contact ("kurt", "Kurt", VIS_CONTACT_REQUESTED));
  apply (fixture, edit);
  edit = edit_contacts (VIS_EDIT_CONTACTS, 3000);
  g_ptr_array_add (edit->contacts, make_contact ("alan", "Alan", VIS_CONTACT_INCOMING));
  g_ptr_array_add (edit->contacts, make_contact ("kurt", "Kurt", VIS_CONTACT_MUTUAL));
  apply (fixture, edit);

  contents = store_load (fixture->store);
  g_assert_cmpuint (contents->contacts->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      static const struct
      {
        const char     *user;
        const char     *name;
        VisContactState state;
        gint64          since;
      } expected[] = {
        { "alan", "Alan", VIS_CONTACT_INCOMING, 1000 },
        { "grace", "Grace", VIS_CONTACT_NONE, 0 },
        { "kurt", "Kurt", VIS_CONTACT_MUTUAL, 2000 },
      };
      VisStoredContact *contact = g_ptr_array_index (contents->contacts, i);

      g_assert_cmpstr (contact->user, ==, expected[i].user);
      g_assert_cmpstr (contact->name, ==, expected[i].name);
      g_assert_cmpint (contact->state, ==, expected[i].state);
      g_assert_cmpint (contact->since, ==, expected[i].since);
    }
}

static void
test_pages (Fixture *fixture, gconstpointer data)
{
  gint64 before = G_MAXINT64;
  guint  next = 1000;

  for (guint n = 1; n <= 1000; n++)
    vis_store_apply_async (fixture->store, edit_receive ("grace", n, FALSE, n), NULL, NULL, NULL);

  while (next > 0)
    {
      g_autoptr (VisStorePage) page = store_page (fixture->store, "grace", before, 64);

      g_assert_cmpuint (page->messages->len, ==, MIN (next, 64));
      for (guint i = 0; i < page->messages->len; i++)
        {
          VisStoredMessage *message = g_ptr_array_index (page->messages, i);

          g_assert_cmpuint (id_to_number (message->id), ==, next--);
          before = message->position;
        }
      g_assert_cmpint (page->exhausted, ==, next == 0);
    }
}

static void
test_reopen (Fixture *fixture, gconstpointer data)
{
  apply (fixture, edit_receive ("grace", 1, FALSE, 7));
  apply (fixture, edit_queue ("grace", 2));
  g_assert_finalize_object (fixture->store);
  fixture->store = vis_sqlite_store_new (fixture->path);
  assert_page (fixture, "2* 1");
  assert_unread (fixture, 1);
  assert_requests (fixture, "delivered 1, send 2");
}

static void
on_paged (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (VisStorePage) page = vis_store_page_finish (VIS_STORE (source), result, data);

  g_assert_null (page);
}

/* Spoils the page of the file that holds @text. */
static void
spoil (const char *path, const char *text)
{
  g_autofree char *data = NULL;
  gsize            length;
  const char      *place;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  place = memmem (data, length, text, strlen (text));
  g_assert_nonnull (place);
  memset (data + (gsize) (place - data) / 4096 * 4096, 0xff, 4096);
  g_assert_true (g_file_set_contents (path, data, (gssize) length, NULL));
}

/* Damage in the middle is found when that page is read: a new database is begun, and what was not
 * sent yet is in it. */
static void
test_damaged_later (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreContents) contents = NULL;
  g_autoptr (GError)           error = NULL;

  for (guint n = 1; n <= 400; n++)
    apply (fixture, edit_receive ("grace", n, FALSE, n));
  apply (fixture, edit_queue ("alan", 900));
  apply (fixture, edit_draft ("grace", "half a sentence"));
  apply (fixture, edit_id (VIS_EDIT_ERASE, "grace", 398, TRUE));
  apply (fixture, edit_id (VIS_EDIT_HIDE, "grace", 399, TRUE));
  apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 400, TRUE));
  g_assert_finalize_object (fixture->store);
  spoil (fixture->path, "Text 200");
  fixture->store = vis_sqlite_store_new (fixture->path);

  vis_store_page_async (fixture->store, "grace", G_MAXINT64, 400, NULL, on_paged, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, VIS_ERROR, VIS_ERROR_STORE_DAMAGED);

  contents = store_load (fixture->store);
  g_assert_cmpint (contents->since, ==, -1);
  g_assert_cmpuint (contents->drafts->len, ==, 1);
  g_assert_cmpstr (((VisStoredDraft *) contents->drafts->pdata[0])->chat, ==, "grace");
  g_assert_cmpstr (((VisStoredDraft *) contents->drafts->pdata[0])->text, ==, "half a sentence");
  assert_requests (fixture, "delivered 400, delete-all 398, delete 399, read 400, send 900");
  g_assert_cmpstr (
    ((VisStoredRequest *) contents->requests->pdata[contents->requests->len - 1])->text,
    ==,
    "Text 900");
  apply (fixture, edit_receive ("grace", 1, FALSE, 1));
  assert_page (fixture, "1");
}

/* A file of a version that is still to come is left as it is. */
static void
test_newer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  sqlite3           *handle;

  apply (fixture, edit_receive ("grace", 1, FALSE, 7));
  g_assert_finalize_object (fixture->store);
  g_assert_cmpint (sqlite3_open (fixture->path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (
    sqlite3_exec (handle, "PRAGMA user_version = 999", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);

  fixture->store = vis_sqlite_store_new (fixture->path);
  vis_store_page_async (fixture->store, "grace", G_MAXINT64, 400, NULL, on_paged, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, VIS_ERROR, VIS_ERROR_STORE_NEWER);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  apply (fixture, edit_receive ("grace", 1, FALSE, 7));
  g_assert_finalize_object (fixture->store);
  g_assert_true (g_file_set_contents (fixture->path, "this is no database, alas", -1, NULL));
  fixture->store = vis_sqlite_store_new (fixture->path);
  test_empty (fixture, data);
}

static void
take_error (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (VisStoreContents) contents =
    vis_store_load_finish (VIS_STORE (source), result, (GError **) data);

  g_assert_null (contents);
}

static void
test_unusable (void)
{
  g_autoptr (VisStore) store = vis_sqlite_store_new ("/nonexistent/folder/chat.db");
  g_autoptr (GError)   error = NULL;

  vis_store_load_async (store, NULL, take_error, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, VIS_ERROR, VIS_ERROR_STORE);
}

static void
print_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (VisStoreChange) change = vis_store_apply_finish (VIS_STORE (source), result, NULL);

  g_assert_nonnull (change);
  promised = GPOINTER_TO_UINT (data);
  printf ("%u\n", promised);
  fflush (stdout);
}

/* The child of the next test: writes for ever, and says what the store has promised. */
G_NORETURN static void
write_for_ever (const char *path)
{
  g_autoptr (VisStore) store = vis_sqlite_store_new (path);

  for (guint n = 1;; n++)
    {
      vis_store_apply_async (
        store, edit_receive ("grace", n, FALSE, n), NULL, print_done, GUINT_TO_POINTER (n));
      while (n - promised > 100)
        g_main_context_iteration (NULL, TRUE);
    }
}

static void
test_killed (Fixture *fixture, gconstpointer data)
{
  const char *argv[] = { self_path, "--write", fixture->path, NULL };

  for (guint round = 0; round < 4; round++)
    {
      guint  wanted = 50 + 100 * round;
      guint  said = 0;
      GPid   pid;
      int    out;
      FILE  *stream;
      char   line[32];
      gint64 since;
      guint  count;

      g_assert_finalize_object (fixture->store);
      g_unlink (fixture->path);
      g_assert_true (g_spawn_async_with_pipes (NULL,
                                               (char **) argv,
                                               NULL,
                                               G_SPAWN_DO_NOT_REAP_CHILD,
                                               NULL,
                                               NULL,
                                               &pid,
                                               NULL,
                                               &out,
                                               NULL,
                                               NULL));
      stream = fdopen (out, "r");
      while (said < wanted && fgets (line, sizeof line, stream) != NULL)
        said = (guint) strtoul (line, NULL, 10);
      kill (pid, SIGKILL);
      while (fgets (line, sizeof line, stream) != NULL)
        if (strchr (line, '\n') != NULL)
          said = (guint) strtoul (line, NULL, 10);
      fclose (stream);
      waitpid (pid, NULL, 0);
      g_assert_cmpuint (said, >=, wanted);

      /* Everything that was said is there, and each event came with its count. */
      fixture->store = vis_sqlite_store_new (fixture->path);
      {
        g_autoptr (VisStoreContents) contents = store_load (fixture->store);
        g_autoptr (VisStorePage)     page =
          store_page (fixture->store, "grace", G_MAXINT64, G_MAXINT32);
        VisStoredConversation *conversation = g_ptr_array_index (contents->conversations, 0);

        since = contents->since;
        count = page->messages->len;
        g_assert_cmpuint (conversation->unread, ==, count);
      }
      g_assert_cmpuint (count, >=, said);
      g_assert_cmpint (since, ==, count);
      {
        g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);
        g_autofree char *shm = g_strconcat (fixture->path, "-shm", NULL);

        g_assert_finalize_object (fixture->store);
        g_unlink (wal);
        g_unlink (shm);
      }
      g_unlink (fixture->path);
      fixture->store = vis_sqlite_store_new (fixture->path);
    }
  vis_store_contents_free (store_load (fixture->store));
}

/* What follows an edit that was not stored is stored, but not counted. */
static void
test_chain (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    gint64   link;
    gint64   follows;
    gboolean counts;
  } edits[] = {
    { 1, 0, TRUE },  { 2, 1, TRUE },  { 3, 2, TRUE },
    { 5, 4, FALSE }, { 6, 5, FALSE }, { 4, 0, TRUE }, /* from here on anew */
    { 7, 6, FALSE }, { 5, 4, TRUE },  { 6, 5, TRUE },
  };
  gint64 since = -1;

  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      g_autoptr (VisStoreContents) contents = NULL;
      g_autoptr (VisStoreChange)   change = NULL;
      VisStoreEdit                *edit = edit_receive ("grace", i + 1, FALSE, i + 1);

      edit->link = edits[i].link;
      edit->follows = edits[i].follows;
      change = store_apply (fixture->store, edit);
      g_assert_cmpint (change->counted, ==, edits[i].counts);
      if (edits[i].counts)
        since = i + 1;
      contents = store_load (fixture->store);
      g_assert_cmpint (contents->since, ==, since);
    }
  assert_page (fixture, "9 8 7 6 5 4 3 2 1");
}

static void
add (const char *name, void (*func) (Fixture *, gconstpointer))
{
  g_autofree char *file = g_strconcat ("/store/file/", name, NULL);
  g_autofree char *memory = g_strconcat ("/store/memory/", name, NULL);

  g_test_add (file, Fixture, NULL, set_up, func, tear_down);
  g_test_add (memory, Fixture, (gpointer) "memory", set_up, func, tear_down);
}

int
main (int argc, char *argv[])
{
  if (argc == 3 && strcmp (argv[1], "--write") == 0)
    write_for_ever (argv[2]);

  self_path = argv[0];
  g_test_init (&argc, &argv, NULL);

  add ("empty", test_empty);
  add ("receive", test_receive);
  add ("calls", test_calls);
  add ("queue", test_queue);
  add ("read-by-me", test_read_by_me);
  add ("marks", test_marks);
  add ("delete", test_delete);
  add ("clear", test_clear);
  add ("history", test_history);
  add ("history-of-nothing", test_history_of_nothing);
  add ("new-device", test_new_device);
  add ("clear-up-to", test_clear_up_to);
  add ("reset", test_reset);
  add ("refresh", test_refresh);
  add ("contacts", test_contacts);
  add ("pages", test_pages);
  add ("chain", test_chain);
  g_test_add ("/store/reopen", Fixture, NULL, set_up, test_reopen, tear_down);
  g_test_add ("/store/damaged-later", Fixture, NULL, set_up, test_damaged_later, tear_down);
  g_test_add ("/store/newer", Fixture, NULL, set_up, test_newer, tear_down);
  g_test_add ("/store/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/store/killed", Fixture, NULL, set_up, test_killed, tear_down);
  g_test_add_func ("/store/unusable", test_unusable);

  return g_test_run ();
}
