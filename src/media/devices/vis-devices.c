/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-devices.h"

#include "vis-background.h"
#include "vis-gst.h"
#include "vis-sound-provider.h"

struct _VisDevices
{
  GObject            parent_instance;

  GstDeviceMonitor  *monitor;
  guint              watch;
  GstDeviceProvider *sound; /* of a later look round */
  guint              sound_watch;
  GPtrArray         *devices; /* all, doubles included */
  GListStore        *shown;
  GCancellable      *cancellable;
  gboolean           looking; /* for sound devices, again */
  gboolean           ready;
};

enum
{
  PROP_READY = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void        vis_devices_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisDevices,
                               vis_devices,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, vis_devices_iface_init))

static GType
vis_devices_get_item_type (GListModel *model)
{
  return VIS_TYPE_DEVICE;
}

static guint
vis_devices_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (VIS_DEVICES (model)->shown));
}

static gpointer
vis_devices_get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (VIS_DEVICES (model)->shown), position);
}

static void
vis_devices_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = vis_devices_get_item_type;
  iface->get_n_items = vis_devices_get_n_items;
  iface->get_item = vis_devices_get_item;
}

static void
vis_devices_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_READY:
      g_value_set_boolean (value, VIS_DEVICES (object)->ready);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
stop_monitor (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  gst_device_monitor_stop (data);
  vis_background_release ();
}

/* In the background: providers wait for their threads. */
static void
stop_later (GstDeviceMonitor *monitor)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_source_tag (task, stop_later);
  g_task_set_task_data (task, monitor, gst_object_unref);
  vis_background_hold ();
  g_task_run_in_thread (task, stop_monitor);
}

static void
drop_sound (VisDevices *self)
{
  g_clear_handle_id (&self->sound_watch, g_source_remove);
  if (self->sound != NULL)
    vis_sound_provider_stop_later (g_steal_pointer (&self->sound));
}

static void
vis_devices_dispose (GObject *object)
{
  VisDevices *self = VIS_DEVICES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->watch, g_source_remove);
  drop_sound (self);
  if (self->monitor != NULL)
    stop_later (g_steal_pointer (&self->monitor));
  g_clear_object (&self->shown);
  g_clear_pointer (&self->devices, g_ptr_array_unref);

  G_OBJECT_CLASS (vis_devices_parent_class)->dispose (object);
}

static void
vis_devices_class_init (VisDevicesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vis_devices_get_property;
  object_class->dispose = vis_devices_dispose;

  /**
   * VisDevices:ready:
   *
   * Whether the first look round is over.
   */
  properties[PROP_READY] =
    g_param_spec_boolean ("ready", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

/* Sound devices are told by PulseAudio's provider and by PipeWire's; the elements of the former are
 * the ones that work (the latter makes a sink for a virtual microphone). Cameras are better with
 * PipeWire, which shares them. */
static int
rank (VisDevice *device)
{
  GstElement *element = vis_device_make_element (device);
  const char *type;
  gboolean    pipewire;

  if (element == NULL)
    return -1;

  gst_object_ref_sink (element);
  type = G_OBJECT_TYPE_NAME (element);
  pipewire = g_str_has_prefix (type, "GstPipeWire");
  gst_object_unref (element);

  if (vis_device_get_kind (device) == VIS_DEVICE_CAMERA)
    return pipewire ? 2 : 1;

  return pipewire ? 0 : g_str_has_prefix (type, "GstPulse") ? 2 : 1;
}

/* Where the same thing as told by another provider is, or the end. One provider tells of each thing
 * once: two of one name are two of one model. */
static guint
find_double (GPtrArray *devices, VisDevice *device, const char *(*get) (VisDevice *) )
{
  guint i;

  for (i = 0; i < devices->len; i++)
    {
      VisDevice *other = g_ptr_array_index (devices, i);

      if (vis_device_get_kind (device) == vis_device_get_kind (other) &&
          !vis_device_shares_provider (device, other) && g_str_equal (get (device), get (other)))
        break;
    }

  return i;
}

/* The best of each set of doubles. */
static void
update_shown (VisDevices *self)
{
  g_autoptr (GPtrArray) best = g_ptr_array_new ();
  guint                 old = g_list_model_get_n_items (G_LIST_MODEL (self->shown));

  for (guint i = 0; i < self->devices->len; i++)
    {
      VisDevice *device = g_ptr_array_index (self->devices, i);
      guint      place = find_double (best, device, vis_device_get_id);

      if (place == best->len)
        place = find_double (best, device, vis_device_get_name);
      if (place == best->len)
        g_ptr_array_add (best, device);
      else if (rank (device) > rank (g_ptr_array_index (best, place)))
        g_ptr_array_index (best, place) = device;
    }

  g_list_store_splice (self->shown, 0, old, best->pdata, best->len);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, old, best->len);
}

static gboolean
find (VisDevices *self, GstDevice *device, guint *place)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      if (vis_device_is (g_ptr_array_index (self->devices, i), device))
        {
          *place = i;
          return TRUE;
        }
    }

  return FALSE;
}

