/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "driver.h"
#include "stage.h"
#include "vis-call-view.h"
#include "vis-chat-row.h"
#include "vis-incoming-call.h"
#include "vis-message-row.h"
#include "vis-window.h"

/* Each test plays on a stage of its own, and all of it has to go when the window closes. */
typedef struct
{
  Stage     *stage;
  VisWindow *window;
  GtkWidget *widget;
} Fixture;

static gboolean
is_null (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->stage = stage_new ();
  fixture->window = vis_window_new (NULL);
  fixture->widget = GTK_WIDGET (fixture->window);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1000, 700);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  VisChat           *chat = fixture->stage->chat;
  VisCallController *controller = fixture->stage->controller;
  gpointer           window = fixture->window;

  g_object_add_weak_pointer (G_OBJECT (chat), (gpointer *) &chat);
  g_object_add_weak_pointer (G_OBJECT (controller), (gpointer *) &controller);
  g_object_add_weak_pointer (window, &window);

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  stage_free (fixture->stage);
  driver_until (is_null, &window);
  driver_until (is_null, &chat);
  driver_until (is_null, &controller);
}

static void
sign_in (Fixture *fixture)
{
  stage_fill (fixture->stage);
  vis_window_set_session (fixture->window, fixture->stage->chat, fixture->stage->controller);
}

static void
assert_verb (Fixture *fixture, const char *expected)
{
  g_autofree char *verb = spy_controller_take_verb (fixture->stage->controller);

  g_assert_cmpstr (verb, ==, expected);
}

/* Welcome */

static void
on_submitted (VisWelcome *welcome,
              gboolean    create,
              const char *server,
              const char *user,
              const char *password,
              const char *name,
              const char *invite,
              GString    *sent)
{
  g_string_append_printf (
    sent, "%d|%s|%s|%s|%s|%s\n", create, server, user, password, name, invite);
}

static void
test_welcome_checks (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *server, *user, *password, *error;
  } cases[] = {
    { "", "", "", "Enter the address of the server" },
    { "host", "", "", "Enter your user name" },
    { "host", "Ada!", "", "A user name has" },
    { "host", "ada", "", "Enter your password" },
    { "host", "ada", "x", NULL },
  };
  VisWelcome *welcome = vis_window_get_welcome (fixture->window);
  g_autoptr (GString) sent = g_string_new (NULL);

  g_signal_connect (welcome, "submitted", G_CALLBACK (on_submitted), sent);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      driver_write (fixture->widget, "Server", cases[i].server);
      driver_write (fixture->widget, "User name", cases[i].user);
      driver_write (fixture->widget, "Password", cases[i].password);
      driver_click (fixture->widget, "Sign in");
      if (cases[i].error != NULL)
        g_assert_true (g_str_has_prefix (vis_welcome_get_error (welcome), cases[i].error));
      else
        g_assert_null (vis_welcome_get_error (welcome));
    }

  g_assert_cmpstr (sent->str, ==, "0|host|ada|x||\n");
}

static void
test_welcome_create (Fixture *fixture, gconstpointer data)
{
  VisWelcome *welcome = vis_window_get_welcome (fixture->window);
  g_autoptr (GString) sent = g_string_new (NULL);

  g_signal_connect (welcome, "submitted", G_CALLBACK (on_submitted), sent);
  vis_welcome_set_server (welcome, "chat.example.org");
  driver_click (fixture->widget, "Create account");
  driver_write (fixture->widget, "User name", " grace ");
  driver_write (fixture->widget, "Password", "short");
  driver_write (fixture->widget, "Your name", "Grace Hopper");
  driver_write (fixture->widget, "Invite code", "abc");
  driver_click (fixture->widget, "Create account");
  g_assert_nonnull (vis_welcome_get_error (welcome));
  driver_write (fixture->widget, "Password", "long enough");
  driver_click (fixture->widget, "Create account");

  g_assert_cmpstr (sent->str, ==, "1|chat.example.org|grace|long enough|Grace Hopper|abc\n");
}

static void
test_welcome_busy (Fixture *fixture, gconstpointer data)
{
  VisWelcome *welcome = vis_window_get_welcome (fixture->window);
  GtkWidget  *button = driver_find (fixture->widget, GTK_TYPE_BUTTON, "Sign in");

  vis_welcome_set_busy (welcome, TRUE);
  g_assert_false (gtk_widget_is_sensitive (button));
  vis_welcome_set_error (welcome, "Nobody there.");
  vis_welcome_set_busy (welcome, FALSE);
  g_assert_true (gtk_widget_is_sensitive (button));
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Nobody there.");
}

