/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Calls with descriptions as other implementations write them: those of a session of ours,
 * rewritten on the way, which is enough for webrtcbin to refuse them as they are. */

#include "config.h"

#include "media-fixture.h"
#include "unbundled-peer.h"
#include "vis-dtls-check.h"
#include "vis-error.h"
#include "vis-sdp-document.h"

static const char *const transport[] = { "ice-ufrag", "ice-pwd", "fingerprint", "setup" };

static VisSdpSection *
get (VisSdpDocument *document, guint index)
{
  return g_ptr_array_index (document->sections, index);
}

static void
replace (GPtrArray *attributes, const char *name, const char *value)
{
  vis_sdp_attributes_remove (attributes, name);
  if (value != NULL)
    vis_sdp_attributes_add (attributes, name, value);
}

static void
insert_section (VisSdpDocument *self, guint index, const char *kind, guint port, const char *mid)
{
  const char *const formats[] = { "0", NULL };
  VisSdpSection    *section = vis_sdp_document_add (self, kind, port, "UDP/TLS/RTP/SAVPF", formats);

  vis_sdp_attributes_add (section->attributes, "inactive", "");
  vis_sdp_attributes_add (section->attributes, "mid", mid);
  g_ptr_array_insert (
    self->sections, (int) index, g_ptr_array_steal_index (self->sections, self->sections->len - 1));
}

/* Offers, and what the answers to them must be
 * ------------------------------------------------------
 */

static void
put_dead_first (VisSdpDocument *self)
{
  insert_section (self, 0, "audio", 0, "dead");
}

static void
put_text_between (VisSdpDocument *self)
{
  insert_section (self, 1, "text", 9, "subtitles");
  replace (self->attributes, "group", "BUNDLE audio0 subtitles video1 video2 application3");
}

static void
check_rejected (VisSdpDocument *answer, guint index)
{
  g_assert_cmpuint (answer->sections->len, ==, 5);
  g_assert_cmpuint (get (answer, index)->port, ==, 0);
  g_ptr_array_remove_index (answer->sections, index);
}

static void
take_dead_first (VisSdpDocument *answer)
{
  check_rejected (answer, 0);
}

static void
take_text_between (VisSdpDocument *answer)
{
  g_assert_cmpstr (get (answer, 1)->kind, ==, "text");
  check_rejected (answer, 1);
}

static void
take_last_setup (VisSdpDocument *self)
{
  replace (get (self, self->sections->len - 1)->attributes, "setup", NULL);
}

static void
lift_transport (VisSdpDocument *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (transport); i++)
    {
      g_autofree char *value =
        g_strdup (vis_sdp_attributes_find (get (self, 0)->attributes, transport[i]));

      replace (self->attributes, transport[i], value);
      for (guint j = 0; j < self->sections->len; j++)
        replace (get (self, j)->attributes, transport[i], NULL);
    }
}

static void
keep_first_transport (VisSdpDocument *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (transport); i++)
    for (guint j = 1; j < self->sections->len; j++)
      replace (get (self, j)->attributes, transport[i], NULL);
}

static void
change_credentials (VisSdpDocument *self)
{
  for (guint i = 1; i < self->sections->len; i++)
    {
      replace (get (self, i)->attributes, "ice-ufrag", "elsewhere");
      replace (get (self, i)->attributes, "ice-pwd", "elsewhereelsewhereelsewhere");
    }
}

static void
turn_group (VisSdpDocument *self)
{
  replace (self->attributes, "group", "BUNDLE application3 video2 video1 audio0");
}

static void
check_turned (VisSdpDocument *answer)
{
  g_assert_cmpstr (vis_sdp_attributes_find (answer->attributes, "group"),
                   ==,
                   "BUNDLE application3 video2 video1 audio0");
}

static void
write_old_data (VisSdpDocument *self)
{
  VisSdpSection *data = get (self, 3);

  g_free (data->proto);
  g_free (data->formats[0]);
  data->proto = g_strdup ("DTLS/SCTP");
  data->formats[0] = g_strdup ("5000");
  replace (data->attributes, "sctp-port", NULL);
  replace (data->attributes, "sctpmap", "5000 webrtc-datachannel 1024");
}

static void
check_old_data (VisSdpDocument *answer)
{
  g_assert_cmpstr (get (answer, 3)->proto, ==, "DTLS/SCTP");
  g_assert_cmpstr (get (answer, 3)->formats[0], ==, "5000");
  g_assert_nonnull (vis_sdp_attributes_find (get (answer, 3)->attributes, "sctpmap"));
}

/* All connections of one process show the same certificate. */
static void
write_fingerprint (VisSdpDocument *self, GChecksumType hash)
{
  g_autoptr (GstElement) dtls = gst_element_factory_make ("dtlsdec", NULL);
  g_autofree char       *pem = NULL;
  g_autofree char       *fingerprint = NULL;

  gst_object_ref_sink (dtls);
  g_object_get (dtls, "pem", &pem, NULL);
  fingerprint = vis_dtls_fingerprint (pem, hash, NULL);
  for (guint i = 0; i < self->sections->len; i++)
    replace (get (self, i)->attributes, "fingerprint", fingerprint);
}

static void
write_sha384 (VisSdpDocument *self)
{
  write_fingerprint (self, G_CHECKSUM_SHA384);
}

static void
write_sha512 (VisSdpDocument *self)
{
  write_fingerprint (self, G_CHECKSUM_SHA512);
}

/* Answers
 * ------------------------------------------------------------------------------------------
 */

