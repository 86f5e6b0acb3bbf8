/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-calls.h"

#include "vis-router.h"

struct _VisCalls
{
  VisHub         *hub;
  VisServerStore *store;
  VisRouter      *router;
  guint           timer;
};

static gboolean on_tick (gpointer data);

static VisRouteTime
time_now (void)
{
  return (VisRouteTime){ g_get_monotonic_time () / 1000, g_get_real_time () / 1000 };
}

static void
on_finished (VisStoreOp *op, gpointer data)
{
  VisHub *hub = data;

  if (op->error != NULL)
    g_message ("A call could not be written into the histories: %s", op->error->message);
  else
    vis_hub_publish_events (hub, op);
}

static void
submit (VisCalls *self, VisStoreVerb verb, const VisStoreCall *call, VisStoreDone done)
{
  VisStoreOp *op = vis_store_op_new (verb, done, self->hub);

  op->call = vis_store_call_copy (call);
  vis_server_store_submit (self->store, op);
}

static void
apply (VisCalls *self, const VisRouteResult *result)
{
  for (guint i = 0; i < result->deliveries->len; i++)
    {
      const VisRouteDelivery *delivery = &g_array_index (result->deliveries, VisRouteDelivery, i);
      VisPeer                *peer = vis_hub_find_device (self->hub, delivery->device);

      if (peer != NULL)
        vis_peer_send_event (peer, delivery->message);
    }
  for (guint i = 0; i < result->saves->len; i++)
    submit (self, VIS_STORE_CALL_SAVE, g_ptr_array_index (result->saves, i), NULL);
  for (guint i = 0; i < result->finishes->len; i++)
    submit (self, VIS_STORE_CALL_FINISH, g_ptr_array_index (result->finishes, i), on_finished);

  if (self->timer == 0 && !vis_router_is_idle (self->router))
    self->timer = g_timeout_add_seconds (1, on_tick, self);
}

static gboolean
on_tick (gpointer data)
{
  VisCalls               *self = data;
  VisRouteTime            now = time_now ();
  g_auto (VisRouteResult) result;

  vis_route_result_init (&result);
  vis_router_tick (self->router, &now, &result);
  apply (self, &result);
  if (!vis_router_is_idle (self->router))
    return G_SOURCE_CONTINUE;
  self->timer = 0;
  return G_SOURCE_REMOVE;
}

static void
on_loaded (VisStoreOp *op, gpointer data)
{
  VisCalls               *self = data;
  VisRouteTime            now = time_now ();
  g_auto (VisRouteResult) result;

  vis_route_result_init (&result);
  for (guint i = 0; op->calls != NULL && i < op->calls->len; i++)
    vis_router_restore (self->router, g_ptr_array_index (op->calls, i), &now, &result);
  apply (self, &result);
}

VisCalls *
vis_calls_new (VisHub *hub, VisServerStore *store)
{
  VisCalls *self = g_new0 (VisCalls, 1);

  self->hub = hub;
  self->store = g_object_ref (store);
  self->router = vis_router_new ();
  /* Answered before the first hello, since the store keeps the order. */
  vis_server_store_submit (store, vis_store_op_new (VIS_STORE_CALL_LOAD, on_loaded, self));
  return self;
}

void
vis_calls_free (VisCalls *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  vis_router_free (self->router);
  g_object_unref (self->store);
  g_free (self);
}

guint
vis_calls_get_n_calls (VisCalls *self)
{
  return vis_router_get_n_calls (self->router);
}

static VisRouteParty
party (VisPeer *peer)
{
  return (VisRouteParty){
    .user = vis_peer_get_user (peer),
    .device = vis_peer_get_device (peer),
    .user_name = vis_peer_get_user_name (peer),
    .name = vis_peer_get_name (peer),
    .device_id = vis_peer_get_device_id (peer),
  };
}

/* Who is called. Strangers, blocked people and those who do not exist get the same answer. */
static gboolean
find_target (
  VisCalls *self, VisPeer *peer, VisMessage *request, GArray *devices, VisRouteTarget *target)
{
  const char *to = vis_message_get_string (request, VIS_FIELD_TO);
  GPtrArray  *peers;

  target->user = vis_hub_find_mutual (self->hub, vis_peer_get_user (peer), to);
  if (target->user == 0)
    return FALSE;
  target->user_name = to;
  peers = vis_hub_get_devices (self->hub, target->user);
  for (guint i = 0; peers != NULL && i < peers->len; i++)
    {
      gint64 device = vis_peer_get_device (g_ptr_array_index (peers, i));

      g_array_append_val (devices, device);
    }
  target->devices = (const gint64 *) (gpointer) devices->data;
  target->n_devices = devices->len;
  return TRUE;
}

static void
answer (VisPeer *peer, VisMessage *request, const VisRouteResult *result)
{
  g_autoptr (VisMessage) ok = NULL;

  if (result->error != VIS_N_PROTOCOL_ERRORS)
    {
      vis_peer_answer_error (peer,
                             vis_message_get_request (request),
                             result->error,
                             "this device has no such part in such a call",
                             result->error == VIS_PROTOCOL_ERROR_RATE_LIMITED ? 1000 : 0);
      return;
    }
  ok = vis_message_new (VIS_KIND_OK);
  vis_message_set_request (ok, vis_message_get_request (request));
  if (result->ringing >= 0)
    vis_message_set_integer (ok, VIS_FIELD_RINGING, result->ringing);
  vis_peer_send (peer, ok);
}

/**
 * vis_calls_request:
 * @self: the calls
 * @peer: who asks
 * @request: a request of section 5 of the protocol
 *
 * Routes a frame of a call, and answers it.
 */
void
vis_calls_request (VisCalls *self, VisPeer *peer, VisMessage *request)
{
  gboolean call = vis_message_get_kind (request) == VIS_KIND_CALL_OFFER &&
                  vis_message_get_integer (request, VIS_FIELD_GEN) == 0;
  VisRouteTime            now = time_now ();
  VisRouteParty           from = party (peer);
  VisRouteTarget          target = { 0 };
  g_autoptr (GArray)      devices = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_auto (VisRouteResult) result;

  vis_route_result_init (&result);
  if (call && !vis_message_has (request, VIS_FIELD_TO))
    {
      vis_peer_answer_error (peer,
                             vis_message_get_request (request),
                             VIS_PROTOCOL_ERROR_BAD_REQUEST,
                             "The field “to” is missing",
                             0);
      return;
    }
  if (call && !find_target (self, peer, request, devices, &target))
    {
      vis_peer_answer_error (peer,
                             vis_message_get_request (request),
                             VIS_PROTOCOL_ERROR_FORBIDDEN,
                             "you are not in each other's contacts",
                             0);
      return;
    }
  vis_router_frame (self->router, &from, request, call ? &target : NULL, &now, &result);
  answer (peer, request, &result);
  apply (self, &result);
}

/* A device has said hello. */
void
vis_calls_join (VisCalls *self, VisPeer *peer)
{
  VisRouteTime            now = time_now ();
  VisRouteParty           who = party (peer);
  g_auto (VisRouteResult) result;

  vis_route_result_init (&result);
  vis_router_online (self->router, &who, &now, &result);
  apply (self, &result);
}

/* A device has gone. */
void
vis_calls_leave (VisCalls *self, gint64 device)
{
  VisRouteTime now = time_now ();

  vis_router_offline (self->router, device, &now);
}
