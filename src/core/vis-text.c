/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-text.h"

/* The explicit formatting characters of the bidirectional algorithm (UAX #9, section 2). */
#define LRE      0x202a
#define RLE      0x202b
#define PDF      0x202c
#define LRO      0x202d
#define RLO      0x202e
#define LRI      0x2066
#define FSI      0x2068
#define PDI      0x2069

#define FSI_UTF8 "\xe2\x81\xa8"
#define PDI_UTF8 "\xe2\x81\xa9"

#define ZWSP     0x200b
#define ZWNJ     0x200c
#define ZWJ      0x200d
#define VS16     0xfe0f /* VARIATION SELECTOR-16: the emoji form of the character before it */
#define KEYCAP   0x20e3

/* The most code points of one grapheme cluster (UAX #29) that is shown: the kiss emoji with two
 * skin tones has 10, stacked Tibetan letters fewer. */
#define CLUSTER_MAX 12

/* The grapheme cluster that is being read. */
typedef struct
{
  guint    length; /* in code points */
  gboolean joined; /* the last one joins the next, whatever that is */
  gboolean lead;   /* the last one was a Hangul lead consonant, which joins another */
} Cluster;

static gboolean
is_isolate (gunichar c)
{
  return c >= LRI && c <= PDI;
}

static gboolean
is_explicit (gunichar c)
{
  return (c >= LRE && c <= RLO) || is_isolate (c);
}

static gboolean
extends (gunichar c)
{
  return g_unichar_ismark (c) || c == ZWJ || c == ZWNJ || (c >= 0x1f3fb && c <= 0x1f3ff) ||
         (c >= 0xe0020 && c <= 0xe007f) || (c >= 0x1160 && c <= 0x11ff);
}

static gboolean
is_hangul_lead (gunichar c)
{
  return (c >= 0x1100 && c <= 0x115f) || (c >= 0xa960 && c <= 0xa97c);
}

/* Prepend characters and ZERO WIDTH JOINER (UAX #29, rules GB9b and GB11): the next code point
 * belongs to the same grapheme cluster. */
static gboolean
joins (gunichar c)
{
  return c == ZWJ || (c >= 0x600 && c <= 0x605) || c == 0x6dd || c == 0x70f ||
         (c >= 0x890 && c <= 0x891) || c == 0x8e2 || c == 0xd4e || c == 0x110bd || c == 0x110cd ||
         (c >= 0x111c2 && c <= 0x111c3);
}

/* Adds @c to the grapheme cluster, or begins a new one; returns whether there was room for it. */
static gboolean
take (Cluster *cluster, gunichar c)
{
  gboolean goes_on = extends (c) || cluster->joined || (cluster->lead && is_hangul_lead (c));
  gboolean room;

  if (!goes_on)
    cluster->length = 0;
  /* Where there is no room for the code point behind a joiner, the joiner is left out too. */
  room = cluster->length + (joins (c) ? 2 : 1) <= CLUSTER_MAX;
  cluster->joined = joins (c) && (room || c != ZWJ);
  cluster->lead = is_hangul_lead (c);
  cluster->length += room;
  return room;
}

/* The blocks of right-to-left scripts. */
static gboolean
is_right_to_left (gunichar c)
{
  return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
         (c >= 0xfe70 && c <= 0xfeff) || (c >= 0x10800 && c <= 0x10fff) ||
         (c >= 0x1e800 && c <= 0x1efff) || c == 0x200f || c == 0x061c;
}

static char *
make_line (const char *text, gboolean keep_isolates)
{
  GString *plain = g_string_new (NULL);
  Cluster  cluster = { 0 };

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_explicit (c) && !(keep_isolates && is_isolate (c)))
        continue;
      if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
        c = ' ';
      if (take (&cluster, c))
        g_string_append_unichar (plain, c);
    }

  return g_string_free (plain, FALSE);
}

/**
 * vis_text_plain:
 * @text: a name, or a line of a message
 *
 * Makes one line of text that can stand anywhere: without explicit direction (UAX #9), with spaces
 * for what ends a paragraph, and without the marks that pile up on one character beyond what people
 * write.
 *
 * Returns: (transfer full): the text
 */
char *
vis_text_plain (const char *text)
{
  return make_line (text, FALSE);
}

