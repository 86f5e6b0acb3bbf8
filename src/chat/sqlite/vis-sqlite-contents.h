/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-sqlite-rows.h"

G_BEGIN_DECLS

VisStoreContents *vis_sqlite_contents_read (VisSqliteDatabase *database) G_GNUC_WARN_UNUSED_RESULT;
VisStorePage     *vis_sqlite_page_read (VisSqliteDatabase *database,
                                        const char        *chat,
                                        gint64             before,
                                        guint              limit) G_GNUC_WARN_UNUSED_RESULT;
void vis_sqlite_contacts_read (VisSqliteDatabase *database, const char *user, GPtrArray *contacts);
void vis_sqlite_conversations_read (VisSqliteDatabase *database, GPtrArray *conversations);

G_END_DECLS
