/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-message-private.h"

struct _VisChatMessage
{
  GObject        parent_instance;

  char          *id;
  char          *from;
  char          *text;
  char          *call_outcome;
  gint64         ts;
  gint64         position;
  guint          call_duration;
  VisMessageKind kind;
  VisDelivery    delivery;
  gboolean       outgoing : 1;
  gboolean       deleted : 1;
  gboolean       call_video : 1;
};

G_DEFINE_ENUM_TYPE (VisDelivery,
                    vis_delivery,
                    G_DEFINE_ENUM_VALUE (VIS_DELIVERY_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (VIS_DELIVERY_PENDING, "pending"),
                    G_DEFINE_ENUM_VALUE (VIS_DELIVERY_SENT, "sent"),
                    G_DEFINE_ENUM_VALUE (VIS_DELIVERY_DELIVERED, "delivered"),
                    G_DEFINE_ENUM_VALUE (VIS_DELIVERY_READ, "read"),
                    G_DEFINE_ENUM_VALUE (VIS_DELIVERY_FAILED, "failed"))

G_DEFINE_ENUM_TYPE (VisMessageKind,
                    vis_message_kind,
                    G_DEFINE_ENUM_VALUE (VIS_MESSAGE_TEXT, "text"),
                    G_DEFINE_ENUM_VALUE (VIS_MESSAGE_CALL, "call"),
                    G_DEFINE_ENUM_VALUE (VIS_MESSAGE_UNKNOWN, "unknown"))

G_DEFINE_FINAL_TYPE (VisChatMessage, vis_chat_message, G_TYPE_OBJECT)

enum
{
  PROP_ID = 1,
  PROP_FROM,
  PROP_OUTGOING,
  PROP_TS,
  PROP_KIND,
  PROP_TEXT,
  PROP_DELETED,
  PROP_DELIVERY,
  PROP_CALL_OUTCOME,
  PROP_CALL_VIDEO,
  PROP_CALL_DURATION,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
vis_chat_message_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisChatMessage *self = VIS_CHAT_MESSAGE (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_FROM:
      g_value_set_string (value, self->from);
      break;
    case PROP_OUTGOING:
      g_value_set_boolean (value, self->outgoing);
      break;
    case PROP_TS:
      g_value_set_int64 (value, self->ts);
      break;
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_DELETED:
      g_value_set_boolean (value, self->deleted);
      break;
    case PROP_DELIVERY:
      g_value_set_enum (value, self->delivery);
      break;
    case PROP_CALL_OUTCOME:
      g_value_set_string (value, self->call_outcome);
      break;
    case PROP_CALL_VIDEO:
      g_value_set_boolean (value, self->call_video);
      break;
    case PROP_CALL_DURATION:
      g_value_set_uint (value, self->call_duration);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_chat_message_finalize (GObject *object)
{
  VisChatMessage *self = VIS_CHAT_MESSAGE (object);

  g_free (self->id);
  g_free (self->from);
  g_free (self->text);
  g_free (self->call_outcome);

  G_OBJECT_CLASS (vis_chat_message_parent_class)->finalize (object);
}

static void
vis_chat_message_class_init (VisChatMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = vis_chat_message_get_property;
  object_class->finalize = vis_chat_message_finalize;

  /**
   * VisChatMessage:id:
   *
   * The UUID that its sender gave it.
   */
  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * VisChatMessage:from:
   *
   * The user name of the writer or caller.
   */
  props[PROP_FROM] = g_param_spec_string ("from", NULL, NULL, NULL, flags);

  /**
   * VisChatMessage:outgoing:
   *
   * Whether it is this person's own.
   */
  props[PROP_OUTGOING] = g_param_spec_boolean ("outgoing", NULL, NULL, FALSE, flags);

  /**
   * VisChatMessage:ts:
   *
   * The server's time, in milliseconds since 1970; this computer's until it is sent.
   */
  props[PROP_TS] = g_param_spec_int64 ("ts", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);

  /**
   * VisChatMessage:kind:
   *
   * Whether it is a text or the record of a call.
   */
  props[PROP_KIND] =
    g_param_spec_enum ("kind", NULL, NULL, VIS_TYPE_MESSAGE_KIND, VIS_MESSAGE_TEXT, flags);

  /**
   * VisChatMessage:text:
   *
   * The text; %NULL for a deleted message and for other kinds.
   */
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);

  /**
   * VisChatMessage:deleted:
   *
   * Whether its sender has deleted it for everyone.
   */
  props[PROP_DELETED] = g_param_spec_boolean ("deleted", NULL, NULL, FALSE, flags);

  /**
   * VisChatMessage:delivery:
   *
   * How far an own message has come.
   */
  props[PROP_DELIVERY] =
    g_param_spec_enum ("delivery", NULL, NULL, VIS_TYPE_DELIVERY, VIS_DELIVERY_NONE, flags);

  /**
   * VisChatMessage:call-outcome:
   *
   * How the call ended; %NULL for a text.
   */
  props[PROP_CALL_OUTCOME] = g_param_spec_string ("call-outcome", NULL, NULL, NULL, flags);

  /**
   * VisChatMessage:call-video:
   *
   * Whether it was a video call.
   */
  props[PROP_CALL_VIDEO] = g_param_spec_boolean ("call-video", NULL, NULL, FALSE, flags);

  /**
   * VisChatMessage:call-duration:
   *
   * How long the call was, in seconds.
   */
  props[PROP_CALL_DURATION] =
    g_param_spec_uint ("call-duration", NULL, NULL, 0, G_MAXUINT, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vis_chat_message_init (VisChatMessage *self)
{
}

/**
 * vis_chat_message_new: (skip)
 * @id: its id
 * @from: the user name of the writer or caller
 * @outgoing: whether that is this person
 * @kind: what it is
 *
 * Makes a message without content, for the setters below.
 *
 * Returns: (transfer full): a new message
 */
VisChatMessage *
vis_chat_message_new (const char *id, const char *from, gboolean outgoing, VisMessageKind kind)
{
  VisChatMessage *self;

  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (from != NULL, NULL);

  self = g_object_new (VIS_TYPE_CHAT_MESSAGE, NULL);
  self->id = g_strdup (id);
  self->from = g_strdup (from);
  self->outgoing = outgoing;
  self->kind = kind;
  return self;
}

void
vis_chat_message_set_ts (VisChatMessage *self, gint64 ts)
{
  g_return_if_fail (VIS_IS_CHAT_MESSAGE (self));

  if (self->ts == ts)
    return;

  self->ts = ts;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TS]);
}

void
vis_chat_message_set_text (VisChatMessage *self, const char *text)
{
  g_return_if_fail (VIS_IS_CHAT_MESSAGE (self));

  if (g_strcmp0 (self->text, text) == 0)
    return;

  g_free (self->text);
  self->text = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TEXT]);
}

