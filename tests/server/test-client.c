/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_S 30 /* timeout of each wait, on the slowest machine */

static int
open_socket (TestServer *server)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = g_htons (server->port) };
  struct timeval     patience = { .tv_sec = PATIENCE_S };
  int                fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  inet_pton (AF_INET, "127.0.0.1", &address.sin_addr);
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

static void
write_all (int fd, const char *data, gsize length)
{
  while (length > 0)
    {
      ssize_t n = send (fd, data, length, MSG_NOSIGNAL);

      g_assert_cmpint (n, >, 0);
      data += n;
      length -= (gsize) n;
    }
}

/* Sends an HTTP request; returns the status of the response. */
guint
test_server_http (TestServer *self,
                  const char *method,
                  const char *path,
                  const char *token,
                  const char *body,
                  char      **answer)
{
  g_autofree char *request =
    g_strdup_printf ("%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n"
                     "%s%s%s%s%s%s\r\n%s",
                     method,
                     path,
                     body != NULL ? (int) strlen (body) : 0,
                     token != NULL ? "Authorization: Bearer " : "",
                     token != NULL ? token : "",
                     token != NULL ? "\r\n" : "",
                     self->forwarded != NULL ? "X-Forwarded-For: " : "",
                     self->forwarded != NULL ? self->forwarded : "",
                     self->forwarded != NULL ? "\r\n" : "",
                     body != NULL ? body : "");
  g_autoptr (GString) in = g_string_new (NULL);
  char                buffer[4096];
  ssize_t             n;
  int                 fd = open_socket (self);

  write_all (fd, request, strlen (request));
  while ((n = recv (fd, buffer, sizeof buffer, 0)) > 0)
    g_string_append_len (in, buffer, n);
  close (fd);
  g_assert_true (g_str_has_prefix (in->str, "HTTP/1.1 "));
  if (answer != NULL)
    *answer = g_strdup (strstr (in->str, "\r\n\r\n") + 4);
  return (guint) atoi (in->str + 9);
}

/* Sends the opening handshake of a WebSocket; returns the HTTP status of the response. */
static guint
upgrade (TestClient *self, TestServer *server)
{
  g_autofree char *request =
    g_strdup_printf ("GET /v1/socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                     "Sec-WebSocket-Protocol: visavis.v1\r\n%s%s%s\r\n",
                     server->forwarded != NULL ? "X-Forwarded-For: " : "",
                     server->forwarded != NULL ? server->forwarded : "",
                     server->forwarded != NULL ? "\r\n" : "");
  const char *end;

  self->fd = open_socket (server);
  self->in = g_string_new (NULL);
  write_all (self->fd, request, strlen (request));
  while ((end = strstr (self->in->str, "\r\n\r\n")) == NULL)
    {
      char    buffer[1024];
      ssize_t n = recv (self->fd, buffer, sizeof buffer, 0);

      g_assert_cmpint (n, >, 0);
      g_string_append_len (self->in, buffer, n);
    }
  g_assert_true (g_str_has_prefix (self->in->str, "HTTP/1.1 "));
  return (guint) atoi (self->in->str + 9);
}

/* The HTTP status of an opening handshake; 101 for success. */
guint
test_client_try_connect (TestServer *server)
{
  g_autoptr (TestClient) self = g_new0 (TestClient, 1);

  return upgrade (self, server);
}

TestClient *
test_client_connect (TestServer *server)
{
  TestClient *self = g_new0 (TestClient, 1);

  g_assert_cmpuint (upgrade (self, server), ==, 101);
  g_assert_nonnull (strstr (self->in->str, "Sec-WebSocket-Protocol: visavis.v1\r\n"));
  g_assert_null (strstr (self->in->str, "deflate"));
  g_string_erase (self->in, 0, strstr (self->in->str, "\r\n\r\n") + 4 - self->in->str);
  return self;
}

TestClient *
test_client_new (TestServer *server, const char *token, gint64 since, VisMessage **hello)
{
  TestClient            *self = test_client_connect (server);
  g_autoptr (VisMessage) answer = NULL;

  if (since >= 0)
    answer = test_client_request (
      self, "\"type\":\"hello\",\"token\":\"%s\",\"since\":%" G_GINT64_FORMAT, token, since);
  else
    answer = test_client_request (self, "\"type\":\"hello\",\"token\":\"%s\"", token);
  g_assert_cmpint (vis_message_get_kind (answer), ==, VIS_KIND_OK);
  self->seq = since >= 0 && !vis_message_get_boolean (answer, VIS_FIELD_RESET)
                ? since
                : vis_message_get_seq (answer);
  if (hello != NULL)
    *hello = g_steal_pointer (&answer);
  return self;
}

void
test_client_free (TestClient *self)
{
  close (self->fd);
  g_string_free (self->in, TRUE);
  g_queue_clear_full (&self->events, (GDestroyNotify) vis_message_unref);
  g_free (self);
}

void
test_client_write (TestClient *self, gconstpointer data, gsize length)
{
  write_all (self->fd, data, length);
}

