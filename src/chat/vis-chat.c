/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-private.h"

#include "vis-error.h"
#include "vis-text.h"
#include "vis-timeline-private.h"

G_DEFINE_ENUM_TYPE (VisChatStatus,
                    vis_chat_status,
                    G_DEFINE_ENUM_VALUE (VIS_CHAT_STATUS_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (VIS_CHAT_STATUS_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (VIS_CHAT_STATUS_SYNCING, "syncing"),
                    G_DEFINE_ENUM_VALUE (VIS_CHAT_STATUS_ONLINE, "online"))

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

/* What waits for the person in all conversations. */
static void
update_unread (VisChat *self)
{
  guint unread = 0;
  guint requests = 0;

  for (guint i = 0; i < vis_conversation_list_get_size (self->conversations); i++)
    {
      VisConversation *conversation = vis_conversation_list_peek (self->conversations, i);

      unread += vis_conversation_get_unread (conversation);
      if (vis_contact_get_state (vis_conversation_get_contact (conversation)) ==
          VIS_CONTACT_INCOMING)
        requests++;
    }

  if (self->unread != unread)
    {
      self->unread = unread;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
    }
  if (self->requests != requests)
    {
      self->requests = requests;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_REQUESTS]);
    }
}

static void
vis_chat_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisChat *self = VIS_CHAT (object);

  switch (id)
    {
    case PROP_USER:
      g_value_set_string (value, self->user);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_CONNECTION:
      g_value_set_enum (value, self->connection);
      break;
    case PROP_CONVERSATIONS:
      g_value_set_object (value, self->conversations);
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    case PROP_REQUESTS:
      g_value_set_uint (value, self->requests);
      break;
    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;
    case PROP_PROBLEM:
      g_value_set_boxed (value, self->problem);
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
  if (self->wire != NULL)
    vis_chat_unfollow (self);
  for (guint i = 0; i < vis_conversation_list_get_size (self->conversations); i++)
    {
      VisConversation *conversation = vis_conversation_list_peek (self->conversations, i);

      vis_timeline_set_loader (vis_conversation_peek_timeline (conversation), NULL, NULL, NULL);
      if (self->clock != NULL)
        vis_chat_stop_typing (self, conversation);
    }
  g_clear_object (&self->turns);
  g_clear_object (&self->wire);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (vis_chat_parent_class)->dispose (object);
}

static void
vis_chat_finalize (GObject *object)
{
  VisChat *self = VIS_CHAT (object);

  g_clear_object (&self->conversations);
  g_clear_pointer (&self->unlisted, g_hash_table_unref);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->early, g_ptr_array_unref);
  g_clear_pointer (&self->drafts, g_hash_table_unref);
  g_clear_pointer (&self->presences, g_hash_table_unref);
  g_clear_pointer (&self->outbox, vis_outbox_free);
  g_clear_error (&self->problem);
  g_clear_pointer (&self->chats, g_ptr_array_unref);
  g_free (self->chats_after);
  g_free (self->stored_mark);
  g_free (self->user);
  g_free (self->name);

  G_OBJECT_CLASS (vis_chat_parent_class)->finalize (object);
}

static void
vis_chat_class_init (VisChatClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = vis_chat_get_property;
  object_class->dispose = vis_chat_dispose;
  object_class->finalize = vis_chat_finalize;

  /**
   * VisChat:user:
   *
   * The user name of this person.
   */
  props[PROP_USER] = g_param_spec_string ("user", NULL, NULL, NULL, flags);

  /**
   * VisChat:name:
   *
   * What others call this person; the user name until the server has said it for the first time.
   */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * VisChat:connection:
   *
   * How things stand with the server.
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
   * How many people ask to be a contact and wait for an answer.
   */
  props[PROP_REQUESTS] = g_param_spec_uint ("requests", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * VisChat:loaded:
   *
   * Whether the store was read. Ask for a connection after that: what was missed is then told from
   * where this computer stopped.
   */
  props[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, flags);

  /**
   * VisChat:problem:
   *
   * Why messages can't be saved on this computer now, %NULL while they can. For a person, see
   * [func@Vis.error_to_sentence].
   */
  props[PROP_PROBLEM] = g_param_spec_boxed ("problem", NULL, NULL, G_TYPE_ERROR, flags);

  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * VisChat::received:
   * @self: the chat
   * @conversation: where
   * @message: what
   *
   * Emitted when a message of somebody else came that was not here before, live or as one of those
   * that were missed; older history does not count.
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
   * @conversation: with whom
   *
   * Emitted when somebody asks to be a contact who did not ask before.
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
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
vis_chat_init (VisChat *self)
{
  self->conversations = vis_conversation_list_new ();
  self->unlisted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, weak_ref_free);
  self->cancellable = g_cancellable_new ();
  self->presences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->early = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_message_unref);
  self->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->outbox = vis_outbox_new ();
  self->stored = -1;
  self->asked = -1;
}

/* Whether everything is here may have changed. */
static void
on_advanced (VisChatTurns *turns, VisChat *self)
{
  vis_chat_ask_early_chats (self);
  vis_chat_update_connection (self);
}

static void
on_hole (VisChatTurns *turns, VisChat *self)
{
  vis_chat_reset (self, FALSE);
}

static void
follow (VisChat *self)
{
  self->turns = vis_chat_turns_new (self->clock);
  g_signal_connect_object (self->turns, "advanced", G_CALLBACK (on_advanced), self, 0);
  g_signal_connect_object (self->turns, "hole", G_CALLBACK (on_hole), self, 0);
  vis_chat_follow (self);
}

