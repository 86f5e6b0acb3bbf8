/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-online-user.h"

typedef struct
{
  VisPeer *peer;
  gint64   began; /* microseconds since 1970, unique and increasing */
} Connection;

/* Loops over connections run from last to first: sending may close a connection and remove it, and
 * g_array_remove_index_fast() then puts one that was visited already in its place. */
#define CONNECTION(self, i) (&g_array_index ((self)->connections, Connection, i))

VisOnlineUser *
vis_online_user_new (gint64 id, gpointer owner)
{
  VisOnlineUser *self = g_new0 (VisOnlineUser, 1);

  self->id = id;
  self->owner = owner;
  self->connections = g_array_new (FALSE, FALSE, sizeof (Connection));
  self->mutual = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
vis_online_user_free (VisOnlineUser *self)
{
  g_clear_handle_id (&self->leaving, g_source_remove);
  g_array_unref (self->connections);
  g_hash_table_unref (self->mutual);
  g_clear_pointer (&self->changed, g_hash_table_unref);
  g_clear_pointer (&self->kicked, g_hash_table_unref);
  g_free (self->user);
  g_free (self);
}

/**
 * vis_online_user_add_peer:
 * @self: a user
 * @peer: (transfer none): a device of the user; stays valid until vis_online_user_remove_peer()
 * @began: time of the connection, in microseconds since 1970
 *
 * Adds a connection. A device may have two until the older one is closed.
 */
void
vis_online_user_add_peer (VisOnlineUser *self, VisPeer *peer, gint64 began)
{
  const Connection connection = { peer, began };

  g_array_append_val (self->connections, connection);
}

/* The newest connection of a device, NULL if it has none. */
static Connection *
find_device (const VisOnlineUser *self, gint64 device)
{
  Connection *newest = NULL;

  for (guint i = 0; i < self->connections->len; i++)
    {
      Connection *connection = CONNECTION (self, i);

      if (vis_peer_get_device (connection->peer) == device &&
          (newest == NULL || connection->began > newest->began))
        newest = connection;
    }
  return newest;
}

/**
 * vis_online_user_remove_peer:
 * @self: a user
 * @peer: a device that was added
 *
 * Removes a connection.
 *
 * Returns: whether the device has no other connection
 */
gboolean
vis_online_user_remove_peer (VisOnlineUser *self, VisPeer *peer)
{
  for (guint i = 0; i < self->connections->len; i++)
    if (CONNECTION (self, i)->peer == peer)
      {
        g_array_remove_index_fast (self->connections, i);
        break;
      }
  return find_device (self, vis_peer_get_device (peer)) == NULL;
}

gboolean
vis_online_user_is_connected (const VisOnlineUser *self)
{
  return self->connections->len > 0;
}

/**
 * vis_online_user_list_devices:
 * @self: a user
 *
 * Returns: (transfer full) (element-type gint64): the ids of connected devices, each once
 */
GArray *
vis_online_user_list_devices (const VisOnlineUser *self)
{
  GArray *devices = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < self->connections->len; i++)
    {
      gint64 device = vis_peer_get_device (CONNECTION (self, i)->peer);

      if (find_device (self, device) == CONNECTION (self, i))
        g_array_append_val (devices, device);
    }
  return devices;
}

static void
set_mutual (VisOnlineUser *self, gint64 other, const char *name, gboolean mutual)
{
  if (mutual)
    g_hash_table_insert (self->mutual, g_strdup (name), g_memdup2 (&other, sizeof other));
  else
    g_hash_table_remove (self->mutual, name);
}

/**
 * vis_online_user_set_people:
 * @self: a user
 * @people: (nullable) (element-type VisStorePerson): the contacts read from the store
 *
 * Sets the mutual contacts of a user. Changes that the bus delivered during the read are newer and
 * stay.
 *
 * Returns: (transfer full): the mutual contacts before, name → id
 */
GHashTable *
vis_online_user_set_people (VisOnlineUser *self, GArray *people)
{
  GHashTable    *before = self->mutual;
  GHashTableIter iter;
  gpointer       name;

  self->mutual = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; people != NULL && i < people->len; i++)
    {
      const VisStorePerson *person = &g_array_index (people, VisStorePerson, i);

      set_mutual (self, person->id, person->user, person->mutual);
    }
  if (self->changed == NULL)
    return before;
  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      const gint64 *id = g_hash_table_lookup (before, name);

      set_mutual (self, id != NULL ? *id : 0, name, id != NULL);
    }
  return before;
}

