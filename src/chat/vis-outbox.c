/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-outbox.h"

/* The most requests without an answer: more would only wait in the server's queue. */
#define SENDING_MAX 8

/* The requests of one conversation that are sent one after the other: those about messages, or the
 * marks. */
typedef struct
{
  char    *key;
  GQueue   requests; /* of VisStoredRequest; if `sending`, the head has no answer yet */
  gboolean sending;
} Lane;

struct _VisOutbox
{
  GHashTable *lanes; /* key → Lane */
  GQueue      turns; /* the lanes, the next to be served first */
  guint       size;
  guint       sending;
  guint       attempts;
  gboolean    paused;
};

static void
lane_free (Lane *lane)
{
  g_queue_clear_full (&lane->requests, (GDestroyNotify) vis_stored_request_free);
  g_free (lane->key);
  g_free (lane);
}

static gboolean
is_mark (VisRequestKind kind)
{
  return kind == VIS_REQUEST_READ || kind == VIS_REQUEST_DELIVERED;
}

static char *
key_of (const char *chat, gboolean mark)
{
  return g_strconcat (mark ? "marks " : "messages ", chat, NULL);
}

static Lane *
find_lane (VisOutbox *self, const char *chat, gboolean mark)
{
  g_autofree char *key = key_of (chat, mark);

  return g_hash_table_lookup (self->lanes, key);
}

static Lane *
ensure_lane (VisOutbox *self, const VisStoredRequest *request)
{
  Lane *lane = find_lane (self, request->chat, is_mark (request->kind));

  if (lane == NULL)
    {
      lane = g_new0 (Lane, 1);
      lane->key = key_of (request->chat, is_mark (request->kind));
      g_queue_init (&lane->requests);
      g_hash_table_insert (self->lanes, lane->key, lane);
      g_queue_push_tail (&self->turns, lane);
    }

  return lane;
}

static void
drop_if_empty (VisOutbox *self, Lane *lane)
{
  if (!g_queue_is_empty (&lane->requests))
    return;

  g_queue_remove (&self->turns, lane);
  g_hash_table_remove (self->lanes, lane->key);
}

static void
remove_link (VisOutbox *self, Lane *lane, GList *link)
{
  vis_stored_request_free (link->data);
  g_queue_delete_link (&lane->requests, link);
  self->size--;
}

/* The first request that is not being sent. */
static GList *
first_waiting (Lane *lane)
{
  GList *link = lane->requests.head;

  return link != NULL && lane->sending ? link->next : link;
}

static VisStoredRequest *
copy_request (const VisStoredRequest *request)
{
  VisStoredRequest *copy = g_new (VisStoredRequest, 1);

  *copy = *request;
  copy->chat = g_strdup (request->chat);
  copy->message = g_strdup (request->message);
  copy->text = g_strdup (request->text);
  return copy;
}

/**
 * vis_outbox_new:
 *
 * Makes an empty outbox.
 *
 * Returns: (transfer full): a new outbox
 */
VisOutbox *
vis_outbox_new (void)
{
  VisOutbox *self = g_new0 (VisOutbox, 1);

  self->lanes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) lane_free);
  g_queue_init (&self->turns);
  return self;
}

void
vis_outbox_free (VisOutbox *self)
{
  g_queue_clear (&self->turns);
  g_hash_table_unref (self->lanes);
  g_free (self);
}

/**
 * vis_outbox_add:
 * @self: an outbox
 * @request: a request
 *
 * Appends a request to its lane. A mark replaces an older one that waits; a request that was added
 * before is ignored.
 */
void
vis_outbox_add (VisOutbox *self, const VisStoredRequest *request)
{
  Lane             *lane = ensure_lane (self, request);
  VisStoredRequest *last = g_queue_peek_tail (&lane->requests);

  /* Numbers count up, so this one was added before. */
  if (last != NULL && last->number >= request->number)
    return;

  if (is_mark (request->kind))
    for (GList *link = first_waiting (lane); link != NULL; link = link->next)
      if (((VisStoredRequest *) link->data)->kind == request->kind)
        {
          remove_link (self, lane, link);
          break;
        }

  g_queue_push_tail (&lane->requests, copy_request (request));
  self->size++;
}

/**
 * vis_outbox_next:
 * @self: an outbox
 *
 * Returns the next request that may be sent, and counts it as being sent from then on.
 *
 * Returns: (transfer none) (nullable): a request, which stays until it is settled
 */
