/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-types.h"
#include "vis-media-flags.h"
#include "vis-message.h"

G_BEGIN_DECLS

/* What a client sends about a call (protocol, section 5). */

VisMessage *vis_call_frame_new_offer (const char   *call,
                                      int           gen,
                                      const char   *to,
                                      VisMediaFlags sending,
                                      const char   *sdp) G_GNUC_WARN_UNUSED_RESULT;
VisMessage *vis_call_frame_new_ringing (const char *call) G_GNUC_WARN_UNUSED_RESULT;
VisMessage *vis_call_frame_new_answer (const char   *call,
                                       int           gen,
                                       VisMediaFlags sending,
                                       const char   *sdp) G_GNUC_WARN_UNUSED_RESULT;
VisMessage *
vis_call_frame_new_ice (const char *call, int gen, GPtrArray *candidates) G_GNUC_WARN_UNUSED_RESULT;
VisMessage *vis_call_frame_new_candidate (const char *candidate,
                                          const char *mid,
                                          guint       mline) G_GNUC_WARN_UNUSED_RESULT;
VisMessage *vis_call_frame_new_renew (const char *call, int gen) G_GNUC_WARN_UNUSED_RESULT;
VisMessage *vis_call_frame_new_media (const char   *call,
                                      VisMediaFlags sending) G_GNUC_WARN_UNUSED_RESULT;
VisMessage *vis_call_frame_new_end (const char  *call,
                                    VisEndReason reason) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
