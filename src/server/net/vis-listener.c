/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-listener.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "vis-endpoint.h"
#include "vis-handshakes.h"
#include "vis-server-limits.h"
#include "vis-tally.h"
#include "vis-token-bucket.h"

/* Key of a connection's GSocket in the data of the remote address that libsoup keeps. */
#define SOCKET "visavis-socket"

struct _VisListener
{
  gatomicrefcount  refs; /* of the owner, and one for each open connection */
  SoupServer      *http;
  GTlsCertificate *certificate;
  VisHandshakes   *handshakes;
  GPtrArray       *addresses; /* of GInetSocketAddress */
  GPtrArray       *sockets;   /* of GSocket */
  GPtrArray       *sources;   /* of GSource, one for each socket; empty while pausing */
  guint            pause;
  int              reserve;   /* a spare descriptor, closed when the process has no more, or -1 */
  gint64           logged_at; /* when refused connections were last logged */
  guint            refused;   /* since then */

  /* A connection may be finalized on the thread of a handshake. */
  GMutex    lock;
  VisTally *clients; /* NULL: an address has no limit */
  guint     n;
  guint     most;
};

typedef struct
{
  VisListener *listener;
  char        *client; /* NULL: not counted by address */
} Guest;

static void
unref (VisListener *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->clients, vis_tally_free);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* The GSocket of a connection is finalized, which closes its descriptor. */
static void
on_gone (gpointer data, GObject *where)
{
  Guest       *guest = data;
  VisListener *self = guest->listener;

  g_mutex_lock (&self->lock);
  self->n--;
  if (guest->client != NULL)
    vis_tally_leave (self->clients, guest->client);
  g_mutex_unlock (&self->lock);
  g_free (guest->client);
  g_free (guest);
  unref (self);
}

/* Counts a connection for as long as it lives; FALSE: a limit is reached. */
static gboolean
admit (VisListener *self, GSocket *connection, const char *client)
{
  gboolean room;
  Guest   *guest;

  g_mutex_lock (&self->lock);
  room = self->n < self->most &&
         (client == NULL || self->clients == NULL || vis_tally_has_room (self->clients, client));
  if (room)
    {
      guest = g_new0 (Guest, 1);
      guest->listener = self;
      self->n++;
      if (client != NULL && self->clients != NULL)
        {
          guest->client = g_strdup (client);
          vis_tally_enter (self->clients, client);
        }
      g_atomic_ref_count_inc (&self->refs);
      g_object_weak_ref (G_OBJECT (connection), on_gone, guest);
    }
  g_mutex_unlock (&self->lock);
  return room;
}

/* Logs refused connections, once in VIS_SERVER_LOG_S at most. */
static void
log_refused (VisListener *self, const char *why)
{
  gint64 now = g_get_monotonic_time ();

  self->refused++;
  if (self->logged_at != 0 && now - self->logged_at < VIS_SERVER_LOG_S * G_USEC_PER_SEC)
    return;
  g_message ("Connections are refused (%u): %s", self->refused, why);
  self->logged_at = now;
  self->refused = 0;
}

static void
hand_over (GIOStream *stream, GSocket *connection, gpointer data)
{
  VisListener               *self = data;
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) far = g_socket_get_remote_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = NULL;

  /* The connection may be closed by now. */
  if (local == NULL || far == NULL)
    return;
  /* A copy: the GSocket references its own remote address, and must not be referenced by it. */
  remote =
    g_inet_socket_address_new (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (far)),
                               g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (far)));
  g_object_set_data_full (G_OBJECT (remote), SOCKET, g_object_ref (connection), g_object_unref);
  soup_server_accept_iostream (self->http, stream, local, remote, NULL);
}

static void
take (VisListener *self, GSocket *connection)
{
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (connection, NULL);
  g_autoptr (GIOStream)      stream = NULL;
  g_autofree char           *client = NULL;
  GInetAddress              *address;

  if (!G_IS_INET_SOCKET_ADDRESS (remote))
    return;
  address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote));
  client = vis_token_bucket_key (address, NULL);
  /* A connection from loopback is a reverse proxy's, which has those of all its clients. */
  if (!admit (self, connection, g_inet_address_get_is_loopback (address) ? NULL : client))
    {
      g_autofree char *why = g_strdup_printf (
        "%u are open, this one is from %s", vis_listener_get_n_connections (self), client);

      log_refused (self, why);
      return;
    }
  g_socket_set_option (connection, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  if (self->certificate != NULL)
    {
      vis_handshakes_add (self->handshakes, connection, self->certificate, client);
      return;
    }
  stream = G_IO_STREAM (g_socket_connection_factory_create_connection (connection));
  hand_over (stream, connection, self);
}

