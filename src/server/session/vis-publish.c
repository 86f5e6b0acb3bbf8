/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-publish.h"

/**
 * vis_publish_events:
 * @bus: a bus
 * @op: a finished operation of the store
 *
 * Publishes the durable events that the operation has written.
 */
void
vis_publish_events (VisBus *bus, VisServerStoreOp *op)
{
  for (guint i = 0; op->events != NULL && i < op->events->len; i++)
    {
      const VisStoreEvent *event = &g_array_index (op->events, VisStoreEvent, i);
      const VisBusItem     item = {
            .kind = VIS_BUS_EVENT,
            .user = event->user,
            .seq = event->place.seq,
            .except_device = event->except_device,
            .message = event->message,
      };

      vis_bus_publish (bus, &item);
    }
}

/**
 * vis_publish_passing:
 * @bus: a bus
 * @user: the recipient, on all devices
 * @event: an event without a `seq`
 *
 * Publishes an event that is not durable.
 */
void
vis_publish_passing (VisBus *bus, gint64 user, VisMessage *event)
{
  const VisBusItem item = { .kind = VIS_BUS_EVENT, .user = user, .message = event };

  vis_bus_publish (bus, &item);
}

/**
 * vis_publish_presence:
 * @bus: a bus
 * @to: the recipient
 * @user: the name of the user whose presence changed
 * @online: whether @user is online now
 *
 * Publishes a `presence` event to one contact, with the present time as `last_seen`.
 */
void
vis_publish_presence (VisBus *bus, gint64 to, const char *user, gboolean online)
{
  g_autoptr (VisMessage) event = vis_message_new (VIS_KIND_PRESENCE);

  vis_message_set_string (event, VIS_FIELD_USER, user);
  vis_message_set_string (event, VIS_FIELD_PRESENCE, online ? "online" : "offline");
  vis_message_set_integer (event, VIS_FIELD_LAST_SEEN, g_get_real_time () / 1000);
  vis_publish_passing (bus, to, event);
}

void
vis_publish_call (VisBus *bus, gint64 user, gint64 device, VisMessage *frame)
{
  const VisBusItem item = {
    .kind = VIS_BUS_CALL, .user = user, .only_device = device, .message = frame
  };

  vis_bus_publish (bus, &item);
}

/**
 * vis_publish_people:
 * @bus: a bus
 * @user: the user who changed a contact
 * @name: the name of @user
 * @other: the other user, and whether the two are mutual contacts now
 *
 * Publishes the change of a contact to the nodes of both users.
 */
void
vis_publish_people (VisBus *bus, gint64 user, const char *name, const VisStorePerson *other)
{
  const VisBusItem items[] = {
    {
      .kind = VIS_BUS_PEOPLE,
      .user = user,
      .other = other->id,
      .other_name = other->user,
      .mutual = other->mutual,
      .by = user,
    },
    {
      .kind = VIS_BUS_PEOPLE,
      .user = other->id,
      .other = user,
      .other_name = (char *) name,
      .mutual = other->mutual,
      .by = user,
    },
  };

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    vis_bus_publish (bus, &items[i]);
}

/**
 * vis_publish_kick:
 * @bus: a bus
 * @user: the user of @device
 * @device: a device
 * @before: connections that began earlier are closed; microseconds since 1970
 * @code: close code, RFC 6455, section 7.4
 *
 * Closes connections of a device on all nodes.
 */
void
vis_publish_kick (VisBus *bus, gint64 user, gint64 device, gint64 before, guint16 code)
{
  const VisBusItem item = {
    .kind = VIS_BUS_KICK, .user = user, .only_device = device, .before = before, .code = code
  };

  vis_bus_publish (bus, &item);
}
