/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "counting-store.h"

#include "vis-error.h"
#include "vis-sqlite-store.h"

struct _CountingStore
{
  GObject   parent_instance;

  VisStore *real;
  guint     unanswered;
  gboolean  fails_next;
};

static void counting_store_iface_init (VisStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CountingStore,
                               counting_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_STORE, counting_store_iface_init))

static GTask *
begin (CountingStore *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  self->unanswered++;
  return g_task_new (self, cancellable, callback, data);
}

static void
answer (GTask *task, gpointer result, GDestroyNotify destroy, GError *error)
{
  COUNTING_STORE (g_task_get_source_object (task))->unanswered--;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, destroy);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError           *error = NULL;
  VisStoreContents *contents = vis_store_load_finish (VIS_STORE (source), result, &error);

  answer (task, contents, (GDestroyNotify) vis_store_contents_free, error);
}

static void
counting_store_load_async (VisStore           *store,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            data)
{
  CountingStore *self = COUNTING_STORE (store);

  vis_store_load_async (
    self->real, cancellable, on_loaded, begin (self, cancellable, callback, data));
}

static VisStoreContents *
counting_store_load_finish (VisStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_applied (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError           *error = NULL;
  VisStoreChange   *change = vis_store_apply_finish (VIS_STORE (source), result, &error);

  answer (task, change, (GDestroyNotify) vis_store_change_free, error);
}

static void
counting_store_apply_async (VisStore           *store,
                            VisStoreEdit       *edit,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            data)
{
  CountingStore *self = COUNTING_STORE (store);
  GTask         *task = begin (self, cancellable, callback, data);

  if (self->fails_next)
    {
      self->fails_next = FALSE;
      vis_store_edit_free (edit);
      answer (
        task, NULL, NULL, g_error_new_literal (VIS_ERROR, VIS_ERROR_STORE, "The disk is full"));
      g_object_unref (task);
      return;
    }
  vis_store_apply_async (self->real, edit, cancellable, on_applied, task);
}

static VisStoreChange *
counting_store_apply_finish (VisStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_page (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError           *error = NULL;
  VisStorePage     *page = vis_store_page_finish (VIS_STORE (source), result, &error);

  answer (task, page, (GDestroyNotify) vis_store_page_free, error);
}

static void
counting_store_page_async (VisStore           *store,
                           const char         *chat,
                           gint64              before,
                           guint               limit,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            data)
{
  CountingStore *self = COUNTING_STORE (store);

  vis_store_page_async (self->real,
                        chat,
                        before,
                        limit,
                        cancellable,
                        on_page,
                        begin (self, cancellable, callback, data));
}

static VisStorePage *
counting_store_page_finish (VisStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
counting_store_iface_init (VisStoreInterface *iface)
{
  iface->load_async = counting_store_load_async;
  iface->load_finish = counting_store_load_finish;
  iface->apply_async = counting_store_apply_async;
  iface->apply_finish = counting_store_apply_finish;
  iface->page_async = counting_store_page_async;
  iface->page_finish = counting_store_page_finish;
}

static void
counting_store_finalize (GObject *object)
{
  g_assert_finalize_object (COUNTING_STORE (object)->real);

  G_OBJECT_CLASS (counting_store_parent_class)->finalize (object);
}

static void
counting_store_class_init (CountingStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = counting_store_finalize;
}

static void
counting_store_init (CountingStore *self)
{
}

/* @path as for vis_sqlite_store_new(). */
VisStore *
counting_store_new (const char *path)
{
  CountingStore *self = g_object_new (COUNTING_TYPE_STORE, NULL);

  self->real = vis_sqlite_store_new (path);
  return VIS_STORE (self);
}

/* Waits until no call is unanswered and the main loop has nothing left to do: what the answers have
 * led to is then stored and answered as well. */
void
counting_store_settle (VisStore *store)
{
  CountingStore *self = COUNTING_STORE (store);

  while (self->unanswered > 0 || g_main_context_pending (NULL))
    g_main_context_iteration (NULL, TRUE);
}

/* Waits until a call is made, and returns before its answer is delivered. */
void
counting_store_wait_for_call (VisStore *store)
{
  while (COUNTING_STORE (store)->unanswered == 0)
    g_main_context_iteration (NULL, TRUE);
}

/* The next edit is not stored. */
void
counting_store_fail_next (VisStore *store)
{
  COUNTING_STORE (store)->fails_next = TRUE;
}
