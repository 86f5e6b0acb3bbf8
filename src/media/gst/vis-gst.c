/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-gst.h"

#include <openssl/crypto.h>

static GstClock    *shared_clock;
static GstClockTime shared_base_time;

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
      g_once_init_leave (&once, 1);
    }
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
