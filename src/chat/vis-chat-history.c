/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-history.h"

#include "vis-chat-message-private.h"
#include "vis-chat-records.h"
#include "vis-chat-show.h"
#include "vis-conversation-private.h"
#include "vis-timeline-private.h"

/* Messages of a page, of the store and of the server. */
#define PAGE 64

/* The most requests for one page of a timeline: a server may answer with few messages or none. */
#define ROUNDS_MAX 4

/* The same while a torn conversation is compared: a month of a lively one. */
#define TORN_ROUNDS_MAX 64

/* One load of a page, from the store and from the server. */
typedef struct
{
  GWeakRef history;
  char    *conversation;
  char    *floor;  /* the server was asked for messages before this one */
  guint    number; /* counts loads, from 1 */
  guint    found;
  guint    rounds;
  gboolean torn;
} Load;

struct _VisChatHistory
{
  GObject         parent_instance;

  VisChatModel   *model;
  VisChatJournal *journal;
  VisChatFetcher *fetcher;
  VisWire        *wire;
  GCancellable   *cancellable;

  GHashTable     *loads; /* by chat: number of its newest load; older ones are ignored */
  guint           last_load;
  gboolean        online;
};

G_DEFINE_FINAL_TYPE (VisChatHistory, vis_chat_history, G_TYPE_OBJECT)

static void read_page (VisChatHistory *self, VisConversation *conversation, Load *load);

static Load *
load_new (VisChatHistory *self, const char *conversation)
{
  Load *load = g_new0 (Load, 1);

  g_weak_ref_init (&load->history, self);
  load->conversation = g_strdup (conversation);
  return load;
}

static Load *
load_copy (Load *load)
{
  g_autoptr (VisChatHistory) self = g_weak_ref_get (&load->history);
  Load                      *copy = load_new (self, load->conversation);

  copy->floor = g_strdup (load->floor);
  copy->number = load->number;
  copy->found = load->found;
  copy->rounds = load->rounds;
  copy->torn = load->torn;
  return copy;
}

static void
load_free (Load *load)
{
  g_weak_ref_clear (&load->history);
  g_free (load->conversation);
  g_free (load->floor);
  g_free (load);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Load, load_free)

static void
vis_chat_history_dispose (GObject *object)
{
  VisChatHistory *self = VIS_CHAT_HISTORY (object);

  g_cancellable_cancel (self->cancellable);
  if (self->model != NULL)
    {
      VisConversationList *list = vis_chat_model_get_conversations (self->model);

      for (guint i = 0; i < vis_conversation_list_get_size (list); i++)
        vis_timeline_set_loader (
          vis_conversation_peek_timeline (vis_conversation_list_peek (list, i)), NULL, NULL, NULL);
    }
  g_clear_object (&self->model);
  g_clear_object (&self->journal);
  g_clear_object (&self->fetcher);
  g_clear_object (&self->wire);

  G_OBJECT_CLASS (vis_chat_history_parent_class)->dispose (object);
}

static void
vis_chat_history_finalize (GObject *object)
{
  VisChatHistory *self = VIS_CHAT_HISTORY (object);

  g_object_unref (self->cancellable);
  g_hash_table_unref (self->loads);

  G_OBJECT_CLASS (vis_chat_history_parent_class)->finalize (object);
}

static void
vis_chat_history_class_init (VisChatHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vis_chat_history_dispose;
  object_class->finalize = vis_chat_history_finalize;
}

