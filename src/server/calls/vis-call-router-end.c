/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-router-private.h"

#include <string.h>

#include "vis-server-limits.h"

/* Ends calls: which devices get `call:end`, the outcome in the histories, and the duration. */

#define GLARE "glare"

void
vis_pending_end_free (gpointer data)
{
  PendingEnd *pending_end = data;

  vis_held_free (pending_end->held);
  g_free (pending_end);
}

void
vis_call_router_remember (VisCallRouter *self, const VisStoreCall *record)
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
say_end (VisCallRouter      *self,
         VisCallRouteEnd    *end,
         VisMessage         *frame,
         gint64              now,
         VisCallRouteResult *result)
{
  PendingEnd *pending_end;

  if (end->here)
    {
      vis_call_route_deliver (result, end->user, end->device, frame, 0);
      return;
    }
  pending_end = g_new (PendingEnd, 1);
  pending_end->device = end->device;
  pending_end->held = vis_held_new (frame, now);
  g_queue_push_tail (&self->pending_ends, pending_end);
}

/* Duration of an answered call in milliseconds: by the monotonic clock, or by the wall clock if the
 * server has restarted since the answer. */
static gint64
duration (const VisCallRoute *route, const VisCallRouteTime *ended)
{
  if (!vis_call_route_is_answered (route))
    return 0;
  return MAX (
    0, route->answered > 0 ? ended->mono - route->answered : ended->wall - route->record->answered);
}

/* Ends a call that was over @age milliseconds ago: sends `call:end` to all its devices but @from,
 * and adds the record to @result. @outcome NULL: no message in the histories. Frees @route. */
void
vis_call_router_finish (VisCallRouter           *self,
                        VisCallRoute            *route,
                        const char              *reason,
                        const char              *outcome,
                        const VisCallRouteParty *from,
                        gint64                   age,
                        const VisCallRouteTime  *now,
                        VisCallRouteResult      *result)
{
  const VisCallRouteTime ended = { now->mono - age, now->wall - age };
  VisStoreCall          *record = vis_store_call_copy (route->record);
  g_autoptr (VisMessage) frame = vis_call_route_end_frame (record->call, reason, from);
  gint64                 teller = from != NULL ? from->device : 0;

  if (route->caller.device != teller)
    say_end (self, &route->caller, frame, now->mono, result);
  if (vis_call_route_is_answered (route))
    {
      if (route->callee.device != teller)
        say_end (self, &route->callee, frame, now->mono, result);
    }
  else
    for (guint i = 0; i < route->ringing->len; i++)
      if (g_array_index (route->ringing, gint64, i) != teller)
        vis_call_route_deliver (
          result, route->callee.user, g_array_index (route->ringing, gint64, i), frame, 0);

  g_free (record->outcome);
  record->outcome = g_strdup (outcome);
  record->duration_ms = duration (route, &ended);
  g_ptr_array_add (result->finishes, record);
  vis_call_router_remember (self, record);
  g_hash_table_remove (self->routes, record->call);
}

/* Whether the callee calls the caller at the same time. */
static gboolean
is_glare (VisCallRouter *self, const VisStoreCall *record)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const VisStoreCall *other = ((VisCallRoute *) value)->record;

      if (other->caller == record->callee && other->callee == record->caller)
        return TRUE;
    }
  return FALSE;
}

/* Outcome of an unanswered call by the reason of its end. The reason `busy` means another call on
 * that device, so the call was missed. The outcome `busy` is reserved for a user who asked not to
 * be disturbed; nothing sets that yet. */
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
    { GLARE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (reason, table[i].reason) == 0)
      return table[i].outcome;
  return "missed";
}

static void
end_unanswered (VisCallRouter           *self,
                VisCallRoute            *route,
                const VisCallRouteParty *from,
                const char              *reason,
                const VisCallRouteTime  *now,
                VisCallRouteResult      *result)
{
  gboolean declined = strcmp (reason, "declined") == 0 || strcmp (reason, "hangup") == 0;

  /* Without a record only if the opposite call is there to replace it: a call that rang must not be
   * missing from the histories. */
  if (strcmp (reason, GLARE) == 0 && !is_glare (self, route->record))
    reason = "timeout";
  if (from->device == route->caller.device)
    {
      vis_call_router_finish (self,
                              route,
                              reason,
                              strcmp (reason, "declined") == 0 ? "missed"
                                                               : unanswered_outcome (reason),
                              from,
                              0,
                              now,
                              result);
      return;
    }

  /* `declined` or `hangup` of the callee ends the call on all devices, others only on this one. */
  if (declined)
    {
      vis_call_router_finish (self, route, "declined", "declined", from, 0, now, result);
      return;
    }
  vis_devices_remove (route->ringing, from->device);
  g_array_append_val (route->refused, from->device);
  if (route->ringing->len == 0)
    vis_call_router_finish (self, route, reason, unanswered_outcome (reason), from, 0, now, result);
}

/* Upper bound of the `age_ms` of a device, in milliseconds. Over an unbroken connection an end
 * arrives at once; a broken one is noticed up to VIS_LIMIT_SILENCE_MS later. There is no bound if
 * the call was answered before a restart. */
static gint64
greatest_age (const VisCallRoute *route, const VisCallRouteEnd *end, const VisCallRouteTime *now)
{
  if (route->answered == 0)
    return G_MAXINT64;
  if (end->away == 0)
    return 0;
  return now->mono - MAX (route->answered, end->away - VIS_LIMIT_SILENCE_MS);
}

/* How many milliseconds ago a call ended: the `age_ms` of the client, up to greatest_age(). Without
 * `age_ms` after a restart, the time since the server last ran is not counted. */
