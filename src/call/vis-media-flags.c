/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-media-flags.h"

G_DEFINE_FLAGS_TYPE (VisMediaFlags,
                     vis_media_flags,
                     G_DEFINE_ENUM_VALUE (VIS_MEDIA_AUDIO, "audio"),
                     G_DEFINE_ENUM_VALUE (VIS_MEDIA_CAMERA, "camera"),
                     G_DEFINE_ENUM_VALUE (VIS_MEDIA_SCREEN, "screen"))
