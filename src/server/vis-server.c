/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-server.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "vis-error.h"
#include "vis-local-bus.h"
#include "vis-server-limits.h"
#include "vis-server-private.h"
#include "vis-sqlite-server-store.h"
#include "vis-turn.h"

static gboolean
set_certificate (VisServer *self, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (self->config->tls_cert == NULL)
    return TRUE;
  certificate =
    g_tls_certificate_new_from_files (self->config->tls_cert, self->config->tls_key, error);
  if (certificate == NULL)
    return FALSE;
  soup_server_set_tls_certificate (self->http, certificate);
  return TRUE;
}

/* Listens on the first address that a name stands for. */
static gboolean
listen_at (SoupServer *http, const char *text, gboolean tls, GError **error)
{
  g_autofree char           *host = NULL;
  guint16                    port;
  g_autoptr (GInetAddress)   address = NULL;
  g_autoptr (GSocketAddress) socket_address = NULL;

  if (!vis_server_parse_address (text, &host, &port, error))
    return FALSE;
  address = g_inet_address_new_from_string (host);
  if (address == NULL)
    {
      g_autolist (GInetAddress) found =
        g_resolver_lookup_by_name (g_resolver_get_default (), host, NULL, error);

      if (found == NULL)
        return FALSE;
      address = g_object_ref (found->data);
    }
  socket_address = g_inet_socket_address_new (address, port);
  if (soup_server_listen (http, socket_address, tls ? SOUP_SERVER_LISTEN_HTTPS : 0, error))
    return TRUE;
  g_prefix_error (error, _ ("%s can’t be listened on: "), text);
  return FALSE;
}

