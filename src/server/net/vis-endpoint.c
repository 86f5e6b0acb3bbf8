/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-endpoint.h"

#include <glib/gi18n.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>

#include "vis-error.h"

/**
 * vis_endpoint_parse:
 * @text: HOST:PORT, an IPv6 HOST in brackets
 * @host: (out): the host
 * @port: (out): the port
 * @error: set if @text has another form
 *
 * Returns: whether @text was parsed
 */
gboolean
vis_endpoint_parse (const char *text, char **host, guint16 *port, GError **error)
{
  const char *colon = strrchr (text, ':');
  guint64     number = 0;
  gboolean    brackets = colon != NULL && text[0] == '[' && colon > text + 2 && colon[-1] == ']';

  if (colon == NULL || colon == text ||
      !g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &number, NULL) ||
      (!brackets && strcspn (text, ":[]") < (gsize) (colon - text)))
    {
      g_set_error (
        error,
        VIS_ERROR,
        VIS_ERROR_BAD_ADDRESS,
        _ ("“%s” is not of the form HOST:PORT, like 127.0.0.1:8448, [::1]:8448 or *:8448"),
        text);
      return FALSE;
    }
  *port = (guint16) number;
  *host = brackets ? g_strndup (text + 1, (gsize) (colon - text) - 2)
                   : g_strndup (text, (gsize) (colon - text));
  return TRUE;
}

/* Whether @host is the wildcard address of both families: `*`, or `::` as in other servers. */
static gboolean
is_everywhere (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return strcmp (host, "*") == 0 || (address != NULL && g_inet_address_get_is_any (address) &&
                                     g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6);
}

static GList *
find_addresses (const char *host, GError **error)
{
  if (is_everywhere (host))
    return g_list_append (g_list_append (NULL, g_inet_address_new_any (G_SOCKET_FAMILY_IPV4)),
                          g_inet_address_new_any (G_SOCKET_FAMILY_IPV6));
  /* `localhost` is both 127.0.0.1 and ::1 for GIO, whatever /etc/hosts says. */
  return g_resolver_lookup_by_name (g_resolver_get_default (), host, NULL, error);
}

/**
 * vis_endpoint_resolve:
 * @text: HOST:PORT
 * @error: set if @text has another form, or the host can't be resolved
 *
 * Resolves a host to all its addresses. `*` and `::` are the wildcard addresses of IPv4 and IPv6. A
 * link-local IPv6 address needs its zone, as in `fe80::1%eth0` (RFC 4007, section 11).
 *
 * Returns: (transfer full) (nullable): an array of #GInetSocketAddress, one at least
 */
GPtrArray *
vis_endpoint_resolve (const char *text, GError **error)
{
  g_autofree char          *host = NULL;
  guint16                   port;
  g_autolist (GInetAddress) found = NULL;
  g_autoptr (GPtrArray)     addresses = g_ptr_array_new_with_free_func (g_object_unref);
  GSocketAddress           *single = NULL;

  if (!vis_endpoint_parse (text, &host, &port, error))
    return NULL;
  if (!is_everywhere (host))
    single = g_inet_socket_address_new_from_string (host, port);
  if (single != NULL)
    g_ptr_array_add (addresses, single);
  else
    found = find_addresses (host, error);
  for (GList *l = found; l != NULL; l = l->next)
    g_ptr_array_add (addresses, g_inet_socket_address_new (l->data, port));
  return addresses->len > 0 ? g_steal_pointer (&addresses) : NULL;
}

/**
 * vis_endpoint_to_string:
 * @scheme: `ws` or `wss`
 * @host: a name or an address, without brackets
 * @port: a port
 *
 * Returns: (transfer full): the URL to enter in the app
 */
char *
vis_endpoint_to_string (const char *scheme, const char *host, guint16 port)
{
  return g_strdup_printf (
    strchr (host, ':') != NULL ? "%s://[%s]:%u" : "%s://%s:%u", scheme, host, port);
}

static void
add (GPtrArray *lines, const char *scheme, const char *host, guint16 port)
{
  g_autofree char *line = vis_endpoint_to_string (scheme, host, port);

  if (!g_ptr_array_find_with_equal_func (lines, line, g_str_equal, NULL))
    g_ptr_array_add (lines, g_steal_pointer (&line));
}

