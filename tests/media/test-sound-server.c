/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>
#include <signal.h>
#include <sys/prctl.h>

#include "media-fixture.h"
#include "quarks.h"

/* More than one that gets through by chance. */
#define SOME_BUFFERS 20

#define SOME_LOOKS   5

/* A person with the devices of a sound server in a call with one who needs none. */
typedef struct
{
  Fixture      call; /* the first, as what is in common needs it */
  GSubprocess *server;
} Stage;

static char *folder;

/* What microphones gave that were opened after the server was started last. */
static gint generation;
static gint n_heard;

static GstPadProbeReturn
on_heard (GstPad *pad, GstPadProbeInfo *info, gpointer made)
{
  if (GPOINTER_TO_INT (made) == g_atomic_int_get (&generation))
    g_atomic_int_inc (&n_heard);

  return GST_PAD_PROBE_OK;
}

static gboolean
on_linked (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer data)
{
  GstPad                *pad = g_value_get_object (&values[0]);
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  g_autoptr (GstObject)  parent =
    element != NULL ? gst_object_get_parent (GST_OBJECT (element)) : NULL;

  if (parent != NULL && g_strcmp0 (GST_OBJECT_NAME (parent), "capture") == 0 &&
      g_str_equal (G_OBJECT_TYPE_NAME (element), "GstPulseSrc"))
    gst_pad_add_probe (pad,
                       GST_PAD_PROBE_TYPE_BUFFER,
                       on_heard,
                       GINT_TO_POINTER (g_atomic_int_get (&generation)),
                       NULL);

  return TRUE;
}

static gboolean
is_heard (gpointer unused)
{
  return g_atomic_int_get (&n_heard) >= SOME_BUFFERS;
}

/* It goes with a test that fails. */
static void
go_with_parent (gpointer unused)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* A speaker of that name, and a microphone that hears what it plays. */
static void
start_server (Stage *self, const char *speaker, const char *microphone)
{
  g_autofree char *protocol =
    g_strdup_printf ("module-native-protocol-unix auth-anonymous=1 socket=%s/native", folder);
  g_autofree char *sink = g_strdup_printf ("module-null-sink sink_name=%s", speaker);
  g_autofree char *source =
    g_strdup_printf ("module-remap-source master=%s.monitor source_name=%s", speaker, microphone);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, go_with_parent, NULL, NULL);
  g_atomic_int_inc (&generation);
  g_atomic_int_set (&n_heard, 0);
  self->server = g_subprocess_launcher_spawn (launcher,
                                              &error,
                                              "pulseaudio",
                                              "-n",
                                              "--daemonize=no",
                                              "--use-pid-file=no",
                                              "--exit-idle-time=-1",
                                              "--disable-shm=yes",
                                              "--realtime=no",
                                              "--high-priority=no",
                                              "-L",
                                              sink,
                                              "-L",
                                              source,
                                              "-L",
                                              protocol,
                                              NULL);
  g_assert_no_error (error);
}

/* It has no time to say good-bye to anybody. */
static void
kill_server (Stage *self)
{
  g_subprocess_force_exit (self->server);
  g_assert_true (g_subprocess_wait (self->server, NULL, NULL));
  g_clear_object (&self->server);
}

static GstFlowReturn
on_played (GstAppSink *sink, gpointer n_loud)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstMapInfo            map;
  gboolean              loud = FALSE;

  if (sample == NULL || !gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return GST_FLOW_OK;

  for (gsize i = 0; i + 1 < map.size; i += 2)
    loud = loud || ABS ((gint16) GST_READ_UINT16_LE (map.data + i)) > 500;
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  if (loud)
    g_atomic_int_inc ((gint *) n_loud);

  return GST_FLOW_OK;
}

static gboolean
is_played (gpointer n_loud)
{
  return g_atomic_int_get ((gint *) n_loud) >= SOME_BUFFERS;
}

/* Sound reaches the speaker of the server that runs now, and comes from its microphone. */
static void
assert_sound (const char *speaker)
{
  const GstAppSinkCallbacks callbacks = { .new_sample = on_played };
  g_autofree char          *text = g_strdup_printf (
    "pulsesrc device=%s.monitor ! audio/x-raw,format=S16LE ! appsink name=sink sync=false",
    speaker);
  g_autoptr (GError)     error = NULL;
  g_autoptr (GstElement) listener = NULL;
  g_autoptr (GstElement) sink = NULL;
  gint                   n_loud = 0;

  /* First: then the server is there for the listener. */
  g_assert_true (fixture_wait (is_heard, NULL, 30));

  listener = gst_object_ref_sink (gst_parse_launch (text, &error));
  g_assert_no_error (error);
  sink = gst_bin_get_by_name (GST_BIN (listener), "sink");
  gst_app_sink_set_callbacks (
    GST_APP_SINK (sink), (GstAppSinkCallbacks *) &callbacks, &n_loud, NULL);
  g_assert_cmpint (
    gst_element_set_state (listener, GST_STATE_PLAYING), !=, GST_STATE_CHANGE_FAILURE);
  g_assert_true (fixture_wait (is_played, &n_loud, 30));
  gst_element_set_state (listener, GST_STATE_NULL);
}

