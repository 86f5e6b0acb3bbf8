/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-feedback.h"
#include "vis-gst.h"

#define MS G_GINT64_CONSTANT (1000)

/* A receiver report of @ssrc: @lost in 1/256, and a jitter of 9. */
static void
add_report (VisFeedbackCollector *collector, guint8 ssrc, guint8 lost)
{
  const guint8          packet[] = { 0x81, 201, 0, 7, 0, 0, 0, 1, 0, 0, 0, ssrc, lost, 0, 0, 0,
                                     0,    0,   0, 0, 0, 0, 0, 9, 0, 0, 0, 0,    0,    0, 0, 0 };
  g_autoptr (GstBuffer) buffer = gst_buffer_new_memdup (packet, sizeof packet);

  vis_feedback_collector_add_rtcp (collector, buffer);
}

/* An event that goes upstream with @structure, which it takes. */
static void
add_structure (VisFeedbackCollector *collector, GstStructure *structure)
{
  g_autoptr (GstEvent) event = gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM, structure);

  g_assert_nonnull (structure);
  vis_feedback_collector_add_event (collector, event);
}

/* What rtpsession sends upstream: of @n packets, @lost did not arrive. */
static void
add_twcc (VisFeedbackCollector *collector, guint n, guint lost)
{
  GstStructure *structure = gst_structure_new_empty ("RTPTWCCPackets");

  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  GValueArray *packets = g_value_array_new (n);

  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue)          value = G_VALUE_INIT;
      g_autoptr (GstStructure) packet =
        gst_structure_new ("RTPTWCCPacket", "lost", G_TYPE_BOOLEAN, i < lost, NULL);

      g_value_init (&value, GST_TYPE_STRUCTURE);
      gst_value_set_structure (&value, packet);
      g_value_array_append (packets, &value);
    }
  gst_structure_set (structure, "packets", g_value_array_get_type (), packets, NULL);
  g_value_array_free (packets);
  G_GNUC_END_IGNORE_DEPRECATIONS

  add_structure (collector, structure);
}

/* What comes meanwhile is put together, the latest of each source. */
static void
test_merged (void)
{
  VisFeedbackCollector    collector = { 0 };
  g_autofree VisFeedback *feedback = NULL;
  g_autoptr (GstEvent)    other = gst_event_new_reconfigure ();

  vis_feedback_collector_init (&collector);
  vis_feedback_collector_add_event (&collector, other);
  g_assert_null (vis_feedback_collector_take (&collector, 1000 * MS));
  add_report (&collector, 1, 128);
  add_report (&collector, 2, 0);
  add_report (&collector, 1, 64);
  add_twcc (&collector, 5, 2);
  add_twcc (&collector, 3, 1);

  feedback = vis_feedback_collector_take (&collector, 1000 * MS);
  g_assert_cmpuint (feedback->n_sources, ==, 2);
  g_assert_cmpuint (feedback->sources[0].ssrc, ==, 1);
  g_assert_cmpfloat (feedback->sources[0].loss, ==, 0.25);
  g_assert_cmpuint (feedback->sources[0].jitter, ==, 9);
  g_assert_cmpuint (feedback->sources[1].ssrc, ==, 2);
  g_assert_cmpfloat (feedback->sources[1].loss, ==, 0);
  g_assert_cmpuint (feedback->packets, ==, 8);
  g_assert_cmpuint (feedback->lost, ==, 3);

  /* Once. */
  g_assert_null (vis_feedback_collector_take (&collector, 2000 * MS));
  vis_feedback_collector_clear (&collector);
}

/* What has the name of transport-wide feedback, and other packets than those of GStreamer 1.22. */
static void
test_other_packets (void)
{
  const char *const others[] = {
    "RTPTWCCPackets",
    "RTPTWCCPackets,packets=(int)5",
    "RTPTWCCPackets,packets=(structure)[packet,lost=true]",
    "RTPTWCCPackets,packets=(GstCaps)[audio/x-raw]",
    "RTPTWCCPackets,packets=<(int)1,(int)2>",
  };
  VisFeedbackCollector collector = { 0 };

  vis_feedback_collector_init (&collector);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    add_structure (&collector, gst_structure_new_from_string (others[i]));

  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  {
    g_auto (GValue) number = G_VALUE_INIT;
    GType           type = g_value_array_get_type ();
    GValueArray    *numbers = g_value_array_new (1);

    g_value_init (&number, G_TYPE_INT);
    g_value_array_append (numbers, &number);
    add_structure (&collector,
                   gst_structure_new ("RTPTWCCPackets", "packets", type, numbers, NULL));
    add_structure (&collector, gst_structure_new ("RTPTWCCPackets", "packets", type, NULL, NULL));
    g_value_array_free (numbers);
  }
  G_GNUC_END_IGNORE_DEPRECATIONS

  g_assert_null (vis_feedback_collector_take (&collector, 1000 * MS));
  vis_feedback_collector_clear (&collector);
}

/* However fast somebody sends it, and of however many sources. */
static void
test_flood (void)
{
  VisFeedbackCollector collector = { 0 };
  guint                n_taken = 0;

  vis_feedback_collector_init (&collector);
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree VisFeedback *feedback = NULL;

      add_report (&collector, (guint8) i, 0);
      feedback = vis_feedback_collector_take (&collector, 1000 * MS + i * MS / 10);
      if (feedback == NULL)
        continue;
      n_taken++;
      g_assert_cmpuint (feedback->n_sources, <=, VIS_FEEDBACK_MAX_SOURCES);
    }
  g_assert_cmpuint (n_taken, ==, 1000 / VIS_FEEDBACK_INTERVAL_MS);
  vis_feedback_collector_clear (&collector);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  vis_gst_init ();

  g_test_add_func ("/media/feedback/merged", test_merged);
  g_test_add_func ("/media/feedback/other-packets", test_other_packets);
  g_test_add_func ("/media/feedback/flood", test_flood);

  return g_test_run ();
}
