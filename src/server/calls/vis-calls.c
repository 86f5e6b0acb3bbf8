/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-calls.h"

#include <sys/stat.h>

#include "vis-call-writer.h"

struct _VisCalls
{
  VisDeviceRegistry *registry;
  VisPresence       *presence;
  VisCallRouter     *router;
  VisCallWriter     *writer;
  VisServerStore    *store;
  VisCallsRestored   restored;
  gpointer           restored_data;
  int                lock; /* -1: none */
  gint64 seen; /* when the server process before this one last ran, milliseconds since 1970 */
  guint  timer;
};

static gboolean on_tick (gpointer data);

/* Whether the timer is not needed. */
static gboolean
is_idle (VisCalls *self)
{
  return vis_call_router_is_idle (self->router) && vis_call_writer_is_idle (self->writer);
}

static VisCallRouteTime
time_now (void)
{
  return (VisCallRouteTime){ g_get_monotonic_time () / 1000, g_get_real_time () / 1000 };
}

static void
apply (VisCalls *self, const VisCallRouteResult *result, VisPeer *peer, VisMessage *request)
{
  vis_call_writer_apply (self->writer, result, peer, request);
  if (self->timer == 0 && !is_idle (self))
    self->timer = g_timeout_add_seconds (1, on_tick, self);
}

/* Sets the modification time of the lock file: it tells the next process when this one last ran,
 * also if it is killed. Cheap, and works on a full disk. */
static void
touch (VisCalls *self)
{
  if (self->lock >= 0)
    futimens (self->lock, NULL);
}

static gboolean
on_tick (gpointer data)
{
  VisCalls                   *self = data;
  VisCallRouteTime            now = time_now ();
  g_auto (VisCallRouteResult) result;

  vis_call_route_result_init (&result);
  touch (self);
  vis_call_router_tick (self->router, &now, &result);
  apply (self, &result, NULL, NULL);
  vis_call_writer_write_again (self->writer);
  if (!is_idle (self))
    return G_SOURCE_CONTINUE;
  self->timer = 0;
  return G_SOURCE_REMOVE;
}

static void
on_loaded (VisServerStoreOp *op, gpointer data)
{
  VisCalls                   *self = data;
  VisCallRouteTime            now = time_now ();
  g_auto (VisCallRouteResult) result;

  vis_call_route_result_init (&result);
  for (guint i = 0; op->calls != NULL && i < op->calls->len; i++)
    vis_call_router_restore (
      self->router, g_ptr_array_index (op->calls, i), self->seen, &now, &result);
  apply (self, &result, NULL, NULL);
  self->restored (self->restored_data);
}

static void
on_ended_before (const char *call, gpointer data)
{
  VisCalls                   *self = data;
  VisCallRouteTime            now = time_now ();
  g_auto (VisCallRouteResult) result;

  vis_call_route_result_init (&result);
  vis_call_router_revoke (self->router, call, &now, &result);
  apply (self, &result, NULL, NULL);
}

/* Ends the calls of @user with @other, who is no mutual contact any more. */
static void
on_parted (gint64 user, gint64 other, gpointer data)
{
  VisCalls                   *self = data;
  VisCallRouteTime            now = time_now ();
  g_auto (VisCallRouteResult) result;

  vis_call_route_result_init (&result);
  vis_call_router_part (self->router, user, other, &now, &result);
  apply (self, &result, NULL, NULL);
}

/**
 * vis_calls_new:
 * @registry: (transfer none): the devices of this node; outlives it
 * @presence: the devices that ring
 * @bus: delivers frames to the devices
 * @store: stores the calls
 *
 * Returns: (transfer full): the calls, none yet
 */
VisCalls *
vis_calls_new (VisDeviceRegistry *registry,
               VisPresence       *presence,
               VisBus            *bus,
               VisServerStore    *store)
{
  VisCalls *self = g_new0 (VisCalls, 1);

  self->registry = registry;
  self->presence = g_object_ref (presence);
  self->store = g_object_ref (store);
  self->lock = -1;
  self->router = vis_call_router_new (VIS_STORE_NODE);
  self->writer = vis_call_writer_new (bus, store, on_ended_before, self);
  vis_device_registry_set_parted (registry, on_parted, self);
  return self;
}

/**
 * vis_calls_restore:
 * @self: the calls, none yet
 * @lock: descriptor of the lock file, owned by the caller; its modification time is when the
 *   previous process last ran
 * @restored: called when done
 * @data: passed to @restored
 *
 * Restores the answered calls of the previous process, and ends those that rang. No device may
 * connect before @restored is called.
 */
void
vis_calls_restore (VisCalls *self, int lock, VisCallsRestored restored, gpointer data)
{
  struct stat       status;
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_CALL_LOAD, on_loaded, self);

  self->lock = lock;
  self->restored = restored;
  self->restored_data = data;
  if (fstat (lock, &status) == 0)
    self->seen = (gint64) status.st_mtim.tv_sec * 1000 + (gint64) status.st_mtim.tv_nsec / 1000000;
  op->node = g_strdup (VIS_STORE_NODE);
  vis_server_store_submit (self->store, op);
}

