/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-sqlite-database.h"

G_BEGIN_DECLS

/**
 * VisSqliteRescue:
 *
 * What must not be lost with a damaged database, since no server has it: the messages that were not
 * sent yet, and the drafts.
 */
typedef struct _VisSqliteRescue VisSqliteRescue;

VisSqliteRescue *vis_sqlite_rescue_read (VisSqliteDatabase *database) G_GNUC_WARN_UNUSED_RESULT;
void             vis_sqlite_rescue_write (VisSqliteRescue *self, VisSqliteDatabase *database);
void             vis_sqlite_rescue_free (VisSqliteRescue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisSqliteRescue, vis_sqlite_rescue_free)

G_END_DECLS
