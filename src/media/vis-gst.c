/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-gst.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <openssl/crypto.h>

#include "vis-error.h"

/* Seconds to wait for a device to close: a driver may hang. */
#define PATIENCE_S 3

/* Seconds to wait for the last buffers of a device to leave the pipeline. */
#define HOLD_S 1

#define BASE   N_ ("GStreamer base plugins (gstreamer1.0-plugins-base)")
#define GOOD   N_ ("GStreamer good plugins (gstreamer1.0-plugins-good)")
#define BAD    N_ ("GStreamer bad plugins (gstreamer1.0-plugins-bad)")
#define NICE   N_ ("the libnice plugin of GStreamer (gstreamer1.0-nice)")

/* What a call can't do without, and the package in which distributions ship it. */
static const struct
{
  const char *element;
  const char *package;
} needed[] = {
  { "appsrc", BASE },    { "audioconvert", BASE }, { "audioresample", BASE },
  { "decodebin", BASE }, { "videoconvert", BASE }, { "videoscale", BASE },
  { "videorate", BASE }, { "opusenc", BASE },      { "opusdec", BASE },
  { "rtpbin", GOOD },    { "rtpopuspay", GOOD },   { "rtpopusdepay", GOOD },
  { "rtpvp8pay", GOOD }, { "rtpvp8depay", GOOD },  { "vp8enc", GOOD },
  { "vp8dec", GOOD },    { "webrtcbin", BAD },     { "dtlsenc", BAD },
  { "srtpenc", BAD },    { "sctpenc", BAD },       { "nicesrc", NICE },
};

static GstClock    *shared_clock;
static GstClockTime shared_base_time;
static GThreadPool *devices[VIS_DEVICE_SPEAKER + 1];

/* How much is still done in the background. */
static guint  n_busy;
static GMutex busy_mutex;
static GCond  busy_cond;

static void
add_busy (int difference)
{
  g_mutex_lock (&busy_mutex);
  n_busy += difference;
  g_cond_broadcast (&busy_cond);
  g_mutex_unlock (&busy_mutex);
}

static GstPadProbeReturn
on_idle (GstPad *pad, GstPadProbeInfo *info, gpointer queue)
{
  g_async_queue_push (queue, pad);

  return GST_PAD_PROBE_OK;
}

static gboolean
hold (GstElement *element, GstPad *pad, gpointer user_data)
{
  g_autoptr (GAsyncQueue) idle = g_async_queue_new ();

  gst_pad_add_probe (pad,
                     GST_PAD_PROBE_TYPE_IDLE,
                     on_idle,
                     g_async_queue_ref (idle),
                     (GDestroyNotify) g_async_queue_unref);
  g_async_queue_timeout_pop (idle, HOLD_S * G_TIME_SPAN_SECOND);

  return TRUE;
}

static void
hold_source (const GValue *source, gpointer user_data)
{
  gst_element_foreach_src_pad (g_value_get_object (source), hold, NULL);
}

/* With the first picture a decoder is connected, on the thread of the camera. A bin that goes down
 * meanwhile takes that for a loop and warns. So nothing may be on its way then. */
static void
hold_sources (GstElement *pipeline)
{
  g_autoptr (GstIterator) sources = gst_bin_iterate_sources (GST_BIN (pipeline));

  gst_iterator_foreach (sources, hold_source, NULL);
}

/* Opening a camera or a sound device can take long, or for ever where its driver is stuck, and must
 * not hold up the main loop nor another kind of device. One thread for each kind does it, so that
 * what is asked for happens in that order. */
static void
work (gpointer data, gpointer user_data)
{
  GstElement *pipeline = data;
  GstState    target = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (pipeline), "vis-target"));

  if (target == GST_STATE_NULL)
    hold_sources (pipeline);
  gst_element_set_state (pipeline, target);
  if (target == GST_STATE_NULL)
    gst_element_get_state (pipeline, NULL, NULL, PATIENCE_S * GST_SECOND);
  gst_object_unref (pipeline);
  vis_gst_release ();
}

