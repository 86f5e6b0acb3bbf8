/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-notifier.h"

#include "vis-text.h"

#include <glib/gi18n.h>

#define CALL_NOTIFICATION    "call"
#define PREVIEW_MAX_LENGTH   200
#define NOTIFICATION_SERVICE "org.freedesktop.Notifications"
#define NOTIFICATION_PATH    "/org/freedesktop/Notifications"

/* On desktops that have it, GLib sends notifications to this service. */
#define GTK_NOTIFICATION_SERVICE "org.gtk.Notifications"

struct _VisNotifier
{
  GObject            parent_instance;

  GtkApplication    *application;
  VisChat           *chat;
  VisCallController *controller;
  VisCall           *call;
  GHashTable        *told; /* users with a notification that is shown */
  GCancellable      *cancellable;
  guint              watch;
  guint              gtk_watch;
  guint              inhibitor;
  gboolean           has_service;
  gboolean           has_gtk_service;
  gboolean           reads_markup; /* the service has "body-markup" */
};

G_DEFINE_FINAL_TYPE (VisNotifier, vis_notifier, G_TYPE_OBJECT)

static void
notify (VisNotifier *self, const char *id, GNotification *notification)
{
  /* Without a service, GLib prints a warning for each notification. */
  if (self->has_service)
    g_application_send_notification (G_APPLICATION (self->application), id, notification);
}

static void
withdraw (VisNotifier *self, const char *id)
{
  if (self->has_service)
    g_application_withdraw_notification (G_APPLICATION (self->application), id);
}

/* Messages are plain text: in the body they must not act as markup. */
static void
set_body (VisNotifier *self, GNotification *notification, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_notification_set_body (notification,
                           self->reads_markup && !self->has_gtk_service ? escaped : text);
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

/* The screen must not lock, nor the computer suspend, during a call. */
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

static char *
dup_chat_id (const char *user)
{
  return g_strconcat ("chat-", user, NULL);
}

/* The body of a notification about a message; NULL for none. */
static char *
dup_preview (VisChatMessage *message)
{
  const char      *text = vis_chat_message_get_text (message);
  g_autofree char *cut = NULL;

  if (vis_chat_message_get_kind (message) == VIS_MESSAGE_CALL)
    return g_strdup (vis_chat_message_get_call_video (message) ? _ ("Missed video call")
                                                               : _ ("Missed voice call"));
  if (vis_chat_message_get_kind (message) == VIS_MESSAGE_UNKNOWN)
    return g_strdup (_ ("This message needs a newer version"));
  if (text == NULL)
    return NULL;

  cut = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), PREVIEW_MAX_LENGTH));
  return vis_text_plain (cut);
}

static void
on_received (VisNotifier     *self,
             VisConversation *conversation,
             VisChatMessage  *message,
             VisChat         *chat)
{
  const char               *user = vis_conversation_get_chat (conversation);
  g_autofree char          *id = dup_chat_id (user);
  g_autofree char          *body = dup_preview (message);
  g_autoptr (GNotification) notification = NULL;

  /* No notification of an answered call, or of what was read on another device. */
  if (body == NULL || vis_conversation_get_unread (conversation) == 0 || person_is_looking (self))
    return;

  notification =
    g_notification_new (vis_contact_get_name (vis_conversation_get_contact (conversation)));
  set_body (self, notification, body);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.open-chat", "s", user);
  notify (self, id, notification);
  g_hash_table_add (self->told, g_strdup (user));
}

static void
on_requested (VisNotifier *self, VisConversation *conversation, VisChat *chat)
{
  const char               *user = vis_conversation_get_chat (conversation);
  g_autofree char          *id = dup_chat_id (user);
  g_autoptr (GNotification) notification = NULL;

  if (person_is_looking (self))
    return;

  notification =
    g_notification_new (vis_contact_get_name (vis_conversation_get_contact (conversation)));
  g_notification_set_body (notification, _ ("Wants to be one of your contacts"));
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.open-chat", "s", user);
  notify (self, id, notification);
  g_hash_table_add (self->told, g_strdup (user));
}

