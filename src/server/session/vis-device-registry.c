/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-device-registry.h"

#include "vis-limits.h"
#include "vis-online-user.h"
#include "vis-publish.h"
#include "vis-server-limits.h"

/* Each online user holds one subscription of the bus, until the end of the grace period; each
 * device whose hello is not finished holds another one. */
struct _VisDeviceRegistry
{
  GObject         parent_instance;

  VisBus         *bus;
  VisServerStore *store;
  GHashTable     *users; /* id → VisOnlineUser */
  GHashTable     *names; /* name → VisOnlineUser, of the users that are online */
  gint64          began; /* time of the newest connection, microseconds since 1970 */
  VisParted       parted;
  gpointer        parted_data;
};

static void vis_device_registry_presence_init (VisPresenceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisDeviceRegistry,
                               vis_device_registry,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_PRESENCE,
                                                      vis_device_registry_presence_init))

static void
notify_parted (VisDeviceRegistry *self, gint64 user, gint64 other)
{
  if (self->parted != NULL)
    self->parted (user, other, self->parted_data);
}

static void
take_people (VisDeviceRegistry *self, VisOnlineUser *online_user, const VisBusItem *item)
{
  vis_online_user_take_people (online_user, item);
  if (!item->mutual)
    notify_parted (self, item->by, item->by == item->user ? item->other : item->user);
  /* Online includes the grace period, without a connection. */
  else if (online_user->user != NULL)
    vis_publish_presence (self->bus, item->other, online_user->user, TRUE);
}

static void
receive (const VisBusItem *item, gpointer data)
{
  VisDeviceRegistry *self = data;
  VisOnlineUser     *online_user = g_hash_table_lookup (self->users, &item->user);

  if (online_user == NULL)
    return;
  switch (item->kind)
    {
    case VIS_BUS_EVENT:
      vis_online_user_take_event (online_user, item);
      break;
    case VIS_BUS_CALL:
      vis_online_user_take_call (online_user, item);
      break;
    case VIS_BUS_PEOPLE:
      take_people (self, online_user, item);
      break;
    case VIS_BUS_KICK:
      vis_online_user_take_kick (online_user, item);
      break;
    }
}

static gboolean
vis_device_registry_is_online (VisPresence *presence, const char *user)
{
  return g_hash_table_contains (VIS_DEVICE_REGISTRY (presence)->names, user);
}

static GArray *
vis_device_registry_list_devices (VisPresence *presence, gint64 user)
{
  VisDeviceRegistry *self = VIS_DEVICE_REGISTRY (presence);
  VisOnlineUser     *online_user = g_hash_table_lookup (self->users, &user);

  return online_user != NULL ? vis_online_user_list_devices (online_user)
                             : g_array_new (FALSE, FALSE, sizeof (gint64));
}

static void
vis_device_registry_presence_init (VisPresenceInterface *iface)
{
  iface->is_online = vis_device_registry_is_online;
  iface->list_devices = vis_device_registry_list_devices;
}

static void
vis_device_registry_finalize (GObject *object)
{
  VisDeviceRegistry *self = VIS_DEVICE_REGISTRY (object);
  GHashTableIter     iter;
  gpointer           value;

  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    vis_bus_unsubscribe (self->bus, ((VisOnlineUser *) value)->id);
  vis_bus_set_receiver (self->bus, NULL, NULL);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->users);
  g_object_unref (self->bus);
  g_object_unref (self->store);

  G_OBJECT_CLASS (vis_device_registry_parent_class)->finalize (object);
}

static void
vis_device_registry_class_init (VisDeviceRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vis_device_registry_finalize;
}

static void
vis_device_registry_init (VisDeviceRegistry *self)
{
  self->users = g_hash_table_new_full (
    g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) vis_online_user_free);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * vis_device_registry_new:
 * @bus: delivers the items of subscribed users; the registry becomes its receiver
 * @store: has the contacts of users
 *
 * Returns: (transfer full): a registry without users
 */
VisDeviceRegistry *
vis_device_registry_new (VisBus *bus, VisServerStore *store)
{
  VisDeviceRegistry *self = g_object_new (VIS_TYPE_DEVICE_REGISTRY, NULL);

  self->bus = g_object_ref (bus);
  self->store = g_object_ref (store);
  vis_bus_set_receiver (bus, receive, self);
  return self;
}

static void
tell_presence_to_all (VisDeviceRegistry *self, VisOnlineUser *online_user, gboolean online)
{
  GHashTableIter iter;
  gpointer       id;

  g_hash_table_iter_init (&iter, online_user->mutual);
  while (g_hash_table_iter_next (&iter, NULL, &id))
    vis_publish_presence (self->bus, *(gint64 *) id, online_user->user, online);
}

static VisOnlineUser *
get_user (VisDeviceRegistry *self, gint64 id)
{
  VisOnlineUser *online_user = g_hash_table_lookup (self->users, &id);

  if (online_user == NULL)
    {
      online_user = vis_online_user_new (id, self);
      g_hash_table_insert (self->users, &online_user->id, online_user);
    }
  return online_user;
}

