/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-context.h"

G_BEGIN_DECLS

/**
 * VisCallEnding:
 * @context: before the end
 * @event: what ended the call
 * @heard: whether the other side said anything since the path was lost, or, before there was one,
 *   at all
 * @error: (nullable): why a request failed, of @VIS_CALL_EVENT_OFFER_FAILED and
 *   @VIS_CALL_EVENT_ANSWER_FAILED
 * @from_server: whether it was the server that said so, of @VIS_CALL_EVENT_GOT_END
 *
 * What is known at the end of a call that failed.
 */
typedef struct
{
  const VisCallContext *context;
  VisCallEvent          event;
  gboolean              heard;
  const GError         *error;
  gboolean              from_server;
} VisCallEnding;

VisCallFault vis_call_fault_find (const VisCallEnding *ending);
gboolean     vis_call_fault_is_heard (gboolean before, VisCallEvent event);

G_END_DECLS
