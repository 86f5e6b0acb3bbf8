/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-types.h"
#include "vis-media-flags.h"

G_BEGIN_DECLS

/**
 * VisCall:
 *
 * The truth about one call. All properties are read-only and notified; only the controller writes.
 *
 * `id`, `peer` (user name), `peer-name` (what the person reads), `outgoing`, `video` (whether the
 * caller asked for pictures), `state` ([enum@Vis.CallState]), `media-state`
 * ([enum@Vis.MediaState]), `end-reason` ([enum@Vis.EndReason], of a call that is over),
 * `fault` ([enum@Vis.CallFault], of one that failed),
 * `remote-ringing` (a device of the other side really rings), `ringing-devices` (how many were
 * reached, 0 while unknown), `duration` (whole seconds since the answer, 0 before), `microphone`
 * and `camera` (what the person lets this side send), `microphone-works` and `camera-works`
 * (whether there is one that works, as far as is known), `remote-audio` and `remote-video` (what
 * the other side says that it sends), `local-picture` and `remote-picture` (paintable objects or
 * %NULL), `problem` (what is wrong with a device of this side, for people, or %NULL), `can-answer`,
 * `can-decline`, `can-hang-up`, `can-mute`.
 */
#define VIS_TYPE_CALL (vis_call_get_type ())
G_DECLARE_FINAL_TYPE (VisCall, vis_call, VIS, CALL, GObject)

const char   *vis_call_get_id (VisCall *self);
const char   *vis_call_get_peer (VisCall *self);
const char   *vis_call_get_peer_name (VisCall *self);
gboolean      vis_call_get_outgoing (VisCall *self);
gboolean      vis_call_get_video (VisCall *self);
VisCallState  vis_call_get_state (VisCall *self);
VisMediaState vis_call_get_media_state (VisCall *self);
VisEndReason  vis_call_get_end_reason (VisCall *self);
VisCallFault  vis_call_get_fault (VisCall *self);
gboolean      vis_call_get_remote_ringing (VisCall *self);
guint         vis_call_get_ringing_devices (VisCall *self);
guint         vis_call_get_duration (VisCall *self);
gboolean      vis_call_get_microphone (VisCall *self);
gboolean      vis_call_get_camera (VisCall *self);
gboolean      vis_call_get_microphone_works (VisCall *self);
gboolean      vis_call_get_camera_works (VisCall *self);
VisMediaFlags vis_call_get_sending (VisCall *self);
gboolean      vis_call_get_remote_audio (VisCall *self);
gboolean      vis_call_get_remote_video (VisCall *self);
GObject      *vis_call_get_local_picture (VisCall *self);
GObject      *vis_call_get_remote_picture (VisCall *self);
const char   *vis_call_get_problem (VisCall *self);

G_END_DECLS
