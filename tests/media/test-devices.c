/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-device.h"
#include "media-fixture.h"
#include "quarks.h"
#include "vis-background.h"
#include "vis-capture.h"
#include "vis-gst-engine.h"
#include "vis-gst.h"
#include "vis-speaker.h"

#define CAMERA                                                                                     \
  "videotestsrc is-live=true ! capsfilter caps=video/x-raw,width=64,height=48,framerate=30/1"

#define MICROPHONE                                                                                 \
  "audiotestsrc is-live=true samplesperbuffer=480 ! "                                              \
  "capsfilter caps=audio/x-raw,format=S16LE,rate=48000,channels=1"
#define SPEAKER "fakesink async=false sync=false"

/* One for all: the list of a second one may miss what happens while that of the first one ends. */
static VisGstEngine *engine;

static gboolean
is_filled (gpointer target)
{
  return fake_target_count (target) > 0;
}

/* A camera takes a while to close. What it still sees is not for anybody, least of all for whoever
 * is called next. */
static void
test_closed_means_closed (void)
{
  g_autoptr (VisFeed)    feed = vis_feed_new (FALSE);
  g_autoptr (VisCapture) capture = vis_capture_new (VIS_DEVICE_CAMERA, feed);
  g_autoptr (GstElement) first = fake_target_new ();
  g_autoptr (GstElement) next = fake_target_new ();
  VisTap                *tap = vis_tap_new (feed, GST_APP_SRC (first));
  VisTap                *other;
  guint64                n;

  vis_tap_set_mode (tap, VIS_TAP_OPEN);
  vis_capture_open_camera (capture, fake_element_new (CAMERA, 500), NULL);
  g_assert_true (fixture_wait (is_filled, first, 30));

  vis_device_pipeline_close (VIS_DEVICE_PIPELINE (capture));
  n = fake_target_count (first);
  fixture_spin (200);
  g_assert_cmpuint (fake_target_count (first), ==, n);

  other = vis_tap_new (feed, GST_APP_SRC (next));
  vis_tap_set_mode (other, VIS_TAP_OPEN);
  g_assert_cmpuint (fake_target_count (next), ==, 0);

  /* It can be opened again. */
  vis_capture_open_camera (capture, fake_element_new (CAMERA, 0), NULL);
  g_assert_true (fixture_wait (is_filled, next, 30));
  vis_device_pipeline_close (VIS_DEVICE_PIPELINE (capture));
  vis_tap_free (other);
  vis_tap_free (tap);
  fixture_settle ();
}

/* Some cameras give compressed pictures alone. */
static void
test_jpeg_camera (void)
{
  g_autoptr (VisFeed)    feed = vis_feed_new (FALSE);
  g_autoptr (VisCapture) capture = vis_capture_new (VIS_DEVICE_CAMERA, feed);
  g_autoptr (GstElement) target = fake_target_new ();
  VisTap                *tap = vis_tap_new (feed, GST_APP_SRC (target));

  vis_tap_set_mode (tap, VIS_TAP_OPEN);
  vis_capture_open_camera (capture, fake_element_new (CAMERA " ! jpegenc", 0), NULL);
  g_assert_true (fixture_wait (is_filled, target, 30));
  g_assert_true (vis_device_pipeline_is_open (VIS_DEVICE_PIPELINE (capture)));
  vis_device_pipeline_close (VIS_DEVICE_PIPELINE (capture));
  vis_tap_free (tap);
  fixture_settle ();
}

typedef struct
{
  gint     begun;
  gint     over;
  GstState state; /* of what is behind the decoder, when that was connected */
} SlowLink;

/* On the thread of the camera. */
static gboolean
on_linked (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer data)
{
  SlowLink              *self = data;
  GstPad                *pad = g_value_get_object (&values[0]);
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);

  if (element == NULL || !GST_PAD_IS_SINK (pad) ||
      !g_str_has_prefix (GST_ELEMENT_NAME (element), "videoconvert"))
    return TRUE;

  g_atomic_int_set (&self->begun, TRUE);
  g_usleep (200 * 1000);
  self->state = GST_STATE (element);
  g_atomic_int_set (&self->over, TRUE);
  return FALSE;
}

static gboolean
is_set (gpointer flag)
{
  return g_atomic_int_get ((gint *) flag);
}

