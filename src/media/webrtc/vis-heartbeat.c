/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-heartbeat.h"

#include <string.h>

static const char *
skip_space (const char *at)
{
  return at + strspn (at, " \t\r\n");
}

/* The end of a string or a number of JSON, or NULL. No escape is needed in what is understood
 * here, so a string with one is nothing of ours. */
static const char *
skip_value (const char *at)
{
  gsize length;

  if (*at == '"')
    {
      length = strcspn (at + 1, "\"\\");
      return at[1 + length] == '"' ? at + length + 2 : NULL;
    }

  length = strspn (at, "0123456789+-.eE");
  return length > 0 ? at + length : NULL;
}

/**
 * vis_heartbeat_ping:
 * @t: what the answer repeats: the time in microseconds
 *
 * Returns: (transfer full): the text of a ping
 */
char *
vis_heartbeat_ping (gint64 t)
{
  return g_strdup_printf ("{\"type\":\"ping\",\"t\":%" G_GINT64_FORMAT "}", t);
}

/**
 * vis_heartbeat_pong:
 * @t: the `t` of the ping, as it was written
 *
 * Returns: (transfer full): the text of its answer
 */
char *
vis_heartbeat_pong (const char *t)
{
  return g_strdup_printf ("{\"type\":\"pong\",\"t\":%s}", t);
}

/**
 * vis_heartbeat_read:
 * @text: a message of the data channel
 * @t: (out) (transfer full) (nullable): its `t` as it was written
 *
 * Reads a flat JSON object with `type` and `t`. Anything else is none of ours.
 *
 * Returns: what it is; @t is set unless [enum@Vis.Heartbeat.OTHER]
 */
VisHeartbeat
vis_heartbeat_read (const char *text, char **t)
{
  const char      *at = text;
  g_autofree char *type = NULL;
  g_autofree char *value = NULL;

  *t = NULL;
  if (text == NULL || strnlen (text, VIS_HEARTBEAT_MAX_BYTES + 1) > VIS_HEARTBEAT_MAX_BYTES ||
      *(at = skip_space (at)) != '{')
    return VIS_HEARTBEAT_OTHER;

  do
    {
      const char *key = skip_space (at + 1);
      const char *key_end = *key == '"' ? skip_value (key) : NULL;
      const char *colon = key_end != NULL ? skip_space (key_end) : NULL;
      const char *start = colon != NULL && *colon == ':' ? skip_space (colon + 1) : NULL;
      const char *end = start != NULL ? skip_value (start) : NULL;

      if (end == NULL)
        return VIS_HEARTBEAT_OTHER;
      if (strncmp (key, "\"type\"", 6) == 0)
        {
          g_free (type);
          type = g_strndup (start, end - start);
        }
      else if (strncmp (key, "\"t\"", 3) == 0)
        {
          g_free (value);
          value = g_strndup (start, end - start);
        }
      at = skip_space (end);
    }
  while (*at == ',');

  if (*at != '}' || *skip_space (at + 1) != '\0' || type == NULL || value == NULL)
    return VIS_HEARTBEAT_OTHER;

  *t = g_steal_pointer (&value);
  if (g_str_equal (type, "\"ping\""))
    return VIS_HEARTBEAT_PING;
  if (g_str_equal (type, "\"pong\""))
    return VIS_HEARTBEAT_PONG;

  g_clear_pointer (t, g_free);
  return VIS_HEARTBEAT_OTHER;
}
