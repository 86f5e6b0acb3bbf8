/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-peer-private.h"
#include "vis-request-id.h"
#include "vis-server-limits.h"

/* Frames of a client before they reach the handler: rate limit, decoding, hello first. */

static void
on_bad (VisPeer *self, const char *request, const GError *error)
{
  self->context->counters->bad_frames++;
  vis_peer_answer_error (self, request, (VisProtocolError) error->code, error->message, 0);
  if (error->code == VIS_PROTOCOL_ERROR_BAD_FRAME && ++self->bad_frames >= VIS_LIMIT_BAD_FRAMES)
    vis_peer_close (self, VIS_CLOSE_POLICY);
}

/* A refusal costs as much as some requests, and reading a frame costs in proportion to its length:
 * a client that ignores rate_limited is closed. */
static void
on_too_fast (VisPeer *self, const char *data, gsize length, guint wait)
{
  g_autofree char *id = vis_request_id_find (data, length);

  self->context->counters->refused++;
  vis_peer_answer_error (self, id, VIS_PROTOCOL_ERROR_RATE_LIMITED, "too many requests", wait);
  self->refused += 1 + (guint) (length / VIS_SERVER_REFUSED_BYTES);
  if (self->refused >= VIS_SERVER_REFUSED_FRAMES)
    vis_peer_close (self, VIS_CLOSE_POLICY);
}

/* The only frame read before hello is answered. */
static void
on_first (VisPeer *self, VisMessage *request, const char *id, const GError *error)
{
  if (request != NULL && vis_message_get_kind (request) == VIS_KIND_HELLO)
    {
      self->context->handler->hello (self, request, self->context->owner);
      return;
    }
  if (request == NULL)
    on_bad (self, id, error);
  else
    vis_peer_answer_error (self, id, VIS_PROTOCOL_ERROR_UNAUTHORIZED, "say hello first", 0);
  vis_peer_close (self, VIS_CLOSE_POLICY);
}

static void
on_request (VisPeer *self, VisMessage *request, const char *id, const GError *error)
{
  if (request == NULL)
    on_bad (self, id, error);
  else if (vis_message_get_kind (request) == VIS_KIND_HELLO)
    vis_peer_answer_error (self, id, VIS_PROTOCOL_ERROR_BAD_REQUEST, "one hello is enough", 0);
  else
    self->context->handler->request (self, request, self->context->owner);
}

/**
 * vis_peer_take_text:
 * @self: a peer
 * @data: a whole text message
 * @length: its length in bytes
 *
 * Takes a frame of the client: checks the rate limit, decodes it, and passes it to the handler or
 * answers with an error.
 */
void
vis_peer_take_text (VisPeer *self, const char *data, gsize length)
{
  g_autofree char       *id = NULL;
  g_autoptr (GError)     error = NULL;
  g_autoptr (VisMessage) request = NULL;
  guint                  wait = 0;

  self->context->counters->frames++;
  if (self->context->rate_limits)
    wait = vis_token_bucket_take (&self->frames,
                                  1.0 + (double) (length / VIS_RATE_FRAME_BYTES),
                                  VIS_RATE_FRAME_BURST,
                                  VIS_RATE_FRAME_REFILL,
                                  g_get_monotonic_time ());
  if (wait > 0)
    {
      on_too_fast (self, data, length, wait);
      return;
    }
  self->refused -= self->refused > 0;
  request = vis_codec_decode (data, length, VIS_FROM_CLIENT, &id, &error);
  if (self->joined)
    on_request (self, request, id, error);
  else
    on_first (self, request, id, error);
}
