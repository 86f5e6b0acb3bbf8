/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "vis-application-private.h"
#include "vis-confirm-dialog.h"
#include "vis-text.h"

#define RELEASE_MS 500 /* the bus is local; a later release does no harm */

/* Closing the window, and the end of the process. */

static void
keep_size (VisApplication *self)
{
  GSettings *settings = vis_profile_get_settings (self->profile);
  GtkWindow *window = GTK_WINDOW (self->window);
  int        width;
  int        height;

  if (settings == NULL)
    return;
  gtk_window_get_default_size (window, &width, &height);
  g_settings_set_boolean (settings, "window-maximized", gtk_window_is_maximized (window));
  g_settings_set_int (settings, "window-width", MAX (width, 360));
  g_settings_set_int (settings, "window-height", MAX (height, 294));
}

static void
close_now (gpointer data)
{
  g_autoptr (VisApplication) self = data;

  if (self->window != NULL)
    vis_application_close (self);
}

/* After the dialog has gone: AdwMessageDialog uses its transient parent when it closes. */
static void
on_close_confirmed (gpointer data)
{
  g_idle_add_once (close_now, g_object_ref (data));
}

static void
ask (VisApplication *self, VisCall *call)
{
  g_autofree char *name = vis_text_isolate (vis_call_get_peer_name (call));
  gboolean         rings = vis_call_get_state (call) == VIS_CALL_RINGING;
  g_autofree char *body = NULL;

  if (self->close_question != NULL)
    {
      gtk_window_present (self->close_question);
      return;
    }

  body = g_strdup_printf (rings ? _ ("%s is calling you. Closing Visavis declines the call.")
                                : _ ("Closing Visavis ends your call with %s."),
                          name);
  g_set_weak_pointer (
    &self->close_question,
    vis_confirm_dialog_show (GTK_WIDGET (self->window),
                             rings ? _ ("Decline the call?") : _ ("End the call?"),
                             body,
                             rings ? _ ("Decline and close") : _ ("End and close"),
                             on_close_confirmed,
                             g_object_ref (self),
                             g_object_unref));
}

/* Implements `close-request` of the window: asks before a call is ended. */
gboolean
vis_application_on_close_request (VisApplication *self, GtkWindow *window)
{
  VisCall *call = NULL;

  if (self->session != NULL)
    call = vis_call_controller_get_call (vis_session_get_controller (self->session));
  if (call != NULL && !self->closing)
    {
      ask (self, call);
      return GDK_EVENT_STOP;
    }

  keep_size (self);
  vis_application_clear_session (self);
  /* The process may live on until the server has been told; a start in that time gets a new window,
   * which signs in again. */
  self->form_shown = FALSE;
  self->closing = FALSE;

  return GDK_EVENT_PROPAGATE;
}

/* Closes the window without asking. */
void
vis_application_close (VisApplication *self)
{
  self->closing = TRUE;
  gtk_window_close (GTK_WINDOW (self->window));
}

/* After the main loop, gives up the name on the bus: the next start becomes an instance of its own.
 * One that asked this instance just before gets no answer, and tries again, see
 * vis_application_meet_running(). */
void
vis_application_release_name (VisApplication *self)
{
  GApplication        *application = G_APPLICATION (self);
  GDBusConnection     *bus = g_application_get_dbus_connection (application);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError)   error = NULL;

  if (bus == NULL)
    return;

  answer = g_dbus_connection_call_sync (
    bus,
    "org.freedesktop.DBus",
    "/org/freedesktop/DBus",
    "org.freedesktop.DBus",
    "ReleaseName",
    g_variant_new ("(s)", g_application_get_application_id (application)),
    G_VARIANT_TYPE ("(u)"),
    G_DBUS_CALL_FLAGS_NONE,
    RELEASE_MS,
    NULL,
    &error);
  if (answer == NULL)
    g_info ("The name on the bus could not be released: %s", error->message);
}
