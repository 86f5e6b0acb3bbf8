/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-route.h"

#include "vis-server-limits.h"

VisHeld *
vis_held_new (VisMessage *message, gint64 since)
{
  VisHeld *self = g_new0 (VisHeld, 1);

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

/* Takes ownership of @record. */
VisCallRoute *
vis_call_route_new (VisStoreCall *record, gint64 now)
{
  VisCallRoute *self = g_new0 (VisCallRoute, 1);

  self->record = record;
  self->started = now;
  self->caller.user = record->caller;
  self->caller.device = record->caller_device;
  self->caller.held = held_array ();
  self->callee.user = record->callee;
  self->callee.device = record->callee_device;
  self->callee.held = held_array ();
  self->ringing = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->refused = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->offer = held_array ();
  self->early = held_array ();
  return self;
}

void
vis_call_route_free (VisCallRoute *self)
{
  vis_store_call_free (self->record);
  g_ptr_array_unref (self->caller.held);
  g_ptr_array_unref (self->callee.held);
  g_array_unref (self->ringing);
  g_array_unref (self->refused);
  g_ptr_array_unref (self->offer);
  g_ptr_array_unref (self->early);
  g_free (self);
}

gboolean
vis_call_route_is_answered (const VisCallRoute *self)
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
vis_call_route_deliver (
  VisCallRouteResult *result, gint64 user, gint64 device, VisMessage *message, gint64 age)
{
  VisCallRouteDelivery delivery = { user, device, NULL };

  if (age > 0)
    {
      delivery.message = vis_message_copy (message);
      vis_message_set_integer (delivery.message, VIS_FIELD_AGE_MS, age);
    }
  else
    delivery.message = vis_message_ref (message);
  g_array_append_val (result->deliveries, delivery);
}

static VisHeld *
weigh_held (VisHeld *self)
{
  g_autofree char *text = vis_codec_encode (self->message, &self->bytes);

  return self;
}

/* Sends a frame to a side of a call, or holds it while the device is offline: the newest
 * VIS_SERVER_HELD_FRAMES, of VIS_SERVER_HELD_BYTES at most. */
void
vis_call_route_deliver_end (VisCallRouteEnd    *end,
                            VisMessage         *message,
                            gint64              now,
                            VisCallRouteResult *result)
{
  VisHeld *held;

  if (end->here)
    {
      vis_call_route_deliver (result, end->user, end->device, message, 0);
      return;
    }
  held = weigh_held (vis_held_new (message, now));
  end->held_bytes += held->bytes;
  g_ptr_array_add (end->held, held);
  while (end->held->len > VIS_SERVER_HELD_FRAMES || end->held_bytes > VIS_SERVER_HELD_BYTES)
    {
      held = g_ptr_array_index (end->held, 0);
      end->held_bytes -= held->bytes;
      g_ptr_array_remove_index (end->held, 0);
    }
}

/* The device of a side has disconnected. */
void
vis_call_route_leave (VisCallRouteEnd *end, gint64 now)
{
  end->here = FALSE;
  end->gone_since = now;
  if (end->away == 0)
    end->away = now;
}

/* The device of a side has reconnected, perhaps before its old connection was closed: sends the
 * frames held for it. */
void
vis_call_route_return (VisCallRouteEnd *end, gint64 now, VisCallRouteResult *result)
{
  if (end->away == 0)
    end->away = now;
  end->here = TRUE;
  end->here_since = now;
  for (guint i = 0; i < end->held->len; i++)
    {
      VisHeld *held = g_ptr_array_index (end->held, i);

      vis_call_route_deliver (result, end->user, end->device, held->message, now - held->since);
    }
  g_ptr_array_set_size (end->held, 0);
  end->held_bytes = 0;
}

static void
delivery_clear (gpointer data)
{
  vis_message_unref (((VisCallRouteDelivery *) data)->message);
}

void
vis_call_route_result_init (VisCallRouteResult *self)
{
  self->error = VIS_N_PROTOCOL_ERRORS;
  self->ringing = -1;
  self->deliveries = g_array_new (FALSE, FALSE, sizeof (VisCallRouteDelivery));
  g_array_set_clear_func (self->deliveries, delivery_clear);
  self->saves = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_call_free);
  self->finishes = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_call_free);
}

