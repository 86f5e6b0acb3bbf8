/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "unreliable-bus.h"

#define N_KINDS (VIS_BUS_KICK + 1)

struct _UnreliableBus
{
  GObject       parent_instance;

  VisBusReceive receive;
  gpointer      data;
  GHashTable   *users; /* gint64 → number of subscriptions */
  GPtrArray    *held;  /* of GTask: subscriptions without an answer */
  gboolean      holding;
  GPtrArray    *late;    /* of VisBusItem: events */
  GQueue        ordered; /* of VisBusItem: what else is late */
  BusMode       modes[N_KINDS];
  guint         n_lost;
};

static void unreliable_bus_iface_init (VisBusInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (UnreliableBus,
                               unreliable_bus,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_BUS, unreliable_bus_iface_init))

static void
deliver (UnreliableBus *self, const VisBusItem *item)
{
  if (self->receive != NULL && g_hash_table_contains (self->users, &item->user))
    self->receive (item, self->data);
}

static void
unreliable_bus_set_receiver (VisBus *bus, VisBusReceive receive, gpointer data)
{
  UnreliableBus *self = UNRELIABLE_BUS (bus);

  self->receive = receive;
  self->data = data;
}

static void
publish_event (UnreliableBus *self, const VisBusItem *item, BusMode mode)
{
  gboolean repeats = mode == BUS_BAD && g_test_rand_bit ();

  if (mode == BUS_BAD)
    mode = (BusMode) g_test_rand_int_range (BUS_GOOD, BUS_BAD);
  if (mode == BUS_LOSES)
    self->n_lost++;
  if (mode == BUS_GOOD)
    deliver (self, item);
  if (mode == BUS_DELAYS || repeats)
    g_ptr_array_add (self->late, vis_bus_item_copy (item));
}

static gboolean
is_waiting (UnreliableBus *self, gint64 user)
{
  for (GList *l = self->ordered.head; l != NULL; l = l->next)
    if (((VisBusItem *) l->data)->user == user)
      return TRUE;
  return FALSE;
}

static void
publish_ordered (UnreliableBus *self, const VisBusItem *item, BusMode mode)
{
  if (mode == BUS_BAD)
    mode = (BusMode) g_test_rand_int_range (BUS_GOOD, BUS_BAD);
  if (mode == BUS_LOSES)
    self->n_lost++;
  else if (mode == BUS_DELAYS || is_waiting (self, item->user))
    g_queue_push_tail (&self->ordered, vis_bus_item_copy (item));
  else
    deliver (self, item);
}

static void
unreliable_bus_publish (VisBus *bus, const VisBusItem *item)
{
  UnreliableBus *self = UNRELIABLE_BUS (bus);

  if (item->kind == VIS_BUS_EVENT)
    publish_event (self, item, self->modes[item->kind]);
  else
    publish_ordered (self, item, self->modes[item->kind]);
}

static void
change_count (UnreliableBus *self, gint64 user, int by)
{
  int n = GPOINTER_TO_INT (g_hash_table_lookup (self->users, &user)) + by;

  g_assert_cmpint (n, >=, 0);
  if (n > 0)
    g_hash_table_replace (self->users, g_memdup2 (&user, sizeof user), GINT_TO_POINTER (n));
  else
    g_hash_table_remove (self->users, &user);
}

static void
subscribed (UnreliableBus *self, GTask *task)
{
  change_count (self, *(gint64 *) g_task_get_task_data (task), 1);
  g_task_return_boolean (task, TRUE);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  g_autoptr (GTask) task = g_object_ref (data);
  UnreliableBus    *self = g_task_get_source_object (task);

  if (g_ptr_array_remove (self->held, task))
    g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
hold (UnreliableBus *self, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  g_ptr_array_add (self->held, g_object_ref (task));
  if (cancellable != NULL)
    {
      g_autoptr (GSource) source = g_cancellable_source_new (cancellable);

      g_source_set_callback (
        source, G_SOURCE_FUNC (on_cancelled), g_object_ref (task), g_object_unref);
      g_source_attach (source, NULL);
      g_object_set_data_full (
        G_OBJECT (task), "cancelled", g_source_ref (source), (GDestroyNotify) g_source_unref);
    }
}

static void
unreliable_bus_subscribe_async (
  VisBus *bus, gint64 user, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  UnreliableBus    *self = UNRELIABLE_BUS (bus);
  g_autoptr (GTask) task = g_task_new (bus, cancellable, callback, data);

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_memdup2 (&user, sizeof user), g_free);
  if (self->holding)
    hold (self, task);
  else
    subscribed (self, task);
}

