/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean
     vis_json_is_plain_object (const char *data, gsize length, guint max_depth, guint max_members);
void vis_json_append_string (GString *out, const char *text);

G_END_DECLS
