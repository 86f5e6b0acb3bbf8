/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-sdp-document.h"
#include "vis-sdp-normal.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* The offer to be answered: audio, two videos and a data channel. */
#define TRANSPORT                                                                                  \
  "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\n"                  \
  "a=fingerprint:sha-256 "                                                                         \
  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:"  \
  "AA\r\n"
#define OFFER                                                                                      \
  "v=0\r\no=- 1 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE audio0 video1 video2 data3\r\n" \
  "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:audio0\r\na=rtpmap:111 OPUS/48000/2\r\n" TRANSPORT     \
  "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:video1\r\na=rtpmap:96 VP8/90000\r\n" TRANSPORT          \
  "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:video2\r\na=rtpmap:96 VP8/90000\r\n" TRANSPORT          \
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:data3\r\n"                            \
  "a=sctp-port:5000\r\n" TRANSPORT
#define N_OFFERED 4

static VisSdpDocument *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  VisSdpDocument    *document = vis_sdp_document_parse (text, &error);

  g_assert_no_error (error);
  return document;
}

/* The attributes that webrtcbin 1.22 requires in each section. */
static void
check_sections (const VisSdpDocument *document)
{
  static const char *const needed[] = { "mid", "ice-ufrag", "ice-pwd", "fingerprint", "setup" };

  for (guint i = 0; i < document->sections->len; i++)
    for (guint j = 0; j < G_N_ELEMENTS (needed); j++)
      {
        const VisSdpSection *section = vis_sdp_document_get (document, i);

        g_assert_nonnull (vis_sdp_attributes_find (section->attributes, needed[j]));
      }
}

static void
check_takers (VisSdpNormal *normal, const VisSdpDocument *before, const VisSdpDocument *after)
{
  for (guint i = 0; i < before->sections->len + 2; i++)
    {
      g_assert (vis_sdp_normal_find_taker (normal, i) < (int) after->sections->len);
      g_assert_nonnull (vis_sdp_normal_get_mid (normal, i));
    }
}

static void
try_offer (const char *text)
{
  g_autoptr (GError)         error = NULL;
  g_autoptr (VisSdpNormal)   normal = vis_sdp_normal_new_offer (text, &error);
  g_autoptr (VisSdpNormal)   again = NULL;
  g_autoptr (VisSdpDocument) before = NULL;
  g_autoptr (VisSdpDocument) after = NULL;
  g_autoptr (VisSdpDocument) answer = NULL;
  g_autofree char           *restored = NULL;

  g_assert ((normal == NULL) == (error != NULL));
  if (normal == NULL)
    return;

  before = parse (text);
  after = parse (vis_sdp_normal_get_text (normal));
  check_sections (after);
  check_takers (normal, before, after);

  /* Normalizing is idempotent. */
  again = vis_sdp_normal_new_offer (vis_sdp_normal_get_text (normal), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (vis_sdp_normal_get_text (normal), ==, vis_sdp_normal_get_text (again));

  /* An answer has as many sections as the offer. */
  restored = vis_sdp_normal_restore (normal, vis_sdp_normal_get_text (normal), &error);
  g_assert_no_error (error);
  answer = parse (restored);
  g_assert_cmpuint (answer->sections->len, ==, before->sections->len);
  g_assert_cmpuint (vis_sdp_normal_find_origin (normal, 0), <, before->sections->len);
}

static void
try_answer (const char *text)
{
  g_autoptr (GError)         error = NULL;
  g_autoptr (VisSdpNormal)   normal = vis_sdp_normal_new_answer (text, OFFER, &error);
  g_autoptr (VisSdpDocument) before = NULL;
  g_autoptr (VisSdpDocument) after = NULL;

  g_assert ((normal == NULL) == (error != NULL));
  if (normal == NULL)
    return;

  before = parse (text);
  after = parse (vis_sdp_normal_get_text (normal));
  g_assert_cmpuint (after->sections->len, ==, N_OFFERED);
  check_sections (after);
  check_takers (normal, before, after);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);

  /* The codec lets only UTF-8 through. */
  if (!g_utf8_validate (text, -1, NULL))
    return 0;
  try_offer (text);
  try_answer (text);

  return 0;
}
