/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-device-registry.h"

#include "vis-server-limits.h"

struct _VisDeviceRegistry
{
  GObject         parent_instance;

  VisBus         *bus;
  VisServerStore *store;
  GHashTable     *users;   /* id → OnlineUser */
  GHashTable     *names;   /* user → the same */
  GHashTable     *devices; /* id → VisPeer */
};

/* A user who is here, or who was a moment ago, or is about to be. As long as somebody is here there
 * is one subscription of the bus; each device on its way has another one. */
typedef struct
{
  VisDeviceRegistry *registry;
  gint64             id;
  char              *user; /* NULL: nobody is here yet */
  GPtrArray         *peers;
  GHashTable        *mutual;  /* user → id */
  guint              leaving; /* timer: offline when it fires */

  gint64             newest;        /* seq of the events that the bus has brought, 0: none */
  guint              n_subscribing; /* devices that wait for the bus */
  guint              n_reading;     /* how often the store is being asked whom the user knows */
  gboolean           stale;         /* and what it says may have changed meanwhile */
} OnlineUser;

static void vis_device_registry_presence_init (VisPresenceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisDeviceRegistry,
                               vis_device_registry,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_PRESENCE,
                                                      vis_device_registry_presence_init))

static void
present_free (gpointer data)
{
  OnlineUser *online_user = data;

  g_clear_handle_id (&online_user->leaving, g_source_remove);
  g_ptr_array_unref (online_user->peers);
  g_hash_table_unref (online_user->mutual);
  g_free (online_user->user);
  g_free (online_user);
}

static void
receive (const VisBusItem *item, gpointer data)
{
  VisDeviceRegistry *self = data;
  OnlineUser        *online_user = g_hash_table_lookup (self->users, &item->user);
  gsize              length;
  g_autofree char   *text = NULL;

  if (online_user == NULL)
    return;

  online_user->newest = MAX (online_user->newest, item->seq);
  for (guint i = 0; i < online_user->peers->len; i++)
    {
      VisPeer *peer = g_ptr_array_index (online_user->peers, i);
      gint64   device = vis_peer_get_device (peer);

      if (item->only_device != 0 && item->only_device != device)
        continue;
      if (item->except_device == device)
        {
          vis_peer_skip (peer, item->seq);
          continue;
        }
      /* Written once, however many devices there are. */
      if (text == NULL)
        text = vis_codec_encode (item->message, &length);
      if (item->seq > 0)
        vis_peer_push (peer, item->seq, text, length);
      else
        vis_peer_send_text (peer, text, length);
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
  OnlineUser        *online_user = g_hash_table_lookup (self->users, &user);
  GArray            *devices = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; online_user != NULL && i < online_user->peers->len; i++)
    {
      gint64 device = vis_peer_get_device (g_ptr_array_index (online_user->peers, i));

      g_array_append_val (devices, device);
    }
  return devices;
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
    vis_bus_unsubscribe (self->bus, ((OnlineUser *) value)->id);
  vis_bus_set_receiver (self->bus, NULL, NULL);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->users);
  g_hash_table_unref (self->devices);
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
  self->users = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, present_free);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  self->devices = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/**
 * vis_device_registry_new:
 * @bus: brings what devices of this node are to hear; has no other receiver
 * @store: knows how users stand to each other
 *
 * Returns: (transfer full): nobody is here yet
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
tell_presence (VisDeviceRegistry *self, gint64 to, const char *user, gboolean online)
{
  VisMessage      *event = vis_message_new (VIS_KIND_PRESENCE);
  const VisBusItem item = { .user = to, .message = event };

  vis_message_set_string (event, VIS_FIELD_USER, user);
  vis_message_set_string (event, VIS_FIELD_PRESENCE, online ? "online" : "offline");
  vis_message_set_integer (event, VIS_FIELD_LAST_SEEN, g_get_real_time () / 1000);
  vis_bus_publish (self->bus, &item);
  vis_message_unref (event);
}

static void
tell_presence_to_all (VisDeviceRegistry *self, OnlineUser *online_user, gboolean online)
{
  GHashTableIter iter;
  gpointer       id;

  g_hash_table_iter_init (&iter, online_user->mutual);
  while (g_hash_table_iter_next (&iter, NULL, &id))
    tell_presence (self, *(gint64 *) id, online_user->user, online);
}

static void
clear_mutual (OnlineUser *online_user)
{
  g_clear_pointer (&online_user->mutual, g_hash_table_unref);
  online_user->mutual = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static OnlineUser *
get_user (VisDeviceRegistry *self, gint64 id)
{
  OnlineUser *online_user = g_hash_table_lookup (self->users, &id);

  if (online_user != NULL)
    return online_user;
  online_user = g_new0 (OnlineUser, 1);
  online_user->registry = self;
  online_user->id = id;
  online_user->peers = g_ptr_array_new ();
  clear_mutual (online_user);
  g_hash_table_insert (self->users, &online_user->id, online_user);
  return online_user;
}

/* Forgets a user of whom nothing is asked any more. */
static void
drop (OnlineUser *online_user)
{
  if (online_user->user == NULL && online_user->n_subscribing == 0 && online_user->n_reading == 0)
    g_hash_table_remove (online_user->registry->users, &online_user->id);
}

