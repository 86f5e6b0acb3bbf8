/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-socket.h"

#include <string.h>
#include <sys/epoll.h>

#include <wslay/wslay.h>

#include "vis-send-buffer.h"
#include "vis-server-limits.h"

struct _VisSocket
{
  VisEngineClient         client;
  GIOStream              *stream;
  GSocket                *connection;
  GPollableInputStream   *in;
  GPollableOutputStream  *out;
  wslay_event_context_ptr ws;

  const VisSocketHandler *handler;
  gpointer                owner;

  VisSendBuffer           output;
  gsize                   owed; /* reserved for answers to come, in bytes */
  GQueue                  held; /* of GBytes: messages that wslay parsed after reading was paused */

  GByteArray             *early; /* read before hello was answered, and not parsed yet */
  gsize                   given; /* how much of it wslay has, in bytes */

  gint64                  created;
  gint64                  heard;
  gint64                  pinged;
  gint64                  linger; /* when to drop a closing connection, 0 while open */
  gsize                   budget;
  guint                   hello_received : 1; /* the first text message has come */
  guint                   greeted : 1;        /* and was a valid hello */
  guint                   paused : 1;
  guint                   closing : 1;
  guint                   finished : 1;
  guint                   overflown : 1;
  guint                   dead : 1;
};

/* Before hello is answered, wslay gets one byte at a time, so that it reads nothing of a frame
 * behind the first one. */
static ssize_t
give_early (VisSocket *self, uint8_t *buffer, size_t length)
{
  gsize n = self->greeted ? MIN (length, self->early->len - self->given) : 1;

  memcpy (buffer, self->early->data + self->given, n);
  self->given += n;
  if (self->given < self->early->len)
    return (ssize_t) n;
  g_clear_pointer (&self->early, g_byte_array_unref);
  self->given = 0;
  return (ssize_t) n;
}

static ssize_t
would_block (VisSocket *self)
{
  wslay_event_set_error (self->ws, WSLAY_ERR_WOULDBLOCK);
  return -1;
}

