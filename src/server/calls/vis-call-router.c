/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-router-private.h"

#include "vis-server-limits.h"

VisCallRouter *
vis_call_router_new (const char *node)
{
  VisCallRouter *self = g_new0 (VisCallRouter, 1);

  self->node = g_strdup (node);
  self->routes =
    g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) vis_call_route_free);
  self->ended = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
vis_call_router_free (VisCallRouter *self)
{
  g_hash_table_unref (self->routes);
  g_hash_table_unref (self->ended);
  g_queue_clear (&self->ended_ids);
  g_queue_clear_full (&self->pending_ends, vis_pending_end_free);
  g_free (self->node);
  g_free (self);
}

guint
vis_call_router_get_n_calls (VisCallRouter *self)
{
  return g_hash_table_size (self->routes);
}

/**
 * vis_call_router_list_calls:
 * @self: a router
 * @user: a user
 *
 * Returns: (transfer container) (element-type VisStoreCall): the user's ringing and answered calls;
 *   valid until the next call of a function of @self
 */
GPtrArray *
vis_call_router_list_calls (VisCallRouter *self, gint64 user)
{
  GPtrArray     *calls = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      VisStoreCall *record = ((VisCallRoute *) value)->record;

      if (record->caller == user || record->callee == user)
        g_ptr_array_add (calls, record);
    }
  return calls;
}

/**
 * vis_call_router_is_idle:
 * @self: a router
 *
 * Returns: whether vis_call_router_tick() need not be called
 */
gboolean
vis_call_router_is_idle (VisCallRouter *self)
{
  return g_hash_table_size (self->routes) == 0 && self->pending_ends.length == 0;
}

static guint
calls_of_device (VisCallRouter *self, gint64 device)
{
  GHashTableIter iter;
  gpointer       value;
  guint          n = 0;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += ((VisCallRoute *) value)->caller.device == device;
  return n;
}

static gboolean
wants_video (VisMessage *frame)
{
  VisMessage *media = vis_message_get_object (frame, VIS_FIELD_MEDIA);

  return media != NULL && vis_message_get_boolean (media, VIS_FIELD_VIDEO);
}

static VisCallRoute *
new_route (VisCallRouter            *self,
           VisMessage               *frame,
           const VisCallRouteParty  *from,
           const VisCallRouteTarget *target,
           const VisCallRouteTime   *now)
{
  VisStoreCall *record = g_new0 (VisStoreCall, 1);
  VisCallRoute *route;

  record->node = g_strdup (self->node);
  record->call = g_strdup (vis_message_get_string (frame, VIS_FIELD_CALL));
  record->caller = from->user;
  record->caller_device = from->device;
  record->caller_name = g_strdup (from->user_name);
  record->caller_device_id = g_strdup (from->device_id);
  record->callee = target->user;
  record->callee_name = g_strdup (target->user_name);
  record->video = wants_video (frame);
  record->started = now->wall;
  route = vis_call_route_new (record, now->mono);
  route->caller.here = TRUE;
  return route;
}

/* An offer of generation 0: begins a call. */
static void
call (VisCallRouter            *self,
      const VisCallRouteParty  *from,
      VisMessage               *frame,
      const VisCallRouteTarget *target,
      const VisCallRouteTime   *now,
      VisCallRouteResult       *result)
{
  const char            *id = vis_message_get_string (frame, VIS_FIELD_CALL);
  VisCallRoute          *route = g_hash_table_lookup (self->routes, id);
  g_autoptr (VisMessage) offer = NULL;

  if (route != NULL && route->caller.device == from->device)
    {
      result->ringing = (int) route->ringing->len;
      return;
    }
  if (route != NULL || g_hash_table_contains (self->ended, id))
    {
      result->error = VIS_PROTOCOL_ERROR_CONFLICT;
      return;
    }
  if (calls_of_device (self, from->device) >= VIS_SERVER_CALLS_PER_DEVICE)
    {
      result->error = VIS_PROTOCOL_ERROR_RATE_LIMITED;
      return;
    }

  route = new_route (self, frame, from, target, now);
  g_hash_table_insert (self->routes, route->record->call, route);
  result->ringing = (int) target->n_devices;
  /* Saved even if no device rings: only the store knows all call ids that were used before. */
  g_ptr_array_add (result->saves, vis_store_call_copy (route->record));
  if (target->n_devices == 0)
    {
      vis_call_router_finish (self, route, "unreachable", "missed", NULL, 0, now, result);
      return;
    }

  offer = vis_call_route_stamp (frame, from);
  g_ptr_array_add (route->offer, vis_held_new (offer, now->mono));
  for (guint i = 0; i < target->n_devices; i++)
    {
      g_array_append_val (route->ringing, target->devices[i]);
      vis_call_route_deliver (result, target->user, target->devices[i], offer, 0);
    }
}

/* Whether a device may send this frame of a call. After an answer, the callee's other devices may
 * still answer, which is a conflict, and end it. */
static gboolean
has_part (VisCallRoute *route, const VisCallRouteParty *from, VisKind kind)
{
  if (from->device == route->caller.device || from->device == route->callee.device)
    return TRUE;
  if (vis_call_route_is_answered (route))
    return from->user == route->record->callee &&
           (kind == VIS_KIND_CALL_ANSWER || kind == VIS_KIND_CALL_END);
  return vis_devices_contain (route->ringing, from->device) ||
         (kind == VIS_KIND_CALL_END && vis_devices_contain (route->refused, from->device));
}

