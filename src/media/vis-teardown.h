/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GObject *vis_teardown_get_agent (GstElement *webrtc) G_GNUC_WARN_UNUSED_RESULT;
void     vis_teardown (GstElement *pipeline, GObject *agent);
guint    vis_teardown_get_pending (void);

G_END_DECLS