/* The list of chats */

static void
test_list (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  GtkWidget       *row;

  sign_in (fixture);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "New chat");
  driver_find (fixture->widget, GTK_TYPE_EDITABLE, "Search");

  row = driver_find (
    fixture->widget, VIS_TYPE_CHAT_ROW, "Katherine Johnson, 2 unread messages, online");
  g_assert_nonnull (driver_look_for (row, GTK_TYPE_LABEL, "2"));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (fixture->window)), ==, "(3) Visavis");

  conversation = vis_chat_find (fixture->stage->chat, "kat");
  vis_conversation_set_unread (conversation, 0);
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Katherine Johnson, online");
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (fixture->window)), ==, "(1) Visavis");
  vis_contact_set_presence (vis_conversation_get_contact (conversation), VIS_PRESENCE_OFFLINE, 0);
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Katherine Johnson, offline");
  stage_say (fixture->stage, conversation, "Yes", 1);
  g_assert_nonnull (
    driver_look_for (driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Katherine Johnson, offline"),
                     GTK_TYPE_LABEL,
                     "Yes"));
}

/* The server says what this person is called only once it is reached. */
static void
test_own_name (Fixture *fixture, gconstpointer data)
{
  sign_in (fixture);
  vis_chat_set_name (fixture->stage->chat, "Countess of Lovelace");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Countess of Lovelace");
}

static void
test_search (Fixture *fixture, gconstpointer data)
{
  sign_in (fixture);
  driver_write (fixture->widget, "Search", "LAMARR");
  driver_gone (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Hedy Lamarr, 1 unread message, offline");
  driver_write (fixture->widget, "Search", "nobody of this name");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Nobody found");
  driver_write (fixture->widget, "Search", "");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
}

static void
test_steps (Fixture *fixture, gconstpointer data)
{
  sign_in (fixture);
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
  gtk_widget_activate_action (fixture->widget, "win.step", "i", 1);
  driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message");
  gtk_widget_activate_action (fixture->widget, "win.step", "i", -1);
  for (guint i = 0; i < 3; i++)
    gtk_widget_activate_action (fixture->widget, "win.next-pane", NULL);
  gtk_widget_activate_action (fixture->widget, "win.search", NULL);
  gtk_widget_activate_action (fixture->widget, "win.show-help-overlay", NULL);
  driver_settle ();
}

static void
test_connection (Fixture *fixture, gconstpointer data)
{
  sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  g_assert_true (
    gtk_widget_is_sensitive (driver_find (fixture->widget, GTK_TYPE_BUTTON, "Video call")));
  vis_chat_set_connection (fixture->stage->chat, VIS_CONNECTION_OFFLINE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Offline – trying again");
  /* Nobody knows who is there. */
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Not connected");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, offline");
  g_assert_false (
    gtk_widget_is_sensitive (driver_find (fixture->widget, GTK_TYPE_BUTTON, "Video call")));
  vis_chat_set_connection (fixture->stage->chat, VIS_CONNECTION_SYNCING);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Catching up…");
  vis_chat_set_connection (fixture->stage->chat, VIS_CONNECTION_ONLINE);
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Catching up…");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Online");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
}

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

  sign_in (fixture);
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

static void
test_drafts (Fixture *fixture, gconstpointer data)
{
  GtkWidget       *text;
  GtkTextIter      start, end;
  g_autofree char *back = NULL;

  sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  text = driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message");
  driver_write (fixture->widget, "Message", "half a sent");
  vis_window_open_chat (fixture->window, "kat");
  g_assert_cmpint (
    gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text))), ==, 0);
  vis_window_open_chat (fixture->window, "grace");
  gtk_text_buffer_get_bounds (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text)), &start, &end);
  back =
    gtk_text_buffer_get_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text)), &start, &end, FALSE);
  g_assert_cmpstr (back, ==, "half a sent");
}

