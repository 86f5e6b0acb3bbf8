/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VisTokenBucket:
 *
 * A token bucket. Zero-initialised it is full.
 */
typedef struct
{
  double spent;
  gint64 since;
} VisTokenBucket;

guint vis_token_bucket_take (
  VisTokenBucket *self, double tokens, double burst, double refill, gint64 now);

typedef struct _VisTokenBuckets VisTokenBuckets;

VisTokenBuckets *vis_token_buckets_new (double burst, double refill) G_GNUC_WARN_UNUSED_RESULT;
void             vis_token_buckets_free (VisTokenBuckets *self);
guint            vis_token_buckets_take (VisTokenBuckets *self, const char *key, gint64 now);
void             vis_token_buckets_give_back (VisTokenBuckets *self, const char *key);
char *vis_token_bucket_key (GInetAddress *address, const char *forwarded) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisTokenBuckets, vis_token_buckets_free)

G_END_DECLS
