/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-store.h"

#include "vis-sqlite-contents.h"
#include "vis-sqlite-edits.h"
#include "vis-sqlite-worker.h"

struct _VisSqliteStore
{
  GObject          parent_instance;

  VisSqliteWorker *worker;
};

typedef struct
{
  char  *chat;
  gint64 before;
  guint  limit;
} PageInput;

static void vis_sqlite_store_iface_init (VisStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisSqliteStore,
                               vis_sqlite_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_STORE, vis_sqlite_store_iface_init))

static void
page_input_free (PageInput *input)
{
  g_free (input->chat);
  g_free (input);
}

static gpointer
load_work (VisSqliteDatabase *database, gpointer input, GError **error)
{
  return vis_sqlite_contents_read (database);
}

static gpointer
apply_work (VisSqliteDatabase *database, gpointer input, GError **error)
{
  return vis_sqlite_edit_apply (database, input);
}

static gpointer
page_work (VisSqliteDatabase *database, gpointer input, GError **error)
{
  PageInput *page = input;

  return vis_sqlite_page_read (database, page->chat, page->before, page->limit);
}

static void
vis_sqlite_store_load_async (VisStore           *store,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  VisSqliteStore *self = VIS_SQLITE_STORE (store);
  GTask          *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, vis_sqlite_store_load_async);
  vis_sqlite_worker_push (
    self->worker, task, load_work, NULL, NULL, (GDestroyNotify) vis_store_contents_free);
}

static VisStoreContents *
vis_sqlite_store_load_finish (VisStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
vis_sqlite_store_apply_async (VisStore           *store,
                              VisStoreEdit       *edit,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  VisSqliteStore *self = VIS_SQLITE_STORE (store);
  GTask          *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, vis_sqlite_store_apply_async);
  vis_sqlite_worker_push (self->worker,
                          task,
                          apply_work,
                          edit,
                          (GDestroyNotify) vis_store_edit_free,
                          (GDestroyNotify) vis_store_change_free);
}

static VisStoreChange *
vis_sqlite_store_apply_finish (VisStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
vis_sqlite_store_page_async (VisStore           *store,
                             const char         *chat,
                             gint64              before,
                             guint               limit,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  VisSqliteStore *self = VIS_SQLITE_STORE (store);
  GTask          *task = g_task_new (self, cancellable, callback, user_data);
  PageInput      *input = g_new (PageInput, 1);

  input->chat = g_strdup (chat);
  input->before = before;
  input->limit = limit;
  g_task_set_source_tag (task, vis_sqlite_store_page_async);
  vis_sqlite_worker_push (self->worker,
                          task,
                          page_work,
                          input,
                          (GDestroyNotify) page_input_free,
                          (GDestroyNotify) vis_store_page_free);
}

static VisStorePage *
vis_sqlite_store_page_finish (VisStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
vis_sqlite_store_iface_init (VisStoreInterface *iface)
{
  iface->load_async = vis_sqlite_store_load_async;
  iface->load_finish = vis_sqlite_store_load_finish;
  iface->apply_async = vis_sqlite_store_apply_async;
  iface->apply_finish = vis_sqlite_store_apply_finish;
  iface->page_async = vis_sqlite_store_page_async;
  iface->page_finish = vis_sqlite_store_page_finish;
}

static void
vis_sqlite_store_finalize (GObject *object)
{
  VisSqliteStore *self = VIS_SQLITE_STORE (object);

  g_clear_pointer (&self->worker, vis_sqlite_worker_free);

  G_OBJECT_CLASS (vis_sqlite_store_parent_class)->finalize (object);
}

static void
vis_sqlite_store_class_init (VisSqliteStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vis_sqlite_store_finalize;
}

static void
vis_sqlite_store_init (VisSqliteStore *self)
{
}

/**
 * vis_sqlite_store_new:
 * @path: (nullable): a file name, which need not exist; %NULL for a store in memory
 *
 * Opens a store. An error is returned by the first call. A file must not be used by two stores at a
 * time.
 *
 * Returns: (transfer full): a new store
 */
VisStore *
vis_sqlite_store_new (const char *path)
{
  VisSqliteStore *self = g_object_new (VIS_TYPE_SQLITE_STORE, NULL);

  self->worker = vis_sqlite_worker_new (path != NULL ? path : ":memory:");
  return VIS_STORE (self);
}