static void
reject (VisSdpDocument *self, guint index)
{
  VisSdpSection   *section = get (self, index);
  g_autofree char *mid = g_strdup (vis_sdp_attributes_find (section->attributes, "mid"));

  section->port = 0;
  g_ptr_array_set_size (section->attributes, 0);
  vis_sdp_attributes_add (section->attributes, "inactive", "");
  vis_sdp_attributes_add (section->attributes, "mid", mid);
}

static void
reject_screen (VisSdpDocument *self)
{
  reject (self, 2);
  replace (self->attributes, "group", "BUNDLE audio0 video1 application3");
}

static void
reject_sound (VisSdpDocument *self)
{
  reject (self, 0);
  replace (self->attributes, "group", "BUNDLE video1 video2 application3");
}

static void
answer_two (VisSdpDocument *self)
{
  g_ptr_array_set_size (self->sections, 2);
  replace (self->attributes, "group", "BUNDLE audio0 video1");
}

typedef struct
{
  const char *name;
  void (*offer) (VisSdpDocument *self);  /* what becomes of the offer on its way */
  void (*answer) (VisSdpDocument *self); /* and of the answer */
  gboolean silent;
} Case;

static const Case cases[] = {
  { "offer/dead-first", put_dead_first, take_dead_first },
  { "offer/unknown-kind", put_text_between, take_text_between },
  { "offer/data-without-setup", take_last_setup },
  { "offer/session-transport", lift_transport },
  { "offer/first-transport", keep_first_transport },
  { "offer/own-credentials", change_credentials },
  { "offer/group-order", turn_group, check_turned },
  { "offer/old-data", write_old_data, check_old_data },
  { "offer/sha-384", write_sha384 },
  { "answer/data-without-setup", .answer = take_last_setup },
  { "answer/session-transport", .answer = lift_transport },
  { "answer/own-credentials", .answer = change_credentials },
  { "answer/screen-rejected", .answer = reject_screen },
  { "answer/sound-rejected", .answer = reject_sound, .silent = TRUE },
  { "answer/sections-missing", .answer = answer_two },
  { "answer/sha-512", .answer = write_sha512 },
};

static const Case *current; /* the one that is tried */

static char *
rewrite (const char *sdp)
{
  g_autoptr (GError)         error = NULL;
  g_autoptr (VisSdpDocument) document = vis_sdp_document_parse (sdp, &error);
  void (*change) (VisSdpDocument * self) =
    strstr (sdp, "actpass") != NULL ? current->offer : current->answer;

  g_assert_no_error (error);
  if (change != NULL)
    change (document);

  return vis_sdp_document_to_text (document);
}

static gboolean
is_seen (gpointer data)
{
  Fixture *self = data;

  return fixture_get_stats (self, 0).frames_decoded > 0 &&
         fixture_get_stats (self, 1).frames_decoded > 0;
}

static void
test_case (Fixture *self, gconstpointer data)
{
  current = data;
  self->tamper = rewrite;
  vis_media_session_offer (self->sessions[0]);
  g_assert_true (fixture_wait (current->silent ? is_seen : fixture_is_flowing, self, 60));
}

/* Nobody goes without the check, whatever the hash is. */
static void
forge_sha384 (VisSdpDocument *self)
{
  GString *forged = g_string_new ("sha-384 ");

  for (guint i = 0; i < 48; i++)
    g_string_append (forged, i == 0 ? "01" : ":01");
  for (guint i = 0; i < self->sections->len; i++)
    replace (get (self, i)->attributes, "fingerprint", forged->str);
  g_string_free (forged, TRUE);
}

static gboolean
is_insecure (gpointer data)
{
  return vis_media_session_get_state (((Fixture *) data)->sessions[1]) == VIS_SESSION_INSECURE;
}

static void
test_forged (Fixture *self, gconstpointer data)
{
  static const Case forged = { "forged", forge_sha384, NULL, FALSE };

  current = &forged;
  self->tamper = rewrite;
  vis_media_session_offer (self->sessions[0]);
  g_assert_true (fixture_wait (is_insecure, self, 30));
  g_assert_cmpuint (fixture_get_stats (self, 1).frames_decoded, ==, 0);
  g_assert_cmpuint (fixture_get_stats (self, 1).video_packets_sent, ==, 0);
}

/* Three transports ------------------------------------------------------------------------------
 */

typedef struct
{
  Fixture       *fixture;
  UnbundledPeer *peer;
} Unbundled;

static gboolean
flows_both_ways (gpointer data)
{
  Unbundled *self = data;
  VisStats   stats = fixture_get_stats (self->fixture, 1);

  return vis_media_session_get_state (self->fixture->sessions[1]) == VIS_SESSION_CONNECTED &&
         stats.frames_decoded >= 10 && stats.audio_decoded >= 10 &&
         unbundled_peer_count_packets (self->peer, "audio") >= 10 &&
         unbundled_peer_count_packets (self->peer, "video") >= 10 &&
         unbundled_peer_count_texts (self->peer) > 0;
}

static void
test_unbundled (Fixture *self, gconstpointer data)
{
  Unbundled unbundled = { self, NULL };

  unbundled.peer = unbundled_peer_new (self->sessions[1]);
  unbundled_peer_call (unbundled.peer);
  g_assert_true (fixture_wait (flows_both_ways, &unbundled, 60));
  unbundled_peer_free (unbundled.peer);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/media/foreign/%s", cases[i].name);

      g_test_add (path, Fixture, &cases[i], fixture_set_up, test_case, fixture_tear_down);
    }
  g_test_add (
    "/media/foreign/forged-sha-384", Fixture, NULL, fixture_set_up, test_forged, fixture_tear_down);
  g_test_add (
    "/media/foreign/unbundled", Fixture, NULL, fixture_set_up, test_unbundled, fixture_tear_down);

  return g_test_run ();
}
