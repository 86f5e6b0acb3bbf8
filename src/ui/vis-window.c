/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-window.h"

#include "vis-incoming-call.h"
#include "vis-main-view.h"
#include "vis-text.h"
#include "vis-toast.h"
#include "vis-ui.h"

#include <glib/gi18n.h>

/* How long an error or a missed call is shown, in seconds. */
#define ERROR_S 5

/* Data of a toast about a missed call: the user name of the caller. */
#define CALLER "caller"

struct _VisWindow
{
  AdwApplicationWindow parent_instance;

  VisChat             *chat;
  VisCallController   *controller;
  GSignalGroup        *chat_signals;
  GSignalGroup        *controller_signals;
  GSignalGroup        *call_signals;
  GtkWindow           *incoming; /* the window of the incoming call, or NULL */
  AdwToast            *missed;   /* the toast of the last call that was missed during another one */
  VisLinkNews         *news;
  guint                title_id;
  guint                frames; /* drawn so far; counts up to the second */

  AdwToastOverlay     *toasts;
  GtkStack            *stack;
  GtkWidget           *blank; /* the first page, until there is another one */

  /* The pages: see get_main_view() and get_welcome(). */
  GtkWidget *welcome;
  GtkWidget *main_view;
};

G_DEFINE_FINAL_TYPE (VisWindow, vis_window, ADW_TYPE_APPLICATION_WINDOW)

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

/* Once for all messages before the next layout: screen readers read each title out. */
static void
queue_title (VisWindow *self)
{
  if (self->title_id == 0)
    self->title_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, update_title, self, NULL);
}

/* Toasts must not cover the controls at the lower edge. */
static void
update_toasts (VisWindow *self)
{
  GtkWidget *page = gtk_stack_get_visible_child (self->stack);

  if (VIS_IS_MAIN_VIEW (page) && vis_main_view_get_busy_below (VIS_MAIN_VIEW (page)))
    gtk_widget_add_css_class (GTK_WIDGET (self->toasts), "vis-busy-below");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->toasts), "vis-busy-below");
}

static void
add_page (VisWindow *self, GtkWidget *page)
{
  gtk_stack_add_child (self->stack, page);
  vis_ui_hide_unseen (page);
}

/* The pages are large: each is built when it is needed, or after the first frame, so that the
 * window is on the screen at once. */
static VisMainView *
get_main_view (VisWindow *self)
{
  if (self->main_view == NULL)
    {
      self->main_view = vis_main_view_new (self->news);
      add_page (self, self->main_view);
      g_signal_connect_object (
        self->main_view, "notify::busy-below", G_CALLBACK (update_toasts), self, G_CONNECT_SWAPPED);
    }

  return VIS_MAIN_VIEW (self->main_view);
}

static VisWelcome *
get_welcome (VisWindow *self)
{
  if (self->welcome == NULL)
    {
      self->welcome = g_object_new (VIS_TYPE_WELCOME, NULL);
      add_page (self, self->welcome);
    }

  return VIS_WELCOME (self->welcome);
}

static void
show_page (VisWindow *self, GtkWidget *page)
{
  gtk_stack_set_visible_child (self->stack, page);
  if (self->blank == NULL)
    return;

  gtk_stack_remove (self->stack, g_steal_pointer (&self->blank));
  /* The first page appears without a transition. */
  gtk_stack_set_transition_type (self->stack, GTK_STACK_TRANSITION_TYPE_CROSSFADE);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *frame_clock, gpointer data)
{
  VisWindow *self = VIS_WINDOW (widget);

  if (++self->frames < 2)
    return G_SOURCE_CONTINUE;

  get_main_view (self);
  return G_SOURCE_REMOVE;
}

/* The window of an incoming call exactly while it rings. */
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
}

static void
on_call_changed (VisWindow *self)
{
  g_signal_group_set_target (
    self->call_signals,
    self->controller != NULL ? vis_call_controller_get_call (self->controller) : NULL);
  on_call_notify (self);
}

/* Somebody called during another call. Repeated calls of the same person replace the toast. */
static void
on_missed (VisWindow *self, const char *user, const char *name)
{
  g_autofree char *isolated = vis_text_isolate (name);
  g_autofree char *sentence = NULL;
  AdwToast        *toast;

  if (self->missed != NULL &&
      g_strcmp0 (g_object_get_data (G_OBJECT (self->missed), CALLER), user) == 0)
    adw_toast_dismiss (self->missed);

  /* Translators: the person is told while the call goes on; %s is somebody's name. */
  sentence = g_strdup_printf (_ ("%s called while you were in a call"), isolated);
  toast = vis_toast_new (sentence, ADW_TOAST_PRIORITY_HIGH, ERROR_S);
  g_object_set_data_full (G_OBJECT (toast), CALLER, g_strdup (user), g_free);
  g_set_weak_pointer (&self->missed, toast);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

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
  vis_main_view_search (get_main_view (VIS_WINDOW (widget)));
}

static void
action_new_chat (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vis_main_view_new_chat (get_main_view (VIS_WINDOW (widget)), NULL);
}

static void
action_back (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vis_main_view_go_back (get_main_view (VIS_WINDOW (widget)));
}

static void
action_show_chat (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vis_main_view_show_chat (get_main_view (VIS_WINDOW (widget)));
}

static void
action_show_call (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vis_main_view_show_call (get_main_view (VIS_WINDOW (widget)));
}

static void
action_step (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vis_main_view_step (get_main_view (VIS_WINDOW (widget)), g_variant_get_int32 (parameter));
}

