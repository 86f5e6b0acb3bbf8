/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-server-probe.h"

#include "vis-soup-trust.h"

#include <libsoup/soup.h>

/* Finds out whether a server speaks TLS, since a person who types an address guesses the scheme. A
 * server without TLS takes a ClientHello for the beginning of a long request line and waits for the
 * rest without an answer: after PATIENCE_MS the other scheme is tried beside the first, and the
 * first answer decides. */

#define PATH        "/healthz"
#define PATIENCE_MS 400
#define TIMEOUT_S   15 /* name, TCP and TLS on the slowest networks that can carry a chat */

typedef struct
{
  VisServerAddress *server;
  VisServerAddress *other; /* the same place with the other scheme */
  VisTrust         *trust;
  SoupSession      *session;
  SoupMessage      *message;
  SoupMessage      *other_message;
  GCancellable     *cancellable; /* of both messages */
  GCancellable     *outer;
  gulong            outer_id;
  guint             timer;
  GError           *failure;
  gboolean          answered; /* the scheme that was asked for, with an answer or an error */
  gboolean          crossed;  /* the other scheme was tried and did not answer */
  gboolean          speaks_tls;
  gboolean          settled;
} Probe;

static void
probe_free (gpointer data)
{
  Probe *probe = data;

  g_clear_handle_id (&probe->timer, g_source_remove);
  g_cancellable_disconnect (probe->outer, probe->outer_id);
  g_clear_object (&probe->outer);
  g_clear_object (&probe->cancellable);
  g_clear_object (&probe->other_message);
  g_clear_object (&probe->message);
  g_clear_object (&probe->session);
  g_clear_object (&probe->trust);
  g_clear_error (&probe->failure);
  vis_server_address_free (probe->other);
  vis_server_address_free (probe->server);
  g_free (probe);
}

static void
settle (GTask *task, GError *error)
{
  Probe *probe = g_task_get_task_data (task);

  if (probe->settled)
    {
      g_clear_error (&error);
      return;
    }

  probe->settled = TRUE;
  g_clear_handle_id (&probe->timer, g_source_remove);
  g_cancellable_cancel (probe->cancellable);
  if (error == NULL)
    vis_trust_check_address (probe->trust, probe->server, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
settle_by_scheme (GTask *task)
{
  Probe  *probe = g_task_get_task_data (task);
  GError *error = NULL;

  vis_trust_error_set (&error,
                       probe->server->secure ? VIS_TRUST_ERROR_NO_TLS : VIS_TRUST_ERROR_TLS_ONLY,
                       probe->server);
  settle (task, error);
}

/* Whether the answer proves the scheme of @message. A 400 to plain HTTP does not: TLS servers such
 * as nginx answer so on a TLS port. */
static gboolean
is_answer (const VisServerAddress *server, SoupMessage *message, GInputStream *stream)
{
  return stream != NULL &&
         (server->secure || soup_message_get_status (message) != SOUP_STATUS_BAD_REQUEST);
}

static SoupMessage *
send_to (GTask *task, const VisServerAddress *server, GAsyncReadyCallback callback)
{
  Probe           *probe = g_task_get_task_data (task);
  g_autofree char *url = g_strconcat (server->http_url, PATH, NULL);
  SoupMessage     *message = soup_message_new (SOUP_METHOD_GET, url);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_NEW_CONNECTION);
  soup_session_send_async (
    probe->session, message, G_PRIORITY_DEFAULT, probe->cancellable, callback, g_object_ref (task));
  return message;
}

static void
on_other_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)        task = data;
  Probe                   *probe = g_task_get_task_data (task);
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (source), result, NULL);

  probe->crossed = TRUE;
  if (probe->speaks_tls || is_answer (probe->other, probe->other_message, stream))
    settle_by_scheme (task);
  else if (probe->answered)
    settle (task, g_steal_pointer (&probe->failure));
}

