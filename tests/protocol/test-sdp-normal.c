/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-protocol-error.h"
#include "vis-sdp-document.h"
#include "vis-sdp-normal.h"

#define HEX_32                                                                                     \
  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:"  \
  "AA"
#define HEX_48   HEX_32 ":BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB"
#define HEX_64   HEX_32 ":" HEX_32

#define HEAD     "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define ICE      "a=ice-ufrag:frag\r\na=ice-pwd:passwordpasswordpassword\r\n"
#define OTHER    "a=ice-ufrag:other\r\na=ice-pwd:otherotherotherotherother\r\n"
#define PRINT    "a=fingerprint:sha-256 " HEX_32 "\r\n"
#define ACTPASS  "a=setup:actpass\r\n"
#define ACTIVE   "a=setup:active\r\n"
#define ALL      ICE PRINT ACTPASS
#define AUDIO    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-mux\r\n"
#define VIDEO    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\na=rtcp-mux\r\n"
#define DATA     "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=sctp-port:5000\r\n"
#define MID(mid) "a=mid:" mid "\r\n"
#define HOST     "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host"
#define TWCC                                                                                       \
  "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"       \
  "a=rtcp-fb:96 transport-cc\r\n"
#define GROUP(mids) "a=group:BUNDLE " mids "\r\n"

/* An offer as ours are, for answers. */
#define OWN                                                                                        \
  HEAD GROUP ("a v s d") AUDIO MID ("a") ALL VIDEO MID ("v") ALL VIDEO MID ("s")                   \
    ALL DATA                                                           MID ("d") ALL

/* What comes out, in short: each section with its tag, "-" behind it if it is closed, "!" if it is
 * silent; then what must be in the text, and what must not. */
typedef struct
{
  const char *name;
  const char *text;
  const char *expected; /* NULL if nothing can come of it */
  const char *with;
  const char *without;
} Case;

