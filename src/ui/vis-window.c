/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-window-private.h"

#include "vis-incoming-call.h"
#include "vis-new-chat.h"
#include "vis-ui.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (VisWindow, vis_window, ADW_TYPE_APPLICATION_WINDOW)

gboolean
vis_window_shows (VisWindow *self, const char *page)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->content), page) == 0;
}

static void
show_content (VisWindow *self, const char *page)
{
  gtk_stack_set_visible_child_name (self->content, page);
  adw_leaflet_set_visible_child_name (self->leaflet, "content");
}

static gboolean
update_title (gpointer data)
{
  VisWindow       *self = data;
  guint            waiting = 0;
  g_autofree char *title = NULL;

  if (self->chat != NULL)
    waiting = vis_chat_get_unread (self->chat) + vis_chat_get_requests (self->chat);
  /* Translators: the title of the window with the number of unread messages and of people who
   * want to be a contact. */
  title = g_strdup_printf (_ ("(%u) Visavis"), waiting);
  gtk_window_set_title (GTK_WINDOW (self), waiting > 0 ? title : _ ("Visavis"));
  self->title_id = 0;

  return G_SOURCE_REMOVE;
}

/* Once for all messages that come before the next layout: screen readers are told each title. */
static void
queue_title (VisWindow *self)
{
  if (self->title_id == 0)
    self->title_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, update_title, self, NULL);
}

static gboolean
shows_content (VisWindow *self)
{
  return !adw_leaflet_get_folded (self->leaflet) ||
         g_strcmp0 (adw_leaflet_get_visible_child_name (self->leaflet), "content") == 0;
}

/* Toasts keep clear of what is used at the lower edge, where there is something. */
static void
update_toasts (VisWindow *self)
{
  gboolean main_page = g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "main") == 0;
  gboolean busy = main_page && (gtk_widget_get_visible (GTK_WIDGET (self->call_bar)) ||
                                (shows_content (self) && !vis_window_shows (self, "empty")));

  if (busy)
    gtk_widget_add_css_class (GTK_WIDGET (self->toasts), "vis-busy-below");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->toasts), "vis-busy-below");
}

/* The bar stands in for the call wherever the call itself is not in sight. */
static void
update_call_bar (VisWindow *self)
{
  gboolean in_sight = vis_window_shows (self, "call") && shows_content (self);

  vis_call_bar_set_call (
    self->call_bar,
    self->controller,
    in_sight || self->call_view == NULL ? NULL : vis_call_view_get_call (self->call_view));
  update_toasts (self);
}

static void
on_pane_changed (VisWindow *self)
{
  if (self->call_bar == NULL || self->updating)
    return;

  update_call_bar (self);
}

static void
on_folded (VisWindow *self)
{
  gboolean folded = adw_leaflet_get_folded (self->leaflet);

  if (self->updating)
    return;

  g_object_set (self->sidebar, "folded", folded, NULL);
  if (self->chat_view != NULL)
    {
      g_object_set (self->chat_view, "folded", folded, NULL);
      g_object_set (self->call_view, "folded", folded, NULL);
    }
  on_pane_changed (self);
}

static void on_call_active (VisWindow *self);

/* The views of a chat and of a call are large, and the first frame does without them. */
static void
build_views (VisWindow *self)
{
  if (self->chat_view != NULL)
    return;

  self->chat_view = g_object_new (VIS_TYPE_CHAT_VIEW, NULL);
  self->call_view = g_object_new (VIS_TYPE_CALL_VIEW, NULL);
  gtk_stack_add_named (self->content, GTK_WIDGET (self->chat_view), "chat");
  gtk_stack_add_named (self->content, GTK_WIDGET (self->call_view), "call");
  vis_ui_hide_unseen (GTK_WIDGET (self->chat_view));
  vis_ui_hide_unseen (GTK_WIDGET (self->call_view));
  on_folded (self);
  vis_chat_view_set_session (self->chat_view, self->chat, self->controller);
  vis_chat_view_set_news (self->chat_view, self->news);
  vis_call_view_set_controller (self->call_view, self->controller);
  g_signal_connect_object (
    self->call_view, "notify::active", G_CALLBACK (on_call_active), self, G_CONNECT_SWAPPED);
  if (vis_call_view_get_active (self->call_view))
    on_call_active (self);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *frame_clock, gpointer data)
{
  VisWindow *self = VIS_WINDOW (widget);

  if (self->stack == NULL || ++self->frames < 2)
    return G_SOURCE_CONTINUE;

  build_views (self);
  return G_SOURCE_REMOVE;
}

