/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-trust.h"

G_BEGIN_DECLS

void     vis_server_probe_async (const VisServerAddress *server,
                                 VisTrust               *trust,
                                 GCancellable           *cancellable,
                                 GAsyncReadyCallback     callback,
                                 gpointer                user_data);
gboolean vis_server_probe_finish (GAsyncResult *result, GError **error);

G_END_DECLS
