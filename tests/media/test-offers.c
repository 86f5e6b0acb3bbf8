/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Which offers ring: those of which a call can come here. */

#include "config.h"

#include "vis-gst-engine.h"
#include "vis-limits.h"

#define HEAD "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
#define PRINT                                                                                      \
  "01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F:"  \
  "20"
#define SECTION(mid)                                                                               \
  "a=mid:" mid "\r\na=rtcp-mux\r\na=setup:actpass\r\na=ice-ufrag:frag\r\n"                         \
  "a=ice-pwd:passwordpasswordpassword\r\na=fingerprint:sha-256 " PRINT "\r\n"
#define AUDIO(format) "m=audio 9 UDP/TLS/RTP/SAVPF 100\r\na=rtpmap:100 " format "\r\n" SECTION ("0")
#define VIDEO(format) "m=video 9 UDP/TLS/RTP/SAVPF 101\r\na=rtpmap:101 " format "\r\n" SECTION ("1")
#define FMTP(text)    "a=fmtp:101 " text "\r\n"
#define DATA          "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n" SECTION ("0")

typedef struct
{
  const char *name;
  const char *offer;
  gboolean    rings;
} Case;

static const Case cases[] = {
  { "opus-and-vp8", HEAD AUDIO ("opus/48000/2") VIDEO ("VP8/90000"), TRUE },
  { "opus", HEAD AUDIO ("opus/48000/2"), TRUE },
  { "vp8", HEAD VIDEO ("VP8/90000"), TRUE },
  { "vp9", HEAD VIDEO ("VP9/90000"), TRUE },
  { "opus-and-av1", HEAD AUDIO ("opus/48000/2") VIDEO ("AV1/90000"), TRUE },
  { "g722-and-vp8", HEAD AUDIO ("G722/8000") VIDEO ("VP8/90000"), TRUE },
  { "av1", HEAD VIDEO ("AV1/90000"), FALSE },
  { "g722", HEAD AUDIO ("G722/8000"), FALSE },
  { "g722-and-av1", HEAD AUDIO ("G722/8000") VIDEO ("AV1/90000"), FALSE },
  { "h264-of-another-profile",
    HEAD VIDEO ("H264/90000") FMTP ("packetization-mode=1;profile-level-id=640c1f"),
    FALSE },
  { "vp9-of-another-profile", HEAD VIDEO ("VP9/90000") FMTP ("profile-id=2"), FALSE },
  { "silent", HEAD AUDIO ("opus/48000/2") "a=inactive\r\n", FALSE },
  { "data-alone", HEAD DATA, FALSE },
  { "nothing", HEAD, FALSE },
  { "no-description", "hello", FALSE },
};

static gboolean
check (const char *offer, GError **error)
{
  g_autoptr (VisGstEngine) engine = vis_gst_engine_new ("test", "test");

  return vis_media_engine_check_offer (VIS_MEDIA_ENGINE (engine), offer, error);
}

static void
test_case (gconstpointer data)
{
  const Case        *row = data;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (check (row->offer, &error), ==, row->rings);
  g_assert_true ((error == NULL) == row->rings);
  if (error != NULL)
    g_test_message ("%s", error->message);
}

/* As much as fits into a frame: read to its end, and refused. */
static void
test_largest (void)
{
  g_autoptr (VisGstEngine) engine = vis_gst_engine_new ("test", "test");
  g_autoptr (GString)      offer = g_string_new (HEAD);
  g_autoptr (GError)       error = NULL;
  gint64                   start;

  for (guint section = 0; section < 3; section++)
    {
      g_string_append (offer, section == 0 ? "m=audio" : "m=video");
      g_string_append (offer, " 9 UDP/TLS/RTP/SAVPF");
      for (guint i = 0; i < 128; i++)
        g_string_append_printf (offer, " %u", i);
      g_string_append (offer, "\r\n");
      for (guint i = 0; i < 128; i++)
        g_string_append_printf (
          offer,
          "a=rtpmap:%u H264/90000\r\na=fmtp:%u a=1;b=2;c=3;d=4;e=5;f=6;g=7;h=8;"
          "i=9;j=10;k=11;l=12;m=13;n=14\r\n",
          i,
          i);
      g_string_append_printf (offer, SECTION ("%u"), section);
    }
  g_assert_cmpuint (offer->len, <=, VIS_LIMIT_SDP_BYTES);

  start = g_get_monotonic_time ();
  g_assert_false (vis_media_engine_check_offer (VIS_MEDIA_ENGINE (engine), offer->str, &error));
  g_test_message ("%" G_GSIZE_FORMAT " bytes took %.1f ms",
                  offer->len,
                  (double) (g_get_monotonic_time () - start) / 1000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/media/offers/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/media/offers/largest", test_largest);

  return g_test_run ();
}
