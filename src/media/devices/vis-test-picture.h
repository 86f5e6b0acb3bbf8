/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GstElement *vis_test_picture_new (guint seed) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