/**
 * vis_text_isolate:
 * @text: a name, or a line of a message
 *
 * Makes text ready to be put into a sentence: as [func@Vis.text_plain] does, and between a first
 * strong isolate and its end (UAX #9, section 2.4) where it has letters that are written from right
 * to left. Sentences are written from left to right, in which all else disturbs nothing, and stays
 * what a person would type to look for it.
 *
 * Returns: (transfer full): the text
 */
char *
vis_text_isolate (const char *text)
{
  char       *plain = vis_text_plain (text);
  const char *p = plain;
  char       *isolated;

  while (*p != '\0' && !is_right_to_left (g_utf8_get_char (p)))
    p = g_utf8_next_char (p);
  if (*p == '\0')
    return plain;

  isolated = g_strconcat (FSI_UTF8, plain, PDI_UTF8, NULL);
  g_free (plain);
  return isolated;
}

/**
 * vis_text_sentence:
 * @text: a sentence, which may have names in it as [func@Vis.text_isolate] makes them
 *
 * Makes one line of text that is shown alone, as [func@Vis.text_plain] does, but for the isolates:
 * those of its names stay, and others reach no further than the sentence itself.
 *
 * Returns: (transfer full): the text
 */
char *
vis_text_sentence (const char *text)
{
  return make_line (text, TRUE);
}

/**
 * vis_text_disarm:
 * @text: a message
 *
 * Makes a text harmless that is shown alone, character for character: what stands at an offset of
 * one stands there in the other. Overrides, which make a text read as another one, become
 * embeddings; what piles up on one character beyond what people write becomes invisible.
 *
 * Returns: (transfer full): the text
 */
char *
vis_text_disarm (const char *text)
{
  GString *shown = g_string_new (NULL);
  Cluster  cluster = { 0 };

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == LRO || c == RLO)
        c = c == LRO ? LRE : RLE;
      g_string_append_unichar (shown, take (&cluster, c) ? c : ZWSP);
    }

  return g_string_free (shown, FALSE);
}

static gboolean
is_regional (gunichar c)
{
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/* Pictures are the symbols that are wide without being of an Asian script, whose blocks lie in one
 * (UAX #11 makes all of them wide); others are pictures where the text asks for it. */
static gboolean
is_picture (gunichar c, gunichar next)
{
  GUnicodeType type = g_unichar_type (c);

  if (next == VS16)
    return type == G_UNICODE_OTHER_SYMBOL || type == G_UNICODE_MATH_SYMBOL;

  return type == G_UNICODE_OTHER_SYMBOL && g_unichar_iswide (c) && (c < 0x2e80 || c > 0xffff);
}

/* The end of the emoji at the beginning of @text, %NULL if there is none (UTS #51, ED-17). */
static const char *
skip_emoji (const char *text)
{
  gunichar    c = g_utf8_get_char (text);
  const char *p = *text != '\0' ? g_utf8_next_char (text) : text;
  gunichar    next = g_utf8_get_char (p);

  if (is_regional (c))
    return is_regional (next) ? g_utf8_next_char (p) : NULL;
  if (next == VS16 && (g_ascii_isdigit (c) || c == '#' || c == '*'))
    {
      p = g_utf8_next_char (p);
      return g_utf8_get_char (p) == KEYCAP ? g_utf8_next_char (p) : NULL;
    }
  if (!is_picture (c, next))
    return NULL;
  while (extends (next) && next != ZWJ)
    {
      p = g_utf8_next_char (p);
      next = g_utf8_get_char (p);
    }

  return next == ZWJ ? skip_emoji (g_utf8_next_char (p)) : p;
}

/**
 * vis_text_is_emoji:
 * @text: what somebody wrote
 * @max: how many
 *
 * Whether @text is nothing but emoji, at least one and at most @max, each of no more code points
 * than [func@Vis.text_disarm] leaves together.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_text_is_emoji (const char *text, guint max)
{
  const char *p = text;

  if (strlen (text) > (gsize) max * CLUSTER_MAX * 4)
    return FALSE;

  for (guint i = 0; i < max && *p != '\0'; i++)
    {
      const char *end = skip_emoji (p);

      if (end == NULL || g_utf8_pointer_to_offset (p, end) > CLUSTER_MAX)
        return FALSE;
      p = end;
    }

  return p > text && *p == '\0';
}
