/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-gst-check.h"

#include <glib/gi18n.h>

#include "vis-background.h"
#include "vis-error.h"
#include "vis-gst.h"

#define BASE N_ ("GStreamer base plugins (gstreamer1.0-plugins-base)")
#define GOOD N_ ("GStreamer good plugins (gstreamer1.0-plugins-good)")
#define BAD  N_ ("GStreamer bad plugins (gstreamer1.0-plugins-bad)")
#define NICE N_ ("the libnice plugin of GStreamer (gstreamer1.0-nice)")

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
  vis_background_release ();

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
      vis_background_hold ();
      g_thread_unref (g_thread_new ("vis-warm-up", warm_up, NULL));
      g_once_init_leave (&once, 1);
    }
}

/**
 * vis_gst_check_elements:
 * @error: return location
 *
 * Whether GStreamer has every plugin that a call needs.
 *
 * Returns: %FALSE with @error set to [error@Vis.Error] when something is missing; its message is
 *   for people and names the packages to install
 */
gboolean
vis_gst_check_elements (GError **error)
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

  if (vis_gst_check_elements (&error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  vis_background_release ();
}

/**
 * vis_gst_check_elements_async:
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * The same as [func@Vis.gst_check_elements], without waiting for GStreamer to be loaded.
 */
void
vis_gst_check_elements_async (GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, vis_gst_check_elements_async);
  vis_background_hold ();
  g_task_run_in_thread (task, check_elements);
}

/**
 * vis_gst_check_elements_finish:
 * @result: what the callback was given
 * @error: return location
 *
 * Returns: see [func@Vis.gst_check_elements]
 */
gboolean
vis_gst_check_elements_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
