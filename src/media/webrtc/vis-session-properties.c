/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-session-properties.h"

enum
{
  PROP_STATE = 1,
  PROP_REMOTE_VIDEO,
  PROP_REMOTE_SCREEN,
  PROP_ERROR,
  N_PROPS,
};

G_STATIC_ASSERT ((int) N_PROPS == VIS_SESSION_FIRST_ID);

static void
set_picture (VisSessionProperties *self, GObject **place, GObject *picture, const char *property)
{
  if (g_set_object (place, picture))
    g_object_notify (G_OBJECT (self->session), property);
}

/**
 * vis_session_properties_install:
 * @object_class: of a [iface@Vis.MediaSession]
 *
 * Gives the class its properties; the ids of others begin with VIS_SESSION_FIRST_ID.
 */
void
vis_session_properties_install (GObjectClass *object_class)
{
  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_REMOTE_VIDEO, "remote-video");
  g_object_class_override_property (object_class, PROP_REMOTE_SCREEN, "remote-screen");
  g_object_class_override_property (object_class, PROP_ERROR, "error");
}

void
vis_session_properties_init (VisSessionProperties *self, VisMediaSession *session)
{
  self->session = session;
}

/**
 * vis_session_properties_dispose:
 * @self: the properties of a session
 *
 * Lets the pictures go with the session, which is closed from then on; nobody is told any more.
 */
void
vis_session_properties_dispose (VisSessionProperties *self)
{
  self->state = VIS_SESSION_CLOSED;
  g_clear_object (&self->remote_video);
  g_clear_object (&self->remote_screen);
}

void
vis_session_properties_clear (VisSessionProperties *self)
{
  g_clear_error (&self->error);
}

/**
 * vis_session_properties_get_property:
 * @self: the properties of a session
 * @id: of a property
 * @value: where its value goes
 *
 * Returns: whether there is such a property
 */
gboolean
vis_session_properties_get_property (const VisSessionProperties *self, guint id, GValue *value)
{
  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      return TRUE;
    case PROP_REMOTE_VIDEO:
      g_value_set_object (value, self->remote_video);
      return TRUE;
    case PROP_REMOTE_SCREEN:
      g_value_set_object (value, self->remote_screen);
      return TRUE;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      return TRUE;
    default:
      return FALSE;
    }
}

/**
 * vis_session_properties_is_over:
 * @self: the properties of a session
 *
 * Returns: whether nothing can come of the session any more
 */
gboolean
vis_session_properties_is_over (const VisSessionProperties *self)
{
  return self->state == VIS_SESSION_CLOSED || self->state == VIS_SESSION_FAILED ||
         self->state == VIS_SESSION_UNUSABLE || self->state == VIS_SESSION_INSECURE;
}

/**
 * vis_session_properties_set_state:
 * @self: the properties of a session
 * @state: how far it is
 */
void
vis_session_properties_set_state (VisSessionProperties *self, VisSessionState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify (G_OBJECT (self->session), "state");
}

/**
 * vis_session_properties_set_picture:
 * @self: the properties of a session
 * @role: which of the two it is
 * @picture: what the other side shows
 */
void
vis_session_properties_set_picture (VisSessionProperties *self,
                                    VisRole               role,
                                    VisVideoPaintable    *picture)
{
  if (role == VIS_ROLE_VIDEO)
    set_picture (self, &self->remote_video, G_OBJECT (picture), "remote-video");
  else
    set_picture (self, &self->remote_screen, G_OBJECT (picture), "remote-screen");
}

/**
 * vis_session_properties_end:
 * @self: the properties of a session
 * @state: how it ended
 * @error: (transfer full) (nullable): why it failed
 *
 * Takes the pictures away and says that the session is over.
 */
void
vis_session_properties_end (VisSessionProperties *self, VisSessionState state, GError *error)
{
  set_picture (self, &self->remote_video, NULL, "remote-video");
  set_picture (self, &self->remote_screen, NULL, "remote-screen");
  if (error != NULL)
    {
      g_debug ("Session over: %s", error->message);
      g_clear_error (&self->error);
      self->error = error;
      g_object_notify (G_OBJECT (self->session), "error");
    }
  vis_session_properties_set_state (self, state);
}
