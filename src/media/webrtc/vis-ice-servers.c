/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-ice-servers.h"

#include <string.h>

#include "vis-message.h"

/* "host", "host:port", "[v6]" or "[v6]:port", without anything that a URI would take apart. */
static gboolean
split_host (const char *text, char **host, guint *port)
{
  const char *colon;
  gsize       length;
  guint64     number = 0;

  if (text[0] == '[')
    {
      const char *close = strchr (text, ']');

      if (close == NULL || (close[1] != '\0' && close[1] != ':'))
        return FALSE;
      colon = close[1] == ':' ? close + 1 : NULL;
      length = (gsize) (close + 1 - text);
    }
  else
    {
      colon = strchr (text, ':');
      length = colon != NULL ? (gsize) (colon - text) : strlen (text);
    }

  if (length == 0 || length > 255 || strcspn (text, "@/#% \t\r\n") < length)
    return FALSE;
  if (colon != NULL && !g_ascii_string_to_unsigned (colon + 1, 10, 1, 65535, &number, NULL))
    return FALSE;

  *host = g_strndup (text, length);
  *port = (guint) number;
  return TRUE;
}

/* GStreamer 1.22: the user name of the TURN REST scheme holds a colon and the credential is base64.
 * Both must be escaped whole, or webrtcbin cuts the URI in the wrong place. */
static char *
make_turn (const char *scheme, const char *rest, const char *username, const char *credential)
{
  g_auto (GStrv)   parts = g_strsplit (rest, "?", 2);
  gboolean         tls = g_str_equal (scheme, "turns");
  const char      *transport = tls ? "tcp" : "udp";
  g_autofree char *host = NULL;
  g_autofree char *user = NULL;
  g_autofree char *secret = NULL;
  guint            port;

  if (parts[0] == NULL || !split_host (parts[0], &host, &port))
    return NULL;
  if (parts[1] != NULL)
    {
      if (g_str_equal (parts[1], "transport=tcp"))
        transport = "tcp";
      else if (g_str_equal (parts[1], "transport=udp") && !tls)
        transport = "udp";
      else
        return NULL;
    }

  user = g_uri_escape_string (username, NULL, FALSE);
  secret = g_uri_escape_string (credential, NULL, FALSE);

  return g_strdup_printf ("%s://%s:%s@%s:%u?transport=%s",
                          scheme,
                          user,
                          secret,
                          host,
                          port != 0 ? port
                          : tls     ? 5349
                                    : 3478,
                          transport);
}

static void
add_url (VisIceServers *self, const char *url, VisMessage *server)
{
  const char      *username = vis_message_get_string (server, VIS_FIELD_USERNAME);
  const char      *credential = vis_message_get_string (server, VIS_FIELD_CREDENTIAL);
  const char      *colon = strchr (url, ':');
  g_autofree char *scheme = colon != NULL ? g_ascii_strdown (url, colon - url) : NULL;
  g_autofree char *host = NULL;
  guint            port;

  if (g_strcmp0 (scheme, "stun") == 0 && self->stun == NULL)
    {
      if (split_host (colon + 1, &host, &port))
        self->stun = g_strdup_printf ("stun://%s:%u", host, port != 0 ? port : 3478);
    }
  else if ((g_strcmp0 (scheme, "turn") == 0 || g_strcmp0 (scheme, "turns") == 0) &&
           username != NULL && credential != NULL)
    {
      char *turn = make_turn (scheme, colon + 1, username, credential);

      if (turn != NULL)
        g_ptr_array_add (self->turn, turn);
    }
}

/**
 * vis_ice_servers_new:
 * @messages: (nullable) (element-type VisMessage): objects of the W3C `RTCIceServer` shape
 *
 * Translates a list of servers. What is malformed or unknown is left out: a call may well work
 * without it.
 *
 * Returns: (transfer full): the servers
 */
VisIceServers *
vis_ice_servers_new (GPtrArray *messages)
{
  VisIceServers *self = g_new0 (VisIceServers, 1);

  self->turn = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; messages != NULL && i < messages->len; i++)
    {
      VisMessage        *server = g_ptr_array_index (messages, i);
      const char *const *urls = vis_message_get_strings (server, VIS_FIELD_URLS);

      for (guint j = 0; urls != NULL && urls[j] != NULL; j++)
        add_url (self, urls[j], server);
    }

  return self;
}

void
vis_ice_servers_free (VisIceServers *self)
{
  if (self == NULL)
    return;

  g_free (self->stun);
  g_ptr_array_unref (self->turn);
  g_free (self);
}
