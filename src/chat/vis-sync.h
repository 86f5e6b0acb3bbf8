/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisSyncStart:
 * @VIS_SYNC_RESUME: the server tells what was missed
 * @VIS_SYNC_RESET: it can't: everything is asked for anew
 *
 * How a connection begins.
 */
typedef enum
{
  VIS_SYNC_RESUME,
  VIS_SYNC_RESET,
} VisSyncStart;

/**
 * VisSyncVerdict:
 * @VIS_SYNC_NEXT: it follows the last one
 * @VIS_SYNC_AHEAD: one before it is missing: keep it, and see it again once that has come
 * @VIS_SYNC_REPEATED: it was seen before: drop it
 *
 * What to do with something that has a `seq`.
 */
typedef enum
{
  VIS_SYNC_NEXT,
  VIS_SYNC_AHEAD,
  VIS_SYNC_REPEATED,
} VisSyncVerdict;

/**
 * VisSync:
 *
 * Keeps count of the server's durable events: which one comes next, whether one is missing, when
 * everything was caught up with. Pure bookkeeping.
 *
 * What has happened on this very device comes with the answer to a request and not as an event, so
 * the two can pass each other: what is ahead waits for a while. A hole that is not filled means
 * that something was lost, and ends in [func@Vis.sync_give_up]: everything is asked for anew, which
 * is right whatever was lost.
 */
typedef struct _VisSync VisSync;

VisSync                *vis_sync_new (gint64 since) G_GNUC_WARN_UNUSED_RESULT;
void                    vis_sync_free (VisSync *self);

VisSyncStart            vis_sync_start (VisSync *self, gint64 asked, gint64 seq, gboolean reset);
VisSyncVerdict          vis_sync_see (VisSync *self, gint64 seq);
void                    vis_sync_expect (VisSync *self, gint64 seq);
void                    vis_sync_give_up (VisSync *self);
void                    vis_sync_rewind (VisSync *self, gint64 since);

void                    vis_sync_note_mark (VisSync *self, gint64 seq, const char *mark);

gint64                  vis_sync_get_since (VisSync *self);
const char             *vis_sync_get_mark (VisSync *self);
gboolean                vis_sync_is_whole (VisSync *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisSync, vis_sync_free)

G_END_DECLS
