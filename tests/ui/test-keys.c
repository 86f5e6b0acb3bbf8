/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "driver.h"
#include "fixture.h"
#include "vis-chat-row.h"
#include "vis-pane.h"

/* Keys of the window */

static gboolean
has_focus (Fixture *fixture, GType type, const char *name)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  GtkWidget *widget = driver_find (fixture->widget, type, name);

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

/* Presses a key where the focus is. */
static gboolean
press (Fixture *fixture, guint keyval, GdkModifierType state)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));

  return driver_press (focus != NULL ? focus : fixture->widget, keyval, state);
}

static void
test_search_key (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  g_assert_true (has_focus (fixture, GTK_TYPE_TEXT_VIEW, "Message"));
  g_assert_true (press (fixture, GDK_KEY_k, GDK_CONTROL_MASK));
  g_assert_true (has_focus (fixture, GTK_TYPE_EDITABLE, "Search"));

  driver_write (fixture->widget, "Search", "lamarr");
  driver_gone (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
  g_signal_emit_by_name (driver_find (fixture->widget, GTK_TYPE_EDITABLE, "Search"), "activate");
  g_assert_true (has_focus (fixture, GTK_TYPE_TEXT_VIEW, "Message"));
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Missed voice call");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
}

static void
test_panes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisCall) call = vis_call_new ("c", "grace", "Grace", TRUE, FALSE);

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
  g_assert_true (press (fixture, GDK_KEY_F6, 0));
  g_assert_false (has_focus (fixture, GTK_TYPE_TEXT_VIEW, "Message"));
  g_assert_true (press (fixture, GDK_KEY_F6, 0));
  g_assert_true (has_focus (fixture, GTK_TYPE_TEXT_VIEW, "Message"));

  /* The call bar is a stop once there is a call. */
  vis_call_set_state (call, VIS_CALL_CALLING);
  spy_controller_set_call (fixture->stage->controller, call);
  driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Mute microphone");
  gtk_widget_activate_action (fixture->widget, "win.show-chat", NULL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Return to the call");
  gtk_widget_grab_focus (driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message"));
  g_assert_true (press (fixture, GDK_KEY_F6, 0));
  g_assert_true (has_focus (fixture, GTK_TYPE_BUTTON, "Return to the call") ||
                 has_focus (fixture, GTK_TYPE_BUTTON, "Hang up"));
}

static void
test_steps (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
  g_assert_true (press (fixture, GDK_KEY_Down, GDK_ALT_MASK));
  driver_find (fixture->widget, GTK_TYPE_LABEL, "A real bug?");
  g_assert_true (press (fixture, GDK_KEY_Down, GDK_ALT_MASK));
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "A real bug?");
  g_assert_true (press (fixture, GDK_KEY_Up, GDK_ALT_MASK));
  driver_find (fixture->widget, GTK_TYPE_LABEL, "A real bug?");
  gtk_widget_activate_action (fixture->widget, "win.show-help-overlay", NULL);
  driver_settle ();
}

static void
test_back (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 640);
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
  vis_window_open_chat (fixture->window, "grace");
  driver_gone (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Back to chats");
  g_assert_true (
    driver_press (driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message"), GDK_KEY_Escape, 0));
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
  driver_gone (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message");
}

/* Only Enter and a click open a chat. */

static GtkWidget *
find_row (Fixture *fixture, const char *name)
{
  return gtk_widget_get_parent (driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, name));
}

static VisConversation *
find_chat (Fixture *fixture, const char *user)
{
  return vis_chat_find (fixture->stage->chat, user);
}

static void
test_list_keys (Fixture *fixture, gconstpointer data)
{
  GtkWidget *row;

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  row = find_row (fixture, "Grace Hopper, online");
  g_assert_true (gtk_widget_grab_focus (row));

  /* Moving through the list opens nothing: chats stay unread, and the open one stays selected. */
  for (guint i = 0; i < 2; i++)
    g_assert_true (press (fixture, GDK_KEY_Down, 0));
  g_assert_false (has_focus (fixture, GTK_TYPE_TEXT_VIEW, "Message"));
  g_assert_true (gtk_widget_get_state_flags (row) & GTK_STATE_FLAG_SELECTED);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "A real bug?");

  row = find_row (fixture, "Katherine Johnson, 2 unread messages, online");
  g_assert_true (gtk_widget_grab_focus (row));
  g_assert_true (press (fixture, GDK_KEY_Return, 0));
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Have you checked them?");
  g_assert_true (has_focus (fixture, GTK_TYPE_TEXT_VIEW, "Message"));
  g_assert_true (gtk_widget_get_state_flags (row) & GTK_STATE_FLAG_SELECTED);
}

static gboolean
is_folded (gpointer row)
{
  return vis_pane_get_folded (VIS_PANE (gtk_widget_get_ancestor (row, VIS_TYPE_PANE)));
}

static void
test_list_keys_folded (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 640);
  driver_until (is_folded, find_row (fixture, "Grace Hopper, online"));
  g_assert_true (gtk_widget_grab_focus (find_row (fixture, "Grace Hopper, online")));
  g_assert_true (press (fixture, GDK_KEY_Down, 0));
  driver_settle ();
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message"));
  g_assert_true (press (fixture, GDK_KEY_Return, 0));
  driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message");
}

