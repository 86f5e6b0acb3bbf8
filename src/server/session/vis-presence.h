/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define VIS_TYPE_PRESENCE (vis_presence_get_type ())
G_DECLARE_INTERFACE (VisPresence, vis_presence, VIS, PRESENCE, GObject)

/**
 * VisPresence:
 * @is_online: implements vis_presence_is_online()
 * @list_devices: implements vis_presence_list_devices()
 *
 * Which users and devices are online, on any node of the cluster. Answers synchronously, from the
 * state that this node has. #VisDeviceRegistry implements it for a server of one node.
 */
struct _VisPresenceInterface
{
  GTypeInterface parent_iface;

  gboolean (*is_online) (VisPresence *self, const char *user);
  GArray *(*list_devices) (VisPresence *self, gint64 user);
};

gboolean vis_presence_is_online (VisPresence *self, const char *user);
GArray  *vis_presence_list_devices (VisPresence *self, gint64 user) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
