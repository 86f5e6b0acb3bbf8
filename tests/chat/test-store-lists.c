/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Edits with the server's lists and pages of history. */

#include "chat-store-fixture.h"
#include "store-helpers.h"

static void
test_history (Fixture *fixture, gconstpointer data)
{
  fixture_apply (fixture, edit_receive ("grace", 100, FALSE, 1));
  fixture_apply (fixture, edit_history ("grace", 100, 99, 90, TRUE));
  fixture_assert_page (fixture, "100 99 98 97 96 95 94 93 92 91 90");
  fixture_assert_unread (fixture, 1);

  /* A page before another message, or the same page twice, changes nothing. */
  fixture_apply (fixture, edit_history ("grace", 100, 99, 90, TRUE));
  fixture_apply (fixture, edit_history ("grace", 95, 89, 80, FALSE));
  fixture_apply (fixture, edit_history ("grace", 0, 89, 80, FALSE));
  fixture_assert_page (fixture, "100 99 98 97 96 95 94 93 92 91 90");

  /* Messages of a page that are stored already, or newer, are left out. */
  fixture_apply (fixture, edit_history ("grace", 90, 99, 88, TRUE));
  fixture_assert_page (fixture, "100 99 98 97 96 95 94 93 92 91 90 89 88");
  fixture_apply (fixture, edit_history ("grace", 88, 87, 86, FALSE));
  fixture_assert_page (fixture, "100 99 98 97 96 95 94 93 92 91 90 89 88 87 86");
  {
    g_autoptr (VisStorePage) page = store_page (fixture->store, "grace", G_MAXINT64, 64);

    g_assert_true (page->complete);
  }
  fixture_apply (fixture, edit_history ("grace", 86, 85, 84, FALSE));
  fixture_assert_unread (fixture, 1);
  fixture_assert_page (fixture, "100 99 98 97 96 95 94 93 92 91 90 89 88 87 86");
}

static void
test_history_of_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreContents) contents = NULL;

  fixture_apply (fixture, edit_queue ("grace", 10));
  fixture_apply (fixture, edit_history ("grace", 0, 0, 0, FALSE));
  fixture_assert_page (fixture, "10*");
  g_assert_true (fixture_load_conversation (fixture, &contents)->complete);
  fixture_apply (fixture, edit_receive ("grace", 10, TRUE, 1));
  fixture_apply (fixture, edit_receive ("grace", 11, FALSE, 2));
  fixture_assert_page (fixture, "11 10");
  fixture_assert_unread (fixture, 1);
}

/* A new device: the list first, then pages. */
static void
test_new_device (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreContents) contents = NULL;

  {
    VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_RESET, NULL);

    edit->since = 50;
    fixture_apply (fixture, edit);
  }
  /* An event overtakes the list, which includes it. */
  fixture_apply (fixture, edit_receive ("grace", 101, FALSE, 51));
  fixture_apply (fixture, edit_chats (stored_chat ("grace", 100, 6, 96, 99)));
  fixture_assert_page (fixture, "101 100");
  fixture_assert_unread (fixture, 7);
  fixture_assert_requests (fixture, "delivered 101");

  /* Of 100 … 93 the outgoing ones are 99, 96 and 93: six unread reach down to 94 … 92. */
  fixture_apply (fixture, edit_history ("grace", 100, 99, 95, TRUE));
  fixture_assert_unread (fixture, 7);
  g_assert_true (fixture_is_under (fixture, 99, FALSE));
  g_assert_true (fixture_is_under (fixture, 96, TRUE));
  g_assert_false (fixture_is_under (fixture, 99, TRUE));
  fixture_apply (fixture, edit_history ("grace", 95, 94, 50, TRUE));
  fixture_assert_unread (fixture, 7);
  fixture_apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 98, FALSE));
  fixture_assert_unread (fixture, 2);
  fixture_apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 101, FALSE));
  fixture_assert_unread (fixture, 0);
  contents = store_load (fixture->store);
  g_assert_cmpint (contents->since, ==, 51);
  g_assert_false (contents->stale);
}

