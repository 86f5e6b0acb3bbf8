/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "holding-store.h"

static void
holding_store_submit (VisServerStore *store, VisServerStoreOp *op)
{
  g_ptr_array_add (HOLDING_STORE (store)->ops, op);
}

static void
holding_store_set_changed (VisServerStore *store, VisStoreChanged changed, gpointer data)
{
}

static void
holding_store_close (VisServerStore *store)
{
}

static void
holding_store_iface_init (VisServerStoreInterface *iface)
{
  iface->submit = holding_store_submit;
  iface->set_changed = holding_store_set_changed;
  iface->close = holding_store_close;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HoldingStore,
                               holding_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_SERVER_STORE,
                                                      holding_store_iface_init))

static void
holding_store_finalize (GObject *object)
{
  g_ptr_array_unref (HOLDING_STORE (object)->ops);
  G_OBJECT_CLASS (holding_store_parent_class)->finalize (object);
}

static void
holding_store_class_init (HoldingStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = holding_store_finalize;
}

static void
holding_store_init (HoldingStore *self)
{
  self->ops = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_server_store_op_free);
}

HoldingStore *
holding_store_new (void)
{
  return g_object_new (TYPE_HOLDING_STORE, NULL);
}

/* Asserts the verb of the operation at @at. */
void
holding_store_expect (HoldingStore *self, guint at, VisStoreVerb verb)
{
  g_assert_cmpuint (self->ops->len, >, at);
  g_assert_cmpint (((VisServerStoreOp *) g_ptr_array_index (self->ops, at))->verb, ==, verb);
}

/* Finishes the operation at @at: with success (VIS_N_PROTOCOL_ERRORS), or with @error. */
void
holding_store_finish (HoldingStore *self, guint at, VisProtocolError error)
{
  VisServerStoreOp *op = g_ptr_array_steal_index (self->ops, at);

  if (error != VIS_N_PROTOCOL_ERRORS)
    vis_server_store_op_fail (op, error, "the store says why");
  op->done (op, op->data);
  vis_server_store_op_free (op);
}
