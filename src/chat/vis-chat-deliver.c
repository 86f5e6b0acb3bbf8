/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-private.h"

#include "vis-backoff.h"
#include "vis-chat-records.h"

/* Waits after a request that the server could not take. */
#define WAIT_MS     1000
#define WAIT_MAX_MS 60000

typedef struct
{
  GWeakRef       chat;
  guint          session;
  gint64         number;
  VisRequestKind kind;
  char          *conversation;
  char          *message;
  char          *text;
  VisMessage    *answer; /* while events from before it are missing */
} Delivery;

static void
delivery_free (Delivery *delivery)
{
  g_weak_ref_clear (&delivery->chat);
  g_free (delivery->conversation);
  g_free (delivery->message);
  g_free (delivery->text);
  g_clear_pointer (&delivery->answer, vis_message_unref);
  g_free (delivery);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Delivery, delivery_free)

static void
on_wait_over (gpointer data)
{
  VisChat *self = data;

  self->outbox_id = 0;
  vis_outbox_pause (self->outbox, FALSE);
  vis_chat_deliver (self);
}

static void
wait_a_while (VisChat *self)
{
  guint attempts = MAX (vis_outbox_get_attempts (self->outbox), 1);

  if (self->outbox_id != 0)
    return;

  vis_outbox_pause (self->outbox, TRUE);
  self->outbox_id = vis_clock_add_timeout (
    self->clock,
    vis_backoff_delay (attempts - 1, WAIT_MS, WAIT_MAX_MS, g_random_double ()),
    on_wait_over,
    self);
}

/* The server has the message. An answer that names another one is taken for what it must be. */
static void
confirm (VisChat *self, const Delivery *delivery, VisMessage *answer)
{
  VisMessage   *object = vis_message_get_object (answer, VIS_FIELD_MESSAGE);
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_RECEIVE, delivery->conversation);

  if (object != NULL)
    edit->message = vis_stored_message_from_wire (object, self->user, delivery->conversation);
  if (edit->message == NULL || !g_str_equal (edit->message->id, delivery->message) ||
      !edit->message->outgoing)
    {
      g_clear_pointer (&edit->message, vis_stored_message_free);
      edit->message = g_new0 (VisStoredMessage, 1);
      edit->message->id = g_strdup (delivery->message);
      edit->message->from = g_strdup (self->user);
      edit->message->text = g_strdup (delivery->text);
      edit->message->ts = vis_clock_wall (self->clock);
      edit->message->outgoing = TRUE;
    }
  /* Whatever the server says: these are the words that the person wrote. */
  if (!edit->message->deleted)
    {
      edit->message->kind = VIS_MESSAGE_TEXT;
      g_free (edit->message->text);
      edit->message->text = g_strdup (delivery->text);
    }
  if (vis_message_get_seq (answer) > 0)
    vis_chat_count_with (self, edit);
  vis_chat_apply (self, edit, NULL, NULL, NULL);
}

static void
forget (VisChat *self, const Delivery *delivery, gint64 seq)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_DONE, NULL);

  edit->number = delivery->number;
  if (seq > 0)
    vis_chat_count_with (self, edit);
  vis_chat_apply (self, edit, NULL, NULL, NULL);
}

static void
fail (VisChat *self, const Delivery *delivery)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_FAIL, delivery->conversation);

  edit->id = g_strdup (delivery->message);
  vis_chat_apply (self, edit, NULL, NULL, NULL);
}

static void
settle (VisChat *self, const Delivery *delivery, VisMessage *answer, VisOutboxVerdict verdict)
{
  gint64 seq = answer != NULL ? vis_message_get_seq (answer) : 0;

  if (!vis_outbox_settle (self->outbox, delivery->conversation, delivery->number, verdict))
    return;

  switch (verdict)
    {
    case VIS_OUTBOX_DONE:
      if (delivery->kind == VIS_REQUEST_SEND)
        confirm (self, delivery, answer);
      else
        forget (self, delivery, seq);
      break;
    case VIS_OUTBOX_REFUSED:
      if (delivery->kind == VIS_REQUEST_SEND)
        fail (self, delivery);
      else
        forget (self, delivery, 0);
      break;
    case VIS_OUTBOX_LATER:
      wait_a_while (self);
      break;
    case VIS_OUTBOX_AGAIN:
    default:
      break;
    }
}

