/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* What is at the top and at the bottom of the visible part of lists. */

#include "config.h"

#include "driver.h"
#include "fixture.h"
#include "until.h"
#include "vis-chat-row.h"
#include "vis-conversation-private.h"
#include "vis-format.h"
#include "vis-message-row.h"
#include "vis-timeline-view.h"
#include "vis-wall-clock.h"

#define LINE "New messages"

/* The row of @type at @y of the visible part of @list. */
static GtkWidget *
row_at (GtkWidget *list, GType type, double y)
{
  GtkWidget *found =
    gtk_widget_pick (list, gtk_widget_get_width (list) / 2.0, y, GTK_PICK_INSENSITIVE);
  GtkWidget *child;

  if (found == NULL)
    return NULL;
  child = gtk_widget_get_first_child (found);

  return child != NULL && g_type_is_a (G_OBJECT_TYPE (child), type)
           ? child
           : gtk_widget_get_ancestor (found, type);
}

/* The text of the topmost message; NULL if there is none. */
static const char *
top_words (GtkWidget *list)
{
  GtkWidget *row = row_at (list, VIS_TYPE_MESSAGE_ROW, 12);

  return row != NULL
           ? vis_chat_message_get_text (vis_message_row_get_message (VIS_MESSAGE_ROW (row)))
           : NULL;
}

static const char *
bottom_words (GtkWidget *list)
{
  GtkWidget *row = row_at (list, VIS_TYPE_MESSAGE_ROW, gtk_widget_get_height (list) - 12);

  return row != NULL
           ? vis_chat_message_get_text (vis_message_row_get_message (VIS_MESSAGE_ROW (row)))
           : NULL;
}

/* The text of the message below the line "New messages". */
static const char *
words_below_line (Fixture *fixture)
{
  GtkWidget *line = driver_find (fixture->widget, GTK_TYPE_LABEL, LINE);
  GtkWidget *row = gtk_widget_get_ancestor (line, VIS_TYPE_MESSAGE_ROW);

  return vis_chat_message_get_text (vis_message_row_get_message (VIS_MESSAGE_ROW (row)));
}

/* After each frame: collects the topmost messages that were visible. */
static void
on_painted (GdkFrameClock *clock, GtkWidget *list)
{
  GHashTable *seen = g_object_get_data (G_OBJECT (list), "seen");
  const char *words = top_words (list);

  if (gtk_widget_get_opacity (list) > 0 && words != NULL)
    g_hash_table_add (seen, g_strdup (words));
}

/* 120 numbered messages, some of them own ones. */
static VisConversation *
fill (Fixture *fixture)
{
  VisConversation *conversation = vis_chat_find (fixture->stage->chat, "kat");

  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *text = g_strdup_printf ("message %u", i);

      if (i == 80)
        stage_own (fixture->stage, conversation, text, 300 - i, VIS_DELIVERY_SENT);
      else
        stage_say (fixture->stage, conversation, text, 300 - i);
    }

  return conversation;
}

static gboolean
has_seen (gpointer seen)
{
  return g_hash_table_size (seen) > 0;
}

static gboolean
is_read (gpointer conversation)
{
  return vis_conversation_get_unread (conversation) == 0;
}

typedef struct
{
  GtkWidget  *list;
  const char *words;
} Bottom;

static gboolean
is_at_bottom (gpointer data)
{
  Bottom *bottom = data;

  return g_strcmp0 (bottom_words (bottom->list), bottom->words) == 0;
}

