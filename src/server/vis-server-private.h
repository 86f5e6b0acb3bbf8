/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "vis-calls.h"
#include "vis-device-registry.h"
#include "vis-dispatcher.h"
#include "vis-engine.h"
#include "vis-guesses.h"
#include "vis-hello.h"
#include "vis-listener.h"
#include "vis-passwords.h"
#include "vis-server-counters.h"
#include "vis-server.h"
#include "vis-tally.h"
#include "vis-token-bucket.h"

G_BEGIN_DECLS

struct _VisServer
{
  VisServerConfig   *config;
  int                lock; /* of the folder, -1 before it is taken */
  VisServerStore    *store;
  VisBus            *bus;
  VisDeviceRegistry *registry;
  VisEngine         *engine;
  VisCalls          *calls;
  VisHello          *hello;
  VisDispatcher     *dispatcher;
  VisPeerContext     peers;
  VisPasswords      *passwords;
  VisTokenBuckets   *connects;
  VisTokenBuckets   *logins;
  VisTokenBuckets   *taken; /* names, by address */
  VisGuesses        *guesses;
  VisTally          *ungreeted; /* sockets that have not said hello yet, by address */
  SoupServer        *http;
  VisListener       *listener;
  GTlsCertificate   *certificate; /* NULL without TLS */
  guint              dates;       /* looks at those of the certificate */
  SoupServer        *metrics;
  VisListener       *metrics_listener;
  char              *address;
  VisServerCounters  counters;
  guint              trim;
  gint64             trim_after;
  guint              look;
  gboolean           looking;
  gint64             store_version; /* 0: not looked yet */
  gint64             probed;        /* when /healthz asked last to write to the store, 0: never */
  gboolean           well;          /* whether it could be */
  gboolean           draining;
};

void vis_server_add_http (VisServer *self);
void vis_server_add_metrics (VisServer *self);

G_END_DECLS
