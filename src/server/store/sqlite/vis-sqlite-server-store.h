/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-server-store.h"

G_BEGIN_DECLS

#define VIS_TYPE_SQLITE_SERVER_STORE (vis_sqlite_server_store_get_type ())
G_DECLARE_FINAL_TYPE (
  VisSqliteServerStore, vis_sqlite_server_store, VIS, SQLITE_SERVER_STORE, GObject)

VisServerStore *vis_sqlite_server_store_new (const char *path,
                                             GError    **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
