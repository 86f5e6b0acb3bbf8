/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-store.h"

G_DEFINE_INTERFACE (VisStore, vis_store, G_TYPE_OBJECT)

static void
vis_store_default_init (VisStoreInterface *iface)
{
}
