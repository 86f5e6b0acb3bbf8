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
 * The HTTP server (docs/protocol.md, section 1), and the upgrade to a WebSocket.
 */
typedef struct _VisHttp VisHttp;

/**
 * VisHttpServices:
 * @store: the store of the accounts
 * @guesses: the limit of wrong passwords
 * @ungreeted: by address, the sockets that have not sent hello
 * @counters: the counters for /metrics
 * @config: whether registration is open, and rates are limited
 *
 * What requests need. All of it must outlive the #VisHttp.
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
 * @upgraded: a connection was upgraded to a WebSocket; @client is the address of its client, of
 *   vis_token_bucket_key()
 * @logged_out: the token of a device was removed
 */
typedef struct
{
  void (*upgraded) (GIOStream *stream, GSocket *connection, const char *client, gpointer owner);
  void (*logged_out) (gint64 user, gint64 device, gpointer owner);
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
