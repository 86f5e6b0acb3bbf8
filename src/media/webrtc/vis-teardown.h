/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

void vis_teardown (GstElement *pipeline, GObject *agent);

G_END_DECLS
