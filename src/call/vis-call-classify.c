/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-classify.h"

#include "vis-error.h"
#include "vis-id.h"
#include "vis-limits.h"
#include "vis-protocol-error.h"

/* Turns frames, errors and states of media into events of the machine, by the context of the call.
 * Every condition of the protocol's section 5 is here, so that the table has none. */

/**
 * vis_call_frame_read:
 * @self: (out caller-allocates): what the classifier needs
 * @message: a frame of a call (one of the kinds of calls); must live as long as @self is used
 *
 * Reads a frame. `ended` and `bad` are left %FALSE, for who knows to say.
 */
void
vis_call_frame_read (VisCallFrame *self, const VisMessage *message)
{
  *self = (VisCallFrame){
    .kind = vis_message_get_kind (message),
    .call = vis_message_get_string (message, VIS_FIELD_CALL),
    .from = vis_message_get_string (message, VIS_FIELD_FROM),
    .age_ms = vis_message_get_integer (message, VIS_FIELD_AGE_MS),
  };
  if (vis_message_has (message, VIS_FIELD_GEN))
    self->gen = (int) vis_message_get_integer (message, VIS_FIELD_GEN);
  if (self->kind == VIS_KIND_CALL_END)
    self->reason = vis_end_reason_from_string (vis_message_get_string (message, VIS_FIELD_REASON));
}

static gboolean
is_at_hand (const VisCallContext *context, const char *call)
{
  return context->state != VIS_CALL_IDLE && g_strcmp0 (context->call, call) == 0;
}

static gboolean
is_ours (const VisCallContext *context, const VisCallFrame *frame)
{
  if (!is_at_hand (context, frame->call))
    return FALSE;

  /* A frame without `from` is of the server itself; any other has to be of the other side. */
  return frame->from == NULL || g_strcmp0 (context->peer, frame->from) == 0;
}

static VisCallEvent
classify_new_offer (const VisCallContext *context, const VisCallFrame *frame)
{
  if (frame->ended || frame->gen != 0 || frame->from == NULL)
    return VIS_CALL_EVENT_NONE;
  if (frame->age_ms > VIS_LIMIT_RING_MS)
    return VIS_CALL_EVENT_NONE;

  if (frame->bad)
    return VIS_CALL_EVENT_GOT_BAD_OFFER;

  if (context->state != VIS_CALL_CALLING || g_strcmp0 (context->peer, frame->from) != 0)
    return VIS_CALL_EVENT_GOT_OFFER;

  /* Without a sent offer there is no glare: the other side knows of no other call. */
  return context->offered && vis_id_compare (context->call, frame->call) < 0
           ? VIS_CALL_EVENT_GLARE_WON
           : VIS_CALL_EVENT_GLARE_LOST;
}

static VisCallEvent
classify_offer (const VisCallContext *context, const VisCallFrame *frame)
{
  if (!is_at_hand (context, frame->call))
    return classify_new_offer (context, frame);

  /* In a call only the caller makes offers, with growing `gen`. */
  if (!is_ours (context, frame) || context->outgoing || context->state != VIS_CALL_IN_CALL)
    return VIS_CALL_EVENT_NONE;

  return frame->gen > context->newest ? VIS_CALL_EVENT_GOT_NEXT_OFFER : VIS_CALL_EVENT_NONE;
}

static VisCallEvent
classify_answer (const VisCallContext *context, const VisCallFrame *frame)
{
  if (!is_ours (context, frame) || !context->outgoing)
    return VIS_CALL_EVENT_NONE;
  if (frame->gen == 0)
    return VIS_CALL_EVENT_GOT_ANSWER;

  return frame->gen == context->next ? VIS_CALL_EVENT_GOT_NEXT_ANSWER : VIS_CALL_EVENT_NONE;
}

