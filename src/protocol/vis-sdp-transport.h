/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-sdp-document.h"

G_BEGIN_DECLS

/**
 * VisSdpTransport:
 * @ufrag: (nullable): the ICE user name fragment
 * @pwd: (nullable): the ICE password
 * @fingerprint: (nullable): one of the DTLS certificate, as [func@sdp_fingerprint_parse] writes it
 * @setup: (nullable): who opens the DTLS connection (RFC 8842, section 5)
 *
 * How a section, or all those of a group, are reached. All of it lies in the description that it
 * was read from.
 */
typedef struct
{
  const char *ufrag;
  const char *pwd;
  const char *fingerprint;
  const char *setup;
} VisSdpTransport;

void     vis_sdp_transport_read (VisSdpTransport      *self,
                                 const VisSdpDocument *document,
                                 const VisSdpSection  *section);
void     vis_sdp_transport_complete (VisSdpTransport *self, const VisSdpTransport *other);
gboolean vis_sdp_transport_settle (VisSdpTransport *self, gboolean offer, GError **error);
void     vis_sdp_transport_write (const VisSdpTransport *self, VisSdpSection *section);
gboolean vis_sdp_transport_is (const VisSdpTransport *self, const VisSdpTransport *other);

G_END_DECLS
