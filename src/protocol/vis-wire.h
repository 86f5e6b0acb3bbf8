/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-message.h"

G_BEGIN_DECLS

/**
 * VisWireState:
 * @VIS_WIRE_OFFLINE: not wanted: nobody asked for a connection
 * @VIS_WIRE_CONNECTING: the socket is being opened
 * @VIS_WIRE_AUTHENTICATING: the socket is open, `hello` is on its way
 * @VIS_WIRE_ONLINE: requests are answered and events come
 * @VIS_WIRE_WAITING: the last attempt failed; the next one comes by itself
 *
 * The states of the connection to the server.
 */
typedef enum
{
  VIS_WIRE_OFFLINE,
  VIS_WIRE_CONNECTING,
  VIS_WIRE_AUTHENTICATING,
  VIS_WIRE_ONLINE,
  VIS_WIRE_WAITING,
} VisWireState;

#define VIS_TYPE_WIRE_STATE (vis_wire_state_get_type ())
GType vis_wire_state_get_type (void);

#define VIS_TYPE_WIRE (vis_wire_get_type ())
G_DECLARE_INTERFACE (VisWire, vis_wire, VIS, WIRE, GObject)

/**
 * VisWire:
 *
 * What chat and calls need of a connection: ask and be answered, and hear what happens. Chat and
 * calls are written against this interface; the signaling layer implements it over a WebSocket,
 * tests over memory.
 *
 * Properties: `state` ([enum@Vis.WireState]), `hello` (the `ok` of the current connection, %NULL
 * while not online), `since` (the last `seq` that is stored, -1 for none: written by the owner of
 * the store, read at each connect), `mark` (its mark, likewise), `ice-servers` (a #GPtrArray of
 * ice-server objects, renewed by itself).
 *
 * `event` is emitted for each frame without an answer, in the order of the wire; `notify::state`
 * with [enum@Vis.WireState.ONLINE] comes before the first of them.
 */
struct _VisWireInterface
{
  GTypeInterface parent_iface;

  void (*request_async) (VisWire            *self,
                         VisMessage         *request,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data);
  VisMessage *(*request_finish) (VisWire *self, GAsyncResult *result, GError **error);
};

void         vis_wire_request_async (VisWire            *self,
                                     VisMessage         *request,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
VisMessage  *vis_wire_request_finish (VisWire      *self,
                                      GAsyncResult *result,
                                      GError      **error) G_GNUC_WARN_UNUSED_RESULT;
VisWireState vis_wire_get_state (VisWire *self);
VisMessage  *vis_wire_dup_hello (VisWire *self) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray   *vis_wire_dup_ice_servers (VisWire *self) G_GNUC_WARN_UNUSED_RESULT;
void         vis_wire_set_since (VisWire *self, gint64 since, const char *mark);
void         vis_wire_emit_event (VisWire *self, VisMessage *event);

G_END_DECLS