gboolean
vis_window_has_chat (VisWindow *self)
{
  return self->chat_view != NULL && vis_chat_view_get_conversation (self->chat_view) != NULL;
}

gboolean
vis_window_has_call (VisWindow *self)
{
  return self->call_view != NULL && vis_call_view_get_active (self->call_view);
}

static void
open_conversation (VisWindow *self, VisConversation *conversation, gboolean focus)
{
  build_views (self);
  g_clear_pointer (&self->wanted, g_free);
  vis_chat_view_set_conversation (self->chat_view, conversation);
  vis_sidebar_select (self->sidebar, conversation);
  show_content (self, "chat");
  if (focus)
    gtk_widget_grab_focus (GTK_WIDGET (self->chat_view));
}

static void
on_opened (VisWindow *self, VisConversation *conversation)
{
  open_conversation (self, conversation, TRUE);
}

static void
on_added (VisWindow *self, const char *user)
{
  vis_window_open_chat (self, user);
}

static void
on_new_chat (VisWindow *self)
{
  vis_window_new_chat (self, NULL);
}

/* Somebody who was just added may be known only a moment later. */
static void
on_conversations_changed (VisWindow *self)
{
  VisConversation *conversation;

  if (self->wanted == NULL || self->chat == NULL)
    return;

  conversation = vis_chat_find (self->chat, self->wanted);
  if (conversation != NULL)
    open_conversation (self, conversation, FALSE);
}

void
vis_window_show_call (VisWindow *self)
{
  show_content (self, "call");
  gtk_widget_grab_focus (GTK_WIDGET (self->call_view));
}

void
vis_window_leave_call (VisWindow *self)
{
  gboolean chat = vis_window_has_chat (self);

  gtk_stack_set_visible_child_name (self->content, chat ? "chat" : "empty");
  if (!chat)
    adw_leaflet_set_visible_child_name (self->leaflet, "chats");
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->chat_view));
}

static void
on_call_active (VisWindow *self)
{
  if (vis_call_view_get_active (self->call_view))
    {
      VisCall         *call = vis_call_view_get_call (self->call_view);
      VisConversation *conversation = call != NULL && self->chat != NULL
                                        ? vis_chat_find (self->chat, vis_call_get_peer (call))
                                        : NULL;

      /* Behind the call lies the chat with the same person. */
      if (conversation != NULL)
        {
          vis_chat_view_set_conversation (self->chat_view, conversation);
          vis_sidebar_select (self->sidebar, conversation);
        }
      vis_window_show_call (self);
      gtk_window_present (GTK_WINDOW (self));
    }
  else if (vis_window_shows (self, "call"))
    vis_window_leave_call (self);

  update_call_bar (self);
}

/* The window of an incoming call follows from the state of the call and from nothing else. */
static void
on_call_notify (VisWindow *self)
{
  g_autoptr (VisCall) call = g_signal_group_dup_target (self->call_signals);
  gboolean            rings = call != NULL && vis_call_get_state (call) == VIS_CALL_RINGING;

  if (self->incoming != NULL &&
      (!rings || vis_incoming_call_get_call (VIS_INCOMING_CALL (self->incoming)) != call))
    g_clear_pointer (&self->incoming, gtk_window_destroy);

  if (rings && self->incoming == NULL)
    {
      self->incoming = vis_incoming_call_new (
        gtk_window_get_application (GTK_WINDOW (self)), self->controller, call);
      gtk_window_present (self->incoming);
    }

  update_call_bar (self);
}

static void
on_call_changed (VisWindow *self)
{
  VisCall *call = self->controller != NULL ? vis_call_controller_get_call (self->controller) : NULL;

  if (call != NULL)
    build_views (self);
  g_signal_group_set_target (self->call_signals, call);
  on_call_notify (self);
}

