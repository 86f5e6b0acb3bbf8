/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-notifier.h"

#include <glib/gi18n.h>

#define CALL_NOTIFICATION    "call"
#define PREVIEW_MAX_LENGTH   200
#define NOTIFICATION_SERVICE "org.freedesktop.Notifications"

struct _VisNotifier
{
  GObject            parent_instance;

  GtkApplication    *application;
  VisChat           *chat;
  VisCallController *controller;
  VisCall           *call;
  GPtrArray         *conversations; /* those whose unread count is watched */
  guint              watch;
  guint              inhibitor;
  gboolean           has_service;
};

G_DEFINE_FINAL_TYPE (VisNotifier, vis_notifier, G_TYPE_OBJECT)

static void
notify (VisNotifier *self, const char *id, GNotification *notification)
{
  /* Without a service GLib would print a warning for each. */
  if (self->has_service)
    g_application_send_notification (G_APPLICATION (self->application), id, notification);
}

static void
withdraw (VisNotifier *self, const char *id)
{
  if (self->has_service)
    g_application_withdraw_notification (G_APPLICATION (self->application), id);
}

static gboolean
person_is_looking (VisNotifier *self)
{
  GtkWindow *window = gtk_application_get_active_window (self->application);

  return window != NULL && gtk_window_is_active (window);
}

static void
notify_call (VisNotifier *self)
{
  g_autoptr (GNotification) notification = NULL;
  const char               *id = vis_call_get_id (self->call);

  notification = g_notification_new (vis_call_get_peer_name (self->call));
  g_notification_set_body (notification,
                           vis_call_get_video (self->call) ? _ ("Incoming video call")
                                                           : _ ("Incoming voice call"));
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_URGENT);
  g_notification_set_category (notification, "call.incoming");
  g_notification_set_default_action (notification, "app.activate");
  g_notification_add_button_with_target (notification, _ ("Decline"), "app.decline", "s", id);
  g_notification_add_button_with_target (notification, _ ("Answer"), "app.answer", "s", id);

  notify (self, CALL_NOTIFICATION, notification);
}

/* A call must not be cut by a screen that locks itself or a computer that goes to sleep. */
static void
set_inhibited (VisNotifier *self, gboolean inhibited)
{
  if (inhibited && self->inhibitor == 0)
    self->inhibitor =
      gtk_application_inhibit (self->application,
                               gtk_application_get_active_window (self->application),
                               GTK_APPLICATION_INHIBIT_IDLE | GTK_APPLICATION_INHIBIT_SUSPEND,
                               _ ("In a call"));
  else if (!inhibited && self->inhibitor != 0)
    {
      gtk_application_uninhibit (self->application, self->inhibitor);
      self->inhibitor = 0;
    }
}

static void
on_call_state (VisNotifier *self)
{
  VisCallState state = self->call != NULL ? vis_call_get_state (self->call) : VIS_CALL_IDLE;

  if (state == VIS_CALL_RINGING)
    notify_call (self);
  else
    withdraw (self, CALL_NOTIFICATION);
  set_inhibited (self, state == VIS_CALL_IN_CALL);
}

static void
on_call (VisNotifier *self)
{
  if (self->call != NULL)
    g_signal_handlers_disconnect_by_func (self->call, on_call_state, self);
  g_set_object (&self->call, vis_call_controller_get_call (self->controller));
  if (self->call != NULL)
    g_signal_connect_object (
      self->call, "notify::state", G_CALLBACK (on_call_state), self, G_CONNECT_SWAPPED);
  on_call_state (self);
}

