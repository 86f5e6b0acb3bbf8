/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-background.h"
#include "vis-codecs.h"
#include "vis-dtls-check.h"
#include "vis-error.h"
#include "vis-gst-check.h"
#include "vis-gst.h"
#include "vis-heartbeat.h"
#include "vis-ice-servers.h"
#include "vis-media-sections.h"
#include "vis-message.h"
#include "vis-watchdog.h"

#define MS G_GINT64_CONSTANT (1000)

/* The watchdog ------------------------------------------------------------------------------- */

typedef enum
{
  END,
  ARM,
  DISARM,
  HEAR,
  PROBE,
  TICK,
} Act;

typedef struct
{
  Act                act;
  gint64             at; /* ms */
  VisWatchdogVerdict verdict;
} Step;

static const struct
{
  const char *name;
  Step        steps[24];
} watches[] = {
  { "not-armed", { { TICK, 60000, VIS_WATCHDOG_NOTHING }, { HEAR, 60001, VIS_WATCHDOG_NOTHING } } },
  { "silence",
    { { ARM, 0, 0 },
      { TICK, 900, VIS_WATCHDOG_NOTHING },
      { TICK, 1800, VIS_WATCHDOG_NOTHING },
      { TICK, 2700, VIS_WATCHDOG_NOTHING },
      { TICK, 2999, VIS_WATCHDOG_NOTHING },
      { TICK, 3000, VIS_WATCHDOG_LOST },
      { TICK, 3250, VIS_WATCHDOG_NOTHING } } },
  { "back-and-lost-again",
    { { ARM, 0, 0 },
      { TICK, 1000, VIS_WATCHDOG_NOTHING },
      { TICK, 2000, VIS_WATCHDOG_NOTHING },
      { TICK, 3000, VIS_WATCHDOG_LOST },
      { HEAR, 3500, VIS_WATCHDOG_RECOVERED },
      { HEAR, 3600, VIS_WATCHDOG_NOTHING },
      { TICK, 4000, VIS_WATCHDOG_NOTHING },
      { TICK, 5000, VIS_WATCHDOG_NOTHING },
      { TICK, 6000, VIS_WATCHDOG_NOTHING },
      { TICK, 6600, VIS_WATCHDOG_LOST } } },
  { "an-old-packet-does-not-turn-time-back",
    { { ARM, 0, 0 },
      { HEAR, 1000, VIS_WATCHDOG_NOTHING },
      { HEAR, 500, VIS_WATCHDOG_NOTHING },
      { TICK, 1000, VIS_WATCHDOG_NOTHING },
      { TICK, 2000, VIS_WATCHDOG_NOTHING },
      { TICK, 3000, VIS_WATCHDOG_NOTHING },
      { TICK, 3999, VIS_WATCHDOG_NOTHING },
      { TICK, 4000, VIS_WATCHDOG_LOST } } },
  { "network-changed",
    { { ARM, 0, 0 },
      { TICK, 250, VIS_WATCHDOG_NOTHING },
      { PROBE, 300, 0 },
      { TICK, 1250, VIS_WATCHDOG_NOTHING },
      { TICK, 1300, VIS_WATCHDOG_LOST } } },
  { "network-changed-and-it-lives",
    { { ARM, 0, 0 },
      { PROBE, 300, 0 },
      { HEAR, 400, VIS_WATCHDOG_NOTHING },
      { TICK, 1000, VIS_WATCHDOG_NOTHING },
      { TICK, 2000, VIS_WATCHDOG_NOTHING },
      { TICK, 3000, VIS_WATCHDOG_NOTHING },
      { TICK, 3400, VIS_WATCHDOG_LOST } } },
  { "network-changed-while-lost",
    { { ARM, 0, 0 },
      { TICK, 1000, VIS_WATCHDOG_NOTHING },
      { TICK, 2000, VIS_WATCHDOG_NOTHING },
      { TICK, 3000, VIS_WATCHDOG_LOST },
      { PROBE, 3100, 0 },
      { TICK, 4000, VIS_WATCHDOG_NOTHING },
      { TICK, 5000, VIS_WATCHDOG_NOTHING } } },
  { "we-ourselves-stood-still",
    { { ARM, 0, 0 },
      { TICK, 250, VIS_WATCHDOG_NOTHING },
      { TICK, 20000, VIS_WATCHDOG_NOTHING },
      { TICK, 20999, VIS_WATCHDOG_NOTHING },
      { TICK, 21000, VIS_WATCHDOG_LOST } } },
  { "disarmed",
    { { ARM, 0, 0 },
      { DISARM, 10, 0 },
      { TICK, 9000, 0 },
      { PROBE, 9000, 0 },
      { TICK, 20000, 0 } } },
};

