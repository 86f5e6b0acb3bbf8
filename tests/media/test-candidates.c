/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-candidates.h"
#include "vis-limits.h"

#define HOST  "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host"
#define RELAY "candidate:2 1 udp 41885439 192.0.2.9 50001 typ relay raddr 0.0.0.0 rport 0"

#define SDP                                                                                        \
  "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"                                              \
  "a=fingerprint:sha-256 "                                                                         \
  "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:"  \
  "FF"                                                                                             \
  "\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\n"              \
  "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:sound\r\n"                         \
  "a=rtpmap:111 opus/48000/2\r\n"                                                                  \
  "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:picture\r\na=rtpmap:96 "            \
  "VP8/90000\r\n"

static const struct
{
  const char *name;
  const char *candidate;
  const char *mid;
  guint       mline;
  const char *expected; /* "mline candidate", NULL if nothing is used */
} cases[] = {
  { "by-tag", HOST, "picture", 0, "1 " HOST },
  { "by-index", HOST, NULL, 1, "1 " HOST },
  { "empty-tag", HOST, "", 1, "1 " HOST },
  { "unknown-tag", HOST, "other", 1, "1 " HOST },
  { "tag-rules", RELAY, "sound", 7, "0 " RELAY },
  { "no-such-section", HOST, NULL, 2, NULL },
  { "huge-index", HOST, NULL, G_MAXUINT, NULL },
  { "end", "", "sound", 0, "0 " },
  { "nonsense", "hello", "sound", 0, NULL },
  { "second-component", "candidate:1 2 udp 2122260223 192.0.2.1 50000 typ host", "sound", 0, NULL },
  { "lines", HOST "\r\na=x", "sound", 0, NULL },
};

static void
note (const char *candidate, guint mline, gpointer data)
{
  g_ptr_array_add (data, g_strdup_printf ("%u %s", mline, candidate));
}

static VisSdpFacts *
make_facts (void)
{
  g_autoptr (GError) error = NULL;
  VisSdpFacts       *facts = vis_sdp_facts_new (SDP, &error);

  g_assert_no_error (error);
  return facts;
}

/* Each is told the same whether it comes before the description or after it. */
static void
test_candidate (gconstpointer data)
{
  guint                   n = GPOINTER_TO_UINT (data);
  g_autoptr (VisSdpFacts) facts = make_facts ();

  for (guint early = 0; early < 2; early++)
    {
      g_autoptr (GPtrArray)     used = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (VisCandidates) candidates = vis_candidates_new (note, used);

      if (!early)
        vis_candidates_open (candidates, facts);
      vis_candidates_add (candidates, cases[n].candidate, cases[n].mid, cases[n].mline);
      if (early)
        {
          g_assert_cmpuint (used->len, ==, 0);
          vis_candidates_open (candidates, facts);
        }

      g_assert_cmpuint (used->len, ==, cases[n].expected != NULL ? 1 : 0);
      if (cases[n].expected != NULL)
        g_assert_cmpstr (g_ptr_array_index (used, 0), ==, cases[n].expected);
    }
}

static void
test_order (void)
{
  g_autoptr (VisSdpFacts)   facts = make_facts ();
  g_autoptr (GPtrArray)     used = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (VisCandidates) candidates = vis_candidates_new (note, used);

  vis_candidates_add (candidates, HOST, "sound", 0);
  vis_candidates_add (candidates, RELAY, "sound", 0);
  vis_candidates_open (candidates, facts);
  vis_candidates_add (candidates, "", "sound", 0);

  g_assert_cmpuint (used->len, ==, 3);
  g_assert_cmpstr (g_ptr_array_index (used, 0), ==, "0 " HOST);
  g_assert_cmpstr (g_ptr_array_index (used, 1), ==, "0 " RELAY);
  g_assert_cmpstr (g_ptr_array_index (used, 2), ==, "0 ");
}

static void
test_flood (void)
{
  g_autoptr (VisSdpFacts)   facts = make_facts ();
  g_autoptr (GPtrArray)     used = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (VisCandidates) candidates = vis_candidates_new (note, used);

  for (guint i = 0; i < 10 * VIS_LIMIT_CANDIDATES; i++)
    vis_candidates_add (candidates, HOST, "sound", 0);
  vis_candidates_open (candidates, facts);
  g_assert_cmpuint (used->len, ==, VIS_LIMIT_CANDIDATES);

  for (guint i = 0; i < 10 * VIS_LIMIT_CANDIDATES; i++)
    vis_candidates_add (candidates, HOST, "sound", 0);
  g_assert_cmpuint (used->len, <=, 4 * VIS_LIMIT_CANDIDATES);
}

static void
test_closed (void)
{
  g_autoptr (VisSdpFacts)   facts = make_facts ();
  g_autoptr (GPtrArray)     used = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (VisCandidates) candidates = vis_candidates_new (note, used);

  vis_candidates_add (candidates, HOST, "sound", 0);
  vis_candidates_close (candidates);
  vis_candidates_close (candidates);
  vis_candidates_add (candidates, HOST, "sound", 0);
  vis_candidates_open (candidates, facts);
  g_assert_cmpuint (used->len, ==, 0);
}

/* The loop stands still for longer than a candidate may be late, and one was found meanwhile. */
static void
test_end_after_standstill (void)
{
  g_autoptr (GPtrArray)     used = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (VisCandidates) candidates = vis_candidates_new (note, used);

  vis_candidates_note_gathered (candidates);
  g_usleep (1100 * 1000);
  g_assert_false (vis_candidates_take_end (candidates));
  vis_candidates_note_own (candidates);
  g_assert_false (vis_candidates_take_end (candidates));

  g_usleep (1100 * 1000);
  g_assert_false (vis_candidates_take_end (candidates));
  g_assert_true (vis_candidates_take_end (candidates));
  g_assert_false (vis_candidates_take_end (candidates));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/media/candidates/%s", cases[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_candidate);
    }
  g_test_add_func ("/media/candidates/order", test_order);
  g_test_add_func ("/media/candidates/flood", test_flood);
  g_test_add_func ("/media/candidates/closed", test_closed);
  g_test_add_func ("/media/candidates/end-after-standstill", test_end_after_standstill);

  return g_test_run ();
}
