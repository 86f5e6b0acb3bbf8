/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisSyncStart:
 * @VIS_SYNC_RESUME: the server sends missed events
 * @VIS_SYNC_RESET: it can't: everything has to be asked for
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
 * @VIS_SYNC_AHEAD: an event before it is missing: see it again once that has arrived
 * @VIS_SYNC_REPEATED: it was seen before
 *
 * What to do with an event or an answer that has a `seq`.
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
 * Counts the server's durable events: which one comes next, and whether one is missing. Without
 * side effects.
 *
 * An event that this device has caused comes with the answer to its request, which may overtake
 * other events: those that are ahead wait for a while. If the missing ones do not arrive, they are
 * lost, and [func@Vis.sync_give_up] skips them: everything is then asked for again.
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
