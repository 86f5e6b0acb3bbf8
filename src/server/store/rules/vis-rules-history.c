/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "vis-rules-private.h"
#include "vis-server-limits.h"

/* `chat:history` and `chat:list`. */

/* A page of a history, newest first. */
typedef struct
{
  const VisStoreUser *me;
  const VisStoreUser *other;
  GPtrArray          *messages;
  guint               limit;
  gsize               bytes;
  guint               hidden; /* messages deleted "for me" left to scan; the page ends at 0 */
  gboolean            more;
} Page;

/* A message of a page. After VIS_SERVER_HIDDEN messages deleted "for me" it is the last of these,
 * without its content: the next page continues from its id. */
static VisMessage *
page_message (const Page *self, const VisStoreMessageRow *row)
{
  VisMessage *message = vis_rules_message (row, self->me, self->other->user);

  if (self->hidden > 0)
    return message;
  vis_message_clear (message, VIS_FIELD_TEXT);
  vis_message_clear (message, VIS_FIELD_CALL_INFO);
  vis_message_clear (message, VIS_FIELD_REPLY_TO);
  vis_message_set_boolean (message, VIS_FIELD_DELETED, TRUE);
  return message;
}

static gboolean
add_to_page (const VisStoreMessageRow *row, gpointer data)
{
  Page       *self = data;
  VisMessage *message;

  if (row->hidden && --self->hidden > 0)
    return TRUE;
  self->more =
    self->messages->len == self->limit || self->bytes > VIS_SERVER_PAGE_BYTES || self->hidden == 0;
  if (self->more && self->messages->len > 0)
    return FALSE;
  message = page_message (self, row);
  g_ptr_array_add (self->messages, message);
  self->bytes += vis_rules_weigh (message);
  return !self->more;
}

void
vis_rules_chat_history (VisStoreTx *tx, VisServerStoreOp *op)
{
  g_autoptr (GPtrArray) messages = vis_message_array_new ();
  Page                  page = {
                     .messages = messages,
                     .limit = (guint) vis_message_get_integer (op->request, VIS_FIELD_LIMIT),
                     .hidden = VIS_SERVER_HIDDEN,
  };
  const VisStorePair *pair = vis_rules_find_chat (tx, op, &page.me, &page.other);
  const char         *before_id = vis_message_get_string (op->request, VIS_FIELD_BEFORE);
  VisStoreMessageRow  before = { 0 }; /* from the newest */
  VisStoreMember      me;

  if (pair == NULL ||
      (before_id != NULL && !vis_rules_find_message (tx, op, pair, before_id, &before)))
    return;

  tx->rows->get_member (tx, page.me->id, pair->chat, &me);
  tx->rows->list_messages (tx, pair->chat, before.n, me.cleared, page.me->id, add_to_page, &page);
  vis_message_set_array (vis_server_store_op_answer (op), VIS_FIELD_MESSAGES, messages);
  vis_message_set_boolean (vis_server_store_op_answer (op), VIS_FIELD_MORE, page.more);
}

/* Search for the newest message of a chat that was not deleted "for me". */
typedef struct
{
  const VisStoreUser *me;
  const char         *other;
  VisMessage         *message;
  guint               hidden; /* as in Page */
} Last;

static gboolean
take_last (const VisStoreMessageRow *row, gpointer data)
{
  Last *self = data;

  if (row->hidden)
    return --self->hidden > 0;
  self->message = vis_rules_message (row, self->me, self->other);
  return FALSE;
}

static void
chat_row_clear (gpointer data)
{
  g_free ((gpointer) ((VisStoreChatRow *) data)->user);
}

static gboolean
append_chat (const VisStoreChatRow *row, gpointer data)
{
  VisStoreChatRow copy = *row;

  copy.user = g_strdup (row->user);
  g_array_append_val ((GArray *) data, copy);
  return TRUE;
}

/* Sets a field to the id of message @n of a chat; not if it has none or can't be read. */
static void
set_position (VisStoreTx *tx, VisMessage *object, VisField field, gint64 chat, gint64 n)
{
  VisStoreMessageRow row;

  if (n != 0 && tx->rows->get_message (tx, chat, n, &row) && row.id[0] != '\0')
    vis_message_set_string (object, field, row.id);
}

