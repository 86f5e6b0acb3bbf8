/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-bar.h"

#include "vis-format.h"
#include "vis-ui.h"

struct _VisCallBar
{
  AdwBin             parent_instance;

  VisCallController *controller;
  VisCall           *call;
  GSignalGroup      *call_signals;

  AdwAvatar         *avatar;
  GtkLabel          *name;
  GtkLabel          *state;
};

G_DEFINE_FINAL_TYPE (VisCallBar, vis_call_bar, ADW_TYPE_BIN)

static void
update (VisCallBar *self)
{
  g_autofree char *words = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), self->call != NULL);
  if (self->call == NULL)
    return;

  words = vis_format_call (self->call);
  adw_avatar_set_text (self->avatar, vis_call_get_peer_name (self->call));
  gtk_label_set_label (self->name, vis_call_get_peer_name (self->call));
  gtk_label_set_label (self->state, words);
}

static void
on_hang_up_clicked (VisCallBar *self)
{
  if (self->controller != NULL)
    vis_call_controller_hang_up (self->controller);
}

static void
vis_call_bar_dispose (GObject *object)
{
  VisCallBar *self = VIS_CALL_BAR (object);

  g_clear_object (&self->call_signals);
  g_clear_object (&self->call);
  g_clear_object (&self->controller);

  G_OBJECT_CLASS (vis_call_bar_parent_class)->dispose (object);
}

static void
vis_call_bar_class_init (VisCallBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vis_call_bar_dispose;

  vis_ui_init ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               VIS_UI_RESOURCE_PATH "vis-call-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, VisCallBar, avatar);
  gtk_widget_class_bind_template_child (widget_class, VisCallBar, name);
  gtk_widget_class_bind_template_child (widget_class, VisCallBar, state);
  gtk_widget_class_bind_template_callback (widget_class, on_hang_up_clicked);
}

static void
vis_call_bar_init (VisCallBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->call_signals = g_signal_group_new (VIS_TYPE_CALL);
  g_signal_group_connect_swapped (self->call_signals, "notify", G_CALLBACK (update), self);
}

/**
 * vis_call_bar_set_call:
 * @controller: (nullable): what verbs are sent to
 * @call: (nullable): what to show; %NULL hides the bar
 */
void
vis_call_bar_set_call (VisCallBar *self, VisCallController *controller, VisCall *call)
{
  g_return_if_fail (VIS_IS_CALL_BAR (self));

  g_set_object (&self->controller, controller);
  g_set_object (&self->call, call);
  g_signal_group_set_target (self->call_signals, call);
  update (self);
}