const VisStoredRequest *
vis_outbox_next (VisOutbox *self)
{
  if (self->paused || self->sending >= SENDING_MAX)
    return NULL;

  for (GList *link = self->turns.head; link != NULL; link = link->next)
    {
      Lane *lane = link->data;

      if (lane->sending || g_queue_is_empty (&lane->requests))
        continue;

      lane->sending = TRUE;
      self->sending++;
      g_queue_unlink (&self->turns, link);
      g_queue_push_tail_link (&self->turns, link);
      return g_queue_peek_head (&lane->requests);
    }

  return NULL;
}

static Lane *
find_sending (VisOutbox *self, const char *chat, gint64 number, gboolean mark)
{
  Lane             *lane = find_lane (self, chat, mark);
  VisStoredRequest *request = lane != NULL ? g_queue_peek_head (&lane->requests) : NULL;

  return request != NULL && lane->sending && request->number == number ? lane : NULL;
}

/**
 * vis_outbox_settle:
 * @self: an outbox
 * @chat: the conversation of the request
 * @number: the request's number
 * @retry: what its answer means
 *
 * Ends the sending of a request.
 *
 * Returns: %FALSE if no such request is being sent: the answer is to be ignored
 */
gboolean
vis_outbox_settle (VisOutbox *self, const char *chat, gint64 number, VisRetry retry)
{
  Lane *lane = find_sending (self, chat, number, FALSE);

  if (lane == NULL)
    lane = find_sending (self, chat, number, TRUE);
  if (lane == NULL)
    return FALSE;

  lane->sending = FALSE;
  self->sending--;
  self->attempts = retry == VIS_RETRY_LATER ? self->attempts + 1 : 0;
  if (retry == VIS_RETRY_DONE || retry == VIS_RETRY_NEVER)
    {
      remove_link (self, lane, lane->requests.head);
      drop_if_empty (self, lane);
    }

  return TRUE;
}

/**
 * vis_outbox_withdraw:
 * @self: an outbox
 * @chat: a conversation
 * @message: the id of a message
 *
 * Removes a message that was not sent yet.
 *
 * Returns: %FALSE if it is being sent, or unknown
 */
gboolean
vis_outbox_withdraw (VisOutbox *self, const char *chat, const char *message)
{
  Lane *lane = find_lane (self, chat, FALSE);

  if (lane == NULL)
    return FALSE;

  for (GList *link = first_waiting (lane); link != NULL; link = link->next)
    {
      VisStoredRequest *request = link->data;

      if (request->kind == VIS_REQUEST_SEND && g_str_equal (request->message, message))
        {
          remove_link (self, lane, link);
          drop_if_empty (self, lane);
          return TRUE;
        }
    }

  return FALSE;
}

/**
 * vis_outbox_withdraw_chat:
 * @self: an outbox
 * @chat: a conversation
 *
 * Removes all waiting requests about messages of a conversation, apart from marks.
 */
void
vis_outbox_withdraw_chat (VisOutbox *self, const char *chat)
{
  Lane  *lane = find_lane (self, chat, FALSE);
  GList *next;

  if (lane == NULL)
    return;

  for (GList *link = first_waiting (lane); link != NULL; link = next)
    {
      VisRequestKind kind = ((VisStoredRequest *) link->data)->kind;

      next = link->next;
      if (kind != VIS_REQUEST_CLEAR)
        remove_link (self, lane, link);
    }
  drop_if_empty (self, lane);
}

/**
 * vis_outbox_confirm:
 * @self: an outbox
 * @chat: a conversation
 * @message: the id of a message
 *
 * An event has shown that the server has a message: it is not sent again. One that is being sent
 * stays until its answer comes.
 */
void
vis_outbox_confirm (VisOutbox *self, const char *chat, const char *message)
{
  vis_outbox_withdraw (self, chat, message);
}

/**
 * vis_outbox_pause:
 * @self: an outbox
 * @paused: whether nothing may be sent
 *
 * Stops and starts the sending.
 */
void
vis_outbox_pause (VisOutbox *self, gboolean paused)
{
  self->paused = paused;
}

/**
 * vis_outbox_lose:
 * @self: an outbox
 *
 * The connection is lost: all requests wait again.
 */
void
vis_outbox_lose (VisOutbox *self)
{
  for (GList *link = self->turns.head; link != NULL; link = link->next)
    ((Lane *) link->data)->sending = FALSE;
  self->sending = 0;
  self->attempts = 0;
}

guint
vis_outbox_get_size (VisOutbox *self)
{
  return self->size;
}

guint
vis_outbox_get_sending (VisOutbox *self)
{
  return self->sending;
}

/* How often in a row the server was busy. */
guint
vis_outbox_get_attempts (VisOutbox *self)
{
  return self->attempts;
}