static VisCallEvent
classify_ice (const VisCallContext *context, const VisCallFrame *frame)
{
  if (!is_ours (context, frame))
    return VIS_CALL_EVENT_NONE;
  if (context->state == VIS_CALL_RINGING)
    return frame->gen == 0 ? VIS_CALL_EVENT_GOT_CANDIDATES : VIS_CALL_EVENT_NONE;

  /* Candidates may overtake the offer of a newer generation. */
  if (frame->gen == context->current || frame->gen == context->next || frame->gen > context->newest)
    return VIS_CALL_EVENT_GOT_CANDIDATES;

  return VIS_CALL_EVENT_NONE;
}

static VisCallEvent
classify_renew (const VisCallContext *context, const VisCallFrame *frame)
{
  if (!is_ours (context, frame) || !context->outgoing)
    return VIS_CALL_EVENT_NONE;

  /* Stale: a generation newer than `gen` is open already. Or there can be no newer one. */
  if (frame->gen < MAX (context->current, context->next) ||
      context->newest >= VIS_LIMIT_GENERATION || frame->gen >= VIS_LIMIT_GENERATION)
    return VIS_CALL_EVENT_NONE;

  return VIS_CALL_EVENT_GOT_RENEW;
}

static VisCallEvent
classify_end (const VisCallContext *context, const VisCallFrame *frame)
{
  if (!is_at_hand (context, frame->call))
    return frame->ended ? VIS_CALL_EVENT_NONE : VIS_CALL_EVENT_GOT_OTHER_END;

  /* `from` is our own user: another device of ours has answered or declined. */
  if (frame->from != NULL && g_str_equal (context->user, frame->from))
    return VIS_CALL_EVENT_GOT_ELSEWHERE;
  if (!is_ours (context, frame))
    return VIS_CALL_EVENT_NONE;

  if (frame->reason == VIS_END_BUSY || frame->reason == VIS_END_DECLINED)
    return VIS_CALL_EVENT_GOT_REFUSAL;
  if (frame->reason == VIS_END_ANSWERED_ELSEWHERE)
    return VIS_CALL_EVENT_GOT_ELSEWHERE;

  return VIS_CALL_EVENT_GOT_END;
}

/**
 * vis_call_classify_frame:
 * @context: about the one call
 * @frame: what the wire said
 *
 * Names what a frame means here and now; the rules are those of the protocol, section 5.
 *
 * Returns: the event, or @VIS_CALL_EVENT_NONE for what is stale, repeated or not ours
 */
VisCallEvent
vis_call_classify_frame (const VisCallContext *context, const VisCallFrame *frame)
{
  if (frame->call == NULL)
    return VIS_CALL_EVENT_NONE;
  if (frame->kind == VIS_KIND_CALL_OFFER)
    return classify_offer (context, frame);
  if (frame->kind == VIS_KIND_CALL_ANSWER)
    return classify_answer (context, frame);
  if (frame->kind == VIS_KIND_CALL_ICE)
    return classify_ice (context, frame);
  if (frame->kind == VIS_KIND_CALL_RENEW)
    return classify_renew (context, frame);
  if (frame->kind == VIS_KIND_CALL_END)
    return classify_end (context, frame);
  if (!is_ours (context, frame))
    return VIS_CALL_EVENT_NONE;
  if (frame->kind == VIS_KIND_CALL_RINGING)
    return context->outgoing ? VIS_CALL_EVENT_GOT_RINGING : VIS_CALL_EVENT_NONE;
  if (frame->kind == VIS_KIND_CALL_MEDIA)
    return VIS_CALL_EVENT_GOT_MEDIA;

  return VIS_CALL_EVENT_NONE;
}

static VisCallEvent
classify_failed_offer (const GError *error, gboolean again)
{
  if (g_error_matches (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_NOT_FOUND) ||
      g_error_matches (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_FORBIDDEN) ||
      g_error_matches (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BLOCKED))
    return VIS_CALL_EVENT_UNREACHABLE;

  /* `conflict` for a repeated offer means that its first copy arrived before the connection was
   * lost. */
  if (again && g_error_matches (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_CONFLICT))
    return VIS_CALL_EVENT_NONE;

  return VIS_CALL_EVENT_OFFER_FAILED;
}

