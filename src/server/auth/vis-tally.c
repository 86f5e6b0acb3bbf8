/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-tally.h"

struct _VisTally
{
  GHashTable *counts; /* of key to count, without zeros */
  guint       most;
};

/**
 * vis_tally_new:
 * @most: the limit for each client
 *
 * Returns: (transfer full): a tally in which every count is 0
 */
VisTally *
vis_tally_new (guint most)
{
  VisTally *self = g_new0 (VisTally, 1);

  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->most = most;
  return self;
}

void
vis_tally_free (VisTally *self)
{
  g_hash_table_unref (self->counts);
  g_free (self);
}

/**
 * vis_tally_count:
 * @self: a tally
 * @key: a client, of vis_token_bucket_key()
 *
 * Returns: the count of the client
 */
guint
vis_tally_count (VisTally *self, const char *key)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, key));
}

/**
 * vis_tally_has_room:
 * @self: a tally
 * @key: a client, of vis_token_bucket_key()
 *
 * Returns: whether the client is below the limit
 */
gboolean
vis_tally_has_room (VisTally *self, const char *key)
{
  return vis_tally_count (self, key) < self->most;
}

void
vis_tally_enter (VisTally *self, const char *key)
{
  g_hash_table_insert (
    self->counts, g_strdup (key), GUINT_TO_POINTER (vis_tally_count (self, key) + 1));
}

void
vis_tally_leave (VisTally *self, const char *key)
{
  guint n = vis_tally_count (self, key);

  g_return_if_fail (n > 0);
  if (n > 1)
    g_hash_table_insert (self->counts, g_strdup (key), GUINT_TO_POINTER (n - 1));
  else
    g_hash_table_remove (self->counts, key);
}
