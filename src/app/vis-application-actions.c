/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "vis-application-private.h"
#include "vis-confirm-dialog.h"
#include "vis-error.h"

/* Whether the call of a notification still rings: by the time of the click, it may be over, or
 * another one. */
static gboolean
rings (VisApplication *self, const char *id)
{
  VisCall *call = NULL;

  if (self->session != NULL)
    call = vis_call_controller_get_call (vis_session_get_controller (self->session));

  return call != NULL && vis_call_get_state (call) == VIS_CALL_RINGING &&
         strcmp (vis_call_get_id (call), id) == 0;
}

static void
on_activate (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  vis_application_present (user_data);
}

static void
on_answer (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VisApplication    *self = user_data;
  VisCallController *controller;

  if (!rings (self, g_variant_get_string (parameter, NULL)))
    return;

  controller = vis_session_get_controller (self->session);
  vis_application_present (self);
  vis_call_controller_answer (controller,
                              vis_call_get_video (vis_call_controller_get_call (controller)));
}

static void
on_decline (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VisApplication *self = user_data;

  if (rings (self, g_variant_get_string (parameter, NULL)))
    vis_call_controller_decline (vis_session_get_controller (self->session));
}

static void
on_open_chat (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VisApplication *self = user_data;

  vis_application_present (self);
  if (self->session != NULL)
    vis_window_open_chat (self->window, g_variant_get_string (parameter, NULL));
}

typedef struct
{
  VisApplication *application;
  GtkCheckButton *erase;
} SignOut;

static void
sign_out_free (gpointer data)
{
  SignOut *question = data;

  g_object_unref (question->application);
  g_object_unref (question->erase);
  g_free (question);
}

/* If the window was closed meanwhile, a new one shows the error. */
static void
on_erased (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VisApplication) self = user_data;
  g_autoptr (GError)         error = NULL;

  if (!vis_session_erase_finish (result, &error))
    {
      g_application_activate (G_APPLICATION (self));
      vis_window_show_notice (self->window, vis_error_to_sentence (error));
    }
  g_application_release (G_APPLICATION (self));
}

/* Holds the application, so that the process does not end before the files are deleted. */
static void
erase (VisApplication *self)
{
  g_application_hold (G_APPLICATION (self));
  vis_session_erase_async (self->session, on_erased, g_object_ref (self));
}

static void
on_sign_out_confirmed (gpointer data)
{
  SignOut        *question = data;
  VisApplication *self = question->application;

  if (self->session != NULL && gtk_check_button_get_active (question->erase))
    erase (self);
  vis_application_sign_out (self, NULL);
}

static void
on_sign_out (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VisApplication *self = user_data;
  SignOut        *question;
  GtkWidget      *erase;
  GtkWindow      *dialog;
  gboolean        in_call;

  if (self->session == NULL)
    return;

  in_call = vis_call_controller_get_call (vis_session_get_controller (self->session)) != NULL;
  erase = gtk_check_button_new_with_label (_ ("Delete my messages from this computer"));
  gtk_widget_set_halign (erase, GTK_ALIGN_CENTER);
  question = g_new0 (SignOut, 1);
  question->application = g_object_ref (self);
  question->erase = GTK_CHECK_BUTTON (g_object_ref_sink (erase));
  dialog = vis_confirm_dialog_show (
    GTK_WIDGET (self->window),
    _ ("Sign out?"),
    in_call ? _ ("Your call ends, and you need your password to sign in again.")
            : _ ("You need your password to sign in again."),
    _ ("Sign out"),
    on_sign_out_confirmed,
    question,
    sign_out_free);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), erase);
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VisApplication *self = user_data;

  adw_show_about_window (GTK_WINDOW (self->window),
                         "application-name",
                         "Visavis",
                         "application-icon",
                         VIS_APPLICATION_ID,
                         "version",
                         VIS_VERSION,
                         "developer-name",
                         _ ("The Visavis developers"),
                         "license-type",
                         GTK_LICENSE_GPL_3_0,
                         "comments",
                         _ ("Talk to people face to face, over a server of your own."),
                         NULL);
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VisApplication *self = user_data;

  if (self->window != NULL)
    gtk_window_close (GTK_WINDOW (self->window));
  else
    g_application_quit (G_APPLICATION (self));
}

/* Actions of the application, for menus and notifications. */
void
vis_application_add_actions (VisApplication *self)
{
  static const GActionEntry entries[] = {
    { .name = "activate", .activate = on_activate },
    { .name = "answer", .activate = on_answer, .parameter_type = "s" },
    { .name = "decline", .activate = on_decline, .parameter_type = "s" },
    { .name = "open-chat", .activate = on_open_chat, .parameter_type = "s" },
    { .name = "sign-out", .activate = on_sign_out },
    { .name = "about", .activate = on_about },
    { .name = "quit", .activate = on_quit },
  };
  static const char *const quit_accels[] = { "<Control>q", NULL };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  vis_application_add_connection_actions (self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", quit_accels);
}
