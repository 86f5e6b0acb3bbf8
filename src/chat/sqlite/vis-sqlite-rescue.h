/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-sqlite-database.h"

G_BEGIN_DECLS

/**
 * VisSqliteRescue:
 *
 * What is read from a damaged database because the server does not have it: requests that were not
 * sent yet, messages among them, and drafts.
 */
typedef struct _VisSqliteRescue VisSqliteRescue;

VisSqliteRescue *vis_sqlite_rescue_read (VisSqliteDatabase *database) G_GNUC_WARN_UNUSED_RESULT;
void             vis_sqlite_rescue_write (VisSqliteRescue *self, VisSqliteDatabase *database);
void             vis_sqlite_rescue_free (VisSqliteRescue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisSqliteRescue, vis_sqlite_rescue_free)

G_END_DECLS
