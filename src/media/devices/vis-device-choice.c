/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-device-choice.h"

#include "vis-capture.h"
#include "vis-gst.h"

void
vis_device_choice_init (VisDeviceChoice *self, VisDeviceKind kind)
{
  self->kind = kind;
  self->failed = g_ptr_array_new_with_free_func (g_object_unref);
}

void
vis_device_choice_clear (VisDeviceChoice *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_object (&self->used);
  g_clear_pointer (&self->failed, g_ptr_array_unref);
}

/**
 * vis_device_choice_set_name:
 * @self: a choice
 * @name: (nullable): see `name`
 *
 * Chooses, which may mean to try again what did not work before.
 *
 * Returns: whether it is another choice
 */
gboolean
vis_device_choice_set_name (VisDeviceChoice *self, const char *name)
{
  if (g_strcmp0 (self->name, name) == 0)
    return FALSE;

  g_free (self->name);
  self->name = g_strdup (name);
  vis_device_choice_reset (self);
  return TRUE;
}

gboolean
vis_device_choice_is_test (const VisDeviceChoice *self)
{
  return g_strcmp0 (self->name, "test") == 0;
}

/**
 * vis_device_choice_has_device:
 * @self: a choice
 * @devices: what there is
 *
 * Returns: whether there is anything to use, as far as is known before the first look round is over
 */
gboolean
vis_device_choice_has_device (const VisDeviceChoice *self, VisDevices *devices)
{
  if (g_strcmp0 (self->name, "none") == 0)
    return FALSE;
  if (vis_device_choice_is_test (self) || !vis_devices_is_ready (devices))
    return TRUE;

  return vis_devices_find (devices, self->kind, NULL, NULL) != NULL;
}

static GstElement *
make_test_element (VisDeviceKind kind)
{
  if (kind == VIS_DEVICE_CAMERA)
    return vis_capture_make_test_camera ();
  if (kind == VIS_DEVICE_MICROPHONE)
    return vis_capture_make_test_microphone ();

  return NULL;
}

static VisDevice *
find (VisDeviceChoice *self, VisDevices *devices)
{
  VisDevice *device = vis_devices_find (devices, self->kind, self->name, self->failed);

  /* What was chosen is unplugged or broken: the usual one is better than none. */
  if (device == NULL && self->name != NULL)
    device = vis_devices_find (devices, self->kind, NULL, self->failed);

  return device;
}

/**
 * vis_device_choice_make_element:
 * @self: a choice
 * @devices: what there is
 *
 * Makes what reads from or plays on the device to be used.
 *
 * Returns: (transfer floating) (nullable): an element, %NULL if there is no device (now)
 */
GstElement *
vis_device_choice_make_element (VisDeviceChoice *self, VisDevices *devices)
{
  GstElement *element = NULL;

  vis_gst_init ();
  g_clear_object (&self->used);
  if (g_strcmp0 (self->name, "none") == 0)
    return NULL;
  if (vis_device_choice_is_test (self))
    return make_test_element (self->kind);

  while (element == NULL && g_set_object (&self->used, find (self, devices)))
    {
      element = vis_device_make_element (self->used);
      if (element == NULL)
        vis_device_choice_fail (self);
    }

  return element;
}

/**
 * vis_device_choice_fail:
 * @self: a choice
 *
 * Leaves the device alone that was used last: it does not work.
 *
 * Returns: whether another one may be tried
 */
gboolean
vis_device_choice_fail (VisDeviceChoice *self)
{
  self->broken = TRUE;
  if (self->used == NULL)
    return FALSE;

  g_ptr_array_add (self->failed, g_steal_pointer (&self->used));
  return TRUE;
}

/**
 * vis_device_choice_retry_failed:
 * @self: a choice
 *
 * What did not work before may work now.
 */
void
vis_device_choice_retry_failed (VisDeviceChoice *self)
{
  g_ptr_array_set_size (self->failed, 0);
}

/**
 * vis_device_choice_reset:
 * @self: a choice
 *
 * Starts afresh, once no device is wanted any more.
 */
void
vis_device_choice_reset (VisDeviceChoice *self)
{
  vis_device_choice_retry_failed (self);
  self->broken = FALSE;
}
