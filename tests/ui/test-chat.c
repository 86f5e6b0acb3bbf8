/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "driver.h"
#include "fixture.h"
#include "vis-chat-row.h"
#include "vis-new-chat.h"
#include "vis-request-panel.h"
#include "vis-wall-clock.h"

/* One conversation */

static void
test_send (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  GListModel      *timeline;
  GtkWidget       *text, *send;
  VisChatMessage  *last;
  g_autofree char *long_text = g_strnfill (8001, 'x');
  guint            n;

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  conversation = vis_chat_find (fixture->stage->chat, "grace");
  timeline = G_LIST_MODEL (vis_conversation_get_timeline (conversation));
  n = g_list_model_get_n_items (timeline);

  text = driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message");
  send = driver_find (fixture->widget, GTK_TYPE_BUTTON, "Send");
  g_assert_false (gtk_widget_is_sensitive (send));
  driver_write (fixture->widget, "Message", "  \n ");
  g_assert_false (gtk_widget_is_sensitive (send));

  driver_write (fixture->widget, "Message", long_text);
  g_assert_false (gtk_widget_is_sensitive (send));
  driver_find (
    fixture->widget, GTK_TYPE_LABEL, "1 character too many: shorten the message to send it");
  long_text[7990] = '\0';
  driver_write (fixture->widget, "Message", long_text);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "10 characters left");
  g_assert_true (gtk_widget_is_sensitive (send));

  driver_write (fixture->widget, "Message", " Grüße an alle \n");
  driver_click (fixture->widget, "Send");
  g_assert_cmpuint (g_list_model_get_n_items (timeline), ==, n + 1);
  last = vis_conversation_get_last_message (conversation);
  g_assert_cmpstr (vis_chat_message_get_text (last), ==, "Grüße an alle");
  g_assert_cmpint (
    gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text))), ==, 0);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Grüße an alle");
}

static char *
dup_written (GtkWidget *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (text));
  GtkTextIter    start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
test_drafts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Stage) other = stage_new ();
  GtkWidget        *text, *row;
  VisContact       *grace;
  g_autofree char  *back = NULL, *left = NULL, *none = NULL;

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  text = driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message");
  driver_write (fixture->widget, "Message", "half a sent");
  vis_window_open_chat (fixture->window, "kat");
  g_assert_cmpint (
    gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text))), ==, 0);
  vis_window_open_chat (fixture->window, "grace");
  back = dup_written (text);
  g_assert_cmpstr (back, ==, "half a sent");

  /* The list shows the draft until it is sent. */
  row = driver_find (fixture->widget, GTK_TYPE_LABEL, "Draft: half a sent");
  g_assert_true (gtk_widget_has_css_class (row, "vis-draft"));
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, draft, online");
  grace = vis_conversation_get_contact (vis_chat_find (fixture->stage->chat, "grace"));
  vis_contact_set_state (grace, VIS_CONTACT_NONE);
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Draft: half a sent");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, not a contact");
  vis_contact_set_state (grace, VIS_CONTACT_MUTUAL);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Draft: half a sent");
  driver_press (text, GDK_KEY_Return, 0);
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Draft: half a sent");
  g_assert_null (vis_conversation_get_draft (vis_chat_find (fixture->stage->chat, "grace")));

  /* After signing out and in again. The draft is stored within a second. */
  driver_write (fixture->widget, "Message", "and more");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Draft: and more");
  vis_window_set_session (fixture->window, NULL, NULL);
  vis_window_set_session (fixture->window, fixture->stage->chat, fixture->stage->controller);
  vis_window_open_chat (fixture->window, "grace");
  left = dup_written (text);
  g_assert_cmpstr (left, ==, "and more");

  /* The same user name on another account is another conversation. */
  stage_fill (other);
  vis_window_set_session (fixture->window, other->chat, other->controller);
  vis_window_open_chat (fixture->window, "grace");
  none = dup_written (text);
  g_assert_cmpstr (none, ==, "");
  vis_window_set_session (fixture->window, NULL, NULL);
}

static void
test_messages (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  VisChatMessage  *message;

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Today");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Yesterday");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Missed video call");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Message deleted");
  driver_click (fixture->widget, "Call back");
  fixture_assert_verb (fixture, "start grace video");

  conversation = vis_chat_find (fixture->stage->chat, "grace");
  message = stage_own (fixture->stage, conversation, "Only now", 0, VIS_DELIVERY_SENT);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Only now");
  vis_chat_message_set_deleted (message, TRUE);
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Only now");
  vis_timeline_clear (vis_conversation_peek_timeline (conversation));
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No messages yet. Say hello!");
}

