/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-main-view.h"

#include "vis-call-bar.h"
#include "vis-call-view.h"
#include "vis-chat-view.h"
#include "vis-new-chat.h"
#include "vis-sidebar.h"
#include "vis-ui.h"

struct _VisMainView
{
  GtkBox             parent_instance;

  VisChat           *chat;
  VisCallController *controller;
  GSignalGroup      *controller_signals;
  VisLinkNews       *news;
  GtkWindow         *new_chat; /* the dialog, while it is open */
  char              *wanted;   /* user name: opened once it is in the list */
  gboolean           busy_below;

  AdwLeaflet        *leaflet;
  VisSidebar        *sidebar;
  GtkStack          *content;
  VisCallBar        *call_bar; /* NULL while the template is built or disposed of */

  /* Built after the first frame of the list, or when they are needed before: see build_views(). */
  VisChatView *chat_view;
  VisCallView *call_view;
  guint        tick_id;
  guint        frames; /* drawn by the window since the view is in it; counts up to the second */
};

G_DEFINE_FINAL_TYPE (VisMainView, vis_main_view, GTK_TYPE_BOX)

enum
{
  PROP_0,
  PROP_BUSY_BELOW,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static gboolean
shows (VisMainView *self, const char *page)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->content), page) == 0;
}

static gboolean
shows_content (VisMainView *self)
{
  return !adw_leaflet_get_folded (self->leaflet) ||
         g_strcmp0 (adw_leaflet_get_visible_child_name (self->leaflet), "content") == 0;
}

static gboolean
has_chat (VisMainView *self)
{
  return self->chat_view != NULL && vis_chat_view_get_conversation (self->chat_view) != NULL;
}

static gboolean
has_call (VisMainView *self)
{
  return self->call_view != NULL && vis_call_view_get_active (self->call_view);
}

static void
update_busy_below (VisMainView *self)
{
  gboolean busy = gtk_widget_get_visible (GTK_WIDGET (self->call_bar)) ||
                  (shows_content (self) && !shows (self, "empty"));

  if (self->busy_below == busy)
    return;
  self->busy_below = busy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY_BELOW]);
}

/* The bar is shown while there is a call and the call view is not on the screen. */
static void
update_call_bar (VisMainView *self)
{
  gboolean in_sight = shows (self, "call") && shows_content (self);

  vis_call_bar_set_call (
    self->call_bar,
    self->controller,
    in_sight || self->call_view == NULL ? NULL : vis_call_view_get_call (self->call_view));
  update_busy_below (self);
}

static void
on_pane_changed (VisMainView *self)
{
  if (self->call_bar != NULL)
    update_call_bar (self);
}

static void
show_content (VisMainView *self, const char *page)
{
  gtk_stack_set_visible_child_name (self->content, page);
  adw_leaflet_set_visible_child_name (self->leaflet, "content");
}

static void
show_call (VisMainView *self)
{
  show_content (self, "call");
  gtk_widget_grab_focus (GTK_WIDGET (self->call_view));
}

static void
leave_call (VisMainView *self)
{
  gboolean chat = has_chat (self);

  gtk_stack_set_visible_child_name (self->content, chat ? "chat" : "empty");
  if (!chat)
    adw_leaflet_set_visible_child_name (self->leaflet, "chats");
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->chat_view));
}

