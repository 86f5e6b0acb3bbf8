/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-http.h"

#include <string.h>

#include "vis-http-accounts.h"
#include "vis-http-answer.h"
#include "vis-http-guard.h"
#include "vis-http-request.h"
#include "vis-listener.h"
#include "vis-server-limits.h"

/* In a g_rc_box: each probe has a reference, and may end after vis_http_free(). */
struct _VisHttp
{
  SoupServer           *soup;
  VisHttpServices       services;
  const VisHttpHandler *handler;
  gpointer              owner;
  VisHttpAccounts      *accounts;
  VisTokenBuckets      *connects;
  gint64   probed; /* monotonic time of the last write that /healthz asked for, 0: never */
  gboolean well;   /* whether it succeeded */
  gboolean draining;
};

/* A request to /healthz that waits for the store. */
typedef struct
{
  VisHttp           *http;
  SoupServerMessage *message;
} Probe;

static void
respond_health (VisHttp *self, SoupServerMessage *message)
{
  g_autoptr (VisMessage) body = NULL;

  if (!self->well)
    {
      vis_http_answer_error (
        message, VIS_PROTOCOL_ERROR_UNAVAILABLE, "the store can't be written to", 0);
      return;
    }
  body = vis_message_new (VIS_KIND_HTTP_HEALTH);
  vis_message_set_string (body, VIS_FIELD_STATUS, "ok");
  vis_message_set_string (body, VIS_FIELD_VERSION, VIS_VERSION);
  vis_http_answer (message, SOUP_STATUS_OK, body);
}

static void
on_probed (VisServerStoreOp *op, gpointer data)
{
  g_autofree Probe             *probe = data;
  g_autoptr (SoupServerMessage) message = probe->message;
  VisHttp                      *self = probe->http;

  if (op->verb == VIS_STORE_PROBE)
    self->well = TRUE;
  self->well &= op->error == NULL;
  respond_health (self, message);
  vis_http_resume (message);
  g_rc_box_release (self);
}

static void
on_healthz (VisHttp *self, SoupServerMessage *message)
{
  gint64   now = g_get_monotonic_time ();
  gboolean due = self->probed == 0 || now - self->probed >= VIS_SERVER_PROBE_MS * 1000LL;
  Probe   *probe;

  if (!vis_http_begin (message, "GET"))
    return;
  if (self->draining)
    {
      vis_http_answer_error (
        message, VIS_PROTOCOL_ERROR_UNAVAILABLE, "the server is going down", 0);
      return;
    }
  if (due)
    self->probed = now;
  probe = g_new (Probe, 1);
  *probe = (Probe){ g_rc_box_acquire (self), g_object_ref (message) };
  vis_http_pause (message);
  vis_server_store_submit (
    self->services.store,
    vis_server_store_op_new (due ? VIS_STORE_PROBE : VIS_STORE_CHECK, on_probed, probe));
}

/* The response 101 is sent: libsoup hands the connection over. */
static void
on_upgraded (SoupServerMessage *message, gpointer data)
{
  VisHttp              *self = data;
  g_autoptr (GSocket)   connection = g_object_ref (vis_listener_find_socket (message));
  g_autofree char      *client = vis_http_find_client (message);
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

  if (self->draining)
    {
      g_socket_shutdown (connection, TRUE, TRUE, NULL);
      g_io_stream_close (stream, NULL, NULL);
      g_socket_close (connection, NULL);
      return;
    }
  self->handler->upgraded (stream, connection, client, self->owner);
}

/* Whether the client is below its limit of sockets that have not sent hello. */
static gboolean
may_greet (VisHttp *self, SoupServerMessage *message)
{
  g_autofree char *client = NULL;

  if (!self->services.config->rate_limits)
    return TRUE;
  client = vis_http_find_client (message);
  return vis_tally_has_room (self->services.ungreeted, client);
}