static gboolean
is_at_bottom (gpointer data)
{
  GtkAdjustment *adjustment = data;

  return gtk_adjustment_get_page_size (adjustment) > 0 &&
         gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) >
           gtk_adjustment_get_upper (adjustment) - 2;
}

static void
test_stays_at_the_bottom (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  GtkWidget       *list, *jump;
  GtkAdjustment   *adjustment;

  fixture_sign_in (fixture);
  conversation = vis_chat_find (fixture->stage->chat, "kat");
  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *text = g_strnfill (10 + i * 37 % 400, 'a');

      stage_say (fixture->stage, conversation, text, 60 - i);
    }
  list = fixture_open_chat (fixture, "kat");
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));
  driver_until (is_at_bottom, adjustment);

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *text = g_strdup_printf ("new %u\n\nand long", i);

      stage_say (fixture->stage, conversation, text, 0);
      driver_find (fixture->widget, GTK_TYPE_LABEL, text);
      driver_until (is_at_bottom, adjustment);
    }

  /* Scrolled up, the list does not move, and new messages are counted. */
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) - 1000);
  jump = driver_find (fixture->widget, GTK_TYPE_BUTTON, "Jump to the newest message");
  g_assert_nonnull (jump);
  stage_say (fixture->stage, conversation, "one", 0);
  stage_say (fixture->stage, conversation, "two", 0);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Jump to the newest message, 2 new");
  g_assert_false (is_at_bottom (adjustment));
  driver_click (fixture->widget, "Jump to the newest message, 2 new");
  driver_until (is_at_bottom, adjustment);
  driver_gone (fixture->widget, GTK_TYPE_BUTTON, "Jump to the newest message");
}

static void
on_load (VisTimeline *timeline, gpointer data)
{
  guint *asked = data;

  (*asked)++;
  vis_timeline_set_loading (timeline, TRUE);
}

static gboolean
has_asked (gpointer asked)
{
  return *(guint *) asked > 0;
}

static void
test_loads_older (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  VisTimeline     *timeline;
  GtkWidget       *list;
  GtkAdjustment   *adjustment;
  guint            asked = 0;

  fixture_sign_in (fixture);
  conversation = vis_chat_find (fixture->stage->chat, "kat");
  timeline = vis_conversation_peek_timeline (conversation);
  for (guint i = 0; i < 100; i++)
    stage_say (fixture->stage, conversation, "words", 300 - i);
  list = fixture_open_chat (fixture, "kat");
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));
  driver_until (is_at_bottom, adjustment);

  vis_timeline_set_loader (timeline, on_load, &asked, NULL);
  vis_timeline_set_complete (timeline, FALSE);
  driver_draw (list);
  g_assert_cmpuint (asked, ==, 0);
  gtk_adjustment_set_value (adjustment, 50);
  driver_until (has_asked, &asked);
  g_assert_cmpuint (asked, ==, 1);

  /* A page that could not be loaded offline is not asked for again before there is a connection. */
  vis_chat_set_connection (fixture->stage->chat, VIS_CHAT_STATUS_OFFLINE);
  vis_timeline_set_loading (timeline, FALSE);
  driver_draw (list);
  g_assert_cmpuint (asked, ==, 1);
  vis_chat_set_connection (fixture->stage->chat, VIS_CHAT_STATUS_ONLINE);
  g_assert_cmpuint (asked, ==, 2);

  /* A chat whose messages are not loaded yet is not shown as empty. */
  vis_timeline_clear (timeline);
  vis_timeline_set_loading (timeline, FALSE);
  driver_draw (fixture->widget);
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_LABEL, "No messages yet. Say hello!"));
  vis_timeline_set_complete (timeline, TRUE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No messages yet. Say hello!");
  vis_timeline_set_loader (timeline, NULL, NULL, NULL);
}

static void
test_requests (Fixture *fixture, gconstpointer data)
{
  VisContact *radia;

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "radia");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Radia Perlman wants to talk to you");
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Accept");
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Decline");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message"));
  g_assert_false (
    gtk_widget_is_sensitive (driver_find (fixture->widget, GTK_TYPE_BUTTON, "Voice call")));

  radia = vis_conversation_get_contact (vis_chat_find (fixture->stage->chat, "radia"));
  vis_contact_set_state (radia, VIS_CONTACT_MUTUAL);
  driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No messages yet. Say hello!");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_BUTTON, "Accept"));
  driver_click (fixture->widget, "Voice call");
  fixture_assert_verb (fixture, "start radia voice");

  vis_window_open_chat (fixture->window, "barbara");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Waiting for Barbara Liskov");
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Cancel request");
}

