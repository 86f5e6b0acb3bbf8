/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Devices that GStreamer tells of as it does of real ones, which are not seen after this. */
void       fake_devices_init (void);
GstDevice *fake_device_add (const char *name, const char *classes, const char *launch);
GstDevice *fake_device_add_full (gboolean    other, /* as another provider tells of it */
                                 const char *name,
                                 const char *classes,
                                 const char *launch,
                                 const char *path);
void       fake_device_remove (GstDevice *device);

/* What was made of a device last, while it is there. */
GstElement *fake_device_dup_element (GstDevice *device);
guint       fake_device_count_elements (GstDevice *device);

/* As if somebody had pulled the plug. */
void fake_device_fail (GstDevice *device);

/* An element that takes its time to start, once it runs already. */
GstElement *fake_element_new (const char *launch, guint start_ms);

/* An element that does not stop before the mutex is free. */
GstElement *fake_element_new_stuck (const char *launch, GMutex *mutex);

/* Where a tap leads to, and how often it was filled. */
GstElement *fake_target_new (void);
guint64     fake_target_count (GstElement *self);

G_END_DECLS
