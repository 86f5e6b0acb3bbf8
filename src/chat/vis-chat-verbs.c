/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-private.h"

#include "vis-chat-message-private.h"
#include "vis-id.h"
#include "vis-timeline-private.h"

/**
 * vis_chat_send:
 * @self: the chat
 * @conversation: to whom
 * @text: what to say, 1 to 8,000 characters
 *
 * Sends a text. It is there at once, with a clock, and goes out as soon as the server can be
 * reached.
 */
void
vis_chat_send (VisChat *self, VisConversation *conversation, const char *text)
{
  g_autofree char *id = vis_id_new ();
  g_autoptr (VisChatMessage) message = NULL;

  g_return_if_fail (VIS_IS_CHAT (self));
  g_return_if_fail (VIS_IS_CONVERSATION (conversation));

  message = vis_chat_message_new (id, self->user, TRUE, VIS_MESSAGE_TEXT);
  vis_chat_message_set_text (message, text);
  vis_chat_message_set_ts (message, vis_clock_wall (self->clock));
  vis_chat_message_set_delivery (message, VIS_DELIVERY_PENDING);
  vis_timeline_insert (vis_conversation_peek_timeline (conversation), message);
  vis_conversation_set_last_message (conversation, message);
  vis_conversation_list_resort (self->conversations, conversation);
}

void
vis_chat_mark_read (VisChat *self, VisConversation *conversation)
{
  vis_conversation_set_unread (conversation, 0);
}

void
vis_chat_set_typing (VisChat *self, VisConversation *conversation, gboolean typing)
{
}

void
vis_chat_delete_async (VisChat            *self,
                       VisConversation    *conversation,
                       VisChatMessage     *message,
                       gboolean            for_everyone,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, vis_chat_delete_async);
  g_task_return_boolean (task, TRUE);
}

gboolean
vis_chat_delete_finish (VisChat *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
vis_chat_clear_async (VisChat            *self,
                      VisConversation    *conversation,
                      GCancellable       *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, vis_chat_clear_async);
  g_task_return_boolean (task, TRUE);
}

gboolean
vis_chat_clear_finish (VisChat *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
vis_chat_contact_async (VisChat            *self,
                        VisContactVerb      verb,
                        const char         *user,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, vis_chat_contact_async);
  g_task_return_boolean (task, TRUE);
}

gboolean
vis_chat_contact_finish (VisChat *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
