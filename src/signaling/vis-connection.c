/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-connection.h"

#include "vis-codec.h"
#include "vis-error.h"
#include "vis-limits.h"
#include "vis-requests.h"

struct _VisConnection
{
  GObject       parent_instance;

  VisTransport *transport; /* NULL once closed */
  VisClock     *clock;
  VisRequests  *requests;
  char         *hello_id; /* while its answer is awaited */
  guint64       next_id;
  gint64        heard_at;
  guint         bad_frames;
};

G_DEFINE_FINAL_TYPE (VisConnection, vis_connection, G_TYPE_OBJECT)

enum
{
  OPENED,
  GREETED,
  EVENT,
  UNANSWERED,
  LOST,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
on_opened (VisTransport *transport, VisConnection *self)
{
  g_signal_emit (self, signals[OPENED], 0);
}

static void
on_alive (VisTransport *transport, VisConnection *self)
{
  self->heard_at = vis_clock_now (self->clock);
}

static void
on_unanswered (VisRequests *requests, VisConnection *self)
{
  if (self->transport != NULL)
    g_signal_emit (self, signals[UNANSWERED], 0);
}

static void
on_closed (VisTransport *transport, guint code, const GError *cause, VisConnection *self)
{
  g_autoptr (GError) error = NULL;

  if (cause != NULL)
    error = g_error_copy (cause);
  else
    error = g_error_new (VIS_ERROR, VIS_ERROR_LOST, "The server closed the connection (%u)", code);
  g_signal_emit (self, signals[LOST], 0, code, error);
}

static void
take_bad_frame (VisConnection *self, const char *request, const GError *error)
{
  g_debug ("A broken frame from the server: %s", error->message);

  if (request != NULL)
    vis_requests_reject (self->requests, request, error);
  if (self->transport != NULL && ++self->bad_frames == VIS_LIMIT_BAD_FRAMES)
    g_signal_emit (self, signals[LOST], 0, VIS_CLOSE_POLICY, error);
}

static void
take_answer (VisConnection *self, VisMessage *answer)
{
  const char *id = vis_message_get_request (answer);

  if (self->hello_id != NULL && g_strcmp0 (id, self->hello_id) == 0)
    {
      g_clear_pointer (&self->hello_id, g_free);
      g_signal_emit (self, signals[GREETED], 0, answer);
    }
  else if (!vis_requests_answer (self->requests, answer))
    {
      g_debug ("An answer that nobody waits for");
    }
}

static void
on_frame (VisTransport *transport, GBytes *text, VisConnection *self)
{
  g_autoptr (VisConnection) guard = g_object_ref (self);
  g_autoptr (VisMessage)    message = NULL;
  g_autoptr (GError)        error = NULL;
  g_autofree char          *request = NULL;
  gsize                     length;
  const char               *data = g_bytes_get_data (text, &length);

  self->heard_at = vis_clock_now (self->clock);
  message = vis_codec_decode (data, length, VIS_FROM_SERVER, &request, &error);
  if (message == NULL)
    take_bad_frame (self, request, error);
  else if (vis_message_get_kind (message) == VIS_KIND_OK ||
           vis_message_get_kind (message) == VIS_KIND_ERROR)
    take_answer (self, message);
  else
    g_signal_emit (self, signals[EVENT], 0, message);
}

static char *
allocate_id (VisConnection *self)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, ++self->next_id);
}

static gboolean
send_message (VisConnection *self, const VisMessage *message, const char *id, GError **error)
{
  g_autoptr (VisMessage) copy = vis_message_copy (message);
  g_autofree char       *text = NULL;
  gsize                  length;

  vis_message_set_request (copy, id);
  text = vis_codec_encode (copy, &length);
  if (length > VIS_LIMIT_FRAME_BYTES)
    {
      g_set_error (error,
                   VIS_PROTOCOL_ERROR,
                   VIS_PROTOCOL_ERROR_TOO_LARGE,
                   "%" G_GSIZE_FORMAT " bytes are too many",
                   length);
      return FALSE;
    }

  if (self->transport == NULL || !vis_transport_send (self->transport, text))
    {
      g_set_error (error, VIS_ERROR, VIS_ERROR_OFFLINE, "There is no connection");
      return FALSE;
    }

  return TRUE;
}

static void
vis_connection_dispose (GObject *object)
{
  vis_connection_close (VIS_CONNECTION (object));

  G_OBJECT_CLASS (vis_connection_parent_class)->dispose (object);
}

