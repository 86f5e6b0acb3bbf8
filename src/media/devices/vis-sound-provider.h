/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

void               vis_sound_provider_start_async (GCancellable       *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer            user_data);
GstDeviceProvider *vis_sound_provider_start_finish (GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;
void               vis_sound_provider_stop_later (GstDeviceProvider *provider);

G_END_DECLS
