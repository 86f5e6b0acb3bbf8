/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-server-store.h"

G_BEGIN_DECLS

VisServerStore *vis_server_store_open (const char *uri, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