void
vis_call_route_result_clear (VisCallRouteResult *self)
{
  g_clear_pointer (&self->deliveries, g_array_unref);
  g_clear_pointer (&self->saves, g_ptr_array_unref);
  g_clear_pointer (&self->finishes, g_ptr_array_unref);
}

/* A copy of a request as the other side receives it, with `from` and `device`. */
VisMessage *
vis_call_route_stamp (VisMessage *frame, const VisCallRouteParty *from)
{
  VisMessage *copy = vis_message_copy (frame);

  vis_message_set_request (copy, NULL);
  vis_message_set_string (copy, VIS_FIELD_FROM, from->user_name);
  vis_message_set_string (copy, VIS_FIELD_DEVICE, from->device_id);
  vis_message_set_integer (copy, VIS_FIELD_AGE_MS, 0);
  if (vis_message_get_kind (copy) == VIS_KIND_CALL_OFFER)
    {
      vis_message_clear (copy, VIS_FIELD_TO);
      if (from->name != NULL)
        vis_message_set_string (copy, VIS_FIELD_NAME, from->name);
    }
  return copy;
}

VisMessage *
vis_call_route_end_frame (const char *call, const char *reason, const VisCallRouteParty *from)
{
  VisMessage *frame = vis_message_new (VIS_KIND_CALL_END);

  vis_message_set_string (frame, VIS_FIELD_CALL, call);
  vis_message_set_string (frame, VIS_FIELD_REASON, reason);
  vis_message_set_integer (frame, VIS_FIELD_AGE_MS, 0);
  if (from != NULL)
    {
      vis_message_set_string (frame, VIS_FIELD_FROM, from->user_name);
      vis_message_set_string (frame, VIS_FIELD_DEVICE, from->device_id);
    }
  return frame;
}

/* An offer of a later generation: only from the caller, and only with a higher `gen`. */
void
vis_call_route_offer (VisCallRoute            *route,
                      const VisCallRouteParty *from,
                      VisMessage              *frame,
                      const VisCallRouteTime  *now,
                      VisCallRouteResult      *result)
{
  gint64                 gen = vis_message_get_integer (frame, VIS_FIELD_GEN);
  g_autoptr (VisMessage) offer = NULL;

  if (from->device != route->caller.device)
    {
      result->error = VIS_PROTOCOL_ERROR_FORBIDDEN;
      return;
    }
  if (!vis_call_route_is_answered (route) || gen <= route->gen)
    return;
  route->gen = gen;
  offer = vis_call_route_stamp (frame, from);
  vis_call_route_deliver_end (&route->callee, offer, now->mono, result);
}

/* Holds `call:ice` and `call:media` of a ringing device: they go to the caller if this device
 * answers, and are dropped if another one does. */
static void
keep_early (VisCallRoute *route, const VisCallRouteParty *from, VisMessage *stamped, gint64 now)
{
  VisHeld *held = weigh_held (vis_held_new (stamped, now));

  held->device = from->device;
  if (route->early->len >= VIS_SERVER_HELD_FRAMES ||
      route->early_bytes + held->bytes > VIS_SERVER_HELD_BYTES)
    {
      vis_held_free (held);
      return;
    }
  route->early_bytes += held->bytes;
  g_ptr_array_add (route->early, held);
}

static void
deliver_early (VisCallRoute *route, gint64 now, VisCallRouteResult *result)
{
  for (guint i = 0; i < route->early->len; i++)
    {
      VisHeld *held = g_ptr_array_index (route->early, i);

      if (held->device != route->callee.device)
        continue;
      if (route->caller.here)
        vis_call_route_deliver (
          result, route->caller.user, route->caller.device, held->message, now - held->since);
      else
        vis_call_route_deliver_end (&route->caller, held->message, held->since, result);
    }
  g_ptr_array_set_size (route->early, 0);
}

