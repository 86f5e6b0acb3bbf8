/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-link.h"

#include "vis-backoff.h"
#include "vis-codec.h"
#include "vis-error.h"
#include "vis-exchange.h"
#include "vis-limits.h"
#include "vis-link-machine.h"
#include "vis-requests.h"
#include "vis-soup-transport.h"
#include "vis-turn-life.h"
#include "vis-wake.h"

#include <glib/gi18n.h>

#define CONNECT_MS      15000 /* name, TCP and TLS on the slowest networks that can carry a chat */
#define SILENCE_MS      45000 /* two of our pings and some */
#define PROBE_MS        4000  /* a path that answers slower than this is no use for a call */
#define STEADY_MS       10000
#define YOUNG_MS        1000 /* changes of a network come in bunches */
#define BACKOFF_BASE_MS 500
#define BACKOFF_MAX_MS  30000

struct _VisLink
{
  GObject          parent_instance;

  char            *url;
  char            *token;
  VisClock        *clock;
  VisTransportFunc func;
  gpointer         func_data;
  VisWake         *wake;

  /* The truth. */
  VisWireState state;
  VisMessage  *hello;
  GPtrArray   *ice_servers;
  gint64       since;
  GError      *problem;
  GError      *last_error;

  /* The attempt or connection of now. */
  VisExchange *exchange;
  gint64       opened_at;
  gboolean     probing;

  guint        attempt;
  gint64       retry_after_ms;
  guint        watch_id;
  guint        steady_id;
  guint        retry_id;
  guint        turn_id;

  GQueue       events; /* of Entry */
  guint        epoch;  /* what happened to an earlier socket is no news */
  gboolean     running;
};

typedef struct
{
  VisLinkEvent event;
  guint        epoch;
} Entry;

static void vis_link_wire_iface_init (VisWireInterface *iface);

G_DEFINE_QUARK (vis_link_problem, vis_link_problem)
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
  PROP_ICE_SERVERS,
};

static GParamSpec *properties[N_PROPS];

static void        push (VisLink *self, VisLinkEvent event);
static void        refresh_turn (VisLink *self);

static void
set_error (VisLink *self, GError **place, guint prop, const GError *error)
{
  if (*place == NULL && error == NULL)
    return;

  g_clear_error (place);
  if (error != NULL)
    *place = g_error_copy (error);
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop]);
}

static void
set_last_error (VisLink *self, const GError *error)
{
  set_error (self, &self->last_error, PROP_LAST_ERROR, error);
}

static void
set_problem (VisLink *self, VisLinkProblem code)
{
  const char *sentence =
    code == VIS_LINK_PROBLEM_REPLACED
      ? _ ("You are connected somewhere else with this sign-in. Connect here instead?")
      : _ ("You were signed out by the server. Please sign in again.");
  g_autoptr (GError) error = g_error_new_literal (VIS_LINK_PROBLEM, code, sentence);

  set_error (self, &self->problem, PROP_PROBLEM, error);
}

static void
set_hello (VisLink *self, VisMessage *hello)
{
  if (self->hello == hello)
    return;

  g_clear_pointer (&self->hello, vis_message_unref);
  if (hello != NULL)
    self->hello = vis_message_ref (hello);
  g_object_notify (G_OBJECT (self), "hello");
}

static void
set_ice_servers (VisLink *self, GPtrArray *ice_servers)
{
  guint delay;

  g_clear_pointer (&self->ice_servers, g_ptr_array_unref);
  self->ice_servers = ice_servers != NULL ? g_ptr_array_ref (ice_servers) : g_ptr_array_new ();
  g_object_notify (G_OBJECT (self), "ice-servers");

  vis_clock_clear (self->clock, &self->turn_id);
  delay = vis_turn_life_refresh_ms (self->ice_servers, vis_clock_wall (self->clock));
  if (delay > 0)
    self->turn_id =
      vis_clock_add_timeout (self->clock, delay, (GSourceOnceFunc) refresh_turn, self);
}

/* Deadlines. */