/* Removes a user who is offline and for whom no subscription or store operation is pending. */
static void
drop (VisDeviceRegistry *self, VisOnlineUser *online_user)
{
  if (online_user->user == NULL && online_user->n_subscribing == 0 && online_user->n_reading == 0)
    g_hash_table_remove (self->users, &online_user->id);
}

static void
on_gone (gpointer data)
{
  VisOnlineUser     *online_user = data;
  VisDeviceRegistry *self = online_user->owner;
  VisServerStoreOp  *op = vis_server_store_op_new (VIS_STORE_SEEN, NULL, NULL);

  online_user->leaving = 0;
  op->user = online_user->id;
  vis_server_store_submit (self->store, op);
  tell_presence_to_all (self, online_user, FALSE);
  vis_bus_unsubscribe (self->bus, online_user->id);
  g_hash_table_remove (self->names, online_user->user);
  g_clear_pointer (&online_user->user, g_free);
  g_hash_table_unref (vis_online_user_set_people (online_user, NULL));
  drop (self, online_user);
}

static void on_people (VisServerStoreOp *op, gpointer data);

/* Reads the contacts of a user and the newest seq from the store. */
static void
look (VisDeviceRegistry *self, VisOnlineUser *online_user)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_PEOPLE, on_people, self);

  online_user->n_reading++;
  op->user = online_user->id;
  vis_server_store_submit (self->store, op);
}

/* Ends one read of the store. Reads again if another process wrote during it. */
static void
finish_reading (VisDeviceRegistry *self, VisOnlineUser *online_user)
{
  vis_online_user_finish_reading (online_user);
  if (online_user->n_reading == 0 && online_user->stale)
    {
      online_user->stale = FALSE;
      if (online_user->user != NULL)
        look (self, online_user);
    }
  drop (self, online_user);
}

static void
on_subscribed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)  task = data;
  VisDeviceRegistry *self = g_task_get_source_object (task);
  VisOnlineUser     *online_user = g_hash_table_lookup (self->users, g_task_get_task_data (task));
  g_autoptr (GError) error = NULL;

  online_user->n_subscribing--;
  if (vis_bus_subscribe_finish (self->bus, result, &error))
    {
      online_user->n_reading++;
      g_task_return_boolean (task, TRUE);
    }
  else
    {
      drop (self, online_user);
      g_task_return_error (task, g_steal_pointer (&error));
    }
}

/**
 * vis_device_registry_enter_async:
 * @self: a registry
 * @user: the user of a device that says hello
 * @cancellable: (nullable): cancels the subscription
 * @callback: called from the main loop when subscribed
 * @data: passed to @callback
 *
 * Subscribes to the items of a user before a device joins. What @callback reads from the store
 * after that, together with the items recorded until vis_device_registry_join(), is complete.
 */
void
vis_device_registry_enter_async (VisDeviceRegistry  *self,
                                 gint64              user,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, vis_device_registry_enter_async);
  /* A subscription that succeeded is counted, so success has to be reported. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_memdup2 (&user, sizeof user), g_free);
  get_user (self, user)->n_subscribing++;
  vis_bus_subscribe_async (self->bus, user, cancellable, on_subscribed, task);
}

/**
 * vis_device_registry_enter_finish:
 * @self: a registry
 * @result: of vis_device_registry_enter_async()
 * @error: set if the subscription failed or was cancelled
 *
 * Returns: whether the device may join; the caller then has to call vis_device_registry_join() or
 *   vis_device_registry_give_up()
 */