static void
test_first_unread (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  VisConversation       *conversation;
  GtkWidget             *list, *line;
  graphene_rect_t        bounds;
  Bottom                 bottom = { NULL, "one more" };
  GdkFrameClock         *clock;

  fixture_sign_in (fixture);
  conversation = fill (fixture);
  vis_conversation_set_unread (conversation, 70);
  fixture_open_chat (fixture, "grace");
  list = driver_find (fixture->widget, GTK_TYPE_LIST_VIEW, "Messages");
  clock = gtk_widget_get_frame_clock (list);
  g_object_set_data (G_OBJECT (list), "seen", seen);

  vis_window_open_chat (fixture->window, "kat");
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_painted), list);
  driver_until (fixture_is_shown, list);
  driver_until (has_seen, seen);
  g_signal_handlers_disconnect_by_func (clock, on_painted, list);

  /* One of the last 71 is an own one, which is not unread. */
  g_assert_cmpstr (words_below_line (fixture), ==, "message 49");
  line = driver_find (fixture->widget, GTK_TYPE_LABEL, LINE);
  g_assert_true (gtk_widget_compute_bounds (line, list, &bounds));
  g_assert_cmpfloat (bounds.origin.y, >=, 0);
  g_assert_cmpstr (top_words (list), ==, "message 49");
  g_assert_true (g_hash_table_contains (seen, "message 49"));
  g_assert_cmpuint (g_hash_table_size (seen), ==, 1);
  g_assert_cmpuint (vis_conversation_get_unread (conversation), ==, 70);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Jump to the newest message");

  /* New messages move neither the list nor the line. */
  stage_say (fixture->stage, conversation, "one more", 0);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Jump to the newest message, 1 new");
  g_assert_cmpstr (top_words (list), ==, "message 49");
  g_assert_cmpstr (words_below_line (fixture), ==, "message 49");

  /* At the end, all is read, and the line goes. */
  driver_click (fixture->widget, "Jump to the newest message, 1 new");
  driver_gone (fixture->widget, GTK_TYPE_BUTTON, "Jump to the newest message");
  driver_until (is_read, conversation);
  fixture_open_chat (fixture, "grace");
  bottom.list = fixture_open_chat (fixture, "kat");
  driver_until (is_at_bottom, &bottom);
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_LABEL, LINE));
  g_object_set_data (G_OBJECT (list), "seen", NULL);
}

/* If all unread messages are visible at the end, the list is there. Sending a message removes the
 * line. */
static void
test_few_unread (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  GtkWidget       *list;

  fixture_sign_in (fixture);
  conversation = fill (fixture);
  vis_conversation_set_unread (conversation, 3);
  list = fixture_open_chat (fixture, "kat");
  g_assert_cmpstr (bottom_words (list), ==, "message 119");
  g_assert_cmpstr (words_below_line (fixture), ==, "message 117");
  driver_until (is_read, conversation);
  g_assert_cmpstr (words_below_line (fixture), ==, "message 117");

  driver_write (fixture->widget, "Message", "I see");
  driver_click (fixture->widget, "Send");
  driver_gone (fixture->widget, GTK_TYPE_LABEL, LINE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "I see");
}

/* Changes something in each frame, before the layout. */

typedef struct
{
  Stage           *stage;
  VisConversation *conversation;
  GtkWidget       *list;
  guint            hidden; /* frames in which the list was not shown */
} Restless;

static gboolean
on_frame_another (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Restless *restless = data;

  stage_say (restless->stage, restless->conversation, "another", 0);
  if (!fixture_is_shown (restless->list))
    restless->hidden++;

  return G_SOURCE_CONTINUE;
}

static gboolean
on_frame_moves (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Restless *restless = data;
  guint     unread = vis_conversation_get_unread (restless->conversation);

  vis_conversation_set_unread (restless->conversation, unread == 70 ? 60 : 70);
  if (!fixture_is_shown (restless->list))
    restless->hidden++;

  return G_SOURCE_CONTINUE;
}

/* The list is shown nevertheless, and at its end once the changes stop. */
static void
test_never_settles (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    GtkTickCallback on_frame;
    guint           unread;
  } cases[] = {
    { on_frame_another, 0 },
    { on_frame_another, 70 },
    { on_frame_moves, 70 },
  };

  fixture_sign_in (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Restless restless = { fixture->stage, vis_chat_find (fixture->stage->chat, "kat") };
      guint    tick_id;

      restless.list = fixture_open_chat (fixture, "grace");
      vis_timeline_clear (vis_conversation_peek_timeline (restless.conversation));
      fill (fixture);
      vis_conversation_set_unread (restless.conversation, cases[i].unread);
      tick_id = gtk_widget_add_tick_callback (fixture->widget, cases[i].on_frame, &restless, NULL);

      vis_window_open_chat (fixture->window, "kat");
      WAIT_FOR (fixture_is_shown (restless.list) || restless.hidden >= 100);
      gtk_widget_remove_tick_callback (fixture->widget, tick_id);

      g_assert_cmpuint (restless.hidden, >, 20);
      g_assert_cmpuint (restless.hidden, <, 40);
      if (cases[i].unread == 0)
        {
          Bottom bottom = { restless.list, "another" };

          driver_until (is_at_bottom, &bottom);
        }
      else
        g_assert_nonnull (top_words (restless.list));
    }
}

/* A server with a number of pages of 64 messages, each after a delay. */

typedef struct
{
  Stage           *stage;
  VisConversation *conversation;
  guint            pages; /* that are left */
  guint            busy;  /* ms for which the program hangs at the first request */
  guint            asked;
} Server;

#define PAGE 64