/**
 * vis_online_user_take_people:
 * @self: a user
 * @item: a %VIS_BUS_PEOPLE
 *
 * Adds or removes one mutual contact of a user.
 */
void
vis_online_user_take_people (VisOnlineUser *self, const VisBusItem *item)
{
  set_mutual (self, item->other, item->other_name, item->mutual);
  if (self->n_reading == 0)
    return;
  if (self->changed == NULL)
    self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (self->changed, g_strdup (item->other_name));
}

/**
 * vis_online_user_take_event:
 * @self: a user
 * @item: a %VIS_BUS_EVENT
 *
 * Sends an event to all devices. The one that has it as the answer to its request only advances its
 * seq.
 */
void
vis_online_user_take_event (VisOnlineUser *self, const VisBusItem *item)
{
  g_autofree char *text = NULL;
  gsize            length;

  self->newest = MAX (self->newest, item->seq);
  for (guint i = self->connections->len; i-- > 0;)
    {
      VisPeer *peer = CONNECTION (self, i)->peer;

      if (item->except_device == vis_peer_get_device (peer))
        {
          vis_peer_skip (peer, item->seq);
          continue;
        }
      /* Encoded once for all devices. */
      if (text == NULL)
        text = vis_codec_encode (item->message, &length);
      if (item->seq > 0)
        vis_peer_push (peer, item->seq, text, length);
      else
        vis_peer_send_text (peer, text, length);
    }
}

/**
 * vis_online_user_take_call:
 * @self: a user
 * @item: a %VIS_BUS_CALL
 *
 * Sends a frame of a call to the newest connection of its device.
 */
void
vis_online_user_take_call (VisOnlineUser *self, const VisBusItem *item)
{
  Connection *connection = find_device (self, item->only_device);

  if (connection != NULL)
    vis_peer_send_event (connection->peer, item->message);
}

/**
 * vis_online_user_take_kick:
 * @self: a user
 * @item: a %VIS_BUS_KICK
 *
 * Closes the connections of a device that began earlier than the item says. A kick of all
 * connections is remembered while the store is being read, for a hello that is not finished.
 */
void
vis_online_user_take_kick (VisOnlineUser *self, const VisBusItem *item)
{
  for (guint i = self->connections->len; i-- > 0;)
    {
      const Connection *connection = CONNECTION (self, i);

      if (vis_peer_get_device (connection->peer) == item->only_device &&
          connection->began < item->before)
        vis_peer_close (connection->peer, item->code);
    }
  /* The token of a pending hello may have been valid when the store was read. */
  if (self->n_reading > 0 && item->before == G_MAXINT64)
    {
      if (self->kicked == NULL)
        self->kicked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
      g_hash_table_replace (self->kicked,
                            g_memdup2 (&item->only_device, sizeof item->only_device),
                            GUINT_TO_POINTER (item->code));
    }
}

/**
 * vis_online_user_get_kicked:
 * @self: a user
 * @device: a device of the user
 *
 * Returns: the close code if all connections of @device were kicked while the store was being read,
 *   0: none
 */
guint16
vis_online_user_get_kicked (const VisOnlineUser *self, gint64 device)
{
  return self->kicked != NULL
           ? (guint16) GPOINTER_TO_UINT (g_hash_table_lookup (self->kicked, &device))
           : 0;
}

/**
 * vis_online_user_finish_reading:
 * @self: a user with a pending read of the store
 *
 * Ends one read. With the last one, what was recorded during the reads is discarded.
 */
void
vis_online_user_finish_reading (VisOnlineUser *self)
{
  if (--self->n_reading > 0)
    return;
  g_clear_pointer (&self->changed, g_hash_table_unref);
  g_clear_pointer (&self->kicked, g_hash_table_unref);
}

/* Makes all devices catch up to @seq, the newest event in the store. */
void
vis_online_user_notice (VisOnlineUser *self, gint64 seq)
{
  for (guint i = self->connections->len; i-- > 0;)
    vis_peer_notice (CONNECTION (self, i)->peer, seq);
}
