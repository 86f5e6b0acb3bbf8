/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-link-private.h"

#include "vis-backoff.h"
#include "vis-codec.h"
#include "vis-error.h"
#include "vis-limits.h"
#include "vis-requests.h"
#include "vis-turn-life.h"

#include <glib/gi18n.h>

/* Runs the effects of the link machine, and turns signals of the connection and timers into its
 * events. */

#define CONNECT_MS      15000 /* name, TCP and TLS on the slowest networks that can carry a chat */
#define SILENCE_MS      45000 /* two pings and some */
#define PROBE_MS        4000  /* a path that answers slower than this is no use for a call */
#define STEADY_MS       10000
#define BACKOFF_BASE_MS 500
#define BACKOFF_MAX_MS  30000

static void refresh_turn (VisLink *self);

/* Hands an event to the machine, see VisEventQueue. */
void
vis_link_push (VisLink *self, VisLinkEvent event)
{
  VisLinkNews *news = g_new (VisLinkNews, 1);

  *news = (VisLinkNews){ .event = event, .epoch = self->epoch };
  vis_event_queue_push (self->events, news);
}

static void
set_error (VisLink *self, GError **place, const char *property, const GError *error)
{
  if (*place == NULL && error == NULL)
    return;

  g_clear_error (place);
  if (error != NULL)
    *place = g_error_copy (error);
  g_object_notify (G_OBJECT (self), property);
}

static void
set_last_error (VisLink *self, const GError *error)
{
  set_error (self, &self->last_error, "last-error", error);
}

/* Sets or clears the property `problem`. */
void
vis_link_set_problem (VisLink *self, const GError *error)
{
  set_error (self, &self->problem, "problem", error);
}

static void
set_problem (VisLink *self, VisLinkProblem code)
{
  const char        *sentence = code == VIS_LINK_PROBLEM_REPLACED
                                  ? _ ("You are connected on another computer. Connect here instead?")
                                  : _ ("You were signed out by the server. Please sign in again.");
  g_autoptr (GError) error = g_error_new_literal (VIS_LINK_PROBLEM, code, sentence);

  vis_link_set_problem (self, error);
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
  VisLink           *self = data;
  g_autoptr (GError) error = NULL;
  gint64             left = 0;

  self->watch_id = 0;
  if (self->state == VIS_WIRE_ONLINE)
    left = (vis_connection_get_heard_at (self->connection) - vis_clock_now (self->clock)) / 1000 +
           SILENCE_MS;
  if (left > 0)
    {
      self->watch_id = vis_clock_add_timeout (self->clock, (guint) left, on_watch, self);
      return;
    }

  error = g_error_new (VIS_ERROR, VIS_ERROR_TIMED_OUT, "Nothing came from the server");
  set_last_error (self, error);
  vis_link_push (self, VIS_LINK_EXPIRED);
}

static void
on_steady (gpointer data)
{
  VisLink *self = data;

  self->steady_id = 0;
  vis_link_push (self, VIS_LINK_STEADY);
}

