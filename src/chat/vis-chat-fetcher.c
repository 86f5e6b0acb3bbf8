/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-fetcher.h"

#include "vis-backoff.h"
#include "vis-chat-records.h"
#include "vis-limits.h"
#include "vis-protocol-error.h"

/* Back-off after the server was busy. */
#define WAIT_MS     1000
#define WAIT_MAX_MS 60000

typedef struct
{
  gboolean wanted;
  gboolean asking;
} List;

struct _VisChatFetcher
{
  GObject         parent_instance;

  VisChatModel   *model;
  VisChatJournal *journal;
  VisChatTurns   *turns;
  VisWire        *wire;
  VisClock       *clock;
  GCancellable   *cancellable;

  List            contacts;
  List            chats;
  GPtrArray      *pages; /* of VisStoredChat: the pages of chat:list that have arrived */
  char           *after; /* the last chat of them */
  guint           retry_id;
  guint           attempts;
  guint           session; /* counts connections: answers of earlier ones are ignored */
  gboolean        online : 1;
  gboolean        outdated : 1;  /* drop the chats: requested before a reset */
  gboolean        deferred : 1;  /* ask for the chats again once no event is missing */
  gboolean        resetting : 1; /* until the list of chats is stored */
};

G_DEFINE_FINAL_TYPE (VisChatFetcher, vis_chat_fetcher, G_TYPE_OBJECT)

