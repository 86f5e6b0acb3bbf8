/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-application.h"
#include "vis-gst-engine.h"
#include "vis-login.h"
#include "vis-notifier.h"
#include "vis-server-address.h"
#include "vis-session.h"
#include "vis-window.h"

G_BEGIN_DECLS

/* Repeats what has failed for want of trust. */
typedef void (*VisApplicationRetry) (VisApplication *self);

struct _VisApplication
{
  AdwApplication      parent_instance;

  VisProfile         *profile;
  VisLogin           *login;
  VisSignIn          *sign_in;
  VisSession         *session;
  VisNotifier        *notifier;
  VisMediaEngine     *engine;
  VisRinger          *ringer;
  VisWindow          *window;
  GCancellable       *cancellable; /* of the current attempt to sign in */
  VisServerAddress   *pending;     /* link that waits for a session */
  GtkWindow          *question;    /* dialog: call the user of a link? */
  VisTrust           *trust;
  GtkWindow          *close_question;  /* dialog: end the call? */
  GtkWindow          *trust_question;  /* dialog: trust the server? */
  gboolean            server_is_local; /* the server of the session */
  gboolean            pending_video;
  gboolean            pending_call;
  VisApplicationRetry retry;      /* the last attempt to sign in */
  guint               frames;     /* drawn by the window; counts up to the second */
  gboolean            closing;    /* without asking */
  gboolean            unanswered; /* see vis_application_get_unanswered() */
  gboolean            form_shown; /* the form to sign in was filled and shown */
  guint               terminated;
  guint               interrupted;

  /* Options of the command line. */
  char *server;
  char *user;
  char *camera;
  char *microphone;
};

void     vis_application_add_actions (VisApplication *self);
void     vis_application_add_connection_actions (VisApplication *self);
void     vis_application_watch_connection (VisApplication *self, const VisServerAddress *server);
void     vis_application_tell_connection (VisApplication *self);
void     vis_application_ask_for_trust (VisApplication     *self,
                                        const GError       *error,
                                        VisApplicationRetry retry);
gboolean vis_application_on_close_request (VisApplication *self, GtkWindow *window);
void     vis_application_close (VisApplication *self);
void     vis_application_release_name (VisApplication *self);
int      vis_application_meet_running (VisApplication *self, const char *link);
void     vis_application_sign_in (VisApplication *self);
void     vis_application_show_welcome (VisApplication *self, const char *problem);
void     vis_application_show_refusal (VisApplication *self, const GError *error);
void     vis_application_end_welcome (VisApplication *self, const VisServerAddress *server);
void     vis_application_clear_session (VisApplication *self);
void     vis_application_follow_link (VisApplication *self);
void vis_application_open (GApplication *application, GFile **files, int n_files, const char *hint);
void vis_application_sign_out (VisApplication *self, const char *why);
void vis_application_present (VisApplication *self);

G_END_DECLS
