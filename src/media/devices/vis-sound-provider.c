/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sound-provider.h"

#include "vis-background.h"
#include "vis-gst.h"

/* GStreamer 1.22: a provider of our own, of PulseAudio's, which PipeWire serves as well. The one
 * that GStreamer has for all belongs to its monitor, and can be started again only with all others:
 * PipeWire's (0.3.65) corrupts the heap when it is stopped while its server tells it something. */
static GstDeviceProvider *
make_provider (void)
{
  g_autoptr (GstDeviceProviderFactory) factory =
    gst_device_provider_factory_find ("pulsedeviceprovider");
  g_autoptr (GstPluginFeature) loaded = NULL;
  GType                        type;

  /* The monitor does not take it either. */
  if (factory == NULL ||
      gst_plugin_feature_get_rank (GST_PLUGIN_FEATURE (factory)) < GST_RANK_MARGINAL)
    return NULL;

  loaded = gst_plugin_feature_load (GST_PLUGIN_FEATURE (factory));
  if (loaded == NULL)
    return NULL;

  type =
    gst_device_provider_factory_get_device_provider_type (GST_DEVICE_PROVIDER_FACTORY (loaded));
  return gst_object_ref_sink (g_object_new (type, NULL));
}

/* GStreamer 1.22: nobody may ask a provider that did not start for its devices, since it looks for
 * them by other means then, and loses three descriptors if there is no server. It waits for its
 * server here. */
static void
start (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GstDeviceProvider *provider;

  vis_gst_init ();
  provider = make_provider ();
  if (provider != NULL && !gst_device_provider_start (provider))
    gst_clear_object (&provider);
  g_task_return_pointer (task, provider, gst_object_unref);
  vis_background_release ();
}

/**
 * vis_sound_provider_start_async:
 * @cancellable: (nullable): a cancellable; whoever cancels it is called back all the same
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Connects to the sound server that runs now, in the background.
 */
void
vis_sound_provider_start_async (GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, vis_sound_provider_start_async);
  g_task_set_check_cancellable (task, FALSE);
  vis_background_hold ();
  g_task_run_in_thread (task, start);
}

/**
 * vis_sound_provider_start_finish:
 * @result: what the callback was given
 *
 * Returns: (transfer full) (nullable): what tells of the devices of the server and is to be given
 *   to [func@Vis.sound_provider_stop_later] at the end, %NULL if no server answers
 */
GstDeviceProvider *
vis_sound_provider_start_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
stop (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  gst_device_provider_stop (data);
  gst_object_unref (data);
  vis_background_release ();
}

/**
 * vis_sound_provider_stop_later:
 * @provider: (transfer full): a provider that was started
 *
 * Stops it without waiting for its threads.
 */
void
vis_sound_provider_stop_later (GstDeviceProvider *provider)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_source_tag (task, vis_sound_provider_stop_later);
  g_task_set_task_data (task, provider, NULL);
  vis_background_hold ();
  g_task_run_in_thread (task, stop);
}
