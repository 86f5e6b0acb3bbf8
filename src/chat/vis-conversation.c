/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-conversation-private.h"

#include "vis-timeline-private.h"

struct _VisConversation
{
  GObject              parent_instance;

  VisContact          *contact;
  VisChatMessage      *last_message;
  VisTimeline         *timeline;
  gint64               since;
  guint                unread;
  gboolean             typing;
  char                *draft;

  VisConversationState state;
};

G_DEFINE_FINAL_TYPE (VisConversation, vis_conversation, G_TYPE_OBJECT)

enum
{
  PROP_CHAT = 1,
  PROP_CONTACT,
  PROP_LAST_MESSAGE,
  PROP_UNREAD,
  PROP_TYPING,
  PROP_DRAFT,
  PROP_TIMELINE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
vis_conversation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisConversation *self = VIS_CONVERSATION (object);

  switch (id)
    {
    case PROP_CHAT:
      g_value_set_string (value, vis_contact_get_user (self->contact));
      break;
    case PROP_CONTACT:
      g_value_set_object (value, self->contact);
      break;
    case PROP_LAST_MESSAGE:
      g_value_set_object (value, self->last_message);
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    case PROP_TYPING:
      g_value_set_boolean (value, self->typing);
      break;
    case PROP_DRAFT:
      g_value_set_string (value, self->draft);
      break;
    case PROP_TIMELINE:
      g_value_set_object (value, vis_conversation_get_timeline (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_conversation_finalize (GObject *object)
{
  VisConversation *self = VIS_CONVERSATION (object);

  g_clear_object (&self->contact);
  g_clear_object (&self->last_message);
  g_clear_object (&self->timeline);
  g_free (self->draft);
  g_free (self->state.newest);

  G_OBJECT_CLASS (vis_conversation_parent_class)->finalize (object);
}

static void
vis_conversation_class_init (VisConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = vis_conversation_get_property;
  object_class->finalize = vis_conversation_finalize;

  /**
   * VisConversation:chat:
   *
   * The other person's user name.
   */
  props[PROP_CHAT] = g_param_spec_string ("chat", NULL, NULL, NULL, flags);

  /**
   * VisConversation:contact:
   *
   * The other person.
   */
  props[PROP_CONTACT] = g_param_spec_object ("contact", NULL, NULL, VIS_TYPE_CONTACT, flags);

  /**
   * VisConversation:last-message:
   *
   * The newest message, or %NULL.
   */
  props[PROP_LAST_MESSAGE] =
    g_param_spec_object ("last-message", NULL, NULL, VIS_TYPE_CHAT_MESSAGE, flags);

  /**
   * VisConversation:unread:
   *
   * How many messages of the other person are not read yet.
   */
  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * VisConversation:typing:
   *
   * Whether the other person is typing.
   */
  props[PROP_TYPING] = g_param_spec_boolean ("typing", NULL, NULL, FALSE, flags);

  /**
   * VisConversation:draft:
   *
   * The draft, %NULL for none.
   */
  props[PROP_DRAFT] = g_param_spec_string ("draft", NULL, NULL, NULL, flags);

  /**
   * VisConversation:timeline:
   *
   * The messages. The first read loads the newest page.
   */
  props[PROP_TIMELINE] = g_param_spec_object ("timeline", NULL, NULL, VIS_TYPE_TIMELINE, flags);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vis_conversation_init (VisConversation *self)
{
  self->timeline = vis_timeline_new ();
  self->state.delivered = G_MININT64;
  self->state.read = G_MININT64;
}

/**
 * vis_conversation_new: (skip)
 * @contact: the other person
 *
 * Makes an empty conversation.
 *
 * Returns: (transfer full): a new conversation
 */
VisConversation *
vis_conversation_new (VisContact *contact)
{
  VisConversation *self;

  g_return_val_if_fail (VIS_IS_CONTACT (contact), NULL);

  self = g_object_new (VIS_TYPE_CONVERSATION, NULL);
  self->contact = g_object_ref (contact);
  return self;
}

void
vis_conversation_set_last_message (VisConversation *self, VisChatMessage *message)
{
  g_return_if_fail (VIS_IS_CONVERSATION (self));

  if (g_set_object (&self->last_message, message))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LAST_MESSAGE]);
}

void
vis_conversation_set_unread (VisConversation *self, guint unread)
{
  g_return_if_fail (VIS_IS_CONVERSATION (self));

  if (self->unread == unread)
    return;

  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
}

void
vis_conversation_set_typing (VisConversation *self, gboolean typing)
{
  g_return_if_fail (VIS_IS_CONVERSATION (self));

  if (self->typing == !!typing)
    return;

  self->typing = !!typing;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TYPING]);
}

void
vis_conversation_set_draft (VisConversation *self, const char *draft)
{
  g_return_if_fail (VIS_IS_CONVERSATION (self));

  if (g_strcmp0 (self->draft, draft) == 0)
    return;

  g_free (self->draft);
  self->draft = g_strdup (draft);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DRAFT]);
}

