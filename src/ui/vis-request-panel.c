/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-request-panel.h"

#include "vis-contact-question.h"
#include "vis-error.h"
#include "vis-text.h"
#include "vis-ui.h"

#include <glib/gi18n.h>

struct _VisRequestPanel
{
  AdwBin        parent_instance;

  VisChat      *chat;
  VisContact   *contact;
  GSignalGroup *contact_signals;
  GCancellable *cancellable;
  gboolean      busy;

  GtkLabel     *title;
  GtkLabel     *body;
  GtkButton    *block_button;
  GtkButton    *no_button;
  GtkButton    *yes_button;
  GtkSpinner   *spinner;
};

G_DEFINE_FINAL_TYPE (VisRequestPanel, vis_request_panel, ADW_TYPE_BIN)

/* Texts and buttons for each state of a contact; NULL for no button. */
typedef struct
{
  const char    *title; /* with %s for the name */
  const char    *body;
  const char    *yes;
  const char    *no;
  VisContactVerb yes_verb;
  VisContactVerb no_verb;
} Offer;

static const Offer offers[] = {
  [VIS_CONTACT_NONE] = { N_ ("%s is not one of your contacts"),
                         N_ ("Send a request to chat with and call each other."),
                         N_ ("Add contact"),
                         NULL,
                         VIS_CONTACT_VERB_ADD,
                         VIS_CONTACT_VERB_REMOVE },
  [VIS_CONTACT_MUTUAL] = { NULL },
  [VIS_CONTACT_REQUESTED] = { N_ ("Waiting for %s"),
                              N_ ("You can chat and call once your request is accepted."),
                              NULL,
                              N_ ("Cancel request"),
                              VIS_CONTACT_VERB_ADD,
                              VIS_CONTACT_VERB_REMOVE },
  [VIS_CONTACT_INCOMING] = { N_ ("%s wants to talk to you"),
                             N_ ("Accept to chat with and call each other."),
                             N_ ("Accept"),
                             N_ ("Decline"),
                             VIS_CONTACT_VERB_ACCEPT,
                             VIS_CONTACT_VERB_REMOVE },
  [VIS_CONTACT_BLOCKED] = { N_ ("You have blocked %s"),
                            N_ ("You can’t message or call each other."),
                            N_ ("Unblock"),
                            NULL,
                            VIS_CONTACT_VERB_UNBLOCK,
                            VIS_CONTACT_VERB_REMOVE },
};

static const Offer *
get_offer (VisRequestPanel *self)
{
  guint state;

  if (self->contact == NULL)
    return NULL;

  state = vis_contact_get_state (self->contact);
  if (state >= G_N_ELEMENTS (offers) || offers[state].title == NULL)
    return NULL;

  return &offers[state];
}

static void
update_button (GtkButton *button, const char *word, gboolean busy)
{
  gtk_widget_set_visible (GTK_WIDGET (button), word != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (button), !busy);
  if (word != NULL)
    gtk_button_set_label (button, _ (word));
}

static void
update (VisRequestPanel *self)
{
  const Offer     *offer = get_offer (self);
  g_autofree char *name = NULL, *title = NULL;
  char           **parts;

  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_BUSY, self->busy, -1);
  gtk_widget_set_visible (GTK_WIDGET (self), offer != NULL);
  if (offer == NULL)
    return;

  /* Not printf(): the format would come from a translation, and the name from anyone. */
  parts = g_strsplit (_ (offer->title), "%s", 2);
  name = vis_text_isolate (vis_contact_get_name (self->contact));
  title = g_strjoinv (name, parts);
  g_strfreev (parts);

  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->body, _ (offer->body));
  update_button (self->yes_button, offer->yes, self->busy);
  update_button (self->no_button, offer->no, self->busy);
  /* A request of a stranger can also be answered by blocking them. */
  gtk_widget_set_visible (GTK_WIDGET (self->block_button),
                          vis_contact_get_state (self->contact) == VIS_CONTACT_INCOMING);
  gtk_widget_set_sensitive (GTK_WIDGET (self->block_button), !self->busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->busy);
  gtk_spinner_set_spinning (self->spinner, self->busy);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VisRequestPanel) self = user_data;
  g_autoptr (GError)          error = NULL;
  gboolean                    done = vis_chat_contact_finish (VIS_CHAT (source), result, &error);

  if (!done && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->busy = FALSE;
  update (self);
  if (!done)
    vis_ui_say (GTK_WIDGET (self), vis_error_to_sentence (error));
}

