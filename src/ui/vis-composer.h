/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisComposer:
 *
 * The entry in which a message is written. Signals: `submitted (const char *text)`: the message is
 * to be sent; `typing (gboolean typing)`: the person began to write or stopped.
 */
#define VIS_TYPE_COMPOSER (vis_composer_get_type ())
G_DECLARE_FINAL_TYPE (VisComposer, vis_composer, VIS, COMPOSER, AdwBin)

char *vis_composer_dup_text (VisComposer *self) G_GNUC_WARN_UNUSED_RESULT;
void  vis_composer_set_text (VisComposer *self, const char *text);

G_END_DECLS