static void
on_gone (gpointer data)
{
  OnlineUser        *online_user = data;
  VisDeviceRegistry *self = online_user->registry;
  VisServerStoreOp  *op = vis_server_store_op_new (VIS_STORE_SEEN, NULL, NULL);

  online_user->leaving = 0;
  op->user = online_user->id;
  vis_server_store_submit (self->store, op);
  tell_presence_to_all (self, online_user, FALSE);
  vis_bus_unsubscribe (self->bus, online_user->id);
  g_hash_table_remove (self->names, online_user->user);
  g_clear_pointer (&online_user->user, g_free);
  clear_mutual (online_user);
  drop (online_user);
}

static void
set_person (OnlineUser *online_user, const VisStorePerson *person)
{
  if (person->mutual)
    g_hash_table_insert (
      online_user->mutual, g_strdup (person->user), g_memdup2 (&person->id, sizeof person->id));
  else
    g_hash_table_remove (online_user->mutual, person->user);
}

static void on_people (VisServerStoreOp *op, gpointer data);

/* Asks whom a user knows, and how far the events are. */
static void
look (OnlineUser *online_user)
{
  VisServerStoreOp *op =
    vis_server_store_op_new (VIS_STORE_PEOPLE, on_people, online_user->registry);

  online_user->n_reading++;
  op->user = online_user->id;
  vis_server_store_submit (online_user->registry->store, op);
}

/* The store has said whom a user knows. If that has changed while it was asked, what it says may be
 * what was before: it is asked once more. */
static void
finish_reading (OnlineUser *online_user)
{
  online_user->n_reading--;
  if (online_user->n_reading == 0 && online_user->stale)
    {
      online_user->stale = FALSE;
      if (online_user->user != NULL)
        look (online_user);
    }
  drop (online_user);
}

static void
on_subscribed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)  task = data;
  VisDeviceRegistry *self = g_task_get_source_object (task);
  OnlineUser        *online_user = g_hash_table_lookup (self->users, g_task_get_task_data (task));
  g_autoptr (GError) error = NULL;

  online_user->n_subscribing--;
  if (vis_bus_subscribe_finish (self->bus, result, &error))
    {
      online_user->n_reading++;
      g_task_return_boolean (task, TRUE);
    }
  else
    {
      drop (online_user);
      g_task_return_error (task, g_steal_pointer (&error));
    }
}