static void
on_socket (VisHttp *self, SoupServerMessage *message)
{
  char *protocols[] = { (char *) VIS_SUBPROTOCOL, NULL };
  guint wait =
    self->services.config->rate_limits ? vis_http_take_rate (message, self->connects) : 0;

  if (wait == 0 && !may_greet (self, message))
    wait = VIS_LIMIT_HELLO_MS / 10;
  if (wait > 0)
    {
      self->services.counters->refused++;
      vis_http_answer_error (
        message, VIS_PROTOCOL_ERROR_RATE_LIMITED, "too many connections", wait);
    }
  /* libsoup also accepts a handshake without a subprotocol. */
  else if (soup_message_headers_header_contains (soup_server_message_get_request_headers (message),
                                                 "Sec-WebSocket-Protocol",
                                                 VIS_SUBPROTOCOL) &&
           soup_websocket_server_process_handshake (message, NULL, protocols, NULL, NULL))
    {
      soup_message_headers_replace (
        soup_server_message_get_response_headers (message), "Connection", "Upgrade");
      g_signal_connect (message, "wrote-informational", G_CALLBACK (on_upgraded), self);
    }
  else
    {
      /* Replaces libsoup's page of HTML. */
      vis_http_answer_nothing (message);
      vis_http_allow_origins (message);
      vis_http_answer_error (
        message,
        VIS_PROTOCOL_ERROR_BAD_REQUEST,
        "this is no upgrade to a WebSocket with the subprotocol " VIS_SUBPROTOCOL,
        0);
    }
}

static void
on_register (VisHttp *self, SoupServerMessage *message)
{
  vis_http_accounts_register (self->accounts, message);
}

static void
on_login (VisHttp *self, SoupServerMessage *message)
{
  vis_http_accounts_log_in (self->accounts, message);
}

static void
on_logout (VisHttp *self, SoupServerMessage *message)
{
  vis_http_accounts_log_out (self->accounts, message);
}

static const struct
{
  const char *path;
  void (*handler) (VisHttp *self, SoupServerMessage *message);
} requests[] = {
  { "/healthz", on_healthz },  { "/v1/register", on_register }, { "/v1/login", on_login },
  { "/v1/logout", on_logout }, { "/v1/socket", on_socket },
};

/* One handler for all paths: libsoup would call one for a path also for what is below it, and for
 * what begins like it. */
static void
on_request (
  SoupServer *http, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  vis_http_answer_nothing (message);
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    if (strcmp (path, requests[i].path) == 0)
      {
        requests[i].handler (data, message);
        return;
      }
  vis_http_allow_origins (message);
  vis_http_answer_error (message, VIS_PROTOCOL_ERROR_NOT_FOUND, "there is nothing here", 0);
}

static void
on_started (SoupServer *http, SoupServerMessage *message, gpointer data)
{
  vis_http_answer_unasked (message);
}

/**
 * vis_http_new:
 * @services: what the requests need
 * @handler: callbacks, static
 * @owner: passed to @handler
 *
 * Returns: (transfer full): the HTTP server, for connections of a #VisListener
 */
VisHttp *
vis_http_new (const VisHttpServices *services, const VisHttpHandler *handler, gpointer owner)
{
  VisHttp *self = g_rc_box_new0 (VisHttp);

  self->services = *services;
  self->handler = handler;
  self->owner = owner;
  self->accounts = vis_http_accounts_new (services->store,
                                          services->guesses,
                                          services->counters,
                                          services->config,
                                          handler->logged_out,
                                          owner);
  self->connects = vis_token_buckets_new (VIS_RATE_CONNECT_BURST, VIS_RATE_CONNECT_REFILL);
  self->soup = soup_server_new ("server-header", "visavisd/" VIS_VERSION, NULL);
  vis_http_guard (self->soup);
  g_signal_connect (self->soup, "request-started", G_CALLBACK (on_started), NULL);
  soup_server_remove_websocket_extension (self->soup, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_server_add_handler (self->soup, NULL, on_request, self, NULL);
  return self;
}

/**
 * vis_http_free:
 * @self: the HTTP server
 *
 * Stops and frees it. A request that waits for a password or for the store ends there, without an
 * answer.
 */
void
vis_http_free (VisHttp *self)
{
  vis_http_stop (self);
  /* A listener may have the server longer. */
  soup_server_remove_handler (self->soup, NULL);
  g_object_unref (self->soup);
  vis_http_accounts_free (self->accounts);
  vis_token_buckets_free (self->connects);
  g_rc_box_release (self);
}

/**
 * vis_http_get_soup:
 * @self: the HTTP server
 *
 * Returns: (transfer none): the server that a listener gives its connections to
 */
SoupServer *
vis_http_get_soup (VisHttp *self)
{
  return self->soup;
}

/**
 * vis_http_drain:
 * @self: the HTTP server
 *
 * Refuses upgrades from now on, and makes /healthz answer `unavailable`.
 */
void
vis_http_drain (VisHttp *self)
{
  self->draining = TRUE;
}

/**
 * vis_http_stop:
 * @self: the HTTP server
 *
 * Closes all connections that were not upgraded, and waits for the passwords that are being hashed.
 */
void
vis_http_stop (VisHttp *self)
{
  self->draining = TRUE;
  soup_server_disconnect (self->soup);
  vis_http_accounts_stop (self->accounts);
}
