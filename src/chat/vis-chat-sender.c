/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-sender.h"

#include "vis-backoff.h"
#include "vis-chat-records.h"
#include "vis-outbox.h"

/* Back-off after the server was busy. */
#define WAIT_MS     1000
#define WAIT_MAX_MS 60000

struct _VisChatSender
{
  GObject         parent_instance;

  char           *user;
  VisChatJournal *journal;
  VisChatTurns   *turns;
  VisWire        *wire;
  VisClock       *clock;
  GCancellable   *cancellable;

  VisOutbox      *outbox;
  guint           pause_id;
  guint           session; /* counts connections: answers of earlier ones are ignored */
  gboolean        online;
};

G_DEFINE_FINAL_TYPE (VisChatSender, vis_chat_sender, G_TYPE_OBJECT)

typedef struct
{
  GWeakRef       sender;
  guint          session;
  gint64         number;
  VisRequestKind kind;
  char          *conversation;
  char          *message;
  char          *text;
  VisMessage    *answer;
} Delivery;

static void
delivery_free (Delivery *delivery)
{
  g_weak_ref_clear (&delivery->sender);
  g_free (delivery->conversation);
  g_free (delivery->message);
  g_free (delivery->text);
  g_clear_pointer (&delivery->answer, vis_message_unref);
  g_free (delivery);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Delivery, delivery_free)

static void
vis_chat_sender_dispose (GObject *object)
{
  VisChatSender *self = VIS_CHAT_SENDER (object);

  g_cancellable_cancel (self->cancellable);
  if (self->clock != NULL)
    vis_chat_sender_stop (self);
  g_clear_object (&self->journal);
  g_clear_object (&self->turns);
  g_clear_object (&self->wire);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (vis_chat_sender_parent_class)->dispose (object);
}

static void
vis_chat_sender_finalize (GObject *object)
{
  VisChatSender *self = VIS_CHAT_SENDER (object);

  g_object_unref (self->cancellable);
  vis_outbox_free (self->outbox);
  g_free (self->user);

  G_OBJECT_CLASS (vis_chat_sender_parent_class)->finalize (object);
}

static void
vis_chat_sender_class_init (VisChatSenderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vis_chat_sender_dispose;
  object_class->finalize = vis_chat_sender_finalize;
}

static void
vis_chat_sender_init (VisChatSender *self)
{
  self->cancellable = g_cancellable_new ();
  self->outbox = vis_outbox_new ();
}

/**
 * vis_chat_sender_new: (skip)
 * @user: the user name of this person
 * @journal: stores the results of requests
 * @turns: the order of events
 * @wire: the connection to the server
 * @clock: what tells the time
 *
 * Returns: (transfer full): a sender without requests, offline
 */
VisChatSender *
vis_chat_sender_new (
  const char *user, VisChatJournal *journal, VisChatTurns *turns, VisWire *wire, VisClock *clock)
{
  VisChatSender *self = g_object_new (VIS_TYPE_CHAT_SENDER, NULL);

  self->user = g_strdup (user);
  self->journal = g_object_ref (journal);
  self->turns = g_object_ref (turns);
  self->wire = g_object_ref (wire);
  self->clock = g_object_ref (clock);
  return self;
}

static void
on_wait_over (gpointer data)
{
  VisChatSender *self = data;

  self->pause_id = 0;
  vis_outbox_pause (self->outbox, FALSE);
  vis_chat_sender_deliver (self);
}

static void
wait_a_while (VisChatSender *self)
{
  guint attempts = MAX (vis_outbox_get_attempts (self->outbox), 1);

  if (self->pause_id != 0)
    return;

  vis_outbox_pause (self->outbox, TRUE);
  self->pause_id = vis_clock_add_timeout (
    self->clock,
    vis_backoff_delay (attempts - 1, WAIT_MS, WAIT_MAX_MS, g_random_double ()),
    on_wait_over,
    self);
}

static gboolean
has_seq (const Delivery *delivery)
{
  return delivery->answer != NULL && vis_message_get_seq (delivery->answer) > 0;
}

/* The server has stored the message. If the answer has another message in it, the one that was sent
 * is used. */
static void
confirm (VisChatSender *self, const Delivery *delivery)
{
  VisMessage   *object = vis_message_get_object (delivery->answer, VIS_FIELD_MESSAGE);
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
  /* The text is the one that was sent, whatever the answer says. */
  if (!edit->message->deleted)
    {
      edit->message->kind = VIS_MESSAGE_TEXT;
      g_free (edit->message->text);
      edit->message->text = g_strdup (delivery->text);
    }
  if (has_seq (delivery))
    vis_chat_turns_write_since (self->turns, edit);
  vis_chat_journal_apply (self->journal, edit);
}

