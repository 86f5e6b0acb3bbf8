/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-server-address.h"

#include "vis-error.h"
#include "vis-id.h"
#include "vis-limits.h"

#include <gio/gio.h>
#include <string.h>

#define MAX_LENGTH  1024
#define MAX_HOST    253 /* RFC 1035, 2.3.4 */
#define SOCKET_PATH "/v1/socket"

G_DEFINE_BOXED_TYPE (VisServerAddress,
                     vis_server_address,
                     vis_server_address_copy,
                     vis_server_address_free)

/* How an address says whether TLS is wanted. */
typedef enum
{
  PLAIN,
  SECURE,
  BY_HOST, /* plain to this computer only */
} Security;

static const struct
{
  const char *scheme;
  Security    security;
  gboolean    link;
} schemes[] = {
  { "https", SECURE, FALSE }, { "wss", SECURE, FALSE },     { "http", PLAIN, FALSE },
  { "ws", PLAIN, FALSE },     { "visavis", BY_HOST, TRUE },
};

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);

  return strcmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost");
}

/* Lower case, and ASCII for the names of other scripts (RFC 5891); NULL for what is no host. */
static char *
normalise_host (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;
  g_autofree char         *ascii = NULL;

  if (host == NULL || *host == '\0')
    return NULL;

  address = g_inet_address_new_from_string (host);
  if (address != NULL)
    return g_inet_address_to_string (address);

  ascii = g_hostname_to_ascii (host);
  if (ascii == NULL || strlen (ascii) > MAX_HOST || *ascii == '.' || *ascii == '-')
    return NULL;
  for (char *c = ascii; *c != '\0'; c++)
    {
      *c = g_ascii_tolower (*c);
      if (!g_ascii_isalnum (*c) && strchr ("-._", *c) == NULL)
        return NULL;
      if (*c == '.' && c[1] == '.')
        return NULL;
    }

  return g_steal_pointer (&ascii);
}

