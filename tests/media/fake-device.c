/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-device.h"

typedef struct
{
  GstDevice parent_instance;

  char     *launch;
  GWeakRef  element;
  guint     n_elements;
} FakeDevice;

typedef struct
{
  GstDeviceClass parent_class;
} FakeDeviceClass;

typedef struct
{
  GstDeviceProvider parent_instance;
} FakeProvider;

typedef struct
{
  GstDeviceProviderClass parent_class;
} FakeProviderClass;

static GType              fake_device_get_type (void);
static GType              fake_provider_get_type (void);

static GstDeviceProvider *provider;

G_DEFINE_TYPE (FakeDevice, fake_device, GST_TYPE_DEVICE)
G_DEFINE_TYPE (FakeProvider, fake_provider, GST_TYPE_DEVICE_PROVIDER)

static GstElement *
fake_device_create_element (GstDevice *device, const char *name)
{
  FakeDevice *self = (FakeDevice *) device;
  GstElement *element = fake_element_new (self->launch, 0);

  g_weak_ref_set (&self->element, element);
  self->n_elements++;

  return element;
}

static void
fake_device_finalize (GObject *object)
{
  FakeDevice *self = (FakeDevice *) object;

  g_weak_ref_clear (&self->element);
  g_free (self->launch);

  G_OBJECT_CLASS (fake_device_parent_class)->finalize (object);
}

static void
fake_device_class_init (FakeDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_device_finalize;
  GST_DEVICE_CLASS (klass)->create_element = fake_device_create_element;
}

static void
fake_device_init (FakeDevice *self)
{
  g_weak_ref_init (&self->element, NULL);
}

/* Each provider has a type of its own for what it finds. */
typedef FakeDevice      FakeTwin;
typedef FakeDeviceClass FakeTwinClass;

static GType            fake_twin_get_type (void);

G_DEFINE_TYPE (FakeTwin, fake_twin, fake_device_get_type ())

static void
fake_twin_class_init (FakeTwinClass *klass)
{
}

static void
fake_twin_init (FakeTwin *self)
{
}

static gboolean
fake_provider_start (GstDeviceProvider *self)
{
  return TRUE;
}

static void
fake_provider_stop (GstDeviceProvider *self)
{
}

static void
fake_provider_class_init (FakeProviderClass *klass)
{
  GstDeviceProviderClass *provider_class = GST_DEVICE_PROVIDER_CLASS (klass);

  provider_class->start = fake_provider_start;
  provider_class->stop = fake_provider_stop;
  gst_device_provider_class_set_static_metadata (
    provider_class, "Fake devices", "Video/Source/Audio/Sink", "Devices of a test", "Visavis");
}

static void
fake_provider_init (FakeProvider *self)
{
}

void
fake_devices_init (void)
{
  GList *factories;

  gst_init (NULL, NULL);
  factories = gst_device_provider_factory_list_get_device_providers (GST_RANK_MARGINAL);
  for (GList *l = factories; l != NULL; l = l->next)
    gst_plugin_feature_set_rank (l->data, GST_RANK_NONE);
  gst_plugin_feature_list_free (factories);
  gst_device_provider_register (
    NULL, "fakedeviceprovider", GST_RANK_PRIMARY, fake_provider_get_type ());
  provider = gst_device_provider_factory_get_by_name ("fakedeviceprovider");
  g_assert_true (gst_device_provider_start (provider));
}

GstDevice *
fake_device_add_full (
  gboolean other, const char *name, const char *classes, const char *launch, const char *path)
{
  g_autoptr (GstCaps)      caps = gst_caps_new_any ();
  g_autoptr (GstStructure) details = NULL;
  FakeDevice              *self;

  if (path != NULL)
    details = gst_structure_new ("details", "device.path", G_TYPE_STRING, path, NULL);
  self = g_object_new (other ? fake_twin_get_type () : fake_device_get_type (),
                       "display-name",
                       name,
                       "device-class",
                       classes,
                       "caps",
                       caps,
                       "properties",
                       details,
                       NULL);
  gst_object_ref_sink (self);
  self->launch = g_strdup (launch);
  gst_device_provider_device_add (provider, GST_DEVICE (self));

  return GST_DEVICE (self);
}

GstDevice *
fake_device_add (const char *name, const char *classes, const char *launch)
{
  return fake_device_add_full (FALSE, name, classes, launch, NULL);
}

void
fake_device_remove (GstDevice *device)
{
  gst_device_provider_device_remove (provider, device);
  gst_object_unref (device);
}

GstElement *
fake_device_dup_element (GstDevice *device)
{
  return g_weak_ref_get (&((FakeDevice *) device)->element);
}

guint
fake_device_count_elements (GstDevice *device)
{
  return ((FakeDevice *) device)->n_elements;
}

void
fake_device_fail (GstDevice *device)
{
  g_autoptr (GstElement) element = fake_device_dup_element (device);

  GST_ELEMENT_ERROR (element, RESOURCE, BUSY, ("It was pulled out"), (NULL));
}

typedef struct
{
  GstBin  parent_instance;

  guint   start_ms;
  GMutex *mutex;
} FakeElement;

typedef struct
{
  GstBinClass parent_class;
} FakeElementClass;

static GType fake_element_get_type (void);

G_DEFINE_TYPE (FakeElement, fake_element, GST_TYPE_BIN)

static GstStateChangeReturn
fake_element_change_state (GstElement *element, GstStateChange change)
{
  FakeElement         *self = (FakeElement *) element;
  GstStateChangeReturn result;

  if (change == GST_STATE_CHANGE_READY_TO_NULL && self->mutex != NULL)
    {
      g_mutex_lock (self->mutex);
      g_mutex_unlock (self->mutex);
    }
  result = GST_ELEMENT_CLASS (fake_element_parent_class)->change_state (element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    g_usleep (self->start_ms * 1000);

  return result;
}

static void
fake_element_class_init (FakeElementClass *klass)
{
  GST_ELEMENT_CLASS (klass)->change_state = fake_element_change_state;
}

static void
fake_element_init (FakeElement *self)
{
}

static void
add_ghost (GstElement *element, GstElement *inner, const char *name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (inner, name);

  if (pad != NULL)
    gst_element_add_pad (element, gst_ghost_pad_new (name, pad));
}

GstElement *
fake_element_new (const char *launch, guint start_ms)
{
  FakeElement       *self = g_object_new (fake_element_get_type (), NULL);
  g_autoptr (GError) error = NULL;
  GstElement        *inner = gst_parse_bin_from_description (launch, TRUE, &error);

  g_assert_no_error (error);
  self->start_ms = start_ms;
  gst_bin_add (GST_BIN (self), inner);
  add_ghost (GST_ELEMENT (self), inner, "src");
  add_ghost (GST_ELEMENT (self), inner, "sink");

  return GST_ELEMENT (self);
}

GstElement *
fake_element_new_stuck (const char *launch, GMutex *mutex)
{
  GstElement *element = fake_element_new (launch, 0);

  ((FakeElement *) element)->mutex = mutex;

  return element;
}

GstElement *
fake_target_new (void)
{
  GstElement *self = gst_element_factory_make ("appsrc", NULL);

  g_object_set (self, "format", GST_FORMAT_TIME, NULL);

  return gst_object_ref_sink (self);
}

guint64
fake_target_count (GstElement *self)
{
  guint64 n;

  g_object_get (self, "current-level-buffers", &n, NULL);

  return n;
}
