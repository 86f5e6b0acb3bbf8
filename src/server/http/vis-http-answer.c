/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-http-answer.h"

/* HTTP responses (docs/protocol.md, section 1). */

static const struct
{
  VisProtocolError code;
  guint            status;
} statuses[] = {
  { VIS_PROTOCOL_ERROR_UNAUTHORIZED, SOUP_STATUS_UNAUTHORIZED },
  { VIS_PROTOCOL_ERROR_BAD_CREDENTIALS, SOUP_STATUS_UNAUTHORIZED },
  { VIS_PROTOCOL_ERROR_BAD_INVITE, SOUP_STATUS_FORBIDDEN },
  { VIS_PROTOCOL_ERROR_FORBIDDEN, SOUP_STATUS_FORBIDDEN },
  { VIS_PROTOCOL_ERROR_USER_TAKEN, SOUP_STATUS_CONFLICT },
  { VIS_PROTOCOL_ERROR_CONFLICT, SOUP_STATUS_CONFLICT },
  { VIS_PROTOCOL_ERROR_NOT_FOUND, SOUP_STATUS_NOT_FOUND },
  { VIS_PROTOCOL_ERROR_TOO_LARGE, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE },
  { VIS_PROTOCOL_ERROR_RATE_LIMITED, 429 },
  { VIS_PROTOCOL_ERROR_UNAVAILABLE, SOUP_STATUS_SERVICE_UNAVAILABLE },
};

/* Takes ownership of @text. */
static void
set_body (SoupServerMessage *message, char *text, gsize length)
{
  vis_http_answer_nothing (message);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, text, length);
}

/**
 * vis_http_answer:
 * @message: a request
 * @status: the status of the response
 * @body: the body of the response
 *
 * Sets the response, in place of an earlier one.
 */
void
vis_http_answer (SoupServerMessage *message, guint status, const VisMessage *body)
{
  gsize length;
  char *text = vis_codec_encode (body, &length);

  soup_server_message_set_status (message, status, NULL);
  set_body (message, text, length);
}

/**
 * vis_http_error_body:
 * @code: the error of the protocol
 * @text: description for developers, not translated
 * @retry_ms: milliseconds until the client may ask again, 0 for never
 * @length: (out): length of the body in bytes
 *
 * Returns: (transfer full): the body of an error response
 */
char *
vis_http_error_body (VisProtocolError code, const char *text, guint retry_ms, gsize *length)
{
  g_autoptr (VisMessage) body = vis_message_new (VIS_KIND_HTTP_ERROR);
  g_autoptr (VisMessage) object = vis_message_new (VIS_KIND_OBJECT_ERROR);

  vis_message_set_string (object, VIS_FIELD_CODE, vis_protocol_error_to_code (code));
  vis_message_set_string (object, VIS_FIELD_ERROR_TEXT, text);
  if (retry_ms > 0)
    vis_message_set_integer (object, VIS_FIELD_RETRY_AFTER_MS, retry_ms);
  vis_message_set_object (body, VIS_FIELD_ERROR, object);
  return vis_codec_encode (body, length);
}

/**
 * vis_http_answer_error:
 * @message: a request
 * @code: the error of the protocol, which determines the status
 * @text: description for developers, not translated
 * @retry_ms: milliseconds until the client may ask again (`Retry-After`), 0 for never
 *
 * Sets an error response, in place of an earlier one.
 */
void
vis_http_answer_error (SoupServerMessage *message,
                       VisProtocolError   code,
                       const char        *text,
                       guint              retry_ms)
{
  guint status = SOUP_STATUS_BAD_REQUEST;
  gsize length;
  char *body = vis_http_error_body (code, text, retry_ms, &length);

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].code == code)
      status = statuses[i].status;
  if (retry_ms > 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%u", retry_ms / 1000 + 1);

      soup_message_headers_replace (
        soup_server_message_get_response_headers (message), "Retry-After", seconds);
    }
  soup_server_message_set_status (message, status, NULL);
  set_body (message, body, length);
}

void
vis_http_answer_gerror (SoupServerMessage *message, const GError *error)
{
  vis_http_answer_error (message,
                         error->domain == VIS_PROTOCOL_ERROR ? (VisProtocolError) error->code
                                                             : VIS_PROTOCOL_ERROR_UNAVAILABLE,
                         error->message,
                         0);
}

/**
 * vis_http_answer_unasked:
 * @message: a request that has just begun
 *
 * Sets a body for the responses that libsoup sends by itself with a status alone: it refuses
 * malformed requests before any handler of ours is called.
 */
void
vis_http_answer_unasked (SoupServerMessage *message)
{
  gsize length;
  char *body =
    vis_http_error_body (VIS_PROTOCOL_ERROR_BAD_REQUEST, VIS_HTTP_NOT_UNDERSTOOD, 0, &length);

  set_body (message, body, length);
}

/**
 * vis_http_answer_nothing:
 * @message: a request
 *
 * Clears the body of the response, not its status.
 */
void
vis_http_answer_nothing (SoupServerMessage *message)
{
  soup_server_message_set_response (message, NULL, SOUP_MEMORY_STATIC, NULL, 0);
}

/**
 * vis_http_allow_origins:
 * @message: a request
 *
 * Adds the CORS headers that let a page of any origin read the response. There are no cookies, so
 * that is safe.
 */
void
vis_http_allow_origins (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Access-Control-Allow-Origin", "*");
  soup_message_headers_replace (headers, "Access-Control-Allow-Methods", "GET, POST");
  soup_message_headers_replace (
    headers, "Access-Control-Allow-Headers", "authorization, content-type");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
}
