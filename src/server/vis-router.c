/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-router.h"

#include <string.h>

#include "vis-route.h"
#include "vis-server-limits.h"

struct _VisRouter
{
  GHashTable *routes;    /* call → VisRoute */
  GHashTable *ended;     /* call → Ended */
  GQueue      ended_ids; /* oldest first; the keys of the table */
  GQueue      farewells; /* of Farewell, oldest first */
};

typedef struct
{
  gint64 caller;
  gint64 callee;
} Ended;

/* The end of a call for a device that is away. */
typedef struct
{
  gint64   device;
  VisHeld *held;
} Farewell;

static void
farewell_free (gpointer data)
{
  Farewell *farewell = data;

  vis_held_free (farewell->held);
  g_free (farewell);
}

VisRouter *
vis_router_new (void)
{
  VisRouter *self = g_new0 (VisRouter, 1);

  self->routes =
    g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) vis_route_free);
  self->ended = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
vis_router_free (VisRouter *self)
{
  g_hash_table_unref (self->routes);
  g_hash_table_unref (self->ended);
  g_queue_clear (&self->ended_ids);
  g_queue_clear_full (&self->farewells, farewell_free);
  g_free (self);
}

/**
 * vis_router_get_n_calls:
 * @self: a router
 *
 * Returns: how many calls ring or go on
 */
guint
vis_router_get_n_calls (VisRouter *self)
{
  return g_hash_table_size (self->routes);
}

/**
 * vis_router_is_idle:
 * @self: a router
 *
 * Returns: whether time can pass without [method@Vis.Router.tick]
 */
gboolean
vis_router_is_idle (VisRouter *self)
{
  return g_hash_table_size (self->routes) == 0 && self->farewells.length == 0;
}

static void
remember_ended (VisRouter *self, const VisStoreCall *record)
{
  char  *id = g_strdup (record->call);
  Ended *ended = g_new (Ended, 1);

  *ended = (Ended){ record->caller, record->callee };
  g_hash_table_replace (self->ended, id, ended);
  g_queue_push_tail (&self->ended_ids, id);
  while (self->ended_ids.length > VIS_SERVER_ENDED_CALLS)
    g_hash_table_remove (self->ended, g_queue_pop_head (&self->ended_ids));
}

static void
say_end (VisRouter *self, VisRouteEnd *end, VisMessage *frame, gint64 now, VisRouteResult *result)
{
  Farewell *farewell;

  if (end->here)
    {
      vis_route_deliver (result, end->device, frame, 0);
      return;
    }
  farewell = g_new (Farewell, 1);
  farewell->device = end->device;
  farewell->held = vis_held_new (frame, now);
  g_queue_push_tail (&self->farewells, farewell);
}

/* Ends a call: tells all devices of it but the one that said so, and hands the record over. */
static void
finish (VisRouter           *self,
        VisRoute            *route,
        const char          *reason,
        const char          *outcome,
        const VisRouteParty *from,
        const VisRouteTime  *now,
        VisRouteResult      *result)
{
  VisStoreCall          *record = vis_store_call_copy (route->record);
  g_autoptr (VisMessage) frame = vis_route_end_frame (record->call, reason, from);
  gint64                 teller = from != NULL ? from->device : 0;

  if (route->caller.device != teller)
    say_end (self, &route->caller, frame, now->mono, result);
  if (vis_route_is_answered (route))
    {
      if (route->callee.device != teller)
        say_end (self, &route->callee, frame, now->mono, result);
    }
  else
    for (guint i = 0; i < route->ringing->len; i++)
      if (g_array_index (route->ringing, gint64, i) != teller)
        vis_route_deliver (result, g_array_index (route->ringing, gint64, i), frame, 0);

  g_free (record->outcome);
  record->outcome = g_strdup (outcome);
  if (record->answered > 0)
    record->duration_ms = MAX (0, now->wall - record->answered);
  g_ptr_array_add (result->finishes, record);
  remember_ended (self, record);
  g_hash_table_remove (self->routes, record->call);
}

static guint
calls_of_device (VisRouter *self, gint64 device)
{
  GHashTableIter iter;
  gpointer       value;
  guint          n = 0;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += ((VisRoute *) value)->caller.device == device;
  return n;
}

static gboolean
wants_video (VisMessage *frame)
{
  VisMessage *media = vis_message_get_object (frame, VIS_FIELD_MEDIA);

  return media != NULL && vis_message_get_boolean (media, VIS_FIELD_VIDEO);
}

static VisRoute *
new_route (VisMessage           *frame,
           const VisRouteParty  *from,
           const VisRouteTarget *target,
           const VisRouteTime   *now)
{
  VisStoreCall *record = g_new0 (VisStoreCall, 1);
  VisRoute     *route;

  record->call = g_strdup (vis_message_get_string (frame, VIS_FIELD_CALL));
  record->caller = from->user;
  record->caller_device = from->device;
  record->caller_name = g_strdup (from->user_name);
  record->caller_device_id = g_strdup (from->device_id);
  record->callee = target->user;
  record->callee_name = g_strdup (target->user_name);
  record->video = wants_video (frame);
  record->started = now->wall;
  route = vis_route_new (record, now->mono);
  route->caller.here = TRUE;
  return route;
}

