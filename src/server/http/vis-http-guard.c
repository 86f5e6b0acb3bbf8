/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-http-guard.h"

#include <string.h>

#include "vis-http-answer.h"
#include "vis-listener.h"
#include "vis-server-limits.h"

#define MAX_DIGITS 15 /* of a Content-Length: far more than is accepted, and no overflow */

/* A body that is too long is read and discarded, not accumulated. */
static void
on_chunk (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  if (body->length > VIS_SERVER_BODY_BYTES)
    soup_message_body_set_accumulate (body, FALSE);
}

/* libsoup has no timeout for a request that is not complete. */
static gboolean
on_too_slow (gpointer data)
{
  SoupServerMessage *message = data;
  GSocket           *connection = vis_listener_find_socket (message);

  if (connection != NULL)
    g_socket_shutdown (connection, TRUE, TRUE, NULL);
  return G_SOURCE_REMOVE;
}

static void
stop_waiting (gpointer source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static void
on_got_body (SoupServerMessage *message, gpointer data)
{
  g_object_set_data (G_OBJECT (message), "visavis-waiting", NULL);
}

/* Whether Content-Length is digits alone, once (RFC 9110, section 8.6; RFC 9112, section 6.3):
 * libsoup accepts a sign, and the last of two. */
static gboolean
has_good_length (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char         *length = soup_message_headers_get_list (headers, "Content-Length");
  gsize               digits;

  if (length == NULL)
    return TRUE;
  digits = strspn (length, G_CSET_DIGITS);
  return digits > 0 && digits <= MAX_DIGITS && length[digits] == '\0' &&
         soup_message_headers_get_list (headers, "Transfer-Encoding") == NULL;
}

/* The end of such a request is unknown, so that the next one could be smuggled into it: it is
 * answered without reading on, and the connection closed. */
static void
refuse (SoupServerMessage *message)
{
  gsize            length;
  g_autofree char *body =
    vis_http_error_body (VIS_PROTOCOL_ERROR_BAD_REQUEST, VIS_HTTP_NOT_UNDERSTOOD, 0, &length);
  g_autofree char    *answer = g_strdup_printf ("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
                                                "Content-Type: application/json\r\n"
                                                "Content-Length: %zu\r\n\r\n%s",
                                             length,
                                             body);
  g_autoptr (GSocket) connection = g_object_ref (vis_listener_find_socket (message));
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  GPollableInputStream *in = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  guint8                rest[4096];

  g_pollable_output_stream_write_nonblocking (
    G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream)),
    answer,
    strlen (answer),
    NULL,
    NULL);
  g_socket_shutdown (connection, FALSE, TRUE, NULL);
  /* Unread input would make the kernel send a TCP reset, which overtakes the response. */
  for (guint i = 0; i < 16; i++)
    if (g_pollable_input_stream_read_nonblocking (in, rest, sizeof rest, NULL, NULL) <= 0)
      break;
  g_io_stream_close (stream, NULL, NULL);
  g_socket_close (connection, NULL);
}

static void
on_got_headers (SoupServerMessage *message, gpointer data)
{
  if (has_good_length (message))
    return;
  on_got_body (message, NULL);
  refuse (message);
}

static void
on_started (SoupServer *http, SoupServerMessage *message, gpointer data)
{
  GSource *source = g_timeout_source_new (VIS_SERVER_HTTP_MS);

  /* libsoup keeps connections alive only on sockets that it listens on itself. */
  soup_message_headers_replace (
    soup_server_message_get_response_headers (message), "Connection", "close");
  g_source_set_callback (source, on_too_slow, message, NULL);
  g_source_attach (source, NULL);
  g_object_set_data_full (G_OBJECT (message), "visavis-waiting", source, stop_waiting);
  g_signal_connect (message, "got-headers", G_CALLBACK (on_got_headers), NULL);
  g_signal_connect (message, "got-body", G_CALLBACK (on_got_body), NULL);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_chunk), NULL);
}

/**
 * vis_http_guard:
 * @http: a server whose connections a #VisListener accepts
 *
 * Limits the time and memory of a request before it is understood. Each response has `Connection:
 * close`; an upgrade has to replace that header.
 */
void
vis_http_guard (SoupServer *http)
{
  g_signal_connect (http, "request-started", G_CALLBACK (on_started), NULL);
}
