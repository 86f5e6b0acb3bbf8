/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-sdp-document.h"

G_BEGIN_DECLS

/* GStreamer 1.22: the only port of SCTP that webrtcbin has at either end. */
#define VIS_SDP_SCTP_PORT 5000

/* What stands in the m= line of a data channel (RFC 8841, section 4). */
#define VIS_SDP_DATA_PROTO  "UDP/DTLS/SCTP"
#define VIS_SDP_DATA_FORMAT "webrtc-datachannel"

gboolean vis_sdp_clean_is_data (const VisSdpSection *section);
gboolean vis_sdp_clean_is_understood (const VisSdpSection *section);
VisSdpSection *
vis_sdp_clean_add (VisSdpDocument *to, const VisSdpSection *section, const VisSdpDocument *from);
void vis_sdp_clean_drop_transport_wide (VisSdpSection *section);

G_END_DECLS
