/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-request-id.h"

#include <string.h>

#include "vis-limits.h"
#include "vis-server-limits.h"

/* The rest of the scanned prefix of a frame. */
typedef struct
{
  const char *at;
  const char *end;
} Cursor;

static gboolean
is_one_of (char c, const char *set)
{
  return c != '\0' && strchr (set, c) != NULL;
}

static void
skip_space (Cursor *self)
{
  while (self->at < self->end && is_one_of (*self->at, " \t\r\n"))
    self->at++;
}

static gboolean
take (Cursor *self, char c)
{
  skip_space (self);
  if (self->at == self->end || *self->at != c)
    return FALSE;
  self->at++;
  return TRUE;
}

/* Scans a JSON string without escapes. Returns it with its quotes, NULL if there is none. */
static const char *
take_string (Cursor *self, gsize *length)
{
  const char *start;

  skip_space (self);
  start = self->at;
  if (!take (self, '"'))
    return NULL;
  while (self->at < self->end && *self->at != '"' && *self->at != '\\' &&
         g_ascii_isprint (*self->at))
    self->at++;
  if (!take (self, '"'))
    return NULL;
  *length = (gsize) (self->at - start);
  return start;
}

/* Scans a number, `true`, `false` or `null`. */
static const char *
take_word (Cursor *self, gsize *length)
{
  const char *start;

  skip_space (self);
  start = self->at;
  while (self->at < self->end && (g_ascii_isalnum (*self->at) || is_one_of (*self->at, "+-.")))
    self->at++;
  *length = (gsize) (self->at - start);
  return (self->at < self->end) && (*length > 0) ? start : NULL;
}

static gboolean
is_id (const char *value, gsize length)
{
  if (*value == '"')
    return length > 2 && length - 2 <= VIS_LIMIT_REQUEST_ID;
  /* An integer without leading zeros, of at most 15 digits: exact in every JSON library. */
  return length <= 15 && strspn (value, G_CSET_DIGITS) >= length && (length == 1 || *value != '0');
}

/**
 * vis_request_id_find:
 * @text: a frame that is not going to be parsed
 * @length: its length in bytes
 *
 * Finds the `id` of a request without parsing it: refusing by rate must cost less than parsing. An
 * `id` with an escape, behind an object or an array, or beyond %VIS_SERVER_ID_BYTES is not found.
 *
 * Returns: (transfer full) (nullable): the `id` as JSON, or %NULL
 */
char *
vis_request_id_find (const char *text, gsize length)
{
  Cursor cursor = { text, text + MIN (length, VIS_SERVER_ID_BYTES) };

  if (!take (&cursor, '{'))
    return NULL;
  do
    {
      gsize       name_length;
      gsize       value_length;
      const char *name = take_string (&cursor, &name_length);
      const char *value;

      if (name == NULL || !take (&cursor, ':'))
        return NULL;
      skip_space (&cursor);
      value = cursor.at < cursor.end && *cursor.at == '"' ? take_string (&cursor, &value_length)
                                                          : take_word (&cursor, &value_length);
      if (value == NULL)
        return NULL;
      if (name_length == 4 && memcmp (name, "\"id\"", 4) == 0)
        return is_id (value, value_length) ? g_strndup (value, value_length) : NULL;
    }
  while (take (&cursor, ','));
  return NULL;
}
