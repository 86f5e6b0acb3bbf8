/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "driver.h"
#include "fixture.h"
#include "vis-call-view.h"
#include "vis-chat-row.h"
#include "vis-incoming-call.h"
#include "vis-window.h"

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
  VisWelcome         *welcome = vis_window_get_welcome (fixture->window);
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
  VisWelcome         *welcome = vis_window_get_welcome (fixture->window);
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

  fixture_sign_in (fixture);
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

/* That there is nobody is said once the server was asked, and not before. */
static void
test_nobody (Fixture *fixture, gconstpointer data)
{
  vis_chat_set_connection (fixture->stage->chat, VIS_CONNECTION_OFFLINE);
  vis_window_set_session (fixture->window, fixture->stage->chat, fixture->stage->controller);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Looking for your chats…");
  vis_chat_set_connection (fixture->stage->chat, VIS_CONNECTION_SYNCING);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Catching up…");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_LABEL, "No chats yet"));
  vis_chat_set_connection (fixture->stage->chat, VIS_CONNECTION_ONLINE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No chats yet");
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Looking for your chats…");
}

/* The server says what this person is called only once it is reached. */
static void
test_own_name (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  vis_chat_set_name (fixture->stage->chat, "Countess of Lovelace");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Countess of Lovelace");
}

static void
test_search (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  driver_write (fixture->widget, "Search", "LAMARR");
  driver_gone (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Hedy Lamarr, 1 unread message, offline");
  driver_write (fixture->widget, "Search", "nobody of this name");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Nobody found");
  driver_write (fixture->widget, "Search", "");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
}

static void
test_connection (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
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

/* What can't be saved is said for as long as it is so, connected or not. */
static void
test_problem (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
  const char        *words = "Your messages can’t be saved. Check the free space on your disk.";

  fixture_sign_in (fixture);
  vis_chat_set_problem (fixture->stage->chat, error);
  driver_find (fixture->widget, GTK_TYPE_LABEL, words);
  vis_chat_set_connection (fixture->stage->chat, VIS_CONNECTION_OFFLINE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, words);
  vis_chat_set_problem (fixture->stage->chat, NULL);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Offline – trying again");
  vis_chat_set_connection (fixture->stage->chat, VIS_CONNECTION_ONLINE);
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Offline – trying again");
}

/* Somebody who is connected somewhere else is asked, and not told that it tries again. */
static void
test_offer (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  vis_chat_set_connection (fixture->stage->chat, VIS_CONNECTION_OFFLINE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Offline – trying again");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_BUTTON, "Connect here"));
  vis_window_set_offer (fixture->window, "Connect here instead?");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Connect here instead?");
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Connect here");
  vis_window_set_offer (fixture->window, NULL);
  vis_chat_set_connection (fixture->stage->chat, VIS_CONNECTION_CONNECTING);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Connecting…");
  driver_gone (fixture->widget, GTK_TYPE_BUTTON, "Connect here");
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

  fixture_sign_in (fixture);
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

  fixture_sign_in (fixture);
  call = begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  mute = driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Mute microphone");
  camera = driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Turn camera off");
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (mute)));

  g_signal_emit_by_name (mute, "clicked");
  fixture_assert_verb (fixture, "microphone off");
  /* What is shown is what is true, not what was asked for. */
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (mute)));
  vis_call_set_microphone (call, FALSE);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (mute)));
  gtk_test_accessible_assert_state (
    GTK_ACCESSIBLE (mute), GTK_ACCESSIBLE_STATE_PRESSED, GTK_ACCESSIBLE_TRISTATE_TRUE);
  g_signal_emit_by_name (mute, "clicked");
  fixture_assert_verb (fixture, "microphone on");

  g_signal_emit_by_name (camera, "clicked");
  fixture_assert_verb (fixture, "camera off");
  driver_click (fixture->widget, "Hang up");
  fixture_assert_verb (fixture, "hang-up");
}

static void
test_call_pictures (Fixture *fixture, gconstpointer data)
{
  VisCall                 *call;
  g_autoptr (GdkPaintable) picture = gdk_paintable_new_empty (640, 480);

  fixture_sign_in (fixture);
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
  fixture_sign_in (fixture);
  begin_call (fixture, TRUE, FALSE, VIS_CALL_CALLING);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Mute microphone");
  gtk_widget_activate_action (fixture->widget, "win.show-chat", NULL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Return to the call");
  driver_gone (fixture->widget, GTK_TYPE_BUTTON, "Mute microphone");
  driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message");
  driver_click (fixture->widget, "Hang up");
  fixture_assert_verb (fixture, "hang-up");
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

  fixture_sign_in (fixture);
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
          fixture_assert_verb (fixture, "start grace video");
        }
      driver_gone (fixture->widget, GTK_TYPE_LABEL, cases[i].title);
    }
}

/* Whoever leaves the page of the end by another way than its button sees the next call all the
 * same. */
