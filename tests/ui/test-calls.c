/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "driver.h"
#include "fixture.h"
#include "vis-call-view.h"
#include "vis-incoming-call.h"
#include "vis-window.h"

static void
test_call_states (Fixture *fixture, gconstpointer data)
{
  VisCall *call;

  fixture_sign_in (fixture);
  call = fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
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
  call = fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  mute = driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Mute microphone");
  camera = driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Turn camera off");
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (mute)));

  g_signal_emit_by_name (mute, "clicked");
  fixture_assert_verb (fixture, "microphone off");
  /* A toggle shows the property of the call, not what was clicked. */
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
test_call_without_devices (Fixture *fixture, gconstpointer data)
{
  const char *both =
    "No microphone and no camera found. Connect them so that Grace can hear and see you.";
  VisCall   *call;
  GtkWidget *mute, *camera;

  fixture_sign_in (fixture);
  call = fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
  mute = driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Mute microphone");
  camera = driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Turn camera off");
  vis_call_set_microphone_works (call, FALSE);
  driver_find (fixture->widget,
               GTK_TYPE_LABEL,
               "No microphone found. Connect one so that Grace can hear you.");
  g_assert_false (gtk_widget_is_sensitive (mute));
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (mute)));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (mute), ==, "No microphone found");
  gtk_test_accessible_assert_property (
    GTK_ACCESSIBLE (mute), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "No microphone found");
  g_assert_true (gtk_widget_is_sensitive (camera));

  vis_call_set_camera_works (call, FALSE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, both);
  g_assert_false (gtk_widget_is_sensitive (camera));
  gtk_test_accessible_assert_property (
    GTK_ACCESSIBLE (camera), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "No camera found");

  /* In a voice call a missing camera is not mentioned. */
  vis_call_set_microphone_works (call, TRUE);
  driver_find (
    fixture->widget, GTK_TYPE_LABEL, "No camera found. Connect one so that Grace can see you.");
  vis_call_set_camera (call, FALSE);
  driver_gone (
    fixture->widget, GTK_TYPE_LABEL, "No camera found. Connect one so that Grace can see you.");
  g_assert_false (gtk_widget_is_sensitive (camera));

  vis_call_set_camera_works (call, TRUE);
  g_assert_true (gtk_widget_is_sensitive (camera));
  g_assert_true (gtk_widget_is_sensitive (mute));
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (mute)));
  gtk_test_accessible_assert_property (
    GTK_ACCESSIBLE (mute), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Mute microphone");
}

static void
test_call_pictures (Fixture *fixture, gconstpointer data)
{
  VisCall                 *call;
  g_autoptr (GdkPaintable) picture = gdk_paintable_new_empty (640, 480);

  fixture_sign_in (fixture);
  call = fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  vis_call_set_media_state (call, VIS_MEDIA_CONNECTED);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Grace");
  vis_call_set_local_picture (call, G_OBJECT (picture));
  vis_call_set_remote_picture (call, G_OBJECT (picture));
  vis_call_set_remote_video (call, TRUE);
  driver_settle ();
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_LABEL, "Grace turned the camera off"));
  vis_call_set_remote_video (call, FALSE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Grace turned the camera off");
  vis_call_set_problem (call, "The camera cannot be used.");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "The camera cannot be used.");
  vis_call_set_problem (call, NULL);
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
  fixture_begin_call (fixture, TRUE, FALSE, VIS_CALL_CALLING);
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
    { VIS_END_INSECURE, "Not secure" },
  };

  fixture_sign_in (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
      driver_find (fixture->widget, GTK_TYPE_LABEL, "Calling…");
      spy_controller_end (fixture->stage->controller, cases[i].reason);
      driver_find (fixture->widget, GTK_TYPE_LABEL, cases[i].title);
      again = driver_find (fixture->widget, GTK_TYPE_BUTTON, "Call again");
      if (i % 2 == 0)
        {
          /* By its neighbour: the window's own close button has the same name. */
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

/* A new call is shown, also if the person has left the page of the last one's end without closing
 * it. */
static void
test_call_after_over (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
  spy_controller_end (fixture->stage->controller, VIS_END_TIMEOUT);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No answer");
  vis_window_open_chat (fixture->window, "kat");
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "No answer");

  fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
  driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Mute microphone");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Calling…");
}

