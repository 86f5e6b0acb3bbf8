/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "memory-private.h"

typedef struct
{
  guint  uses;
  gint64 expires;
} Invite;

void
memory_put_user (MemoryRows *self, const MemoryUser *user)
{
  VisStoreUser *row = g_hash_table_lookup (self->users, &user->row.id);

  if (row != NULL)
    *row = user->row;
  MEMORY_PUT (self, memory_key ("user", user->row.id, 0), user);
}

MemoryUser
memory_get_user (MemoryRows *self, gint64 id)
{
  return *(const MemoryUser *) memory_get (self, memory_key ("user", id, 0));
}

static const VisStoreUser *
find_user (MemoryRows *self, const VisStoreWho *who)
{
  const gint64 *id =
    who->user != NULL ? memory_get (self, memory_text_key ("name", who->user)) : &who->id;
  const MemoryUser *user = id != NULL ? memory_get (self, memory_key ("user", *id, 0)) : NULL;
  VisStoreUser     *row;

  if (user == NULL)
    return NULL;
  row = g_hash_table_lookup (self->users, &user->row.id);
  if (row == NULL)
    {
      row = g_memdup2 (&user->row, sizeof user->row);
      g_hash_table_insert (self->users, &row->id, row);
    }
  return row;
}

void
memory_find_users (VisStoreTx *tx, const VisStoreWho *who, guint n, const VisStoreUser *users[])
{
  for (guint i = 0; i < n; i++)
    users[i] = find_user ((MemoryRows *) tx, &who[i]);
}

void
memory_list_users (VisStoreTx *tx, gint64 after, guint limit, VisStoreUserFunc func, gpointer data)
{
  MemoryRows *self = (MemoryRows *) tx;

  for (GTreeNode *node = memory_first (self, memory_key ("user", after + 1, 0));
       memory_is (node, "user");
       node = g_tree_node_next (node))
    if (limit-- == 0 || !func (&((const MemoryUser *) memory_row_of (node))->row, data))
      return;
}

gint64
memory_add_user (VisStoreTx *tx, const VisStoreAccount *account, gint64 now)
{
  MemoryRows *self = (MemoryRows *) tx;
  MemoryUser  user = {
     .row = { .user = g_intern_string (account->user), .name = g_intern_string (account->name) },
     .password = g_intern_string (account->password),
     .kept_mark = -1,
  };

  if (memory_get (self, memory_text_key ("name", account->user)) != NULL)
    return 0;
  user.row.id = memory_next_number (self, "user");
  MEMORY_PUT (self, memory_text_key ("name", account->user), &user.row.id);
  memory_put_user (self, &user);
  return user.row.id;
}

void
memory_set_user (VisStoreTx *tx, const VisStoreUser *row, const VisStoreAccount *account)
{
  MemoryRows *self = (MemoryRows *) tx;
  MemoryUser  user = memory_get_user (self, row->id);

  if (account->name != NULL)
    user.row.name = g_intern_string (account->name);
  if (account->password != NULL && (user.password == NULL || account->overwrite))
    user.password = g_intern_string (account->password);
  memory_put_user (self, &user);
}

char *
memory_dup_password (VisStoreTx *tx, const VisStoreUser *user)
{
  return g_strdup (memory_get_user ((MemoryRows *) tx, user->id).password);
}

void
memory_set_seen (VisStoreTx *tx, gint64 id, gint64 now)
{
  MemoryUser user = memory_get_user ((MemoryRows *) tx, id);

  user.seen = now;
  memory_put_user ((MemoryRows *) tx, &user);
}

gint64
memory_add_device (
  VisStoreTx *tx, gint64 user, const char *device, const char *name, GBytes *token, gint64 now)
{
  MemoryRows       *self = (MemoryRows *) tx;
  VisStoreDeviceRow row = {
    .user = user,
    .device = g_intern_string (device),
    .name = g_intern_string (name),
  };

  if (memory_get (self, memory_text_key ("device", device)) != NULL ||
      memory_get (self, memory_token_key (token)) != NULL)
    return 0;
  row.id = memory_next_number (self, "device");
  MEMORY_PUT (self, memory_text_key ("device", device), &row.id);
  MEMORY_PUT (self, memory_token_key (token), &row);
  return row.id;
}