static gboolean
overtakes (VisChat *self, VisMessage *answer)
{
  return vis_message_get_seq (answer) > vis_sync_get_since (self->sync);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Delivery)   delivery = data;
  g_autoptr (VisChat)    self = g_weak_ref_get (&delivery->chat);
  g_autoptr (GError)     error = NULL;
  g_autoptr (VisMessage) answer = vis_wire_request_finish (VIS_WIRE (source), result, &error);
  VisOutboxVerdict       verdict;

  if (self == NULL || self->store == NULL || delivery->session != self->session)
    return;

  verdict = vis_outbox_judge (error);
  if (answer != NULL)
    vis_chat_count (self, answer);
  if (verdict == VIS_OUTBOX_DONE && delivery->kind == VIS_REQUEST_SEND && overtakes (self, answer))
    {
      delivery->answer = g_steal_pointer (&answer);
      if (self->overtaking == NULL)
        self->overtaking = g_ptr_array_new_with_free_func ((GDestroyNotify) delivery_free);
      g_ptr_array_add (self->overtaking, g_steal_pointer (&delivery));
      return;
    }
  settle (self, delivery, answer, verdict);
  /* Without a new connection the same would come of it at once. */
  if (verdict != VIS_OUTBOX_AGAIN)
    vis_chat_deliver (self);
}

static void
deliver_one (VisChat *self, const VisStoredRequest *request)
{
  g_autoptr (VisMessage) message = vis_stored_request_to_wire (request);
  g_autoptr (Delivery)   delivery = g_new0 (Delivery, 1);

  g_weak_ref_init (&delivery->chat, self);
  delivery->session = self->session;
  delivery->number = request->number;
  delivery->kind = request->kind;
  delivery->conversation = g_strdup (request->chat);
  delivery->message = g_strdup (request->message);
  delivery->text = g_strdup (request->text);

  if (message != NULL)
    {
      vis_wire_request_async (
        self->wire, message, self->cancellable, on_answered, g_steal_pointer (&delivery));
      return;
    }

  /* What was to be sent is gone. */
  vis_outbox_settle (self->outbox, delivery->conversation, delivery->number, VIS_OUTBOX_REFUSED);
  forget (self, delivery, 0);
}

/**
 * vis_chat_deliver: (skip)
 * @self: the chat
 *
 * Sends what may go now.
 */
void
vis_chat_deliver (VisChat *self)
{
  const VisStoredRequest *request;

  while (self->online && (request = vis_outbox_next (self->outbox)) != NULL)
    deliver_one (self, request);
}

/**
 * vis_chat_settle_overtaking: (skip)
 * @self: the chat
 *
 * While the server tells what was missed, the answer to a message can come before events that are
 * older. It waits for them, so that everybody sees the same order.
 */
void
vis_chat_settle_overtaking (VisChat *self)
{
  gboolean settled = FALSE;

  while (self->overtaking != NULL && self->overtaking->len > 0)
    {
      g_autoptr (Delivery) delivery = NULL;

      if (overtakes (self, ((Delivery *) self->overtaking->pdata[0])->answer))
        break;
      delivery = g_ptr_array_steal_index (self->overtaking, 0);
      settle (self, delivery, delivery->answer, VIS_OUTBOX_DONE);
      settled = TRUE;
    }
  if (settled)
    vis_chat_deliver (self);
}

/* The connection is gone: what was on its way goes again with the next one. */
void
vis_chat_stop_deliver (VisChat *self)
{
  vis_clock_clear (self->clock, &self->outbox_id);
  vis_outbox_pause (self->outbox, FALSE);
  vis_outbox_lose (self->outbox);
  g_clear_pointer (&self->overtaking, g_ptr_array_unref);
}