/* An offer of generation 0: somebody is called. */
static void
call (VisRouter            *self,
      const VisRouteParty  *from,
      VisMessage           *frame,
      const VisRouteTarget *target,
      const VisRouteTime   *now,
      VisRouteResult       *result)
{
  const char            *id = vis_message_get_string (frame, VIS_FIELD_CALL);
  VisRoute              *route = g_hash_table_lookup (self->routes, id);
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

  route = new_route (frame, from, target, now);
  g_hash_table_insert (self->routes, route->record->call, route);
  result->ringing = (int) target->n_devices;
  if (target->n_devices == 0)
    {
      finish (self, route, "unreachable", "missed", NULL, now, result);
      return;
    }

  offer = vis_route_stamp (frame, from);
  g_ptr_array_add (route->offer, vis_held_new (offer, now->mono));
  for (guint i = 0; i < target->n_devices; i++)
    {
      g_array_append_val (route->ringing, target->devices[i]);
      vis_route_deliver (result, target->devices[i], offer, 0);
    }
  g_ptr_array_add (result->saves, vis_store_call_copy (route->record));
}

/* What stands in the histories when a call that nobody answered ends for a reason. A device says
 * `busy` of itself, because another call goes on: its person has missed this one. The outcome
 * `busy` is for somebody who asked not to be disturbed, and nothing sets that yet. */
static const char *
unanswered_outcome (const char *reason)
{
  static const struct
  {
    const char *reason;
    const char *outcome;
  } table[] = {
    { "declined", "declined" },
    { "failed", "failed" },
    { "insecure", "failed" },
    { "glare", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (reason, table[i].reason) == 0)
      return table[i].outcome;
  return "missed";
}

static void
end_unanswered (VisRouter           *self,
                VisRoute            *route,
                const VisRouteParty *from,
                const char          *reason,
                const VisRouteTime  *now,
                VisRouteResult      *result)
{
  gboolean declined = strcmp (reason, "declined") == 0 || strcmp (reason, "hangup") == 0;

  if (from->device == route->caller.device)
    {
      finish (self,
              route,
              reason,
              strcmp (reason, "declined") == 0 ? "missed" : unanswered_outcome (reason),
              from,
              now,
              result);
      return;
    }

  /* A person who declines means it on all devices; a device that is busy speaks for itself. */
  if (declined)
    {
      finish (self, route, "declined", "declined", from, now, result);
      return;
    }
  vis_devices_remove (route->ringing, from->device);
  g_array_append_val (route->refused, from->device);
  if (route->ringing->len == 0)
    finish (self, route, reason, unanswered_outcome (reason), from, now, result);
}

static void
end (VisRouter           *self,
     VisRoute            *route,
     const VisRouteParty *from,
     VisMessage          *frame,
     const VisRouteTime  *now,
     VisRouteResult      *result)
{
  const char *reason = vis_message_get_string (frame, VIS_FIELD_REASON);

  if (!vis_route_is_answered (route))
    end_unanswered (self, route, from, reason, now, result);
  else if (from->device == route->caller.device || from->device == route->callee.device)
    finish (self,
            route,
            reason,
            strcmp (reason, "insecure") == 0 ? "failed" : "answered",
            from,
            now,
            result);
}

/* Whether a device has a part in a call. One whose user answered elsewhere only had one: it may
 * still learn that it was too late, and say goodbye. */
static gboolean
has_part (VisRoute *route, const VisRouteParty *from, VisKind kind)
{
  if (from->device == route->caller.device || from->device == route->callee.device)
    return TRUE;
  if (vis_route_is_answered (route))
    return from->user == route->record->callee &&
           (kind == VIS_KIND_CALL_ANSWER || kind == VIS_KIND_CALL_END);
  return vis_devices_contain (route->ringing, from->device) ||
         (kind == VIS_KIND_CALL_END && vis_devices_contain (route->refused, from->device));
}

/**
 * vis_router_frame:
 * @self: a router
 * @from: who says it
 * @frame: a request of section 5 of the protocol
 * @target: (nullable): who is called, for an offer of generation 0
 * @now: the time
 * @result: what is to be done
 *
 * Takes a frame of a call.
 */
void
vis_router_frame (VisRouter            *self,
                  const VisRouteParty  *from,
                  VisMessage           *frame,
                  const VisRouteTarget *target,
                  const VisRouteTime   *now,
                  VisRouteResult       *result)
{
  VisKind      kind = vis_message_get_kind (frame);
  const char  *id = vis_message_get_string (frame, VIS_FIELD_CALL);
  VisRoute    *route;
  const Ended *ended;

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
  else if (kind == VIS_KIND_CALL_OFFER)
    vis_route_offer (route, from, frame, now, result);
  else if (kind == VIS_KIND_CALL_ANSWER)
    vis_route_answer (route, from, frame, now, result);
  else if (kind == VIS_KIND_CALL_END)
    end (self, route, from, frame, now, result);
  else
    vis_route_pass (route, from, frame, now, result);
}

/* A device of the callee that comes while it rings, rings too. */
static void
ring_late (VisRoute *route, gint64 device, gint64 now, VisRouteResult *result)
{
  if (vis_devices_contain (route->ringing, device) || vis_devices_contain (route->refused, device))
    return;
  g_array_append_val (route->ringing, device);
  for (guint i = 0; i < route->offer->len; i++)
    {
      VisHeld *held = g_ptr_array_index (route->offer, i);

      vis_route_deliver (result, device, held->message, now - held->since);
    }
}

/**
 * vis_router_online:
 * @self: a router
 * @who: a device
 * @now: the time
 * @result: what is to be done
 *
 * A device has come: it goes on in its calls, and hears what rings.
 */
void
vis_router_online (VisRouter           *self,
                   const VisRouteParty *who,
                   const VisRouteTime  *now,
                   VisRouteResult      *result)
{
  GHashTableIter iter;
  gpointer       value;

  for (GList *l = self->farewells.head, *next; l != NULL; l = next)
    {
      Farewell *farewell = l->data;

      next = l->next;
      if (farewell->device != who->device)
        continue;
      vis_route_deliver (
        result, who->device, farewell->held->message, now->mono - farewell->held->since);
      farewell_free (farewell);
      g_queue_delete_link (&self->farewells, l);
    }

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      VisRoute *route = value;

      if (route->caller.device == who->device)
        vis_route_return (&route->caller, now->mono, result);
      else if (route->callee.device == who->device)
        vis_route_return (&route->callee, now->mono, result);
      else if (!vis_route_is_answered (route) && route->record->callee == who->user)
        ring_late (route, who->device, now->mono, result);
    }
}

