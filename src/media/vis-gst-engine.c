/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-gst-engine.h"

#include <glib/gi18n.h>

#include "vis-equipment.h"
#include "vis-gst-check.h"
#include "vis-gst.h"
#include "vis-media-sections.h"
#include "vis-remote.h"
#include "vis-webrtc-session.h"

/* How soon what broke is opened again: a sound server that was restarted is back in a second or
 * two, and nobody tells of it. */
#define REOPEN_MS 1000

/* How soon sound devices are looked for again where there are none: a sound server may start later
 * than a call. */
#define LOOK_MS 3000

struct _VisGstEngine
{
  GObject       parent_instance;

  char         *video_codec;
  gboolean      relay_only;

  VisEquipment *equipment;
  VisFeed      *feeds[VIS_N_ROLES];
  guint         reopen; /* the id of a source */
  GObject      *local_video;
  const char   *problem;
  gboolean      works[VIS_N_DEVICE_KINDS];
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

/* What a person should know: where others can't be heard or seen because of it comes first. */
static const char *
find_problem (VisGstEngine *self)
{
  if (vis_equipment_is_broken (self->equipment, VIS_DEVICE_MICROPHONE))
    return _ ("The microphone cannot be used. Check that it is connected and that no other app "
              "uses it.");
  if (vis_equipment_is_broken (self->equipment, VIS_DEVICE_SPEAKER))
    return _ ("The speaker cannot be used. Check that it is connected and that no other app uses "
              "it.");
  if (vis_equipment_is_broken (self->equipment, VIS_DEVICE_CAMERA))
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

/* A device that has failed counts as working only after it has stayed open for a while: it is
 * opened again and again, and the other side would be told each time. */
static void
update_works (VisGstEngine *self, VisDeviceKind kind, gboolean stayed, const char *property)
{
  gboolean works = vis_equipment_has_device (self->equipment, kind) &&
                   !vis_equipment_is_broken (self->equipment, kind);

  if (works && vis_equipment_has_failed (self->equipment, kind) && !stayed)
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
  VisVideoPaintable *preview;

  vis_equipment_open (self->equipment);
  preview = vis_equipment_get_preview (self->equipment);
  set_local_video (self, preview != NULL ? G_OBJECT (preview) : NULL);
}

static gboolean on_reopen (gpointer data);

static void
arm_reopen (VisGstEngine *self)
{
  if (self->reopen != 0)
    return;

  if (find_problem (self) != NULL)
    self->reopen = g_timeout_add (REOPEN_MS, on_reopen, self);
  else if (vis_equipment_lacks_sound (self->equipment))
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

  vis_equipment_retry_failed (self->equipment);
  update_devices (self);

  return G_SOURCE_REMOVE;
}

static void
vis_gst_engine_capture (VisMediaEngine *engine, VisMediaFlags wanted)
{
  VisGstEngine *self = VIS_GST_ENGINE (engine);

  vis_equipment_want (self->equipment, wanted);
  update (self);
}

static VisMediaSession *
vis_gst_engine_create_session (VisMediaEngine *engine, GPtrArray *ice_servers)
{
  VisGstEngine *self = VIS_GST_ENGINE (engine);

  return VIS_MEDIA_SESSION (vis_webrtc_session_new (self->feeds,
                                                    vis_equipment_get_speaker (self->equipment),
                                                    ice_servers,
                                                    self->relay_only,
                                                    self->video_codec));
}

/* Checks the offer without GStreamer, which may not be loaded yet: codecs that are not installed
 * are found when the call is answered. */
static gboolean
vis_gst_engine_check_offer (VisMediaEngine *engine, const char *offer, GError **error)
{
  VisMediaSection       sections[VIS_N_ROLES];
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
      g_value_set_string (value, vis_equipment_get_choice (self->equipment, VIS_DEVICE_CAMERA));
      break;
    case PROP_MICROPHONE:
      g_value_set_string (value, vis_equipment_get_choice (self->equipment, VIS_DEVICE_MICROPHONE));
      break;
    case PROP_SPEAKER:
      g_value_set_string (value, vis_equipment_get_choice (self->equipment, VIS_DEVICE_SPEAKER));
      break;
    case PROP_RELAY_ONLY:
      g_value_set_boolean (value, self->relay_only);
      break;
    case PROP_VIDEO_CODEC:
      g_value_set_string (value, self->video_codec);
      break;
    case PROP_DEVICES:
      g_value_set_object (value, vis_equipment_get_devices (self->equipment));
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

  g_clear_handle_id (&self->reopen, g_source_remove);
  g_clear_object (&self->equipment);
  g_clear_object (&self->local_video);

  G_OBJECT_CLASS (vis_gst_engine_parent_class)->dispose (object);
}

static void
vis_gst_engine_finalize (GObject *object)
{
  VisGstEngine *self = VIS_GST_ENGINE (object);

  for (guint i = 0; i < VIS_N_ROLES; i++)
    g_clear_pointer (&self->feeds[i], vis_feed_unref);
  g_free (self->video_codec);

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
  for (guint i = 0; i < VIS_N_DEVICE_KINDS; i++)
    self->works[i] = TRUE;
  self->relay_only = g_strcmp0 (g_getenv ("VISAVIS_RELAY_ONLY"), "1") == 0;
  self->equipment = vis_equipment_new (self->feeds[VIS_ROLE_AUDIO], self->feeds[VIS_ROLE_VIDEO]);
  g_signal_connect_object (
    self->equipment, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
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
  vis_devices_start (vis_equipment_get_devices (self->equipment));
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
  if (!vis_equipment_choose (self->equipment, VIS_DEVICE_CAMERA, camera))
    return;

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
  if (!vis_equipment_choose (self->equipment, VIS_DEVICE_MICROPHONE, microphone))
    return;

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
  if (!vis_equipment_choose (self->equipment, VIS_DEVICE_SPEAKER, speaker))
    return;

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
  return vis_equipment_get_devices (self->equipment);
}
