/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-private.h"

#include "vis-error.h"

G_DEFINE_FINAL_TYPE (VisChat, vis_chat, G_TYPE_OBJECT)

enum
{
  PROP_USER = 1,
  PROP_NAME,
  PROP_CONNECTION,
  PROP_CONVERSATIONS,
  PROP_UNREAD,
  PROP_REQUESTS,
  PROP_LOADED,
  PROP_PROBLEM,
  N_PROPS,
};

enum
{
  RECEIVED,
  REQUESTED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint       signals[N_SIGNALS];

static void
vis_chat_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisChat *self = VIS_CHAT (object);

  switch (id)
    {
    case PROP_USER:
      g_value_set_string (value, vis_chat_model_get_user (self->model));
      break;
    case PROP_NAME:
      g_value_set_string (value, vis_chat_model_get_name (self->model));
      break;
    case PROP_CONNECTION:
      g_value_set_enum (value, self->connection);
      break;
    case PROP_CONVERSATIONS:
      g_value_set_object (value, vis_chat_model_get_conversations (self->model));
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, vis_chat_model_get_unread (self->model));
      break;
    case PROP_REQUESTS:
      g_value_set_uint (value, vis_chat_model_get_requests (self->model));
      break;
    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;
    case PROP_PROBLEM:
      g_value_set_boxed (value, vis_chat_journal_get_problem (self->journal));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_chat_dispose (GObject *object)
{
  VisChat *self = VIS_CHAT (object);

  g_cancellable_cancel (self->cancellable);
  /* The owners of waiting events are the parts and the chat. */
  if (self->turns != NULL)
    vis_chat_turns_stop (self->turns);
  /* From the top down: each part uses those below it. */
  g_clear_object (&self->follower);
  g_clear_object (&self->history);
  g_clear_object (&self->fetcher);
  g_clear_object (&self->sender);
  g_clear_object (&self->turns);
  g_clear_object (&self->wire);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (vis_chat_parent_class)->dispose (object);
}

static void
vis_chat_finalize (GObject *object)
{
  VisChat *self = VIS_CHAT (object);

  g_clear_object (&self->journal);
  g_clear_object (&self->model);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (vis_chat_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * VisChat:user:
   *
   * The user name of this person.
   */
  props[PROP_USER] = g_param_spec_string ("user", NULL, NULL, NULL, flags);

  /**
   * VisChat:name:
   *
   * The display name of this person; the user name until the server has sent it for the first time.
   */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * VisChat:connection:
   *
   * The state of the connection.
   */
  props[PROP_CONNECTION] = g_param_spec_enum (
    "connection", NULL, NULL, VIS_TYPE_CHAT_STATUS, VIS_CHAT_STATUS_OFFLINE, flags);

  /**
   * VisChat:conversations:
   *
   * All conversations, newest first.
   */
  props[PROP_CONVERSATIONS] =
    g_param_spec_object ("conversations", NULL, NULL, G_TYPE_LIST_MODEL, flags);

  /**
   * VisChat:unread:
   *
   * How many messages are unread in all conversations.
   */
  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * VisChat:requests:
   *
   * The number of contact requests that wait for an answer.
   */
  props[PROP_REQUESTS] = g_param_spec_uint ("requests", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * VisChat:loaded:
   *
   * Whether the store was read. Connect the wire after that: its `hello` then asks for events from
   * where this computer stopped.
   */
  props[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, flags);

  /**
   * VisChat:problem:
   *
   * Why messages can't be stored on this computer now, %NULL while they can. See
   * [func@Vis.error_to_sentence].
   */
  props[PROP_PROBLEM] = g_param_spec_boxed ("problem", NULL, NULL, G_TYPE_ERROR, flags);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
install_signals (void)
{
  /**
   * VisChat::received:
   * @self: the chat
   * @conversation: its conversation
   * @message: the message
   *
   * Emitted for each new message of the other person, live or missed, but not for older history.
   */
  signals[RECEIVED] = g_signal_new ("received",
                                    VIS_TYPE_CHAT,
                                    G_SIGNAL_RUN_LAST,
                                    0,
                                    NULL,
                                    NULL,
                                    NULL,
                                    G_TYPE_NONE,
                                    2,
                                    VIS_TYPE_CONVERSATION,
                                    VIS_TYPE_CHAT_MESSAGE);

  /**
   * VisChat::requested:
   * @self: the chat
   * @conversation: the conversation with that user
   *
   * Emitted for each new contact request.
   */
  signals[REQUESTED] = g_signal_new ("requested",
                                     VIS_TYPE_CHAT,
                                     G_SIGNAL_RUN_LAST,
                                     0,
                                     NULL,
                                     NULL,
                                     NULL,
                                     G_TYPE_NONE,
                                     1,
                                     VIS_TYPE_CONVERSATION);
}

static void
vis_chat_class_init (VisChatClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vis_chat_get_property;
  object_class->dispose = vis_chat_dispose;
  object_class->finalize = vis_chat_finalize;
  install_properties (object_class);
  install_signals ();
}

static void
vis_chat_init (VisChat *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
update_connection (VisChat *self)
{
  gboolean whole = vis_chat_follower_get_online (self->follower) &&
                   vis_chat_turns_is_whole (self->turns) &&
                   !vis_chat_fetcher_wants (self->fetcher, VIS_KIND_CONTACT_LIST) &&
                   !vis_chat_fetcher_wants (self->fetcher, VIS_KIND_CHAT_LIST);

  vis_chat_set_connection (self, vis_chat_status_of_wire (vis_wire_get_state (self->wire), whole));
}

static void
on_hole (VisChatTurns *turns, VisChat *self)
{
  vis_chat_fetcher_reset (self->fetcher, FALSE);
}

/* Connects a handler that is called with @to first and without the sender's arguments. */
static void
tell (gpointer from, const char *signal, GCallback func, gpointer to)
{
  g_signal_connect_object (from, signal, func, to, G_CONNECT_SWAPPED);
}

/* Connects a handler of the chat, called with the sender first and @self last. */
static void
hear (VisChat *self, gpointer from, const char *signal, GCallback func)
{
  g_signal_connect_object (from, signal, func, self, 0);
}

/* Properties of the model and the journal are properties of the chat. */
static void
on_part_notify (GObject *part, GParamSpec *pspec, VisChat *self)
{
  g_object_notify (G_OBJECT (self), g_param_spec_get_name (pspec));
}

static void
emit_received (VisChat *self, VisConversation *conversation, VisChatMessage *message)
{
  g_signal_emit (self, signals[RECEIVED], 0, conversation, message);
}

static void
emit_requested (VisChat *self, VisConversation *conversation)
{
  g_signal_emit (self, signals[REQUESTED], 0, conversation);
}

/* The store was read: fills the parts and begins to follow the server. */
static void
on_loaded (VisChatJournal *journal, const VisStoreContents *contents, VisChat *self)
{
  vis_chat_turns_rewind (self->turns, contents->since, contents->mark);
  if (contents->stale)
    vis_chat_fetcher_resume_reset (self->fetcher);
  if (contents->name != NULL)
    vis_chat_model_set_name (self->model, contents->name);
  vis_chat_show_contents (self->model, contents);
  vis_chat_sender_add (self->sender, contents->requests);
  vis_chat_set_loaded (self);
  vis_chat_follower_begin (self->follower);
  update_connection (self);
}

static void
on_changed (VisChatJournal *journal, const VisStoreChange *change, int kind, VisChat *self)
{
  vis_chat_show_change (self->model, change, (VisEditKind) kind);
  vis_chat_sender_add (self->sender, change->requests);
  if (change->refresh)
    vis_chat_fetcher_want (self->fetcher, VIS_KIND_CHAT_LIST);
}

/* A damaged store was replaced by a new one: everything is asked for again. */
static void
on_damaged (VisChatJournal *journal, VisChat *self)
{
  if (!self->loaded)
    return;

  if (!vis_chat_follower_get_online (self->follower))
    {
      vis_chat_journal_set_since (journal, -1, NULL);
      vis_chat_turns_rewind (self->turns, -1, NULL);
      vis_wire_set_since (self->wire, -1, NULL);
    }
  else if (!vis_chat_fetcher_get_resetting (self->fetcher))
    {
      vis_chat_fetcher_reset (self->fetcher, FALSE);
    }
}

/* A connection begins. @reset: missed events can't be had; @lost: because the server has lost data.
 */
static void
on_online (VisChatFollower *follower, gboolean reset, gboolean lost, VisChat *self)
{
  vis_chat_fetcher_start (self->fetcher);
  if (reset)
    vis_chat_fetcher_reset (self->fetcher, lost);
  vis_chat_fetcher_ask (self->fetcher);
  vis_chat_turns_watch (self->turns);
  vis_chat_sender_start (self->sender);
  vis_chat_history_start (self->history);
}

static void
on_offline (VisChatFollower *follower, VisChat *self)
{
  vis_chat_turns_stop (self->turns);
  vis_chat_fetcher_stop (self->fetcher);
  vis_chat_sender_stop (self->sender);
  vis_chat_history_stop (self->history);
  vis_chat_model_go_offline (self->model);
}

/* Makes the parts that need the store and the wire. Each knows only those before it. */
static void
make_parts (VisChat *self)
{
  self->turns = vis_chat_turns_new (self->clock);
  self->sender = vis_chat_sender_new (
    vis_chat_model_get_user (self->model), self->journal, self->turns, self->wire, self->clock);
  self->fetcher =
    vis_chat_fetcher_new (self->model, self->journal, self->turns, self->wire, self->clock);
  self->history = vis_chat_history_new (self->model, self->journal, self->fetcher, self->wire);
  self->follower =
    vis_chat_follower_new (self->model, self->journal, self->turns, self->sender, self->wire);
}

/* Handlers of one signal run in the order in which they are connected. */
static void
connect_parts (VisChat *self)
{
  hear (self, self->journal, "loaded", G_CALLBACK (on_loaded));
  hear (self, self->journal, "changed", G_CALLBACK (on_changed));
  hear (self, self->journal, "damaged", G_CALLBACK (on_damaged));
  tell (self->journal, "counted", G_CALLBACK (vis_wire_set_since), self->wire);
  tell (self->journal, "unsaved", G_CALLBACK (vis_chat_show_failed), self->model);
  tell (self->journal, "settled", G_CALLBACK (vis_chat_sender_deliver), self->sender);

  hear (self, self->turns, "hole", G_CALLBACK (on_hole));
  tell (self->turns, "advanced", G_CALLBACK (vis_chat_fetcher_ask_deferred), self->fetcher);
  tell (self->turns, "advanced", G_CALLBACK (update_connection), self);

  tell (self->fetcher, "complete", G_CALLBACK (vis_chat_history_reload), self->history);
  tell (self->fetcher, "progress", G_CALLBACK (update_connection), self);
  tell (self->model, "conversation-made", G_CALLBACK (vis_chat_history_attach), self->history);
  tell (self->model, "conversation-removed", G_CALLBACK (vis_chat_history_detach), self->history);

  hear (self, self->follower, "online", G_CALLBACK (on_online));
  hear (self, self->follower, "offline", G_CALLBACK (on_offline));
  tell (self->wire, "notify::state", G_CALLBACK (update_connection), self);
}

/**
 * vis_chat_new:
 * @user: the user name of this person
 * @store: (nullable): the store of the account; %NULL in previews
 * @wire: (nullable): the connection to the server; %NULL if and only if @store is
 * @clock: (nullable): a clock; %NULL for the system's
 *
 * Reads the store, and then follows the server. Connect the wire once [property@Vis.Chat:loaded] is
 * %TRUE.
 *
 * Returns: (transfer full): a new chat
 */
VisChat *
vis_chat_new (const char *user, VisStore *store, VisWire *wire, VisClock *clock)
{
  VisChat *self;

  g_return_val_if_fail (user != NULL, NULL);
  g_return_val_if_fail ((store != NULL) == (wire != NULL), NULL);

  self = g_object_new (VIS_TYPE_CHAT, NULL);
  self->wire = wire != NULL ? g_object_ref (wire) : NULL;
  self->clock = g_object_ref (clock != NULL ? clock : vis_clock_get_system ());
  self->model = vis_chat_model_new (user, self->clock);
  self->journal = vis_chat_journal_new (store, self->clock);
  hear (self, self->model, "notify", G_CALLBACK (on_part_notify));
  tell (self->model, "received", G_CALLBACK (emit_received), self);
  tell (self->model, "requested", G_CALLBACK (emit_requested), self);
  hear (self, self->journal, "notify", G_CALLBACK (on_part_notify));
  if (self->wire != NULL)
    {
      make_parts (self);
      connect_parts (self);
      update_connection (self);
      vis_chat_journal_load (self->journal);
    }
  return self;
}

void
vis_chat_set_connection (VisChat *self, VisChatStatus connection)
{
  if (self->connection == connection)
    return;

  self->connection = connection;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONNECTION]);
}

void
vis_chat_set_loaded (VisChat *self)
{
  self->loaded = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADED]);
}

/**
 * vis_chat_get_user:
 * @self: the chat
 *
 * Returns: (transfer none): [property@Vis.Chat:user]
 */
const char *
vis_chat_get_user (VisChat *self)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), NULL);

  return vis_chat_model_get_user (self->model);
}