/* Counts unread messages among the newest VIS_SERVER_UNREAD; adds the cost of that to @bytes. */
static gint64
count_unread (VisStoreTx *tx, const VisStoreUser *me, const VisStoreChatRow *row, gsize *bytes)
{
  gint64 from = MAX (row->mine.read, row->mine.cleared);

  if (row->n <= from)
    return 0;
  *bytes += VIS_SERVER_SCAN_BYTES * (gsize) MIN (row->n - from, VIS_SERVER_UNREAD);
  return tx->rows->count_unread (tx, row->chat, from, me->id, VIS_SERVER_UNREAD);
}

static VisMessage *
bare_chat_object (const VisStoreChatRow *row)
{
  VisMessage *object = vis_message_new (VIS_KIND_OBJECT_CHAT);

  vis_message_set_string (object, VIS_FIELD_CHAT, row->user);
  return object;
}

/* A chat of the list; adds its size and the cost of its scans to @bytes. A chat that can't be read
 * from the disk has its name alone, so that the others are still listed. */
static VisMessage *
chat_object (VisStoreTx *tx, const VisStoreUser *me, const VisStoreChatRow *row, gsize *bytes)
{
  VisMessage *object = bare_chat_object (row);
  Last        last = { .me = me, .other = row->user, .hidden = VIS_SERVER_HIDDEN };

  tx->rows->list_messages (tx, row->chat, 0, row->mine.cleared, me->id, take_last, &last);
  if (last.message != NULL)
    {
      vis_message_set_object (object, VIS_FIELD_LAST, last.message);
      *bytes += vis_rules_weigh (last.message);
      vis_message_unref (last.message);
    }
  *bytes += 250 + VIS_SERVER_SCAN_BYTES * (VIS_SERVER_HIDDEN - last.hidden);

  vis_message_set_integer (object, VIS_FIELD_UNREAD, count_unread (tx, me, row, bytes));
  if (row->standing == VIS_STANDING_MUTUAL)
    {
      set_position (tx, object, VIS_FIELD_READ, row->chat, row->theirs.read);
      set_position (
        tx, object, VIS_FIELD_DELIVERED, row->chat, MAX (row->theirs.read, row->theirs.delivered));
    }
  if (!vis_store_tx_pardon (tx))
    return object;
  vis_message_unref (object);
  return bare_chat_object (row);
}

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  const VisStoreChatRow *left = a;
  const VisStoreChatRow *right = b;

  if (left->ts != right->ts)
    return left->ts > right->ts ? -1 : 1;
  return left->chat < right->chat ? -1 : left->chat > right->chat;
}

/* One page of the sorted list, behind `after`: limited by the size of the answer and by the cost of
 * its scans, which delay the other operations of the store. */
void
vis_rules_chat_list (VisStoreTx *tx, VisServerStoreOp *op)
{
  const VisStoreUser   *me = vis_store_tx_find_user (tx, op->user);
  const char           *after = vis_message_get_string (op->request, VIS_FIELD_AFTER);
  g_autoptr (GPtrArray) chats = vis_message_array_new ();
  g_autoptr (GArray)    rows = g_array_new (FALSE, FALSE, sizeof (VisStoreChatRow));
  gsize                 bytes = 0;
  guint                 i = 0;

  if (me == NULL)
    return;
  g_array_set_clear_func (rows, chat_row_clear);
  tx->rows->list_chats (tx, me->id, VIS_LIMIT_CHATS, append_chat, rows);
  /* An incomplete list is an error, which vis_store_tx_pardon() below must not clear. */
  if (tx->failed)
    return;
  g_array_sort (rows, compare_newest);
  while (after != NULL && i < rows->len &&
         strcmp (g_array_index (rows, VisStoreChatRow, i).user, after) != 0)
    i++;
  for (i += after != NULL; i < rows->len && bytes <= VIS_SERVER_PAGE_BYTES; i++)
    g_ptr_array_add (chats,
                     chat_object (tx, me, &g_array_index (rows, VisStoreChatRow, i), &bytes));
  vis_message_set_array (vis_server_store_op_answer (op), VIS_FIELD_CHATS, chats);
  vis_message_set_seq (vis_server_store_op_answer (op), me->seq);
  if (i < rows->len)
    vis_message_set_boolean (vis_server_store_op_answer (op), VIS_FIELD_MORE, TRUE);
}
