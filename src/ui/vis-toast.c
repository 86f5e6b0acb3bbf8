/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-toast.h"

#include "vis-text.h"
#include "vis-ui.h"

/**
 * vis_toast_new:
 * @sentence: plain text, also of a stranger: direction marks in it do not reach beyond it
 * @priority: whether it replaces a toast that is on the screen
 * @seconds: how long it is shown; 0 until the person closes it
 *
 * Makes a toast with a label of its own, which wraps in a narrow window and has no markup. It is an
 * alert for screen readers.
 *
 * Returns: (transfer full): a new toast
 */
AdwToast *
vis_toast_new (const char *sentence, AdwToastPriority priority, guint seconds)
{
  g_autofree char *shown = vis_text_sentence (sentence);
  AdwToast        *toast = adw_toast_new ("");
  GtkWidget       *label = g_object_new (
    GTK_TYPE_LABEL, "label", shown, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  vis_ui_drop_hyphens (GTK_LABEL (label));
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_lines (GTK_LABEL (label), 6);
  gtk_label_set_width_chars (GTK_LABEL (label), 3);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 45);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  adw_toast_set_custom_title (toast, label);
  adw_toast_set_priority (toast, priority);
  adw_toast_set_timeout (toast, seconds);

  return toast;
}
