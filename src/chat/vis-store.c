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

/**
 * vis_store_load_async:
 * @self: a store
 * @cancellable: (nullable): cancels the call
 * @callback: called when it is read
 * @user_data: handed to @callback
 *
 * Reads everything but the messages.
 */
void
vis_store_load_async (VisStore           *self,
                      GCancellable       *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer            user_data)
{
  VIS_STORE_GET_IFACE (self)->load_async (self, cancellable, callback, user_data);
}

/**
 * vis_store_load_finish:
 * @self: a store
 * @result: what the callback was given
 * @error: %VIS_ERROR_STORE if the disk or the database failed
 *
 * Returns: (transfer full): what is stored, %NULL with @error set
 */
VisStoreContents *
vis_store_load_finish (VisStore *self, GAsyncResult *result, GError **error)
{
  return VIS_STORE_GET_IFACE (self)->load_finish (self, result, error);
}

/**
 * vis_store_apply_async:
 * @self: a store
 * @edit: (transfer full): what to change
 * @cancellable: (nullable): cancels the call, not the edit
 * @callback: called when it is stored
 * @user_data: handed to @callback
 *
 * Applies an edit.
 */
void
vis_store_apply_async (VisStore           *self,
                       VisStoreEdit       *edit,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  VIS_STORE_GET_IFACE (self)->apply_async (self, edit, cancellable, callback, user_data);
}

/**
 * vis_store_apply_finish:
 * @self: a store
 * @result: what the callback was given
 * @error: %VIS_ERROR_STORE if the disk or the database failed; nothing was changed then
 *
 * Returns: (transfer full): what has changed, %NULL with @error set
 */
VisStoreChange *
vis_store_apply_finish (VisStore *self, GAsyncResult *result, GError **error)
{
  return VIS_STORE_GET_IFACE (self)->apply_finish (self, result, error);
}

/**
 * vis_store_page_async:
 * @self: a store
 * @chat: a conversation
 * @before: a position; %G_MAXINT64 for the newest page
 * @limit: how many messages at most
 * @cancellable: (nullable): cancels the call
 * @callback: called when they are read
 * @user_data: handed to @callback
 *
 * Reads the messages before a position.
 */
void
vis_store_page_async (VisStore           *self,
                      const char         *chat,
                      gint64              before,
                      guint               limit,
                      GCancellable       *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer            user_data)
{
  VIS_STORE_GET_IFACE (self)->page_async (
    self, chat, before, limit, cancellable, callback, user_data);
}

/**
 * vis_store_page_finish:
 * @self: a store
 * @result: what the callback was given
 * @error: %VIS_ERROR_STORE if the disk or the database failed
 *
 * Returns: (transfer full): the messages, %NULL with @error set
 */
VisStorePage *
vis_store_page_finish (VisStore *self, GAsyncResult *result, GError **error)
{
  return VIS_STORE_GET_IFACE (self)->page_finish (self, result, error);
}