static void
vis_chat_history_init (VisChatHistory *self)
{
  self->cancellable = g_cancellable_new ();
  self->loads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * vis_chat_history_new: (skip)
 * @model: has the timelines
 * @journal: reads and stores messages
 * @fetcher: says whether a reset is under way
 * @wire: the connection to the server
 *
 * Returns: (transfer full): a new history, offline
 */
VisChatHistory *
vis_chat_history_new (VisChatModel   *model,
                      VisChatJournal *journal,
                      VisChatFetcher *fetcher,
                      VisWire        *wire)
{
  VisChatHistory *self = g_object_new (VIS_TYPE_CHAT_HISTORY, NULL);

  self->model = g_object_ref (model);
  self->journal = g_object_ref (journal);
  self->fetcher = g_object_ref (fetcher);
  self->wire = g_object_ref (wire);
  return self;
}

/* The conversation of @load; NULL if a newer load has taken its place. */
static VisConversation *
conversation_of (VisChatHistory *self, const Load *load)
{
  gpointer newest = self != NULL ? g_hash_table_lookup (self->loads, load->conversation) : NULL;

  return GPOINTER_TO_UINT (newest) == load->number
           ? vis_chat_model_find (self->model, load->conversation)
           : NULL;
}

static void
finish (VisConversation *conversation)
{
  vis_timeline_set_loading (vis_conversation_peek_timeline (conversation), FALSE);
}

static void
on_history_stored (gpointer owner, const VisStoreChange *change, gpointer data)
{
  VisChatHistory  *self = owner;
  Load            *load = data;
  VisConversation *conversation = conversation_of (self, load);
  Load            *next;

  if (conversation == NULL)
    return;
  if (change == NULL)
    {
      finish (conversation);
      return;
    }

  next = load_copy (load);
  next->torn = FALSE;
  for (guint i = 0; i < change->conversations->len; i++)
    next->torn |= ((VisStoredConversation *) change->conversations->pdata[i])->torn;
  read_page (self, conversation, next);
}

static gboolean
is_empty (GPtrArray *array)
{
  return array == NULL || array->len == 0;
}

static void
on_history (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Load)           load = data;
  g_autoptr (VisChatHistory) self = g_weak_ref_get (&load->history);
  g_autoptr (GError)         error = NULL;
  g_autoptr (VisMessage)     answer = vis_wire_request_finish (VIS_WIRE (source), result, &error);
  VisConversation           *conversation = conversation_of (self, load);
  GPtrArray                 *messages;
  VisStoreEdit              *edit;

  if (conversation == NULL)
    return;
  messages = answer != NULL ? vis_message_get_array (answer, VIS_FIELD_MESSAGES) : NULL;
  if (answer == NULL || (is_empty (messages) && vis_message_get_skipped (answer) > 0))
    {
      finish (conversation);
      return;
    }

  edit = vis_store_edit_new (VIS_EDIT_HISTORY, load->conversation);
  edit->id = g_strdup (load->floor);
  edit->more = vis_message_get_boolean (answer, VIS_FIELD_MORE);
  edit->messages = vis_stored_messages_from_wire (
    messages, vis_chat_model_get_user (self->model), load->conversation);
  if (!is_empty (messages))
    edit->oldest =
      g_strdup (vis_message_get_string (messages->pdata[messages->len - 1], VIS_FIELD_ID));
  vis_chat_journal_apply_then (self->journal,
                               edit,
                               on_history_stored,
                               self,
                               g_steal_pointer (&load),
                               (GDestroyNotify) load_free);
}

static void
ask_server (VisChatHistory *self, Load *load)
{
  g_autoptr (VisMessage) request = vis_message_new (VIS_KIND_CHAT_HISTORY);

  vis_message_set_string (request, VIS_FIELD_CHAT, load->conversation);
  vis_message_set_integer (request, VIS_FIELD_LIMIT, PAGE);
  if (load->floor != NULL)
    vis_message_set_string (request, VIS_FIELD_BEFORE, load->floor);
  load->rounds++;
  vis_wire_request_async (self->wire, request, self->cancellable, on_history, load);
}

static void
show_page (VisConversation *conversation, const VisStorePage *page)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  VisTimeline          *timeline = vis_conversation_peek_timeline (conversation);

  for (guint i = page->messages->len; i > 0; i--)
    g_ptr_array_add (
      messages, vis_chat_show_message (conversation, g_ptr_array_index (page->messages, i - 1)));
  vis_timeline_prepend (timeline, messages);
  if (page->complete)
    vis_timeline_set_complete (timeline, TRUE);
}

static void
on_page (gpointer owner, const VisStorePage *page, gpointer data)
{
  VisChatHistory  *self = owner;
  Load            *load = data;
  VisConversation *conversation = conversation_of (self, load);
  Load            *next;

  if (conversation == NULL)
    return;
  if (page == NULL)
    {
      finish (conversation);
      return;
    }

  show_page (conversation, page);
  load->found += page->messages->len;
  if (load->torn && !page->exhausted)
    {
      read_page (self, conversation, load_copy (load));
      return;
    }
  if (!page->exhausted || page->complete || !self->online ||
      vis_chat_fetcher_get_resetting (self->fetcher) ||
      load->rounds >= (load->torn ? TORN_ROUNDS_MAX : ROUNDS_MAX) ||
      (load->found >= PAGE && !load->torn))
    {
      finish (conversation);
      return;
    }

  next = load_copy (load);
  g_free (next->floor);
  next->floor = g_strdup (page->floor);
  ask_server (self, next);
}

static void
read_page (VisChatHistory *self, VisConversation *conversation, Load *load)
{
  VisTimeline    *timeline = vis_conversation_peek_timeline (conversation);
  VisChatMessage *oldest = vis_timeline_peek (timeline, 0);

  vis_chat_journal_read (self->journal,
                         load->conversation,
                         oldest != NULL ? vis_chat_message_get_position (oldest) : G_MAXINT64,
                         PAGE,
                         on_page,
                         self,
                         load,
                         (GDestroyNotify) load_free);
}