/**
 * vis_chat_new:
 * @user: the user name of this person
 * @store: (nullable): what this computer remembers of the account; %NULL in previews
 * @wire: (nullable): the connection to the server; %NULL in previews
 * @clock: (nullable): what tells the time; %NULL for that of the computer
 *
 * Opens the account: reads the store, and follows the server from then on. Connect the wire once
 * [property@Vis.Chat:loaded] is %TRUE.
 *
 * Returns: (transfer full): a new root of people and messages
 */
VisChat *
vis_chat_new (const char *user, VisStore *store, VisWire *wire, VisClock *clock)
{
  VisChat *self;

  g_return_val_if_fail (user != NULL, NULL);

  self = g_object_new (VIS_TYPE_CHAT, NULL);
  self->user = g_strdup (user);
  self->name = g_strdup (user);
  self->store = store != NULL ? g_object_ref (store) : NULL;
  self->wire = wire != NULL ? g_object_ref (wire) : NULL;
  self->clock = g_object_ref (clock != NULL ? clock : vis_clock_get_system ());
  if (self->wire != NULL)
    follow (self);
  if (self->store != NULL)
    vis_chat_load (self);
  return self;
}

void
vis_chat_set_name (VisChat *self, const char *name)
{
  g_autofree char *plain = vis_text_plain (name != NULL ? name : "");

  if (*g_strstrip (plain) == '\0')
    {
      g_free (plain);
      plain = g_strdup (self->user);
    }
  if (g_strcmp0 (self->name, plain) == 0)
    return;

  g_free (self->name);
  self->name = g_steal_pointer (&plain);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
}

void
vis_chat_set_connection (VisChat *self, VisChatStatus connection)
{
  if (self->connection == connection)
    return;

  self->connection = connection;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONNECTION]);
}

/* The store fails with @cause, or works (again). */
void
vis_chat_set_problem (VisChat *self, const GError *cause)
{
  if ((self->problem != NULL) == (cause != NULL))
    return;

  g_clear_error (&self->problem);
  if (cause != NULL)
    self->problem = g_error_new_literal (
      VIS_ERROR, cause->domain == VIS_ERROR ? cause->code : VIS_ERROR_STORE, cause->message);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
}

/* Adds a conversation and follows its part of the sum of unread messages. */
void
vis_chat_add_conversation (VisChat *self, VisConversation *conversation)
{
  vis_conversation_list_add (self->conversations, conversation);
  g_signal_connect_object (
    conversation, "notify::unread", G_CALLBACK (update_unread), self, G_CONNECT_SWAPPED);
  update_unread (self);
}

/* Fills the empty list. */
void
vis_chat_add_conversations (VisChat *self, GPtrArray *conversations)
{
  vis_conversation_list_add_many (self->conversations, conversations);
  for (guint i = 0; i < conversations->len; i++)
    g_signal_connect_object (g_ptr_array_index (conversations, i),
                             "notify::unread",
                             G_CALLBACK (update_unread),
                             self,
                             G_CONNECT_SWAPPED);
  update_unread (self);
}

void
vis_chat_remove_conversation (VisChat *self, VisConversation *conversation)
{
  g_autoptr (VisConversation) guard = g_object_ref (conversation);
  GWeakRef                   *left = g_new (GWeakRef, 1);

  g_weak_ref_init (left, conversation);
  g_hash_table_insert (self->unlisted, g_strdup (vis_conversation_get_chat (conversation)), left);
  g_signal_handlers_disconnect_by_func (conversation, update_unread, self);
  vis_conversation_list_remove (self->conversations, conversation);
  update_unread (self);
}

void
vis_chat_set_loaded (VisChat *self)
{
  self->loaded = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADED]);
}

void
vis_chat_emit_received (VisChat *self, VisConversation *conversation, VisChatMessage *message)
{
  g_signal_emit (self, signals[RECEIVED], 0, conversation, message);
}

/* How somebody stands to this person has changed; @was: how they stood before. */
void
vis_chat_note_contact (VisChat *self, VisConversation *conversation, VisContactState was)
{
  VisContact *contact = vis_conversation_get_contact (conversation);

  update_unread (self);
  if (was != VIS_CONTACT_INCOMING && vis_contact_get_state (contact) == VIS_CONTACT_INCOMING)
    g_signal_emit (self, signals[REQUESTED], 0, conversation);
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

  return self->user;
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

  return self->name;
}

/**
 * vis_chat_get_connection:
 * @self: the chat
 *
 * Returns: [property@Vis.Chat:connection]
 */
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

  return G_LIST_MODEL (self->conversations);
}

/**
 * vis_chat_get_unread:
 * @self: the chat
 *
 * Returns: [property@Vis.Chat:unread]
 */
guint
vis_chat_get_unread (VisChat *self)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), 0);

  return self->unread;
}

/**
 * vis_chat_get_requests:
 * @self: the chat
 *
 * Returns: [property@Vis.Chat:requests]
 */
guint
vis_chat_get_requests (VisChat *self)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), 0);

  return self->requests;
}

/**
 * vis_chat_get_loaded:
 * @self: the chat
 *
 * Returns: [property@Vis.Chat:loaded]
 */
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

  return self->problem;
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

  return vis_conversation_list_lookup (self->conversations, user);
}

/**
 * vis_chat_name_of:
 * @self: the chat
 * @user: a user name
 *
 * What people call @user, for a line such as "Grace calls".
 *
 * Returns: (transfer none): a name, @user itself where there is no other
 */
const char *
vis_chat_name_of (VisChat *self, const char *user)
{
  VisConversation *conversation = vis_chat_find (self, user);

  if (conversation != NULL)
    return vis_contact_get_name (vis_conversation_get_contact (conversation));
  return g_strcmp0 (user, self->user) == 0 ? self->name : user;
}
