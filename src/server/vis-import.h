/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-server-store.h"

G_BEGIN_DECLS

typedef struct _VisImport VisImport;

VisImport *vis_import_new (const char *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void       vis_import_free (VisImport *self);
guint      vis_import_get_n_accounts (const VisImport *self);
gboolean   vis_import_run (
    VisImport *self, VisServerStore *store, gboolean overwrite, guint *n_kept, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisImport, vis_import_free)

G_END_DECLS
