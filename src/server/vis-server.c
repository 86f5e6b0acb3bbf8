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
#include <sys/resource.h>
#include <unistd.h>

#include "vis-bus-open.h"
#include "vis-calls.h"
#include "vis-certificate.h"
#include "vis-device-registry.h"
#include "vis-dispatcher.h"
#include "vis-endpoint.h"
#include "vis-error.h"
#include "vis-guesses.h"
#include "vis-hello.h"
#include "vis-http.h"
#include "vis-listener.h"
#include "vis-metrics.h"
#include "vis-peer-socket.h"
#include "vis-publish.h"
#include "vis-server-counters.h"
#include "vis-server-limits.h"
#include "vis-store-jobs.h"
#include "vis-store-open.h"
#include "vis-tally.h"

/* Composition root: creates the parts of a server and connects them. */

struct _VisServer
{
  VisServerConfig   *config;
  int                lock; /* descriptor of the lock file of the data folder, -1: not open */
  VisServerStore    *store;
  VisBus            *bus;
  VisDeviceRegistry *registry;
  VisEngine         *engine;
  VisCalls          *calls;
  VisHello          *hello;
  VisDispatcher     *dispatcher;
  VisPeerContext     peers;
  VisGuesses        *guesses;
  VisTally          *ungreeted; /* number of sockets before hello, by client address */
  VisHttp           *http;
  VisListener       *listener;
  GTlsCertificate   *certificate; /* NULL without TLS */
  guint              dates;       /* source id: checks the dates of the certificate */
  VisMetrics        *metrics;
  VisListener       *metrics_listener;
  char              *address;
  VisServerCounters  counters;
  VisStoreJobs      *jobs;
  gboolean           draining;
};

/* Logs if the certificate is not valid yet, has expired or expires soon. */
static gboolean
on_check_dates (gpointer data)
{
  VisServer            *self = data;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char      *sentence = NULL;

  if (self->certificate != NULL)
    sentence = vis_certificate_check_dates (self->certificate, now);
  if (sentence != NULL)
    g_message ("%s", sentence);
  return G_SOURCE_CONTINUE;
}

static void
set_certificate (VisServer *self, GTlsCertificate *certificate)
{
  g_set_object (&self->certificate, certificate);
  vis_listener_set_certificate (self->listener, certificate);
  on_check_dates (self);
}

static gboolean
load_certificate (VisServer *self, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (self->config->tls_cert == NULL)
    return TRUE;
  certificate = vis_certificate_load (self->config->tls_cert, self->config->tls_key, error);
  if (certificate == NULL)
    return FALSE;
  set_certificate (self, certificate);
  return TRUE;
}

/* Number of connections that RLIMIT_NOFILE allows; 0 with @error set if it is too low. */
static guint
find_capacity (GError **error)
{
  struct rlimit limit = { .rlim_cur = RLIM_INFINITY };

  getrlimit (RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= 2 * VIS_SERVER_OTHER_FILES)
    return (guint) MIN (limit.rlim_cur - VIS_SERVER_OTHER_FILES, VIS_SERVER_CONNECTIONS);
  g_set_error (error,
               VIS_ERROR,
               VIS_ERROR_FAILED,
               _ ("The system allows only %u open files (ulimit -n); %u are needed at least."),
               (guint) limit.rlim_cur,
               2 * VIS_SERVER_OTHER_FILES);
  return 0;
}

static void
on_upgraded (GIOStream *stream, GSocket *connection, const char *client, gpointer owner)
{
  VisServer *self = owner;

  vis_peer_accept (&self->peers, self->engine, stream, connection, client);
}

static void
on_logged_out (gint64 user, gint64 device, gpointer owner)
{
  VisServer *self = owner;

  vis_publish_kick (self->bus, user, device, G_MAXINT64, VIS_CLOSE_LOGGED_OUT);
}

static const VisHttpHandler http_handler = {
  .upgraded = on_upgraded,
  .logged_out = on_logged_out,
};

static gboolean
listen_for_clients (VisServer *self, GError **error)
{
  const VisHttpServices services = {
    .store = self->store,
    .guesses = self->guesses,
    .ungreeted = self->ungreeted,
    .counters = &self->counters,
    .config = self->config,
  };
  guint capacity = find_capacity (error);

  if (capacity == 0)
    return FALSE;
  self->http = vis_http_new (&services, &http_handler, self);
  self->listener = vis_listener_new (vis_http_get_soup (self->http), capacity);
  if (self->config->rate_limits)
    vis_listener_limit_clients (self->listener, capacity / VIS_SERVER_CONNECTIONS_SHARE);
  if (!load_certificate (self, error))
    return FALSE;
  for (guint i = 0; self->config->listen[i] != NULL; i++)
    if (!vis_listener_add (self->listener, self->config->listen[i], error))
      return FALSE;
  self->dates = g_timeout_add_seconds (VIS_SERVER_CERTIFICATE_CHECK_S, on_check_dates, self);
  return TRUE;
}

