/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-writer.h"

#include "vis-publish.h"
#include "vis-server-limits.h"

struct _VisCallWriter
{
  VisBus         *bus;
  VisServerStore *store;
  VisCallEnded    ended;
  gpointer        data;
  GHashTable     *entries; /* call → Entry: calls with queued output or a refused write */
  GQueue          refused; /* of Entry, in the order of the retries */
  guint           n_again; /* how many of them the next retry writes */
};

/* A call with a write that is pending or was refused. */
typedef struct
{
  VisCallWriter *writer;
  char          *call;
  GQueue         items;
  guint          n_writes; /* number of pending writes */
  VisStoreCall  *refused;  /* the last write if the store refused it, else NULL */
  VisStoreVerb   verb;     /* the verb of the refused write */
} Entry;

typedef enum
{
  ITEM_WRITE, /* a pending write: later items wait for its commit */
  ITEM_EVENT,
  ITEM_ANSWER,
} ItemKind;

typedef struct
{
  ItemKind         kind;
  Entry           *entry;   /* WRITE: its call */
  VisStoreVerb     verb;    /* WRITE */
  gboolean         done;    /* WRITE: committed or refused */
  VisStoreCall    *refused; /* WRITE: the record if the store refused it, else NULL */
  gint64           user;    /* EVENT: the recipient */
  gint64           device;  /* EVENT: the device of the recipient */
  VisMessage      *message; /* EVENT */
  VisPeer         *peer;    /* ANSWER: the sender of the request */
  VisMessage      *request; /* ANSWER */
  VisProtocolError error;   /* ANSWER, `VIS_N_PROTOCOL_ERRORS` for `ok` */
  int              ringing; /* ANSWER, -1 for none */
} Item;

static Item *
item_new (ItemKind kind)
{
  Item *item = g_new0 (Item, 1);

  item->kind = kind;
  return item;
}

static void
item_free (gpointer data)
{
  Item *item = data;

  if (item->peer != NULL)
    vis_peer_end (item->peer, item->request);
  g_clear_pointer (&item->message, vis_message_unref);
  g_clear_pointer (&item->request, vis_message_unref);
  vis_store_call_free (item->refused);
  g_free (item);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_queue_clear_full (&entry->items, item_free);
  vis_store_call_free (entry->refused);
  g_free (entry->call);
  g_free (entry);
}

VisCallWriter *
vis_call_writer_new (VisBus *bus, VisServerStore *store, VisCallEnded ended, gpointer data)
{
  VisCallWriter *self = g_new0 (VisCallWriter, 1);

  self->bus = g_object_ref (bus);
  self->store = g_object_ref (store);
  self->ended = ended;
  self->data = data;
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  self->n_again = 1;
  return self;
}

/* Only after the store is closed: until then the callbacks of pending writes may run. */
void
vis_call_writer_free (VisCallWriter *self)
{
  g_queue_clear (&self->refused);
  g_hash_table_unref (self->entries);
  g_object_unref (self->bus);
  g_object_unref (self->store);
  g_free (self);
}

static Entry *
get_entry (VisCallWriter *self, const char *call)
{
  Entry *entry = g_hash_table_lookup (self->entries, call);

  if (entry != NULL)
    return entry;
  entry = g_new0 (Entry, 1);
  entry->writer = self;
  entry->call = g_strdup (call);
  g_hash_table_insert (self->entries, entry->call, entry);
  return entry;
}

/* Message and retry_after_ms of the errors that the router or the writer answers. */
static const struct
{
  const char *text;
  guint       retry_ms;
} refusals[VIS_N_PROTOCOL_ERRORS] = {
  [VIS_PROTOCOL_ERROR_CONFLICT] = { "this call was answered elsewhere, or its id was used before" },
  [VIS_PROTOCOL_ERROR_FORBIDDEN] = { "this is for the other end of the call to say" },
  [VIS_PROTOCOL_ERROR_NOT_FOUND] = { "this device has no part in a call of this id" },
  [VIS_PROTOCOL_ERROR_RATE_LIMITED] = { "this device has too many calls at once", 1000 },
  [VIS_PROTOCOL_ERROR_UNAVAILABLE] = { "the end of the call can’t be recorded now; say it again",
                                       1000 },
};

