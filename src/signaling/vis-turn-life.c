/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-turn-life.h"

#include "vis-message.h"

/* Bounds of the time until credentials are refreshed, in case the local clock is wrong. */
#define SHORTEST_MS (60 * 1000)
#define LONGEST_MS  (12 * 60 * 60 * 1000)

/* The username of the TURN REST scheme is `expiry:user`, expiry in seconds since 1970. */
static gint64
get_expiry_ms (const char *username)
{
  char  *end;
  gint64 expiry;

  if (username == NULL || !g_ascii_isdigit (username[0]))
    return -1;

  expiry = g_ascii_strtoll (username, &end, 10);
  if ((*end != ':' && *end != '\0') || expiry > G_MAXINT64 / 1000)
    return -1;

  return expiry * 1000;
}

/**
 * vis_turn_life_refresh_ms:
 * @ice_servers: (element-type VisMessage): ice-server objects
 * @wall_ms: the time of day, in milliseconds since 1970
 *
 * When to ask for new credentials: after half of the life of those that end first.
 *
 * Returns: how long to wait, in milliseconds; 0 if none of them ends
 */
guint
vis_turn_life_refresh_ms (GPtrArray *ice_servers, gint64 wall_ms)
{
  gint64 first = -1;

  for (guint i = 0; i < ice_servers->len; i++)
    {
      const VisMessage *server = g_ptr_array_index (ice_servers, i);
      gint64 expiry = get_expiry_ms (vis_message_get_string (server, VIS_FIELD_USERNAME));

      if (expiry >= 0 && (first < 0 || expiry < first))
        first = expiry;
    }

  if (first < 0)
    return 0;

  return (guint) CLAMP ((first - wall_ms) / 2, SHORTEST_MS, LONGEST_MS);
}
