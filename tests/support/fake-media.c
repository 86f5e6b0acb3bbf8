/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-media.h"

#include <string.h>

#include "vis-error.h"

struct _VisFakeSession
{
  GObject         parent_instance;

  VisSessionState state;
  GObject        *picture;
  GString        *log;
  gboolean        broken;
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_REMOTE_VIDEO,
  PROP_REMOTE_SCREEN,
  PROP_ERROR,
  PROP_STATS,
};

/* A fake SDP is a version and a name. */
static const char *
name_of (const char *sdp)
{
  return g_str_has_prefix (sdp, "v=0\ns=") ? sdp + strlen ("v=0\ns=") : sdp;
}

static void
break_down (VisFakeSession *self)
{
  if (self->broken)
    vis_fake_session_set_state (self, VIS_SESSION_FAILED);
}

static void
fake_session_offer (VisMediaSession *session)
{
  VisFakeSession *self = VIS_FAKE_SESSION (session);

  g_string_append (self->log, "offer\n");
  break_down (self);
}

static void
fake_session_answer (VisMediaSession *session, const char *offer)
{
  VisFakeSession *self = VIS_FAKE_SESSION (session);

  g_string_append_printf (self->log, "answer %s\n", name_of (offer));
  break_down (self);
}

static void
fake_session_set_answer (VisMediaSession *session, const char *answer)
{
  g_string_append_printf (VIS_FAKE_SESSION (session)->log, "set_answer %s\n", name_of (answer));
}

static void
fake_session_add_candidate (VisMediaSession *session,
                            const char      *candidate,
                            const char      *mid,
                            guint            mline)
{
  g_string_append_printf (VIS_FAKE_SESSION (session)->log, "candidate %s\n", candidate);
}

static void
fake_session_set_sending (VisMediaSession *session, VisMediaFlags sending)
{
  g_string_append_printf (VIS_FAKE_SESSION (session)->log,
                          "sending %d%d%d\n",
                          (sending & VIS_MEDIA_AUDIO) != 0,
                          (sending & VIS_MEDIA_CAMERA) != 0,
                          (sending & VIS_MEDIA_SCREEN) != 0);
}

static void
fake_session_close (VisMediaSession *session)
{
  VisFakeSession *self = VIS_FAKE_SESSION (session);

  g_string_append (self->log, "close\n");
  vis_fake_session_set_state (self, VIS_SESSION_CLOSED);
}

static void
vis_fake_session_iface_init (VisMediaSessionInterface *iface)
{
  iface->offer = fake_session_offer;
  iface->answer = fake_session_answer;
  iface->set_answer = fake_session_set_answer;
  iface->add_candidate = fake_session_add_candidate;
  iface->set_sending = fake_session_set_sending;
  iface->close = fake_session_close;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (VisFakeSession,
                               vis_fake_session,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_MEDIA_SESSION,
                                                      vis_fake_session_iface_init))

static void
vis_fake_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisFakeSession *self = VIS_FAKE_SESSION (object);

  if (id == PROP_STATE)
    g_value_set_enum (value, self->state);
  else if (id == PROP_REMOTE_VIDEO)
    g_value_set_object (value, self->picture);
  else if (id == PROP_REMOTE_SCREEN)
    g_value_set_object (value, NULL);
  else if (id == PROP_ERROR)
    g_value_set_boxed (value, NULL);
  else if (id == PROP_STATS)
    g_value_set_boxed (value, &(VisStats){ 0 });
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vis_fake_session_finalize (GObject *object)
{
  VisFakeSession *self = VIS_FAKE_SESSION (object);

  g_clear_object (&self->picture);
  g_string_free (self->log, TRUE);

  G_OBJECT_CLASS (vis_fake_session_parent_class)->finalize (object);
}

static void
vis_fake_session_class_init (VisFakeSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vis_fake_session_get_property;
  object_class->finalize = vis_fake_session_finalize;
  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_REMOTE_VIDEO, "remote-video");
  g_object_class_override_property (object_class, PROP_REMOTE_SCREEN, "remote-screen");
  g_object_class_override_property (object_class, PROP_ERROR, "error");
  g_object_class_override_property (object_class, PROP_STATS, "stats");
}

static void
vis_fake_session_init (VisFakeSession *self)
{
  self->log = g_string_new (NULL);
}

void
vis_fake_session_describe (VisFakeSession *self, const char *name)
{
  g_autofree char *sdp = g_strconcat ("v=0\ns=", name, NULL);

  g_signal_emit_by_name (self, "description", sdp);
}

void
vis_fake_session_find (VisFakeSession *self, const char *candidate)
{
  g_signal_emit_by_name (self, "candidate", candidate, "0", 0);
}

