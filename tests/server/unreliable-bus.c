/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "unreliable-bus.h"

struct _UnreliableBus
{
  GObject       parent_instance;

  VisBusReceive receive;
  gpointer      data;
  GHashTable   *users; /* of gint64: those that are subscribed to */
  GPtrArray    *late;  /* of VisBusItem */
  gboolean      bad;
  guint         n_lost;
};

static void unreliable_bus_iface_init (VisBusInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (UnreliableBus,
                               unreliable_bus,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_BUS, unreliable_bus_iface_init))

static void
item_free (gpointer data)
{
  VisBusItem *item = data;

  vis_message_unref (item->message);
  g_free (item);
}

static void
keep (UnreliableBus *self, const VisBusItem *item)
{
  VisBusItem *copy = g_memdup2 (item, sizeof *item);

  vis_message_ref (copy->message);
  g_ptr_array_add (self->late, copy);
}

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
unreliable_bus_publish (VisBus *bus, const VisBusItem *item)
{
  UnreliableBus *self = UNRELIABLE_BUS (bus);

  switch (self->bad ? g_test_rand_int_range (0, 4) : 0)
    {
    case 1:
      self->n_lost++;
      break;
    case 2:
      keep (self, item);
      break;
    case 3:
      deliver (self, item);
      keep (self, item);
      break;
    default:
      deliver (self, item);
    }
}

static void
unreliable_bus_subscribe (VisBus *bus, gint64 user)
{
  g_hash_table_add (UNRELIABLE_BUS (bus)->users, g_memdup2 (&user, sizeof user));
}

static void
unreliable_bus_unsubscribe (VisBus *bus, gint64 user)
{
  g_hash_table_remove (UNRELIABLE_BUS (bus)->users, &user);
}

static void
unreliable_bus_iface_init (VisBusInterface *iface)
{
  iface->set_receiver = unreliable_bus_set_receiver;
  iface->publish = unreliable_bus_publish;
  iface->subscribe = unreliable_bus_subscribe;
  iface->unsubscribe = unreliable_bus_unsubscribe;
}

static void
unreliable_bus_finalize (GObject *object)
{
  UnreliableBus *self = UNRELIABLE_BUS (object);

  g_hash_table_unref (self->users);
  g_ptr_array_unref (self->late);
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
  self->late = g_ptr_array_new_with_free_func (item_free);
}

UnreliableBus *
unreliable_bus_new (void)
{
  return g_object_new (TYPE_UNRELIABLE_BUS, NULL);
}

/* From here on it is bad, or as good as one can be. */
void
unreliable_bus_set_bad (UnreliableBus *self, gboolean bad)
{
  self->bad = bad;
}

/* Brings what is late, in any order. */
void
unreliable_bus_deliver_late (UnreliableBus *self)
{
  while (self->late->len > 0)
    {
      guint       at = (guint) g_test_rand_int_range (0, (gint32) self->late->len);
      VisBusItem *item = g_ptr_array_steal_index (self->late, at);

      deliver (self, item);
      item_free (item);
    }
}

guint
unreliable_bus_get_n_lost (UnreliableBus *self)
{
  return self->n_lost;
}
