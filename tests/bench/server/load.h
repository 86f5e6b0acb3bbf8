/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Load:
 *
 * Many devices on real sockets, driven by one thread. Frames are written and parsed by hand, so
 * that the load generator is not what is measured.
 */
typedef struct _Load Load;

/* The result of a run. Times are in milliseconds. */
typedef struct
{
  double  seconds;
  guint64 acked;     /* answered with ok: committed */
  guint64 delivered; /* received by the other side */
  guint64 errors;
  double  ack_p50;
  double  ack_p99;
  double  delivery_p50;
  double  delivery_p99;
  double  lag; /* greatest delay of the load generator itself */
} LoadResult;

Load *load_new (const char *host, guint16 port) G_GNUC_WARN_UNUSED_RESULT;
void  load_free (Load *self);
void  load_connect (Load *self, const char *token, const char *chat);
guint load_get_n (Load *self);
void  load_closed (Load *self, guint window, double warm_up, double seconds, LoadResult *result);
void  load_open (Load *self, guint active, double rate, double seconds, LoadResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Load, load_free)

G_END_DECLS
