/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "vis-guesses.h"
#include "vis-server-config.h"
#include "vis-server-counters.h"
#include "vis-server-store.h"
#include "vis-tally.h"

G_BEGIN_DECLS

/**
 * VisHttp:
 *
 * The requests of HTTP (protocol, section 1), and the way from there to a WebSocket.
 */
typedef struct _VisHttp VisHttp;

/**
 * VisHttpServices:
 * @store: has the accounts
 * @guesses: wrong passwords of each account
 * @ungreeted: by client, the sockets of which it is not known yet whose they are
 * @counters: what is counted
 * @config: who may register, and whether there are limits
 *
 * What answers need. All of it outlives a #VisHttp.
 */
typedef struct
{
  VisServerStore        *store;
  VisGuesses            *guesses;
  VisTally              *ungreeted;
  VisServerCounters     *counters;
  const VisServerConfig *config;
} VisHttpServices;

/**
 * VisHttpHandler:
 * @upgraded: a connection speaks WebSocket from here on; the address of its client is @client, as
 *   vis_token_bucket_key() writes it
 * @logged_out: a device has no token any more
 */
typedef struct
{
  void (*upgraded) (GIOStream *stream, GSocket *connection, const char *client, gpointer owner);
  void (*logged_out) (gint64 device, gpointer owner);
} VisHttpHandler;

VisHttp    *vis_http_new (const VisHttpServices *services,
                          const VisHttpHandler  *handler,
                          gpointer               owner) G_GNUC_WARN_UNUSED_RESULT;
void        vis_http_free (VisHttp *self);
SoupServer *vis_http_get_soup (VisHttp *self);
void        vis_http_drain (VisHttp *self);
void        vis_http_stop (VisHttp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisHttp, vis_http_free)

G_END_DECLS
