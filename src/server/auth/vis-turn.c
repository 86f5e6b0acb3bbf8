/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-turn.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "vis-error.h"
#include "vis-server-limits.h"

/* HOST[:PORT], an IPv6 host in brackets. */
static gboolean
is_authority (const char *text)
{
  const char              *end = *text == '[' ? strchr (text, ']') : NULL;
  g_autofree char         *host = NULL;
  g_autoptr (GInetAddress) address = NULL;
  guint64                  port;

  if (*text == '[' && end == NULL)
    return FALSE;
  if (end == NULL)
    {
      end = text + strcspn (text, ":");
      return end > text && (gsize) (end - text) <= 253 &&
             strspn (text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-._") == (gsize) (end - text) &&
             (*end == '\0' || g_ascii_string_to_unsigned (end + 1, 10, 1, 65535, &port, NULL));
    }
  host = g_strndup (text + 1, (gsize) (end - text) - 1);
  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 &&
         (end[1] == '\0' ||
          (end[1] == ':' && g_ascii_string_to_unsigned (end + 2, 10, 1, 65535, &port, NULL)));
}

/**
 * vis_turn_check_uri:
 * @uri: a URI from the configuration
 * @relay: whether it has to be a TURN URI; otherwise a STUN URI
 * @error: set to a translated sentence if it is wrong
 *
 * Checks a TURN URI (RFC 7065) or a STUN URI (RFC 7064). Clients would ignore a wrong one silently,
 * and calls would fail for those who need it.
 *
 * Returns: whether the URI is right
 */
gboolean
vis_turn_check_uri (const char *uri, gboolean relay, GError **error)
{
  static const char *const schemes[2][2] = { { "stun:", "stuns:" }, { "turn:", "turns:" } };
  static const char *const transports[] = { "", "?transport=udp", "?transport=tcp" };

  for (guint i = 0; i < 2; i++)
    if (g_str_has_prefix (uri, schemes[relay][i]))
      {
        const char      *rest = uri + strlen (schemes[relay][i]);
        gsize            length = strcspn (rest, "?");
        g_autofree char *authority = g_strndup (rest, length);

        for (guint j = 0; j < (relay ? 3 : 1); j++)
          if (strcmp (rest + length, transports[j]) == 0 && is_authority (authority))
            return TRUE;
      }
  g_set_error (error,
               VIS_ERROR,
               VIS_ERROR_FAILED,
               relay ? _ ("“%s” isn’t a relay address: --turn is of the form turn:HOST[:PORT] or "
                          "turns:HOST[:PORT], perhaps with ?transport=udp or ?transport=tcp.")
                     : _ ("“%s” isn’t the address of a STUN server: --stun is of the form "
                          "stun:HOST[:PORT]."),
               uri);
  return FALSE;
}

/**
 * vis_turn_credential:
 * @secret: the secret that the server and the relay share
 * @username: `expiry:user`, expiry in seconds since 1970
 *
 * The password of the TURN REST API (draft-uberti-behave-turn-rest-00, section 2.2).
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
 * @stun: (nullable): URIs of STUN servers
 * @turn: (nullable): URIs of TURN relays
 * @secret: (nullable): the secret that the server and the relays share
 * @user: the user that gets the credentials
 * @now: time in milliseconds since 1970
 *
 * The list of ICE servers for one user; credentials are valid for an hour (VIS_SERVER_TURN_S).
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