/* Whether it is new: those of the first look are told of once more. */
static gboolean
add_device (VisDevices *self, GstDevice *device)
{
  VisDevice *added = NULL;
  guint      place;

  if (!find (self, device, &place))
    added = vis_device_new (device);
  if (added != NULL)
    g_ptr_array_add (self->devices, added);

  return added != NULL;
}

static gboolean
remove_device (VisDevices *self, GstDevice *device)
{
  guint place;

  if (!find (self, device, &place))
    return FALSE;

  g_ptr_array_remove_index (self->devices, place);
  return TRUE;
}

/* From the provider that a later look round has replaced: if its server is still there after all,
 * both tell of the same devices. */
static gboolean
is_outdated (VisDevices *self, GstMessage *message)
{
  GstObject *provider = GST_MESSAGE_SRC (message);

  return self->sound != NULL && provider != GST_OBJECT_CAST (self->sound) &&
         G_OBJECT_TYPE (provider) == G_OBJECT_TYPE (self->sound);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  VisDevices           *self = data;
  g_autoptr (GstDevice) device = NULL;
  gboolean              changed = FALSE;

  if (is_outdated (self, message))
    return G_SOURCE_CONTINUE;

  switch ((int) GST_MESSAGE_TYPE (message))
    {
    case GST_MESSAGE_DEVICE_ADDED:
      gst_message_parse_device_added (message, &device);
      changed = add_device (self, device);
      break;
    case GST_MESSAGE_DEVICE_REMOVED:
      gst_message_parse_device_removed (message, &device);
      changed = remove_device (self, device);
      break;
    default:
      break;
    }

  if (changed)
    update_shown (self);
  return G_SOURCE_CONTINUE;
}

typedef struct
{
  GstDeviceMonitor *monitor;
  GList            *devices;
} FirstLook;

static void
free_first_look (gpointer data)
{
  FirstLook *look = data;

  gst_clear_object (&look->monitor);
  g_list_free_full (look->devices, gst_object_unref);
  g_free (look);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  VisDevices        *self;
  FirstLook         *look = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GstBus) bus = NULL;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    {
      stop_later (g_steal_pointer (&look->monitor));
      free_first_look (look);
      return;
    }

  self = data;
  self->monitor = g_steal_pointer (&look->monitor);
  bus = gst_device_monitor_get_bus (self->monitor);
  self->watch = gst_bus_add_watch (bus, on_message, self);
  for (GList *l = look->devices; l != NULL; l = l->next)
    add_device (self, l->data);
  free_first_look (look);
  /* Who is told that the list has changed wants to know whether it is whole. */
  self->ready = TRUE;
  update_shown (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READY]);
}

/* Providers wait for their servers here, each time if there is none. */
static void
start_monitor (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  FirstLook *look = g_new0 (FirstLook, 1);

  vis_gst_init ();
  look->monitor = gst_device_monitor_new ();
  /* GStreamer 1.22: no filter of caps, since a device without any makes gst_caps_can_intersect
   * complain. */
  gst_device_monitor_add_filter (look->monitor, "Video/Source", NULL);
  gst_device_monitor_add_filter (look->monitor, "Audio/Source", NULL);
  gst_device_monitor_add_filter (look->monitor, "Audio/Sink", NULL);
  gst_device_monitor_start (look->monitor);
  look->devices = gst_device_monitor_get_devices (look->monitor);
  g_task_return_pointer (task, look, free_first_look);
  vis_background_release ();
}

/* What was known of the same device, so that nobody is told of a change that is none. */
static VisDevice *
take_known (VisDevices *self, GstDevice *device)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      if (vis_device_renew (g_ptr_array_index (self->devices, i), device))
        return g_ptr_array_steal_index (self->devices, i);
    }

  return NULL;
}

/* What the provider told of before and does not find any more. */
static gboolean
remove_lost (VisDevices *self, VisDevice *found)
{
  gboolean changed = FALSE;

  for (guint i = self->devices->len; i > 0; i--)
    {
      if (vis_device_shares_provider (g_ptr_array_index (self->devices, i - 1), found))
        {
          g_ptr_array_remove_index (self->devices, i - 1);
          changed = TRUE;
        }
    }

  return changed;
}

