/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "manual-clock.h"
#include "server-process.h"
#include "until.h"
#include "vis-auth-client.h"
#include "vis-codec.h"
#include "vis-error.h"
#include "vis-id.h"
#include "vis-link.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* The link and the auth client with the real visavisd, which is killed and started again. */

static const char *visavisd;

/* The link waits 45 s for a frame, and at most 60 s between attempts. */
#define LATEST_S 60

typedef struct
{
  char             *folder;
  GSubprocess      *process;
  VisServerAddress *address;
  GString          *log;
  gint64            last_seq;
} Server;

static void
start_server (Server *server)
{
  const char *const  options[] = { "--open-registration", "--rate-limits", "off", NULL };
  const char        *listen = server->address != NULL ? server->address->name : "127.0.0.1:0";
  g_autofree char   *url = NULL;
  g_autoptr (GError) error = NULL;

  server->process = server_process_start (visavisd, server->folder, listen, options, &url);
  g_clear_pointer (&server->address, vis_server_address_free);
  server->address = vis_server_address_parse (url, &error);
  g_assert_no_error (error);
}

static void
kill_server (Server *server)
{
  g_subprocess_force_exit (server->process);
  g_subprocess_wait (server->process, NULL, NULL);
  g_clear_object (&server->process);
}

static void
set_up (Server *server, gconstpointer data)
{
  server->folder = g_dir_make_tmp ("visavis-signaling-XXXXXX", NULL);
  server->log = g_string_new (NULL);
  start_server (server);
}

