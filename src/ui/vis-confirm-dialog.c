/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-confirm-dialog.h"

#include "vis-ui.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct
{
  VisConfirmFunc confirmed;
  gpointer       data;
  GDestroyNotify destroy;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  if (question->destroy != NULL)
    question->destroy (question->data);
  g_free (question);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, Question *question)
{
  if (g_str_equal (response, "confirm"))
    question->confirmed (question->data);
}

static void
drop_hyphens (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    vis_ui_drop_hyphens (GTK_LABEL (widget));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    drop_hyphens (child);
}

/**
 * vis_confirm_dialog_show:
 * @parent: a widget of the window that the question belongs to
 * @heading: the question, like "Clear history?"
 * @body: what would be lost, and for whom
 * @verb: the word on the button that does it, like "Clear"
 * @confirmed: called when the person has said yes
 * @data: (transfer full): handed to @confirmed
 * @destroy: (nullable): frees @data after the answer, whatever it was
 *
 * Asks before something is destroyed. All such questions look alike: "Cancel" is the default
 * response and that of Escape, the other one has the destructive appearance.
 *
 * Returns: (transfer none): the dialog, which is shown and frees itself
 */
GtkWindow *
vis_confirm_dialog_show (GtkWidget     *parent,
                         const char    *heading,
                         const char    *body,
                         const char    *verb,
                         VisConfirmFunc confirmed,
                         gpointer       data,
                         GDestroyNotify destroy)
{
  GtkRoot   *root = gtk_widget_get_root (parent);
  GtkWidget *dialog;
  Question  *question = g_new0 (Question, 1);

  question->confirmed = confirmed;
  question->data = data;
  question->destroy = destroy;

  dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, heading, body);
  adw_message_dialog_add_responses (
    ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"), "confirm", verb, NULL);
  adw_message_dialog_set_response_appearance (
    ADW_MESSAGE_DIALOG (dialog), "confirm", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  gtk_window_set_modal (GTK_WINDOW (dialog), TRUE);
  drop_hyphens (dialog);

  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));

  return GTK_WINDOW (dialog);
}