static void
on_watch (gpointer data)
{
  VisLink *self = data;
  g_autoptr (GError) error = NULL;
  gint64 left = 0;

  self->watch_id = 0;
  if (self->state == VIS_WIRE_ONLINE)
    left = (vis_exchange_get_heard_at (self->exchange) - vis_clock_now (self->clock)) / 1000 +
           SILENCE_MS;
  if (left > 0)
    {
      self->watch_id = vis_clock_add_timeout (self->clock, (guint) left, on_watch, self);
      return;
    }

  error = g_error_new (VIS_ERROR, VIS_ERROR_TIMED_OUT, "Nothing came from the server");
  set_last_error (self, error);
  push (self, VIS_LINK_EXPIRED);
}

static void
on_steady (gpointer data)
{
  VisLink *self = data;

  self->steady_id = 0;
  push (self, VIS_LINK_STEADY);
}

static void
on_retry (gpointer data)
{
  VisLink *self = data;

  self->retry_id = 0;
  push (self, VIS_LINK_RETRY);
}

static void
watch (VisLink *self)
{
  guint delay = CONNECT_MS;

  vis_clock_clear (self->clock, &self->watch_id);
  if (self->state == VIS_WIRE_AUTHENTICATING)
    delay = VIS_LIMIT_HELLO_MS;
  if (self->state == VIS_WIRE_ONLINE)
    {
      delay = SILENCE_MS;
      self->steady_id = vis_clock_add_timeout (self->clock, STEADY_MS, on_steady, self);
    }
  self->watch_id = vis_clock_add_timeout (self->clock, delay, on_watch, self);
}

static void
unwatch (VisLink *self)
{
  vis_clock_clear (self->clock, &self->watch_id);
  vis_clock_clear (self->clock, &self->steady_id);
  vis_clock_clear (self->clock, &self->retry_id);
  vis_clock_clear (self->clock, &self->turn_id);
  self->epoch++;
}

static void
wait_for_retry (VisLink *self)
{
  guint delay = vis_backoff_delay (
    self->attempt, BACKOFF_BASE_MS, BACKOFF_MAX_MS, g_random_double_range (0.0, 1.0));

  delay = MAX (delay, (guint) CLAMP (self->retry_after_ms, 0, BACKOFF_MAX_MS));
  self->retry_after_ms = 0;
  self->attempt++;
  self->retry_id = vis_clock_add_timeout (self->clock, delay, on_retry, self);
}

/* The connection. */

static void
on_opened (VisExchange *exchange, VisLink *self)
{
  push (self, VIS_LINK_OPENED);
}

static void
on_lost (VisExchange *exchange, guint code, const GError *error, VisLink *self)
{
  if (code == VIS_CLOSE_REPLACED || code == VIS_CLOSE_LOGGED_OUT)
    {
      set_problem (
        self, code == VIS_CLOSE_REPLACED ? VIS_LINK_PROBLEM_REPLACED : VIS_LINK_PROBLEM_SIGNED_OUT);
      push (self, VIS_LINK_REFUSED);
      return;
    }

  set_last_error (self, error);
  push (self, VIS_LINK_LOST);
}

static void
take_refusal (VisLink *self, VisMessage *answer)
{
  g_autoptr (GError) error = NULL;

  vis_protocol_error_set (&error, answer);
  set_last_error (self, error);
  if (g_error_matches (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_UNAUTHORIZED))
    {
      set_problem (self, VIS_LINK_PROBLEM_SIGNED_OUT);
      push (self, VIS_LINK_REFUSED);
      return;
    }

  self->retry_after_ms = vis_message_get_integer (answer, VIS_FIELD_RETRY_AFTER_MS);
  push (self, VIS_LINK_LOST);
}