gboolean
memory_find_device (VisStoreTx *tx, GBytes *token, VisStoreDeviceRow *row)
{
  const VisStoreDeviceRow *found = memory_get ((MemoryRows *) tx, memory_token_key (token));

  if (found != NULL)
    *row = *found;
  return found != NULL;
}

void
memory_remove_device (VisStoreTx *tx, GBytes *token)
{
  memory_set ((MemoryRows *) tx, memory_token_key (token), NULL);
}

void
memory_add_invite (VisStoreTx *tx, const char *code, guint uses, gint64 expires)
{
  const Invite invite = { uses, expires };

  MEMORY_PUT ((MemoryRows *) tx, memory_text_key ("invite", code), &invite);
}

gboolean
memory_has_invite (VisStoreTx *tx, const char *code, gint64 now)
{
  const Invite *invite =
    code != NULL ? memory_get ((MemoryRows *) tx, memory_text_key ("invite", code)) : NULL;

  return invite != NULL && invite->uses > 0 && invite->expires > now;
}

void
memory_use_invite (VisStoreTx *tx, const char *code, gint64 now)
{
  Invite invite =
    *(const Invite *) memory_get ((MemoryRows *) tx, memory_text_key ("invite", code));

  invite.uses--;
  MEMORY_PUT ((MemoryRows *) tx, memory_text_key ("invite", code), &invite);
}

/* Pairs */

VisStorePair *
memory_find_pair (MemoryRows *self, gint64 a, gint64 b)
{
  const VisStorePair none = { .low = MIN (a, b), .high = MAX (a, b) };
  const char        *name = memory_key ("pair", none.low, none.high);
  VisStorePair      *pair = g_hash_table_lookup (self->pairs, name);
  gconstpointer      row;

  if (pair != NULL)
    return pair;
  row = memory_get (self, name);
  pair = g_memdup2 (row != NULL ? row : &none, sizeof none);
  g_hash_table_insert (self->pairs, g_strdup (name), pair);
  return pair;
}

void
memory_put_pair (MemoryRows *self, const VisStorePair *pair)
{
  MEMORY_PUT (self, memory_key ("pair", pair->low, pair->high), pair);
}

const VisStorePair *
memory_get_pair (VisStoreTx *tx, const VisStoreUser *a, const VisStoreUser *b)
{
  return memory_find_pair ((MemoryRows *) tx, a->id, b->id);
}

void
memory_set_standing (VisStoreTx *tx, const VisStorePair *row, gint64 user, VisStanding standing)
{
  VisStorePair *pair = memory_find_pair ((MemoryRows *) tx, row->low, row->high);

  pair->standing[user == pair->high] = standing;
  memory_put_pair ((MemoryRows *) tx, pair);
}

/* By their names. */
void
memory_list_contacts (
  VisStoreTx *tx, gint64 user, guint limit, VisStoreContactFunc func, gpointer data)
{
  MemoryRows *self = (MemoryRows *) tx;

  for (GTreeNode *node = memory_first (self, "name "); memory_is (node, "name");
       node = g_tree_node_next (node))
    {
      const MemoryUser   other = memory_get_user (self, *(const gint64 *) memory_row_of (node));
      VisStoreContactRow row = {
        .id = other.row.id,
        .user = other.row.user,
        .name = other.row.name,
        .last_seen = other.seen,
      };

      if (row.id != user)
        row.standing = vis_store_pair_get_standing (memory_find_pair (self, user, row.id), user);
      if (row.standing != VIS_STANDING_NONE && (limit-- == 0 || !func (&row, data)))
        return;
    }
}

typedef struct
{
  VisStoreContactFunc func;
  gpointer            data;
} Filter;

static gboolean
pass_mutual (const VisStoreContactRow *row, gpointer data)
{
  const Filter *filter = data;

  return row->standing != VIS_STANDING_MUTUAL || filter->func (row, filter->data);
}

void
memory_list_mutual (VisStoreTx *tx, gint64 user, VisStoreContactFunc func, gpointer data)
{
  Filter filter = { func, data };

  memory_list_contacts (tx, user, G_MAXUINT, pass_mutual, &filter);
}