VisConversationState *
vis_conversation_get_state (VisConversation *self)
{
  g_return_val_if_fail (VIS_IS_CONVERSATION (self), NULL);

  return &self->state;
}

VisTimeline *
vis_conversation_peek_timeline (VisConversation *self)
{
  g_return_val_if_fail (VIS_IS_CONVERSATION (self), NULL);

  return self->timeline;
}

void
vis_conversation_set_since (VisConversation *self, gint64 since)
{
  g_return_if_fail (VIS_IS_CONVERSATION (self));

  self->since = since;
}

/**
 * vis_conversation_get_activity: (skip)
 * @self: a conversation
 *
 * The time of the last message or contact request, by which the list is sorted.
 *
 * Returns: milliseconds since 1970, 0 for never
 */
gint64
vis_conversation_get_activity (VisConversation *self)
{
  gint64 ts;

  g_return_val_if_fail (VIS_IS_CONVERSATION (self), 0);

  ts = self->last_message != NULL ? vis_chat_message_get_ts (self->last_message) : 0;
  return MAX (ts, self->since);
}

/**
 * vis_conversation_get_chat:
 * @self: a conversation
 *
 * Returns: (transfer none): [property@Vis.Conversation:chat]
 */
const char *
vis_conversation_get_chat (VisConversation *self)
{
  g_return_val_if_fail (VIS_IS_CONVERSATION (self), NULL);

  return vis_contact_get_user (self->contact);
}

/**
 * vis_conversation_get_contact:
 * @self: a conversation
 *
 * Returns: (transfer none): [property@Vis.Conversation:contact]
 */
VisContact *
vis_conversation_get_contact (VisConversation *self)
{
  g_return_val_if_fail (VIS_IS_CONVERSATION (self), NULL);

  return self->contact;
}

/**
 * vis_conversation_get_last_message:
 * @self: a conversation
 *
 * Returns: (transfer none) (nullable): [property@Vis.Conversation:last-message]
 */
VisChatMessage *
vis_conversation_get_last_message (VisConversation *self)
{
  g_return_val_if_fail (VIS_IS_CONVERSATION (self), NULL);

  return self->last_message;
}

/**
 * vis_conversation_get_unread:
 * @self: a conversation
 *
 * Returns: [property@Vis.Conversation:unread]
 */
guint
vis_conversation_get_unread (VisConversation *self)
{
  g_return_val_if_fail (VIS_IS_CONVERSATION (self), 0);

  return self->unread;
}

/**
 * vis_conversation_get_typing:
 * @self: a conversation
 *
 * Returns: [property@Vis.Conversation:typing]
 */
gboolean
vis_conversation_get_typing (VisConversation *self)
{
  g_return_val_if_fail (VIS_IS_CONVERSATION (self), FALSE);

  return self->typing;
}

/**
 * vis_conversation_get_draft:
 * @self: a conversation
 *
 * Returns: (transfer none) (nullable): [property@Vis.Conversation:draft]
 */
const char *
vis_conversation_get_draft (VisConversation *self)
{
  g_return_val_if_fail (VIS_IS_CONVERSATION (self), NULL);

  return self->draft;
}

/**
 * vis_conversation_get_timeline:
 * @self: a conversation
 *
 * The messages of the conversation; the newest page is fetched when this is asked for the first
 * time, so ask when a person opens the conversation.
 *
 * Returns: (transfer none): [property@Vis.Conversation:timeline]
 */
VisTimeline *
vis_conversation_get_timeline (VisConversation *self)
{
  g_return_val_if_fail (VIS_IS_CONVERSATION (self), NULL);

  vis_timeline_open (self->timeline);
  return self->timeline;
}

/* Whether a message counts as unread; vis_stored_message_counts() is the same for records. */
static gboolean
counts (VisChatMessage *message)
{
  if (vis_chat_message_get_outgoing (message) || vis_chat_message_get_deleted (message))
    return FALSE;

  return vis_chat_message_get_kind (message) != VIS_MESSAGE_CALL ||
         g_strcmp0 (vis_chat_message_get_call_outcome (message), "missed") == 0;
}

/**
 * vis_conversation_find_first_unread:
 * @self: a conversation
 * @missing: (out): how many unread messages are older than all that are here
 *
 * Finds where the unread messages begin, counted back from the newest one: neither own messages nor
 * deleted ones nor calls that were not missed are among them.
 *
 * Returns: the position in [property@Vis.Conversation:timeline] of the oldest unread message that
 * is here, or the number of messages if there is none
 */
guint
vis_conversation_find_first_unread (VisConversation *self, guint *missing)
{
  guint n;
  guint first;

  g_return_val_if_fail (VIS_IS_CONVERSATION (self), 0);
  g_return_val_if_fail (missing != NULL, 0);

  first = n = g_list_model_get_n_items (G_LIST_MODEL (self->timeline));
  *missing = self->unread;
  for (guint i = n; i > 0 && *missing > 0; i--)
    if (counts (vis_timeline_peek (self->timeline, i - 1)))
      {
        first = i - 1;
        (*missing)--;
      }

  return first;
}