static void
tear_down (Server *server, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", server->folder);

  g_subprocess_send_signal (server->process, SIGCONT);
  g_subprocess_send_signal (server->process, SIGTERM);
  g_subprocess_wait (server->process, NULL, NULL);
  g_clear_object (&server->process);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_clear_pointer (&server->address, vis_server_address_free);
  g_string_free (server->log, TRUE);
  g_free (server->folder);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static char *
sign_up (Server *server, const char *user)
{
  g_autoptr (VisAuthClient) account = vis_auth_client_new (server->address, NULL);
  g_autoptr (GAsyncResult)  result = NULL;
  g_autoptr (GError)        error = NULL;
  g_autoptr (VisMessage)    answer = NULL;

  vis_auth_client_register_async (
    account, user, "correct horse", "Somebody", NULL, NULL, on_done, &result);
  WAIT_FOR (result != NULL);
  answer = vis_auth_client_register_finish (account, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (vis_message_get_string (answer, VIS_FIELD_USER), ==, user);
  return g_strdup (vis_message_get_string (answer, VIS_FIELD_TOKEN));
}

static void
on_event (VisLink *link, VisMessage *event, Server *server)
{
  g_string_append_printf (server->log, "<%s>", vis_message_get_type_name (event));
  if (vis_message_get_seq (event) > 0)
    {
      /* In their order, without a gap. */
      if (server->last_seq > 0)
        g_assert_cmpint (vis_message_get_seq (event), ==, server->last_seq + 1);
      server->last_seq = vis_message_get_seq (event);
    }
}

static VisWireState
get_state (VisLink *link)
{
  return vis_wire_get_state (VIS_WIRE (link));
}

static VisLink *
open_link (Server *server, const char *token)
{
  VisLink *link = vis_link_new (server->address->socket_url, token, NULL, vis_clock_get_system ());

  vis_link_start (link);
  WAIT_FOR (get_state (link) == VIS_WIRE_ONLINE);
  return link;
}

static void
drop (VisLink *link)
{
  vis_link_stop (link);
  until_finalized (link);
}

static void
ask (VisLink *link, VisMessage *request)
{
  g_autoptr (VisMessage)   owned = request;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  g_autoptr (VisMessage)   answer = NULL;

  vis_wire_request_async (VIS_WIRE (link), owned, NULL, on_done, &result);
  WAIT_FOR (result != NULL);
  answer = vis_wire_request_finish (VIS_WIRE (link), result, &error);
  g_assert_no_error (error);
}

static VisMessage *
about_user (VisKind kind, const char *user)
{
  VisMessage *request = vis_message_new (kind);

  vis_message_set_string (request, VIS_FIELD_USER, user);
  return request;
}

static VisMessage *
text_to (const char *user, const char *text)
{
  VisMessage            *request = vis_message_new (VIS_KIND_CHAT_SEND);
  g_autoptr (VisMessage) draft = vis_message_new (VIS_KIND_OBJECT_DRAFT);
  g_autofree char       *id = vis_id_new ();

  vis_message_set_string (draft, VIS_FIELD_ID, id);
  vis_message_set_string (draft, VIS_FIELD_DRAFT_KIND, "text");
  vis_message_set_string (draft, VIS_FIELD_TEXT, text);
  vis_message_set_string (request, VIS_FIELD_CHAT, user);
  vis_message_set_object (request, VIS_FIELD_DRAFT, draft);
  return request;
}

/* Advances the clock until the link is in a state, for no longer than that may take. */
static void
turn_to (ManualClock *clock, VisLink *link, VisWireState state)
{
  for (guint s = 0; get_state (link) != state; s++)
    {
      g_assert_cmpuint (s, <=, LATEST_S);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      manual_clock_advance (clock, 1000);
    }
}

static void
test_resume (Server *server, gconstpointer data)
{
  g_autofree char *ada_token = sign_up (server, "ada");
  g_autofree char *grace_token = sign_up (server, "grace");
  VisLink         *ada = open_link (server, ada_token);
  VisLink         *grace = open_link (server, grace_token);

  g_signal_connect (ada, "event", G_CALLBACK (on_event), server);
  ask (grace, about_user (VIS_KIND_CONTACT_ADD, "ada"));
  WAIT_FOR (strstr (server->log->str, "<contact:changed>") != NULL);
  ask (ada, about_user (VIS_KIND_CONTACT_ACCEPT, "grace"));
  ask (grace, text_to ("ada", "one"));
  WAIT_FOR (strstr (server->log->str, "<chat:message>") != NULL);
  vis_wire_set_since (VIS_WIRE (ada), server->last_seq, NULL);

  /* Events of the time without a connection come after it, each once. */
  vis_link_stop (ada);
  g_string_truncate (server->log, 0);
  ask (grace, text_to ("ada", "two"));
  ask (grace, text_to ("ada", "three"));
  vis_link_start (ada);
  WAIT_FOR (strstr (server->log->str, "<chat:message><chat:message>") != NULL);
  vis_wire_set_since (VIS_WIRE (ada), server->last_seq, NULL);

  /* The server is killed and started again; the link reconnects by itself. */
  g_string_truncate (server->log, 0);
  kill_server (server);
  WAIT_FOR (get_state (ada) == VIS_WIRE_WAITING && get_state (grace) == VIS_WIRE_WAITING);
  start_server (server);
  WAIT_FOR (get_state (ada) == VIS_WIRE_ONLINE && get_state (grace) == VIS_WIRE_ONLINE);
  ask (grace, text_to ("ada", "four"));
  WAIT_FOR (strstr (server->log->str, "<chat:message>") != NULL);

  drop (ada);
  drop (grace);
}

static void
test_replaced (Server *server, gconstpointer data)
{
  g_autofree char          *token = sign_up (server, "ada");
  VisLink                  *first = open_link (server, token);
  VisLink                  *second = open_link (server, token);
  g_autoptr (VisAuthClient) account = vis_auth_client_new (server->address, NULL);
  g_autoptr (GAsyncResult)  result = NULL;

  WAIT_FOR (get_state (first) == VIS_WIRE_OFFLINE);
  g_assert_error (vis_link_get_problem (first), VIS_LINK_PROBLEM, VIS_LINK_PROBLEM_REPLACED);
  g_assert_cmpint (get_state (second), ==, VIS_WIRE_ONLINE);

  vis_auth_client_logout_async (account, token, NULL, on_done, &result);
  WAIT_FOR (result != NULL);
  g_assert_true (vis_auth_client_logout_finish (account, result, NULL));
  WAIT_FOR (get_state (second) == VIS_WIRE_OFFLINE);
  g_assert_error (vis_link_get_problem (second), VIS_LINK_PROBLEM, VIS_LINK_PROBLEM_SIGNED_OUT);

  /* The token was revoked. */
  vis_link_start (first);
  WAIT_FOR (get_state (first) == VIS_WIRE_OFFLINE);
  g_assert_error (vis_link_get_problem (first), VIS_LINK_PROBLEM, VIS_LINK_PROBLEM_SIGNED_OUT);
  drop (first);
  drop (second);
}

static void
test_account (Server *server, gconstpointer data)
{
  g_autofree char          *token = sign_up (server, "ada");
  g_autoptr (VisAuthClient) account = vis_auth_client_new (server->address, NULL);
  GAsyncResult             *result = NULL;
  g_autoptr (VisMessage)    answer = NULL;
  g_autoptr (GError)        error = NULL;

  vis_auth_client_login_async (account, "ada", "correct horse", NULL, on_done, &result);
  WAIT_FOR (result != NULL);
  answer = vis_auth_client_login_finish (account, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (vis_message_get_string (answer, VIS_FIELD_TOKEN), !=, token);
  g_clear_object (&result);

  vis_auth_client_login_async (account, "ada", "wrong horse", NULL, on_done, &result);
  WAIT_FOR (result != NULL);
  g_assert_null (vis_auth_client_login_finish (account, result, &error));
  g_assert_error (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_CREDENTIALS);
  g_clear_error (&error);
  g_clear_object (&result);

  vis_auth_client_register_async (
    account, "ada", "correct horse", NULL, NULL, NULL, on_done, &result);
  WAIT_FOR (result != NULL);
  g_assert_null (vis_auth_client_register_finish (account, result, &error));
  g_assert_error (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_USER_TAKEN);
  g_clear_object (&result);
}

/* A server that stops answering, as when its computer is suspended: the link's own clock notices,
 * and the link reconnects once the server goes on. */
static void
test_silent (Server *server, gconstpointer data)
{
  g_autofree char        *token = sign_up (server, "ada");
  g_autoptr (ManualClock) clock = manual_clock_new ();
  VisLink *link = vis_link_new (server->address->socket_url, token, NULL, VIS_CLOCK (clock));

  vis_link_start (link);
  WAIT_FOR (get_state (link) == VIS_WIRE_ONLINE);

  g_subprocess_send_signal (server->process, SIGSTOP);
  turn_to (clock, link, VIS_WIRE_WAITING);
  g_assert_error (vis_link_get_last_error (link), VIS_ERROR, VIS_ERROR_TIMED_OUT);

  /* The kernel still accepts its connections, but they have no answers. */
  for (guint i = 0; i < 3; i++)
    {
      turn_to (clock, link, VIS_WIRE_CONNECTING);
      turn_to (clock, link, VIS_WIRE_WAITING);
    }

  g_subprocess_send_signal (server->process, SIGCONT);
  turn_to (clock, link, VIS_WIRE_CONNECTING);
  WAIT_FOR (get_state (link) == VIS_WIRE_ONLINE);
  g_assert_no_error (vis_link_get_last_error (link));
  drop (link);
  g_assert_cmpuint (manual_clock_count (clock), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc < 2)
    {
      g_printerr ("The path of visavisd is needed\n");
      return 2;
    }
  visavisd = argv[1];
#define ADD(name, func) g_test_add ("/real-server/" name, Server, NULL, set_up, func, tear_down)
  ADD ("resume", test_resume);
  ADD ("replaced", test_replaced);
  ADD ("account", test_account);
  ADD ("server-suspended", test_silent);
  return g_test_run ();
}
