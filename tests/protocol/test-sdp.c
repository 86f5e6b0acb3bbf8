/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-protocol-error.h"
#include "vis-sdp.h"

#define HEX_A                                                                                      \
  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:"  \
  "AA"
#define HEX_B                                                                                      \
  "bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:bb:"  \
  "bb"

static void
test_facts (void)
{
  g_autoptr (GError)      error = NULL;
  g_autoptr (VisSdpFacts) facts =
    vis_sdp_facts_new ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
                       "a=fingerprint:SHA-256 " HEX_A "\r\n"
                       "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:a0\r\na=ice-ufrag:frag\r\n"
                       "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
                       "a=fingerprint:sha-256 " HEX_B "\r\n"
                       "a=fingerprint:sha-256 " HEX_A "\r\n"
                       "a=fingerprint:sha-1 00:11\r\n"
                       "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d\r\n",
                       &error);

  g_assert_no_error (error);
  g_assert_cmpuint (facts->kinds->len, ==, 3);
  g_assert_cmpstr (facts->kinds->pdata[0], ==, "audio");
  g_assert_cmpstr (facts->kinds->pdata[2], ==, "application");
  g_assert_cmpstr (facts->mids->pdata[0], ==, "a0");
  g_assert_cmpstr (facts->mids->pdata[1], ==, "");
  g_assert_cmpstr (facts->mids->pdata[2], ==, "d");
  g_assert_cmpuint (facts->fingerprints->len, ==, 2);
  g_assert_true (vis_sdp_facts_has_fingerprint (facts, "sha-256 " HEX_A));
  g_assert_false (vis_sdp_facts_has_fingerprint (facts, "sha-256 AA"));
  g_assert_cmpstr (facts->ufrag, ==, "frag");
}

static void
test_refused (void)
{
  static const char *const cases[] = {
    "",
    "v=1\r\n",
    "garbage",
    "v=0\r\n",
    "v=0\r\nm=audio 9 X 0\r\n",
    "v=0\r\na=fingerprint:sha-256 " HEX_A "\r\n",
    "v=0\r\nm=audio 9 X 0\r\na=fingerprint:sha-256 AA\r\n",
    "v=0\r\nm=audio 9 X 0\r\na=fingerprint:sha-256 " HEX_A ":AA\r\n",
    "v=0\r\nm=audio 9 X 0\r\na=fingerprint:sha-1 " HEX_A "\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (vis_sdp_facts_new (cases[i], &error));
      g_assert_error (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_REQUEST);
    }
}

static void
test_candidates (void)
{
  static const struct
  {
    const char *candidate;
    gboolean    valid;
  } cases[] = {
    { "", TRUE },
    { "candidate:1 1 UDP 2015363327 192.0.2.1 50000 typ host", TRUE },
    { "candidate:1 1 udp 1 a.local 9 typ srflx raddr 0.0.0.0 rport 0", TRUE },
    { "candidate:1 1 TCP 1 2001:db8::1 9 typ host tcptype active", TRUE },
    { NULL, FALSE },
    { "1 1 UDP 2015363327 192.0.2.1 50000 typ host", FALSE },
    { "candidate: 1 UDP 2015363327 192.0.2.1 50000 typ host", FALSE },
    { "candidate:1 x UDP 2015363327 192.0.2.1 50000 typ host", FALSE },
    { "candidate:1 1 UDP 2015363327 192.0.2.1 70000 typ host", FALSE },
    { "candidate:1 1 UDP 99999999999 192.0.2.1 50000 typ host", FALSE },
    { "candidate:1 1 UDP 2015363327 192.0.2.1 50000", FALSE },
    { "candidate:1 1 UDP 1 192.0.2.1 5 typ host\r\na=evil", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (vis_sdp_candidate_is_valid (cases[i].candidate), ==, cases[i].valid);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/sdp/facts", test_facts);
  g_test_add_func ("/protocol/sdp/refused", test_refused);
  g_test_add_func ("/protocol/sdp/candidates", test_candidates);
  return g_test_run ();
}