static void
test_messages (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  VisChatMessage  *message;

  sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Today");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Yesterday");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Missed video call");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Message deleted");
  driver_click (fixture->widget, "Call back");
  assert_verb (fixture, "start grace video");

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

  sign_in (fixture);
  conversation = vis_chat_find (fixture->stage->chat, "kat");
  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *text = g_strnfill (10 + i * 37 % 400, 'a');

      stage_say (fixture->stage, conversation, text, 60 - i);
    }
  vis_window_open_chat (fixture->window, "kat");
  list = driver_find (fixture->widget, GTK_TYPE_LIST_VIEW, "Messages");
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));
  driver_until (is_at_bottom, adjustment);

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *text = g_strdup_printf ("new %u\n\nand long", i);

      stage_say (fixture->stage, conversation, text, 0);
      driver_find (fixture->widget, GTK_TYPE_LABEL, text);
      driver_until (is_at_bottom, adjustment);
    }

  /* Further up nothing moves, and what came is counted. */
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

static void
test_loads_older (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  VisTimeline     *timeline;
  GtkWidget       *list;
  GtkAdjustment   *adjustment;
  guint            asked = 0;

  sign_in (fixture);
  conversation = vis_chat_find (fixture->stage->chat, "kat");
  timeline = vis_conversation_peek_timeline (conversation);
  for (guint i = 0; i < 100; i++)
    stage_say (fixture->stage, conversation, "words", 300 - i);
  vis_window_open_chat (fixture->window, "kat");
  list = driver_find (fixture->widget, GTK_TYPE_LIST_VIEW, "Messages");
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));
  driver_until (is_at_bottom, adjustment);

  vis_timeline_set_loader (timeline, on_load, &asked, NULL);
  vis_timeline_set_complete (timeline, FALSE);
  driver_settle ();
  g_assert_cmpuint (asked, ==, 0);
  gtk_adjustment_set_value (adjustment, 50);
  driver_settle ();
  g_assert_cmpuint (asked, ==, 1);
  vis_timeline_set_complete (timeline, TRUE);
  vis_timeline_set_loading (timeline, FALSE);
  vis_timeline_set_loader (timeline, NULL, NULL, NULL);
}

static void
test_requests (Fixture *fixture, gconstpointer data)
{
  VisContact *radia;

  sign_in (fixture);
  vis_window_open_chat (fixture->window, "radia");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Radia Perlman wants to talk to you");
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Accept");
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Remove");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message"));
  g_assert_false (
    gtk_widget_is_sensitive (driver_find (fixture->widget, GTK_TYPE_BUTTON, "Voice call")));

  radia = vis_conversation_get_contact (vis_chat_find (fixture->stage->chat, "radia"));
  vis_contact_set_state (radia, VIS_CONTACT_MUTUAL);
  driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No messages yet. Say hello!");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_BUTTON, "Accept"));
  driver_click (fixture->widget, "Voice call");
  assert_verb (fixture, "start radia voice");

  vis_window_open_chat (fixture->window, "barbara");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Waiting for Barbara Liskov");
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Cancel request");
}

/* Calls */

static VisCall *
begin_call (Fixture *fixture, gboolean outgoing, gboolean video, VisCallState state)
{
  g_autoptr (VisCall) call = vis_call_new ("c", "grace", "Grace", outgoing, video);

  vis_call_set_microphone (call, TRUE);
  vis_call_set_camera (call, video);
  vis_call_set_remote_audio (call, TRUE);
  vis_call_set_state (call, state);
  spy_controller_set_call (fixture->stage->controller, call);

  return vis_call_controller_get_call (fixture->stage->controller);
}

static void
test_call_states (Fixture *fixture, gconstpointer data)
{
  VisCall *call;

  sign_in (fixture);
  call = begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Calling…");
  vis_call_set_remote_ringing (call, TRUE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Ringing…");
  vis_call_set_ringing_devices (call, 2);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Ringing… (on 2 devices)");
  vis_call_set_state (call, VIS_CALL_IN_CALL);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Connecting…");
  vis_call_set_media_state (call, VIS_MEDIA_CONNECTING);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Connecting…");
  vis_call_set_media_state (call, VIS_MEDIA_CONNECTED);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "0:00");
  vis_call_set_duration (call, 42);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "0:42");
  vis_call_set_remote_audio (call, FALSE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Grace is muted");
  vis_call_set_media_state (call, VIS_MEDIA_RECONNECTING);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Reconnecting…");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_LABEL, "Grace is muted"));
  g_assert_true (
    gtk_widget_is_sensitive (driver_find (fixture->widget, GTK_TYPE_BUTTON, "Hang up")));

  spy_controller_end (fixture->stage->controller, VIS_END_HANGUP);
  driver_gone (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_BUTTON, "Call again"));
}

