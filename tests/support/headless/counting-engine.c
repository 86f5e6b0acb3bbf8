/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "counting-engine.h"

struct _CountingEngine
{
  GObject         parent_instance;

  VisMediaEngine *real;
  GList          *alive; /* of VisMediaSession, borrowed, the newest first */
  guint           made;
  guint64         sent; /* packets of the closed sessions */
};

static void counting_engine_iface_init (VisMediaEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CountingEngine,
                               counting_engine,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_MEDIA_ENGINE,
                                                      counting_engine_iface_init))

enum
{
  PROP_0,
  PROP_LOCAL_VIDEO,
  PROP_PROBLEM,
  PROP_MICROPHONE_WORKS,
  PROP_CAMERA_WORKS,
};

static void
forget (gpointer data, GObject *session)
{
  CountingEngine *self = data;

  self->alive = g_list_remove (self->alive, session);
}

static void
on_state (VisMediaSession *session, GParamSpec *pspec, CountingEngine *self)
{
  VisSessionState      state = vis_media_session_get_state (session);
  g_autofree VisStats *stats = NULL;

  if (state != VIS_SESSION_CLOSED && state != VIS_SESSION_FAILED && state != VIS_SESSION_UNUSABLE &&
      state != VIS_SESSION_INSECURE)
    return;

  /* A failed session is closed as well. */
  g_signal_handlers_disconnect_by_func (session, on_state, self);
  stats = vis_media_session_dup_stats (session);
  self->sent += stats->packets_sent + stats->video_packets_sent;
}

static VisMediaSession *
counting_engine_create_session (VisMediaEngine *engine, GPtrArray *ice_servers)
{
  CountingEngine  *self = COUNTING_ENGINE (engine);
  VisMediaSession *session = vis_media_engine_create_session (self->real, ice_servers);

  self->alive = g_list_prepend (self->alive, session);
  self->made++;
  g_object_weak_ref (G_OBJECT (session), forget, self);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (on_state), self, 0);
  return session;
}

static void
counting_engine_capture (VisMediaEngine *engine, VisMediaFlags wanted)
{
  vis_media_engine_capture (COUNTING_ENGINE (engine)->real, wanted);
}

static void
counting_engine_iface_init (VisMediaEngineInterface *iface)
{
  iface->create_session = counting_engine_create_session;
  iface->capture = counting_engine_capture;
}

static void
counting_engine_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_LOCAL_VIDEO)
    g_object_get_property (G_OBJECT (COUNTING_ENGINE (object)->real), "local-video", value);
  else if (prop_id == PROP_PROBLEM)
    g_object_get_property (G_OBJECT (COUNTING_ENGINE (object)->real), "problem", value);
  else if (prop_id == PROP_MICROPHONE_WORKS || prop_id == PROP_CAMERA_WORKS)
    g_object_get_property (G_OBJECT (COUNTING_ENGINE (object)->real), pspec->name, value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
counting_engine_finalize (GObject *object)
{
  CountingEngine *self = COUNTING_ENGINE (object);

  while (self->alive != NULL)
    {
      g_object_weak_unref (self->alive->data, forget, self);
      self->alive = g_list_delete_link (self->alive, self->alive);
    }
  g_clear_object (&self->real);

  G_OBJECT_CLASS (counting_engine_parent_class)->finalize (object);
}

static void
counting_engine_class_init (CountingEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = counting_engine_get_property;
  object_class->finalize = counting_engine_finalize;
  g_object_class_override_property (object_class, PROP_LOCAL_VIDEO, "local-video");
  g_object_class_override_property (object_class, PROP_PROBLEM, "problem");
  g_object_class_override_property (object_class, PROP_MICROPHONE_WORKS, "microphone-works");
  g_object_class_override_property (object_class, PROP_CAMERA_WORKS, "camera-works");
}

static void
counting_engine_init (CountingEngine *self)
{
}

static void
on_devices (CountingEngine *self, GParamSpec *pspec)
{
  g_object_notify (G_OBJECT (self), pspec->name);
}

CountingEngine *
counting_engine_new (VisMediaEngine *real)
{
  CountingEngine *self = g_object_new (COUNTING_TYPE_ENGINE, NULL);

  self->real = g_object_ref (real);
  g_signal_connect_object (
    real, "notify::local-video", G_CALLBACK (on_devices), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
    real, "notify::problem", G_CALLBACK (on_devices), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
    real, "notify::microphone-works", G_CALLBACK (on_devices), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
    real, "notify::camera-works", G_CALLBACK (on_devices), self, G_CONNECT_SWAPPED);
  return self;
}

VisMediaSession *
counting_engine_get_newest (CountingEngine *self)
{
  return self->alive != NULL ? self->alive->data : NULL;
}

guint
counting_engine_count_alive (CountingEngine *self)
{
  return g_list_length (self->alive);
}

guint
counting_engine_count_made (CountingEngine *self)
{
  return self->made;
}

/* Packets that were sent by sessions closed since the last call. */
guint64
counting_engine_take_sent (CountingEngine *self)
{
  guint64 sent = self->sent;

  self->sent = 0;
  return sent;
}
