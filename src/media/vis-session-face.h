/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-media-sections.h"
#include "vis-media-session.h"
#include "vis-video-paintable.h"

G_BEGIN_DECLS

/**
 * VisSessionFace:
 * @session: (unowned): what the properties belong to
 * @state: how far it is
 * @error: (nullable): why it is over, %NULL unless it failed
 * @remote_video: (nullable): the camera of the other side
 * @remote_screen: (nullable): its screen
 *
 * The properties of a session: what it shows to whoever began it.
 */
typedef struct
{
  VisMediaSession *session;
  VisSessionState  state;
  GError          *error;
  GObject         *remote_video;
  GObject         *remote_screen;
} VisSessionFace;

void     vis_session_face_install (GObjectClass *object_class);

void     vis_session_face_init (VisSessionFace *self, VisMediaSession *session);
void     vis_session_face_dispose (VisSessionFace *self);
void     vis_session_face_clear (VisSessionFace *self);
gboolean vis_session_face_get_property (const VisSessionFace *self, guint id, GValue *value);

gboolean vis_session_face_is_over (const VisSessionFace *self);
void     vis_session_face_set_state (VisSessionFace *self, VisSessionState state);
void vis_session_face_set_picture (VisSessionFace *self, VisRole role, VisVideoPaintable *picture);
void vis_session_face_end (VisSessionFace *self, VisSessionState state, GError *error);

G_END_DECLS