static void
load_older (VisChatHistory *self, VisConversation *conversation)
{
  VisTimeline *timeline = vis_conversation_peek_timeline (conversation);
  Load        *load = load_new (self, vis_conversation_get_chat (conversation));

  load->number = ++self->last_load;
  g_hash_table_insert (self->loads, g_strdup (load->conversation), GUINT_TO_POINTER (load->number));
  vis_timeline_set_loading (timeline, TRUE);
  read_page (self, conversation, load);
}

static void
on_older_wanted (VisTimeline *timeline, gpointer data)
{
  Load                      *load = data;
  g_autoptr (VisChatHistory) self = g_weak_ref_get (&load->history);
  VisConversation           *conversation =
    self != NULL ? vis_chat_model_find (self->model, load->conversation) : NULL;

  if (conversation != NULL && vis_conversation_peek_timeline (conversation) == timeline)
    load_older (self, conversation);
}

/* Loads the page of an opened timeline that could not be loaded before: without a connection, or
 * while the other person was no contact. */
static void
resume (VisConversation *conversation)
{
  VisTimeline *timeline = vis_conversation_peek_timeline (conversation);

  if (vis_timeline_get_opened (timeline) &&
      g_list_model_get_n_items (G_LIST_MODEL (timeline)) < PAGE)
    vis_timeline_load_older (timeline);
}

static void
on_contact_state (VisContact *contact, GParamSpec *pspec, VisChatHistory *self)
{
  VisConversation *conversation = vis_chat_model_find (self->model, vis_contact_get_user (contact));

  if (conversation != NULL && vis_contact_get_state (contact) == VIS_CONTACT_MUTUAL)
    resume (conversation);
}

/**
 * vis_chat_history_attach: (skip)
 * @self: the history
 * @conversation: a new conversation
 *
 * Becomes the loader of the conversation's timeline, and loads again once the other person is a
 * contact.
 */
void
vis_chat_history_attach (VisChatHistory *self, VisConversation *conversation)
{
  Load *load = load_new (self, vis_conversation_get_chat (conversation));

  vis_timeline_set_loader (vis_conversation_peek_timeline (conversation),
                           on_older_wanted,
                           load,
                           (GDestroyNotify) load_free);
  g_signal_connect_object (vis_conversation_get_contact (conversation),
                           "notify::state",
                           G_CALLBACK (on_contact_state),
                           self,
                           0);
}

/* Cancels the load of a conversation. Called after it has left the list: a handler of
 * notify::loading may load the next page. */
void
vis_chat_history_detach (VisChatHistory *self, VisConversation *conversation)
{
  g_hash_table_remove (self->loads, vis_conversation_get_chat (conversation));
  finish (conversation);
}

/* After the server has lost data: loads its history back to the first message that is the same
 * here. */
static void
compare (VisChatHistory *self, const VisStoreChange *change)
{
  for (guint i = 0; i < change->conversations->len; i++)
    {
      const VisStoredConversation *stored = change->conversations->pdata[i];
      VisConversation             *conversation = vis_chat_model_find (self->model, stored->chat);

      if (stored->torn && conversation != NULL)
        vis_timeline_load_older (vis_conversation_peek_timeline (conversation));
    }
}

/**
 * vis_chat_history_reload: (skip)
 * @self: the history
 * @change: (nullable): what the server's list of chats has changed
 *
 * A reset is completed: reads opened timelines again, in which messages may be missing.
 */
void
vis_chat_history_reload (VisChatHistory *self, const VisStoreChange *change)
{
  VisConversationList *list = vis_chat_model_get_conversations (self->model);

  for (guint i = 0; i < vis_conversation_list_get_size (list); i++)
    {
      VisConversation *conversation = vis_conversation_list_peek (list, i);
      VisTimeline     *timeline = vis_conversation_peek_timeline (conversation);

      if (!vis_timeline_get_opened (timeline))
        continue;
      vis_timeline_clear (timeline);
      vis_timeline_set_complete (timeline, FALSE);
      load_older (self, conversation);
    }
  if (change != NULL)
    compare (self, change);
}

/* A connection begins. */
void
vis_chat_history_start (VisChatHistory *self)
{
  VisConversationList *list = vis_chat_model_get_conversations (self->model);

  self->online = TRUE;
  for (guint i = 0; i < vis_conversation_list_get_size (list); i++)
    resume (vis_conversation_list_peek (list, i));
}

/* The connection is lost: pages are read from the store alone. */
void
vis_chat_history_stop (VisChatHistory *self)
{
  self->online = FALSE;
}