static void
take_reserve (VisListener *self)
{
  if (self->reserve < 0)
    self->reserve = open ("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* Out of descriptors. Closes the spare one, so that the pending connection can be accepted and
 * closed: left in the backlog, it would keep the socket readable for ever, and its client waiting.
 */
static gboolean
turn_away (VisListener *self, GSocket *socket)
{
  g_autoptr (GSocket) connection = NULL;

  if (self->reserve < 0)
    return FALSE;
  close (self->reserve);
  self->reserve = -1;
  connection = g_socket_accept (socket, NULL, NULL);
  if (connection != NULL)
    g_socket_close (connection, NULL);
  take_reserve (self);
  return connection != NULL;
}

static void listen_again (VisListener *self);

static gboolean
on_pause_over (gpointer data)
{
  VisListener *self = data;

  self->pause = 0;
  take_reserve (self);
  listen_again (self);
  return G_SOURCE_REMOVE;
}

/* Stops accepting for VIS_SERVER_ACCEPT_PAUSE_MS, so that a lasting failure is not retried in a
 * tight loop. */
static void
pause_a_little (VisListener *self)
{
  g_ptr_array_set_size (self->sources, 0);
  if (self->pause == 0)
    self->pause = g_timeout_add (VIS_SERVER_ACCEPT_PAUSE_MS, on_pause_over, self);
}

static gboolean
on_incoming (GSocket *socket, GIOCondition condition, gpointer data)
{
  VisListener *self = data;

  for (guint i = 0; i < VIS_SERVER_ACCEPTS; i++)
    {
      g_autoptr (GError)  error = NULL;
      g_autoptr (GSocket) connection = g_socket_accept (socket, NULL, &error);

      if (connection != NULL)
        take (self, connection);
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES))
        {
          log_refused (self, "the system gives no more descriptors");
          if (!turn_away (self, socket))
            pause_a_little (self);
          break;
        }
      /* The client has aborted the connection (ECONNABORTED), or the system is short of memory. */
      else
        {
          pause_a_little (self);
          break;
        }
    }
  return G_SOURCE_CONTINUE;
}

static void
destroy_source (gpointer source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static void
listen_again (VisListener *self)
{
  g_ptr_array_set_size (self->sources, 0);
  for (guint i = 0; i < self->sockets->len; i++)
    {
      GSource *source =
        g_socket_create_source (g_ptr_array_index (self->sockets, i), G_IO_IN, NULL);

      g_source_set_callback (source, G_SOURCE_FUNC (on_incoming), self, NULL);
      g_source_attach (source, NULL);
      g_ptr_array_add (self->sources, source);
    }
}

/**
 * vis_listener_new:
 * @http: the server that gets the connections
 * @most: the most connections at once
 *
 * Returns: (transfer full): a listener without a socket
 */
VisListener *
vis_listener_new (SoupServer *http, guint most)
{
  VisListener *self = g_new0 (VisListener, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->http = g_object_ref (http);
  self->most = most;
  self->handshakes = vis_handshakes_new (hand_over, self);
  self->addresses = g_ptr_array_new_with_free_func (g_object_unref);
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->sources = g_ptr_array_new_with_free_func (destroy_source);
  self->reserve = -1;
  take_reserve (self);
  return self;
}

/**
 * vis_listener_free:
 * @self: (transfer full): a listener
 *
 * Stops listening, and ends the handshakes. Connections that @http has live on.
 */
void
vis_listener_free (VisListener *self)
{
  vis_listener_stop (self);
  vis_handshakes_free (self->handshakes);
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->sockets);
  g_ptr_array_unref (self->addresses);
  g_clear_object (&self->certificate);
  g_object_unref (self->http);
  if (self->reserve >= 0)
    close (self->reserve);
  unref (self);
}

/**
 * vis_listener_set_certificate:
 * @self: a listener
 * @certificate: (nullable): for connections from now on; %NULL: they are not encrypted
 */
void
vis_listener_set_certificate (VisListener *self, GTlsCertificate *certificate)
{
  g_set_object (&self->certificate, certificate);
}

/**
 * vis_listener_limit_clients:
 * @self: a listener
 * @most: the most connections of one address at once
 *
 * Loopback is not counted: a reverse proxy there has the connections of all its clients.
 */
void
vis_listener_limit_clients (VisListener *self, guint most)
{
  self->clients = vis_tally_new (most);
}

static GSocket *
bind_to (GSocketAddress *address, GError **error)
{
  GSocketFamily       family = g_socket_address_get_family (address);
  g_autoptr (GSocket) socket =
    g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL)
    return NULL;
  /* IPv4 has a socket of its own, so that there are no IPv4-mapped addresses. */
  if (family == G_SOCKET_FAMILY_IPV6 &&
      !g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, error))
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  /* The kernel limits this to net.core.somaxconn. */
  g_socket_set_listen_backlog (socket, G_MAXINT);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

/* The scope ID (interface) of an IPv6 address, 0 for none. */
static guint32
scope_of (GInetSocketAddress *address)
{
  return g_socket_address_get_family (G_SOCKET_ADDRESS (address)) == G_SOCKET_FAMILY_IPV6
           ? g_inet_socket_address_get_scope_id (address)
           : 0;
}

