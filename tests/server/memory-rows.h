/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-store-tx.h"

G_BEGIN_DECLS

/* The rows of a store in memory. */
typedef struct _MemoryRows MemoryRows;

MemoryRows                *memory_rows_new (void) G_GNUC_WARN_UNUSED_RESULT;
void                       memory_rows_free (MemoryRows *self);
VisStoreTx                *memory_rows_begin (MemoryRows *self);
void                       memory_rows_end (MemoryRows *self, gboolean commit);

G_END_DECLS