static void
ask (VisRequestPanel *self, VisContactVerb verb)
{
  self->busy = TRUE;
  update (self);
  vis_chat_contact_async (self->chat,
                          verb,
                          vis_contact_get_user (self->contact),
                          self->cancellable,
                          on_done,
                          g_object_ref (self));
}

static void
on_yes_clicked (VisRequestPanel *self)
{
  const Offer *offer = get_offer (self);

  if (offer != NULL && !self->busy)
    ask (self, offer->yes_verb);
}

static void
on_no_clicked (VisRequestPanel *self)
{
  const Offer *offer = get_offer (self);

  if (offer != NULL && !self->busy)
    ask (self, offer->no_verb);
}

typedef struct
{
  VisRequestPanel *panel;
  VisContact      *contact;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_object_unref (question->panel);
  g_object_unref (question->contact);
  g_free (question);
}

/* The panel may show another contact by now. */
static void
on_block_confirmed (gpointer data)
{
  Question *question = data;

  if (question->panel->contact == question->contact && !question->panel->busy)
    ask (question->panel, VIS_CONTACT_VERB_BLOCK);
}

static void
on_block_clicked (VisRequestPanel *self)
{
  Question *question;

  if (self->contact == NULL || self->busy)
    return;

  question = g_new0 (Question, 1);
  question->panel = g_object_ref (self);
  question->contact = g_object_ref (self->contact);
  vis_contact_question_show (GTK_WIDGET (self),
                             self->contact,
                             VIS_CONTACT_VERB_BLOCK,
                             on_block_confirmed,
                             question,
                             question_free);
}

static void
forget (VisRequestPanel *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->contact);
  g_clear_object (&self->chat);
}

static void
vis_request_panel_dispose (GObject *object)
{
  VisRequestPanel *self = VIS_REQUEST_PANEL (object);

  forget (self);
  g_clear_object (&self->contact_signals);

  G_OBJECT_CLASS (vis_request_panel_parent_class)->dispose (object);
}

static void
vis_request_panel_class_init (VisRequestPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vis_request_panel_dispose;

  vis_ui_init ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               VIS_UI_RESOURCE_PATH "vis-request-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, VisRequestPanel, title);
  gtk_widget_class_bind_template_child (widget_class, VisRequestPanel, body);
  gtk_widget_class_bind_template_child (widget_class, VisRequestPanel, block_button);
  gtk_widget_class_bind_template_child (widget_class, VisRequestPanel, no_button);
  gtk_widget_class_bind_template_child (widget_class, VisRequestPanel, yes_button);
  gtk_widget_class_bind_template_child (widget_class, VisRequestPanel, spinner);
  gtk_widget_class_bind_template_callback (widget_class, on_block_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_no_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_yes_clicked);
}

/* A long translation must not make the window wider. */
static void
wrap_button (GtkButton *button)
{
  GtkLabel *label;

  if (gtk_button_get_label (button) == NULL)
    gtk_button_set_label (button, "");
  label = GTK_LABEL (gtk_button_get_child (button));
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (label, GTK_JUSTIFY_CENTER);
}

static void
vis_request_panel_init (VisRequestPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  wrap_button (self->block_button);
  wrap_button (self->no_button);
  wrap_button (self->yes_button);

  self->contact_signals = g_signal_group_new (VIS_TYPE_CONTACT);
  g_signal_group_connect_swapped (self->contact_signals, "notify", G_CALLBACK (update), self);
}

/**
 * vis_request_panel_set_contact:
 * @chat: (nullable): accepts, declines, adds and blocks
 * @contact: (nullable): the other person
 */
void
vis_request_panel_set_contact (VisRequestPanel *self, VisChat *chat, VisContact *contact)
{
  g_return_if_fail (VIS_IS_REQUEST_PANEL (self));

  forget (self);
  self->cancellable = g_cancellable_new ();
  self->busy = FALSE;
  g_set_object (&self->chat, chat);
  g_set_object (&self->contact, contact);
  g_signal_group_set_target (self->contact_signals, contact);
  update (self);
}