/* The first word to OpenSSL, which the DTLS plugin uses, decides. At the end of the program it
 * would free what it keeps for each thread, while one that has done with a connection ends and
 * frees the same: threads of a pipeline outlive it by a moment, and nobody can wait for them. */
static void
keep_openssl (void)
{
  OPENSSL_init_crypto (OPENSSL_INIT_NO_ATEXIT, NULL);
}

/**
 * vis_gst_init:
 *
 * Readies GStreamer. Everything of this layer that is public calls it; calling it again is free.
 */
void
vis_gst_init (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      keep_openssl ();
      gst_init (NULL, NULL);
      shared_clock = gst_system_clock_obtain ();
      shared_base_time = gst_clock_get_time (shared_clock);
      for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
        devices[i] = g_thread_pool_new (work, NULL, 1, FALSE, NULL);
      g_once_init_leave (&once, 1);
    }
}

static gpointer
warm_up (gpointer data)
{
  g_autoptr (GstElement) dtls = NULL;

  vis_gst_init ();
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_autoptr (GstElementFactory) factory = gst_element_factory_find (needed[i].element);

      if (factory != NULL)
        gst_object_unref (gst_plugin_feature_load (GST_PLUGIN_FEATURE (factory)));
    }

  /* The key of this process is made with the first of them, which takes up to 300 ms. */
  dtls = gst_element_factory_make ("dtlsdec", NULL);
  if (dtls != NULL)
    gst_object_ref_sink (dtls);
  g_clear_object (&dtls);
  vis_gst_release ();

  return NULL;
}

/**
 * vis_gst_warm_up:
 *
 * Loads in the background what the first call would wait for otherwise: GStreamer itself, plugins,
 * and the key that this process shows to its peers.
 */
void
vis_gst_warm_up (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      vis_gst_hold ();
      g_thread_unref (g_thread_new ("vis-warm-up", warm_up, NULL));
      g_once_init_leave (&once, 1);
    }
}

/**
 * vis_media_check_elements:
 * @error: return location
 *
 * Whether GStreamer has every plugin that a call needs.
 *
 * Returns: %FALSE with @error set to [error@Vis.Error] when something is missing; its message is
 *   for people and names the packages to install
 */
gboolean
vis_media_check_elements (GError **error)
{
  g_autoptr (GPtrArray) packages = g_ptr_array_new ();
  g_autofree char      *list = NULL;

  vis_gst_init ();

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      const char *package = _ (needed[i].package);

      if (!vis_gst_has_element (needed[i].element) &&
          !g_ptr_array_find_with_equal_func (packages, package, g_str_equal, NULL))
        g_ptr_array_add (packages, (gpointer) package);
    }

  if (packages->len == 0)
    return TRUE;

  g_ptr_array_add (packages, NULL);
  list = g_strjoinv (", ", (char **) packages->pdata);
  g_set_error (
    error, VIS_ERROR, VIS_ERROR_MEDIA, _ ("Calls need something to be installed: %s"), list);

  return FALSE;
}

static void
check_elements (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (vis_media_check_elements (&error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  vis_gst_release ();
}

/**
 * vis_media_check_elements_async:
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * The same as [func@Vis.media_check_elements], without waiting for GStreamer to be loaded.
 */
void
vis_media_check_elements_async (GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, vis_media_check_elements_async);
  vis_gst_hold ();
  g_task_run_in_thread (task, check_elements);
}

/**
 * vis_media_check_elements_finish:
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: see [func@Vis.media_check_elements]
 */
gboolean
vis_media_check_elements_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * vis_gst_has_element:
 * @factory: name of an element
 *
 * Whether an element can be made. `gst-inspect-1.0 --exists` asks for a version as well and says
 * no for plugins that are released apart from GStreamer.
 *
 * Returns: whether it is installed
 */
gboolean
vis_gst_has_element (const char *factory)
{
  g_autoptr (GstElementFactory) found = gst_element_factory_find (factory);

  return found != NULL;
}

/**
 * vis_gst_make:
 * @bin: where to add it
 * @factory: name of an element
 *
 * Makes an element inside a bin.
 *
 * Returns: (transfer none) (nullable): the element, %NULL if it is not installed
 */
GstElement *
vis_gst_make (GstBin *bin, const char *factory)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element != NULL)
    gst_bin_add (bin, element);

  return element;
}

