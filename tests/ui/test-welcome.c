/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Signing in and making an account. */

#include "config.h"

#include "driver.h"
#include "fixture.h"

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
    { "host", "Ada!", "", "User names have" },
    { "host", "ada", "", "Enter your password" },
    { "host", "ada", "x", NULL },
    { "host", " @Ada", "x", NULL },
  };
  VisWelcome         *welcome = vis_window_get_welcome (fixture->window);
  g_autoptr (GString) sent = g_string_new (NULL);

  vis_window_show_welcome (fixture->window);
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

  g_assert_cmpstr (sent->str, ==, "0|host|ada|x||\n0|host|ada|x||\n");
}

static void
test_welcome_create (Fixture *fixture, gconstpointer data)
{
  VisWelcome         *welcome = vis_window_get_welcome (fixture->window);
  g_autoptr (GString) sent = g_string_new (NULL);

  vis_window_show_welcome (fixture->window);
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

typedef struct
{
  GtkWidget *error;
  GtkWidget *button;
} Form;

static gboolean
is_inside (GtkWidget *widget, GtkWidget *content)
{
  graphene_rect_t bounds;

  return gtk_widget_compute_bounds (widget, content, &bounds) && bounds.size.height > 0 &&
         bounds.origin.y >= 0 &&
         bounds.origin.y + bounds.size.height <= gtk_widget_get_height (content);
}

/* Whether the window is low and shows both widgets. */
static gboolean
fits (gpointer data)
{
  Form      *form = data;
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (form->button));
  GtkWidget *content = adw_application_window_get_content (ADW_APPLICATION_WINDOW (window));

  return gtk_widget_get_height (content) <= 640 && is_inside (form->error, content) &&
         is_inside (form->button, content);
}

/* The form of a new account fits into a low window, with an error. */
static void
test_welcome_low (Fixture *fixture, gconstpointer data)
{
  VisWelcome *welcome = vis_window_get_welcome (fixture->window);
  const char *error = "This server asks for an invite code. Ask whoever runs the server for one.";
  Form        form;

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 640);
  vis_window_show_welcome (fixture->window);
  driver_click (fixture->widget, "Create account");
  vis_welcome_set_error (welcome, error);
  form.error = driver_find (fixture->widget, GTK_TYPE_LABEL, error);
  form.button = driver_find (fixture->widget, GTK_TYPE_BUTTON, "Create account");
  driver_until (fits, &form);
}

static gboolean
is_marked (Fixture *fixture, const char *row)
{
  GtkWidget *text = driver_find (fixture->widget, GTK_TYPE_TEXT, row);

  return gtk_widget_has_css_class (gtk_widget_get_ancestor (text, ADW_TYPE_ENTRY_ROW), "error");
}

static gboolean
has_focus (Fixture *fixture, const char *row)
{
  return gtk_window_get_focus (GTK_WINDOW (fixture->window)) ==
         driver_find (fixture->widget, GTK_TYPE_TEXT, row);
}

/* An error of the server marks its row, as one of the form does, and that row only, until it is
 * cleared. */
static void
test_welcome_marks (Fixture *fixture, gconstpointer data)
{
  VisWelcome *welcome = vis_window_get_welcome (fixture->window);

  vis_window_show_welcome (fixture->window);
  vis_welcome_set_server (welcome, "chat.example.org");
  driver_click (fixture->widget, "Create account");
  driver_click (fixture->widget, "Create account");
  g_assert_true (is_marked (fixture, "User name"));
  driver_click (fixture->widget, "Sign in");
  g_assert_null (vis_welcome_get_error (welcome));
  g_assert_false (is_marked (fixture, "User name"));

  vis_welcome_refuse (welcome, VIS_WELCOME_USER, "Taken.");
  g_assert_true (is_marked (fixture, "User name"));
  g_assert_true (has_focus (fixture, "User name"));
  vis_welcome_refuse (welcome, VIS_WELCOME_PASSWORD, "Wrong.");
  g_assert_false (is_marked (fixture, "User name"));
  g_assert_true (is_marked (fixture, "Password"));
  g_assert_true (has_focus (fixture, "Password"));
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Wrong.");
  vis_welcome_set_error (welcome, NULL);
  g_assert_false (is_marked (fixture, "Password"));
}

/* After signing out, the form has all but the password. */
static void
test_welcome_reset (Fixture *fixture, gconstpointer data)
{
  VisWelcome         *welcome = vis_window_get_welcome (fixture->window);
  g_autoptr (GString) sent = g_string_new (NULL);

  vis_window_show_welcome (fixture->window);
  vis_welcome_set_server (welcome, "10.77.0.1:8443");
  vis_welcome_set_user (welcome, "grace");
  vis_welcome_set_invite (welcome, "7f3k-22ab");
  driver_write (fixture->widget, "Your name", "Grace Hopper");
  driver_write (fixture->widget, "Password", "long enough");
  vis_welcome_refuse (welcome, VIS_WELCOME_INVITE, "Not valid.");

  vis_welcome_reset (welcome);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Welcome to Visavis");
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Not valid.");
  g_signal_connect (welcome, "submitted", G_CALLBACK (on_submitted), sent);
  vis_window_show_welcome (fixture->window);
  g_assert_true (has_focus (fixture, "Password"));
  driver_click (fixture->widget, "Create account");
  driver_write (fixture->widget, "Password", "long enough");
  driver_click (fixture->widget, "Create account");
  g_assert_cmpstr (sent->str, ==, "1|10.77.0.1:8443|grace|long enough||\n");
}

static void
on_cancelled (VisWelcome *welcome, gboolean *cancelled)
{
  *cancelled = TRUE;
}

static void
test_welcome_busy (Fixture *fixture, gconstpointer data)
{
  gboolean    cancelled = FALSE;
  VisWelcome *welcome = vis_window_get_welcome (fixture->window);
  GtkWidget  *button;

  vis_window_show_welcome (fixture->window);
  button = driver_find (fixture->widget, GTK_TYPE_BUTTON, "Sign in");
  g_signal_connect (welcome, "cancelled", G_CALLBACK (on_cancelled), &cancelled);
  vis_welcome_set_busy (welcome, TRUE);
  g_assert_false (gtk_widget_is_sensitive (button));
  driver_click (fixture->widget, "Cancel");
  g_assert_true (cancelled);
  vis_welcome_set_error (welcome, "Nobody there.");
  vis_welcome_set_busy (welcome, FALSE);
  g_assert_true (gtk_widget_is_sensitive (button));
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Nobody there.");
}

int
main (int argc, char *argv[])
{
  fixture_init (&argc, &argv);

  FIXTURE_ADD ("/welcome/checks", test_welcome_checks);
  FIXTURE_ADD ("/welcome/create", test_welcome_create);
  FIXTURE_ADD ("/welcome/fits-low-window", test_welcome_low);
  FIXTURE_ADD ("/welcome/busy", test_welcome_busy);
  FIXTURE_ADD ("/welcome/marked-rows", test_welcome_marks);
  FIXTURE_ADD ("/welcome/reset", test_welcome_reset);

  return g_test_run ();
}
