/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-devices.h"

G_BEGIN_DECLS

/**
 * VisDeviceChoice:
 * @kind: what it is for
 * @name: what the person chose: an id or a name, `test`, `none`, or %NULL for the usual one
 * @used: what an element was made of last, %NULL if it was no real device
 * @failed: what does not work, and is left alone for now
 * @broken: whether something did not work since it is wanted
 *
 * Which device of a kind is used: the chosen one while it is there and works, another one
 * otherwise.
 */
typedef struct
{
  VisDeviceKind kind;
  char         *name;
  VisDevice    *used;
  GPtrArray    *failed;
  gboolean      broken;
} VisDeviceChoice;

void        vis_device_choice_init (VisDeviceChoice *self, VisDeviceKind kind);
void        vis_device_choice_clear (VisDeviceChoice *self);
gboolean    vis_device_choice_set_name (VisDeviceChoice *self, const char *name);
gboolean    vis_device_choice_is_test (const VisDeviceChoice *self);
gboolean    vis_device_choice_has_device (const VisDeviceChoice *self, VisDevices *devices);
GstElement *vis_device_choice_make_element (VisDeviceChoice *self,
                                            VisDevices      *devices) G_GNUC_WARN_UNUSED_RESULT;
gboolean    vis_device_choice_fail (VisDeviceChoice *self);
void        vis_device_choice_retry_failed (VisDeviceChoice *self);
void        vis_device_choice_reset (VisDeviceChoice *self);

G_END_DECLS
