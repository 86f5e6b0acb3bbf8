/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "stage.h"
#include "until.h"
#include "vis-notifier.h"

/* A notification service like those of most desktops, which reads bodies as markup. */

static const char interface_xml[] =
  "<node><interface name='org.freedesktop.Notifications'>"
  "<method name='GetCapabilities'><arg direction='out' type='as'/></method>"
  "<method name='Notify'><arg direction='in' type='s'/><arg direction='in' type='u'/>"
  "<arg direction='in' type='s'/><arg direction='in' type='s'/><arg direction='in' type='s'/>"
  "<arg direction='in' type='as'/><arg direction='in' type='a{sv}'/><arg direction='in' type='i'/>"
  "<arg direction='out' type='u'/></method>"
  "<method name='CloseNotification'><arg direction='in' type='u'/></method>"
  "</interface></node>";

typedef struct
{
  GDBusConnection *bus;
  guint            owner;
  guint            object;
  GString         *log;
  guint            last_id;
} Service;

static void
on_method (GDBusConnection       *bus,
           const char            *sender,
           const char            *path,
           const char            *interface,
           const char            *method,
           GVariant              *parameters,
           GDBusMethodInvocation *invocation,
           gpointer               data)
{
  static const char *const capabilities[] = { "body", "body-markup", "actions", NULL };
  Service                 *self = data;

  if (g_str_equal (method, "GetCapabilities"))
    {
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^as)", capabilities));
    }
  else if (g_str_equal (method, "Notify"))
    {
      const char *title, *body;
      guint       replaces;

      g_variant_get_child (parameters, 1, "u", &replaces);
      g_variant_get_child (parameters, 3, "&s", &title);
      g_variant_get_child (parameters, 4, "&s", &body);
      if (replaces == 0)
        replaces = ++self->last_id;
      g_string_append_printf (self->log, "%u %s|%s\n", replaces, title, body);
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", replaces));
    }
  else
    {
      guint id;

      g_variant_get (parameters, "(u)", &id);
      g_string_append_printf (self->log, "%u closed\n", id);
      g_dbus_method_invocation_return_value (invocation, NULL);
    }
}

static Service *
service_new (void)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method };
  Service                          *self = g_new0 (Service, 1);
  g_autoptr (GDBusNodeInfo)         info = g_dbus_node_info_new_for_xml (interface_xml, NULL);

  self->log = g_string_new (NULL);
  self->bus = g_dbus_connection_new_for_address_sync (
    g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL,
    NULL,
    NULL);
  g_assert_nonnull (self->bus);
  self->object = g_dbus_connection_register_object (
    self->bus, "/org/freedesktop/Notifications", info->interfaces[0], &vtable, self, NULL, NULL);
  self->owner = g_bus_own_name_on_connection (self->bus,
                                              "org.freedesktop.Notifications",
                                              G_BUS_NAME_OWNER_FLAGS_NONE,
                                              NULL,
                                              NULL,
                                              NULL,
                                              NULL);

  return self;
}

static void
service_free (Service *self)
{
  g_bus_unown_name (self->owner);
  g_dbus_connection_unregister_object (self->bus, self->object);
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_object_unref (self->bus);
  g_string_free (self->log, TRUE);
  g_free (self);
}

static void
settle (GApplication *application)
{
  g_autoptr (GVariant) answer =
    g_dbus_connection_call_sync (g_application_get_dbus_connection (application),
                                 "org.freedesktop.DBus",
                                 "/org/freedesktop/DBus",
                                 "org.freedesktop.DBus",
                                 "GetId",
                                 NULL,
                                 NULL,
                                 G_DBUS_CALL_FLAGS_NONE,
                                 -1,
                                 NULL,
                                 NULL);

  g_assert_nonnull (answer);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Waits until exactly these notifications were sent, and the app has its answers. */
static void
assert_told (Service *service, GApplication *application, const char *expected)
{
  WAIT_FOR (service->log->len >= strlen (expected));
  settle (application);
  g_assert_cmpstr (service->log->str, ==, expected);
  g_string_truncate (service->log, 0);
}

static void
receive (Stage *stage, const char *user, const char *text, guint unread)
{
  VisConversation *conversation = vis_chat_find (stage->chat, user);
  VisChatMessage  *message = stage_say (stage, conversation, text, 0);

  vis_conversation_set_unread (conversation, unread);
  vis_chat_model_note_received (stage->chat->model, conversation, message);
}

static void
test_notifier (void)
{
  Service                   *service = service_new ();
  Stage                     *stage = stage_new ();
  g_autoptr (GtkApplication) application =
    gtk_application_new ("org.visavis.TestNotifier", G_APPLICATION_DEFAULT_FLAGS);
  GApplication           *app = G_APPLICATION (application);
  g_autoptr (VisCall)     call = vis_call_new ("c", "kat", "Katherine", FALSE, TRUE);
  g_autoptr (VisNotifier) notifier = NULL;

  g_assert_true (g_application_register (app, NULL, NULL));
  stage_fill (stage);
  vis_call_set_state (call, VIS_CALL_RINGING);
  spy_controller_set_call (stage->controller, call);
  notifier = vis_notifier_new (application, stage->chat, stage->controller);

  assert_told (service, app, "1 Katherine|Incoming video call\n");
  spy_controller_end (stage->controller, VIS_END_TIMEOUT);
  assert_told (service, app, "1 closed\n");

  /* Messages are not markup. */
  receive (stage, "kat", "<b>1 < 2</b> & more", 3);
  assert_told (service, app, "2 Katherine Johnson|&lt;b&gt;1 &lt; 2&lt;/b&gt; &amp; more\n");

  /* A name does not change the direction of the text around it. */
  vis_contact_set_name (vis_conversation_get_contact (vis_chat_find (stage->chat, "hedy")),
                        "\xe2\x80\xaeydeH\xe2\x81\xa9");
  receive (stage,
           "hedy",
           "\xe2\x80\xae"
           "a\nb\xe2\x80\xac",
           1);
  assert_told (service, app, "3 ydeH|a b\n");

  /* Fewer unread messages send nothing; none withdraws the notification. */
  vis_conversation_set_unread (vis_chat_find (stage->chat, "kat"), 2);
  receive (stage, "mary", "Hello", 1);
  assert_told (service, app, "4 Mary Kenneth Keller|Hello\n");
  vis_conversation_set_unread (vis_chat_find (stage->chat, "kat"), 0);
  assert_told (service, app, "2 closed\n");

  /* A message that was read on another device sends nothing. */
  receive (stage, "kat", "Are you there?", 0);
  /* Signing out withdraws all notifications. */
  g_clear_object (&notifier);
  assert_told (service, app, "3 closed\n4 closed\n");

  stage_free (stage);
  service_free (service);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/app/notifier", test_notifier);
  return g_test_run ();
}