gboolean
vis_device_registry_enter_finish (VisDeviceRegistry *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * vis_device_registry_give_up:
 * @self: a registry
 * @user: the user of a device that entered and does not join
 *
 * Undoes vis_device_registry_enter_async(): unsubscribes.
 */
void
vis_device_registry_give_up (VisDeviceRegistry *self, gint64 user)
{
  vis_bus_unsubscribe (self->bus, user);
  finish_reading (self, g_hash_table_lookup (self->users, &user));
}

/**
 * vis_device_registry_get_newest:
 * @self: a registry
 * @user: a user, a device of whom has entered
 *
 * Returns: the `seq` of the newest event received from the bus, 0 for none
 */
gint64
vis_device_registry_get_newest (VisDeviceRegistry *self, gint64 user)
{
  VisOnlineUser *online_user = g_hash_table_lookup (self->users, &user);

  return online_user->newest;
}

/**
 * vis_device_registry_get_kicked:
 * @self: a registry
 * @user: a user, a device of whom has entered
 * @device: the device
 *
 * Returns: the close code if all connections of the device were kicked while the store was being
 *   read; 0 if it may join
 */
guint16
vis_device_registry_get_kicked (VisDeviceRegistry *self, gint64 user, gint64 device)
{
  VisOnlineUser *online_user = g_hash_table_lookup (self->users, &user);

  return vis_online_user_get_kicked (online_user, device);
}

/**
 * vis_device_registry_join:
 * @self: a registry
 * @peer: (transfer none): a device that has entered and said hello; stays valid until
 *   vis_device_registry_leave()
 * @people: (nullable) (element-type VisStorePerson): the contacts of its user, from the store
 *
 * Adds a connection, kicks older ones of the same device, and publishes presence if the user was
 * offline.
 */
void
vis_device_registry_join (VisDeviceRegistry *self, VisPeer *peer, GArray *people)
{
  gint64         user = vis_peer_get_user (peer);
  VisOnlineUser *online_user = g_hash_table_lookup (self->users, &user);
  gboolean       came = online_user->user == NULL;

  /* Unique and strictly increasing, also if the wall clock is set back. */
  self->began = MAX (self->began + 1, g_get_real_time ());
  vis_publish_kick (self->bus, user, vis_peer_get_device (peer), self->began, VIS_CLOSE_REPLACED);
  if (came)
    {
      online_user->user = g_strdup (vis_peer_get_user_name (peer));
      g_hash_table_insert (self->names, online_user->user, online_user);
    }
  else
    vis_bus_unsubscribe (self->bus, user);
  g_clear_handle_id (&online_user->leaving, g_source_remove);
  g_hash_table_unref (vis_online_user_set_people (online_user, people));
  vis_online_user_add_peer (online_user, peer, self->began);
  if (came)
    tell_presence_to_all (self, online_user, TRUE);
  finish_reading (self, online_user);
}

/**
 * vis_device_registry_leave:
 * @self: a registry
 * @peer: a device that had joined
 *
 * Removes a connection. If it was the last one of its user, the user goes offline after
 * %VIS_SERVER_PRESENCE_GRACE_MS.
 *
 * Returns: whether the device has no other connection
 */
gboolean
vis_device_registry_leave (VisDeviceRegistry *self, VisPeer *peer)
{
  gint64         user = vis_peer_get_user (peer);
  VisOnlineUser *online_user = g_hash_table_lookup (self->users, &user);
  gboolean       gone = vis_online_user_remove_peer (online_user, peer);

  if (!vis_online_user_is_connected (online_user) && online_user->leaving == 0)
    online_user->leaving = g_timeout_add_once (VIS_SERVER_PRESENCE_GRACE_MS, on_gone, online_user);
  return gone;
}

/**
 * vis_device_registry_find_mutual:
 * @self: a registry
 * @user: an online user
 * @other: the name of another user
 *
 * Returns: the id of @other if both are in each other's contacts, otherwise 0
 */
gint64
vis_device_registry_find_mutual (VisDeviceRegistry *self, gint64 user, const char *other)
{
  VisOnlineUser *online_user = g_hash_table_lookup (self->users, &user);
  gint64        *id = online_user != NULL ? g_hash_table_lookup (online_user->mutual, other) : NULL;

  return id != NULL ? *id : 0;
}

guint
vis_device_registry_get_n_users (VisDeviceRegistry *self)
{
  return g_hash_table_size (self->names);
}

/* Applies contacts that were read again: fills gaps of the devices, sends them the presence of new
 * contacts, and reports contacts that are gone. */
static void
compare_people (VisDeviceRegistry *self, VisOnlineUser *online_user, VisServerStoreOp *op)
{
  g_autoptr (GHashTable) before = vis_online_user_set_people (online_user, op->people);
  GHashTableIter         iter;
  gpointer               name;
  gpointer               id;

  vis_online_user_notice (online_user, op->seq);
  g_hash_table_iter_init (&iter, online_user->mutual);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (before, name) && vis_presence_is_online (VIS_PRESENCE (self), name))
      vis_publish_presence (self->bus, online_user->id, name, TRUE);
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &name, &id))
    if (!g_hash_table_contains (online_user->mutual, name))
      notify_parted (self, online_user->id, *(gint64 *) id);
}

static void
on_people (VisServerStoreOp *op, gpointer data)
{
  VisDeviceRegistry *self = data;
  VisOnlineUser     *online_user = g_hash_table_lookup (self->users, &op->user);

  if (op->error == NULL && online_user->user != NULL)
    compare_people (self, online_user, op);
  finish_reading (self, online_user);
}

/**
 * vis_device_registry_look_again:
 * @self: a registry
 *
 * To be called when another process has written to the store: reads the contacts and the newest seq
 * of every online user again.
 */
void
vis_device_registry_look_again (VisDeviceRegistry *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      VisOnlineUser *online_user = value;

      if (online_user->n_reading > 0)
        online_user->stale = TRUE;
      else if (online_user->user != NULL)
        look (self, online_user);
    }
}

/**
 * vis_device_registry_set_parted:
 * @self: a registry
 * @parted: (nullable): called when a user of this node and another one stop being mutual contacts;
 *   may be called more than once for the same pair
 * @data: passed to @parted
 */
void
vis_device_registry_set_parted (VisDeviceRegistry *self, VisParted parted, gpointer data)
{
  self->parted = parted;
  self->parted_data = data;
}
