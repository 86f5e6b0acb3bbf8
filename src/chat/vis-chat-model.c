/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-model.h"

#include "vis-chat-records.h"
#include "vis-contact-private.h"
#include "vis-conversation-private.h"
#include "vis-limits.h"
#include "vis-text.h"

/* The last presence event of a user. */
typedef struct
{
  VisPresence presence;
  gint64      last_seen;
} Word;

struct _VisChatModel
{
  GObject              parent_instance;

  char                *user;
  char                *name;
  VisClock            *clock;
  VisConversationList *conversations;
  GHashTable          *unlisted;     /* by chat: GWeakRef of those that left the list */
  GHashTable          *opening;      /* held back from the list while the store is read */
  GHashTable          *presences;    /* by user: Word */
  GHashTable          *drafts;       /* by chat, of all conversations that have one */
  gint64               last_pending; /* position of the newest message that is to be sent */
  guint                unread;
  guint                requests;
};

G_DEFINE_FINAL_TYPE (VisChatModel, vis_chat_model, G_TYPE_OBJECT)

enum
{
  PROP_NAME = 1,
  PROP_UNREAD,
  PROP_REQUESTS,
  N_PROPS,
};

enum
{
  CONVERSATION_MADE,
  CONVERSATION_REMOVED,
  RECEIVED,
  REQUESTED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint       signals[N_SIGNALS];

static void
vis_chat_model_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisChatModel *self = VIS_CHAT_MODEL (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    case PROP_REQUESTS:
      g_value_set_uint (value, self->requests);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_chat_model_dispose (GObject *object)
{
  VisChatModel *self = VIS_CHAT_MODEL (object);

  if (self->clock != NULL)
    for (guint i = 0; i < vis_conversation_list_get_size (self->conversations); i++)
      vis_chat_model_stop_typing (self, vis_conversation_list_peek (self->conversations, i));
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (vis_chat_model_parent_class)->dispose (object);
}

static void
vis_chat_model_finalize (GObject *object)
{
  VisChatModel *self = VIS_CHAT_MODEL (object);

  g_object_unref (self->conversations);
  g_hash_table_unref (self->unlisted);
  g_hash_table_unref (self->presences);
  g_hash_table_unref (self->drafts);
  g_free (self->user);
  g_free (self->name);

  G_OBJECT_CLASS (vis_chat_model_parent_class)->finalize (object);
}

/* Makes a signal with a conversation as its argument. */
static guint
new_signal (const char *name)
{
  return g_signal_new (name,
                       VIS_TYPE_CHAT_MODEL,
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
vis_chat_model_class_init (VisChatModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = vis_chat_model_get_property;
  object_class->dispose = vis_chat_model_dispose;
  object_class->finalize = vis_chat_model_finalize;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_REQUESTS] = g_param_spec_uint ("requests", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[CONVERSATION_MADE] = new_signal ("conversation-made");
  signals[CONVERSATION_REMOVED] = new_signal ("conversation-removed");
  signals[REQUESTED] = new_signal ("requested");
  signals[RECEIVED] = g_signal_new ("received",
                                    VIS_TYPE_CHAT_MODEL,
                                    G_SIGNAL_RUN_LAST,
                                    0,
                                    NULL,
                                    NULL,
                                    NULL,
                                    G_TYPE_NONE,
                                    2,
                                    VIS_TYPE_CONVERSATION,
                                    VIS_TYPE_CHAT_MESSAGE);
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
vis_chat_model_init (VisChatModel *self)
{
  self->conversations = vis_conversation_list_new ();
  self->unlisted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, weak_ref_free);
  self->presences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * vis_chat_model_new: (skip)
 * @user: the user name of this person
 * @clock: what tells the time
 *
 * Returns: (transfer full): a model without people
 */
VisChatModel *
vis_chat_model_new (const char *user, VisClock *clock)
{
  VisChatModel *self = g_object_new (VIS_TYPE_CHAT_MODEL, NULL);

  self->user = g_strdup (user);
  self->name = g_strdup (user);
  self->clock = g_object_ref (clock);
  return self;
}

const char *
vis_chat_model_get_user (VisChatModel *self)
{
  return self->user;
}

const char *
vis_chat_model_get_name (VisChatModel *self)
{
  return self->name;
}

/* Sets the display name of this person; the user name if nothing of @name is visible. */
void
vis_chat_model_set_name (VisChatModel *self, const char *name)
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

guint
vis_chat_model_get_unread (VisChatModel *self)
{
  return self->unread;
}

guint
vis_chat_model_get_requests (VisChatModel *self)
{
  return self->requests;
}

VisConversationList *
vis_chat_model_get_conversations (VisChatModel *self)
{
  return self->conversations;
}

/* The display name of @user, or the user name if there is none. */
const char *
vis_chat_model_name_of (VisChatModel *self, const char *user)
{
  VisConversation *conversation = vis_chat_model_find (self, user);

  if (conversation != NULL)
    return vis_contact_get_name (vis_conversation_get_contact (conversation));
  return g_strcmp0 (user, self->user) == 0 ? self->name : user;
}

/* Sums up unread messages and contact requests. */
static void
update_unread (VisChatModel *self)
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

/* NULL if the conversation is not in the list. */
VisConversation *
vis_chat_model_find (VisChatModel *self, const char *chat)
{
  return vis_conversation_list_lookup (self->conversations, chat);
}

/* Like vis_chat_model_find(), also of conversations that are held back while the store is read. */
VisConversation *
vis_chat_model_lookup (VisChatModel *self, const char *chat)
{
  VisConversation *conversation = vis_chat_model_find (self, chat);

  if (conversation == NULL && self->opening != NULL)
    conversation = g_hash_table_lookup (self->opening, chat);
  return conversation;
}

/**
 * vis_chat_model_add: (skip)
 * @self: the model
 * @conversation: one that is not in the list
 *
 * Adds a conversation to the list and its unread messages to the sum.
 */
void
vis_chat_model_add (VisChatModel *self, VisConversation *conversation)
{
  vis_conversation_list_add (self->conversations, conversation);
  g_signal_connect_object (
    conversation, "notify::unread", G_CALLBACK (update_unread), self, G_CONNECT_SWAPPED);
  update_unread (self);
}

static void
remove_conversation (VisChatModel *self, VisConversation *conversation)
{
  GWeakRef *left = g_new (GWeakRef, 1);

  g_weak_ref_init (left, conversation);
  g_hash_table_insert (self->unlisted, g_strdup (vis_conversation_get_chat (conversation)), left);
  g_signal_handlers_disconnect_by_func (conversation, update_unread, self);
  vis_conversation_list_remove (self->conversations, conversation);
  update_unread (self);
  g_signal_emit (self, signals[CONVERSATION_REMOVED], 0, conversation);
}

/* A view may still show a conversation that has left the list. If it returns, it is the same
 * object. */
static VisConversation *
dup_unlisted (VisChatModel *self, const char *chat)
{
  GWeakRef *left = g_hash_table_lookup (self->unlisted, chat);

  return left != NULL ? g_weak_ref_get (left) : NULL;
}

/* Finds or makes a conversation. */
VisConversation *
vis_chat_model_ensure (VisChatModel *self, const char *chat)
{
  VisConversation            *known = vis_chat_model_lookup (self, chat);
  g_autoptr (VisContact)      contact = NULL;
  g_autoptr (VisConversation) conversation = NULL;

  if (known != NULL)
    return known;

  conversation = dup_unlisted (self, chat);
  if (conversation != NULL)
    {
      vis_chat_model_add (self, conversation);
      return conversation;
    }

  contact = vis_contact_new (chat);
  conversation = vis_conversation_new (contact);
  g_signal_emit (self, signals[CONVERSATION_MADE], 0, conversation);
  vis_conversation_set_draft (conversation, g_hash_table_lookup (self->drafts, chat));
  if (self->opening != NULL)
    g_hash_table_insert (self->opening, g_strdup (chat), g_object_ref (conversation));
  else
    vis_chat_model_add (self, conversation);
  return conversation;
}

/**
 * vis_chat_model_place: (skip)
 * @self: the model
 * @conversation: one that has changed
 *
 * Moves a conversation to its place in the list. One without messages, with a user who is no
 * contact, is removed.
 */
void
vis_chat_model_place (VisChatModel *self, VisConversation *conversation)
{
  g_autoptr (VisConversation) guard = g_object_ref (conversation);
  VisContact                 *contact = vis_conversation_get_contact (conversation);

  if (self->opening != NULL)
    return;

  if (vis_contact_get_state (contact) == VIS_CONTACT_NONE &&
      vis_conversation_get_last_message (conversation) == NULL)
    {
      vis_chat_model_stop_typing (self, conversation);
      remove_conversation (self, conversation);
    }
  else
    {
      vis_conversation_list_resort (self->conversations, conversation);
    }
}

/* Holds conversations back from the list, which is empty. */
void
vis_chat_model_begin (VisChatModel *self)
{
  self->opening = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/* Adds all that were held back in one change. */
void
vis_chat_model_end (VisChatModel *self)
{
  g_autoptr (GHashTable) opening = g_steal_pointer (&self->opening);
  g_autoptr (GPtrArray)  all = g_ptr_array_new ();
  GHashTableIter         iter;
  gpointer               conversation;

  g_hash_table_iter_init (&iter, opening);
  while (g_hash_table_iter_next (&iter, NULL, &conversation))
    g_ptr_array_add (all, conversation);
  vis_conversation_list_add_many (self->conversations, all);
  for (guint i = 0; i < all->len; i++)
    g_signal_connect_object (
      all->pdata[i], "notify::unread", G_CALLBACK (update_unread), self, G_CONNECT_SWAPPED);
  update_unread (self);
}

/* The state of a contact has changed from @was. */
void
vis_chat_model_note_contact (VisChatModel *self, VisConversation *conversation, VisContactState was)
{
  VisContact *contact = vis_conversation_get_contact (conversation);

  if (self->opening != NULL)
    return;

  update_unread (self);
  if (was != VIS_CONTACT_INCOMING && vis_contact_get_state (contact) == VIS_CONTACT_INCOMING)
    g_signal_emit (self, signals[REQUESTED], 0, conversation);
}

/* A new message of the other person arrived. */
void
vis_chat_model_note_received (VisChatModel    *self,
                              VisConversation *conversation,
                              VisChatMessage  *message)
{
  g_signal_emit (self, signals[RECEIVED], 0, conversation, message);
}

/* Sets the draft of a conversation, listed or not; NULL for none. */
void
vis_chat_model_note_draft (VisChatModel *self, const char *chat, const char *text)
{
  if (text != NULL)
    g_hash_table_insert (self->drafts, g_strdup (chat), g_strdup (text));
  else
    g_hash_table_remove (self->drafts, chat);
}

/* There is a message to be sent at @position. */
void
vis_chat_model_note_pending (VisChatModel *self, gint64 position)
{
  self->last_pending = MAX (self->last_pending, position);
}

/**
 * vis_chat_model_next_pending: (skip)
 * @self: the model
 *
 * Allocates the position of a message that is to be sent, after all others.
 *
 * Returns: its position
 */
gint64
vis_chat_model_next_pending (VisChatModel *self)
{
  self->last_pending =
    MAX (self->last_pending + 1, VIS_STORE_PENDING + vis_clock_wall (self->clock));
  return self->last_pending;
}

/* Applies the last presence event of a user to the contact. */
void
vis_chat_model_show_presence (VisChatModel *self, VisContact *contact)
{
  const Word *word = g_hash_table_lookup (self->presences, vis_contact_get_user (contact));

  if (vis_contact_get_state (contact) != VIS_CONTACT_MUTUAL)
    vis_contact_set_presence (contact, VIS_PRESENCE_OFFLINE, 0);
  else if (word != NULL)
    vis_contact_set_presence (contact, word->presence, word->last_seen);
}

/**
 * vis_chat_model_note_presence: (skip)
 * @self: the model
 * @object: a presence event, or a contact with a presence
 *
 * Handles the presence of a user. It is never stored, and may arrive before the contact is: the
 * last one of each user is kept, and applied with the contact.
 */
void
vis_chat_model_note_presence (VisChatModel *self, const VisMessage *object)
{
  const char      *user = vis_message_get_string (object, VIS_FIELD_USER);
  VisConversation *conversation = vis_chat_model_find (self, user);
  Word            *word;

  if (!vis_message_has (object, VIS_FIELD_PRESENCE))
    return;

  word = g_new (Word, 1);
  word->presence = vis_presence_from_wire (object);
  word->last_seen = vis_message_get_integer (object, VIS_FIELD_LAST_SEEN);
  g_hash_table_insert (self->presences, g_strdup (user), word);
  if (conversation != NULL)
    vis_chat_model_show_presence (self, vis_conversation_get_contact (conversation));
}

static void
on_typing_timeout (gpointer data)
{
  VisConversation *conversation = data;

  vis_conversation_get_state (conversation)->typing_id = 0;
  vis_conversation_set_typing (conversation, FALSE);
}

/* The other side types, or has stopped. */
void
vis_chat_model_note_typing (VisChatModel *self, const VisMessage *event)
{
  const char      *chat = vis_message_get_string (event, VIS_FIELD_CHAT);
  const char      *user = vis_message_get_string (event, VIS_FIELD_USER);
  VisConversation *conversation = vis_chat_model_find (self, chat);

  if (conversation == NULL || (user != NULL && !g_str_equal (user, chat)))
    return;

  vis_chat_model_stop_typing (self, conversation);
  if (!vis_message_get_boolean (event, VIS_FIELD_TYPING))
    return;
  vis_conversation_set_typing (conversation, TRUE);
  vis_conversation_get_state (conversation)->typing_id =
    vis_clock_add_timeout (self->clock, VIS_LIMIT_TYPING_MS, on_typing_timeout, conversation);
}

/* Clears `typing` of the conversation. */
void
vis_chat_model_stop_typing (VisChatModel *self, VisConversation *conversation)
{
  vis_clock_clear (self->clock, &vis_conversation_get_state (conversation)->typing_id);
  vis_conversation_set_typing (conversation, FALSE);
}

/* Without a connection, presences and typing are unknown. */
void
vis_chat_model_go_offline (VisChatModel *self)
{
  g_hash_table_remove_all (self->presences);
  for (guint i = 0; i < vis_conversation_list_get_size (self->conversations); i++)
    {
      VisConversation *conversation = vis_conversation_list_peek (self->conversations, i);

      vis_contact_set_presence (
        vis_conversation_get_contact (conversation), VIS_PRESENCE_OFFLINE, 0);
      vis_chat_model_stop_typing (self, conversation);
      vis_conversation_get_state (conversation)->told_typing = 0;
    }
}