/**
 * vis_chat_get_name:
 * @self: the chat
 *
 * Returns: (transfer none): [property@Vis.Chat:name]
 */
const char *
vis_chat_get_name (VisChat *self)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), NULL);

  return vis_chat_model_get_name (self->model);
}

VisChatStatus
vis_chat_get_connection (VisChat *self)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), VIS_CHAT_STATUS_OFFLINE);

  return self->connection;
}

/**
 * vis_chat_get_conversations:
 * @self: the chat
 *
 * Returns: (transfer none): [property@Vis.Chat:conversations]
 */
GListModel *
vis_chat_get_conversations (VisChat *self)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), NULL);

  return G_LIST_MODEL (vis_chat_model_get_conversations (self->model));
}

guint
vis_chat_get_unread (VisChat *self)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), 0);

  return vis_chat_model_get_unread (self->model);
}

guint
vis_chat_get_requests (VisChat *self)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), 0);

  return vis_chat_model_get_requests (self->model);
}

gboolean
vis_chat_get_loaded (VisChat *self)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), FALSE);

  return self->loaded;
}

/**
 * vis_chat_get_problem:
 * @self: the chat
 *
 * Returns: (transfer none) (nullable): [property@Vis.Chat:problem]
 */
const GError *
vis_chat_get_problem (VisChat *self)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), NULL);

  return vis_chat_journal_get_problem (self->journal);
}