static gboolean
has (VisListener *self, GInetSocketAddress *address)
{
  for (guint i = 0; i < self->addresses->len; i++)
    {
      GInetSocketAddress *mine = g_ptr_array_index (self->addresses, i);

      if (g_inet_socket_address_get_port (mine) == g_inet_socket_address_get_port (address) &&
          scope_of (mine) == scope_of (address) &&
          g_inet_address_equal (g_inet_socket_address_get_address (mine),
                                g_inet_socket_address_get_address (address)))
        return TRUE;
    }
  return FALSE;
}

static GSocketAddress *
with_port (GInetSocketAddress *address, guint16 port)
{
  return g_object_new (G_TYPE_INET_SOCKET_ADDRESS,
                       "address",
                       g_inet_socket_address_get_address (address),
                       "scope-id",
                       scope_of (address),
                       "port",
                       port,
                       NULL);
}

/* Listens on one address of a host. A @port of 0 becomes the one that the kernel has picked. */
static gboolean
add_one (VisListener *self, GInetSocketAddress *wanted, guint16 *port, GError **error)
{
  g_autoptr (GSocketAddress) address = with_port (wanted, *port);
  g_autoptr (GSocket)        socket = NULL;
  g_autoptr (GSocketAddress) bound = NULL;

  if (*port != 0 && has (self, G_INET_SOCKET_ADDRESS (address)))
    return TRUE;
  socket = bind_to (address, error);
  if (socket == NULL || (bound = g_socket_get_local_address (socket, error)) == NULL)
    return FALSE;
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_ptr_array_add (self->sockets, g_steal_pointer (&socket));
  g_ptr_array_add (self->addresses, g_steal_pointer (&bound));
  return TRUE;
}

/* Whether the computer lacks this address family (EAFNOSUPPORT), or the address, one of several of
 * a name (EADDRNOTAVAIL, for which GIO has no code). */
static gboolean
is_lacking (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static gboolean
add_all (VisListener *self, GPtrArray *wanted, GError **error)
{
  guint    before = self->sockets->len;
  guint16  port = g_inet_socket_address_get_port (g_ptr_array_index (wanted, 0));
  gboolean duplicate = port != 0 && has (self, g_ptr_array_index (wanted, 0));

  for (guint i = 0; i < wanted->len; i++)
    {
      g_autoptr (GError) wrong = NULL;

      if (add_one (self, g_ptr_array_index (wanted, i), &port, &wrong))
        continue;
      if (is_lacking (wrong) && (i + 1 < wanted->len || self->sockets->len > before || duplicate))
        continue;
      g_propagate_error (error, g_steal_pointer (&wrong));
      g_ptr_array_set_size (self->sockets, (int) before);
      g_ptr_array_set_size (self->addresses, (int) before);
      return FALSE;
    }
  return TRUE;
}

/**
 * vis_listener_add:
 * @self: a listener
 * @text: HOST:PORT
 * @error: set to a translated sentence if it can't listen there
 *
 * Listens on every address of a host. For port 0 the kernel picks one, the same for all of them.
 *
 * Returns: whether it listens
 */
gboolean
vis_listener_add (VisListener *self, const char *text, GError **error)
{
  g_autoptr (GPtrArray) wanted = vis_endpoint_resolve (text, error);
  gboolean              picks;

  if (wanted == NULL)
    return FALSE;
  picks = g_inet_socket_address_get_port (g_ptr_array_index (wanted, 0)) == 0;
  for (guint i = 0;; i++)
    {
      g_autoptr (GError) wrong = NULL;

      if (add_all (self, wanted, &wrong))
        break;
      /* The port that was picked for one address family is in use in the other. */
      if (picks && i < 16 && g_error_matches (wrong, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        continue;
      g_propagate_prefixed_error (
        error, g_steal_pointer (&wrong), _ ("%s can’t be listened on: "), text);
      return FALSE;
    }
  listen_again (self);
  return TRUE;
}

/**
 * vis_listener_get_addresses:
 * @self: a listener
 *
 * Returns: (transfer none) (element-type GInetSocketAddress): the bound addresses, in the order in
 *   which they were added
 */
GPtrArray *
vis_listener_get_addresses (VisListener *self)
{
  return self->addresses;
}

guint
vis_listener_get_n_connections (VisListener *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->n;
  g_mutex_unlock (&self->lock);
  return n;
}

/**
 * vis_listener_stop:
 * @self: a listener
 *
 * Closes the listening sockets: the kernel refuses connections from now on.
 */
void
vis_listener_stop (VisListener *self)
{
  g_clear_handle_id (&self->pause, g_source_remove);
  g_ptr_array_set_size (self->sources, 0);
  for (guint i = 0; i < self->sockets->len; i++)
    g_socket_close (g_ptr_array_index (self->sockets, i), NULL);
  g_ptr_array_set_size (self->sockets, 0);
}

/**
 * vis_listener_find_socket:
 * @message: a request on a connection that a listener accepted
 *
 * Returns: (transfer none): the socket of that connection
 */
GSocket *
vis_listener_find_socket (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (soup_server_message_get_remote_address (message)), SOCKET);
}
