/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "vis-application-private.h"
#include "vis-error.h"
#include "vis-trust-dialog.h"

/* Questions about trust in the server, and what the window shows of the connection. */

typedef struct
{
  VisApplication     *application;
  GError             *error;
  VisApplicationRetry retry;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_object_unref (question->application);
  g_error_free (question->error);
  g_free (question);
}

static void
on_trusted (gpointer data)
{
  Question   *question = data;
  VisTrust   *trust = question->application->trust;
  const char *server = vis_trust_error_get_server (question->error);

  if (question->error->code == VIS_TRUST_ERROR_PLAIN)
    vis_trust_allow_plain (trust, server);
  else
    vis_trust_pin (trust, server, vis_trust_error_get_fingerprint (question->error));
  if (question->application->window != NULL)
    question->retry (question->application);
}

/* Asks about an error of VIS_TRUST_ERROR, and calls @retry after a yes. The certificate that was
 * shown is the one that is trusted, even if the server has another one by then. */
void
vis_application_ask_for_trust (VisApplication *self, const GError *error, VisApplicationRetry retry)
{
  Question        *question = g_new0 (Question, 1);
  const char      *server = vis_trust_error_get_server (error);
  g_autofree char *trusted = NULL;
  GtkWindow       *dialog;

  if (self->trust_question != NULL)
    gtk_window_destroy (self->trust_question);
  question->application = g_object_ref (self);
  question->error = g_error_copy (error);
  question->retry = retry;
  if (error->code == VIS_TRUST_ERROR_CHANGED)
    trusted = vis_trust_dup_pin (self->trust, server);

  if (error->code == VIS_TRUST_ERROR_PLAIN)
    dialog = vis_trust_dialog_show_plain (
      GTK_WIDGET (self->window), server, on_trusted, question, question_free);
  else
    dialog = vis_trust_dialog_show_certificate (GTK_WIDGET (self->window),
                                                server,
                                                vis_trust_error_get_reason (error),
                                                vis_trust_error_get_fingerprint (error),
                                                trusted,
                                                on_trusted,
                                                question,
                                                question_free);
  g_set_weak_pointer (&self->trust_question, dialog);
}

/* Why there is no connection; NULL if that is unknown or would not help the person. */
static const char *
find_reason (VisApplication *self, const GError *error)
{
  if (!self->server_is_local &&
      !g_network_monitor_get_network_available (g_network_monitor_get_default ()))
    return _ ("This computer is not connected to a network.");
  if (error == NULL)
    return NULL;
  if (error->domain != VIS_ERROR)
    return vis_error_to_sentence (error);

  switch (error->code)
    {
    case VIS_ERROR_TIMED_OUT:
      return _ ("The server does not answer. Trying again…");
    case VIS_ERROR_SERVER_REFUSED:
      return _ ("The server is not running. Trying again…");
    case VIS_ERROR_SERVER_UNKNOWN:
      return _ ("The server’s name can’t be found. Trying again…");
    case VIS_ERROR_SERVER_UNREACHABLE:
      return _ ("The server can’t be reached. Trying again…");
    case VIS_ERROR_INSECURE:
      return _ ("No secure connection to the server is possible. Trying again…");
    default:
      return NULL;
    }
}

/* Updates what the window shows of a link that has given up, or keeps failing. If the same sign-in
 * is connected on another computer, this one is not signed out: both may be used in turn. */
static void
tell (VisApplication *self)
{
  VisLink      *link = vis_session_get_link (self->session);
  const GError *problem = vis_link_get_problem (link);
  const GError *error = vis_link_get_last_error (link);
  VisLinkNews  *news = vis_window_get_news (self->window);

  if (problem != NULL)
    vis_link_news_set_offer (
      news, vis_error_to_sentence (problem), _ ("Connect here"), "app.connect");
  else if (vis_trust_error_is_question (error))
    vis_link_news_set_offer (
      news, vis_error_to_sentence (error), _ ("Details…"), "app.ask-for-trust");
  else
    vis_link_news_set_offer (news, NULL, NULL, NULL);
  vis_link_news_set_reason (news, find_reason (self, error));
}

void
vis_application_tell_connection (VisApplication *self)
{
  if (self->session != NULL && self->window != NULL)
    tell (self);
}

static void
on_problem (VisApplication *self, GParamSpec *pspec, VisLink *link)
{
  const GError *problem = vis_link_get_problem (link);

  if (g_error_matches (problem, VIS_LINK_PROBLEM, VIS_LINK_PROBLEM_SIGNED_OUT))
    vis_application_sign_out (self, vis_error_to_sentence (problem));
  else
    vis_application_tell_connection (self);
}

/* Shows the state of the session's connection in the window from now on. */
void
vis_application_watch_connection (VisApplication *self, const VisServerAddress *server)
{
  VisLink *link = vis_session_get_link (self->session);

  self->server_is_local = server->local;
  vis_link_news_set_plain_server (vis_window_get_news (self->window),
                                  server->secure || server->local ? NULL : server->name);
  g_signal_connect_object (
    link, "notify::problem", G_CALLBACK (on_problem), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link,
                           "notify::last-error",
                           G_CALLBACK (vis_application_tell_connection),
                           self,
                           G_CONNECT_SWAPPED);
  tell (self);
}

static void
reconnect (VisApplication *self)
{
  if (self->session != NULL)
    vis_link_start (vis_session_get_link (self->session));
}

/* For the button that is shown when the link has given up. */
static void
on_connect (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  reconnect (user_data);
}

static void
on_ask_for_trust (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VisApplication *self = user_data;
  const GError   *error;

  if (self->session == NULL || self->window == NULL)
    return;

  error = vis_link_get_last_error (vis_session_get_link (self->session));
  if (vis_trust_error_is_question (error))
    vis_application_ask_for_trust (self, error, reconnect);
}

void
vis_application_add_connection_actions (VisApplication *self)
{
  static const GActionEntry entries[] = {
    { .name = "connect", .activate = on_connect },
    { .name = "ask-for-trust", .activate = on_ask_for_trust },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