/* Whoever closes a camera need not wait until it shows something. But a bin may complain of a loop
 * when its parts are being connected while it is on its way down. */
static void
test_closed_early (void)
{
  g_autoptr (VisFeed)    feed = vis_feed_new (FALSE);
  g_autoptr (VisCapture) capture = vis_capture_new (VIS_DEVICE_CAMERA, feed);
  SlowLink               link = { FALSE };

  g_type_class_unref (g_type_class_ref (GST_TYPE_PAD));
  g_signal_add_emission_hook (g_signal_lookup ("linked", GST_TYPE_PAD), 0, on_linked, &link, NULL);
  vis_capture_open_camera (capture, fake_element_new (CAMERA, 0), NULL);
  g_assert_true (fixture_wait (is_set, &link.begun, 30));

  vis_device_pipeline_close (VIS_DEVICE_PIPELINE (capture));
  g_assert_true (fixture_wait (is_set, &link.over, 30));
  g_assert_cmpint (link.state, >=, GST_STATE_PAUSED);
  fixture_settle ();
}

static gboolean
is_free (gpointer weak)
{
  g_autoptr (GObject) object = g_weak_ref_get (weak);

  return object == NULL;
}

static gboolean
is_open (gpointer element)
{
  return GST_STATE (element) >= GST_STATE_READY;
}

/* The light of the camera goes off although the driver of the speaker is stuck, and the program
 * ends. */
static void
test_stuck (void)
{
  g_autoptr (VisFeed)    feed = vis_feed_new (FALSE);
  g_autoptr (VisCapture) capture = vis_capture_new (VIS_DEVICE_CAMERA, feed);
  g_autoptr (VisSpeaker) speaker = vis_speaker_new ();
  GstElement            *sink;
  GstElement            *camera = fake_element_new (CAMERA, 0);
  GWeakRef               weak;
  GMutex                 mutex;

  g_mutex_init (&mutex);
  sink = fake_element_new_stuck (SPEAKER, &mutex);
  g_weak_ref_init (&weak, camera);
  vis_speaker_open (speaker, sink);
  vis_capture_open_camera (capture, camera, NULL);
  g_assert_true (fixture_wait (is_open, sink, 30));

  g_mutex_lock (&mutex);
  vis_device_pipeline_close (VIS_DEVICE_PIPELINE (speaker));
  vis_device_pipeline_close (VIS_DEVICE_PIPELINE (capture));
  g_assert_true (fixture_wait (is_free, &weak, 30));
  g_assert_false (vis_background_wait ());
  g_mutex_unlock (&mutex);
  fixture_settle ();
  g_weak_ref_clear (&weak);
  g_mutex_clear (&mutex);
}

/* A speaker goes while the microphone that is cleaned of its sound has yet to be opened. */
static void
test_probe_gone (void)
{
  g_autoptr (VisFeed)    feed = vis_feed_new (TRUE);
  g_autoptr (VisCapture) first = vis_capture_new (VIS_DEVICE_MICROPHONE, feed);
  g_autoptr (VisCapture) next = vis_capture_new (VIS_DEVICE_MICROPHONE, feed);
  g_autoptr (VisSpeaker) speaker = vis_speaker_new ();
  g_autoptr (GstElement) target = fake_target_new ();
  VisTap                *tap = vis_tap_new (feed, GST_APP_SRC (target));
  GstElement            *sink = fake_element_new (SPEAKER, 0);
  GstElement            *stuck;
  GWeakRef               weak;
  GMutex                 mutex;

  if (!vis_gst_has_element ("webrtcdsp") || !vis_gst_has_element ("webrtcechoprobe"))
    {
      g_test_skip ("this computer cannot cancel echoes");
      vis_tap_free (tap);
      gst_object_unref (gst_object_ref_sink (sink));
      return;
    }

  g_mutex_init (&mutex);
  g_weak_ref_init (&weak, sink);
  stuck = fake_element_new_stuck (MICROPHONE, &mutex);
  vis_tap_set_mode (tap, VIS_TAP_OPEN);
  vis_speaker_open (speaker, sink);
  vis_capture_open_microphone (first, stuck, NULL);
  g_assert_true (fixture_wait (is_open, stuck, 30));

  g_mutex_lock (&mutex);
  vis_device_pipeline_close (VIS_DEVICE_PIPELINE (first));
  vis_capture_open_microphone (
    next, fake_element_new (MICROPHONE, 0), vis_speaker_get_probe (speaker));
  vis_device_pipeline_close (VIS_DEVICE_PIPELINE (speaker));
  g_assert_true (fixture_wait (is_free, &weak, 30));
  g_mutex_unlock (&mutex);
  g_assert_true (fixture_wait (is_filled, target, 30));

  vis_tap_free (tap);
  vis_device_pipeline_close (VIS_DEVICE_PIPELINE (next));
  fixture_settle ();
  g_weak_ref_clear (&weak);
  g_mutex_clear (&mutex);
}