void
vis_calls_free (VisCalls *self)
{
  vis_device_registry_set_parted (self->registry, NULL, NULL);
  g_clear_handle_id (&self->timer, g_source_remove);
  touch (self);
  vis_call_router_free (self->router);
  vis_call_writer_free (self->writer);
  g_object_unref (self->presence);
  g_object_unref (self->store);
  g_free (self);
}

guint
vis_calls_get_n_calls (VisCalls *self)
{
  return vis_call_router_get_n_calls (self->router);
}

static VisCallRouteParty
party (VisPeer *peer)
{
  return (VisCallRouteParty){
    .user = vis_peer_get_user (peer),
    .device = vis_peer_get_device (peer),
    .user_name = vis_peer_get_user_name (peer),
    .name = vis_peer_get_name (peer),
    .device_id = vis_peer_get_device_id (peer),
  };
}

/* Finds the callee and their online devices. FALSE for strangers, blocked and unknown users. */
static gboolean
find_target (
  VisCalls *self, VisPeer *peer, VisMessage *request, GArray **devices, VisCallRouteTarget *target)
{
  const char *to = vis_message_get_string (request, VIS_FIELD_TO);

  target->user = vis_device_registry_find_mutual (self->registry, vis_peer_get_user (peer), to);
  if (target->user == 0)
    return FALSE;
  target->user_name = to;
  *devices = vis_presence_list_devices (self->presence, target->user);
  target->devices = (const gint64 *) (gpointer) (*devices)->data;
  target->n_devices = (*devices)->len;
  return TRUE;
}

/**
 * vis_calls_request:
 * @self: the calls
 * @peer: the sender
 * @request: a request of section 5 of the protocol
 *
 * Routes a frame of a call, and answers it.
 */
void
vis_calls_request (VisCalls *self, VisPeer *peer, VisMessage *request)
{
  gboolean call = vis_message_get_kind (request) == VIS_KIND_CALL_OFFER &&
                  vis_message_get_integer (request, VIS_FIELD_GEN) == 0;
  VisCallRouteTime            now = time_now ();
  VisCallRouteParty           from = party (peer);
  VisCallRouteTarget          target = { 0 };
  g_autoptr (GArray)          devices = NULL;
  g_auto (VisCallRouteResult) result;

  vis_call_route_result_init (&result);
  if (call && !vis_message_has (request, VIS_FIELD_TO))
    {
      vis_peer_answer_error (peer,
                             vis_message_get_request (request),
                             VIS_PROTOCOL_ERROR_BAD_REQUEST,
                             "The field “to” is missing",
                             0);
      return;
    }
  if (call && !find_target (self, peer, request, &devices, &target))
    {
      vis_peer_answer_error (peer,
                             vis_message_get_request (request),
                             VIS_PROTOCOL_ERROR_FORBIDDEN,
                             "you are not in each other's contacts",
                             0);
      return;
    }
  vis_call_router_frame (self->router, &from, request, call ? &target : NULL, &now, &result);
  apply (self, &result, peer, request);
}

/* Ends the calls of a user with others who are no mutual contacts any more: neither may have been
 * online when that changed, or the bus may have lost the item. */
static void
part_strangers (VisCalls *self, gint64 user)
{
  g_autoptr (GPtrArray) calls = vis_call_router_list_calls (self->router, user);
  g_autoptr (GArray)    strangers = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < calls->len; i++)
    {
      const VisStoreCall *call = g_ptr_array_index (calls, i);
      gboolean            caller = call->caller == user;
      gint64              other = caller ? call->callee : call->caller;

      if (vis_device_registry_find_mutual (
            self->registry, user, caller ? call->callee_name : call->caller_name) != other)
        g_array_append_val (strangers, other);
    }
  for (guint i = 0; i < strangers->len; i++)
    on_parted (user, g_array_index (strangers, gint64, i), self);
}

/**
 * vis_calls_join:
 * @self: the calls
 * @peer: a device that has joined the registry
 *
 * A device has said hello: sends it the frames held for it, and the offers of calls that ring.
 */
void
vis_calls_join (VisCalls *self, VisPeer *peer)
{
  VisCallRouteTime            now = time_now ();
  VisCallRouteParty           who = party (peer);
  g_auto (VisCallRouteResult) result;

  part_strangers (self, who.user);
  vis_call_route_result_init (&result);
  vis_call_router_online (self->router, &who, &now, &result);
  apply (self, &result, NULL, NULL);
}

/* @device has disconnected. */
void
vis_calls_leave (VisCalls *self, gint64 device)
{
  VisCallRouteTime now = time_now ();

  vis_call_router_offline (self->router, device, &now);
}