static GtkWidget *
find_incoming (void)
{
  return driver_look_for_window (VIS_TYPE_INCOMING_CALL);
}

static void
test_incoming (Fixture *fixture, gconstpointer data)
{
  VisCall   *call;
  GtkWidget *window;

  fixture_sign_in (fixture);
  call = fixture_begin_call (fixture, FALSE, TRUE, VIS_CALL_RINGING);
  window = find_incoming ();
  g_assert_nonnull (window);
  driver_find (window, GTK_TYPE_LABEL, "Video call");
  g_assert_null (gtk_window_get_focus (GTK_WINDOW (window)));
  /* In a window group of its own: modal dialogs of the main window don't block it. */
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

  /* A call that ended before it was answered is in the history only. */
  fixture_begin_call (fixture, FALSE, FALSE, VIS_CALL_RINGING);
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

/* Presenting the app while a call rings presents the window of the call. */
static void
test_incoming_in_front (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  fixture_begin_call (fixture, FALSE, TRUE, VIS_CALL_RINGING);
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

/* The page of the end replaces the call at once: the chat is not shown in between. */
static void
test_over_at_once (Fixture *fixture, gconstpointer data)
{
  GtkWidget *over;
  guint      changes = 0;

  fixture_sign_in (fixture);
  fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
  over = driver_find (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
  over = gtk_widget_get_ancestor (over, VIS_TYPE_CALL_VIEW);
  g_signal_connect_swapped (over, "unmap", G_CALLBACK (count_change), &changes);
  g_signal_connect_swapped (over, "notify::active", G_CALLBACK (count_change), &changes);
  spy_controller_end (fixture->stage->controller, VIS_END_TIMEOUT);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No answer");
  g_assert_cmpuint (changes, ==, 0);
}

/* An incoming call hides the end of the last one, which does not return when that call is missed.
 */
static void
test_over_then_incoming (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Calling…");
  spy_controller_end (fixture->stage->controller, VIS_END_TIMEOUT);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No answer");

  fixture_begin_call (fixture, FALSE, TRUE, VIS_CALL_RINGING);
  g_assert_nonnull (find_incoming ());
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "No answer");
  spy_controller_end (fixture->stage->controller, VIS_END_TIMEOUT);
  g_assert_null (find_incoming ());
  driver_settle ();
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_LABEL, "No answer"));
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_BUTTON, "Call again"));
}

static guint
count_toasts (GtkWidget *widget)
{
  guint count = g_str_equal (G_OBJECT_TYPE_NAME (widget), "AdwToastWidget") ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    count += count_toasts (child);

  return count;
}

static gboolean
is_at_most_one_toast (gpointer data)
{
  return count_toasts (data) <= 1;
}

/* A caller who gets "busy" is shown in one toast, however often they try, and whatever characters
 * their name has. */
static void
test_missed_meanwhile (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  spy_controller_miss (fixture->stage->controller, "kat", "<b>\u05d0\u202e & co");
  driver_find (
    fixture->widget, GTK_TYPE_LABEL, "\u2068<b>\u05d0 & co\u2069 called while you were in a call");
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Hang up");

  for (guint i = 0; i < 20; i++)
    spy_controller_miss (fixture->stage->controller, "kurt", "Kurt");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Kurt called while you were in a call");
  driver_until (is_at_most_one_toast, fixture->widget);
}

int
main (int argc, char *argv[])
{
  fixture_init (&argc, &argv);

  FIXTURE_ADD ("/call/states", test_call_states);
  FIXTURE_ADD ("/call/controls", test_call_controls);
  FIXTURE_ADD ("/call/without-devices", test_call_without_devices);
  FIXTURE_ADD ("/call/pictures", test_call_pictures);
  FIXTURE_ADD ("/call/bar", test_call_bar);
  FIXTURE_ADD ("/call/end", test_call_over);
  FIXTURE_ADD ("/call/call-after-end", test_call_after_over);
  FIXTURE_ADD ("/call/incoming", test_incoming);
  FIXTURE_ADD ("/call/incoming-in-front", test_incoming_in_front);
  FIXTURE_ADD ("/call/end-replaces-call", test_over_at_once);
  FIXTURE_ADD ("/call/end-then-incoming", test_over_then_incoming);
  FIXTURE_ADD ("/call/missed-during-call", test_missed_meanwhile);

  return g_test_run ();
}
