/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-wire.h"

#include <stdarg.h>
#include <string.h>

#include "until.h"
#include "vis-codec.h"
#include "vis-error.h"

typedef struct
{
  FakeWire   *wire;
  VisMessage *request;
  GTask      *task;
  GSource    *cancelled;
} Outstanding;

struct _FakeWire
{
  GObject      parent_instance;

  VisWireState state;
  VisMessage  *hello;
  gint64       since;
  char        *mark;
  GPtrArray   *outstanding;
};

static void fake_wire_iface_init (VisWireInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeWire,
                               fake_wire,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_WIRE, fake_wire_iface_init))

enum
{
  PROP_STATE = 1,
  PROP_HELLO,
  PROP_SINCE,
  PROP_ICE_SERVERS,
  PROP_MARK,
};

static void
outstanding_free (Outstanding *outstanding)
{
  if (outstanding->cancelled != NULL)
    g_source_destroy (outstanding->cancelled);
  g_clear_pointer (&outstanding->cancelled, g_source_unref);
  vis_message_unref (outstanding->request);
  g_clear_object (&outstanding->task);
  g_free (outstanding);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Outstanding      *outstanding = data;
  g_autoptr (GTask) task = g_steal_pointer (&outstanding->task);

  g_ptr_array_remove (outstanding->wire->outstanding, outstanding);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
fake_wire_request_async (VisWire            *wire,
                         VisMessage         *request,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  FakeWire    *self = FAKE_WIRE (wire);
  GTask       *task = g_task_new (self, cancellable, callback, user_data);
  Outstanding *outstanding;
  gsize        length;

  g_task_set_source_tag (task, fake_wire_request_async);
  if (self->state != VIS_WIRE_ONLINE)
    {
      g_task_return_new_error (task, VIS_ERROR, VIS_ERROR_OFFLINE, "offline");
      g_object_unref (task);
      return;
    }

  /* A request that the real codec would refuse must not pass. */
  {
    g_autoptr (VisMessage) copy = vis_message_copy (request);
    g_autofree char       *text = NULL;
    g_autofree char       *id = NULL;
    g_autoptr (VisMessage) decoded = NULL;
    g_autoptr (GError)     error = NULL;

    vis_message_set_request (copy, "1");
    text = vis_codec_encode (copy, &length);
    decoded = vis_codec_decode (text, length, VIS_FROM_CLIENT, &id, &error);
    g_assert_no_error (error);
  }

  outstanding = g_new0 (Outstanding, 1);
  outstanding->wire = self;
  if (cancellable != NULL)
    {
      outstanding->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (
        outstanding->cancelled, G_SOURCE_FUNC (on_cancelled), outstanding, NULL);
      g_source_attach (outstanding->cancelled, NULL);
    }
  outstanding->request = vis_message_ref (request);
  outstanding->task = task;
  g_ptr_array_add (self->outstanding, outstanding);
}

static VisMessage *
fake_wire_request_finish (VisWire *wire, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_wire_iface_init (VisWireInterface *iface)
{
  iface->request_async = fake_wire_request_async;
  iface->request_finish = fake_wire_request_finish;
}

static void
fake_wire_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  FakeWire *self = FAKE_WIRE (object);

  switch (id)
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
      g_value_set_boxed (value, NULL);
      break;
    case PROP_MARK:
      g_value_set_string (value, self->mark);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
fake_wire_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  FakeWire *self = FAKE_WIRE (object);

  if (id == PROP_MARK)
    {
      g_free (self->mark);
      self->mark = g_value_dup_string (value);
      return;
    }
  if (id != PROP_SINCE)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  self->since = g_value_get_int64 (value);
  g_object_notify (object, "since");
}

/* Fails all requests, with the error of the real wire. */
static void
fail_all (FakeWire *self)
{
  g_autoptr (GPtrArray) all = g_steal_pointer (&self->outstanding);

  self->outstanding = g_ptr_array_new_with_free_func ((GDestroyNotify) outstanding_free);
  for (guint i = 0; i < all->len; i++)
    g_task_return_new_error (
      ((Outstanding *) g_ptr_array_index (all, i))->task, VIS_ERROR, VIS_ERROR_LOST, "lost");
}

static void
fake_wire_dispose (GObject *object)
{
  fail_all (FAKE_WIRE (object));

  G_OBJECT_CLASS (fake_wire_parent_class)->dispose (object);
}

static void
fake_wire_finalize (GObject *object)
{
  FakeWire *self = FAKE_WIRE (object);

  g_clear_pointer (&self->hello, vis_message_unref);
  g_free (self->mark);
  g_ptr_array_unref (self->outstanding);

  G_OBJECT_CLASS (fake_wire_parent_class)->finalize (object);
}

static void
fake_wire_class_init (FakeWireClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = fake_wire_get_property;
  object_class->set_property = fake_wire_set_property;
  object_class->dispose = fake_wire_dispose;
  object_class->finalize = fake_wire_finalize;
  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_HELLO, "hello");
  g_object_class_override_property (object_class, PROP_SINCE, "since");
  g_object_class_override_property (object_class, PROP_MARK, "mark");
  g_object_class_override_property (object_class, PROP_ICE_SERVERS, "ice-servers");
}

