/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisMediaFlags:
 * @VIS_MEDIA_AUDIO: sound, of the microphone
 * @VIS_MEDIA_CAMERA: the camera's picture
 * @VIS_MEDIA_SCREEN: the picture of the screen
 *
 * Kinds of media of one side of a call: those that are sent, or those whose devices are open.
 */
typedef enum
{
  VIS_MEDIA_AUDIO = 1 << 0,
  VIS_MEDIA_CAMERA = 1 << 1,
  VIS_MEDIA_SCREEN = 1 << 2,
} VisMediaFlags;

#define VIS_TYPE_MEDIA_FLAGS (vis_media_flags_get_type ())
GType vis_media_flags_get_type (void);

G_END_DECLS
