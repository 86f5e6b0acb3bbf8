/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "memory-private.h"

#include <string.h>

typedef struct
{
  VisStorePlace place;
  gint64        ts;
  const char   *event;
  gint64        chat;
  gint64        n;
} Event;

VisStorePlace
memory_add_event (
  VisStoreTx *tx, const VisStoreUser *row, gint64 ts, const char *text, gint64 chat, gint64 n)
{
  MemoryRows *self = (MemoryRows *) tx;
  MemoryUser  user = memory_get_user (self, row->id);
  const Event event = {
    .place = { ++user.row.seq, g_random_int () },
    .ts = ts,
    .event = g_intern_string (text),
    .chat = chat,
    .n = n,
  };

  memory_put_user (self, &user);
  MEMORY_PUT (self, memory_key ("event", row->id, event.place.seq), &event);
  return event.place;
}

void
memory_list_events (VisStoreTx         *tx,
                    const VisStoreUser *user,
                    gint64              after,
                    guint               limit,
                    VisStoreLogFunc     func,
                    gpointer            data)
{
  MemoryRows *self = (MemoryRows *) tx;

  for (gint64 seq = after + 1; seq <= user->seq && limit > 0; seq++, limit--)
    {
      const Event       *event = memory_get (self, memory_key ("event", user->id, seq));
      VisStoreMessageRow message = { 0 };
      VisStoreLogRow row = { .place = event->place, .event = event->event, .message = &message };

      if (event->event == NULL && memory_get_message (tx, event->chat, event->n, &message))
        {
          const VisStorePair *pair = memory_pair_of_chat (self, event->chat);

          row.other = memory_get_user (self, pair->low + pair->high - user->id).row.user;
        }
      if (!func (&row, data))
        return;
    }
}

gint64
memory_get_mark (VisStoreTx *tx, const VisStoreUser *user, gint64 seq)
{
  const Event *event = memory_get ((MemoryRows *) tx, memory_key ("event", user->id, seq));

  if (event != NULL)
    return event->place.mark;
  return seq == user->kept ? memory_get_user ((MemoryRows *) tx, user->id).kept_mark : -1;
}

gint64
memory_find_event_since (VisStoreTx *tx, gint64 id, gint64 ts)
{
  MemoryRows      *self = (MemoryRows *) tx;
  const MemoryUser user = memory_get_user (self, id);

  for (gint64 seq = user.row.kept + 1; seq <= user.row.seq; seq++)
    if (((const Event *) memory_get (self, memory_key ("event", id, seq)))->ts >= ts)
      return seq;
  return 0;
}

void
memory_drop_events (VisStoreTx *tx, gint64 id, gint64 seq)
{
  MemoryRows *self = (MemoryRows *) tx;
  MemoryUser  user = memory_get_user (self, id);

  if (seq <= user.row.kept)
    return;
  user.kept_mark = memory_get_mark (tx, &user.row, seq);
  while (user.row.kept < seq)
    memory_set (self, memory_key ("event", id, ++user.row.kept), NULL);
  memory_put_user (self, &user);
}

/* Calls */

gboolean
memory_save_call (VisStoreTx *tx, const VisStoreCall *call, gint64 ended)
{
  MemoryRows         *self = (MemoryRows *) tx;
  const VisStoreCall *before = memory_get (self, memory_text_key ("call", call->call));
  VisStoreCall        row = before != NULL ? *before : *call;

  if (row.ended != 0 || strcmp (row.node, call->node) != 0)
    return FALSE;
  row.call = (char *) g_intern_string (call->call);
  row.node = (char *) g_intern_string (call->node);
  row.caller_device_id = (char *) g_intern_string (row.caller_device_id);
  row.caller_name = row.callee_name = row.outcome = NULL;
  row.callee_device = call->callee_device;
  row.callee_device_id = (char *) g_intern_string (call->callee_device_id);
  row.answered = call->answered;
  row.ended = ended;
  MEMORY_PUT (self, memory_text_key ("call", call->call), &row);
  return TRUE;
}

static int
compare_ends (gconstpointer a, gconstpointer b)
{
  const VisStoreCall *left = a;
  const VisStoreCall *right = b;

  return (left->ended > right->ended) - (left->ended < right->ended);
}

void
memory_list_calls (VisStoreTx *tx, const char *of, VisStoreCallFunc func, gpointer data)
{
  MemoryRows        *self = (MemoryRows *) tx;
  g_autoptr (GArray) calls = g_array_new (FALSE, FALSE, sizeof (VisStoreCall));

  for (GTreeNode *node = memory_first (self, "call "); memory_is (node, "call");
       node = g_tree_node_next (node))
    {
      VisStoreCall call = *(const VisStoreCall *) memory_row_of (node);

      if (strcmp (call.node, of) != 0)
        continue;
      call.caller_name = (char *) memory_get_user (self, call.caller).row.user;
      call.callee_name = (char *) memory_get_user (self, call.callee).row.user;
      call.mutual = vis_store_pair_get_standing (memory_find_pair (self, call.caller, call.callee),
                                                 call.caller) == VIS_STANDING_MUTUAL;
      g_array_append_val (calls, call);
    }
  g_array_sort (calls, compare_ends);
  for (guint i = 0; i < calls->len; i++)
    if (!func (&g_array_index (calls, VisStoreCall, i), data))
      return;
}

void
memory_forget_calls (VisStoreTx *tx, gint64 ended)
{
  MemoryRows           *self = (MemoryRows *) tx;
  g_autoptr (GPtrArray) over = g_ptr_array_new ();

  for (GTreeNode *node = memory_first (self, "call "); memory_is (node, "call");
       node = g_tree_node_next (node))
    {
      const VisStoreCall *call = memory_row_of (node);

      if (call->ended != 0 && call->ended < ended)
        g_ptr_array_add (over, call->call);
    }
  for (guint i = 0; i < over->len; i++)
    memory_set (self, memory_text_key ("call", g_ptr_array_index (over, i)), NULL);
}
