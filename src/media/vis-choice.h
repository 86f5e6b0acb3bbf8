/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-devices.h"

G_BEGIN_DECLS

/**
 * VisChoice:
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
} VisChoice;

void        vis_choice_init (VisChoice *self, VisDeviceKind kind);
void        vis_choice_clear (VisChoice *self);
gboolean    vis_choice_set_name (VisChoice *self, const char *name);
gboolean    vis_choice_is_test (const VisChoice *self);
gboolean    vis_choice_has_device (const VisChoice *self, VisDevices *devices);
GstElement *vis_choice_make_element (VisChoice  *self,
                                     VisDevices *devices) G_GNUC_WARN_UNUSED_RESULT;
gboolean    vis_choice_fail (VisChoice *self);
void        vis_choice_forgive (VisChoice *self);
void        vis_choice_forget (VisChoice *self);

G_END_DECLS