static void
test_watchdog (gconstpointer data)
{
  const Step *step = watches[GPOINTER_TO_UINT (data)].steps;
  VisWatchdog dog = { 0 };

  for (; step->act != END; step++)
    {
      VisWatchdogVerdict verdict = VIS_WATCHDOG_NOTHING;

      switch (step->act)
        {
        case ARM:
          vis_watchdog_arm (&dog, step->at * MS);
          break;
        case DISARM:
          vis_watchdog_disarm (&dog);
          break;
        case HEAR:
          verdict = vis_watchdog_hear (&dog, step->at * MS);
          break;
        case PROBE:
          vis_watchdog_probe (&dog, step->at * MS);
          break;
        case TICK:
          verdict = vis_watchdog_tick (&dog, step->at * MS);
          break;
        case END:
        default:
          g_assert_not_reached ();
        }
      g_assert_cmpint (verdict, ==, step->verdict);
    }
}

/* The data channel ----------------------------------------------------------------------------- */

static const struct
{
  const char  *text;
  VisHeartbeat heartbeat;
  const char  *t;
} heartbeats[] = {
  { "{\"type\":\"ping\",\"t\":17}", VIS_HEARTBEAT_PING, "17" },
  { " { \"t\" : 1.5e3 , \"type\" : \"pong\" } ", VIS_HEARTBEAT_PONG, "1.5e3" },
  { "{\"type\":\"ping\",\"t\":\"x\",\"more\":-1}", VIS_HEARTBEAT_PING, "\"x\"" },
  { "{\"type\":\"chat\",\"t\":1}", VIS_HEARTBEAT_OTHER, NULL },
  { "{\"type\":\"ping\"}", VIS_HEARTBEAT_OTHER, NULL },
  { "{\"t\":1}", VIS_HEARTBEAT_OTHER, NULL },
  { "", VIS_HEARTBEAT_OTHER, NULL },
  { "{", VIS_HEARTBEAT_OTHER, NULL },
  { "{}", VIS_HEARTBEAT_OTHER, NULL },
  { "{\"type", VIS_HEARTBEAT_OTHER, NULL },
  { "{\"type\":", VIS_HEARTBEAT_OTHER, NULL },
  { "{\"type\":\"ping\",", VIS_HEARTBEAT_OTHER, NULL },
  { "{\"type\":\"ping\",\"t\":1", VIS_HEARTBEAT_OTHER, NULL },
  { "{\"type\":\"ping\",\"t\":1} x", VIS_HEARTBEAT_OTHER, NULL },
  { "{\"type\":\"pi\\u006eg\",\"t\":1}", VIS_HEARTBEAT_OTHER, NULL },
  { "{\"type\":\"ping\",\"t\":{\"type\":\"pong\"}}", VIS_HEARTBEAT_OTHER, NULL },
  { "[\"ping\"]", VIS_HEARTBEAT_OTHER, NULL },
  { NULL, VIS_HEARTBEAT_OTHER, NULL },
};

static void
test_heartbeat (void)
{
  g_autofree char *ping = vis_heartbeat_ping (42);
  g_autofree char *pong = vis_heartbeat_pong ("42");
  g_autofree char *longest = g_strnfill (100000, ' ');

  g_assert_cmpstr (ping, ==, "{\"type\":\"ping\",\"t\":42}");
  g_assert_cmpstr (pong, ==, "{\"type\":\"pong\",\"t\":42}");
  for (guint i = 0; i < G_N_ELEMENTS (heartbeats); i++)
    {
      g_autofree char *t = NULL;

      g_assert_cmpint (vis_heartbeat_read (heartbeats[i].text, &t), ==, heartbeats[i].heartbeat);
      g_assert_cmpstr (t, ==, heartbeats[i].t);
    }
  {
    g_autofree char *t = NULL;

    g_assert_cmpint (vis_heartbeat_read (longest, &t), ==, VIS_HEARTBEAT_OTHER);
  }
}

/* Servers ---------------------------------------------------------------------------------------
 */

