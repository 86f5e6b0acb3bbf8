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

/* A user who is here, or who was a moment ago. */
typedef struct
{
  VisDeviceRegistry *registry;
  gint64             id;
  char              *user;
  GPtrArray         *peers;
  GHashTable        *mutual;  /* user → id */
  guint              leaving; /* timer: offline when it fires */
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

  if (online_user == NULL || online_user->peers->len == 0)
    return;

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
  g_hash_table_remove (self->users, &online_user->id);
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

static OnlineUser *
arrive (VisDeviceRegistry *self, VisPeer *peer)
{
  OnlineUser *online_user = g_new0 (OnlineUser, 1);

  online_user->registry = self;
  online_user->id = vis_peer_get_user (peer);
  online_user->user = g_strdup (vis_peer_get_user_name (peer));
  online_user->peers = g_ptr_array_new ();
  online_user->mutual = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (self->users, &online_user->id, online_user);
  g_hash_table_insert (self->names, online_user->user, online_user);
  vis_bus_subscribe (self->bus, online_user->id);
  return online_user;
}

/**
 * vis_device_registry_join:
 * @self: a registry
 * @peer: a device that has said hello; stays until vis_device_registry_leave()
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
  gboolean    came = online_user == NULL;

  if (came)
    online_user = arrive (self, peer);
  g_clear_handle_id (&online_user->leaving, g_source_remove);
  g_hash_table_remove_all (online_user->mutual);
  for (guint i = 0; people != NULL && i < people->len; i++)
    set_person (online_user, &g_array_index (people, VisStorePerson, i));
  g_ptr_array_add (online_user->peers, peer);
  g_hash_table_replace (self->devices, g_memdup2 (&device, sizeof device), peer);
  if (came)
    tell_presence_to_all (self, online_user, TRUE);
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
  return g_hash_table_size (self->users);
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
on_people (VisServerStoreOp *op, gpointer data)
{
  VisDeviceRegistry     *self = data;
  OnlineUser            *online_user = g_hash_table_lookup (self->users, &op->user);
  g_autoptr (GHashTable) before = NULL;

  if (online_user == NULL || op->error != NULL)
    return;
  before = g_steal_pointer (&online_user->mutual);
  online_user->mutual = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
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
  gpointer       id;

  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_PEOPLE, on_people, self);

      op->user = *(gint64 *) id;
      vis_server_store_submit (self->store, op);
    }
}

static gboolean
set_one_side (VisDeviceRegistry *self, gint64 user, const VisStorePerson *other)
{
  OnlineUser *online_user = g_hash_table_lookup (self->users, &user);

  if (online_user == NULL)
    return FALSE;
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
