/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisMirror:
 *
 * Flips its child horizontally, as a mirror does: people expect that of their own picture.
 */
#define VIS_TYPE_MIRROR (vis_mirror_get_type ())
G_DECLARE_FINAL_TYPE (VisMirror, vis_mirror, VIS, MIRROR, AdwBin)

G_END_DECLS