static void
unreliable_bus_unsubscribe (VisBus *bus, gint64 user)
{
  change_count (UNRELIABLE_BUS (bus), user, -1);
}

static void
unreliable_bus_iface_init (VisBusInterface *iface)
{
  iface->set_receiver = unreliable_bus_set_receiver;
  iface->publish = unreliable_bus_publish;
  iface->subscribe_async = unreliable_bus_subscribe_async;
  iface->unsubscribe = unreliable_bus_unsubscribe;
}

static void
unreliable_bus_finalize (GObject *object)
{
  UnreliableBus *self = UNRELIABLE_BUS (object);

  /* Every subscription was ended. */
  g_assert_cmpuint (g_hash_table_size (self->users), ==, 0);
  g_hash_table_unref (self->users);
  g_ptr_array_unref (self->held);
  g_ptr_array_unref (self->late);
  g_queue_clear_full (&self->ordered, (GDestroyNotify) vis_bus_item_free);
  G_OBJECT_CLASS (unreliable_bus_parent_class)->finalize (object);
}

static void
unreliable_bus_class_init (UnreliableBusClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = unreliable_bus_finalize;
}

static void
unreliable_bus_init (UnreliableBus *self)
{
  self->users = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->late = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_bus_item_free);
}

UnreliableBus *
unreliable_bus_new (void)
{
  return g_object_new (TYPE_UNRELIABLE_BUS, NULL);
}

/* From now on subscriptions wait for unreliable_bus_answer(). */
void
unreliable_bus_hold (UnreliableBus *self)
{
  self->holding = TRUE;
}

/* The number of users with a subscription. */
guint
unreliable_bus_count (UnreliableBus *self)
{
  return g_hash_table_size (self->users);
}

/* The number of subscriptions without an answer. */
guint
unreliable_bus_get_n_held (UnreliableBus *self)
{
  return self->held->len;
}

/* Answers the waiting subscriptions, and all later ones. */
void
unreliable_bus_answer (UnreliableBus *self, const GError *error)
{
  g_autoptr (GPtrArray) held = g_steal_pointer (&self->held);

  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->holding = FALSE;
  for (guint i = 0; i < held->len; i++)
    {
      GTask   *task = g_ptr_array_index (held, i);
      GSource *source = g_object_get_data (G_OBJECT (task), "cancelled");

      if (source != NULL)
        g_source_destroy (source);
      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        subscribed (self, task);
    }
}

/* Sets what happens to items of one kind from now on. */
void
unreliable_bus_set (UnreliableBus *self, VisBusKind kind, BusMode mode)
{
  self->modes[kind] = mode;
}

/* Delivers the late items: events in any order, other kinds in their own. */
void
unreliable_bus_deliver_late (UnreliableBus *self)
{
  while (self->ordered.length > 0)
    {
      VisBusItem *item = g_queue_pop_head (&self->ordered);

      deliver (self, item);
      vis_bus_item_free (item);
    }
  while (self->late->len > 0)
    {
      guint       at = (guint) g_test_rand_int_range (0, (gint32) self->late->len);
      VisBusItem *item = g_ptr_array_steal_index (self->late, at);

      deliver (self, item);
      vis_bus_item_free (item);
    }
}

guint
unreliable_bus_get_n_lost (UnreliableBus *self)
{
  return self->n_lost;
}
