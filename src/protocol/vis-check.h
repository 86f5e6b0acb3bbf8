/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean vis_check_chat (const char *text);
gboolean vis_check_mark (const char *text);
gboolean vis_check_name (const char *text);
gboolean vis_check_sdp (const char *text);
gboolean vis_check_candidate (const char *text);
gboolean vis_check_password (const char *text);
gboolean vis_check_printable (const char *text);

G_END_DECLS
