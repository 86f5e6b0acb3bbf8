/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "driver.h"
#include "fixture.h"
#include "vis-message-row.h"

static void
open_menu (Fixture *fixture, const char *text)
{
  GtkWidget *label = driver_find (fixture->widget, GTK_TYPE_LABEL, text);
  GtkWidget *row = gtk_widget_get_ancestor (label, VIS_TYPE_MESSAGE_ROW);
  GtkWidget *item = gtk_widget_get_parent (row);

  g_assert_true (gtk_widget_grab_focus (item));
  g_assert_true (driver_press (item, GDK_KEY_Menu, 0));
}

static GtkWidget *
find_item (Fixture *fixture, const char *name)
{
  GtkWidget *label = driver_find (fixture->widget, GTK_TYPE_LABEL, name);

  return gtk_widget_get_ancestor (label, g_type_from_name ("GtkModelButton"));
}

static gboolean
has_no_dialog (gpointer data)
{
  return driver_look_for_window (ADW_TYPE_MESSAGE_DIALOG) == NULL;
}

/* Activates an item of the message's menu, and confirms the question. */
static void
choose (
  Fixture *fixture, const char *text, const char *item, const char *question, const char *verb)
{
  open_menu (fixture, text);
  g_signal_emit_by_name (find_item (fixture, item), "clicked");
  g_assert_nonnull (driver_look_for_window (ADW_TYPE_MESSAGE_DIALOG));
  driver_find (driver_look_for_window (ADW_TYPE_MESSAGE_DIALOG), GTK_TYPE_LABEL, question);
  driver_click (driver_look_for_window (ADW_TYPE_MESSAGE_DIALOG), verb);
  driver_until (has_no_dialog, NULL);
}

static void
test_menu_copy (Fixture *fixture, gconstpointer data)
{
  GdkContentProvider *content;
  g_auto (GValue)     value = G_VALUE_INIT;

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  open_menu (fixture, "A real bug?");
  g_signal_emit_by_name (find_item (fixture, "Copy"), "clicked");
  content = gdk_clipboard_get_content (gtk_widget_get_clipboard (fixture->widget));
  g_assert_nonnull (content);
  g_value_init (&value, G_TYPE_STRING);
  g_assert_true (gdk_content_provider_get_value (content, &value, NULL));
  g_assert_cmpstr (g_value_get_string (&value), ==, "A real bug?");
}

static char *deleted; /* id of the message that was deleted */

/* Wrapped by the linker, since a stage has no store to delete from. */
void __real_vis_chat_delete_async (VisChat            *self,
                                   VisConversation    *conversation,
                                   VisChatMessage     *message,
                                   gboolean            for_everyone,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
void __wrap_vis_chat_delete_async (VisChat            *self,
                                   VisConversation    *conversation,
                                   VisChatMessage     *message,
                                   gboolean            for_everyone,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);

void
__wrap_vis_chat_delete_async (VisChat            *self,
                              VisConversation    *conversation,
                              VisChatMessage     *message,
                              gboolean            for_everyone,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_assert_null (deleted);
  deleted = g_strdup_printf ("%s %s %s",
                             vis_conversation_get_chat (conversation),
                             for_everyone ? "everyone" : "me",
                             vis_chat_message_get_text (message));
  __real_vis_chat_delete_async (
    self, conversation, message, for_everyone, cancellable, callback, user_data);
}

static void
assert_deleted (const char *expected)
{
  g_assert_cmpstr (deleted, ==, expected);
  g_clear_pointer (&deleted, g_free);
}

static void
test_menu_delete (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *item, *question, *verb, *expected;
  } cases[] = {
    { "Delete for me…", "Delete for you?", "Cancel", NULL },
    { "Delete for me…", "Delete for you?", "Delete", "grace me A real bug?" },
    { "Delete for everyone…", "Delete for everyone?", "Cancel", NULL },
    { "Delete for everyone…", "Delete for everyone?", "Delete", "grace everyone A real bug?" },
  };

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");

  /* Only own messages can be deleted for everyone. */
  open_menu (fixture, "Look at what we found in relay 70:");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Delete for me…");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_LABEL, "Delete for everyone…"));
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_ancestor (
    driver_find (fixture->widget, GTK_TYPE_LABEL, "Delete for me…"), GTK_TYPE_POPOVER)));
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Delete for me…");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      choose (fixture, "A real bug?", cases[i].item, cases[i].question, cases[i].verb);
      assert_deleted (cases[i].expected);
    }
}

/* A failed message that is sent again comes last. */
static void
test_menu_send_again (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  VisChatMessage  *last;

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  open_menu (fixture, "A real bug?");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Copy");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_LABEL, "Send again"));

  conversation = vis_chat_find (fixture->stage->chat, "grace");
  stage_own (fixture->stage, conversation, "Refused", 0, VIS_DELIVERY_FAILED);
  open_menu (fixture, "Refused");
  g_signal_emit_by_name (find_item (fixture, "Send again"), "clicked");
  last = vis_conversation_get_last_message (conversation);
  g_assert_cmpstr (vis_chat_message_get_text (last), ==, "Refused");
  g_assert_cmpint (vis_chat_message_get_delivery (last), ==, VIS_DELIVERY_PENDING);
  assert_deleted ("grace me Refused");
}

int
main (int argc, char *argv[])
{
  fixture_init (&argc, &argv);

  FIXTURE_ADD ("/chat/menu/copy", test_menu_copy);
  FIXTURE_ADD ("/chat/menu/delete", test_menu_delete);
  FIXTURE_ADD ("/chat/menu/send-again", test_menu_send_again);

  return g_test_run ();
}
