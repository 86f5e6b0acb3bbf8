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
  char         *offer; /* the question why it should connect here */

  GtkRevealer  *revealer;
  GtkSpinner   *spinner;
  GtkLabel     *label;
  GtkWidget    *button;
};

G_DEFINE_FINAL_TYPE (VisConnectionBar, vis_connection_bar, ADW_TYPE_BIN)

static void
update (VisConnectionBar *self)
{
  g_autoptr (VisChat) chat = g_signal_group_dup_target (self->chat_signals);
  VisConnection connection = chat != NULL ? vis_chat_get_connection (chat) : VIS_CONNECTION_ONLINE;
  gboolean      problem = chat != NULL && vis_chat_get_problem (chat) != NULL;
  gboolean      busy;
  const char   *words = vis_format_connection (connection);

  /* What waits for an answer is not tried again by itself. */
  if (self->offer != NULL)
    words = self->offer;
  /* What may be lost matters more than what is only late. */
  if (problem)
    words = vis_error_to_sentence (vis_chat_get_problem (chat));
  busy = words != NULL && words != self->offer && !problem && connection != VIS_CONNECTION_OFFLINE;

  /* The last words stay while the bar slides away. */
  if (words != NULL)
    gtk_label_set_label (self->label, words);
  gtk_spinner_set_spinning (self->spinner, busy);
  if (words != NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
      gtk_widget_set_visible (self->button, words == self->offer);
      gtk_widget_set_halign (GTK_WIDGET (self->label), busy ? GTK_ALIGN_START : GTK_ALIGN_CENTER);
      gtk_widget_set_css_classes (GTK_WIDGET (self),
                                  (const char *[]){ problem ? "problem" : "state", NULL });
      gtk_widget_set_visible (GTK_WIDGET (self->revealer), TRUE);
    }
  gtk_revealer_set_reveal_child (self->revealer, words != NULL);
}

/* What has slid away is not to be read out any more either. */
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
  g_clear_pointer (&self->offer, g_free);

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
 * vis_connection_bar_set_offer:
 * @offer: (nullable): why there is no connection, and whether there should be one here
 *
 * Puts a question, with a button that says yes to it.
 */
void
vis_connection_bar_set_offer (VisConnectionBar *self, const char *offer)
{
  g_return_if_fail (VIS_IS_CONNECTION_BAR (self));

  g_free (self->offer);
  self->offer = g_strdup (offer);
  update (self);
}
