/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-turn.h"

#include <string.h>

#include "vis-server-limits.h"

/**
 * vis_turn_credential:
 * @secret: what the server and the relay share
 * @username: `expiry:user`, expiry in seconds since 1970
 *
 * The password of the TURN REST scheme (draft-uberti-behave-turn-rest-00, section 2.2).
 *
 * Returns: (transfer full): base64 of the HMAC-SHA1
 */
char *
vis_turn_credential (const char *secret, const char *username)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) secret, strlen (secret));
  guint8            digest[20];
  gsize             length = sizeof digest;

  g_hmac_update (hmac, (const guchar *) username, -1);
  g_hmac_get_digest (hmac, digest, &length);
  return g_base64_encode (digest, length);
}

/**
 * vis_turn_servers:
 * @stun: (nullable): addresses of STUN servers
 * @turn: (nullable): addresses of relays
 * @secret: (nullable): what the server and the relays share
 * @user: for whom
 * @now: time in milliseconds since 1970
 *
 * The list of ICE servers for one user; credentials live an hour.
 *
 * Returns: (transfer full): an array of ice-server objects
 */
GPtrArray *
vis_turn_servers (const char *const *stun,
                  const char *const *turn,
                  const char        *secret,
                  const char        *user,
                  gint64             now)
{
  GPtrArray *servers = vis_message_array_new ();

  if (stun != NULL && *stun != NULL)
    {
      VisMessage *server = vis_message_new (VIS_KIND_OBJECT_ICE_SERVER);

      vis_message_set_strings (server, VIS_FIELD_URLS, stun);
      g_ptr_array_add (servers, server);
    }
  if (turn != NULL && *turn != NULL && secret != NULL)
    {
      VisMessage      *server = vis_message_new (VIS_KIND_OBJECT_ICE_SERVER);
      g_autofree char *username =
        g_strdup_printf ("%" G_GINT64_FORMAT ":%s", now / 1000 + VIS_SERVER_TURN_S, user);
      g_autofree char *credential = vis_turn_credential (secret, username);

      vis_message_set_strings (server, VIS_FIELD_URLS, turn);
      vis_message_set_string (server, VIS_FIELD_USERNAME, username);
      vis_message_set_string (server, VIS_FIELD_CREDENTIAL, credential);
      g_ptr_array_add (servers, server);
    }
  return servers;
}