static void
test_call_after_over (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
  spy_controller_end (fixture->stage->controller, VIS_END_TIMEOUT);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No answer");
  vis_window_open_chat (fixture->window, "kat");
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "No answer");

  begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
  driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Mute microphone");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Calling…");
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

  fixture_sign_in (fixture);
  call = begin_call (fixture, FALSE, TRUE, VIS_CALL_RINGING);
  window = find_incoming ();
  g_assert_nonnull (window);
  driver_find (window, GTK_TYPE_LABEL, "Video call");
  g_assert_null (gtk_window_get_focus (GTK_WINDOW (window)));
  /* No dialog of the other window keeps clicks from it. */
  g_assert_true (gtk_window_get_group (GTK_WINDOW (window)) !=
                 gtk_window_get_group (GTK_WINDOW (fixture->window)));
  driver_click (window, "Answer");
  fixture_assert_verb (fixture, "answer video");
  driver_click (window, "Answer without video");
  fixture_assert_verb (fixture, "answer voice");
  driver_click (window, "Decline");
  fixture_assert_verb (fixture, "decline");
  gtk_window_close (GTK_WINDOW (window));
  fixture_assert_verb (fixture, "decline");

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

static gboolean
is_active (gpointer data)
{
  return gtk_window_is_active (data);
}

/* Who comes back to the app while it rings wants to answer. */
static void
test_incoming_in_front (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  begin_call (fixture, FALSE, TRUE, VIS_CALL_RINGING);
  driver_until (is_active, find_incoming ());
  gtk_window_present (GTK_WINDOW (fixture->window));
  driver_until (is_active, fixture->window);
  vis_window_present (fixture->window);
  driver_until (is_active, find_incoming ());
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

  fixture_sign_in (fixture);
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
  fixture_sign_in (fixture);
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

static GtkWidget *
toast_of (GtkWidget *label)
{
  while (!g_str_equal (gtk_widget_get_css_name (label), "toast"))
    label = gtk_widget_get_parent (label);

  return label;
}

/* Once both have their places. */
static gboolean
is_above (gpointer data)
{
  GtkWidget     **pair = data;
  GtkWidget      *window = GTK_WIDGET (gtk_widget_get_root (pair[0]));
  graphene_rect_t a, b;

  return gtk_widget_compute_bounds (pair[0], window, &a) && a.size.height > 0 &&
         gtk_widget_compute_bounds (pair[1], window, &b) && b.size.height > 0 &&
         a.origin.y + a.size.height <= b.origin.y;
}

static void
assert_above (Fixture *fixture, GtkWidget *toast, GType type, const char *name)
{
  GtkWidget *pair[] = { toast, driver_find (fixture->widget, type, name) };

  driver_until (is_above, pair);
}

/* What is told covers neither what one writes with nor what ends a call. */
static void
test_toast (Fixture *fixture, gconstpointer data)
{
  GtkWidget *text;
  VisCall   *call;

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 640);
  vis_window_show_error (fixture->window, "The server did not answer in time. Please try again.");
  text = driver_find (
    fixture->widget, GTK_TYPE_LABEL, "The server did not answer in time. Please try again.");
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_ROLE_ALERT);
  call = begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  assert_above (fixture, toast_of (text), GTK_TYPE_BUTTON, "Hang up");
  vis_call_set_media_state (call, VIS_MEDIA_CONNECTED);
  gtk_widget_activate_action (fixture->widget, "win.show-chat", NULL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Return to the call");
  assert_above (fixture, toast_of (text), GTK_TYPE_BUTTON, "Send");
  assert_above (fixture, toast_of (text), GTK_TYPE_TEXT_VIEW, "Message");
}

/* Sign out in the middle of everything, and in again. */
static void
test_sign_out (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
  vis_window_set_session (fixture->window, NULL, NULL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Sign in");
  driver_gone (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
  vis_window_set_session (fixture->window, fixture->stage->chat, fixture->stage->controller);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
}

int
main (int argc, char *argv[])
{
  fixture_init (&argc, &argv);

  FIXTURE_ADD ("/welcome/checks", test_welcome_checks);
  FIXTURE_ADD ("/welcome/create", test_welcome_create);
  FIXTURE_ADD ("/welcome/busy", test_welcome_busy);
  FIXTURE_ADD ("/list/rows", test_list);
  FIXTURE_ADD ("/list/nobody", test_nobody);
  FIXTURE_ADD ("/own-name", test_own_name);
  FIXTURE_ADD ("/list/search", test_search);
  FIXTURE_ADD ("/chat/connection", test_connection);
  FIXTURE_ADD ("/chat/problem", test_problem);
  FIXTURE_ADD ("/chat/offer", test_offer);
  FIXTURE_ADD ("/call/states", test_call_states);
  FIXTURE_ADD ("/call/controls", test_call_controls);
  FIXTURE_ADD ("/call/pictures", test_call_pictures);
  FIXTURE_ADD ("/call/bar", test_call_bar);
  FIXTURE_ADD ("/call/over", test_call_over);
  FIXTURE_ADD ("/call/after-over", test_call_after_over);
  FIXTURE_ADD ("/call/incoming", test_incoming);
  FIXTURE_ADD ("/call/incoming-in-front", test_incoming_in_front);
  FIXTURE_ADD ("/call/over-at-once", test_over_at_once);
  FIXTURE_ADD ("/call/over-then-incoming", test_over_then_incoming);
  FIXTURE_ADD ("/toast", test_toast);
  FIXTURE_ADD ("/sign-out", test_sign_out);

  return g_test_run ();
}
