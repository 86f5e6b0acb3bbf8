/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-connection-bar.h"

#include "vis-error.h"
#include "vis-format.h"
#include "vis-ui.h"

struct _VisConnectionBar
{
  AdwBin        parent_instance;

  GSignalGroup *chat_signals;
  GSignalGroup *news_signals;

  GtkRevealer  *revealer;
  GtkSpinner   *spinner;
  GtkLabel     *label;
  GtkButton    *button;
};

G_DEFINE_FINAL_TYPE (VisConnectionBar, vis_connection_bar, ADW_TYPE_BIN)

/* The text of the bar, most important first: the store's problem, what only the person can solve,
 * why there is no connection, and its state. */
static const char *
choose_words (VisChat *chat, VisLinkNews *news)
{
  VisChatStatus connection = vis_chat_get_connection (chat);
  gboolean      lost = connection <= VIS_CHAT_STATUS_CONNECTING;

  if (vis_chat_get_problem (chat) != NULL)
    return vis_error_to_sentence (vis_chat_get_problem (chat));
  if (news != NULL && vis_link_news_get_offer (news) != NULL)
    return vis_link_news_get_offer (news);
  if (news != NULL && lost && vis_link_news_get_reason (news) != NULL)
    return vis_link_news_get_reason (news);

  return vis_format_connection (connection);
}

static void
update_button (VisConnectionBar *self, VisLinkNews *news, gboolean offered)
{
  gtk_widget_set_visible (GTK_WIDGET (self->button), offered);
  if (!offered)
    return;

  gtk_button_set_label (self->button, vis_link_news_get_verb (news));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), vis_link_news_get_action (news));
}

static void
update (VisConnectionBar *self)
{
  g_autoptr (VisChat)     chat = g_signal_group_dup_target (self->chat_signals);
  g_autoptr (VisLinkNews) news = g_signal_group_dup_target (self->news_signals);
  const char             *words = chat != NULL ? choose_words (chat, news) : NULL;
  gboolean                problem = words != NULL && vis_chat_get_problem (chat) != NULL;
  gboolean offered = words != NULL && news != NULL && words == vis_link_news_get_offer (news);
  gboolean busy = words != NULL && !problem && !offered &&
                  vis_chat_get_connection (chat) != VIS_CHAT_STATUS_OFFLINE;

  /* The text stays while the bar slides away. */
  gtk_spinner_set_spinning (self->spinner, busy);
  if (words != NULL)
    {
      gtk_label_set_label (self->label, words);
      gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
      update_button (self, news, offered);
      gtk_widget_set_halign (GTK_WIDGET (self->label), busy ? GTK_ALIGN_START : GTK_ALIGN_CENTER);
      gtk_widget_set_css_classes (GTK_WIDGET (self),
                                  (const char *[]){ problem ? "problem" : "state", NULL });
      gtk_widget_set_visible (GTK_WIDGET (self->revealer), TRUE);
    }
  gtk_revealer_set_reveal_child (self->revealer, words != NULL);
}

/* Hides the bar once it has slid away, or screen readers would still read it. */
static void
on_revealed (VisConnectionBar *self)
{
  if (!gtk_revealer_get_child_revealed (self->revealer) &&
      !gtk_revealer_get_reveal_child (self->revealer))
    gtk_widget_set_visible (GTK_WIDGET (self->revealer), FALSE);
}

static void
vis_connection_bar_dispose (GObject *object)
{
  VisConnectionBar *self = VIS_CONNECTION_BAR (object);

  g_clear_object (&self->chat_signals);
  g_clear_object (&self->news_signals);

  G_OBJECT_CLASS (vis_connection_bar_parent_class)->dispose (object);
}

static void
vis_connection_bar_class_init (VisConnectionBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vis_connection_bar_dispose;

  vis_ui_init ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               VIS_UI_RESOURCE_PATH "vis-connection-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, VisConnectionBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, VisConnectionBar, spinner);
  gtk_widget_class_bind_template_child (widget_class, VisConnectionBar, label);
  gtk_widget_class_bind_template_child (widget_class, VisConnectionBar, button);
  gtk_widget_class_bind_template_callback (widget_class, on_revealed);
}

static void
vis_connection_bar_init (VisConnectionBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->chat_signals = g_signal_group_new (VIS_TYPE_CHAT);
  g_signal_group_connect_swapped (
    self->chat_signals, "notify::connection", G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->chat_signals, "notify::problem", G_CALLBACK (update), self);
  self->news_signals = g_signal_group_new (VIS_TYPE_LINK_NEWS);
  g_signal_group_connect_swapped (self->news_signals, "changed", G_CALLBACK (update), self);
}

/**
 * vis_connection_bar_set_chat:
 * @chat: (nullable): whose connection it is, and whose messages may fail to be saved
 */
void
vis_connection_bar_set_chat (VisConnectionBar *self, VisChat *chat)
{
  g_return_if_fail (VIS_IS_CONNECTION_BAR (self));

  g_signal_group_set_target (self->chat_signals, chat);
  update (self);
}

/**
 * vis_connection_bar_set_news:
 * @news: what else is known of the connection
 */
void
vis_connection_bar_set_news (VisConnectionBar *self, VisLinkNews *news)
{
  g_return_if_fail (VIS_IS_CONNECTION_BAR (self));

  g_signal_group_set_target (self->news_signals, news);
  update (self);
}