static gboolean
waits (VisConversation *conversation)
{
  return conversation != NULL &&
         (vis_conversation_get_unread (conversation) > 0 ||
          vis_contact_get_state (vis_conversation_get_contact (conversation)) ==
            VIS_CONTACT_INCOMING);
}

/* Withdraws notifications about what was read or answered. */
static void
on_unread (VisNotifier *self)
{
  GHashTableIter iter;
  gpointer       user;

  g_hash_table_iter_init (&iter, self->told);
  while (g_hash_table_iter_next (&iter, &user, NULL))
    {
      if (!waits (vis_chat_find (self->chat, user)))
        {
          g_autofree char *id = dup_chat_id (user);

          withdraw (self, id);
          g_hash_table_iter_remove (&iter);
        }
    }
}

static void
withdraw_all (VisNotifier *self)
{
  GHashTableIter iter;
  gpointer       user;

  withdraw (self, CALL_NOTIFICATION);
  g_hash_table_iter_init (&iter, self->told);
  while (g_hash_table_iter_next (&iter, &user, NULL))
    {
      g_autofree char *id = dup_chat_id (user);

      withdraw (self, id);
    }
}

static void
on_capabilities (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VisNotifier) self = user_data;
  g_autoptr (GError)      error = NULL;
  g_autoptr (GVariant)    answer = NULL;
  g_autofree const char **names = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer != NULL)
    g_variant_get (answer, "(^a&s)", &names);
  self->reads_markup = names != NULL && g_strv_contains (names, "body-markup");
  self->has_service = TRUE;
  /* A call may ring since before the service was there. */
  on_call_state (self);
}

static void
on_service (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  VisNotifier *self = user_data;

  g_dbus_connection_call (bus,
                          owner,
                          NOTIFICATION_PATH,
                          NOTIFICATION_SERVICE,
                          "GetCapabilities",
                          NULL,
                          G_VARIANT_TYPE ("(as)"),
                          G_DBUS_CALL_FLAGS_NONE,
                          -1,
                          self->cancellable,
                          on_capabilities,
                          g_object_ref (self));
}

static void
on_no_service (GDBusConnection *bus, const char *name, gpointer user_data)
{
  VIS_NOTIFIER (user_data)->has_service = FALSE;
}

static void
on_gtk_service (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  VIS_NOTIFIER (user_data)->has_gtk_service = TRUE;
}

static void
vis_notifier_dispose (GObject *object)
{
  VisNotifier *self = VIS_NOTIFIER (object);

  if (self->application != NULL)
    {
      withdraw_all (self);
      set_inhibited (self, FALSE);
    }
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  g_clear_handle_id (&self->gtk_watch, g_bus_unwatch_name);
  g_clear_pointer (&self->told, g_hash_table_unref);
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
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
}

/**
 * vis_notifier_new:
 * @application: sends the notifications
 * @chat: the messages
 * @controller: the calls
 *
 * Watches one account.
 *
 * Returns: (transfer full): a new notifier
 */
VisNotifier *
vis_notifier_new (GtkApplication *application, VisChat *chat, VisCallController *controller)
{
  VisNotifier *self = g_object_new (VIS_TYPE_NOTIFIER, NULL);

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
  self->gtk_watch = g_bus_watch_name (G_BUS_TYPE_SESSION,
                                      GTK_NOTIFICATION_SERVICE,
                                      G_BUS_NAME_WATCHER_FLAGS_NONE,
                                      on_gtk_service,
                                      NULL,
                                      self,
                                      NULL);
  g_signal_connect_object (chat, "received", G_CALLBACK (on_received), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat, "requested", G_CALLBACK (on_requested), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat, "notify::unread", G_CALLBACK (on_unread), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
    chat, "notify::requests", G_CALLBACK (on_unread), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
    controller, "notify::call", G_CALLBACK (on_call), self, G_CONNECT_SWAPPED);
  on_call (self);

  return self;
}
