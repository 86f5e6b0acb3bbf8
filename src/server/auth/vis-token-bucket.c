/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-token-bucket.h"

#include <string.h>

#include "vis-server-limits.h"

struct _VisTokenBuckets
{
  GHashTable *buckets;
  double      burst;
  double      refill;
};

/**
 * vis_token_bucket_take:
 * @self: a bucket
 * @tokens: how many to take
 * @burst: how many tokens the bucket holds
 * @refill: tokens a second that are added
 * @now: monotonic time, in microseconds
 *
 * Takes all of @tokens, or none.
 *
 * Returns: 0 if there were enough, otherwise milliseconds until there are
 */
guint
vis_token_bucket_take (VisTokenBucket *self, double tokens, double burst, double refill, gint64 now)
{
  double elapsed = (double) MAX (0, now - self->since) / G_USEC_PER_SEC;

  self->spent = MAX (0.0, self->spent - elapsed * refill);
  self->since = now;
  if (self->spent + tokens > burst)
    return (guint) ((self->spent + tokens - burst) / refill * 1000.0) + 1;
  self->spent += tokens;
  return 0;
}

/**
 * vis_token_buckets_new:
 * @burst: how many tokens each bucket holds
 * @refill: tokens a second that are added
 *
 * Creates a table of buckets by key, VIS_RATE_ADDRESSES at most.
 *
 * Returns: (transfer full): an empty table; every bucket is full
 */
VisTokenBuckets *
vis_token_buckets_new (double burst, double refill)
{
  VisTokenBuckets *self = g_new0 (VisTokenBuckets, 1);

  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->burst = burst;
  self->refill = refill;
  return self;
}

void
vis_token_buckets_free (VisTokenBuckets *self)
{
  g_hash_table_unref (self->buckets);
  g_free (self);
}

static double
spent_now (const VisTokenBuckets *self, const VisTokenBucket *rate)
{
  return rate->spent -
         (double) (g_get_monotonic_time () - rate->since) / G_USEC_PER_SEC * self->refill;
}

/* A full bucket is the same as none. */
static gboolean
is_full (gpointer key, gpointer value, gpointer user_data)
{
  return spent_now (user_data, value) <= 0.0;
}

static gboolean
is_half_full (gpointer key, gpointer value, gpointer user_data)
{
  const VisTokenBuckets *self = user_data;

  return spent_now (self, value) <= self->burst / 2;
}

/* Removes the buckets that have spent least, so that nobody gets tokens back by asking under very
 * many keys. */
static void
make_room (VisTokenBuckets *self)
{
  const GHRFunc which[] = { is_full, is_half_full };

  for (guint i = 0; i < G_N_ELEMENTS (which); i++)
    if (g_hash_table_size (self->buckets) >= VIS_RATE_ADDRESSES)
      g_hash_table_foreach_remove (self->buckets, which[i], self);
  if (g_hash_table_size (self->buckets) >= VIS_RATE_ADDRESSES)
    g_hash_table_remove_all (self->buckets);
}

/**
 * vis_token_buckets_take:
 * @self: a table
 * @key: of the bucket
 * @now: monotonic time, in microseconds
 *
 * Takes one token.
 *
 * Returns: as vis_token_bucket_take()
 */
guint
vis_token_buckets_take (VisTokenBuckets *self, const char *key, gint64 now)
{
  VisTokenBucket *rate = g_hash_table_lookup (self->buckets, key);

  if (rate == NULL)
    {
      make_room (self);
      rate = g_new0 (VisTokenBucket, 1);
      g_hash_table_insert (self->buckets, g_strdup (key), rate);
    }
  return vis_token_bucket_take (rate, 1.0, self->burst, self->refill, now);
}

/**
 * vis_token_buckets_give_back:
 * @self: a table
 * @key: of the bucket
 *
 * Puts one token back.
 */
void
vis_token_buckets_give_back (VisTokenBuckets *self, const char *key)
{
  VisTokenBucket *rate = g_hash_table_lookup (self->buckets, key);

  if (rate != NULL)
    rate->spent = MAX (0.0, rate->spent - 1.0);
}

/* An IPv4-mapped IPv6 address is the IPv4 address (RFC 4291, section 2.5.5.2). */
static GInetAddress *
unmap (GInetAddress *address)
{
  static const guint8 prefix[12] = { [10] = 0xff, [11] = 0xff };
  const guint8       *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6 ||
      memcmp (bytes, prefix, sizeof prefix) != 0)
    return g_object_ref (address);
  return g_inet_address_new_from_bytes (bytes + sizeof prefix, G_SOCKET_FAMILY_IPV4);
}

/* The address without its port, which some proxies append; an IPv6 address is in brackets then (RFC
 * 7239, section 6). */
static GInetAddress *
parse_hop (char *text)
{
  char *colon = strchr (text, ':');
  char *end = *text == '[' ? strchr (text, ']') : NULL;

  if (end != NULL)
    {
      *end = '\0';
      text++;
    }
  else if (colon != NULL && strchr (colon + 1, ':') == NULL)
    *colon = '\0';
  text[strcspn (text, "%")] = '\0';
  return g_inet_address_new_from_string (text);
}

/* The last hop, which is what the reverse proxy has seen; those before it can be forged by the
 * client. */
static GInetAddress *
last_hop (const char *forwarded)
{
  const char      *comma = strrchr (forwarded, ',');
  g_autofree char *text = g_strdup (comma != NULL ? comma + 1 : forwarded);

  g_strdelimit (text, "\"", ' ');
  return parse_hop (g_strstrip (text));
}

/**
 * vis_token_bucket_key:
 * @address: the remote address of a connection
 * @forwarded: (nullable): its `X-Forwarded-For`
 *
 * The key under which a client is limited. For a connection from loopback, which is a reverse
 * proxy's, it is the last address in `X-Forwarded-For`; the header is ignored on others. An IPv6
 * address stands for its /64: a household has 2^64 of them.
 *
 * Returns: (transfer full): the key, for vis_token_buckets_take() and #VisTally
 */
char *
vis_token_bucket_key (GInetAddress *address, const char *forwarded)
{
  g_autoptr (GInetAddress) client = unmap (address);
  g_autoptr (GInetAddress) hop = NULL;

  if (g_inet_address_get_is_loopback (client) && forwarded != NULL &&
      (hop = last_hop (forwarded)) != NULL)
    {
      g_object_unref (client);
      client = unmap (hop);
    }
  if (g_inet_address_get_family (client) == G_SOCKET_FAMILY_IPV6)
    {
      guint8                   network[16] = { 0 };
      g_autoptr (GInetAddress) whole = NULL;
      g_autofree char         *text = NULL;

      memcpy (network, g_inet_address_to_bytes (client), 8);
      whole = g_inet_address_new_from_bytes (network, G_SOCKET_FAMILY_IPV6);
      text = g_inet_address_to_string (whole);
      return g_strconcat (text, "/64", NULL);
    }
  return g_inet_address_to_string (client);
}
