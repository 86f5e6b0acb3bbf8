/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "unordered-store.h"

struct _UnorderedStore
{
  GObject         parent_instance;

  VisServerStore *inner;
  gboolean        shuffling;
  guint           idle;     /* source that submits operations of @waiting */
  GPtrArray      *waiting;  /* of VisServerStoreOp, in the order of submitting */
  guint           n_inside; /* submitted to the inner store */
  VisStoreVerb    verb;     /* the verb whose results are held */
  GPtrArray      *held;     /* of VisServerStoreOp: results */
};

/* The caller's callback, which on_done() stands in for. */
typedef struct
{
  UnorderedStore *store;
  VisStoreDone    done;
  gpointer        data;
} Outer;

static void unordered_store_iface_init (VisServerStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (UnorderedStore,
                               unordered_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_SERVER_STORE,
                                                      unordered_store_iface_init))

/* The inner store frees its operation: a held result is moved to another one. */
static void
on_done (VisServerStoreOp *op, gpointer data)
{
  g_autofree Outer *outer = data;
  UnorderedStore   *self = outer->store;

  self->n_inside--;
  op->done = outer->done;
  op->data = outer->data;
  if (op->verb == self->verb)
    {
      g_ptr_array_add (self->held, g_slice_dup (VisServerStoreOp, op));
      *op = (VisServerStoreOp){ 0 };
    }
  else if (op->done != NULL)
    op->done (op, op->data);
}

static void
pass (UnorderedStore *self, VisServerStoreOp *op)
{
  Outer *outer = g_new (Outer, 1);

  *outer = (Outer){ self, op->done, op->data };
  op->done = on_done;
  op->data = outer;
  self->n_inside++;
  vis_server_store_submit (self->inner, op);
}

/* Whether the operation at @at is the first one of its user. */
static gboolean
is_next (UnorderedStore *self, guint at)
{
  VisServerStoreOp *op = g_ptr_array_index (self->waiting, at);

  for (guint i = 0; i < at && op->user != 0; i++)
    if (((VisServerStoreOp *) g_ptr_array_index (self->waiting, i))->user == op->user)
      return FALSE;
  return TRUE;
}

static void
pass_any (UnorderedStore *self)
{
  guint at = (guint) g_test_rand_int_range (0, (gint32) self->waiting->len);

  while (!is_next (self, at))
    at--;
  pass (self, g_ptr_array_steal_index (self->waiting, at));
}

/* One by one, so that operations can gather in @waiting. */
static gboolean
on_idle (gpointer data)
{
  UnorderedStore *self = data;

  if (self->n_inside == 0 && self->waiting->len > 0)
    pass_any (self);
  if (self->waiting->len > 0)
    return G_SOURCE_CONTINUE;
  self->idle = 0;
  return G_SOURCE_REMOVE;
}

static void
unordered_store_submit (VisServerStore *store, VisServerStoreOp *op)
{
  UnorderedStore *self = UNORDERED_STORE (store);

  if (!self->shuffling)
    {
      pass (self, op);
      return;
    }
  g_ptr_array_add (self->waiting, op);
  if (self->idle == 0)
    self->idle = g_idle_add (on_idle, self);
}

static void
unordered_store_set_changed (VisServerStore *store, VisStoreChanged changed, gpointer data)
{
  vis_server_store_set_changed (UNORDERED_STORE (store)->inner, changed, data);
}

static void
unordered_store_close (VisServerStore *store)
{
  UnorderedStore *self = UNORDERED_STORE (store);

  unordered_store_release (self);
  while (self->waiting->len > 0)
    pass_any (self);
  vis_server_store_close (self->inner);
}

static void
unordered_store_iface_init (VisServerStoreInterface *iface)
{
  iface->submit = unordered_store_submit;
  iface->set_changed = unordered_store_set_changed;
  iface->close = unordered_store_close;
}

static void
unordered_store_finalize (GObject *object)
{
  UnorderedStore *self = UNORDERED_STORE (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->held);
  g_object_unref (self->inner);
  G_OBJECT_CLASS (unordered_store_parent_class)->finalize (object);
}

static void
unordered_store_class_init (UnorderedStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = unordered_store_finalize;
}

static void
unordered_store_init (UnorderedStore *self)
{
  self->waiting = g_ptr_array_new ();
  self->verb = VIS_N_STORE_VERBS;
  self->held = g_ptr_array_new ();
}

UnorderedStore *
unordered_store_new (VisServerStore *inner)
{
  UnorderedStore *self = g_object_new (TYPE_UNORDERED_STORE, NULL);

  self->inner = g_object_ref (inner);
  return self;
}

/* From now on operations of different users are done in any order. */
void
unordered_store_shuffle (UnorderedStore *self)
{
  self->shuffling = TRUE;
}

/* From now on results of @verb are held until unordered_store_release(). */
void
unordered_store_hold (UnorderedStore *self, VisStoreVerb verb)
{
  self->verb = verb;
}

guint
unordered_store_get_n_held (UnorderedStore *self)
{
  return self->held->len;
}

void
unordered_store_release (UnorderedStore *self)
{
  self->verb = VIS_N_STORE_VERBS;
  while (self->held->len > 0)
    {
      VisServerStoreOp *op = g_ptr_array_steal_index (self->held, 0);

      if (op->done != NULL)
        op->done (op, op->data);
      vis_server_store_op_free (op);
    }
}

/* Whether all operations are done, but for held results. */
gboolean
unordered_store_is_idle (UnorderedStore *self)
{
  return self->n_inside == 0 && self->waiting->len == 0;
}
