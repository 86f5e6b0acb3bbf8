/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-hub.h"

#include "vis-server-limits.h"

struct _VisHub
{
  VisBus         *bus;
  VisServerStore *store;
  GHashTable     *users;   /* id → Present */
  GHashTable     *names;   /* user → the same */
  GHashTable     *devices; /* id → VisPeer */
};

/* A user who is here, or who was a moment ago. */
typedef struct
{
  VisHub     *hub;
  gint64      id;
  char       *user;
  GPtrArray  *peers;
  GHashTable *mutual;  /* user → id */
  guint       leaving; /* timer: offline when it fires */
} Present;

static void
present_free (gpointer data)
{
  Present *present = data;

  g_clear_handle_id (&present->leaving, g_source_remove);
  g_ptr_array_unref (present->peers);
  g_hash_table_unref (present->mutual);
  g_free (present->user);
  g_free (present);
}

static void
receive (const VisBusItem *item, gpointer data)
{
  VisHub          *self = data;
  Present         *present = g_hash_table_lookup (self->users, &item->user);
  gsize            length;
  g_autofree char *text = NULL;

  if (present == NULL || present->peers->len == 0)
    return;

  for (guint i = 0; i < present->peers->len; i++)
    {
      VisPeer *peer = g_ptr_array_index (present->peers, i);
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

VisHub *
vis_hub_new (VisBus *bus, VisServerStore *store)
{
  VisHub *self = g_new0 (VisHub, 1);

  self->bus = g_object_ref (bus);
  self->store = g_object_ref (store);
  self->users = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, present_free);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  self->devices = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  vis_bus_set_receiver (bus, receive, self);
  return self;
}

void
vis_hub_free (VisHub *self)
{
  vis_bus_set_receiver (self->bus, NULL, NULL);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->users);
  g_hash_table_unref (self->devices);
  g_object_unref (self->bus);
  g_object_unref (self->store);
  g_free (self);
}

static void
tell_presence (VisHub *self, gint64 to, const char *user, gboolean online)
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
tell_presence_to_all (VisHub *self, Present *present, gboolean online)
{
  GHashTableIter iter;
  gpointer       id;

  g_hash_table_iter_init (&iter, present->mutual);
  while (g_hash_table_iter_next (&iter, NULL, &id))
    tell_presence (self, *(gint64 *) id, present->user, online);
}

static void
on_gone (gpointer data)
{
  Present    *present = data;
  VisHub     *self = present->hub;
  VisStoreOp *op = vis_store_op_new (VIS_STORE_SEEN, NULL, NULL);

  present->leaving = 0;
  op->user = present->id;
  vis_server_store_submit (self->store, op);
  tell_presence_to_all (self, present, FALSE);
  vis_bus_unsubscribe (self->bus, present->id);
  g_hash_table_remove (self->names, present->user);
  g_hash_table_remove (self->users, &present->id);
}

static void
set_person (Present *present, const VisStorePerson *person)
{
  if (person->mutual)
    g_hash_table_insert (
      present->mutual, g_strdup (person->user), g_memdup2 (&person->id, sizeof person->id));
  else
    g_hash_table_remove (present->mutual, person->user);
}

static Present *
arrive (VisHub *self, VisPeer *peer)
{
  Present *present = g_new0 (Present, 1);

  present->hub = self;
  present->id = vis_peer_get_user (peer);
  present->user = g_strdup (vis_peer_get_user_name (peer));
  present->peers = g_ptr_array_new ();
  present->mutual = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (self->users, &present->id, present);
  g_hash_table_insert (self->names, present->user, present);
  vis_bus_subscribe (self->bus, present->id);
  return present;
}

/**
 * vis_hub_join:
 * @self: a hub
 * @peer: a device that has said hello; stays until vis_hub_leave()
 * @people: (nullable) (element-type VisStorePerson): whom its user knows
 *
 * A device is here.
 */
void
vis_hub_join (VisHub *self, VisPeer *peer, GArray *people)
{
  gint64   user = vis_peer_get_user (peer);
  gint64   device = vis_peer_get_device (peer);
  Present *present = g_hash_table_lookup (self->users, &user);
  gboolean came = present == NULL;

  if (came)
    present = arrive (self, peer);
  g_clear_handle_id (&present->leaving, g_source_remove);
  g_hash_table_remove_all (present->mutual);
  for (guint i = 0; people != NULL && i < people->len; i++)
    set_person (present, &g_array_index (people, VisStorePerson, i));
  g_ptr_array_add (present->peers, peer);
  g_hash_table_replace (self->devices, g_memdup2 (&device, sizeof device), peer);
  if (came)
    tell_presence_to_all (self, present, TRUE);
}