static gint64
end_age (const VisCallRoute     *route,
         const VisCallRouteEnd  *end,
         const VisMessage       *frame,
         const VisCallRouteTime *now)
{
  if (vis_message_has (frame, VIS_FIELD_AGE_MS))
    return MIN (vis_message_get_integer (frame, VIS_FIELD_AGE_MS), greatest_age (route, end, now));
  return route->seen > 0 ? now->wall - route->seen : 0;
}

void
vis_call_router_end (VisCallRouter           *self,
                     VisCallRoute            *route,
                     const VisCallRouteParty *from,
                     VisMessage              *frame,
                     const VisCallRouteTime  *now,
                     VisCallRouteResult      *result)
{
  const char            *reason = vis_message_get_string (frame, VIS_FIELD_REASON);
  const VisCallRouteEnd *end =
    from->device == route->caller.device ? &route->caller : &route->callee;

  if (!vis_call_route_is_answered (route))
    end_unanswered (self, route, from, reason, now, result);
  else if (from->device == end->device)
    vis_call_router_finish (self,
                            route,
                            reason,
                            strcmp (reason, "insecure") == 0 ? "failed" : "answered",
                            from,
                            end_age (route, end, frame, now),
                            now,
                            result);
}

/* Whether a device has been back long enough to have sent a `call:end` that it had queued. */
static gboolean
is_settled (const VisCallRouteEnd *end, gint64 now)
{
  return end->here && now - end->here_since >= VIS_SERVER_SETTLE_MS;
}

static void
check_route (VisCallRouter          *self,
             VisCallRoute           *route,
             const VisCallRouteTime *now,
             VisCallRouteResult     *result)
{
  gint64 gone;

  if (!vis_call_route_is_answered (route))
    {
      if (!route->caller.here && now->mono - route->caller.gone_since >= VIS_LIMIT_CALLER_GONE_MS)
        vis_call_router_finish (self, route, "failed", "failed", NULL, 0, now, result);
      else if (now->mono - route->started >= VIS_LIMIT_RING_SERVER_MS)
        vis_call_router_finish (self, route, "timeout", "missed", NULL, 0, now, result);
      return;
    }

  if (is_settled (&route->caller, now->mono) || is_settled (&route->callee, now->mono))
    route->seen = 0;
  if (route->caller.here || route->callee.here)
    return;
  gone = now->mono - MAX (route->caller.gone_since, route->callee.gone_since);
  if (gone >= VIS_LIMIT_BOTH_GONE_MS)
    vis_call_router_finish (self,
                            route,
                            "failed",
                            "answered",
                            NULL,
                            route->seen > 0 ? now->wall - route->seen : gone,
                            now,
                            result);
}

/**
 * vis_call_router_tick:
 * @self: a router
 * @now: the time
 * @result: (inout): gets what is to be done
 *
 * Ends calls that have timed out. To be called every second unless the router is idle.
 */
void
vis_call_router_tick (VisCallRouter *self, const VisCallRouteTime *now, VisCallRouteResult *result)
{
  g_autoptr (GPtrArray) routes = g_ptr_array_new ();
  GHashTableIter        iter;
  gpointer              value;
  PendingEnd           *pending_end;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (routes, value);
  for (guint i = 0; i < routes->len; i++)
    check_route (self, g_ptr_array_index (routes, i), now, result);

  while ((pending_end = g_queue_peek_head (&self->pending_ends)) != NULL &&
         now->mono - pending_end->held->since > VIS_LIMIT_BOTH_GONE_MS * 2)
    vis_pending_end_free (g_queue_pop_head (&self->pending_ends));
}

/**
 * vis_call_router_part:
 * @self: a router
 * @user: the user who removed or blocked the other one
 * @other: the other user
 * @now: the time
 * @result: (inout): gets what is to be done
 *
 * Ends the calls between two users, whoever is the caller, as if @user had hung up or declined.
 */
void
vis_call_router_part (VisCallRouter          *self,
                      gint64                  user,
                      gint64                  other,
                      const VisCallRouteTime *now,
                      VisCallRouteResult     *result)
{
  g_autoptr (GPtrArray) routes = g_ptr_array_new ();
  GHashTableIter        iter;
  gpointer              value;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const VisStoreCall *record = ((VisCallRoute *) value)->record;

      if ((record->caller == user && record->callee == other) ||
          (record->caller == other && record->callee == user))
        g_ptr_array_add (routes, value);
    }
  for (guint i = 0; i < routes->len; i++)
    {
      VisCallRoute *route = g_ptr_array_index (routes, i);

      if (vis_call_route_is_answered (route))
        vis_call_router_finish (self, route, "hangup", "answered", NULL, 0, now, result);
      else if (route->record->callee == user)
        vis_call_router_finish (self, route, "declined", "declined", NULL, 0, now, result);
      else
        vis_call_router_finish (self, route, "hangup", "missed", NULL, 0, now, result);
    }
}

/**
 * vis_call_router_revoke:
 * @self: a router
 * @call: the id of a call
 * @now: the time
 * @result: (inout): gets what is to be done
 *
 * Ends a call whose id is that of another call, which has ended before: `failed` to the devices
 * that know it, and without a record, since that id has one.
 */
void
vis_call_router_revoke (VisCallRouter          *self,
                        const char             *call,
                        const VisCallRouteTime *now,
                        VisCallRouteResult     *result)
{
  VisCallRoute *route = g_hash_table_lookup (self->routes, call);

  if (route != NULL)
    vis_call_router_finish (self, route, "failed", NULL, NULL, 0, now, result);
}
