/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-peer-private.h"

#include <string.h>

#include "vis-server-limits.h"
#include "vis-server-private.h"

static void                   on_drained (VisSocket *socket, gpointer owner);
static void                   on_closed (VisSocket *socket, gpointer owner);
static void                   catch_up (VisPeer *self);

static const VisSocketHandler handler = {
  .text = vis_peer_take_text,
  .drained = on_drained,
  .closed = on_closed,
};

/**
 * vis_peer_accept:
 * @server: the server
 * @engine: what drives the socket
 * @stream: the stream of an upgraded connection
 * @connection: the socket below it
 * @client: where it comes from, of vis_token_bucket_key()
 *
 * Begins with a new socket. The peer lives as long as its socket and what it has asked for.
 */
void
vis_peer_accept (
  VisServer *server, VisEngine *engine, GIOStream *stream, GSocket *connection, const char *client)
{
  VisPeer *self = g_new0 (VisPeer, 1);

  g_ref_count_init (&self->refs);
  self->server = server;
  self->client = g_strdup (client);
  self->counted = TRUE;
  vis_tally_enter (server->ungreeted, client);
  server->counters.sockets++;
  self->socket = vis_socket_new_adopted (engine, stream, connection, &handler, self);
}

VisPeer *
vis_peer_ref (VisPeer *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

void
vis_peer_unref (VisPeer *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->later, g_ptr_array_unref);
  g_free (self->client);
  g_free (self->user_name);
  g_free (self->name);
  g_free (self->device_id);
  g_free (self);
}

gint64
vis_peer_get_user (VisPeer *self)
{
  return self->user;
}

gint64
vis_peer_get_device (VisPeer *self)
{
  return self->device;
}

const char *
vis_peer_get_user_name (VisPeer *self)
{
  return self->user_name;
}

const char *
vis_peer_get_name (VisPeer *self)
{
  return self->name;
}

const char *
vis_peer_get_device_id (VisPeer *self)
{
  return self->device_id;
}

VisServer *
vis_peer_get_server (VisPeer *self)
{
  return self->server;
}

/**
 * vis_peer_send:
 * @self: a peer
 * @message: an answer
 *
 * Sends at once.
 */
void
vis_peer_send (VisPeer *self, const VisMessage *message)
{
  g_autofree char *text = NULL;
  gsize            length;

  if (self->socket == NULL)
    return;
  text = vis_codec_encode (message, &length);
  vis_socket_send (self->socket, text, length);
}

/**
 * vis_peer_send_text:
 * @self: a peer
 * @text: an event without a seq
 * @length: its length in bytes
 *
 * Sends an event; while the device still catches up, after that.
 */
void
vis_peer_send_text (VisPeer *self, const char *text, gsize length)
{
  if (self->socket == NULL)
    return;
  if (self->later == NULL)
    vis_socket_send (self->socket, text, length);
  else if (self->later->len < VIS_SERVER_LATER_EVENTS)
    g_ptr_array_add (self->later, g_strndup (text, length));
}

void
vis_peer_send_event (VisPeer *self, const VisMessage *event)
{
  gsize            length;
  g_autofree char *text = vis_codec_encode (event, &length);

  vis_peer_send_text (self, text, length);
}

/**
 * vis_peer_push:
 * @self: a peer
 * @seq: the place of the event
 * @text: a durable event
 * @length: its length in bytes
 *
 * Sends a durable event if it is the next one. One that was sent is dropped; a gap is filled from
 * the store.
 */
void
vis_peer_push (VisPeer *self, gint64 seq, const char *text, gsize length)
{
  self->seen = MAX (self->seen, seq);
  if (self->catching_up || self->behind || seq <= self->pushed || self->socket == NULL)
    return;
  if (seq > self->pushed + 1)
    {
      catch_up (self);
      return;
    }
  self->pushed = seq;
  vis_socket_send (self->socket, text, length);
}

