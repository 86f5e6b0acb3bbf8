/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-certificate.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vis-error.h"
#include "vis-server-limits.h"

/* One side of the handshake that tests a certificate. */
typedef struct
{
  GIOStream    *tls;
  GCancellable *both;
  gboolean      done;
  GError       *error;
} End;

static void
on_handshake (GObject *source, GAsyncResult *result, gpointer data)
{
  End *end = data;

  end->done = TRUE;
  /* The other side would wait for the rest of the handshake. */
  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &end->error))
    g_cancellable_cancel (end->both);
}

static gboolean
accept_any (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags errors)
{
  return TRUE;
}

/* Takes ownership of @fd; closes it on failure. */
static GIOStream *
wrap (int fd, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, error);

  if (socket != NULL)
    return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
  close (fd);
  return NULL;
}

/* A TLS connection without a certificate database. GIO would load the system's certificate
 * authorities, which takes longer than the handshake, unless "database" is NULL at construction. */
static GIOStream *
new_end (GType type, GIOStream *base, GTlsCertificate *certificate, GError **error)
{
  return g_initable_new (
    type, NULL, error, "base-io-stream", base, "certificate", certificate, "database", NULL, NULL);
}

static gboolean
shake_hands (GTlsCertificate *certificate, GIOStream *near, GIOStream *far, GError **error)
{
  g_autoptr (GIOStream)    server = NULL;
  g_autoptr (GIOStream)    client = NULL;
  g_autoptr (GCancellable) both = g_cancellable_new ();
  End                      ends[2] = { 0 };

  if ((server = vis_certificate_serve (certificate, near, error)) == NULL ||
      (client = new_end (g_tls_backend_get_client_connection_type (g_tls_backend_get_default ()),
                         far,
                         NULL,
                         error)) == NULL)
    return FALSE;
  g_signal_connect (client, "accept-certificate", G_CALLBACK (accept_any), NULL);
  for (guint i = 0; i < 2; i++)
    {
      ends[i] = (End){ i == 0 ? client : server, both, FALSE, NULL };
      /* Ahead of the clients' handshakes that wait for a thread of GIO's pool. */
      g_tls_connection_handshake_async (
        G_TLS_CONNECTION (ends[i].tls), G_PRIORITY_HIGH, both, on_handshake, &ends[i]);
    }
  while (!ends[0].done || !ends[1].done)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  /* The side that was not cancelled has the reason. */
  for (guint i = 0; i < 2; i++)
    if (ends[i].error != NULL && error != NULL && *error == NULL &&
        !g_error_matches (ends[i].error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_propagate_error (error, g_steal_pointer (&ends[i].error));
  g_clear_error (&ends[0].error);
  g_clear_error (&ends[1].error);
  return !g_cancellable_is_cancelled (both);
}

/* Checks that @certificate and its private key match, by a handshake over a socketpair. GIO has no
 * function for that; a handshake does it for every kind of key. */
static gboolean
try_it (GTlsCertificate *certificate, GError **error)
{
  g_autoptr (GMainContext) context = NULL;
  g_autoptr (GIOStream)    near = NULL;
  g_autoptr (GIOStream)    far = NULL;
  int                      fds[2];
  gboolean                 works;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    {
      g_set_error_literal (
        error, G_IO_ERROR, (int) g_io_error_from_errno (errno), g_strerror (errno));
      return FALSE;
    }
  near = wrap (fds[0], error);
  far = wrap (fds[1], near != NULL ? error : NULL);
  if (near == NULL || far == NULL)
    return FALSE;
  context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  works = shake_hands (certificate, near, far, error);
  g_main_context_pop_thread_default (context);
  return works;
}

/**
 * vis_certificate_serve:
 * @certificate: the certificate of the server
 * @base: the connection of a client
 * @error: set if GIO has no TLS backend
 *
 * Wraps a connection in the server side of TLS, without client certificates. Does not block.
 *
 * Returns: (transfer full) (nullable): the connection, before its handshake
 */
GIOStream *
vis_certificate_serve (GTlsCertificate *certificate, GIOStream *base, GError **error)
{
  return new_end (g_tls_backend_get_server_connection_type (g_tls_backend_get_default ()),
                  base,
                  certificate,
                  error);
}

/**
 * vis_certificate_load:
 * @file: path of the certificate chain, PEM
 * @key: path of the private key, PEM
 * @error: set to a translated sentence if it can't be used
 *
 * Reads a certificate and checks that the key belongs to it. Blocks: a running server uses
 * vis_certificate_load_async().
 *
 * Returns: (transfer full) (nullable): the certificate
 */
GTlsCertificate *
vis_certificate_load (const char *file, const char *key, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError)          wrong = NULL;

  certificate = g_tls_certificate_new_from_files (file, key, &wrong);
  if (certificate == NULL)
    {
      g_set_error (error,
                   VIS_ERROR,
                   VIS_ERROR_FAILED,
                   _ ("The certificate %s with the key %s can’t be used: %s"),
                   file,
                   key,
                   wrong->message);
      return NULL;
    }
  if (!try_it (certificate, &wrong))
    {
      g_set_error (error,
                   VIS_ERROR,
                   VIS_ERROR_FAILED,
                   _ ("The key %s does not fit the certificate %s: %s"),
                   key,
                   file,
                   wrong->message);
      return NULL;
    }
  return g_steal_pointer (&certificate);
}

typedef struct
{
  char *file;
  char *key;
} Files;

static void
files_free (gpointer data)
{
  Files *files = data;

  g_free (files->file);
  g_free (files->key);
  g_free (files);
}

static gpointer
load_in_thread (gpointer data)
{
  g_autoptr (GTask) task = data;
  const Files      *files = g_task_get_task_data (task);
  GError           *error = NULL;
  GTlsCertificate  *certificate = vis_certificate_load (files->file, files->key, &error);

  if (certificate != NULL)
    g_task_return_pointer (task, certificate, g_object_unref);
  else
    g_task_return_error (task, error);
  return NULL;
}

/**
 * vis_certificate_load_async:
 * @file: path of the certificate chain, PEM
 * @key: path of the private key, PEM
 * @callback: called on the caller's main context
 * @data: passed to @callback
 *
 * vis_certificate_load() on a thread of its own: on one of GIO's pool it would wait for two more
 * threads of that pool.
 */
void
vis_certificate_load_async (const char         *file,
                            const char         *key,
                            GAsyncReadyCallback callback,
                            gpointer            data)
{
  GTask             *task = g_task_new (NULL, NULL, callback, data);
  Files             *files = g_new (Files, 1);
  g_autoptr (GError) error = NULL;
  GThread           *thread;

  *files = (Files){ g_strdup (file), g_strdup (key) };
  g_task_set_task_data (task, files, files_free);
  thread = g_thread_try_new ("certificate", load_in_thread, task, &error);
  if (thread != NULL)
    {
      g_thread_unref (thread);
      return;
    }
  g_task_return_new_error (task,
                           VIS_ERROR,
                           VIS_ERROR_FAILED,
                           _ ("The certificate %s can’t be read now: %s"),
                           file,
                           error->message);
  g_object_unref (task);
}

/**
 * vis_certificate_load_finish:
 * @result: of vis_certificate_load_async()
 * @error: set to a translated sentence if the certificate can't be used
 *
 * Returns: (transfer full) (nullable): the certificate
 */
GTlsCertificate *
vis_certificate_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * vis_certificate_check_dates:
 * @certificate: a certificate with its chain
 * @now: the time
 *
 * Looks in the chain for a certificate that is not valid yet, has expired, or expires within
 * VIS_SERVER_CERTIFICATE_DAYS.
 *
 * Returns: (transfer full) (nullable): a translated sentence, or %NULL if there is none
 */
char *
vis_certificate_check_dates (GTlsCertificate *certificate, GDateTime *now)
{
  for (GTlsCertificate *link = certificate; link != NULL;
       link = g_tls_certificate_get_issuer (link))
    {
      g_autoptr (GDateTime) from = g_tls_certificate_get_not_valid_before (link);
      g_autoptr (GDateTime) until = g_tls_certificate_get_not_valid_after (link);
      g_autofree char      *name = g_tls_certificate_get_subject_name (link);
      g_autofree char      *date = NULL;
      gint64                left;

      if (from == NULL || until == NULL)
        continue;
      left = g_date_time_difference (until, now);
      if (g_date_time_difference (from, now) > 0)
        {
          date = g_date_time_format_iso8601 (from);
          return g_strdup_printf (
            _ ("The certificate of %s is valid only from %s on: clients refuse it."), name, date);
        }
      date = g_date_time_format_iso8601 (until);
      if (left <= 0)
        return g_strdup_printf (
          _ ("The certificate of %s has expired at %s: clients refuse it."), name, date);
      if (left < VIS_SERVER_CERTIFICATE_DAYS * G_TIME_SPAN_DAY)
        return g_strdup_printf (
          _ ("The certificate of %s expires at %s: renew it, then send the server a SIGHUP."),
          name,
          date);
    }
  return NULL;
}