/* Returns: whether anything is different from the last look. */
static gboolean
replace_devices (VisDevices *self, GList *devices)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean              changed = FALSE;

  for (GList *l = devices; l != NULL; l = l->next)
    {
      VisDevice *device = take_known (self, l->data);

      if (device == NULL)
        {
          device = vis_device_new (l->data);
          changed = changed || device != NULL;
        }
      if (device != NULL)
        g_ptr_array_add (found, device);
    }

  if (found->len > 0)
    changed = remove_lost (self, g_ptr_array_index (found, 0)) || changed;
  g_ptr_array_extend_and_steal (self->devices, g_steal_pointer (&found));
  return changed;
}

static void
on_sound_started (GObject *source, GAsyncResult *result, gpointer data)
{
  VisDevices        *self = data;
  GstDeviceProvider *provider = vis_sound_provider_start_finish (result);
  g_autoptr (GstBus) bus = NULL;
  GList             *devices;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    {
      if (provider != NULL)
        vis_sound_provider_stop_later (provider);
      return;
    }

  self->looking = FALSE;
  if (provider == NULL)
    return;

  drop_sound (self);
  self->sound = provider;
  bus = gst_device_provider_get_bus (provider);
  self->sound_watch = gst_bus_add_watch (bus, on_message, self);
  devices = gst_device_provider_get_devices (provider);
  if (replace_devices (self, devices))
    update_shown (self);
  g_list_free_full (devices, gst_object_unref);
}

static void
vis_devices_init (VisDevices *self)
{
  self->shown = g_list_store_new (VIS_TYPE_DEVICE);
  self->devices = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * vis_devices_new:
 *
 * Makes a list that does not look for anything yet.
 *
 * Returns: (transfer full): a list of devices
 */
VisDevices *
vis_devices_new (void)
{
  return g_object_new (VIS_TYPE_DEVICES, NULL);
}

/**
 * vis_devices_start:
 * @self: the devices
 *
 * Starts to look for devices, in the background; `ready` says when the first look is over. Doing it
 * again is harmless.
 */
void
vis_devices_start (VisDevices *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->cancellable != NULL)
    return;

  self->cancellable = g_cancellable_new ();
  task = g_task_new (NULL, self->cancellable, on_started, self);
  g_task_set_source_tag (task, vis_devices_start);
  g_task_set_check_cancellable (task, FALSE);
  vis_background_hold ();
  g_task_run_in_thread (task, start_monitor);
}

/**
 * vis_devices_look_again:
 * @self: the devices
 *
 * Looks for sound devices afresh, in the background. What is still there stays the same #VisDevice.
 *
 * GStreamer 1.22: a provider connects to the sound server once. Devices of one that ended are never
 * said to be gone, nor those of the next one to be there.
 *
 * Returns: whether it begins to; %FALSE while it looks already, also for the first time
 */
gboolean
vis_devices_look_again (VisDevices *self)
{
  vis_devices_start (self);
  if (!self->ready || self->looking)
    return FALSE;

  self->looking = TRUE;
  vis_sound_provider_start_async (self->cancellable, on_sound_started, self);
  return TRUE;
}

/**
 * vis_devices_find:
 * @self: the devices
 * @kind: what it is for
 * @name: (nullable): its id or name, %NULL for the usual one
 * @except: (nullable) (element-type VisDevice): what is not looked for
 *
 * Finds a device among those that were found so far; looking for them begins with the first call.
 *
 * Returns: (transfer none) (nullable): a device, or %NULL
 */
VisDevice *
vis_devices_find (VisDevices *self, VisDeviceKind kind, const char *name, GPtrArray *except)
{
  guint      n = g_list_model_get_n_items (G_LIST_MODEL (self->shown));
  VisDevice *usual = NULL;

  vis_devices_start (self);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (VisDevice) device = g_list_model_get_item (G_LIST_MODEL (self->shown), i);

      if (vis_device_get_kind (device) != kind ||
          (except != NULL && g_ptr_array_find (except, device, NULL)))
        continue;
      if (name != NULL && (g_str_equal (vis_device_get_id (device), name) ||
                           g_str_equal (vis_device_get_name (device), name)))
        return device;
      if (usual == NULL || (vis_device_is_default (device) && !vis_device_is_default (usual)))
        usual = device;
    }

  return name == NULL ? usual : NULL;
}

gboolean
vis_devices_is_ready (VisDevices *self)
{
  return self->ready;
}
