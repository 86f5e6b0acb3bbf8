/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisLink:
 * @start: where it begins in the text, in bytes
 * @end: behind its last byte
 *
 * An address in a text, as it is written there.
 */
typedef struct
{
  gsize start;
  gsize end;
} VisLink;

GArray  *vis_links_find (const char *text, guint max) G_GNUC_WARN_UNUSED_RESULT;
char    *vis_links_dup_target (const char *uri) G_GNUC_WARN_UNUSED_RESULT;
gboolean vis_links_is_plain (const char *uri);

G_END_DECLS
