/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

#include "vis-stats.h"

G_BEGIN_DECLS

GObject *vis_ice_agent_get (GstElement *webrtc) G_GNUC_WARN_UNUSED_RESULT;
VisPath  vis_ice_agent_get_path (GObject *agent);
gboolean vis_ice_agent_close_async (GObject *agent, GAsyncReadyCallback callback, gpointer data);

G_END_DECLS