static void
answer (VisPeer *peer, VisMessage *request, VisProtocolError error, int ringing)
{
  g_autoptr (VisMessage) ok = NULL;

  if (error != VIS_N_PROTOCOL_ERRORS)
    {
      vis_peer_answer_error (peer,
                             vis_message_get_request (request),
                             error,
                             refusals[error].text,
                             refusals[error].retry_ms);
      return;
    }
  ok = vis_message_new (VIS_KIND_OK);
  vis_message_set_request (ok, vis_message_get_request (request));
  if (ringing >= 0)
    vis_message_set_integer (ok, VIS_FIELD_RINGING, ringing);
  vis_peer_send (peer, ok);
}

static void on_written (VisServerStoreOp *op, gpointer data);

static void
write_call (Entry *entry, VisStoreVerb verb, const VisStoreCall *call)
{
  Item             *item = item_new (ITEM_WRITE);
  VisServerStoreOp *op = vis_server_store_op_new (verb, on_written, item);

  item->entry = entry;
  item->verb = verb;
  /* The store keeps the order of operations of one user: the caller, for all writes of a call. */
  op->user = call->caller;
  op->call = vis_store_call_copy (call);
  entry->n_writes++;
  g_queue_push_tail (&entry->items, item);
  vis_server_store_submit (entry->writer->store, op);
}

static gboolean
is_unrecorded (const Entry *entry)
{
  return entry->refused != NULL && entry->verb == VIS_STORE_CALL_FINISH;
}

/* Keeps a refused write for a retry, unless a newer write of the same call is pending. */
static void
keep_refused (Entry *entry, Item *item)
{
  VisCallWriter *self = entry->writer;

  self->n_again = 1;
  if (entry->n_writes > 0)
    return;
  if (entry->refused == NULL)
    {
      if (self->refused.length >= VIS_SERVER_UNRECORDED_CALLS)
        {
          g_message ("The disk has refused too much: the call %s is not recorded", entry->call);
          return;
        }
      g_queue_push_tail (&self->refused, entry);
    }
  vis_store_call_free (entry->refused);
  entry->refused = g_steal_pointer (&item->refused);
  entry->verb = item->verb;
}

static void
forget_refused (Entry *entry)
{
  VisCallWriter *self = entry->writer;

  self->n_again = VIS_SERVER_REWRITTEN_CALLS;
  if (entry->refused == NULL)
    return;
  g_queue_remove (&self->refused, entry);
  g_clear_pointer (&entry->refused, vis_store_call_free);
}

/* Sends the queued output up to the next pending write. `call:end` is answered `ok` only if the
 * record was committed. */
static void
release (Entry *entry, gboolean unrecorded)
{
  Item *item;

  while ((item = g_queue_peek_head (&entry->items)) != NULL && item->kind != ITEM_WRITE)
    {
      g_queue_pop_head (&entry->items);
      if (item->kind == ITEM_EVENT)
        vis_publish_call (entry->writer->bus, item->user, item->device, item->message);
      else if (unrecorded && item->error == VIS_N_PROTOCOL_ERRORS &&
               vis_message_get_kind (item->request) == VIS_KIND_CALL_END)
        answer (item->peer, item->request, VIS_PROTOCOL_ERROR_UNAVAILABLE, -1);
      else
        answer (item->peer, item->request, item->error, item->ringing);
      item_free (item);
    }
}

/* Removes the first item, a write that is done, and sends the output behind it. */
static void
settle (Entry *entry)
{
  Item    *item = g_queue_pop_head (&entry->items);
  gboolean refused = item->refused != NULL;
  gboolean unrecorded = refused && item->verb == VIS_STORE_CALL_FINISH;

  entry->n_writes--;
  if (refused)
    keep_refused (entry, item);
  else
    forget_refused (entry);
  item_free (item);
  release (entry, unrecorded);
}

/* For a call that does not begin, since one of its id has ended: drops queued frames, and answers
 * queued requests other than `call:end` with conflict. */
static void
drop_waiting (Entry *entry)
{
  for (GList *l = entry->items.head, *next; l != NULL; l = next)
    {
      Item *item = l->data;

      next = l->next;
      if (item->kind == ITEM_EVENT)
        {
          item_free (item);
          g_queue_delete_link (&entry->items, l);
        }
      else if (item->kind == ITEM_ANSWER && item->error == VIS_N_PROTOCOL_ERRORS &&
               vis_message_get_kind (item->request) != VIS_KIND_CALL_END)
        item->error = VIS_PROTOCOL_ERROR_CONFLICT;
    }
}