static void
vis_window_dispose (GObject *object)
{
  VisWindow *self = VIS_WINDOW (object);

  g_clear_handle_id (&self->title_id, g_source_remove);
  g_clear_object (&self->chat_signals);
  g_clear_object (&self->controller_signals);
  g_clear_object (&self->call_signals);
  g_clear_pointer (&self->incoming, gtk_window_destroy);
  g_clear_weak_pointer (&self->new_chat);
  g_clear_weak_pointer (&self->missed);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_object (&self->news);
  g_clear_object (&self->controller);
  g_clear_object (&self->chat);
  self->updating = TRUE;

  G_OBJECT_CLASS (vis_window_parent_class)->dispose (object);
}

static void
vis_window_class_init (VisWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vis_window_dispose;
  vis_window_class_add_actions (widget_class);
}

/* What is in the window is built from here on, and not with the window itself: so the window stands
 * on the screen at once. */
void
vis_window_build_content (VisWindow *self)
{
  g_autoptr (GtkBuilder)      builder = NULL;
  g_autoptr (GtkBuilderScope) scope = NULL;

  if (self->stack != NULL)
    return;

  g_type_ensure (VIS_TYPE_CALL_BAR);
  g_type_ensure (VIS_TYPE_SIDEBAR);
  g_type_ensure (VIS_TYPE_WELCOME);
  scope = gtk_builder_cscope_new ();
  gtk_builder_cscope_add_callback (GTK_BUILDER_CSCOPE (scope), on_folded);
  gtk_builder_cscope_add_callback (GTK_BUILDER_CSCOPE (scope), on_new_chat);
  gtk_builder_cscope_add_callback (GTK_BUILDER_CSCOPE (scope), on_opened);
  gtk_builder_cscope_add_callback (GTK_BUILDER_CSCOPE (scope), on_pane_changed);
  builder = gtk_builder_new ();
  gtk_builder_set_scope (builder, scope);
  gtk_builder_set_current_object (builder, G_OBJECT (self));

  self->updating = TRUE;
  gtk_builder_add_from_resource (builder, VIS_UI_RESOURCE_PATH "vis-window.ui", NULL);
  self->toasts = ADW_TOAST_OVERLAY (gtk_builder_get_object (builder, "toasts"));
  self->stack = GTK_STACK (gtk_builder_get_object (builder, "stack"));
  self->welcome = VIS_WELCOME (gtk_builder_get_object (builder, "welcome"));
  self->leaflet = ADW_LEAFLET (gtk_builder_get_object (builder, "leaflet"));
  self->sidebar = VIS_SIDEBAR (gtk_builder_get_object (builder, "sidebar"));
  self->content = GTK_STACK (gtk_builder_get_object (builder, "content"));
  self->call_bar = VIS_CALL_BAR (gtk_builder_get_object (builder, "call_bar"));
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), GTK_WIDGET (self->toasts));
  self->updating = FALSE;

  vis_ui_hide_unseen_pages (self->stack);
  vis_ui_hide_unseen_pages (self->content);
  vis_ui_hide_unseen (GTK_WIDGET (self->sidebar));
  vis_ui_hide_unseen (GTK_WIDGET (self->content));
  vis_sidebar_set_news (self->sidebar, self->news);
  on_folded (self);
  gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

static void
vis_window_init (VisWindow *self)
{
  GtkWidget *blank = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  vis_ui_init ();
  gtk_window_set_title (GTK_WINDOW (self), _ ("Visavis"));
  gtk_window_set_default_size (GTK_WINDOW (self), 1000, 700);
  gtk_widget_set_size_request (GTK_WIDGET (self), 360, 294);
  gtk_box_append (GTK_BOX (blank), adw_header_bar_new ());
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), blank);

  self->news = vis_link_news_new ();
  self->chat_signals = g_signal_group_new (VIS_TYPE_CHAT);
  g_signal_group_connect_swapped (
    self->chat_signals, "notify::unread", G_CALLBACK (queue_title), self);
  g_signal_group_connect_swapped (
    self->chat_signals, "notify::requests", G_CALLBACK (queue_title), self);
  self->controller_signals = g_signal_group_new (VIS_TYPE_CALL_CONTROLLER);
  g_signal_group_connect_swapped (
    self->controller_signals, "notify::call", G_CALLBACK (on_call_changed), self);
  g_signal_group_connect_swapped (
    self->controller_signals, "missed", G_CALLBACK (vis_window_tell_missed), self);
  self->call_signals = g_signal_group_new (VIS_TYPE_CALL);
  g_signal_group_connect_swapped (self->call_signals, "notify", G_CALLBACK (on_call_notify), self);
}

