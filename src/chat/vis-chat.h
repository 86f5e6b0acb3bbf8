/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat-status.h"
#include "vis-clock.h"
#include "vis-conversation.h"
#include "vis-store.h"

G_BEGIN_DECLS

/* VisWire is of src/protocol, which src/ui does not include. */
typedef struct _VisWire VisWire;

/**
 * VisChat:
 *
 * The contacts and messages of one account: read from the store at the start, and kept up to date
 * over the wire. What the verbs below change is shown at once and survives a crash; the server is
 * told as soon as it can be reached.
 *
 * Read-only properties: `user`, `name` (of this person), `connection` ([enum@Vis.ChatStatus]),
 * `conversations` (a #GListModel of [class@Vis.Conversation], newest first; a contact without
 * messages has one as well), `unread` (sum), `requests` (the number of contact requests), `loaded`
 * (the store was read: connect the wire now).
 *
 * `received` is emitted for each new message of another person, `requested` for each new contact
 * request.
 */
#define VIS_TYPE_CHAT (vis_chat_get_type ())
G_DECLARE_FINAL_TYPE (VisChat, vis_chat, VIS, CHAT, GObject)

VisChat *vis_chat_new (const char *user, VisStore *store, VisWire *wire, VisClock *clock)
  G_GNUC_WARN_UNUSED_RESULT;

const char      *vis_chat_get_user (VisChat *self);
const char      *vis_chat_get_name (VisChat *self);
VisChatStatus    vis_chat_get_connection (VisChat *self);
GListModel      *vis_chat_get_conversations (VisChat *self);
guint            vis_chat_get_unread (VisChat *self);
guint            vis_chat_get_requests (VisChat *self);
gboolean         vis_chat_get_loaded (VisChat *self);
gboolean         vis_chat_get_listed (VisChat *self);
const GError    *vis_chat_get_problem (VisChat *self);

VisConversation *vis_chat_find (VisChat *self, const char *user);
const char      *vis_chat_name_of (VisChat *self, const char *user);

void             vis_chat_send (VisChat *self, VisConversation *conversation, const char *text);
void     vis_chat_set_draft (VisChat *self, VisConversation *conversation, const char *text);
void     vis_chat_mark_read (VisChat *self, VisConversation *conversation);
void     vis_chat_set_typing (VisChat *self, VisConversation *conversation, gboolean typing);

void     vis_chat_delete_async (VisChat            *self,
                                VisConversation    *conversation,
                                VisChatMessage     *message,
                                gboolean            for_everyone,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
gboolean vis_chat_delete_finish (VisChat *self, GAsyncResult *result, GError **error);

void     vis_chat_clear_async (VisChat            *self,
                               VisConversation    *conversation,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data);
gboolean vis_chat_clear_finish (VisChat *self, GAsyncResult *result, GError **error);

/* The requests contact:add, accept, remove, block and unblock. */
typedef enum
{
  VIS_CONTACT_VERB_ADD,
  VIS_CONTACT_VERB_ACCEPT,
  VIS_CONTACT_VERB_REMOVE,
  VIS_CONTACT_VERB_BLOCK,
  VIS_CONTACT_VERB_UNBLOCK,
} VisContactVerb;

void     vis_chat_contact_async (VisChat            *self,
                                 VisContactVerb      verb,
                                 const char         *user,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
gboolean vis_chat_contact_finish (VisChat *self, GAsyncResult *result, GError **error);

G_END_DECLS
