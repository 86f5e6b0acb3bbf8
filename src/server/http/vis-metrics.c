/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-metrics.h"

#include "vis-http-guard.h"

struct _VisMetrics
{
  SoupServer              *soup;
  VisEngine               *engine;
  VisDeviceRegistry       *registry;
  VisCalls                *calls;
  const VisServerCounters *counters;
};

static void
add (GString *out, const char *name, const char *type, const char *help, guint64 value)
{
  g_string_append_printf (out,
                          "# HELP visavisd_%s %s\n# TYPE visavisd_%s %s\nvisavisd_%s "
                          "%" G_GUINT64_FORMAT "\n",
                          name,
                          help,
                          name,
                          type,
                          name,
                          value);
}

static void
on_metrics (
  SoupServer *http, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  VisMetrics              *self = data;
  const VisServerCounters *counters = self->counters;
  GString                 *out = g_string_new (NULL);
  gsize                    length;

  add (out, "sockets", "gauge", "Open sockets", vis_engine_get_n_clients (self->engine));
  add (
    out, "users", "gauge", "Users who are here", vis_device_registry_get_n_users (self->registry));
  add (out, "calls", "gauge", "Calls that ring or go on", vis_calls_get_n_calls (self->calls));
  add (out, "sockets_total", "counter", "Sockets since the start", counters->sockets);
  add (out, "frames_total", "counter", "Frames taken", counters->frames);
  add (out, "bad_frames_total", "counter", "Frames that broke the protocol", counters->bad_frames);
  add (out, "messages_total", "counter", "Messages written to the disk", counters->messages);
  add (out, "offers_total", "counter", "Offers of calls", counters->calls);
  add (out, "logins_total", "counter", "Devices that signed in", counters->logins);
  add (out, "refused_total", "counter", "Requests over a rate limit", counters->refused);

  length = out->len;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message,
                                    "text/plain; version=0.0.4; charset=utf-8",
                                    SOUP_MEMORY_TAKE,
                                    g_string_free (out, FALSE),
                                    length);
}

/**
 * vis_metrics_new:
 * @engine: (transfer none): for the number of sockets
 * @registry: (transfer none): for the number of users
 * @calls: (transfer none): for the number of calls
 * @counters: (transfer none): the counters
 *
 * Returns: (transfer full): the server of /metrics, for connections of a #VisListener of its own
 */
VisMetrics *
vis_metrics_new (VisEngine               *engine,
                 VisDeviceRegistry       *registry,
                 VisCalls                *calls,
                 const VisServerCounters *counters)
{
  VisMetrics *self = g_new0 (VisMetrics, 1);

  self->engine = engine;
  self->registry = registry;
  self->calls = calls;
  self->counters = counters;
  self->soup = soup_server_new (NULL, NULL);
  vis_http_guard (self->soup);
  soup_server_add_handler (self->soup, "/metrics", on_metrics, self, NULL);
  return self;
}

void
vis_metrics_free (VisMetrics *self)
{
  soup_server_remove_handler (self->soup, "/metrics");
  soup_server_disconnect (self->soup);
  g_object_unref (self->soup);
  g_free (self);
}

/**
 * vis_metrics_get_soup:
 * @self: the server of /metrics
 *
 * Returns: (transfer none): the server that a listener gives its connections to
 */
SoupServer *
vis_metrics_get_soup (VisMetrics *self)
{
  return self->soup;
}
