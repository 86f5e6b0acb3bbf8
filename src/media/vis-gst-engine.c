/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-gst-engine.h"

#include <glib/gi18n.h>

#include "vis-capture.h"
#include "vis-choice.h"
#include "vis-gst.h"
#include "vis-remote.h"
#include "vis-webrtc-session.h"

#define N_KINDS (VIS_DEVICE_SPEAKER + 1)

/* How soon what broke is opened again: a sound server that was restarted is back in a second or
 * two, and nobody tells of it. */
#define REOPEN_MS 1000

/* How soon sound devices are looked for again where there are none: a sound server may start later
 * than a call. */
#define LOOK_MS 3000

struct _VisGstEngine
{
  GObject            parent_instance;

  char              *video_codec;
  gboolean           relay_only;

  VisDevices        *devices;
  VisChoice          choices[N_KINDS];
  guint              retry;  /* the id of a source */
  guint              reopen; /* likewise */
  VisFeed           *feeds[VIS_N_ROLES];
  VisCapture        *camera;
  VisCapture        *microphone;
  VisSpeaker        *speaker;
  GstElement        *probe; /* of the speaker whose sound the microphone is cleaned of */
  VisVideoPaintable *preview;
  GObject           *local_video;
  const char        *problem;
  gboolean           works[N_KINDS];

  gboolean           want_audio;
  gboolean           want_video;
};

enum
{
  PROP_CAMERA = 1,
  PROP_MICROPHONE,
  PROP_SPEAKER,
  PROP_RELAY_ONLY,
  PROP_VIDEO_CODEC,
  PROP_DEVICES,
  N_PROPS,
  PROP_LOCAL_VIDEO = N_PROPS,
  PROP_PROBLEM,
  PROP_MICROPHONE_WORKS,
  PROP_CAMERA_WORKS,
};

static GParamSpec *properties[N_PROPS];

static void        vis_gst_engine_iface_init (VisMediaEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisGstEngine,
                               vis_gst_engine,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_MEDIA_ENGINE,
                                                      vis_gst_engine_iface_init))

static void
set_local_video (VisGstEngine *self, GObject *picture)
{
  if (g_set_object (&self->local_video, picture))
    g_object_notify (G_OBJECT (self), "local-video");
}

static void
update_speaker (VisGstEngine *self)
{
  GstElement *sink;

  if (!self->want_audio)
    vis_speaker_close (self->speaker);
  if (!self->want_audio || vis_speaker_is_open (self->speaker))
    return;

  sink = vis_choice_make_element (&self->choices[VIS_DEVICE_SPEAKER], self->devices);
  if (sink != NULL)
    vis_speaker_open (self->speaker, sink);
}

static void
update_microphone (VisGstEngine *self)
{
  VisChoice  *choice = &self->choices[VIS_DEVICE_MICROPHONE];
  GstElement *probe = vis_choice_is_test (choice) ? NULL : vis_speaker_get_probe (self->speaker);
  GstElement *source;

  /* The echo canceller looks for the probe only once. */
  if (!self->want_audio || probe != self->probe)
    vis_capture_close (self->microphone);
  if (!self->want_audio || vis_capture_is_open (self->microphone))
    return;

  source = vis_choice_make_element (choice, self->devices);
  if (source == NULL)
    return;

  gst_object_replace ((GstObject **) &self->probe, GST_OBJECT_CAST (probe));
  vis_capture_open_microphone (self->microphone, source, probe);
}

static void
update_camera (VisGstEngine *self)
{
  GstElement *source = NULL;

  if (!self->want_video)
    vis_capture_close (self->camera);
  else if (!vis_capture_is_open (self->camera))
    source = vis_choice_make_element (&self->choices[VIS_DEVICE_CAMERA], self->devices);

  if (source != NULL)
    {
      vis_video_paintable_clear (self->preview);
      vis_capture_open_camera (self->camera, source, self->preview);
    }
  set_local_video (self, vis_capture_is_open (self->camera) ? G_OBJECT (self->preview) : NULL);
}