static VisCallEvent
classify_failed_answer (const VisCallContext *context, const GError *error, gboolean again)
{
  if (g_error_matches (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_NOT_FOUND))
    return VIS_CALL_EVENT_GOT_END;

  /* `conflict` for a repeated answer: if media has flowed, this device's answer was the accepted
   * one. (visavisd does not refuse a repeated answer, another server may.) */
  if (g_error_matches (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_CONFLICT))
    return again && context->was_up ? VIS_CALL_EVENT_NONE : VIS_CALL_EVENT_GOT_ELSEWHERE;

  return VIS_CALL_EVENT_ANSWER_FAILED;
}

/**
 * vis_call_classify_denial:
 * @context: about the one call
 * @request: what was asked; only kind, call and generation are read
 * @error: why it failed
 *
 * Looks whether the server knows nothing of a call whose path is lost.
 *
 * Returns: %TRUE if so; the second time in a row, [func@call_classify_failure] takes its word for
 * it
 */
gboolean
vis_call_classify_denial (const VisCallContext *context,
                          const VisCallFrame   *request,
                          const GError         *error)
{
  return is_at_hand (context, request->call) && context->path == VIS_CALL_PATH_LOST &&
         (request->kind == VIS_KIND_CALL_RENEW ||
          (request->kind == VIS_KIND_CALL_OFFER && request->gen > 0)) &&
         g_error_matches (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_NOT_FOUND);
}

/**
 * vis_call_classify_failure:
 * @context: about the one call
 * @request: what was asked; only kind, call and generation are read
 * @error: why it failed
 * @again: whether it had been sent once before
 *
 * Names what a failed request means. The first offer and the first answer decide about the call.
 * One that goes on is not ended by a server that can't do something for it; but one that
 * reconnects, and of which the server knows nothing twice in a row, was ended and this side did not
 * hear it.
 *
 * Returns: the event, or @VIS_CALL_EVENT_NONE
 */
VisCallEvent
vis_call_classify_failure (const VisCallContext *context,
                           const VisCallFrame   *request,
                           const GError         *error,
                           gboolean              again)
{
  if (!is_at_hand (context, request->call))
    return VIS_CALL_EVENT_NONE;
  if (context->denied && vis_call_classify_denial (context, request, error))
    return VIS_CALL_EVENT_GOT_END;
  if (request->gen != 0)
    return VIS_CALL_EVENT_NONE;
  if (request->kind == VIS_KIND_CALL_OFFER && context->outgoing)
    return classify_failed_offer (error, again);
  if (request->kind == VIS_KIND_CALL_ANSWER && !context->outgoing)
    return classify_failed_answer (context, error, again);

  return VIS_CALL_EVENT_NONE;
}

static gboolean
can_renew (const VisCallContext *context)
{
  return context->online && context->newest < VIS_LIMIT_GENERATION;
}

/**
 * vis_call_classify_wire:
 * @context: about the one call; `online` is what was known until now
 * @online: what is so now
 *
 * Names a change of the connection to the server. A generation that both sides agreed about does
 * not need it: it keeps its time.
 *
 * Returns: the event, or @VIS_CALL_EVENT_NONE
 */
VisCallEvent
vis_call_classify_wire (const VisCallContext *context, gboolean online)
{
  if (!context->online == !online)
    return VIS_CALL_EVENT_NONE;
  if (!online)
    return VIS_CALL_EVENT_WIRE_LOST;
  if (context->state != VIS_CALL_IN_CALL || context->path != VIS_CALL_PATH_LOST ||
      context->agreed || context->newest >= VIS_LIMIT_GENERATION)
    return VIS_CALL_EVENT_WIRE_BACK;

  return context->outgoing ? VIS_CALL_EVENT_RETRY_CALLER : VIS_CALL_EVENT_RETRY_CALLEE;
}

/**
 * vis_call_classify_retry:
 * @context: about the one call
 *
 * Names what it means that a new generation has not come to carry media for a while.
 *
 * Returns: the event
 */
