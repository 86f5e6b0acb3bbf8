/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "vis-rules-private.h"
#include "vis-server-limits.h"

/* The log of durable events of each user: ordered by seq, without gaps. */

/* Users trimmed in one transaction. */
#define TRIM_USERS 200

/* Appends an event to the log of a user, encoded, and to the events of @op. Takes ownership of
 * @event. */
void
vis_rules_log_event (VisStoreTx         *tx,
                     VisServerStoreOp   *op,
                     const VisStoreUser *user,
                     VisMessage         *event)
{
  g_autofree char *text = vis_codec_encode (event, NULL);
  VisStorePlace    place = tx->rows->add_event (tx, user, op->now, text, 0, 0);

  vis_server_store_op_add_event (op, user->id, &place, 0, event);
}

/* A page of events of a user. */
typedef struct
{
  VisServerStoreOp   *op;
  const VisStoreUser *me;
  gint64              after; /* seq of the last event of the page */
  guint               n;
  gsize               bytes;
} Page;

static gboolean
is_full (const Page *self)
{
  return self->n >= self->op->limit || self->after >= self->me->seq ||
         self->bytes > VIS_SERVER_PAGE_BYTES;
}

static void
add_text (Page *self, const VisStorePlace *place, const char *text)
{
  vis_server_store_op_add_text (self->op, self->me->id, place, g_strdup (text));
  self->after = place->seq;
  self->n++;
}

static void
add_message (Page *self, const VisStoreLogRow *row)
{
  g_autoptr (VisMessage) message = vis_rules_message (row->message, self->me, row->other);
  VisMessage            *event = vis_message_new (VIS_KIND_CHAT_MESSAGE);

  vis_message_set_string (event, VIS_FIELD_CHAT, row->other);
  vis_message_set_object (event, VIS_FIELD_MESSAGE, message);
  self->bytes += vis_rules_weigh (message);
  vis_server_store_op_add_event (self->op, self->me->id, &row->place, 0, event);
  self->after = row->place.seq;
  self->n++;
}

static gboolean
add_row (const VisStoreLogRow *row, gpointer data)
{
  Page *self = data;

  if (row->event != NULL)
    {
      add_text (self, &row->place, row->event);
      self->bytes += strlen (row->event);
    }
  else
    add_message (self, row);
  return !is_full (self);
}

/* Reads a page of events behind `after`: at most `limit`, and about VIS_SERVER_PAGE_BYTES. An event
 * that can't be read from the disk is replaced by an `unreadable` with its seq, so that the client
 * gets the ones behind it. */
void
vis_rules_events (VisStoreTx *tx, VisServerStoreOp *op)
{
  const VisStoreUser *me = vis_store_tx_find_user (tx, op->user);
  Page                page = { .op = op, .me = me };

  if (me == NULL)
    {
      vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_UNAUTHORIZED, "there is no such user");
      return;
    }

  op->seq = me->seq;
  op->kept = me->kept;
  page.after = MAX (op->after, me->kept);
  while (!is_full (&page))
    {
      tx->rows->list_events (tx, me, page.after, op->limit - page.n, add_row, &page);
      if (!vis_store_tx_pardon (tx))
        break;
      add_text (&page, &(const VisStorePlace){ page.after + 1, -1 }, "{\"type\":\"unreadable\"}");
    }
}

static gboolean
append_user (const VisStoreUser *row, gpointer data)
{
  g_array_append_vals (data, row, 1);
  return TRUE;
}

/* Trims the oldest events, whatever jumps of the clock their times have, so that the log has no
 * gaps. The newest event always stays. */
static void
trim_user (VisStoreTx *tx, VisServerStoreOp *op, const VisStoreUser *user)
{
  gint64 first = tx->rows->find_event_since (tx, user->id, op->now - VIS_SERVER_KEEP_MS);

  if (first == 0 || first > user->seq)
    first = user->seq;
  tx->rows->drop_events (tx, user->id, MAX (first - 1, user->seq - op->limit));
}

/* One step of trimming: the next users behind `after`. Sets `seq` to the last user of this step, 0
 * at the end. */
void
vis_rules_trim (VisStoreTx *tx, VisServerStoreOp *op)
{
  g_autoptr (GArray) users = g_array_new (FALSE, FALSE, sizeof (VisStoreUser));

  if (op->after == 0)
    tx->rows->forget_calls (tx, op->now - VIS_LIMIT_ENDED_CALLS_MS);
  op->seq = 0;
  tx->rows->list_users (tx, op->after, TRIM_USERS, append_user, users);
  for (guint i = 0; i < users->len; i++)
    {
      const VisStoreUser *user = &g_array_index (users, VisStoreUser, i);

      op->seq = user->id;
      if (user->seq > 0)
        trim_user (tx, op, user);
    }
}
