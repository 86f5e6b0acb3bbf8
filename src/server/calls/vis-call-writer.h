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
 * Does what the router says: brings what changes about calls to the disk, and says it to the
 * devices only then. Until the disk has a change, what is to be heard of that call waits in its
 * order, so that a server which is killed at any moment has told nobody what it does not know
 * afterwards. A change that the disk refuses is written again until it is taken; nobody waits for
 * that.
 */
typedef struct _VisCallWriter VisCallWriter;

/**
 * VisCallEnded:
 * @call: the id of a call that was to begin
 * @data: what was given with the function
 *
 * The store knows that a call of this id has ended before. What waited for it was not said; but
 * while the disk took nothing, devices may have heard of it.
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
