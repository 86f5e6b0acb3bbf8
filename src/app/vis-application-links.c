/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "vis-application-private.h"
#include "vis-confirm-dialog.h"
#include "vis-error.h"
#include "vis-text.h"

/* Links can come from web pages and mails: they only show something, and the person confirms
 * anything more. */

typedef struct
{
  VisApplication *application;
  char           *user;
  gboolean        video;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_object_unref (question->application);
  g_free (question->user);
  g_free (question);
}

/* The account may have changed since the dialog was opened. */
static void
on_call_confirmed (gpointer data)
{
  Question       *question = data;
  VisApplication *self = question->application;

  if (self->session != NULL &&
      vis_chat_find (vis_session_get_chat (self->session), question->user) != NULL)
    vis_call_controller_start (
      vis_session_get_controller (self->session), question->user, question->video);
}

static void
ask_to_call (VisApplication *self, VisContact *contact)
{
  Question        *question = g_new0 (Question, 1);
  g_autofree char *name = vis_text_isolate (vis_contact_get_name (contact));
  g_autofree char *heading = g_strdup_printf (_ ("Call %s?"), name);
  GtkWindow       *dialog;

  /* A page may open many links: only the last one is asked about. */
  if (self->question != NULL)
    gtk_window_destroy (self->question);
  question->application = g_object_ref (self);
  question->user = g_strdup (vis_contact_get_user (contact));
  question->video = self->pending_video;
  dialog = vis_confirm_dialog_show (
    GTK_WIDGET (self->window),
    heading,
    question->video ? _ ("A link asks for this. Your camera and microphone will be turned on.")
                    : _ ("A link asks for this. Your microphone will be turned on."),
    _ ("Call"),
    on_call_confirmed,
    question,
    question_free);
  g_set_weak_pointer (&self->question, dialog);
  adw_message_dialog_set_response_appearance (
    ADW_MESSAGE_DIALOG (dialog), "confirm", ADW_RESPONSE_SUGGESTED);
}

/* Without an account, fills in the server and the invite; with one, a link to a server can't be
 * used. */
static void
follow_to_server (VisApplication *self, const VisServerAddress *link)
{
  VisWelcome      *welcome = vis_window_get_welcome (self->window);
  g_autofree char *name = NULL, *sentence = NULL;

  if (self->session == NULL)
    {
      vis_welcome_set_server (welcome, link->name);
      vis_welcome_set_invite (welcome, link->invite);
      return;
    }

  name = vis_text_isolate (link->name);
  sentence =
    g_strdup_printf (_ ("You are signed in already. Sign out first to use the link to %s."), name);
  vis_window_show_error (self->window, sentence);
}

/* User names are unique on one server only. */
static gboolean
leads_elsewhere (VisApplication *self, const VisServerAddress *link)
{
  g_autoptr (VisServerAddress) server = vis_server_address_parse (self->sign_in->server, NULL);

  return server == NULL || strcmp (server->name, link->name) != 0;
}

static void
follow_to_person (VisApplication *self, const VisServerAddress *link)
{
  VisChat         *chat = vis_session_get_chat (self->session);
  VisConversation *conversation = vis_chat_find (chat, link->user);
  VisContact      *contact;

  if (conversation == NULL)
    {
      vis_window_new_chat (self->window, link->user);
      return;
    }

  vis_window_open_chat (self->window, link->user);
  contact = vis_conversation_get_contact (conversation);
  if (self->pending_call && vis_contact_get_state (contact) == VIS_CONTACT_MUTUAL &&
      vis_call_controller_get_call (vis_session_get_controller (self->session)) == NULL)
    ask_to_call (self, contact);
}

/* Whether the contacts are known, and calls are possible if the link asks for one. */
static gboolean
is_ready (VisApplication *self, const VisServerAddress *link)
{
  VisChat *chat = vis_session_get_chat (self->session);

  return vis_chat_get_connection (chat) == VIS_CHAT_STATUS_ONLINE ||
         (!self->pending_call && vis_chat_find (chat, link->user) != NULL);
}

/**
 * vis_application_follow_link:
 * @self: the app
 *
 * Follows the link that was opened last, if it can be followed by now. Called whenever something
 * has changed that it may wait for.
 */
void
vis_application_follow_link (VisApplication *self)
{
  g_autoptr (VisServerAddress) link = NULL;

  if (!self->form_shown || self->pending == NULL)
    return;
  if (self->pending->user != NULL && self->session == NULL)
    return;

  link = g_steal_pointer (&self->pending);
  if (link->user == NULL)
    {
      follow_to_server (self, link);
    }
  else if (leads_elsewhere (self, link))
    {
      g_autofree char *name = vis_text_isolate (link->name);
      g_autofree char *sentence =
        g_strdup_printf (_ ("That link is for the server %s. Sign in there to use it."), name);

      vis_window_show_error (self->window, sentence);
    }
  else if (is_ready (self, link))
    {
      follow_to_person (self, link);
    }
  else
    {
      self->pending = g_steal_pointer (&link);
    }
}

/* Implements `open` of #GApplication. */
void
vis_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  VisApplication              *self = (VisApplication *) application;
  g_autofree char             *text = g_file_get_uri (files[0]);
  g_autoptr (GError)           error = NULL;
  g_autoptr (VisServerAddress) address = vis_server_address_parse (text, &error);

  g_application_activate (application);
  if (address == NULL)
    {
      vis_window_show_error (self->window, vis_error_to_sentence (error));
      return;
    }

  g_clear_pointer (&self->pending, vis_server_address_free);
  self->pending = g_steal_pointer (&address);
  self->pending_call = strstr (text, "?call=") != NULL;
  self->pending_video = g_str_has_suffix (text, "?call=video");
  vis_application_follow_link (self);
}