static const Case offers[] = {
  { "plain", HEAD GROUP ("0 1") AUDIO MID ("0") ALL VIDEO MID ("1") ALL, "0 1" },
  { "line-feeds",
    "v=0\no=- 7 2 IN IP4 127.0.0.1\ns=-\nt=0 0\na=setup:actpass\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 0\na=rtcp-mux\na=mid:0\n"
    "a=ice-ufrag:frag\na=ice-pwd:passwordpasswordpassword\na=fingerprint:sha-256 " HEX_32 "\n",
    "0",
    "a=mid:0\r\n" },

  /* Attributes of the session */
  { "session-transport", HEAD ALL GROUP ("0 1") AUDIO MID ("0") VIDEO MID ("1"), "0 1" },
  { "session-and-section-fingerprint",
    HEAD PRINT GROUP ("0") AUDIO MID ("0") ALL,
    "0",
    "a=fingerprint:sha-256 " HEX_32 },
  { "session-direction", HEAD "a=recvonly\r\n" AUDIO MID ("0") ALL, "0", "a=recvonly" },
  { "session-extension", HEAD "a=extmap:4 urn:x\r\n" AUDIO MID ("0") ALL, "0", "a=extmap:4 urn:x" },
  { "ice-lite", HEAD "a=ice-lite\r\n" AUDIO MID ("0") ALL, "0", "a=ice-lite\r\n" },
  { "no-direction", HEAD AUDIO MID ("0") ALL, "0", "a=sendrecv" },
  { "two-directions",
    HEAD AUDIO MID ("0") ALL "a=sendonly\r\na=inactive\r\n",
    "0",
    "a=sendonly",
    "a=inactive" },

  /* Formats */
  { "repeated-rtpmap",
    HEAD "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=rtcp-mux\r\na=rtpmap:97 VP8\r\n"
         "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 VP9/90000\r\n" MID ("1") ALL,
    "1",
    "UDP/TLS/RTP/SAVPF 96\r\n" },
  { "feedback-of-unknown-kind",
    HEAD VIDEO "a=rtcp-fb:96 nack pli\r\na=rtcp-fb:* x-mine\r\n" MID ("1") ALL,
    "1",
    "a=rtcp-fb:96 nack pli\r\n",
    "x-mine" },
  { "feedback-of-all-formats",
    HEAD VIDEO "a=rtcp-fb:* nack\r\na=rtcp-fb:97 ccm fir\r\n" MID ("1") ALL,
    "1",
    "a=rtcp-fb:* nack\r\n",
    "ccm fir" },

  /* Groups */
  { "group-takes-from-first",
    HEAD GROUP ("0 1") AUDIO MID ("0") ALL VIDEO MID ("1") ICE PRINT "a=setup:holdconn\r\n",
    "0 1",
    NULL,
    "holdconn" },
  { "group-takes-what-first-lacks",
    HEAD GROUP ("0 1") AUDIO MID ("0") ICE VIDEO MID ("1") ALL,
    "0 1" },
  { "group-first-is-last",
    HEAD GROUP ("1 0") AUDIO MID ("0") OTHER PRINT ACTPASS VIDEO MID ("1") ALL,
    "0 1",
    "a=ice-ufrag:frag",
    "a=ice-ufrag:other" },
  { "group-of-unknown-tags", HEAD GROUP ("x y") AUDIO MID ("0") ALL, "0", NULL, "BUNDLE" },
  { "group-begins-with-unknown-tag",
    HEAD GROUP ("x 0 0") AUDIO MID ("0") ALL,
    "0",
    "a=group:BUNDLE 0\r\n" },
  { "group-begins-with-rejected",
    HEAD GROUP ("0 1") "m=audio 0 RTP/AVP 0\r\n" MID ("0") VIDEO MID ("1") ALL,
    "1",
    "a=group:BUNDLE 1\r\n" },
  { "other-group-first",
    HEAD "a=group:LS 0 1\r\n" GROUP ("0 1") AUDIO MID ("0") ALL VIDEO MID ("1"),
    "0 1",
    NULL,
    "LS 0" },
  { "two-groups", HEAD GROUP ("0") GROUP ("1") AUDIO MID ("0") ALL VIDEO MID ("1") ALL, "0" },
  { "partly-grouped", HEAD GROUP ("1") AUDIO MID ("0") ALL VIDEO MID ("1") ALL, "1" },
  { "no-group", HEAD AUDIO MID ("0") ALL VIDEO MID ("1") ALL, "0 1", NULL, "group" },
  { "no-group-without-transport-wide-feedback",
    HEAD AUDIO TWCC MID ("0") ALL VIDEO TWCC MID ("1") ALL,
    "0 1",
    NULL,
    "transport-" },
  { "no-group-one-section", HEAD VIDEO TWCC MID ("1") ALL, "1", TWCC },
  { "group-with-transport-wide-feedback",
    HEAD GROUP ("0 1") AUDIO MID ("0") ALL VIDEO TWCC MID ("1") ALL,
    "0 1",
    TWCC },
  { "bundle-only",
    HEAD GROUP ("0 1") AUDIO MID ("0") ALL
    "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\na=bundle-only\r\n" MID ("1"),
    "0 1",
    "m=video 9 ",
    "bundle-only" },
  { "bundle-only-without-group",
    HEAD AUDIO MID ("0") ALL
    "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\na=bundle-only\r\n" MID ("1") ALL,
    "0" },
  { "mux-missing-in-group",
    HEAD GROUP ("0") "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n" MID ("0") ALL,
    "0",
    "a=rtcp-mux" },
  { "mux-missing",
    HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n" MID ("0") ALL VIDEO MID ("1") ALL,
    "1" },
  { "mux-only", HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=rtcp-mux-only\r\n" MID ("0") ALL, "0" },

  /* Tags */
  { "no-tags", HEAD AUDIO ALL VIDEO ALL, "untagged0 untagged1" },
  { "taken-tag", HEAD AUDIO ALL VIDEO MID ("untagged0") ALL, "untagged1 untagged0" },
  { "double-tag", HEAD AUDIO MID ("0") ALL VIDEO MID ("0") ALL, "0 untagged1" },
  { "tag-with-space", HEAD AUDIO MID ("0 1") ALL, "untagged0" },

  /* Sections */
  { "rejected-without-anything",
    HEAD GROUP ("0 1") "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\na=inactive\r\n" AUDIO MID ("0")
      ALL VIDEO                                                                MID ("1") ALL,
    "0 1" },
  { "unknown-kinds",
    HEAD GROUP ("0 1 2 3") "m=text 9 RTP/SAVPF 98\r\n" MID ("0") ALL AUDIO MID ("1") ALL
    "m=message 9 TCP/MSRP *\r\n" MID ("2") "m=application 9 UDP/BFCP *\r\n" MID ("3"),
    "1" },
  { "two-for-data", HEAD GROUP ("0 1 2") AUDIO MID ("0") ALL DATA MID ("1") DATA MID ("2"), "0 1" },
  { "old-data",
    HEAD GROUP ("0 1") AUDIO MID ("0") ALL "m=application 9 DTLS/SCTP 5000\r\n"
                                           "a=sctpmap:5000 webrtc-datachannel 1024\r\n" MID ("1"),
    "0 1",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
    "sctpmap" },
  { "data-without-port",
    HEAD GROUP ("0 1") AUDIO MID ("0") ALL
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n" MID ("1"),
    "0 1",
    "a=sctp-port:5000" },
  { "data-of-other-port",
    HEAD GROUP ("0 1") AUDIO MID ("0") ALL
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=sctp-port:6000\r\n" MID ("1"),
    "0" },
  { "protos",
    HEAD GROUP ("0 1 2") "m=audio 9 RTP/SAVPF 0\r\n" MID ("0") ALL
    "m=video 9 RTP/AVP 31\r\n" MID ("1") "m=video 9 UDP/QUIC 31\r\n" MID ("2"),
    "0 1",
    "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n" },
  { "port-with-number", HEAD "m=audio 9/2 RTP/SAVPF 0\r\na=rtcp-mux\r\n" MID ("0") ALL, "0" },

  /* Lines */
  { "bad-formats",
    HEAD "m=audio 9 RTP/SAVPF x 200 96 97 98 0\r\na=rtcp-mux\r\na=rtpmap:97 opus/0\r\n"
         "a=rtpmap:98 opus\r\na=fmtp:97 a=1\r\n" MID ("0") ALL,
    "0",
    "RTP/SAVPF 0\r\n",
    ":97" },
  { "no-formats", HEAD "m=audio 9 RTP/SAVPF 97\r\na=rtcp-mux\r\n" MID ("0") ALL, NULL },
  { "bad-extensions",
    HEAD AUDIO MID ("0") ALL "a=extmap:0 urn:none\r\na=extmap:256 "
                             "urn:large\r\na=extmap:7\r\na=extmap:8/sendonly urn:good\r\n",
    "0",
    "a=extmap:8/sendonly urn:good",
    "urn:large" },
  { "simulcast",
    HEAD AUDIO MID ("0") ALL "a=rid:h send\r\na=rid:l send\r\na=simulcast:send h;~l\r\n",
    "0",
    NULL,
    "simulcast" },
  { "extmap-allow-mixed",
    HEAD "a=extmap-allow-mixed\r\n" AUDIO MID ("0") ALL "a=extmap-allow-mixed\r\n",
    "0",
    NULL,
    "allow-mixed" },
  { "msid-forms",
    HEAD GROUP ("0 1") "a=msid-semantic: WMS *\r\n" AUDIO MID ("0") ALL
    "a=msid:- track\r\na=ssrc:5 cname:c\r\n" VIDEO        MID ("1") "a=ssrc:6 msid:s t\r\n",
    "0 1",
    "a=msid:- track" },
  { "keys",
    HEAD "k=prompt\r\n" AUDIO MID ("0") ALL "k=clear:x\r\na=crypto:1 x\r\n",
    "0",
    NULL,
    "k=" },
  { "carriage-return-inside", HEAD AUDIO MID ("0") ALL "a=msid:x\ry z\r\n", "0", NULL, "msid" },

  /* Candidates */
  { "candidates",
    HEAD GROUP ("0 1") AUDIO MID ("0") ALL
    "a=" HOST "\r\na=candidate:nonsense\r\n"
    "a=candidate:1 2 udp 1 192.0.2.2 2 typ host\r\n"
    "a=candidate:2 1 udp 1 f.local 2 typ host\r\n" VIDEO MID ("1") ICE,
    "0 1",
    "a=" HOST "\r\na=candidate:2 1 udp 1 f.local 2 typ host\r\n",
    "192.0.2.2" },
  { "candidates-of-unused-transport",
    HEAD GROUP ("0 1") AUDIO MID ("0") ALL VIDEO MID ("1") OTHER "a=" HOST "\r\n",
    "0 1",
    NULL,
    "192.0.2.1" },

  /* Transports */
  { "fingerprint-384",
    HEAD AUDIO MID ("0") ICE ACTPASS "a=fingerprint:SHA-384 " HEX_48 "\r\n",
    "0",
    HEX_48 },
  { "fingerprint-512",
    HEAD AUDIO MID ("0") ICE ACTPASS "a=fingerprint:sha-1 00\r\na=fingerprint:sha-512 " HEX_64
                                     "\r\n",
    "0",
    HEX_64,
    "sha-1 " },
  { "fingerprint-weak", HEAD AUDIO MID ("0") ICE ACTPASS "a=fingerprint:sha-1 00:11\r\n", NULL },
  { "fingerprint-cut", HEAD AUDIO MID ("0") ICE ACTPASS "a=fingerprint:sha-256 AA:\r\n", NULL },
  { "no-fingerprint", HEAD GROUP ("0") AUDIO MID ("0") ICE ACTPASS, NULL },
  { "no-setup", HEAD GROUP ("0") AUDIO MID ("0") ICE PRINT, "0", "a=setup:actpass" },
  { "setup-passive", HEAD AUDIO MID ("0") ICE PRINT "a=setup:PASSIVE\r\n", "0", "a=setup:passive" },
  { "setup-holdconn", HEAD GROUP ("0") AUDIO MID ("0") ICE PRINT "a=setup:holdconn\r\n", NULL },
  { "no-credentials", HEAD AUDIO MID ("0") PRINT ACTPASS, NULL },
  { "short-credentials",
    HEAD AUDIO MID ("0") PRINT ACTPASS "a=ice-ufrag:a\r\na=ice-pwd:b\r\n",
    NULL },
  { "one-of-each-unreachable", HEAD AUDIO MID ("0") PRINT ACTPASS VIDEO MID ("1") ALL, "1" },

  { "no-sections", HEAD ALL, NULL },
  { "nothing-but-rejected", HEAD "m=audio 0 RTP/SAVPF 0\r\n" MID ("0") ALL, NULL },
  { "cut-section", HEAD "m=audio 9\r\n", NULL },
  { "port-too-large", HEAD "m=audio 65536 RTP/SAVPF 0\r\n" ALL, NULL },
  { "nonsense", "hello", NULL },
};

static const Case answers[] = {
  { "plain",
    HEAD GROUP ("a v s d") AUDIO MID ("a") ICE PRINT ACTIVE VIDEO MID ("v")
      ICE PRINT ACTIVE VIDEO MID ("s") ICE PRINT ACTIVE DATA MID ("d") ICE PRINT ACTIVE,
    "a v s d" },
  { "screen-rejected",
    HEAD GROUP ("a v d") AUDIO MID ("a") ICE PRINT ACTIVE VIDEO MID (
      "v") "m=video 0 UDP/TLS/RTP/SAVPF 120\r\n" MID ("s") DATA MID ("d") ICE PRINT ACTIVE,
    "a v s- d" },
  { "sound-rejected",
    HEAD GROUP ("v s d") "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\n" MID ("a") VIDEO MID ("v")
      ICE PRINT ACTIVE VIDEO MID ("s") DATA MID ("d"),
    "a! v s d",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" },
  { "sections-missing",
    HEAD GROUP ("a v") AUDIO MID ("a") ICE PRINT ACTIVE VIDEO MID ("v"),
    "a v s- d-" },
  { "sections-too-many",
    HEAD ICE PRINT ACTIVE GROUP ("a v s d e") AUDIO MID ("a") VIDEO MID ("v") VIDEO MID ("s")
      DATA MID ("d") VIDEO MID ("e"),
    "a v s d" },
  { "other-kind",
    HEAD ICE PRINT ACTIVE GROUP ("a v") VIDEO MID ("a") VIDEO MID ("v"),
    "a! v s- d-" },
  { "no-tags", HEAD ICE PRINT ACTIVE AUDIO VIDEO VIDEO DATA, "a v s d" },
  { "no-group-other-transports",
    HEAD PRINT ACTIVE AUDIO MID ("a") ICE VIDEO MID ("v") OTHER,
    "a v- s- d-" },
  { "setup-missing",
    HEAD ICE PRINT GROUP ("a v") AUDIO MID ("a") VIDEO MID ("v"),
    "a v s- d-",
    "a=setup:active" },
  { "setup-actpass", HEAD ALL GROUP ("a v") AUDIO MID ("a") VIDEO MID ("v"), NULL },
  { "all-rejected", HEAD ICE PRINT ACTIVE "m=audio 0 RTP/SAVPF 0\r\n" MID ("a"), NULL },
  { "nonsense", "v=0\r\n", NULL },
};

static char *
summarise (const char *text)
{
  g_autoptr (GError)         error = NULL;
  g_autoptr (VisSdpDocument) document = vis_sdp_document_parse (text, &error);
  g_autoptr (GString)        summary = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < document->sections->len; i++)
    {
      const VisSdpSection *section = vis_sdp_document_get (document, i);

      g_string_append_printf (
        summary,
        "%s%s%s%s",
        i > 0 ? " " : "",
        vis_sdp_attributes_find (section->attributes, "mid"),
        section->port == 0 ? "-" : "",
        vis_sdp_attributes_find (section->attributes, "inactive") != NULL ? "!" : "");
    }

  return g_string_free (g_steal_pointer (&summary), FALSE);
}

static void
check (const Case *row, VisSdpNormal *normal, const GError *error)
{
  g_autofree char *summary = NULL;
  const char      *text;

  if (row->expected == NULL)
    {
      g_assert_null (normal);
      g_assert_error (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_REQUEST);
      return;
    }

  g_assert_no_error (error);
  text = vis_sdp_normal_get_text (normal);
  g_test_message ("%s", text);
  summary = summarise (text);
  g_assert_cmpstr (summary, ==, row->expected);
  g_assert_true (row->with == NULL || strstr (text, row->with) != NULL);
  g_assert_true (row->without == NULL || strstr (text, row->without) == NULL);
}

static void
test_offer (gconstpointer data)
{
  const Case              *row = data;
  g_autoptr (GError)       error = NULL;
  g_autoptr (VisSdpNormal) normal = vis_sdp_normal_new_offer (row->text, &error);

  check (row, normal, error);
}

static void
test_answer (gconstpointer data)
{
  const Case              *row = data;
  g_autoptr (GError)       error = NULL;
  g_autoptr (VisSdpNormal) normal = vis_sdp_normal_new_answer (row->text, OWN, &error);

  check (row, normal, error);
}

/* What GStreamer would read for each format again, or in a time that grows with the square. */
static void
test_bounds (void)
{
  g_autoptr (GString)      offer = g_string_new (HEAD VIDEO MID ("1") ALL "a=fmtp:96 ");
  g_autofree char         *parameters = g_strnfill (2000, ';');
  g_autoptr (GError)       error = NULL;
  g_autoptr (VisSdpNormal) normal = NULL;
  guint                    n = 0;

  g_string_append_printf (offer, "%s\r\na=fmtp:96 max-fr=30\r\n", parameters);
  for (guint i = 0; i < 1000; i++)
    g_string_append (offer, "a=rtcp-fb:96 nack\r\n");
  g_string_append (offer, "a=fmtp:96 max-fs=1\r\n");
  g_string_append (offer, "a=rtpmap:96 H264/90000\r\n");

  normal = vis_sdp_normal_new_offer (offer->str, &error);
  g_assert_no_error (error);
  for (const char *line = vis_sdp_normal_get_text (normal);
       (line = strstr (line, "rtcp-fb")) != NULL;
       line++)
    n++;
  g_assert_cmpuint (n, ==, 200);
  g_assert_nonnull (strstr (vis_sdp_normal_get_text (normal), "a=fmtp:96 max-fr=30\r\n"));
  g_assert_null (strstr (vis_sdp_normal_get_text (normal), ";;"));
  g_assert_null (strstr (vis_sdp_normal_get_text (normal), "max-fs"));
  g_assert_null (strstr (vis_sdp_normal_get_text (normal), "H264"));
}

/* Descriptions of other implementations, whole. */

static const struct
{
  const char *file;
  const char *expected;
} foreign[] = {
  { "offer-ff-dead-first.sdp", "0 1 2 3" },     { "offer-ff-dead-setup.sdp", "0 1 2 3" },
  { "offer-data-nosetup.sdp", "0 1 2 3" },      { "offer-session-setup.sdp", "0 1 2 3" },
  { "offer-own-ice-per-section.sdp", "0 1 2" }, { "offer-group-order.sdp", "0 1 2 3" },
  { "offer-fp-384-only.sdp", "0 1 2 3" },       { "answer-data-nosetup.sdp", "a v s d" },
  { "answer-ff-rej-screen.sdp", "a v s- d" },
};

static void
test_foreign (gconstpointer data)
{
  guint            n = GPOINTER_TO_UINT (data);
  g_autofree char *path =
    g_test_build_filename (G_TEST_DIST, "fuzz", "seeds-sdp-normal", foreign[n].file, NULL);
  g_autofree char         *text = NULL;
  g_autofree char         *summary = NULL;
  g_autoptr (GError)       error = NULL;
  g_autoptr (VisSdpNormal) normal = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  normal = g_str_has_prefix (foreign[n].file, "answer")
             ? vis_sdp_normal_new_answer (text, OWN, &error)
             : vis_sdp_normal_new_offer (text, &error);
  g_assert_no_error (error);
  summary = summarise (vis_sdp_normal_get_text (normal));
  g_assert_cmpstr (summary, ==, foreign[n].expected);
}

/* What is answered: in the form, the order and the number of the offer. */

static void
test_restore (void)
{
  const char *offer =
    HEAD GROUP ("v d a") "m=text 9 RTP/SAVPF 98\r\n" MID ("t") "m=audio 9 RTP/SAVPF 0\r\n" MID ("a")
      ALL "m=video 0 RTP/SAVPF 31\r\n" VIDEO MID ("v") ALL "m=application 9 DTLS/SCTP 5000\r\n"
                                                           "a=sctpmap:5000 webrtc-datachannel "
                                                           "256\r\n" MID ("d");
  const char                                *answer =
    HEAD GROUP ("a v d") AUDIO MID ("a") ALL VIDEO MID ("v") ALL DATA MID ("d") ALL;
  g_autoptr (GError)                                                  error = NULL;
  g_autoptr (VisSdpNormal)   normal = vis_sdp_normal_new_offer (offer, &error);
  g_autofree char           *text = vis_sdp_normal_restore (normal, answer, &error);
  g_autoptr (VisSdpDocument) document = vis_sdp_document_parse (text, &error);
  static const char *const   m_lines[] = { "m=text 0 RTP/SAVPF 98\r\n",
                                           "m=audio 9 RTP/SAVPF 111\r\n",
                                           "m=video 0 RTP/SAVPF 31\r\n",
                                           "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
                                           "m=application 9 DTLS/SCTP 5000\r\n" };
  const char                *at = text;

  g_assert_no_error (error);
  g_assert_cmpuint (document->sections->len, ==, G_N_ELEMENTS (m_lines));
  for (guint i = 0; i < G_N_ELEMENTS (m_lines); i++)
    {
      at = strstr (at, m_lines[i]);
      g_assert_nonnull (at);
    }
  g_assert_nonnull (strstr (text, "a=group:BUNDLE v d a\r\n"));
  g_assert_nonnull (strstr (text, "a=sctpmap:5000 webrtc-datachannel"));

  /* All is reached by the section of the first tag. */
  g_assert_cmpuint (vis_sdp_normal_find_origin (normal, 0), ==, 3);
  g_assert_cmpstr (vis_sdp_normal_get_mid (normal, 3), ==, "v");
  g_assert_cmpint (vis_sdp_normal_find_taker (normal, 0), ==, -1);
  g_assert_cmpint (vis_sdp_normal_find_taker (normal, 3), ==, 0);
  g_assert_cmpint (vis_sdp_normal_find_taker (normal, 4), ==, 0);
  g_assert_cmpint (vis_sdp_normal_find_taker (normal, 99), ==, -1);
}

/* The tag is the one that we refuse. */
static void
test_restore_refused (void)
{
  const char *offer = HEAD GROUP ("a v") AUDIO MID ("a") ALL VIDEO MID ("v") ALL;
  const char                                                      *answer =
    HEAD GROUP ("v") "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\n" MID ("a") ALL VIDEO MID ("v") ALL;
  g_autoptr (GError)                                                           error = NULL;
  g_autoptr (VisSdpNormal) normal = vis_sdp_normal_new_offer (offer, &error);
  g_autofree char         *text = vis_sdp_normal_restore (normal, answer, &error);

  g_assert_no_error (error);
  g_assert_nonnull (strstr (text, "a=group:BUNDLE v\r\n"));
  g_assert_nonnull (strstr (text, "m=audio 0 "));
  g_assert_cmpuint (vis_sdp_normal_find_origin (normal, 0), ==, 1);
}

/* Each section on its own. */
static void
test_restore_ungrouped (void)
{
  const char *offer = HEAD "m=audio 0 RTP/SAVPF 0\r\n" AUDIO ALL VIDEO ALL;
  const char *answer = HEAD AUDIO MID ("untagged1") ALL VIDEO MID ("untagged2") ALL;
  g_autoptr (GError)                                          error = NULL;
  g_autoptr (VisSdpNormal) normal = vis_sdp_normal_new_offer (offer, &error);
  g_autofree char         *text = vis_sdp_normal_restore (normal, answer, &error);

  g_assert_no_error (error);
  g_assert_null (strstr (text, "untagged"));
  g_assert_cmpuint (vis_sdp_normal_find_origin (normal, 1), ==, 2);
  g_assert_cmpint (vis_sdp_normal_find_taker (normal, 2), ==, 1);
  g_assert_cmpstr (vis_sdp_normal_get_mid (normal, 2), ==, "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (offers); i++)
    {
      g_autofree char *path = g_strdup_printf ("/protocol/sdp-normal/offer/%s", offers[i].name);

      g_test_add_data_func (path, &offers[i], test_offer);
    }
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *path = g_strdup_printf ("/protocol/sdp-normal/answer/%s", answers[i].name);

      g_test_add_data_func (path, &answers[i], test_answer);
    }
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      g_autofree char *path = g_strdup_printf ("/protocol/sdp-normal/foreign/%s", foreign[i].file);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_foreign);
    }
  g_test_add_func ("/protocol/sdp-normal/bounds", test_bounds);
  g_test_add_func ("/protocol/sdp-normal/restore", test_restore);
  g_test_add_func ("/protocol/sdp-normal/restore/refused", test_restore_refused);
  g_test_add_func ("/protocol/sdp-normal/restore/ungrouped", test_restore_ungrouped);

  return g_test_run ();
}
