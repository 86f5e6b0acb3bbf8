/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VisRate:
 *
 * A token bucket. All zeros is a full one.
 */
typedef struct
{
  double spent;
  gint64 since;
} VisRate;

guint vis_rate_take (VisRate *self, double tokens, double burst, double refill, gint64 now);

typedef struct _VisRateTable VisRateTable;

VisRateTable *vis_rate_table_new (double burst, double refill) G_GNUC_WARN_UNUSED_RESULT;
void          vis_rate_table_free (VisRateTable *self);
guint         vis_rate_table_take (VisRateTable *self, const char *key, gint64 now);
void          vis_rate_table_give_back (VisRateTable *self, const char *key);
char         *vis_rate_key (GInetAddress *address, const char *forwarded) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisRateTable, vis_rate_table_free)

G_END_DECLS
