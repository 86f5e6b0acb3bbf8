/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-journal.h"

#include "vis-error.h"

struct _VisChatJournal
{
  GObject   parent_instance;

  VisStore *store;
  VisClock *clock;
  GError   *problem;
  gint64    since; /* the last `seq` that is stored */
  char     *mark;
  gint64    link; /* of the newest edit that has a `since` */
  gboolean
    frozen : 1; /* an edit with a `since` failed: none is counted until the next connection */
  gboolean chained : 1; /* an edit with a `since` is counted only if the one before it was stored */
};

G_DEFINE_FINAL_TYPE (VisChatJournal, vis_chat_journal, G_TYPE_OBJECT)

enum
{
  PROP_PROBLEM = 1,
  N_PROPS,
};

enum
{
  LOADED,
  COUNTED,
  CHANGED,
  UNSAVED,
  SETTLED,
  DAMAGED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint       signals[N_SIGNALS];

/* A call of the store that is not answered yet, and what follows its answer. */
typedef struct
{
  GWeakRef           journal;
  GWeakRef           owner;
  gint64             since;
  char              *mark;
  VisEditKind        kind;
  char              *chat;
  char              *message; /* own message that is shown already, of VIS_EDIT_QUEUE */
  VisChatAppliedFunc then;
  VisChatPageFunc    page;
  gpointer           data;
  GDestroyNotify     destroy;
} StoreRequest;

static StoreRequest *
store_request_new (VisChatJournal *self, gpointer owner, gpointer data, GDestroyNotify destroy)
{
  StoreRequest *request = g_new0 (StoreRequest, 1);

  g_weak_ref_init (&request->journal, self);
  g_weak_ref_init (&request->owner, owner);
  request->data = data;
  request->destroy = destroy;
  return request;
}

static void
store_request_free (StoreRequest *request)
{
  if (request->destroy != NULL)
    request->destroy (request->data);
  g_weak_ref_clear (&request->journal);
  g_weak_ref_clear (&request->owner);
  g_free (request->mark);
  g_free (request->chat);
  g_free (request->message);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreRequest, store_request_free)

static void
vis_chat_journal_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisChatJournal *self = VIS_CHAT_JOURNAL (object);