/* A reset hides messages; the server's pages say which of them exist. */
static void
test_reset (Fixture *fixture, gconstpointer data)
{
  for (guint n = 1; n <= 10; n++)
    fixture_apply (fixture, edit_receive ("grace", n, n % 3 == 0, n));
  fixture_apply (fixture, edit_id (VIS_EDIT_HIDE, "grace", 8, TRUE));
  fixture_apply (fixture, edit_queue ("grace", 300));
  fixture_apply (fixture, vis_store_edit_new (VIS_EDIT_RESET, NULL));
  {
    g_autoptr (VisStoreContents) contents = store_load (fixture->store);

    g_assert_true (contents->stale);
  }
  fixture_assert_page (fixture, "300*");
  fixture_apply (fixture, edit_chats (stored_chat ("grace", 200, 3, 0, 0)));
  fixture_assert_page (fixture, "300* 200");
  fixture_assert_unread (fixture, 3);

  /* The server has 10; 9 was deleted on another device, 8 here. */
  {
    VisStoreEdit *edit = edit_history ("grace", 200, 199, 198, TRUE);

    g_ptr_array_add (edit->messages, stored_message (10, FALSE, 10));
    g_ptr_array_add (edit->messages, stored_message (8, FALSE, 8));
    g_ptr_array_add (edit->messages, stored_message (7, FALSE, 7));
    fixture_apply (fixture, edit);
  }
  fixture_assert_page (fixture, "300* 200 199 198 10 7");
  fixture_assert_unread (fixture, 3);
  fixture_apply (fixture, edit_history ("grace", 7, 0, 0, FALSE));
  fixture_assert_page (fixture, "300* 200 199 198 10 7");

  /* A conversation that the server does not have. */
  fixture_apply (fixture, vis_store_edit_new (VIS_EDIT_RESET, NULL));
  fixture_apply (fixture, edit_chats (stored_chat ("grace", 0, 0, 0, 0)));
  fixture_assert_page (fixture, "300*");
  fixture_apply (fixture, edit_receive ("grace", 201, FALSE, 12));
  fixture_assert_page (fixture, "300* 201");
  fixture_assert_unread (fixture, 1);
}

/* The list is fetched without a reset. */
static void
test_refresh (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint unread;
    guint expected;
  } cases[] = { { 7, 7 }, { 5, 5 }, { 2, 2 }, { 0, 0 }, { 12, 12 }, { 7, 7 } };

  for (guint n = 1; n <= 10; n++)
    fixture_apply (fixture, edit_receive ("grace", n, n % 3 == 0, n));
  fixture_assert_unread (fixture, 7);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fixture_apply (fixture, edit_chats (stored_chat ("grace", 10, cases[i].unread, 0, 0)));
      fixture_assert_unread (fixture, cases[i].expected);
    }

  /* What was read here, and not sent to the server yet, stays read. */
  fixture_apply (fixture, edit_id (VIS_EDIT_READ_BY_ME, "grace", 10, TRUE));
  fixture_apply (fixture, edit_chats (stored_chat ("grace", 10, 7, 0, 0)));
  fixture_assert_unread (fixture, 0);
  fixture_assert_page (fixture, "10 9 8 7 6 5 4 3 2 1");
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
  fixture_apply (fixture, edit);
  edit = edit_contacts (VIS_EDIT_CONTACT, 2000);
  g_ptr_array_add (edit->contacts, make_contact ("kurt", "Kurt", VIS_CONTACT_REQUESTED));
  fixture_apply (fixture, edit);
  edit = edit_contacts (VIS_EDIT_CONTACTS, 3000);
  g_ptr_array_add (edit->contacts, make_contact ("alan", "Alan", VIS_CONTACT_INCOMING));
  g_ptr_array_add (edit->contacts, make_contact ("kurt", "Kurt", VIS_CONTACT_MUTUAL));
  fixture_apply (fixture, edit);

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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("history", test_history);
  fixture_add ("history-of-nothing", test_history_of_nothing);
  fixture_add ("new-device", test_new_device);
  fixture_add ("reset", test_reset);
  fixture_add ("refresh", test_refresh);
  fixture_add ("contacts", test_contacts);
  fixture_add ("pages", test_pages);

  return g_test_run ();
}
