/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-check.h"

static void
test_names (void)
{
  static const struct
  {
    const char *text;
    gboolean    fits;
  } cases[] = {
    { "Ada", TRUE },
    { "\xd8\xb9\xd9\x84\xd9\x8a", TRUE },                     /* Arabic */
    { "\xe1\x84\x80\xe1\x85\xa1", TRUE },                     /* Hangul, decomposed */
    { "e\xcc\x81", TRUE },                                    /* a letter with a mark */
    { "\xe2\x9d\xa4\xef\xb8\x8f", TRUE },                     /* a heart with U+FE0F */
    { "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac", TRUE }, /* two joined by U+200D */
    { "Ada\xe2\xa0\x80", TRUE },

    { "", FALSE },
    { " ", FALSE },
    { "\xc2\xa0", FALSE },         /* U+00A0 no-break space */
    { "\xc2\xad", FALSE },         /* U+00AD soft hyphen */
    { "\xcc\x81", FALSE },         /* U+0301, a mark on nothing */
    { "\xcd\x8f", FALSE },         /* U+034F combining grapheme joiner */
    { "\xd8\x9c", FALSE },         /* U+061C Arabic letter mark */
    { "\xe1\x85\x9f", FALSE },     /* U+115F Hangul fillers */
    { "\xe1\x85\xa0", FALSE },     /* U+1160 */
    { "\xe3\x85\xa4", FALSE },     /* U+3164 */
    { "\xef\xbe\xa0", FALSE },     /* U+FFA0 */
    { "\xe1\x9e\xb4", FALSE },     /* U+17B4 Khmer vowel inherent aq */
    { "\xe1\xa0\x8b", FALSE },     /* U+180B Mongolian variation selector */
    { "\xe1\xa0\x8e", FALSE },     /* U+180E Mongolian vowel separator */
    { "\xe2\x80\x8b", FALSE },     /* U+200B zero width space */
    { "\xe2\x80\x8d", FALSE },     /* U+200D zero width joiner */
    { "\xe2\x81\xa0", FALSE },     /* U+2060 word joiner */
    { "\xe2\x81\xa5", FALSE },     /* U+2065, unassigned */
    { "\xe2\xa0\x80", FALSE },     /* U+2800 Braille blank */
    { "\xef\xb8\x8f", FALSE },     /* U+FE0F alone */
    { "\xef\xbb\xbf", FALSE },     /* U+FEFF byte order mark */
    { "\xef\xbf\xbc", FALSE },     /* U+FFFC object replacement character */
    { "\xf0\x93\x91\x81", FALSE }, /* U+13441 Egyptian blank */
    { "\xf0\x9b\xb2\xa0", FALSE }, /* U+1BCA0 shorthand format */
    { "\xf0\x9d\x85\x99", FALSE }, /* U+1D159 null notehead */
    { "\xf3\xa0\x81\xa1", FALSE }, /* U+E0061 tag */
    { "\xf3\xa0\x84\x80", FALSE }, /* U+E0100 variation selector */
    { " \xe3\x85\xa4\xef\xb8\x8f\xe2\xa0\x80", FALSE },

    { "A\nb", FALSE },
    { "A\xe2\x80\xa8"
      "b",
      FALSE }, /* U+2028 line separator */
    { "A\xe2\x80\xae"
      "b",
      FALSE }, /* U+202E right-to-left override */
    { "A\xe2\x81\xa6"
      "b",
      FALSE }, /* U+2066 left-to-right isolate */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %u", i);
      g_assert_cmpint (vis_check_name (cases[i].text), ==, cases[i].fits);
    }
}

/* The whole properties of the Unicode Character Database, code point by code point. */
static void
test_invisible_ranges (void)
{
  static const gunichar ranges[][2] = {
    /* Default_Ignorable_Code_Point, Unicode 15 */
    { 0x00ad, 0x00ad },
    { 0x034f, 0x034f },
    { 0x061c, 0x061c },
    { 0x115f, 0x1160 },
    { 0x17b4, 0x17b5 },
    { 0x180b, 0x180f },
    { 0x200b, 0x200f },
    { 0x202a, 0x202e },
    { 0x2060, 0x206f },
    { 0x3164, 0x3164 },
    { 0xfe00, 0xfe0f },
    { 0xfeff, 0xfeff },
    { 0xffa0, 0xffa0 },
    { 0xfff0, 0xfff8 },
    { 0x1bca0, 0x1bca3 },
    { 0x1d173, 0x1d17a },
    { 0xe0000, 0xe0fff },
    /* White_Space */
    { 0x0009, 0x000d },
    { 0x0020, 0x0020 },
    { 0x0085, 0x0085 },
    { 0x00a0, 0x00a0 },
    { 0x1680, 0x1680 },
    { 0x2000, 0x200a },
    { 0x2028, 0x2029 },
    { 0x202f, 0x202f },
    { 0x205f, 0x205f },
    { 0x3000, 0x3000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    for (gunichar c = ranges[i][0]; c <= ranges[i][1]; c++)
      {
        char text[7] = "";

        g_unichar_to_utf8 (c, text);
        g_assert_cmphex (vis_check_name (text) ? c : 0, ==, 0);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/check/names", test_names);
  g_test_add_func ("/protocol/check/invisible-ranges", test_invisible_ranges);
  return g_test_run ();
}