static void
on_call_active (VisMainView *self)
{
  if (vis_call_view_get_active (self->call_view))
    {
      VisCall         *call = vis_call_view_get_call (self->call_view);
      VisConversation *conversation = call != NULL && self->chat != NULL
                                        ? vis_chat_find (self->chat, vis_call_get_peer (call))
                                        : NULL;

      /* Leaving the call leads to the chat with the same person. */
      if (conversation != NULL)
        {
          vis_chat_view_set_conversation (self->chat_view, conversation);
          vis_sidebar_select (self->sidebar, conversation);
        }
      show_call (self);
      gtk_window_present (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
    }
  else if (shows (self, "call"))
    leave_call (self);

  update_call_bar (self);
}

static void
add_page (VisMainView *self, GtkWidget *page, const char *name)
{
  gtk_stack_add_named (self->content, page, name);
  vis_ui_hide_unseen (page);
  g_object_bind_property (self->leaflet, "folded", page, "folded", G_BINDING_SYNC_CREATE);
}

/* The chat view and the call view are large: the first frame, with the list, is drawn without them.
 */
static void
build_views (VisMainView *self)
{
  if (self->chat_view != NULL)
    return;

  self->chat_view = g_object_new (VIS_TYPE_CHAT_VIEW, NULL);
  self->call_view = g_object_new (VIS_TYPE_CALL_VIEW, NULL);
  add_page (self, GTK_WIDGET (self->chat_view), "chat");
  add_page (self, GTK_WIDGET (self->call_view), "call");
  vis_chat_view_set_session (self->chat_view, self->chat, self->controller);
  vis_chat_view_set_news (self->chat_view, self->news);
  vis_call_view_set_controller (self->call_view, self->controller);
  g_signal_connect_object (
    self->call_view, "notify::active", G_CALLBACK (on_call_active), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
    self->call_view, "notify::call", G_CALLBACK (update_call_bar), self, G_CONNECT_SWAPPED);
  if (vis_call_view_get_active (self->call_view))
    on_call_active (self);
}

static gboolean
on_tick (GtkWidget *root, GdkFrameClock *frame_clock, gpointer data)
{
  VisMainView *self = data;

  if (++self->frames < 2)
    return G_SOURCE_CONTINUE;

  build_views (self);
  self->tick_id = 0;
  return G_SOURCE_REMOVE;
}

static void
open_conversation (VisMainView *self, VisConversation *conversation, gboolean focus)
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
on_opened (VisMainView *self, VisConversation *conversation)
{
  open_conversation (self, conversation, TRUE);
}

static void
on_added (VisMainView *self, const char *user)
{
  vis_main_view_open_chat (self, user);
}

static void
on_new_chat (VisMainView *self)
{
  vis_main_view_new_chat (self, NULL);
}

/* A person who was just added comes to the list only with the server's event. */
static void
on_conversations_changed (VisMainView *self)
{
  VisConversation *conversation;

  if (self->wanted == NULL || self->chat == NULL)
    return;

  conversation = vis_chat_find (self->chat, self->wanted);
  if (conversation != NULL)
    open_conversation (self, conversation, FALSE);
}

static void
on_call_changed (VisMainView *self)
{
  if (self->controller != NULL && vis_call_controller_get_call (self->controller) != NULL)
    build_views (self);
  update_call_bar (self);
}

/* The frames of the window count, whether it shows this or the welcome. */
static void
vis_main_view_root (GtkWidget *widget)
{
  VisMainView *self = VIS_MAIN_VIEW (widget);

  GTK_WIDGET_CLASS (vis_main_view_parent_class)->root (widget);

  if (self->chat_view == NULL)
    self->tick_id =
      gtk_widget_add_tick_callback (GTK_WIDGET (gtk_widget_get_root (widget)), on_tick, self, NULL);
}

static void
vis_main_view_unroot (GtkWidget *widget)
{
  VisMainView *self = VIS_MAIN_VIEW (widget);

  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (gtk_widget_get_root (widget)), self->tick_id);
  self->tick_id = 0;

  GTK_WIDGET_CLASS (vis_main_view_parent_class)->unroot (widget);
}

