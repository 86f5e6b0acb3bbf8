/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-server-store.h"

G_BEGIN_DECLS

/* A store in memory, which does an operation when it is submitted: the rules of the server over
 * rows that know no SQL. What was stored under a path is there again until it is removed. */
VisServerStore *memory_store_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void            memory_store_remove (const char *path);

G_END_DECLS
