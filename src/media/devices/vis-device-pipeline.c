/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-device-pipeline.h"

#include "vis-device-threads.h"

typedef struct
{
  VisDeviceKind kind;
  GstElement   *pipeline;
  guint         watch;
} VisDevicePipelinePrivate;

enum
{
  PROP_KIND = 1,
  N_PROPS,
};

enum
{
  STOPPED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_PRIVATE (VisDevicePipeline, vis_device_pipeline, G_TYPE_OBJECT)

static void
vis_device_pipeline_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  VisDevicePipelinePrivate *priv =
    vis_device_pipeline_get_instance_private (VIS_DEVICE_PIPELINE (object));

  switch (id)
    {
    case PROP_KIND:
      priv->kind = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_device_pipeline_dispose (GObject *object)
{
  vis_device_pipeline_close (VIS_DEVICE_PIPELINE (object));

  G_OBJECT_CLASS (vis_device_pipeline_parent_class)->dispose (object);
}

static void
vis_device_pipeline_class_init (VisDevicePipelineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = vis_device_pipeline_set_property;
  object_class->dispose = vis_device_pipeline_dispose;

  /**
   * VisDevicePipeline:kind:
   *
   * What the device is for.
   */
  properties[PROP_KIND] =
    g_param_spec_enum ("kind",
                       NULL,
                       NULL,
                       VIS_TYPE_DEVICE_KIND,
                       VIS_DEVICE_CAMERA,
                       G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * VisDevicePipeline::stopped:
   * @self: a pipeline
   * @message: (nullable): why the device can't be used, %NULL at the end of the stream
   *
   * The device is closed, and nobody had asked for it.
   */
  signals[STOPPED] = g_signal_new ("stopped",
                                   G_TYPE_FROM_CLASS (klass),
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_STRING);
}

static void
vis_device_pipeline_init (VisDevicePipeline *self)
{
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *details = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    {
      gst_message_parse_error (message, &error, &details);
      g_debug ("%s: %s", error->message, details);
    }
  else if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS)
    {
      return G_SOURCE_CONTINUE;
    }

  vis_device_pipeline_fail (data, error != NULL ? error->message : NULL);
  return G_SOURCE_CONTINUE;
}

/**
 * vis_device_pipeline_new:
 * @kind: what the device is for
 *
 * Makes one that is closed.
 *
 * Returns: (transfer full): a pipeline with a device
 */
VisDevicePipeline *
vis_device_pipeline_new (VisDeviceKind kind)
{
  return g_object_new (VIS_TYPE_DEVICE_PIPELINE, "kind", kind, NULL);
}

/**
 * vis_device_pipeline_open:
 * @self: a pipeline, closed
 * @pipeline: (transfer full): what holds the device
 *
 * Sets @pipeline playing without waiting for the device; whether that works is known later.
 */
void
vis_device_pipeline_open (VisDevicePipeline *self, GstElement *pipeline)
{
  VisDevicePipelinePrivate *priv = vis_device_pipeline_get_instance_private (self);
  g_autoptr (GstBus)        bus = gst_element_get_bus (pipeline);

  g_return_if_fail (priv->pipeline == NULL);

  priv->pipeline = pipeline;
  priv->watch = gst_bus_add_watch (bus, on_message, self);
  vis_device_threads_start (pipeline, priv->kind);
}

/**
 * vis_device_pipeline_close:
 * @self: a pipeline
 *
 * Lets the device go, without waiting for it. Harmless when it is closed.
 */
void
vis_device_pipeline_close (VisDevicePipeline *self)
{
  VisDevicePipelinePrivate *priv = vis_device_pipeline_get_instance_private (self);

  if (priv->pipeline == NULL)
    return;

  g_clear_handle_id (&priv->watch, g_source_remove);
  if (VIS_DEVICE_PIPELINE_GET_CLASS (self)->closing != NULL)
    VIS_DEVICE_PIPELINE_GET_CLASS (self)->closing (self);
  vis_device_threads_stop (g_steal_pointer (&priv->pipeline), priv->kind);
}

/**
 * vis_device_pipeline_fail:
 * @self: a pipeline
 * @message: (nullable): why, see [signal@Vis.DevicePipeline::stopped]
 *
 * Closes it and tells of it. For those who make the pipeline, if they can't.
 */
void
vis_device_pipeline_fail (VisDevicePipeline *self, const char *message)
{
  vis_device_pipeline_close (self);
  g_signal_emit (self, signals[STOPPED], 0, message);
}

gboolean
vis_device_pipeline_is_open (VisDevicePipeline *self)
{
  VisDevicePipelinePrivate *priv = vis_device_pipeline_get_instance_private (self);

  return priv->pipeline != NULL;
}

/**
 * vis_device_pipeline_get_kind:
 * @self: a pipeline
 *
 * Returns: what the device is for
 */
VisDeviceKind
vis_device_pipeline_get_kind (VisDevicePipeline *self)
{
  VisDevicePipelinePrivate *priv = vis_device_pipeline_get_instance_private (self);

  return priv->kind;
}