static void
vis_connection_finalize (GObject *object)
{
  VisConnection *self = VIS_CONNECTION (object);

  g_clear_object (&self->requests);
  g_clear_object (&self->clock);
  g_free (self->hello_id);

  G_OBJECT_CLASS (vis_connection_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, guint n_params, GType first, GType second)
{
  return g_signal_new (name,
                       VIS_TYPE_CONNECTION,
                       G_SIGNAL_RUN_LAST,
                       0,
                       NULL,
                       NULL,
                       NULL,
                       G_TYPE_NONE,
                       n_params,
                       first,
                       second);
}

static void
vis_connection_class_init (VisConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vis_connection_dispose;
  object_class->finalize = vis_connection_finalize;

  signals[OPENED] = new_signal ("opened", 0, G_TYPE_NONE, G_TYPE_NONE);
  signals[GREETED] = new_signal ("greeted", 1, VIS_TYPE_MESSAGE, G_TYPE_NONE);
  signals[EVENT] = new_signal ("event", 1, VIS_TYPE_MESSAGE, G_TYPE_NONE);
  signals[UNANSWERED] = new_signal ("unanswered", 0, G_TYPE_NONE, G_TYPE_NONE);
  signals[LOST] = new_signal ("lost", 2, G_TYPE_UINT, G_TYPE_ERROR);
}

static void
vis_connection_init (VisConnection *self)
{
}

/**
 * vis_connection_new:
 * @transport: a new transport
 * @clock: what deadlines are measured with
 *
 * Makes an connection over a transport that is not open yet.
 *
 * Returns: (transfer full): a new connection
 */
VisConnection *
vis_connection_new (VisTransport *transport, VisClock *clock)
{
  VisConnection *self = g_object_new (VIS_TYPE_CONNECTION, NULL);

  self->transport = g_object_ref (transport);
  self->clock = g_object_ref (clock);
  self->requests = vis_requests_new (clock);
  self->heard_at = vis_clock_now (clock);
  g_signal_connect_object (self->requests, "unanswered", G_CALLBACK (on_unanswered), self, 0);
  g_signal_connect_object (transport, "opened", G_CALLBACK (on_opened), self, 0);
  g_signal_connect_object (transport, "frame", G_CALLBACK (on_frame), self, 0);
  g_signal_connect_object (transport, "alive", G_CALLBACK (on_alive), self, 0);
  g_signal_connect_object (transport, "closed", G_CALLBACK (on_closed), self, 0);
  return self;
}

/**
 * vis_connection_open:
 * @self: a new connection
 *
 * Opens the transport.
 */
void
vis_connection_open (VisConnection *self)
{
  vis_transport_open (self->transport);
}

/**
 * vis_connection_close:
 * @self: an connection
 *
 * Ends it, in any state and any number of times. What was sent still leaves; requests without an
 * answer fail with %VIS_ERROR_LOST.
 */
void
vis_connection_close (VisConnection *self)
{
  g_autoptr (VisTransport) transport = g_steal_pointer (&self->transport);
  g_autoptr (GError)       error = NULL;

  if (transport == NULL)
    return;

  g_signal_handlers_disconnect_by_data (transport, self);
  vis_transport_close (transport);
  error = g_error_new (VIS_ERROR, VIS_ERROR_LOST, "The connection is gone");
  vis_requests_fail (self->requests, error);
}

/**
 * vis_connection_greet:
 * @self: an open connection
 * @token: what signs in
 * @since: the last `seq` that is stored, -1 for none
 * @mark: (nullable): its mark
 *
 * Sends `hello`; `greeted` follows.
 */
void
vis_connection_greet (VisConnection *self, const char *token, gint64 since, const char *mark)
{
  static const char *const features[] = { "mark", NULL };
  g_autoptr (VisMessage)   hello = vis_message_new (VIS_KIND_HELLO);
  g_autoptr (GError)       error = NULL;

  vis_message_set_string (hello, VIS_FIELD_TOKEN, token);
  if (since >= 0)
    vis_message_set_integer (hello, VIS_FIELD_SINCE, since);
  if (since >= 0 && mark != NULL)
    vis_message_set_mark (hello, mark);
  vis_message_set_strings (hello, VIS_FIELD_FEATURES, features);
  g_free (self->hello_id);
  self->hello_id = allocate_id (self);
  if (!send_message (self, hello, self->hello_id, &error))
    g_signal_emit (self, signals[LOST], 0, 0, error);
}

/**
 * vis_connection_request:
 * @self: an open connection
 * @request: what to ask
 * @task: (transfer full): returns the answer, a `VisMessage`
 * @deadline_ms: how long to wait, in milliseconds
 *
 * Sends a request and waits for its answer.
 */
void
vis_connection_request (VisConnection *self, VisMessage *request, GTask *task, guint deadline_ms)
{
  g_autofree char *id = allocate_id (self);
  GError          *error = NULL;

  if (send_message (self, request, id, &error))
    {
      vis_requests_add (self->requests, id, task, deadline_ms);
      return;
    }

  g_task_return_error (task, error);
  g_object_unref (task);
}

/**
 * vis_connection_get_heard_at:
 * @self: an connection
 *
 * When the other side last gave a sign of life; at first, when the connection was made.
 *
 * Returns: a time of its clock, in microseconds
 */
gint64
vis_connection_get_heard_at (VisConnection *self)
{
  return self->heard_at;
}