void
test_client_frame (TestClient *self, gboolean last, int opcode, gconstpointer data, gsize length)
{
  g_autoptr (GString) out = g_string_new (NULL);
  static const guint8 mask[] = { 0x37, 0xfa, 0x21, 0x3d };

  g_string_append_c (out, (char) ((last ? 0x80 : 0) | opcode));
  if (length < 126)
    g_string_append_c (out, (char) (0x80 | length));
  else if (length < 65536)
    {
      g_string_append_c (out, (char) 0xfe);
      g_string_append_c (out, (char) (length >> 8));
      g_string_append_c (out, (char) (length & 255));
    }
  else
    {
      g_string_append_c (out, (char) 0xff);
      for (int shift = 56; shift >= 0; shift -= 8)
        g_string_append_c (out, (char) ((guint64) length >> shift & 255));
    }
  g_string_append_len (out, (const char *) mask, sizeof mask);
  for (gsize i = 0; i < length; i++)
    g_string_append_c (out, (char) (((const guint8 *) data)[i] ^ mask[i % 4]));
  write_all (self->fd, out->str, out->len);
}

void
test_client_text (TestClient *self, const char *text)
{
  test_client_frame (self, TRUE, 1, text, strlen (text));
}

static void
need (TestClient *self, gsize length)
{
  while (self->in->len < length)
    {
      char    buffer[16384];
      ssize_t n = recv (self->fd, buffer, sizeof buffer, 0);

      if (n <= 0)
        g_error (
          "The server has said nothing for %d s, or closed: %s", PATIENCE_S, g_strerror (errno));
      g_string_append_len (self->in, buffer, n);
    }
}

/* Reads the next frame; answers pings before it. */
static char *
read_frame (TestClient *self, int *opcode, gsize *length)
{
  for (;;)
    {
      const guint8    *data;
      gsize            header = 2;
      g_autofree char *payload = NULL;

      need (self, 10 > self->in->len ? 2 : 10);
      data = (const guint8 *) self->in->str;
      *length = data[1] & 127;
      if (*length == 126)
        {
          need (self, header = 4);
          data = (const guint8 *) self->in->str;
          *length = (gsize) data[2] << 8 | data[3];
        }
      else if (*length == 127)
        {
          need (self, header = 10);
          data = (const guint8 *) self->in->str;
          *length = (gsize) data[6] << 24 | (gsize) data[7] << 16 | (gsize) data[8] << 8 | data[9];
        }
      g_assert_cmpint (data[1] & 0x80, ==, 0);
      need (self, header + *length);
      *opcode = (guint8) self->in->str[0] & 15;
      payload = g_strndup (self->in->str + header, *length);
      g_string_erase (self->in, 0, (gssize) (header + *length));
      if (*opcode == 9)
        test_client_frame (self, TRUE, 10, payload, *length);
      else
        return g_steal_pointer (&payload);
    }
}

char *
test_client_read_text (TestClient *self)
{
  int   opcode;
  gsize length;
  char *text = read_frame (self, &opcode, &length);

  if (opcode == 8)
    g_error ("The server closed with %d", (guint8) text[0] << 8 | (guint8) text[1]);
  g_assert_cmpint (opcode, ==, 1);
  return text;
}

/* Reads the next message; asserts that the `seq` of durable events has no gap. */
VisMessage *
test_client_read (TestClient *self)
{
  g_autofree char   *text = test_client_read_text (self);
  g_autoptr (GError) error = NULL;
  VisMessage *message = vis_codec_decode (text, strlen (text), VIS_FROM_SERVER, NULL, &error);

  if (message == NULL)
    g_error ("%s: %s", text, error->message);
  if (vis_message_get_request (message) == NULL && vis_message_get_seq (message) > 0)
    {
      g_assert_cmpint (vis_message_get_seq (message), ==, self->seq + 1);
      self->seq++;
    }
  return message;
}

/* Reads until the server sends a close frame; returns its code, 0 if the connection ends without
 * one. */
int
test_client_read_close (TestClient *self)
{
  int   opcode = 0;
  gsize length;

  while (opcode != 8)
    {
      g_autofree char *text = NULL;
      char             byte;

      if (self->in->len == 0 && recv (self->fd, &byte, 1, MSG_PEEK) <= 0)
        return 0;
      text = read_frame (self, &opcode, &length);
      if (opcode == 8)
        return length >= 2 ? (guint8) text[0] << 8 | (guint8) text[1] : 1005;
    }
  g_assert_not_reached ();
}

/* The next event of a kind; only presence may come before it. */
VisMessage *
test_client_event (TestClient *self, VisKind kind)
{
  for (;;)
    {
      g_autoptr (VisMessage) message = g_queue_pop_head (&self->events);

      if (message == NULL)
        message = test_client_read (self);
      g_assert_null (vis_message_get_request (message));
      if (vis_message_get_kind (message) == kind)
        return g_steal_pointer (&message);
      if (vis_message_get_kind (message) != VIS_KIND_PRESENCE)
        g_error ("Expected %d, got %s", kind, vis_message_get_type_name (message));
    }
}