static gboolean
listen_for_metrics (VisServer *self, GError **error)
{
  if (self->config->metrics == NULL)
    return TRUE;
  self->metrics = vis_metrics_new (self->engine, self->registry, self->calls, &self->counters);
  self->metrics_listener =
    vis_listener_new (vis_metrics_get_soup (self->metrics), VIS_SERVER_METRICS_CONNECTIONS);
  return vis_listener_add (self->metrics_listener, self->config->metrics, error);
}

/* URL of the first address: the host as configured, with the port that was bound. */
static char *
find_address (VisServer *self)
{
  GPtrArray       *addresses = vis_listener_get_addresses (self->listener);
  g_autofree char *host = NULL;
  g_autofree char *base = NULL;
  guint16          port = 0;

  vis_endpoint_parse (self->config->listen[0], &host, &port, NULL);
  base = vis_endpoint_to_string (self->certificate != NULL ? "wss" : "ws",
                                 strcmp (host, "*") == 0 ? "0.0.0.0" : host,
                                 g_inet_socket_address_get_port (g_ptr_array_index (addresses, 0)));
  return g_strconcat (base, "/v1/socket", NULL);
}

/* Locks the data folder: two servers on one folder would end each other's calls. The kernel drops
 * the lock with the process, however that ends. */
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
  g_autofree char *uri = vis_server_config_get_store (self->config);

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
  self->store = vis_server_store_open (uri, error);
  return self->store != NULL;
}

static void
on_peer_hello (VisPeer *peer, VisMessage *request, gpointer owner)
{
  VisServer *self = owner;

  vis_hello_request (self->hello, peer, request);
}

static void
on_peer_request (VisPeer *peer, VisMessage *request, gpointer owner)
{
  VisServer *self = owner;

  vis_dispatcher_request (self->dispatcher, peer, request);
}

static void
on_peer_gone (VisPeer *peer, gpointer owner)
{
  VisServer *self = owner;

  vis_hello_gone (self->hello, peer);
}

static const VisPeerHandler peer_handler = {
  .hello = on_peer_hello,
  .request = on_peer_request,
  .gone = on_peer_gone,
};

static void
on_changed (gpointer data)
{
  vis_device_registry_look_again (data);
}

static void
on_restored (gpointer data)
{
  vis_hello_open (data);
}

static gboolean
start (VisServer *self, GError **error)
{
  if (!open_store (self, error))
    return FALSE;
  self->bus = vis_bus_open (vis_server_config_get_bus (self->config), error);
  if (self->bus == NULL)
    return FALSE;
  self->registry = vis_device_registry_new (self->bus, self->store);
  self->engine = vis_engine_new (NULL);
  self->guesses = vis_guesses_new (VIS_SERVER_KNOWN_PLACES);
  self->ungreeted = vis_tally_new (VIS_SERVER_UNGREETED_EACH);
  self->calls =
    vis_calls_new (self->registry, VIS_PRESENCE (self->registry), self->bus, self->store);
  self->hello =
    vis_hello_new (self->store, self->registry, self->calls, self->guesses, self->config);
  self->dispatcher = vis_dispatcher_new (self->store,
                                         self->registry,
                                         VIS_PRESENCE (self->registry),
                                         self->bus,
                                         self->calls,
                                         &self->counters,
                                         self->config);
  self->peers = (VisPeerContext){
    .store = self->store,
    .counters = &self->counters,
    .ungreeted = self->ungreeted,
    .rate_limits = self->config->rate_limits,
    .handler = &peer_handler,
    .owner = self,
  };

  if (!listen_for_clients (self, error) || !listen_for_metrics (self, error))
    return FALSE;
  self->address = find_address (self);
  /* Last, since it ends calls that rang: a server that fails to start must not do that. */
  vis_calls_restore (self->calls, self->lock, on_restored, self->hello);
  self->jobs = vis_store_jobs_new (self->store);
  vis_server_store_set_changed (self->store, on_changed, self->registry);
  return TRUE;
}

/**
 * vis_server_new:
 * @config: (transfer full): the configuration
 * @error: set to a translated sentence if it can't start
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
 * Closes all connections at once, and finishes the operations submitted to the store. Blocks.
 */