static gboolean
is_code (const char *text)
{
  gsize length = strspn (text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_");

  return length > 0 && length <= VIS_LIMIT_INVITE && text[length] == '\0';
}

/* What stands behind the host: nothing, the path of the socket, or what a link is about. */
static gboolean
take_path (VisServerAddress *self, GUri *uri, gboolean link)
{
  const char      *path = g_uri_get_path (uri);
  g_autofree char *user = NULL;

  if (g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL ||
      (g_uri_get_query (uri) != NULL && !link))
    return FALSE;

  if (*path == '\0' || strcmp (path, "/") == 0)
    return TRUE;
  if (!link)
    return strcmp (path, SOCKET_PATH) == 0;

  if (g_str_has_prefix (path, "/invite/") && is_code (path + strlen ("/invite/")))
    self->invite = g_strdup (path + strlen ("/invite/"));
  else
    user = vis_user_from_text (path + 1);
  if (vis_user_is_valid (user))
    self->user = g_steal_pointer (&user);

  return self->invite != NULL || self->user != NULL;
}

static void
take_host (VisServerAddress *self, const char *host, int port)
{
  g_autofree char *authority = NULL;
  gboolean         is_v6 = strchr (host, ':') != NULL;

  authority = g_strdup_printf (is_v6 ? "[%s]" : "%s", host);
  if (port > 0 && port != (self->secure ? 443 : 80))
    {
      char *with_port = g_strdup_printf ("%s:%d", authority, port);

      g_free (authority);
      authority = with_port;
    }

  self->http_url = g_strdup_printf ("%s://%s", self->secure ? "https" : "http", authority);
  self->socket_url =
    g_strdup_printf ("%s://%s" SOCKET_PATH, self->secure ? "wss" : "ws", authority);
  self->name = g_steal_pointer (&authority);
}

static VisServerAddress *
parse (const char *text, Security security, gboolean link)
{
  g_autoptr (VisServerAddress) self = g_new0 (VisServerAddress, 1);
  g_autoptr (GUri)             uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  g_autofree char             *host = NULL;

  if (uri == NULL || g_uri_get_port (uri) == 0 || g_uri_get_port (uri) > 65535)
    return NULL;

  host = normalise_host (g_uri_get_host (uri));
  if (host == NULL || !take_path (self, uri, link))
    return NULL;

  self->local = is_loopback (host);
  self->secure = security == SECURE || (security == BY_HOST && !self->local);
  take_host (self, host, g_uri_get_port (uri));
  return g_steal_pointer (&self);
}

/**
 * vis_server_address_parse:
 * @text: what a person typed or pasted, or a server printed
 * @error: %VIS_ERROR_BAD_ADDRESS
 *
 * Reads the address of a server: `HOST[:PORT]`, `https://HOST[:PORT]`,
 * `wss://HOST[:PORT]/v1/socket` and the same with `http` and `ws`, or a link
 * `visavis://HOST[:PORT]/invite/CODE` or `visavis://HOST[:PORT]/USER`.
 *
 * Only an address that says `http` or `ws` itself, or that names this computer, does without TLS.
 *
 * Returns: (transfer full): where the server is, %NULL with @error set
 */
VisServerAddress *
vis_server_address_parse (const char *text, GError **error)
{
  g_autofree char  *trimmed = NULL;
  VisServerAddress *self = NULL;
  const char       *rest;

  if (text != NULL && strlen (text) <= MAX_LENGTH && g_utf8_validate (text, -1, NULL))
    {
      trimmed = g_strstrip (g_strdup (text));
      rest = strstr (trimmed, "://");
      if (rest == NULL)
        {
          g_autofree char *full = g_strconcat ("https://", trimmed, NULL);

          self = parse (full, BY_HOST, FALSE);
        }
      for (guint i = 0; rest != NULL && i < G_N_ELEMENTS (schemes); i++)
        {
          gsize length = strlen (schemes[i].scheme);

          if ((gsize) (rest - trimmed) == length &&
              g_ascii_strncasecmp (trimmed, schemes[i].scheme, length) == 0)
            self = parse (trimmed, schemes[i].security, schemes[i].link);
        }
    }

  if (self == NULL)
    g_set_error (error, VIS_ERROR, VIS_ERROR_BAD_ADDRESS, "No server address");
  return self;
}

/**
 * vis_server_address_switch:
 * @self: an address
 *
 * The same host and port with TLS where @self does without, and the other way round: what a person
 * may have meant.
 *
 * Returns: (transfer full): another address
 */
VisServerAddress *
vis_server_address_switch (const VisServerAddress *self)
{
  VisServerAddress *other = g_new0 (VisServerAddress, 1);
  g_autoptr (GUri)  uri = g_uri_parse (self->http_url, G_URI_FLAGS_NONE, NULL);
  int               port = g_uri_get_port (uri);

  if (port <= 0)
    port = self->secure ? 443 : 80;
  other->secure = !self->secure;
  other->local = self->local;
  take_host (other, g_uri_get_host (uri), port);
  return other;
}

/**
 * vis_server_address_dup_text:
 * @self: an address
 *
 * Writes an address as servers print it and people enter it: `wss://HOST[:PORT]`, or `ws` where it
 * does without TLS.
 *
 * Returns: (transfer full): what [func@Vis.ServerAddress.parse] reads the same from
 */
char *
vis_server_address_dup_text (const VisServerAddress *self)
{
  return g_strdup_printf ("%s://%s", self->secure ? "wss" : "ws", self->name);
}

/**
 * vis_server_address_copy:
 * @self: an address
 *
 * Copies an address.
 *
 * Returns: (transfer full): a copy
 */
VisServerAddress *
vis_server_address_copy (const VisServerAddress *self)
{
  VisServerAddress *copy = g_new0 (VisServerAddress, 1);

  copy->name = g_strdup (self->name);
  copy->http_url = g_strdup (self->http_url);
  copy->socket_url = g_strdup (self->socket_url);
  copy->secure = self->secure;
  copy->local = self->local;
  copy->invite = g_strdup (self->invite);
  copy->user = g_strdup (self->user);
  return copy;
}

/**
 * vis_server_address_free:
 * @self: (transfer full): an address
 *
 * Frees an address.
 */
void
vis_server_address_free (VisServerAddress *self)
{
  g_free (self->name);
  g_free (self->http_url);
  g_free (self->socket_url);
  g_free (self->invite);
  g_free (self->user);
  g_free (self);
}
