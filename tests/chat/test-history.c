/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The history alone: pages from the store, then from the server, and what ends a load. */

#include "counting-store.h"
#include "parts-fixture.h"
#include "store-helpers.h"
#include "vis-chat-history.h"
#include "vis-conversation-private.h"
#include "vis-timeline-private.h"

#define PAGE 64

typedef struct
{
  Parts           parts;
  VisChatFetcher *fetcher;
  VisChatHistory *history;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  Parts *parts = &fixture->parts;

  parts_set_up (parts);
  fixture->fetcher = vis_chat_fetcher_new (
    parts->model, parts->journal, parts->turns, VIS_WIRE (parts->wire), VIS_CLOCK (parts->clock));
  fixture->history =
    vis_chat_history_new (parts->model, parts->journal, fixture->fetcher, VIS_WIRE (parts->wire));
  g_signal_connect_object (parts->model,
                           "conversation-made",
                           G_CALLBACK (vis_chat_history_attach),
                           fixture->history,
                           G_CONNECT_SWAPPED);
  fake_wire_connect (parts->wire, 10, FALSE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->history != NULL)
    g_assert_finalize_object (g_steal_pointer (&fixture->history));
  g_assert_finalize_object (fixture->fetcher);
  parts_tear_down (&fixture->parts);
}

static VisConversation *
grace (Fixture *fixture)
{
  return vis_chat_model_find (fixture->parts.model, "grace");
}

/* Stores grace's messages @newest down to @oldest; the server has older ones. */
static VisTimeline *
fill (Fixture *fixture, guint newest, guint oldest)
{
  vis_chat_journal_apply (fixture->parts.journal, edit_receive ("grace", newest, FALSE, -1));
  if (oldest < newest)
    vis_chat_journal_apply (fixture->parts.journal,
                            edit_history ("grace", newest, newest - 1, oldest, TRUE));
  parts_settle (&fixture->parts);
  return vis_conversation_peek_timeline (grace (fixture));
}

static void
assert_shown (VisTimeline *timeline, guint oldest, guint count)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, count);
  g_assert_cmpuint (
    id_to_number (vis_chat_message_get_id (vis_timeline_peek (timeline, 0))), ==, oldest);
}

static guint
count_asked (Fixture *fixture)
{
  parts_settle (&fixture->parts);
  return fake_wire_count (fixture->parts.wire, VIS_KIND_CHAT_HISTORY);
}

/* The server hands out @count messages before the one that the oldest request names. */
static void
answer (Fixture *fixture, guint count, gboolean more)
{
  VisMessage         *request = fake_wire_find (fixture->parts.wire, VIS_KIND_CHAT_HISTORY);
  guint               before = id_to_number (vis_message_get_string (request, VIS_FIELD_BEFORE));
  g_autoptr (GString) messages = g_string_new (NULL);

  g_assert_cmpint (vis_message_get_integer (request, VIS_FIELD_LIMIT), ==, PAGE);
  for (guint n = before - 1; n >= before - count; n--)
    {
      g_autofree char *message = json_message (n, "grace", "grace");

      g_string_append_printf (messages, "%s%s", messages->len > 0 ? "," : "", message);
    }
  fake_wire_ok (fixture->parts.wire,
                request,
                "\"messages\":[%s],\"more\":%s",
                messages->str,
                more ? "true" : "false");
  parts_settle (&fixture->parts);
}

/* Pages are read from the store as long as it has some, and then asked of the server. */
static void
test_store_then_server (Fixture *fixture, gconstpointer data)
{
  VisTimeline *timeline = fill (fixture, 200, 101);

  vis_chat_history_start (fixture->history);
  g_assert_cmpuint (count_asked (fixture), ==, 0);
  vis_timeline_open (timeline);
  g_assert_true (vis_timeline_get_loading (timeline));
  g_assert_cmpuint (count_asked (fixture), ==, 0);
  g_assert_false (vis_timeline_get_loading (timeline));
  assert_shown (timeline, 137, PAGE);

  vis_timeline_load_older (timeline);
  g_assert_cmpuint (count_asked (fixture), ==, 1);
  assert_shown (timeline, 101, 100);
  g_assert_true (vis_timeline_get_loading (timeline));
  answer (fixture, PAGE, TRUE);
  g_assert_cmpuint (count_asked (fixture), ==, 0);
  assert_shown (timeline, 37, 164);
  g_assert_false (vis_timeline_get_loading (timeline));
  g_assert_false (vis_timeline_get_complete (timeline));

  vis_timeline_load_older (timeline);
  g_assert_cmpuint (count_asked (fixture), ==, 1);
  answer (fixture, 36, FALSE);
  assert_shown (timeline, 1, 200);
  g_assert_true (vis_timeline_get_complete (timeline));
  g_assert_cmpuint (count_asked (fixture), ==, 0);
}

