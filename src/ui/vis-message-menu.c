/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-message-menu.h"

#include "vis-confirm-dialog.h"
#include "vis-error.h"
#include "vis-message-row.h"
#include "vis-ui.h"

#include <glib/gi18n.h>

struct _VisMessageMenu
{
  GObject             parent_instance;

  GtkWidget          *view; /* not owned: it owns this object */
  VisChat            *chat;
  VisConversation    *conversation;
  VisChatMessage     *target; /* the message that the menu is about */
  char               *copied; /* text for "Copy": the selection, or all */
  char               *link;   /* address below the pointer, or NULL */
  GSimpleActionGroup *actions;
  GtkWidget          *popover;
};

G_DEFINE_FINAL_TYPE (VisMessageMenu, vis_message_menu, G_TYPE_OBJECT)

static void
enable (VisMessageMenu *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static VisMessageRow *
find_row (GtkWidget *widget)
{
  GtkWidget *child;

  if (widget == NULL)
    return NULL;

  /* The pointer is on a child of the row, the focus on the list item around it. */
  child = gtk_widget_get_ancestor (widget, VIS_TYPE_MESSAGE_ROW);
  if (child == NULL)
    child = gtk_widget_get_first_child (widget);

  return VIS_IS_MESSAGE_ROW (child) ? VIS_MESSAGE_ROW (child) : NULL;
}

static GtkPopover *
get_popover (VisMessageMenu *self)
{
  g_autoptr (GtkBuilder) builder = NULL;

  if (self->popover != NULL)
    return GTK_POPOVER (self->popover);

  builder = gtk_builder_new_from_resource (VIS_UI_RESOURCE_PATH "vis-message-menu.ui");
  self->popover = gtk_popover_menu_new_from_model (
    G_MENU_MODEL (gtk_builder_get_object (builder, "message_menu")));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_set_parent (self->popover, self->view);

  return GTK_POPOVER (self->popover);
}

static void
show (VisMessageMenu *self, VisMessageRow *row, const GdkRectangle *at)
{
  VisChatMessage *message = vis_message_row_get_message (row);
  VisMessageBody *shown = vis_message_row_get_body (row);
  gboolean        text, own, failed;

  if (message == NULL)
    return;

  text = vis_chat_message_get_kind (message) == VIS_MESSAGE_TEXT &&
         vis_chat_message_get_text (message) != NULL && !vis_chat_message_get_deleted (message);
  g_set_object (&self->target, message);
  own = text && vis_chat_message_get_outgoing (message);
  failed = vis_chat_message_get_delivery (message) == VIS_DELIVERY_FAILED;
  g_free (self->copied);
  self->copied = text ? vis_message_body_dup_selection (shown) : NULL;
  if (text && self->copied == NULL)
    self->copied = g_strdup (vis_chat_message_get_text (message));
  g_free (self->link);
  self->link = text ? g_strdup (vis_message_body_get_link (shown)) : NULL;
  enable (self, "copy", text);
  enable (self, "copy-link", self->link != NULL);
  enable (self, "send-again", own && failed);
  enable (self, "delete-everywhere", own && !failed);

  gtk_popover_set_pointing_to (get_popover (self), at);
  gtk_popover_popup (get_popover (self));
}

static void
show_at (VisMessageMenu *self, GtkGesture *gesture, double x, double y)
{
  VisMessageRow *row = find_row (gtk_widget_pick (self->view, x, y, GTK_PICK_DEFAULT));

  if (row == NULL)
    return;

  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  show (self, row, &(GdkRectangle){ (int) x, (int) y, 1, 1 });
}

static void
on_secondary_click (VisMessageMenu *self, int n, double x, double y, GtkGesture *gesture)
{
  show_at (self, gesture, x, y);
}

static gboolean
on_key (VisMessageMenu *self, guint keyval, guint keycode, GdkModifierType state)
{
  gboolean shift = (state & GDK_SHIFT_MASK) != 0;

  if (keyval != GDK_KEY_Menu && !(keyval == GDK_KEY_F10 && shift))
    return GDK_EVENT_PROPAGATE;

  return vis_message_menu_show_for_focus (self);
}

static void
on_long_press (VisMessageMenu *self, double x, double y, GtkGesture *gesture)
{
  show_at (self, gesture, x, y);
}

static void
on_copy (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VisMessageMenu *self = user_data;

  if (self->copied != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (self->view), self->copied);
}

static void
on_copy_link (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VisMessageMenu *self = user_data;

  if (self->link != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (self->view), self->link);
}

typedef struct
{
  GtkWidget       *view;
  VisChat         *chat;
  VisConversation *conversation;
  VisChatMessage  *message;
  gboolean         everywhere;
} Deletion;

static void
deletion_free (gpointer data)
{
  Deletion *deletion = data;

  g_object_unref (deletion->view);
  g_object_unref (deletion->chat);
  g_object_unref (deletion->conversation);
  g_object_unref (deletion->message);
  g_free (deletion);
}

static void
on_deleted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) view = user_data;
  g_autoptr (GError)    error = NULL;

  if (!vis_chat_delete_finish (VIS_CHAT (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    vis_ui_say (view, vis_error_to_sentence (error));
}

static void
on_delete_confirmed (gpointer data)
{
  Deletion *deletion = data;

  vis_chat_delete_async (deletion->chat,
                         deletion->conversation,
                         deletion->message,
                         deletion->everywhere,
                         NULL,
                         on_deleted,
                         g_object_ref (deletion->view));
}

/* Sends a refused message as a new one; the failed one is deleted. */
static void
on_send_again (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VisMessageMenu *self = user_data;

  if (self->target == NULL || self->conversation == NULL)
    return;

  vis_chat_send (self->chat, self->conversation, vis_chat_message_get_text (self->target));
  vis_chat_delete_async (self->chat,
                         self->conversation,
                         self->target,
                         FALSE,
                         NULL,
                         on_deleted,
                         g_object_ref (self->view));
}

static void
ask_to_delete (VisMessageMenu *self, gboolean everywhere)
{
  Deletion *deletion;

  if (self->target == NULL || self->conversation == NULL)
    return;

  deletion = g_new0 (Deletion, 1);
  deletion->view = g_object_ref (self->view);
  deletion->chat = g_object_ref (self->chat);
  deletion->conversation = g_object_ref (self->conversation);
  deletion->message = g_object_ref (self->target);
  deletion->everywhere = everywhere;

  vis_confirm_dialog_show (
    self->view,
    everywhere ? _ ("Delete for everyone?") : _ ("Delete for you?"),
    everywhere ? _ ("No one in this chat will be able to read the message anymore.")
               : _ ("The message will be deleted from your devices. Others will still have it."),
    _ ("Delete"),
    on_delete_confirmed,
    deletion,
    deletion_free);
}

static void
on_delete (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ask_to_delete (user_data, FALSE);
}

static void
on_delete_everywhere (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ask_to_delete (user_data, TRUE);
}

static const GActionEntry action_entries[] = {
  { .name = "copy", .activate = on_copy },
  { .name = "copy-link", .activate = on_copy_link },
  { .name = "send-again", .activate = on_send_again },
  { .name = "delete", .activate = on_delete },
  { .name = "delete-everywhere", .activate = on_delete_everywhere },
};

static void
vis_message_menu_dispose (GObject *object)
{
  VisMessageMenu *self = VIS_MESSAGE_MENU (object);

  if (self->view != NULL)
    gtk_widget_insert_action_group (self->view, "message", NULL);
  self->view = NULL;
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_object (&self->actions);
  g_clear_object (&self->target);
  g_clear_pointer (&self->copied, g_free);
  g_clear_pointer (&self->link, g_free);
  g_clear_object (&self->conversation);
  g_clear_object (&self->chat);

  G_OBJECT_CLASS (vis_message_menu_parent_class)->dispose (object);
}

static void
vis_message_menu_class_init (VisMessageMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vis_message_menu_dispose;
}

static void
vis_message_menu_init (VisMessageMenu *self)
{
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (
    G_ACTION_MAP (self->actions), action_entries, G_N_ELEMENTS (action_entries), self);
}

static void
add_gestures (VisMessageMenu *self)
{
  GtkGesture         *click = gtk_gesture_click_new ();
  GtkGesture         *press = gtk_gesture_long_press_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (
    click, "pressed", G_CALLBACK (on_secondary_click), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->view, GTK_EVENT_CONTROLLER (click));

  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect_object (press, "pressed", G_CALLBACK (on_long_press), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->view, GTK_EVENT_CONTROLLER (press));

  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->view, keys);

  /* In the capture phase: a selectable label has a context menu of its own. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (press), GTK_PHASE_CAPTURE);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
}

/**
 * vis_message_menu_new:
 * @view: the list of messages; owns the menu and disposes of it before its own children
 *
 * Connects to the gestures and keys of @view that open a menu.
 */
VisMessageMenu *
vis_message_menu_new (GtkWidget *view)
{
  VisMessageMenu *self = g_object_new (VIS_TYPE_MESSAGE_MENU, NULL);

  self->view = view;
  gtk_widget_insert_action_group (view, "message", G_ACTION_GROUP (self->actions));
  add_gestures (self);

  return self;
}

/**
 * vis_message_menu_set_conversation:
 * @chat: (nullable): deletes and sends messages
 * @conversation: (nullable): whose messages the menu is about
 */
void
vis_message_menu_set_conversation (VisMessageMenu  *self,
                                   VisChat         *chat,
                                   VisConversation *conversation)
{
  g_return_if_fail (VIS_IS_MESSAGE_MENU (self));

  if (self->popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
  g_clear_object (&self->target);
  g_set_object (&self->chat, chat);
  g_set_object (&self->conversation, conversation);
}

/**
 * vis_message_menu_show_for_focus:
 *
 * Opens the menu of the focused message.
 *
 * Returns: whether a message has the focus
 */
gboolean
vis_message_menu_show_for_focus (VisMessageMenu *self)
{
  GtkRoot        *root;
  VisMessageRow  *row;
  graphene_rect_t bounds;

  g_return_val_if_fail (VIS_IS_MESSAGE_MENU (self), FALSE);

  root = gtk_widget_get_root (self->view);
  row = root != NULL ? find_row (gtk_root_get_focus (root)) : NULL;
  if (row == NULL || !gtk_widget_compute_bounds (GTK_WIDGET (row), self->view, &bounds))
    return FALSE;

  show (self,
        row,
        &(GdkRectangle){ (int) (bounds.origin.x + bounds.size.width / 2),
                         (int) (bounds.origin.y + bounds.size.height / 2),
                         1,
                         1 });

  return TRUE;
}