static const struct
{
  const char *url;
  const char *stun;
  const char *turn;
} urls[] = {
  { "stun:example.org", "stun://example.org:3478", NULL },
  { "STUN:example.org:5000", "stun://example.org:5000", NULL },
  { "stun:[2001:db8::1]:7", "stun://[2001:db8::1]:7", NULL },
  { "turn:example.org",
    NULL,
    "turn://1795342222%3Aada:a%2Bb%2Fc%3D@example.org:3478?transport=udp" },
  { "turn:192.0.2.1:99?transport=tcp",
    NULL,
    "turn://1795342222%3Aada:a%2Bb%2Fc%3D@192.0.2.1:99?transport=tcp" },
  { "turns:example.org",
    NULL,
    "turns://1795342222%3Aada:a%2Bb%2Fc%3D@example.org:5349?transport=tcp" },
  { "turns:[::1]:443?transport=tcp",
    NULL,
    "turns://1795342222%3Aada:a%2Bb%2Fc%3D@[::1]:443?transport=tcp" },
  { "turns:example.org?transport=udp", NULL, NULL },
  { "turn:example.org?transport=carrier-pigeon", NULL, NULL },
  { "turn:", NULL, NULL },
  { "turn:a@b", NULL, NULL },
  { "turn:a/b", NULL, NULL },
  { "turn:a b", NULL, NULL },
  { "turn:[::1", NULL, NULL },
  { "turn:[::1]x", NULL, NULL },
  { "turn:a:0", NULL, NULL },
  { "turn:a:70000", NULL, NULL },
  { "stun:a:b", NULL, NULL },
  { "http://example.org", NULL, NULL },
  { "", NULL, NULL },
};

static void
test_ice_servers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      const char               *list[] = { urls[i].url, NULL };
      g_autoptr (GPtrArray)     messages = vis_message_array_new ();
      g_autoptr (VisIceServers) servers = NULL;
      VisMessage               *message = vis_message_new (VIS_KIND_OBJECT_ICE_SERVER);

      vis_message_set_strings (message, VIS_FIELD_URLS, list);
      vis_message_set_string (message, VIS_FIELD_USERNAME, "1795342222:ada");
      vis_message_set_string (message, VIS_FIELD_CREDENTIAL, "a+b/c=");
      g_ptr_array_add (messages, message);
      servers = vis_ice_servers_new (messages);

      g_assert_cmpstr (servers->stun, ==, urls[i].stun);
      g_assert_cmpuint (servers->turn->len, ==, urls[i].turn != NULL ? 1 : 0);
      if (urls[i].turn != NULL)
        g_assert_cmpstr (g_ptr_array_index (servers->turn, 0), ==, urls[i].turn);
    }
}

static void
test_no_ice_servers (void)
{
  g_autoptr (VisIceServers) servers = vis_ice_servers_new (NULL);

  g_assert_null (servers->stun);
  g_assert_cmpuint (servers->turn->len, ==, 0);
}

/* Certificates ----------------------------------------------------------------------------------
 */

/* Three bytes stand for a certificate: what is hashed is what is between the lines, decoded. */
static const char pem[] = "-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n";
static const char abc[] =
  "sha-256 BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:"
  "B4:10:FF:61:F2:00:15:AD";

static void
test_fingerprint (void)
{
  static const char *const bad[] = {
    NULL,
    "",
    "YWJj",
    "-----BEGIN CERTIFICATE-----\nYWJj\n",
    "-----BEGIN CERTIFICATE----------END CERTIFICATE-----",
    "-----END CERTIFICATE-----\nYWJj\n-----BEGIN CERTIFICATE-----",
  };
  g_autoptr (GError) error = NULL;
  g_autofree char   *fingerprint = vis_dtls_fingerprint (pem, G_CHECKSUM_SHA256, &error);
  g_autofree char   *longer = vis_dtls_fingerprint (pem, G_CHECKSUM_SHA384, &error);
  g_autofree char   *longest = vis_dtls_fingerprint (pem, G_CHECKSUM_SHA512, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (fingerprint, ==, abc);
  g_assert_true (g_str_has_prefix (longer, "sha-384 CB:00:75:3F:45:A3:5E:8B:B5:A0:3D:69:9A:C6:50"));
  g_assert_true (
    g_str_has_prefix (longest, "sha-512 DD:AF:35:A1:93:61:7A:BA:CC:41:73:49:AE:20:41"));

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (vis_dtls_fingerprint (bad[i], G_CHECKSUM_SHA256, &error));
      g_assert_error (error, VIS_ERROR, VIS_ERROR_INSECURE);
      g_clear_error (&error);
    }
}

