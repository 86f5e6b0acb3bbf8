/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "vis-codec.h"

G_BEGIN_DECLS

/* Description in the response to a malformed request. */
#define VIS_HTTP_NOT_UNDERSTOOD "this is no request that can be understood here"

void  vis_http_answer (SoupServerMessage *message, guint status, const VisMessage *body);
void  vis_http_answer_error (SoupServerMessage *message,
                             VisProtocolError   code,
                             const char        *text,
                             guint              retry_ms);
void  vis_http_answer_gerror (SoupServerMessage *message, const GError *error);
void  vis_http_answer_unasked (SoupServerMessage *message);
void  vis_http_answer_nothing (SoupServerMessage *message);
void  vis_http_allow_origins (SoupServerMessage *message);
char *vis_http_error_body (VisProtocolError code, const char *text, guint retry_ms, gsize *length)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