static void
on_retry (gpointer data)
{
  VisLink *self = data;

  self->retry_id = 0;
  vis_link_push (self, VIS_LINK_RETRY);
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
on_opened (VisConnection *connection, VisLink *self)
{
  vis_link_push (self, VIS_LINK_OPENED);
}

/* The machine goes first: who hears of notify::problem may stop the link from there. */
static void
refuse (VisLink *self, VisLinkProblem code)
{
  g_autoptr (VisLink) guard = g_object_ref (self);

  vis_link_push (self, VIS_LINK_REFUSED);
  set_problem (self, code);
}

static void
on_lost (VisConnection *connection, guint code, const GError *error, VisLink *self)
{
  if (code == VIS_CLOSE_REPLACED || code == VIS_CLOSE_LOGGED_OUT)
    {
      refuse (self,
              code == VIS_CLOSE_REPLACED ? VIS_LINK_PROBLEM_REPLACED : VIS_LINK_PROBLEM_SIGNED_OUT);
      return;
    }

  set_last_error (self, error);
  vis_link_push (self, VIS_LINK_LOST);
}

static void
take_refusal (VisLink *self, VisMessage *answer)
{
  g_autoptr (GError) error = NULL;

  vis_protocol_error_set (&error, answer);
  set_last_error (self, error);
  if (g_error_matches (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_UNAUTHORIZED))
    {
      refuse (self, VIS_LINK_PROBLEM_SIGNED_OUT);
      return;
    }

  self->retry_after_ms = vis_message_get_integer (answer, VIS_FIELD_RETRY_AFTER_MS);
  vis_link_push (self, VIS_LINK_LOST);
}

static void
on_greeted (VisConnection *connection, VisMessage *answer, VisLink *self)
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
  vis_link_push (self, VIS_LINK_WELCOMED);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
on_event (VisConnection *connection, VisMessage *event, VisLink *self)
{
  if (self->state == VIS_WIRE_ONLINE)
    vis_wire_emit_event (VIS_WIRE (self), event);
}

/* A request timed out although pongs come, which a proxy or an idle thread of a stuck server sends
 * as well: probes the connection. */
static void
on_unanswered (VisConnection *connection, VisLink *self)
{
  if (self->state == VIS_WIRE_ONLINE)
    vis_link_push (self, VIS_LINK_WAKE);
}

static void
open_connection (VisLink *self)
{
  g_autoptr (VisTransport) transport = self->func (self->url, self->func_data);

  self->epoch++;
  self->probing = FALSE;
  self->opened_at = vis_clock_now (self->clock);
  self->connection = vis_connection_new (transport, self->clock);
  g_signal_connect_object (self->connection, "opened", G_CALLBACK (on_opened), self, 0);
  g_signal_connect_object (self->connection, "greeted", G_CALLBACK (on_greeted), self, 0);
  g_signal_connect_object (self->connection, "event", G_CALLBACK (on_event), self, 0);
  g_signal_connect_object (self->connection, "unanswered", G_CALLBACK (on_unanswered), self, 0);
  g_signal_connect_object (self->connection, "lost", G_CALLBACK (on_lost), self, 0);
  vis_connection_open (self->connection);
}

static void
close_connection (VisLink *self)
{
  g_autoptr (VisConnection) connection = g_steal_pointer (&self->connection);

  self->epoch++;
  vis_clock_clear (self->clock, &self->steady_id);
  vis_clock_clear (self->clock, &self->turn_id);
  set_hello (self, NULL);
  if (connection != NULL)
    {
      g_signal_handlers_disconnect_by_data (connection, self);
      vis_connection_close (connection);
    }
}

/* Sends a request if there is a connection; takes the task. */
void
vis_link_send_request (VisLink *self, VisMessage *request, GTask *task, guint deadline_ms)
{
  if (self->state == VIS_WIRE_ONLINE)
    {
      vis_connection_request (self->connection, request, task, deadline_ms);
      return;
    }

  g_task_return_new_error (task, VIS_ERROR, VIS_ERROR_OFFLINE, "There is no connection");
  g_object_unref (task);
}

/* Fresh TURN credentials; also the question that finds out whether the server is still there. */

static void
on_turn_refreshed (GObject *source, GAsyncResult *result, gpointer data)
{
  VisLink               *self = (VisLink *) source;
  g_autoptr (GError)     error = NULL;
  g_autoptr (VisMessage) answer = g_task_propagate_pointer (G_TASK (result), &error);
  gboolean               probe = GPOINTER_TO_INT (data);

  if (probe)
    self->probing = FALSE;
  if (self->state != VIS_WIRE_ONLINE)
    return;

  if (answer != NULL && vis_message_has (answer, VIS_FIELD_ICE_SERVERS))
    set_ice_servers (self, vis_message_get_array (answer, VIS_FIELD_ICE_SERVERS));
  else if (probe && g_error_matches (error, VIS_ERROR, VIS_ERROR_TIMED_OUT))
    {
      set_last_error (self, error);
      vis_link_push (self, VIS_LINK_EXPIRED);
    }
  else if (self->turn_id == 0)
    self->turn_id =
      vis_clock_add_timeout (self->clock, VIS_TURN_RETRY_MS, (GSourceOnceFunc) refresh_turn, self);
}

static void
ask_for_turn (VisLink *self, gboolean probe)
{
  g_autoptr (VisMessage) request = vis_message_new (VIS_KIND_TURN_REFRESH);
  GTask                 *task = g_task_new (self, NULL, on_turn_refreshed, GINT_TO_POINTER (probe));

  g_task_set_source_tag (task, ask_for_turn);
  vis_link_send_request (self, request, task, probe ? PROBE_MS : VIS_REQUEST_DEADLINE_MS);
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

/* Does one thing that the machine asks for. */
void
vis_link_run_effect (VisLink *self, VisLinkEffect effect)
{
  switch (effect)
    {
    case VIS_LINK_EFFECT_OPEN:
      open_connection (self);
      break;
    case VIS_LINK_EFFECT_CLOSE:
      close_connection (self);
      break;
    case VIS_LINK_EFFECT_HELLO:
      vis_connection_greet (self->connection, self->token, self->since, self->mark);
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

/* Lets go of the connection and of every timer. */
void
vis_link_release (VisLink *self)
{
  unwatch (self);
  close_connection (self);
}