/**
 * vis_hub_leave:
 * @self: a hub
 * @peer: a device that had joined
 *
 * A device has gone. Its user is offline to the others a moment later.
 */
void
vis_hub_leave (VisHub *self, VisPeer *peer)
{
  gint64   user = vis_peer_get_user (peer);
  gint64   device = vis_peer_get_device (peer);
  Present *present = g_hash_table_lookup (self->users, &user);

  if (g_hash_table_lookup (self->devices, &device) == peer)
    g_hash_table_remove (self->devices, &device);
  if (present == NULL)
    return;
  g_ptr_array_remove_fast (present->peers, peer);
  if (present->peers->len == 0 && present->leaving == 0)
    present->leaving = g_timeout_add_once (VIS_SERVER_PRESENCE_GRACE_MS, on_gone, present);
}

VisPeer *
vis_hub_find_device (VisHub *self, gint64 device)
{
  return g_hash_table_lookup (self->devices, &device);
}

/**
 * vis_hub_get_devices:
 * @self: a hub
 * @user: a user
 *
 * Returns: (transfer none) (nullable) (element-type VisPeer): the user's devices
 */
GPtrArray *
vis_hub_get_devices (VisHub *self, gint64 user)
{
  Present *present = g_hash_table_lookup (self->users, &user);

  return present != NULL ? present->peers : NULL;
}

gboolean
vis_hub_is_online (VisHub *self, const char *user)
{
  return g_hash_table_contains (self->names, user);
}

/**
 * vis_hub_find_mutual:
 * @self: a hub
 * @user: somebody who is here
 * @other: the name of somebody else
 *
 * Returns: the id of @other if both are in each other's contacts, otherwise 0
 */
gint64
vis_hub_find_mutual (VisHub *self, gint64 user, const char *other)
{
  Present *present = g_hash_table_lookup (self->users, &user);
  gint64  *id = present != NULL ? g_hash_table_lookup (present->mutual, other) : NULL;

  return id != NULL ? *id : 0;
}

guint
vis_hub_get_n_users (VisHub *self)
{
  return g_hash_table_size (self->users);
}

/**
 * vis_hub_publish:
 * @self: a hub
 * @item: something for the devices of one user
 *
 * Tells them, wherever they are.
 */
void
vis_hub_publish (VisHub *self, const VisBusItem *item)
{
  vis_bus_publish (self->bus, item);
}

/**
 * vis_hub_publish_events:
 * @self: a hub
 * @op: what the store has done
 *
 * Tells everybody the durable events that came of it.
 */
void
vis_hub_publish_events (VisHub *self, VisStoreOp *op)
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
on_people (VisStoreOp *op, gpointer data)
{
  VisHub                *self = data;
  Present               *present = g_hash_table_lookup (self->users, &op->user);
  g_autoptr (GHashTable) before = NULL;

  if (present == NULL || op->error != NULL)
    return;
  before = g_steal_pointer (&present->mutual);
  present->mutual = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < present->peers->len; i++)
    vis_peer_notice (g_ptr_array_index (present->peers, i), op->seq);
  for (guint i = 0; op->people != NULL && i < op->people->len; i++)
    {
      const VisStorePerson *person = &g_array_index (op->people, VisStorePerson, i);

      set_person (present, person);
      if (!g_hash_table_contains (before, person->user) && vis_hub_is_online (self, person->user))
        tell_presence (self, present->id, person->user, TRUE);
    }
}

/**
 * vis_hub_look_again:
 * @self: a hub
 *
 * Somebody else has written into the store: looks whom everybody knows, and for events.
 */
void
vis_hub_look_again (VisHub *self)
{
  GHashTableIter iter;
  gpointer       id;

  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      VisStoreOp *op = vis_store_op_new (VIS_STORE_PEOPLE, on_people, self);

      op->user = *(gint64 *) id;
      vis_server_store_submit (self->store, op);
    }
}

static gboolean
set_one_side (VisHub *self, gint64 user, const VisStorePerson *other)
{
  Present *present = g_hash_table_lookup (self->users, &user);

  if (present == NULL)
    return FALSE;
  set_person (present, other);
  return present->peers->len > 0;
}

/**
 * vis_hub_set_mutual:
 * @self: a hub
 * @user: a user
 * @name: the user's name
 * @other: how somebody else stands to them now
 *
 * Takes note of a contact that was made or unmade, and lets both see each other's presence.
 */
void
vis_hub_set_mutual (VisHub *self, gint64 user, const char *name, const VisStorePerson *other)
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
