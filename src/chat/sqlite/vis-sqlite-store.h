/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-store.h"

G_BEGIN_DECLS

/**
 * VisSqliteStore:
 *
 * A store in an SQLite database.
 */
#define VIS_TYPE_SQLITE_STORE (vis_sqlite_store_get_type ())
G_DECLARE_FINAL_TYPE (VisSqliteStore, vis_sqlite_store, VIS, SQLITE_STORE, GObject)

VisStore *vis_sqlite_store_new (const char *path) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
