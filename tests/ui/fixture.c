/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fixture.h"

#include "driver.h"

/* Instead of gtk_test_init () and adw_init (). */
void
fixture_init (int *argc, char ***argv)
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (argc, argv, NULL);
  adw_init ();
  /* With software rendering, each animation takes seconds. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

static gboolean
is_null (gpointer data)
{
  return *(gpointer *) data == NULL;
}

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->stage = stage_new ();
  fixture->window = vis_window_new (NULL);
  fixture->widget = GTK_WIDGET (fixture->window);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1000, 700);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data)
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

void
fixture_sign_in (Fixture *fixture)
{
  stage_fill (fixture->stage);
  vis_window_set_session (fixture->window, fixture->stage->chat, fixture->stage->controller);
}

/* Whether a list of messages is shown, laid out and drawn at the place where its chat begins. */
gboolean
fixture_is_shown (gpointer list)
{
  return gtk_widget_get_mapped (list) && gtk_widget_get_opacity (list) == 1;
}

/* Opens a chat; returns its list of messages once that is shown. */
GtkWidget *
fixture_open_chat (Fixture *fixture, const char *user)
{
  GtkWidget *list;

  vis_window_open_chat (fixture->window, user);
  list = driver_find (fixture->widget, GTK_TYPE_LIST_VIEW, "Messages");
  driver_until (fixture_is_shown, list);

  return list;
}

void
fixture_assert_verb (Fixture *fixture, const char *expected)
{
  g_autofree char *verb = spy_controller_take_verb (fixture->stage->controller);

  g_assert_cmpstr (verb, ==, expected);
}

/* Begins a call with Grace, as the controller would. */
VisCall *
fixture_begin_call (Fixture *fixture, gboolean outgoing, gboolean video, VisCallState state)
{
  g_autoptr (VisCall) call = vis_call_new ("c", "grace", "Grace", outgoing, video);

  vis_call_set_microphone (call, TRUE);
  vis_call_set_camera (call, video);
  vis_call_set_remote_audio (call, TRUE);
  vis_call_set_state (call, state);
  spy_controller_set_call (fixture->stage->controller, call);

  return vis_call_controller_get_call (fixture->stage->controller);
}
