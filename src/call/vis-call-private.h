/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call.h"

G_BEGIN_DECLS

/* Setters of a call's properties: for the controller, and for tests of the widgets. */

VisCall *vis_call_new (const char *id,
                       const char *peer,
                       const char *peer_name,
                       gboolean    outgoing,
                       gboolean    video) G_GNUC_WARN_UNUSED_RESULT;

void     vis_call_set_state (VisCall *self, VisCallState state);
void     vis_call_set_media_state (VisCall *self, VisMediaState state);
void     vis_call_set_end_reason (VisCall *self, VisEndReason reason);
void     vis_call_set_fault (VisCall *self, VisCallFault fault);
void     vis_call_set_remote_ringing (VisCall *self, gboolean ringing);
void     vis_call_set_ringing_devices (VisCall *self, guint devices);
void     vis_call_set_duration (VisCall *self, guint seconds);
void     vis_call_set_microphone (VisCall *self, gboolean on);
void     vis_call_set_camera (VisCall *self, gboolean on);
void     vis_call_set_microphone_works (VisCall *self, gboolean on);
void     vis_call_set_camera_works (VisCall *self, gboolean on);
void     vis_call_set_remote_audio (VisCall *self, gboolean on);
void     vis_call_set_remote_video (VisCall *self, gboolean on);
void     vis_call_set_local_picture (VisCall *self, GObject *picture);
void     vis_call_set_remote_picture (VisCall *self, GObject *picture);
void     vis_call_set_problem (VisCall *self, const char *problem);

G_END_DECLS
