/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-window-private.h"

#include "vis-text.h"
#include "vis-ui.h"

#include <glib/gi18n.h>

/* How long an error or a call that was missed is shown: long enough to be read, in seconds. */
#define ERROR_S 5

/* On a toast of a call that was missed: who called. */
#define CALLER "caller"

static AdwToast *
show_toast (VisWindow *self, const char *sentence, AdwToastPriority priority, guint seconds)
{
  AdwToast  *toast;
  GtkWidget *label;

  vis_window_build_content (self);
  /* A label of its own: it wraps in a narrow window, whatever it says, and what servers say is not
   * markup. */
  label = g_object_new (
    GTK_TYPE_LABEL, "label", sentence, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, NULL);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  vis_ui_drop_hyphens (GTK_LABEL (label));
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_lines (GTK_LABEL (label), 6);
  gtk_label_set_width_chars (GTK_LABEL (label), 3);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 45);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  toast = adw_toast_new ("");
  adw_toast_set_custom_title (toast, label);
  adw_toast_set_priority (toast, priority);
  adw_toast_set_timeout (toast, seconds);
  adw_toast_overlay_add_toast (self->toasts, toast);

  return toast;
}

/**
 * vis_window_show_error:
 * @sentence: what went wrong and what to do, as plain text
 *
 * Shows a sentence for some seconds, over whatever there is.
 */
void
vis_window_show_error (VisWindow *self, const char *sentence)
{
  g_autofree char *shown = NULL;

  g_return_if_fail (VIS_IS_WINDOW (self));
  g_return_if_fail (sentence != NULL);

  shown = vis_text_sentence (sentence);
  show_toast (self, shown, ADW_TOAST_PRIORITY_HIGH, ERROR_S);
}

/**
 * vis_window_show_notice:
 * @sentence: what is wrong with the installation and what to do, as plain text
 *
 * Shows a sentence until the person closes it; what [method@Vis.Window.show_error] tells goes
 * first.
 */
void
vis_window_show_notice (VisWindow *self, const char *sentence)
{
  g_autofree char *shown = NULL;

  g_return_if_fail (VIS_IS_WINDOW (self));
  g_return_if_fail (sentence != NULL);

  shown = vis_text_sentence (sentence);
  show_toast (self, shown, ADW_TOAST_PRIORITY_NORMAL, 0);
}

/**
 * vis_window_tell_missed:
 * @user: who called while there was a call
 * @name: how they are called
 *
 * Says so, over the call. Who goes on calling is told of once, not in a queue of toasts.
 */
void
vis_window_tell_missed (VisWindow *self, const char *user, const char *name)
{
  g_autofree char *isolated = vis_text_isolate (name);
  g_autofree char *sentence = NULL;

  g_return_if_fail (VIS_IS_WINDOW (self));

  if (self->missed != NULL &&
      g_strcmp0 (g_object_get_data (G_OBJECT (self->missed), CALLER), user) == 0)
    adw_toast_dismiss (self->missed);

  /* Translators: the person is told while the call goes on; %s is somebody's name. */
  sentence = g_strdup_printf (_ ("%s called while you were in a call"), isolated);
  g_set_weak_pointer (&self->missed, show_toast (self, sentence, ADW_TOAST_PRIORITY_HIGH, ERROR_S));
  g_object_set_data_full (G_OBJECT (self->missed), CALLER, g_strdup (user), g_free);
}

/**
 * vis_window_get_news:
 *
 * Returns: (transfer none): what is told of the connection, for the app to set
 */
VisLinkNews *
vis_window_get_news (VisWindow *self)
{
  g_return_val_if_fail (VIS_IS_WINDOW (self), NULL);

  return self->news;
}
