/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-contact-question.h"

#include "vis-text.h"

#include <glib/gi18n.h>

/**
 * vis_contact_question_show:
 * @parent: a widget of the window that the question belongs to
 * @contact: whom it is about
 * @verb: to remove or to block
 * @confirmed: called when the person has said yes
 * @data: (transfer full): handed to @confirmed
 * @destroy: (nullable): frees @data after the answer, whatever it was
 *
 * Asks before a contact is removed or blocked, in the same words wherever that can be done.
 *
 * Returns: (transfer none): the dialog, which is shown and frees itself
 */
GtkWindow *
vis_contact_question_show (GtkWidget     *parent,
                           VisContact    *contact,
                           VisContactVerb verb,
                           VisConfirmFunc confirmed,
                           gpointer       data,
                           GDestroyNotify destroy)
{
  gboolean         block = verb == VIS_CONTACT_VERB_BLOCK;
  g_autofree char *name = vis_text_isolate (vis_contact_get_name (contact));
  g_autofree char *heading = g_strdup_printf (block ? _ ("Block %s?") : _ ("Remove %s?"), name);
  g_autofree char *body = NULL;

  if (block)
    body = g_strdup_printf (_ ("%s won’t be able to write to you, call you or ask to be a contact, "
                               "and isn’t told. You can unblock them at any time."),
                            name);
  else
    body = g_strdup_printf (_ ("You and %s won’t be able to write to or call each other until one "
                               "of you accepts a new request."),
                            name);

  return vis_confirm_dialog_show (
    parent, heading, body, block ? _ ("Block") : _ ("Remove"), confirmed, data, destroy);
}