static VisMessage *
request (TestClient *self, const char *fields)
{
  g_autofree char *text = g_strdup_printf ("{\"id\":%u,%s}", ++self->next, fields);
  g_autofree char *id = g_strdup_printf ("%u", self->next);

  test_client_text (self, text);
  for (;;)
    {
      g_autoptr (VisMessage) message = test_client_read (self);

      if (vis_message_get_request (message) == NULL)
        g_queue_push_tail (&self->events, g_steal_pointer (&message));
      else
        {
          g_assert_cmpstr (vis_message_get_request (message), ==, id);
          /* One's own messages come as answers, and have a `seq` too. */
          if (vis_message_get_kind (message) == VIS_KIND_OK &&
              vis_message_has (message, VIS_FIELD_MESSAGE) &&
              vis_message_get_seq (message) == self->seq + 1)
            self->seq++;
          return g_steal_pointer (&message);
        }
    }
}

/* Sends a request and waits for the answer; keeps the events that come before it. */
VisMessage *
test_client_request (TestClient *self, const char *format, ...)
{
  g_autofree char *fields = NULL;
  va_list          arguments;

  va_start (arguments, format);
  fields = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return request (self, fields);
}

void
test_client_ok (TestClient *self, const char *format, ...)
{
  g_autofree char       *fields = NULL;
  g_autoptr (VisMessage) answer = NULL;
  va_list                arguments;

  va_start (arguments, format);
  fields = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  answer = request (self, fields);
  if (vis_message_get_kind (answer) != VIS_KIND_OK)
    g_error ("%s: %s", fields, vis_message_get_string (answer, VIS_FIELD_ERROR_TEXT));
}

void
test_client_error (TestClient *self, const char *code, const char *format, ...)
{
  g_autofree char       *fields = NULL;
  g_autoptr (VisMessage) answer = NULL;
  va_list                arguments;

  va_start (arguments, format);
  fields = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  answer = request (self, fields);
  g_assert_cmpint (vis_message_get_kind (answer), ==, VIS_KIND_ERROR);
  g_assert_cmpstr (vis_message_get_string (answer, VIS_FIELD_CODE), ==, code);
}

/* Whether no event but presence is on its way: they would come before the answer to one more
 * request. */
gboolean
test_client_is_quiet (TestClient *self)
{
  test_client_ok (self, "\"type\":\"turn:refresh\"");
  for (GList *l = self->events.head; l != NULL; l = l->next)
    if (vis_message_get_kind (l->data) != VIS_KIND_PRESENCE)
      return FALSE;
  return TRUE;
}

static gboolean
accept_any (GTlsConnection *connection, GTlsCertificate *theirs, GTlsCertificateFlags errors)
{
  return TRUE;
}

/* The client side of TLS on a connection, before its handshake. It accepts any certificate, and has
 * no certificate database: loading that can take longer than a server waits. */
GIOStream *
test_client_tls (GIOStream *plain)
{
  GTlsBackend       *backend = g_tls_backend_get_default ();
  g_autoptr (GError) error = NULL;
  GIOStream         *tls = g_initable_new (g_tls_backend_get_client_connection_type (backend),
                                   NULL,
                                   &error,
                                   "base-io-stream",
                                   plain,
                                   "database",
                                   NULL,
                                   NULL);

  g_assert_no_error (error);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_any), NULL);
  return tls;
}

static void
on_cancelled (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_false (g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL));
  *(gboolean *) data = TRUE;
}

/* The bytes of a ClientHello. */
GBytes *
test_client_make_hello (void)
{
  g_autoptr (GCancellable)      cancellable = g_cancellable_new ();
  g_autoptr (GSocket)           near = NULL;
  g_autoptr (GSocket)           far = NULL;
  g_autoptr (GSocketConnection) base = NULL;
  g_autoptr (GIOStream)         tls = NULL;
  gboolean                      done = FALSE;
  guint8                        hello[4096];
  gssize                        n;
  int                           fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  near = g_socket_new_from_fd (fds[0], NULL);
  far = g_socket_new_from_fd (fds[1], NULL);
  base = g_socket_connection_factory_create_connection (near);
  tls = test_client_tls (G_IO_STREAM (base));
  g_tls_connection_handshake_async (
    G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, cancellable, on_cancelled, &done);
  n = g_socket_receive (far, (char *) hello, sizeof hello, NULL, NULL);
  g_assert_cmpint (n, >, 100);
  g_assert_cmpint (n, ==, 5 + (hello[3] << 8 | hello[4]));
  g_cancellable_cancel (cancellable);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  return g_bytes_new (hello, (gsize) n);
}

/* Makes the socket's buffers small, so that they fill early. A write into a full one times out. */
void
test_client_narrow (int fd)
{
  struct timeval patience = { .tv_sec = 2 };
  int            bytes = 32 * 1024;

  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience), ==, 0);
  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes), ==, 0);
  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes), ==, 0);
}
