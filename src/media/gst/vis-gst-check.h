/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean vis_gst_check_elements (GError **error);
void     vis_gst_check_elements_async (GAsyncReadyCallback callback, gpointer user_data);
gboolean vis_gst_check_elements_finish (GAsyncResult *result, GError **error);
void     vis_gst_warm_up (void);

G_END_DECLS