/* A server that answers with one message at a time is asked four times for a page. */
static void
test_small_pages (Fixture *fixture, gconstpointer data)
{
  VisTimeline *timeline = fill (fixture, 100, 100);
  guint        rounds = 0;

  vis_chat_history_start (fixture->history);
  vis_timeline_open (timeline);
  while (count_asked (fixture) > 0)
    {
      answer (fixture, 1, TRUE);
      g_assert_cmpuint (++rounds, <=, 4);
    }
  g_assert_cmpuint (rounds, ==, 4);
  assert_shown (timeline, 96, 5);
  g_assert_false (vis_timeline_get_loading (timeline));
}

/* A refusal, or an answer that can't be read, ends loading; it can be tried again. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  VisTimeline *timeline = fill (fixture, 100, 100);

  vis_chat_history_start (fixture->history);
  vis_timeline_open (timeline);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (count_asked (fixture), ==, 1);
      if (i == 0)
        fake_wire_refuse (fixture->parts.wire,
                          fake_wire_find (fixture->parts.wire, VIS_KIND_CHAT_HISTORY),
                          "unavailable");
      else
        fake_wire_ok (fixture->parts.wire,
                      fake_wire_find (fixture->parts.wire, VIS_KIND_CHAT_HISTORY),
                      "\"messages\":[{\"from\":1}],\"more\":false");
      g_assert_cmpuint (count_asked (fixture), ==, 0);
      g_assert_false (vis_timeline_get_loading (timeline));
      g_assert_false (vis_timeline_get_complete (timeline));
      vis_timeline_load_older (timeline);
    }
  g_assert_cmpuint (count_asked (fixture), ==, 1);
  answer (fixture, 20, FALSE);
  assert_shown (timeline, 80, 21);
  g_assert_true (vis_timeline_get_complete (timeline));
}

/* Without a connection a timeline shows what is stored; the next connection loads more. */
static void
test_offline (Fixture *fixture, gconstpointer data)
{
  VisTimeline *timeline = fill (fixture, 100, 90);

  vis_timeline_open (timeline);
  g_assert_cmpuint (count_asked (fixture), ==, 0);
  assert_shown (timeline, 90, 11);
  g_assert_false (vis_timeline_get_loading (timeline));

  vis_chat_history_start (fixture->history);
  g_assert_cmpuint (count_asked (fixture), ==, 1);
  vis_chat_history_stop (fixture->history);
  answer (fixture, 10, TRUE);
  g_assert_cmpuint (count_asked (fixture), ==, 0);
  assert_shown (timeline, 80, 21);
  g_assert_false (vis_timeline_get_loading (timeline));
}

/* The server refuses the history of a stranger; once the contact is mutual, it is asked again. */
static void
test_new_contact (Fixture *fixture, gconstpointer data)
{
  VisTimeline      *timeline = fill (fixture, 100, 100);
  VisStoreEdit     *edit = vis_store_edit_new (VIS_EDIT_CONTACT, NULL);
  VisStoredContact *contact = g_new0 (VisStoredContact, 1);

  vis_chat_history_start (fixture->history);
  vis_timeline_open (timeline);
  g_assert_cmpuint (count_asked (fixture), ==, 1);
  fake_wire_refuse (
    fixture->parts.wire, fake_wire_find (fixture->parts.wire, VIS_KIND_CHAT_HISTORY), "forbidden");
  g_assert_cmpuint (count_asked (fixture), ==, 0);

  contact->user = g_strdup ("grace");
  contact->state = VIS_CONTACT_MUTUAL;
  edit->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_contact_free);
  g_ptr_array_add (edit->contacts, contact);
  vis_chat_journal_apply (fixture->parts.journal, edit);
  g_assert_cmpuint (count_asked (fixture), ==, 1);
  answer (fixture, 1, FALSE);
}

/* During a reset the server is not asked; at its end, opened timelines are read again, and the
 * answer to an older load is ignored. */
