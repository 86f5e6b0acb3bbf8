/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What others write is shown beside our own words and beside each other's: these functions keep it
 * from reordering what stands around it, and from making one character as wide as a window. Pure
 * functions of UTF-8 text. */

char    *vis_text_plain (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char    *vis_text_isolate (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char    *vis_text_sentence (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char    *vis_text_disarm (const char *text) G_GNUC_WARN_UNUSED_RESULT;
gboolean vis_text_is_emoji (const char *text, guint max);

G_END_DECLS
