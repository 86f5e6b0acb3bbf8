/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-application-private.h"
#include "vis-error.h"
#include "vis-protocol-error.h"

/* What the form shows and keeps, before and after an attempt to sign in. */

/* Ends an attempt in the form; @problem is a sentence that says what went wrong. */
void
vis_application_show_welcome (VisApplication *self, const char *problem)
{
  VisWelcome *welcome = vis_window_get_welcome (self->window);

  vis_welcome_set_busy (welcome, FALSE);
  vis_welcome_set_error (welcome, problem);
}

/* Ends a failed attempt: shows the error, and marks the row that caused it. */
void
vis_application_show_refusal (VisApplication *self, const GError *error)
{
  static const struct
  {
    GQuark (*domain) (void);
    int           code;
    VisWelcomeRow row;
  } rows[] = {
    { vis_protocol_error_quark, VIS_PROTOCOL_ERROR_BAD_CREDENTIALS, VIS_WELCOME_PASSWORD },
    { vis_protocol_error_quark, VIS_PROTOCOL_ERROR_USER_TAKEN, VIS_WELCOME_USER },
    { vis_protocol_error_quark, VIS_PROTOCOL_ERROR_BAD_INVITE, VIS_WELCOME_INVITE },
    { vis_error_quark, VIS_ERROR_NO_INVITE, VIS_WELCOME_INVITE },
    { vis_error_quark, VIS_ERROR_BAD_ADDRESS, VIS_WELCOME_SERVER },
    { vis_error_quark, VIS_ERROR_SERVER_UNKNOWN, VIS_WELCOME_SERVER },
    { vis_error_quark, VIS_ERROR_SERVER_REFUSED, VIS_WELCOME_SERVER },
  };
  const char *sentence = vis_error_to_sentence (error);

  vis_application_show_welcome (self, sentence);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_error_matches (error, rows[i].domain (), rows[i].code))
      vis_welcome_refuse (vis_window_get_welcome (self->window), rows[i].row, sentence);
}

/* Sets the server to what was used, unless the text means the same. */
static void
keep_server (VisWelcome *welcome, const VisServerAddress *server)
{
  g_autofree char             *text = vis_server_address_dup_text (server);
  g_autoptr (VisServerAddress) written =
    vis_server_address_parse (vis_welcome_get_server (welcome), NULL);

  if (written == NULL || !g_str_equal (written->http_url, server->http_url))
    vis_welcome_set_server (welcome, text);
}

/* After a sign-in to @server: clears the form but for server and user name, for the next time. */
void
vis_application_end_welcome (VisApplication *self, const VisServerAddress *server)
{
  VisWelcome *welcome = vis_window_get_welcome (self->window);

  vis_application_show_welcome (self, NULL);
  keep_server (welcome, server);
  vis_welcome_set_user (welcome, self->sign_in->user);
  vis_welcome_reset (welcome);
}
