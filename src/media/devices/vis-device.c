/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-device.h"

struct _VisDevice
{
  GObject       parent_instance;

  GstDevice    *device;
  char         *id;
  char         *name;
  VisDeviceKind kind;
  gboolean      is_default;
};

enum
{
  PROP_ID = 1,
  PROP_NAME,
  PROP_KIND,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (VisDeviceKind,
                    vis_device_kind,
                    G_DEFINE_ENUM_VALUE (VIS_DEVICE_CAMERA, "camera"),
                    G_DEFINE_ENUM_VALUE (VIS_DEVICE_MICROPHONE, "microphone"),
                    G_DEFINE_ENUM_VALUE (VIS_DEVICE_SPEAKER, "speaker"))

G_DEFINE_FINAL_TYPE (VisDevice, vis_device, G_TYPE_OBJECT)

static void
vis_device_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisDevice *self = VIS_DEVICE (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_device_finalize (GObject *object)
{
  VisDevice *self = VIS_DEVICE (object);

  gst_clear_object (&self->device);
  g_free (self->id);
  g_free (self->name);

  G_OBJECT_CLASS (vis_device_parent_class)->finalize (object);
}

static void
vis_device_class_init (VisDeviceClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = vis_device_get_property;
  object_class->finalize = vis_device_finalize;

  /**
   * VisDevice:id:
   *
   * Names the device, also after a restart.
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * VisDevice:name:
   *
   * Names the device to people.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * VisDevice:kind:
   *
   * What the device is for.
   */
  properties[PROP_KIND] =
    g_param_spec_enum ("kind", NULL, NULL, VIS_TYPE_DEVICE_KIND, VIS_DEVICE_CAMERA, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
vis_device_init (VisDevice *self)
{
}

static gboolean
find_kind (GstDevice *device, VisDeviceKind *kind)
{
  if (gst_device_has_classes (device, "Video/Source"))
    *kind = VIS_DEVICE_CAMERA;
  else if (gst_device_has_classes (device, "Audio/Source"))
    *kind = VIS_DEVICE_MICROPHONE;
  else if (gst_device_has_classes (device, "Audio/Sink"))
    *kind = VIS_DEVICE_SPEAKER;
  else
    return FALSE;

  return TRUE;
}

/* The same thing seen by two providers carries the same node name, which is also what PulseAudio
 * calls it inside: unlike a path or a number it stays the same. */
static char *
find_id (GstDevice *device, const GstStructure *properties_, const char *name)
{
  static const char *const fields[] = {
    "node.name", "device.path", "api.v4l2.path", "object.path", "device.string"
  };
  g_autofree char *own = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (device), "internal-name") != NULL)
    g_object_get (device, "internal-name", &own, NULL);
  if (own != NULL && *own != '\0')
    return g_steal_pointer (&own);

  for (guint i = 0; properties_ != NULL && i < G_N_ELEMENTS (fields); i++)
    {
      const char *value = gst_structure_get_string (properties_, fields[i]);

      if (value != NULL && *value != '\0')
        return g_strdup (value);
    }

  return g_strdup (name);
}

/**
 * vis_device_new:
 * @device: a device of GStreamer
 *
 * Wraps what a person could choose. The loopback of a speaker is no microphone, and a device that
 * tells no format may tell one later, so it counts.
 *
 * Returns: (transfer full) (nullable): a device, or %NULL if it is nothing of ours
 */
VisDevice *
vis_device_new (GstDevice *device)
{
  g_autoptr (GstStructure) details = gst_device_get_properties (device);
  g_autofree char         *name = gst_device_get_display_name (device);
  VisDevice               *self;
  VisDeviceKind            kind;
  gboolean                 is_default = FALSE;

  if (!find_kind (device, &kind) || name == NULL)
    return NULL;
  if (details != NULL)
    {
      if (g_strcmp0 (gst_structure_get_string (details, "device.class"), "monitor") == 0)
        return NULL;
      gst_structure_get_boolean (details, "is-default", &is_default);
    }

  self = g_object_new (VIS_TYPE_DEVICE, NULL);
  self->device = gst_object_ref (device);
  self->kind = kind;
  self->id = find_id (device, details, name);
  self->name = g_steal_pointer (&name);
  self->is_default = is_default;

  return self;
}

const char *
vis_device_get_id (VisDevice *self)
{
  return self->id;
}

const char *
vis_device_get_name (VisDevice *self)
{
  return self->name;
}

VisDeviceKind
vis_device_get_kind (VisDevice *self)
{
  return self->kind;
}

gboolean
vis_device_is_default (VisDevice *self)
{
  return self->is_default;
}

/**
 * vis_device_is:
 * @self: a device
 * @device: a device of GStreamer
 *
 * Returns: whether @self wraps @device
 */
gboolean
vis_device_is (VisDevice *self, GstDevice *device)
{
  return self->device == device;
}

/**
 * vis_device_renew:
 * @self: a device
 * @device: a device of GStreamer, as found by a later look
 *
 * Wraps @device from now on if it is what @self has been all along. A number by which a server
 * knows it may be another one.
 *
 * Returns: whether it is
 */
gboolean
vis_device_renew (VisDevice *self, GstDevice *device)
{
  g_autoptr (VisDevice) other = NULL;

  if (self->device == device)
    return TRUE;

  other = vis_device_new (device);
  if (other == NULL || self->kind != other->kind || self->is_default != other->is_default ||
      !g_str_equal (self->id, other->id) || !g_str_equal (self->name, other->name) ||
      !vis_device_shares_provider (self, other))
    return FALSE;

  gst_object_replace ((GstObject **) &self->device, GST_OBJECT (device));
  return TRUE;
}

/**
 * vis_device_shares_provider:
 * @self: a device
 * @other: another device
 *
 * Each provider has a type of its own for what it finds.
 *
 * Returns: whether the same provider found both
 */
gboolean
vis_device_shares_provider (VisDevice *self, VisDevice *other)
{
  return G_OBJECT_TYPE (self->device) == G_OBJECT_TYPE (other->device);
}

static void
set_if_there (GstElement *element, const char *property, const char *value)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), property) != NULL)
    gst_util_set_object_arg (G_OBJECT (element), property, value);
}

/**
 * vis_device_make_element:
 * @self: a device
 *
 * Makes what reads from or plays on it, set up for a conversation.
 *
 * Returns: (transfer floating) (nullable): an element
 */
GstElement *
vis_device_make_element (VisDevice *self)
{
  GstElement *element = gst_device_create_element (self->device, NULL);

  if (element == NULL || self->kind == VIS_DEVICE_CAMERA)
    return element;

  set_if_there (element, "stream-properties", "props,media.role=phone");
  set_if_there (element, "latency-time", "10000");
  set_if_there (element, "buffer-time", "40000");

  return element;
}