static void
fake_wire_init (FakeWire *self)
{
  self->since = -1;
  self->outstanding = g_ptr_array_new_with_free_func ((GDestroyNotify) outstanding_free);
}

FakeWire *
fake_wire_new (void)
{
  return g_object_new (FAKE_TYPE_WIRE, NULL);
}

void
fake_wire_set_state (FakeWire *self, VisWireState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

static VisMessage *
decode (const char *text)
{
  g_autofree char   *id = NULL;
  g_autoptr (GError) error = NULL;
  VisMessage        *message = vis_codec_decode (text, strlen (text), VIS_FROM_SERVER, &id, &error);

  if (message == NULL)
    g_error ("%s: %s", text, error->message);
  return message;
}

static void
connect_with (FakeWire *self, gint64 seq, const char *more)
{
  g_autofree char *text =
    g_strdup_printf ("{\"type\":\"ok\",\"id\":1,\"user\":\"ada\",\"device\":\"d1\",\"name\":"
                     "\"Ada\",\"seq\":%" G_GINT64_FORMAT "%s}",
                     seq,
                     more);

  fake_wire_set_state (self, VIS_WIRE_CONNECTING);
  fake_wire_set_state (self, VIS_WIRE_AUTHENTICATING);
  self->hello = decode (text);
  fake_wire_set_state (self, VIS_WIRE_ONLINE);
}

/* Goes through all states to online, with a server whose last event is @seq; with @reset, the
 * client was offline for longer than the server keeps events. */
void
fake_wire_connect (FakeWire *self, gint64 seq, gboolean reset)
{
  connect_with (self, seq, reset ? ",\"reset\":true" : "");
}

/* The same, but the server's database was restored from a backup. */
void
fake_wire_connect_to_copy (FakeWire *self, gint64 seq)
{
  connect_with (self, seq, ",\"reset\":true,\"lost\":true");
}

void
fake_wire_disconnect (FakeWire *self)
{
  g_clear_pointer (&self->hello, vis_message_unref);
  fake_wire_set_state (self, VIS_WIRE_WAITING);
  fail_all (self);
}

void
fake_wire_event (FakeWire *self, const char *format, ...)
{
  g_autofree char       *text = NULL;
  g_autoptr (VisMessage) event = NULL;
  va_list                args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  event = decode (text);
  vis_wire_emit_event (VIS_WIRE (self), event);
}

guint
fake_wire_count (FakeWire *self, VisKind kind)
{
  guint count = 0;

  for (guint i = 0; i < self->outstanding->len; i++)
    if (vis_message_get_kind (((Outstanding *) self->outstanding->pdata[i])->request) == kind)
      count++;

  return count;
}

VisMessage *
fake_wire_find (FakeWire *self, VisKind kind)
{
  for (guint i = 0; i < self->outstanding->len; i++)
    {
      Outstanding *outstanding = self->outstanding->pdata[i];

      if (vis_message_get_kind (outstanding->request) == kind)
        return outstanding->request;
    }

  return NULL;
}

/* Waits for a request of @kind, and returns it. */
VisMessage *
fake_wire_expect (FakeWire *self, VisKind kind)
{
  WAIT_FOR (fake_wire_find (self, kind) != NULL);
  return fake_wire_find (self, kind);
}

static Outstanding *
take (FakeWire *self, VisMessage *request)
{
  for (guint i = 0; i < self->outstanding->len; i++)
    if (((Outstanding *) self->outstanding->pdata[i])->request == request)
      return g_ptr_array_steal_index (self->outstanding, i);

  g_assert_not_reached ();
}

void
fake_wire_ok (FakeWire *self, VisMessage *request, const char *format, ...)
{
  Outstanding     *outstanding = take (self, request);
  g_autofree char *fields = NULL;
  g_autofree char *text = NULL;
  va_list          args;

  va_start (args, format);
  fields = g_strstrip (g_strdup_vprintf (format, args));
  va_end (args);
  text = g_strdup_printf ("{\"type\":\"ok\",\"id\":1%s%s}", *fields != '\0' ? "," : "", fields);
  g_task_return_pointer (outstanding->task, decode (text), (GDestroyNotify) vis_message_unref);
  outstanding_free (outstanding);
}

void
fake_wire_refuse (FakeWire *self, VisMessage *request, const char *code)
{
  Outstanding     *outstanding = take (self, request);
  g_autofree char *text = g_strdup_printf ("{\"type\":\"error\",\"id\":1,\"code\":\"%s\"}", code);
  g_autoptr (VisMessage) answer = decode (text);
  GError                *error = NULL;

  vis_protocol_error_set (&error, answer);
  g_task_return_error (outstanding->task, error);
  outstanding_free (outstanding);
}

gint64
fake_wire_get_since (FakeWire *self)
{
  return self->since;
}
