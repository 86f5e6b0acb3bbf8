/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* What a receiver of pictures makes of what it is given: sizes that nobody needs, and losses. */

#include "config.h"

#include "media-fixture.h"
#include "quarks.h"
#include "vis-gst.h"
#include "vis-receiver.h"

/* Sizes ------------------------------------------------------------------------------------------
 */

typedef struct
{
  const char *codec;
  const char *encoder;
  const char *launch;
} Encoder;

static const Encoder encoders[] = {
  { "VP8", "vp8enc", "vp8enc deadline=1 ! rtpvp8pay" },
  { "VP9", "vp9enc", "vp9enc deadline=1 ! rtpvp9pay" },
  { "H264", "x264enc", "x264enc tune=zerolatency ! rtph264pay config-interval=-1" },
};

static const struct
{
  guint    width;
  guint    height;
  gboolean decoded;
} sizes[] = {
  { 4096, 64, TRUE },
  { 4098, 64, FALSE },
  { 64, 4098, FALSE },
};

static gboolean
is_shown (gpointer data)
{
  return vis_receiver_get_frames (data) > 0;
}

static gboolean
is_over (gpointer data)
{
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (data, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);

  return message != NULL;
}

static GstPadProbeReturn
on_given (GstPad *pad, GstPadProbeInfo *info, gpointer n_given)
{
  g_atomic_int_inc ((gint *) n_given);
  return GST_PAD_PROBE_OK;
}

static void
watch_decoder (const GValue *value, gpointer n_given)
{
  GstElement        *element = g_value_get_object (value);
  g_autoptr (GstPad) pad = NULL;

  if (!g_type_is_a (G_OBJECT_TYPE (element), g_type_from_name ("GstVideoDecoder")))
    return;
  pad = gst_element_get_static_pad (element, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_given, n_given, NULL);
}

static void
show (const Encoder *encoder, guint width, guint height, gboolean decoded)
{
  g_autoptr (GstElement) pipeline = vis_gst_pipeline_new ("picture");
  g_autoptr (GstBus)     bus = gst_element_get_bus (pipeline);
  g_autoptr (GstPad)     pad = NULL;
  g_autofree char       *text =
    g_strdup_printf ("videotestsrc num-buffers=5 ! video/x-raw,format=I420,width=%u,height=%u ! %s",
                     width,
                     height,
                     encoder->launch);
  GstIterator *elements;
  gint         n_given = 0; /* to the decoder */
  GstElement  *source = gst_parse_bin_from_description (text, TRUE, NULL);
  VisReceiver *receiver =
    vis_receiver_new (GST_BIN (pipeline), vis_codec_find (encoder->codec), NULL, NULL, NULL, NULL);

  gst_bin_add (GST_BIN (pipeline), source);
  pad = gst_element_get_static_pad (source, "src");
  vis_receiver_link (receiver, pad);
  elements = gst_bin_iterate_recurse (GST_BIN (pipeline));
  gst_iterator_foreach (elements, watch_decoder, &n_given);
  gst_iterator_free (elements);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  if (decoded)
    g_assert_true (fixture_wait (is_shown, receiver, 30));
  else /* some elements complain, and some are silent */
    g_assert_true (fixture_wait (is_over, bus, 30));
  g_assert_cmpint (vis_receiver_get_frames (receiver) > 0, ==, decoded);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_cmpint (n_given > 0, ==, decoded);
  vis_receiver_free (receiver);
}

static void
test_size (gconstpointer data)
{
  const Encoder *encoder = data;

  if (!vis_gst_has_element (encoder->encoder) ||
      vis_codec_get_decoder (vis_codec_find (encoder->codec)) == NULL)
    {
      g_test_skip ("this computer cannot encode it");
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_test_message ("%u x %u", sizes[i].width, sizes[i].height);
      show (encoder, sizes[i].width, sizes[i].height, sizes[i].decoded);
    }
}

/* Packets that get lost --------------------------------------------------------------------------
 */

#define N_PICTURES 10

static GstEvent *
make_lost (void)
{
  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
                               gst_structure_new ("GstRTPPacketLost",
                                                  "seqnum",
                                                  G_TYPE_UINT,
                                                  1,
                                                  "timestamp",
                                                  G_TYPE_UINT64,
                                                  G_GUINT64_CONSTANT (0),
                                                  "duration",
                                                  G_TYPE_UINT64,
                                                  G_GUINT64_CONSTANT (0),
                                                  NULL));
}

/* Tells of a loss in front of each packet. */
static GstPadProbeReturn
on_packets (GstPad *pad, GstPadProbeInfo *info, gpointer n_lost)
{
  GstBufferList *list;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    {
      g_atomic_int_inc ((gint *) n_lost);
      gst_pad_push_event (pad, make_lost ());
      return GST_PAD_PROBE_OK;
    }

  list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);
  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    gst_pad_push (pad, gst_buffer_ref (gst_buffer_list_get (list, i)));

  return GST_PAD_PROBE_DROP;
}

static gboolean
has_shown_all (gpointer data)
{
  return vis_receiver_get_frames (data) >= N_PICTURES;
}

/* In the middle of a picture, too, with no loss before it. */
static void
test_lost (gconstpointer data)
{
  const VisCodec        *codec = vis_codec_find (data);
  guint                  which;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstPad)     pad = NULL;
  g_autofree char       *text = NULL;
  GstElement            *source;
  VisReceiver           *receiver;
  gint                   n_lost = 0;

  if (!vis_codec_can_encode (codec, &which) || vis_codec_get_decoder (codec) == NULL)
    {
      g_test_skip ("this computer cannot encode it");
      return;
    }

  pipeline = vis_gst_pipeline_new ("lost");
  text = g_strdup_printf ("videotestsrc is-live=true ! "
                          "video/x-raw,format=I420,width=160,height=120,framerate=30/1 ! %s ! "
                          "%s mtu=100",
                          codec->encoders[which].launch,
                          codec->rtp);
  source = gst_parse_bin_from_description (text, TRUE, NULL);
  receiver = vis_receiver_new (GST_BIN (pipeline), codec, NULL, NULL, NULL, NULL);
  gst_bin_add (GST_BIN (pipeline), source);
  pad = gst_element_get_static_pad (source, "src");
  gst_pad_add_probe (
    pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packets, &n_lost, NULL);
  vis_receiver_link (receiver, pad);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  g_assert_true (fixture_wait (has_shown_all, receiver, 30));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_cmpint (n_lost, >, N_PICTURES);
  vis_receiver_free (receiver);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  quarks_load ();

  for (guint i = 0; i < G_N_ELEMENTS (encoders); i++)
    {
      g_autofree char *size = g_strdup_printf ("/media/pictures/size/%s", encoders[i].codec);
      g_autofree char *lost = g_strdup_printf ("/media/pictures/lost/%s", encoders[i].codec);

      g_test_add_data_func (size, &encoders[i], test_size);
      g_test_add_data_func (lost, encoders[i].codec, test_lost);
    }

  return g_test_run ();
}
