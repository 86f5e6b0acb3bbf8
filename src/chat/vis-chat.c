/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-private.h"

G_DEFINE_ENUM_TYPE (VisConnection,
                    vis_connection,
                    G_DEFINE_ENUM_VALUE (VIS_CONNECTION_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (VIS_CONNECTION_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (VIS_CONNECTION_SYNCING, "syncing"),
                    G_DEFINE_ENUM_VALUE (VIS_CONNECTION_ONLINE, "online"))

G_DEFINE_FINAL_TYPE (VisChat, vis_chat, G_TYPE_OBJECT)

enum
{
  PROP_USER = 1,
  PROP_NAME,
  PROP_CONNECTION,
  PROP_CONVERSATIONS,
  PROP_UNREAD,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
update_unread (VisChat *self)
{
  guint sum = 0;

  for (guint i = 0; i < vis_conversation_list_get_size (self->conversations); i++)
    sum += vis_conversation_get_unread (vis_conversation_list_peek (self->conversations, i));

  if (self->unread != sum)
    {
      self->unread = sum;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
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
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_chat_dispose (GObject *object)
{
  VisChat *self = VIS_CHAT (object);

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
   * What others call this person; the user name until the server has said it.
   */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * VisChat:connection:
   *
   * How things stand with the server.
   */
  props[PROP_CONNECTION] = g_param_spec_enum (
    "connection", NULL, NULL, VIS_TYPE_CONNECTION, VIS_CONNECTION_OFFLINE, flags);

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

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vis_chat_init (VisChat *self)
{
  self->conversations = vis_conversation_list_new ();
}

/**
 * vis_chat_new:
 * @user: the user name of this person
 * @store: (nullable): what this computer remembers of the account; %NULL in previews
 * @wire: (nullable): the connection to the server; %NULL in previews
 * @clock: (nullable): what tells the time; %NULL for that of the computer
 *
 * Opens the account: reads the store, and follows the server from then on.
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
  return self;
}

void
vis_chat_set_name (VisChat *self, const char *name)
{
  if (name == NULL || *name == '\0')
    name = self->user;
  if (g_strcmp0 (self->name, name) == 0)
    return;

  g_free (self->name);
  self->name = g_strdup (name);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
}

void
vis_chat_set_connection (VisChat *self, VisConnection connection)
{
  if (self->connection == connection)
    return;

  self->connection = connection;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONNECTION]);
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
VisConnection
vis_chat_get_connection (VisChat *self)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), VIS_CONNECTION_OFFLINE);

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