typedef struct
{
  GstDevice *microphone;
  GstDevice *speaker;
  char      *probe; /* that both know */
} Echo;

/* The element of that factory in the pipeline of a device. */
static GstElement *
dup_neighbour (GstDevice *device, const char *factory)
{
  g_autoptr (GstElement) element = fake_device_dup_element (device);
  g_autoptr (GstObject)  pipeline =
    element != NULL ? gst_object_get_parent (GST_OBJECT (element)) : NULL;
  g_autoptr (GstIterator) elements = NULL;
  g_auto (GValue)         value = G_VALUE_INIT;
  GstElement             *found = NULL;

  if (pipeline == NULL)
    return NULL;

  elements = gst_bin_iterate_all_by_element_factory_name (GST_BIN (pipeline), factory);
  if (gst_iterator_next (elements, &value) == GST_ITERATOR_OK)
    found = g_value_dup_object (&value);

  return found;
}

static gboolean
is_cleaned (gpointer data)
{
  Echo                  *self = data;
  g_autoptr (GstElement) cleaner = dup_neighbour (self->microphone, "webrtcdsp");
  g_autoptr (GstElement) probe = dup_neighbour (self->speaker, "webrtcechoprobe");
  g_autofree char       *name = NULL;

  if (cleaner == NULL || probe == NULL)
    return FALSE;

  g_object_get (cleaner, "probe", &name, NULL);
  if (g_strcmp0 (name, GST_ELEMENT_NAME (probe)) != 0 || GST_STATE (cleaner) != GST_STATE_PLAYING)
    return FALSE;

  g_free (self->probe);
  self->probe = g_steal_pointer (&name);
  return TRUE;
}

static gboolean
is_used (gpointer device)
{
  g_autoptr (GstElement) element = fake_device_dup_element (device);

  return element != NULL;
}

static gboolean
is_gone (gpointer device)
{
  return !is_used (device);
}

static gboolean
is_forgotten (gpointer unused)
{
  return g_list_model_get_n_items (G_LIST_MODEL (vis_gst_engine_get_devices (engine))) == 0;
}

/* With no device left, so that the next test may plug in its own. */
static void
settle (void)
{
  vis_media_engine_capture (VIS_MEDIA_ENGINE (engine), 0);
  g_assert_true (fixture_wait (is_forgotten, NULL, 30));
  fixture_settle ();
}

/* The canceller listens to the speaker that plays, also to one that comes later. */
static void
test_echo (void)
{
  Echo             echo = { NULL };
  g_autofree char *old = NULL;

  if (!vis_gst_has_element ("webrtcdsp") || !vis_gst_has_element ("webrtcechoprobe"))
    {
      g_test_skip ("this computer cannot cancel echoes");
      return;
    }

  echo.microphone = fake_device_add ("Microphone", "Audio/Source", MICROPHONE);
  vis_media_engine_capture (VIS_MEDIA_ENGINE (engine), VIS_MEDIA_AUDIO);
  g_assert_true (fixture_wait (is_used, echo.microphone, 30));
  echo.speaker = fake_device_add ("First", "Audio/Sink", SPEAKER);
  g_assert_true (fixture_wait (is_cleaned, &echo, 30));
  old = g_strdup (echo.probe);

  fake_device_fail (echo.speaker);
  g_assert_true (fixture_wait (is_gone, echo.speaker, 30));
  fake_device_remove (echo.speaker);
  echo.speaker = fake_device_add ("Next", "Audio/Sink", SPEAKER);
  g_assert_true (fixture_wait (is_cleaned, &echo, 30));
  g_assert_cmpstr (echo.probe, !=, old);

  fake_device_remove (echo.speaker);
  fake_device_remove (echo.microphone);
  g_free (echo.probe);
  settle ();
}