/* Reads from the connection. Returns what wslay expects of a receive callback. */
static ssize_t
read_in (VisSocket *self, uint8_t *buffer, size_t length)
{
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (self->in, buffer, length, NULL, &error);

  if (n > 0)
    {
      self->heard = vis_engine_get_now (self->client.engine);
      self->budget -= MIN (self->budget, (gsize) n);
      vis_engine_client_charge_read (&self->client, (gsize) n);
      if (self->budget == 0)
        vis_engine_client_mark_ready (&self->client);
      /* A short read has emptied the socket: saves the read that would fail with EAGAIN. */
      if ((gsize) n < length)
        self->budget = 0;
      return n;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return would_block (self);
  wslay_event_set_error (self->ws, WSLAY_ERR_CALLBACK_FAILURE);
  self->dead = TRUE;
  return -1;
}

static ssize_t
on_receive (wslay_event_context_ptr ws, uint8_t *buffer, size_t length, int flags, void *user_data)
{
  VisSocket *self = user_data;
  guint8     early[VIS_SERVER_HELLO_BYTES];
  ssize_t    n;

  if (self->paused || (self->budget == 0 && self->early == NULL))
    return would_block (self);
  if (self->early != NULL)
    return give_early (self, buffer, length);
  if (self->greeted)
    return read_in (self, buffer, length);

  n = read_in (self, early, sizeof early);
  if (n <= 0)
    return n;
  self->early = g_byte_array_append (g_byte_array_new (), early, (guint) n);
  return give_early (self, buffer, length);
}

static void
watch (VisSocket *self, guint32 event, gboolean on)
{
  guint32 events = self->client.events;

  vis_engine_client_watch (&self->client, on ? events | event : events & ~event);
}

/* Stops reading from a client that sends requests faster than they are answered or than it reads
 * the answers, or whose hello is not answered yet: TCP's flow control then holds it back. */
static void
balance (VisSocket *self)
{
  gsize    most = self->paused ? VIS_SERVER_OWED_BYTES / 2 : VIS_SERVER_OWED_BYTES;
  gboolean pause =
    (self->hello_received && !self->greeted) || vis_socket_get_pending (self) + self->owed >= most;

  if (self->closing || self->paused == pause)
    return;
  self->paused = pause;
  watch (self, EPOLLIN, !pause);
  if (!self->paused)
    vis_engine_client_mark_ready (&self->client);
}

static gboolean
has_room (VisSocket *self, gsize length)
{
  return vis_socket_get_pending (self) + length <= VIS_SERVER_OUTPUT_BYTES;
}

/* Makes room for @length bytes of output, if need be by writing what the kernel takes. FALSE: the
 * client has to be dropped, which on_flush() does: the caller may be iterating over a list that the
 * owner leaves on `closed`. */
static gboolean
reserve (VisSocket *self, gsize length)
{
  vis_engine_client_mark_dirty (&self->client);
  if (!self->overflown && !has_room (self, length))
    self->overflown = !vis_send_buffer_write (&self->output, self->out) || !has_room (self, length);
  return !self->overflown;
}

/* wslay sends control frames (pong, close) by itself: they are queued behind the other output. */
static ssize_t
on_send (wslay_event_context_ptr ws, const uint8_t *data, size_t length, int flags, void *user_data)
{
  VisSocket *self = user_data;

  /* Pongs count too: a client could send pings and never read. */
  if (reserve (self, length))
    vis_send_buffer_append (&self->output, data, length);
  balance (self);
  return length;
}

static void
on_message (wslay_event_context_ptr                   ws,
            const struct wslay_event_on_msg_recv_arg *arg,
            void                                     *user_data)
{
  VisSocket *self = user_data;

  if (self->closing)
    return;
  vis_engine_client_charge_parse (&self->client, arg->msg_length);
  if (!self->greeted && arg->opcode == WSLAY_TEXT_FRAME)
    {
      self->hello_received = TRUE;
      balance (self);
      self->handler->text (self, (const char *) arg->msg, arg->msg_length, self->owner);
      return;
    }
  /* wslay goes on parsing what it has read, a few KiB, after reading was paused. */
  if (self->paused && arg->opcode == WSLAY_TEXT_FRAME)
    g_queue_push_tail (&self->held, g_bytes_new (arg->msg, arg->msg_length));
  else if (arg->opcode == WSLAY_TEXT_FRAME)
    self->handler->text (self, (const char *) arg->msg, arg->msg_length, self->owner);
  else if (arg->opcode == WSLAY_BINARY_FRAME)
    vis_socket_close (self, VIS_CLOSE_UNSUPPORTED);
}

/* Before hello, only one short text message in one frame is accepted. */
static void
on_frame (wslay_event_context_ptr                           ws,
          const struct wslay_event_on_frame_recv_start_arg *arg,
          void                                             *user_data)
{
  VisSocket *self = user_data;

  if (self->greeted || self->closing || arg->opcode == WSLAY_CONNECTION_CLOSE ||
      (arg->opcode == WSLAY_TEXT_FRAME && arg->fin))
    return;
  vis_socket_close (self, VIS_CLOSE_POLICY);
  wslay_event_shutdown_read (ws);
}

static const struct wslay_event_callbacks callbacks = {
  .recv_callback = on_receive,
  .send_callback = on_send,
  .on_frame_recv_start_callback = on_frame,
  .on_msg_recv_callback = on_message,
};

static void
on_free (VisEngineClient *client)
{
  VisSocket *self = (VisSocket *) client;

  /* Closing a TLS stream sends close_notify, a blocking write, and a client that does not read
   * would block the whole server: after shutdown() it fails at once. */
  g_socket_shutdown (self->connection, TRUE, TRUE, NULL);
  /* Closing the stream alone leaves the descriptor open: libsoup has a reference to the GSocket as
   * well. */
  g_io_stream_close (self->stream, NULL, NULL);
  g_socket_close (self->connection, NULL);
  g_object_unref (self->stream);
  g_object_unref (self->connection);
  wslay_event_context_free (self->ws);
  vis_send_buffer_clear (&self->output);
  g_clear_pointer (&self->early, g_byte_array_unref);
  g_queue_clear_full (&self->held, (GDestroyNotify) g_bytes_unref);
  g_free (self);
}

/* Calls `closed` once, whichever side has closed. */
static void
finish (VisSocket *self)
{
  if (self->finished)
    return;
  self->finished = TRUE;
  self->handler->closed (self, self->owner);
  self->owner = NULL;
}

/* Drops the connection: nothing more is read or written. */
static void
die (VisSocket *self)
{
  self->dead = TRUE;
  self->closing = TRUE;
  vis_engine_client_retire (&self->client);
  finish (self);
}

static guint
seconds_until (gint64 now, gint64 then)
{
  return then <= now ? 1 : (guint) ((then - now + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

/* Sends no more messages, and waits VIS_SERVER_LINGER_MS for the close frame of the other side. */
static void
begin_closing (VisSocket *self)
{
  gint64 now = vis_engine_get_now (self->client.engine);

  self->closing = TRUE;
  self->linger = now + VIS_SERVER_LINGER_MS * 1000;
  vis_engine_client_reschedule (&self->client, seconds_until (now, self->linger));
}

/**
 * vis_socket_close:
 * @self: a socket
 * @code: a status code of RFC 6455, section 7.4
 *
 * Sends a close frame. `closed` is called at once; the connection stays open until the other side
 * has sent its close frame, or for two seconds.
 */
void
vis_socket_close (VisSocket *self, guint16 code)
{
  if (self->closing)
    return;
  begin_closing (self);
  wslay_event_queue_close (self->ws, code, NULL, 0);
  if (wslay_event_send (self->ws) != 0)
    die (self);
  else if (self->paused)
    {
      self->paused = FALSE;
      watch (self, EPOLLIN, TRUE);
      vis_engine_client_mark_ready (&self->client);
    }
  finish (self);
}

/* Discards what comes after our own close frame: unread, it would make the kernel send a TCP reset,
 * which would overtake the close frame. */
static void
discard (VisSocket *self)
{
  guint8 buffer[4096];
  gssize n;

  for (guint i = 0; i < 16; i++)
    {
      g_autoptr (GError) error = NULL;

      n = g_pollable_input_stream_read_nonblocking (self->in, buffer, sizeof buffer, NULL, &error);
      vis_engine_client_charge_read (&self->client, (gsize) MAX (0, n));
      if (n > 0)
        continue;
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        die (self);
      return;
    }
  vis_engine_client_mark_ready (&self->client);
}

/* Messages that were read before the pause come before those that are read after it. */
static void
deliver_held (VisSocket *self)
{
  while (!self->paused && !self->closing && self->held.length > 0)
    {
      g_autoptr (GBytes) text = g_queue_pop_head (&self->held);
      gsize              length;
      const char        *data = g_bytes_get_data (text, &length);

      self->handler->text (self, data, length, self->owner);
    }
}

static void
on_read (VisEngineClient *client)
{
  VisSocket *self = (VisSocket *) client;

  if (self->dead)
    return;
  deliver_held (self);
  if (self->dead)
    return;
  if (!wslay_event_want_read (self->ws))
    {
      discard (self);
      return;
    }

  self->budget = VIS_SERVER_READ_BYTES;
  do
    if (wslay_event_recv (self->ws) != 0 || self->dead)
      {
        die (self);
        return;
      }
  /* wslay returns after each byte of an incomplete frame header. */
  while (self->early != NULL && !self->paused && wslay_event_want_read (self->ws));
  if (wslay_event_want_write (self->ws) && wslay_event_send (self->ws) != 0)
    {
      die (self);
      return;
    }

  /* The other side has closed, or wslay has because of a protocol error. */
  if (!self->closing &&
      (wslay_event_get_close_received (self->ws) || wslay_event_get_close_sent (self->ws)))
    {
      begin_closing (self);
      finish (self);
    }
}

/* Whether the closing handshake is complete (RFC 6455, section 1.4), given that all output is
 * written. */
static gboolean
is_done (VisSocket *self)
{
  return self->closing && wslay_event_get_close_received (self->ws) &&
         wslay_event_get_close_sent (self->ws);
}

static void
on_flush (VisEngineClient *client)
{
  VisSocket *self = (VisSocket *) client;
  gsize      before;

  if (self->dead)
    return;
  before = vis_socket_get_pending (self);
  if (self->overflown || !vis_send_buffer_write (&self->output, self->out))
    {
      die (self);
      return;
    }
  balance (self);
  /* Progress on queued output proves that the client is alive, also while its input is not read. */
  if (self->client.events & EPOLLOUT && vis_socket_get_pending (self) < before)
    self->heard = vis_engine_get_now (self->client.engine);
  if (vis_socket_get_pending (self) > 0)
    {
      watch (self, EPOLLOUT, TRUE);
      return;
    }

  if (self->client.events & EPOLLOUT)
    watch (self, EPOLLOUT, FALSE);

  if (is_done (self))
    die (self);
  else if (!self->closing && self->handler->drained != NULL)
    self->handler->drained (self, self->owner);
}

/**
 * vis_socket_send:
 * @self: a socket
 * @data: a whole text message, UTF-8
 * @length: its length in bytes
 *
 * Queues a text message. All that is queued in one iteration of the main loop is sent in one write.
 * A client with more than VIS_SERVER_OUTPUT_BYTES of unwritten output is dropped.
 */
void
vis_socket_send (VisSocket *self, const char *data, gsize length)
{
  if (self->closing || self->overflown || !reserve (self, length))
    return;
  vis_send_buffer_append_text (&self->output, data, length);
  balance (self);
}

/**
 * vis_socket_set_greeted:
 * @self: a socket
 *
 * Says that hello was valid: its deadline is off, and what comes behind it is read.
 */
void
vis_socket_set_greeted (VisSocket *self)
{
  self->greeted = TRUE;
  wslay_event_config_set_max_recv_msg_length (self->ws, VIS_LIMIT_FRAME_BYTES);
  balance (self);
}

/**
 * vis_socket_reserve_reply:
 * @self: a socket
 * @bytes: the greatest length of an answer to come; the same negative once it was sent
 *
 * Reserves room for answers: together with the unwritten output it decides whether the client is
 * read (VIS_SERVER_OWED_BYTES).
 */
void
vis_socket_reserve_reply (VisSocket *self, gssize bytes)
{
  self->owed = (gsize) ((gssize) self->owed + bytes);
  balance (self);
}

/**
 * vis_socket_get_pending:
 * @self: a socket
 *
 * Returns: how many bytes of output are not written yet
 */
gsize
vis_socket_get_pending (VisSocket *self)
{
  return vis_send_buffer_get_pending (&self->output);
}

static guint
on_check (VisEngineClient *client)
{
  VisSocket *self = (VisSocket *) client;
  gint64     now = vis_engine_get_now (self->client.engine);
  gint64     next;

  if (self->closing)
    {
      if (now < self->linger)
        return seconds_until (now, self->linger);
      die (self);
      return 0;
    }

  if (now - self->heard >= VIS_LIMIT_SILENCE_MS * 1000LL)
    {
      die (self);
      return 0;
    }
  if (!self->greeted && now - self->created >= VIS_LIMIT_HELLO_MS * 1000LL)
    {
      vis_socket_close (self, VIS_CLOSE_POLICY);
      return 0;
    }
  if (now - self->pinged >= VIS_LIMIT_PING_MS * 1000LL)
    {
      const struct wslay_event_msg ping = { WSLAY_PING, NULL, 0 };

      self->pinged = now;
      wslay_event_queue_msg (self->ws, &ping);
      wslay_event_send (self->ws);
    }

  next =
    MIN (self->heard + VIS_LIMIT_SILENCE_MS * 1000LL, self->pinged + VIS_LIMIT_PING_MS * 1000LL);
  if (!self->greeted)
    next = MIN (next, self->created + VIS_LIMIT_HELLO_MS * 1000LL);
  return seconds_until (now, next);
}

static void
on_close (VisEngineClient *client, guint16 code)
{
  vis_socket_close ((VisSocket *) client, code);
}

static void
on_drop (VisEngineClient *client)
{
  die ((VisSocket *) client);
}

static const VisEngineClientFuncs funcs = {
  .read = on_read,
  .flush = on_flush,
  .check = on_check,
  .close = on_close,
  .drop = on_drop,
  .free = on_free,
};

/**
 * vis_socket_new_adopted:
 * @engine: the engine that drives it
 * @stream: the stream of an upgraded connection, plain or TLS
 * @connection: the socket below it
 * @handler: (transfer none): callbacks, static
 * @owner: passed to @handler
 *
 * Takes over a connection after the upgrade to the WebSocket protocol. The streams are libsoup's:
 * they have input that it has buffered, and the state of TLS.
 *
 * Returns: (transfer none): the socket, valid until @handler's `closed` was called
 */
VisSocket *
vis_socket_new_adopted (VisEngine              *engine,
                        GIOStream              *stream,
                        GSocket                *connection,
                        const VisSocketHandler *handler,
                        gpointer                owner)
{
  VisSocket *self = g_new0 (VisSocket, 1);

  self->stream = g_object_ref (stream);
  self->connection = g_object_ref (connection);
  self->in = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  self->out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream));
  self->handler = handler;
  self->owner = owner;
  if (wslay_event_context_server_init (&self->ws, &callbacks, self) != 0)
    g_error ("Out of memory for a connection");
  wslay_event_config_set_max_recv_msg_length (self->ws, VIS_SERVER_HELLO_BYTES);

  vis_engine_add (engine, &self->client, &funcs, g_socket_get_fd (connection));
  self->created = self->heard = self->pinged = vis_engine_get_now (engine);
  vis_engine_client_reschedule (&self->client, on_check (&self->client));
  return self;
}
