/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-calls.h"
#include "vis-device-registry.h"
#include "vis-dispatcher.h"
#include "vis-engine.h"
#include "vis-guesses.h"
#include "vis-hello.h"
#include "vis-http.h"
#include "vis-listener.h"
#include "vis-metrics.h"
#include "vis-server-counters.h"
#include "vis-server.h"
#include "vis-tally.h"

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
  VisGuesses        *guesses;
  VisTally          *ungreeted; /* sockets that have not said hello yet, by address */
  VisHttp           *http;
  VisListener       *listener;
  GTlsCertificate   *certificate; /* NULL without TLS */
  guint              dates;       /* looks at those of the certificate */
  VisMetrics        *metrics;
  VisListener       *metrics_listener;
  char              *address;
  VisServerCounters  counters;
  guint              trim;
  gint64             trim_after;
  guint              look;
  gboolean           looking;
  gint64             store_version; /* 0: not looked yet */
  gboolean           draining;
};

G_END_DECLS