enum
{
  COMPLETE,
  PROGRESS,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* A request without an answer, and its connection. */
typedef struct
{
  GWeakRef fetcher;
  guint    session;
  VisKind  kind;
} Question;

static void
question_free (Question *question)
{
  g_weak_ref_clear (&question->fetcher);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
vis_chat_fetcher_dispose (GObject *object)
{
  VisChatFetcher *self = VIS_CHAT_FETCHER (object);

  g_cancellable_cancel (self->cancellable);
  if (self->clock != NULL)
    vis_chat_fetcher_stop (self);
  g_clear_object (&self->model);
  g_clear_object (&self->journal);
  g_clear_object (&self->turns);
  g_clear_object (&self->wire);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (vis_chat_fetcher_parent_class)->dispose (object);
}

static void
vis_chat_fetcher_finalize (GObject *object)
{
  VisChatFetcher *self = VIS_CHAT_FETCHER (object);

  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (vis_chat_fetcher_parent_class)->finalize (object);
}

static void
vis_chat_fetcher_class_init (VisChatFetcherClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vis_chat_fetcher_dispose;
  object_class->finalize = vis_chat_fetcher_finalize;

  signals[COMPLETE] = g_signal_new ("complete",
                                    VIS_TYPE_CHAT_FETCHER,
                                    G_SIGNAL_RUN_LAST,
                                    0,
                                    NULL,
                                    NULL,
                                    NULL,
                                    G_TYPE_NONE,
                                    1,
                                    G_TYPE_POINTER);
  signals[PROGRESS] = g_signal_new (
    "progress", VIS_TYPE_CHAT_FETCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vis_chat_fetcher_init (VisChatFetcher *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * vis_chat_fetcher_new: (skip)
 * @model: gets the presences of the contacts
 * @journal: stores the lists
 * @turns: the order of events
 * @wire: the connection to the server
 * @clock: what tells the time
 *
 * Returns: (transfer full): a fetcher that wants nothing, offline
 */
VisChatFetcher *
vis_chat_fetcher_new (
  VisChatModel *model, VisChatJournal *journal, VisChatTurns *turns, VisWire *wire, VisClock *clock)
{
  VisChatFetcher *self = g_object_new (VIS_TYPE_CHAT_FETCHER, NULL);

  self->model = g_object_ref (model);
  self->journal = g_object_ref (journal);
  self->turns = g_object_ref (turns);
  self->wire = g_object_ref (wire);
  self->clock = g_object_ref (clock);
  return self;
}

static List *
list_of (VisChatFetcher *self, VisKind kind)
{
  return kind == VIS_KIND_CONTACT_LIST ? &self->contacts : &self->chats;
}

static void
tell_progress (VisChatFetcher *self)
{
  g_signal_emit (self, signals[PROGRESS], 0);
}

static void
on_retry (gpointer data)
{
  VisChatFetcher *self = data;

  self->retry_id = 0;
  vis_chat_fetcher_ask (self);
}

static void
on_refused (VisChatFetcher *self, VisKind kind, const GError *error)
{
  VisRetry retry = vis_error_get_retry (error);

  if (retry == VIS_RETRY_NEVER)
    {
      /* A server without this list: what is stored is kept. */
      list_of (self, kind)->wanted = FALSE;
      if (kind == VIS_KIND_CHAT_LIST)
        {
          self->resetting = FALSE;
          g_signal_emit (self, signals[COMPLETE], 0, NULL);
        }
    }
  else if (retry == VIS_RETRY_LATER && self->retry_id == 0)
    {
      self->retry_id = vis_clock_add_timeout (
        self->clock,
        vis_backoff_delay (self->attempts++, WAIT_MS, WAIT_MAX_MS, g_random_double ()),
        on_retry,
        self);
    }
  tell_progress (self);
}

static void
on_contacts_stored (gpointer owner, const VisStoreChange *change, gpointer data)
{
  VisChatFetcher *self = owner;

  /* After it was stored: once online, the contacts are in the model. */
  self->contacts.asking = FALSE;
  self->contacts.wanted = FALSE;
  tell_progress (self);
}

static void
store_contacts (VisChatFetcher *self, VisMessage *answer)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_CONTACTS, NULL);
  GPtrArray    *contacts = vis_message_get_array (answer, VIS_FIELD_CONTACTS);

  /* A contact that could not be read is missing in the list, but must not be removed. */
  edit->more =
    vis_message_get_boolean (answer, VIS_FIELD_MORE) || vis_message_get_skipped (answer) > 0;
  edit->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_contact_free);
  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    {
      VisMessage       *object = g_ptr_array_index (contacts, i);
      VisStoredContact *contact =
        vis_stored_contact_from_wire (object, vis_chat_model_get_user (self->model));

      vis_chat_model_note_presence (self->model, object);
      if (contact != NULL)
        g_ptr_array_add (edit->contacts, contact);
    }
  vis_chat_journal_apply_then (self->journal, edit, on_contacts_stored, self, NULL, NULL);
}

static void
on_chats_stored (gpointer owner, const VisStoreChange *change, gpointer data)
{
  VisChatFetcher *self = owner;

  self->chats.asking = FALSE;
  if (self->outdated)
    {
      self->outdated = FALSE;
      vis_chat_fetcher_ask (self);
      return;
    }
  self->chats.wanted = FALSE;
  if (change != NULL && self->resetting)
    {
      self->resetting = FALSE;
      g_signal_emit (self, signals[COMPLETE], 0, change);
    }
  tell_progress (self);
}

static void
forget_pages (VisChatFetcher *self)
{
  g_clear_pointer (&self->pages, g_ptr_array_unref);
  g_clear_pointer (&self->after, g_free);
}

/* The list is stored once its last page has arrived. */
static void
store_chats (VisChatFetcher *self, VisMessage *answer)
{
  VisStoreEdit *edit;
  GPtrArray    *chats = vis_message_get_array (answer, VIS_FIELD_CHATS);

  if (self->pages == NULL)
    self->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_chat_free);
  for (guint i = 0; chats != NULL && i < chats->len; i++)
    {
      VisStoredChat *chat = vis_stored_chat_from_wire (g_ptr_array_index (chats, i),
                                                       vis_chat_model_get_user (self->model));

      if (chat != NULL)
        g_ptr_array_add (self->pages, chat);
    }
  if (vis_message_get_boolean (answer, VIS_FIELD_MORE) && chats != NULL && chats->len > 0 &&
      self->pages->len < VIS_LIMIT_CHATS)
    {
      const char *last = vis_message_get_string (chats->pdata[chats->len - 1], VIS_FIELD_CHAT);

      /* A server that does not know `after` would send the same page for ever. */
      if (g_strcmp0 (self->after, last) != 0)
        {
          g_free (self->after);
          self->after = g_strdup (last);
          self->chats.asking = FALSE;
          vis_chat_fetcher_ask (self);
          return;
        }
    }

  edit = vis_store_edit_new (VIS_EDIT_CHATS, NULL);
  edit->chats = g_steal_pointer (&self->pages);
  forget_pages (self);
  vis_chat_journal_apply_then (self->journal, edit, on_chats_stored, self, NULL, NULL);
}

/* The list includes events that have not arrived. They would be taken for newer than the list, and
 * counted as unread again. */
static void
put_off_chats (VisChatFetcher *self)
{
  self->deferred = TRUE;
  self->chats.asking = FALSE;
  forget_pages (self);
  vis_chat_turns_watch (self->turns);
  tell_progress (self);
}

static void
take_chats (VisChatFetcher *self, VisMessage *answer)
{
  if (self->outdated)
    {
      self->outdated = FALSE;
      self->chats.asking = FALSE;
      forget_pages (self);
      vis_chat_fetcher_ask (self);
      return;
    }

  vis_chat_turns_expect (self->turns, vis_message_get_seq (answer));
  if (vis_chat_turns_is_whole (self->turns))
    store_chats (self, answer);
  else
    put_off_chats (self);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question)       question = data;
  g_autoptr (VisChatFetcher) self = g_weak_ref_get (&question->fetcher);
  g_autoptr (GError)         error = NULL;
  g_autoptr (VisMessage)     answer = vis_wire_request_finish (VIS_WIRE (source), result, &error);

