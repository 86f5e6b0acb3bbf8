/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define VIS_TYPE_STORE (vis_store_get_type ())
G_DECLARE_INTERFACE (VisStore, vis_store, VIS, STORE, GObject)

/**
 * VisStore:
 *
 * What this computer remembers of one account: people, conversations, messages, what is still to be
 * sent, and how far the server was followed. All calls are asynchronous; their order is kept.
 */
struct _VisStoreInterface
{
  GTypeInterface parent_iface;
};

G_END_DECLS