void
vis_call_route_answer (VisCallRoute            *route,
                       const VisCallRouteParty *from,
                       VisMessage              *frame,
                       const VisCallRouteTime  *now,
                       VisCallRouteResult      *result)
{
  g_autoptr (VisMessage) stamped = NULL;
  g_autoptr (VisMessage) elsewhere = NULL;

  if (from->device == route->caller.device)
    {
      result->error = VIS_PROTOCOL_ERROR_FORBIDDEN;
      return;
    }
  stamped = vis_call_route_stamp (frame, from);
  if (vis_call_route_is_answered (route))
    {
      /* A repeated answer of the same device is idempotent. */
      if (from->device != route->callee.device)
        result->error = VIS_PROTOCOL_ERROR_CONFLICT;
      else if (vis_message_get_integer (frame, VIS_FIELD_GEN) > 0)
        vis_call_route_deliver_end (&route->caller, stamped, now->mono, result);
      return;
    }
  if (vis_message_get_integer (frame, VIS_FIELD_GEN) > 0)
    return;

  route->callee.device = from->device;
  route->callee.here = TRUE;
  route->callee.away = 0;
  route->caller.away = route->caller.here ? 0 : now->mono;
  route->answered = now->mono;
  route->record->callee_device = from->device;
  route->record->callee_device_id = g_strdup (from->device_id);
  route->record->answered = now->wall;
  g_ptr_array_set_size (route->offer, 0);
  vis_call_route_deliver_end (&route->caller, stamped, now->mono, result);
  deliver_early (route, now->mono, result);
  elsewhere = vis_call_route_end_frame (route->record->call, "answered_elsewhere", from);
  for (guint i = 0; i < route->ringing->len; i++)
    if (g_array_index (route->ringing, gint64, i) != from->device)
      vis_call_route_deliver (
        result, route->callee.user, g_array_index (route->ringing, gint64, i), elsewhere, 0);
  g_ptr_array_add (result->saves, vis_store_call_copy (route->record));
}

/* Sends a frame of the caller to all ringing devices; candidates are held for later ones. */
static void
to_ringing (VisCallRoute *route, VisMessage *stamped, gint64 now, VisCallRouteResult *result)
{
  if (vis_message_get_kind (stamped) == VIS_KIND_CALL_ICE)
    {
      route->n_candidates += vis_message_get_array (stamped, VIS_FIELD_CANDIDATES)->len;
      if (route->n_candidates <= VIS_LIMIT_CANDIDATES)
        g_ptr_array_add (route->offer, vis_held_new (stamped, now));
    }
  for (guint i = 0; i < route->ringing->len; i++)
    vis_call_route_deliver (
      result, route->callee.user, g_array_index (route->ringing, gint64, i), stamped, 0);
}

/* `call:ice`, `call:media`, `call:ringing`, `call:renew` */
void
vis_call_route_pass (VisCallRoute            *route,
                     const VisCallRouteParty *from,
                     VisMessage              *frame,
                     const VisCallRouteTime  *now,
                     VisCallRouteResult      *result)
{
  VisKind                kind = vis_message_get_kind (frame);
  gboolean               caller = from->device == route->caller.device;
  g_autoptr (VisMessage) stamped = vis_call_route_stamp (frame, from);

  if (caller && (kind == VIS_KIND_CALL_RINGING || kind == VIS_KIND_CALL_RENEW))
    result->error = VIS_PROTOCOL_ERROR_FORBIDDEN;
  else if (!vis_call_route_is_answered (route))
    {
      if (caller)
        to_ringing (route, stamped, now->mono, result);
      else if (kind == VIS_KIND_CALL_RINGING)
        vis_call_route_deliver_end (&route->caller, stamped, now->mono, result);
      else if (kind != VIS_KIND_CALL_RENEW)
        keep_early (route, from, stamped, now->mono);
    }
  else if (caller)
    vis_call_route_deliver_end (&route->callee, stamped, now->mono, result);
  else if (kind != VIS_KIND_CALL_RINGING)
    vis_call_route_deliver_end (&route->caller, stamped, now->mono, result);
}
