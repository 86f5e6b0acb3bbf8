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
set_media (VisMessage *frame, gboolean audio, gboolean video)
{
  g_autoptr (VisMessage) media = vis_message_new (VIS_KIND_OBJECT_MEDIA);

  vis_message_set_boolean (media, VIS_FIELD_AUDIO, audio);
  vis_message_set_boolean (media, VIS_FIELD_VIDEO, video);
  vis_message_set_object (frame, VIS_FIELD_MEDIA, media);
}

/**
 * vis_call_frame_new_offer:
 * @call: the call's id
 * @gen: the generation
 * @to: (nullable): whom to call; of generation 0 only
 * @audio: whether sound is sent at first
 * @video: whether pictures are sent at first
 * @sdp: the offer
 *
 * Returns: (transfer full): the frame
 */
VisMessage *
vis_call_frame_new_offer (
  const char *call, int gen, const char *to, gboolean audio, gboolean video, const char *sdp)
{
  VisMessage *frame = new_frame (VIS_KIND_CALL_OFFER, call);

  vis_message_set_integer (frame, VIS_FIELD_GEN, gen);
  vis_message_set_string (frame, VIS_FIELD_SDP, sdp);
  set_media (frame, audio, video);
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
vis_call_frame_new_answer (
  const char *call, int gen, gboolean audio, gboolean video, const char *sdp)
{
  VisMessage *frame = new_frame (VIS_KIND_CALL_ANSWER, call);

  vis_message_set_integer (frame, VIS_FIELD_GEN, gen);
  vis_message_set_string (frame, VIS_FIELD_SDP, sdp);
  set_media (frame, audio, video);

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
vis_call_frame_new_media (const char *call, gboolean audio, gboolean video)
{
  VisMessage *frame = new_frame (VIS_KIND_CALL_MEDIA, call);

  vis_message_set_boolean (frame, VIS_FIELD_AUDIO, audio);
  vis_message_set_boolean (frame, VIS_FIELD_VIDEO, video);
  vis_message_set_boolean (frame, VIS_FIELD_SCREEN, FALSE);
  return frame;
}

VisMessage *
vis_call_frame_new_end (const char *call, VisEndReason reason)
{
  VisMessage *frame = new_frame (VIS_KIND_CALL_END, call);

  vis_message_set_string (frame, VIS_FIELD_REASON, vis_end_reason_to_string (reason));
  return frame;
}
