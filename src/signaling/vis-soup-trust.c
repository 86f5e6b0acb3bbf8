/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-soup-trust.h"

#include "vis-error.h"

/* The one place where libsoup asks whether a certificate will do: for the sign-in and for the
 * WebSocket alike. */

typedef struct
{
  VisTrust         *trust;
  VisServerAddress *server;
  GError           *refusal;
} Guard;

#define GUARD "vis-soup-trust-guard"

static void
guard_free (gpointer data)
{
  Guard *guard = data;

  g_clear_object (&guard->trust);
  vis_server_address_free (guard->server);
  g_clear_error (&guard->refusal);
  g_free (guard);
}

static gboolean
on_accept_certificate (SoupMessage         *message,
                       GTlsCertificate     *certificate,
                       GTlsCertificateFlags faults,
                       Guard               *guard)
{
  g_clear_error (&guard->refusal);

  return vis_trust_check_certificate (
    guard->trust, guard->server, certificate, faults, &guard->refusal);
}

/**
 * vis_soup_trust_guard:
 * @message: what is to be sent
 * @trust: (nullable): what was decided about servers, %NULL for nothing
 * @server: where it goes
 *
 * Lets a message go only to a server that is trusted, see [method@Vis.Trust.check_certificate].
 */
void
vis_soup_trust_guard (SoupMessage *message, VisTrust *trust, const VisServerAddress *server)
{
  Guard *guard = g_new0 (Guard, 1);

  g_set_object (&guard->trust, trust);
  guard->server = vis_server_address_copy (server);
  g_object_set_data_full (G_OBJECT (message), GUARD, guard, guard_free);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (on_accept_certificate), guard);
}

/**
 * vis_soup_trust_set_error:
 * @error: (out) (optional): where to put the error
 * @message: (nullable): what was not sent
 * @cause: what libsoup or GIO said
 *
 * Turns an error of the network into one that a person can be told ([error@Vis.Error], or
 * [error@Vis.TrustError] where the guard of @message has refused a certificate).
 */
void
vis_soup_trust_set_error (GError **error, SoupMessage *message, const GError *cause)
{
  Guard   *guard = message != NULL ? g_object_get_data (G_OBJECT (message), GUARD) : NULL;
  VisError code = VIS_ERROR_SERVER_UNREACHABLE;

  if (cause->domain == VIS_ERROR || cause->domain == VIS_TRUST_ERROR ||
      g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_error_copy (cause));
      return;
    }
  if (guard != NULL && guard->refusal != NULL)
    {
      g_propagate_error (error, g_error_copy (guard->refusal));
      return;
    }

  if (cause->domain == G_TLS_ERROR)
    code = VIS_ERROR_INSECURE;
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    code = VIS_ERROR_TIMED_OUT;
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    code = VIS_ERROR_SERVER_REFUSED;
  else if (g_error_matches (cause, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
    code = VIS_ERROR_SERVER_UNKNOWN;

  g_set_error_literal (error, VIS_ERROR, code, cause->message);
}
