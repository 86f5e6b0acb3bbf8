/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-link-private.h"

#include "vis-requests.h"
#include "vis-soup-transport.h"

#define YOUNG_MS 1000 /* changes of a network come in bunches */

static void vis_link_wire_iface_init (VisWireInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisLink,
                               vis_link,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_WIRE, vis_link_wire_iface_init))

enum
{
  PROP_0,
  PROP_PROBLEM,
  PROP_LAST_ERROR,
  N_PROPS,
  PROP_STATE = N_PROPS,
  PROP_HELLO,
  PROP_SINCE,
  PROP_MARK,
  PROP_ICE_SERVERS,
};

static GParamSpec *properties[N_PROPS];

static void
step (VisLink *self, VisLinkEvent event)
{
  VisLinkStep step = vis_link_machine_step (self->state, event);
  gboolean    moved = step.state != self->state;

  g_debug ("%u: %s → %u", self->state, vis_link_event_to_string (event), step.state);
  if (step.verdict == VIS_LINK_IMPOSSIBLE)
    {
      g_critical ("%s in state %u", vis_link_event_to_string (event), self->state);
      return;
    }

  g_object_freeze_notify (G_OBJECT (self));
  self->state = step.state;
  if (moved)
    g_object_notify (G_OBJECT (self), "state");
  for (guint i = 0; step.effects[i] != VIS_LINK_EFFECT_NONE; i++)
    vis_link_run_effect (self, step.effects[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
handle (gpointer owner, gpointer event)
{
  VisLink           *self = owner;
  const VisLinkNews *news = event;
  gboolean           ours =
    news->event == VIS_LINK_START || news->event == VIS_LINK_STOP || news->event == VIS_LINK_WAKE;

  if (ours || news->epoch == self->epoch)
    step (self, news->event);
}

static void
vis_link_request_async (VisWire            *wire,
                        VisMessage         *request,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  GTask *task = g_task_new (wire, cancellable, callback, user_data);

  g_task_set_source_tag (task, vis_link_request_async);
  vis_link_send_request (VIS_LINK (wire), request, task, VIS_REQUEST_DEADLINE_MS);
}

static VisMessage *
vis_link_request_finish (VisWire *wire, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
vis_link_wire_iface_init (VisWireInterface *iface)
{
  iface->request_async = vis_link_request_async;
  iface->request_finish = vis_link_request_finish;
}

static void
vis_link_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  VisLink *self = VIS_LINK (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_HELLO:
      g_value_set_boxed (value, self->hello);
      break;
    case PROP_SINCE:
      g_value_set_int64 (value, self->since);
      break;
    case PROP_MARK:
      g_value_set_string (value, self->mark);
      break;
    case PROP_ICE_SERVERS:
      g_value_set_boxed (value, self->ice_servers);
      break;
    case PROP_PROBLEM:
      g_value_set_boxed (value, self->problem);
      break;
    case PROP_LAST_ERROR:
      g_value_set_boxed (value, self->last_error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
vis_link_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  VisLink *self = VIS_LINK (object);

  switch (prop_id)
    {
    case PROP_SINCE:
      self->since = g_value_get_int64 (value);
      g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_MARK:
      g_free (self->mark);
      self->mark = g_value_dup_string (value);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
vis_link_dispose (GObject *object)
{
  VisLink *self = VIS_LINK (object);

  vis_event_queue_close (self->events);
  g_object_freeze_notify (object);
  self->state = VIS_WIRE_OFFLINE;
  vis_link_release (self);
  g_clear_object (&self->wake);
  g_object_thaw_notify (object);

  G_OBJECT_CLASS (vis_link_parent_class)->dispose (object);
}

static void
vis_link_finalize (GObject *object)
{
  VisLink *self = VIS_LINK (object);

  g_clear_pointer (&self->events, vis_event_queue_free);
  g_clear_object (&self->clock);
  g_clear_object (&self->trust);
  g_clear_pointer (&self->hello, vis_message_unref);
  g_clear_pointer (&self->ice_servers, g_ptr_array_unref);
  g_clear_error (&self->problem);
  g_clear_error (&self->last_error);
  g_free (self->mark);
  g_free (self->url);
  g_free (self->token);

  G_OBJECT_CLASS (vis_link_parent_class)->finalize (object);
}

static void
vis_link_class_init (VisLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vis_link_get_property;
  object_class->set_property = vis_link_set_property;
  object_class->dispose = vis_link_dispose;
  object_class->finalize = vis_link_finalize;

  /**
   * VisLink:problem:
   *
   * Why it has given up, for the person to solve.
   */
  properties[PROP_PROBLEM] =
    g_param_spec_boxed ("problem",
                        NULL,
                        NULL,
                        G_TYPE_ERROR,
                        G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * VisLink:last-error:
   *
   * Why the last attempt failed or the last connection ended; none while it is online.
   */
  properties[PROP_LAST_ERROR] =
    g_param_spec_boxed ("last-error",
                        NULL,
                        NULL,
                        G_TYPE_ERROR,
                        G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_HELLO, "hello");
  g_object_class_override_property (object_class, PROP_SINCE, "since");
  g_object_class_override_property (object_class, PROP_MARK, "mark");
  g_object_class_override_property (object_class, PROP_ICE_SERVERS, "ice-servers");
}

static void
vis_link_init (VisLink *self)
{
  self->since = -1;
  self->ice_servers = g_ptr_array_new ();
  self->events = vis_event_queue_new (handle, self, g_free);
  self->wake = vis_wake_monitor_new ();
  g_signal_connect_object (self->wake, "wake", G_CALLBACK (vis_link_wake), self, G_CONNECT_SWAPPED);
}

static VisTransport *
make_soup_transport (const char *url, gpointer data)
{
  return vis_soup_transport_new (url, data);
}

/**
 * vis_link_new:
 * @socket_url: the address of the server's socket, `wss://…` or `ws://…`
 * @token: what signs in, from [func@Vis.auth_client_login_async]
 * @trust: (nullable): what was decided about servers, %NULL for nothing
 * @clock: what waits and deadlines are measured with
 *
 * Makes a link that is offline until [method@Vis.Link.start].
 *
 * Returns: (transfer full): a new link
 */
VisLink *
vis_link_new (const char *socket_url, const char *token, VisTrust *trust, VisClock *clock)
{
  VisLink *self =
    vis_link_new_with_transport (socket_url, token, clock, make_soup_transport, trust);

  g_set_object (&self->trust, trust);
  return self;
}

/**
 * vis_link_new_with_transport:
 * @socket_url: handed to @func
 * @token: what signs in
 * @clock: what waits and deadlines are measured with
 * @func: (scope forever): makes the transport of each attempt
 * @data: handed to @func
 *
 * Makes a link over another kind of transport.
 *
 * Returns: (transfer full): a new link
 */
VisLink *
vis_link_new_with_transport (
  const char *socket_url, const char *token, VisClock *clock, VisTransportFunc func, gpointer data)
{
  VisLink *self = g_object_new (VIS_TYPE_LINK, NULL);

  self->url = g_strdup (socket_url);
  self->token = g_strdup (token);
  self->clock = g_object_ref (clock);
  self->func = func;
  self->func_data = data;
  return self;
}

/**
 * vis_link_start:
 * @self: a link
 *
 * Wants a connection from now on; while one is being waited for, tries at once. Clears `problem`.
 */
void
vis_link_start (VisLink *self)
{
  vis_link_set_problem (self, NULL);
  vis_link_push (self, VIS_LINK_START);
}

/**
 * vis_link_stop:
 * @self: a link
 *
 * Wants no connection any more. What was sent before still leaves.
 */
void
vis_link_stop (VisLink *self)
{
  vis_link_push (self, VIS_LINK_STOP);
}

/**
 * vis_link_wake:
 * @self: a link
 *
 * The network may have changed: ends a wait, and makes sure that the connection still works.
 */
void
vis_link_wake (VisLink *self)
{
  gboolean trying = self->state == VIS_WIRE_CONNECTING || self->state == VIS_WIRE_AUTHENTICATING;

  if (trying && vis_clock_now (self->clock) - self->opened_at < YOUNG_MS * 1000)
    return;

  vis_link_push (self, VIS_LINK_WAKE);
}

/**
 * vis_link_get_problem:
 * @self: a link
 *
 * See the property `problem`.
 *
 * Returns: (transfer none) (nullable): a problem that only a person can solve
 */
const GError *
vis_link_get_problem (VisLink *self)
{
  return self->problem;
}

/**
 * vis_link_get_last_error:
 * @self: a link
 *
 * See the property `last-error`.
 *
 * Returns: (transfer none) (nullable): why there is no connection
 */
const GError *
vis_link_get_last_error (VisLink *self)
{
  return self->last_error;
}
