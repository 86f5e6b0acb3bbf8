/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-incoming-call.h"

#include "vis-format.h"
#include "vis-text.h"
#include "vis-ui.h"

#include <glib/gi18n.h>

struct _VisIncomingCall
{
  AdwWindow          parent_instance;

  VisCallController *controller;
  VisCall           *call;
  GSignalGroup      *call_signals;

  AdwAvatar         *avatar;
  GtkLabel          *name;
  GtkLabel          *kind;
  GtkWidget         *decline_button;
  GtkWidget         *answer_button;
  AdwButtonContent  *answer_content;
  GtkWidget         *voice_button;
};

G_DEFINE_FINAL_TYPE (VisIncomingCall, vis_incoming_call, ADW_TYPE_WINDOW)

static void
update (VisIncomingCall *self)
{
  const char      *name = vis_call_get_peer_name (self->call);
  gboolean         video = vis_call_get_video (self->call);
  gboolean         can_answer = FALSE, can_decline = FALSE;
  g_autofree char *isolated = vis_text_isolate (name);
  g_autofree char *title = g_strdup_printf (_ ("Incoming call from %s"), isolated);

  g_object_get (self->call, "can-answer", &can_answer, "can-decline", &can_decline, NULL);

  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_avatar_set_text (self->avatar, name);
  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->kind, video ? _ ("Video call") : _ ("Voice call"));
  adw_button_content_set_icon_name (self->answer_content,
                                    video ? "camera-video-symbolic" : "call-start-symbolic");
  gtk_widget_set_visible (self->voice_button, video);
  gtk_widget_set_sensitive (self->answer_button, can_answer);
  gtk_widget_set_sensitive (self->voice_button, can_answer);
  gtk_widget_set_sensitive (self->decline_button, can_decline);
}

static void
on_answer_clicked (VisIncomingCall *self)
{
  vis_call_controller_answer (self->controller, vis_call_get_video (self->call));
}

static void
on_voice_clicked (VisIncomingCall *self)
{
  vis_call_controller_answer (self->controller, FALSE);
}

static void
on_decline_clicked (VisIncomingCall *self)
{
  vis_call_controller_decline (self->controller);
}

/* Closing the window declines: without it, the call could not be answered. */
static gboolean
vis_incoming_call_close_request (GtkWindow *window)
{
  VisIncomingCall *self = VIS_INCOMING_CALL (window);

  vis_call_controller_decline (self->controller);

  return GDK_EVENT_STOP;
}

/* The window may come up while the person is typing: nothing has the focus, so that neither Space
 * nor Enter answers. */
static void
vis_incoming_call_show (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (vis_incoming_call_parent_class)->show (widget);

  gtk_window_set_focus (GTK_WINDOW (widget), NULL);
}

static void
vis_incoming_call_dispose (GObject *object)
{
  VisIncomingCall *self = VIS_INCOMING_CALL (object);

  g_clear_object (&self->call_signals);
  g_clear_object (&self->call);
  g_clear_object (&self->controller);

  G_OBJECT_CLASS (vis_incoming_call_parent_class)->dispose (object);
}

static void
vis_incoming_call_class_init (VisIncomingCallClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vis_incoming_call_dispose;
  widget_class->show = vis_incoming_call_show;
  GTK_WINDOW_CLASS (klass)->close_request = vis_incoming_call_close_request;

  vis_ui_init ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               VIS_UI_RESOURCE_PATH "vis-incoming-call.ui");
  gtk_widget_class_bind_template_child (widget_class, VisIncomingCall, avatar);
  gtk_widget_class_bind_template_child (widget_class, VisIncomingCall, name);
  gtk_widget_class_bind_template_child (widget_class, VisIncomingCall, kind);
  gtk_widget_class_bind_template_child (widget_class, VisIncomingCall, decline_button);
  gtk_widget_class_bind_template_child (widget_class, VisIncomingCall, answer_button);
  gtk_widget_class_bind_template_child (widget_class, VisIncomingCall, answer_content);
  gtk_widget_class_bind_template_child (widget_class, VisIncomingCall, voice_button);
  gtk_widget_class_bind_template_callback (widget_class, on_answer_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_decline_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_voice_clicked);
}

static void
vis_incoming_call_init (VisIncomingCall *self)
{
  g_autoptr (GtkWindowGroup) group = gtk_window_group_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  /* In a window group of its own, since a modal dialog takes all input of its group. */
  gtk_window_group_add_window (group, GTK_WINDOW (self));

  self->call_signals = g_signal_group_new (VIS_TYPE_CALL);
  g_signal_group_connect_swapped (self->call_signals, "notify", G_CALLBACK (update), self);
}

/**
 * vis_incoming_call_new:
 * @application: (nullable): the application that it belongs to
 * @controller: answers or declines the call
 * @call: a call that rings
 */
GtkWindow *
vis_incoming_call_new (GtkApplication *application, VisCallController *controller, VisCall *call)
{
  VisIncomingCall *self = g_object_new (VIS_TYPE_INCOMING_CALL, "application", application, NULL);

  self->controller = g_object_ref (controller);
  self->call = g_object_ref (call);
  g_signal_group_set_target (self->call_signals, call);
  update (self);

  return GTK_WINDOW (self);
}

VisCall *
vis_incoming_call_get_call (VisIncomingCall *self)
{
  g_return_val_if_fail (VIS_IS_INCOMING_CALL (self), NULL);

  return self->call;
}
