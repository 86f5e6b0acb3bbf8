/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-sdp.h"

G_BEGIN_DECLS

char    *vis_dtls_fingerprint (const char   *pem,
                               GChecksumType hash,
                               GError      **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean vis_dtls_check (const char *pem, const VisSdpFacts *facts, GError **error);

G_END_DECLS
