/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char    *vis_id_new (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean vis_id_is_valid (const char *id);
gboolean vis_user_is_valid (const char *user);
char    *vis_user_from_text (const char *text) G_GNUC_WARN_UNUSED_RESULT;
int      vis_id_compare (const char *a, const char *b);

G_END_DECLS
