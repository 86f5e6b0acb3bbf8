/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-trust-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Bytes of a fingerprint in one line: two people compare them line by line. */
#define LINE_BYTES 8

/* Breaks "AB:CD:…" into lines that fit into a narrow window. */
static char *
dup_lines (const char *fingerprint)
{
  GString *lines = g_string_new (NULL);
  char   **bytes = g_strsplit (fingerprint, ":", -1);

  for (guint i = 0; bytes[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (lines, i % LINE_BYTES == 0 ? '\n' : ':');
      g_string_append (lines, bytes[i]);
    }
  g_strfreev (bytes);

  return g_string_free (lines, FALSE);
}

static void
add_fingerprint (GtkBox *box, const char *title, const char *fingerprint)
{
  g_autofree char *lines = dup_lines (fingerprint);
  GtkWidget       *heading = gtk_label_new (title);
  GtkWidget       *label = gtk_label_new (lines);

  gtk_label_set_wrap (GTK_LABEL (heading), TRUE);
  gtk_label_set_justify (GTK_LABEL (heading), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (heading, "caption-heading");
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  /* Else all of the label is selected when the dialog opens, since it has the focus. */
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_add_css_class (label, "vis-fingerprint");
  gtk_accessible_update_relation (
    GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_RELATION_LABELLED_BY, heading, NULL, -1);
  gtk_box_append (box, heading);
  gtk_box_append (box, label);
}

/**
 * vis_trust_dialog_show_plain:
 * @parent: a widget of the window that the question belongs to
 * @server: the name of the server
 * @confirmed: called when the person has agreed
 * @data: (transfer full): handed to @confirmed
 * @destroy: (nullable): frees @data after the answer, whatever it was
 *
 * Asks whether a password may go to a server without encryption.
 *
 * Returns: (transfer none): the dialog, which is shown and frees itself
 */
GtkWindow *
vis_trust_dialog_show_plain (GtkWidget     *parent,
                             const char    *server,
                             VisConfirmFunc confirmed,
                             gpointer       data,
                             GDestroyNotify destroy)
{
  g_autofree char *body =
    g_strdup_printf (_ ("The connection to %s is not encrypted. Others on the network can read "
                        "your password and your messages."),
                     server);

  return vis_confirm_dialog_show (parent,
                                  _ ("Connect without encryption?"),
                                  body,
                                  _ ("Connect anyway"),
                                  confirmed,
                                  data,
                                  destroy);
}

/**
 * vis_trust_dialog_show_certificate:
 * @parent: a widget of the window that the question belongs to
 * @server: the name of the server
 * @reason: a sentence: what is wrong with the certificate
 * @fingerprint: of the certificate
 * @trusted: (nullable): the fingerprint of the certificate that was trusted until now
 * @confirmed: called when the person trusts it
 * @data: (transfer full): handed to @confirmed
 * @destroy: (nullable): frees @data after the answer, whatever it was
 *
 * Asks whether to trust a certificate that no authority vouches for.
 *
 * Returns: (transfer none): the dialog, which is shown and frees itself
 */
GtkWindow *
vis_trust_dialog_show_certificate (GtkWidget     *parent,
                                   const char    *server,
                                   const char    *reason,
                                   const char    *fingerprint,
                                   const char    *trusted,
                                   VisConfirmFunc confirmed,
                                   gpointer       data,
                                   GDestroyNotify destroy)
{
  g_autofree char *body = NULL;
  GtkWindow       *dialog;
  GtkWidget       *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  if (trusted != NULL)
    body = g_strdup_printf (_ ("%s shows another certificate than the one that you trusted. "
                               "Somebody may be listening in. Go on only if whoever runs the "
                               "server confirms the new fingerprint."),
                            server);
  else
    body = g_strdup_printf (_ ("%s can’t prove who it is. %s Go on only if whoever runs the server "
                               "confirms the fingerprint."),
                            server,
                            reason);
  dialog = vis_confirm_dialog_show (parent,
                                    trusted != NULL ? _ ("Certificate has changed")
                                                    : _ ("Trust this server?"),
                                    body,
                                    trusted != NULL ? _ ("Trust new certificate") : _ ("Trust"),
                                    confirmed,
                                    data,
                                    destroy);

  add_fingerprint (GTK_BOX (box), _ ("SHA-256 fingerprint"), fingerprint);
  if (trusted != NULL)
    add_fingerprint (GTK_BOX (box), _ ("Trusted until now"), trusted);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), box);

  return dialog;
}