/**
 * vis_chat_get_listed:
 * @self: the chat
 *
 * Whether the server's lists were ever stored: if so, an empty [property@Vis.Chat:conversations]
 * means that there are no contacts. Changes with [property@Vis.Chat:loaded] and
 * [property@Vis.Chat:connection].
 *
 * Returns: whether the lists are known
 */
gboolean
vis_chat_get_listed (VisChat *self)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), FALSE);

  if (self->connection == VIS_CHAT_STATUS_ONLINE)
    return TRUE;
  return vis_chat_journal_get_since (self->journal) >= 0 &&
         (self->fetcher == NULL || !vis_chat_fetcher_wants (self->fetcher, VIS_KIND_CHAT_LIST));
}

/**
 * vis_chat_find:
 * @self: the chat
 * @user: a user name
 *
 * Looks up the conversation with @user.
 *
 * Returns: (transfer none) (nullable): the conversation, if there is one
 */
VisConversation *
vis_chat_find (VisChat *self, const char *user)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), NULL);
  g_return_val_if_fail (user != NULL, NULL);

  return vis_chat_model_find (self->model, user);
}

/**
 * vis_chat_name_of:
 * @self: the chat
 * @user: a user name
 *
 * The display name of @user, for a sentence such as "Grace calls".
 *
 * Returns: (transfer none): a name, @user itself where there is no other
 */
const char *
vis_chat_name_of (VisChat *self, const char *user)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), NULL);
  g_return_val_if_fail (user != NULL, NULL);

  return vis_chat_model_name_of (self->model, user);
}