static void
on_unread (VisConversation *conversation, GParamSpec *pspec, gpointer user_data)
{
  VisNotifier              *self = user_data;
  VisChatMessage           *message = vis_conversation_get_last_message (conversation);
  const char               *user = vis_conversation_get_chat (conversation);
  g_autofree char          *id = g_strconcat ("chat-", user, NULL);
  g_autofree char          *body = NULL;
  g_autoptr (GNotification) notification = NULL;

  if (vis_conversation_get_unread (conversation) == 0)
    {
      withdraw (self, id);
      return;
    }
  if (person_is_looking (self) || message == NULL || vis_chat_message_get_outgoing (message))
    return;

  if (vis_chat_message_get_kind (message) == VIS_MESSAGE_CALL)
    body = g_strdup (vis_chat_message_get_call_video (message) ? _ ("Missed video call")
                                                               : _ ("Missed voice call"));
  else if (vis_chat_message_get_text (message) != NULL)
    body = g_utf8_substring (
      vis_chat_message_get_text (message),
      0,
      MIN (g_utf8_strlen (vis_chat_message_get_text (message), -1), PREVIEW_MAX_LENGTH));
  else
    return;

  notification =
    g_notification_new (vis_contact_get_name (vis_conversation_get_contact (conversation)));
  g_notification_set_body (notification, body);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.open-chat", "s", user);
  notify (self, id, notification);
}

static void
watch_conversation (VisNotifier *self, VisConversation *conversation)
{
  if (g_ptr_array_find (self->conversations, conversation, NULL))
    return;

  g_ptr_array_add (self->conversations, g_object_ref (conversation));
  g_signal_connect_object (conversation, "notify::unread", G_CALLBACK (on_unread), self, 0);
}

static void
on_conversations (GListModel *list, guint position, guint removed, guint added, gpointer user_data)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (VisConversation) conversation = g_list_model_get_item (list, i);

      watch_conversation (user_data, conversation);
    }
}

static void
on_service (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  VIS_NOTIFIER (user_data)->has_service = TRUE;
}

static void
on_no_service (GDBusConnection *bus, const char *name, gpointer user_data)
{
  VIS_NOTIFIER (user_data)->has_service = FALSE;
}

static void
vis_notifier_dispose (GObject *object)
{
  VisNotifier *self = VIS_NOTIFIER (object);

  if (self->application != NULL)
    {
      withdraw (self, CALL_NOTIFICATION);
      set_inhibited (self, FALSE);
    }
  if (self->watch != 0)
    g_bus_unwatch_name (self->watch);
  self->watch = 0;
  g_clear_pointer (&self->conversations, g_ptr_array_unref);
  g_clear_object (&self->call);
  g_clear_object (&self->controller);
  g_clear_object (&self->chat);
  g_clear_object (&self->application);

  G_OBJECT_CLASS (vis_notifier_parent_class)->dispose (object);
}

static void
vis_notifier_class_init (VisNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vis_notifier_dispose;
}

static void
vis_notifier_init (VisNotifier *self)
{
  self->conversations = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * vis_notifier_new:
 * @application: through which to tell
 * @chat: whose messages
 * @controller: whose calls
 *
 * Watches one account.
 *
 * Returns: (transfer full): a new notifier
 */
VisNotifier *
vis_notifier_new (GtkApplication *application, VisChat *chat, VisCallController *controller)
{
  VisNotifier *self = g_object_new (VIS_TYPE_NOTIFIER, NULL);
  GListModel  *conversations = vis_chat_get_conversations (chat);

  self->application = g_object_ref (application);
  self->chat = g_object_ref (chat);
  self->controller = g_object_ref (controller);
  self->watch = g_bus_watch_name (G_BUS_TYPE_SESSION,
                                  NOTIFICATION_SERVICE,
                                  G_BUS_NAME_WATCHER_FLAGS_AUTO_START,
                                  on_service,
                                  on_no_service,
                                  self,
                                  NULL);
  g_signal_connect_object (conversations, "items-changed", G_CALLBACK (on_conversations), self, 0);
  on_conversations (conversations, 0, 0, g_list_model_get_n_items (conversations), self);
  g_signal_connect_object (
    controller, "notify::call", G_CALLBACK (on_call), self, G_CONNECT_SWAPPED);
  on_call (self);

  return self;
}