static void
test_call_controls (Fixture *fixture, gconstpointer data)
{
  VisCall   *call;
  GtkWidget *mute, *camera;

  sign_in (fixture);
  call = begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  mute = driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Mute microphone");
  camera = driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Turn camera off");
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (mute)));

  g_signal_emit_by_name (mute, "clicked");
  assert_verb (fixture, "microphone off");
  /* What is shown is what is true, not what was asked for. */
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (mute)));
  vis_call_set_microphone (call, FALSE);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (mute)));
  gtk_test_accessible_assert_state (
    GTK_ACCESSIBLE (mute), GTK_ACCESSIBLE_STATE_PRESSED, GTK_ACCESSIBLE_TRISTATE_TRUE);
  g_signal_emit_by_name (mute, "clicked");
  assert_verb (fixture, "microphone on");

  g_signal_emit_by_name (camera, "clicked");
  assert_verb (fixture, "camera off");
  driver_click (fixture->widget, "Hang up");
  assert_verb (fixture, "hang-up");
}

static void
test_call_pictures (Fixture *fixture, gconstpointer data)
{
  VisCall *call;
  g_autoptr (GdkPaintable) picture = gdk_paintable_new_empty (640, 480);

  sign_in (fixture);
  call = begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  vis_call_set_media_state (call, VIS_MEDIA_CONNECTED);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Grace");
  vis_call_set_local_picture (call, G_OBJECT (picture));
  vis_call_set_remote_picture (call, G_OBJECT (picture));
  vis_call_set_remote_video (call, TRUE);
  driver_settle ();
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_LABEL, "Grace turned the camera off"));
  vis_call_set_remote_video (call, FALSE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Grace turned the camera off");
  vis_call_set_remote_picture (call, NULL);
  vis_call_set_local_picture (call, NULL);
  spy_controller_end (fixture->stage->controller, VIS_END_HANGUP);
  driver_gone (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
  g_assert_cmpuint (G_OBJECT (picture)->ref_count, ==, 1);
}

static void
test_call_bar (Fixture *fixture, gconstpointer data)
{
  sign_in (fixture);
  begin_call (fixture, TRUE, FALSE, VIS_CALL_CALLING);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Mute microphone");
  gtk_widget_activate_action (fixture->widget, "win.show-chat", NULL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Return to the call");
  driver_gone (fixture->widget, GTK_TYPE_BUTTON, "Mute microphone");
  driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message");
  driver_click (fixture->widget, "Hang up");
  assert_verb (fixture, "hang-up");
  gtk_widget_activate_action (fixture->widget, "win.show-call", NULL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Mute microphone");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_BUTTON, "Return to the call"));
}

static void
test_call_over (Fixture *fixture, gconstpointer data)
{
  GtkWidget *again;
  static const struct
  {
    VisEndReason reason;
    const char  *title;
  } cases[] = {
    { VIS_END_TIMEOUT, "No answer" },
    { VIS_END_DECLINED, "Declined" },
    { VIS_END_BUSY, "Busy" },
    { VIS_END_UNREACHABLE, "Could not be reached" },
    { VIS_END_FAILED, "Connection lost" },
    { VIS_END_INSECURE, "Insecure" },
  };

  sign_in (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
      driver_find (fixture->widget, GTK_TYPE_LABEL, "Calling…");
      spy_controller_end (fixture->stage->controller, cases[i].reason);
      driver_find (fixture->widget, GTK_TYPE_LABEL, cases[i].title);
      again = driver_find (fixture->widget, GTK_TYPE_BUTTON, "Call again");
      if (i % 2 == 0)
        {
          /* The button that closes the window has the same name. */
          g_signal_emit_by_name (gtk_widget_get_prev_sibling (again), "clicked");
        }
      else
        {
          g_signal_emit_by_name (again, "clicked");
          assert_verb (fixture, "start grace video");
        }
      driver_gone (fixture->widget, GTK_TYPE_LABEL, cases[i].title);
    }
}

static GtkWidget *
find_incoming (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (VIS_IS_INCOMING_CALL (window))
        return window;
    }

  return NULL;
}

static void
test_incoming (Fixture *fixture, gconstpointer data)
{
  VisCall   *call;
  GtkWidget *window;

  sign_in (fixture);
  call = begin_call (fixture, FALSE, TRUE, VIS_CALL_RINGING);
  window = find_incoming ();
  g_assert_nonnull (window);
  driver_find (window, GTK_TYPE_LABEL, "Video call");
  g_assert_null (gtk_window_get_focus (GTK_WINDOW (window)));
  driver_click (window, "Answer");
  assert_verb (fixture, "answer video");
  driver_click (window, "Answer without video");
  assert_verb (fixture, "answer voice");
  driver_click (window, "Decline");
  assert_verb (fixture, "decline");
  gtk_window_close (GTK_WINDOW (window));
  assert_verb (fixture, "decline");

  vis_call_set_state (call, VIS_CALL_IN_CALL);
  g_assert_null (find_incoming ());
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
  spy_controller_end (fixture->stage->controller, VIS_END_HANGUP);

  /* A call that is over before it was answered leaves nothing behind but its record. */
  begin_call (fixture, FALSE, FALSE, VIS_CALL_RINGING);
  window = find_incoming ();
  driver_find (window, GTK_TYPE_LABEL, "Voice call");
  g_assert_null (driver_look_for (window, GTK_TYPE_BUTTON, "Answer without video"));
  spy_controller_end (fixture->stage->controller, VIS_END_TIMEOUT);
  g_assert_null (find_incoming ());
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_BUTTON, "Call again"));
}

