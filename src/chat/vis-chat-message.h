/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisDelivery:
 * @VIS_DELIVERY_NONE: a message of somebody else
 * @VIS_DELIVERY_PENDING: to be sent (a clock)
 * @VIS_DELIVERY_SENT: stored by the server (one tick)
 * @VIS_DELIVERY_DELIVERED: on a device of the other side (two ticks)
 * @VIS_DELIVERY_READ: read (two filled ticks)
 * @VIS_DELIVERY_FAILED: refused for good; can be deleted
 *
 * How far an own message was delivered.
 */
typedef enum
{
  VIS_DELIVERY_NONE,
  VIS_DELIVERY_PENDING,
  VIS_DELIVERY_SENT,
  VIS_DELIVERY_DELIVERED,
  VIS_DELIVERY_READ,
  VIS_DELIVERY_FAILED,
} VisDelivery;

#define VIS_TYPE_DELIVERY (vis_delivery_get_type ())
GType vis_delivery_get_type (void);

/**
 * VisMessageKind:
 *
 * @VIS_MESSAGE_TEXT: a text
 * @VIS_MESSAGE_CALL: the record of a call
 * @VIS_MESSAGE_UNKNOWN: something that only a newer version can show
 *
 * What a message is.
 */
typedef enum
{
  VIS_MESSAGE_TEXT,
  VIS_MESSAGE_CALL,
  VIS_MESSAGE_UNKNOWN,
} VisMessageKind;

#define VIS_TYPE_MESSAGE_KIND (vis_message_kind_get_type ())
GType vis_message_kind_get_type (void);

/**
 * VisChatMessage:
 *
 * One message of a conversation, as the person sees it. Read-only properties: `id`, `from` (user
 * name), `outgoing`, `ts` (milliseconds since 1970), `kind`, `text` (%NULL for a deleted message,
 * and for other kinds), `deleted`, `delivery`; of a call: `call-outcome` ("answered", "missed",
 * "declined", "busy", "failed", "unreachable"), `call-video`, `call-duration` (seconds).
 *
 * One object for each message, whose properties change.
 */
#define VIS_TYPE_CHAT_MESSAGE (vis_chat_message_get_type ())
G_DECLARE_FINAL_TYPE (VisChatMessage, vis_chat_message, VIS, CHAT_MESSAGE, GObject)

const char    *vis_chat_message_get_id (VisChatMessage *self);
const char    *vis_chat_message_get_from (VisChatMessage *self);
gboolean       vis_chat_message_get_outgoing (VisChatMessage *self);
gint64         vis_chat_message_get_ts (VisChatMessage *self);
VisMessageKind vis_chat_message_get_kind (VisChatMessage *self);
const char    *vis_chat_message_get_text (VisChatMessage *self);
gboolean       vis_chat_message_get_deleted (VisChatMessage *self);
VisDelivery    vis_chat_message_get_delivery (VisChatMessage *self);
const char    *vis_chat_message_get_call_outcome (VisChatMessage *self);
gboolean       vis_chat_message_get_call_video (VisChatMessage *self);
guint          vis_chat_message_get_call_duration (VisChatMessage *self);

G_END_DECLS
