/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <openssl/crypto.h>
#include <stdlib.h>

#include "fake-device.h"
#include "media-fixture.h"
#include "quarks.h"
#include "vis-background.h"
#include "vis-gst.h"
#include "vis-teardown.h"

/* What takes long to stop is nothing that the main loop waits for, but the end of the program is.
 */
static void
test_in_background (void)
{
  GMutex      mutex;
  GstElement *pipeline = vis_gst_pipeline_new ("session");
  GstElement *stuck;

  g_mutex_init (&mutex);
  stuck = fake_element_new_stuck ("fakesrc is-live=true ! fakesink async=false", &mutex);
  gst_bin_add (GST_BIN (pipeline), stuck);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  g_mutex_lock (&mutex);
  vis_teardown (pipeline, NULL);
  g_assert_false (vis_background_wait ());
  g_mutex_unlock (&mutex);
  fixture_settle ();
  g_mutex_clear (&mutex);
}

/* Enough for the timer of a handshake to run out right at the end of one of them, now and then. */
#define HANDSHAKES 100

static GstElement *
begin_handshake (guint id, GWeakRef *listener)
{
  g_autofree char *text =
    g_strdup_printf ("dtlsenc is-client=true connection-id=%u ! fakesink async=false "
                     "dtlsdec name=listener connection-id=%u",
                     id,
                     id);
  g_autoptr (GError)     error = NULL;
  GstElement            *bin = gst_parse_bin_from_description (text, FALSE, &error);
  GstElement            *pipeline = vis_gst_pipeline_new ("session");
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (bin), "listener");

  g_assert_no_error (error);
  g_weak_ref_init (listener, element);
  gst_bin_add (GST_BIN (pipeline), bin);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  return pipeline;
}

/* A handshake that nobody answers is tried again after a second, by a timer on a thread of the
 * clock. Whatever ends at that moment must end well, so what the timer needs has to be there. */
static void
test_handshake (void)
{
  GstElement *pipelines[HANDSHAKES];
  GWeakRef    listeners[HANDSHAKES];
  gint64      started[HANDSHAKES];

  for (guint i = 0; i < HANDSHAKES; i++)
    {
      started[i] = g_get_monotonic_time ();
      pipelines[i] = begin_handshake (i, &listeners[i]);
      g_usleep (3000);
    }

  for (guint i = 0; i < HANDSHAKES; i++)
    {
      gint64 left = started[i] + G_USEC_PER_SEC - 300 + (gint64) i * 10 - g_get_monotonic_time ();

      if (left > 0)
        g_usleep ((gulong) left);
      vis_teardown (pipelines[i], NULL);
    }
  fixture_settle ();

  for (guint i = 0; i < HANDSHAKES; i++)
    {
      g_autoptr (GObject) listener = g_weak_ref_get (&listeners[i]);

      g_assert_nonnull (listener);
      g_weak_ref_clear (&listeners[i]);
    }
}

/* Threads that used OpenSSL for a connection may still be about to end when the program does: what
 * it keeps for each of them must be left to them. */
static void
look_at_openssl (void)
{
  /* It refuses everything once it has tidied up. */
  if (OPENSSL_init_crypto (0, NULL) != 1)
    _Exit (3);
}

static void
test_exit (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (GstElement) pipeline = NULL;
      GWeakRef               listener;

      /* Called after whatever is asked for later. */
      atexit (look_at_openssl);
      vis_gst_init ();
      pipeline = begin_handshake (0, &listener);
      gst_element_set_state (pipeline, GST_STATE_NULL);
      g_weak_ref_clear (&listener);
      exit (0);
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (!g_test_subprocess ())
    quarks_load ();

  g_test_add_func ("/media/teardown/in-background", test_in_background);
  g_test_add_func ("/media/teardown/handshake", test_handshake);
  g_test_add_func ("/media/teardown/exit", test_exit);

  return g_test_run ();
}
