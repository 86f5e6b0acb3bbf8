/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* An element that takes its time: to start, once it runs already, and to stop. */
GstElement *fake_element_new (const char *launch, guint start_ms, guint stop_ms);

/* A source of what can be counted, and how often a tap filled it. */
GstElement *fake_target_new (void);
guint64     fake_target_count (GstElement *self);

G_END_DECLS