/**
 * vis_device_registry_enter_async:
 * @self: a registry
 * @user: whose device comes
 * @cancellable: (nullable): to give up
 * @callback: called when that can be, from the main loop
 * @data: passed to @callback
 *
 * A device is about to come: begins to hear what happens to its user. What @callback then reads
 * from the store is complete together with what vis_device_registry_join() knows to have happened
 * since.
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
  /* What went well is counted, and has to be told. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_memdup2 (&user, sizeof user), g_free);
  get_user (self, user)->n_subscribing++;
  vis_bus_subscribe_async (self->bus, user, cancellable, on_subscribed, task);
}

/**
 * vis_device_registry_enter_finish:
 * @self: a registry
 * @result: of vis_device_registry_enter_async()
 * @error: set if nothing is heard
 *
 * Returns: whether the device may join; it has to, or vis_device_registry_give_up() be called
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
 * @user: whose device was about to come, and does not
 *
 * Undoes what vis_device_registry_enter_async() has begun.
 */
void
vis_device_registry_give_up (VisDeviceRegistry *self, gint64 user)
{
  vis_bus_unsubscribe (self->bus, user);
  finish_reading (g_hash_table_lookup (self->users, &user));
}

/**
 * vis_device_registry_get_newest:
 * @self: a registry
 * @user: a user, a device of whom has entered
 *
 * Returns: the `seq` of the newest event that the bus has brought, 0 for none
 */
gint64
vis_device_registry_get_newest (VisDeviceRegistry *self, gint64 user)
{
  OnlineUser *online_user = g_hash_table_lookup (self->users, &user);

  return online_user->newest;
}

/**
 * vis_device_registry_join:
 * @self: a registry
 * @peer: a device that has entered and said hello; stays until vis_device_registry_leave()
 * @people: (nullable) (element-type VisStorePerson): whom its user knows
 *
 * A device is here.
 */
void
vis_device_registry_join (VisDeviceRegistry *self, VisPeer *peer, GArray *people)
{
  gint64      user = vis_peer_get_user (peer);
  gint64      device = vis_peer_get_device (peer);
  OnlineUser *online_user = g_hash_table_lookup (self->users, &user);
  gboolean    came = online_user->user == NULL;

  if (came)
    {
      online_user->user = g_strdup (vis_peer_get_user_name (peer));
      g_hash_table_insert (self->names, online_user->user, online_user);
    }
  else
    vis_bus_unsubscribe (self->bus, user);
  g_clear_handle_id (&online_user->leaving, g_source_remove);
  clear_mutual (online_user);
  for (guint i = 0; people != NULL && i < people->len; i++)
    set_person (online_user, &g_array_index (people, VisStorePerson, i));
  g_ptr_array_add (online_user->peers, peer);
  g_hash_table_replace (self->devices, g_memdup2 (&device, sizeof device), peer);
  if (came)
    tell_presence_to_all (self, online_user, TRUE);
  finish_reading (online_user);
}

/**
 * vis_device_registry_leave:
 * @self: a registry
 * @peer: a device that had joined
 *
 * A device has gone. Its user is offline to the others a moment later.
 */
void
vis_device_registry_leave (VisDeviceRegistry *self, VisPeer *peer)
{
  gint64      user = vis_peer_get_user (peer);
  gint64      device = vis_peer_get_device (peer);
  OnlineUser *online_user = g_hash_table_lookup (self->users, &user);

  if (g_hash_table_lookup (self->devices, &device) == peer)
    g_hash_table_remove (self->devices, &device);
  if (online_user == NULL)
    return;
  g_ptr_array_remove_fast (online_user->peers, peer);
  if (online_user->peers->len == 0 && online_user->leaving == 0)
    online_user->leaving = g_timeout_add_once (VIS_SERVER_PRESENCE_GRACE_MS, on_gone, online_user);
}

VisPeer *
vis_device_registry_find_device (VisDeviceRegistry *self, gint64 device)
{
  return g_hash_table_lookup (self->devices, &device);
}

/**
 * vis_device_registry_find_mutual:
 * @self: a registry
 * @user: somebody who is here
 * @other: the name of somebody else
 *
 * Returns: the id of @other if both are in each other's contacts, otherwise 0
 */