/**
 * vis_router_offline:
 * @self: a router
 * @device: a device
 * @now: the time
 *
 * A device has gone; perhaps it comes back.
 */
void
vis_router_offline (VisRouter *self, gint64 device, const VisRouteTime *now)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      VisRoute    *route = value;
      VisRouteEnd *ends[] = { &route->caller, &route->callee };

      vis_devices_remove (route->ringing, device);
      for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
        if (ends[i]->device == device && ends[i]->here)
          {
            ends[i]->here = FALSE;
            ends[i]->gone_since = now->mono;
          }
    }
}

static void
check_route (VisRouter *self, VisRoute *route, const VisRouteTime *now, VisRouteResult *result)
{
  VisRouteTime then = *now;

  if (!vis_route_is_answered (route))
    {
      if (!route->caller.here && now->mono - route->caller.gone_since >= VIS_LIMIT_CALLER_GONE_MS)
        finish (self, route, "failed", "failed", NULL, now, result);
      else if (now->mono - route->started >= VIS_LIMIT_RING_SERVER_MS)
        finish (self, route, "timeout", "missed", NULL, now, result);
      return;
    }

  if (route->caller.here || route->callee.here)
    return;
  then.wall -= now->mono - MAX (route->caller.gone_since, route->callee.gone_since);
  if (now->wall - then.wall >= VIS_LIMIT_BOTH_GONE_MS)
    finish (self, route, "failed", "answered", NULL, &then, result);
}

/**
 * vis_router_tick:
 * @self: a router
 * @now: the time
 * @result: what is to be done
 *
 * Ends what has waited too long. To be called every second unless the router is idle.
 */
void
vis_router_tick (VisRouter *self, const VisRouteTime *now, VisRouteResult *result)
{
  g_autoptr (GPtrArray) routes = g_ptr_array_new ();
  GHashTableIter        iter;
  gpointer              value;
  Farewell             *farewell;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (routes, value);
  for (guint i = 0; i < routes->len; i++)
    check_route (self, g_ptr_array_index (routes, i), now, result);

  while ((farewell = g_queue_peek_head (&self->farewells)) != NULL &&
         now->mono - farewell->held->since > VIS_LIMIT_BOTH_GONE_MS * 2)
    farewell_free (g_queue_pop_head (&self->farewells));
}

/**
 * vis_router_restore:
 * @self: a router
 * @call: a call that the store remembers
 * @now: the time
 * @result: what is to be done
 *
 * After a restart: an answered call goes on as soon as its devices are back. One that rang is
 * over, since the offer was in memory only.
 */
void
vis_router_restore (VisRouter          *self,
                    const VisStoreCall *call_record,
                    const VisRouteTime *now,
                    VisRouteResult     *result)
{
  VisRoute *route = vis_route_new (vis_store_call_copy (call_record), now->mono);

  route->caller.gone_since = route->callee.gone_since = now->mono;
  g_hash_table_replace (self->routes, route->record->call, route);
  if (!vis_route_is_answered (route))
    finish (self, route, "failed", "missed", NULL, now, result);
}
