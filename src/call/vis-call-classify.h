/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-facts.h"
#include "vis-media-session.h"
#include "vis-message.h"

G_BEGIN_DECLS

void         vis_call_frame_read (VisCallFrame *self, const VisMessage *message);

VisCallEvent vis_call_classify_frame (const VisCallFacts *facts, const VisCallFrame *frame);
gboolean     vis_call_classify_denial (const VisCallFacts *facts,
                                       const VisCallFrame *request,
                                       const GError       *error);
VisCallEvent vis_call_classify_failure (const VisCallFacts *facts,
                                        const VisCallFrame *request,
                                        const GError       *error,
                                        gboolean            again);
VisCallEvent vis_call_classify_wire (const VisCallFacts *facts, gboolean online);
VisCallEvent vis_call_classify_retry (const VisCallFacts *facts);
VisCallEvent vis_call_classify_session (const VisCallFacts *facts, int gen, VisSessionState state);
VisCallEvent vis_call_classify_description (const VisCallFacts *facts, int gen);
VisCallEvent vis_call_classify_candidates (const VisCallFacts *facts, int gen);

G_END_DECLS