/**
 * vis_peer_skip:
 * @self: a peer
 * @seq: the place of an event that it knows from an answer
 *
 * Counts an event as sent.
 */
void
vis_peer_skip (VisPeer *self, gint64 seq)
{
  self->seen = MAX (self->seen, seq);
  if (!self->catching_up && !self->behind && seq == self->pushed + 1)
    self->pushed = seq;
  else if (seq > self->pushed)
    catch_up (self);
}

/**
 * vis_peer_notice:
 * @self: a peer
 * @seq: the place of the newest event that there is
 *
 * Fetches what the device has not been told.
 */
void
vis_peer_notice (VisPeer *self, gint64 seq)
{
  self->seen = MAX (self->seen, seq);
  if (seq > self->pushed)
    catch_up (self);
}

void
vis_peer_answer_error (
  VisPeer *self, const char *request, VisProtocolError code, const char *text, guint retry_ms)
{
  g_autoptr (VisMessage) answer = vis_message_new (VIS_KIND_ERROR);

  vis_message_set_request (answer, request);
  vis_message_set_string (answer, VIS_FIELD_CODE, vis_protocol_error_to_code (code));
  vis_message_set_string (answer, VIS_FIELD_ERROR_TEXT, text);
  if (retry_ms > 0)
    vis_message_set_integer (answer, VIS_FIELD_RETRY_AFTER_MS, retry_ms);
  vis_peer_send (self, answer);
}

void
vis_peer_answer_ok (VisPeer *self, const VisMessage *request)
{
  g_autoptr (VisMessage) answer = vis_message_new (VIS_KIND_OK);

  vis_message_set_request (answer, vis_message_get_request (request));
  vis_peer_send (self, answer);
}

/* How long the answer to a request may be. */
static gssize
weigh_answer (const VisMessage *request)
{
  VisMessage *draft;

  switch ((guint) vis_message_get_kind (request))
    {
    case VIS_KIND_CHAT_HISTORY:
    case VIS_KIND_CHAT_LIST:
      return VIS_SERVER_PAGE_BYTES + VIS_LIMIT_FRAME_BYTES;
    case VIS_KIND_CONTACT_LIST:
      return VIS_LIMIT_ANSWER_BYTES;
    case VIS_KIND_CHAT_SEND:
      draft = vis_message_get_object (request, VIS_FIELD_DRAFT);
      /* It is said again, and a control character is six bytes then. */
      return VIS_SERVER_REQUEST_BYTES +
             6 * (gssize) strlen (vis_message_get_string (draft, VIS_FIELD_TEXT));
    default:
      return VIS_SERVER_REQUEST_BYTES;
    }
}

/**
 * vis_peer_begin:
 * @self: a peer
 * @request: a request that waits for the store
 *
 * Keeps the peer until vis_peer_end(), and reads no more of it when too much waits.
 */
void
vis_peer_begin (VisPeer *self, const VisMessage *request)
{
  vis_peer_ref (self);
  if (self->socket != NULL)
    vis_socket_reserve_reply (self->socket, weigh_answer (request));
}

/* Its answer was sent. */
void
vis_peer_end (VisPeer *self, const VisMessage *request)
{
  if (self->socket != NULL)
    vis_socket_reserve_reply (self->socket, -weigh_answer (request));
  vis_peer_unref (self);
}

void
vis_peer_close (VisPeer *self, guint16 code)
{
  if (self->socket != NULL)
    vis_socket_close (self->socket, code);
}

/* Everything is told that there was when the device came; now what has happened since. */
static void
finish_catching_up (VisPeer *self)
{
  g_autoptr (GPtrArray) later = g_steal_pointer (&self->later);

  for (guint i = 0; later != NULL && i < later->len; i++)
    {
      const char *text = g_ptr_array_index (later, i);

      vis_peer_send_text (self, text, strlen (text));
    }
}

