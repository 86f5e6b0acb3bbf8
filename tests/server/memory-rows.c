/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "memory-private.h"

#include <string.h>

/* Every row is a struct in one tree, under a key that begins with its kind. Texts are interned.
 * What an operation replaces is kept until it is done, to be put back if it ends with an error. */

typedef struct
{
  char   *key;
  GBytes *row; /* NULL: there was none */
} Undo;

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  g_free (undo->key);
  g_clear_pointer (&undo->row, g_bytes_unref);
  g_free (undo);
}

/* Keys are good until the next one is made. */
const char *
memory_key (const char *kind, gint64 a, gint64 b)
{
  static char text[100];

  g_snprintf (text,
              sizeof text,
              "%s %016" G_GINT64_MODIFIER "x %016" G_GINT64_MODIFIER "x",
              kind,
              (guint64) a,
              (guint64) b);
  return text;
}

const char *
memory_text_key (const char *kind, const char *name)
{
  static char text[300];

  g_snprintf (text, sizeof text, "%s %s", kind, name);
  return text;
}

const char *
memory_token_key (GBytes *token)
{
  gsize            length;
  const guint8    *bytes = g_bytes_get_data (token, &length);
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, length);

  return memory_text_key ("token", sum);
}

gconstpointer
memory_get (MemoryRows *self, const char *name)
{
  GBytes *row = g_tree_lookup (self->rows, name);

  return row != NULL ? g_bytes_get_data (row, NULL) : NULL;
}

void
memory_set (MemoryRows *self, const char *name, GBytes *row)
{
  Undo   *undo = g_new (Undo, 1);
  GBytes *before = g_tree_lookup (self->rows, name);

  undo->key = g_strdup (name);
  undo->row = before != NULL ? g_bytes_ref (before) : NULL;
  g_ptr_array_add (self->undo, undo);
  if (row != NULL)
    g_tree_replace (self->rows, g_strdup (name), row);
  else
    g_tree_remove (self->rows, name);
}

GTreeNode *
memory_first (MemoryRows *self, const char *from)
{
  return g_tree_lower_bound (self->rows, from);
}

/* Whether a row is of a kind. */
gboolean
memory_is (GTreeNode *node, const char *kind)
{
  gsize length = strlen (kind);

  return node != NULL && strncmp (g_tree_node_key (node), kind, length) == 0 &&
         ((const char *) g_tree_node_key (node))[length] == ' ';
}

gconstpointer
memory_row_of (GTreeNode *node)
{
  return g_bytes_get_data (g_tree_node_value (node), NULL);
}

/* The next number of a kind, from 1 on. */
gint64
memory_next_number (MemoryRows *self, const char *kind)
{
  const gint64 *last = memory_get (self, memory_text_key ("last", kind));
  const gint64  number = last != NULL ? *last + 1 : 1;

  MEMORY_PUT (self, memory_text_key ("last", kind), &number);
  return number;
}

static const VisStoreTxRows rows = {
  .find_users = memory_find_users,
  .list_users = memory_list_users,
  .add_user = memory_add_user,
  .set_user = memory_set_user,
  .dup_password = memory_dup_password,
  .set_seen = memory_set_seen,
  .add_device = memory_add_device,
  .find_device = memory_find_device,
  .remove_device = memory_remove_device,
  .add_invite = memory_add_invite,
  .has_invite = memory_has_invite,
  .use_invite = memory_use_invite,
  .get_pair = memory_get_pair,
  .set_standing = memory_set_standing,
  .list_contacts = memory_list_contacts,
  .list_mutual = memory_list_mutual,
  .reserve_message = memory_reserve_message,
  .add_message = memory_add_message,
  .find_message = memory_find_message,
  .get_message = memory_get_message,
  .list_messages = memory_list_messages,
  .count_unread = memory_count_unread,
  .hide_message = memory_hide_message,
  .erase_messages = memory_erase_messages,
  .erase_later = memory_erase_later,
  .get_member = memory_get_member,
  .advance_member = memory_advance_member,
  .list_chats = memory_list_chats,
  .add_event = memory_add_event,
  .list_events = memory_list_events,
  .get_mark = memory_get_mark,
  .find_event_since = memory_find_event_since,
  .drop_events = memory_drop_events,
  .save_call = memory_save_call,
  .list_calls = memory_list_calls,
  .forget_calls = memory_forget_calls,
};

static int
compare_keys (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (a, b);
}

MemoryRows *
memory_rows_new (void)
{
  MemoryRows *self = g_new0 (MemoryRows, 1);

  self->tx.rows = &rows;
  self->rows = g_tree_new_full (compare_keys, NULL, g_free, (GDestroyNotify) g_bytes_unref);
  self->undo = g_ptr_array_new_with_free_func (undo_free);
  self->users = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
memory_rows_free (MemoryRows *self)
{
  g_hash_table_unref (self->pairs);
  g_hash_table_unref (self->users);
  g_ptr_array_unref (self->undo);
  g_tree_unref (self->rows);
  g_free (self);
}

VisStoreTx *
memory_rows_begin (MemoryRows *self)
{
  return &self->tx;
}

void
memory_rows_end (MemoryRows *self, gboolean commit)
{
  for (guint i = self->undo->len; i-- > 0 && !commit;)
    {
      Undo *undo = g_ptr_array_index (self->undo, i);

      if (undo->row != NULL)
        g_tree_replace (self->rows, g_strdup (undo->key), g_bytes_ref (undo->row));
      else
        g_tree_remove (self->rows, undo->key);
    }
  g_ptr_array_set_size (self->undo, 0);
  g_hash_table_remove_all (self->users);
  g_hash_table_remove_all (self->pairs);
}
