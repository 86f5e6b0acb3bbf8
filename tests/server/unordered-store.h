/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-server-store.h"

G_BEGIN_DECLS

#define TYPE_UNORDERED_STORE (unordered_store_get_type ())
G_DECLARE_FINAL_TYPE (UnorderedStore, unordered_store, UNORDERED, STORE, GObject)

/**
 * UnorderedStore:
 *
 * A store in front of another one, with all the freedom that stores have. After
 * unordered_store_shuffle(), only operations of one user are done in the order of submitting.
 * Results of one verb can be held back.
 */
UnorderedStore *unordered_store_new (VisServerStore *inner) G_GNUC_WARN_UNUSED_RESULT;
void            unordered_store_shuffle (UnorderedStore *self);
void            unordered_store_hold (UnorderedStore *self, VisStoreVerb verb);
guint           unordered_store_get_n_held (UnorderedStore *self);
void            unordered_store_release (UnorderedStore *self);
gboolean        unordered_store_is_idle (UnorderedStore *self);

G_END_DECLS