static void
send_stored (VisPeer *self, const VisStoreEvent *event)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (event->message != NULL)
    vis_codec_append (text, event->message);
  else
    {
      /* Stored without its place, since that is the key. */
      g_string_printf (text, "{\"seq\":%" G_GINT64_FORMAT ",", event->place.seq);
      if (event->place.mark >= 0)
        g_string_append_printf (text, "\"mark\":\"%08x\",", (guint) event->place.mark);
      g_string_append (text, event->text + 1);
    }
  vis_socket_send (self->socket, text->str, text->len);
  self->pushed = event->place.seq;
}

static void
on_events (VisServerStoreOp *op, gpointer data)
{
  g_autoptr (VisPeer) self = data;
  guint               n = op->events != NULL ? op->events->len : 0;

  self->catching_up = FALSE;
  if (self->socket == NULL)
    return;
  if (op->error != NULL)
    {
      /* It comes back, and asks again. */
      vis_peer_close (self, VIS_CLOSE_GOING_AWAY);
      return;
    }

  self->seen = MAX (self->seen, op->seq);
  for (guint i = 0; i < n; i++)
    send_stored (self, &g_array_index (op->events, VisStoreEvent, i));
  if (n == 0)
    self->pushed = MAX (self->pushed, op->seq);

  if (self->pushed >= self->seen)
    finish_catching_up (self);
  else if (vis_socket_get_pending (self->socket) < VIS_SERVER_CATCH_UP_BYTES)
    catch_up (self);
  else
    self->behind = TRUE;
}

static void
catch_up (VisPeer *self)
{
  VisServerStoreOp *op;

  if (self->catching_up || self->behind || self->socket == NULL)
    return;
  self->catching_up = TRUE;
  op = vis_server_store_op_new (VIS_STORE_EVENTS, on_events, vis_peer_ref (self));
  op->user = self->user;
  op->after = self->pushed;
  op->limit = VIS_SERVER_CATCH_UP_EVENTS;
  vis_server_store_submit (self->server->store, op);
}

static void
on_drained (VisSocket *socket, gpointer owner)
{
  VisPeer *self = owner;

  if (!self->behind)
    return;
  self->behind = FALSE;
  catch_up (self);
}

static VisMessage *
limits_object (void)
{
  VisMessage *limits = vis_message_new (VIS_KIND_OBJECT_LIMITS);

  vis_message_set_integer (limits, VIS_FIELD_FRAME_BYTES, VIS_LIMIT_FRAME_BYTES);
  vis_message_set_integer (limits, VIS_FIELD_TEXT_LENGTH, VIS_LIMIT_TEXT);
  vis_message_set_integer (limits, VIS_FIELD_HISTORY, VIS_LIMIT_HISTORY);
  return limits;
}

static void
answer_hello (VisPeer *self, VisServerStoreOp *op)
{
  static const char *const features[] = { VIS_FEATURE_MARK, NULL };
  const VisStorePlace      newest = { op->seq, op->mark };
  g_autoptr (VisMessage)   answer = vis_message_new (VIS_KIND_OK);
  g_autoptr (VisMessage)   limits = limits_object ();
  g_autoptr (GString)      text = g_string_new (NULL);
  g_autoptr (GPtrArray)    servers = vis_server_ice_servers (self->server, self->user_name);

  vis_message_set_request (answer, vis_message_get_request (op->request));
  vis_message_set_string (answer, VIS_FIELD_USER, self->user_name);
  vis_message_set_string (answer, VIS_FIELD_DEVICE, self->device_id);
  vis_message_set_string (
    answer, VIS_FIELD_NAME, self->name != NULL ? self->name : self->user_name);
  vis_store_place (answer, &newest);
  if (op->reset)
    vis_message_set_boolean (answer, VIS_FIELD_RESET, TRUE);
  if (op->lost)
    vis_message_set_boolean (answer, VIS_FIELD_LOST, TRUE);
  vis_message_set_array (answer, VIS_FIELD_ICE_SERVERS, servers);
  vis_message_set_object (answer, VIS_FIELD_LIMITS, limits);
  vis_message_set_string (answer, VIS_FIELD_SERVER, "visavisd/" VIS_VERSION);
  vis_message_set_strings (answer, VIS_FIELD_FEATURES, features);
  vis_codec_append (text, answer);
  /* For the codec 0 is no place at all; here it says that nothing has happened yet. */
  if (op->seq == 0)
    g_string_insert (text, 1, "\"seq\":0,");
  vis_socket_send (self->socket, text->str, text->len);
}