static gboolean
is_open (VisGstEngine *self, VisDeviceKind kind)
{
  if (kind == VIS_DEVICE_SPEAKER)
    return vis_speaker_is_open (self->speaker);

  return vis_capture_is_open (kind == VIS_DEVICE_CAMERA ? self->camera : self->microphone);
}

static gboolean
is_broken (VisGstEngine *self, VisDeviceKind kind)
{
  gboolean wanted = kind == VIS_DEVICE_CAMERA ? self->want_video : self->want_audio;

  return wanted && self->choices[kind].broken && !is_open (self, kind);
}

/* What a person should know: where others can't be heard or seen because of it comes first. */
static const char *
find_problem (VisGstEngine *self)
{
  if (is_broken (self, VIS_DEVICE_MICROPHONE))
    return _ ("The microphone cannot be used. Check that it is connected and that no other app "
              "uses it.");
  if (is_broken (self, VIS_DEVICE_SPEAKER))
    return _ ("The speaker cannot be used. Check that it is connected and that no other app uses "
              "it.");
  if (is_broken (self, VIS_DEVICE_CAMERA))
    return _ ("The camera cannot be used. Check that it is connected and that no other app uses "
              "it.");

  return NULL;
}

static void
update_problem (VisGstEngine *self)
{
  const char *problem = find_problem (self);

  if (problem == self->problem)
    return;

  self->problem = problem;
  g_object_notify (G_OBJECT (self), "problem");
}

/* What failed and was opened again works only once it has stayed open for a while: it is tried over
 * and over, and the other side would be told each time. */
static void
update_works (VisGstEngine *self, VisDeviceKind kind, gboolean stayed, const char *property)
{
  const VisChoice *choice = &self->choices[kind];
  gboolean         works = vis_choice_has_device (choice, self->devices) && !is_broken (self, kind);

  if (works && choice->broken && !stayed)
    works = self->works[kind];
  if (works == self->works[kind])
    return;

  self->works[kind] = works;
  g_object_notify (G_OBJECT (self), property);
}

static void
update_facts (VisGstEngine *self, gboolean stayed)
{
  update_works (self, VIS_DEVICE_MICROPHONE, stayed, "microphone-works");
  update_works (self, VIS_DEVICE_CAMERA, stayed, "camera-works");
}

static void
update_devices (VisGstEngine *self)
{
  /* The speaker comes first: the microphone is cleaned of its sound. */
  update_speaker (self);
  update_microphone (self);
  update_camera (self);
}

static gboolean
is_missing (VisGstEngine *self, VisDeviceKind kind)
{
  const VisChoice *choice = &self->choices[kind];

  return g_strcmp0 (choice->name, "none") != 0 && !vis_choice_has_device (choice, self->devices);
}

/* A sound server that was restarted may know its devices by other names; without one, there is
 * none.
 */
static gboolean
lacks_sound (VisGstEngine *self)
{
  if (is_broken (self, VIS_DEVICE_MICROPHONE) || is_broken (self, VIS_DEVICE_SPEAKER))
    return TRUE;

  return self->want_audio && is_missing (self, VIS_DEVICE_MICROPHONE) &&
         is_missing (self, VIS_DEVICE_SPEAKER);
}

static gboolean on_reopen (gpointer data);

static void
arm_reopen (VisGstEngine *self)
{
  if (self->reopen != 0)
    return;

  if (find_problem (self) != NULL)
    self->reopen = g_timeout_add (REOPEN_MS, on_reopen, self);
  else if (lacks_sound (self))
    self->reopen = g_timeout_add (LOOK_MS, on_reopen, self);
}

static void
update (VisGstEngine *self)
{
  update_devices (self);
  update_problem (self);
  update_facts (self, FALSE);
  arm_reopen (self);
}

/* What is open since the last time works again. What is not is tried once more, and is a problem
 * until then. */
static gboolean
on_reopen (gpointer data)
{
  VisGstEngine *self = data;

  self->reopen = 0;
  update_facts (self, TRUE);
  if (find_problem (self) == NULL)
    update_problem (self);
  arm_reopen (self);
  if (self->reopen == 0)
    return G_SOURCE_REMOVE;

  for (guint i = 0; i < N_KINDS; i++)
    vis_choice_forgive (&self->choices[i]);
  if (lacks_sound (self))
    vis_devices_look_again (self->devices);
  update_devices (self);

  return G_SOURCE_REMOVE;
}

