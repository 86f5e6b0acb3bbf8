/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-application-private.h"
#include "vis-error.h"
#include "vis-gst-check.h"

/* The ways to sign in: the keyring, a password in the environment, the form. */

#define ENV_PASSWORD "VISAVIS_PASSWORD"

/* How long the window waits for the keyring before it shows the form. */
#define PATIENCE_MS 300

static void
start_session (VisApplication *self, VisSignIn *sign_in)
{
  g_autoptr (GError)           error = NULL;
  g_autoptr (VisLink)          link = NULL;
  g_autoptr (VisServerAddress) server = NULL;
  g_autofree char             *dir = NULL;

  server = vis_server_address_parse (sign_in->server, &error);
  if (server != NULL)
    dir = vis_profile_make_account_dir (self->profile, sign_in->user, server->name, &error);
  if (dir == NULL)
    {
      vis_application_show_welcome (self, vis_error_to_sentence (error));
      vis_sign_in_free (sign_in);
      return;
    }

  if (self->session != NULL)
    vis_application_clear_session (self);
  self->sign_in = sign_in;
  link = vis_link_new (server->socket_url, sign_in->token, self->trust, vis_clock_get_system ());
  self->session = vis_session_new (sign_in->user, dir, link, self->engine, self->ringer);
  self->notifier = vis_notifier_new (GTK_APPLICATION (self),
                                     vis_session_get_chat (self->session),
                                     vis_session_get_controller (self->session));
  g_signal_connect_object (vis_session_get_chat (self->session),
                           "notify::connection",
                           G_CALLBACK (vis_application_follow_link),
                           self,
                           G_CONNECT_SWAPPED);
  vis_application_end_welcome (self, server);
  vis_window_set_session (
    self->window, vis_session_get_chat (self->session), vis_session_get_controller (self->session));
  vis_application_watch_connection (self, server);
  vis_application_follow_link (self);
}

static void
end_attempt (VisApplication *self, VisSignIn *sign_in, GError *error)
{
  if (sign_in != NULL)
    {
      start_session (self, sign_in);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  vis_application_show_refusal (self, error);
  if (vis_trust_error_is_question (error))
    vis_application_ask_for_trust (self, error, self->retry);
}

static void
on_logged_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VisApplication) self = user_data;
  g_autoptr (GError)         error = NULL;
  VisSignIn                 *sign_in = vis_login_login_finish (VIS_LOGIN (source), result, &error);

  if (self->window != NULL)
    end_attempt (self, sign_in, error);
  else
    vis_sign_in_free (sign_in);
}

static void
on_registered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VisApplication) self = user_data;
  g_autoptr (GError)         error = NULL;
  VisSignIn *sign_in = vis_login_register_finish (VIS_LOGIN (source), result, &error);

  if (self->window != NULL)
    end_attempt (self, sign_in, error);
  else
    vis_sign_in_free (sign_in);
}

/* Cancels the current attempt before another one. */
static void
renew_cancellable (VisApplication *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
}

static void
begin_attempt (VisApplication *self)
{
  renew_cancellable (self);
  vis_welcome_set_error (vis_window_get_welcome (self->window), NULL);
  vis_welcome_set_busy (vis_window_get_welcome (self->window), TRUE);
}

static void
submit_again (VisApplication *self)
{
  vis_welcome_submit (vis_window_get_welcome (self->window));
}

static void
on_submitted (VisApplication *self,
              gboolean        registers,
              const char     *server,
              const char     *user,
              const char     *password,
              const char     *name,
              const char     *invite,
              VisWelcome     *welcome)
{
  begin_attempt (self);
  self->retry = submit_again;
  if (registers)
    vis_login_register_async (self->login,
                              server,
                              user,
                              password,
                              name,
                              invite,
                              self->cancellable,
                              on_registered,
                              g_object_ref (self));
  else
    vis_login_login_async (
      self->login, server, user, password, self->cancellable, on_logged_in, g_object_ref (self));
}

