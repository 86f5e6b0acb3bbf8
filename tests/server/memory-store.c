/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "memory-store.h"

#include "memory-rows.h"
#include "vis-store-rules.h"

#define MEMORY_TYPE_STORE (memory_store_get_type ())
G_DECLARE_FINAL_TYPE (MemoryStore, memory_store, MEMORY, STORE, GObject)

struct _MemoryStore
{
  GObject     parent_instance;

  MemoryRows *rows;
  GQueue      done; /* of VisServerStoreOp */
  guint       source;
};

static void memory_store_iface_init (VisServerStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MemoryStore,
                               memory_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_SERVER_STORE,
                                                      memory_store_iface_init))

/* path → MemoryRows */
static GHashTable *memories;

static gboolean
deliver (gpointer data)
{
  MemoryStore      *self = data;
  VisServerStoreOp *op;

  self->source = 0;
  while ((op = g_queue_pop_head (&self->done)) != NULL)
    {
      if (op->done != NULL)
        op->done (op, op->data);
      vis_server_store_op_free (op);
    }
  return G_SOURCE_REMOVE;
}

static void
memory_store_submit (VisServerStore *store, VisServerStoreOp *op)
{
  MemoryStore *self = MEMORY_STORE (store);
  VisStoreTx  *tx = memory_rows_begin (self->rows);

  vis_server_store_op_reset (op);
  vis_store_rules_run (tx, op);
  g_assert_false (tx->failed);
  memory_rows_end (self->rows, op->error == NULL);
  g_queue_push_tail (&self->done, op);
  if (self->source == 0)
    self->source = g_idle_add_full (G_PRIORITY_DEFAULT, deliver, self, NULL);
}

/* No other process reaches it. */
static void
memory_store_set_changed (VisServerStore *store, VisStoreChanged changed, gpointer data)
{
}

static void
memory_store_close (VisServerStore *store)
{
  MemoryStore *self = MEMORY_STORE (store);

  g_clear_handle_id (&self->source, g_source_remove);
  deliver (self);
}

static void
memory_store_iface_init (VisServerStoreInterface *iface)
{
  iface->submit = memory_store_submit;
  iface->set_changed = memory_store_set_changed;
  iface->close = memory_store_close;
}

static void
memory_store_finalize (GObject *object)
{
  memory_store_close (VIS_SERVER_STORE (object));

  G_OBJECT_CLASS (memory_store_parent_class)->finalize (object);
}

static void
memory_store_class_init (MemoryStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = memory_store_finalize;
}

static void
memory_store_init (MemoryStore *self)
{
}

VisServerStore *
memory_store_new (const char *path, GError **error)
{
  MemoryStore *self = g_object_new (MEMORY_TYPE_STORE, NULL);

  if (memories == NULL)
    memories =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) memory_rows_free);
  self->rows = g_hash_table_lookup (memories, path);
  if (self->rows == NULL)
    {
      self->rows = memory_rows_new ();
      g_hash_table_insert (memories, g_strdup (path), self->rows);
    }
  return VIS_SERVER_STORE (self);
}

void
memory_store_remove (const char *path)
{
  g_hash_table_remove (memories, path);
}
