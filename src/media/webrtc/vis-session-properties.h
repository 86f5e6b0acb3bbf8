/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-media-sections.h"
#include "vis-media-session.h"
#include "vis-video-paintable.h"

G_BEGIN_DECLS

/**
 * VisSessionProperties:
 * @session: (unowned): what the properties belong to
 * @state: how far it is
 * @error: (nullable): why it is over, %NULL unless it failed
 * @remote_video: (nullable): the camera of the other side
 * @remote_screen: (nullable): its screen
 *
 * The properties of a session: state, error and pictures, as its owner sees them.
 */
typedef struct
{
  VisMediaSession *session;
  VisSessionState  state;
  GError          *error;
  GObject         *remote_video;
  GObject         *remote_screen;
} VisSessionProperties;

/* The first id of a property that the session has besides. */
#define VIS_SESSION_FIRST_ID 5

void vis_session_properties_install (GObjectClass *object_class);

void vis_session_properties_init (VisSessionProperties *self, VisMediaSession *session);
void vis_session_properties_dispose (VisSessionProperties *self);
void vis_session_properties_clear (VisSessionProperties *self);
gboolean
vis_session_properties_get_property (const VisSessionProperties *self, guint id, GValue *value);

gboolean vis_session_properties_is_over (const VisSessionProperties *self);
void     vis_session_properties_set_state (VisSessionProperties *self, VisSessionState state);
void     vis_session_properties_set_picture (VisSessionProperties *self,
                                             VisRole               role,
                                             VisVideoPaintable    *picture);
void vis_session_properties_end (VisSessionProperties *self, VisSessionState state, GError *error);

G_END_DECLS