static void
on_written (VisServerStoreOp *op, gpointer data)
{
  Item          *item = data;
  Entry         *entry = item->entry;
  VisCallWriter *self = entry->writer;
  gboolean ended = g_error_matches (op->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_CONFLICT);

  item->done = TRUE;
  if (ended)
    drop_waiting (entry);
  else if (op->error != NULL)
    item->refused = g_steal_pointer (&op->call);
  /* Writes may finish out of order: a full store refuses at once, before earlier ones are done. */
  while ((item = g_queue_peek_head (&entry->items)) != NULL && item->done)
    settle (entry);
  if (op->error == NULL)
    vis_publish_events (self->bus, op);
  if (entry->items.length == 0 && entry->refused == NULL)
    g_hash_table_remove (self->entries, entry->call);
  if (ended)
    self->ended (op->call->call, self->data);
}

static void
apply_answer (VisCallWriter            *self,
              const VisCallRouteResult *result,
              VisPeer                  *peer,
              VisMessage               *request)
{
  Entry *entry =
    g_hash_table_lookup (self->entries, vis_message_get_string (request, VIS_FIELD_CALL));
  Item *item;

  /* A repeated `call:end` retries the refused record at once. */
  if (entry != NULL && is_unrecorded (entry) && entry->n_writes == 0 &&
      vis_message_get_kind (request) == VIS_KIND_CALL_END)
    write_call (entry, entry->verb, entry->refused);
  if (entry == NULL || entry->items.length == 0)
    {
      answer (peer, request, result->error, result->ringing);
      return;
    }
  item = item_new (ITEM_ANSWER);
  item->peer = peer;
  item->request = vis_message_ref (request);
  item->error = result->error;
  item->ringing = result->ringing;
  vis_peer_begin (peer, request);
  g_queue_push_tail (&entry->items, item);
}

static void
apply_delivery (VisCallWriter *self, const VisCallRouteDelivery *delivery)
{
  Entry *entry =
    g_hash_table_lookup (self->entries, vis_message_get_string (delivery->message, VIS_FIELD_CALL));
  Item *item;

  if (entry == NULL || entry->items.length == 0)
    {
      vis_publish_call (self->bus, delivery->user, delivery->device, delivery->message);
      return;
    }
  item = item_new (ITEM_EVENT);
  item->user = delivery->user;
  item->device = delivery->device;
  item->message = vis_message_ref (delivery->message);
  g_queue_push_tail (&entry->items, item);
}

static void
apply_writes (VisCallWriter *self, GPtrArray *calls, VisStoreVerb verb)
{
  for (guint i = 0; i < calls->len; i++)
    {
      const VisStoreCall *call = g_ptr_array_index (calls, i);

      write_call (get_entry (self, call->call), verb, call);
    }
}

/**
 * vis_call_writer_apply:
 * @self: a writer
 * @result: a result of the router
 * @peer: (nullable): the sender of @request
 * @request: (nullable): the frame to answer
 *
 * Submits the writes of @result; answers @request and delivers frames, behind the pending writes of
 * the same call.
 */
void
vis_call_writer_apply (VisCallWriter            *self,
                       const VisCallRouteResult *result,
                       VisPeer                  *peer,
                       VisMessage               *request)
{
  apply_writes (self, result->saves, VIS_STORE_CALL_SAVE);
  apply_writes (self, result->finishes, VIS_STORE_CALL_FINISH);
  if (request != NULL)
    apply_answer (self, result, peer, request);
  for (guint i = 0; i < result->deliveries->len; i++)
    apply_delivery (self, &g_array_index (result->deliveries, VisCallRouteDelivery, i));
}

/**
 * vis_call_writer_write_again:
 * @self: a writer
 *
 * Retries refused writes: one of them, and %VIS_SERVER_REWRITTEN_CALLS after a success. To be
 * called every second unless the writer is idle.
 */
void
vis_call_writer_write_again (VisCallWriter *self)
{
  for (guint n = MIN (self->n_again, self->refused.length); n > 0; n--)
    {
      Entry *entry = g_queue_pop_head (&self->refused);

      g_queue_push_tail (&self->refused, entry);
      if (entry->n_writes == 0)
        write_call (entry, entry->verb, entry->refused);
    }
}

/**
 * vis_call_writer_is_idle:
 * @self: a writer
 *
 * Returns: whether there is no refused write to retry
 */
gboolean
vis_call_writer_is_idle (VisCallWriter *self)
{
  return self->refused.length == 0;
}