static void
add_address (GPtrArray *lines, const char *scheme, GInetAddress *address, guint16 port)
{
  g_autofree char *host = g_inet_address_to_string (address);

  add (lines, scheme, host, port);
}

/* The addresses of this computer's interfaces. Link-local IPv6 ones are left out: another computer
 * would need the zone of its own interface, which is not known here. */
static void
add_interfaces (GPtrArray *lines, const char *scheme, GSocketFamily family, guint16 port)
{
  struct ifaddrs *all = NULL;

  if (getifaddrs (&all) != 0)
    return;
  for (struct ifaddrs *i = all; i != NULL; i = i->ifa_next)
    {
      g_autoptr (GSocketAddress) native = NULL;
      GInetAddress              *address;

      if (i->ifa_addr == NULL || i->ifa_addr->sa_family != family || !(i->ifa_flags & IFF_UP))
        continue;
      native = g_socket_address_new_from_native (i->ifa_addr, sizeof (struct sockaddr_storage));
      address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (native));
      if (!g_inet_address_get_is_loopback (address) && !g_inet_address_get_is_link_local (address))
        add_address (lines, scheme, address, port);
    }
  freeifaddrs (all);
}

/* The subject alternative names: for those the app does not ask whether to trust the certificate.
 */
static void
add_names (GPtrArray *lines, GTlsCertificate *certificate, guint16 port)
{
  g_autoptr (GPtrArray) names = g_tls_certificate_get_dns_names (certificate);
  g_autoptr (GPtrArray) addresses = g_tls_certificate_get_ip_addresses (certificate);

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      gsize            length;
      const char      *data = g_bytes_get_data (g_ptr_array_index (names, i), &length);
      g_autofree char *name = g_strndup (data, length);

      if (strchr (name, '*') == NULL)
        add (lines, "wss", name, port);
    }
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    add_address (lines, "wss", g_ptr_array_index (addresses, i), port);
}

static void
append_lines (GString *text, const char *title, GPtrArray *lines)
{
  if (lines->len > 0)
    g_string_append_printf (text, "%s\n", title);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "  %s\n", (const char *) g_ptr_array_index (lines, i));
}

/**
 * vis_endpoint_announce:
 * @addresses: (element-type GInetSocketAddress): where the server listens
 * @certificate: (nullable): its TLS certificate
 *
 * Lists the URLs that people can enter in the app: the names in the certificate; without any, the
 * addresses of this computer's interfaces where it listens on the wildcard address.
 *
 * Returns: (transfer full): lines of translated text
 */
char *
vis_endpoint_announce (GPtrArray *addresses, GTlsCertificate *certificate)
{
  const char           *scheme = certificate != NULL ? "wss" : "ws";
  g_autoptr (GPtrArray) far = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) near = g_ptr_array_new_with_free_func (g_free);
  GString              *text = g_string_new (NULL);

  for (guint i = 0; i < addresses->len; i++)
    {
      GInetSocketAddress *bound = g_ptr_array_index (addresses, i);
      GInetAddress       *address = g_inet_socket_address_get_address (bound);
      guint16             port = g_inet_socket_address_get_port (bound);

      if (g_inet_address_get_is_loopback (address))
        add_address (near, scheme, address, port);
      else if (certificate != NULL)
        add_names (far, certificate, port);
      if (g_inet_address_get_is_any (address))
        add (near, scheme, "localhost", port);
    }
  for (guint i = 0; far->len == 0 && i < addresses->len; i++)
    {
      GInetSocketAddress *bound = g_ptr_array_index (addresses, i);
      GInetAddress       *address = g_inet_socket_address_get_address (bound);
      guint16             port = g_inet_socket_address_get_port (bound);

      if (g_inet_address_get_is_any (address))
        add_interfaces (far, scheme, g_inet_address_get_family (address), port);
      else if (!g_inet_address_get_is_loopback (address) &&
               !g_inet_address_get_is_link_local (address))
        add_address (far, scheme, address, port);
    }
  append_lines (text, _ ("Enter one of these addresses in the app:"), far);
  append_lines (text, _ ("On this computer itself:"), near);
  return g_string_free (text, FALSE);
}
