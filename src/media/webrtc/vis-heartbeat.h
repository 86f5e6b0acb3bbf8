/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A heartbeat is a few dozen bytes; nothing longer is read. */
#define VIS_HEARTBEAT_MAX_BYTES 256

/**
 * VisHeartbeat:
 * @VIS_HEARTBEAT_OTHER: something else, to be ignored
 * @VIS_HEARTBEAT_PING: the other side asks whether we are there
 * @VIS_HEARTBEAT_PONG: the other side is there
 *
 * The messages of the data channel (protocol, section 5).
 */
typedef enum
{
  VIS_HEARTBEAT_OTHER,
  VIS_HEARTBEAT_PING,
  VIS_HEARTBEAT_PONG,
} VisHeartbeat;

char        *vis_heartbeat_ping (gint64 t) G_GNUC_WARN_UNUSED_RESULT;
char        *vis_heartbeat_pong (const char *t) G_GNUC_WARN_UNUSED_RESULT;
VisHeartbeat vis_heartbeat_read (const char *text, char **t);

G_END_DECLS
