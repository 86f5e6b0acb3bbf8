/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "media-fixture.h"

#include <string.h>

/* A description that no peer of good will sends: as it stands, or made of a real one. */
typedef struct
{
  const char *name;
  const char *text; /* NULL for the real one with the changes */
  const char *from;
  const char *to;
  gboolean    bearable; /* it may be made something of */
} BadDescription;

#define HEAD "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"

static const BadDescription bad_descriptions[] = {
  { "empty", "" },
  { "garbage", "garbage" },
  { "cut", "v=0" },
  { "version", "v=0\r\n" },
  { "json", "{\"type\":\"offer\"}" },
  { "no-section", HEAD },
  { "no-fingerprint", HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" },
  { "empty-section", HEAD "m=\r\n" },
  { "short-fingerprint",
    HEAD "m=video x x x\r\na=mid:0\r\n"
         "a=fingerprint:sha-256 00\r\na=ice-ufrag:x\r\na=ice-pwd:y\r\n" },
  { "nonsense-section", .from = "m=application", .to = "m=nonsense\r\nm=application" },
  { "same-mids", .from = "a=mid:video1", .to = "a=mid:audio0", .bearable = TRUE },
  { "all-same-mids", .from = "a=mid:video2", .to = "a=mid:video1", .bearable = TRUE },
  { "unknown-bundle", .from = "BUNDLE audio0", .to = "BUNDLE other audio0", .bearable = TRUE },
  { "no-bundle", .from = "a=group:BUNDLE", .to = "a=x-group:BUNDLE", .bearable = TRUE },
  { "payload-clash", .from = "111", .to = "96", .bearable = TRUE },
  { "payload-twice", .from = "SAVPF 96 97", .to = "SAVPF 96 96", .bearable = TRUE },
  { "payload-range", .from = "SAVPF 111", .to = "SAVPF 999", .bearable = TRUE },
  { "second-application", .from = "m=video", .to = "m=application", .bearable = TRUE },
  { "only-applications", .from = "m=audio", .to = "m=application", .bearable = TRUE },
  { "no-ufrag", .from = "a=ice-ufrag", .to = "a=x-ufrag" },
  { "no-setup", .from = "a=setup", .to = "a=x-setup", .bearable = TRUE },
  { "passive", .from = "a=setup:actpass", .to = "a=setup:passive", .bearable = TRUE },
  { "holdconn", .from = "a=setup:actpass", .to = "a=setup:holdconn", .bearable = TRUE },
  { "sctp-port", .from = "sctp-port:5000", .to = "sctp-port:99999999999", .bearable = TRUE },
  { "extension-999", .from = "extmap:3", .to = "extmap:999", .bearable = TRUE },
  { "extension-256", .from = "extmap:3", .to = "extmap:256", .bearable = TRUE },
  { "extension-255", .from = "extmap:3", .to = "extmap:255", .bearable = TRUE },
  { "extension-0", .from = "extmap:3", .to = "extmap:0", .bearable = TRUE },
  { "extension-15", .from = "extmap:3", .to = "extmap:15", .bearable = TRUE },
  { "extension-negative", .from = "extmap:3", .to = "extmap:-3", .bearable = TRUE },
  { "extension-text", .from = "extmap:3", .to = "extmap:three", .bearable = TRUE },
  { "extension-empty", .from = "extmap:3", .to = "extmap:", .bearable = TRUE },
  { "extension-twice",
    .from = "a=extmap:3",
    .to = "a=extmap:3 urn:x\r\na=extmap:3",
    .bearable = TRUE },
  { "extension-same",
    .from = "a=extmap:3",
    .to = "a=extmap:4 "
          "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\na=extmap:3",
    .bearable = TRUE },
  { "clock-rate-0", .from = "/90000", .to = "/0", .bearable = TRUE },
  { "clock-rate-max", .from = "/90000", .to = "/4294967295", .bearable = TRUE },
  { "clock-rate-text", .from = "/90000", .to = "/fast", .bearable = TRUE },
  { "channels", .from = "48000/2", .to = "48000/999999", .bearable = TRUE },
  { "other-sound", .from = "OPUS/48000/2", .to = "G722/8000", .bearable = TRUE },
  { "other-everything", .from = "a=rtpmap:", .to = "a=rtpmap:1", .bearable = TRUE },
  { "no-rtpmap", .from = "a=rtpmap", .to = "a=x-rtpmap", .bearable = TRUE },
  { "no-rate", .from = "/90000", .to = "", .bearable = TRUE },
  { "sound-rejected", .from = "m=audio 9", .to = "m=audio 0", .bearable = TRUE },
  { "not-bundle-only", .from = "a=bundle-only\r\n", .to = "", .bearable = TRUE },
  { "all-pictures", .from = "m=audio", .to = "m=video", .bearable = TRUE },
  { "all-sound", .from = "m=video", .to = "m=audio", .bearable = TRUE },
  { "text-section", .from = "m=video", .to = "m=text", .bearable = TRUE },
  { "empty-mid", .from = "a=mid:audio0", .to = "a=mid:", .bearable = TRUE },
  { "no-mid", .from = "a=mid:", .to = "a=x-mid:", .bearable = TRUE },
  { "fewer-sections", .from = "m=application", .to = "a=application", .bearable = TRUE },
  { "bundle-twice", .from = "BUNDLE audio0", .to = "BUNDLE audio0 audio0", .bearable = TRUE },
  { "empty-bundle",
    .from = "a=group:BUNDLE",
    .to = "a=group:BUNDLE\r\na=group:LS",
    .bearable = TRUE },
  { "no-data-map", .from = "a=sctp-port", .to = "a=x-port", .bearable = TRUE },
  { "rtx-itself", .from = "apt=96", .to = "apt=97", .bearable = TRUE },
  { "other-codec", .from = "VP8", .to = "AV1", .bearable = TRUE },
  { "no-direction", .from = "a=sendrecv", .to = "a=inactive", .bearable = TRUE },
};

static const BadDescription *bad; /* the one that is tried */

static char *
make_bad (const char *real)
{
  g_autoptr (GString) text = g_string_new (bad->text != NULL ? bad->text : real);

  if (bad->from != NULL)
    g_string_replace (text, bad->from, bad->to, 0);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
has_failed (gpointer data)
{
  return vis_media_session_get_state (data) == VIS_SESSION_UNUSABLE;
}

static void
assert_failed (VisMediaSession *session)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (vis_media_session_get_state (session), ==, VIS_SESSION_UNUSABLE);
  g_object_get (session, "error", &error, NULL);
  g_assert_nonnull (error);
}

static char *
spoil_offer (const char *sdp)
{
  return strstr (sdp, "actpass") != NULL ? make_bad (sdp) : g_strdup (sdp);
}

static char *
spoil_answer (const char *sdp)
{
  return strstr (sdp, "actpass") == NULL ? make_bad (sdp) : g_strdup (sdp);
}

/* Whoever was given it has answered or connected, or has failed. */
static gboolean
is_decided (gpointer data)
{
  Fixture         *self = data;
  VisMediaSession *victim = self->sessions[self->tamper == spoil_offer];

  return has_failed (victim) || vis_media_session_get_state (victim) == VIS_SESSION_CONNECTED ||
         (self->tamper == spoil_offer && self->descriptions[1] != NULL);
}

static void
test_bad_descriptions (Fixture *self, gconstpointer tamper)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_descriptions); i++)
    {
      bad = &bad_descriptions[i];
      g_test_message ("%s", bad->name);
      self->tamper = (char *(*) (const char *) ) tamper;
      vis_media_session_offer (self->sessions[0]);
      g_assert_true (fixture_wait (is_decided, self, 20));
      if (!bad->bearable)
        assert_failed (self->sessions[tamper == spoil_offer]);
      fixture_spin (200); /* what is bearable is acted upon */
      fixture_drop_sessions (self);
      fixture_settle ();
      fixture_make_sessions (self);
    }
}

