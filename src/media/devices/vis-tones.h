/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

#include "vis-ringer.h"

G_BEGIN_DECLS

GstBuffer *vis_tones_render (VisRing ring, guint rate) G_GNUC_WARN_UNUSED_RESULT;
gboolean   vis_tones_repeat (VisRing ring);

G_END_DECLS
