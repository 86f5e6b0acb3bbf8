/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

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

#define WAIT_UNTIL(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;                                    \
    guint  tick = g_timeout_add (1000, wire_tick, NULL);                                           \
    while (!(condition) && g_get_monotonic_time () < end)                                          \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (tick);                                                                        \
    g_assert_true (condition);                                                                     \
  }                                                                                                \
  G_STMT_END

gboolean wire_tick (gpointer data);
void     wire_settle (void);
void     wire_cut (SoupWebsocketConnection *connection);

void     wire_set_up (WireServer *server, gconstpointer data);
void     wire_tear_down (WireServer *server, gconstpointer data);

G_END_DECLS