static void
test_dtls_check (void)
{
  g_autoptr (GPtrArray) fingerprints = g_ptr_array_new ();
  VisSdpFacts           facts = { .fingerprints = fingerprints };
  g_autoptr (GError)    error = NULL;

  g_assert_false (vis_dtls_check (pem, &facts, &error));
  g_assert_error (error, VIS_ERROR, VIS_ERROR_INSECURE);
  g_clear_error (&error);

  g_ptr_array_add (fingerprints, (gpointer) abc);
  g_assert_true (vis_dtls_check (pem, &facts, &error));
  g_assert_no_error (error);
  g_assert_false (vis_dtls_check (NULL, &facts, &error));
  g_assert_error (error, VIS_ERROR, VIS_ERROR_INSECURE);
}

/* Sections --------------------------------------------------------------------------------------
 */

#define HEAD "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define OPUS "a=rtpmap:109 opus/48000/2\r\n"
#define VP8  "a=rtpmap:120 VP8/90000\r\n"

static const struct
{
  const char *name;
  const char *sdp;
  struct
  {
    gboolean    present;
    guint       mline;
    const char *codec;
    guint       payload;
    guint       twcc;
    gboolean    rtx;
  } expected[VIS_N_ROLES];
} offers[] = {
  { "video-before-audio",
    HEAD
    "m=video 9 UDP/TLS/RTP/SAVPF 121 120\r\na=rtpmap:121 rtx/90000\r\na=fmtp:121 apt=120\r\n" VP8
    "a=extmap:5/sendrecv " VIS_TWCC_URI "\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 0 109\r\n" OPUS,
    { { TRUE, 1, "OPUS", 109, 0, FALSE }, { TRUE, 0, "VP8", 120, 5, TRUE } } },
  { "foreign-codecs",
    HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 0 8\r\nm=video 9 UDP/TLS/RTP/SAVPF 45\r\n"
         "a=rtpmap:45 AV1/90000\r\n",
    { { TRUE, 0, NULL }, { TRUE, 1, NULL } } },
  { "rejected",
    HEAD "m=audio 0 UDP/TLS/RTP/SAVPF 109\r\n" OPUS "m=video 9 UDP/TLS/RTP/SAVPF 120\r\n"
         "a=inactive\r\n" VP8 "m=video 9 UDP/TLS/RTP/SAVPF 120\r\n" VP8
         "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
    { { FALSE }, { TRUE, 2, "VP8", 120 }, { FALSE } } },
  { "h264-flavours",
    HEAD "m=video 9 UDP/TLS/RTP/SAVPF 100 101\r\na=rtpmap:100 H264/90000\r\n"
         "a=fmtp:100 packetization-mode=0;profile-level-id=42e01f\r\na=rtpmap:101 H264/90000\r\n"
         "a=fmtp:101 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42E01F\r\n",
    { { FALSE }, { TRUE, 0, "H264", 101 } } },
  { "vp9-profiles",
    HEAD "m=video 9 UDP/TLS/RTP/SAVPF 100 101\r\na=rtpmap:100 VP9/90000\r\n"
         "a=fmtp:100 profile-id=2\r\na=rtpmap:101 VP9/90000\r\n",
    { { FALSE }, { TRUE, 0, "VP9", 101 } } },
  { "nonsense-numbers",
    HEAD "m=video 9 UDP/TLS/RTP/SAVPF x -1 4000000000 120\r\n" VP8 "a=extmap:0 " VIS_TWCC_URI
         "\r\na=extmap:x\r\na=extmap:7 " VIS_TWCC_URI "\r\n",
    { { FALSE }, { TRUE, 0, "VP8", 120, 7 } } },
};

static void
test_sections (gconstpointer data)
{
  guint                     n = GPOINTER_TO_UINT (data);
  VisMediaSection           sections[VIS_N_ROLES];
  g_autoptr (GError)        error = NULL;
  g_autoptr (GstSDPMessage) sdp = vis_media_sections_parse (offers[n].sdp, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      const VisCodec *codec = vis_codec_find (offers[n].expected[i].codec);

      if (codec != NULL && !vis_codec_can_encode (codec, NULL))
        {
          g_test_skip ("this computer cannot encode it");
          return;
        }
    }

  vis_media_sections_from_offer (sections, sdp);
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      g_assert_cmpint (sections[i].present, ==, offers[n].expected[i].present);
      if (!sections[i].present)
        continue;
      g_assert_cmpuint (sections[i].mline, ==, offers[n].expected[i].mline);
      g_assert_cmpuint (sections[i].twcc, ==, offers[n].expected[i].twcc);
      g_assert_cmpint (sections[i].rtx, ==, offers[n].expected[i].rtx);
      g_assert_cmpstr (sections[i].codec != NULL ? sections[i].codec->name : NULL,
                       ==,
                       offers[n].expected[i].codec);
      g_assert_cmpuint (sections[i].payload, ==, offers[n].expected[i].payload);
      g_assert_cmpint (vis_media_sections_find (sections, sections[i].mline), ==, i);
    }
}

