/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-wire.h"

G_DEFINE_INTERFACE (VisWire, vis_wire, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (VisWireState,
                    vis_wire_state,
                    G_DEFINE_ENUM_VALUE (VIS_WIRE_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (VIS_WIRE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (VIS_WIRE_AUTHENTICATING, "authenticating"),
                    G_DEFINE_ENUM_VALUE (VIS_WIRE_ONLINE, "online"),
                    G_DEFINE_ENUM_VALUE (VIS_WIRE_WAITING, "waiting"))

enum
{
  EVENT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
vis_wire_default_init (VisWireInterface *iface)
{
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * VisWire:state:
   *
   * How the connection is doing.
   */
  g_object_interface_install_property (
    iface,
    g_param_spec_enum ("state", NULL, NULL, VIS_TYPE_WIRE_STATE, VIS_WIRE_OFFLINE, readable));

  /**
   * VisWire:hello:
   *
   * What the server said when this connection came to be.
   */
  g_object_interface_install_property (
    iface, g_param_spec_boxed ("hello", NULL, NULL, VIS_TYPE_MESSAGE, readable));

  /**
   * VisWire:ice-servers:
   *
   * The newest STUN and TURN servers.
   */
  g_object_interface_install_property (
    iface, g_param_spec_boxed ("ice-servers", NULL, NULL, G_TYPE_PTR_ARRAY, readable));

  /**
   * VisWire:since:
   *
   * The last `seq` that is stored, -1 for none.
   */
  g_object_interface_install_property (
    iface,
    g_param_spec_int64 ("since", NULL, NULL, -1, G_MAXINT64, -1, readable | G_PARAM_WRITABLE));

  /**
   * VisWire:mark:
   *
   * The mark of that `seq`, %NULL for none.
   */
  g_object_interface_install_property (
    iface, g_param_spec_string ("mark", NULL, NULL, NULL, readable | G_PARAM_WRITABLE));

  /**
   * VisWire::event:
   * @self: the wire
   * @event: what happened
   *
   * Emitted for each frame that is no answer, in the order of the wire.
   */
  signals[EVENT] = g_signal_new ("event",
                                 G_TYPE_FROM_INTERFACE (iface),
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 1,
                                 VIS_TYPE_MESSAGE);
}

/**
 * vis_wire_request_async:
 * @self: a wire
 * @request: what to ask; its `id` is given by the wire
 * @cancellable: (nullable): stops the waiting, not the request
 * @callback: called with the answer
 * @user_data: handed to @callback
 *
 * Sends a request and waits for its answer, at most until its deadline.
 */
void
vis_wire_request_async (VisWire            *self,
                        VisMessage         *request,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  VIS_WIRE_GET_IFACE (self)->request_async (self, request, cancellable, callback, user_data);
}

/**
 * vis_wire_request_finish:
 * @self: a wire
 * @result: what the callback was given
 * @error: an error of the wire (%VIS_PROTOCOL_ERROR) or of the connection (%VIS_ERROR)
 *
 * Reads the answer.
 *
 * Returns: (transfer full): the `ok`, %NULL with @error set
 */
VisMessage *
vis_wire_request_finish (VisWire *self, GAsyncResult *result, GError **error)
{
  return VIS_WIRE_GET_IFACE (self)->request_finish (self, result, error);
}

/**
 * vis_wire_get_state:
 * @self: a wire
 *
 * How the connection is doing.
 *
 * Returns: the state
 */
VisWireState
vis_wire_get_state (VisWire *self)
{
  VisWireState state;

  g_object_get (self, "state", &state, NULL);
  return state;
}

/**
 * vis_wire_dup_hello:
 * @self: a wire
 *
 * What the server said when this connection came to be.
 *
 * Returns: (transfer full) (nullable): the `ok` of `hello`, %NULL while not online
 */
VisMessage *
vis_wire_dup_hello (VisWire *self)
{
  VisMessage *hello;

  g_object_get (self, "hello", &hello, NULL);
  return hello;
}

/**
 * vis_wire_dup_ice_servers:
 * @self: a wire
 *
 * The newest STUN and TURN servers.
 *
 * Returns: (transfer full) (nullable) (element-type VisMessage): the servers, %NULL while there has
 *   been no connection
 */
GPtrArray *
vis_wire_dup_ice_servers (VisWire *self)
{
  GPtrArray *servers;

  g_object_get (self, "ice-servers", &servers, NULL);
  return servers;
}

/**
 * vis_wire_set_since:
 * @self: a wire
 * @since: the last `seq` that is stored, -1 for none
 * @mark: (nullable): its mark
 *
 * Tells how far the events are stored, for the next time that a connection is made.
 */
void
vis_wire_set_since (VisWire *self, gint64 since, const char *mark)
{
  g_object_set (self, "since", since, "mark", mark, NULL);
}

/**
 * vis_wire_emit_event:
 * @self: a wire
 * @event: what happened
 *
 * For implementations: hands an event on to who listens.
 */
void
vis_wire_emit_event (VisWire *self, VisMessage *event)
{
  g_signal_emit (self, signals[EVENT], 0, event);
}
