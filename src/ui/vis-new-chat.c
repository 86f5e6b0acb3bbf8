/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-new-chat.h"

#include "vis-error.h"
#include "vis-id.h"
#include "vis-ui.h"

#include <glib/gi18n.h>

struct _VisNewChat
{
  AdwWindow     parent_instance;

  VisChat      *chat;
  GCancellable *cancellable;
  gboolean      busy;

  GtkEditable  *user_row;
  GtkLabel     *error_label;
  GtkWidget    *submit_button;
  GtkSpinner   *spinner;
};

G_DEFINE_FINAL_TYPE (VisNewChat, vis_new_chat, ADW_TYPE_WINDOW)

enum
{
  ADDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
set_error (VisNewChat *self, const char *sentence)
{
  gtk_label_set_label (self->error_label, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), sentence != NULL);
  if (sentence != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->user_row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->user_row), "error");
}

static void
update (VisNewChat *self)
{
  g_autofree char *user = vis_user_from_text (gtk_editable_get_text (self->user_row));

  gtk_widget_set_sensitive (self->submit_button, *user != '\0' && !self->busy);
  gtk_editable_set_editable (self->user_row, !self->busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->busy);
  gtk_spinner_set_spinning (self->spinner, self->busy);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_BUSY, self->busy, -1);
}

static void
on_changed (VisNewChat *self)
{
  set_error (self, NULL);
  update (self);
}

static void
finish (VisNewChat *self, const char *user)
{
  g_autofree char *copy = g_strdup (user);

  g_signal_emit (self, signals[ADDED], 0, copy);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VisNewChat) self = user_data;
  g_autoptr (GError)     error = NULL;
  g_autofree char       *user = NULL;
  gboolean               done = vis_chat_contact_finish (VIS_CHAT (source), result, &error);

  /* The dialog was closed meanwhile. */
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  self->busy = FALSE;
  update (self);
  user = vis_user_from_text (gtk_editable_get_text (self->user_row));
  if (done)
    {
      finish (self, user);
      return;
    }

  set_error (self, vis_error_to_sentence (error));
  gtk_widget_grab_focus (GTK_WIDGET (self->user_row));
}

static void
on_submit (VisNewChat *self)
{
  g_autofree char *user = vis_user_from_text (gtk_editable_get_text (self->user_row));
  VisConversation *known;

  if (self->busy || *user == '\0')
    return;
  if (!vis_user_is_valid (user))
    {
      set_error (self, vis_ui_get_user_rule ());
      return;
    }
  if (g_strcmp0 (user, vis_chat_get_user (self->chat)) == 0)
    {
      set_error (self, _ ("That’s you. Enter someone else’s user name."));
      return;
    }

  known = vis_chat_find (self->chat, user);
  if (known != NULL &&
      vis_contact_get_state (vis_conversation_get_contact (known)) != VIS_CONTACT_NONE)
    {
      finish (self, user);
      return;
    }

  self->busy = TRUE;
  set_error (self, NULL);
  update (self);
  vis_chat_contact_async (
    self->chat, VIS_CONTACT_VERB_ADD, user, self->cancellable, on_added, g_object_ref (self));
}

/* Closing the dialog cancels the request: no chat opens afterwards. */
static void
vis_new_chat_unmap (GtkWidget *widget)
{
  g_cancellable_cancel (VIS_NEW_CHAT (widget)->cancellable);

  GTK_WIDGET_CLASS (vis_new_chat_parent_class)->unmap (widget);
}

static void
vis_new_chat_dispose (GObject *object)
{
  VisNewChat *self = VIS_NEW_CHAT (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->chat);

  G_OBJECT_CLASS (vis_new_chat_parent_class)->dispose (object);
}

static void
vis_new_chat_finalize (GObject *object)
{
  VisNewChat *self = VIS_NEW_CHAT (object);

  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (vis_new_chat_parent_class)->finalize (object);
}

static void
vis_new_chat_class_init (VisNewChatClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vis_new_chat_dispose;
  G_OBJECT_CLASS (klass)->finalize = vis_new_chat_finalize;
  widget_class->unmap = vis_new_chat_unmap;

  signals[ADDED] = g_signal_new ("added",
                                 VIS_TYPE_NEW_CHAT,
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 1,
                                 G_TYPE_STRING);

  vis_ui_init ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               VIS_UI_RESOURCE_PATH "vis-new-chat.ui");
  gtk_widget_class_bind_template_child (widget_class, VisNewChat, user_row);
  gtk_widget_class_bind_template_child (widget_class, VisNewChat, error_label);
  gtk_widget_class_bind_template_child (widget_class, VisNewChat, submit_button);
  gtk_widget_class_bind_template_child (widget_class, VisNewChat, spinner);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_submit);
}

static void
vis_new_chat_init (VisNewChat *self)
{
  GtkEditable *text;

  gtk_widget_init_template (GTK_WIDGET (self));

  self->cancellable = g_cancellable_new ();
  text = gtk_editable_get_delegate (self->user_row);
  gtk_accessible_update_property (
    GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("User name"), -1);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (text));
}

/**
 * vis_new_chat_new:
 * @parent: the window that it belongs to
 * @chat: adds the contact
 * @user: (nullable): a user name to fill in
 */
GtkWindow *
vis_new_chat_new (GtkWindow *parent, VisChat *chat, const char *user)
{
  VisNewChat *self = g_object_new (VIS_TYPE_NEW_CHAT, "transient-for", parent, NULL);

  self->chat = g_object_ref (chat);
  if (user != NULL)
    gtk_editable_set_text (self->user_row, user);

  return GTK_WINDOW (self);
}
