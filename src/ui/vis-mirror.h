/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisMirror:
 *
 * Shows its child as in a mirror: the way people know their own face.
 */
#define VIS_TYPE_MIRROR (vis_mirror_get_type ())
G_DECLARE_FINAL_TYPE (VisMirror, vis_mirror, VIS, MIRROR, AdwBin)

G_END_DECLS