/* Requests without an answer */

static GTask         *asked; /* the last request */
static VisContactVerb asked_verb;

void                  __wrap_vis_chat_contact_async (VisChat            *self,
                                                     VisContactVerb      verb,
                                                     const char         *user,
                                                     GCancellable       *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer            user_data);

void
__wrap_vis_chat_contact_async (VisChat            *self,
                               VisContactVerb      verb,
                               const char         *user,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_assert_null (asked);
  asked = g_task_new (self, cancellable, callback, user_data);
  asked_verb = verb;
}

static void
answer (void)
{
  g_task_return_boolean (asked, TRUE);
  g_clear_object (&asked);
  driver_settle ();
}

static void
test_requests_take_time (Fixture *fixture, gconstpointer data)
{
  GtkWidget *panel;

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "radia");
  panel = driver_find (fixture->widget, GTK_TYPE_BUTTON, "Accept");
  panel = gtk_widget_get_ancestor (panel, VIS_TYPE_REQUEST_PANEL);

  /* Contacts that can be removed can also be blocked, after a question. */
  driver_click (panel, "Block");
  g_assert_null (asked);
  driver_find (
    driver_look_for_window (ADW_TYPE_MESSAGE_DIALOG), GTK_TYPE_LABEL, "Block Radia Perlman?");
  driver_click (driver_look_for_window (ADW_TYPE_MESSAGE_DIALOG), "Block");
  driver_settle ();
  g_assert_nonnull (asked);
  g_assert_cmpint (asked_verb, ==, VIS_CONTACT_VERB_BLOCK);
  answer ();

  /* After accepting, the composer has the focus. */
  gtk_widget_grab_focus (driver_find (panel, GTK_TYPE_BUTTON, "Accept"));
  driver_click (panel, "Accept");
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (panel), GTK_ACCESSIBLE_STATE_BUSY, TRUE);
  vis_contact_set_state (
    vis_conversation_get_contact (vis_chat_find (fixture->stage->chat, "radia")),
    VIS_CONTACT_MUTUAL);
  answer ();
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (panel), GTK_ACCESSIBLE_STATE_BUSY, FALSE);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) ==
                 driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message"));

  vis_window_open_chat (fixture->window, "grace");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Online");
  gtk_widget_activate_action (
    driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message"), "chat.remove", NULL);
  driver_click (driver_look_for_window (ADW_TYPE_MESSAGE_DIALOG), "Remove");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Removing…");
  answer ();
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Online");
}

/* The chat with a new contact opens, unless the dialog was closed before the answer. */
static void
test_new_chat (Fixture *fixture, gconstpointer data)
{
  const char *opened = "You can chat and call once your request is accepted.";

  fixture_sign_in (fixture);
  for (guint i = 0; i < 2; i++)
    {
      const char *user = i == 0 ? "hedwig" : "rosalind";
      GtkWidget  *dialog;

      vis_window_new_chat (fixture->window, user);
      dialog = driver_look_for_window (VIS_TYPE_NEW_CHAT);
      driver_click (dialog, "Send request");
      gtk_test_accessible_assert_state (GTK_ACCESSIBLE (dialog), GTK_ACCESSIBLE_STATE_BUSY, TRUE);
      if (i == 0)
        gtk_window_close (GTK_WINDOW (dialog));
      answer ();
      stage_add (fixture->stage, user, user, VIS_CONTACT_REQUESTED, VIS_PRESENCE_OFFLINE);
      driver_settle ();
      if (i == 0)
        g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_LABEL, opened));
    }
  driver_find (fixture->widget, GTK_TYPE_LABEL, opened);
}

/* Relative dates */

#define DAY_MS (24 * 60 * 60 * (gint64) 1000)

static void
test_midnight (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  VisWallClock    *minute = vis_wall_clock_get_default ();

  fixture_sign_in (fixture);
  conversation = vis_chat_find (fixture->stage->chat, "mary");
  stage_say (fixture->stage, conversation, "Good night", 0);
  vis_contact_set_presence (vis_conversation_get_contact (conversation),
                            VIS_PRESENCE_OFFLINE,
                            vis_wall_clock_get_now (minute));
  vis_conversation_set_typing (conversation, FALSE);
  vis_window_open_chat (fixture->window, "mary");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Today");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Last seen just now");

  vis_wall_clock_set_offset (minute, DAY_MS);
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Today");
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Last seen just now");
  g_assert_nonnull (driver_look_for (
    driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Mary Kenneth Keller, offline"),
    GTK_TYPE_LABEL,
    "Yesterday"));
  vis_wall_clock_set_offset (minute, 0);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Today");
}

