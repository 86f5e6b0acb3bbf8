/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-bus.h"
#include "vis-call-router.h"
#include "vis-peer.h"

G_BEGIN_DECLS

/**
 * VisCallWriter:
 *
 * Applies the results of the router: writes changes of calls to the store, and sends frames and
 * answers only after the commit. Until then the output of that call is queued in its order, so that
 * a server that is killed has told no device anything that it does not know after the restart. A
 * change that the store refuses is retried until it is written; the output does not wait for that.
 */
typedef struct _VisCallWriter VisCallWriter;

/**
 * VisCallEnded:
 * @call: the id of a call that was to begin
 * @data: the data of vis_call_writer_new()
 *
 * Called when the store has recorded the end of a call of this id before. Its queued output was
 * dropped; but devices may have heard of the call while the store refused writes.
 */
typedef void (*VisCallEnded) (const char *call, gpointer data);

VisCallWriter *vis_call_writer_new (VisBus         *bus,
                                    VisServerStore *store,
                                    VisCallEnded    ended,
                                    gpointer        data) G_GNUC_WARN_UNUSED_RESULT;
void           vis_call_writer_free (VisCallWriter *self);
void           vis_call_writer_apply (VisCallWriter            *self,
                                      const VisCallRouteResult *result,
                                      VisPeer                  *peer,
                                      VisMessage               *request);
void           vis_call_writer_write_again (VisCallWriter *self);
gboolean       vis_call_writer_is_idle (VisCallWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisCallWriter, vis_call_writer_free)

G_END_DECLS