/**
 * vis_gst_pipeline_new:
 * @name: for logs
 *
 * Makes a pipeline on the clock and the base time that all pipelines of a process share: so a
 * running time means the same moment in each, and buffers can go from one to another as they are.
 *
 * Returns: (transfer full): a pipeline
 */
GstElement *
vis_gst_pipeline_new (const char *name)
{
  GstElement *pipeline;

  vis_gst_init ();

  pipeline = gst_object_ref_sink (gst_pipeline_new (name));
  gst_pipeline_use_clock (GST_PIPELINE (pipeline), shared_clock);
  gst_element_set_base_time (pipeline, shared_base_time);
  gst_element_set_start_time (pipeline, GST_CLOCK_TIME_NONE);

  return pipeline;
}

/**
 * vis_gst_get_running_time:
 *
 * The running time, now, of every pipeline of [func@Vis.gst_pipeline_new].
 *
 * Returns: nanoseconds
 */
GstClockTime
vis_gst_get_running_time (void)
{
  return gst_clock_get_time (shared_clock) - shared_base_time;
}

static void
push_work (GstElement *pipeline, VisDeviceKind kind, GstState target)
{
  vis_gst_init ();
  g_object_set_data (G_OBJECT (pipeline), "vis-target", GINT_TO_POINTER (target));
  vis_gst_hold ();
  g_thread_pool_push (devices[kind], pipeline, NULL);
}

/**
 * vis_gst_start_later:
 * @pipeline: a pipeline with a device inside
 * @kind: what the device is for
 *
 * Sets @pipeline playing without waiting for the device.
 */
void
vis_gst_start_later (GstElement *pipeline, VisDeviceKind kind)
{
  push_work (gst_object_ref (pipeline), kind, GST_STATE_PLAYING);
}

/**
 * vis_gst_stop_later:
 * @pipeline: (transfer full): a pipeline with a device inside
 * @kind: what the device is for
 *
 * Shuts @pipeline down without waiting for the device and gives up the caller's reference.
 */
void
vis_gst_stop_later (GstElement *pipeline, VisDeviceKind kind)
{
  push_work (pipeline, kind, GST_STATE_NULL);
}

/**
 * vis_gst_hold:
 *
 * Something is done in the background from now on that the end of the program has to wait for.
 */
void
vis_gst_hold (void)
{
  add_busy (1);
}

/**
 * vis_gst_release:
 *
 * What [func@Vis.gst_hold] was called for is done. May be called on any thread.
 */
void
vis_gst_release (void)
{
  add_busy (-1);
}

/**
 * vis_gst_wait:
 *
 * Waits until all that is done in the background is done: devices are opened and closed,
 * connections taken down, plugins loaded. Libraries tidy up at the end of the program, and nobody
 * may be inside them then. What is stuck is waited for no longer than three seconds.
 *
 * Returns: whether all is done; if not, leave the program without tidying up
 */
gboolean
vis_gst_wait (void)
{
  gint64   end = g_get_monotonic_time () + PATIENCE_S * G_TIME_SPAN_SECOND;
  gboolean done;

  g_mutex_lock (&busy_mutex);
  while (n_busy > 0 && g_cond_wait_until (&busy_cond, &busy_mutex, end))
    ;
  done = n_busy == 0;
  g_mutex_unlock (&busy_mutex);

  return done;
}
