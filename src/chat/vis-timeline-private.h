/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat-message.h"
#include "vis-timeline.h"

G_BEGIN_DECLS

/* Called when older messages are wanted; sets `loading`, and later prepends what it has found. */
typedef void (*VisTimelineLoader) (VisTimeline *timeline, gpointer data);

VisTimeline *vis_timeline_new (void) G_GNUC_WARN_UNUSED_RESULT;
void         vis_timeline_set_loader (VisTimeline      *self,
                                      VisTimelineLoader loader,
                                      gpointer          data,
                                      GDestroyNotify    destroy);
void         vis_timeline_set_loading (VisTimeline *self, gboolean loading);
void         vis_timeline_set_complete (VisTimeline *self, gboolean complete);

/* A timeline is closed, and stays empty, until it is opened. */
void            vis_timeline_open (VisTimeline *self);
gboolean        vis_timeline_get_opened (VisTimeline *self);

void            vis_timeline_insert (VisTimeline *self, VisChatMessage *message);
void            vis_timeline_prepend (VisTimeline *self, GPtrArray *messages);
void            vis_timeline_remove (VisTimeline *self, const char *id);
void            vis_timeline_clear (VisTimeline *self);

VisChatMessage *vis_timeline_lookup (VisTimeline *self, const char *id);
VisChatMessage *vis_timeline_peek (VisTimeline *self, guint index);

G_END_DECLS