void
vis_fake_session_set_state (VisFakeSession *self, VisSessionState state)
{
  if (self->state == state || self->state == VIS_SESSION_CLOSED)
    return;

  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

void
vis_fake_session_set_picture (VisFakeSession *self, GObject *picture)
{
  if (g_set_object (&self->picture, picture))
    g_object_notify (G_OBJECT (self), "remote-video");
}

const char *
vis_fake_session_get_log (VisFakeSession *self)
{
  return self->log->str;
}

/* The engine */

struct _VisFakeEngine
{
  GObject       parent_instance;

  GPtrArray    *sessions;
  GObject      *picture;
  const char   *problem;
  VisMediaFlags captured;
  gboolean      microphone_works;
  gboolean      camera_works;
  gboolean      broken;
  const char   *bad_offer;
};

enum
{
  PROP_ENGINE_0,
  PROP_LOCAL_VIDEO,
  PROP_PROBLEM,
  PROP_MICROPHONE_WORKS,
  PROP_CAMERA_WORKS,
};

static VisMediaSession *
fake_engine_create_session (VisMediaEngine *engine, GPtrArray *ice_servers)
{
  VisFakeEngine  *self = VIS_FAKE_ENGINE (engine);
  VisFakeSession *session = g_object_new (VIS_TYPE_FAKE_SESSION, NULL);

  session->broken = self->broken;
  g_ptr_array_add (self->sessions, g_object_ref (session));
  return VIS_MEDIA_SESSION (session);
}

static gboolean
fake_engine_check_offer (VisMediaEngine *engine, const char *offer, GError **error)
{
  if (g_strcmp0 (name_of (offer), VIS_FAKE_ENGINE (engine)->bad_offer) != 0)
    return TRUE;

  g_set_error_literal (error, VIS_ERROR, VIS_ERROR_MEDIA, "bad offer");
  return FALSE;
}

static void
fake_engine_capture (VisMediaEngine *engine, VisMediaFlags wanted)
{
  VIS_FAKE_ENGINE (engine)->captured = wanted;
}

static void
vis_fake_engine_iface_init (VisMediaEngineInterface *iface)
{
  iface->create_session = fake_engine_create_session;
  iface->capture = fake_engine_capture;
  iface->check_offer = fake_engine_check_offer;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (VisFakeEngine,
                               vis_fake_engine,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_MEDIA_ENGINE,
                                                      vis_fake_engine_iface_init))

static void
vis_fake_engine_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_LOCAL_VIDEO)
    g_value_set_object (value, VIS_FAKE_ENGINE (object)->picture);
  else if (id == PROP_PROBLEM)
    g_value_set_static_string (value, VIS_FAKE_ENGINE (object)->problem);
  else if (id == PROP_MICROPHONE_WORKS)
    g_value_set_boolean (value, VIS_FAKE_ENGINE (object)->microphone_works);
  else if (id == PROP_CAMERA_WORKS)
    g_value_set_boolean (value, VIS_FAKE_ENGINE (object)->camera_works);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vis_fake_engine_finalize (GObject *object)
{
  VisFakeEngine *self = VIS_FAKE_ENGINE (object);

  g_ptr_array_unref (self->sessions);
  g_clear_object (&self->picture);

  G_OBJECT_CLASS (vis_fake_engine_parent_class)->finalize (object);
}

static void
vis_fake_engine_class_init (VisFakeEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vis_fake_engine_get_property;
  object_class->finalize = vis_fake_engine_finalize;
  g_object_class_override_property (object_class, PROP_LOCAL_VIDEO, "local-video");
  g_object_class_override_property (object_class, PROP_PROBLEM, "problem");
  g_object_class_override_property (object_class, PROP_MICROPHONE_WORKS, "microphone-works");
  g_object_class_override_property (object_class, PROP_CAMERA_WORKS, "camera-works");
}

static void
vis_fake_engine_init (VisFakeEngine *self)
{
  self->sessions = g_ptr_array_new_with_free_func (g_object_unref);
  self->microphone_works = TRUE;
  self->camera_works = TRUE;
}

VisFakeEngine *
vis_fake_engine_new (void)
{
  return g_object_new (VIS_TYPE_FAKE_ENGINE, NULL);
}

VisFakeSession *
vis_fake_engine_get_session (VisFakeEngine *self, guint index)
{
  return index < self->sessions->len ? g_ptr_array_index (self->sessions, index) : NULL;
}

guint
vis_fake_engine_count_open (VisFakeEngine *self)
{
  guint count = 0;

  for (guint i = 0; i < self->sessions->len; i++)
    {
      VisFakeSession *session = g_ptr_array_index (self->sessions, i);

      count += session->state != VIS_SESSION_CLOSED;
    }

  return count;
}

VisMediaFlags
vis_fake_engine_get_captured (VisFakeEngine *self)
{
  return self->captured;
}

void
vis_fake_engine_set_picture (VisFakeEngine *self, GObject *picture)
{
  if (g_set_object (&self->picture, picture))
    g_object_notify (G_OBJECT (self), "local-video");
}

void
vis_fake_engine_set_problem (VisFakeEngine *self, const char *problem)
{
  self->problem = problem;
  g_object_notify (G_OBJECT (self), "problem");
}

void
vis_fake_engine_set_works (VisFakeEngine *self, gboolean microphone, gboolean camera)
{
  if (self->microphone_works != microphone)
    {
      self->microphone_works = microphone;
      g_object_notify (G_OBJECT (self), "microphone-works");
    }
  if (self->camera_works != camera)
    {
      self->camera_works = camera;
      g_object_notify (G_OBJECT (self), "camera-works");
    }
}

void
vis_fake_engine_set_bad_offer (VisFakeEngine *self, const char *name)
{
  self->bad_offer = name;
}

void
vis_fake_engine_set_broken (VisFakeEngine *self, gboolean broken)
{
  self->broken = broken;
}

/* The ringer */

struct _VisFakeRinger
{
  GObject parent_instance;

  VisRing ring;
};

static void
fake_ringer_ring (VisRinger *ringer, VisRing ring)
{
  VIS_FAKE_RINGER (ringer)->ring = ring;
}

static void
vis_fake_ringer_iface_init (VisRingerInterface *iface)
{
  iface->ring = fake_ringer_ring;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (VisFakeRinger,
                               vis_fake_ringer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_RINGER, vis_fake_ringer_iface_init))

static void
vis_fake_ringer_class_init (VisFakeRingerClass *klass)
{
}

static void
vis_fake_ringer_init (VisFakeRinger *self)
{
}

VisFakeRinger *
vis_fake_ringer_new (void)
{
  return g_object_new (VIS_TYPE_FAKE_RINGER, NULL);
}

VisRing
vis_fake_ringer_get_ring (VisFakeRinger *self)
{
  return self->ring;
}