static void
vis_main_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_BUSY_BELOW:
      g_value_set_boolean (value, vis_main_view_get_busy_below (VIS_MAIN_VIEW (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_main_view_dispose (GObject *object)
{
  VisMainView *self = VIS_MAIN_VIEW (object);

  g_clear_object (&self->controller_signals);
  g_clear_weak_pointer (&self->new_chat);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_object (&self->news);
  g_clear_object (&self->controller);
  g_clear_object (&self->chat);
  self->call_bar = NULL;

  G_OBJECT_CLASS (vis_main_view_parent_class)->dispose (object);
}

static void
vis_main_view_class_init (VisMainViewClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = vis_main_view_get_property;
  object_class->dispose = vis_main_view_dispose;
  widget_class->root = vis_main_view_root;
  widget_class->unroot = vis_main_view_unroot;

  properties[PROP_BUSY_BELOW] = g_param_spec_boolean (
    "busy-below", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  vis_ui_init ();
  g_type_ensure (VIS_TYPE_CALL_BAR);
  g_type_ensure (VIS_TYPE_SIDEBAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               VIS_UI_RESOURCE_PATH "vis-main-view.ui");
  gtk_widget_class_bind_template_child (widget_class, VisMainView, leaflet);
  gtk_widget_class_bind_template_child (widget_class, VisMainView, sidebar);
  gtk_widget_class_bind_template_child (widget_class, VisMainView, content);
  gtk_widget_class_bind_template_child (widget_class, VisMainView, call_bar);
  gtk_widget_class_bind_template_callback (widget_class, on_new_chat);
  gtk_widget_class_bind_template_callback (widget_class, on_opened);
  gtk_widget_class_bind_template_callback (widget_class, on_pane_changed);
}

static void
vis_main_view_init (VisMainView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  vis_ui_hide_unseen_pages (self->content);
  vis_ui_hide_unseen (GTK_WIDGET (self->sidebar));
  vis_ui_hide_unseen (GTK_WIDGET (self->content));

  self->controller_signals = g_signal_group_new (VIS_TYPE_CALL_CONTROLLER);
  g_signal_group_connect_swapped (
    self->controller_signals, "notify::call", G_CALLBACK (on_call_changed), self);
  update_call_bar (self);
}

/**
 * vis_main_view_new:
 * @news: what is shown of the connection
 */
GtkWidget *
vis_main_view_new (VisLinkNews *news)
{
  VisMainView *self = g_object_new (VIS_TYPE_MAIN_VIEW, NULL);

  self->news = g_object_ref (news);
  vis_sidebar_set_news (self->sidebar, news);

  return GTK_WIDGET (self);
}

/**
 * vis_main_view_set_session:
 * @chat: (nullable): the people and messages of an account
 * @controller: (nullable): the calls of the same account
 *
 * Shows the list without an open chat, and the call under way, if there is one.
 */
void
vis_main_view_set_session (VisMainView *self, VisChat *chat, VisCallController *controller)
{
  g_return_if_fail (VIS_IS_MAIN_VIEW (self));

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
  g_signal_group_set_target (self->controller_signals, controller);
  if (chat != NULL)
    g_signal_connect_object (vis_chat_get_conversations (chat),
                             "items-changed",
                             G_CALLBACK (on_conversations_changed),
                             self,
                             G_CONNECT_SWAPPED);
  on_call_changed (self);

  if (chat != NULL && !has_call (self))
    {
      gtk_stack_set_visible_child_name (self->content, "empty");
      adw_leaflet_set_visible_child_name (self->leaflet, "chats");
    }
}

gboolean
vis_main_view_get_busy_below (VisMainView *self)
{
  g_return_val_if_fail (VIS_IS_MAIN_VIEW (self), FALSE);

  return self->busy_below;
}

/**
 * vis_main_view_open_chat:
 * @user: a user name
 *
 * Opens the chat with @user, or as soon as that user is in the list.
 */
void
vis_main_view_open_chat (VisMainView *self, const char *user)
{
  VisConversation *conversation;

  g_return_if_fail (VIS_IS_MAIN_VIEW (self));
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
 * vis_main_view_new_chat:
 * @user: (nullable): a user name to fill in
 *
 * Opens the dialog that adds a contact.
 */
void
vis_main_view_new_chat (VisMainView *self, const char *user)
{
  GtkWindow *dialog;

  g_return_if_fail (VIS_IS_MAIN_VIEW (self));

  if (self->chat == NULL)
    return;

  /* Links may ask again: one dialog is enough. */
  if (self->new_chat != NULL)
    gtk_window_destroy (self->new_chat);
  dialog =
    vis_new_chat_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->chat, user);
  g_set_weak_pointer (&self->new_chat, dialog);
  g_signal_connect_object (dialog, "added", G_CALLBACK (on_added), self, G_CONNECT_SWAPPED);
  gtk_window_present (dialog);
}

/**
 * vis_main_view_search:
 *
 * Focuses the search entry of the list.
 */
void
vis_main_view_search (VisMainView *self)
{
  g_return_if_fail (VIS_IS_MAIN_VIEW (self));

  if (self->chat == NULL)
    return;

  adw_leaflet_set_visible_child_name (self->leaflet, "chats");
  vis_sidebar_search (self->sidebar);
}

/**
 * vis_main_view_step:
 * @step: -1 for the chat above the open one, 1 for the one below
 */
void
vis_main_view_step (VisMainView *self, int step)
{
  g_return_if_fail (VIS_IS_MAIN_VIEW (self));

  if (self->chat != NULL)
    vis_sidebar_step (self->sidebar, step);
}

/**
 * vis_main_view_go_back:
 *
 * Goes from the call to its chat; else, if folded, to the list.
 */
void
vis_main_view_go_back (VisMainView *self)
{
  g_return_if_fail (VIS_IS_MAIN_VIEW (self));

  if (self->chat == NULL)
    return;

  if (shows (self, "call") && has_chat (self))
    leave_call (self);
  else if (adw_leaflet_get_folded (self->leaflet))
    {
      adw_leaflet_set_visible_child_name (self->leaflet, "chats");
      vis_sidebar_stop_search (self->sidebar);
    }
}

/**
 * vis_main_view_show_chat:
 *
 * Shows the chat in place of the call, which goes on.
 */
void
vis_main_view_show_chat (VisMainView *self)
{
  g_return_if_fail (VIS_IS_MAIN_VIEW (self));

  if (self->chat != NULL)
    leave_call (self);
}

/**
 * vis_main_view_show_call:
 *
 * Shows the call, or how it ended, if there is one.
 */
void
vis_main_view_show_call (VisMainView *self)
{
  g_return_if_fail (VIS_IS_MAIN_VIEW (self));

  if (has_call (self))
    show_call (self);
}

/**
 * vis_main_view_next_pane:
 *
 * Moves the focus in a circle: the list, the content, the call bar.
 */
void
vis_main_view_next_pane (VisMainView *self)
{
  GtkWidget *panes[3];
  GtkWidget *focus;
  guint      current = G_N_ELEMENTS (panes) - 1;

  g_return_if_fail (VIS_IS_MAIN_VIEW (self));

  if (self->chat == NULL)
    return;
  panes[0] = GTK_WIDGET (self->sidebar);
  panes[1] = GTK_WIDGET (self->content);
  panes[2] = GTK_WIDGET (self->call_bar);
  focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
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