static gboolean
on_retry (gpointer data)
{
  VisGstEngine *self = data;

  self->retry = 0;
  update (self);

  return G_SOURCE_REMOVE;
}

/* One that is busy or was pulled out: there may be another one. Not now: whoever tells of it may be
 * in the midst of opening it. */
static void
fail (VisGstEngine *self, VisDeviceKind kind, const char *message)
{
  g_debug ("Device of kind %d: %s", kind, message);
  if (vis_choice_fail (&self->choices[kind]) && self->retry == 0)
    self->retry = g_idle_add (on_retry, self);
}

static void
on_camera_failed (VisCapture *capture, const char *message, VisGstEngine *self)
{
  fail (self, VIS_DEVICE_CAMERA, message);
}

static void
on_microphone_failed (VisCapture *capture, const char *message, VisGstEngine *self)
{
  fail (self, VIS_DEVICE_MICROPHONE, message);
}

static void
on_speaker_failed (VisSpeaker *speaker, const char *message, VisGstEngine *self)
{
  fail (self, VIS_DEVICE_SPEAKER, message);
}

/* A device that is wanted and was not there, or did not work, may be there now. */
static void
on_devices_changed (VisGstEngine *self)
{
  for (guint i = 0; i < N_KINDS; i++)
    vis_choice_forgive (&self->choices[i]);
  update (self);
}

static void
vis_gst_engine_capture (VisMediaEngine *engine, gboolean audio, gboolean video)
{
  VisGstEngine *self = VIS_GST_ENGINE (engine);

  /* Turned off and on again, as everybody does with what does not work, it is tried again. */
  for (guint i = 0; i < N_KINDS; i++)
    {
      if (i == VIS_DEVICE_CAMERA ? !video : !audio)
        vis_choice_forget (&self->choices[i]);
    }
  self->want_audio = audio;
  self->want_video = video;
  update (self);
}

static VisMediaSession *
vis_gst_engine_create_session (VisMediaEngine *engine, GPtrArray *ice_servers)
{
  VisGstEngine *self = VIS_GST_ENGINE (engine);

  return VIS_MEDIA_SESSION (vis_webrtc_session_new (
    self->feeds, self->speaker, ice_servers, self->relay_only, self->video_codec));
}

/* Without GStreamer, which may not be there yet: its codecs may still be of no use, but that is
 * seen as soon as the call is answered. */
static gboolean
vis_gst_engine_check_offer (VisMediaEngine *engine, const char *offer, GError **error)
{
  VisSection            sections[VIS_N_ROLES];
  g_autoptr (VisRemote) remote = NULL;

  vis_gst_init ();
  remote = vis_remote_new_offer (offer, sections, error);

  return remote != NULL;
}

static void
vis_gst_engine_iface_init (VisMediaEngineInterface *iface)
{
  iface->check_offer = vis_gst_engine_check_offer;
  iface->capture = vis_gst_engine_capture;
  iface->create_session = vis_gst_engine_create_session;
}

