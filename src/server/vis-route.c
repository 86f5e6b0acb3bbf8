/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-route.h"

#include "vis-server-limits.h"

VisHeld *
vis_held_new (VisMessage *message, gint64 since)
{
  VisHeld *self = g_new (VisHeld, 1);

  self->message = vis_message_ref (message);
  self->since = since;
  return self;
}

void
vis_held_free (VisHeld *self)
{
  vis_message_unref (self->message);
  g_free (self);
}

static GPtrArray *
held_array (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) vis_held_free);
}

/* Takes @record over. */
VisRoute *
vis_route_new (VisStoreCall *record, gint64 now)
{
  VisRoute *self = g_new0 (VisRoute, 1);

  self->record = record;
  self->started = now;
  self->caller.device = record->caller_device;
  self->caller.held = held_array ();
  self->callee.device = record->callee_device;
  self->callee.held = held_array ();
  self->ringing = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->refused = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->offer = held_array ();
  return self;
}

void
vis_route_free (VisRoute *self)
{
  vis_store_call_free (self->record);
  g_ptr_array_unref (self->caller.held);
  g_ptr_array_unref (self->callee.held);
  g_array_unref (self->ringing);
  g_array_unref (self->refused);
  g_ptr_array_unref (self->offer);
  g_free (self);
}

gboolean
vis_route_is_answered (const VisRoute *self)
{
  return self->callee.device != 0;
}

gboolean
vis_devices_contain (GArray *devices, gint64 device)
{
  for (guint i = 0; i < devices->len; i++)
    if (g_array_index (devices, gint64, i) == device)
      return TRUE;
  return FALSE;
}

gboolean
vis_devices_remove (GArray *devices, gint64 device)
{
  for (guint i = 0; i < devices->len; i++)
    if (g_array_index (devices, gint64, i) == device)
      {
        g_array_remove_index (devices, i);
        return TRUE;
      }
  return FALSE;
}

void
vis_route_deliver (VisRouteResult *result, gint64 device, VisMessage *message, gint64 age)
{
  VisRouteDelivery delivery = { device, NULL };

  if (age > 0)
    {
      delivery.message = vis_message_copy (message);
      vis_message_set_integer (delivery.message, VIS_FIELD_AGE_MS, age);
    }
  else
    delivery.message = vis_message_ref (message);
  g_array_append_val (result->deliveries, delivery);
}

/* To an end of an answered call; what it misses is kept, the newest of it. */
void
vis_route_deliver_end (VisRouteEnd *end, VisMessage *message, gint64 now, VisRouteResult *result)
{
  if (end->here)
    {
      vis_route_deliver (result, end->device, message, 0);
      return;
    }
  if (end->held->len >= VIS_SERVER_HELD_FRAMES)
    g_ptr_array_remove_index (end->held, 0);
  g_ptr_array_add (end->held, vis_held_new (message, now));
}

/* An end is here again and hears what it has missed. */
void
vis_route_return (VisRouteEnd *end, gint64 now, VisRouteResult *result)
{
  end->here = TRUE;
  for (guint i = 0; i < end->held->len; i++)
    {
      VisHeld *held = g_ptr_array_index (end->held, i);

      vis_route_deliver (result, end->device, held->message, now - held->since);
    }
  g_ptr_array_set_size (end->held, 0);
}
