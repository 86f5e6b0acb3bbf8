/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "until.h"

G_BEGIN_DECLS

/* A server in this process, on a real socket. What it does to its clients is set by each test. */
typedef struct
{
  SoupServer *server;
  char       *base;
  char       *socket_url;
  GPtrArray  *sockets;
  guint       hellos;
  guint       frames;
  gboolean    mute;         /* says nothing */
  gboolean    cut_on_open;  /* drops each socket at once */
  gboolean    cut_on_hello; /* drops each socket at its first frame */
  guint       http_status;
  const char *http_body;
  char       *last_body;
  char       *last_authorization;
} WireServer;

extern const char wire_token[];

void              wire_cut (SoupWebsocketConnection *connection);

void              wire_set_up (WireServer *server, gconstpointer data);
void              wire_tear_down (WireServer *server, gconstpointer data);

G_END_DECLS