/**
 * vis_chat_message_set_deleted: (skip)
 * @self: a message
 * @deleted: whether it is deleted for everyone
 *
 * Sets [property@Vis.ChatMessage:deleted]; the text of a deleted message is removed.
 */
void
vis_chat_message_set_deleted (VisChatMessage *self, gboolean deleted)
{
  g_return_if_fail (VIS_IS_CHAT_MESSAGE (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (self->deleted != !!deleted)
    {
      self->deleted = !!deleted;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DELETED]);
    }
  if (deleted)
    vis_chat_message_set_text (self, NULL);
  g_object_thaw_notify (G_OBJECT (self));
}

void
vis_chat_message_set_delivery (VisChatMessage *self, VisDelivery delivery)
{
  g_return_if_fail (VIS_IS_CHAT_MESSAGE (self));

  if (self->delivery == delivery)
    return;

  self->delivery = delivery;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DELIVERY]);
}

/**
 * vis_chat_message_set_call: (skip)
 * @self: a message of kind [enum@Vis.MessageKind.CALL]
 * @outcome: how it ended
 * @video: whether it was a video call
 * @duration: its length in seconds
 *
 * Sets the properties of the call, before the message is shown.
 */
void
vis_chat_message_set_call (VisChatMessage *self,
                           const char     *outcome,
                           gboolean        video,
                           guint           duration)
{
  g_return_if_fail (VIS_IS_CHAT_MESSAGE (self));

  if (g_strcmp0 (self->call_outcome, outcome) != 0)
    {
      g_free (self->call_outcome);
      self->call_outcome = g_strdup (outcome);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CALL_OUTCOME]);
    }
  if (self->call_video != !!video)
    {
      self->call_video = !!video;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CALL_VIDEO]);
    }
  if (self->call_duration != duration)
    {
      self->call_duration = duration;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CALL_DURATION]);
    }
}