static void
count_change (guint *changes)
{
  (*changes)++;
}

/* From the call straight to the page of its end: the chat does not shine through. */
static void
test_over_at_once (Fixture *fixture, gconstpointer data)
{
  GtkWidget *over;
  guint      changes = 0;

  sign_in (fixture);
  begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
  over = driver_find (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
  over = gtk_widget_get_ancestor (over, VIS_TYPE_CALL_VIEW);
  g_signal_connect_swapped (over, "unmap", G_CALLBACK (count_change), &changes);
  g_signal_connect_swapped (over, "notify::active", G_CALLBACK (count_change), &changes);
  spy_controller_end (fixture->stage->controller, VIS_END_TIMEOUT);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No answer");
  g_assert_cmpuint (changes, ==, 0);
}

/* The end of one call is not told any more when the next one comes in, nor once that is missed. */
static void
test_over_then_incoming (Fixture *fixture, gconstpointer data)
{
  sign_in (fixture);
  begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Calling…");
  spy_controller_end (fixture->stage->controller, VIS_END_TIMEOUT);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No answer");

  begin_call (fixture, FALSE, TRUE, VIS_CALL_RINGING);
  g_assert_nonnull (find_incoming ());
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "No answer");
  spy_controller_end (fixture->stage->controller, VIS_END_TIMEOUT);
  g_assert_null (find_incoming ());
  driver_settle ();
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_LABEL, "No answer"));
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_BUTTON, "Call again"));
}

/* Sign out in the middle of everything, and in again. */
static void
test_sign_out (Fixture *fixture, gconstpointer data)
{
  sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
  vis_window_set_session (fixture->window, NULL, NULL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Sign in");
  driver_gone (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
  vis_window_set_session (fixture->window, fixture->stage->chat, fixture->stage->controller);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  /* Nobody looks on, and with all of it unrolled each movement would take seconds. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);

  ADD ("/welcome/checks", test_welcome_checks);
  ADD ("/welcome/create", test_welcome_create);
  ADD ("/welcome/busy", test_welcome_busy);
  ADD ("/list/rows", test_list);
  ADD ("/own-name", test_own_name);
  ADD ("/list/search", test_search);
  ADD ("/list/steps", test_steps);
  ADD ("/chat/connection", test_connection);
  ADD ("/chat/send", test_send);
  ADD ("/chat/drafts", test_drafts);
  ADD ("/chat/messages", test_messages);
  ADD ("/chat/bottom", test_stays_at_the_bottom);
  ADD ("/chat/older", test_loads_older);
  ADD ("/chat/requests", test_requests);
  ADD ("/call/states", test_call_states);
  ADD ("/call/controls", test_call_controls);
  ADD ("/call/pictures", test_call_pictures);
  ADD ("/call/bar", test_call_bar);
  ADD ("/call/over", test_call_over);
  ADD ("/call/incoming", test_incoming);
  ADD ("/call/over-at-once", test_over_at_once);
  ADD ("/call/over-then-incoming", test_over_then_incoming);
  ADD ("/sign-out", test_sign_out);

  return g_test_run ();
}
