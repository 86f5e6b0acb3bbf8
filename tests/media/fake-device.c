/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-device.h"

typedef struct
{
  GstBin parent_instance;

  guint  start_ms;
  guint  stop_ms;
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

  if (change == GST_STATE_CHANGE_READY_TO_NULL)
    g_usleep (self->stop_ms * 1000);
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
fake_element_new (const char *launch, guint start_ms, guint stop_ms)
{
  FakeElement       *self = g_object_new (fake_element_get_type (), NULL);
  g_autoptr (GError) error = NULL;
  GstElement        *inner = gst_parse_bin_from_description (launch, TRUE, &error);

  g_assert_no_error (error);
  self->start_ms = start_ms;
  self->stop_ms = stop_ms;
  gst_bin_add (GST_BIN (self), inner);
  add_ghost (GST_ELEMENT (self), inner, "src");
  add_ghost (GST_ELEMENT (self), inner, "sink");

  return GST_ELEMENT (self);
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