VisWindow *
vis_window_new (GtkApplication *application)
{
  return g_object_new (VIS_TYPE_WINDOW, "application", application, NULL);
}

/**
 * vis_window_present:
 *
 * Brings the window to the front, and before it what waits for an answer.
 */
void
vis_window_present (VisWindow *self)
{
  g_return_if_fail (VIS_IS_WINDOW (self));

  gtk_window_present (GTK_WINDOW (self));
  if (self->incoming != NULL)
    gtk_window_present (self->incoming);
}

/**
 * vis_window_set_session:
 * @chat: (nullable): the people and messages of an account
 * @controller: (nullable): the calls of the same account
 *
 * Shows an account; with %NULL, the welcome.
 */
void
vis_window_set_session (VisWindow *self, VisChat *chat, VisCallController *controller)
{
  g_return_if_fail (VIS_IS_WINDOW (self));

  vis_window_build_content (self);
  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_func (
      vis_chat_get_conversations (self->chat), on_conversations_changed, self);

  g_set_object (&self->chat, chat);
  g_set_object (&self->controller, controller);
  g_clear_pointer (&self->wanted, g_free);

  vis_sidebar_set_chat (self->sidebar, chat);
  if (self->chat_view != NULL)
    {
      vis_chat_view_set_session (self->chat_view, chat, controller);
      vis_call_view_set_controller (self->call_view, controller);
    }
  g_signal_group_set_target (self->chat_signals, chat);
  g_signal_group_set_target (self->controller_signals, controller);
  if (chat != NULL)
    g_signal_connect_object (vis_chat_get_conversations (chat),
                             "items-changed",
                             G_CALLBACK (on_conversations_changed),
                             self,
                             G_CONNECT_SWAPPED);
  g_clear_handle_id (&self->title_id, g_source_remove);
  update_title (self);
  on_call_changed (self);

  if (chat == NULL)
    {
      vis_window_show_welcome (self);
      return;
    }
  if (!vis_window_has_call (self))
    {
      gtk_stack_set_visible_child_name (self->content, "empty");
      adw_leaflet_set_visible_child_name (self->leaflet, "chats");
    }
  gtk_stack_set_visible_child_name (self->stack, "main");
}

/**
 * vis_window_show_welcome:
 *
 * Shows the form to sign in or to create an account.
 */
void
vis_window_show_welcome (VisWindow *self)
{
  g_return_if_fail (VIS_IS_WINDOW (self));

  vis_window_build_content (self);
  gtk_stack_set_visible_child_name (self->stack, "welcome");
  gtk_widget_grab_focus (GTK_WIDGET (self->welcome));
}

/**
 * vis_window_get_welcome:
 *
 * Returns: (transfer none): the form; it is there whether it is shown or not
 */
VisWelcome *
vis_window_get_welcome (VisWindow *self)
{
  g_return_val_if_fail (VIS_IS_WINDOW (self), NULL);

  vis_window_build_content (self);
  return self->welcome;
}

/**
 * vis_window_open_chat:
 * @user: a user name
 *
 * Shows the chat with somebody, as soon as they are known.
 */
void
vis_window_open_chat (VisWindow *self, const char *user)
{
  VisConversation *conversation;

  g_return_if_fail (VIS_IS_WINDOW (self));
  g_return_if_fail (user != NULL);

  if (self->chat == NULL)
    return;

  conversation = vis_chat_find (self->chat, user);
  if (conversation != NULL)
    {
      open_conversation (self, conversation, TRUE);
      return;
    }

  g_free (self->wanted);
  self->wanted = g_strdup (user);
}

/**
 * vis_window_new_chat:
 * @user: (nullable): a user name to begin with
 *
 * Asks for somebody to write to.
 */
void
vis_window_new_chat (VisWindow *self, const char *user)
{
  GtkWindow *dialog;

  g_return_if_fail (VIS_IS_WINDOW (self));

  if (self->chat == NULL)
    return;

  /* Links ask again and again; one question is enough. */
  if (self->new_chat != NULL)
    gtk_window_destroy (self->new_chat);
  dialog = vis_new_chat_new (GTK_WINDOW (self), self->chat, user);
  g_set_weak_pointer (&self->new_chat, dialog);
  g_signal_connect_object (dialog, "added", G_CALLBACK (on_added), self, G_CONNECT_SWAPPED);
  gtk_window_present (dialog);
}