static void
vis_gst_engine_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisGstEngine *self = VIS_GST_ENGINE (object);

  switch (id)
    {
    case PROP_CAMERA:
      g_value_set_string (value, self->choices[VIS_DEVICE_CAMERA].name);
      break;
    case PROP_MICROPHONE:
      g_value_set_string (value, self->choices[VIS_DEVICE_MICROPHONE].name);
      break;
    case PROP_SPEAKER:
      g_value_set_string (value, self->choices[VIS_DEVICE_SPEAKER].name);
      break;
    case PROP_RELAY_ONLY:
      g_value_set_boolean (value, self->relay_only);
      break;
    case PROP_VIDEO_CODEC:
      g_value_set_string (value, self->video_codec);
      break;
    case PROP_DEVICES:
      g_value_set_object (value, self->devices);
      break;
    case PROP_LOCAL_VIDEO:
      g_value_set_object (value, self->local_video);
      break;
    case PROP_PROBLEM:
      g_value_set_static_string (value, self->problem);
      break;
    case PROP_MICROPHONE_WORKS:
      g_value_set_boolean (value, self->works[VIS_DEVICE_MICROPHONE]);
      break;
    case PROP_CAMERA_WORKS:
      g_value_set_boolean (value, self->works[VIS_DEVICE_CAMERA]);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_gst_engine_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  VisGstEngine *self = VIS_GST_ENGINE (object);

  switch (id)
    {
    case PROP_CAMERA:
      vis_gst_engine_set_camera (self, g_value_get_string (value));
      break;
    case PROP_MICROPHONE:
      vis_gst_engine_set_microphone (self, g_value_get_string (value));
      break;
    case PROP_SPEAKER:
      vis_gst_engine_set_speaker (self, g_value_get_string (value));
      break;
    case PROP_RELAY_ONLY:
      self->relay_only = g_value_get_boolean (value);
      break;
    case PROP_VIDEO_CODEC:
      g_free (self->video_codec);
      self->video_codec = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_gst_engine_dispose (GObject *object)
{
  VisGstEngine *self = VIS_GST_ENGINE (object);

  self->want_audio = FALSE;
  self->want_video = FALSE;
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_handle_id (&self->reopen, g_source_remove);
  g_clear_object (&self->camera);
  g_clear_object (&self->microphone);
  g_clear_object (&self->speaker);
  g_clear_object (&self->devices);
  g_clear_object (&self->preview);
  g_clear_object (&self->local_video);

  G_OBJECT_CLASS (vis_gst_engine_parent_class)->dispose (object);
}

static void
vis_gst_engine_finalize (GObject *object)
{
  VisGstEngine *self = VIS_GST_ENGINE (object);

  for (guint i = 0; i < VIS_N_ROLES; i++)
    g_clear_pointer (&self->feeds[i], vis_feed_unref);
  for (guint i = 0; i < N_KINDS; i++)
    vis_choice_clear (&self->choices[i]);
  g_free (self->video_codec);
  gst_clear_object (&self->probe);

  G_OBJECT_CLASS (vis_gst_engine_parent_class)->finalize (object);
}

static void
vis_gst_engine_class_init (VisGstEngineClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = vis_gst_engine_get_property;
  object_class->set_property = vis_gst_engine_set_property;
  object_class->dispose = vis_gst_engine_dispose;
  object_class->finalize = vis_gst_engine_finalize;

  /**
   * VisGstEngine:camera:
   *
   * The camera: an id or a name, `test`, `none`, or %NULL for the usual one.
   */
  properties[PROP_CAMERA] = g_param_spec_string ("camera", NULL, NULL, NULL, flags);

  /**
   * VisGstEngine:microphone:
   *
   * The microphone: an id or a name, `test`, `none`, or %NULL for the usual one.
   */
  properties[PROP_MICROPHONE] = g_param_spec_string ("microphone", NULL, NULL, NULL, flags);

  /**
   * VisGstEngine:speaker:
   *
   * The speaker: an id or a name, `none`, or %NULL for the usual one.
   */
  properties[PROP_SPEAKER] = g_param_spec_string ("speaker", NULL, NULL, NULL, flags);

  /**
   * VisGstEngine:relay-only:
   *
   * Whether sessions made from now on use relays alone.
   */
  properties[PROP_RELAY_ONLY] = g_param_spec_boolean ("relay-only", NULL, NULL, FALSE, flags);

  /**
   * VisGstEngine:video-codec:
   *
   * The codec of offers made from now on, %NULL for the usual one.
   */
  properties[PROP_VIDEO_CODEC] = g_param_spec_string ("video-codec", NULL, NULL, NULL, flags);

  /**
   * VisGstEngine:devices:
   *
   * What there is to choose from.
   */
  properties[PROP_DEVICES] = g_param_spec_object (
    "devices", NULL, NULL, VIS_TYPE_DEVICES, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_object_class_override_property (object_class, PROP_LOCAL_VIDEO, "local-video");
  g_object_class_override_property (object_class, PROP_PROBLEM, "problem");
  g_object_class_override_property (object_class, PROP_MICROPHONE_WORKS, "microphone-works");
  g_object_class_override_property (object_class, PROP_CAMERA_WORKS, "camera-works");
}

static void
vis_gst_engine_init (VisGstEngine *self)
{
  for (guint i = 0; i < VIS_N_ROLES; i++)
    self->feeds[i] = vis_feed_new (i == VIS_ROLE_AUDIO);
  for (guint i = 0; i < N_KINDS; i++)
    {
      vis_choice_init (&self->choices[i], i);
      self->works[i] = TRUE;
    }
  self->relay_only = g_strcmp0 (g_getenv ("VISAVIS_RELAY_ONLY"), "1") == 0;
  self->speaker = vis_speaker_new ();
  self->preview = vis_video_paintable_new ();
  self->camera = vis_capture_new (self->feeds[VIS_ROLE_VIDEO]);
  self->microphone = vis_capture_new (self->feeds[VIS_ROLE_AUDIO]);
  self->devices = vis_devices_new ();
  g_signal_connect_object (self->camera, "failed", G_CALLBACK (on_camera_failed), self, 0);
  g_signal_connect_object (self->microphone, "failed", G_CALLBACK (on_microphone_failed), self, 0);
  g_signal_connect_object (self->speaker, "failed", G_CALLBACK (on_speaker_failed), self, 0);
  g_signal_connect_object (
    self->devices, "items-changed", G_CALLBACK (on_devices_changed), self, G_CONNECT_SWAPPED);
}

/**
 * vis_gst_engine_new:
 * @camera: (nullable): the camera, see `camera`
 * @microphone: (nullable): the microphone, see `microphone`
 *
 * Makes an engine, at no cost: no device is opened, and GStreamer not loaded, before it is used.
 *
 * Returns: (transfer full): an engine
 */
VisGstEngine *
vis_gst_engine_new (const char *camera, const char *microphone)
{
  return g_object_new (VIS_TYPE_GST_ENGINE, "camera", camera, "microphone", microphone, NULL);
}

/**
 * vis_gst_engine_warm_up:
 * @self: an engine
 *
 * Readies in the background what the first call would wait for otherwise: GStreamer and its
 * plugins, and the list of devices. For when the window is on the screen.
 */
void
vis_gst_engine_warm_up (VisGstEngine *self)
{
  vis_gst_warm_up ();
  vis_devices_start (self->devices);
}

/**
 * vis_gst_engine_set_camera:
 * @self: an engine
 * @camera: (nullable): the camera, see `camera`
 *
 * Chooses the camera, also during a call.
 */
void
vis_gst_engine_set_camera (VisGstEngine *self, const char *camera)
{
  if (!vis_choice_set_name (&self->choices[VIS_DEVICE_CAMERA], camera))
    return;

  vis_capture_close (self->camera);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAMERA]);
}

/**
 * vis_gst_engine_set_microphone:
 * @self: an engine
 * @microphone: (nullable): the microphone, see `microphone`
 *
 * Chooses the microphone, also during a call.
 */
void
vis_gst_engine_set_microphone (VisGstEngine *self, const char *microphone)
{
  if (!vis_choice_set_name (&self->choices[VIS_DEVICE_MICROPHONE], microphone))
    return;

  vis_capture_close (self->microphone);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MICROPHONE]);
}

/**
 * vis_gst_engine_set_speaker:
 * @self: an engine
 * @speaker: (nullable): the speaker, see `speaker`
 *
 * Chooses the speaker, also during a call.
 */
void
vis_gst_engine_set_speaker (VisGstEngine *self, const char *speaker)
{
  if (!vis_choice_set_name (&self->choices[VIS_DEVICE_SPEAKER], speaker))
    return;

  vis_speaker_close (self->speaker);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SPEAKER]);
}

/**
 * vis_gst_engine_get_devices:
 * @self: an engine
 *
 * Returns: (transfer none): what there is to choose from
 */
VisDevices *
vis_gst_engine_get_devices (VisGstEngine *self)
{
  return self->devices;
}