void
vis_server_free (VisServer *self)
{
  if (self->jobs != NULL)
    vis_store_jobs_stop (self->jobs);
  if (self->store != NULL)
    vis_server_store_set_changed (self->store, NULL, NULL);
  g_clear_handle_id (&self->dates, g_source_remove);
  g_clear_pointer (&self->listener, vis_listener_free);
  g_clear_pointer (&self->metrics_listener, vis_listener_free);
  g_clear_pointer (&self->metrics, vis_metrics_free);
  if (self->http != NULL)
    vis_http_stop (self->http);
  g_clear_pointer (&self->engine, vis_engine_free);
  /* Delivers finished password hashes, whose operations must reach the store before it closes. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (self->store != NULL)
    vis_server_store_close (self->store);
  g_clear_pointer (&self->jobs, vis_store_jobs_free);
  g_clear_pointer (&self->http, vis_http_free);
  g_clear_pointer (&self->hello, vis_hello_free);
  g_clear_pointer (&self->dispatcher, vis_dispatcher_free);
  g_clear_pointer (&self->calls, vis_calls_free);
  g_clear_object (&self->registry);
  g_clear_object (&self->bus);
  g_clear_object (&self->store);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->ungreeted, vis_tally_free);
  g_clear_pointer (&self->guesses, vis_guesses_free);
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
 * Returns: (transfer none): the WebSocket URL of the first listening address
 */
const char *
vis_server_get_address (VisServer *self)
{
  return self->address;
}

/**
 * vis_server_announce:
 * @self: a server
 *
 * Returns: (transfer full): lines of text with the server addresses that users can enter in the app
 */
char *
vis_server_announce (VisServer *self)
{
  return vis_endpoint_announce (vis_listener_get_addresses (self->listener), self->certificate);
}

static gboolean
same_list (GStrv a, GStrv b)
{
  return g_strv_equal ((const char *const *) a, (const char *const *) b);
}

/* Keeps the settings of @self that need a restart: listening sockets and files. */
static void
keep_fixed (VisServer *self, VisServerConfig *config)
{
  VisServerConfig *before = self->config;

  if (strcmp (config->data, before->data) != 0 || !same_list (config->listen, before->listen) ||
      g_strcmp0 (config->metrics, before->metrics) != 0 ||
      config->rate_limits != before->rate_limits)
    g_message ("A change of data, listen, metrics or rate-limits needs a restart");
  g_free (config->data);
  g_strfreev (config->listen);
  g_free (config->metrics);
  config->data = g_steal_pointer (&before->data);
  config->listen = g_steal_pointer (&before->listen);
  config->metrics = g_steal_pointer (&before->metrics);
  config->rate_limits = before->rate_limits;
}

typedef struct
{
  VisServer       *server;
  VisServerConfig *config;
} Reload;

static void
reload_free (gpointer data)
{
  Reload *reload = data;

  g_clear_pointer (&reload->config, vis_server_config_free);
  g_free (reload);
}

static void
finish_reload (GTask *task)
{
  Reload    *reload = g_task_get_task_data (task);
  VisServer *self = reload->server;

  keep_fixed (self, reload->config);
  vis_server_config_swap (self->config, reload->config);
  g_task_return_boolean (task, TRUE);
}

static void
on_certificate_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)           task = data;
  g_autoptr (GTlsCertificate) certificate = NULL;
  GError                     *error = NULL;

  certificate = vis_certificate_load_finish (result, &error);
  if (certificate == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  set_certificate (((Reload *) g_task_get_task_data (task))->server, certificate);
  finish_reload (task);
}

/**
 * vis_server_reload_async:
 * @self: a server, which has to live until @callback is called
 * @config: (transfer full): the new configuration
 * @callback: called when it is in use, or has failed
 * @data: passed to @callback
 *
 * Loads the certificate again, and applies the settings that can change while the server runs. Open
 * connections keep theirs, and are served meanwhile.
 */
void
vis_server_reload_async (VisServer          *self,
                         VisServerConfig    *config,
                         GAsyncReadyCallback callback,
                         gpointer            data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  Reload           *reload = g_new (Reload, 1);

  *reload = (Reload){ self, config };
  g_task_set_task_data (task, reload, reload_free);
  if ((config->tls_cert == NULL) != (self->config->tls_cert == NULL))
    g_task_return_new_error (task,
                             VIS_ERROR,
                             VIS_ERROR_FAILED,
                             "%s",
                             _ ("To begin or to end with TLS the server has to be restarted."));
  else if (config->tls_cert == NULL)
    finish_reload (task);
  else
    vis_certificate_load_async (
      config->tls_cert, config->tls_key, on_certificate_loaded, g_steal_pointer (&task));
}

/**
 * vis_server_reload_finish:
 * @result: of vis_server_reload_async()
 * @error: set to a translated sentence on failure; the old configuration stays in use then
 *
 * Returns: whether the new configuration is in use
 */
gboolean
vis_server_reload_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * vis_server_drain:
 * @self: a server
 *
 * Stops listening, and closes all connections with 1001 (going away).
 */
void
vis_server_drain (VisServer *self)
{
  if (self->draining)
    return;
  self->draining = TRUE;
  vis_store_jobs_stop (self->jobs);
  vis_server_store_set_changed (self->store, NULL, NULL);
  vis_http_drain (self->http);
  vis_listener_stop (self->listener);
  vis_engine_close_all (self->engine, VIS_CLOSE_GOING_AWAY);
}

/**
 * vis_server_is_drained:
 * @self: a server
 *
 * Returns: whether all connections are closed
 */
gboolean
vis_server_is_drained (VisServer *self)
{
  return vis_engine_get_n_clients (self->engine) == 0;
}
