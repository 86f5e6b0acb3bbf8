/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisPane:
 *
 * One side of the main view, with a header bar of its own.
 *
 * Property `folded` (writable): the other side is not shown. Templates of subclasses bind to it
 * what they show only then.
 */
#define VIS_TYPE_PANE (vis_pane_get_type ())
G_DECLARE_DERIVABLE_TYPE (VisPane, vis_pane, VIS, PANE, AdwBin)

struct _VisPaneClass
{
  AdwBinClass parent_class;
};

gboolean vis_pane_get_folded (VisPane *self);

G_END_DECLS
