/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "media-fixture.h"
#include "quarks.h"

/* What goes out of a DTLS handshake is lost on the way: one datagram of it, or all. */

#define ALL -1

/* Numbers of datagrams, counted from both sides: the first is in the ClientHello, the third in the
 * flight of the server that follows it, the ninth in that of the client with its certificate. */
static const int lost[] = { 0, 2, 8 };

static gint      n_sent;    /* atomic: datagrams of both sides so far */
static gint      n_dropped; /* atomic */

static GstPadProbeReturn
on_datagram (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  int number = g_atomic_int_add (&n_sent, 1);

  if (GPOINTER_TO_INT (data) != ALL && number != GPOINTER_TO_INT (data))
    return GST_PAD_PROBE_OK;
  g_atomic_int_inc (&n_dropped);
  return GST_PAD_PROBE_DROP;
}

/* The handshake and data channels leave through dtlsenc, media through srtpenc. */
static gboolean
on_pad_added (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer data)
{
  GstPad *pad = g_value_get_object (&values[1]);

  if (g_str_equal (G_VALUE_TYPE_NAME (&values[0]), "GstDtlsEnc") && GST_PAD_IS_SRC (pad))
    gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_datagram, data, NULL);

  return TRUE;
}

static gulong
drop (int which)
{
  guint signal = g_signal_lookup ("pad-added", GST_TYPE_ELEMENT);

  n_sent = 0;
  n_dropped = 0;
  return g_signal_add_emission_hook (signal, 0, on_pad_added, GINT_TO_POINTER (which), NULL);
}

static void
stop_dropping (gulong hook)
{
  g_signal_remove_emission_hook (g_signal_lookup ("pad-added", GST_TYPE_ELEMENT), hook);
}

static void
test_datagram_is_lost (Fixture *self, gconstpointer data)
{
  gulong hook = drop (GPOINTER_TO_INT (data));

  fixture_connect (self);
  g_assert_cmpint (g_atomic_int_get (&n_dropped), ==, 1);
  stop_dropping (hook);
}

static gboolean
has_failed (gpointer data)
{
  Fixture *self = data;

  return vis_media_session_get_state (self->sessions[0]) == VIS_SESSION_FAILED &&
         vis_media_session_get_state (self->sessions[1]) == VIS_SESSION_FAILED;
}

/* ICE connects, DTLS never does: both say so in time to try again while somebody still waits. */
static void
test_all_is_lost (Fixture *self, gconstpointer data)
{
  gulong hook = drop (ALL);

  vis_media_session_offer (self->sessions[0]);
  g_assert_true (fixture_wait (has_failed, self, 25));
  stop_dropping (hook);
}

static void
add (const char *path, int which, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, GINT_TO_POINTER (which), fixture_set_up, test, fixture_tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  quarks_load ();

  for (guint i = 0; i < G_N_ELEMENTS (lost); i++)
    {
      g_autofree char *path = g_strdup_printf ("/media/handshake/datagram-is-lost/%d", lost[i]);

      add (path, lost[i], test_datagram_is_lost);
    }
  add ("/media/handshake/all-is-lost", ALL, test_all_is_lost);

  return g_test_run ();
}