/* Which of two devices of a kind is used, when the first one does not work (any more). */

typedef enum
{
  BUSY,            /* it fails and stays */
  FAILS_THEN_GONE, /* it is pulled out: the element says so first, */
  GONE_THEN_FAILS, /* or the list does */
} Mishap;

static const struct
{
  const char *name;
  const char *classes;
  const char *launch;
  Mishap      mishap;
} mishaps[] = {
  { "camera-busy", "Video/Source", CAMERA, BUSY },
  { "camera-fails-then-gone", "Video/Source", CAMERA, FAILS_THEN_GONE },
  { "camera-gone-then-fails", "Video/Source", CAMERA, GONE_THEN_FAILS },
  { "microphone-busy", "Audio/Source", MICROPHONE, BUSY },
  { "microphone-fails-then-gone", "Audio/Source", MICROPHONE, FAILS_THEN_GONE },
  { "microphone-gone-then-fails", "Audio/Source", MICROPHONE, GONE_THEN_FAILS },
  { "speaker-busy", "Audio/Sink", SPEAKER, BUSY },
  { "speaker-fails-then-gone", "Audio/Sink", SPEAKER, FAILS_THEN_GONE },
  { "speaker-gone-then-fails", "Audio/Sink", SPEAKER, GONE_THEN_FAILS },
};

static gboolean
has_problem (gpointer unused)
{
  g_autofree char *problem = NULL;

  g_object_get (engine, "problem", &problem, NULL);

  return problem != NULL;
}

static void
suffer (GstDevice *device, Mishap mishap)
{
  g_autoptr (GstElement) element = fake_device_dup_element (device);

  if (mishap == GONE_THEN_FAILS)
    {
      fake_device_remove (device);
      fixture_spin (50);
    }
  GST_ELEMENT_ERROR (element, RESOURCE, BUSY, ("It was pulled out"), (NULL));
  gst_clear_object (&element);
  if (mishap == FAILS_THEN_GONE)
    {
      g_assert_true (fixture_wait (is_gone, device, 30));
      fake_device_remove (device);
    }
}

static gboolean
has_no_problem (gpointer unused)
{
  return !has_problem (unused);
}

static void
test_replaced (gconstpointer data)
{
  guint      n = GPOINTER_TO_UINT (data);
  GstDevice *first = fake_device_add ("First", mishaps[n].classes, mishaps[n].launch);
  GstDevice *next = fake_device_add ("Next", mishaps[n].classes, mishaps[n].launch);
  GstDevice *usual = mishaps[n].mishap == BUSY ? first : next;

  vis_media_engine_capture (VIS_MEDIA_ENGINE (engine), VIS_MEDIA_AUDIO | VIS_MEDIA_CAMERA);
  g_assert_true (fixture_wait (is_used, first, 30));
  g_assert_false (is_used (next));

  suffer (first, mishaps[n].mishap);
  g_assert_true (fixture_wait (is_used, next, 30));
  g_assert_false (has_problem (NULL));

  /* If that one fails as well, what there is is tried again, though nobody tells that it is back:
   * so it is when a sound server was restarted. Until then it is a problem. */
  fake_device_fail (next);
  g_assert_true (fixture_wait (has_problem, NULL, 30));
  g_assert_true (fixture_wait (is_used, usual, 30));
  g_assert_true (fixture_wait (has_no_problem, NULL, 30));

  fake_device_remove (next);
  if (mishaps[n].mishap == BUSY)
    fake_device_remove (first);
  settle ();
}

/* What the other side is told. */

static gboolean
works (const char *property)
{
  gboolean value;

  g_object_get (engine, property, &value, NULL);
  return value;
}

static gboolean
is_working (gpointer property)
{
  return works (property);
}

static gboolean
is_not_working (gpointer property)
{
  return !works (property);
}

static const struct
{
  const char *name;
  const char *classes;
  const char *launch;
  const char *property;
} senders[] = {
  { "microphone-works", "Audio/Source", MICROPHONE, "microphone-works" },
  { "camera-works", "Video/Source", CAMERA, "camera-works" },
};