/* Any certificate shows that TLS is spoken; none is good enough to go on. */
static gboolean
on_other_certificate (SoupMessage         *message,
                      GTlsCertificate     *certificate,
                      GTlsCertificateFlags faults,
                      Probe               *probe)
{
  probe->speaks_tls = TRUE;
  return FALSE;
}

static void
try_other_scheme (GTask *task)
{
  Probe *probe = g_task_get_task_data (task);

  g_clear_handle_id (&probe->timer, g_source_remove);
  if (probe->other_message != NULL)
    return;

  probe->other_message = send_to (task, probe->other, on_other_answer);
  g_signal_connect (
    probe->other_message, "accept-certificate", G_CALLBACK (on_other_certificate), probe);
}

static gboolean
on_patience_lost (gpointer data)
{
  GTask *task = data;
  Probe *probe = g_task_get_task_data (task);

  probe->timer = 0;
  try_other_scheme (task);
  return G_SOURCE_REMOVE;
}

/* Whether the other scheme would fail as well: the host is not reached, or its certificate was
 * seen. */
static gboolean
is_final (const GError *cause, const GError *failure)
{
  return failure->domain == VIS_TRUST_ERROR || cause->domain == G_RESOLVER_ERROR ||
         g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ||
         g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE) ||
         g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)        task = data;
  Probe                   *probe = g_task_get_task_data (task);
  g_autoptr (GError)       error = NULL;
  g_autoptr (GInputStream) stream =
    soup_session_send_finish (SOUP_SESSION (source), result, &error);

  probe->answered = TRUE;
  if (is_answer (probe->server, probe->message, stream))
    {
      settle (task, NULL);
      return;
    }

  if (error != NULL)
    vis_soup_trust_set_error (&probe->failure, probe->message, error);
  if (probe->crossed || (error != NULL && is_final (error, probe->failure)))
    settle (task, g_steal_pointer (&probe->failure));
  else
    try_other_scheme (task);
}

static void
on_outer_cancelled (GCancellable *outer, gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
}

/**
 * vis_server_probe_async:
 * @server: where somebody wants to sign in
 * @trust: (nullable): what was decided about servers, %NULL for nothing
 * @cancellable: (nullable): stops it
 * @callback: called at the end
 * @user_data: handed to @callback
 *
 * Finds out, before a password goes anywhere, whether a server is there, speaks the scheme of its
 * address and is trusted. Nothing that is secret is sent.
 */
void
vis_server_probe_async (const VisServerAddress *server,
                        VisTrust               *trust,
                        GCancellable           *cancellable,
                        GAsyncReadyCallback     callback,
                        gpointer                user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Probe            *probe = g_new0 (Probe, 1);

  g_task_set_source_tag (task, vis_server_probe_async);
  g_task_set_task_data (task, probe, probe_free);
  probe->server = vis_server_address_copy (server);
  probe->other = vis_server_address_switch (server);
  g_set_object (&probe->trust, trust);
  probe->session = soup_session_new_with_options ("timeout", TIMEOUT_S, NULL);
  probe->cancellable = g_cancellable_new ();
  if (cancellable != NULL)
    {
      probe->outer = g_object_ref (cancellable);
      probe->outer_id = g_cancellable_connect (
        cancellable, G_CALLBACK (on_outer_cancelled), probe->cancellable, NULL);
    }

  probe->message = send_to (task, probe->server, on_answer);
  vis_soup_trust_guard (probe->message, trust, server);
  probe->timer = g_timeout_add_full (
    G_PRIORITY_DEFAULT, PATIENCE_MS, on_patience_lost, g_object_ref (task), g_object_unref);
}

/**
 * vis_server_probe_finish:
 * @result: what the callback was given
 * @error: [error@Vis.TrustError], or [error@Vis.Error] where no server answers
 *
 * Returns: %TRUE if the password may be sent
 */
gboolean
vis_server_probe_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