static void
on_greeted (VisExchange *exchange, VisMessage *answer, VisLink *self)
{
  if (vis_message_get_kind (answer) != VIS_KIND_OK)
    {
      take_refusal (self, answer);
      return;
    }

  g_object_freeze_notify (G_OBJECT (self));
  set_hello (self, answer);
  set_ice_servers (self, vis_message_get_array (answer, VIS_FIELD_ICE_SERVERS));
  set_last_error (self, NULL);
  push (self, VIS_LINK_WELCOMED);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
on_event (VisExchange *exchange, VisMessage *event, VisLink *self)
{
  if (self->state == VIS_WIRE_ONLINE)
    vis_wire_emit_event (VIS_WIRE (self), event);
}

static void
open_exchange (VisLink *self)
{
  g_autoptr (VisTransport) transport = self->func (self->url, self->func_data);

  self->epoch++;
  self->probing = FALSE;
  self->opened_at = vis_clock_now (self->clock);
  self->exchange = vis_exchange_new (transport, self->clock);
  g_signal_connect_object (self->exchange, "opened", G_CALLBACK (on_opened), self, 0);
  g_signal_connect_object (self->exchange, "greeted", G_CALLBACK (on_greeted), self, 0);
  g_signal_connect_object (self->exchange, "event", G_CALLBACK (on_event), self, 0);
  g_signal_connect_object (self->exchange, "lost", G_CALLBACK (on_lost), self, 0);
  vis_exchange_open (self->exchange);
}

static void
close_exchange (VisLink *self)
{
  g_autoptr (VisExchange) exchange = g_steal_pointer (&self->exchange);

  self->epoch++;
  vis_clock_clear (self->clock, &self->steady_id);
  vis_clock_clear (self->clock, &self->turn_id);
  set_hello (self, NULL);
  if (exchange != NULL)
    {
      g_signal_handlers_disconnect_by_data (exchange, self);
      vis_exchange_close (exchange);
    }
}

static void
send_request (VisLink *self, VisMessage *request, GTask *task, guint deadline_ms)
{
  if (self->state == VIS_WIRE_ONLINE)
    {
      vis_exchange_request (self->exchange, request, task, deadline_ms);
      return;
    }

  g_task_return_new_error (task, VIS_ERROR, VIS_ERROR_OFFLINE, "There is no connection");
  g_object_unref (task);
}

/* Fresh TURN credentials; also the question that finds out whether the server is still there. */

static void
on_turn_refreshed (GObject *source, GAsyncResult *result, gpointer data)
{
  VisLink *self = VIS_LINK (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (VisMessage) answer = g_task_propagate_pointer (G_TASK (result), &error);
  gboolean probe = GPOINTER_TO_INT (data);

  if (probe)
    self->probing = FALSE;
  if (self->state != VIS_WIRE_ONLINE)
    return;

  if (answer != NULL && vis_message_has (answer, VIS_FIELD_ICE_SERVERS))
    set_ice_servers (self, vis_message_get_array (answer, VIS_FIELD_ICE_SERVERS));
  else if (probe && g_error_matches (error, VIS_ERROR, VIS_ERROR_TIMED_OUT))
    {
      set_last_error (self, error);
      push (self, VIS_LINK_EXPIRED);
    }
  else if (self->turn_id == 0)
    self->turn_id =
      vis_clock_add_timeout (self->clock, VIS_TURN_RETRY_MS, (GSourceOnceFunc) refresh_turn, self);
}

static void
ask_for_turn (VisLink *self, gboolean probe)
{
  g_autoptr (VisMessage) request = vis_message_new (VIS_KIND_TURN_REFRESH);
  GTask *task = g_task_new (self, NULL, on_turn_refreshed, GINT_TO_POINTER (probe));

  g_task_set_source_tag (task, ask_for_turn);
  send_request (self, request, task, probe ? PROBE_MS : VIS_REQUEST_DEADLINE_MS);
}

static void
refresh_turn (VisLink *self)
{
  self->turn_id = 0;
  ask_for_turn (self, FALSE);
}

static void
probe (VisLink *self)
{
  if (self->probing)
    return;

  self->probing = TRUE;
  ask_for_turn (self, TRUE);
}

/* The machine. */

static void
run_effect (VisLink *self, VisLinkEffect effect)
{
  switch (effect)
    {
    case VIS_LINK_EFFECT_OPEN:
      open_exchange (self);
      break;
    case VIS_LINK_EFFECT_CLOSE:
      close_exchange (self);
      break;
    case VIS_LINK_EFFECT_HELLO:
      vis_exchange_greet (self->exchange, self->token, self->since);
      break;
    case VIS_LINK_EFFECT_WATCH:
      watch (self);
      break;
    case VIS_LINK_EFFECT_UNWATCH:
      unwatch (self);
      break;
    case VIS_LINK_EFFECT_WAIT:
      wait_for_retry (self);
      break;
    case VIS_LINK_EFFECT_RESET:
      self->attempt = 0;
      break;
    case VIS_LINK_EFFECT_PROBE:
      probe (self);
      break;
    case VIS_LINK_EFFECT_NONE:
    case VIS_N_LINK_EFFECTS:
    default:
      g_assert_not_reached ();
    }
}

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
    run_effect (self, step.effects[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

/* Events that come while one is being dealt with wait for their turn, so that nobody sees half of
 * a transition. */
static void
push (VisLink *self, VisLinkEvent event)
{
  g_autoptr (VisLink) guard = g_object_ref (self);
  Entry *entry = g_new (Entry, 1);

  *entry = (Entry){ .event = event, .epoch = self->epoch };
  g_queue_push_tail (&self->events, entry);
  if (self->running)
    return;

  self->running = TRUE;
  while ((entry = g_queue_pop_head (&self->events)) != NULL)
    {
      gboolean ours = entry->event == VIS_LINK_START || entry->event == VIS_LINK_STOP ||
                      entry->event == VIS_LINK_WAKE;

      if (ours || entry->epoch == self->epoch)
        step (self, entry->event);
      g_free (entry);
    }
  self->running = FALSE;
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
  send_request (VIS_LINK (wire), request, task, VIS_REQUEST_DEADLINE_MS);
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
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
vis_link_dispose (GObject *object)
{
  VisLink *self = VIS_LINK (object);

  self->running = TRUE;
  g_object_freeze_notify (object);
  self->state = VIS_WIRE_OFFLINE;
  unwatch (self);
  close_exchange (self);
  g_queue_clear_full (&self->events, g_free);
  g_clear_object (&self->wake);
  g_object_thaw_notify (object);

  G_OBJECT_CLASS (vis_link_parent_class)->dispose (object);
}

static void
vis_link_finalize (GObject *object)
{
  VisLink *self = VIS_LINK (object);

  g_clear_object (&self->clock);
  g_clear_pointer (&self->hello, vis_message_unref);
  g_clear_pointer (&self->ice_servers, g_ptr_array_unref);
  g_clear_error (&self->problem);
  g_clear_error (&self->last_error);
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
  g_object_class_override_property (object_class, PROP_ICE_SERVERS, "ice-servers");
}

static void
vis_link_init (VisLink *self)
{
  self->since = -1;
  self->ice_servers = g_ptr_array_new ();
  g_queue_init (&self->events);
  self->wake = vis_wake_new ();
  g_signal_connect_object (self->wake, "wake", G_CALLBACK (vis_link_wake), self, G_CONNECT_SWAPPED);
}

static VisTransport *
make_soup_transport (const char *url, gpointer data)
{
  return vis_soup_transport_new (url);
}

/**
 * vis_link_new:
 * @socket_url: the address of the server's socket, `wss://…` or `ws://…`
 * @token: what signs in, from [func@Vis.account_login_async]
 * @clock: what waits and deadlines are measured with
 *
 * Makes a link that is offline until [method@Vis.Link.start].
 *
 * Returns: (transfer full): a new link
 */
VisLink *
vis_link_new (const char *socket_url, const char *token, VisClock *clock)
{
  return vis_link_new_with_transport (socket_url, token, clock, make_soup_transport, NULL);
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
  set_error (self, &self->problem, PROP_PROBLEM, NULL);
  push (self, VIS_LINK_START);
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
  push (self, VIS_LINK_STOP);
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

  push (self, VIS_LINK_WAKE);
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
