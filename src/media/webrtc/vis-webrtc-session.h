/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-feed.h"
#include "vis-media-sections.h"
#include "vis-media-session.h"
#include "vis-speaker.h"

G_BEGIN_DECLS

/**
 * VisWebrtcSession:
 *
 * A media session on GStreamer's webrtcbin.
 */
#define VIS_TYPE_WEBRTC_SESSION (vis_webrtc_session_get_type ())
G_DECLARE_FINAL_TYPE (VisWebrtcSession, vis_webrtc_session, VIS, WEBRTC_SESSION, GObject)

VisWebrtcSession *vis_webrtc_session_new (VisFeed    *feeds[VIS_N_ROLES],
                                          VisSpeaker *speaker,
                                          GPtrArray  *ice_servers,
                                          gboolean    relay_only,
                                          const char *video_codec) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
