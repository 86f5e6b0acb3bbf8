/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-sqlite-database.h"

G_BEGIN_DECLS

gboolean vis_sqlite_migrate (VisSqliteDatabase *database, GError **error);

G_END_DECLS
