/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat-message.h"

G_BEGIN_DECLS

VisChatMessage *vis_chat_message_new (const char    *id,
                                      const char    *from,
                                      gboolean       outgoing,
                                      VisMessageKind kind) G_GNUC_WARN_UNUSED_RESULT;
void            vis_chat_message_set_ts (VisChatMessage *self, gint64 ts);
void            vis_chat_message_set_text (VisChatMessage *self, const char *text);
void            vis_chat_message_set_deleted (VisChatMessage *self, gboolean deleted);
void            vis_chat_message_set_delivery (VisChatMessage *self, VisDelivery delivery);
void            vis_chat_message_set_call (VisChatMessage *self,
                                           const char     *outcome,
                                           gboolean        video,
                                           guint           duration);

/* The place of the message in its timeline. Set before it is inserted there. */
gint64 vis_chat_message_get_position (VisChatMessage *self);
void   vis_chat_message_set_position (VisChatMessage *self, gint64 position);

G_END_DECLS