gint64
vis_chat_message_get_position (VisChatMessage *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_MESSAGE (self), 0);

  return self->position;
}

void
vis_chat_message_set_position (VisChatMessage *self, gint64 position)
{
  g_return_if_fail (VIS_IS_CHAT_MESSAGE (self));

  self->position = position;
}

/**
 * vis_chat_message_get_id:
 * @self: a message
 *
 * Returns: (transfer none): [property@Vis.ChatMessage:id]
 */
const char *
vis_chat_message_get_id (VisChatMessage *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_MESSAGE (self), NULL);

  return self->id;
}

/**
 * vis_chat_message_get_from:
 * @self: a message
 *
 * Returns: (transfer none): [property@Vis.ChatMessage:from]
 */
const char *
vis_chat_message_get_from (VisChatMessage *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_MESSAGE (self), NULL);

  return self->from;
}

/**
 * vis_chat_message_get_outgoing:
 * @self: a message
 *
 * Returns: [property@Vis.ChatMessage:outgoing]
 */
gboolean
vis_chat_message_get_outgoing (VisChatMessage *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_MESSAGE (self), FALSE);

  return self->outgoing;
}

/**
 * vis_chat_message_get_ts:
 * @self: a message
 *
 * Returns: [property@Vis.ChatMessage:ts]
 */
gint64
vis_chat_message_get_ts (VisChatMessage *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_MESSAGE (self), 0);

  return self->ts;
}

/**
 * vis_chat_message_get_kind:
 * @self: a message
 *
 * Returns: [property@Vis.ChatMessage:kind]
 */
VisMessageKind
vis_chat_message_get_kind (VisChatMessage *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_MESSAGE (self), VIS_MESSAGE_TEXT);

  return self->kind;
}

/**
 * vis_chat_message_get_text:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): [property@Vis.ChatMessage:text]
 */
const char *
vis_chat_message_get_text (VisChatMessage *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_MESSAGE (self), NULL);

  return self->text;
}

/**
 * vis_chat_message_get_deleted:
 * @self: a message
 *
 * Returns: [property@Vis.ChatMessage:deleted]
 */
gboolean
vis_chat_message_get_deleted (VisChatMessage *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_MESSAGE (self), FALSE);

  return self->deleted;
}

/**
 * vis_chat_message_get_delivery:
 * @self: a message
 *
 * Returns: [property@Vis.ChatMessage:delivery]
 */
VisDelivery
vis_chat_message_get_delivery (VisChatMessage *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_MESSAGE (self), VIS_DELIVERY_NONE);

  return self->delivery;
}

/**
 * vis_chat_message_get_call_outcome:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): [property@Vis.ChatMessage:call-outcome]
 */
const char *
vis_chat_message_get_call_outcome (VisChatMessage *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_MESSAGE (self), NULL);

  return self->call_outcome;
}

/**
 * vis_chat_message_get_call_video:
 * @self: a message
 *
 * Returns: [property@Vis.ChatMessage:call-video]
 */
gboolean
vis_chat_message_get_call_video (VisChatMessage *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_MESSAGE (self), FALSE);

  return self->call_video;
}

/**
 * vis_chat_message_get_call_duration:
 * @self: a message
 *
 * Returns: [property@Vis.ChatMessage:call-duration]
 */
guint
vis_chat_message_get_call_duration (VisChatMessage *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_MESSAGE (self), 0);

  return self->call_duration;
}
