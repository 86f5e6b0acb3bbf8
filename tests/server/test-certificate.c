/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gio/gio.h>
#include <string.h>

#include "test-certificates.h"
#include "vis-certificate.h"

/* How many bytes this process has read so far, from files and from elsewhere (proc(5), io). */
static guint64
bytes_read (void)
{
  g_autofree char *io = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/io", &io, NULL, NULL));
  g_assert_true (g_str_has_prefix (io, "rchar: "));
  return g_ascii_strtoull (io + strlen ("rchar: "), NULL, 10);
}

/* Whoever connects makes the server read nothing: the list of authorities of a Debian has 200 kB,
 * and takes tens of milliseconds. */
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
  return g_test_run ();
}
