/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The cost of checking whether an offer can be answered, which blocks the main loop: offers of the
 * greatest size, each filled with one kind of line. */

#include "config.h"

#include <time.h>

#include "vis-gst.h"
#include "vis-limits.h"
#include "vis-remote.h"

#define N_ROUNDS 11

#define HEAD     "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define GROUP    "a=group:BUNDLE 0\r\n"
#define PRINT                                                                                      \
  "01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F:"  \
  "20"
#define TRANSPORT                                                                                  \
  "a=rtcp-mux\r\na=setup:actpass\r\na=ice-ufrag:frag\r\na=ice-pwd:passwordpasswordpassword\r\n"    \
  "a=fingerprint:sha-256 " PRINT "\r\n"

/* Bytes for the end of the offer. */
#define ROOM 700

static void
add_formats (GString *offer, const char *kind)
{
  g_string_append_printf (offer, "m=%s 9 UDP/TLS/RTP/SAVPF", kind);
  for (guint i = 0; i < 128; i++)
    g_string_append_printf (offer, " %u", 127 - i);
  g_string_append (offer, "\r\n");
}

static void
fill (GString *offer, const char *line)
{
  while (offer->len + strlen (line) + ROOM < VIS_LIMIT_SDP_BYTES)
    g_string_append (offer, line);
}

static void
write_codecs (GString *offer)
{
  g_string_append (offer, HEAD "a=group:BUNDLE 0 1 2\r\n");
  for (guint section = 0; section < 3; section++)
    {
      add_formats (offer, section == 0 ? "audio" : "video");
      for (guint i = 0; i < 128; i++)
        g_string_append_printf (offer,
                                "a=rtpmap:%u H264/90000\r\na=fmtp:%u a=1;b=2;c=3;d=4;e=5;f=6;g=7;"
                                "h=8;i=9;j=10;k=11;l=12;m=13;n=14\r\n",
                                i,
                                i);
      g_string_append_printf (offer, "a=mid:%u\r\n" TRANSPORT, section);
    }
}

/* One section, filled with @line. */
static void
write_lines (GString *offer, const char *line)
{
  g_string_append (offer, HEAD GROUP);
  add_formats (offer, "video");
  fill (offer, line);
  g_string_append (offer, "a=mid:0\r\n" TRANSPORT);
}

static void
write_unknown (GString *offer)
{
  write_lines (offer, "a=x\n");
}

static void
write_unknown_in_groups (GString *offer)
{
  g_string_append (offer, HEAD);
  for (guint i = 0; i < 8; i++)
    g_string_append (offer, "a=group:BUNDLE x\r\n");
  add_formats (offer, "video");
  fill (offer, "a=x\n");
  g_string_append (offer, "a=mid:0\r\n" TRANSPORT);
}

static void
write_names (GString *offer)
{
  write_lines (offer, "a=rtpmap:0 x\n");
}

/* As many names of one format as fit, before those that are read. */
static void
write_repeated_names (GString *offer)
{
  g_string_append (offer, HEAD GROUP "m=video 9 UDP/TLS/RTP/SAVPF 0");
  for (guint i = 0; i < 60; i++)
    g_string_append_printf (offer, " %u", 40 + i);
  g_string_append (offer, "\r\na=mid:0\r\n" TRANSPORT);
  for (guint i = 0; i < 2800; i++)
    g_string_append (offer, "a=rtpmap:0 x/1\n");
  for (guint i = 0; i < 60; i++)
    g_string_append_printf (offer, "a=rtpmap:%u H264/90000\n", 40 + i);
}

static void
write_feedback (GString *offer)
{
  write_lines (offer, "a=rtcp-fb:0 x\n");
}

/* Known codecs, with unknown parameters. */
static void
add_unmatched (GString *offer)
{
  g_string_append (offer, HEAD GROUP "m=video 9 UDP/TLS/RTP/SAVPF");
  for (guint i = 0; i < 40; i++)
    g_string_append_printf (offer, " %u", 40 + i);
  g_string_append (offer, "\r\na=mid:0\r\n" TRANSPORT);
  for (guint i = 0; i < 40; i++)
    g_string_append_printf (offer, "a=rtpmap:%u H264/90000\n", 40 + i);
}

static gboolean
has_room (const GString *offer)
{
  return offer->len + ROOM < VIS_LIMIT_SDP_BYTES;
}

static void
write_unknown_feedback (GString *offer)
{
  add_unmatched (offer);
  for (guint i = 0; has_room (offer); i++)
    g_string_append_printf (offer, "a=rtcp-fb:* %04x\n", i);
}

static void
write_known_feedback (GString *offer)
{
  add_unmatched (offer);
  fill (offer, "a=rtcp-fb:* nack\n");
}