  if (self == NULL || question->session != self->session)
    return;

  if (answer == NULL)
    {
      list_of (self, question->kind)->asking = FALSE;
      if (question->kind == VIS_KIND_CHAT_LIST)
        forget_pages (self);
      on_refused (self, question->kind, error);
      return;
    }

  self->attempts = 0;
  if (question->kind == VIS_KIND_CONTACT_LIST)
    store_contacts (self, answer);
  else
    take_chats (self, answer);
}

static void
ask_for (VisChatFetcher *self, VisKind kind)
{
  List                  *list = list_of (self, kind);
  Question              *question;
  g_autoptr (VisMessage) request = NULL;

  if (!list->wanted || list->asking)
    return;

  request = vis_message_new (kind);
  if (kind == VIS_KIND_CHAT_LIST && self->after != NULL)
    vis_message_set_string (request, VIS_FIELD_AFTER, self->after);
  question = g_new0 (Question, 1);
  g_weak_ref_init (&question->fetcher, self);
  question->session = self->session;
  question->kind = kind;
  list->asking = TRUE;
  vis_wire_request_async (self->wire, request, self->cancellable, on_answered, question);
}

/**
 * vis_chat_fetcher_ask: (skip)
 * @self: the fetcher
 *
 * Asks for the lists that are wanted, unless they are on their way.
 */
void
vis_chat_fetcher_ask (VisChatFetcher *self)
{
  if (!self->online || self->retry_id != 0)
    return;

  ask_for (self, VIS_KIND_CONTACT_LIST);
  ask_for (self, VIS_KIND_CHAT_LIST);
  tell_progress (self);
}

/* Asks again for the chats if they were ahead of the events, which have arrived. */
void
vis_chat_fetcher_ask_deferred (VisChatFetcher *self)
{
  if (!self->deferred || !vis_chat_turns_is_whole (self->turns))
    return;

  self->deferred = FALSE;
  vis_chat_fetcher_ask (self);
}

/* Asks for a list, because what is stored can't be known to be right without it. */
void
vis_chat_fetcher_want (VisChatFetcher *self, VisKind list)
{
  list_of (self, list)->wanted = TRUE;
  vis_chat_fetcher_ask (self);
}

/* A connection begins: presences have to be asked for. */
void
vis_chat_fetcher_start (VisChatFetcher *self)
{
  self->online = TRUE;
  self->session++;
  self->contacts.wanted = TRUE;
}

/* The connection is lost, with the answers to all requests. */
void
vis_chat_fetcher_stop (VisChatFetcher *self)
{
  self->online = FALSE;
  self->session++;
  vis_clock_clear (self->clock, &self->retry_id);
  self->attempts = 0;
  self->contacts.asking = FALSE;
  self->chats.asking = FALSE;
  self->outdated = FALSE;
  self->deferred = FALSE;
  forget_pages (self);
}

/**
 * vis_chat_fetcher_reset: (skip)
 * @self: the fetcher
 * @keep: whether the server itself may have lost data
 *
 * Missed events can't be had: asks for everything. What is stored is kept, but not shown until the
 * server confirms it.
 */
void
vis_chat_fetcher_reset (VisChatFetcher *self, gboolean keep)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_RESET, NULL);

  edit->keep = keep;
  vis_chat_turns_write_since (self->turns, edit);
  vis_chat_journal_apply (self->journal, edit);

  self->resetting = TRUE;
  self->contacts.wanted = TRUE;
  self->chats.wanted = TRUE;
  self->outdated = self->chats.asking;
  vis_chat_fetcher_ask (self);
}

/* A reset was stored at an earlier start, and not completed. */
void
vis_chat_fetcher_resume_reset (VisChatFetcher *self)
{
  self->resetting = TRUE;
  self->chats.wanted = TRUE;
}

/* Whether a list is wanted and not stored yet. */
gboolean
vis_chat_fetcher_wants (VisChatFetcher *self, VisKind list)
{
  return list_of (self, list)->wanted;
}

/* Whether a reset is not completed: messages may be missing. */
gboolean
vis_chat_fetcher_get_resetting (VisChatFetcher *self)
{
  return self->resetting;
}