/**
 * vis_call_router_frame:
 * @self: a router
 * @from: the sender
 * @frame: a request of section 5 of the protocol
 * @target: (nullable): the callee, for an offer of generation 0
 * @now: the time
 * @result: (inout): gets the answer and what is to be done
 *
 * Routes a frame of a call.
 */
void
vis_call_router_frame (VisCallRouter            *self,
                       const VisCallRouteParty  *from,
                       VisMessage               *frame,
                       const VisCallRouteTarget *target,
                       const VisCallRouteTime   *now,
                       VisCallRouteResult       *result)
{
  VisKind       kind = vis_message_get_kind (frame);
  const char   *id = vis_message_get_string (frame, VIS_FIELD_CALL);
  VisCallRoute *route;
  const Ended  *ended;

  if (target != NULL)
    {
      call (self, from, frame, target, now, result);
      return;
    }

  route = g_hash_table_lookup (self->routes, id);
  if (route == NULL || !has_part (route, from, kind))
    {
      ended = g_hash_table_lookup (self->ended, id);
      if (kind != VIS_KIND_CALL_END || ended == NULL ||
          (ended->caller != from->user && ended->callee != from->user))
        result->error = VIS_PROTOCOL_ERROR_NOT_FOUND;
    }
  else if (kind == VIS_KIND_CALL_END)
    vis_call_router_end (self, route, from, frame, now, result);
  else
    {
      route->seen = 0;
      if (kind == VIS_KIND_CALL_OFFER)
        vis_call_route_offer (route, from, frame, now, result);
      else if (kind == VIS_KIND_CALL_ANSWER)
        vis_call_route_answer (route, from, frame, now, result);
      else
        vis_call_route_pass (route, from, frame, now, result);
    }
}

/* Rings a device of the callee that connected after the offer, with the frames held for it. */
static void
ring_late (VisCallRoute *route, gint64 device, gint64 now, VisCallRouteResult *result)
{
  if (vis_devices_contain (route->ringing, device) || vis_devices_contain (route->refused, device))
    return;
  g_array_append_val (route->ringing, device);
  for (guint i = 0; i < route->offer->len; i++)
    {
      VisHeld *held = g_ptr_array_index (route->offer, i);

      vis_call_route_deliver (result, route->callee.user, device, held->message, now - held->since);
    }
}

/**
 * vis_call_router_online:
 * @self: a router
 * @who: a device
 * @now: the time
 * @result: (inout): gets what is to be done
 *
 * A device has connected: sends the frames held for it, and the offers of calls that ring.
 */
void
vis_call_router_online (VisCallRouter           *self,
                        const VisCallRouteParty *who,
                        const VisCallRouteTime  *now,
                        VisCallRouteResult      *result)
{
  GHashTableIter iter;
  gpointer       value;

  for (GList *l = self->pending_ends.head, *next; l != NULL; l = next)
    {
      PendingEnd *pending_end = l->data;

      next = l->next;
      if (pending_end->device != who->device)
        continue;
      vis_call_route_deliver (result,
                              who->user,
                              who->device,
                              pending_end->held->message,
                              now->mono - pending_end->held->since);
      vis_pending_end_free (pending_end);
      g_queue_delete_link (&self->pending_ends, l);
    }

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      VisCallRoute *route = value;

      if (route->caller.device == who->device)
        vis_call_route_return (&route->caller, now->mono, result);
      else if (route->callee.device == who->device)
        vis_call_route_return (&route->callee, now->mono, result);
      else if (!vis_call_route_is_answered (route) && route->record->callee == who->user)
        {
          /* Its older connection may still ring, but the new one has not received the offer. */
          vis_devices_remove (route->ringing, who->device);
          ring_late (route, who->device, now->mono, result);
        }
    }
}

/**
 * vis_call_router_offline:
 * @self: a router
 * @device: a device
 * @now: the time
 *
 * A device has disconnected: stops ringing it, and holds frames for it until it reconnects.
 */
void
vis_call_router_offline (VisCallRouter *self, gint64 device, const VisCallRouteTime *now)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      VisCallRoute    *route = value;
      VisCallRouteEnd *ends[] = { &route->caller, &route->callee };

      vis_devices_remove (route->ringing, device);
      for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
        if (ends[i]->device == device && ends[i]->here)
          vis_call_route_leave (ends[i], now->mono);
    }
}

/**
 * vis_call_router_restore:
 * @self: a router
 * @call: a call from the store
 * @seen: when the server last ran before the restart, in milliseconds since 1970
 * @now: the time
 * @result: (inout): gets what is to be done
 *
 * Restores a call after a restart: an answered one continues when its devices reconnect. One that
 * rang is ended, since its offer was only in memory; so is one between users who are no mutual
 * contacts any more.
 */
void
vis_call_router_restore (VisCallRouter          *self,
                         const VisStoreCall     *call_record,
                         gint64                  seen,
                         const VisCallRouteTime *now,
                         VisCallRouteResult     *result)
{
  VisCallRoute *route;

  if (call_record->ended > 0)
    {
      vis_call_router_remember (self, call_record);
      return;
    }
  route = vis_call_route_new (vis_store_call_copy (call_record), now->mono);
  route->caller.gone_since = route->callee.gone_since = now->mono;
  route->seen = CLAMP (seen, call_record->answered, MAX (call_record->answered, now->wall));
  g_hash_table_replace (self->routes, route->record->call, route);
  if (!vis_call_route_is_answered (route))
    vis_call_router_finish (self, route, "failed", "missed", NULL, 0, now, result);
  else if (!call_record->mutual)
    vis_call_router_finish (
      self, route, "hangup", "answered", NULL, now->wall - route->seen, now, result);
}