static void
write_lines_of_parameters (GString *offer)
{
  add_unmatched (offer);
  for (guint i = 0; has_room (offer); i++)
    g_string_append_printf (offer, "a=fmtp:40 a%x=;b%x=;c%x=;d%x=\n", i, i, i, i);
}

static void
write_parameters (GString *offer)
{
  g_string_append (offer,
                   HEAD GROUP "m=video 9 UDP/TLS/RTP/SAVPF 40\r\na=mid:0\r\n" TRANSPORT
                              "a=rtpmap:40 H264/90000\na=fmtp:40 ");
  for (guint i = 0; has_room (offer); i++)
    g_string_append_printf (offer, "%04x=;", i);
  g_string_append (offer, "\n");
}

static void
write_extensions (GString *offer)
{
  write_lines (offer, "a=extmap:1 x\n");
}

/* Two sections with different transports. */
static void
write_transport_wide (GString *offer)
{
  g_string_append (offer, HEAD);
  add_formats (offer, "audio");
  g_string_append (offer, "a=mid:1\r\n" TRANSPORT);
  add_formats (offer, "video");
  fill (offer, "a=extmap:1 transport-wide-cc\n");
  g_string_append (offer, "a=mid:0\r\n" TRANSPORT);
}

static void
write_tags (GString *offer)
{
  g_string_append (offer, HEAD "a=group:BUNDLE");
  fill (offer, " a");
  g_string_append (offer, " 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n" TRANSPORT);
}

static void
write_sections (GString *offer)
{
  g_string_append (offer, HEAD "a=group:BUNDLE 0\r\na=fingerprint:sha-256 " PRINT "\r\n");
  for (guint i = 0; i < VIS_LIMIT_MLINE; i++)
    {
      add_formats (offer, "video");
      g_string_append_printf (
        offer, "a=mid:%u\r\na=ice-ufrag:frag\r\na=ice-pwd:passwordpasswordpassword\r\n", i);
    }
}

static void
write_fingerprints (GString *offer)
{
  g_string_append (offer, HEAD GROUP);
  add_formats (offer, "video");
  for (guint i = 0; offer->len + 2 * ROOM < VIS_LIMIT_SDP_BYTES; i++)
    g_string_append_printf (
      offer, "a=fingerprint:sha-256 %.87s:%02x:%02x\r\n", PRINT, i / 256, i % 256);
  g_string_append (offer, "a=mid:0\r\n" TRANSPORT);
}

static void
write_candidates (GString *offer)
{
  write_lines (offer, "a=candidate:1 2 UDP 1 192.0.2.1 9 typ host\n");
}

static const struct
{
  const char *name;
  void (*write) (GString *offer);
} offers[] = {
  { "codecs", write_codecs },
  { "unknown attributes", write_unknown },
  { "unknown attributes and groups", write_unknown_in_groups },
  { "names of a format", write_names },
  { "names of a format before others", write_repeated_names },
  { "feedback", write_feedback },
  { "unknown feedback of all formats", write_unknown_feedback },
  { "known feedback of all formats", write_known_feedback },
  { "lines of parameters of a format", write_lines_of_parameters },
  { "parameters of a format", write_parameters },
  { "header extensions", write_extensions },
  { "transport-wide feedback", write_transport_wide },
  { "tags of a group", write_tags },
  { "sections", write_sections },
  { "fingerprints", write_fingerprints },
  { "candidates", write_candidates },
};

/* CPU time of this thread, in ns: independent of the load of the computer. */
static gint64
get_work (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * G_GINT64_CONSTANT (1000000000) + time.tv_nsec;
}

static double
measure (const char *offer, char **message)
{
  VisMediaSection       sections[VIS_N_ROLES];
  g_autoptr (VisRemote) remote = NULL;
  g_autoptr (GError)    error = NULL;
  gint64                start = get_work ();

  remote = vis_remote_new_offer (offer, sections, &error);
  start = get_work () - start;
  g_free (*message);
  *message = g_strdup (remote != NULL ? "can be answered" : error->message);

  return (double) start / 1e6;
}

static int
compare (const void *a, const void *b)
{
  const double *left = a, *right = b;

  return (*left > *right) - (*left < *right);
}

int
main (void)
{
  vis_gst_init ();

  for (guint i = 0; i < G_N_ELEMENTS (offers); i++)
    {
      g_autoptr (GString) offer = g_string_new (NULL);
      g_autofree char    *message = NULL;
      double              times[N_ROUNDS];

      offers[i].write (offer);
      for (guint round = 0; round < N_ROUNDS; round++)
        times[round] = measure (offer->str, &message);
      qsort (times, N_ROUNDS, sizeof *times, compare);
      g_print ("%6.2f ms for %5" G_GSIZE_FORMAT " bytes of %s (%s)\n",
               times[N_ROUNDS / 2],
               offer->len,
               offers[i].name,
               message);
    }

  return 0;
}