/* Writing with keys */

static void
test_enter (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint           keyval;
    GdkModifierType state;
    gboolean        sends;
  } cases[] = {
    { GDK_KEY_Return, 0, TRUE },
    { GDK_KEY_KP_Enter, 0, TRUE },
    { GDK_KEY_Return, GDK_SHIFT_MASK, FALSE },
    { GDK_KEY_Return, GDK_CONTROL_MASK, FALSE },
    { GDK_KEY_a, 0, FALSE },
  };
  GtkWidget  *text;
  GListModel *timeline;

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  text = driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message");
  timeline =
    G_LIST_MODEL (vis_conversation_get_timeline (vis_chat_find (fixture->stage->chat, "grace")));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint            n = g_list_model_get_n_items (timeline);
      g_autofree char *left = NULL;

      driver_write (fixture->widget, "Message", "a line");
      g_assert_true (driver_press (text, cases[i].keyval, cases[i].state) == cases[i].sends);
      left = dup_written (text);
      g_assert_cmpstr (left, ==, cases[i].sends ? "" : "a line");
      g_assert_cmpuint (g_list_model_get_n_items (timeline), ==, n + (cases[i].sends ? 1 : 0));
    }

  /* An empty text or one of spaces is neither sent nor gets a new line. */
  driver_write (fixture->widget, "Message", " ");
  g_assert_true (driver_press (text, GDK_KEY_Return, 0));
  g_assert_cmpstr (vis_chat_message_get_text (vis_conversation_get_last_message (
                     vis_chat_find (fixture->stage->chat, "grace"))),
                   ==,
                   "a line");
}

static void
test_emoji (Fixture *fixture, gconstpointer data)
{
  GtkWidget       *text, *button;
  GtkTextBuffer   *buffer;
  GtkTextIter      middle;
  g_autofree char *written = NULL;

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  text = driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message");
  button = driver_find (fixture->widget, GTK_TYPE_MENU_BUTTON, "Insert emoji");
  driver_write (fixture->widget, "Message", "a moth!");
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (text));
  gtk_text_buffer_get_iter_at_offset (buffer, &middle, 6);
  gtk_text_buffer_place_cursor (buffer, &middle);

  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  g_assert_true (GTK_IS_EMOJI_CHOOSER (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button))));
  g_signal_emit_by_name (
    gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)), "emoji-picked", "🦋");
  gtk_menu_button_popdown (GTK_MENU_BUTTON (button));
  written = dup_written (text);
  g_assert_cmpstr (written, ==, "a moth🦋!");
}

/* Long words are broken without hyphens, however the text gets into the composer. */
static void
test_hyphens (Fixture *fixture, gconstpointer data)
{
  GtkTextBuffer *buffer;
  GtkTextIter    place;

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  driver_write (fixture->widget, "Message", "Schifffahrt");
  buffer = gtk_text_view_get_buffer (
    GTK_TEXT_VIEW (driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message")));
  gtk_text_buffer_get_iter_at_offset (buffer, &place, 6);
  gtk_text_buffer_insert (buffer, &place, "ähre", -1);
  gtk_text_buffer_get_start_iter (buffer, &place);
  do
    {
      g_autoptr (GSList) tags = gtk_text_iter_get_tags (&place);
      gboolean           hyphens = TRUE;

      g_assert_nonnull (tags);
      g_object_get (tags->data, "insert-hyphens", &hyphens, NULL);
      g_assert_false (hyphens);
    }
  while (gtk_text_iter_forward_char (&place) && !gtk_text_iter_is_end (&place));
}

int
main (int argc, char *argv[])
{
  fixture_init (&argc, &argv);

  FIXTURE_ADD ("/chat/send", test_send);
  FIXTURE_ADD ("/chat/drafts", test_drafts);
  FIXTURE_ADD ("/chat/messages", test_messages);
  FIXTURE_ADD ("/chat/bottom", test_stays_at_the_bottom);
  FIXTURE_ADD ("/chat/older", test_loads_older);
  FIXTURE_ADD ("/chat/requests", test_requests);
  FIXTURE_ADD ("/chat/requests-take-time", test_requests_take_time);
  FIXTURE_ADD ("/chat/new", test_new_chat);
  FIXTURE_ADD ("/chat/midnight", test_midnight);
  FIXTURE_ADD ("/chat/enter", test_enter);
  FIXTURE_ADD ("/chat/emoji", test_emoji);
  FIXTURE_ADD ("/chat/hyphens", test_hyphens);

  return g_test_run ();
}