static gboolean
is_connected (gpointer data)
{
  Stage *self = data;

  for (guint i = 0; i < 2; i++)
    {
      if (vis_media_session_get_state (self->call.sessions[i]) != VIS_SESSION_CONNECTED)
        return FALSE;
    }

  return TRUE;
}

static void
begin_call (Stage *self)
{
  for (guint i = 0; i < 2; i++)
    {
      VisGstEngine *engine = vis_gst_engine_new ("none", i == 0 ? NULL : "test");

      /* The second one looks for no device: what tells of them is there once in a process. */
      g_object_set (engine, "speaker", i == 0 ? NULL : "none", NULL);
      vis_media_engine_capture (VIS_MEDIA_ENGINE (engine), VIS_MEDIA_AUDIO);
      self->call.engines[i] = engine;
    }
  fixture_make_sessions (&self->call);
  vis_media_session_offer (self->call.sessions[0]);
  g_assert_true (fixture_wait (is_connected, self, 30));
}

static gboolean
skips (void)
{
  g_autofree char *program = g_find_program_in_path ("pulseaudio");

  if (program == NULL)
    g_test_skip ("PulseAudio is not installed: nothing to restart");
  return program == NULL;
}

static void
tear_down (Stage *self, gconstpointer data)
{
  if (self->call.engines[0] != NULL)
    fixture_tear_down (&self->call, NULL);
  if (self->server != NULL)
    kill_server (self);
}

static gboolean
has_problem (gpointer engine)
{
  g_autofree char *problem = NULL;

  g_object_get (engine, "problem", &problem, NULL);

  return problem != NULL;
}

static gboolean
has_no_problem (gpointer engine)
{
  return !has_problem (engine);
}

static void
test_restarted (Stage *self, gconstpointer names)
{
  g_auto (GStrv) next = g_strsplit (names, " ", 2);

  if (skips ())
    return;

  start_server (self, "speaker", "microphone");
  begin_call (self);
  assert_sound ("speaker");

  kill_server (self);
  g_assert_true (fixture_wait (has_problem, self->call.engines[0], 30));
  start_server (self, next[0], next[1]);
  assert_sound (next[0]);
  g_assert_true (fixture_wait (has_no_problem, self->call.engines[0], 30));
}

static void
test_late (Stage *self, gconstpointer data)
{
  if (skips ())
    return;

  begin_call (self);
  start_server (self, "speaker", "microphone");
  assert_sound ("speaker");
}

static gboolean
begins_look (gpointer devices)
{
  return vis_devices_look_again (devices);
}

/* A computer without sound is looked at over and over for as long as a call lasts. */
static void
test_none (void)
{
  g_autoptr (VisDevices) devices = vis_devices_new ();
  guint                  n = 0;

  for (guint i = 0; i <= SOME_LOOKS; i++)
    {
      g_assert_true (fixture_wait (begins_look, devices, 30));
      fixture_settle ();
      if (i == 0)
        n = fixture_count_fds ();
    }
  g_assert_cmpuint (fixture_count_fds (), ==, n);
}

/* Nobody else's server is meant, and none is started by a client. */
static void
enter_folder (void)
{
  g_autofree char *server = NULL;
  g_autofree char *cookie = NULL;

  folder = g_dir_make_tmp ("visavis-sound-XXXXXX", NULL);
  g_assert_nonnull (folder);
  server = g_strdup_printf ("unix:%s/native", folder);
  cookie = g_build_filename (folder, "cookie", NULL);
  g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);
  g_setenv ("PULSE_RUNTIME_PATH", folder, TRUE);
  g_setenv ("PULSE_STATE_PATH", folder, TRUE);
  g_setenv ("PULSE_SERVER", server, TRUE);
  g_setenv ("PULSE_COOKIE", cookie, TRUE);
}

static void
leave_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char      *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
  g_free (folder);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  enter_folder ();
  quarks_load ();
  g_type_class_unref (g_type_class_ref (GST_TYPE_PAD));
  g_signal_add_emission_hook (g_signal_lookup ("linked", GST_TYPE_PAD), 0, on_linked, NULL, NULL);

  g_test_add (
    "/media/sound-server/restarted", Stage, "speaker microphone", NULL, test_restarted, tear_down);
  g_test_add ("/media/sound-server/restarted-with-other-devices",
              Stage,
              "headphones headset",
              NULL,
              test_restarted,
              tear_down);
  g_test_add ("/media/sound-server/starts-late", Stage, NULL, NULL, test_late, tear_down);
  g_test_add_func ("/media/sound-server/none", test_none);

  status = g_test_run ();
  leave_folder ();
  return status;
}
