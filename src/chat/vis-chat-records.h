/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-message.h"
#include "vis-store.h"

G_BEGIN_DECLS

/* Conversions between messages of the wire and stored records. The codec has checked types and
 * lengths; here it is checked whether a message is for this person and conversation. */

VisStoredMessage *vis_stored_message_from_wire (const VisMessage *object,
                                                const char       *me,
                                                const char       *chat) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray        *vis_stored_messages_from_wire (GPtrArray  *objects,
                                                 const char *me,
                                                 const char *chat) G_GNUC_WARN_UNUSED_RESULT;
VisStoredContact *vis_stored_contact_from_wire (const VisMessage *object,
                                                const char       *me) G_GNUC_WARN_UNUSED_RESULT;
VisStoredChat    *vis_stored_chat_from_wire (const VisMessage *object,
                                             const char       *me) G_GNUC_WARN_UNUSED_RESULT;
gboolean          vis_chat_name_is_valid (const char *chat, const char *me);
VisPresence       vis_presence_from_wire (const VisMessage *object);

VisMessage *vis_stored_request_to_wire (const VisStoredRequest *request) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
