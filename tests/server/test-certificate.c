/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gio/gio.h>
#include <string.h>

#include "test-certificates.h"
#include "vis-certificate.h"
#include "vis-error.h"

static gboolean no_threads;

GThread *__real_g_thread_try_new (const char *name, GThreadFunc run, gpointer data, GError **error);
GThread *__wrap_g_thread_try_new (const char *name, GThreadFunc run, gpointer data, GError **error);

/* Wraps GLib's function: a system without free threads. */
GThread *
__wrap_g_thread_try_new (const char *name, GThreadFunc run, gpointer data, GError **error)
{
  if (!no_threads)
    return __real_g_thread_try_new (name, run, data, error);
  g_set_error_literal (error, G_THREAD_ERROR, G_THREAD_ERROR_AGAIN, "no more threads");
  return NULL;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* Loading a certificate for a reload fails then, and does not abort. */
static void
test_no_thread_for_reload (void)
{
  g_autoptr (GAsyncResult)    result = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError)          error = NULL;

  no_threads = TRUE;
  vis_certificate_load_async ("certificate.pem", "key.pem", on_loaded, &result);
  no_threads = FALSE;
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  certificate = vis_certificate_load_finish (result, &error);
  g_assert_null (certificate);
  g_assert_error (error, VIS_ERROR, VIS_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "no more threads"));
}

/* How many bytes this process has read so far, from files and from elsewhere (proc(5), io). */
static guint64
bytes_read (void)
{
  g_autofree char *io = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/io", &io, NULL, NULL));
  g_assert_true (g_str_has_prefix (io, "rchar: "));
  return g_ascii_strtoull (io + strlen ("rchar: "), NULL, 10);
}

/* A handshake makes the server read no file: the certificate authorities of a Debian have 200 kB,
 * and parsing them takes tens of milliseconds. */
static void
test_reads_no_authorities (void)
{
  g_autoptr (GError)          error = NULL;
  g_autoptr (GTlsCertificate) certificate =
    g_tls_certificate_new_from_pem (LOCALHOST_CERTIFICATE LOCALHOST_KEY, -1, &error);
  guint64 before = 0;

  g_assert_no_error (error);
  for (guint i = 0; i <= 10; i++)
    {
      g_autoptr (GInputStream)  in = g_memory_input_stream_new ();
      g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
      g_autoptr (GIOStream)     plain = g_simple_io_stream_new (in, out);
      g_autoptr (GIOStream)     tls = vis_certificate_serve (certificate, plain, &error);

      g_assert_no_error (error);
      g_assert_true (G_IS_TLS_SERVER_CONNECTION (tls));
      g_assert_true (g_tls_connection_get_certificate (G_TLS_CONNECTION (tls)) == certificate);
      /* The first one loads a library. */
      if (i == 0)
        before = bytes_read ();
    }
  g_assert_cmpuint (bytes_read () - before, <, 10 * 1024);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/certificate/reads-no-authorities", test_reads_no_authorities);
  g_test_add_func ("/certificate/no-thread-for-reload", test_no_thread_for_reload);
  return g_test_run ();
}
