/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "vis-codec.h"
#include "vis-token-bucket.h"

G_BEGIN_DECLS

gboolean    vis_http_begin (SoupServerMessage *message, const char *method);
VisMessage *vis_http_read_body (SoupServerMessage *message, VisKind kind) G_GNUC_WARN_UNUSED_RESULT;
char       *vis_http_find_client (SoupServerMessage *message) G_GNUC_WARN_UNUSED_RESULT;
void        vis_http_pause (SoupServerMessage *message);
void        vis_http_resume (SoupServerMessage *message);
guint       vis_http_take_rate (SoupServerMessage *message, VisTokenBuckets *rates);

G_END_DECLS
