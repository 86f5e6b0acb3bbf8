/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-peer-private.h"
#include "vis-request-id.h"
#include "vis-server-limits.h"
#include "vis-server-private.h"

/* What a client says, before anybody does what it asks for. */

static void
on_bad (VisPeer *self, const char *request, const GError *error)
{
  self->server->counters.bad_frames++;
  vis_peer_answer_error (self, request, (VisProtocolError) error->code, error->message, 0);
  if (error->code == VIS_PROTOCOL_ERROR_BAD_FRAME && ++self->bad_frames >= VIS_LIMIT_BAD_FRAMES)
    vis_peer_close (self, VIS_CLOSE_POLICY);
}

/* Saying no costs as much as some requests do, and reading what is refused the more the longer it
 * is: who does not hear it is sent away. */
static void
on_too_fast (VisPeer *self, const char *data, gsize length, guint wait)
{
  g_autofree char *id = vis_request_id_find (data, length);

  self->server->counters.refused++;
  vis_peer_answer_error (self, id, VIS_PROTOCOL_ERROR_RATE_LIMITED, "too many requests", wait);
  self->refused += 1 + (guint) (length / VIS_SERVER_REFUSED_BYTES);
  if (self->refused >= VIS_SERVER_REFUSED_FRAMES)
    vis_peer_close (self, VIS_CLOSE_POLICY);
}

/* The one frame that is read before hello is answered. */
static void
on_first (VisPeer *self, VisMessage *request, const char *id, const GError *error)
{
  if (request != NULL && vis_message_get_kind (request) == VIS_KIND_HELLO)
    {
      vis_peer_hello (self, request);
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
    vis_server_request (self->server, self, request);
}

/* A whole text message came: judges it by its rate, then by the protocol, then does what it says.
 */
void
vis_peer_take_text (VisSocket *socket, const char *data, gsize length, gpointer owner)
{
  VisPeer               *self = owner;
  g_autofree char       *id = NULL;
  g_autoptr (GError)     error = NULL;
  g_autoptr (VisMessage) request = NULL;
  guint                  wait = 0;

  self->server->counters.frames++;
  if (self->server->config->rate_limits)
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
