/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-clock.h"
#include "vis-conversation-list-private.h"
#include "vis-message.h"

G_BEGIN_DECLS

/**
 * VisChatModel:
 *
 * The contacts and conversations as they are shown, with what is never stored: presence and typing.
 * It knows neither the store nor the wire; previews and tests fill it by hand.
 *
 * Read-only properties: `name` (of this person), `unread` and `requests` (sums).
 *
 * `conversation-made` is emitted for each new conversation, before it is in the list and its
 * timeline can be opened; not for one that returns to the list. `conversation-removed` is emitted
 * when one has left the list. `received` and `requested` are those of [class@Vis.Chat].
 */
#define VIS_TYPE_CHAT_MODEL (vis_chat_model_get_type ())
G_DECLARE_FINAL_TYPE (VisChatModel, vis_chat_model, VIS, CHAT_MODEL, GObject)

VisChatModel *vis_chat_model_new (const char *user, VisClock *clock) G_GNUC_WARN_UNUSED_RESULT;

const char   *vis_chat_model_get_user (VisChatModel *self);
const char   *vis_chat_model_get_name (VisChatModel *self);
void          vis_chat_model_set_name (VisChatModel *self, const char *name);
guint         vis_chat_model_get_unread (VisChatModel *self);
guint         vis_chat_model_get_requests (VisChatModel *self);
VisConversationList *vis_chat_model_get_conversations (VisChatModel *self);
const char          *vis_chat_model_name_of (VisChatModel *self, const char *user);

/* Between these two, conversations are held back; the list then gets all of them in one change. */
void             vis_chat_model_begin (VisChatModel *self);
void             vis_chat_model_end (VisChatModel *self);

VisConversation *vis_chat_model_find (VisChatModel *self, const char *chat);
VisConversation *vis_chat_model_lookup (VisChatModel *self, const char *chat);
VisConversation *vis_chat_model_ensure (VisChatModel *self, const char *chat);
void             vis_chat_model_add (VisChatModel *self, VisConversation *conversation);
void             vis_chat_model_place (VisChatModel *self, VisConversation *conversation);
void             vis_chat_model_note_contact (VisChatModel    *self,
                                              VisConversation *conversation,
                                              VisContactState  was);
void             vis_chat_model_note_received (VisChatModel    *self,
                                               VisConversation *conversation,
                                               VisChatMessage  *message);
void             vis_chat_model_note_draft (VisChatModel *self, const char *chat, const char *text);
void             vis_chat_model_note_pending (VisChatModel *self, gint64 position);
gint64           vis_chat_model_next_pending (VisChatModel *self);

void             vis_chat_model_note_presence (VisChatModel *self, const VisMessage *object);
void             vis_chat_model_show_presence (VisChatModel *self, VisContact *contact);
void             vis_chat_model_note_typing (VisChatModel *self, const VisMessage *event);
void             vis_chat_model_stop_typing (VisChatModel *self, VisConversation *conversation);
void             vis_chat_model_go_offline (VisChatModel *self);

G_END_DECLS