static void
test_own_offer (void)
{
  VisMediaSection           sections[VIS_N_ROLES];
  g_autoptr (GError)        error = NULL;
  g_autoptr (GstSDPMessage) answer = NULL;

  vis_media_sections_for_offer (sections, "no such codec");
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      g_assert_true (sections[i].present);
      g_assert_cmpuint (sections[i].mline, ==, i);
    }
  g_assert_cmpstr (sections[VIS_ROLE_AUDIO].codec->name, ==, "OPUS");
  g_assert_false (sections[VIS_ROLE_AUDIO].rtx);
  g_assert_cmpstr (sections[VIS_ROLE_SCREEN].codec->name, ==, "VP8");

  answer = vis_media_sections_parse (HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
                                          "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n",
                                     &error);
  g_assert_no_error (error);
  vis_media_sections_apply_answer (sections, answer);
  g_assert_true (sections[VIS_ROLE_AUDIO].present);
  g_assert_false (sections[VIS_ROLE_VIDEO].present);
  g_assert_false (sections[VIS_ROLE_SCREEN].present);
  g_assert_cmpint (vis_media_sections_find (sections, 1), ==, VIS_N_ROLES);
}

static void
test_elements (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vis_gst_check_elements (&error));
  g_assert_no_error (error);
  g_assert_null (vis_codec_find ("no such codec"));
  g_assert_null (vis_codec_find (NULL));
  for (guint i = 0; vis_codec_get (i) != NULL; i++)
    g_assert_true (vis_codec_find (vis_codec_get (i)->name) == vis_codec_get (i));
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* Runs last: it takes something away. */
static void
test_missing_elements (void)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find ("opusenc");
  g_autoptr (GAsyncResult)      result = NULL;
  g_autoptr (GError)            error = NULL;

  gst_registry_remove_feature (gst_registry_get (), GST_PLUGIN_FEATURE (factory));
  vis_gst_check_elements_async (on_checked, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (vis_gst_check_elements_finish (result, &error));
  g_assert_error (error, VIS_ERROR, VIS_ERROR_MEDIA);
  g_assert_cmpstr (error->message,
                   ==,
                   "Calls need something to be installed: GStreamer base plugins "
                   "(gstreamer1.0-plugins-base)");
}

/* What is loaded in the background is waited for at the end. Runs first: it is loaded only once. */
static void
test_warm_up (void)
{
  g_autoptr (GstPlugin) plugin = NULL;

  vis_gst_warm_up ();
  while (!vis_background_wait ())
    ;
  plugin = gst_registry_find_plugin (gst_registry_get (), "dtls");
  g_assert_nonnull (plugin);
  g_assert_true (gst_plugin_is_loaded (plugin));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  vis_gst_init ();

  g_test_add_func ("/media/warm-up", test_warm_up);
  for (guint i = 0; i < G_N_ELEMENTS (watches); i++)
    {
      g_autofree char *path = g_strdup_printf ("/media/watchdog/%s", watches[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_watchdog);
    }
  for (guint i = 0; i < G_N_ELEMENTS (offers); i++)
    {
      g_autofree char *path = g_strdup_printf ("/media/sections/%s", offers[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_sections);
    }
  g_test_add_func ("/media/sections/own-offer", test_own_offer);
  g_test_add_func ("/media/heartbeat", test_heartbeat);
  g_test_add_func ("/media/ice-servers/urls", test_ice_servers);
  g_test_add_func ("/media/ice-servers/none", test_no_ice_servers);
  g_test_add_func ("/media/dtls/fingerprint", test_fingerprint);
  g_test_add_func ("/media/dtls/check", test_dtls_check);
  g_test_add_func ("/media/elements", test_elements);
  g_test_add_func ("/media/elements/missing", test_missing_elements);

  return g_test_run ();
}