gint64
vis_device_registry_find_mutual (VisDeviceRegistry *self, gint64 user, const char *other)
{
  OnlineUser *online_user = g_hash_table_lookup (self->users, &user);
  gint64     *id = online_user != NULL ? g_hash_table_lookup (online_user->mutual, other) : NULL;

  return id != NULL ? *id : 0;
}

guint
vis_device_registry_get_n_users (VisDeviceRegistry *self)
{
  return g_hash_table_size (self->names);
}

/**
 * vis_device_registry_publish:
 * @self: a registry
 * @item: something for the devices of one user
 *
 * Tells them, wherever they are.
 */
void
vis_device_registry_publish (VisDeviceRegistry *self, const VisBusItem *item)
{
  vis_bus_publish (self->bus, item);
}

/**
 * vis_device_registry_publish_events:
 * @self: a registry
 * @op: what the store has done
 *
 * Tells everybody the durable events that came of it.
 */
void
vis_device_registry_publish_events (VisDeviceRegistry *self, VisServerStoreOp *op)
{
  if (op->events == NULL)
    return;
  for (guint i = 0; i < op->events->len; i++)
    {
      const VisStoreEvent *event = &g_array_index (op->events, VisStoreEvent, i);
      const VisBusItem     item = {
            .user = event->user,
            .seq = event->place.seq,
            .except_device = event->except_device,
            .message = event->message,
      };

      vis_bus_publish (self->bus, &item);
    }
}

static void
set_people (OnlineUser *online_user, VisServerStoreOp *op)
{
  VisDeviceRegistry     *self = online_user->registry;
  g_autoptr (GHashTable) before = g_hash_table_ref (online_user->mutual);

  clear_mutual (online_user);
  for (guint i = 0; i < online_user->peers->len; i++)
    vis_peer_notice (g_ptr_array_index (online_user->peers, i), op->seq);
  for (guint i = 0; op->people != NULL && i < op->people->len; i++)
    {
      const VisStorePerson *person = &g_array_index (op->people, VisStorePerson, i);

      set_person (online_user, person);
      if (!g_hash_table_contains (before, person->user) &&
          vis_presence_is_online (VIS_PRESENCE (self), person->user))
        tell_presence (self, online_user->id, person->user, TRUE);
    }
}

static void
on_people (VisServerStoreOp *op, gpointer data)
{
  VisDeviceRegistry *self = data;
  OnlineUser        *online_user = g_hash_table_lookup (self->users, &op->user);

  if (op->error == NULL && online_user->user != NULL)
    set_people (online_user, op);
  finish_reading (online_user);
}

/**
 * vis_device_registry_look_again:
 * @self: a registry
 *
 * Somebody else has written into the store: looks whom everybody knows, and for events.
 */
void
vis_device_registry_look_again (VisDeviceRegistry *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      OnlineUser *online_user = value;

      if (online_user->n_reading > 0)
        online_user->stale = TRUE;
      else if (online_user->user != NULL)
        look (online_user);
    }
}

static gboolean
set_one_side (VisDeviceRegistry *self, gint64 user, const VisStorePerson *other)
{
  OnlineUser *online_user = g_hash_table_lookup (self->users, &user);

  if (online_user == NULL)
    return FALSE;
  online_user->stale |= online_user->n_reading > 0;
  set_person (online_user, other);
  return online_user->peers->len > 0;
}

/**
 * vis_device_registry_set_mutual:
 * @self: a registry
 * @user: a user
 * @name: the user's name
 * @other: how somebody else stands to them now
 *
 * Takes note of a contact that was made or unmade, and lets both see each other's presence.
 */
void
vis_device_registry_set_mutual (VisDeviceRegistry    *self,
                                gint64                user,
                                const char           *name,
                                const VisStorePerson *other)
{
  const VisStorePerson me = { user, (char *) name, other->mutual };
  gboolean             here = set_one_side (self, user, other);
  gboolean             there = set_one_side (self, other->id, &me);

  if (!other->mutual)
    return;
  if (here)
    tell_presence (self, other->id, name, TRUE);
  if (there)
    tell_presence (self, user, other->user, TRUE);
}