static void
on_cancelled (VisApplication *self)
{
  g_cancellable_cancel (self->cancellable);
  vis_application_show_welcome (self, NULL);
}

static const char *
get_password (VisApplication *self)
{
  return self->server != NULL && self->user != NULL ? g_getenv (ENV_PASSWORD) : NULL;
}

/* With a password in the environment and a "ws://" address on the command line, an unencrypted
 * connection is allowed for this run. */
static void
allow_plain_as_written (VisApplication *self)
{
  g_autoptr (VisServerAddress) server = NULL;

  if (get_password (self) == NULL)
    return;

  server = vis_server_address_parse (self->server, NULL);
  if (server != NULL && !server->secure)
    vis_trust_allow_plain_for_now (self->trust, server->name);
}

/* Without a sign-in in the keyring, the password of the environment is used (kiosks, tests). */
static void
sign_in_from_environment (VisApplication *self)
{
  const char *password = get_password (self);

  if (password == NULL)
    return;

  begin_attempt (self);
  self->retry = sign_in_from_environment;
  vis_login_login_async (self->login,
                         self->server,
                         self->user,
                         password,
                         self->cancellable,
                         on_logged_in,
                         g_object_ref (self));
}

/* Reports missing GStreamer elements at the start rather than in the first call. */
static void
on_media_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VisApplication) self = user_data;
  g_autoptr (GError)         error = NULL;

  if (!vis_gst_check_elements_finish (result, &error) && self->window != NULL)
    vis_window_show_notice (self->window, error->message);
}

static void
prepare_calls (VisApplication *self)
{
  vis_gst_engine_warm_up (VIS_GST_ENGINE (self->engine));
  vis_gst_check_elements_async (on_media_checked, g_object_ref (self));
}

/* Fills in and shows the form; a session that begins later takes its place. */
static void
show_form (VisApplication *self)
{
  g_autofree char *server = vis_profile_dup_string (self->profile, "server");
  g_autofree char *user = vis_profile_dup_string (self->profile, "user");
  VisWelcome      *welcome;

  if (self->form_shown)
    return;

  self->form_shown = TRUE;
  welcome = vis_window_get_welcome (self->window);
  vis_welcome_set_server (welcome, self->server != NULL ? self->server : server);
  vis_welcome_set_user (welcome, self->user != NULL ? self->user : user);
  g_signal_connect_object (
    welcome, "submitted", G_CALLBACK (on_submitted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
    welcome, "cancelled", G_CALLBACK (on_cancelled), self, G_CONNECT_SWAPPED);
  vis_window_show_welcome (self->window);
  vis_application_follow_link (self);
  prepare_calls (self);
}

static void
on_restored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VisApplication) self = user_data;
  g_autoptr (GError)         error = NULL;
  VisSignIn *sign_in = vis_login_restore_finish (VIS_LOGIN (source), result, &error);

  /* Cancelled by an attempt from the form. */
  if (self->window == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      vis_sign_in_free (sign_in);
      return;
    }
  if (error != NULL)
    g_info ("The keyring has no answer: %s", error->message);
  show_form (self);
  if (sign_in != NULL)
    start_session (self, sign_in);
  else
    sign_in_from_environment (self);
}

static void
on_patience_lost (gpointer user_data)
{
  g_autoptr (VisApplication) self = user_data;

  if (self->window != NULL)
    show_form (self);
}

/* Signs in with what the keyring has, and shows the form if it has nothing or is slow. */
void
vis_application_sign_in (VisApplication *self)
{
  allow_plain_as_written (self);
  renew_cancellable (self);
  vis_login_restore_async (
    self->login, self->server, self->user, self->cancellable, on_restored, g_object_ref (self));
  g_timeout_add_once (PATIENCE_MS, on_patience_lost, g_object_ref (self));
}