/* Plugged in, broken, pulled out. */
static void
test_works (gconstpointer data)
{
  guint      n = GPOINTER_TO_UINT (data);
  gpointer   property = (gpointer) senders[n].property;
  GstDevice *device;

  vis_devices_start (vis_gst_engine_get_devices (engine));
  g_assert_true (fixture_wait (is_not_working, property, 30));
  device = fake_device_add ("Only", senders[n].classes, senders[n].launch);
  g_assert_true (fixture_wait (is_working, property, 30));

  /* It breaks, and works again although nobody plugs in anything. */
  vis_media_engine_capture (VIS_MEDIA_ENGINE (engine), VIS_MEDIA_AUDIO | VIS_MEDIA_CAMERA);
  g_assert_true (fixture_wait (is_used, device, 30));
  suffer (device, BUSY);
  g_assert_true (fixture_wait (is_not_working, property, 30));
  g_assert_true (fixture_wait (is_working, property, 30));

  /* It is pulled out, and another one plugged in. */
  suffer (device, FAILS_THEN_GONE);
  g_assert_true (fixture_wait (is_not_working, property, 30));
  device = fake_device_add ("Another", senders[n].classes, senders[n].launch);
  g_assert_true (fixture_wait (is_used, device, 30));
  g_assert_true (fixture_wait (is_working, property, 30));
  fake_device_remove (device);
  settle ();
}

static void
test_works_by_choice (void)
{
  g_autoptr (VisGstEngine) chosen = vis_gst_engine_new ("none", "test");
  gboolean                 camera, microphone;

  g_object_get (chosen, "camera-works", &camera, "microphone-works", &microphone, NULL);
  g_assert_false (camera);
  g_assert_true (microphone);
  vis_gst_engine_set_camera (chosen, "test");
  vis_gst_engine_set_microphone (chosen, "none");
  g_object_get (chosen, "camera-works", &camera, "microphone-works", &microphone, NULL);
  g_assert_true (camera);
  g_assert_false (microphone);
}

static gboolean
has_two (gpointer unused)
{
  return g_list_model_get_n_items (G_LIST_MODEL (vis_gst_engine_get_devices (engine))) == 2;
}

/* Two cameras of one model are two, also where each of them is told of twice. */
static void
test_twins (void)
{
  VisDevices *devices = vis_gst_engine_get_devices (engine);
  GstDevice  *fakes[] = {
     fake_device_add_full (FALSE, "Webcam", "Video/Source", CAMERA, "/dev/video0"),
     fake_device_add_full (TRUE, "Webcam", "Video/Source", CAMERA, "/dev/video0"),
     fake_device_add_full (TRUE, "Webcam", "Video/Source", CAMERA, "/dev/video2"),
     fake_device_add_full (FALSE, "Webcam", "Video/Source", CAMERA, "/dev/video2"),
  };
  VisDevice *first, *second;

  vis_devices_start (devices);
  g_assert_true (fixture_wait (has_two, NULL, 30));
  fixture_spin (50);
  g_assert_true (has_two (NULL));
  first = vis_devices_find (devices, VIS_DEVICE_CAMERA, "/dev/video0", NULL);
  second = vis_devices_find (devices, VIS_DEVICE_CAMERA, "/dev/video2", NULL);
  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_true (first != second);

  for (guint i = 0; i < G_N_ELEMENTS (fakes); i++)
    fake_device_remove (fakes[i]);
  settle ();
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  quarks_load ();
  fake_devices_init ();
  engine = vis_gst_engine_new (NULL, NULL);

  g_test_add_func ("/media/capture/closed-means-closed", test_closed_means_closed);
  g_test_add_func ("/media/capture/jpeg", test_jpeg_camera);
  g_test_add_func ("/media/capture/closed-early", test_closed_early);
  g_test_add_func ("/media/capture/stuck", test_stuck);
  g_test_add_func ("/media/capture/probe-gone", test_probe_gone);
  g_test_add_func ("/media/devices/twins", test_twins);
  g_test_add_func ("/media/engine/echo", test_echo);
  for (guint i = 0; i < G_N_ELEMENTS (mishaps); i++)
    {
      g_autofree char *path = g_strdup_printf ("/media/engine/%s", mishaps[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_replaced);
    }

  for (guint i = 0; i < G_N_ELEMENTS (senders); i++)
    {
      g_autofree char *path = g_strdup_printf ("/media/engine/%s", senders[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_works);
    }
  g_test_add_func ("/media/engine/works-by-choice", test_works_by_choice);

  status = g_test_run ();
  g_assert_finalize_object (engine);
  fixture_settle ();
  return status;
}
