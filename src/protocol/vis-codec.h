/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-message.h"
#include "vis-protocol-error.h"

G_BEGIN_DECLS

VisMessage *vis_codec_decode (const char *data,
                              gsize       length,
                              VisSender   sender,
                              char      **request,
                              GError    **error) G_GNUC_WARN_UNUSED_RESULT;
VisMessage *vis_codec_decode_body (const char *data, gsize length, VisKind kind, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

char *vis_codec_encode (const VisMessage *message, gsize *length) G_GNUC_WARN_UNUSED_RESULT;
void  vis_codec_append (GString *out, const VisMessage *message);

G_END_DECLS
