/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The pads of an rtpbin that take RTCP of the other side, decrypted; the number of the session is
 * behind it. */
#define VIS_RTCP_SINK_PREFIX "recv_rtcp_sink_"

void vis_rtcp_guard_watch (GstElement *rtpbin);

G_END_DECLS