/* Its place among those that have not said hello is free. */
static void
discount (VisPeer *self)
{
  if (self->counted)
    vis_tally_leave (self->server->ungreeted, self->client);
  self->counted = FALSE;
}

static void
join (VisPeer *self, VisServerStoreOp *op)
{
  VisPeer *before;

  self->user = op->account->id;
  self->device = op->account->device;
  self->user_name = g_strdup (op->account->user);
  self->name = g_strdup (op->account->name);
  self->device_id = g_strdup (op->account->device_id);
  vis_guesses_know (self->server->guesses, self->user_name, self->client);

  before = vis_device_registry_find_device (self->server->registry, self->device);
  if (before != NULL)
    vis_peer_close (before, VIS_CLOSE_REPLACED);
  self->joined = TRUE;
  discount (self);
  vis_socket_set_greeted (self->socket);
  vis_device_registry_join (self->server->registry, self, op->people);
}

static void
on_hello (VisServerStoreOp *op, gpointer data)
{
  VisPeer *self = data;
  gint64   since = vis_message_get_integer (op->request, VIS_FIELD_SINCE);

  if (self->socket == NULL)
    ;
  else if (op->error != NULL)
    {
      gboolean stranger = op->error->code == VIS_PROTOCOL_ERROR_UNAUTHORIZED;

      vis_peer_answer_error (self,
                             vis_message_get_request (op->request),
                             (VisProtocolError) op->error->code,
                             op->error->message,
                             0);
      if (stranger)
        g_message ("A sign-in from %s failed: nobody has this token", self->client);
      vis_peer_close (self, stranger ? VIS_CLOSE_POLICY : VIS_CLOSE_GOING_AWAY);
    }
  else
    {
      self->seen = op->seq;
      self->pushed = op->seq;
      if (vis_message_has (op->request, VIS_FIELD_SINCE) && !op->reset)
        self->pushed = since;
      if (self->pushed < self->seen)
        self->later = g_ptr_array_new_with_free_func (g_free);
      join (self, op);
      answer_hello (self, op);
      vis_calls_join (self->server->calls, self);
      if (self->pushed < self->seen)
        catch_up (self);
    }
  vis_peer_end (self, op->request);
}

/* Finds out whose token it is, and answers when that is known. */
void
vis_peer_hello (VisPeer *self, VisMessage *request)
{
  VisServerStoreOp *op;

  op = vis_server_store_op_new (VIS_STORE_HELLO, on_hello, self);
  op->request = vis_message_ref (request);
  op->account = vis_store_account_new ();
  op->account->token = vis_token_hash (vis_message_get_string (request, VIS_FIELD_TOKEN));
  vis_peer_begin (self, request);
  vis_server_store_submit (self->server->store, op);
}

static void
on_closed (VisSocket *socket, gpointer owner)
{
  VisPeer *self = owner;

  self->socket = NULL;
  discount (self);
  if (self->joined)
    {
      self->joined = FALSE;
      vis_device_registry_leave (self->server->registry, self);
      /* Unless another socket of the same device has taken over. */
      if (vis_device_registry_find_device (self->server->registry, self->device) == NULL)
        vis_calls_leave (self->server->calls, self->device);
    }
  vis_peer_unref (self);
}
