/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-window-private.h"

#include "vis-ui.h"

#include <glib/gi18n.h>

static void
action_say (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vis_window_show_error (VIS_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
action_copy_user_name (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VisWindow       *self = VIS_WINDOW (widget);
  g_autofree char *sentence = NULL;
  const char      *user;

  if (self->chat == NULL)
    return;

  user = vis_chat_get_user (self->chat);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), user);
  sentence = g_strdup_printf (_ ("Copied “%s”. Others can add you by this user name."), user);
  vis_window_show_error (self, sentence);
}

static void
action_search (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VisWindow *self = VIS_WINDOW (widget);

  if (self->chat == NULL)
    return;

  adw_leaflet_set_visible_child_name (self->leaflet, "chats");
  vis_sidebar_search (self->sidebar);
}

static void
action_new_chat (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vis_window_new_chat (VIS_WINDOW (widget), NULL);
}

static void
action_back (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VisWindow *self = VIS_WINDOW (widget);

  if (self->chat == NULL)
    return;

  if (vis_window_shows (self, "call") && vis_window_has_chat (self))
    vis_window_leave_call (self);
  else if (adw_leaflet_get_folded (self->leaflet))
    {
      adw_leaflet_set_visible_child_name (self->leaflet, "chats");
      vis_sidebar_stop_search (self->sidebar);
    }
}

static void
action_show_chat (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VisWindow *self = VIS_WINDOW (widget);

  if (self->chat != NULL)
    vis_window_leave_call (self);
}

static void
action_show_call (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VisWindow *self = VIS_WINDOW (widget);

  if (vis_window_has_call (self))
    vis_window_show_call (self);
}

static void
action_step (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VisWindow *self = VIS_WINDOW (widget);

  if (self->chat != NULL)
    vis_sidebar_step (self->sidebar, g_variant_get_int32 (parameter));
}

/* Made when it is asked for: it is large, and the first frame of the app does not wait for it. */
static void
action_show_help (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GtkBuilder) builder =
    gtk_builder_new_from_resource (VIS_UI_RESOURCE_PATH "vis-shortcuts.ui");
  GtkWindow *help = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

  gtk_window_set_transient_for (help, GTK_WINDOW (widget));
  gtk_window_set_destroy_with_parent (help, TRUE);
  gtk_window_present (help);
}

/* F6 goes round: the chats, what is beside them, the bar of the call. */
static void
action_next_pane (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VisWindow *self = VIS_WINDOW (widget);
  GtkWidget *panes[] = { GTK_WIDGET (self->sidebar),
                         GTK_WIDGET (self->content),
                         GTK_WIDGET (self->call_bar) };
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  guint      current = G_N_ELEMENTS (panes) - 1;

  if (self->chat == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (panes); i++)
    if (focus != NULL && gtk_widget_is_ancestor (focus, panes[i]))
      current = i;

  for (guint i = 1; i <= G_N_ELEMENTS (panes); i++)
    {
      GtkWidget *pane = panes[(current + i) % G_N_ELEMENTS (panes)];

      if (!gtk_widget_get_mapped (pane))
        continue;
      if (pane == GTK_WIDGET (self->content))
        pane = gtk_stack_get_visible_child (self->content);
      if (gtk_widget_grab_focus (pane) || gtk_widget_child_focus (pane, GTK_DIR_TAB_FORWARD))
        return;
    }
}

/* What menus, buttons and keys do to the window as a whole. */
void
vis_window_class_add_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.say", "s", action_say);
  gtk_widget_class_install_action (widget_class, "win.copy-user-name", NULL, action_copy_user_name);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, action_search);
  gtk_widget_class_install_action (widget_class, "win.new-chat", NULL, action_new_chat);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, action_back);
  gtk_widget_class_install_action (widget_class, "win.show-chat", NULL, action_show_chat);
  gtk_widget_class_install_action (widget_class, "win.show-call", NULL, action_show_call);
  gtk_widget_class_install_action (widget_class, "win.step", "i", action_step);
  gtk_widget_class_install_action (widget_class, "win.next-pane", NULL, action_next_pane);
  gtk_widget_class_install_action (widget_class, "win.show-help-overlay", NULL, action_show_help);

  gtk_widget_class_add_binding_action (
    widget_class, GDK_KEY_k, GDK_CONTROL_MASK, "win.search", NULL);
  gtk_widget_class_add_binding_action (
    widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "win.search", NULL);
  gtk_widget_class_add_binding_action (
    widget_class, GDK_KEY_n, GDK_CONTROL_MASK, "win.new-chat", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.back", NULL);
  /* Not with Control: with it, what is written in and the window itself move in their own way. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "win.step", "i", -1);
  gtk_widget_class_add_binding_action (
    widget_class, GDK_KEY_Down, GDK_ALT_MASK, "win.step", "i", 1);
  gtk_widget_class_add_binding_action (
    widget_class, GDK_KEY_question, GDK_CONTROL_MASK, "win.show-help-overlay", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F6, 0, "win.next-pane", NULL);
  gtk_widget_class_add_binding_action (
    widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
}
