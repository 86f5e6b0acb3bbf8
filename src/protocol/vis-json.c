/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-json.h"

#include <string.h>

/* Whatever the digits are, so many fit into 64 bits with their sign. */
#define MAX_NEGATIVE_DIGITS 18

typedef enum
{
  PLACE_BEFORE,
  PLACE_INSIDE,
  PLACE_AFTER,
} Place;

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Four hexadecimal digits at @at, or -1. */
static int
read_hex (const char *at, const char *end)
{
  int value = 0;

  if (end - at < 4)
    return -1;
  for (guint i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (at[i]))
        return -1;
      value = value * 16 + g_ascii_xdigit_value (at[i]);
    }

  return value;
}

/* Walks over an escape (RFC 8259, section 7), of which @at is the backslash. The parser behind
 * takes those of C as well, drops what follows a NUL, and swallows what follows half of a surrogate
 * pair, be it the quote that ends the string: what is checked here would be another text than what
 * is parsed there. */
static const char *
skip_escape (const char *at, const char *end)
{
  int value;

  if (end - at < 2)
    return NULL;
  at++;
  if (*at != 'u')
    return *at != '\0' && strchr ("\"\\/bfnrt", *at) != NULL ? at + 1 : NULL;
  value = read_hex (at + 1, end);
  at += 5;
  if (value <= 0 || (value >= 0xdc00 && value <= 0xdfff))
    return NULL;
  if (value < 0xd800 || value > 0xdbff)
    return at;

  value = end - at >= 6 && at[0] == '\\' && at[1] == 'u' ? read_hex (at + 2, end) : -1;
  return value >= 0xdc00 && value <= 0xdfff ? at + 6 : NULL;
}

/* Walks over a string whose opening quote is at @at; returns what follows its closing quote. */
static const char *
skip_string (const char *at, const char *end)
{
  at++;
  while (at != NULL && at < end && *at != '"')
    {
      if ((guchar) *at < 0x20)
        return NULL;
      at = *at == '\\' ? skip_escape (at, end) : at + 1;
    }

  return at != NULL && at < end ? at + 1 : NULL;
}

/* What may follow a number or a literal name (RFC 8259, section 2). */
static gboolean
is_end (const char *at, const char *end)
{
  return at == end || is_space (*at) || *at == ',' || *at == ']' || *at == '}';
}

static const char *
skip_digits (const char *at, const char *end)
{
  while (at < end && g_ascii_isdigit (*at))
    at++;
  return at;
}

/* Walks over a number (RFC 8259, section 6). The parser behind takes 010 for eight and 0x10 for
 * sixteen; of those that 64 bits do not hold it makes negative ones, and of negative ones others.
 */
static const char *
skip_number (const char *at, const char *end)
{
  gboolean    negative = *at == '-';
  const char *digits = at + negative;

  at = skip_digits (digits, end);
  if (at == digits || (*digits == '0' && at > digits + 1) ||
      (negative && at > digits + MAX_NEGATIVE_DIGITS))
    return NULL;
  if (at < end && *at == '.')
    {
      digits = at + 1;
      at = skip_digits (digits, end);
      if (at == digits)
        return NULL;
    }
  if (at < end && (*at == 'e' || *at == 'E'))
    {
      digits = at + 1;
      if (digits < end && (*digits == '+' || *digits == '-'))
        digits++;
      at = skip_digits (digits, end);
      if (at == digits)
        return NULL;
    }
  return is_end (at, end) ? at : NULL;
}

static const char *
skip_word (const char *at, const char *end)
{
  static const char *const words[] = { "true", "false", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i]);

      if ((gsize) (end - at) >= length && memcmp (at, words[i], length) == 0 &&
          is_end (at + length, end))
        return at + length;
    }
  return NULL;
}

/* Walks over a string, a number or a word; returns what follows it, %NULL if it is none. */
static const char *
skip_value (const char *at, const char *end)
{
  if (*at == '"')
    return skip_string (at, end);
  return *at == '-' || g_ascii_isdigit (*at) ? skip_number (at, end) : skip_word (at, end);
}

/**
 * vis_json_is_plain_object:
 * @data: text from anywhere
 * @length: its length in bytes
 * @max_depth: how deep objects and arrays may be nested
 * @max_members: how many members an object may have
 *
 * Whether @data has the outline of one JSON object (RFC 8259) and nothing beside it: the parser
 * behind is more generous than the RFC (it takes comments, several values, and numbers as C writes
 * them), recurses without a bound, and looks through all members of an object for each one whose
 * name is there already.
 *
 * Returns: %TRUE if it may be given to the parser
 */
gboolean
vis_json_is_plain_object (const char *data, gsize length, guint max_depth, guint max_members)
{
  const char *end = data + length;
  const char *at = data;
  Place       place = PLACE_BEFORE;
  guint       depth = 0;
  guint      *members = g_newa0 (guint, max_depth + 1); /* at each depth so far */

  if (!g_utf8_validate (data, (gssize) length, NULL))
    return FALSE;

  while (at < end)
    {
      if (is_space (*at))
        at++;
      else if (place == PLACE_AFTER || (place == PLACE_BEFORE && *at != '{'))
        return FALSE;
      else if (*at == '{' || *at == '[')
        {
          place = PLACE_INSIDE;
          if (++depth > max_depth)
            return FALSE;
          members[depth] = 0;
          at++;
        }
      else if (*at == '}' || *at == ']')
        {
          if (--depth == 0)
            place = PLACE_AFTER;
          at++;
        }
      else if (*at == ':')
        {
          if (++members[depth] > max_members)
            return FALSE;
          at++;
        }
      else if (*at == ',')
        at++;
      else
        {
          at = skip_value (at, end);
          if (at == NULL)
            return FALSE;
        }
    }

  return place == PLACE_AFTER;
}

/**
 * vis_json_append_string:
 * @out: where to write
 * @text: UTF-8
 *
 * Writes a text as a JSON string with its quotes (RFC 8259, section 7).
 */
void
vis_json_append_string (GString *out, const char *text)
{
  const char *run = text;

  g_string_append_c (out, '"');
  for (const char *c = text; *c != '\0'; c++)
    {
      if ((guchar) *c >= 0x20 && *c != '"' && *c != '\\')
        continue;

      g_string_append_len (out, run, c - run);
      run = c + 1;
      switch (*c)
        {
        case '"':
        case '\\':
          g_string_append_c (out, '\\');
          g_string_append_c (out, *c);
          break;
        case '\n':
          g_string_append (out, "\\n");
          break;
        case '\r':
          g_string_append (out, "\\r");
          break;
        case '\t':
          g_string_append (out, "\\t");
          break;
        default:
          {
            /* Not with g_string_append_printf (): a text of control characters would cost a
             * thousand times what other texts do. */
            const char escape[] = {
              '\\', 'u', '0', '0', '0' + (*c >> 4), "0123456789abcdef"[*c & 15]
            };

            g_string_append_len (out, escape, sizeof escape);
          }
        }
    }
  g_string_append (out, run);
  g_string_append_c (out, '"');
}
