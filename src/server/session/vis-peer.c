/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-peer-private.h"

#include <string.h>

#include "vis-server-limits.h"

static void on_events (VisServerStoreOp *op, gpointer data);

/**
 * vis_peer_new:
 * @context: (transfer none): what all peers share
 * @client: address of the client, of vis_token_bucket_key()
 *
 * Returns: (transfer full): a peer before hello, for vis_peer_set_sink()
 */
VisPeer *
vis_peer_new (const VisPeerContext *context, const char *client)
{
  VisPeer *self = g_new0 (VisPeer, 1);

  g_ref_count_init (&self->refs);
  self->context = context;
  self->client = g_strdup (client);
  return self;
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
  g_clear_object (&self->cancellable);
  g_free (self->client);
  g_free (self->user_name);
  g_free (self->name);
  g_free (self->device_id);
  g_free (self);
}

/**
 * vis_peer_set_sink:
 * @self: (transfer full): a peer
 * @sink: the output of the peer
 * @data: passed to @sink
 *
 * Connects a peer, and counts it among those before hello. It lives until vis_peer_disconnect() and
 * the end of its pending requests.
 */
void
vis_peer_set_sink (VisPeer *self, const VisPeerSink *sink, gpointer data)
{
  self->sink = sink;
  self->sink_data = data;
  self->counted = TRUE;
  vis_tally_enter (self->context->ungreeted, self->client);
  self->context->counters->sockets++;
}

gboolean
vis_peer_is_connected (VisPeer *self)
{
  return self->sink != NULL;
}

/**
 * vis_peer_get_cancellable:
 * @self: a peer that is connected
 *
 * Returns: (transfer none): cancelled when the connection is closed, for operations on its behalf
 */
GCancellable *
vis_peer_get_cancellable (VisPeer *self)
{
  if (self->cancellable == NULL)
    self->cancellable = g_cancellable_new ();
  return self->cancellable;
}

const char *
vis_peer_get_client (VisPeer *self)
{
  return self->client;
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

/**
 * vis_peer_send:
 * @self: a peer
 * @message: an answer
 *
 * Sends an answer; a no-op once disconnected.
 */
void
vis_peer_send (VisPeer *self, const VisMessage *message)
{
  g_autofree char *text = NULL;
  gsize            length;

  if (self->sink == NULL)
    return;
  text = vis_codec_encode (message, &length);
  vis_peer_send_written (self, text, length);
}

/**
 * vis_peer_send_written:
 * @self: a peer
 * @text: an answer, encoded
 * @length: its length in bytes
 *
 * Sends an answer; a no-op once disconnected.
 */
void
vis_peer_send_written (VisPeer *self, const char *text, gsize length)
{
  if (self->sink != NULL)
    self->sink->send (self->sink_data, text, length);
}

/**
 * vis_peer_send_text:
 * @self: a peer
 * @text: an event without a seq
 * @length: its length in bytes
 *
 * Sends an event that is not durable. After hello it is held until the device has caught up; events
 * beyond %VIS_SERVER_LATER_EVENTS are dropped.
 */
void
vis_peer_send_text (VisPeer *self, const char *text, gsize length)
{
  if (self->sink == NULL)
    return;
  if (self->later == NULL)
    self->sink->send (self->sink_data, text, length);
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

static void
catch_up (VisPeer *self)
{
  VisServerStoreOp *op;

  if (self->catching_up || self->behind || self->sink == NULL)
    return;
  self->catching_up = TRUE;
  op = vis_server_store_op_new (VIS_STORE_EVENTS, on_events, vis_peer_ref (self));
  op->user = self->user;
  op->after = self->pushed;
  op->limit = VIS_SERVER_CATCH_UP_EVENTS;
  vis_server_store_submit (self->context->store, op);
}

/**
 * vis_peer_push:
 * @self: a peer
 * @seq: its sequence number
 * @text: a durable event
 * @length: its length in bytes
 *
 * Sends a durable event if its seq is the next one. A duplicate is dropped; a gap is filled from
 * the store.
 */
void
vis_peer_push (VisPeer *self, gint64 seq, const char *text, gsize length)
{
  self->seen = MAX (self->seen, seq);
  if (self->catching_up || self->behind || seq <= self->pushed || self->sink == NULL)
    return;
  if (seq > self->pushed + 1)
    {
      catch_up (self);
      return;
    }
  self->pushed = seq;
  self->sink->send (self->sink_data, text, length);
}

/**
 * vis_peer_skip:
 * @self: a peer
 * @seq: sequence number of an event that the device gets with the answer to its request
 *
 * Counts an event as sent, or fills a gap before it from the store.
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
 * @seq: sequence number of the newest event in the store
 *
 * Fills a gap up to @seq from the store.
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

/* Upper bound of the size of the answer to a request, in bytes. */
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
      /* The answer repeats the text; JSON escapes a control character in six bytes. */
      return VIS_SERVER_REQUEST_BYTES +
             6 * (gssize) strlen (vis_message_get_string (draft, VIS_FIELD_TEXT));
    default:
      return VIS_SERVER_REQUEST_BYTES;
    }
}

