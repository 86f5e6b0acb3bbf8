/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-check.h"

#include <string.h>

#include "vis-id.h"
#include "vis-limits.h"

/**
 * vis_check_chat:
 * @text: any text
 *
 * Whether @text names a conversation: a user, or `#` and a group's id.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_check_chat (const char *text)
{
  return text[0] == '#' ? vis_id_is_valid (text + 1) : vis_user_is_valid (text);
}

/* Letters and symbols that are drawn as nothing: the fillers of Hangul
 * (Default_Ignorable_Code_Point of the Unicode Character Database, as far as they are no marks and
 * no format characters), and those whose glyph is empty by design. */
static gboolean
is_blank (gunichar character)
{
  static const gunichar blanks[] = {
    0x115f,  /* Hangul choseong filler */
    0x1160,  /* Hangul jungseong filler */
    0x2800,  /* Braille pattern blank */
    0x3164,  /* Hangul filler */
    0xffa0,  /* halfwidth Hangul filler */
    0xfffc,  /* object replacement character */
    0x13441, /* Egyptian hieroglyph full blank */
    0x13442, /* Egyptian hieroglyph half blank */
    0x1d159, /* musical symbol null notehead */
  };

  for (guint i = 0; i < G_N_ELEMENTS (blanks); i++)
    if (blanks[i] == character)
      return TRUE;
  return FALSE;
}

/* Marks, variation selectors among them, need a letter to stand on. */
static gboolean
is_visible (gunichar character)
{
  return g_unichar_isgraph (character) && !g_unichar_ismark (character) &&
         !g_unichar_iszerowidth (character) && !is_blank (character);
}

/* Control characters, ends of lines and paragraphs, and the marks that turn the direction of what
 * follows. */
static gboolean
moves_text (gunichar character)
{
  return g_unichar_iscntrl (character) || character == 0x2028 || character == 0x2029 ||
         (character >= 0x202a && character <= 0x202e) ||
         (character >= 0x2066 && character <= 0x2069);
}

/**
 * vis_check_mark:
 * @text: any text
 *
 * Whether @text is the mark of an event: 8 hexadecimal digits, in lower case.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_check_mark (const char *text)
{
  return strspn (text, "0123456789abcdef") == VIS_LIMIT_MARK && text[VIS_LIMIT_MARK] == '\0';
}

/**
 * vis_check_name:
 * @text: any text
 *
 * Whether @text can be shown as somebody's name: it has something to see in it and nothing that
 * moves the text around it.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_check_name (const char *text)
{
  gboolean visible = FALSE;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (moves_text (character))
        return FALSE;
      visible |= is_visible (character);
    }

  return visible;
}

/**
 * vis_check_sdp:
 * @text: any text
 *
 * Whether @text has the length and the first line of a session description (RFC 8866, 5.1).
 *
 * Returns: %TRUE if so
 */
gboolean
vis_check_sdp (const char *text)
{
  return strlen (text) <= VIS_LIMIT_SDP_BYTES &&
         (g_str_has_prefix (text, "v=0\r\n") || g_str_has_prefix (text, "v=0\n"));
}

/**
 * vis_check_candidate:
 * @text: any text
 *
 * Whether @text can be a candidate line or the empty end-of-candidates.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_check_candidate (const char *text)
{
  return strlen (text) <= VIS_LIMIT_CANDIDATE_BYTES && vis_check_printable (text);
}

/**
 * vis_check_password:
 * @text: any text
 *
 * Whether @text can be a password: its limits count bytes.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_check_password (const char *text)
{
  gsize length = strlen (text);

  return length >= VIS_LIMIT_PASSWORD_MIN_BYTES && length <= VIS_LIMIT_PASSWORD_MAX_BYTES;
}

/**
 * vis_check_printable:
 * @text: any text
 *
 * Whether @text has no control characters, so that it can go into a line of a log or a protocol.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_check_printable (const char *text)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return FALSE;

  return TRUE;
}