static gboolean
on_page (gpointer data)
{
  Server      *server = data;
  VisTimeline *timeline = vis_conversation_peek_timeline (server->conversation);

  if (server->pages > 0)
    {
      g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);

      server->pages--;
      for (guint i = 0; i < PAGE; i++)
        {
          g_autofree char *text = g_strdup_printf ("older %u", server->pages * PAGE + i);
          VisChatMessage  *message = vis_chat_message_new (text, "kat", FALSE, VIS_MESSAGE_TEXT);

          vis_chat_message_set_text (message, text);
          vis_chat_message_set_position (message, (gint64) server->pages * PAGE + i - 100000);
          vis_chat_message_set_ts (message, g_get_real_time () / 1000 - 3600000);
          g_ptr_array_add (messages, message);
        }
      vis_timeline_prepend (timeline, messages);
    }
  vis_timeline_set_loading (timeline, FALSE);

  return G_SOURCE_REMOVE;
}

static void
on_load (VisTimeline *timeline, gpointer data)
{
  Server *server = data;

  if (server->asked++ == 0)
    g_usleep (server->busy * 1000UL);
  vis_timeline_set_loading (timeline, TRUE);
  g_timeout_add (1, on_page, server);
}

static gboolean
is_idle (gpointer data)
{
  return !vis_timeline_get_loading (data);
}

static void
test_first_unread_is_not_here (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint       pages;
    guint       unread;
    const char *first;
    guint       busy;
  } cases[] = {
    { 4, 119 + 2 * PAGE, "older 128", 0 },
    { 4, 119 + 2 * PAGE, "older 128", 2500 },
    { 0, 500, "message 0", 0 }, /* no server */
    { 20,
      1000,
      NULL,
      0 }, /* further back than is waited for: the top is the oldest of some pages */
  };

  fixture_sign_in (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VisConversation *conversation = vis_chat_find (fixture->stage->chat, "kat");
      VisTimeline     *timeline = vis_conversation_peek_timeline (conversation);
      Server           server = { fixture->stage, conversation, cases[i].pages, cases[i].busy, 0 };
      GtkWidget       *list;

      fixture_open_chat (fixture, "grace");
      vis_timeline_clear (timeline);
      fill (fixture);
      vis_timeline_set_complete (timeline, FALSE);
      vis_timeline_set_loader (timeline, on_load, &server, NULL);
      vis_conversation_set_unread (conversation, cases[i].unread);

      list = fixture_open_chat (fixture, "kat");
      g_assert_cmpstr (top_words (list), ==, words_below_line (fixture));
      g_assert_cmpuint (server.asked, >, 0);
      if (cases[i].first != NULL)
        {
          g_assert_cmpstr (top_words (list), ==, cases[i].first);
        }
      else
        {
          guint64 first = 0;

          g_assert_true (g_str_has_prefix (top_words (list), "older "));
          first = g_ascii_strtoull (top_words (list) + strlen ("older "), NULL, 10);
          g_assert_cmpuint (first % PAGE, ==, 0);
          g_assert_cmpuint (first, >=, (20 - 8) * PAGE);
        }
      driver_until (is_idle, timeline);
      vis_timeline_set_loader (timeline, NULL, NULL, NULL);
    }
}

static gboolean
has_spinner (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (GTK_IS_SPINNER (widget))
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_spinner (child))
      return TRUE;

  return FALSE;
}

static gboolean
spins (gpointer data)
{
  return has_spinner (data);
}

/* The spinner is shown in an empty list, never over messages. */
static void
test_spinner (Fixture *fixture, gconstpointer data)
{
  VisTimeline *timeline;
  GtkWidget   *view;

  fixture_sign_in (fixture);
  timeline = vis_conversation_peek_timeline (vis_chat_find (fixture->stage->chat, "grace"));
  view = gtk_widget_get_ancestor (fixture_open_chat (fixture, "grace"), VIS_TYPE_TIMELINE_VIEW);
  vis_timeline_set_loading (timeline, TRUE);
  driver_draw (view);
  g_assert_false (has_spinner (view));

  vis_timeline_clear (timeline);
  vis_timeline_set_complete (timeline, FALSE);
  driver_until (spins, view);
  stage_say (fixture->stage, vis_chat_find (fixture->stage->chat, "grace"), "Here I am", 0);
  driver_find (view, GTK_TYPE_LABEL, "Here I am");
  g_assert_false (has_spinner (view));
}