static void
action_next_pane (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vis_main_view_next_pane (get_main_view (VIS_WINDOW (widget)));
}

/* Built on first use: it is large. */
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

/* Actions and keys. All are of the window, so that keys work wherever the focus is. */
static void
add_actions (GtkWidgetClass *widget_class)
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
  /* With Alt: with Control, arrow keys have a meaning in entries and for window managers. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "win.step", "i", -1);
  gtk_widget_class_add_binding_action (
    widget_class, GDK_KEY_Down, GDK_ALT_MASK, "win.step", "i", 1);
  gtk_widget_class_add_binding_action (
    widget_class, GDK_KEY_question, GDK_CONTROL_MASK, "win.show-help-overlay", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F6, 0, "win.next-pane", NULL);
  gtk_widget_class_add_binding_action (
    widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
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
  g_clear_weak_pointer (&self->missed);
  g_clear_object (&self->news);
  g_clear_object (&self->controller);
  g_clear_object (&self->chat);

  G_OBJECT_CLASS (vis_window_parent_class)->dispose (object);
}

static void
vis_window_class_init (VisWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vis_window_dispose;

  vis_ui_init ();
  gtk_widget_class_set_template_from_resource (widget_class, VIS_UI_RESOURCE_PATH "vis-window.ui");
  gtk_widget_class_bind_template_child (widget_class, VisWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, VisWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, VisWindow, blank);
  add_actions (widget_class);
}

static void
vis_window_init (VisWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (
    self->stack, "notify::visible-child", G_CALLBACK (update_toasts), self, G_CONNECT_SWAPPED);

  self->news = vis_link_news_new ();
  self->chat_signals = g_signal_group_new (VIS_TYPE_CHAT);
  g_signal_group_connect_swapped (
    self->chat_signals, "notify::unread", G_CALLBACK (queue_title), self);
  g_signal_group_connect_swapped (
    self->chat_signals, "notify::requests", G_CALLBACK (queue_title), self);
  self->controller_signals = g_signal_group_new (VIS_TYPE_CALL_CONTROLLER);
  g_signal_group_connect_swapped (
    self->controller_signals, "notify::call", G_CALLBACK (on_call_changed), self);
  g_signal_group_connect_swapped (self->controller_signals, "missed", G_CALLBACK (on_missed), self);
  self->call_signals = g_signal_group_new (VIS_TYPE_CALL);
  g_signal_group_connect_swapped (self->call_signals, "notify", G_CALLBACK (on_call_notify), self);
  gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

VisWindow *
vis_window_new (GtkApplication *application)
{
  return g_object_new (VIS_TYPE_WINDOW, "application", application, NULL);
}

/**
 * vis_window_present:
 *
 * Presents the window, and above it that of an incoming call.
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
  VisMainView *main_view;

  g_return_if_fail (VIS_IS_WINDOW (self));

  main_view = get_main_view (self);
  g_set_object (&self->chat, chat);
  g_set_object (&self->controller, controller);
  vis_main_view_set_session (main_view, chat, controller);
  g_signal_group_set_target (self->chat_signals, chat);
  g_signal_group_set_target (self->controller_signals, controller);
  g_clear_handle_id (&self->title_id, g_source_remove);
  update_title (self);
  on_call_changed (self);

  if (chat != NULL)
    show_page (self, GTK_WIDGET (main_view));
  else
    vis_window_show_welcome (self);
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

  show_page (self, GTK_WIDGET (get_welcome (self)));
  gtk_widget_grab_focus (self->welcome);
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

  return get_welcome (self);
}

/**
 * vis_window_get_news:
 *
 * Returns: (transfer none): what is shown of the connection; the app sets it
 */
VisLinkNews *
vis_window_get_news (VisWindow *self)
{
  g_return_val_if_fail (VIS_IS_WINDOW (self), NULL);

  return self->news;
}

/**
 * vis_window_show_error:
 * @sentence: what went wrong and what to do, as plain text
 *
 * Shows a toast for some seconds, in place of another one.
 */
void
vis_window_show_error (VisWindow *self, const char *sentence)
{
  g_return_if_fail (VIS_IS_WINDOW (self));
  g_return_if_fail (sentence != NULL);

  adw_toast_overlay_add_toast (self->toasts,
                               vis_toast_new (sentence, ADW_TOAST_PRIORITY_HIGH, ERROR_S));
}

/**
 * vis_window_show_notice:
 * @sentence: what is wrong with the installation and what to do, as plain text
 *
 * Shows a toast until the person closes it. [method@Vis.Window.show_error] takes its place for a
 * while.
 */
void
vis_window_show_notice (VisWindow *self, const char *sentence)
{
  g_return_if_fail (VIS_IS_WINDOW (self));
  g_return_if_fail (sentence != NULL);

  adw_toast_overlay_add_toast (self->toasts,
                               vis_toast_new (sentence, ADW_TOAST_PRIORITY_NORMAL, 0));
}

/**
 * vis_window_open_chat:
 * @user: a user name
 *
 * Opens the chat with @user, or as soon as that user is in the list.
 */
void
vis_window_open_chat (VisWindow *self, const char *user)
{
  g_return_if_fail (VIS_IS_WINDOW (self));
  g_return_if_fail (user != NULL);

  vis_main_view_open_chat (get_main_view (self), user);
}

/**
 * vis_window_new_chat:
 * @user: (nullable): a user name to fill in
 *
 * Opens the dialog that adds a contact.
 */
void
vis_window_new_chat (VisWindow *self, const char *user)
{
  g_return_if_fail (VIS_IS_WINDOW (self));

  vis_main_view_new_chat (get_main_view (self), user);
}
