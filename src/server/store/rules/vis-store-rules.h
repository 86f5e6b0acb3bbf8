/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-store-tx.h"

G_BEGIN_DECLS

gboolean vis_store_verb_writes (VisStoreVerb verb);
void     vis_store_rules_run (VisStoreTx *tx, VisServerStoreOp *op);

G_END_DECLS
