/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisTally:
 *
 * Counts how many of something each client has at once, with a limit for each.
 */
typedef struct _VisTally VisTally;

VisTally                *vis_tally_new (guint most) G_GNUC_WARN_UNUSED_RESULT;
void                     vis_tally_free (VisTally *self);
guint                    vis_tally_count (VisTally *self, const char *key);
gboolean                 vis_tally_has_room (VisTally *self, const char *key);
void                     vis_tally_enter (VisTally *self, const char *key);
void                     vis_tally_leave (VisTally *self, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisTally, vis_tally_free)

G_END_DECLS