  switch (id)
    {
    case PROP_PROBLEM:
      g_value_set_boxed (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_chat_journal_finalize (GObject *object)
{
  VisChatJournal *self = VIS_CHAT_JOURNAL (object);

  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_clear_error (&self->problem);
  g_free (self->mark);

  G_OBJECT_CLASS (vis_chat_journal_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, guint n_params, GType first, GType second)
{
  return g_signal_new (name,
                       VIS_TYPE_CHAT_JOURNAL,
                       G_SIGNAL_RUN_LAST,
                       0,
                       NULL,
                       NULL,
                       NULL,
                       G_TYPE_NONE,
                       n_params,
                       first,
                       second);
}

static void
vis_chat_journal_class_init (VisChatJournalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vis_chat_journal_get_property;
  object_class->finalize = vis_chat_journal_finalize;

  props[PROP_PROBLEM] =
    g_param_spec_boxed ("problem",
                        NULL,
                        NULL,
                        G_TYPE_ERROR,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[LOADED] = new_signal ("loaded", 1, G_TYPE_POINTER, G_TYPE_NONE);
  signals[COUNTED] = new_signal ("counted", 2, G_TYPE_INT64, G_TYPE_STRING);
  signals[CHANGED] = new_signal ("changed", 2, G_TYPE_POINTER, G_TYPE_INT);
  signals[UNSAVED] = new_signal ("unsaved", 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[SETTLED] = new_signal ("settled", 0, G_TYPE_NONE, G_TYPE_NONE);
  signals[DAMAGED] = new_signal ("damaged", 0, G_TYPE_NONE, G_TYPE_NONE);
}

static void
vis_chat_journal_init (VisChatJournal *self)
{
  self->since = -1;
}

/**
 * vis_chat_journal_new: (skip)
 * @store: (nullable): the store of the account; %NULL in previews, where edits are dropped
 * @clock: what tells the time
 *
 * Returns: (transfer full): a new journal of @store
 */
VisChatJournal *
vis_chat_journal_new (VisStore *store, VisClock *clock)
{
  VisChatJournal *self = g_object_new (VIS_TYPE_CHAT_JOURNAL, NULL);

  self->store = store != NULL ? g_object_ref (store) : NULL;
  self->clock = g_object_ref (clock);
  return self;
}

/* Sets or clears `problem`. */
void
vis_chat_journal_set_problem (VisChatJournal *self, const GError *cause)
{
  if ((self->problem != NULL) == (cause != NULL))
    return;

  g_clear_error (&self->problem);
  if (cause != NULL)
    self->problem = g_error_new_literal (
      VIS_ERROR, cause->domain == VIS_ERROR ? cause->code : VIS_ERROR_STORE, cause->message);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
}

/**
 * vis_chat_journal_set_since: (skip)
 * @self: the journal
 * @since: the last `seq` that is stored, -1 for none
 * @mark: (nullable): its mark
 *
 * Sets how far the server was followed.
 */
void
vis_chat_journal_set_since (VisChatJournal *self, gint64 since, const char *mark)
{
  self->since = since;
  g_free (self->mark);
  self->mark = g_strdup (mark);
}

/* A damaged store was replaced by a new one: the server is asked for everything again. The requests
 * of the old one were saved. */
static void
mend (VisChatJournal *self, const GError *error)
{
  if (!g_error_matches (error, VIS_ERROR, VIS_ERROR_STORE_DAMAGED))
    return;

  self->frozen = FALSE;
  g_signal_emit (self, signals[DAMAGED], 0);
}

/* The edit was not stored. */
static void
fail (VisChatJournal *self, const StoreRequest *request, const GError *error)
{
  g_info ("The store failed: %s", error->message);
  vis_chat_journal_set_problem (self, error);
  if (request->since >= 0)
    self->frozen = TRUE;
  mend (self, error);
  if (request->message != NULL)
    g_signal_emit (self, signals[UNSAVED], 0, request->chat, request->message);
}

static void
succeed (VisChatJournal *self, const StoreRequest *request, VisStoreChange *change)
{
  vis_chat_journal_set_problem (self, NULL);
  if (change->counted)
    {
      vis_chat_journal_set_since (self, request->since, request->mark);
      g_signal_emit (self, signals[COUNTED], 0, self->since, self->mark);
    }
  g_signal_emit (self, signals[CHANGED], 0, change, (int) request->kind);
}

static void
on_applied (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (StoreRequest)   request = data;
  g_autoptr (VisChatJournal) self = g_weak_ref_get (&request->journal);
  g_autoptr (GObject)        owner = g_weak_ref_get (&request->owner);
  g_autoptr (GError)         error = NULL;
  g_autoptr (VisStoreChange) change = vis_store_apply_finish (VIS_STORE (source), result, &error);

  if (self == NULL)
    return;

  if (change != NULL)
    succeed (self, request, change);
  else
    fail (self, request, error);
  if (request->then != NULL && owner != NULL)
    request->then (owner, change, request->data);
  g_signal_emit (self, signals[SETTLED], 0);
}

/**
 * vis_chat_journal_apply_then: (skip)
 * @self: the journal
 * @edit: (transfer full): what to change
 * @then: (nullable): called once the change is shown, unless @owner is finalized
 * @owner: (nullable): an object, the first argument of @then
 * @data: handed to @then
 * @destroy: (nullable): frees @data
 *
 * Changes the store, and emits what has changed.
 */
void
vis_chat_journal_apply_then (VisChatJournal    *self,
                             VisStoreEdit      *edit,
                             VisChatAppliedFunc then,
                             gpointer           owner,
                             gpointer           data,
                             GDestroyNotify     destroy)
{
  g_autoptr (StoreRequest) request = store_request_new (self, owner, data, destroy);

  if (self->store == NULL)
    {
      vis_store_edit_free (edit);
      return;
    }

  if (self->frozen)
    edit->since = -1;
  if (edit->since >= 0)
    {
      /* A reset asks for everything, so it counts even if an edit before it was not stored. */
      edit->follows = self->chained && edit->kind != VIS_EDIT_RESET ? self->link : 0;
      edit->link = ++self->link;
      self->chained = TRUE;
    }
  edit->now = vis_clock_wall (self->clock);

  request->since = edit->since;
  request->mark = g_strdup (edit->mark);
  request->kind = edit->kind;
  request->chat = g_strdup (edit->chat);
  request->message = edit->kind == VIS_EDIT_QUEUE ? g_strdup (edit->message->id) : NULL;
  request->then = then;
  vis_store_apply_async (self->store, edit, NULL, on_applied, g_steal_pointer (&request));
}

/* Changes the store, without a callback. */
void
vis_chat_journal_apply (VisChatJournal *self, VisStoreEdit *edit)
{
  vis_chat_journal_apply_then (self, edit, NULL, NULL, NULL, NULL);
}

static void
on_page (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (StoreRequest)   request = data;
  g_autoptr (VisChatJournal) self = g_weak_ref_get (&request->journal);
  g_autoptr (GObject)        owner = g_weak_ref_get (&request->owner);
  g_autoptr (GError)         error = NULL;
  g_autoptr (VisStorePage)   page = vis_store_page_finish (VIS_STORE (source), result, &error);

  if (self == NULL)
    return;

  if (owner != NULL)
    request->page (owner, page, request->data);
  if (page == NULL)
    mend (self, error);
}

/**
 * vis_chat_journal_read: (skip)
 * @self: the journal
 * @chat: a conversation
 * @before: the position before which messages are wanted
 * @limit: how many
 * @then: called with the page, unless @owner is finalized
 * @owner: an object, the first argument of @then
 * @data: handed to @then
 * @destroy: (nullable): frees @data
 *
 * Reads a page of messages.
 */
void
vis_chat_journal_read (VisChatJournal *self,
                       const char     *chat,
                       gint64          before,
                       guint           limit,
                       VisChatPageFunc then,
                       gpointer        owner,
                       gpointer        data,
                       GDestroyNotify  destroy)
{
  StoreRequest *request = store_request_new (self, owner, data, destroy);

  request->page = then;
  vis_store_page_async (self->store, chat, before, limit, NULL, on_page, request);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (StoreRequest)     request = data;
  g_autoptr (VisChatJournal)   self = g_weak_ref_get (&request->journal);
  g_autoptr (GError)           error = NULL;
  g_autoptr (VisStoreContents) contents =
    vis_store_load_finish (VIS_STORE (source), result, &error);

  if (self == NULL)
    return;

  /* A damaged store was replaced by a new one, which is loaded now. */
  if (g_error_matches (error, VIS_ERROR, VIS_ERROR_STORE_DAMAGED) && self->problem == NULL)
    {
      vis_chat_journal_set_problem (self, error);
      vis_chat_journal_load (self);
      return;
    }
  if (contents == NULL)
    {
      g_info ("The store could not be read: %s", error->message);
      vis_chat_journal_set_problem (self, error);
      contents = vis_store_contents_new ();
      self->frozen = TRUE;
    }
  vis_chat_journal_set_since (self, contents->since, contents->mark);
  g_signal_emit (self, signals[LOADED], 0, contents);
}

/**
 * vis_chat_journal_load: (skip)
 * @self: the journal
 *
 * Reads the store, once.
 */
void
vis_chat_journal_load (VisChatJournal *self)
{
  vis_store_load_async (self->store, NULL, on_loaded, store_request_new (self, NULL, NULL, NULL));
}

/**
 * vis_chat_journal_thaw: (skip)
 * @self: the journal
 *
 * A connection begins: after a failure, the server repeats what was not stored.
 *
 * Returns: whether there was a failure: the server's events are counted from
 * [func@Vis.chat_journal_get_since] on then
 */
gboolean
vis_chat_journal_thaw (VisChatJournal *self)
{
  gboolean was_frozen = self->frozen;

  if (was_frozen)
    self->chained = FALSE;
  self->frozen = FALSE;
  return was_frozen;
}

gboolean
vis_chat_journal_has_store (VisChatJournal *self)
{
  return self->store != NULL;
}

gint64
vis_chat_journal_get_since (VisChatJournal *self)
{
  return self->since;
}

const char *
vis_chat_journal_get_mark (VisChatJournal *self)
{
  return self->mark;
}

const GError *
vis_chat_journal_get_problem (VisChatJournal *self)
{
  return self->problem;
}
