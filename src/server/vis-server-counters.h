/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisServerCounters:
 *
 * Counters since the start, for /metrics.
 */
typedef struct
{
  guint64 frames;
  guint64 bad_frames;
  guint64 sockets;
  guint64 messages;
  guint64 calls;
  guint64 logins;
  guint64 refused;
} VisServerCounters;

G_END_DECLS
