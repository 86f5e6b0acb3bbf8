/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-context.h"
#include "vis-media-session.h"
#include "vis-message.h"

G_BEGIN_DECLS

void         vis_call_frame_read (VisCallFrame *self, const VisMessage *message);

VisCallEvent vis_call_classify_frame (const VisCallContext *context, const VisCallFrame *frame);
gboolean     vis_call_classify_denial (const VisCallContext *context,
                                       const VisCallFrame   *request,
                                       const GError         *error);
VisCallEvent vis_call_classify_failure (const VisCallContext *context,
                                        const VisCallFrame   *request,
                                        const GError         *error,
                                        gboolean              again);
VisCallEvent vis_call_classify_wire (const VisCallContext *context, gboolean online);
VisCallEvent vis_call_classify_retry (const VisCallContext *context);
VisCallEvent
vis_call_classify_session (const VisCallContext *context, int gen, VisSessionState state);
VisCallEvent vis_call_classify_description (const VisCallContext *context, int gen);
VisCallEvent vis_call_classify_candidates (const VisCallContext *context, int gen);

G_END_DECLS
