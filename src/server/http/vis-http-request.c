/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-http-request.h"

#include <string.h>

#include "vis-http-answer.h"
#include "vis-server-limits.h"

/**
 * vis_http_begin:
 * @message: a request
 * @method: the method that it must have
 *
 * Adds the CORS headers, and answers OPTIONS and wrong methods.
 *
 * Returns: whether to go on
 */
gboolean
vis_http_begin (SoupServerMessage *message, const char *method)
{
  const char *asked = soup_server_message_get_method (message);

  vis_http_allow_origins (message);
  if (strcmp (asked, "OPTIONS") == 0)
    {
      soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
      return FALSE;
    }
  if (strcmp (asked, method) != 0 && !(strcmp (method, "GET") == 0 && strcmp (asked, "HEAD") == 0))
    {
      vis_http_answer_error (
        message, VIS_PROTOCOL_ERROR_BAD_REQUEST, "this is not the method for it", 0);
      soup_server_message_set_status (message, SOUP_STATUS_METHOD_NOT_ALLOWED, NULL);
      return FALSE;
    }
  return TRUE;
}

/**
 * vis_http_read_body:
 * @message: a request
 * @kind: the kind of body that is expected
 *
 * Returns: (transfer full) (nullable): its body; %NULL if that is too long or wrong, and the
 *   response is set
 */
VisMessage *
vis_http_read_body (SoupServerMessage *message, VisKind kind)
{
  SoupMessageBody   *body = soup_server_message_get_request_body (message);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  VisMessage        *decoded;
  gconstpointer      data;
  gsize              length;

  if (body->length > VIS_SERVER_BODY_BYTES)
    {
      vis_http_answer_error (message, VIS_PROTOCOL_ERROR_TOO_LARGE, "the body is too large", 0);
      return NULL;
    }
  bytes = soup_message_body_flatten (body);
  data = g_bytes_get_data (bytes, &length);
  decoded = vis_codec_decode_body (data != NULL ? data : "", length, kind, &error);
  if (decoded == NULL)
    vis_http_answer_gerror (message, error);
  return decoded;
}

/**
 * vis_http_find_client:
 * @message: a request
 *
 * Returns: (transfer full): the client's address for limits and the log, of vis_token_bucket_key()
 */
char *
vis_http_find_client (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  GSocketAddress     *address = soup_server_message_get_remote_address (message);

  return vis_token_bucket_key (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)),
                               soup_message_headers_get_list (headers, "X-Forwarded-For"));
}

static void
on_gone (SoupServerMessage *message, gpointer data)
{
  g_object_set_data (G_OBJECT (message), "visavis-gone", message);
}

/**
 * vis_http_pause:
 * @message: a request
 *
 * Delays the response until vis_http_resume().
 */
void
vis_http_pause (SoupServerMessage *message)
{
  g_signal_connect (message, "disconnected", G_CALLBACK (on_gone), NULL);
  soup_server_message_pause (message);
}

/**
 * vis_http_resume:
 * @message: a request that was paused
 *
 * Sends the response, unless the connection is closed: libsoup has forgotten the message then.
 */
void
vis_http_resume (SoupServerMessage *message)
{
  if (g_object_get_data (G_OBJECT (message), "visavis-gone") == NULL)
    soup_server_message_unpause (message);
}

/**
 * vis_http_take_rate:
 * @message: a request
 * @rates: the buckets of addresses for this request
 *
 * Returns: milliseconds until the client may ask again; 0: now
 */
guint
vis_http_take_rate (SoupServerMessage *message, VisTokenBuckets *rates)
{
  g_autofree char *client = vis_http_find_client (message);

  return vis_token_buckets_take (rates, client, g_get_monotonic_time ());
}
