/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-equipment.h"

#include "vis-capture.h"
#include "vis-device-choice.h"

struct _VisEquipment
{
  GObject            parent_instance;

  VisDevices        *devices;
  VisDeviceChoice    choices[VIS_N_DEVICE_KINDS];
  guint              retry; /* the id of a source */
  VisCapture        *camera;
  VisCapture        *microphone;
  VisSpeaker        *speaker;
  GstElement        *probe; /* of the speaker whose sound the microphone is cleaned of */
  VisVideoPaintable *preview;

  VisMediaFlags      wanted;
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (VisEquipment, vis_equipment, G_TYPE_OBJECT)

static VisDevicePipeline *
get_pipeline (VisEquipment *self, VisDeviceKind kind)
{
  if (kind == VIS_DEVICE_SPEAKER)
    return VIS_DEVICE_PIPELINE (self->speaker);

  return VIS_DEVICE_PIPELINE (kind == VIS_DEVICE_CAMERA ? self->camera : self->microphone);
}

/* The speaker goes with the microphone. */
static gboolean
is_wanted (VisEquipment *self, VisDeviceKind kind)
{
  return (self->wanted & (kind == VIS_DEVICE_CAMERA ? VIS_MEDIA_CAMERA : VIS_MEDIA_AUDIO)) != 0;
}

static gboolean
is_open (VisEquipment *self, VisDeviceKind kind)
{
  return vis_device_pipeline_is_open (get_pipeline (self, kind));
}

static void
close_device (VisEquipment *self, VisDeviceKind kind)
{
  vis_device_pipeline_close (get_pipeline (self, kind));
}

static void
update_speaker (VisEquipment *self)
{
  const gboolean wanted = is_wanted (self, VIS_DEVICE_SPEAKER);
  GstElement    *sink;

  if (!wanted)
    close_device (self, VIS_DEVICE_SPEAKER);
  if (!wanted || is_open (self, VIS_DEVICE_SPEAKER))
    return;

  sink = vis_device_choice_make_element (&self->choices[VIS_DEVICE_SPEAKER], self->devices);
  if (sink != NULL)
    vis_speaker_open (self->speaker, sink);
}

static void
update_microphone (VisEquipment *self)
{
  const gboolean   wanted = is_wanted (self, VIS_DEVICE_MICROPHONE);
  VisDeviceChoice *choice = &self->choices[VIS_DEVICE_MICROPHONE];
  GstElement      *probe =
    vis_device_choice_is_test (choice) ? NULL : vis_speaker_get_probe (self->speaker);
  GstElement *source;

  /* The echo canceller looks for the probe only once. */
  if (!wanted || probe != self->probe)
    close_device (self, VIS_DEVICE_MICROPHONE);
  if (!wanted || is_open (self, VIS_DEVICE_MICROPHONE))
    return;

  source = vis_device_choice_make_element (choice, self->devices);
  if (source == NULL)
    return;

  gst_object_replace ((GstObject **) &self->probe, GST_OBJECT_CAST (probe));
  vis_capture_open_microphone (self->microphone, source, probe);
}

static void
update_camera (VisEquipment *self)
{
  GstElement *source = NULL;

  if (!is_wanted (self, VIS_DEVICE_CAMERA))
    close_device (self, VIS_DEVICE_CAMERA);
  else if (!is_open (self, VIS_DEVICE_CAMERA))
    source = vis_device_choice_make_element (&self->choices[VIS_DEVICE_CAMERA], self->devices);

  if (source != NULL)
    {
      vis_video_paintable_clear (self->preview);
      vis_capture_open_camera (self->camera, source, self->preview);
    }
}

static gboolean
is_missing (VisEquipment *self, VisDeviceKind kind)
{
  const VisDeviceChoice *choice = &self->choices[kind];

  return g_strcmp0 (choice->name, "none") != 0 &&
         !vis_device_choice_has_device (choice, self->devices);
}

static gboolean
on_retry (gpointer data)
{
  VisEquipment *self = data;

  self->retry = 0;
  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_REMOVE;
}

/* One that is busy or was pulled out: there may be another one. From an idle source: this may be
 * emitted while the device is being opened. */
static void
on_stopped (VisDevicePipeline *pipeline, const char *message, VisEquipment *self)
{
  VisDeviceKind kind = vis_device_pipeline_get_kind (pipeline);

  g_debug ("Device of kind %d: %s", kind, message != NULL ? message : "The stream is over");
  if (vis_device_choice_fail (&self->choices[kind]) && self->retry == 0)
    self->retry = g_idle_add (on_retry, self);
}

static void
forgive (VisEquipment *self)
{
  for (guint i = 0; i < VIS_N_DEVICE_KINDS; i++)
    vis_device_choice_retry_failed (&self->choices[i]);
}

/* A device that is wanted and was not there, or did not work, may be there now. */
static void
on_devices_changed (VisEquipment *self)
{
  forgive (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
vis_equipment_dispose (GObject *object)
{
  VisEquipment *self = VIS_EQUIPMENT (object);

  self->wanted = 0;
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_object (&self->camera);
  g_clear_object (&self->microphone);
  g_clear_object (&self->speaker);
  g_clear_object (&self->devices);
  g_clear_object (&self->preview);

  G_OBJECT_CLASS (vis_equipment_parent_class)->dispose (object);
}

static void
vis_equipment_finalize (GObject *object)
{
  VisEquipment *self = VIS_EQUIPMENT (object);

  for (guint i = 0; i < VIS_N_DEVICE_KINDS; i++)
    vis_device_choice_clear (&self->choices[i]);
  gst_clear_object (&self->probe);

  G_OBJECT_CLASS (vis_equipment_parent_class)->finalize (object);
}

static void
vis_equipment_class_init (VisEquipmentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vis_equipment_dispose;
  object_class->finalize = vis_equipment_finalize;

  /**
   * VisEquipment::changed:
   * @self: equipment
   *
   * Another device may be tried: one has failed, or there are others than before. Whoever owns the
   * equipment opens it again, see [method@Vis.Equipment.open].
   */
  signals[CHANGED] = g_signal_new (
    "changed", VIS_TYPE_EQUIPMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vis_equipment_init (VisEquipment *self)
{
  for (guint i = 0; i < VIS_N_DEVICE_KINDS; i++)
    vis_device_choice_init (&self->choices[i], i);
  self->speaker = vis_speaker_new ();
  self->preview = vis_video_paintable_new ();
  self->devices = vis_devices_new ();
  g_signal_connect_object (
    self->devices, "items-changed", G_CALLBACK (on_devices_changed), self, G_CONNECT_SWAPPED);
}

/**
 * vis_equipment_new:
 * @microphone: where its sound goes
 * @camera: where its pictures go
 *
 * Makes equipment of which nothing is wanted yet: no device is opened, and GStreamer not loaded.
 *
 * Returns: (transfer full): equipment
 */
VisEquipment *
vis_equipment_new (VisFeed *microphone, VisFeed *camera)
{
  VisEquipment *self = g_object_new (VIS_TYPE_EQUIPMENT, NULL);

  self->camera = vis_capture_new (VIS_DEVICE_CAMERA, camera);
  self->microphone = vis_capture_new (VIS_DEVICE_MICROPHONE, microphone);
  for (guint i = 0; i < VIS_N_DEVICE_KINDS; i++)
    g_signal_connect_object (get_pipeline (self, i), "stopped", G_CALLBACK (on_stopped), self, 0);

  return self;
}

/**
 * vis_equipment_get_devices:
 * @self: equipment
 *
 * Returns: (transfer none): what there is to choose from
 */
VisDevices *
vis_equipment_get_devices (VisEquipment *self)
{
  return self->devices;
}

/**
 * vis_equipment_get_speaker:
 * @self: equipment
 *
 * Returns: (transfer none): what plays the other side, open or not
 */
VisSpeaker *
vis_equipment_get_speaker (VisEquipment *self)
{
  return self->speaker;
}

/**
 * vis_equipment_get_preview:
 * @self: equipment
 *
 * Returns: (transfer none) (nullable): what the camera shows, %NULL while none is open
 */
VisVideoPaintable *
vis_equipment_get_preview (VisEquipment *self)
{
  return is_open (self, VIS_DEVICE_CAMERA) ? self->preview : NULL;
}

/**
 * vis_equipment_choose:
 * @self: equipment
 * @kind: what it is for
 * @name: (nullable): an id or a name, `test`, `none`, or %NULL for the usual one
 *
 * Chooses a device, and closes the one that is open.
 *
 * Returns: whether it is another choice
 */
gboolean
vis_equipment_choose (VisEquipment *self, VisDeviceKind kind, const char *name)
{
  if (!vis_device_choice_set_name (&self->choices[kind], name))
    return FALSE;

  close_device (self, kind);

  return TRUE;
}

/**
 * vis_equipment_get_choice:
 * @self: equipment
 * @kind: what it is for
 *
 * Returns: (nullable): what was chosen, see [method@Vis.Equipment.choose]
 */
const char *
vis_equipment_get_choice (VisEquipment *self, VisDeviceKind kind)
{
  return self->choices[kind].name;
}

/**
 * vis_equipment_want:
 * @self: equipment
 * @wanted: what is to be captured; with sound, the speaker is wanted as well
 *
 * Says what is to be open, for [method@Vis.Equipment.open].
 */
void
vis_equipment_want (VisEquipment *self, VisMediaFlags wanted)
{
  self->wanted = wanted;
  /* Turned off and on again, as everybody does with what does not work, it is tried again. */
  for (guint i = 0; i < VIS_N_DEVICE_KINDS; i++)
    {
      if (!is_wanted (self, i))
        vis_device_choice_reset (&self->choices[i]);
    }
}

/**
 * vis_equipment_open:
 * @self: equipment
 *
 * Opens what is wanted and not open, and closes what is not wanted.
 */
void
vis_equipment_open (VisEquipment *self)
{
  /* The speaker comes first: the microphone is cleaned of its sound. */
  update_speaker (self);
  update_microphone (self);
  update_camera (self);
}

/**
 * vis_equipment_retry_failed:
 * @self: equipment
 *
 * Has [method@Vis.Equipment.open] try once more what did not work, and looks for sound devices
 * where they are missing.
 */
void
vis_equipment_retry_failed (VisEquipment *self)
{
  forgive (self);
  if (vis_equipment_lacks_sound (self))
    vis_devices_look_again (self->devices);
}

/**
 * vis_equipment_has_failed:
 * @self: equipment
 * @kind: what it is for
 *
 * Returns: whether a device of @kind did not work since it is wanted, even if another one does
 */
gboolean
vis_equipment_has_failed (VisEquipment *self, VisDeviceKind kind)
{
  return self->choices[kind].broken;
}

/**
 * vis_equipment_is_broken:
 * @self: equipment
 * @kind: what it is for
 *
 * Returns: whether a device of @kind is wanted, did not work, and no other one is open
 */
gboolean
vis_equipment_is_broken (VisEquipment *self, VisDeviceKind kind)
{
  return is_wanted (self, kind) && self->choices[kind].broken && !is_open (self, kind);
}

/**
 * vis_equipment_has_device:
 * @self: equipment
 * @kind: what it is for
 *
 * Returns: whether there is anything to use, as far as is known
 */
gboolean
vis_equipment_has_device (VisEquipment *self, VisDeviceKind kind)
{
  return vis_device_choice_has_device (&self->choices[kind], self->devices);
}

/**
 * vis_equipment_lacks_sound:
 * @self: equipment
 *
 * Whether sound devices are worth looking for: a sound server that was restarted may know its
 * devices by other names; without one, there is none.
 *
 * Returns: whether microphone or speaker are broken, or wanted and both missing
 */
gboolean
vis_equipment_lacks_sound (VisEquipment *self)
{
  if (vis_equipment_is_broken (self, VIS_DEVICE_MICROPHONE) ||
      vis_equipment_is_broken (self, VIS_DEVICE_SPEAKER))
    return TRUE;

  return is_wanted (self, VIS_DEVICE_MICROPHONE) && is_missing (self, VIS_DEVICE_MICROPHONE) &&
         is_missing (self, VIS_DEVICE_SPEAKER);
}
