/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-frames.h"

static VisMessage *
new_frame (VisKind kind, const char *call)
{
  VisMessage *frame = vis_message_new (kind);

  vis_message_set_string (frame, VIS_FIELD_CALL, call);
  return frame;
}

static void
set_sending (VisMessage *message, VisMediaFlags sending)
{
  vis_message_set_boolean (message, VIS_FIELD_AUDIO, (sending & VIS_MEDIA_AUDIO) != 0);
  vis_message_set_boolean (message, VIS_FIELD_VIDEO, (sending & VIS_MEDIA_CAMERA) != 0);
}

static void
set_media (VisMessage *frame, VisMediaFlags sending)
{
  g_autoptr (VisMessage) media = vis_message_new (VIS_KIND_OBJECT_MEDIA);

  set_sending (media, sending);
  vis_message_set_object (frame, VIS_FIELD_MEDIA, media);
}

/**
 * vis_call_frame_new_offer:
 * @call: the call's id
 * @gen: the generation
 * @to: (nullable): whom to call; of generation 0 only
 * @sending: what is sent at first
 * @sdp: the offer
 *
 * Returns: (transfer full): the frame
 */
VisMessage *
vis_call_frame_new_offer (
  const char *call, int gen, const char *to, VisMediaFlags sending, const char *sdp)
{
  VisMessage *frame = new_frame (VIS_KIND_CALL_OFFER, call);

  vis_message_set_integer (frame, VIS_FIELD_GEN, gen);
  vis_message_set_string (frame, VIS_FIELD_SDP, sdp);
  set_media (frame, sending);
  if (to != NULL)
    vis_message_set_string (frame, VIS_FIELD_TO, to);

  return frame;
}

VisMessage *
vis_call_frame_new_ringing (const char *call)
{
  return new_frame (VIS_KIND_CALL_RINGING, call);
}

VisMessage *
vis_call_frame_new_answer (const char *call, int gen, VisMediaFlags sending, const char *sdp)
{
  VisMessage *frame = new_frame (VIS_KIND_CALL_ANSWER, call);

  vis_message_set_integer (frame, VIS_FIELD_GEN, gen);
  vis_message_set_string (frame, VIS_FIELD_SDP, sdp);
  set_media (frame, sending);

  return frame;
}

/**
 * vis_call_frame_new_ice:
 * @call: the call's id
 * @gen: the generation
 * @candidates: (element-type VisMessage): see vis_call_frame_new_candidate()
 *
 * Returns: (transfer full): the frame
 */
VisMessage *
vis_call_frame_new_ice (const char *call, int gen, GPtrArray *candidates)
{
  VisMessage *frame = new_frame (VIS_KIND_CALL_ICE, call);

  vis_message_set_integer (frame, VIS_FIELD_GEN, gen);
  vis_message_set_array (frame, VIS_FIELD_CANDIDATES, candidates);

  return frame;
}

VisMessage *
vis_call_frame_new_candidate (const char *candidate, const char *mid, guint mline)
{
  VisMessage *object = vis_message_new (VIS_KIND_OBJECT_CANDIDATE);

  vis_message_set_string (object, VIS_FIELD_CANDIDATE, candidate);
  vis_message_set_integer (object, VIS_FIELD_SDP_MLINE_INDEX, mline);
  if (mid != NULL)
    vis_message_set_string (object, VIS_FIELD_SDP_MID, mid);

  return object;
}

VisMessage *
vis_call_frame_new_renew (const char *call, int gen)
{
  VisMessage *frame = new_frame (VIS_KIND_CALL_RENEW, call);

  vis_message_set_integer (frame, VIS_FIELD_GEN, gen);
  return frame;
}

VisMessage *
vis_call_frame_new_media (const char *call, VisMediaFlags sending)
{
  VisMessage *frame = new_frame (VIS_KIND_CALL_MEDIA, call);

  set_sending (frame, sending);
  vis_message_set_boolean (frame, VIS_FIELD_SCREEN, (sending & VIS_MEDIA_SCREEN) != 0);
  return frame;
}

VisMessage *
vis_call_frame_new_end (const char *call, VisEndReason reason)
{
  VisMessage *frame = new_frame (VIS_KIND_CALL_END, call);

  vis_message_set_string (frame, VIS_FIELD_REASON, vis_end_reason_to_string (reason));
  return frame;
}
