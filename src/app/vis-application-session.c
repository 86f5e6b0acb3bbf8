/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-application-private.h"

/* The session of an account, and the window without one. */

void
vis_application_present (VisApplication *self)
{
  if (self->window != NULL)
    vis_window_present (self->window);
}

/* Clears what the window shows of the connection. */
static void
forget_connection (VisApplication *self)
{
  VisLinkNews *news = vis_window_get_news (self->window);

  vis_link_news_set_offer (news, NULL, NULL, NULL);
  vis_link_news_set_reason (news, NULL);
  vis_link_news_set_plain_server (news, NULL);
}

/* Closes the session. */
void
vis_application_clear_session (VisApplication *self)
{
  if (self->window != NULL)
    {
      vis_window_set_session (self->window, NULL, NULL);
      forget_connection (self);
    }
  g_clear_object (&self->notifier);
  if (self->session != NULL)
    vis_session_close (self->session);
  g_clear_object (&self->session);
  g_clear_pointer (&self->sign_in, vis_sign_in_free);
}

/* Closes the session and shows the form; @why is a sentence that says what happened, NULL if the
 * person signed out. */
void
vis_application_sign_out (VisApplication *self, const char *why)
{
  g_autofree char *problem = g_strdup (why);

  if (self->sign_in != NULL)
    vis_login_forget (self->login, self->sign_in);
  vis_application_clear_session (self);
  if (self->window == NULL)
    return;
  vis_application_show_welcome (self, problem);
}