static const char *const bad_candidates[] = {
  "garbage",
  "candidate:",
  "candidate:1 1 UDP 2015363327 192.0.2.300 9 typ host",
  "candidate:1 1 UDP 2015363327 192.0.2.1 99999999 typ host",
  "candidate:1 1 UDP 2015363327 192.0.2.1 9 typ",
  "candidate:1 1 UDP 99999999999999999999 192.0.2.1 9 typ host",
  "candidate:1 77 UDP 2015363327 192.0.2.1 9 typ host",
  "candidate:1 1 SCTP 2015363327 192.0.2.1 9 typ host",
  "candidate:1 1 UDP 2015363327 9f1d3c64-1c5c-4f2e-9a55-000000000000.local 9 typ host",
  "candidate:1 1 UDP 2015363327 192.0.2.1 9 typ host generation 0 ufrag x network-cost 999",
  "",
};

static void
test_bad_candidates (Fixture *self, gconstpointer data)
{
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (bad_candidates); i++)
        {
          vis_media_session_add_candidate (self->sessions[1], bad_candidates[i], "audio0", 0);
          vis_media_session_add_candidate (self->sessions[1], bad_candidates[i], NULL, 77);
          vis_media_session_add_candidate (self->sessions[1], bad_candidates[i], "x", G_MAXUINT);
        }
      if (round == 0)
        fixture_connect (self);
    }
  /* And a flood. */
  for (guint i = 0; i < 10000; i++)
    vis_media_session_add_candidate (self->sessions[0], bad_candidates[9], "", 0);
  fixture_assert_moving (self->sessions[0]);
  fixture_assert_moving (self->sessions[1]);
}

/* Methods at the wrong time change nothing. */
static void
test_wrong_order (Fixture *self, gconstpointer data)
{
  vis_media_session_set_answer (self->sessions[0], "v=0\r\n");
  fixture_connect (self);
  for (guint i = 0; i < 2; i++)
    {
      vis_media_session_offer (self->sessions[i]);
      vis_media_session_answer (self->sessions[i], self->descriptions[!i]);
      vis_media_session_set_answer (self->sessions[i], self->descriptions[!i]);
    }
  fixture_assert_moving (self->sessions[0]);
  fixture_assert_moving (self->sessions[1]);
}

#define ADD(path, func, data)                                                                      \
  g_test_add (                                                                                     \
    "/media/session/" path, Fixture, (gpointer) (data), fixture_set_up, func, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("bad/offer", test_bad_descriptions, spoil_offer);
  ADD ("bad/answer", test_bad_descriptions, spoil_answer);
  ADD ("bad/candidates", test_bad_candidates, NULL);
  ADD ("bad/order", test_wrong_order, NULL);

  return g_test_run ();
}