/* The address with the port that was picked. */
static char *
find_address (VisServer *self, gboolean tls)
{
  GSList          *uris = soup_server_get_uris (self->http);
  g_autofree char *host = NULL;
  guint16          port = 0;
  char            *address;

  vis_server_parse_address (self->config->listen, &host, &port, NULL);
  address =
    g_strdup_printf (strchr (host, ':') != NULL ? "%s://[%s]:%d/v1/socket" : "%s://%s:%d/v1/socket",
                     tls ? "wss" : "ws",
                     host,
                     g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return address;
}

static void on_trimmed (VisStoreOp *op, gpointer data);

static void
trim (VisServer *self, gint64 after)
{
  VisStoreOp *op = vis_store_op_new (VIS_STORE_TRIM, on_trimmed, self);

  op->after = after;
  op->limit = VIS_SERVER_KEEP_EVENTS;
  vis_server_store_submit (self->store, op);
}

static void
on_trimmed (VisStoreOp *op, gpointer data)
{
  VisServer *self = data;

  if (op->error == NULL && op->seq != 0 && !self->draining)
    trim (self, op->seq);
}

static gboolean
on_trim (gpointer data)
{
  trim (data, 0);
  return G_SOURCE_CONTINUE;
}

static void
on_looked (VisStoreOp *op, gpointer data)
{
  VisServer *self = data;

  self->looking = FALSE;
  if (op->error != NULL || self->draining)
    return;
  if (self->store_version != 0 && self->store_version != op->seq)
    vis_hub_look_again (self->hub);
  self->store_version = op->seq;
}

static gboolean
on_look (gpointer data)
{
  VisServer *self = data;

  if (!self->looking)
    vis_server_store_submit (self->store, vis_store_op_new (VIS_STORE_PING, on_looked, self));
  self->looking = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Calls are kept by the server that runs: two of them on one folder would end each other's. The
 * kernel forgets the lock with the process, however that ends. */
static gboolean
lock (VisServer *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->config->data, "lock", NULL);
  int              saved;

  self->lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock >= 0 && flock (self->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  saved = errno;
  if (saved == EWOULDBLOCK)
    g_set_error (error,
                 VIS_ERROR,
                 VIS_ERROR_STORE,
                 _ ("A visavisd is running with the folder %s already."),
                 self->config->data);
  else
    g_set_error (error,
                 VIS_ERROR,
                 VIS_ERROR_STORE,
                 _ ("The file %s can’t be locked: %s"),
                 path,
                 g_strerror (saved));
  return FALSE;
}

static gboolean
open_store (VisServer *self, GError **error)
{
  g_autofree char *path = vis_server_config_database (self->config);

  if (g_mkdir_with_parents (self->config->data, 0700) != 0)
    {
      g_set_error (error,
                   VIS_ERROR,
                   VIS_ERROR_STORE,
                   _ ("The folder %s can’t be made: %s"),
                   self->config->data,
                   g_strerror (errno));
      return FALSE;
    }
  if (!lock (self, error))
    return FALSE;
  self->store = vis_sqlite_server_store_new (path, error);
  return self->store != NULL;
}

static gboolean
start (VisServer *self, GError **error)
{
  gboolean tls = self->config->tls_cert != NULL;

  if (!open_store (self, error))
    return FALSE;
  self->bus = vis_local_bus_new ();
  self->hub = vis_hub_new (self->bus, self->store);
  self->engine = vis_engine_new (NULL);
  self->passwords = vis_passwords_new ();
  self->connects = vis_rate_table_new (VIS_RATE_CONNECT_BURST, VIS_RATE_CONNECT_REFILL);
  self->logins = vis_rate_table_new (VIS_RATE_LOGIN_BURST, VIS_RATE_LOGIN_REFILL);
  self->users[VIS_SERVER_RATE_MESSAGES] =
    vis_rate_table_new (VIS_RATE_MESSAGE_BURST, VIS_RATE_MESSAGE_REFILL);
  self->users[VIS_SERVER_RATE_CALLS] =
    vis_rate_table_new (VIS_RATE_CALL_BURST, VIS_RATE_CALL_REFILL);
  self->users[VIS_SERVER_RATE_CONTACTS] =
    vis_rate_table_new (VIS_RATE_CONTACT_BURST, VIS_RATE_CONTACT_REFILL);

  self->http = soup_server_new ("server-header", "visavisd/" VIS_VERSION, NULL);
  vis_server_add_http (self);
  if (!set_certificate (self, error) || !listen_at (self->http, self->config->listen, tls, error))
    return FALSE;
  self->address = find_address (self, tls);

  if (self->config->metrics != NULL)
    {
      self->metrics = soup_server_new (NULL, NULL);
      vis_server_add_metrics (self);
      if (!listen_at (self->metrics, self->config->metrics, FALSE, error))
        return FALSE;
    }
  /* Only now: this ends calls that have rung, and a server that does not run must not do that. */
  self->calls = vis_calls_new (self->hub, self->store);
  self->trim = g_timeout_add_seconds (VIS_SERVER_TRIM_S, on_trim, self);
  trim (self, 0);
  self->look = g_timeout_add_seconds (VIS_SERVER_LOOK_S, on_look, self);
  on_look (self);
  return TRUE;
}

/**
 * vis_server_new:
 * @config: (transfer full): how to run
 * @error: set to a sentence for the person if it can't
 *
 * Starts a server on the default main context. When this returns, it listens.
 *
 * Returns: (transfer full) (nullable): a running server
 */
VisServer *
vis_server_new (VisServerConfig *config, GError **error)
{
  g_autoptr (VisServer) self = g_new0 (VisServer, 1);

  self->config = config;
  self->lock = -1;
  return start (self, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * vis_server_free:
 * @self: a server
 *
 * Stops at once what is left, and finishes what the disk has been promised.
 */
void
vis_server_free (VisServer *self)
{
  g_clear_handle_id (&self->trim, g_source_remove);
  g_clear_handle_id (&self->look, g_source_remove);
  self->draining = TRUE;
  if (self->http != NULL)
    soup_server_disconnect (self->http);
  if (self->metrics != NULL)
    soup_server_disconnect (self->metrics);
  g_clear_pointer (&self->engine, vis_engine_free);
  g_clear_pointer (&self->passwords, vis_passwords_free);
  /* What passwords had to say still reaches the store before it closes. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (self->store != NULL)
    vis_server_store_close (self->store);
  g_clear_pointer (&self->calls, vis_calls_free);
  g_clear_pointer (&self->hub, vis_hub_free);
  g_clear_object (&self->bus);
  g_clear_object (&self->store);
  g_clear_object (&self->http);
  g_clear_object (&self->metrics);
  g_clear_pointer (&self->connects, vis_rate_table_free);
  g_clear_pointer (&self->logins, vis_rate_table_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->users); i++)
    g_clear_pointer (&self->users[i], vis_rate_table_free);
  g_clear_pointer (&self->config, vis_server_config_free);
  g_free (self->address);
  if (self->lock >= 0)
    close (self->lock);
  g_free (self);
}

/**
 * vis_server_get_address:
 * @self: a server
 *
 * Returns: (transfer none): where clients connect to
 */
const char *
vis_server_get_address (VisServer *self)
{
  return self->address;
}

/**
 * vis_server_drain:
 * @self: a server
 *
 * Takes nobody new, and says goodbye to everybody.
 */
void
vis_server_drain (VisServer *self)
{
  if (self->draining)
    return;
  self->draining = TRUE;
  for (GSList *l = soup_server_get_listeners (self->http), *first = l;; l = l->next)
    {
      if (l == NULL)
        {
          g_slist_free (first);
          break;
        }
      g_socket_close (l->data, NULL);
    }
  vis_engine_close_all (self->engine, VIS_CLOSE_GOING_AWAY);
}

/**
 * vis_server_is_drained:
 * @self: a server
 *
 * Returns: whether nobody is left
 */
gboolean
vis_server_is_drained (VisServer *self)
{
  return vis_engine_get_n_sockets (self->engine) == 0;
}

/* After how many milliseconds a user may do this again, 0: now. */
guint
vis_server_take_rate (VisServer *self, VisServerRate rate, const char *user)
{
  if (!self->config->rate_limits)
    return 0;
  return vis_rate_table_take (self->users[rate], user, g_get_monotonic_time ());
}

GPtrArray *
vis_server_ice_servers (VisServer *self, const char *user)
{
  return vis_turn_servers ((const char *const *) self->config->stun,
                           (const char *const *) self->config->turn,
                           self->config->turn_secret,
                           user,
                           g_get_real_time () / 1000);
}
