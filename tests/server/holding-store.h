/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-server-store.h"

G_BEGIN_DECLS

#define TYPE_HOLDING_STORE (holding_store_get_type ())
G_DECLARE_FINAL_TYPE (HoldingStore, holding_store, HOLDING, STORE, GObject)

/**
 * HoldingStore:
 *
 * A store that keeps its operations until a test finishes them.
 */
struct _HoldingStore
{
  GObject    parent_instance;
  GPtrArray *ops; /* of VisServerStoreOp, in the order of submitting */
};

HoldingStore *holding_store_new (void) G_GNUC_WARN_UNUSED_RESULT;
void          holding_store_expect (HoldingStore *self, guint at, VisStoreVerb verb);
void          holding_store_finish (HoldingStore *self, guint at, VisProtocolError error);

G_END_DECLS