/**
 * vis_peer_begin:
 * @self: a peer
 * @request: a request whose answer is pending
 *
 * Takes a reference until vis_peer_end() and reserves the size of the answer: the socket stops
 * reading while too much is reserved.
 */
void
vis_peer_begin (VisPeer *self, const VisMessage *request)
{
  vis_peer_ref (self);
  if (self->sink != NULL)
    self->sink->owe (self->sink_data, weigh_answer (request));
}

/* Releases what vis_peer_begin() has taken, after the answer was sent. */
void
vis_peer_end (VisPeer *self, const VisMessage *request)
{
  if (self->sink != NULL)
    self->sink->owe (self->sink_data, -weigh_answer (request));
  vis_peer_unref (self);
}

void
vis_peer_close (VisPeer *self, guint16 code)
{
  if (self->sink != NULL)
    self->sink->close (self->sink_data, code);
}

/* All durable events are sent: sends the events without seq that were held meanwhile. */
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
      /* The stored text lacks seq, which is the key of the row, and mark. */
      g_string_printf (text, "{\"seq\":%" G_GINT64_FORMAT ",", event->place.seq);
      if (event->place.mark >= 0)
        g_string_append_printf (text, "\"mark\":\"%08x\",", (guint) event->place.mark);
      g_string_append (text, event->text + 1);
    }
  self->sink->send (self->sink_data, text->str, text->len);
  self->pushed = event->place.seq;
}

static void
on_events (VisServerStoreOp *op, gpointer data)
{
  g_autoptr (VisPeer) self = data;
  guint               n = op->events != NULL ? op->events->len : 0;

  self->catching_up = FALSE;
  if (self->sink == NULL)
    return;
  if (op->error != NULL)
    {
      /* The client reconnects and resumes with since. */
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
  else if (self->sink->get_pending (self->sink_data) < VIS_SERVER_CATCH_UP_BYTES)
    catch_up (self);
  else
    self->behind = TRUE;
}

/**
 * vis_peer_take_drained:
 * @self: a peer
 *
 * The output of the socket has drained: continues catching up.
 */
void
vis_peer_take_drained (VisPeer *self)
{
  if (!self->behind)
    return;
  self->behind = FALSE;
  catch_up (self);
}

/* Removes the peer from the count of those before hello. */
static void
discount (VisPeer *self)
{
  if (self->counted)
    vis_tally_leave (self->context->ungreeted, self->client);
  self->counted = FALSE;
}

/**
 * vis_peer_identify:
 * @self: a peer that is connected
 * @account: the device and its user, from the store
 *
 * Sets the identity after hello. All requests are allowed from then on.
 */
void
vis_peer_identify (VisPeer *self, const VisStoreAccount *account)
{
  self->user = account->id;
  self->device = account->device;
  self->user_name = g_strdup (account->user);
  self->name = g_strdup (account->name);
  self->device_id = g_strdup (account->device_id);
  self->joined = TRUE;
  discount (self);
  self->sink->set_greeted (self->sink_data);
}

/**
 * vis_peer_resume:
 * @self: a peer
 * @pushed: seq of the newest event that the device has
 * @seen: seq of the newest event that exists
 *
 * Sets the seq from which the device resumes. If it lacks events, those without seq are held until
 * vis_peer_catch_up() has sent them all.
 */
void
vis_peer_resume (VisPeer *self, gint64 pushed, gint64 seen)
{
  self->pushed = pushed;
  self->seen = seen;
  if (pushed < seen)
    self->later = g_ptr_array_new_with_free_func (g_free);
}

/**
 * vis_peer_catch_up:
 * @self: a peer
 *
 * Sends the durable events that the device lacks, from the store.
 */
void
vis_peer_catch_up (VisPeer *self)
{
  if (self->pushed < self->seen)
    catch_up (self);
}

/**
 * vis_peer_disconnect:
 * @self: (transfer full): a peer
 *
 * Called by the sink when the connection is closed: cancels, and calls the handler's `gone` if the
 * peer was identified.
 */
void
vis_peer_disconnect (VisPeer *self)
{
  self->sink = NULL;
  discount (self);
  g_cancellable_cancel (self->cancellable);
  if (self->joined)
    {
      self->joined = FALSE;
      self->context->handler->gone (self, self->context->owner);
    }
  vis_peer_unref (self);
}
