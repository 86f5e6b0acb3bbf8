/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Load:
 *
 * Many devices that speak the protocol over real sockets, driven by one thread. They write and read
 * frames by hand, so that the load generator is not what is measured.
 */
typedef struct _Load Load;

/* What one run has shown. Times are in milliseconds. */
typedef struct
{
  double  seconds;
  guint64 acked;     /* answered with ok: on the disk */
  guint64 delivered; /* heard by the other side */
  guint64 errors;
  double  ack_p50;
  double  ack_p99;
  double  delivery_p50;
  double  delivery_p99;
  double  lag; /* how late the load generator itself was at worst */
} LoadResult;

Load *load_new (const char *host, guint16 port) G_GNUC_WARN_UNUSED_RESULT;
void  load_free (Load *self);
void  load_connect (Load *self, const char *token, const char *chat);
guint load_get_n (Load *self);
void  load_closed (Load *self, guint window, double warm_up, double seconds, LoadResult *result);
void  load_open (Load *self, guint active, double rate, double seconds, LoadResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Load, load_free)

G_END_DECLS