/* Bound and new rows have the contact's new name. */
static void
test_name_changes (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  g_autofree char *there = NULL, *come = NULL;
  VisChatMessage  *message;
  GtkWidget       *list;

  fixture_sign_in (fixture);
  conversation = vis_chat_find (fixture->stage->chat, "kat");
  stage_say (fixture->stage, conversation, "before", 0);
  list = fixture_open_chat (fixture, "kat");
  vis_contact_set_name (vis_conversation_get_contact (conversation), "Katherine G. Johnson");

  message = vis_conversation_get_last_message (conversation);
  there = vis_format_message_name (
    message, "Katherine G. Johnson", vis_wall_clock_get_zone (vis_wall_clock_get_default ()));
  driver_find (list, VIS_TYPE_MESSAGE_ROW, there);
  stage_say (fixture->stage, conversation, "after", 0);
  message = vis_conversation_get_last_message (conversation);
  come = vis_format_message_name (
    message, "Katherine G. Johnson", vis_wall_clock_get_zone (vis_wall_clock_get_default ()));
  driver_find (list, VIS_TYPE_MESSAGE_ROW, come);
}

/* The list of chats */

/* Adds conversations above the others; the list can be drawn after each @few. */
static void
add_people (Fixture *fixture, guint from, guint to, guint few)
{
  for (guint i = from; i < to; i++)
    {
      g_autofree char *user = g_strdup_printf ("user%03u", i);

      stage_say (fixture->stage,
                 stage_add (fixture->stage, user, user, VIS_CONTACT_MUTUAL, VIS_PRESENCE_OFFLINE),
                 "Hello",
                 -(gint64) i);
      if (i % few == 0)
        driver_settle ();
    }
}

static const char *
top_name (GtkWidget *list)
{
  GtkWidget *row = row_at (list, VIS_TYPE_CHAT_ROW, 20);

  return row != NULL
           ? vis_conversation_get_chat (vis_chat_row_get_conversation (VIS_CHAT_ROW (row)))
           : NULL;
}

typedef struct
{
  GtkWidget  *list;
  const char *user;
} Top;

static gboolean
is_top (gpointer data)
{
  Top *top = data;

  return g_strcmp0 (top_name (top->list), top->user) == 0;
}

static void
test_list_begins_at_top (Fixture *fixture, gconstpointer data)
{
  GtkAdjustment   *adjustment;
  Top              top;
  g_autofree char *held = NULL;

  fixture_sign_in (fixture);
  top.list = driver_find (fixture->widget, GTK_TYPE_LIST_VIEW, "Chats");
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (top.list));
  add_people (fixture, 0, 200, 20);
  top.user = "user199";
  driver_until (is_top, &top);
  g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment), >, 2000);

  /* And stays at the top while chats move there. */
  stage_say (fixture->stage, vis_chat_find (fixture->stage->chat, "user042"), "Back again", -1000);
  top.user = "user042";
  driver_until (is_top, &top);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, 0);

  /* A list that was scrolled down stays where it is. */
  gtk_adjustment_set_value (adjustment, 3000);
  gtk_test_widget_wait_for_draw (top.list);
  held = g_strdup (top_name (top.list));
  add_people (fixture, 200, 230, 20);
  top.user = held;
  driver_until (is_top, &top);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), >, 3000);
}

/* The same if all are added before the first frame. */
static void
test_list_is_filled_at_once (Fixture *fixture, gconstpointer data)
{
  Top top = { NULL, "user199" };

  vis_window_set_session (fixture->window, fixture->stage->chat, fixture->stage->controller);
  driver_settle ();
  add_people (fixture, 0, 200, 1000);
  top.list = driver_find (fixture->widget, GTK_TYPE_LIST_VIEW, "Chats");
  driver_until (is_top, &top);
  gtk_test_widget_wait_for_draw (top.list);
  g_assert_cmpstr (top_name (top.list), ==, "user199");
}

int
main (int argc, char *argv[])
{
  fixture_init (&argc, &argv);

  FIXTURE_ADD ("/timeline/first-unread", test_first_unread);
  FIXTURE_ADD ("/timeline/few-unread", test_few_unread);
  FIXTURE_ADD ("/timeline/never-settles", test_never_settles);
  FIXTURE_ADD ("/timeline/first-unread-is-not-here", test_first_unread_is_not_here);
  FIXTURE_ADD ("/timeline/spinner", test_spinner);
  FIXTURE_ADD ("/timeline/name-changes", test_name_changes);
  FIXTURE_ADD ("/timeline/list-begins-at-top", test_list_begins_at_top);
  FIXTURE_ADD ("/timeline/list-is-filled-at-once", test_list_is_filled_at_once);

  return g_test_run ();
}