static void
test_reload (Fixture *fixture, gconstpointer data)
{
  VisTimeline *timeline = fill (fixture, 100, 91);

  vis_chat_history_start (fixture->history);
  vis_timeline_open (timeline);
  g_assert_cmpuint (count_asked (fixture), ==, 1);
  vis_chat_fetcher_resume_reset (fixture->fetcher);
  vis_chat_history_reload (fixture->history, NULL);
  g_assert_cmpuint (count_asked (fixture), ==, 1);
  assert_shown (timeline, 91, 10);
  g_assert_false (vis_timeline_get_loading (timeline));

  answer (fixture, 5, FALSE);
  assert_shown (timeline, 91, 10);
  g_assert_false (vis_timeline_get_complete (timeline));
}

/* A conversation that leaves the list stops loading. */
static void
test_detach (Fixture *fixture, gconstpointer data)
{
  VisTimeline *timeline = fill (fixture, 100, 91);

  vis_chat_history_start (fixture->history);
  vis_timeline_open (timeline);
  g_assert_cmpuint (count_asked (fixture), ==, 1);
  vis_chat_history_detach (fixture->history, grace (fixture));
  g_assert_false (vis_timeline_get_loading (timeline));
  answer (fixture, 5, FALSE);
  assert_shown (timeline, 91, 10);
}

/* After the server has lost messages, its history is loaded back to the first one that is the same
 * here, in more rounds than for a page, also for a closed timeline. */
static void
test_compare (Fixture *fixture, gconstpointer data)
{
  VisTimeline  *timeline = fill (fixture, 100, 91);
  VisStoreEdit *reset = vis_store_edit_new (VIS_EDIT_RESET, NULL);
  guint         rounds = 0;

  vis_chat_history_start (fixture->history);
  reset->keep = TRUE;
  vis_chat_journal_apply (fixture->parts.journal, reset);
  g_signal_connect_object (fixture->fetcher,
                           "complete",
                           G_CALLBACK (vis_chat_history_reload),
                           fixture->history,
                           G_CONNECT_SWAPPED);
  vis_chat_fetcher_start (fixture->fetcher);
  vis_chat_fetcher_resume_reset (fixture->fetcher);
  vis_chat_fetcher_ask (fixture->fetcher);
  {
    g_autofree char *last = json_message (120, "grace", "grace");

    fake_wire_ok (fixture->parts.wire,
                  fake_wire_expect (fixture->parts.wire, VIS_KIND_CHAT_LIST),
                  "\"chats\":[{\"chat\":\"grace\",\"last\":%s}],\"seq\":10",
                  last);
  }
  while (count_asked (fixture) > 0)
    {
      answer (fixture, 1, TRUE);
      g_assert_cmpuint (++rounds, <=, 64);
    }
  /* 119 to 100, which is the same here. */
  g_assert_cmpuint (rounds, ==, 20);
  g_assert_false (vis_timeline_get_loading (timeline));
}

/* Disposed while reading or asking; timelines have no loader afterwards. */
static void
test_dispose (Fixture *fixture, gconstpointer data)
{
  VisTimeline *timeline = fill (fixture, 100, 91);

  vis_chat_history_start (fixture->history);
  vis_timeline_open (timeline);
  if (g_str_equal (data, "asking"))
    g_assert_cmpuint (count_asked (fixture), ==, 1);
  g_object_run_dispose (G_OBJECT (fixture->history));
  g_assert_finalize_object (g_steal_pointer (&fixture->history));
  g_assert_cmpuint (count_asked (fixture), ==, 0);

  vis_timeline_set_loading (timeline, FALSE);
  vis_timeline_load_older (timeline);
  g_assert_false (vis_timeline_get_loading (timeline));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *fixture, gconstpointer data);
    const char *data;
  } tests[] = {
    { "store-then-server", test_store_then_server, NULL },
    { "small-pages", test_small_pages, NULL },
    { "refused", test_refused, NULL },
    { "offline", test_offline, NULL },
    { "new-contact", test_new_contact, NULL },
    { "reload", test_reload, NULL },
    { "detach", test_detach, NULL },
    { "compare", test_compare, NULL },
    { "dispose/reading", test_dispose, "reading" },
    { "dispose/asking", test_dispose, "asking" },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/history/", tests[i].name, NULL);

      g_test_add (path, Fixture, tests[i].data, set_up, tests[i].func, tear_down);
    }
  return g_test_run ();
}