static void
forget (VisChatSender *self, const Delivery *delivery, gboolean counted)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_DONE, NULL);

  edit->number = delivery->number;
  if (counted)
    vis_chat_turns_write_since (self->turns, edit);
  vis_chat_journal_apply (self->journal, edit);
}

static void
fail (VisChatSender *self, const Delivery *delivery)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_FAIL, delivery->conversation);

  edit->id = g_strdup (delivery->message);
  vis_chat_journal_apply (self->journal, edit);
}

static void
settle (VisChatSender *self, const Delivery *delivery, VisRetry retry)
{
  if (!vis_outbox_settle (self->outbox, delivery->conversation, delivery->number, retry))
    return;

  switch (retry)
    {
    case VIS_RETRY_DONE:
      if (delivery->kind == VIS_REQUEST_SEND)
        confirm (self, delivery);
      else
        forget (self, delivery, has_seq (delivery));
      break;
    case VIS_RETRY_NEVER:
      if (delivery->kind == VIS_REQUEST_SEND)
        fail (self, delivery);
      else
        forget (self, delivery, FALSE);
      break;
    case VIS_RETRY_LATER:
      wait_a_while (self);
      break;
    case VIS_RETRY_AGAIN:
    default:
      break;
    }
}

static void
take_answer (gpointer owner, gboolean repeated, gpointer data)
{
  VisChatSender *self = owner;

  settle (self, data, VIS_RETRY_DONE);
  vis_chat_sender_deliver (self);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Delivery)      delivery = data;
  g_autoptr (VisChatSender) self = g_weak_ref_get (&delivery->sender);
  g_autoptr (GError)        error = NULL;
  VisRetry                  retry;

  delivery->answer = vis_wire_request_finish (VIS_WIRE (source), result, &error);
  if (self == NULL || delivery->session != self->session)
    return;

  retry = vis_error_get_retry (error);
  if (retry == VIS_RETRY_DONE && has_seq (delivery))
    {
      VisMessage *answer = delivery->answer;

      vis_chat_turns_take (self->turns,
                           answer,
                           take_answer,
                           self,
                           g_steal_pointer (&delivery),
                           (GDestroyNotify) delivery_free);
      return;
    }
  settle (self, delivery, retry);
  /* The connection is lost: another attempt would fail at once. */
  if (retry != VIS_RETRY_AGAIN)
    vis_chat_sender_deliver (self);
}

static void
deliver_one (VisChatSender *self, const VisStoredRequest *request)
{
  g_autoptr (VisMessage) message = vis_stored_request_to_wire (request);
  g_autoptr (Delivery)   delivery = g_new0 (Delivery, 1);

  g_weak_ref_init (&delivery->sender, self);
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

  /* The text is gone. */
  vis_outbox_settle (self->outbox, delivery->conversation, delivery->number, VIS_RETRY_NEVER);
  forget (self, delivery, FALSE);
}

/**
 * vis_chat_sender_deliver: (skip)
 * @self: the sender
 *
 * Sends the requests that may be sent now.
 */
void
vis_chat_sender_deliver (VisChatSender *self)
{
  const VisStoredRequest *request;

  while (self->online && (request = vis_outbox_next (self->outbox)) != NULL)
    deliver_one (self, request);
}

/* A connection begins. */
void
vis_chat_sender_start (VisChatSender *self)
{
  self->online = TRUE;
  self->session++;
  vis_chat_sender_deliver (self);
}

/* The connection is lost: requests without an answer are sent again over the next one. */
void
vis_chat_sender_stop (VisChatSender *self)
{
  self->online = FALSE;
  self->session++;
  vis_clock_clear (self->clock, &self->pause_id);
  vis_outbox_pause (self->outbox, FALSE);
  vis_outbox_lose (self->outbox);
}

/**
 * vis_chat_sender_add: (skip)
 * @self: the sender
 * @requests: (element-type VisStoredRequest): stored requests
 *
 * Adds requests to the outbox, for the next [func@Vis.chat_sender_deliver].
 */
void
vis_chat_sender_add (VisChatSender *self, GPtrArray *requests)
{
  for (guint i = 0; i < requests->len; i++)
    vis_outbox_add (self->outbox, g_ptr_array_index (requests, i));
}

/* An event has shown that the server has the message: it is not sent again. */
void
vis_chat_sender_confirm (VisChatSender *self, const char *chat, const char *message)
{
  vis_outbox_confirm (self->outbox, chat, message);
}

/* Removes a message from the outbox; FALSE if it may have been sent. */
gboolean
vis_chat_sender_withdraw (VisChatSender *self, const char *chat, const char *message)
{
  return vis_outbox_withdraw (self->outbox, chat, message);
}

/* Removes all requests about messages of a conversation, apart from marks. */
void
vis_chat_sender_withdraw_chat (VisChatSender *self, const char *chat)
{
  vis_outbox_withdraw_chat (self->outbox, chat);
}
