/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "memory-private.h"

#include <string.h>

typedef struct
{
  gint64 chat;
  gint64 n;
} Position;

static void
make_chat (MemoryRows *self, VisStorePair *pair)
{
  const VisStoreMember member = { 0 };

  pair->chat = memory_next_number (self, "chat");
  memory_put_pair (self, pair);
  MEMORY_PUT (self, memory_key ("chat", pair->chat, 0), pair);
  MEMORY_PUT (self, memory_key ("member", pair->low, pair->chat), &member);
  MEMORY_PUT (self, memory_key ("member", pair->high, pair->chat), &member);
}

VisStorePair *
memory_pair_of_chat (MemoryRows *self, gint64 chat)
{
  const VisStorePair *pair = memory_get (self, memory_key ("chat", chat, 0));

  return memory_find_pair (self, pair->low, pair->high);
}

gint64
memory_reserve_message (VisStoreTx *tx, const VisStorePair *row, const char *id)
{
  MemoryRows   *self = (MemoryRows *) tx;
  VisStorePair *pair = memory_find_pair (self, row->low, row->high);
  Position      position;

  if (pair->chat == 0)
    make_chat (self, pair);
  if (memory_get (self, memory_text_key ("id", id)) != NULL)
    return 0;
  pair->n++;
  memory_put_pair (self, pair);
  position = (Position){ pair->chat, pair->n };
  MEMORY_PUT (self, memory_text_key ("id", id), &position);
  return pair->n;
}

void
memory_add_message (VisStoreTx *tx, const VisStoreMessageRow *row)
{
  VisStoreMessageRow copy = *row;

  copy.id = g_intern_string (row->id);
  copy.body = g_intern_string (row->body);
  copy.reply_to = g_intern_string (row->reply_to);
  MEMORY_PUT ((MemoryRows *) tx, memory_key ("message", row->chat, row->n), &copy);
}

gboolean
memory_get_message (VisStoreTx *tx, gint64 chat, gint64 n, VisStoreMessageRow *row)
{
  const VisStoreMessageRow *found = memory_get ((MemoryRows *) tx, memory_key ("message", chat, n));

  if (found != NULL)
    *row = *found;
  return found != NULL;
}

gboolean
memory_find_message (VisStoreTx *tx, const char *id, VisStoreMessageRow *row)
{
  const Position *position = memory_get ((MemoryRows *) tx, memory_text_key ("id", id));

  return position != NULL && memory_get_message (tx, position->chat, position->n, row);
}

static const char *
hidden_key (gint64 user, gint64 chat, gint64 n)
{
  g_autofree char *name =
    g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, user, chat, n);

  return memory_text_key ("hidden", name);
}

void
memory_list_messages (VisStoreTx         *tx,
                      gint64              chat,
                      gint64              before,
                      gint64              after,
                      gint64              user,
                      VisStoreMessageFunc func,
                      gpointer            data)
{
  MemoryRows        *self = (MemoryRows *) tx;
  gint64             n = before;
  VisStoreMessageRow row;

  if (chat == 0)
    return;
  if (n == 0)
    n = memory_pair_of_chat (self, chat)->n + 1;
  while (--n > after && memory_get_message (tx, chat, n, &row))
    {
      row.hidden = memory_get (self, hidden_key (user, chat, n)) != NULL;
      if (!func (&row, data))
        return;
    }
}

typedef struct
{
  gint64 user;
  guint  limit;
  gint64 n;
} Count;

static gboolean
count_news (const VisStoreMessageRow *row, gpointer data)
{
  Count *count = data;

  if (count->limit-- == 0)
    return FALSE;
  count->n += row->sender != count->user && !row->deleted && !row->hidden &&
              (row->kind != VIS_STORE_MESSAGE_CALL || strstr (row->body, " missed ") != NULL);
  return TRUE;
}

gint64
memory_count_unread (VisStoreTx *tx, gint64 chat, gint64 after, gint64 user, guint limit)
{
  Count count = { .user = user, .limit = limit };

  memory_list_messages (tx, chat, 0, after, user, count_news, &count);
  return count.n;
}

gboolean
memory_hide_message (VisStoreTx *tx, gint64 user, gint64 chat, gint64 n)
{
  MemoryRows *self = (MemoryRows *) tx;

  if (memory_get (self, hidden_key (user, chat, n)) != NULL)
    return FALSE;
  MEMORY_PUT (self, hidden_key (user, chat, n), &n);
  return TRUE;
}

void
memory_erase_messages (VisStoreTx *tx, gint64 chat, gint64 from, gint64 to)
{
  VisStoreMessageRow row;

  for (gint64 n = from; n <= to; n++)
    if (memory_get_message (tx, chat, n, &row))
      {
        row.body = row.reply_to = NULL;
        row.deleted = TRUE;
        MEMORY_PUT ((MemoryRows *) tx, memory_key ("message", chat, n), &row);
      }
}

void
memory_erase_later (VisStoreTx *tx, gint64 chat, gint64 upto)
{
  memory_erase_messages (tx, chat, 1, upto);
}

void
memory_get_member (VisStoreTx *tx, gint64 user, gint64 chat, VisStoreMember *member)
{
  const VisStoreMember *row = memory_get ((MemoryRows *) tx, memory_key ("member", user, chat));

  *member = row != NULL ? *row : (VisStoreMember){ 0 };
}

void
memory_advance_member (VisStoreTx *tx, gint64 user, gint64 chat, const VisStoreMember *to)
{
  VisStoreMember member;

  memory_get_member (tx, user, chat, &member);
  member.read = MAX (member.read, to->read);
  member.delivered = MAX (member.delivered, to->delivered);
  member.cleared = MAX (member.cleared, to->cleared);
  MEMORY_PUT ((MemoryRows *) tx, memory_key ("member", user, chat), &member);
}

void
memory_list_chats (VisStoreTx *tx, gint64 user, guint limit, VisStoreChatFunc func, gpointer data)
{
  MemoryRows *self = (MemoryRows *) tx;

  for (GTreeNode *node = memory_first (self, "chat "); memory_is (node, "chat");
       node = g_tree_node_next (node))
    {
      const VisStorePair *chat = memory_row_of (node);
      const VisStorePair *pair = memory_find_pair (self, chat->low, chat->high);
      gint64              other = pair->low + pair->high - user;
      VisStoreChatRow     row = { .chat = pair->chat, .n = pair->n };
      VisStoreMessageRow  newest;

      if (pair->low != user && pair->high != user)
        continue;
      row.user = memory_get_user (self, other).row.user;
      row.standing = vis_store_pair_get_standing (pair, user);
      memory_get_member (tx, user, pair->chat, &row.mine);
      memory_get_member (tx, other, pair->chat, &row.theirs);
      if (row.n > row.mine.cleared && memory_get_message (tx, row.chat, row.n, &newest))
        row.ts = newest.ts;
      if (limit-- == 0 || !func (&row, data))
        return;
    }
}
