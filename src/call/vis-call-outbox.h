/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-clock.h"
#include "vis-wire.h"

G_BEGIN_DECLS

/**
 * VisCallOutbox:
 *
 * The frames of calls that are to be sent, in order. What was not answered when the wire was lost
 * is sent again when it is back: each frame means the same when it comes twice.
 *
 * Signals: `answered (VisMessage *frame, VisMessage *answer)`;
 * `failed (VisMessage *frame, GError *error, gboolean again)`, @again being whether the frame had
 * been sent before.
 */
#define VIS_TYPE_CALL_OUTBOX (vis_call_outbox_get_type ())
G_DECLARE_FINAL_TYPE (VisCallOutbox, vis_call_outbox, VIS, CALL_OUTBOX, GObject)

VisCallOutbox *vis_call_outbox_new (VisWire *wire, VisClock *clock) G_GNUC_WARN_UNUSED_RESULT;
void           vis_call_outbox_push (VisCallOutbox *self, VisMessage *frame);
gboolean       vis_call_outbox_forget (VisCallOutbox *self, const char *call, int gen);
void           vis_call_outbox_close (VisCallOutbox *self);

G_END_DECLS