VisCallEvent
vis_call_classify_retry (const VisCallContext *context)
{
  if (context->path == VIS_CALL_PATH_UP)
    return VIS_CALL_EVENT_RETRY_NEEDLESS;
  if (!can_renew (context))
    return VIS_CALL_EVENT_RETRY_LATER;

  return context->outgoing ? VIS_CALL_EVENT_RETRY_CALLER : VIS_CALL_EVENT_RETRY_CALLEE;
}

static VisCallEvent
classify_lost (const VisCallContext *context)
{
  if (context->path == VIS_CALL_PATH_LOST)
    return VIS_CALL_EVENT_NONE;
  if (context->next != VIS_CALL_NO_GENERATION || !can_renew (context))
    return VIS_CALL_EVENT_MEDIA_LOST;

  return context->outgoing ? VIS_CALL_EVENT_MEDIA_LOST_CALLER : VIS_CALL_EVENT_MEDIA_LOST_CALLEE;
}

static VisCallEvent
classify_current (const VisCallContext *context, VisSessionState state)
{
  if (state == VIS_SESSION_CONNECTED)
    return context->path == VIS_CALL_PATH_UP ? VIS_CALL_EVENT_NONE : VIS_CALL_EVENT_MEDIA_CONNECTED;
  /* Only before the first media: a path that worked is renewed instead. */
  if (state == VIS_SESSION_UNUSABLE && context->path == VIS_CALL_PATH_NEW)
    return VIS_CALL_EVENT_MEDIA_UNUSABLE;
  if (state == VIS_SESSION_STALLED || state == VIS_SESSION_FAILED || state == VIS_SESSION_UNUSABLE)
    return classify_lost (context);

  return VIS_CALL_EVENT_NONE;
}

static VisCallEvent
classify_next (const VisCallContext *context, VisSessionState state)
{
  if (state == VIS_SESSION_CONNECTED)
    return VIS_CALL_EVENT_MEDIA_REPLACED;
  if (state == VIS_SESSION_STALLED || state == VIS_SESSION_FAILED || state == VIS_SESSION_UNUSABLE)
    return VIS_CALL_EVENT_NEXT_FAILED;

  return VIS_CALL_EVENT_NONE;
}

/**
 * vis_call_classify_session:
 * @context: about the one call
 * @gen: the generation whose session it is
 * @state: what the session says of itself
 *
 * Names what a change of a media session means.
 *
 * Returns: the event, or @VIS_CALL_EVENT_NONE for a generation that is not there any more
 */
VisCallEvent
vis_call_classify_session (const VisCallContext *context, int gen, VisSessionState state)
{
  if (gen < 0 || (gen != context->current && gen != context->next))
    return VIS_CALL_EVENT_NONE;
  if (state == VIS_SESSION_INSECURE)
    return VIS_CALL_EVENT_MEDIA_INSECURE;

  return gen == context->current ? classify_current (context, state)
                                 : classify_next (context, state);
}

/**
 * vis_call_classify_description:
 * @context: about the one call
 * @gen: the generation that is described
 *
 * Names what a description of our own is.
 *
 * Returns: the event, or @VIS_CALL_EVENT_NONE for a generation that is not there any more
 */
VisCallEvent
vis_call_classify_description (const VisCallContext *context, int gen)
{
  if (gen < 0 || (gen != context->current && gen != context->next))
    return VIS_CALL_EVENT_NONE;

  return context->outgoing ? VIS_CALL_EVENT_OFFER_READY : VIS_CALL_EVENT_ANSWER_READY;
}

/**
 * vis_call_classify_candidates:
 * @context: about the one call
 * @gen: the generation that they belong to
 *
 * Names candidates of our own.
 *
 * Returns: the event, or @VIS_CALL_EVENT_NONE for a generation that is not there any more
 */
VisCallEvent
vis_call_classify_candidates (const VisCallContext *context, int gen)
{
  if (gen < 0 || (gen != context->current && gen != context->next))
    return VIS_CALL_EVENT_NONE;

  return VIS_CALL_EVENT_CANDIDATES_READY;
}