/* A reordered list does not open another chat. */
static void
test_list_moves (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisCall) call = vis_call_new ("c", "grace", "Grace", TRUE, FALSE);
  GtkWidget          *row;

  fixture_sign_in (fixture);
  vis_call_set_state (call, VIS_CALL_CALLING);
  spy_controller_set_call (fixture->stage->controller, call);
  driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Mute microphone");
  stage_say (fixture->stage, find_chat (fixture, "annie"), "Hello", 0);
  driver_settle ();
  driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Mute microphone");

  /* A click on the selected row opens its chat. */
  row = find_row (fixture, "Grace Hopper, online");
  g_assert_true (gtk_widget_get_state_flags (row) & GTK_STATE_FLAG_SELECTED);
  g_assert_true (gtk_widget_activate_action (row, "list.activate-item", "u", 1));
  driver_find (fixture->widget, GTK_TYPE_TEXT_VIEW, "Message");
}

static void
test_search_keeps_focus (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  g_assert_true (press (fixture, GDK_KEY_k, GDK_CONTROL_MASK));
  stage_say (fixture->stage, find_chat (fixture, "annie"), "Hello", 0);
  driver_write (fixture->widget, "Search", "gr");
  driver_gone (fixture->widget, VIS_TYPE_CHAT_ROW, "Annie Easley, offline");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
  g_assert_true (has_focus (fixture, GTK_TYPE_EDITABLE, "Search"));
  driver_write (fixture->widget, "Search", "");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Annie Easley, offline");
  g_assert_true (has_focus (fixture, GTK_TYPE_EDITABLE, "Search"));
}

/* Tab goes in a circle, in both directions, through each button. */

static void
collect_buttons (GtkWidget *widget, GHashTable *buttons)
{
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_is_sensitive (widget) ||
      !gtk_widget_get_can_focus (widget))
    return;
  /* A list is one stop; arrow keys move in it. */
  if (GTK_IS_LIST_VIEW (widget))
    return;
  if (GTK_IS_BUTTON (widget) && gtk_widget_get_focusable (widget))
    g_hash_table_add (buttons, widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect_buttons (child, buttons);
}

static void
assert_round (Fixture *fixture, GtkDirectionType direction)
{
  GtkWindow             *window = GTK_WINDOW (fixture->window);
  g_autoptr (GHashTable) missing = g_hash_table_new (NULL, NULL);
  GtkWidget             *begin = gtk_window_get_focus (window);
  GtkWidget             *focus;
  GHashTableIter         iter;
  gpointer               button;
  guint                  steps = 0;

  g_assert_nonnull (begin);
  collect_buttons (fixture->widget, missing);
  g_assert_cmpuint (g_hash_table_size (missing), >, 0);
  do
    {
      g_signal_emit_by_name (gtk_window_get_focus (window), "move-focus", direction);
      focus = gtk_window_get_focus (window);
      g_assert_nonnull (focus);
      g_hash_table_remove (missing, focus);
      steps++;
    }
  while (focus != begin && steps < 100);

  g_hash_table_iter_init (&iter, missing);
  while (g_hash_table_iter_next (&iter, &button, NULL))
    g_test_message ("never reached: %s “%s” “%s”",
                    G_OBJECT_TYPE_NAME (gtk_widget_get_parent (button)),
                    gtk_button_get_label (button),
                    gtk_button_get_icon_name (button));
  g_assert_cmpuint (g_hash_table_size (missing), ==, 0);
  g_assert_true (focus == begin);
}

static void
assert_rounds (Fixture *fixture)
{
  /* The focus moves by position. */
  driver_draw (fixture->widget);
  assert_round (fixture, GTK_DIR_TAB_FORWARD);
  assert_round (fixture, GTK_DIR_TAB_BACKWARD);
}

static void
fold (Fixture *fixture)
{
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 640);
  driver_gone (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
}

static void
test_round_welcome (Fixture *fixture, gconstpointer data)
{
  vis_window_set_session (fixture->window, NULL, NULL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Sign in");
  assert_rounds (fixture);
}

static void
test_round_chat (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  /* With a text, the button that sends is a stop as well. */
  driver_write (fixture->widget, "Message", "Hello");
  g_assert_true (has_focus (fixture, GTK_TYPE_TEXT_VIEW, "Message"));
  assert_rounds (fixture);

  fold (fixture);
  assert_rounds (fixture);
}

static void
test_round_request (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "radia");
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Accept");
  assert_rounds (fixture);

  fold (fixture);
  assert_rounds (fixture);
}

static void
test_round_call (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_CALLING);
  driver_find (fixture->widget, GTK_TYPE_TOGGLE_BUTTON, "Mute microphone");
  assert_rounds (fixture);

  fold (fixture);
  assert_rounds (fixture);

  /* And the call bar, beside the chat. */
  gtk_widget_activate_action (fixture->widget, "win.show-chat", NULL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Return to the call");
  assert_rounds (fixture);
}

int
main (int argc, char *argv[])
{
  fixture_init (&argc, &argv);

  FIXTURE_ADD ("/keys/search", test_search_key);
  FIXTURE_ADD ("/keys/search-keeps-focus", test_search_keeps_focus);
  FIXTURE_ADD ("/keys/list", test_list_keys);
  FIXTURE_ADD ("/keys/list-folded", test_list_keys_folded);
  FIXTURE_ADD ("/list/moves", test_list_moves);
  FIXTURE_ADD ("/keys/panes", test_panes);
  FIXTURE_ADD ("/keys/steps", test_steps);
  FIXTURE_ADD ("/keys/back", test_back);

  FIXTURE_ADD ("/tab-order/welcome", test_round_welcome);
  FIXTURE_ADD ("/tab-order/chat", test_round_chat);
  FIXTURE_ADD ("/tab-order/request", test_round_request);
  FIXTURE_ADD ("/tab-order/call", test_round_call);

  return g_test_run ();
}
